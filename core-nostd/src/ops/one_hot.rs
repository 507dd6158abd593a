//! ONE_HOT: indices as rows of one value, with another at the index.

use super::gather::{Places, places};
use crate::claim::{Claim, shape};
use crate::error::Error;
use crate::kernel::{Io, Task};
use crate::wire::{product, record, u32};

record! {
    /// Operands: y, of any type; indices, int32 or int64; two values, a constant: at the index, and elsewhere. The step's
    /// rows are the indices' axes before the new one.
    pub struct OneHot {
        /// Extent of the new axis. An index that is not along it leaves it without the first value.
        depth: u32,
        /// Indices of a row: those behind the new axis.
        inner: u32,
    }
}

impl OneHot {
    /// Whether the geometry suits the operands.
    pub const fn check(claim: &Claim<'_>) -> Result<(), Error> {
        let Some(p) = Self::read(claim.params()) else { return Err(Error::Record) };
        let Some(kind) = claim.operand(0).element() else { return Err(Error::OperandKind) };
        shape(
            claim.arity(1, 3)
                && claim.bytes(0, product(&[claim.rows(), p.depth, p.inner, kind.bytes()]))
                && places(claim, 1, product(&[claim.rows(), p.inner]))
                && claim.constant(2, kind, Some(2 * kind.bytes()))
                && claim.distinct(),
        )
    }

    /// Computes output rows.
    pub fn eval(task: &Task<'_>, io: &Io<'_>) -> Result<(), Error> {
        let p = Self::read(task.params).ok_or(Error::Record)?;
        let (indices, values) = (Places::of(io, 1)?, io.constant(2)?);
        let (on, off) = values.split_at_checked(values.len() / 2).ok_or(Error::Shape)?;
        let size = on.len().max(1);
        let y = io.rows::<u8>(0, product(&[p.depth, p.inner, size as u32]).ok_or(Error::Shape)?)?;
        for r in task.rows.clone() {
            let first = (r as u32).wrapping_mul(p.inner);
            let (mut at, mut i) = (0u32, 0u32);
            for to in y.row(r as usize).chunks_exact(size) {
                let hot = indices.at(first.wrapping_add(i)) == Some(at);
                for (to, from) in to.iter().zip(if hot { on } else { off }) {
                    to.set(*from);
                }
                i = i.wrapping_add(1);
                if i == p.inner {
                    (at, i) = (at.wrapping_add(1), 0);
                }
            }
        }
        Ok(())
    }
}
