//! From features to a model's int8 input, without floating point.

use super::mel::ONE;
use super::recipe::Unfit;
use crate::fixed::{multiply_once, narrow};

/// How features become the bytes of an input whose scale counts doublings of power.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scale {
    multiplier: i32,
    shift: i32,
    zero: i32,
}

impl Scale {
    /// That of a port: the bits of its scale, a [`f32`], and its zero point, as [`Port`](crate::plan::Port) has them.
    ///
    /// # Errors
    /// [`Unfit::Scale`] if the scale is not from 2^-9 to 2^21, or the zero point no byte.
    pub const fn new(scale: u32, zero: i32) -> Result<Self, Unfit> {
        // 1.fraction times 2^power
        let (power, fraction) = ((scale >> 23) as i32 - 127, scale & 0x7f_ffff | 0x80_0000);
        let highest = power == 21 && fraction == 0x80_0000;
        if power < -(ONE.ilog2() as i32) || power > 20 && !highest || zero < -128 || zero > 127 {
            return Err(Unfit::Scale);
        }
        // 2^23 / fraction is over 1/2 and at most 1
        let fraction = fraction as u64;
        let inverse = ((1 << 54) + fraction / 2) / fraction;
        let (multiplier, shift) =
            if inverse >> 31 == 0 { (inverse as i32, 0) } else { ((inverse >> 1) as i32, 1) };
        Ok(Scale { multiplier, shift: shift - ONE.ilog2() as i32 - power, zero })
    }

    /// The byte of a feature: to the nearest, halves away from zero, then the zero point; what is beyond is clamped.
    pub const fn byte(&self, feature: i32) -> i8 {
        let steps = multiply_once(feature, self.multiplier, self.shift);
        narrow(steps.saturating_add(self.zero), i8::MIN, i8::MAX)
    }
}
