//! Any bytes as a model: they are refused, or they become a plan that loads and runs.
#![no_main]

use libfuzzer_sys::fuzz_target;
use midge_compiler::{ConvertError, Options, Target, convert};
use midge_core::{Kernels, Runtime};
use midge_suite::Buffer;

/// The largest arena that is given to a plan, bytes.
const ARENA: usize = 1 << 16;
/// Most multiply-accumulates of a plan that is run.
const MACS: u64 = 1 << 20;

fuzz_target!(|bytes: &[u8]| {
    // the last byte chooses what is packed for, so that both arrangements of weights are reached
    let target = match bytes.last() {
        Some(byte) if byte % 2 == 1 => Target::M4,
        _ => Target::Portable,
    };
    let _ = midge_compiler::import::about(bytes);
    let compiled = match convert(bytes, &Options { target, name: None }) {
        Ok(compiled) => compiled,
        // the compiler's own plans must pass the core's checks
        Err(ConvertError::Pack(error)) => panic!("{error}"),
        Err(error) => {
            assert!(!error.to_string().is_empty());
            return;
        }
    };
    let plan = Buffer::new(&compiled.file);
    let runtime = Runtime::load(plan.bytes(), Kernels::ALL).expect("a packed plan loads");
    if runtime.plan().arena_len() > ARENA || compiled.metadata.macs > MACS {
        return;
    }
    let mut arena = Buffer::new(&[0x5a; ARENA]);
    let mut session = runtime.session(arena.bytes_mut()).expect("the arena is large enough");
    session.run().expect("a packed plan runs");
});
