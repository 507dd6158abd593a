//! Where events and scores go.

use core::fmt::{self, Write};

use embedded_hal::digital::OutputPin;
use embedded_hal::pwm::SetDutyCycle;

use crate::event::Event;

/// A pin that is high while a class is there.
#[derive(Debug)]
pub struct Lamp<P> {
    pin: P,
    class: usize,
}

impl<P: OutputPin> Lamp<P> {
    /// For a class.
    pub const fn new(pin: P, class: usize) -> Self {
        Lamp { pin, class }
    }

    /// Sets the pin by the class that is there.
    ///
    /// # Errors
    /// The pin's.
    pub fn show(&mut self, there: Option<usize>) -> Result<(), P::Error> {
        self.pin.set_state((there == Some(self.class)).into())
    }

    /// The pin.
    pub fn into_inner(self) -> P {
        self.pin
    }
}

/// Shows an int8 score as the share of time that a PWM channel is on: none for the least, all for the greatest.
///
/// # Errors
/// The channel's.
pub fn dim<P: SetDutyCycle>(channel: &mut P, score: i8) -> Result<(), P::Error> {
    let steps = u16::from(score.cast_unsigned() ^ 0x80);
    channel.set_duty_cycle_fraction(steps, u8::MAX.into())
}

/// Writes a line for an event to a serial port: its time, and the name of its class, or its number.
///
/// # Errors
/// The port's.
pub fn line(port: &mut impl Write, event: Event, names: &[&str]) -> fmt::Result {
    match names.get(event.class) {
        Some(name) => write!(port, "{} {name}\r\n", event.at),
        None => write!(port, "{} {}\r\n", event.at, event.class),
    }
}
