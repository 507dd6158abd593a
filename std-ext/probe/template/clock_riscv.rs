/// Cycles since reset, the low half.
struct Clock;

impl Clock {
    fn start() -> Clock {
        Clock
    }

    fn now(&self) -> u32 {
        riscv::register::mcycle::read() as u32
    }

    fn between(&self, start: u32, end: u32) -> u32 {
        end.wrapping_sub(start)
    }
}
