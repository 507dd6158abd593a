use cortex_m::peripheral::{SYST, syst::SystClkSource};

/// SysTick, which counts 24 bits: a step may take 2^24 ticks at most.
struct Clock;

impl Clock {
    fn start() -> Clock {
        if let Some(mut peripherals) = cortex_m::Peripherals::take() {
            peripherals.SYST.set_clock_source(SystClkSource::Core);
            peripherals.SYST.set_reload(0xff_ffff);
            peripherals.SYST.clear_current();
            peripherals.SYST.enable_counter();
        }
        Clock
    }

    fn now(&self) -> u32 {
        SYST::get_current()
    }

    fn between(&self, start: u32, end: u32) -> u32 {
        start.wrapping_sub(end) & 0xff_ffff // it counts down
    }
}
