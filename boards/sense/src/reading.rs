//! Readings of an analog-to-digital converter.

/// Makes samples of readings that lie around an offset, as those of a microphone or an accelerometer with an analog output:
/// the offset is followed and taken away.
///
/// A one-pole high-pass filter in integers; with `shift` 8 at 8,000 readings a second it passes what is above 5 Hz.
#[derive(Clone, Copy, Debug)]
pub struct Centered {
    bits: u32,
    shift: u32,
    /// The offset, in 2^-`shift`; unknown before the first reading.
    offset: Option<i32>,
}

impl Centered {
    /// For readings of so many bits, at most 16. `shift`, at most 15, says how slowly the offset follows.
    pub const fn new(bits: u32, shift: u32) -> Self {
        let bits = if bits > 16 { 16 } else { bits };
        Centered { bits, shift: if shift > 15 { 15 } else { shift }, offset: None }
    }

    /// The sample of a reading: the whole range of the converter is the whole range of samples.
    pub fn sample(&mut self, reading: u16) -> i16 {
        let reading = i32::from(reading);
        let offset = self.offset.get_or_insert(reading << self.shift);
        let off = reading - (*offset >> self.shift);
        *offset += off;
        let sample = off << (16 - self.bits);
        sample.clamp(i16::MIN.into(), i16::MAX.into()) as i16
    }
}
