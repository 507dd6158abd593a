//! From one scale to another: the arithmetic that LiteRT's integer kernels share (`kernels/internal/common.h`,
//! `quantization_util.cc`, gemmlowp's `fixedpoint.h`), each step as it is defined there.

use super::Trouble;
use crate::graph::{Activation, Type, Value};

/// How a tensor's integers stand for real numbers: `real = scale * (integer - zero)`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Affine {
    pub(super) scale: f32,
    pub(super) zero: i64,
    /// The least integer of the type.
    pub(super) least: i64,
    /// The greatest.
    pub(super) most: i64,
}

impl Affine {
    /// Of a tensor with one scale.
    pub(super) fn of(value: &Value) -> Result<Self, Trouble> {
        let Some(quant) = value.repr.quant() else {
            return Err(Trouble::Unknown(format!("for {}, which is not quantized", value.name)));
        };
        let (least, most) = match quant.store {
            Type::I8 => (-128, 127),
            Type::U8 => (0, 255),
            Type::I16 => (-32768, 32767),
            store => return Err(Trouble::Unknown(format!("for scaled {store}"))),
        };
        match (&quant.scale[..], &quant.zero[..]) {
            (&[scale], &[zero]) => {
                let zero = i64::from(zero);
                if scale.is_finite() && scale > 0.0 && (least..=most).contains(&zero) {
                    return Ok(Affine { scale, zero, least, most });
                }
                Err(format!("{} has the scale {scale} and the zero point {zero}", value.name).into())
            }
            _ => Err(format!("{} has one scale per channel; an activation has one", value.name).into()),
        }
    }

    /// The nearest integer of the type.
    pub(super) fn clamp(&self, x: i64) -> i64 {
        x.clamp(self.least, self.most)
    }

    /// The integer that stands for a real number, or for the nearest that the type has.
    pub(super) fn integer(&self, real: f32) -> i64 {
        self.clamp(((real / self.scale).round() as i64).saturating_add(self.zero))
    }

    /// The same integers, but only those that an activation leaves.
    pub(super) fn within(self, activation: Activation) -> Self {
        let (lo, hi) = reals(activation);
        Affine { least: self.integer(lo), most: self.integer(hi), ..self }
    }
}

/// Least and greatest real number that an activation leaves.
pub(super) fn reals(activation: Activation) -> (f32, f32) {
    match activation {
        Activation::None => (f32::NEG_INFINITY, f32::INFINITY),
        Activation::Relu => (0.0, f32::INFINITY),
        Activation::Relu6 => (0.0, 6.0),
        Activation::ReluN1To1 => (-1.0, 1.0),
    }
}

/// A real factor as LiteRT keeps it, `mantissa * 2^(exponent - 31)` (`QuantizeMultiplier`).
#[derive(Clone, Copy, Debug)]
pub(super) struct Factor {
    /// 0, or of a magnitude from 2^30 to 2^31 - 1.
    pub(super) mantissa: i32,
    /// From -31 to 31.
    pub(super) exponent: i32,
}

impl Factor {
    /// The nearest that can be kept. Below 2^-32 it is 0.
    pub(super) fn new(real: f64) -> Result<Self, Trouble> {
        if !real.is_finite() {
            return Err(format!("its scales give the factor {real}").into());
        }
        let (mut fraction, mut exponent) = (real, 0);
        while fraction.abs() >= 1.0 {
            (fraction, exponent) = (fraction / 2.0, exponent + 1);
        }
        while fraction.abs() < 0.5 && fraction != 0.0 {
            (fraction, exponent) = (fraction * 2.0, exponent - 1);
        }
        let mut mantissa = (fraction * 2f64.powi(31)).round() as i64;
        if mantissa.abs() == 1 << 31 {
            (mantissa, exponent) = (mantissa / 2, exponent + 1);
        }
        match exponent {
            ..-31 => Ok(Factor { mantissa: 0, exponent: 0 }),
            -31..=31 => Ok(Factor { mantissa: mantissa as i32, exponent }),
            _ => Err(format!("its scales give the factor {real}, which is too large").into()),
        }
    }

