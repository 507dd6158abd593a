//! Firmware into a chip's flash, through a debug probe.

use std::fmt;

use midge_log::LogError;
use object::elf::FileHeader32;
use object::read::elf::{FileHeader, ProgramHeader};
use object::{Endianness, elf};
use probe_rs::Permissions;
use probe_rs::flashing::{DownloadOptions, FlashProgress, ProgressEvent, ProgressOperation};
use probe_rs::probe::Probe;
use probe_rs::probe::list::Lister;
use serde::Serialize;

use crate::attach::{Attached, forget, rings};
use crate::chip::Chip;
use crate::fit::Room;

/// What goes where.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Image {
    /// Pieces, by address.
    pub segments: Vec<Segment>,
    /// Flash that they take, and what the chip has.
    pub flash: Room,
    /// Where the firmware has its log's rings.
    #[serde(skip)]
    rings: Option<u64>,
}

/// A piece of an image.
#[derive(Clone, PartialEq, Serialize)]
pub struct Segment {
    /// Its first address in flash.
    pub at: u64,
    /// Its length.
    #[serde(rename = "bytes")]
    pub len: u64,
    #[serde(skip)]
    data: Vec<u8>,
}

impl fmt::Debug for Segment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes at {:#010x}", self.len, self.at)
    }
}

/// Why a firmware is not in a chip.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FlashError {
    /// No ELF of a 32-bit core, or one without anything to load.
    #[error("not a firmware: {0}")]
    NoFirmware(String),
    /// It was linked for another address.
    #[error(
        "the firmware has {len} bytes at {at:#010x}, and the flash of {chip} is from {from:#010x} to {to:#010x}"
    )]
    Elsewhere {
        /// The chip.
        chip: String,
        /// Where a segment begins.
        at: u64,
        /// Its length.
        len: u64,
        /// Where flash begins.
        from: u64,
        /// Where it ends.
        to: u64,
    },
    /// It goes on behind the end of flash.
    #[error("the firmware takes {} bytes more flash than {chip} has", .flash.missing())]
    TooLarge {
        /// The chip.
        chip: String,
        /// What it takes, and what there is.
        flash: Room,
    },
    /// The chip is not in probe-rs' registry.
    #[error("probe-rs does not know {0}")]
    Chip(String),
    /// There is no probe.
    #[error("no debug probe is connected")]
    NoProbe,
    /// A probe is there, but no chip answers.
    #[error("{chip} does not answer: {error}")]
    NoAnswer {
        /// The chip.
        chip: String,
        /// What probe-rs says.
        error: String,
    },
    /// The firmware runs, and there is no log to show.
    #[error("there is no log to show: {0}")]
    NoLog(String),
    /// The log of the firmware that runs cannot be read.
    #[error(transparent)]
    Log(#[from] LogError),
    /// The chip ran, and does not answer any more.
    #[error("{chip} was lost while its log was read: {error}")]
    Gone {
        /// The chip.
        chip: String,
        /// What probe-rs says.
        error: String,
    },
    /// Flashing began, and did not end.
    #[error("flashing {chip} broke off after {done} of {all} bytes: {error}")]
    Lost {
        /// The chip.
        chip: String,
        /// Bytes that are written for certain; a page more may be.
        done: u64,
        /// All bytes.
        all: u64,
        /// What probe-rs says.
        error: String,
    },
}

impl Image {
    /// What an ELF puts into a chip's flash.
    ///
    /// # Errors
    /// [`FlashError::NoFirmware`], [`FlashError::Elsewhere`], [`FlashError::TooLarge`].
    pub fn read(bytes: &[u8], chip: &Chip) -> Result<Image, FlashError> {
        let broken = |error: object::read::Error| FlashError::NoFirmware(error.to_string());
        let header = FileHeader32::<Endianness>::parse(bytes).map_err(broken)?;
        let endian = header.endian().map_err(broken)?;
        let mut segments = Vec::new();
        for program in header.program_headers(endian, bytes).map_err(broken)? {
            let data = program.data(endian, bytes).map_err(|()| {
                FlashError::NoFirmware("a segment reaches beyond the end of the file".into())
            })?;
            if program.p_type(endian) == elf::PT_LOAD && !data.is_empty() {
                let at = u64::from(program.p_paddr(endian));
                segments.push(Segment { at, len: data.len() as u64, data: data.to_vec() });
            }
        }
        segments.sort_by_key(|segment| segment.at);
        if segments.is_empty() {
            return Err(FlashError::NoFirmware("it has nothing to load".into()));
        }
        let range = chip.flash.range();
        let need = segments.last().map_or(0, |last| (last.at + last.len).saturating_sub(range.start));
        let flash = Room { need, have: chip.flash.bytes };
        match segments.iter().find(|segment| !range.contains(&segment.at)) {
            Some(Segment { at, len, .. }) => Err(FlashError::Elsewhere {
                chip: chip.name.clone(),
                at: *at,
                len: *len,
                from: range.start,
                to: range.end,
            }),
            None if flash.missing() > 0 => Err(FlashError::TooLarge { chip: chip.name.clone(), flash }),
            None => Ok(Image { segments, flash, rings: rings(bytes) }),
        }
    }

