//! Axes that are folded and axes that stay: shared by MEAN, SUM and the other reductions.

use core::cell::Cell;

use crate::aligned::Element;
use crate::claim::Claim;
use crate::error::Error;
use crate::kernel::{Io, Task};
use crate::plan::Kind;
use crate::wire::{product, record, u32};

record! {
    /// The input's axes, neighbours of one kind merged, are `[rows][r0][k1][r1][k2]`: r are folded, the others stay.
    /// Operands: y `[rows][k1][k2]`; x.
    pub struct Groups {
        /// Extent of the first folded axis.
        r0: u32,
        /// Extent of the axis between.
        k1: u32,
        /// Extent of the second folded axis.
        r1: u32,
        /// Extent of the last axis.
        k2: u32,
    }
}

impl Groups {
    /// Whether the operands have this geometry and these types.
    pub(crate) const fn fits(&self, claim: &Claim<'_>, y: Kind, x: Kind) -> bool {
        claim.arity(1, 2)
            && claim.rows_of(0, y, claim.rows(), product(&[self.k1, self.k2]))
            && claim.rows_of(1, x, claim.rows(), product(&[self.r0, self.k1, self.r1, self.k2]))
    }

    /// Elements that make one of the output; 0 when there are more than 32 bits hold.
    pub(crate) fn taps(&self) -> u32 {
        product(&[self.r0, self.r1]).unwrap_or(0)
    }

    /// `y = end(fold of the taps)` for every element of the rows.
    #[inline(always)]
    pub(crate) fn each<X: Element, Y: Element, S: Copy>(
        &self,
        task: &Task<'_>,
        io: &Io<'_>,
        start: S,
        fold: impl Fn(S, X) -> S,
        end: impl Fn(S) -> Y,
    ) -> Result<(), Error> {
        let (len, out) = (product(&[self.r0, self.k1, self.r1, self.k2]), product(&[self.k1, self.k2]));
        let (x, y) = (io.rows::<X>(1, len.ok_or(Error::Shape)?)?, io.rows::<Y>(0, out.ok_or(Error::Shape)?)?);
        for r in task.rows.clone() {
            self.row(x.row(r as usize), y.row(r as usize), start, &fold, &end);
        }
        Ok(())
    }

    /// One row.
    #[inline(always)]
    fn row<X: Element, Y: Element, S: Copy>(
        &self,
        x: &[Cell<X>],
        y: &[Cell<Y>],
        start: S,
        fold: &impl Fn(S, X) -> S,
        end: &impl Fn(S) -> Y,
    ) {
        let (k2, block) = (self.k2 as usize, (self.r1 as usize).wrapping_mul(self.k2 as usize));
        for (i, y) in y.chunks_exact(k2.max(1)).enumerate() {
            for (j, y) in y.iter().enumerate() {
                let mut sum = start;
                for outer in 0..self.r0 as usize {
                    let row = outer.wrapping_mul(self.k1 as usize).wrapping_add(i);
                    let at = row.wrapping_mul(block).wrapping_add(j);
                    for x in x.get(at..).unwrap_or(&[]).iter().step_by(k2.max(1)).take(self.r1 as usize) {
                        sum = fold(sum, x.get());
                    }
                }
                y.set(end(sum));
            }
        }
    }
}
