//! Any bytes as a float model: they are refused, or they become an integer model that loads and runs.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    assert_eq!(midge_suite::attempt::quantized(bytes), Ok(()));
});
