//! Whether kernels are total: whatever the constants and work memory hold, a step ends in time, without a panic, and
//! touches nothing outside of its operands.
//!
//! Each step of a plan is run alone, in a plan of its own, so that what it changed can be seen from outside.

use std::panic::catch_unwind;
use std::time::{Duration, Instant};

use midge_core::plan::region;
use midge_core::{Error, Kernels, Plan, Runtime};

use crate::edit::Edit;
use crate::noise::Noise;
use crate::runtime::Buffer;

/// How many times longer than with its own constants a step may take.
const SLOWER: u32 = 50;
/// What it may take besides: this machine has other things to do.
const PAUSE: Duration = Duration::from_millis(20);
/// Bytes around the arena that are watched.
const FENCE: usize = 256;

/// What is wrong with the steps of a sound plan when constants and memory hold noise.
pub fn faults(file: &[u8], kernels: Kernels<'static>, noise: &mut Noise) -> Vec<String> {
    let steps = Plan::parse(file).map_or(0, |plan| plan.step_count());
    let faulty = |step| Some(format!("step {step}: {}", alone(file, step, kernels, noise).err()?));
    (0..steps).filter_map(faulty).collect()
}

fn alone(file: &[u8], step: usize, kernels: Kernels<'static>, noise: &mut Noise) -> Result<(), String> {
    // state is given noise too, which a session would clear
    let regions = Plan::parse(file).map_or(0, |plan| usize::from(plan.header().regions));
    let mut edit = Edit::new(file).alone(step);
    for i in 0..regions {
        edit = edit.region(i, |r| r.kind = if r.kind == region::STATE { region::WORK } else { r.kind });
    }
    let own = edit.clone().seal();
    let noisy = edit.constants(|bytes| noise.fill(bytes)).seal();
    let mut memory = arena(&own);
    noise.fill(memory.bytes_mut());

    run(&own, kernels, &mut memory.clone())?;
    let usual = (0..3).map(|_| run(&own, kernels, &mut memory.clone())).collect::<Result<Vec<_>, _>>()?;
    let usual = usual.into_iter().min().unwrap_or_default();
    let mut after = memory.clone();
    let limit = usual * SLOWER + PAUSE;
    let mut took = run(&noisy, kernels, &mut after)?;
    for _ in 0..5 {
        if took > limit {
            took = took.min(run(&noisy, kernels, &mut memory.clone())?);
        }
    }
    if took > limit {
        return Err(format!("took {took:?} instead of {usual:?}"));
    }

    let touched = Touched::by(&noisy);
    let strange = |(i, (a, b)): (usize, (&u8, &u8))| (a != b && !touched.writes(i)).then_some(i);
    if let Some(i) = memory.bytes().iter().zip(after.bytes()).enumerate().find_map(strange) {
        return Err(format!(
            "changed byte {} of the arena, which it does not write",
            i as isize - FENCE as isize
        ));
    }
    // the same with everything else upside down: nothing of it may be read
    let mut other = memory.clone();
    let foreign = |(i, byte): (usize, _)| (!touched.uses(i)).then_some(byte);
    other.bytes_mut().iter_mut().enumerate().filter_map(foreign).for_each(|byte: &mut u8| *byte = !*byte);
    run(&noisy, kernels, &mut other)?;
    let pairs = after.bytes().iter().zip(other.bytes()).enumerate();
    match pairs.filter(|(i, _)| touched.writes(*i)).find(|(_, (a, b))| a != b) {
        Some((i, _)) => Err(format!("byte {} of the arena depends on what it does not read", i - FENCE)),
        None => Ok(()),
    }
}

/// Memory for a plan, with a fence on both sides.
fn arena(file: &[u8]) -> Buffer {
    Buffer::new(&vec![0; Plan::parse(file).map_or(0, |plan| plan.arena_len()) + 2 * FENCE])
}

/// Loads and runs a plan, and says how long the run took.
fn run(file: &[u8], kernels: Kernels<'static>, memory: &mut Buffer) -> Result<Duration, String> {
    let plan = Buffer::new(file);
    let runtime = Runtime::load(plan.bytes(), kernels).map_err(|at| format!("not loaded: {at}"))?;
    let fenced = memory.bytes_mut();
    let end = fenced.len() - FENCE;
    let mut session = runtime.session(&mut fenced[FENCE..end]).map_err(|e| e.to_string())?;
    let start = Instant::now();
    let ran = catch_unwind(std::panic::AssertUnwindSafe(|| session.run()));
    let took = start.elapsed();
    match ran {
        // noise is no index; a kernel may say so
        Ok(Ok(()) | Err(Error::Index)) => Ok(took),
        Ok(Err(error)) => Err(format!("fails: {error}")),
        Err(_) => Err("panics".into()),
    }
}

/// The bytes of an arena, fences counted, that the operands of a plan's only step take.
struct Touched(Vec<(std::ops::Range<usize>, bool)>);

impl Touched {
    fn by(file: &[u8]) -> Self {
        let mut operands = vec![];
        if let Ok(plan) = Plan::parse(file) {
            for step in plan.steps() {
                for i in 0..step.operands() {
                    let operand = plan.operand(step.id(i));
                    if plan.region(operand.region).is_some_and(|r| r.kind != region::CONSTANTS) {
                        let start = FENCE + plan.region_start(operand.region) + operand.offset as usize;
                        operands.push((start..start + operand.len as usize, i < step.writes()));
                    }
                }
            }
        }
        Touched(operands)
    }

    fn writes(&self, byte: usize) -> bool {
        self.0.iter().any(|(range, written)| *written && range.contains(&byte))
    }

    fn uses(&self, byte: usize) -> bool {
        self.0.iter().any(|(range, _)| range.contains(&byte))
    }
}