    /// `x` times the factor, rounded twice (`MultiplyByQuantizedMultiplier` of 32 bits, which wraps around).
    pub(super) fn twice(self, x: i64) -> i64 {
        let (left, right) = (self.exponent.max(0), (-self.exponent).max(0));
        shift_right(high_product(((x as i32 as i64) << left) as i32, self.mantissa), right).into()
    }

    /// `x` times the factor, of which 15 bits count (`MultiplyByQuantizedMultiplier` of 64 bits, which takes no factor of
    /// 128 and more).
    pub(super) fn wide(self, x: i128) -> Result<i64, Trouble> {
        if self.exponent >= 8 {
            return Err("its scales give a factor of 128 or more, which LiteRT refuses too".into());
        }
        let short = if self.mantissa < 0x7fff_0000 { (self.mantissa + (1 << 15)) >> 16 } else { 0x7fff };
        let shift = 15 - self.exponent;
        let product = x.wrapping_mul(short.into());
        Ok((product.wrapping_add(1 << (shift - 1)) >> shift) as i32 as i64)
    }
}

/// `2 a b / 2^32`, rounded (gemmlowp's `SaturatingRoundingDoublingHighMul`).
pub(super) fn high_product(a: i32, b: i32) -> i32 {
    let product = i64::from(a) * i64::from(b);
    let nudge = if product >= 0 { 1 << 30 } else { 1 - (1 << 30) };
    ((product + nudge) / (1 << 31)).min(i32::MAX.into()) as i32
}

/// `x / 2^n`, rounded, halves away from zero (gemmlowp's `RoundingDivideByPOT`).
pub(super) fn shift_right(x: i32, n: i32) -> i32 {
    let one = 1i64 << n.clamp(0, 62);
    let (size, sign) = (i64::from(x).abs(), i64::from(x).signum());
    ((size + one / 2) / one * sign) as i32
}

/// `x * 2^n`, saturated (gemmlowp's `SaturatingRoundingMultiplyByPOT` for `n` of 0 and more).
pub(super) fn shift_left(x: i32, n: i32) -> i32 {
    (i64::from(x) << n.clamp(0, 31)).clamp(i32::MIN.into(), i32::MAX.into()) as i32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn factor(real: f64) -> (i32, i32) {
        Factor::new(real).map_or((0, 99), |f| (f.mantissa, f.exponent))
    }

    #[test]
    fn factors_by_hand() {
        assert_eq!(factor(1.0), (1 << 30, 1));
        assert_eq!(factor(-0.75), (-3 << 29, 0));
        assert_eq!(factor(0.5 - 1e-12), (1 << 30, 0));
        assert_eq!((factor(1e-300), factor(0.0), factor(5e-324)), ((0, 0), (0, 0), (0, 0)));
        assert_eq!((factor(3e9), factor(f64::NAN), factor(f64::INFINITY)), ((0, 99), (0, 99), (0, 99)));
    }

    #[test]
    fn the_two_roundings_differ_at_halves() {
        // high products round halves up, shifts round them away from zero
        assert_eq!([3, -3, 5, -5].map(|x| high_product(x, 1 << 30)), [2, -1, 3, -2]);
        assert_eq!([3, -3, 5, -5].map(|x| shift_right(x, 1)), [2, -2, 3, -3]);
        assert_eq!(high_product(i32::MIN, i32::MIN), i32::MAX);
        assert_eq!((shift_right(i32::MIN, 31), shift_right(7, 0), shift_left(-3, 31)), (-1, 7, i32::MIN));
        // 5 / 4: twice rounded, 5/2 is 3 before it is halved
        let quarter = Factor { mantissa: 1 << 30, exponent: -1 };
        assert_eq!([5, -5, 6, -6].map(|x| quarter.twice(x)), [2, -1, 2, -2]);
    }
}
