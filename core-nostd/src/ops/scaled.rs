//! Two quantized operands brought to a common scale before they meet: sums, differences and comparisons.

use core::marker::PhantomData;

use super::compare::holds;
use super::elementwise::Broadcast;
use crate::claim::{Claim, shape};
use crate::error::Error;
use crate::fixed::Integer;
use crate::fixed::{high_multiply, rounding_shift};
use crate::kernel::{Io, Task};
use crate::plan::Kind;
use crate::wire::{i16, i32, record, u8};

record! {
    /// A zero point and a factor below 1: `real = multiplier * 2^-(31 + shift)`.
    pub struct Scale {
        /// Zero point.
        zero: i16,
        /// Shift right.
        shift: u8,
        /// Multiplier.
        multiplier: i32,
    }
}

record! {
    /// Two operands and their common scale.
    pub struct Sides {
        /// Shapes.
        shape: Broadcast,
        /// Bits that the operands gain before they are scaled.
        headroom: u8,
        /// To the common scale.
        a: Scale,
        /// The same for b.
        b: Scale,
    }
}

record! {
    /// Operands: y; a, b, all of one type; a and b in work memory or constant.
    pub struct Joined {
        /// The operands.
        sides: Sides,
        /// To the output's scale.
        y: Scale,
        /// Least output: the fused activation.
        lo: i16,
        /// Greatest output.
        hi: i16,
    }
}

record! {
    /// Operands: y (truth values); a, b, both of one type, in work memory or constant.
    pub struct Compared {
        /// The operands.
        sides: Sides,
        /// When it holds, as in [`Compare`](super::compare::Compare).
        holds: u8,
    }
}

impl Scale {
    #[inline(always)]
    fn down(&self, x: i32) -> i32 {
        rounding_shift(high_multiply(x, self.multiplier), self.shift as u32 & 31)
    }

    #[inline(always)]
    fn common(&self, x: i32, headroom: u8) -> i32 {
        self.down(x.wrapping_sub(self.zero as i32).wrapping_shl(headroom as u32))
    }
}

/// What two operands of a common scale become.
pub trait Meet {
    /// The function.
    fn of(a: i32, b: i32) -> i32;
}

macro_rules! functions {
    ($($(#[$doc:meta])* $name:ident = |$a:ident, $b:ident| $body:expr;)*) => { $(
        $(#[$doc])*
        #[derive(Debug)]
        pub struct $name;

        impl Meet for $name {
            #[inline(always)]
            fn of($a: i32, $b: i32) -> i32 {
                $body
            }
        }
    )* };
}
functions! {
    /// `a + b`.
    Add = |a, b| a.wrapping_add(b);
    /// `a - b`.
    Sub = |a, b| a.wrapping_sub(b);
    /// `(a - b)^2`.
    SquaredDifference = |a, b| a.wrapping_sub(b).wrapping_mul(a.wrapping_sub(b));
}

/// The kernel of a function. See [`Joined`].
#[derive(Debug)]
pub struct Join<T, F>(PhantomData<(T, F)>);

impl<T: Integer, F: Meet> Join<T, F> {
    /// Whether the geometry suits the operands.
    pub const fn check(claim: &Claim<'_>) -> Result<(), Error> {
        let Some(p) = Joined::read(claim.params()) else { return Err(Error::Record) };
        shape(p.sides.shape.suits(claim, [T::KIND; 3]))
    }

    /// Computes output rows.
    pub fn eval(task: &Task<'_>, io: &Io<'_>) -> Result<(), Error> {
        let p = Joined::read(task.params).ok_or(Error::Record)?;
        p.sides.shape.anywhere(task, io, |a: T, b: T| -> T {
            T::narrow(p.join::<F>(a.into(), b.into()), p.lo as i32, p.hi as i32)
        })
    }
}

impl Joined {
    /// One element, before it is clamped.
    #[inline(always)]
    pub fn join<F: Meet>(&self, a: i32, b: i32) -> i32 {
        let Sides { headroom, a: left, b: right, .. } = self.sides;
        let met = F::of(left.common(a, headroom), right.common(b, headroom));
        self.y.down(met).wrapping_add(self.y.zero as i32)
    }
}

/// The kernel of a comparison. See [`Compared`].
#[derive(Debug)]
pub struct Order<T>(PhantomData<T>);

impl<T: Integer> Order<T> {
    /// Whether the geometry suits the operands.
    pub const fn check(claim: &Claim<'_>) -> Result<(), Error> {
        let Some(p) = Compared::read(claim.params()) else { return Err(Error::Record) };
        shape(p.sides.shape.suits(claim, [Kind::Bool, T::KIND, T::KIND]))
    }

    /// Computes output rows.
    pub fn eval(task: &Task<'_>, io: &Io<'_>) -> Result<(), Error> {
        let p = Compared::read(task.params).ok_or(Error::Record)?;
        p.sides.shape.anywhere(task, io, |a: T, b: T| p.order(a.into(), b.into()))
    }
}

impl Compared {
    /// One element: 1 where the comparison holds, else 0.
    #[inline(always)]
    pub fn order(&self, a: i32, b: i32) -> i8 {
        let Sides { headroom, a: left, b: right, .. } = self.sides;
        holds(self.holds, left.common(a, headroom), right.common(b, headroom))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HALF: i32 = 1 << 30;

    #[test]
    fn operands_of_different_scales_meet() {
        let shape = Broadcast { dims: [1; 4], a: 15, b: 15 };
        let side = |zero, shift| Scale { zero, shift, multiplier: HALF };
        let sides = Sides { shape, headroom: 7, a: side(3, 0), b: side(-1, 1) };
        // half and a quarter of them, 128 times; then back
        let p = Joined { sides, y: Scale { zero: 5, shift: 5, multiplier: HALF }, lo: -128, hi: 127 };
        assert_eq!(p.join::<Add>(23, 19), (10 + 5) * 128 / 64 + 5);
        assert_eq!(p.join::<Sub>(23, 19), (10 - 5) * 128 / 64 + 5);
        let p = Joined { y: Scale { zero: 5, shift: 13, multiplier: HALF }, ..p };
        assert_eq!(p.join::<SquaredDifference>(23, 19), 25 * 128 * 128 / (1 << 14) + 5);
        let p = Compared { sides, holds: super::super::compare::LESS };
        assert_eq!([(3, 0), (3, -1), (5, 1)].map(|(a, b)| p.order(a, b)), [1, 0, 0]);
    }
}
