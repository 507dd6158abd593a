//! Checks the golden, then answers every row of `input.bin` in the current folder, if there is one.
#![no_std]
#![no_main]

mod host;

use cortex_m_rt::entry;
use cortex_m_semihosting::{debug, hprintln};
use {name}::{GOLDEN, INPUT, Memory, highest, run};
use panic_semihosting as _;

#[entry]
fn main() -> ! {
    static mut MEMORY: Memory = Memory::new();
    let passed = run(MEMORY, &GOLDEN.0) == Ok(GOLDEN.1);
    hprintln!("golden: class {}, {}", highest(&GOLDEN.1), if passed { "PASS" } else { "FAIL" });
    let mut row = [0; INPUT];
    if let Some(mut rows) = host::File::open(c"input.bin") {
        while rows.read(&mut row) {
            match run(MEMORY, &row) {
                Ok(output) => hprintln!("class {}", highest(&output)),
                Err(error) => hprintln!("{:?}", error),
            }
        }
    }
    debug::exit(if passed { debug::EXIT_SUCCESS } else { debug::EXIT_FAILURE });
    loop {
        cortex_m::asm::wfi();
    }
}
