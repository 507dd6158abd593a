//! Sums and differences of 16-bit operands whose scales are powers of two: each is shifted to the output's scale.

use core::marker::PhantomData;

use super::elementwise::Broadcast;
use crate::claim::{Claim, shape};
use crate::error::Error;
use crate::fixed::Integer;
use crate::fixed::rounding_shift;
use crate::kernel::{Io, Task};
use crate::plan::Kind;
use crate::wire::{i16, record, u8};

record! {
    /// Operands: y; a, b, all i16; a and b in work memory or constant.
    pub struct Shifted {
        /// Shapes.
        shape: Broadcast,
        /// Shift right of a.
        a: u8,
        /// Shift right of b.
        b: u8,
        /// Least output: the fused activation.
        lo: i16,
        /// Greatest output.
        hi: i16,
    }
}

/// A function of two operands in the output's scale.
pub trait Meet {
    /// The function.
    fn of(a: i16, b: i16) -> i16;
}

/// `a + b`, saturated.
#[derive(Debug)]
pub struct Add;

impl Meet for Add {
    #[inline(always)]
    fn of(a: i16, b: i16) -> i16 {
        a.saturating_add(b)
    }
}

/// `a - b`, saturated.
#[derive(Debug)]
pub struct Sub;

impl Meet for Sub {
    #[inline(always)]
    fn of(a: i16, b: i16) -> i16 {
        a.saturating_sub(b)
    }
}

/// The kernel of a function. See [`Shifted`].
#[derive(Debug)]
pub struct Shift<F>(PhantomData<F>);

impl<F: Meet> Shift<F> {
    /// Whether the geometry suits the operands.
    pub const fn check(claim: &Claim<'_>) -> Result<(), Error> {
        let Some(p) = Shifted::read(claim.params()) else { return Err(Error::Record) };
        shape(p.shape.suits(claim, [Kind::I16; 3]))
    }

    /// Computes output rows.
    pub fn eval(task: &Task<'_>, io: &Io<'_>) -> Result<(), Error> {
        let p = Shifted::read(task.params).ok_or(Error::Record)?;
        p.shape.anywhere(task, io, |a, b| {
            let y = F::of(shifted(a, p.a), shifted(b, p.b));
            <i16 as Integer>::narrow(y.into(), p.lo.into(), p.hi.into())
        })
    }
}

#[inline(always)]
fn shifted(x: i16, n: u8) -> i16 {
    rounding_shift(x.into(), n as u32 & 31) as i16
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_round_away_and_sums_saturate() {
        assert_eq!([-3, -1, 1, 3].map(|x| shifted(x, 1)), [-2, -1, 1, 2]);
        assert_eq!((Add::of(32000, 1000), Sub::of(-32000, 1000), Sub::of(5, 7)), (32767, -32768, -2));
    }
}
