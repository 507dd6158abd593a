//! UPDATE_SLICE: a tensor with a piece of it replaced, at a place that is computed at run time.

use super::axes::advance;
use super::gather::{Places, places};
use crate::aligned;
use crate::claim::{Claim, shape};
use crate::error::Error;
use crate::kernel::{Io, Task};
use crate::wire::{Axes, product, record, u8, u32};

record! {
    /// Operands: y; x; the piece, all of one type; where it begins along each axis, int32 or int64: as near to that as
    /// keeps it inside. x may be in y's bytes. One row.
    pub struct UpdateSlice {
        /// Axes.
        rank: u8,
        /// Extents of x; 1 in front of the first.
        dims: Axes,
        /// Extents of the piece.
        piece: Axes,
        /// Bytes of an element.
        size: u32,
    }
}

impl UpdateSlice {
    /// Whether the geometry suits the operands.
    pub const fn check(claim: &Claim<'_>) -> Result<(), Error> {
        let Some(p) = Self::read(claim.params()) else { return Err(Error::Record) };
        let ([a, b, c, d, e, f], [i, j, k, l, m, n]) = (p.dims, p.piece);
        let whole = product(&[a, b, c, d, e, f, p.size]);
        shape(
            claim.arity(1, 4)
                && claim.rows() == 1
                && p.rank as usize <= p.dims.len()
                && i <= a
                && j <= b
                && k <= c
                && l <= d
                && m <= e
                && n <= f
                && claim.bytes(0, whole)
                && claim.bytes(1, whole)
                && claim.bytes(2, product(&[i, j, k, l, m, n, p.size]))
                && places(claim, 3, Some(p.rank as u32))
                && !claim.operand(0).same(&claim.operand(2))
                && !claim.operand(0).same(&claim.operand(3)),
        )
    }

    /// Copies all of it.
    pub fn eval(task: &Task<'_>, io: &Io<'_>) -> Result<(), Error> {
        let p = Self::read(task.params).ok_or(Error::Record)?;
        let (y, piece, begin) = (io.work::<u8>(0)?, io.work::<u8>(2)?, Places::of(io, 3)?);
        aligned::copy(y, io.work::<u8>(1)?);
        let mut first = [0u32; 6];
        let unused = (p.dims.len() as u32).wrapping_sub(p.rank as u32);
        for (((i, first), dim), n) in (0u32..).zip(&mut first).zip(&p.dims).zip(&p.piece) {
            if i >= unused {
                *first = begin.clamped(i.wrapping_sub(unused)).min(dim.wrapping_sub(*n));
            }
        }
        let [.., last] = p.piece;
        let mut place = [0u32; 5];
        for from in piece.chunks_exact(last.wrapping_mul(p.size).max(1) as usize) {
            let mut at = 0u32;
            for ((i, first), dim) in place.iter().chain(&[0]).zip(&first).zip(&p.dims) {
                at = at.wrapping_mul(*dim).wrapping_add(*i).wrapping_add(*first);
            }
            if let Some(to) = y.get(at.wrapping_mul(p.size) as usize..) {
                aligned::copy(to, from);
            }
            advance(&mut place, &p.piece);
        }
        Ok(())
    }
}
