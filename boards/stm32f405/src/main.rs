//! An STM32F405 that watches a machine. Samples of its vibration, 16 bits with the low byte first, 8,000 a second, come in by
//! USART1 (PA10) with 230,400 bits a second; behind each window of them a line goes out (PA9).
#![no_std]
#![no_main]

mod watch;

use panic_halt as _;

/// Parts of the chip, and who has them.
#[rtic::app(device = stm32f4xx_hal::pac)]
mod app {
    use core::fmt::Write;

    use cortex_m::{asm, interrupt};
    use heapless::spsc::{Consumer, Producer, Queue};
    use stm32f4xx_hal::pac::USART1;
    use stm32f4xx_hal::prelude::*;
    use stm32f4xx_hal::serial::{Config, Rx, RxListen, Serial, Tx};

    use crate::watch::{LIMIT, SAMPLES, Watch};

    /// What the interrupt and the loop both need.
    #[shared]
    struct Shared {
        rx: Option<Rx<USART1>>,
    }

    /// What one of them needs.
    #[local]
    struct Local {
        to: Producer<'static, u8>,
        from: Consumer<'static, u8>,
        tx: Option<Tx<USART1>>,
    }

    #[init(local = [queue: Queue<u8, 2048> = Queue::new()])]
    fn init(cx: init::Context) -> (Shared, Local) {
        let mut rcc = cx.device.RCC.constrain();
        let pins = cx.device.GPIOA.split(&mut rcc);
        let config = Config::default().baudrate(230_400.bps());
        // no speed that this clock can't make
        let serial = Serial::new(cx.device.USART1, (pins.pa9, pins.pa10), config, &mut rcc).ok();
        let (tx, mut rx) = serial.map(Serial::split).unzip();
        rx.iter_mut().for_each(RxListen::listen);
        let (to, from) = cx.local.queue.split();
        (Shared { rx }, Local { to, from, tx })
    }

    /// A byte has come. With no room for it, it stays where it is until there is.
    #[task(binds = USART1, shared = [rx], local = [to], priority = 2)]
    fn byte(mut cx: byte::Context) {
        cx.shared.rx.lock(|rx| {
            let Some(rx) = rx else { return };
            if !cx.local.to.ready() {
                rx.unlisten();
            } else if let Ok(byte) = rx.read() {
                // there is room
                let _ = cx.local.to.enqueue(byte);
            }
        });
    }

    #[idle(shared = [rx], local = [from, tx, watch: Watch = Watch::new()])]
    fn idle(mut cx: idle::Context) -> ! {
        let mut byte = || loop {
            if let Some(byte) = cx.local.from.dequeue() {
                return byte;
            }
            cx.shared.rx.lock(|rx| rx.iter_mut().for_each(RxListen::listen));
            // what comes from here on is seen before the core sleeps, or wakes it
            interrupt::free(|_| {
                if !cx.local.from.ready() {
                    asm::wfi();
                }
            });
        };
        if let Some(tx) = cx.local.tx {
            let _ = writeln!(tx, "listening: a window is {SAMPLES} samples\r");
        }
        for window in 0u32.. {
            let off = cx.local.watch.window(|| i16::from_le_bytes([byte(), byte()]));
            let Some(tx) = cx.local.tx else { continue };
            // a line that can't be sent is lost, and the next one is not
            let _ = match off {
                None => writeln!(tx, "window {window}: the model does not run\r"),
                Some(off) => {
                    let verdict = if off > LIMIT { "NOT WELL" } else { "well" };
                    writeln!(tx, "window {window}: off by {}.{:02}, {verdict}\r", off / 100, off % 100)
                }
            };
        }
        loop {
            asm::wfi();
        }
    }
}
