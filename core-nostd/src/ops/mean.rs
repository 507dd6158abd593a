//! MEAN over some axes.

use core::cell::Cell;

use crate::claim::{Claim, shape};
use crate::error::Error;
use crate::fixed::{multiply_twice, narrow};
use crate::kernel::{Io, Task};
use crate::plan::Kind;
use crate::wire::{i8, i32, product, record, u32};

record! {
    /// The input's axes, neighbours of one kind merged, are `[rows][r0][k1][r1][k2]`: r are averaged, the others stay.
    /// Operands: y `[rows][k1][k2]`; x.
    pub struct Mean {
        /// Extent of the first averaged axis.
        r0: u32,
        /// Extent of the axis between.
        k1: u32,
        /// Extent of the second averaged axis.
        r1: u32,
        /// Extent of the last axis.
        k2: u32,
        /// Start of the sum: minus the zero point of x for each tap.
        bias: i32,
        /// Scale of the sum, the division included.
        multiplier: i32,
        /// Its exponent.
        shift: i8,
        /// Zero point of y.
        y_zero: i8,
    }
}

impl Mean {
    /// Whether the geometry suits the operands.
    pub const fn check(claim: &Claim<'_>) -> Result<(), Error> {
        let Some(p) = Self::read(claim.params()) else { return Err(Error::Record) };
        shape(
            claim.arity(1, 2)
                && claim.work(0, Kind::I8, product(&[claim.rows(), p.k1, p.k2]))
                && claim.work(1, Kind::I8, product(&[claim.rows(), p.r0, p.k1, p.r1, p.k2])),
        )
    }

    /// Computes output rows.
    pub fn eval(task: &Task<'_>, io: &Io<'_>) -> Result<(), Error> {
        let p = Self::read(task.params).ok_or(Error::Record)?;
        let (len, out) = (product(&[p.r0, p.k1, p.r1, p.k2]), product(&[p.k1, p.k2]));
        let (x, y) = (io.rows(1, len.ok_or(Error::Shape)?)?, io.rows(0, out.ok_or(Error::Shape)?)?);
        for r in task.rows.clone() {
            row(&p, x.row(r as usize), y.row(r as usize));
        }
        Ok(())
    }
}

/// One row: `y[k1][k2] = requantize(bias + sum of x[..][k1][..][k2])`.
pub fn row(p: &Mean, x: &[Cell<i8>], y: &[Cell<i8>]) {
    let (k2, block) = (p.k2 as usize, (p.r1 as usize).wrapping_mul(p.k2 as usize));
    for (i, y) in y.chunks_exact(k2.max(1)).enumerate() {
        for (j, y) in y.iter().enumerate() {
            let mut sum = p.bias;
            for outer in 0..p.r0 as usize {
                let at =
                    outer.wrapping_mul(p.k1 as usize).wrapping_add(i).wrapping_mul(block).wrapping_add(j);
                for x in x.get(at..).unwrap_or(&[]).iter().step_by(k2.max(1)).take(p.r1 as usize) {
                    sum = sum.wrapping_add(x.get() as i32);
                }
            }
            let scaled = multiply_twice(sum, p.multiplier, p.shift as i32);
            y.set(narrow(scaled.wrapping_add(p.y_zero as i32), i8::MIN, i8::MAX));
        }
    }
}
