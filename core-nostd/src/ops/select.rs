//! SELECT: elements of one operand or of another, as a third says.

use core::marker::PhantomData;

use super::elementwise::{ALL, Lines, Source, reads, writes};
use crate::aligned::Element;
use crate::claim::{Claim, shape};
use crate::error::Error;
use crate::kernel::{Io, Task};
use crate::plan::Kind;
use crate::wire::{Dims, record, u8};

record! {
    /// Operands: y; condition (truth values), a, b: y, a and b of any one type of the kernel's size. The three that are
    /// read are in work memory or constant.
    pub struct Choice {
        /// Extents of the output, axes merged where all operands allow it; the first is the step's rows.
        dims: Dims,
        /// Bit i is set where the condition varies along axis i.
        condition: u8,
        /// The same for a.
        a: u8,
        /// The same for b.
        b: u8,
    }
}

/// The kernel for elements of the size of T.
#[derive(Debug)]
pub struct Select<T>(PhantomData<T>);

impl<T: Element> Select<T> {
    /// Whether the geometry suits the operands.
    pub const fn check(claim: &Claim<'_>) -> Result<(), Error> {
        let Some(p) = Choice::read(claim.params()) else { return Err(Error::Record) };
        let Some(kind) = claim.operand(0).element() else { return Err(Error::OperandKind) };
        shape(
            claim.arity(1, 4)
                && p.dims[0] == claim.rows()
                && kind.bytes() == T::KIND.bytes()
                && writes(claim, &p.dims, kind)
                && reads(claim, &p.dims, 1, Kind::Bool, p.condition)
                && reads(claim, &p.dims, 2, kind, p.a)
                && reads(claim, &p.dims, 3, kind, p.b),
        )
    }

    /// Computes output rows.
    pub fn eval(task: &Task<'_>, io: &Io<'_>) -> Result<(), Error> {
        let p = Choice::read(task.params).ok_or(Error::Record)?;
        let y = io.work::<T>(0)?;
        let (condition, a, b) = (io.anywhere::<u8>(1)?, io.anywhere::<T>(2)?, io.anywhere::<T>(3)?);
        let lines = Lines::new(&p.dims, [ALL, p.condition, p.a, p.b], &task.rows);
        let ([_, step, sa, sb], inner) = (lines.steps(), lines.length());
        for [start, mut at, mut i, mut j] in lines {
            for y in y.get(start..start.wrapping_add(inner)).unwrap_or(&[]) {
                y.set(if condition.at(at) != 0 { a.at(i) } else { b.at(j) });
                at = at.wrapping_add(step);
                i = i.wrapping_add(sa);
                j = j.wrapping_add(sb);
            }
        }
        Ok(())
    }
}
