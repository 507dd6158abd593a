//! Runs plans in real firmware on emulated microcontrollers, and measures what they cost there.
//!
//! [`run`] gives a plan and rows of input to the firmware of `boards/runner` in QEMU and returns its outputs, which
//! are those of the same plan anywhere; on request every step's output, and exact counts of instructions. [`size`]
//! links a plan into the smallest firmware that runs it and reads what that takes in flash and RAM.
//!
//! The firmware and the counting plugin are built from a checkout of the project, on first use and whenever their
//! sources change, into `emulated` in cargo's target directory. Processes may run and build at the same time.

mod answer;
mod board;
mod checkout;
mod ears;
mod elf;
mod error;
mod exchange;
mod firmware;
mod listener;
mod machine;
mod qemu;
mod spread;
#[cfg(test)]
mod tests;

pub use board::{BOARDS, Board, Fit};
pub use ears::{Heard, hear};
pub use elf::{Image, Part, Section};
pub use error::EmulatedError;
pub use listener::{Listened, listen};
pub use machine::{Machine, machines};

use checkout::Checkout;
use firmware::Builder;
use midge_core::Plan;
use qemu::Qemu;
use std::fs;
use std::ops::ControlFlow;
use std::path::Path;

/// Stack that a firmware must have left, bytes: what a run may take by the project's own rule.
const STACK: u64 = 1024;

/// Runs a firmware of any kind on a machine that is no Linux, in the current folder, until it ends, or until `at`, which gets
/// what it prints, breaks. Its exit code; none if it was stopped.
///
/// # Errors
/// QEMU is missing or cannot be started.
pub fn start(
    machine: &Machine,
    elf: &Path,
    at: &mut dyn FnMut(&[u8]) -> ControlFlow<()>,
) -> Result<Option<i32>, EmulatedError> {
    Qemu::find(machine)?.start(machine, elf, at)
}

/// What to run.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// A `.midge` file; its device part is what runs.
    pub plan: &'a [u8],
    /// Rows of input. State is reset before each,
    pub rows: usize,
    /// or only before the first.
    pub keep: bool,
    /// The rows one behind the other; a row is the input ports back to back, in port order, little-endian.
    pub inputs: &'a [u8],
    /// Whether to return what every step wrote, for every row.
    pub dump: bool,
    /// Count the instructions of this many runs of the first row; 0 counts none.
    pub repeat: u32,
}

impl<'a> Request<'a> {
    /// One row, counted once.
    pub const fn once(plan: &'a [u8], inputs: &'a [u8]) -> Self {
        Request { plan, rows: 1, keep: false, inputs, dump: false, repeat: 1 }
    }
}

/// What the firmware answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// The rows one behind the other; a row is the output ports back to back, in port order, little-endian.
    pub outputs: Vec<u8>,
    /// The first operand that each step wrote, all steps of the first row, then all of the next: step `s` of row `r`
    /// is at `r * steps + s`. Empty if not asked for.
    pub dumps: Vec<Vec<u8>>,
    /// QEMU's name of the machine. A plan too large for the one that is asked for runs on one with the same core and
    /// more memory, where there is one.
    pub machine: String,
    /// The core's CPUID register, as the firmware read it; none where there is no such register.
    pub cpuid: Option<u32>,
    /// Bytes of work memory: inputs, outputs, intermediates, scratch, state.
    pub arena_bytes: u64,
    /// Most bytes of stack that a run took, from the frame that called it.
    pub stack_bytes: u64,
    /// The counts, if asked for.
    pub counts: Option<Counts>,
}

/// Counts of what a core executed; all but cycles are exact.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Each counted run, from the caller's input buffer, outside the arena, to a readable output.
    pub runs: Vec<Count>,
    /// Each step of one more run, with the call and the loop around it.
    pub steps: Vec<Count>,
}

/// What was executed in a part of a program.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// Instructions.
    pub instructions: u64,
    /// Those of them that read memory.
    pub loads: u64,
    /// Those of them that write memory.
    pub stores: u64,
    /// What a model of the core makes of them, if there is one: published timings, memory without wait states.
    pub cycles: Option<u64>,
}

/// What a model costs: the sections of a firmware that can do nothing but run it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// Vectors, code, read-only data and initial values, without the model's own bytes.
    pub text_bytes: u64,
    /// The model's bytes in flash.
    pub const_bytes: u64,
    /// Initialized RAM.
    pub data_bytes: u64,
    /// Zeroed RAM without the arena.
    pub bss_bytes: u64,
    /// The arena.
    pub arena_bytes: u64,
}

/// Runs a plan on the emulated machine of `core` (`m0`, `m4`, ...: the lines of `boards/machines.txt`). `say` gets a
/// line before what takes seconds.
///
/// # Errors
/// See [`EmulatedError`]; `inputs` of another length than the plan's inputs times `rows` is a failure, too.
pub fn run(core: &str, request: &Request<'_>, say: &mut dyn FnMut(&str)) -> Result<Reply, EmulatedError> {
    run_with(core, request, say, &mut |_| {})
}

/// As [`run`]; `at` gets the number of rows that are done as it grows.
///
/// # Errors
/// As [`run`].
pub fn run_with(
    core: &str,
    request: &Request<'_>,
    say: &mut dyn FnMut(&str),
    at: &mut dyn FnMut(usize),
) -> Result<Reply, EmulatedError> {
    on_machine(core, |checkout, machine| spread::one(checkout, machine, request, say, at))
}

