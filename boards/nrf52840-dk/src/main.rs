//! Nordic's nRF52840 DK. Samples, 16 bits with the low byte first, 8,000 a second, come in by the serial port that the board's
//! debugger brings to USB, with 230,400 bits a second; what a ready model finds in them goes out there as lines. LED1 is lit
//! while a machine is not well.
//!
//! Pins are those of Nordic's "nRF52840 DK Hardware" user guide: TXD P0.06, RXD P0.08; LED1 P0.13, lit when low.
#![no_std]
#![no_main]

use core::fmt::Write as _;

use cortex_m as _; // critical sections
use embassy_executor::Spawner;
use embassy_nrf::bind_interrupts;
use embassy_nrf::buffered_uarte::{self, BufferedUarte};
use embassy_nrf::gpio::{Level, Output, OutputDrive};
use embassy_nrf::peripherals::UARTE0;
use embassy_nrf::uarte::{Baudrate, Config};
use embedded_io_async::Write as _;
use heapless::String;
use midge_anomaly::{Hearing, Memory};
use midge_sense::source::Samples;
use panic_halt as _;

bind_interrupts!(struct Interrupts {
    UARTE0 => buffered_uarte::InterruptHandler<UARTE0>;
});

#[embassy_executor::main]
async fn main(_spawner: Spawner) {
    let board = embassy_nrf::init(embassy_nrf::config::Config::default());
    let mut config = Config::default();
    config.baudrate = Baudrate::Baud230400;
    // what comes while a window is judged, and what goes out
    let (mut came, mut goes) = ([0; 2048], [0; 64]);
    let port = BufferedUarte::new(
        board.UARTE0,
        board.TIMER0,
        board.PPI_CH0,
        board.PPI_CH1,
        board.PPI_GROUP0,
        board.P0_08,
        board.P0_06,
        Interrupts,
        config,
        &mut came,
        &mut goes,
    );
    let (rx, mut tx) = port.split();
    let mut lamp = Output::new(board.P0_13, Level::High, OutputDrive::Standard);
    let mut memory = Memory::new();
    // the plan has a front-end
    let Some(mut hearing) = Hearing::new(&mut memory) else { return };
    let (mut from, mut room) = (Samples::new(rx), [0; 64]);
    loop {
        // noise on the line, and samples go on behind it
        let Ok(count) = from.read_async(&mut room).await else { continue };
        let mut samples = room.get(..count).unwrap_or_default();
        while let Some(verdict) = hearing.hear(&mut samples) {
            lamp.set_level(verdict.well().into());
            let mut line = String::<64>::new();
            // it has room, and a line that can't be sent is lost
            let _ = write!(line, "{verdict}\r\n");
            let _ = tx.write_all(line.as_bytes()).await;
        }
    }
}
