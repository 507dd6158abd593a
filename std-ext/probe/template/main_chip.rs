//! Checks the golden, then answers every row that the debug probe sends: down channel 0 of RTT. Put a sensor in its place.
#![no_std]
#![no_main]

#[cfg(feature = "profile")]
mod profile;

use {core} as _; // critical sections for the log
use {start}::entry;
use {name}::{GOLDEN, INPUT, Memory, highest, run};
use panic_halt as _;
use static_cell::ConstStaticCell;
{boot}
#[entry]
fn main() -> ! {
    static MEMORY: ConstStaticCell<Memory> = ConstStaticCell::new(Memory::new());
    let memory = MEMORY.take();
    let channels = rtt_target::rtt_init! {
        up: { 0: { size: 1024, name: "defmt" } }
        down: { 0: { size: 1024, name: "input" } }
    };
    rtt_target::set_defmt_channel(channels.up.0);
    let mut probe = channels.down.0;

    let passed = run(memory, &GOLDEN.0) == Ok(GOLDEN.1);
    defmt::info!("golden: class {}, {}", highest(&GOLDEN.1), if passed { "PASS" } else { "FAIL" });
    #[cfg(feature = "profile")]
    profile::print(memory);
    let (mut row, mut filled) = ([0; INPUT], 0);
    loop {
        filled += probe.read(row.get_mut(filled..).unwrap_or_default());
        if filled == INPUT {
            filled = 0;
            match run(memory, &row) {
                Ok(output) => defmt::info!("class {}", highest(&output)),
                Err(error) => defmt::error!("{}", error),
            }
        }
    }
}