/// Runs many plans on the emulated machine of `core`, in as few runs of the emulator as its memory allows. Each has a
/// reply or an error of its own, in the order of the requests.
///
/// # Errors
/// What keeps all of them from running; see [`EmulatedError`].
pub fn run_all(
    core: &str,
    requests: &[Request<'_>],
    say: &mut dyn FnMut(&str),
) -> Result<Vec<Result<Reply, EmulatedError>>, EmulatedError> {
    let checkout = Checkout::find()?;
    let machines = checkout.machines()?;
    let machine = machines.named(core)?;
    let mut run = |machine, requests: &[Request<'_>]| spread::many(&checkout, machine, requests, say);
    let Some(larger) = machines.larger(machine) else { return run(machine, requests) };
    let mut replies = match run(machine, requests) {
        Err(EmulatedError::TooSmall { .. }) => return run(larger, requests),
        replies => replies?,
    };
    let small = |(i, reply): (usize, &Result<_, _>)| {
        matches!(reply, Err(EmulatedError::TooSmall { .. })).then_some((i, *requests.get(i)?))
    };
    let (places, again): (Vec<_>, Vec<_>) = replies.iter().enumerate().filter_map(small).unzip();
    if !again.is_empty() {
        for (i, reply) in places.into_iter().zip(run(larger, &again)?) {
            replies[i] = reply;
        }
    }
    Ok(replies)
}

/// Links a plan into the firmware of `boards/model` for `core` and reads what that takes. Built once for a plan.
///
/// # Errors
/// See [`EmulatedError`]; [`EmulatedError::NoFirmware`] of a core that runs Linux.
pub fn size(core: &str, plan: &[u8], say: &mut dyn FnMut(&str)) -> Result<Size, EmulatedError> {
    firmware(core, plan, say).map(|(_, image)| image.size())
}

/// As [`size`], all sections of the firmware, and the machine that it is laid out for.
///
/// # Errors
/// See [`EmulatedError`].
pub fn firmware(
    core: &str,
    plan: &[u8],
    say: &mut dyn FnMut(&str),
) -> Result<(Machine, Image), EmulatedError> {
    linked(core, plan, say).map(|(machine, image, _)| (machine, image))
}

/// As [`size`], the firmware itself, an ELF.
///
/// # Errors
/// See [`EmulatedError`].
pub fn elf(core: &str, plan: &[u8], say: &mut dyn FnMut(&str)) -> Result<Vec<u8>, EmulatedError> {
    linked(core, plan, say).map(|(_, _, elf)| elf)
}

fn linked(
    core: &str,
    plan: &[u8],
    say: &mut dyn FnMut(&str),
) -> Result<(Machine, Image, Vec<u8>), EmulatedError> {
    on_machine(core, |checkout, machine| {
        if machine.has_linux() {
            return Err(EmulatedError::NoFirmware { core: core.into() });
        }
        let parsed = Plan::parse(plan);
        let arena = parsed.map_or(0, |plan| plan.arena_len() as u64);
        room(machine, "flash", device(plan).len() as u64, machine.flash_bytes)?;
        room(machine, "ram", arena + STACK, machine.ram_bytes)?;
        let elf = Builder::new(checkout, say).model(machine, plan)?;
        let bytes = fs::read(&elf).map_err(EmulatedError::file("read", &elf))?;
        let image = Image::read(&bytes)?;
        room(machine, "ram", image.ram_bytes() + STACK, machine.ram_bytes)?;
        Ok((machine.clone(), image, bytes))
    })
}

/// The firmware that loads plans at run time, with all kernels that the core's machine, or its larger one, has room for.
///
/// # Errors
/// See [`EmulatedError`].
pub fn runner(core: &str, say: &mut dyn FnMut(&str)) -> Result<Vec<u8>, EmulatedError> {
    let checkout = Checkout::find()?;
    let machines = checkout.machines()?;
    let machine = machines.named(core)?;
    let elf = Builder::new(&checkout, say).runner(machines.larger(machine).unwrap_or(machine))?;
    fs::read(&elf).map_err(EmulatedError::file("read", &elf))
}

/// There is as much of a memory as is needed.
fn room(machine: &Machine, what: &str, need: u64, have: u64) -> Result<(), EmulatedError> {
    if need <= have {
        return Ok(());
    }
    Err(EmulatedError::TooSmall { machine: machine.machine.clone(), what: what.into(), need, have })
}

/// Does `work` on the core's machine or, where that is too small, on its larger one.
fn on_machine<T>(
    core: &str,
    mut work: impl FnMut(&Checkout, &Machine) -> Result<T, EmulatedError>,
) -> Result<T, EmulatedError> {
    let checkout = Checkout::find()?;
    let machines = checkout.machines()?;
    let machine = machines.named(core)?;
    match (work(&checkout, machine), machines.larger(machine)) {
        (Err(EmulatedError::TooSmall { .. }), Some(larger)) => work(&checkout, larger),
        (done, _) => done,
    }
}

/// The part of a plan that devices get; of what is no plan, everything, so that the device can say what is wrong.
fn device(plan: &[u8]) -> &[u8] {
    Plan::parse(plan).ok().and_then(|parsed| plan.get(..parsed.device_len())).unwrap_or(plan)
}
