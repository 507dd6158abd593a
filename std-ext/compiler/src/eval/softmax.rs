//! SOFTMAX of int8, in fixed point (`kernels/internal/reference/softmax.h`, gemmlowp's `fixedpoint.h`). A number with
//! `n` integer bits is an integer in units of `2^(n - 31)`.

use super::number::{Affine, Factor, high_product, shift_left, shift_right};
use super::{Call, Made};
use crate::graph::{Quant, Repr, Type};

/// Integer bits of scaled differences.
const DIFFERENCE: i32 = 5;
/// Integer bits of a sum of exponentials.
const SUM: i32 = 12;

impl Call<'_> {
    pub(super) fn softmax(&self, beta: f32) -> Made {
        let (x, y) = (self.x()?, self.y()?);
        let prescribed =
            matches!(&y.repr, Repr::Quant(Quant { store: Type::I8, zero, .. }) if *zero == [-128]);
        if x.store() != Type::I8 || !prescribed {
            return Err(self.unknown());
        }
        let scale = Affine::of(x.value)?.scale;
        let steps = f64::from(beta) * f64::from(scale) * 2f64.powi(31 - DIFFERENCE);
        let factor = Factor::new(steps.min(f64::from(i32::MAX)))?;
        if steps <= 1.0 {
            return Err("has a beta that is too small for its input's scale".into());
        }
        // differences beyond that have no exponential
        let least = -(31.0 * 2f64.powi(31 - DIFFERENCE - factor.exponent)).floor() as i64;
        let depth = x.shape().last().copied().unwrap_or(1).max(1);
        let row = |row: &[i64]| {
            let most = row.iter().copied().fold(i64::MIN, i64::max);
            let powers: Vec<Option<i32>> = row
                .iter()
                .map(|x| Some(x - most).filter(|d| *d >= least).map(|d| exponential(factor.twice(d) as i32)))
                .collect();
            let sum: i32 = powers.iter().flatten().fold(0, |sum, e| sum.wrapping_add(shift_right(*e, SUM)));
            let zeros = sum.leading_zeros();
            // the sum is (1 + rest) * 2^bits
            let bits = SUM - zeros as i32;
            let rest = (i64::from(sum as u32) << zeros) - (1 << 31);
            let inverse = one_over_one_plus(rest as i32);
            let share = |e: i32| i64::from(shift_right(high_product(inverse, e), bits + 31 - 8));
            powers.into_iter().map(|e| (e.map_or(0, share) - 128).clamp(-128, 127)).collect::<Vec<i64>>()
        };
        Ok(x.elements.chunks_exact(depth).flat_map(row).collect())
    }
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
fn one_over_one_plus(x: i32) -> i32 {
    let half = ((i64::from(x) + i64::from(i32::MAX) + 1) / 2) as i32;
    let mut y = 1_515_870_810 + high_product(half, -1_010_580_540);
    for _ in 0..3 {
        let error = (1 << 29) - high_product(half, y);
        y += shift_left(high_product(y, error), 2);
    }
    shift_left(y, 1)
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
        }
    }
}
