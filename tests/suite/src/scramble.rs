//! Sound plans of one step with a few fields and all constants changed: most are refused, but enough of them run to
//! try kernels on geometry and numbers that no compiler makes.

use std::collections::BTreeMap;

use midge_compiler::convert;
use midge_core::plan::STEP_LEN;
use midge_core::{Error, Kernels, Plan, Runtime};

use crate::case::cases;
use crate::choice::Choice;
use crate::edit::Edit;
use crate::noise::Noise;
use crate::runtime::Buffer;

/// Most plans of a kernel.
const EACH: usize = 24;
/// The largest arena that is given to a plan, bytes.
const ARENA: usize = 1 << 16;

/// What became of a scrambled plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// It was refused, or wants more memory than it gets.
    Refused,
    /// It ran to its end.
    Ran,
}

/// Plans of one step, with every kernel among them: from the suite's cases, spread over them.
pub fn plans() -> Vec<Vec<u8>> {
    let mut all = BTreeMap::<u16, Vec<Vec<u8>>>::new();
    for case in cases().unwrap_or_default() {
        for choice in Choice::KINDS {
            let Ok(compiled) = convert(&case.model, &choice.options()) else {
                continue;
            };
            let Ok(plan) = Plan::parse(&compiled.file) else { continue };
            for (i, step) in plan.steps().enumerate() {
                let device = compiled.file.get(..plan.device_len()).unwrap_or_default();
                let alone = Edit::new(device).alone(i).seal();
                let of_kernel = all.entry(step.code()).or_default();
                if alone.len() < 8192 && !of_kernel.contains(&alone) {
                    of_kernel.push(alone);
                }
            }
        }
    }
    let spread = |plans: Vec<Vec<u8>>| {
        let step = plans.len().div_ceil(EACH).max(1);
        plans.into_iter().step_by(step)
    };
    all.into_values().flat_map(spread).collect()
}

/// One of `plans`, changed as `bytes` say: two bytes for the plan and six for each change. The same bytes give another
/// plan when the suite has grown; what is found is kept as a plan.
pub fn changed(plans: &[Vec<u8>], bytes: &[u8]) -> Option<Vec<u8>> {
    let ([a, b], changes) = bytes.split_first_chunk()?;
    let sound = plans.get(usize::from(u16::from_le_bytes([*a, *b])) % plans.len().max(1))?;
    let changes = changes.as_chunks::<6>().0.iter().take(4);
    Some(changes.fold(Edit::new(sound), |edit, by| change(edit, *by)).seal())
}

/// Loads and runs a plan with noise in its memory.
///
/// # Errors
/// The plan was loaded, and its run failed.
pub fn run(plan: &[u8]) -> Result<End, String> {
    let plan = Buffer::new(plan);
    let Ok(runtime) = Runtime::load(plan.bytes(), Kernels::ALL) else { return Ok(End::Refused) };
    if runtime.plan().arena_len() > ARENA {
        return Ok(End::Refused);
    }
    let mut memory = Buffer::new(&vec![0; runtime.plan().arena_len()]);
    Noise(4711).fill(memory.bytes_mut());
    let mut session = runtime.session(memory.bytes_mut()).map_err(|error| error.to_string())?;
    match session.run() {
        // what lies in memory here need not be an index
        Ok(()) | Err(Error::Index) => Ok(End::Ran),
        Err(error) => Err(format!("loaded, and failed: {error}")),
    }
}

/// One change. Half of the kinds leave the geometry alone.
fn change(edit: Edit, [kind, at, a, b, c, d]: [u8; 6]) -> Edit {
    let value = u32::from_le_bytes([a, b, c, d]);
    let index = usize::from(at);
    match kind % 12 {
        0..6 => {
            let mut noise = Noise(u64::from(value) << 8 | u64::from(at) | 1 << 48);
            edit.constants(|bytes| noise.fill(bytes))
        }
        6 => edit.step(0, |record| parameter(record, index, |byte| *byte = a)),
        7 => edit
            .step(0, |record| parameter(record, index, |byte| *byte = byte.wrapping_add_signed(a as i8 % 4))),
        8 => edit.step(0, |record| {
            for i in 0..4 {
                parameter(record, (index & !3) + i, |byte| *byte = value.to_le_bytes()[i]);
            }
        }),
        9 => {
            edit.step(0, |record| record.iter_mut().skip(4).take(2).zip([a, b % 2]).for_each(|(r, v)| *r = v))
        }
        10 => edit.operand(index % 8, |operand| operand.len = value >> (b % 24)),
        _ => edit.operand(index % 8, |operand| operand.offset = (value >> (b % 24)) & !15),
    }
}

/// Changes a byte of the parameters, counted around.
fn parameter(record: &mut [u8], index: usize, change: impl FnOnce(&mut u8)) {
    let operands = record.get(3).map_or(0, |arity| usize::from(arity & 31));
    let start = (STEP_LEN + 2 * operands).next_multiple_of(4);
    let len = record.len().saturating_sub(start);
    if let Some(byte) = record.get_mut(start + index % len.max(1)) {
        change(byte);
    }
}
