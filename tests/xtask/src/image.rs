//! What a firmware takes of its chip: the sections of its ELF in the regions of the board's `memory.x`.

use crate::Outcome;
use object::Endianness;
use object::elf::{FileHeader32, SHF_ALLOC, SHT_NOBITS};
use object::read::elf::{FileHeader, SectionHeader};
use std::fmt::{self, Display};
use std::fs;
use std::ops::Range;
use std::path::Path;

/// Memories of a chip, as addresses.
#[derive(Debug, PartialEq)]
pub(crate) struct Chip {
    flash: Vec<Range<u64>>,
    ram: Vec<Range<u64>>,
}

/// What a firmware takes: in flash everything that is written there, in RAM everything but the stack.
#[derive(Debug, PartialEq)]
pub(crate) struct Image {
    pub(crate) flash: Share,
    pub(crate) ram: Share,
}

/// Bytes that are taken, and those that there are.
#[derive(Debug, PartialEq)]
pub(crate) struct Share {
    taken: u64,
    all: u64,
}

impl Chip {
    /// As the board's linker script has it.
    pub(crate) fn read(folder: &Path) -> Outcome<Self> {
        let path = folder.join("memory.x");
        let script = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        Self::parse(&script).ok_or_else(|| format!("{}: no FLASH and RAM", path.display()).into())
    }

    /// Regions are `NAME : ORIGIN = NUMBER, LENGTH = NUMBER`, one a line; what is not called RAM is flash.
    fn parse(script: &str) -> Option<Self> {
        let mut chip = Chip { flash: vec![], ram: vec![] };
        for (name, rest) in script.lines().filter_map(|line| line.split_once(':')) {
            let Some((origin, length)) =
                rest.split_once("ORIGIN =").and_then(|(_, r)| r.split_once(", LENGTH ="))
            else {
                continue;
            };
            let origin = number(origin)?;
            let regions = if name.trim().starts_with("RAM") { &mut chip.ram } else { &mut chip.flash };
            regions.push(origin..origin + number(length)?);
        }
        (!chip.flash.is_empty() && !chip.ram.is_empty()).then_some(chip)
    }
}

/// A number as a linker script writes it: hexadecimal, or with K or M behind it, less others.
fn number(text: &str) -> Option<u64> {
    let mut terms = text.split('-').map(|term| {
        let term = term.trim();
        let units = [('K', 1 << 10), ('M', 1 << 20)];
        match (term.strip_prefix("0x"), units.iter().find(|(unit, _)| term.ends_with(*unit))) {
            (Some(digits), _) => u64::from_str_radix(digits, 16).ok(),
            (None, Some((unit, times))) => Some(term.trim_end_matches(*unit).parse::<u64>().ok()? * times),
            (None, None) => term.parse().ok(),
        }
    });
    let first = terms.next()??;
    terms.try_fold(first, |rest, term| rest.checked_sub(term?))
}

impl Image {
    /// Of an ELF of 32 bits.
    pub(crate) fn read(elf: &[u8], chip: &Chip) -> Outcome<Self> {
        let header = FileHeader32::<Endianness>::parse(elf)?;
        let endian = header.endian()?;
        let sections = header.sections(endian, elf)?;
        let (mut flash, mut ram) = (0, 0);
        for section in sections.iter().filter(|section| section.sh_flags(endian).contains(SHF_ALLOC)) {
            let [at, bytes] = [section.sh_addr(endian), section.sh_size(endian)].map(u64::from);
            if section.sh_type(endian) != SHT_NOBITS {
                flash += bytes;
            }
            // a stack that is a section has what the others leave
            if chip.ram.iter().any(|region| region.contains(&at))
                && sections.section_name(endian, section)? != b".stack"
            {
                ram += bytes;
            }
        }
        let all = |regions: &[Range<u64>]| regions.iter().map(|region| region.end - region.start).sum();
        Ok(Image {
            flash: Share { taken: flash, all: all(&chip.flash) },
            ram: Share { taken: ram, all: all(&chip.ram) },
        })
    }
}

impl Display for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{} of {} KB", self.taken, self.all >> 10))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regions_are_read() {
        let script = "/* a chip: any */\nMEMORY\n{\n  BOOT2 : ORIGIN = 0x10000000, LENGTH = 0x100\n  \
                      FLASH : ORIGIN = 0x10000100, LENGTH = 2M - 0x100\n  RAM : ORIGIN = 0x20000000, LENGTH = 264K\n}\n";
        let chip = Chip::parse(script).unwrap();
        assert_eq!(chip.flash, [0x1000_0000..0x1000_0100, 0x1000_0100..0x1020_0000]);
        assert_eq!(chip.ram, vec![0x2000_0000..0x2004_2000]);
        assert_eq!(Chip::parse("MEMORY { }"), None);
        assert_eq!(Chip::parse("FLASH : ORIGIN = 0, LENGTH = 1Q"), None);
    }

    #[test]
    fn what_is_no_elf_is_refused() {
        let chip = Chip { flash: vec![], ram: vec![] };
        assert!(Image::read(b"no ELF, but longer than the header of one would have to be", &chip).is_err());
    }
}
