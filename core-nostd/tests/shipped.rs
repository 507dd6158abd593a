//! A whole model through the run-time door, from bytes to golden outputs: small enough for an interpreter that
//! watches every access, on machines of either byte order.

use midge_core::{Aligned, Kernels, Runtime};

static PLAN: &Aligned<[u8]> = &Aligned(*include_bytes!("../../tests/digits/digits.midge"));
const INPUTS: &[u8] = include_bytes!("../../tests/digits/goldens/inputs.npy");
const OUTPUTS: &[u8] = include_bytes!("../../tests/digits/goldens/outputs.npy");

#[test]
fn golden_outputs() {
    let runtime = Runtime::load(&PLAN.0, Kernels::ALL).unwrap();
    assert!(runtime.plan().verify_constants(&PLAN.0));
    let mut arena = vec![0xa5; runtime.plan().arena_len() + 15];
    let mut session = runtime.session(&mut arena).unwrap();
    // behind the header of an .npy file
    let rows = INPUTS[128..].chunks_exact(64).zip(OUTPUTS[128..].chunks_exact(10));
    for (x, y) in rows.take(if cfg!(miri) { 2 } else { 360 }) {
        session.input_mut(0).unwrap().copy_from_slice(x);
        session.run().unwrap();
        assert_eq!(session.output(0).unwrap().bytes(), y);
    }
}
