//! SOFTMAX along the last axis, in integers.
//!
//! The exponentials of all differences to a row's maximum come from the plan as a table, made on the desktop by
//! LiteRT's fixed-point definition; the sum and its reciprocal are computed here as it does (gemmlowp's
//! one_over_one_plus_x with three Newton-Raphson steps).

use core::cell::Cell;

use crate::claim::{Claim, shape};
use crate::error::Error;
use crate::fixed::{high_multiply, narrow, rounding_shift};
use crate::kernel::{Io, Task};
use crate::plan::Kind;
use crate::wire::{product, record, u32};

record! {
    /// Operands: y `[rows][depth]`; x, exponentials (i32, Q0.31): element d is `exp(-d * scale * beta)`, and past its end
    /// they count as 0. y has scale 1/256 and zero point -128.
    pub struct Softmax {
        /// Elements of a row.
        depth: u32,
    }
}

impl Softmax {
    /// Whether the geometry suits the operands.
    pub const fn check(claim: &Claim<'_>) -> Result<(), Error> {
        let Some(p) = Self::read(claim.params()) else { return Err(Error::Record) };
        let len = product(&[claim.rows(), p.depth]);
        let table = claim.operand(2).len;
        shape(
            claim.arity(1, 3)
                && p.depth > 0
                && claim.work(0, Kind::I8, len)
                && claim.work(1, Kind::I8, len)
                && table > 0
                && table <= 256 * 4
                && claim.constant(2, Kind::I32, Some(table)),
        )
    }

    /// Computes output rows.
    pub fn eval(task: &Task<'_>, io: &Io<'_>) -> Result<(), Error> {
        let p = Self::read(task.params).ok_or(Error::Record)?;
        let (x, y) = (io.rows(1, p.depth)?, io.rows(0, p.depth)?);
        let table = crate::aligned::slice::<i32>(io.constant(2)?).ok_or(Error::Misaligned)?;
        for r in task.rows.clone() {
            row(table, x.row(r as usize), y.row(r as usize));
        }
        Ok(())
    }
}

/// Bits of the sum above the binary point; the exponentials give up as many below.
pub(super) const INTEGER_BITS: u32 = 12;

/// One row; `x` and `y` may be the same memory.
pub fn row(table: &[i32], x: &[Cell<i8>], y: &[Cell<i8>]) {
    let max = x.iter().map(Cell::get).max().unwrap_or(0);
    let exponential =
        |x: i8| table.get((max as i32).wrapping_sub(x as i32) as usize).map_or(0, |e| i32::from_le(*e));
    let mut sum = 0i32;
    for x in x {
        sum = sum.wrapping_add(rounding_shift(exponential(x.get()), INTEGER_BITS));
    }
    let leading = sum.leading_zeros();
    let fraction = (sum as u32).wrapping_shl(leading).wrapping_sub(1 << 31) as i32;
    let reciprocal = one_over_one_plus(fraction);
    // bits of the sum's integer part, then from Q0.31 to steps of 1/256
    let shift = INTEGER_BITS.wrapping_sub(leading).wrapping_add(31 - 8) & 31;
    for (x, y) in x.iter().zip(y) {
        let e = exponential(x.get());
        let value = if e == 0 { 0 } else { rounding_shift(high_multiply(reciprocal, e), shift) };
        y.set(narrow(value.wrapping_add(i8::MIN as i32), i8::MIN, i8::MAX));
    }
}

/// `1 / (1 + a)` for `a` in [0, 1), both Q0.31: Newton-Raphson from 48/17 - 32/17 x on half the denominator (Q2.29).
pub(super) fn one_over_one_plus(a: i32) -> i32 {
    let half = ((a as i64 + i32::MAX as i64 + 1) >> 1) as i32;
    let mut x = 1_515_870_810i32.wrapping_add(signed_multiply(half, -1_010_580_540));
    for _ in 0..3 {
        let error = (1i32 << 29).wrapping_sub(signed_multiply(half, x));
        x = x.wrapping_add(signed_multiply(x, error).saturating_mul(4));
    }
    x.saturating_mul(2)
}

/// [`high_multiply`] for a second factor of either sign: the same formula.
#[inline(always)]
fn signed_multiply(a: i32, b: i32) -> i32 {
    high_multiply(a, b)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reciprocals_are_close_to_real_ones() {
        for i in 0..1000 {
            let a = i * 2_147_483;
            let real = 1.0 / (1.0 + f64::from(a) / 2147483648.0);
            assert!((f64::from(one_over_one_plus(a)) / 2147483648.0 - real).abs() < 1e-8);
        }
    }

    #[test]
    fn equal_inputs_share_evenly_in_place() {
        let table: [i32; 1] = [i32::MAX.to_le()];
        let mut x = [5i8; 4];
        let cells = Cell::from_mut(&mut x[..]).as_slice_of_cells();
        row(&table, cells, cells);
        assert_eq!(x, [-64; 4]);
    }
}
