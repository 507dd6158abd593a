//! What the boards Raspberry Pi Pico and Pico 2 share. A microphone with an analog output, at half the supply without sound, is at
//! GP26; verdicts go out as lines at GP0, 115,200 bits a second, and to the board's lamp at GP25, which is lit while a machine is not
//! well. Pins are those of the pinouts in Raspberry Pi's datasheets of the two boards: GP26 is ADC0, GP0 UART0 TX, GP25 the lamp.
#![no_std]

use embassy_rp::adc::{self, Adc};
use embassy_rp::gpio::{Level, Output, Pull};
use embassy_rp::peripherals::DMA_CH0;
use embassy_rp::uart::{self, UartTx};
use embassy_rp::{bind_interrupts, dma};
use embedded_io::Write;
use midge_anomaly::{Hearing, Memory, WINDOW};
use midge_sense::reading::Centered;

bind_interrupts!(struct Interrupts {
    ADC_IRQ_FIFO => adc::InterruptHandler;
    DMA_IRQ_0 => dma::InterruptHandler<DMA_CH0>;
});

/// The converter's clock of 48 MHz makes 8,000 readings a second, each in so many and one of its cycles.
const CYCLES: u16 = 5999;

/// Hears a window, judges it, and so on: it hears 512 ms, and is deaf for 46 where an RP2040 judges, as rp2040js has it.
pub async fn listen() {
    let board = embassy_rp::init(embassy_rp::config::Config::default());
    let mut converter = Adc::new(board.ADC, Interrupts, adc::Config::default());
    let mut microphone = adc::Channel::new_pin(board.PIN_26, Pull::None);
    let mut dma = dma::Channel::new(board.DMA_CH0, Interrupts);
    let mut port = UartTx::new_blocking(board.UART0, board.PIN_0, uart::Config::default());
    let mut lamp = Output::new(board.PIN_25, Level::Low);
    let (mut memory, mut readings) = (Memory::new(), [0; WINDOW]);
    let Some(mut hearing) = Hearing::new(&mut memory) else { return };
    // a line that can't be sent is lost, and the next one is not
    let _ = write!(port, "listening: a window is {WINDOW} samples\r\n");
    let mut centered = Centered::new(12, 8);
    loop {
        let read = converter.read_many(&mut microphone, &mut readings, CYCLES, &mut dma);
        if read.await.is_err() {
            let _ = write!(port, "the converter failed\r\n");
            continue;
        }
        for reading in &readings {
            if let Some(verdict) = hearing.hear(&mut &[centered.sample(*reading)][..]) {
                lamp.set_level((!verdict.well()).into());
                let _ = write!(port, "{verdict}\r\n");
            }
        }
    }
}
