//! Firmware on the machines that QEMU plays.

use std::ops::ControlFlow;
use std::path::Path;

use midge_log::{LogError, Words};
use midge_runtime::emulated::{self, EmulatedError, Machine};

use crate::chip::Chip;

/// Why an emulated firmware has no end.
#[derive(Debug, thiserror::Error)]
pub enum EmulateError {
    /// The emulator is missing or fails.
    #[error(transparent)]
    Emulated(#[from] EmulatedError),
    /// Its log cannot be read.
    #[error(transparent)]
    Log(#[from] LogError),
}

/// The emulated machine that a chip is.
pub fn machine(chip: &Chip) -> Option<Machine> {
    let name = chip.name.strip_prefix("qemu-")?;
    emulated::machines().into_iter().find(|machine| machine.name == name)
}

/// Runs a firmware until it ends or `line`, which gets the lines of its log, breaks. Its exit code; none if it was stopped. The
/// firmware sees the files of the current folder.
///
/// # Errors
/// [`EmulateError`].
pub fn emulate(
    machine: &Machine,
    path: &Path,
    elf: &[u8],
    line: &mut dyn FnMut(&str) -> ControlFlow<()>,
) -> Result<Option<i32>, EmulateError> {
    let words = Words::of(elf)?;
    let (mut log, mut damage) = (words.log(), None);
    let code = emulated::start(machine, path, &mut |bytes| match log.lines(bytes) {
        Ok(lines) => lines.iter().try_for_each(|text| line(text)),
        Err(error) => {
            damage = Some(error);
            ControlFlow::Break(())
        }
    })?;
    if let Some(text) = log.rest() {
        let _ = line(&text);
    }
    damage.map_or(Ok(code), |error| Err(error.into()))
}
