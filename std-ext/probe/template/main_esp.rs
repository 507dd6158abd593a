//! Checks the golden, then answers every row that comes by the chip's USB or UART0. Put a sensor in its place.
#![no_std]
#![no_main]

#[cfg(feature = "profile")]
mod profile;

use esp_hal::clock::CpuClock;
use esp_hal::uart::{Config, UartRx};
use esp_hal::usb::usb_serial_jtag::UsbSerialJtag;
use esp_println as _; // carries the log
use {name}::{GOLDEN, INPUT, Memory, highest, run};
use panic_halt as _;
use static_cell::ConstStaticCell;

esp_bootloader_esp_idf::esp_app_desc!();

#[esp_hal::main]
fn main() -> ! {
    static MEMORY: ConstStaticCell<Memory> = ConstStaticCell::new(Memory::new());
    let memory = MEMORY.take();
    let chip = esp_hal::init(esp_hal::Config::default().with_cpu_clock(CpuClock::max()));
    let (mut usb, _) = UsbSerialJtag::new(chip.USB_DEVICE).split();
    let mut uart = UartRx::new(chip.UART0, Config::default()).ok().map(|uart| uart.with_rx(chip.GPIO20));

    let passed = run(memory, &GOLDEN.0) == Ok(GOLDEN.1);
    defmt::info!("golden: class {}, {}", highest(&GOLDEN.1), if passed { "PASS" } else { "FAIL" });
    #[cfg(feature = "profile")]
    profile::print(memory);
    let (mut row, mut filled) = ([0; INPUT], 0);
    loop {
        filled += usb.drain_rx_fifo(row.get_mut(filled..).unwrap_or_default());
        // what is left of a row, if bytes were lost, is filled up with the next
        let rest = row.get_mut(filled..).unwrap_or_default();
        filled += uart.as_mut().and_then(|uart| uart.read_buffered(rest).ok()).unwrap_or(0);
        if filled == INPUT {
            filled = 0;
            match run(memory, &row) {
                Ok(output) => defmt::info!("class {}", highest(&output)),
                Err(error) => defmt::error!("{}", error),
            }
        }
    }
}
