//! Espressif's ESP32-C3-DevKitM-1 that hears by a microphone with an I2S interface whether a machine is well: an INMP441 or one like
//! it, SCK at GPIO4, WS at GPIO5, SD at GPIO6, L/R low. Verdicts go out as lines by the board's USB, with 115,200 bits a second:
//! its bridge is at GPIO21.
//!
//! Sources: the board's user guide, which has these pins on its headers and U0TXD at GPIO21; the INMP441's datasheet, 24 bits in
//! the upper part of 32, 64 clocks a frame, 7,800 to 50,000 frames a second.
#![no_std]
#![no_main]

use core::fmt::Write;

use esp_hal::clock::CpuClock;
use esp_hal::dma_rx_stream_buffer;
use esp_hal::i2s::master::{Channels, DataFormat, I2s, TdmConfig};
use esp_hal::time::Rate;
use esp_hal::uart::{self, UartTx};
use midge_anomaly::{Hearing, Memory, WINDOW};
use panic_halt as _;

esp_bootloader_esp_idf::esp_app_desc!();

#[esp_hal::main]
fn main() -> ! {
    // does not end but for what can't be set up
    let _ = listen(&mut Memory::new());
    loop {
        core::hint::spin_loop();
    }
}

/// Hears as long as samples come.
fn listen(memory: &mut Memory) -> Option<()> {
    let chip = esp_hal::init(esp_hal::Config::default().with_cpu_clock(CpuClock::max()));
    let mut port = UartTx::new(chip.UART0, uart::Config::default()).ok()?.with_tx(chip.GPIO21);
    let format = TdmConfig::new_tdm_philips()
        .with_sample_rate(Rate::from_hz(8000))
        .with_data_format(DataFormat::Data32Channel32)
        .with_channels(Channels::LEFT);
    let bus = I2s::new(chip.I2S0, chip.DMA_CH0, format).ok()?;
    let microphone = bus.i2s_rx.with_bclk(chip.GPIO4).with_ws(chip.GPIO5).with_din(chip.GPIO6).build();
    // a quarter of a second, in pieces of 32 ms
    let mut sound = microphone.read(dma_rx_stream_buffer!(8192, 1024)).ok()?;

    let mut hearing = Hearing::new(memory)?;
    // a line that can't be sent is lost, and the next one is not
    let _ = write!(port, "listening: a window is {WINDOW} samples\r\n");
    loop {
        let (words, _) = sound.peek().as_chunks();
        for [_, _, low, high] in words {
            if let Some(verdict) = hearing.hear(&mut &[i16::from_le_bytes([*low, *high])][..]) {
                let _ = write!(port, "{verdict}\r\n");
            }
        }
        let heard = size_of_val(words);
        sound.consume(heard);
    }
}
