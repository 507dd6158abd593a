//! SOFTMAX and LOG_SOFTMAX, in fixed point (`kernels/internal/reference/{softmax,log_softmax}.h`, gemmlowp's
//! `fixedpoint.h`). A number with `n` integer bits is an integer in units of `2^(n - 31)`.

use super::curve::Curve;
use super::number::{Affine, Factor, high_product, shift_left, shift_right};
use super::{Call, Made, Trouble};
use crate::graph::{Repr, Type};

/// Integer bits of scaled differences.
const DIFFERENCE: i32 = 5;
/// Integer bits of a sum of exponentials.
const SUM: i32 = 12;

impl Call<'_> {
    pub(super) fn softmax(&self, beta: f32) -> Made {
        let x = self.x()?;
        match x.store() {
            Type::I8 => {
                self.prescribed(Type::I8, 256.0, -128)?;
                let differences = Differences::new(f64::from(beta) * f64::from(Affine::of(x.value)?.scale))?;
                Ok(self.along(|row| shares(&differences, row)))
            }
            Type::I16 => {
                self.prescribed(Type::I16, 32768.0, 0)?;
                // -65535 stands for -10
                let factor = f64::from(Affine::of(x.value)?.scale * beta) / (10.0 / 65535.0);
                let factor = Factor::new(factor)?;
                let exponentials = Curve::double([-10.0, 0.0], [-1.0, 1.0], f64::exp);
                let inverses = Curve::double([0.0, 1.0], [-1.0, 1.0], |x| 1.0 / (1.0 + x));
                Ok(self.along(|row| shares_of_words(factor, &exponentials, &inverses, row)))
            }
            _ => Err(self.unknown()),
        }
    }

    pub(super) fn log_softmax(&self) -> Made {
        let x = self.x()?;
        if x.store() != Type::I8 {
            return Err(self.unknown());
        }
        self.prescribed(Type::I8, 16.0, 127)?;
        let differences = Differences::new(Affine::of(x.value)?.scale.into())?;
        let Factor { mantissa, exponent } = differences.factor;
        let back = Factor::new(2f64.powi(31 - exponent) / f64::from(mantissa))?;
        Ok(self.along(|row| {
            let most = row.iter().copied().fold(i64::MIN, i64::max);
            let log = logarithm(differences.sum(row, most));
            // less than that has no room once the logarithm is taken off
            let least = back.twice((log + i32::MIN).into()).max(differences.least - 1);
            let element = |x: &i64| match x - most > least {
                true => {
                    let scaled = differences.factor.twice(x - most) - i64::from(log);
                    (i64::from(shift_right(scaled as i32, 31 - DIFFERENCE - 4)) + 127).clamp(-128, 127)
                }
                false => -128,
            };
            row.iter().map(element).collect()
        }))
    }

    /// Whether the output has the one scale, 1 over `inverse`, and zero point that TFLite has for it.
    fn prescribed(&self, store: Type, inverse: f32, zero: i32) -> Result<(), Trouble> {
        match &self.y()?.repr {
            Repr::Quant(quant)
                if quant.store == store
                    && quant.zero == [zero]
                    && quant.scale.iter().all(|scale| (scale * inverse - 1.0).abs() <= 0.001) =>
            {
                Ok(())
            }
            _ => Err(self.unknown()),
        }
    }

    /// What `f` makes of each row along the last axis.
    fn along(&self, f: impl Fn(&[i64]) -> Vec<i64>) -> Vec<i64> {
        let rows = self.inputs.first().map_or(&[][..], |x| x.elements);
        let depth = self.inputs.first().and_then(|x| x.shape().last()).map_or(1, |depth| (*depth).max(1));
        rows.chunks_exact(depth).flat_map(f).collect()
    }
}

/// Differences to the greatest number of a row.
struct Differences {
    /// Brings them to five integer bits.
    factor: Factor,
    /// What is further below has no exponential.
    least: i64,
}

