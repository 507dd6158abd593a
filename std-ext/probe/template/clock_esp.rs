use esp_hal::time::Instant;

/// Microseconds since reset: the core has no standard counter of cycles.
struct Clock;

impl Clock {
    fn start() -> Clock {
        Clock
    }

    fn now(&self) -> Instant {
        Instant::now()
    }

    fn between(&self, start: Instant, end: Instant) -> u64 {
        (end - start).as_micros()
    }
}
