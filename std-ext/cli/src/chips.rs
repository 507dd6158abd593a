//! `midge chips`: the chips and boards that are known.

use midge_probe::{Chip, search};
use serde::Serialize;

use crate::failure::Failure;
use crate::show::Show;
use crate::table::{Table, grouped};

/// List the chips and boards that are known, with their memories
#[derive(clap::Args)]
#[command(
    after_help = "Memories are those that one firmware has: the flash that the chip boots from, and its largest piece of RAM.

Examples:
  midge chips stm32f4
  midge chips nrf52 --format json"
)]
pub(crate) struct Args {
    /// A part of names
    search: String,
}

#[derive(Serialize)]
struct Report {
    chips: Vec<Chip>,
}

pub(crate) fn run(args: &Args, show: &Show) -> Result<(), Failure> {
    let chips = search(&args.search);
    if chips.is_empty() {
        // says what is near
        return Err(named(&args.search).err().unwrap_or_else(Failure::quiet));
    }
    show.data(&Report { chips: chips.clone() }, || {
        let mut table = Table::new(&["chip", "core", "flash", "RAM", "MHz", ""]);
        for chip in &chips {
            table.row([
                chip.name.clone(),
                chip.core.unwrap_or_default().into(),
                grouped(chip.flash.bytes),
                grouped(chip.ram.bytes),
                chip.mhz.map(|mhz| mhz.to_string()).unwrap_or_default(),
                chip.note.to_string(),
            ]);
        }
        table.text()
    })
}

/// The chip with this name.
pub(crate) fn named(name: &str) -> Result<Chip, Failure> {
    midge_probe::named(name).map_err(|unknown| {
        Failure::usage(unknown).hint("`midge chips PART-OF-A-NAME` lists chips and boards")
    })
}
