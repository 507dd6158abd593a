//! Bytes as changes of a sound plan: what comes out is refused, or it loads and runs. Says how many did run.
#![no_main]

use midge_suite::scramble::{End, plans, scramble};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

static PLANS: LazyLock<Vec<Vec<u8>>> = LazyLock::new(plans);
static TRIED: AtomicU64 = AtomicU64::new(0);
static RAN: AtomicU64 = AtomicU64::new(0);

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let end = scramble(&PLANS, bytes);
    let ran = RAN.fetch_add(u64::from(end == Ok(End::Ran)), Relaxed);
    let tried = TRIED.fetch_add(1, Relaxed) + 1;
    if tried.is_power_of_two() && tried > 1000 {
        eprintln!("{ran} of {tried} ran: {} %", ran * 100 / tried);
    }
    assert!(end.is_ok(), "{end:?}");
});
