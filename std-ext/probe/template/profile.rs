//! What each step of a run takes, in ticks of the core's clock: `cargo run --release --features profile`.

{clock}
use {name}::{GOLDEN, KERNELS, Memory, run_with};

/// Runs the golden's input and prints the ticks of each step.
pub fn print(memory: &mut Memory) {
    let clock = Clock::start();
    let mut steps = [0; KERNELS.len()];
    let start = clock.now();
    let mut before = start;
    let ran = run_with(memory, &GOLDEN.0, |index| {
        let now = clock.now();
        if let Some(step) = steps.get_mut(index) {
            *step = clock.between(before, now);
        }
        before = clock.now();
    });
    let all = clock.between(start, clock.now());
    if let Err(error) = ran {
        defmt::error!("{}", error);
    }
    for (kernel, ticks) in KERNELS.iter().zip(steps) {
        defmt::info!("{}: {} ticks", kernel, ticks);
    }
    defmt::info!("the run: {} ticks", all);
}
