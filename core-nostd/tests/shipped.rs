//! A whole model through the run-time door, from bytes to golden outputs: small enough for an interpreter that
//! watches every access, on machines of either byte order.
#![expect(clippy::unwrap_used, reason = "tests")]

use midge_core::{Aligned, Error, Kernels, Resolve, Runtime, Session};

static PLAN: &Aligned<[u8]> = &Aligned(*include_bytes!("../../tests/digits/digits.midge"));
const INPUTS: &[u8] = include_bytes!("../../tests/digits/goldens/inputs.npy");
const OUTPUTS: &[u8] = include_bytes!("../../tests/digits/goldens/outputs.npy");

#[test]
fn golden_outputs() {
    let runtime = Runtime::load(&PLAN.0, Kernels::ALL).unwrap();
    assert!(runtime.plan().verify_constants(&PLAN.0));
    let mut arena = vec![0xa5; runtime.plan().arena_len() + 15];
    answers(runtime.session(&mut arena).unwrap(), 360);
}

#[test]
fn a_plan_is_bound_whole_or_refused() {
    let runtime = Runtime::load(&PLAN.0, Kernels::ALL).unwrap();
    assert_eq!(runtime.plan().step_count(), 6);
    assert_eq!(runtime.bind::<5>().err(), Some(Error::TooManySteps));
    let mut arena = vec![0xa5; runtime.plan().arena_len() + 15];
    answers(runtime.bind::<6>().unwrap().session(&mut arena).unwrap(), 10);
    answers(runtime.bind::<7>().unwrap().session(&mut arena).unwrap(), 10);
}

fn answers(mut session: Session<'_, impl Resolve>, most: usize) {
    let most = if cfg!(miri) { 2 } else { most };
    // behind the header of an .npy file
    let rows = INPUTS[128..].chunks_exact(64).zip(OUTPUTS[128..].chunks_exact(10));
    for (x, y) in rows.take(most) {
        session.input_mut(0).unwrap().copy_from_slice(x);
        session.run().unwrap();
        assert_eq!(session.output(0).unwrap().bytes(), y);
    }
}
