//! Features of sound, made by real firmware.

use super::answer::{Lines, broken};
use super::firmware::Builder;
use super::machine::Machine;
use super::qemu::Qemu;
use super::{Checkout, Count, EmulatedError, on_machine};
use std::fs;

/// What firmware made of samples.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heard {
    /// Features, frame by frame.
    pub features: Vec<i32>,
    /// What all calls of the front-end took together.
    pub count: Count,
}

/// Gives samples to the firmware of `boards/ears` on the emulated machine of `core`, which makes features of them by `tables`
/// (see [`Tables`](midge_core::signal::Tables)). `say` gets a line before what takes seconds.
///
/// # Errors
/// See [`EmulatedError`].
pub fn hear(
    core: &str,
    tables: &[u8],
    samples: &[i16],
    say: &mut dyn FnMut(&str),
) -> Result<Heard, EmulatedError> {
    on_machine(core, |checkout, machine| listen(checkout, machine, tables, samples, say))
}

fn listen(
    checkout: &Checkout,
    machine: &Machine,
    tables: &[u8],
    samples: &[i16],
    say: &mut dyn FnMut(&str),
) -> Result<Heard, EmulatedError> {
    let qemu = Qemu::find(machine)?;
    let mut builder = Builder::new(checkout, say);
    let (elf, counter) = (builder.ears(machine)?, builder.counter(qemu.api4())?);
    let folder = tempfile::Builder::new().prefix("midge-").tempdir();
    let folder = folder.map_err(EmulatedError::file("create a folder in", &std::env::temp_dir()))?;
    let path = |name: &str| folder.path().join(name);
    let samples: Vec<u8> = samples.iter().flat_map(|sample| sample.to_le_bytes()).collect();
    for (name, bytes) in [(Qemu::PLANS, tables), ("input.bin", &samples)] {
        fs::write(path(name), bytes).map_err(EmulatedError::file("write", &path(name)))?;
    }
    let status = qemu.run(machine, &elf, folder.path(), Some(&counter), &|_| {})?;
    if !status.success() {
        let log = fs::read_to_string(path("log.txt")).unwrap_or_default();
        let machine = &machine.machine;
        return Err(EmulatedError::Failed(format!("the firmware on {machine} failed: {}", log.trim())));
    }
    let read = |name: &str| fs::read(path(name)).map_err(EmulatedError::file("read", &path(name)));
    let output = read("output.bin")?;
    let (features, []) = output.as_chunks() else { return Err(broken("output.bin")) };
    let count = Lines::parse(&read("counts.txt")?).sum()?;
    Ok(Heard { features: features.iter().map(|feature| i32::from_le_bytes(*feature)).collect(), count })
}
