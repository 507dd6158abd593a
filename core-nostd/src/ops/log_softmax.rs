//! LOG_SOFTMAX on int8, in LiteRT's fixed-point arithmetic.

use core::cell::Cell;

use super::softmax::{INTEGER_BITS, one_over_one_plus};
use crate::claim::{Claim, shape};
use crate::error::Error;
use crate::fixed::{high_multiply, multiply_twice, narrow, rounding_shift};
use crate::kernel::{Io, Task};
use crate::plan::Kind;
use crate::wire::{i8, i32, record, u32};

record! {
    /// Operands: y `[rows][depth]` with scale 1/16 and zero point 127; x, exponentials as those of
    /// [`Softmax`](super::softmax::Softmax).
    pub struct LogSoftmax {
        /// Elements of a row.
        depth: u32,
        /// Brings differences to Q5.26.
        multiplier: i32,
        /// Brings Q5.26 back to differences.
        back: i32,
        /// The multiplier's exponent.
        shift: i8,
        /// The exponent of the way back.
        back_shift: i8,
    }
}

impl LogSoftmax {
    /// Whether the geometry suits the operands.
    pub const fn check(claim: &Claim<'_>) -> Result<(), Error> {
        let Some(p) = Self::read(claim.params()) else { return Err(Error::Record) };
        let table = claim.operand(2).len;
        shape(
            claim.arity(1, 3)
                && claim.rows_of(0, Kind::I8, claim.rows(), Some(p.depth))
                && claim.rows_of(1, Kind::I8, claim.rows(), Some(p.depth))
                && table <= 256 * 4
                && claim.constant(2, Kind::I32, Some(table)),
        )
    }

    /// Computes output rows.
    pub fn eval(task: &Task<'_>, io: &Io<'_>) -> Result<(), Error> {
        let p = Self::read(task.params).ok_or(Error::Record)?;
        let (x, y) = (io.rows::<i8>(1, p.depth)?, io.rows::<i8>(0, p.depth)?);
        let table = io.values::<i32>(2)?;
        for r in task.rows.clone() {
            row(&p, table, x.row(r as usize), y.row(r as usize));
        }
        Ok(())
    }
}

/// One row; `x` and `y` may be the same memory.
fn row(p: &LogSoftmax, table: &[i32], x: &[Cell<i8>], y: &[Cell<i8>]) {
    let max = x.iter().map(Cell::get).max().unwrap_or(0) as i32;
    let mut sum = 0i32;
    for x in x {
        let exponential = table.get(max.wrapping_sub(x.get() as i32) as usize);
        sum = sum.wrapping_add(rounding_shift(exponential.map_or(0, |e| i32::from_le(*e)), INTEGER_BITS));
    }
    let log = logarithm(sum);
    // differences from here on do not fit into Q5.26 once the logarithm is taken off
    let least = multiply_twice(log.wrapping_add(i32::MIN), p.back, p.back_shift as i32);
    let least = least.max((table.len() as i32).wrapping_neg());
    for (x, y) in x.iter().zip(y) {
        let difference = (x.get() as i32).wrapping_sub(max);
        let scaled = multiply_twice(difference, p.multiplier, p.shift as i32).wrapping_sub(log);
        let value = rounding_shift(scaled, 31 - 5 - 4).wrapping_add(127);
        y.set(if difference > least { narrow(value, i8::MIN, i8::MAX) } else { i8::MIN });
    }
}

/// The natural logarithm in Q5.26 of a number of at least 1 in Q12.19 (TFLite's log_x_for_x_greater_than_or_equal_to_1): a
/// power of two near it, and a rational function of what remains, about the fourth root of one half.
fn logarithm(x: i32) -> i32 {
    const LOG_2: i32 = 1_488_522_236;
    const SQRT_HALF: i32 = 1_518_500_250;
    const FOURTH_ROOT: i32 = 1_805_811_301;
    const ALPHA_N: i32 = 117_049_297;
    const ALPHA_D: i32 = 127_690_142;
    const ALPHA_I: i32 = 1_057_819_769;
    const ALPHA_F: i32 = 638_450_708;
    const QUARTER: i32 = 1 << 23;
    let bits = INTEGER_BITS as i32;
    // once normalized, and once more after a factor of the square root of one half
    let zeros = x.leading_zeros() as i32;
    let a = high_multiply(left(x, zeros.wrapping_sub(1)), SQRT_HALF).saturating_mul(2);
    let a_power = left(bits.wrapping_sub(zeros), 25).saturating_add(QUARTER);
    let headroom = (high_multiply(x, SQRT_HALF).leading_zeros() as i32).wrapping_sub(1);
    let b = left(x, headroom);
    let b_power = left(bits.wrapping_sub(headroom), 25).saturating_sub(QUARTER);
    let (r, power) = (a.min(b), a_power.max(b_power));
    let p = half_sum(r, FOURTH_ROOT);
    let q = r.wrapping_sub(FOURTH_ROOT).wrapping_mul(2);
    let square = high_multiply(q, q);
    let numerator = high_multiply(q, r).wrapping_add(high_multiply(high_multiply(q, square), ALPHA_N));
    let inner = ALPHA_I.wrapping_add(q).wrapping_add(high_multiply(ALPHA_D, square));
    let denominator = high_multiply(p, inner).wrapping_add(high_multiply(ALPHA_F, q));
    let ratio = high_multiply(rounding_shift(numerator, 6), one_over_one_plus(denominator));
    high_multiply(power, LOG_2).wrapping_add(ratio).saturating_mul(2)
}

/// `x * 2^n`, saturated.
fn left(x: i32, n: i32) -> i32 {
    x.saturating_mul(1i32.wrapping_shl(n as u32 & 31))
}

/// `(a + b) / 2`, halves away from zero.
fn half_sum(a: i32, b: i32) -> i32 {
    let sum = a as i64 + b as i64;
    (if sum >= 0 { (sum + 1) >> 1 } else { -((1 - sum) >> 1) }) as i32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logarithms_are_close_to_real_ones() {
        let mut x = 1.0f64;
        while x < 4000.0 {
            let got = f64::from(logarithm((x * f64::from(1 << 19)) as i32)) / f64::from(1 << 26);
            assert!((got - x.ln()).abs() < 1e-5, "{x}: {got}");
            x *= 1.01;
        }
    }
}
