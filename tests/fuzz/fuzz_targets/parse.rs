//! Any bytes as a plan: they are refused, or they load and run.
//!
//! Checksums and identity are made to match first, so that the fuzzer gets past them to the rules behind.
#![no_main]

use libfuzzer_sys::fuzz_target;
use midge_core::{Kernels, Runtime};
use midge_runtime::verify;
use midge_suite::Buffer;
use midge_suite::edit::Edit;

/// The largest arena that is given to a plan, bytes.
const ARENA: usize = 1 << 16;

fuzz_target!(|bytes: &[u8]| {
    attempt(bytes);
    if bytes.len() > 128 {
        attempt(&Edit::new(bytes).seal());
    }
});

fn attempt(bytes: &[u8]) {
    let plan = Buffer::new(bytes);
    // reads every byte, and must come to an end whatever they are
    let faults = verify::faults(plan.bytes());
    let Ok(runtime) = Runtime::load(plan.bytes(), Kernels::ALL) else {
        assert!(!faults.is_empty(), "refused, but nothing is wrong with it");
        return;
    };
    let mut arena = Buffer::new(&[0x5a; ARENA]);
    if let Ok(mut session) = runtime.session(arena.bytes_mut()) {
        let mut steps = 0;
        let ran = session.run_with(|_| steps += 1);
        // a checked plan has nothing to report
        assert!(ran.is_ok() && steps == runtime.plan().step_count(), "{ran:?} in step {steps}");
    }
}
