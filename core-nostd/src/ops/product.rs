//! REDUCE_PROD of quantized numbers: scaled after every factor, so that nothing overflows.

use core::marker::PhantomData;

use super::groups::Groups;
use crate::claim::{Claim, shape};
use crate::error::Error;
use crate::fixed::{Integer, multiply_wide};
use crate::kernel::{Io, Task};
use crate::wire::{i8, i32, record};

record! {
    /// `y = scale * (.. scale * (scale * x0 * x1) * x2 ..) + zero`. Operands: y; x.
    pub struct Product {
        /// Geometry.
        groups: Groups,
        /// Scale of a step: the input's by the n-th root of the output's, for n factors.
        multiplier: i32,
        /// Its exponent.
        shift: i8,
        /// Zero point of x.
        x_zero: i8,
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
        let Some(p) = Product::read(claim.params()) else { return Err(Error::Record) };
        shape(p.groups.fits(claim, T::KIND, T::KIND))
    }

    /// Computes output rows.
    pub fn eval(task: &Task<'_>, io: &Io<'_>) -> Result<(), Error> {
        let p = Product::read(task.params).ok_or(Error::Record)?;
        let scaled = |x: i64| multiply_wide(x, p.multiplier, p.shift as i32);
        let take = |product: Option<i32>, x: T| {
            let x = x.into().wrapping_sub(p.x_zero as i32);
            Some(product.map_or(x, |before| scaled(before as i64 * x as i64)))
        };
        p.groups.each(task, io, None, take, |product| {
            let y = scaled(product.unwrap_or(0) as i64);
            T::saturated(y.wrapping_add(p.y_zero as i32))
        })
    }
}
