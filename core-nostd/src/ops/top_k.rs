//! TOPK_V2: the greatest elements of each row, in order, and where they were.

use core::cell::Cell;
use core::marker::PhantomData;

use crate::aligned::Element;
use crate::claim::{Claim, shape};
use crate::error::Error;
use crate::kernel::{Io, Task};
use crate::plan::Kind;
use crate::wire::{record, u32};

record! {
    /// Operands: y `[rows][k]`, their indices `[rows][k]` (i32); x `[rows][depth]`.
    pub struct TopK {
        /// Elements of a row.
        depth: u32,
        /// How many are taken.
        k: u32,
    }
}

/// The operator on elements of type `T`.
#[derive(Debug)]
pub struct Greatest<T>(PhantomData<T>);

impl<T: Element + PartialOrd> Greatest<T> {
    /// Whether the geometry suits the operands.
    pub const fn check(claim: &Claim<'_>) -> Result<(), Error> {
        let Some(p) = TopK::read(claim.params()) else { return Err(Error::Record) };
        shape(
            claim.arity(2, 3)
                && p.k <= p.depth
                && claim.rows_of(0, T::KIND, claim.rows(), Some(p.k))
                && claim.rows_of(1, Kind::I32, claim.rows(), Some(p.k))
                && claim.rows_of(2, T::KIND, claim.rows(), Some(p.depth)),
        )
    }

    /// Computes output rows.
    pub fn eval(task: &Task<'_>, io: &Io<'_>) -> Result<(), Error> {
        let p = TopK::read(task.params).ok_or(Error::Record)?;
        let (y, indices) = (io.rows::<T>(0, p.k)?, io.rows::<i32>(1, p.k)?);
        let x = io.rows::<T>(2, p.depth)?;
        for r in task.rows.clone() {
            row(x.row(r as usize), y.row(r as usize), indices.row(r as usize));
        }
        Ok(())
    }
}

/// One row: each time the first of those that come after the last one taken.
fn row<T: Element + PartialOrd>(x: &[Cell<T>], y: &[Cell<T>], indices: &[Cell<i32>]) {
    let mut last = None;
    for (y, index) in y.iter().zip(indices) {
        let mut best: Option<(usize, T)> = None;
        for (i, x) in x.iter().enumerate() {
            let here = (i, x.get());
            let left = last.is_none_or(|last| precedes(last, here));
            if left && best.is_none_or(|best| precedes(here, best)) {
                best = Some(here);
            }
        }
        if let Some((i, value)) = best {
            y.set(value);
            index.set(i as i32);
        }
        last = best;
    }
}

/// Greater ones first, of equals the first, and what is not a number at the end.
fn precedes<T: PartialOrd>((i, a): (usize, T), (j, b): (usize, T)) -> bool {
    #[expect(clippy::eq_op, reason = "only what is not a number differs from itself")]
    let (numbers, other) = (a == a, b == b);
    if numbers != other { numbers } else { a > b || i < j && (a == b || !numbers) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn in_order_ties_by_index_nan_last() {
        let x = [2.0, f32::NAN, 5.0, 2.0, -1.0].map(Cell::new);
        let (y, indices) = ([0.0; 5].map(Cell::new), [0; 5].map(Cell::new));
        row(&x, &y, &indices);
        assert_eq!(indices.each_ref().map(Cell::get), [2, 0, 3, 4, 1]);
        assert_eq!(y[3].get(), -1.0);
    }
}
