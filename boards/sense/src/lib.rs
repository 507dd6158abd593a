//! Between sensors and models, and between models and what they move: small parts without allocation, over the traits of
//! `embedded-hal` 1.0 and `embedded-io`, blocking and async.
//!
//! | in | |
//! | --- | --- |
//! | [`source`] | samples of sound from a stream of bytes: a serial port, the buffer of an I2S or PDM peripheral |
//! | [`reading`] | readings of a converter, as samples without their offset |
//! | [`sound`] | a window of features that slides over samples, by the front-end of a plan |
//! | [`motion`] | a window of an accelerometer's readings |
//! | [`picture`] | a camera's frame: cut, resized, as bytes of an int8 input |
//!
//! | out | |
//! | --- | --- |
//! | [`event`] | a class is there: by majority, with two thresholds, and quiet for a while |
//! | [`out`] | events to a pin, a class's score to a PWM channel, lines to a serial port |
#![no_std]

pub mod event;
pub mod motion;
pub mod out;
pub mod picture;
pub mod reading;
pub mod sound;
pub mod source;

/// The byte of an int8 input for a real number: to the nearest, halves away from zero; what is beyond is clamped.
pub fn byte(real: f32, scale: f32, zero: i32) -> i8 {
    let steps = real / scale;
    // `as` rounds towards zero, and clamps
    let nearest = (if steps < 0.0 { steps - 0.5 } else { steps + 0.5 }) as i32;
    nearest.saturating_add(zero).clamp(i8::MIN.into(), i8::MAX.into()) as i8
}
