//! MUL: the product of both operands without their zero points, brought to the output's scale.

use super::elementwise::Broadcast;
use crate::claim::{Claim, shape};
use crate::error::Error;
use crate::fixed::{multiply_twice, narrow};
use crate::kernel::{Io, Task};
use crate::wire::{i8, i32, record};

record! {
    /// Operands: y; a, b.
    pub struct Mul {
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
        /// Exponent of the product's scale.
        shift: i8,
        /// The product's scale.
        multiplier: i32,
    }
}

impl Mul {
    /// Whether the geometry suits the operands.
    pub const fn check(claim: &Claim<'_>) -> Result<(), Error> {
        let Some(p) = Self::read(claim.params()) else { return Err(Error::Record) };
        shape(p.shape.fits(claim, false))
    }

    /// Computes output rows.
    pub fn eval(task: &Task<'_>, io: &Io<'_>) -> Result<(), Error> {
        let p = Self::read(task.params).ok_or(Error::Record)?;
        p.shape.work(task, io, |a, b| p.product(a, b))
    }

    /// One element.
    #[inline(always)]
    pub fn product(&self, a: i8, b: i8) -> i8 {
        let (a, b) =
            ((a as i32).wrapping_sub(self.a_zero as i32), (b as i32).wrapping_sub(self.b_zero as i32));
        let product = a.wrapping_mul(b);
        let scaled = multiply_twice(product, self.multiplier, self.shift as i32);
        narrow(scaled.wrapping_add(self.y_zero as i32), self.lo, self.hi)
    }
}

/// MUL whose second operand is a constant of the plan. Fields as [`Mul`].
#[derive(Debug)]
pub struct MulConstant;

impl MulConstant {
    /// Whether the geometry suits the operands.
    pub const fn check(claim: &Claim<'_>) -> Result<(), Error> {
        let Some(p) = Mul::read(claim.params()) else { return Err(Error::Record) };
        shape(p.shape.fits(claim, true))
    }

    /// Computes output rows.
    pub fn eval(task: &Task<'_>, io: &Io<'_>) -> Result<(), Error> {
        let p = Mul::read(task.params).ok_or(Error::Record)?;
        p.shape.constant(task, io, |a, b| p.product(a, b))
    }
}
