//! ADD: both operands brought to a common scale, added, and brought to the output's.

use super::elementwise::Broadcast;
use crate::claim::{Claim, shape};
use crate::error::Error;
use crate::fixed::{high_multiply, narrow, rounding_shift};
use crate::kernel::{Io, Task};
use crate::wire::{i8, i32, record, u8};

record! {
    /// Operands: y; a, b. All three multipliers are below 1: `real = multiplier * 2^-(31 + shift)`.
    pub struct Add {
        /// Shapes.
        shape: Broadcast,
        /// Zero point of a.
        a_zero: i8,
        /// Zero point of b.
        b_zero: i8,
        /// Zero point of y.
        y_zero: i8,
        /// Least output: the fused activation.
        lo: i8,
        /// Greatest output.
        hi: i8,
        /// Shift right of a.
        a_shift: u8,
        /// Shift right of b.
        b_shift: u8,
        /// Shift right of the sum.
        y_shift: u8,
        /// Multiplier of a.
        a_multiplier: i32,
        /// Multiplier of b.
        b_multiplier: i32,
        /// Multiplier of the sum.
        y_multiplier: i32,
    }
}

/// Bits that the operands gain before they are scaled, so that scaling loses nothing that matters.
pub const HEADROOM: u32 = 20;

impl Add {
    /// Whether the geometry suits the operands.
    pub const fn check(claim: &Claim<'_>) -> Result<(), Error> {
        let Some(p) = Self::read(claim.params()) else { return Err(Error::Record) };
        shape(p.shape.fits(claim, false))
    }

    /// Computes output rows.
    pub fn eval(task: &Task<'_>, io: &Io<'_>) -> Result<(), Error> {
        let p = Self::read(task.params).ok_or(Error::Record)?;
        p.shape.work(task, io, |a, b| p.sum(a, b))
    }

    /// One element.
    #[inline(always)]
    pub fn sum(&self, a: i8, b: i8) -> i8 {
        let a = scale(a as i32, self.a_zero, self.a_multiplier, self.a_shift);
        let b = scale(b as i32, self.b_zero, self.b_multiplier, self.b_shift);
        let sum =
            rounding_shift(high_multiply(a.wrapping_add(b), self.y_multiplier), self.y_shift as u32 & 31);
        narrow(sum.wrapping_add(self.y_zero as i32), self.lo, self.hi)
    }
}

#[inline(always)]
fn scale(x: i32, zero: i8, multiplier: i32, shift: u8) -> i32 {
    let x = x.wrapping_sub(zero as i32).wrapping_shl(HEADROOM);
    rounding_shift(high_multiply(x, multiplier), shift as u32 & 31)
}

/// ADD whose second operand is a constant of the plan. Fields as [`Add`].
#[derive(Debug)]
pub struct AddConstant;

impl AddConstant {
    /// Whether the geometry suits the operands.
    pub const fn check(claim: &Claim<'_>) -> Result<(), Error> {
        let Some(p) = Add::read(claim.params()) else { return Err(Error::Record) };
        shape(p.shape.fits(claim, true))
    }

    /// Computes output rows.
    pub fn eval(task: &Task<'_>, io: &Io<'_>) -> Result<(), Error> {
        let p = Add::read(task.params).ok_or(Error::Record)?;
        p.shape.constant(task, io, |a, b| p.sum(a, b))
    }
}
