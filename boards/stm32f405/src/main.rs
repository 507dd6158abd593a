//! An STM32F405 that hears. Samples, 16 bits with the low byte first, 8,000 a second, come in by USART1 (PA10) with 230,400 bits a
//! second; what a ready model finds in them goes out as lines (PA9).
#![no_std]
#![no_main]

use panic_halt as _;

/// Parts of the chip, and who has them.
#[rtic::app(device = stm32f4xx_hal::pac)]
mod app {
    use core::convert::Infallible;

    use cortex_m::{asm, interrupt};
    use embedded_io::{ErrorType, Read};
    use heapless::spsc::{Consumer, Producer, Queue};
    #[cfg(feature = "anomaly")]
    use midge_anomaly as program;
    use midge_sense::source::Samples;
    #[cfg(feature = "spoken")]
    use midge_spoken as program;
    use rtic::Mutex;
    use stm32f4xx_hal::pac::USART1;
    use stm32f4xx_hal::prelude::*;
    use stm32f4xx_hal::serial::{Config, Rx, RxListen, Serial, Tx};

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

    #[idle(shared = [rx], local = [from, tx, memory: program::Memory = program::Memory::new()])]
    fn idle(cx: idle::Context) -> ! {
        if let Some(tx) = cx.local.tx {
            let from = Samples::new(Port { ring: cx.local.from, rx: cx.shared.rx });
            // does not end: the port goes on, and the plan runs
            let _ = program::listen(cx.local.memory, from, tx);
        }
        loop {
            asm::wfi();
        }
    }

    /// The bytes that have come.
    struct Port<'a, L> {
        ring: &'a mut Consumer<'static, u8>,
        rx: L,
    }

    impl<L> ErrorType for Port<'_, L> {
        type Error = Infallible;
    }

    impl<L: Mutex<T = Option<Rx<USART1>>>> Read for Port<'_, L> {
        /// Sleeps until there is a byte.
        fn read(&mut self, to: &mut [u8]) -> Result<usize, Infallible> {
            while !self.ring.ready() {
                self.rx.lock(|rx| rx.iter_mut().for_each(RxListen::listen));
                // what comes from here on is seen before the core sleeps, or wakes it
                interrupt::free(|_| {
                    if !self.ring.ready() {
                        asm::wfi();
                    }
                });
            }
            let mut count = 0;
            for (to, byte) in to.iter_mut().zip(core::iter::from_fn(|| self.ring.dequeue())) {
                *to = byte;
                count += 1;
            }
            Ok(count)
        }
    }
}