    /// Whether the firmware has a log that a probe can read.
    pub fn has_log(&self) -> bool {
        self.rings.is_some()
    }

    /// All bytes.
    pub fn bytes(&self) -> u64 {
        self.segments.iter().map(|segment| segment.len).sum()
    }

    /// Writes the image into the chip behind a probe, reads it back, and starts it. `at` gets the number of bytes that are
    /// written.
    ///
    /// # Errors
    /// [`FlashError::Chip`], [`FlashError::NoAnswer`], [`FlashError::Lost`].
    pub fn flash(&self, chip: &Chip, probe: Probe, at: &mut dyn FnMut(u64)) -> Result<Attached, FlashError> {
        self.commit(false, chip, probe, at)
    }

    /// All of it, or if it is dry, all but what writes.
    fn commit(
        &self,
        is_dry: bool,
        chip: &Chip,
        probe: Probe,
        at: &mut dyn FnMut(u64),
    ) -> Result<Attached, FlashError> {
        let name = chip.probe.clone().ok_or_else(|| FlashError::Chip(chip.name.clone()))?;
        let silent =
            |error: probe_rs::Error| FlashError::NoAnswer { chip: chip.name.clone(), error: chain(&error) };
        let mut session = probe.attach(name, Permissions::default()).map_err(silent)?;
        let mut loader = session.target().flash_loader();
        let all = self.bytes();
        let (mut told, mut done) = (0, 0);
        let lost = |done, error: &dyn std::error::Error| FlashError::Lost {
            chip: chip.name.clone(),
            done,
            all,
            error: chain(error),
        };
        for segment in &self.segments {
            loader.add_data(segment.at, &segment.data).map_err(|error| lost(0, &error))?;
        }
        let mut options = DownloadOptions::default();
        options.verify = true;
        options.dry_run = is_dry;
        options.progress = FlashProgress::new(|event| {
            match event {
                // a page is told while it may be on its way still, and whole, where the image has less
                ProgressEvent::Progress { operation: ProgressOperation::Program, size, .. } => {
                    done = told;
                    told = all.min(told + size);
                    at(told);
                }
                ProgressEvent::Finished(ProgressOperation::Program) => done = told,
                _ => {}
            }
        });
        let written = loader.commit(&mut session, options);
        written.map_err(|error| lost(done, &error))?;
        let mut core = session.core(0).map_err(|error| lost(done, &error))?;
        if let Some(rings) = self.rings {
            forget(&mut core, rings).map_err(|error| lost(done, &error))?;
        }
        core.reset().map_err(|error| lost(done, &error))?;
        drop(core);
        Ok(Attached { chip: chip.name.clone(), session })
    }
}

/// Names of the probes that are connected.
pub fn probes() -> Vec<String> {
    Lister::new().list_all().iter().map(ToString::to_string).collect()
}

/// The first probe that is connected.
///
/// # Errors
/// [`FlashError::NoProbe`]; [`FlashError::NoAnswer`] of one that cannot be opened.
pub fn probe(chip: &Chip) -> Result<Probe, FlashError> {
    let found = Lister::new().list_all();
    let first = found.first().ok_or(FlashError::NoProbe)?;
    first.open().map_err(|error| FlashError::NoAnswer { chip: chip.name.clone(), error: chain(&error) })
}

/// An error and what is behind it, in one line.
pub(crate) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        text += &format!(": {cause}");
        next = cause.source();
    }
    text
}

#[cfg(test)]
mod wires;

#[cfg(test)]
mod tests {
    use super::wires::Wires;
    use super::*;
    use crate::chip::Memory;
    use crate::names::named;
    use probe_rs::probe::fake_probe::FakeProbe;

    /// The ELF of a little-endian Arm core with one segment.
    fn elf(at: u32, data: &[u8]) -> Vec<u8> {
        let mut elf = b"\x7fELF\x01\x01\x01\0\0\0\0\0\0\0\0\0".to_vec();
        let half = |elf: &mut Vec<u8>, n: u16| elf.extend(n.to_le_bytes());
        let word = |elf: &mut Vec<u8>, n: u32| elf.extend(n.to_le_bytes());
        [2, 40].iter().for_each(|n| half(&mut elf, *n));
        [1, at, 52, 0, 0].iter().for_each(|n| word(&mut elf, *n));
        [52, 32, 1, 40, 0, 0].iter().for_each(|n| half(&mut elf, *n));
        let len = data.len() as u32;
        [1, 84, at, at, len, len, 5, 4].iter().for_each(|n| word(&mut elf, *n));
        elf.extend(data);
        elf
    }

