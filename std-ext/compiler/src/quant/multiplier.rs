//! A real factor as an integer and an exponent, and fused activations as integer clamps, as LiteRT makes them.

use crate::graph::Activation;
use std::ops::RangeInclusive;

/// A positive real number as `value * 2^(shift - 31)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Multiplier {
    /// Zero, or between 2^30 and 2^31.
    pub value: i32,
    /// Between -31 and 31.
    pub shift: i32,
}

impl Multiplier {
    /// The nearest representable number. Below 2^-32 it is zero.
    ///
    /// # Errors
    /// When the factor is not finite and positive, or 2^31 and more.
    pub fn new(real: f64) -> Result<Self, String> {
        if !(real.is_finite() && real >= 0.0) {
            return Err(format!("its scales give the factor {real}, which cannot be represented"));
        }
        if real == 0.0 {
            return Ok(Multiplier { value: 0, shift: 0 });
        }
        let (fraction, mut shift) = split(real);
        let mut value = (fraction * f64::from(1u32 << 31)).round() as i64;
        if value == 1 << 31 {
            (value, shift) = (1 << 30, shift + 1);
        }
        match shift {
            i32::MIN..-31 => Ok(Multiplier { value: 0, shift: 0 }),
            -31..=31 => Ok(Multiplier { value: value as i32, shift }),
            _ => Err(format!("its scales give the factor {real}, which is too large")),
        }
    }

    /// A share of the number, for a mean of `n`: LiteRT folds the division into the multiplier, with as many bits as 64 hold.
    ///
    /// # Errors
    /// When it is too small to be represented.
    pub fn divided(self, n: usize) -> Result<Self, String> {
        let n = n.max(1) as u64;
        let room = (63 - n.leading_zeros() as i32).min(32).min(31 + self.shift);
        let value = ((i64::from(self.value) << room) / n as i64) as i32;
        let shift = self.shift - room;
        (shift >= -31)
            .then_some(Multiplier { value, shift })
            .ok_or_else(|| "its scales differ too much".into())
    }

    /// The same number, if it is less than 1, as a multiplier and a shift right.
    ///
    /// # Errors
    /// When it is 1 or more.
    pub fn right(self) -> Result<(i32, u8), String> {
        u8::try_from(-self.shift)
            .map(|right| (self.value, right))
            .map_err(|_| "its scales give a factor of 1 or more, which LiteRT refuses too".into())
    }
}

/// `real = fraction * 2^exponent` with the fraction in [0.5, 1).
fn split(real: f64) -> (f64, i32) {
    // a subnormal has no exponent of its own
    let (real, bias) = if real < f64::MIN_POSITIVE { (real * 2f64.powi(64), -64) } else { (real, 0) };
    let exponent = ((real.to_bits() >> 52) & 0x7ff) as i32 - 1022;
    (f64::from_bits(real.to_bits() & !(0x7ff << 52) | 1022 << 52), exponent + bias)
}

/// Least and greatest output of a fused activation, for an int8 output with this scale and zero point.
pub fn clamp(activation: Activation, scale: f32, zero: i8) -> (i8, i8) {
    let (lo, hi) = clamp_to(activation, scale, zero.into(), i8::MIN.into()..=i8::MAX.into());
    (lo as i8, hi as i8)
}

/// The same for an output of any integers.
pub fn clamp_to(activation: Activation, scale: f32, zero: i16, range: RangeInclusive<i16>) -> (i16, i16) {
    let (least, most) = range.into_inner();
    let quantized = |real: f32| {
        let stored = ((real / scale).round() as i64).saturating_add(i64::from(zero));
        stored.clamp(least.into(), most.into()) as i16
    };
    match activation {
        Activation::None => (least, most),
        Activation::Relu => (quantized(0.0), most),
        Activation::Relu6 => (quantized(0.0), quantized(6.0)),
        Activation::ReluN1To1 => (quantized(-1.0), quantized(1.0)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn multipliers_by_hand() {
        let m = |real| Multiplier::new(real).unwrap();
        assert_eq!(m(1.0), Multiplier { value: 1 << 30, shift: 1 });
        assert_eq!(m(0.5), Multiplier { value: 1 << 30, shift: 0 });
        assert_eq!(m(0.75), Multiplier { value: 3 << 29, shift: 0 });
        assert_eq!(m(0.5 - 1e-12), Multiplier { value: 1 << 30, shift: 0 });
        assert_eq!(m(1e-300), Multiplier { value: 0, shift: 0 });
        assert_eq!(m(5e-324).value, 0);
        assert!(Multiplier::new(f64::NAN).is_err() && Multiplier::new(-1.0).is_err());
        assert!(Multiplier::new(2e9).is_ok() && Multiplier::new(3e9).is_err());
        assert_eq!(m(0.25).right(), Ok((1 << 30, 1)));
        assert!(m(1.0).right().is_err());
    }

    #[test]
    fn a_multiplier_is_its_factor() {
        for i in -440..440 {
            let real = (f64::from(i) * 0.07).exp2();
            let m = Multiplier::new(real).unwrap();
            let back = f64::from(m.value) * f64::from(m.shift - 31).exp2();
            assert!((back / real - 1.0).abs() < 1e-9 || m.value == 0, "{real} {back}");
        }
    }

    #[test]
    fn clamps_by_hand() {
        assert_eq!(clamp(Activation::Relu6, 6.0 / 255.0, -128), (-128, 127));
        assert_eq!(clamp(Activation::Relu, 0.5, 3), (3, 127));
        assert_eq!(clamp(Activation::ReluN1To1, 0.5, 3), (1, 5));
        assert_eq!(clamp(Activation::Relu6, 1e-9, 0), (0, 127));
        assert_eq!(clamp(Activation::Relu6, 1e-30, 5), (5, 127));
        assert_eq!(clamp_to(Activation::ReluN1To1, 0.001, 0, -32768..=32767), (-1000, 1000));
        assert_eq!(clamp_to(Activation::Relu6, 0.0001, 0, -32768..=32767), (0, 32767));
    }
}
