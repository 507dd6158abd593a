//! CAST: the same number in another type. Floats have kernels of their own, so that integers need none.

use core::cell::Cell;
use core::marker::PhantomData;

use super::elementwise::Source;
use super::number::Real;
use crate::claim::{Claim, shape};
use crate::error::Error;
use crate::kernel::{Io, Task};
use crate::plan::Kind;
use crate::wire::{record, u8, u32};

record! {
    /// Operands: y; x.
    pub struct Cast {
        /// Number of elements.
        elements: u32,
        /// Number of x's type.
        from: u8,
        /// Number of y's type.
        to: u8,
    }
}

/// From integers and truth values to each other: integers wrap, and all but 0 is true.
#[derive(Debug)]
pub struct Integers;

/// From integers and truth values to floats, rounded to nearest.
#[derive(Debug)]
pub struct ToFloat;

/// From floats to integers, rounded towards 0 and saturated, NaN as 0; and to truth values, of which all but 0 is true.
#[derive(Debug)]
pub struct FromFloat;

/// From floats of type `X` to floats of type `Y`, rounded to nearest, ties to even.
#[derive(Debug)]
pub struct Floats<X, Y>(PhantomData<(X, Y)>);

impl<X: Real, Y: Real> Floats<X, Y> {
    /// Whether the geometry suits the operands.
    pub const fn check(claim: &Claim<'_>) -> Result<(), Error> {
        let Some(p) = Cast::read(claim.params()) else { return Err(Error::Record) };
        shape(
            claim.arity(1, 2)
                && p.from == X::KIND as u8
                && p.to == Y::KIND as u8
                && claim.work(0, Y::KIND, p.elements.checked_mul(Y::KIND.bytes()))
                && claim.work(1, X::KIND, p.elements.checked_mul(X::KIND.bytes())),
        )
    }

    /// Converts every element.
    pub fn eval(_: &Task<'_>, io: &Io<'_>) -> Result<(), Error> {
        for (y, x) in io.work::<Y>(0)?.iter().zip(io.work::<X>(1)?) {
            y.set(Y::of(x.get().number()));
        }
        Ok(())
    }
}

impl Integers {
    /// Whether the geometry suits the operands.
    pub const fn check(claim: &Claim<'_>) -> Result<(), Error> {
        check(claim, false, false)
    }

    /// Converts every element.
    pub fn eval(task: &Task<'_>, io: &Io<'_>) -> Result<(), Error> {
        let p = Cast::read(task.params).ok_or(Error::Record)?;
        let (x, y) = (Numbers::new(io, 1, p.from)?, Numbers::new(io, 0, p.to)?);
        for i in 0..p.elements as usize {
            y.set(i, x.get(i));
        }
        Ok(())
    }
}

impl ToFloat {
    /// Whether the geometry suits the operands.
    pub const fn check(claim: &Claim<'_>) -> Result<(), Error> {
        check(claim, false, true)
    }

    /// Converts every element.
    pub fn eval(task: &Task<'_>, io: &Io<'_>) -> Result<(), Error> {
        let p = Cast::read(task.params).ok_or(Error::Record)?;
        let x = Numbers::new(io, 1, p.from)?;
        for (i, y) in io.work::<f32>(0)?.iter().enumerate() {
            y.set(x.get(i) as f32);
        }
        Ok(())
    }
}

impl FromFloat {
    /// Whether the geometry suits the operands.
    pub const fn check(claim: &Claim<'_>) -> Result<(), Error> {
        check(claim, true, false)
    }

    /// Converts every element.
    pub fn eval(task: &Task<'_>, io: &Io<'_>) -> Result<(), Error> {
        let p = Cast::read(task.params).ok_or(Error::Record)?;
        let y = Numbers::new(io, 0, p.to)?;
        for (i, x) in io.work::<f32>(1)?.iter().enumerate() {
            y.set(i, integer(x.get(), p.to));
        }
        Ok(())
    }
}

