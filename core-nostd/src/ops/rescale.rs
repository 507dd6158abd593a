//! Integers from one scale to another, and functions of them that are two straight lines.

use core::marker::PhantomData;

use super::scaling::Factor;
use crate::claim::{Claim, shape};
use crate::error::Error;
use crate::fixed::Integer;
use crate::kernel::{Io, Task};
use crate::wire::{i32, product, record, u8, u32};

record! {
    /// Operands: y; x.
    pub struct Lines {
        /// Elements of a row.
        stride: u32,
        /// Zero point of x.
        x_zero: i32,
        /// Zero point of y.
        y_zero: i32,
        /// Least output.
        lo: i32,
        /// Greatest output.
        hi: i32,
        /// From x to y where x is not negative.
        up: Factor,
        /// From x to y where it is.
        down: Factor,
        /// 1 where a negative x counts with its magnitude.
        mirror: u8,
    }
}

/// The kernel. See [`Lines`].
#[derive(Debug)]
pub struct Rescale<X, Y>(PhantomData<(X, Y)>);

impl<X: Integer, Y: Integer> Rescale<X, Y> {
    /// Whether the geometry suits the operands.
    pub const fn check(claim: &Claim<'_>) -> Result<(), Error> {
        let Some(p) = Lines::read(claim.params()) else { return Err(Error::Record) };
        let (rows, stride) = (claim.rows(), p.stride);
        shape(
            claim.arity(1, 2)
                && claim.work(0, Y::KIND, product(&[rows, stride, Y::KIND.bytes()]))
                && claim.work(1, X::KIND, product(&[rows, stride, X::KIND.bytes()])),
        )
    }

    /// Computes output rows.
    pub fn eval(task: &Task<'_>, io: &Io<'_>) -> Result<(), Error> {
        let p = Lines::read(task.params).ok_or(Error::Record)?;
        let (x, y) = (io.rows::<X>(1, p.stride)?, io.rows::<Y>(0, p.stride)?);
        for r in task.rows.clone() {
            for (y, x) in y.row(r as usize).iter().zip(x.row(r as usize)) {
                y.set(Y::narrow(p.of(x.get().into()), p.lo, p.hi));
            }
        }
        Ok(())
    }
}

impl Lines {
    /// One element, before it is clamped.
    #[inline(always)]
    pub fn of(&self, x: i32) -> i32 {
        let x = x.wrapping_sub(self.x_zero);
        let scaled = match (x >= 0, self.mirror) {
            (true, _) => self.up.of(x),
            (false, 0) => self.down.of(x),
            (false, _) => self.down.of(x.wrapping_neg()),
        };
        scaled.wrapping_add(self.y_zero)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_meet_at_zero() {
        let (one, tenth) =
            (Factor { shift: 1, multiplier: 1 << 30 }, Factor { shift: -3, multiplier: 1_717_986_918 });
        let p = Lines { stride: 1, x_zero: 5, y_zero: -1, lo: -9, hi: 9, up: one, down: tenth, mirror: 0 };
        assert_eq!([5, 8, -15, -95].map(|x| p.of(x)), [-1, 2, -3, -11]);
        let p = Lines { down: one, mirror: 1, ..p };
        assert_eq!([5, 8, -15].map(|x| p.of(x)), [-1, 2, 19]);
    }
}
