//! Sounds through a model's own firmware: samples in, outputs and classes out.

use super::answer::{Lines, broken};
use super::elf::Image;
use super::firmware::Builder;
use super::machine::Machine;
use super::qemu::Qemu;
use super::{Checkout, Count, EmulatedError, on_machine};
use midge_core::Plan;
use midge_core::signal::Ears;
use std::fs;

/// What firmware made of sounds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listened {
    /// The sounds one behind the other; of each the output ports back to back, in port order, little-endian.
    pub outputs: Vec<u8>,
    /// The first of the highest scores of each sound.
    pub classes: Vec<usize>,
    /// QEMU's name of the machine.
    pub machine: String,
    /// What the features of each sound took.
    pub features: Vec<Count>,
    /// What the model's run on each took.
    pub runs: Vec<Count>,
    /// Bytes of the firmware in flash, the model's among them.
    pub flash_bytes: u64,
    /// Bytes of RAM that statics take: the arena, the front-end and room for a window of samples.
    pub ram_bytes: u64,
    /// Most bytes of stack that were taken, this firmware's files among it.
    pub stack_bytes: u64,
}

/// Links a plan with a front-end into the firmware of `boards/listener` for `core`, and gives it sounds. `say` gets a line before
/// what takes seconds.
///
/// # Errors
/// See [`EmulatedError`]; a plan without a front-end is a failure, and so is a core that runs Linux.
pub fn listen(
    core: &str,
    plan: &[u8],
    sounds: &[Vec<i16>],
    say: &mut dyn FnMut(&str),
) -> Result<Listened, EmulatedError> {
    let parsed = Plan::parse(plan).map_err(|at| EmulatedError::Failed(at.to_string()))?;
    let frames = frames(&parsed).ok_or_else(|| {
        let what = "the plan has no front-end for sound: convert the model with --preprocess \"rate N, length N, mel ...\"";
        EmulatedError::Failed(what.into())
    })?;
    on_machine(core, |checkout, machine| {
        if machine.has_linux() {
            return Err(EmulatedError::NoFirmware { core: core.into() });
        }
        serve(checkout, machine, plan, frames, sounds, say)
    })
}

/// Frames of the plan's input.
fn frames(plan: &Plan<'_>) -> Option<usize> {
    let ears = crate::bytes::Bytes::aligned(plan.front_end());
    let ears = Ears::parse(ears.as_slice()).ok()?;
    Some(plan.operand(plan.side(false, 0)?.operand).len as usize / ears.row())
}

fn serve(
    checkout: &Checkout,
    machine: &Machine,
    plan: &[u8],
    frames: usize,
    sounds: &[Vec<i16>],
    say: &mut dyn FnMut(&str),
) -> Result<Listened, EmulatedError> {
    let qemu = Qemu::find(machine)?;
    let mut builder = Builder::new(checkout, say);
    let (elf, counter) = (builder.listener(machine, plan)?, builder.counter(qemu.api4())?);
    let folder = tempfile::Builder::new().prefix("midge-").tempdir();
    let folder = folder.map_err(EmulatedError::file("create a folder in", &std::env::temp_dir()))?;
    let path = |name: &str| folder.path().join(name);
    let mut input = Vec::new();
    for sound in sounds {
        input.extend((sound.len() as u32).to_le_bytes());
        input.extend(sound.iter().flat_map(|sample| sample.to_le_bytes()));
    }
    fs::write(path("input.bin"), input).map_err(EmulatedError::file("write", &path("input.bin")))?;
    // the plan is linked in; nothing is put beside the image
    fs::write(path(Qemu::PLANS), []).map_err(EmulatedError::file("write", &path(Qemu::PLANS)))?;
    let status = qemu.run(machine, &elf, folder.path(), Some(&counter), &|_| {})?;
    if !status.success() {
        let log = fs::read_to_string(path("log.txt")).unwrap_or_default();
        let machine = &machine.machine;
        return Err(EmulatedError::Failed(format!("the firmware on {machine} failed: {}", log.trim())));
    }
    let read = |name: &str| fs::read(path(name)).map_err(EmulatedError::file("read", &path(name)));
    let image = fs::read(&elf).map_err(EmulatedError::file("read", &elf))?;
    let image = Image::read(&image)?;
    let (response, mut counts) = (read("response.txt")?, Lines::parse(&read("counts.txt")?));
    let mut listened = Listened {
        outputs: read("output.bin")?,
        classes: Vec::new(),
        machine: machine.machine.clone(),
        features: Vec::new(),
        runs: Vec::new(),
        flash_bytes: image.flash_bytes(),
        ram_bytes: image.ram_bytes(),
        stack_bytes: 0,
    };
    for line in String::from_utf8_lossy(&response).lines() {
        match line.split_once('=').and_then(|(key, value)| Some((key, value.parse().ok()?))) {
            Some(("class", class)) => listened.classes.push(class),
            Some(("stack_bytes", bytes)) => listened.stack_bytes = bytes as u64,
            _ => return Err(broken("response.txt")),
        }
    }
    if listened.classes.len() != sounds.len() {
        return Err(broken("response.txt"));
    }
    for _ in sounds {
        listened.features.push(counts.front(frames)?);
        listened.runs.push(counts.front(1)?);
    }
    Ok(listened)
}