/// A float as an integer of the type with this number.
#[inline(always)]
pub fn integer(x: f32, to: u8) -> i64 {
    match Kind::new(to) {
        Some(Kind::I8) => x as i8 as i64,
        Some(Kind::U8) => x as u8 as i64,
        Some(Kind::I16) => x as i16 as i64,
        Some(Kind::I32) => x as i32 as i64,
        Some(Kind::Bool) => (x != 0.0) as i64,
        _ => x as i64,
    }
}

const fn check(claim: &Claim<'_>, from_float: bool, to_float: bool) -> Result<(), Error> {
    let Some(p) = Cast::read(claim.params()) else { return Err(Error::Record) };
    let (Some(from), Some(to)) = (Kind::new(p.from), Kind::new(p.to)) else { return Err(Error::Record) };
    shape(
        claim.arity(1, 2)
            && suits(from, from_float)
            && suits(to, to_float)
            && claim.work(0, to, p.elements.checked_mul(to.bytes()))
            && claim.work(1, from, p.elements.checked_mul(from.bytes())),
    )
}

const fn suits(kind: Kind, float: bool) -> bool {
    match kind {
        Kind::F32 => float,
        Kind::I8 | Kind::U8 | Kind::I16 | Kind::I32 | Kind::I64 | Kind::Bool => !float,
        Kind::F16 | Kind::I4 => false,
    }
}

/// An operand of integers or truth values.
enum Numbers<'a> {
    I8(&'a [Cell<i8>]),
    U8(&'a [Cell<u8>]),
    I16(&'a [Cell<i16>]),
    I32(&'a [Cell<i32>]),
    I64(&'a [Cell<i64>]),
    Bool(&'a [Cell<u8>]),
}

impl<'a> Numbers<'a> {
    /// The `i`-th operand, of the type with the number `kind`.
    fn new(io: &Io<'a>, i: usize, kind: u8) -> Result<Self, Error> {
        Ok(match Kind::new(kind) {
            Some(Kind::I8) => Numbers::I8(io.work(i)?),
            Some(Kind::U8) => Numbers::U8(io.work(i)?),
            Some(Kind::I16) => Numbers::I16(io.work(i)?),
            Some(Kind::I32) => Numbers::I32(io.work(i)?),
            Some(Kind::I64) => Numbers::I64(io.work(i)?),
            Some(Kind::Bool) => Numbers::Bool(io.work(i)?),
            _ => return Err(Error::OperandKind),
        })
    }

    /// Element `i`; 0 past the end.
    fn get(&self, i: usize) -> i64 {
        match self {
            Numbers::I8(x) => x.at(i) as i64,
            Numbers::U8(x) => x.at(i) as i64,
            Numbers::I16(x) => x.at(i) as i64,
            Numbers::I32(x) => x.at(i) as i64,
            Numbers::I64(x) => x.at(i),
            Numbers::Bool(x) => (x.at(i) != 0) as i64,
        }
    }

    /// Writes element `i`, wrapped.
    fn set(&self, i: usize, y: i64) {
        match self {
            Numbers::I8(x) => put(x, i, y as i8),
            Numbers::U8(x) => put(x, i, y as u8),
            Numbers::I16(x) => put(x, i, y as i16),
            Numbers::I32(x) => put(x, i, y as i32),
            Numbers::I64(x) => put(x, i, y),
            Numbers::Bool(x) => put(x, i, (y != 0) as u8),
        }
    }
}

#[inline(always)]
fn put<T>(cells: &[Cell<T>], i: usize, y: T) {
    if let Some(cell) = cells.get(i) {
        cell.set(y);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floats_truncate_and_saturate() {
        let to = |x, kind: Kind| integer(x, kind as u8);
        assert_eq!([1.7, -2.5, 300.0, -300.0, f32::NAN].map(|x| to(x, Kind::I8)), [1, -2, 127, -128, 0]);
        assert_eq!([1.7, -2.5, 300.0].map(|x| to(x, Kind::U8)), [1, 0, 255]);
        assert_eq!([0.0, -0.0, 1e-30].map(|x| to(x, Kind::Bool)), [0, 0, 1]);
        assert_eq!([1e10, -1e10].map(|x| to(x, Kind::I64)), [10_000_000_000, -10_000_000_000]);
        assert_eq!(to(1e10, Kind::I32), 2_147_483_647);
    }
}
