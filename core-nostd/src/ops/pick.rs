//! PICK: elements of a tensor at listed places along each axis: mirrored borders, nearest pixels, gathered slices.

use super::axes::{lines, pieces};
use crate::aligned::Element;
use crate::claim::{Claim, shape};
use crate::error::Error;
use crate::kernel::{Io, Task};
use crate::plan::Kind;
use crate::wire::{Axes, product, record, u32};

record! {
    /// Operands: y; x, of any type; places, constants: for each axis, one behind the other, where in x, in bytes, its
    /// indices lie. The sum over the axes is where a piece starts; one that is not there stays what it was. The step's
    /// rows are `extents[0]`.
    pub struct Pick {
        /// Extents of y in pieces, outermost first.
        extents: Axes,
        /// Bytes of a piece.
        run: u32,
    }
}

impl Pick {
    /// Whether the geometry suits the operands.
    pub const fn check(claim: &Claim<'_>) -> Result<(), Error> {
        let Some(p) = Self::read(claim.params()) else { return Err(Error::Record) };
        let [e0, e1, e2, e3, e4, e5] = p.extents;
        let (mut places, mut extents) = (0u32, p.extents.as_slice());
        while let Some((extent, rest)) = extents.split_first() {
            places = match places.checked_add(*extent) {
                Some(places) => places,
                None => return Err(Error::Shape),
            };
            extents = rest;
        }
        shape(
            claim.arity(1, 3)
                && claim.rows() == e0
                && claim.bytes(0, product(&[e0, e1, e2, e3, e4, e5, p.run]))
                && claim.bytes(1, Some(claim.operand(1).len))
                && claim.constant(2, Kind::I32, product(&[places, 4]))
                && claim.distinct(),
        )
    }

    /// Copies output rows.
    pub fn eval(task: &Task<'_>, io: &Io<'_>) -> Result<(), Error> {
        let p = Self::read(task.params).ok_or(Error::Record)?;
        let (x, places) = (io.work::<u8>(1)?, io.values::<i32>(2)?);
        let [outer @ .., inner] = p.extents;
        let last = places.len().saturating_sub(inner as usize);
        lines(task, io, &p.extents, p.run, |line, place| {
            let (mut axis, mut base) = (0u32, 0u32);
            for (i, extent) in place.iter().zip(outer) {
                base = base.wrapping_add(at(places, axis.wrapping_add(*i)));
                axis = axis.wrapping_add(extent);
            }
            let mut own = places.get(last..).unwrap_or(&[]).iter();
            pieces(line, x, p.run, || {
                base.wrapping_add(own.next().map_or(0, |place| Element::le(*place) as u32))
            });
        })
    }
}

fn at(places: &[i32], i: u32) -> u32 {
    places.get(i as usize).map_or(0, |place| Element::le(*place) as u32)
}
