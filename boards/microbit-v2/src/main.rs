//! A BBC micro:bit v2 that hears by its microphone whether a machine is well. The lamp in the middle of its 25 is lit while it is,
//! all of them while it is not, and verdicts go out as lines by USB, with 115,200 bits a second.
//!
//! Pins are those of the Micro:bit Educational Foundation's pinmap of the nRF52833,
//! <https://tech.microbit.org/hardware/schematic/>: MIC_IN P0.05, RUN_MIC P0.20, ROW1 to ROW5 (lit when high), COL1 to COL5 (lit
//! when low), and P0.06 for what goes to the interface chip.
#![no_std]
#![no_main]

use core::fmt::Write;

use cortex_m as _; // critical sections
use embassy_executor::Spawner;
use embassy_nrf::gpio::{AnyPin, Level, Output, OutputDrive};
use embassy_nrf::peripherals::UARTE0;
use embassy_nrf::saadc::{self, CallbackResult, ChannelConfig, Gain, Saadc};
use embassy_nrf::timer::Frequency;
use embassy_nrf::uarte::{self, Baudrate, UarteTx};
use embassy_nrf::{Peri, bind_interrupts};
use heapless::String;
use midge_anomaly::{Hearing, Memory};
use midge_sense::reading::Centered;
use panic_halt as _;

bind_interrupts!(struct Interrupts {
    SAADC => saadc::InterruptHandler;
    UARTE0 => uarte::InterruptHandler<UARTE0>;
});

/// Readings that come while those before them are heard: in 64 ms.
const PIECE: usize = 512;

#[embassy_executor::main]
async fn main(_spawner: Spawner) {
    let board = embassy_nrf::init(embassy_nrf::config::Config::default());
    let mut config = uarte::Config::default();
    config.baudrate = Baudrate::Baud115200;
    let mut port = UarteTx::new(board.UARTE0, Interrupts, board.P0_06, config);

    // the microphone, and a lamp beside it that says so
    let _power = Output::new(board.P0_20, Level::High, OutputDrive::HighDrive);
    let mut microphone = ChannelConfig::single_ended(board.P0_05);
    // as the Foundation's own runtime has it (codal-microbit-v2, MicroBitAudio.cpp): sound makes few millivolts
    microphone.gain = Gain::Gain4;
    let mut converter = Saadc::new(board.SAADC, Interrupts, saadc::Config::default(), [microphone]);

    // rows are lit when high, columns when low; those of the lamp in the middle stay as they are
    let off = |pin: Peri<'static, AnyPin>| Output::new(pin, Level::Low, OutputDrive::Standard);
    let on = |pin: Peri<'static, AnyPin>| Output::new(pin, Level::High, OutputDrive::Standard);
    let _middle = (on(board.P0_15.into()), off(board.P0_31.into()));
    let mut rows = [board.P0_21.into(), board.P0_22.into(), board.P0_24.into(), board.P0_19.into()].map(off);
    let mut columns =
        [board.P0_28.into(), board.P0_11.into(), board.P1_05.into(), board.P0_30.into()].map(on);

    let mut memory = Memory::new();
    // the plan has a front-end
    let Some(mut hearing) = Hearing::new(&mut memory) else { return };
    let mut centered = Centered::new(12, 8);
    let hear = |readings: &[[i16; 1]]| {
        for reading in readings.as_flattened() {
            let sample = centered.sample((*reading).max(0).cast_unsigned());
            let Some(verdict) = hearing.hear(&mut &[sample][..]) else { continue };
            rows.iter_mut().for_each(|row| row.set_level((!verdict.well()).into()));
            columns.iter_mut().for_each(|column| column.set_level(verdict.well().into()));
            let mut line = String::<64>::new();
            // it has room, and a line that can't be sent is lost
            let _ = write!(line, "{verdict}\r\n");
            let _ = port.blocking_write(line.as_bytes());
        }
        CallbackResult::Continue
    };
    // a reading every 125 of a million parts of a second
    converter
        .run_task_sampler(
            board.TIMER0,
            board.PPI_CH0,
            board.PPI_CH1,
            Frequency::F1MHz,
            125,
            &mut [[[0]; PIECE]; 2],
            hear,
        )
        .await;
}
