//! Any bytes as a model: they are refused, or they become a plan that loads and runs.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    assert_eq!(midge_suite::attempt::model(bytes), Ok(()));
});
