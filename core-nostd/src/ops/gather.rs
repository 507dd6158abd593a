//! GATHER: slices of a tensor at places that are computed at run time. A place that is not there ends the run.

use core::cell::Cell;

use super::axes::Source;
use crate::claim::{Claim, shape};
use crate::error::Error;
use crate::kernel::{Io, Task};
use crate::plan::Kind;
use crate::wire::{Axes, product, record, u8, u32};

record! {
    /// Operands: y; x, of any type; indices, int32 or int64. The step's rows are batches: each has its own x and its own
    /// indices.
    pub struct Gather {
        /// How many tensors a batch of x holds side by side; the same indices serve all.
        outer: u32,
        /// Slices that are taken of each.
        count: u32,
        /// Numbers that make an index.
        depth: u8,
        /// Extents of x that an index counts along; 1 behind the last.
        limits: Axes,
        /// Bytes of a slice.
        run: u32,
    }
}

impl Gather {
    /// Whether the geometry suits the operands.
    pub const fn check(claim: &Claim<'_>) -> Result<(), Error> {
        let Some(p) = Self::read(claim.params()) else { return Err(Error::Record) };
        shape(p.fits(claim) && claim.bytes(1, p.source(claim)))
    }

    /// Bytes of x.
    const fn source(&self, claim: &Claim<'_>) -> Option<u32> {
        let [a, b, c, d, e, f] = self.limits;
        product(&[claim.rows(), self.outer, a, b, c, d, e, f, self.run])
    }

    /// Whether all operands but x have this geometry.
    const fn fits(&self, claim: &Claim<'_>) -> bool {
        claim.arity(1, 3)
            && claim.bytes(0, product(&[claim.rows(), self.outer, self.count, self.run]))
            && self.depth as usize <= self.limits.len()
            && places(claim, 2, product(&[claim.rows(), self.count, self.depth as u32]))
            && claim.distinct()
    }

    /// Gathers output rows.
    pub fn eval(task: &Task<'_>, io: &Io<'_>) -> Result<(), Error> {
        let p = Self::read(task.params).ok_or(Error::Record)?;
        p.work(task, io, io.work::<u8>(1)?)
    }

    #[inline(always)]
    fn work(&self, task: &Task<'_>, io: &Io<'_>, x: impl Source) -> Result<(), Error> {
        let (run, depth) = (self.run.max(1) as usize, self.depth as u32);
        let row = product(&[self.outer, self.count, self.run]).ok_or(Error::Shape)?;
        let block = product(&self.limits).ok_or(Error::Shape)?;
        let (y, indices) = (io.rows::<u8>(0, row)?, Places::of(io, 2)?);
        for r in task.rows.clone() {
            let mut slices = y.row(r as usize).chunks_exact(run);
            let first = (r as u32).wrapping_mul(self.count).wrapping_mul(depth);
            for o in 0..self.outer {
                let tensor = (r as u32).wrapping_mul(self.outer).wrapping_add(o).wrapping_mul(block);
                let mut at = first;
                // as many slices as the row has, whatever `outer` and `count` say
                for to in slices.by_ref().take(self.count as usize) {
                    let slice = self.place(&indices, at).ok_or(Error::Index)?;
                    x.piece(to, tensor.wrapping_add(slice).wrapping_mul(self.run));
                    at = at.wrapping_add(depth);
                }
            }
        }
        Ok(())
    }

    /// The slice that the index at `at` names, counted in slices.
    fn place(&self, indices: &Places<'_>, at: u32) -> Option<u32> {
        let mut slice = 0u32;
        for (i, limit) in (0..self.depth as u32).zip(&self.limits) {
            let index = indices.at(at.wrapping_add(i))?;
            if index >= *limit {
                return None;
            }
            slice = slice.wrapping_mul(*limit).wrapping_add(index);
        }
        // the extents that no index counts along are 1
        Some(slice)
    }
}

/// GATHER from a constant of the plan: words from a dictionary. Operands and fields as [`Gather`].
#[derive(Debug)]
pub struct GatherConstant;

impl GatherConstant {
    /// Whether the geometry suits the operands.
    pub const fn check(claim: &Claim<'_>) -> Result<(), Error> {
        let Some(p) = Gather::read(claim.params()) else { return Err(Error::Record) };
        let Some(kind) = claim.operand(1).element() else { return Err(Error::OperandKind) };
        shape(p.fits(claim) && claim.constant(1, kind, p.source(claim)))
    }

    /// Gathers output rows.
    pub fn eval(task: &Task<'_>, io: &Io<'_>) -> Result<(), Error> {
        let p = Gather::read(task.params).ok_or(Error::Record)?;
        p.work(task, io, io.constant(1)?)
    }
}

/// Whether the `i`-th operand holds this many indices.
pub(super) const fn places(claim: &Claim<'_>, i: usize, count: Option<u32>) -> bool {
    let Some(count) = count else { return false };
    claim.work(i, Kind::I32, product(&[count, 4])) || claim.work(i, Kind::I64, product(&[count, 8]))
}

/// An operand of indices.
pub(super) enum Places<'a> {
    Narrow(&'a [Cell<i32>]),
    Wide(&'a [Cell<i64>]),
}

impl<'a> Places<'a> {
    pub(super) fn of(io: &Io<'a>, i: usize) -> Result<Self, Error> {
        match io.kind(i) {
            Some(Kind::I64) => Ok(Places::Wide(io.work(i)?)),
            _ => Ok(Places::Narrow(io.work(i)?)),
        }
    }

    /// The `i`-th index; none if it is negative or past 32 bits.
    pub(super) fn at(&self, i: u32) -> Option<u32> {
        match self {
            Places::Narrow(all) => u32::try_from(all.get(i as usize)?.get()).ok(),
            Places::Wide(all) => u32::try_from(all.get(i as usize)?.get()).ok(),
        }
    }

    /// The `i`-th index; one below 0 as 0, one past 31 bits as the greatest.
    pub(super) fn clamped(&self, i: u32) -> u32 {
        match self {
            Places::Narrow(all) => all.get(i as usize).map_or(0, |n| n.get().max(0) as u32),
            Places::Wide(all) => all.get(i as usize).map_or(0, |n| n.get().clamp(0, i32::MAX as i64) as u32),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_index_counts_within_its_limits() {
        let numbers = [1, 2, 0, 3, -1, 0].map(Cell::new);
        let indices = Places::Narrow(&numbers);
        let p = Gather { outer: 1, count: 3, depth: 2, limits: [2, 3, 1, 1, 1, 1], run: 4 };
        assert_eq!(p.place(&indices, 0), Some(5));
        assert_eq!(p.place(&indices, 2), None);
        assert_eq!(p.place(&indices, 4), None);
        let wide = [1 << 40, 2].map(Cell::new);
        assert_eq!(Places::Wide(&wide).at(0), None);
        assert_eq!(Places::Wide(&wide).clamped(0), i32::MAX as u32);
    }
}
