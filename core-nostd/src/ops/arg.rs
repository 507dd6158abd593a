//! ARG_MAX and ARG_MIN: where the extreme element of an axis is.

use core::cell::Cell;
use core::marker::PhantomData;

use crate::aligned::Element;
use crate::claim::{Claim, shape};
use crate::error::Error;
use crate::kernel::{Io, Task};
use crate::wire::{product, record, u8, u32};

record! {
    /// The first extreme element along an axis. Operands: y `[rows][inner]`; x `[rows][depth][inner]`; truth values count as
    /// int8.
    pub struct Arg {
        /// Elements along the axis.
        depth: u32,
        /// Elements of the axes behind it.
        inner: u32,
        /// 1 for the greatest, 0 for the least.
        greatest: u8,
    }
}

/// The operator on elements of type `X`, with indices of type `Y`.
#[derive(Debug)]
pub struct Extreme<X, Y>(PhantomData<(X, Y)>);

impl<X: Element + PartialOrd, Y: Element + From<i32>> Extreme<X, Y> {
    /// Whether the geometry suits the operands.
    pub const fn check(claim: &Claim<'_>) -> Result<(), Error> {
        let Some(p) = Arg::read(claim.params()) else { return Err(Error::Record) };
        let kind = match claim.operand(1).element() {
            Some(kind) if X::KIND.bytes() == 1 && kind.bytes() == 1 => kind,
            _ => X::KIND,
        };
        shape(
            claim.arity(1, 2)
                && claim.rows_of(0, Y::KIND, claim.rows(), Some(p.inner))
                && claim.rows_of(1, kind, claim.rows(), product(&[p.depth, p.inner])),
        )
    }

    /// Computes output rows.
    pub fn eval(task: &Task<'_>, io: &Io<'_>) -> Result<(), Error> {
        let p = Arg::read(task.params).ok_or(Error::Record)?;
        let stride = product(&[p.depth, p.inner]).ok_or(Error::Shape)?;
        let (x, y) = (io.rows::<X>(1, stride)?, io.rows::<Y>(0, p.inner)?);
        for r in task.rows.clone() {
            for (i, y) in y.row(r as usize).iter().enumerate() {
                let column = x.row(r as usize).get(i..).unwrap_or(&[]);
                let index = first(column.iter().step_by((p.inner as usize).max(1)), p.greatest != 0);
                y.set(Y::from(index));
            }
        }
        Ok(())
    }
}

/// Index of the first extreme element. What is not a number comes after everything else.
fn first<'a, X: Element + PartialOrd>(mut xs: impl Iterator<Item = &'a Cell<X>>, greatest: bool) -> i32 {
    let (mut best, mut index) = (xs.next().map_or(X::default(), Cell::get), 0);
    for (i, x) in xs.enumerate() {
        let x = x.get();
        let before = if greatest { x > best } else { x < best };
        #[expect(clippy::eq_op, reason = "only what is not a number differs from itself")]
        if before || (best != best && x == x) {
            (best, index) = (x, (i as i32).wrapping_add(1));
        }
    }
    index
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_of_equals_and_no_nan() {
        let at = |xs: &[f32], greatest| {
            let cells: std::vec::Vec<_> = xs.iter().copied().map(Cell::new).collect();
            first(cells.iter(), greatest)
        };
        assert_eq!(at(&[1.0, 3.0, 3.0, 2.0], true), 1);
        assert_eq!(at(&[1.0, 0.5, 3.0, 0.5], false), 1);
        assert_eq!(at(&[f32::NAN, -1.0, f32::NAN, -2.0], true), 1);
        assert_eq!(at(&[f32::NAN, f32::NAN], false), 0);
    }
}
