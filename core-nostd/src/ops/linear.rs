//! ADD_LINEAR: multiples of two operands of one shape, added.
//!
//! ADD scales three times and rounds each time. Of two bytes there are but 65,536 pairs: the packer takes multiples of
//! which it has proved that one sum and one shift give the same output for every pair.

use crate::claim::{Claim, shape};
use crate::error::Error;
use crate::fixed::narrow;
use crate::kernel::{Io, Task};
use crate::plan::Kind;
use crate::simd;
use crate::wire::{i32, record, u32};

record! {
    /// Operands: y; a, b, in work memory.
    pub struct Linear {
        /// Elements of a row.
        stride: u32,
        /// The multiple of a, zero points in `addend`.
        a_multiplier: i32,
        /// The multiple of b.
        b_multiplier: i32,
        /// What is added to both.
        addend: i32,
    }
}

/// Bits of the sum below the output. More would leave too few above it where outputs saturate; fewer cannot tell so many
/// pairs apart.
pub const FRACTION: u32 = 21;

impl Linear {
    /// Whether the geometry suits the operands.
    pub const fn check(claim: &Claim<'_>) -> Result<(), Error> {
        let Some(p) = Self::read(claim.params()) else { return Err(Error::Record) };
        let rows = claim.rows();
        shape(
            claim.arity(1, 3)
                && claim.rows_of(0, Kind::I8, rows, Some(p.stride))
                && claim.rows_of(1, Kind::I8, rows, Some(p.stride))
                && claim.rows_of(2, Kind::I8, rows, Some(p.stride)),
        )
    }

    /// Computes output rows.
    pub fn eval(task: &Task<'_>, io: &Io<'_>) -> Result<(), Error> {
        let p = Self::read(task.params).ok_or(Error::Record)?;
        let [y, a, b] =
            [io.rows::<i8>(0, p.stride)?, io.rows::<i8>(1, p.stride)?, io.rows::<i8>(2, p.stride)?];
        for r in task.rows.clone().map(usize::from) {
            simd::linear(&p, [y.row(r), a.row(r), b.row(r)]);
        }
        Ok(())
    }

    /// One element.
    #[inline(always)]
    pub const fn sum(&self, a: i8, b: i8) -> i8 {
        let (a, b) = ((a as i32).wrapping_mul(self.a_multiplier), (b as i32).wrapping_mul(self.b_multiplier));
        narrow(self.addend.wrapping_add(a).wrapping_add(b) >> FRACTION, i8::MIN, i8::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_rounded_down_and_saturate() {
        let one = 1 << FRACTION;
        let p = Linear { stride: 1, a_multiplier: one / 2, b_multiplier: -one, addend: 3 * one };
        assert_eq!(
            [(10, 0), (11, 0), (-11, 0), (0, -128), (-128, 127)].map(|(a, b)| p.sum(a, b)),
            [8, 8, -3, 127, -128]
        );
    }
}
