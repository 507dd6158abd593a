//! PAD: a tensor inside a larger one.

use core::cell::Cell;

use crate::aligned;
use crate::claim::{Claim, shape};
use crate::error::Error;
use crate::kernel::{Io, Task};
use crate::wire::{Dims, i8, product, record};

record! {
    /// Operands: y `out`; x `dims`, of any type: the last extent counts bytes. The step's rows are `out[0]`.
    pub struct Pad {
        /// Extents of x, axes without padding merged into those around them.
        dims: Dims,
        /// Extents of y.
        out: Dims,
        /// Elements before x along each axis.
        before: Dims,
        /// What each byte of the padding is.
        zero: i8,
    }
}

impl Pad {
    /// Whether the geometry suits the operands.
    pub const fn check(claim: &Claim<'_>) -> Result<(), Error> {
        let Some(p) = Self::read(claim.params()) else { return Err(Error::Record) };
        shape(claim.arity(1, 2) && p.fits(claim))
    }

    /// Whether operands 0 and 1 have this geometry.
    const fn fits(&self, claim: &Claim<'_>) -> bool {
        let p = self;
        let mut inside = true;
        let (mut before, mut dims, mut out) = (p.before.as_slice(), p.dims.as_slice(), p.out.as_slice());
        while let (Some((b, bs)), Some((d, ds)), Some((o, os))) =
            (before.split_first(), dims.split_first(), out.split_first())
        {
            inside = inside && matches!(b.checked_add(*d), Some(end) if end <= *o);
            (before, dims, out) = (bs, ds, os);
        }
        inside
            && claim.rows() == p.out[0]
            && claim.bytes(0, product(&p.out))
            && claim.bytes(1, product(&p.dims))
            && claim.distinct()
    }

    /// Computes output rows.
    pub fn eval(task: &Task<'_>, io: &Io<'_>) -> Result<(), Error> {
        let p = Self::read(task.params).ok_or(Error::Record)?;
        p.work(task, io, |to| aligned::fill(to, p.zero))
    }

    /// Copies x into rows that `fill` has filled.
    #[inline(always)]
    fn work(&self, task: &Task<'_>, io: &Io<'_>, fill: impl Fn(&[Cell<i8>])) -> Result<(), Error> {
        let p = self;
        let [d0, d1, d2, d3] = p.dims;
        let [_, o1, o2, o3] = p.out;
        let [b0, b1, b2, b3] = p.before;
        let x = io.rows(1, product(&[d1, d2, d3]).ok_or(Error::Shape)?)?;
        let y = io.rows(0, product(&[o1, o2, o3]).ok_or(Error::Shape)?)?;
        for r in task.rows.clone() {
            let to = y.row(r as usize);
            fill(to);
            let source = (r as u32).wrapping_sub(b0);
            if source >= d0 {
                continue;
            }
            let mut from = x.row(source as usize).chunks_exact((d3 as usize).max(1));
            for i in 0..d1 {
                for j in 0..d2 {
                    let plane = i.wrapping_add(b1).wrapping_mul(o2);
                    let at =
                        plane.wrapping_add(j).wrapping_add(b2).wrapping_mul(o3).wrapping_add(b3) as usize;
                    if let (Some(from), Some(to)) = (from.next(), to.get(at..)) {
                        aligned::copy(to, from);
                    }
                }
            }
        }
        Ok(())
    }
}

/// PAD with a value whose bytes differ. Operands: y; x; the value, a constant. Fields as [`Pad`].
#[derive(Debug)]
pub struct PadValue;

impl PadValue {
    /// Whether the geometry suits the operands.
    pub const fn check(claim: &Claim<'_>) -> Result<(), Error> {
        let Some(p) = Pad::read(claim.params()) else { return Err(Error::Record) };
        let (y, value) = (claim.operand(0).element(), claim.operand(2));
        let (Some(y), Some(kind)) = (y, value.element()) else { return Err(Error::OperandKind) };
        let alike = y.bytes() == kind.bytes() && claim.constant(2, kind, Some(kind.bytes()));
        shape(claim.arity(1, 3) && alike && p.fits(claim))
    }

    /// Computes output rows.
    pub fn eval(task: &Task<'_>, io: &Io<'_>) -> Result<(), Error> {
        let p = Pad::read(task.params).ok_or(Error::Record)?;
        let value = io.constant(2)?;
        p.work(task, io, |to| repeat(to, value))
    }
}

/// Fills with an element's bytes, which lie as in the plan: little-endian.
fn repeat(to: &[Cell<i8>], element: &[u8]) {
    for (to, from) in to.iter().zip(element.iter().cycle()) {
        to.set(*from as i8);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_repeated_byte_for_byte() {
        let row: [Cell<i8>; 8] = core::array::from_fn(|_| Cell::new(0));
        repeat(&row, &[1, 2, 3, 255]);
        assert_eq!(row.map(|cell| cell.get()), [1, 2, 3, -1, 1, 2, 3, -1]);
    }
}
