//! A thousand runs allocate nothing. A program of its own, because an allocator counts for all of it.
#![expect(clippy::unwrap_used, reason = "helpers of tests, which may panic")]
#![expect(unsafe_code, reason = "an allocator that counts, around the system's own")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering};

use midge_compiler::convert;
use midge_core::{Error, Kernels, Plan, Runtime};
use midge_suite::models::models;
use midge_suite::{Buffer, Choice, cases};

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

/// Allocations of loading, checking, a session and runs: all of it in memory that the caller gave.
fn allocations(file: &[u8], runs: usize) -> usize {
    let plan = Buffer::new(file);
    let mut arena = Buffer::new(&vec![0; Plan::parse(plan.bytes()).unwrap().arena_len()]);
    let before = CALLS.load(Ordering::Relaxed);
    let runtime = Runtime::load(plan.bytes(), Kernels::ALL).unwrap();
    let mut session = runtime.session(arena.bytes_mut()).unwrap();
    for i in 0..runs {
        session.input_mut(0).unwrap().fill(i as u8);
        // an index may be out of range in what is filled in here
        assert!(matches!(session.run(), Ok(()) | Err(Error::Index)));
        assert!(!session.output(0).unwrap().bytes().is_empty());
    }
    CALLS.load(Ordering::Relaxed) - before
}

#[test]
fn a_thousand_runs_allocate_nothing() {
    for model in models().unwrap().iter().filter(|m| ["digits", "hello"].contains(&m.name.as_str())) {
        for choice in Choice::KINDS {
            let file = convert(&model.model, &choice.options()).unwrap().file;
            assert_eq!(allocations(&file, 1000), 0, "{} for {choice}", model.name);
        }
    }
    // every kernel
    for case in cases().unwrap() {
        for choice in Choice::KINDS {
            let Ok(compiled) = convert(&case.model, &choice.options()) else {
                continue;
            };
            assert_eq!(allocations(&compiled.file, 3), 0, "{} for {choice}", case.path());
        }
    }
    assert!(CALLS.load(Ordering::Relaxed) > 0);
}
