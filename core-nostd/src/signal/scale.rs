//! From features to a model's input: to bytes without floating point, or to floats.

use super::mel::ONE;
use super::recipe::Unfit;
use crate::fixed::{multiply_once, narrow};
use crate::wire::{i32, record, u32};

/// Steps of an offset in one of a feature.
const FINE: i32 = 1 << 8;

record! {
    /// How features become the bytes of an int8 input: less an offset, times a multiplier, to the nearest, and the zero point.
    pub struct Scale {
        /// The factor for 256th parts of a feature is `multiplier * 2^(shift - 31)`;
        multiplier: i32,
        /// from -31 to 30.
        shift: i32,
        /// What is subtracted, in 256th parts of a feature's step.
        offset: i32,
        /// What is added.
        zero: i32,
    }
}

impl Scale {
    /// That of a port: the bits of its scale, a [`f32`] that counts doublings of power, and its zero point, as
    /// [`Port`](crate::plan::Port) has them.
    ///
    /// # Errors
    /// [`Unfit::Scale`] if the scale is not from 2^-9 to 2^12, or the zero point no byte.
    pub const fn new(scale: u32, zero: i32) -> Result<Self, Unfit> {
        // 1.fraction times 2^power
        let (power, fraction) = ((scale >> 23) as i32 - 127, scale & 0x7f_ffff | 0x80_0000);
        let highest = power == 12 && fraction == 0x80_0000;
        if power < -(ONE.ilog2() as i32) || power > 11 && !highest || zero < -128 || zero > 127 {
            return Err(Unfit::Scale);
        }
        // 2^23 / fraction is over 1/2 and at most 1
        let fraction = fraction as u64;
        let inverse = ((1 << 54) + fraction / 2) / fraction;
        let (multiplier, shift) =
            if inverse >> 31 == 0 { (inverse as i32, 0) } else { ((inverse >> 1) as i32, 1) };
        let shift = shift - (ONE * FINE).ilog2() as i32 - power;
        Ok(Scale { multiplier, shift, offset: 0, zero })
    }

    /// That of a port, for features of which `mean` was subtracted and which were divided by `std`, both in doublings of
    /// power: [`Scale::new`] for 0 and 1. For the desktop: it computes in doubles.
    ///
    /// # Errors
    /// [`Unfit::Scale`] as there, of the scale times `std`, whose sign does not matter; or if `mean` is beyond what a feature
    /// can be, from -2048 to 2048.
    pub const fn normal(scale: f32, zero: i32, mean: f64, std: f64) -> Result<Self, Unfit> {
        let steps = scale as f64 * std;
        let (size, sign) = if steps < 0.0 { (-steps, -1) } else { (steps, 1) };
        // also for what is no number
        let fits = scale > 0.0 && size >= 1.0 / ONE as f64 && size <= 4096.0;
        if !(fits && mean >= -2048.0 && mean <= 2048.0) {
            return Err(Unfit::Scale);
        }
        let (mut factor, mut shift) = (1.0 / size, -((ONE * FINE).ilog2() as i32));
        while factor < 0.5 {
            (factor, shift) = (factor * 2.0, shift - 1);
        }
        while factor >= 1.0 {
            (factor, shift) = (factor / 2.0, shift + 1);
        }
        let multiplier = (factor * (1u32 << 31) as f64 + 0.5) as i32;
        let offset = mean * (ONE * FINE) as f64;
        let offset = (if offset < 0.0 { offset - 0.5 } else { offset + 0.5 }) as i32;
        if zero < -128 || zero > 127 {
            return Err(Unfit::Scale);
        }
        Ok(Scale { multiplier: multiplier * sign, shift, offset, zero })
    }

    /// The byte of a feature, which is below 2^22: to the nearest, halves away from zero, then the zero point; what is beyond is clamped.
    #[inline(always)]
    pub const fn byte(&self, feature: i32) -> i8 {
        let fine = feature.wrapping_mul(FINE).wrapping_sub(self.offset);
        let steps = multiply_once(fine, self.multiplier, self.shift);
        narrow(steps.saturating_add(self.zero), i8::MIN, i8::MAX)
    }
}

record! {
    /// How features become the numbers of a float input, by the bits of three floats: doublings of power times one, less
    /// another, by the third.
    pub struct Real {
        /// Bits of what is multiplied by.
        by: u32,
        /// Bits of what is subtracted.
        mean: u32,
        /// Bits of what is divided by.
        std: u32,
    }
}

impl Real {
    /// One that multiplies, subtracts and divides, in this order.
    pub const fn new(by: f32, mean: f32, std: f32) -> Self {
        Real { by: by.to_bits(), mean: mean.to_bits(), std: std.to_bits() }
    }

    /// The number of a feature: every step rounds, as on the desktop.
    #[inline(always)]
    pub const fn number(&self, feature: i32) -> f32 {
        let doublings = feature as f32 / ONE as f32;
        (doublings * f32::from_bits(self.by) - f32::from_bits(self.mean)) / f32::from_bits(self.std)
    }
}
