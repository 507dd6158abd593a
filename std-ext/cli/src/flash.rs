//! `midge flash`: a firmware into a chip, through a debug probe, or into an emulated one, and its log.

use std::ops::ControlFlow;
use std::path::PathBuf;

use midge_probe::{BuildError, Chip, EmulateError, FlashError, Image, build, emulate, machine, probe};
use midge_runtime::bytes::Bytes;
use serde::Serialize;

use crate::chips;
use crate::failure::Failure;
use crate::show::{Show, print};
use crate::table::{Table, clean, grouped};

/// Write a firmware into a chip, through a debug probe, and show its log
#[derive(clap::Args)]
#[command(
    after_help = "In the folder of a project it is built first, for release. What goes where is shown; --dry-run stops there and needs no
probe. What was written is read back, the chip started, and its log shown (defmt over RTT) until Ctrl-C. An emulated chip
(qemu-m4) runs the firmware until it ends. Exit code 1: the firmware is too large, or ended with an error; 3: it is for
another address, or no firmware; 4: there is no probe, or the chip does not answer; 5: it was lost half-way.

Examples:
  midge flash target/thumbv7em-none-eabi/release/blink --chip stm32f405rg --dry-run
  midge flash blink.elf --chip nrf52840-dk"
)]
pub(crate) struct Args {
    /// The firmware's ELF file, or its project
    #[arg(default_value = ".")]
    firmware: PathBuf,
    /// A chip or board, or the start of its name (`midge chips` lists them); else the project's
    #[arg(long, visible_alias = "board", value_name = "NAME")]
    chip: Option<String>,
    /// Only show what would be written
    #[arg(long)]
    dry_run: bool,
    /// Do not stay to show the log
    #[arg(long)]
    detach: bool,
}

#[derive(Serialize)]
struct Report<'a> {
    firmware: &'a PathBuf,
    chip: &'a str,
    #[serde(flatten)]
    image: &'a Image,
    flashed: bool,
}

pub(crate) fn run(args: &Args, show: &Show) -> Result<(), Failure> {
    // a wrong name is said before anything is built
    let named = args.chip.as_deref().map(chips::named).transpose()?;
    let (elf, chip) = match args.firmware.is_dir() {
        true => {
            let built = build(&args.firmware).map_err(|error| not_built(&error))?;
            let chip = named
                .map_or_else(|| built.chip.as_deref().map(chips::named).transpose(), |chip| Ok(Some(chip)));
            (built.elf, chip?)
        }
        false => (args.firmware.clone(), named),
    };
    let chip = chip.ok_or_else(|| {
        Failure::usage("which chip?").hint("add --chip, or say package.metadata.midge.chip in Cargo.toml")
    })?;
    let machine = machine(&chip);
    if chip.probe.is_none() && machine.is_none() {
        return Err(failure(&FlashError::Chip(chip.name)));
    }
    let bytes = Bytes::open(&elf)?;
    let image = Image::read(bytes.as_slice(), &chip).map_err(|error| failure(&error).about(&elf))?;
    let mut line = |text: &str| match print(&format!("{}\n", clean(text))) {
        Ok(()) => ControlFlow::Continue(()),
        // nobody reads any more
        Err(_) => ControlFlow::Break(()),
    };
    if let Some(machine) = machine.filter(|_| !args.dry_run) {
        let code = emulate(&machine, &elf, bytes.as_slice(), &mut line).map_err(|error| match error {
            EmulateError::Emulated(error) => error.into(),
            EmulateError::Log(error) => Failure::input(error),
        })?;
        return match code {
            Some(0) | None => Ok(()),
            Some(code) => Err(Failure::check(format!("the firmware ended with {code}"))),
        };
    }
    let mut attached = None;
    if !args.dry_run {
        let probe = probe(&chip).map_err(|error| failure(&error))?;
        let mut progress = show.progress("bytes", image.bytes() as usize);
        let flashed = image.flash(&chip, probe, &mut |done| progress.at(done as usize));
        attached = Some(flashed.map_err(|error| failure(&error))?);
    }
    let report = Report { firmware: &elf, chip: &chip.name, image: &image, flashed: !args.dry_run };
    show.data(&report, || table(&report, &chip))?;
    match attached.filter(|_| image.has_log() && !args.detach) {
        Some(mut attached) => attached.log(bytes.as_slice(), &mut line).map_err(|error| failure(&error)),
        None => Ok(()),
    }
}

