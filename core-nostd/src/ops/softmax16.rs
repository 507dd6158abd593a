//! SOFTMAX on int16, with two interpolated tables as LiteRT has them.

use core::cell::Cell;

use super::curve::{self, POINTS};
use crate::claim::{Claim, shape};
use crate::error::Error;
use crate::fixed::{Integer, multiply_twice};
use crate::kernel::{Io, Task};
use crate::plan::Kind;
use crate::wire::{i8, i32, record, u32};

record! {
    /// Operands: y `[rows][depth]` with scale 1/32768; x; exponentials for -10 to 0 and reciprocals of 1 + a for a from 0 to
    /// 1, both [`curve`]s in Q0.15.
    pub struct Softmax16 {
        /// Elements of a row.
        depth: u32,
        /// Brings differences to the exponentials' range: -65535 stands for -10.
        multiplier: i32,
        /// Its exponent.
        shift: i8,
    }
}

impl Softmax16 {
    /// Whether the geometry suits the operands.
    pub const fn check(claim: &Claim<'_>) -> Result<(), Error> {
        let Some(p) = Self::read(claim.params()) else { return Err(Error::Record) };
        shape(
            claim.arity(1, 4)
                && claim.rows_of(0, Kind::I16, claim.rows(), Some(p.depth))
                && claim.rows_of(1, Kind::I16, claim.rows(), Some(p.depth))
                && claim.constant(2, Kind::I16, Some(POINTS * 2))
                && claim.constant(3, Kind::I16, Some(POINTS * 2)),
        )
    }

    /// Computes output rows.
    pub fn eval(task: &Task<'_>, io: &Io<'_>) -> Result<(), Error> {
        let p = Self::read(task.params).ok_or(Error::Record)?;
        let (x, y) = (io.rows::<i16>(1, p.depth)?, io.rows::<i16>(0, p.depth)?);
        let (exponentials, reciprocals) = (io.values::<i16>(2)?, io.values::<i16>(3)?);
        for r in task.rows.clone() {
            row(&p, exponentials, reciprocals, x.row(r as usize), y.row(r as usize));
        }
        Ok(())
    }
}

/// One row; `x` and `y` may be the same memory.
fn row(p: &Softmax16, exponentials: &[i16], reciprocals: &[i16], x: &[Cell<i16>], y: &[Cell<i16>]) {
    let max = x.iter().map(Cell::get).max().unwrap_or(0) as i32;
    let mut sum = 0i32;
    for (x, y) in x.iter().zip(y) {
        let scaled = multiply_twice((x.get() as i32).wrapping_sub(max), p.multiplier, p.shift as i32);
        let e = curve::at(exponentials, i16::saturated(scaled.wrapping_add(32767)));
        sum = sum.wrapping_add(e as i32);
        y.set(e);
    }
    // 1 + a, with a in Q0.16, and from there to the reciprocals' range
    let zeros = (sum as u32).leading_zeros();
    let one_plus = (((sum as i64) << (zeros.wrapping_sub(1) & 63)).wrapping_add(1 << 13) >> 14) as i32;
    let reciprocal =
        curve::at(reciprocals, i16::saturated(one_plus.wrapping_sub((1 << 15) + (1 << 16)))) as i64;
    let shift = 31u32.wrapping_sub(zeros) & 63;
    let round = 1i64.wrapping_shl(shift.wrapping_sub(1));
    for y in y {
        let scaled = (y.get() as i64).wrapping_mul(reciprocal).wrapping_add(round) >> shift;
        y.set(scaled.clamp(0, 32767) as i16);
    }
}
