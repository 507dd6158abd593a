//! A Raspberry Pi Pico (RP2040, a Cortex-M0+) that hears by a microphone whether a machine is well: `midge_pico` says how.
#![no_std]
#![no_main]

use embassy_executor::Spawner;
use panic_halt as _;

#[embassy_executor::main]
async fn main(_spawner: Spawner) {
    midge_pico::listen().await;
}
