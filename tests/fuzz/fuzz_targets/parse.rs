//! Any bytes as a plan: they are refused, or they load and run.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    assert_eq!(midge_suite::attempt::plan(bytes), Ok(()));
});
