//! `midge size`: what a firmware takes of a board's flash and RAM.

use std::path::PathBuf;

use midge_core::plan::MAGIC;
use midge_runtime::bytes::Bytes;
use midge_runtime::emulated::{self, BOARDS, Board, Fit, Image, Part, Section};
use serde::Serialize;

use crate::failure::Failure;
use crate::show::Show;
use crate::table::{Table, facts, grouped};

/// Show what a firmware takes of a board's flash and RAM
#[derive(clap::Args)]
#[command(
    after_help = "Of a .midge file, the smallest firmware that runs it is built and measured. Exit code 1 means
that the firmware does not fit the board.

Examples:
  midge size target/thumbv6m-none-eabi/release/blinky --board microbit
  midge size kws.midge --on m4
  midge size kws.midge --on m4 --board netduinoplus2 --format json"
)]
pub(crate) struct Args {
    /// A firmware's ELF file, or a .midge file
    file: PathBuf,
    /// The board whose memory there is; the emulated machine if only --on is given
    #[arg(long, value_name = "NAME")]
    board: Option<String>,
    /// The core to build a .midge file's firmware for (m0, m3, m4, f405, m7, m33, m55, rv32)
    #[arg(long, value_name = "CORE")]
    on: Option<String>,
}

#[derive(Serialize)]
struct Report {
    file: PathBuf,
    sections: Vec<Section>,
    text_bytes: u64,
    const_bytes: u64,
    data_bytes: u64,
    bss_bytes: u64,
    arena_bytes: u64,
    #[serde(flatten)]
    fit: Option<Fit>,
}

pub(crate) fn run(args: &Args, show: &Show) -> Result<(), Failure> {
    let wanted = args.board.as_deref().map(board).transpose()?;
    let bytes = Bytes::open(&args.file)?;
    let (image, machine) = match (bytes.as_slice().starts_with(&MAGIC), &args.on) {
        (true, Some(core)) => {
            let file = crate::model::plan(&args.file)?;
            let (machine, image) = emulated::firmware(core, file.bytes(), &mut |line| show.say(line))?;
            (image, Some(Board::from(&machine)))
        }
        (true, None) => {
            return Err(Failure::usage("a .midge file has a size in a core's firmware only")
                .hint("add --on m4, or another core"));
        }
        (false, Some(_)) => {
            return Err(Failure::usage("--on is for .midge files; an ELF was built for its core already")
                .hint("leave --on out, or give a .midge file"));
        }
        (false, None) => (Image::read(bytes.as_slice())?, None),
    };
    let size = image.size();
    let fit = wanted.or(machine).map(|board| Fit::of(&image, board));
    let report = Report {
        file: args.file.clone(),
        sections: image.sections,
        text_bytes: size.text_bytes,
        const_bytes: size.const_bytes,
        data_bytes: size.data_bytes,
        bss_bytes: size.bss_bytes,
        arena_bytes: size.arena_bytes,
        fit,
    };
    show.data(&report, || table(&report))?;
    match &report.fit {
        Some(fit) if !fit.fits => Err(over(fit)),
        _ => Ok(()),
    }
}

fn board(name: &str) -> Result<Board, Failure> {
    Board::named(name).ok_or_else(|| {
        let known: Vec<&str> = BOARDS.iter().map(|board| board.name.as_ref()).collect();
        Failure::usage(format!("no board {name:?} is known")).hint(format!("one of {}", known.join(", ")))
    })
}

/// Every memory that is too small.
fn over(fit: &Fit) -> Failure {
    let board = &fit.board;
    let memories = [("flash", fit.flash_used, board.flash_bytes), ("RAM", fit.ram_used, board.ram_bytes)];
    let short = memories.iter().filter(|(_, used, have)| used > have).map(|(memory, used, have)| {
        format!("{} bytes more {memory} than {} has", grouped(used - have), board.name)
    });
    Failure::check(format!("the firmware takes {}", short.collect::<Vec<_>>().join(", and ")))
        .hint("`midge plan` shows what fills RAM, `midge bench` which kernels are linked")
}

fn table(report: &Report) -> String {
    let mut table = Table::new(&["section", "address", "bytes", "in"]);
    for section in &report.sections {
        let part = match section.part {
            Part::Flash => "flash",
            Part::Both => "flash and RAM",
            Part::Ram => "RAM",
        };
        table.row([
            section.name.clone(),
            format!("0x{:08x}", section.address),
            grouped(section.bytes),
            part.into(),
        ]);
    }
    let mut all = vec![("code", grouped(report.text_bytes))];
    if report.const_bytes > 0 {
        all.push(("model", grouped(report.const_bytes)));
    }
    if report.arena_bytes > 0 {
        all.push(("arena", grouped(report.arena_bytes)));
    }
    all.push(("other RAM", grouped(report.data_bytes + report.bss_bytes)));
    if let Some(fit) = &report.fit {
        let of = |used: u64, have: u64| {
            format!("{} of {} ({:.1}%)", grouped(used), grouped(have), used as f64 / have as f64 * 100.0)
        };
        let left = fit.board.ram_bytes.saturating_sub(fit.ram_used);
        all.push(("board", fit.board.name.to_string()));
        all.push(("flash", of(fit.flash_used, fit.board.flash_bytes)));
        all.push((
            "RAM",
            format!("{}, {} left for the stack", of(fit.ram_used, fit.board.ram_bytes), grouped(left)),
        ));
    }
    format!("{}\n{}", table.text(), facts(&all))
}
