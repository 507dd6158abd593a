//! A short, fixed run of what the fuzzer `run` does for hours.

use midge_suite::noise::Noise;
use midge_suite::scramble::{End, changed, plans, run};

#[test]
fn scrambled_plans_are_refused_or_run() {
    let plans = plans();
    let (mut noise, mut ran) = (Noise(0xf00d), 0);
    const ROUNDS: usize = 4_000;
    for round in 0..ROUNDS {
        let mut bytes = [0; 20];
        bytes.iter_mut().for_each(|byte| *byte = noise.word() as u8);
        let len = 2 + 6 * noise.below(4);
        let plan = changed(&plans, &bytes[..len]).unwrap();
        let end = run(&plan).unwrap_or_else(|wrong| panic!("round {round}: {wrong}"));
        ran += usize::from(end == End::Ran);
    }
    assert!(ran > ROUNDS / 10, "only {ran} of {ROUNDS} ran");
    println!("{ran} of {ROUNDS} ran");
}
