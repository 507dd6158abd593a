//! A model with an operator from outside the core, on the Arm MPS2 board with image AN386: `cargo run --release`.
#![no_std]
#![no_main]

use cortex_m as _; // critical sections for the log
use cortex_m_rt::entry;
use defmt_semihosting as _; // carries the log
use midge_board::host;
use midge_core::Arena;
use midge_custom::kernels;

midge_core::model! {
    /// A leaky integrator, then a fully connected layer on each step of time.
    static LEAKY = "../../../tests/custom/model/leaky.midge"; with kernels;
}

/// What `make.py` beside the model has computed, in NumPy files whose elements stand at their end.
static INPUTS: &[u8] = include_bytes!("../../../tests/custom/model/inputs.npy");
static OUTPUTS: &[u8] = include_bytes!("../../../tests/custom/model/outputs.npy");

#[entry]
fn main() -> ! {
    static mut ARENA: Arena<{ LEAKY::ARENA }> = Arena::new();
    for (i, step) in LEAKY.plan().steps().enumerate() {
        defmt::info!("step {}: {}", i, kernels::name(step.code()).unwrap_or("?"));
    }
    let (inputs, outputs) = (INPUTS.as_rchunks().1, OUTPUTS.as_rchunks().1);
    let (mut passed, mut failed) = (0, 0);
    // from the last row to the first: a file's header is as long as some rows
    for (input, expected) in inputs.iter().rev().zip(outputs.iter().rev()).take(ROWS) {
        let input: &[u8; size_of::<LEAKY::Input>()] = input;
        let expected: &[u8; size_of::<LEAKY::Output>()] = expected;
        match LEAKY.run(ARENA, &input.map(u8::cast_signed)) {
            Ok(output) if output.map(i8::cast_unsigned) == *expected => passed += 1,
            Ok(_) => failed += 1,
            Err(error) => {
                defmt::error!("{}", error.message());
                failed += 1;
            }
        }
    }
    defmt::info!("{} passed, {} failed", passed, failed);
    host::exit(u8::from(failed > 0 || passed != ROWS))
}

/// Rows of the files.
const ROWS: usize = 8;