impl Differences {
    /// Of stored numbers that are `step` apart.
    fn new(step: f64) -> Result<Self, Trouble> {
        let unit = 2f64.powi(31 - DIFFERENCE);
        if step * unit <= 1.0 {
            return Err("has a beta that is too small for its input's scale".into());
        }
        let factor = Factor::new((step * unit).min(f64::from(i32::MAX)))?;
        let least = -(31.0 * unit / 2f64.powi(factor.exponent)).floor() as i64;
        Ok(Differences { factor, least })
    }

    fn exponential(&self, difference: i64) -> Option<i32> {
        (difference >= self.least).then(|| exponential(self.factor.twice(difference) as i32))
    }

    /// The sum of the exponentials of a row.
    fn sum(&self, row: &[i64], most: i64) -> i32 {
        let powers = row.iter().filter_map(|x| self.exponential(x - most));
        powers.fold(0, |sum, e| sum.wrapping_add(shift_right(e, SUM)))
    }
}

/// SOFTMAX of a row of int8.
fn shares(differences: &Differences, row: &[i64]) -> Vec<i64> {
    let most = row.iter().copied().fold(i64::MIN, i64::max);
    let sum = differences.sum(row, most);
    // it is (1 + rest) * 2^bits
    let zeros = sum.leading_zeros();
    let bits = SUM - zeros as i32;
    let inverse = one_over_one_plus(((i64::from(sum as u32) << zeros) - (1 << 31)) as i32);
    let share = |e: i32| i64::from(shift_right(high_product(inverse, e), bits + 31 - 8)) - 128;
    row.iter().map(|x| differences.exponential(x - most).map_or(-128, share).clamp(-128, 127)).collect()
}

/// SOFTMAX of a row of int16: numbers are in units of 2^-15.
fn shares_of_words(factor: Factor, exponentials: &Curve, inverses: &Curve, row: &[i64]) -> Vec<i64> {
    let most = row.iter().copied().fold(i64::MIN, i64::max);
    let power = |x: &i64| exponentials.at((factor.twice(x - most) + 32767).clamp(-32768, 32767));
    let powers: Vec<i64> = row.iter().map(power).collect();
    let sum = powers.iter().sum::<i64>() as i32;
    // it is (1 + rest) * 2^bits, and the rest is looked up in steps of 2^-16
    let zeros = sum.leading_zeros() as i32;
    let rest = (((i64::from(sum) << (zeros - 1).max(0)) + (1 << 13)) >> 14) - (1 << 16);
    let inverse = inverses.at((rest - (1 << 15)).clamp(-32768, 32767));
    let bits = (31 - zeros).max(0);
    powers.iter().map(|e| ((e * inverse + (1 << bits >> 1)) >> bits).clamp(0, 32767)).collect()
}

/// `exp(x)` with no integer bits, of `x` that is not positive: that of what is above a multiple of a quarter, times one
/// factor for each bit of the multiple (`exp_on_negative_values`).
fn exponential(x: i32) -> i32 {
    if x == 0 {
        return i32::MAX;
    }
    let quarter = 1 << (31 - DIFFERENCE - 2);
    let part = x.rem_euclid(quarter) - quarter;
    let mut result = exponential_of_part(shift_left(part, DIFFERENCE));
    for (bit, exponent) in (-2..DIFFERENCE).enumerate() {
        if ((part - x) / quarter) >> bit & 1 == 1 {
            let factor = (-2f64.powi(exponent)).exp() * 2f64.powi(31);
            result = high_product(result, factor.round() as i32);
        }
    }
    result
}

