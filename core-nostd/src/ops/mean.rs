//! MEAN and SUM of quantized numbers over some axes.

use core::marker::PhantomData;

use super::groups::Groups;
use crate::claim::{Claim, shape};
use crate::error::Error;
use crate::fixed::{Integer, multiply_twice};
use crate::kernel::{Io, Task};
use crate::wire::{i8, i32, record};

record! {
    /// `y = requantize(bias + sum of x)`. Operands: y; x.
    pub struct Mean {
        /// Geometry.
        groups: Groups,
        /// Start of the sum: minus the zero point of x for each tap.
        bias: i32,
        /// Scale of the sum, a mean's division included.
        multiplier: i32,
        /// Its exponent.
        shift: i8,
        /// Zero point of y.
        y_zero: i8,
    }
}

/// The operator on elements of type `T`.
#[derive(Debug)]
pub struct Quantized<T>(PhantomData<T>);

impl<T: Integer> Quantized<T> {
    /// Whether the geometry suits the operands.
    pub const fn check(claim: &Claim<'_>) -> Result<(), Error> {
        let Some(p) = Mean::read(claim.params()) else { return Err(Error::Record) };
        shape(p.groups.fits(claim, T::KIND, T::KIND))
    }

    /// Computes output rows.
    pub fn eval(task: &Task<'_>, io: &Io<'_>) -> Result<(), Error> {
        let p = Mean::read(task.params).ok_or(Error::Record)?;
        let add = |sum: i32, x: T| sum.wrapping_add(x.into());
        p.groups.each(task, io, p.bias, add, |sum| {
            let scaled = multiply_twice(sum, p.multiplier, p.shift as i32);
            T::saturated(scaled.wrapping_add(p.y_zero as i32))
        })
    }
}