    #[test]
    fn segments_lie_where_the_chip_has_flash() {
        let chip = named("STM32F405RG").unwrap();
        let image = Image::read(&elf(0x0800_0000, &[7; 1000]), &chip).unwrap();
        assert_eq!((image.segments[0].at, image.bytes()), (0x0800_0000, 1000));
        assert_eq!(image.flash, Room { need: 1000, have: 1 << 20 });
        let wrong = |at, len| Image::read(&elf(at, &vec![7; len]), &chip).unwrap_err();
        assert!(matches!(wrong(0x1000_0000, 4), FlashError::Elsewhere { at: 0x1000_0000, .. }));
        assert_eq!(
            wrong(0x0800_0000, (1 << 20) + 5).to_string(),
            "the firmware takes 5 bytes more flash than STM32F405RG has"
        );
    }

    #[test]
    fn what_is_no_firmware_is_refused() {
        let chip = named("STM32F405RG").unwrap();
        let good = elf(0x0800_0000, &[7; 64]);
        for cut in 0..good.len() {
            let told = Image::read(&good[..cut], &chip);
            assert!(matches!(told, Err(FlashError::NoFirmware(_))), "{cut}: {told:?}");
        }
        assert!(Image::read(&elf(0x0800_0000, &[]), &chip).is_err());
    }

    #[test]
    fn a_chip_that_stops_answering_is_lost() {
        let chip = named("STM32F405RG").unwrap();
        let image = Image::read(&elf(0x0800_0000, &[7; 4096]), &chip).unwrap();
        let fake = FakeProbe::with_mocked_core().into_probe();
        // its core never runs what writes flash
        let told = image.flash(&chip, fake, &mut |_| {}).err().unwrap();
        assert!(matches!(&told, FlashError::Lost { done: 0, all: 4096, .. }), "{told}");
        let unknown = Chip { probe: None, ..chip };
        let fake = FakeProbe::with_mocked_core().into_probe();
        let told = image.flash(&unknown, fake, &mut |_| {}).err();
        assert_eq!(told, Some(FlashError::Chip("STM32F405RG".into())));
    }

    #[test]
    fn a_probe_that_is_lost_half_way_says_how_far_it_was() {
        let chip = named("STM32F405RG").unwrap();
        let words: Vec<u32> = (0..0x1000 / 4 - 1).map(|n: u32| n.wrapping_mul(0x9e37_79b9) | 1).collect();
        let data: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
        let image = Image::read(&elf(0x0800_0000, &data), &chip).unwrap();
        for pages in 0..=4 {
            let (wires, mut seen) = (Wires::after(pages), Vec::new());
            let told = image.flash(&chip, wires.probe(), &mut |done| seen.push(done)).err();
            let written = |n: &usize| wires.word(0x0800_0000 + 4 * *n as u32) == words[*n];
            assert_eq!((0..words.len()).filter(written).count(), words.len().min(pages * 256));
            if pages == 4 {
                assert_eq!((told, seen), (None, vec![1024, 2048, 3072, 4092]));
                continue;
            }
            let told = told.unwrap();
            let done = pages as u64 * 1024;
            assert!(
                matches!(told, FlashError::Lost { done: n, all: 4092, .. } if n == done),
                "{pages}: {told}"
            );
            let text = told.to_string();
            assert!(
                text.starts_with(&format!("flashing STM32F405RG broke off after {done} of 4092 bytes: ")),
                "{text}"
            );
            // what probe-rs says, down to the wire
            assert!(text.contains("not connected"), "{text}");
        }
    }

    #[test]
    fn the_way_to_a_chip_is_gone_up_to_the_flash() {
        let chip = named("STM32F405RG").unwrap();
        let dry = |image: Image| {
            let fake = FakeProbe::with_mocked_core().into_probe();
            image.commit(true, &chip, fake, &mut |_| {}).map(|_| ())
        };
        assert_eq!(dry(Image::read(&elf(0x0800_0000, &[7; 4096]), &chip).unwrap()), Ok(()));
        // where this chip has no flash, whatever the table says
        let other = Chip { flash: Memory { at: 0x6000_0000, bytes: 1 << 20 }, ..chip.clone() };
        let told = dry(Image::read(&elf(0x6000_0000, &[7; 4096]), &other).unwrap()).unwrap_err();
        assert!(matches!(told, FlashError::Lost { done: 0, .. }), "{told}");
        assert!(told.to_string().contains("0x60000000"), "{told}");
    }
}
