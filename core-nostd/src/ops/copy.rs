//! COPY: elements of a tensor in another order. One kernel transposes, slices, reverses and repeats.

use super::axes::{lines, pieces};
use crate::claim::{Claim, shape};
use crate::error::Error;
use crate::kernel::{Io, Task};
use crate::wire::{Axes, product, record, u32};

record! {
    /// Operands: y; x, of any type. The step's rows are `extents[0]`.
    pub struct Copy {
        /// Extents of y in pieces, outermost first.
        extents: Axes,
        /// Bytes in x from one piece to the next along each axis, modulo 2^32: a walk may go back, or stay.
        strides: Axes,
        /// Where in x the first piece starts, in bytes.
        first: u32,
        /// Bytes of a piece: what lies side by side in both.
        run: u32,
    }
}

impl Copy {
    /// Whether the geometry suits the operands.
    pub const fn check(claim: &Claim<'_>) -> Result<(), Error> {
        let Some(p) = Self::read(claim.params()) else { return Err(Error::Record) };
        let [e0, e1, e2, e3, e4, e5] = p.extents;
        let x = claim.operand(1).len;
        shape(
            claim.arity(1, 2)
                && claim.rows() == e0
                && claim.bytes(0, product(&[e0, e1, e2, e3, e4, e5, p.run]))
                && claim.bytes(1, Some(x))
                && p.stays_within(x)
                && claim.distinct(),
        )
    }

    /// Whether no piece leaves `len` bytes.
    const fn stays_within(&self, len: u32) -> bool {
        let len = len as i64;
        let (mut least, mut most) = (self.first as i64, self.first as i64 + self.run as i64);
        let (mut extents, mut strides) = (self.extents.as_slice(), self.strides.as_slice());
        while let (Some((e, es)), Some((s, ss))) = (extents.split_first(), strides.split_first()) {
            // within 2^63, as extents are below 2^32 and strides below 2^31
            let reach = (*e as i64 - 1) * (*s as i32 as i64);
            if reach < -len || reach > len {
                return false;
            }
            if reach < 0 {
                least += reach;
            } else {
                most += reach;
            }
            (extents, strides) = (es, ss);
        }
        least >= 0 && most <= len
    }

    /// Copies output rows.
    pub fn eval(task: &Task<'_>, io: &Io<'_>) -> Result<(), Error> {
        let p = Self::read(task.params).ok_or(Error::Record)?;
        let x = io.work::<u8>(1)?;
        let [outer @ .., step] = p.strides;
        lines(task, io, &p.extents, p.run, |line, place| {
            let steps = place.iter().zip(outer).map(|(i, stride)| i.wrapping_mul(stride));
            let mut at = steps.fold(p.first, u32::wrapping_add);
            pieces(line, x, p.run, || {
                let from = at;
                at = at.wrapping_add(step);
                from
            });
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn copy(extents: Axes, strides: [i32; 6], first: u32, run: u32) -> Copy {
        Copy { extents, strides: strides.map(|s| s as u32), first, run }
    }

    #[test]
    fn no_piece_leaves_the_input() {
        let transpose = copy([4, 1, 1, 1, 1, 3], [1, 0, 0, 0, 0, 4], 0, 1);
        assert!(transpose.stays_within(12));
        assert!(!transpose.stays_within(11));
        let reverse = copy([1, 1, 1, 1, 1, 5], [0, 0, 0, 0, 0, -2], 8, 2);
        assert!(reverse.stays_within(10));
        assert!(!reverse.stays_within(9));
        assert!(!Copy { first: 6, ..reverse }.stays_within(10));
        let wild = copy([u32::MAX; 6], [i32::MIN; 6], 0, 1);
        assert!(!wild.stays_within(u32::MAX));
    }
}
