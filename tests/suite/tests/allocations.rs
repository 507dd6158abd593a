//! A thousand runs allocate nothing. A program of its own, because an allocator counts for all of it.
#![expect(unsafe_code, reason = "an allocator that counts, around the system's own")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering};

use midge_compiler::{Options, Target, convert};
use midge_core::{Kernels, Runtime};
use midge_suite::Buffer;
use midge_suite::models::models;

struct Counting;

static CALLS: AtomicUsize = AtomicUsize::new(0);

// SAFETY: every call goes to the system's allocator with the arguments it came with; counting touches no memory.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        CALLS.fetch_add(1, Ordering::Relaxed);
        // SAFETY: the caller keeps the contract of `alloc`.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        // SAFETY: the caller keeps the contract of `dealloc`.
        unsafe { System.dealloc(at, layout) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

#[test]
fn a_thousand_runs_allocate_nothing() {
    // loading, checking, a session and runs: all in memory that the caller gave
    for model in models().unwrap().iter().filter(|m| ["digits", "hello"].contains(&m.name.as_str())) {
        for target in [Target::Portable, Target::M4] {
            let file = convert(&model.model, &Options { target, name: None }).unwrap().file;
            let plan = Buffer::new(&file);
            let mut arena =
                Buffer::new(&vec![0; Runtime::load(plan.bytes(), Kernels::ALL).unwrap().plan().arena_len()]);
            let before = CALLS.load(Ordering::Relaxed);
            let runtime = Runtime::load(plan.bytes(), Kernels::ALL).unwrap();
            let mut session = runtime.session(arena.bytes_mut()).unwrap();
            for i in 0..1000 {
                session.input_mut(0).unwrap().fill(i as u8);
                session.run().unwrap();
                assert!(!session.output(0).unwrap().elements::<i8>().unwrap().is_empty());
            }
            assert_eq!(CALLS.load(Ordering::Relaxed) - before, 0, "{} for {target}", model.name);
        }
    }
    assert!(CALLS.load(Ordering::Relaxed) > 0);
}
