//! Comparisons of two elements, with truth values as results.

use core::marker::PhantomData;

use super::elementwise::Broadcast;
use super::number::Number;
use super::pairwise::kind;
use crate::claim::{Claim, shape};
use crate::error::Error;
use crate::kernel::{Io, Task};
use crate::plan::Kind;
use crate::wire::{record, u8};

record! {
    /// Operands: y (truth values); a, b, both of one type, in work memory or constant.
    pub struct Compare {
        /// Shapes.
        shape: Broadcast,
        /// When it holds: a sum of [`LESS`], [`EQUAL`], [`GREATER`] and [`UNORDERED`].
        holds: u8,
    }
}

/// a < b.
pub const LESS: u8 = 1;
/// a = b.
pub const EQUAL: u8 = 2;
/// a > b.
pub const GREATER: u8 = 4;
/// One of them is no number.
pub const UNORDERED: u8 = 8;

/// Comparison of numbers of one type. See [`Compare`].
#[derive(Debug)]
pub struct Plain<T>(PhantomData<T>);

impl<T: Number> Plain<T> {
    /// Whether the geometry suits the operands.
    pub const fn check(claim: &Claim<'_>) -> Result<(), Error> {
        let Some(p) = Compare::read(claim.params()) else { return Err(Error::Record) };
        let kind = kind::<T>(claim);
        shape(p.shape.suits(claim, [Kind::Bool, kind, kind]))
    }

    /// Computes output rows.
    pub fn eval(task: &Task<'_>, io: &Io<'_>) -> Result<(), Error> {
        let p = Compare::read(task.params).ok_or(Error::Record)?;
        p.shape.anywhere(task, io, |a: T, b: T| holds(p.holds, a, b))
    }
}

/// One element: 1 where the comparison holds, else 0.
#[inline(always)]
pub fn holds<T: PartialOrd>(when: u8, a: T, b: T) -> i8 {
    let order = if a < b {
        LESS
    } else if a == b {
        EQUAL
    } else if a > b {
        GREATER
    } else {
        UNORDERED
    };
    (when & order != 0) as i8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comparisons_by_hand() {
        for (a, b) in [(1.0, 2.0), (2.0, 1.0), (1.0, 1.0), (f32::NAN, 1.0), (0.0, -0.0)] {
            assert_eq!(holds(LESS, a, b) == 1, a < b);
            assert_eq!(holds(LESS | EQUAL, a, b) == 1, a <= b);
            assert_eq!(holds(EQUAL | GREATER, a, b) == 1, a >= b);
            assert_eq!(holds(LESS | GREATER | UNORDERED, a, b) == 1, a != b);
        }
    }
}
