//! What a firmware takes: sections of its ELF, and which bytes of them are the model's.

use super::{EmulatedError, Size};
use object::{Object, ObjectSection, ObjectSymbol, SectionFlags, SectionKind, elf};
use serde::Serialize;

/// A linked firmware.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Image {
    /// The sections that take memory on the chip, in file order, empty ones left out.
    pub sections: Vec<Section>,
    /// Models' bytes, in flash.
    pub model_bytes: u64,
    /// Models' work memory, in RAM.
    pub arena_bytes: u64,
}

/// A section that takes memory.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Section {
    /// Its name.
    pub name: String,
    /// Its address at run time.
    pub address: u64,
    /// Its length.
    pub bytes: u64,
    /// What it takes.
    pub part: Part,
}

/// The memories that a section takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Part {
    /// Flash: code and constants.
    Flash,
    /// RAM, and flash for its initial values.
    Both,
    /// RAM that starts as zeros or as anything.
    Ram,
}

impl Image {
    /// Reads a linked ELF. A model linked by `midge_core::model!` is known by its symbol `DEVICE`, an arena by
    /// `ARENA`; an ELF stripped of symbols has none.
    ///
    /// # Errors
    /// Not an ELF, or one of a 64-bit computer.
    pub fn read(bytes: &[u8]) -> Result<Image, EmulatedError> {
        let file = object::File::parse(bytes)
            .map_err(|error| EmulatedError::Failed(format!("not an ELF that can be read: {error}")))?;
        if file.is_64() {
            return Err(EmulatedError::Failed("an ELF of a 64-bit computer is no firmware".into()));
        }
        let sections = file.sections().filter_map(|section| {
            let part = part(section.flags(), section.kind())?;
            let name = section.name().unwrap_or("?").to_owned();
            (section.size() > 0).then(|| Section {
                name,
                address: section.address(),
                bytes: section.size(),
                part,
            })
        });
        let bytes_of = |name: &str| {
            file.symbols()
                .filter(|symbol| symbol.name().is_ok_and(|mangled| ends_with(mangled, name)))
                .map(|s| s.size())
                .sum()
        };
        Ok(Image {
            sections: sections.collect(),
            model_bytes: bytes_of("DEVICE"),
            arena_bytes: bytes_of("ARENA"),
        })
    }

    /// Bytes of flash that it takes.
    pub fn flash_bytes(&self) -> u64 {
        self.sum(|part| part != Part::Ram)
    }

    /// Bytes of RAM that it takes before anything is on the stack.
    pub fn ram_bytes(&self) -> u64 {
        self.sum(|part| part != Part::Flash)
    }

    /// What the model costs in it.
    pub fn size(&self) -> Size {
        Size {
            text_bytes: self.flash_bytes().saturating_sub(self.model_bytes),
            const_bytes: self.model_bytes,
            data_bytes: self.sum(|part| part == Part::Both),
            bss_bytes: self.sum(|part| part == Part::Ram).saturating_sub(self.arena_bytes),
            arena_bytes: self.arena_bytes,
        }
    }

    fn sum(&self, wanted: impl Fn(Part) -> bool) -> u64 {
        self.sections.iter().filter(|section| wanted(section.part)).map(|section| section.bytes).sum()
    }
}

/// What a section takes; nothing if it is only for debuggers.
fn part(flags: SectionFlags, kind: SectionKind) -> Option<Part> {
    let SectionFlags::Elf { sh_flags, .. } = flags else { return None };
    let has = |flag: elf::SectionFlags| sh_flags.0 & flag.0 != 0;
    match kind {
        _ if !has(elf::SHF_ALLOC) => None,
        SectionKind::UninitializedData => Some(Part::Ram),
        _ if has(elf::SHF_WRITE) && !has(elf::SHF_EXECINSTR) => Some(Part::Both),
        _ => Some(Part::Flash),
    }
}

/// Whether the last part of a mangled path is `name`: followed by the hash of the legacy scheme (`17h` and 16
/// digits, `E`), or by nothing in the current one.
fn ends_with(mangled: &str, name: &str) -> bool {
    let path =
        mangled.rsplit_once("17h").filter(|(_, hash)| hash.len() == 17).map_or(mangled, |(path, _)| path);
    path.ends_with(&format!("{}{name}", name.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_symbol_is_known_by_the_end_of_its_path() {
        assert!(ends_with("_ZN11midge_model5MODEL6DEVICE17he79ea79342f36879E", "DEVICE"));
        assert!(ends_with("_RNvNtCsabc_11midge_model5MODEL6DEVICE", "DEVICE"));
        assert!(!ends_with("_ZN11midge_model5MODEL7DEVICES17he79ea79342f36879E", "DEVICE"));
        assert!(!ends_with("_ZN5board6DEVICE4init17he79ea79342f36879E", "DEVICE"));
    }

    #[test]
    fn what_is_no_elf_is_an_error() {
        assert!(Image::read(b"MIDGE").unwrap_err().to_string().starts_with("not an ELF"));
        let this = std::fs::read(std::env::current_exe().unwrap()).unwrap();
        assert_eq!(Image::read(&this).unwrap_err().exit_code(), 3, "this test itself is no firmware");
    }

    fn section(name: &str, bytes: u64, part: Part) -> Section {
        Section { name: name.into(), address: 0, bytes, part }
    }

    #[test]
    fn the_models_bytes_are_counted_once() {
        let image = Image {
            sections: vec![
                section(".text", 3000, Part::Flash),
                section(".rodata", 9000, Part::Flash),
                section(".data", 8, Part::Both),
                section(".bss", 4100, Part::Ram),
            ],
            model_bytes: 8500,
            arena_bytes: 4096,
        };
        assert_eq!((image.flash_bytes(), image.ram_bytes()), (12_008, 4_108));
        let size =
            Size { text_bytes: 3508, const_bytes: 8500, data_bytes: 8, bss_bytes: 4, arena_bytes: 4096 };
        assert_eq!(image.size(), size);
    }
}
