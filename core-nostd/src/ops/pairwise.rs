//! Functions of two numbers that stand for themselves: one kernel for each function and type.

use core::marker::PhantomData;

use super::elementwise::Broadcast;
use super::number::{Number, Stored};
use crate::aligned::Element;
use crate::claim::{Claim, shape};
use crate::error::Error;
use crate::kernel::{Io, Task};
use crate::plan::Kind;
use crate::wire::{record, u8};

record! {
    /// Operands: y; a, b, all of one type; a and b in work memory or constant.
    pub struct Pair {
        /// Shapes.
        shape: Broadcast,
        /// Fused activation, as [`Number::bounds`] takes it.
        activation: u8,
    }
}

/// A function of two numbers.
pub trait Function<T> {
    /// The function.
    fn of(a: T, b: T) -> T;
}

/// The kernel of a function. See [`Pair`].
#[derive(Debug)]
pub struct Pairwise<T, F>(PhantomData<(T, F)>);

impl<T: Stored, F: Function<T::Number>> Pairwise<T, F> {
    /// Whether the geometry suits the operands.
    pub const fn check(claim: &Claim<'_>) -> Result<(), Error> {
        let Some(p) = Pair::read(claim.params()) else { return Err(Error::Record) };
        shape(p.shape.suits(claim, [kind::<T>(claim); 3]))
    }

    /// Computes output rows.
    pub fn eval(task: &Task<'_>, io: &Io<'_>) -> Result<(), Error> {
        let p = Pair::read(task.params).ok_or(Error::Record)?;
        let (lo, hi) = T::Number::bounds(p.activation);
        p.shape.anywhere(task, io, |a: T, b: T| {
            let y = F::of(a.number(), b.number());
            let y = if y > hi { hi } else { y };
            T::of(if y < lo { lo } else { y })
        })
    }
}

/// The type of the operands: truth values count as bytes.
pub(super) const fn kind<T: Element>(claim: &Claim<'_>) -> Kind {
    if claim.operand(1).is(Kind::Bool) && T::KIND as u8 == Kind::I8 as u8 { Kind::Bool } else { T::KIND }
}

macro_rules! functions {
    ($($(#[$doc:meta])* $name:ident = |$a:ident, $b:ident| $body:expr;)*) => { $(
        $(#[$doc])*
        #[derive(Debug)]
        pub struct $name;

        impl<T: Number> Function<T> for $name {
            #[inline(always)]
            fn of($a: T, $b: T) -> T {
                $body
            }
        }
    )* };
}
functions! {
    /// `a + b`.
    Add = |a, b| a.plus(b);
    /// `a - b`.
    Sub = |a, b| a.minus(b);
    /// `a * b`.
    Mul = |a, b| a.times(b);
    /// `a / b`.
    Div = |a, b| a.over(b);
    /// The greater; of truth values, whether one holds.
    Maximum = |a, b| if a > b { a } else { b };
    /// The lesser; of truth values, whether both hold.
    Minimum = |a, b| if a < b { a } else { b };
    /// `(a - b)^2`.
    SquaredDifference = |a, b| a.minus(b).times(a.minus(b));
    /// `a^b`.
    Pow = |a, b| a.power(b);
    /// `a / b`, rounded down.
    FloorDiv = |a, b| a.floor_over(b);
    /// What is left of that.
    FloorMod = |a, b| a.floor_rest(b);
    /// a, and below 0, `a * b`.
    Prelu = |a, b| if a < T::default() { a.times(b) } else { a };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_by_hand() {
        assert_eq!((Add::of(2.5f32, 1.0), Sub::of(i32::MIN, 1), Div::of(-7i64, 2)), (3.5, i32::MAX, -3));
        assert_eq!((Maximum::of(-3i8, 4), Minimum::of(-3i16, 4)), (4, -3));
        assert_eq!((SquaredDifference::of(2i32, -3), Pow::of(2.0f32, 0.5)), (25, 2f32.sqrt()));
        assert_eq!((Prelu::of(-2.0f32, 0.5), Prelu::of(2.0f32, 0.5)), (-1.0, 2.0));
        assert_eq!((FloorDiv::of(-7i32, 2), FloorMod::of(-7i32, 2), Mul::of(i32::MAX, 2)), (-4, 1, -2));
    }
}