fn table(Report { image, flashed, .. }: &Report<'_>, chip: &Chip) -> String {
    let mut table = Table::new(&["from", "to", "bytes"]);
    for segment in &image.segments {
        let [from, to] = [segment.at, segment.at + segment.len].map(|at| format!("0x{at:08x}"));
        table.row([from, to, grouped(segment.len)]);
    }
    let (need, have) = (grouped(image.flash.need), grouped(image.flash.have));
    let what = if *flashed { "written, read back and started" } else { "nothing was written" };
    format!("{}\n{need} of {have} bytes of the flash of {}; {what}\n", table.text(), chip.name)
}

fn not_built(error: &BuildError) -> Failure {
    match error {
        BuildError::NoProject(_) => {
            Failure::usage(error).hint("name an ELF file or a project; `midge new firmware` writes one")
        }
        BuildError::Cargo(_) => Failure::missing(error).hint("https://rustup.rs"),
        BuildError::Failed(_) => Failure::input(error),
        BuildError::Programs { .. } => Failure::input(error).hint("name the ELF file, below target/"),
    }
}

fn failure(error: &FlashError) -> Failure {
    match error {
        FlashError::NoFirmware(_) => Failure::input(error).hint("`cargo build --release` in a firmware project makes one"),
        FlashError::Elsewhere { .. } => Failure::input(error).hint("memory.x of its project says another chip"),
        FlashError::TooLarge { .. } => Failure::check(error).hint("`midge size` shows what fills it"),
        FlashError::Chip(_) => Failure::usage(error).hint("`cargo run --release` in a project of `midge new firmware` calls its maker's tool"),
        FlashError::NoProbe => Failure::missing(error).hint(
            "connect a CMSIS-DAP, J-Link or ST-Link probe by USB and the chip to it; on Linux its device needs udev rules: \
             https://probe.rs/docs/getting-started/probe-setup",
        ),
        FlashError::NoAnswer { .. } => Failure::missing(error).hint("check the chip's power, its wires and its name"),
        FlashError::Lost { .. } => Failure::lost(error).hint("the chip holds part of the firmware at most: connect it and flash again"),
        FlashError::Gone { .. } => Failure::lost(error).hint("the firmware is written: start the chip again"),
        FlashError::NoLog(_) => Failure::check(error).hint("the firmware is written and runs; --detach does not look for a log"),
        FlashError::Log(_) => Failure::input(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use midge_probe::Room;

    #[test]
    fn what_goes_wrong_on_the_way_to_a_chip_has_an_exit_code_by_kind() {
        let (chip, error) = (|| "STM32F405RG".to_owned(), || "gone".to_owned());
        let cases = [
            (
                FlashError::TooLarge { chip: chip(), flash: Room { need: 2, have: 1 } },
                1,
                "takes 1 bytes more flash",
            ),
            (FlashError::Chip(chip()), 2, "probe-rs does not know"),
            (
                FlashError::Elsewhere { chip: chip(), at: 0, len: 4, from: 8, to: 16 },
                3,
                "has 4 bytes at 0x00000000",
            ),
            (FlashError::NoProbe, 4, "no debug probe"),
            (FlashError::NoAnswer { chip: chip(), error: error() }, 4, "does not answer: gone"),
            (
                FlashError::Lost { chip: chip(), done: 1024, all: 4096, error: error() },
                5,
                "after 1024 of 4096 bytes: gone",
            ),
            (FlashError::Gone { chip: chip(), error: error() }, 5, "while its log was read: gone"),
        ];
        for (error, code, words) in cases {
            let told = format!("{:?}", failure(&error));
            assert!(told.contains(&format!("code: {code},")) && told.contains(words), "{told}");
            assert!(told.contains("hint: Some("), "{told}");
        }
    }
}
