//! What boards have, and whether a firmware fits one.

use super::elf::Image;
use super::machine::Machine;
use serde::Serialize;
use std::borrow::Cow;

/// A board's memories.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Board {
    /// Its name: QEMU's, for boards that QEMU plays.
    pub name: Cow<'static, str>,
    /// Bytes of flash.
    pub flash_bytes: u64,
    /// Bytes of RAM that statics and the stack share.
    pub ram_bytes: u64,
}

const fn board(name: &'static str, flash_kib: u64, ram_kib: u64) -> Board {
    Board { name: Cow::Borrowed(name), flash_bytes: flash_kib << 10, ram_bytes: ram_kib << 10 }
}

/// The boards that are known by name, with the memories of their chips' data sheets.
pub const BOARDS: &[Board] = &[
    board("microbit", 256, 16),
    board("stm32vldiscovery", 128, 8),
    board("lm3s6965evb", 256, 64),
    board("netduinoplus2", 1024, 128),
    board("mps2-an385", 4096, 4096),
    board("mps2-an386", 4096, 4096),
    board("mps2-an500", 4096, 4096),
    board("mps2-an505", 4096, 4096),
    board("mps3-an547", 512, 512),
];

impl Board {
    /// The board of this name.
    pub fn named(name: &str) -> Option<Board> {
        BOARDS.iter().find(|board| board.name == name).cloned()
    }
}

/// An emulated machine is the board that it plays.
impl From<&Machine> for Board {
    fn from(machine: &Machine) -> Board {
        let (flash_bytes, ram_bytes) = (machine.flash_bytes, machine.ram_bytes);
        Board { name: Cow::Owned(machine.machine.clone()), flash_bytes, ram_bytes }
    }
}

/// A firmware on a board.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Fit {
    /// The board.
    pub board: Board,
    /// Bytes of flash that the firmware takes.
    pub flash_used: u64,
    /// Bytes of RAM that its statics take; the rest is its stack.
    pub ram_used: u64,
    /// Whether neither is more than the board has.
    pub fits: bool,
}

impl Fit {
    /// Compares what a firmware takes with what a board has.
    pub fn of(image: &Image, board: Board) -> Fit {
        let (flash_used, ram_used) = (image.flash_bytes(), image.ram_bytes());
        let fits = flash_used <= board.flash_bytes && ram_used <= board.ram_bytes;
        Fit { board, flash_used, ram_used, fits }
    }
}

#[cfg(test)]
mod tests {
    use super::super::elf::{Part, Section};
    use super::*;

    fn image(flash: u64, ram: u64) -> Image {
        let section = |bytes, part| Section { name: "x".into(), address: 0, bytes, part };
        let sections = vec![section(flash, Part::Flash), section(ram, Part::Ram)];
        Image { sections, model_bytes: 0, arena_bytes: 0 }
    }

    #[test]
    fn a_byte_more_than_there_is_does_not_fit() {
        let board = Board::named("stm32vldiscovery").unwrap();
        let fits = |flash, ram| Fit::of(&image(flash, ram), board.clone()).fits;
        assert!(fits(128 << 10, 8 << 10));
        assert!(!fits((128 << 10) + 1, 0) && !fits(0, (8 << 10) + 1));
        assert_eq!(Board::named("toaster"), None);
    }
}
