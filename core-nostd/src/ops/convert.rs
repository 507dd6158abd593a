//! QUANTIZE from floats and DEQUANTIZE to floats: the only floating point of an integer model, at its ends.

use core::marker::PhantomData;

use crate::claim::{Claim, shape};
use crate::error::Error;
use crate::fixed::Integer;
use crate::kernel::{Io, Task};
use crate::plan::Kind;
use crate::wire::{i8, record, u32};

record! {
    /// How integers stand for real numbers: `real = scale * (integer - zero)`.
    pub struct Affine {
        /// Bits of the f32 scale.
        scale: u32,
        /// Zero point.
        zero: i8,
    }
}

/// `y = round(x / scale) + zero`, halves away from zero. Operands: y (`T`); x (f32). The record is an [`Affine`].
#[derive(Debug)]
pub struct Quantize<T>(PhantomData<T>);

/// `y = scale * (x - zero)`. Operands: y (f32); x (`T`). The record is an [`Affine`].
#[derive(Debug)]
pub struct Dequantize<T>(PhantomData<T>);

/// Whether operand `integers` has elements of a type, and operand `reals` as many floats.
const fn fits(claim: &Claim<'_>, kind: Kind, integers: usize, reals: usize) -> Result<(), Error> {
    if Affine::read(claim.params()).is_none() {
        return Err(Error::Record);
    }
    let len = claim.operand(integers).len;
    shape(
        claim.arity(1, 2)
            && claim.work(integers, kind, Some(len))
            && claim.work(reals, Kind::F32, len.checked_mul(4 / kind.bytes())),
    )
}

impl<T: Integer> Quantize<T> {
    /// Whether the geometry suits the operands.
    pub const fn check(claim: &Claim<'_>) -> Result<(), Error> {
        fits(claim, T::KIND, 0, 1)
    }

    /// Converts every element.
    pub fn eval(task: &Task<'_>, io: &Io<'_>) -> Result<(), Error> {
        let p = Affine::read(task.params).ok_or(Error::Record)?;
        let scale = f32::from_bits(p.scale);
        for (y, x) in io.work::<T>(0)?.iter().zip(io.work::<f32>(1)?) {
            y.set(quantize(x.get(), scale, p.zero));
        }
        Ok(())
    }
}

impl<T: Integer> Dequantize<T> {
    /// Whether the geometry suits the operands.
    pub const fn check(claim: &Claim<'_>) -> Result<(), Error> {
        fits(claim, T::KIND, 1, 0)
    }

    /// Converts every element.
    pub fn eval(task: &Task<'_>, io: &Io<'_>) -> Result<(), Error> {
        let p = Affine::read(task.params).ok_or(Error::Record)?;
        let scale = f32::from_bits(p.scale);
        for (y, x) in io.work::<f32>(0)?.iter().zip(io.work::<T>(1)?) {
            y.set(dequantize(x.get(), scale, p.zero));
        }
        Ok(())
    }
}

/// `round(x / scale) + zero`, halves away from zero, saturated; NaN counts as 0.
#[inline(always)]
pub fn quantize<T: Integer>(x: f32, scale: f32, zero: i8) -> T {
    T::saturated(rounded(x / scale).saturating_add(zero as i32))
}

/// The nearest integer, halves away from zero, saturated; NaN counts as 0.
#[inline(always)]
fn rounded(x: f32) -> i32 {
    // the conversion truncates and saturates; past 2^23 there is no fraction left to round
    let whole = x as i32;
    let fraction = x - whole as f32;
    let carry = (fraction >= 0.5) as i32 - (fraction <= -0.5) as i32;
    whole.saturating_add(carry)
}

/// `scale * (x - zero)`, exact to the last bit: the difference has at most 17 bits.
#[inline(always)]
pub fn dequantize<T: Integer>(x: T, scale: f32, zero: i8) -> f32 {
    scale * x.into().wrapping_sub(zero as i32) as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_round_away_from_zero() {
        for (x, want) in
            [(0.5, 1), (-0.5, -1), (1.49, 1), (-1.5, -2), (0.499_999_97, 0), (1e30, 127), (-1e30, -128)]
        {
            assert_eq!(quantize::<i8>(x, 1.0, 0), want, "{x}");
        }
        assert_eq!(quantize::<i8>(f32::NAN, 1.0, 3), 3);
        assert_eq!(quantize::<i8>(-0.75, 0.5, 10), 8);
        assert_eq!(dequantize(-3i8, 0.25, 1), -1.0);
    }
}