/// `exp(x)` for x from -1/4 to 0, by a series around -1/8
/// (`exp_on_interval_between_negative_one_quarter_and_0_excl`).
fn exponential_of_part(x: i32) -> i32 {
    let one = 2f64.powi(31);
    let (middle, third) = (((-0.125f64).exp() * one).round() as i32, (one / 3.0).round() as i32);
    let x = x + (1 << 28);
    let square = high_product(x, x);
    let (cube, fourth) = (high_product(square, x), high_product(square, square));
    let tail = shift_right(high_product(shift_right(fourth, 2) + cube, third) + square, 1);
    middle + high_product(middle, x + tail)
}

/// `1 / (1 + x)` for x from 0 to 1: three steps of Newton's from a line (`one_over_one_plus_x_for_x_in_0_1`). The way
/// there has two integer bits.
pub(super) fn one_over_one_plus(x: i32) -> i32 {
    let half = ((i64::from(x) + i64::from(i32::MAX) + 1) / 2) as i32;
    let mut y = 1_515_870_810 + high_product(half, -1_010_580_540);
    for _ in 0..3 {
        let error = (1 << 29) - high_product(half, y);
        y += shift_left(high_product(y, error), 2);
    }
    shift_left(y, 1)
}

/// The natural logarithm, with five integer bits, of a number from 1 with twelve
/// (`log_x_for_x_greater_than_or_equal_to_1_impl`): that of the power of two next to it or next to its product with the
/// root of one half, and a rational function of the rest about the fourth root of one half.
fn logarithm(x: i32) -> i32 {
    let one = |real: f64| (real * 2f64.powi(31)).round() as i32;
    let (root, fourth) = (one(0.5f64.sqrt()), one(0.5f64.sqrt().sqrt()));
    // powers of two have five integer bits, and one quarter of them is 2^24
    const WHOLE: i32 = 31 - DIFFERENCE;
    let zeros = x.leading_zeros() as i32;
    let a = shift_left(high_product(shift_left(x, zeros - 1), root), 1);
    let a_power = (SUM - zeros) * (1 << (WHOLE - 1)) + (1 << (WHOLE - 3));
    let room = high_product(x, root).leading_zeros() as i32 - 1;
    let b = shift_left(x, room);
    let b_power = (SUM - room) * (1 << (WHOLE - 1)) - (1 << (WHOLE - 3));
    let (rest, power) = (a.min(b), a_power.max(b_power));
    // gemmlowp's coefficients
    const ALPHA_N: i32 = 117_049_297;
    const ALPHA_D: i32 = 127_690_142;
    const ALPHA_I: i32 = 1_057_819_769;
    const ALPHA_F: i32 = 638_450_708;
    let sum = i64::from(rest) + i64::from(fourth);
    let p = ((sum + sum.signum()) / 2) as i32;
    let q = shift_left(rest.wrapping_sub(fourth), 1);
    let square = high_product(q, q);
    let numerator = high_product(q, rest).wrapping_add(high_product(ALPHA_N, high_product(q, square)));
    let inner = ALPHA_I.wrapping_add(q).wrapping_add(high_product(ALPHA_D, square));
    let denominator = high_product(p, inner).wrapping_add(high_product(ALPHA_F, q));
    let ratio = high_product(shift_right(numerator, DIFFERENCE + 1), one_over_one_plus(denominator));
    shift_left(high_product(power, one(2f64.ln())).wrapping_add(ratio), 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_are_close_to_real_ones() {
        let real = |x: i32| f64::from(x) / 2f64.powi(31);
        for i in 0..2000 {
            let x = -i * 1_000_003;
            assert!((real(exponential(x)) - (real(x) * 32.0).exp()).abs() < 1e-6, "{x}");
            assert!((real(one_over_one_plus(-x)) - 1.0 / (1.0 - real(x))).abs() < 1e-8, "{x}");
            let one_and_more = 2f64.powf(f64::from(i) * 0.005);
            let log = f64::from(logarithm((one_and_more * 2f64.powi(31 - SUM)) as i32))
                / 2f64.powi(31 - DIFFERENCE);
            assert!((log - one_and_more.ln()).abs() < 1e-5, "{one_and_more}: {log}");
        }
    }
}
