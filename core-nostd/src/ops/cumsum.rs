//! CUMSUM: sums of the elements so far along an axis.

use core::marker::PhantomData;

use super::number::Number;
use crate::claim::{Claim, shape};
use crate::error::Error;
use crate::kernel::{Io, Task};
use crate::wire::{product, record, u8, u32};

record! {
    /// Operands: y `[rows][depth][inner]`; x.
    pub struct Cumsum {
        /// Elements along the axis.
        depth: u32,
        /// Elements of the axes behind it.
        inner: u32,
        /// 1 where the element itself is left out.
        exclusive: u8,
        /// 1 where sums begin at the end.
        reverse: u8,
    }
}

/// The operator on elements of type `T`. Integers wrap.
#[derive(Debug)]
pub struct Running<T>(PhantomData<T>);

impl<T: Number> Running<T> {
    /// Whether the geometry suits the operands.
    pub const fn check(claim: &Claim<'_>) -> Result<(), Error> {
        let Some(p) = Cumsum::read(claim.params()) else { return Err(Error::Record) };
        let stride = product(&[p.depth, p.inner]);
        shape(
            claim.arity(1, 2)
                && claim.rows_of(0, T::KIND, claim.rows(), stride)
                && claim.rows_of(1, T::KIND, claim.rows(), stride),
        )
    }

    /// Computes output rows.
    pub fn eval(task: &Task<'_>, io: &Io<'_>) -> Result<(), Error> {
        let p = Cumsum::read(task.params).ok_or(Error::Record)?;
        let stride = product(&[p.depth, p.inner]).ok_or(Error::Shape)?;
        let (x, y) = (io.rows::<T>(1, stride)?, io.rows::<T>(0, stride)?);
        for r in task.rows.clone() {
            let (x, y) = (x.row(r as usize), y.row(r as usize));
            for column in 0..p.inner {
                let mut sum = T::default();
                for i in 0..p.depth {
                    let i = if p.reverse != 0 { p.depth.wrapping_sub(i).wrapping_sub(1) } else { i };
                    let at = i.wrapping_mul(p.inner).wrapping_add(column) as usize;
                    if let (Some(x), Some(y)) = (x.get(at), y.get(at)) {
                        let (before, after) = (sum, sum.plus(x.get()));
                        y.set(if p.exclusive != 0 { before } else { after });
                        sum = after;
                    }
                }
            }
        }
        Ok(())
    }
}
