//! L2_NORMALIZATION on int8: by the inverse square root of the sum of squares, in LiteRT's fixed-point arithmetic.

use core::cell::Cell;

use crate::claim::{Claim, shape};
use crate::error::Error;
use crate::fixed::{high_multiply, multiply_twice, narrow, rounding_shift};
use crate::kernel::{Io, Task};
use crate::plan::Kind;
use crate::wire::{i8, record, u8, u32};

record! {
    /// Operands: y `[rows][depth]` with scale 1/128 and zero point 0; x.
    pub struct L2Normalize {
        /// Elements of a row.
        depth: u32,
        /// Zero point of x.
        x_zero: i8,
        /// Bits that x gains before it is scaled: 7 in models that were uint8, else 0.
        headroom: u8,
    }
}

impl L2Normalize {
    /// Whether the geometry suits the operands.
    pub const fn check(claim: &Claim<'_>) -> Result<(), Error> {
        let Some(p) = Self::read(claim.params()) else { return Err(Error::Record) };
        shape(
            claim.arity(1, 2)
                && p.headroom <= 7
                && claim.rows_of(0, Kind::I8, claim.rows(), Some(p.depth))
                && claim.rows_of(1, Kind::I8, claim.rows(), Some(p.depth)),
        )
    }

    /// Computes output rows.
    pub fn eval(task: &Task<'_>, io: &Io<'_>) -> Result<(), Error> {
        let p = Self::read(task.params).ok_or(Error::Record)?;
        let (x, y) = (io.rows::<i8>(1, p.depth)?, io.rows::<i8>(0, p.depth)?);
        for r in task.rows.clone() {
            row(&p, x.row(r as usize), y.row(r as usize));
        }
        Ok(())
    }
}

/// One row; `x` and `y` may be the same memory.
fn row(p: &L2Normalize, x: &[Cell<i8>], y: &[Cell<i8>]) {
    let centred = |x: &Cell<i8>| (x.get() as i32).wrapping_sub(p.x_zero as i32);
    let squares = x.iter().map(centred).fold(0i32, |sum, x| sum.wrapping_add(x.wrapping_mul(x)));
    let (multiplier, shift) = inverse_root(squares);
    let headroom = p.headroom as i32;
    for (x, y) in x.iter().zip(y) {
        let wide = centred(x).wrapping_shl(headroom as u32 & 31);
        y.set(narrow(multiply_twice(wide, multiplier, 7 - headroom - shift), i8::MIN, i8::MAX));
    }
}

/// `1 / sqrt(n)` as a multiplier and a shift right: five Newton steps from 1 (TFLite's GetInvSqrtQuantizedMultiplierExp).
fn inverse_root(n: i32) -> (i32, i32) {
    if n <= 1 {
        return (i32::MAX, 0);
    }
    let (mut n, mut shift) = (n, 11);
    while n >= 1 << 29 {
        (n, shift) = (n >> 2, shift + 1);
    }
    // to [1/4, 1) of 2^29, by an even power
    let pairs = (n.leading_zeros().wrapping_sub(1) / 2).wrapping_sub(1);
    shift -= pairs as i32;
    // Q3.28 from here on
    let half = rounding_shift(n.wrapping_shl(2 * pairs) >> 1, 1);
    const THREE_HALVES: i32 = 3 << 27;
    const SQRT_HALF: i32 = 1_518_500_250;
    let mut x = 1i32 << 28;
    for _ in 0..5 {
        let cube = high_multiply(high_multiply(x, x), x).saturating_mul(1 << 6);
        let step = high_multiply(THREE_HALVES, x).wrapping_sub(high_multiply(half, cube));
        x = step.saturating_mul(1 << 3);
    }
    let x = high_multiply(x, SQRT_HALF);
    if shift < 0 { (x.wrapping_shl(shift.unsigned_abs()), 0) } else { (x, shift) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inverse_roots_are_close_to_real_ones() {
        for n in [2, 3, 10, 127, 16129, 1 << 20, (1 << 29) - 1, 1 << 29, i32::MAX] {
            let (multiplier, shift) = inverse_root(n);
            let got = f64::from(multiplier) / f64::from(1u32 << 31) / f64::from(1 << shift);
            assert!((got * f64::from(n).sqrt() - 1.0).abs() < 1e-4, "{n}: {got}");
        }
    }
}
