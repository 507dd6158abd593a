//! The log of a firmware that runs on a chip, by RTT: rings in the chip's RAM that the probe reads.

use std::ops::ControlFlow;
use std::thread::sleep;
use std::time::{Duration, Instant};

use midge_log::Words;
use object::{Object, ObjectSymbol};
use probe_rs::rtt::{Error, Rtt, ScanRegion};
use probe_rs::{Core, Session};

use crate::flash::{FlashError, chain};

/// A firmware that sets up no ring within this time has none.
const PATIENCE: Duration = Duration::from_secs(3);

/// Between two looks at an empty ring.
const PAUSE: Duration = Duration::from_millis(10);

/// A firmware that runs on a chip.
pub struct Attached {
    pub(crate) chip: String,
    pub(crate) session: Session,
}

/// Where a firmware has the head of its rings; none if it has no rings.
pub(crate) fn rings(elf: &[u8]) -> Option<u64> {
    let elf = object::File::parse(elf).ok()?;
    let head = elf.symbols().find(|symbol| symbol.name() == Ok("_SEGGER_RTT") && symbol.is_definition())?;
    Some(head.address())
}

/// Makes the head of an earlier run's rings invalid, so that nobody takes it for the next one's.
pub(crate) fn forget(core: &mut Core<'_>, rings: u64) -> Result<(), Error> {
    Rtt::clear_control_block(core, &ScanRegion::Exact(rings))
}

impl Attached {
    /// Shows the log of the firmware that runs, until `line`, which gets its lines, breaks.
    ///
    /// # Errors
    /// [`FlashError::NoLog`]: it has none, or sets none up; [`FlashError::Gone`] when the chip does not answer any more;
    /// [`FlashError::Log`].
    pub fn log(
        &mut self,
        elf: &[u8],
        line: &mut dyn FnMut(&str) -> ControlFlow<()>,
    ) -> Result<(), FlashError> {
        let words = Words::of(elf)?;
        let mut log = words.log();
        let gone =
            |error: &dyn std::error::Error| FlashError::Gone { chip: self.chip.clone(), error: chain(error) };
        let at = rings(elf).ok_or_else(|| FlashError::NoLog("the firmware has no RTT".into()))?;
        let mut core = self.session.core(0).map_err(|error| gone(&error))?;
        let mut rtt = found(&mut core, at).map_err(|error| match error {
            Error::Probe(error) => gone(&error),
            error => FlashError::NoLog(chain(&error)),
        })?;
        let ring = rtt.up_channel(0).ok_or_else(|| FlashError::NoLog("RTT has no channel 0".into()))?;
        let mut buffer = [0; 1024];
        loop {
            let len = ring.read(&mut core, &mut buffer).map_err(|error| gone(&error))?;
            let lines = log.lines(buffer.get(..len).unwrap_or_default())?;
            if lines.iter().try_for_each(|text| line(text)).is_break() {
                return Ok(());
            }
            if len == 0 {
                sleep(PAUSE);
            }
        }
    }
}

/// The rings, as soon as the firmware has set them up.
fn found(core: &mut Core<'_>, at: u64) -> Result<Rtt, Error> {
    let until = Instant::now() + PATIENCE;
    loop {
        match Rtt::attach_at(core, at) {
            Err(Error::ControlBlockNotFound) if Instant::now() < until => sleep(PAUSE),
            other => return other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use probe_rs::Permissions;
    use probe_rs::probe::fake_probe::FakeProbe;

    const RAM: u32 = 0x2000_0000;

    /// The ELF of an Arm core with these bytes in RAM, and `_SEGGER_RTT` at their start.
    fn elf(data: &[u32]) -> Vec<u8> {
        const HEADERS: u32 = 52 + 32;
        const NAMES: &[u8; 16] = b"\0_SEGGER_RTT\0\0\0\0";
        let len = data.len() as u32 * 4;
        let names_at = HEADERS + len;
        let symbols_at = names_at + NAMES.len() as u32;
        let sections_at = symbols_at + 32;
        let mut elf = b"\x7fELF\x01\x01\x01\0\0\0\0\0\0\0\0\0\x02\0\x28\0".to_vec();
        let mut words = |words: &[u32]| elf.extend(words.iter().flat_map(|word| word.to_le_bytes()));
        words(&[1, 0, 52, sections_at, 0, 52 | 32 << 16, 1 | 40 << 16, 4 | 1 << 16]);
        words(&[1, HEADERS, RAM, RAM, len, len, 6, 4]);
        words(data);
        words(&NAMES.as_chunks().0.iter().map(|bytes| u32::from_le_bytes(*bytes)).collect::<Vec<_>>());
        words(&[0, 0, 0, 0, 1, RAM, len, 1 | 2 << 16]); // an object of section 2
        let sections = [
            [0; 10],
            [0, 3, 0, 0, names_at, NAMES.len() as u32, 0, 0, 1, 0], // STRTAB
            [0, 1, 3, RAM, HEADERS, len, 0, 0, 4, 0],               // PROGBITS
            [0, 2, 0, 0, symbols_at, 32, 1, 1, 4, 16],              // SYMTAB
        ];
        words(sections.as_flattened());
        elf
    }

    /// A log of a chip that has this in its RAM and does not change it.
    fn log(ram: &[u8]) -> (Vec<String>, FlashError) {
        let mut ram = ram.to_vec();
        ram.resize(ram.len().next_multiple_of(4) + 16, 0);
        let elf = elf(&ram.as_chunks().0.iter().map(|bytes| u32::from_le_bytes(*bytes)).collect::<Vec<_>>());
        assert_eq!(rings(&elf), Some(RAM.into()));
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), &elf).unwrap();
        let fake = FakeProbe::with_mocked_core_and_binary(file.path()).into_probe();
        let session = fake.attach("STM32F405RG", Permissions::default()).unwrap();
        let mut attached = Attached { chip: "it".into(), session };
        let mut lines = Vec::new();
        let told = attached.log(&elf, &mut |line| {
            lines.push(line.to_owned());
            ControlFlow::Continue(())
        });
        (lines, told.unwrap_err())
    }

    #[test]
    fn a_log_is_read_until_the_chip_is_lost() {
        let text = b"golden: class 7, PASS\nclass 1\n";
        let buffer = RAM + 48;
        // one ring up: no name, where it is, its length, what is written and read, flags
        let head: [u32; 8] = [1, 0, 0, buffer, 64, text.len() as u32, 0, 0];
        let mut ram = b"SEGGER RTT\0\0\0\0\0\0".to_vec();
        ram.extend(head.iter().flat_map(|word| word.to_le_bytes()));
        ram.extend(text);
        let (lines, told) = log(&ram);
        assert_eq!(lines, ["golden: class 7, PASS", "class 1"]);
        // a ring that it was read from, and that says it was not
        assert!(matches!(told, FlashError::Gone { .. }), "{told}");
    }

    #[test]
    fn a_firmware_that_sets_up_no_rings_has_no_log() {
        let (lines, told) = log(&[0; 64]);
        assert!(lines.is_empty() && matches!(told, FlashError::NoLog(_)), "{told}");
        assert_eq!(rings(b"no firmware"), None);
    }
}
