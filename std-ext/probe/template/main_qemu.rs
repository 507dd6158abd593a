//! Checks the golden, then answers every row of `input.bin` in the current folder, if there is one.
#![no_std]
#![no_main]

#[cfg(feature = "profile")]
mod profile;

use defmt_semihosting as _; // carries the log
use {core} as _; // critical sections for it
use {name}::{GOLDEN, INPUT, Memory, highest, run};
use {start}::entry;
use semihosting::{fs::File, io::Read, process};
use static_cell::ConstStaticCell;

#[entry]
fn main() -> ! {
    static MEMORY: ConstStaticCell<Memory> = ConstStaticCell::new(Memory::new());
    let memory = MEMORY.take();
    let passed = run(memory, &GOLDEN.0) == Ok(GOLDEN.1);
    defmt::info!("golden: class {}, {}", highest(&GOLDEN.1), if passed { "PASS" } else { "FAIL" });
    #[cfg(feature = "profile")]
    profile::print(memory);
    let mut row = [0; INPUT];
    if let Ok(mut rows) = File::open(c"input.bin") {
        while rows.read_exact(&mut row).is_ok() {
            match run(memory, &row) {
                Ok(output) => defmt::info!("class {}", highest(&output)),
                Err(error) => defmt::error!("{}", error),
            }
        }
    }
    process::exit(if passed { 0 } else { 1 })
}
