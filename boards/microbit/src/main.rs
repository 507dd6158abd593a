//! The digits model on the BBC micro:bit, a Cortex-M0 with 16 KB of RAM: `cargo run --release`.
#![no_std]
#![no_main]

use cortex_m as _; // critical sections for the log
use cortex_m_rt::entry;
use defmt_semihosting as _; // carries the log
use midge_board::{cpuid, host};
use midge_digits::Memory;

#[entry]
fn main() -> ! {
    static mut MEMORY: Memory = Memory::new();
    defmt::info!("core {:08x}", cpuid());
    let passed = midge_digits::check(MEMORY);
    host::exit(u8::from(!passed))
}
