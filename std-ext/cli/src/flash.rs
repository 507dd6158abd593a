//! `midge flash`: a firmware into a chip, through a debug probe.

use std::path::PathBuf;

use midge_probe::{FlashError, Image, probe};
use midge_runtime::bytes::Bytes;
use serde::Serialize;

use crate::chips;
use crate::failure::Failure;
use crate::show::Show;
use crate::table::{Table, grouped};

/// Write a firmware into a chip, through a debug probe
#[derive(clap::Args)]
#[command(
    after_help = "What goes where is shown first; --dry-run stops there and needs no probe. What was written is read back, and the
chip started. Exit code 1: the firmware is too large; 3: it is for another address, or no firmware; 4: there is no probe,
or the chip does not answer.

Examples:
  midge flash target/thumbv7em-none-eabi/release/blink --chip stm32f405rg --dry-run
  midge flash blink.elf --chip nrf52840-dk"
)]
pub(crate) struct Args {
    /// The firmware's ELF file
    elf: PathBuf,
    /// A chip or board, or the start of its name (`midge chips` lists them)
    #[arg(long, visible_alias = "board", value_name = "NAME")]
    chip: String,
    /// Only show what would be written
    #[arg(long)]
    dry_run: bool,
}

#[derive(Serialize)]
struct Report<'a> {
    chip: &'a str,
    #[serde(flatten)]
    image: &'a Image,
    flashed: bool,
}

pub(crate) fn run(args: &Args, show: &Show) -> Result<(), Failure> {
    let chip = chips::named(&args.chip)?;
    let bytes = Bytes::open(&args.elf)?;
    let image = Image::read(bytes.as_slice(), &chip).map_err(|error| failure(&error).about(&args.elf))?;
    if !args.dry_run {
        let probe = probe(&chip).map_err(|error| failure(&error))?;
        let mut progress = show.progress("bytes", image.bytes() as usize);
        image.flash(&chip, probe, &mut |done| progress.at(done as usize)).map_err(|error| failure(&error))?;
    }
    let report = Report { chip: &chip.name, image: &image, flashed: !args.dry_run };
    show.data(&report, || {
        let mut table = Table::new(&["from", "to", "bytes"]);
        for segment in &image.segments {
            let [from, to] = [segment.at, segment.at + segment.len].map(|at| format!("0x{at:08x}"));
            table.row([from, to, grouped(segment.len)]);
        }
        let (need, have) = (grouped(image.flash.need), grouped(image.flash.have));
        let what = if args.dry_run { "nothing was written" } else { "written, read back and started" };
        format!("{}\n{need} of {have} bytes of the flash of {}; {what}\n", table.text(), chip.name)
    })
}

fn failure(error: &FlashError) -> Failure {
    match error {
        FlashError::NoFirmware(_) => Failure::input(error).hint("`cargo build --release` in a firmware project makes one"),
        FlashError::Elsewhere { .. } => Failure::input(error).hint("memory.x of its project says another chip"),
        FlashError::TooLarge { .. } => Failure::check(error).hint("`midge size` shows what fills it"),
        FlashError::Chip(_) => Failure::usage(error).hint("name the chip of the board, or use its maker's tool"),
        FlashError::NoProbe => Failure::missing(error).hint(
            "connect a CMSIS-DAP, J-Link or ST-Link probe by USB and the chip to it; on Linux its device needs udev rules: \
             https://probe.rs/docs/getting-started/probe-setup",
        ),
        FlashError::NoAnswer { .. } => Failure::missing(error).hint("check the chip's power, its wires and its name"),
        FlashError::Lost { .. } => Failure::missing(error).hint("the chip holds half a firmware: flash it again"),
    }
}
