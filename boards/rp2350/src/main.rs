//! A Raspberry Pi Pico 2 (RP2350, a Cortex-M33) that hears by a microphone whether a machine is well: `midge_pico` says how.
#![no_std]
#![no_main]

use embassy_executor::Spawner;
use embassy_rp::adc::{self, Adc};
use embassy_rp::gpio::{Level, Output, Pull};
use embassy_rp::peripherals::DMA_CH0;
use embassy_rp::uart::{self, UartTx};
use embassy_rp::{bind_interrupts, dma};
use midge_pico::{Parts, Rooms};
use panic_halt as _;

bind_interrupts!(struct Interrupts {
    ADC_IRQ_FIFO => adc::InterruptHandler;
    DMA_IRQ_0 => dma::InterruptHandler<DMA_CH0>;
});

#[embassy_executor::main]
async fn main(_spawner: Spawner) {
    let board = embassy_rp::init(embassy_rp::config::Config::default());
    let parts = Parts {
        adc: Adc::new(board.ADC, Interrupts, adc::Config::default()),
        microphone: adc::Channel::new_pin(board.PIN_26, Pull::None),
        dma: dma::Channel::new(board.DMA_CH0, Interrupts),
        port: UartTx::new_blocking(board.UART0, board.PIN_0, uart::Config::default()),
        lamp: Output::new(board.PIN_25, Level::Low),
    };
    midge_pico::listen(&mut Rooms::new(), parts).await;
}
