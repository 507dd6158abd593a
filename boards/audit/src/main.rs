//! Links only if no panic can be reached: the panic handler calls a function that is nowhere, and the linker, which
//! has dropped all that nothing calls, asks for it if anything is left that could panic.
//!
//! The plan, the arena and the index of a port come from the caller of `_start`, who is not known either: the compiler
//! can fold nothing. Every kernel is in. Nobody runs this program.
#![no_std]
#![no_main]
#![expect(unsafe_code, reason = "what the linker sees: one function from outside, one to outside")]

use core::panic::PanicInfo;
use midge_core::plan::Plan;
use midge_core::signal::{Ears, FrontEnd, Scale, Unfit};
use midge_core::{Arena, At, Element, Error, Kernels, Model, Resolve, Runtime, Session, View};

mod planted;

unsafe extern "C" {
    fn a_panic_can_be_reached() -> !;
}

#[panic_handler]
fn panic(_: &PanicInfo<'_>) -> ! {
    // SAFETY: never linked, so never called.
    unsafe { a_panic_can_be_reached() }
}

/// What the outside gives.
#[derive(Debug)]
pub struct Given {
    plan: &'static [u8],
    arena: &'static mut [u8],
    port: u8,
    ears: &'static [u8],
    samples: &'static [i16],
    input: &'static mut [u8],
    linked: &'static Model<1, [i8; 4], [i8; 4]>,
    linked_arena: &'static mut Arena<64>,
}

/// Loads and runs; 0 if all went well.
#[unsafe(no_mangle)]
pub fn _start(given: &mut Given) -> i32 {
    at_run_time(given.plan, given.arena, given.port)
        .and_then(|()| linked(given.linked, given.linked_arena, given.port).map_err(nowhere))
        .map_or_else(|at| at.error as i32 + 1, |()| 0)
        .wrapping_add(
            heard(given.ears, given.samples, given.input).map_or_else(|unfit| unfit as i32, |sum| sum),
        )
}

/// Features of sound, and an input of them.
fn heard(ears: &[u8], mut samples: &[i16], input: &mut [u8]) -> Result<i32, Unfit> {
    let scale = Scale::new(ears.len() as u32, samples.len() as i32)?;
    let ears = Ears::parse(ears)?;
    let mut front = FrontEnd::<1024, 128>::new(*ears.tables())?;
    let mut sum = ears.tables().recipe().samples(ears.row()) as i32;
    while let Some(frame) = front.push(&mut samples) {
        ears.fill(frame, input);
        sum = frame.iter().fold(sum, |sum, feature| sum.wrapping_add(scale.byte(*feature).into()));
    }
    front.reset();
    Ok(sum)
}

/// The run-time door.
fn at_run_time(plan: &[u8], arena: &mut [u8], port: u8) -> Result<(), At> {
    let runtime = Runtime::load(plan, Kernels::ALL)?;
    let parsed = runtime.plan();
    if !parsed.verify_constants(plan) || Kernels::ALL.first_missing(parsed).is_some() {
        return Err(nowhere(Error::SectionChecksum));
    }
    about(parsed);
    let bound = runtime.bind::<4>().map_err(nowhere)?;
    work(&mut bound.session(arena).map_err(nowhere)?, port).map_err(nowhere)?;
    let mut session = runtime.session(arena).map_err(nowhere)?;
    session.reset();
    work(&mut session, port).map_err(nowhere)?;
    planted::last(&session, parsed).map_err(nowhere)?;
    session.into_output::<i8>(port).map(drop).map_err(nowhere)
}

/// The static door.
fn linked(model: &Model<1, [i8; 4], [i8; 4]>, arena: &mut Arena<64>, port: u8) -> Result<(), Error> {
    work(&mut model.session(arena)?, port)?;
    model.run(arena, &[1, 2, 3, 4]).map(drop)
}

/// Everything that a session can do.
fn work<R: Resolve>(session: &mut Session<'_, R>, port: u8) -> Result<(), Error> {
    session.input_mut(port)?.fill(port);
    session.set_input(port, &[1i8, 2])?;
    session.set_input(port, &[1.0f32])?;
    session.run()?;
    let mut seen = 0usize;
    session.run_with(|done| seen = seen.wrapping_add(done.output().len()))?;
    let output = session.output(port)?;
    element::<i8>(output)?;
    element::<u8>(output)?;
    element::<i16>(output)?;
    element::<i32>(output)?;
    element::<f32>(output)
}

/// Everything that a view can do.
fn element<T: Element>(view: View<'_>) -> Result<(), Error> {
    let flat = view.reshape(view.shape())?;
    let strides = flat.strides();
    flat.at::<T>(&strides)?;
    View::new(flat.elements::<T>()?, flat.shape()).map(drop)
}

/// Everything that a plan says of itself.
fn about(plan: &Plan<'_>) {
    let mut seen = plan
        .name()
        .len()
        .wrapping_add(plan.front_end().len())
        .wrapping_add(plan.id().len())
        .wrapping_add(plan.step_count());
    for side in [false, true] {
        let mut i = 0;
        while let Some(port) = plan.side(side, i) {
            seen =
                seen.wrapping_add(port.shape().len()).wrapping_add(plan.operand(port.operand).len as usize);
            i = i.wrapping_add(1);
        }
    }
    core::hint::black_box(seen);
}

fn nowhere(error: Error) -> At {
    At { step: At::NOWHERE, error }
}
