//! Bytes as changes of a sound plan: what comes out is refused, or it loads and runs. Says how many did run, and writes
//! the plan to the file that `MIDGE_KEEP` names.
#![no_main]

use midge_suite::scramble::{End, changed, plans, run};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

static PLANS: LazyLock<Vec<Vec<u8>>> = LazyLock::new(plans);
static KEEP: LazyLock<Option<std::ffi::OsString>> = LazyLock::new(|| std::env::var_os("MIDGE_KEEP"));
static TRIED: AtomicU64 = AtomicU64::new(0);
static RAN: AtomicU64 = AtomicU64::new(0);

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let Some(plan) = changed(&PLANS, bytes) else { return };
    if let Some(file) = KEEP.as_ref() {
        std::fs::write(file, &plan).unwrap();
    }
    let end = run(&plan);
    let ran = RAN.fetch_add(u64::from(end == Ok(End::Ran)), Relaxed);
    let tried = TRIED.fetch_add(1, Relaxed) + 1;
    if tried.is_power_of_two() && tried > 1000 {
        eprintln!("{ran} of {tried} ran: {} %", ran * 100 / tried);
    }
    assert!(end.is_ok(), "{end:?}");
});
