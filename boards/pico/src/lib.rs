//! What the boards Raspberry Pi Pico and Pico 2 share. A microphone with an analog output, at half the supply without sound, is at
//! GP26; verdicts go out as lines at GP0, 115,200 bits a second, and to the board's lamp at GP25, which is lit while a machine is not
//! well. Pins are those of the pinouts in Raspberry Pi's datasheets of the two boards: GP26 is ADC0, GP0 UART0 TX, GP25 the lamp.
#![no_std]

use embassy_rp::adc::{Adc, Async, Channel};
use embassy_rp::dma;
use embassy_rp::gpio::Output;
use embassy_rp::uart::{Blocking, UartTx};
use embedded_io::Write;
use midge_anomaly::{Hearing, Memory, WINDOW};
use midge_sense::reading::Centered;

/// What the program works in.
#[derive(Debug)]
pub struct Rooms {
    memory: Memory,
    /// What the converter has read of a window.
    readings: [u16; WINDOW],
}

impl Default for Rooms {
    fn default() -> Self {
        Self::new()
    }
}

impl Rooms {
    /// Nothing was heard yet.
    pub const fn new() -> Self {
        Rooms { memory: Memory::new(), readings: [0; WINDOW] }
    }
}

/// What of a board the program needs.
pub struct Parts {
    /// The converter,
    pub adc: Adc<'static, Async>,
    /// what it listens to,
    pub microphone: Channel<'static>,
    /// and what carries its readings to memory.
    pub dma: dma::Channel<'static>,
    /// Where lines go.
    pub port: UartTx<'static, Blocking>,
    /// Lit while a machine is not well.
    pub lamp: Output<'static>,
}

/// The converter's clock of 48 MHz makes 8,000 readings a second, each in so many and one of its cycles.
const CYCLES: u16 = 5999;

/// Hears a window, judges it, and so on: it hears 512 ms, and is deaf for 46 where an RP2040 judges, as rp2040js has it.
pub async fn listen(rooms: &mut Rooms, mut parts: Parts) {
    let Some(mut hearing) = Hearing::new(&mut rooms.memory) else { return };
    // a line that can't be sent is lost, and the next one is not
    let _ = write!(parts.port, "listening: a window is {WINDOW} samples\r\n");
    let mut centered = Centered::new(12, 8);
    loop {
        let read = parts.adc.read_many(&mut parts.microphone, &mut rooms.readings, CYCLES, &mut parts.dma);
        if read.await.is_err() {
            let _ = write!(parts.port, "the converter failed\r\n");
            continue;
        }
        for reading in rooms.readings {
            if let Some(verdict) = hearing.hear(&mut &[centered.sample(reading)][..]) {
                parts.lamp.set_level((!verdict.well()).into());
                let _ = write!(parts.port, "{verdict}\r\n");
            }
        }
    }
}
