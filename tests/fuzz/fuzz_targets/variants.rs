//! Bytes as a layer of any geometry: however it is packed, its outputs are the same.
#![no_main]

use midge_core::Kernels;
use midge_suite::variants::variants;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let plans = variants(bytes, Kernels::ALL);
    assert!(plans.is_ok(), "{plans:?}");
});
