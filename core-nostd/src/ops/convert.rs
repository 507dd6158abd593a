//! QUANTIZE from floats and DEQUANTIZE to floats: the only floating point of an integer model, at its ends.

use super::number::Integer;
use crate::claim::{Claim, shape};
use crate::error::Error;
use crate::fixed::narrow;
use crate::kernel::{Io, Task};
use crate::plan::Kind;
use crate::wire::{i8, record, u32};

record! {
    /// `y = round(x / scale) + zero`, halves away from zero. Operands: y; x (f32).
    pub struct Quantize {
        /// Bits of the f32 scale.
        scale: u32,
        /// Zero point.
        zero: i8,
    }
}

record! {
    /// `y = scale * (x - zero)`. Operands: y (f32); x.
    pub struct Dequantize {
        /// Bits of the f32 scale.
        scale: u32,
        /// Zero point.
        zero: i8,
    }
}

impl Quantize {
    /// Whether the geometry suits the operands.
    pub const fn check(claim: &Claim<'_>) -> Result<(), Error> {
        if Self::read(claim.params()).is_none() {
            return Err(Error::Record);
        }
        let len = claim.operand(0).len;
        shape(
            claim.arity(1, 2)
                && claim.work(0, Kind::I8, Some(len))
                && claim.work(1, Kind::F32, len.checked_mul(4)),
        )
    }

    /// Converts every element.
    pub fn eval(task: &Task<'_>, io: &Io<'_>) -> Result<(), Error> {
        let p = Self::read(task.params).ok_or(Error::Record)?;
        let scale = f32::from_bits(p.scale);
        for (y, x) in io.work::<i8>(0)?.iter().zip(io.work::<f32>(1)?) {
            y.set(quantize(x.get(), scale, p.zero));
        }
        Ok(())
    }
}

impl Dequantize {
    /// Whether the geometry suits the operands.
    pub const fn check(claim: &Claim<'_>) -> Result<(), Error> {
        if Self::read(claim.params()).is_none() {
            return Err(Error::Record);
        }
        let len = claim.operand(1).len;
        shape(
            claim.arity(1, 2)
                && claim.work(1, Kind::I8, Some(len))
                && claim.work(0, Kind::F32, len.checked_mul(4)),
        )
    }

    /// Converts every element.
    pub fn eval(task: &Task<'_>, io: &Io<'_>) -> Result<(), Error> {
        let p = Self::read(task.params).ok_or(Error::Record)?;
        let scale = f32::from_bits(p.scale);
        for (y, x) in io.work::<f32>(0)?.iter().zip(io.work::<i8>(1)?) {
            y.set(dequantize(x.get(), scale, p.zero));
        }
        Ok(())
    }
}

/// `round(x / scale) + zero`, halves away from zero, saturated; NaN counts as 0.
#[inline(always)]
pub fn quantize(x: f32, scale: f32, zero: i8) -> i8 {
    narrow(rounded(x / scale).saturating_add(zero as i32), i8::MIN, i8::MAX)
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

/// `scale * (x - zero)`, exact to the last bit: the integer has at most nine bits.
#[inline(always)]
pub fn dequantize(x: i8, scale: f32, zero: i8) -> f32 {
    scale * (x as i32).wrapping_sub(zero as i32) as f32
}

record! {
    /// `y = round(x / scale)`, halves away from zero. Operands: y (i16); x (f32).
    pub struct QuantizeWide {
        /// Bits of the f32 scale.
        scale: u32,
    }
}

record! {
    /// `y = scale * x`. Operands: y (f32); x (i16).
    pub struct DequantizeWide {
        /// Bits of the f32 scale.
        scale: u32,
    }
}

impl QuantizeWide {
    /// Whether the geometry suits the operands.
    pub const fn check(claim: &Claim<'_>) -> Result<(), Error> {
        if Self::read(claim.params()).is_none() {
            return Err(Error::Record);
        }
        let len = claim.operand(0).len;
        shape(
            claim.arity(1, 2)
                && claim.work(0, Kind::I16, Some(len))
                && claim.work(1, Kind::F32, len.checked_mul(2)),
        )
    }

    /// Converts every element.
    pub fn eval(task: &Task<'_>, io: &Io<'_>) -> Result<(), Error> {
        let p = Self::read(task.params).ok_or(Error::Record)?;
        let scale = f32::from_bits(p.scale);
        for (y, x) in io.work::<i16>(0)?.iter().zip(io.work::<f32>(1)?) {
            y.set(<i16 as Integer>::narrow(rounded(x.get() / scale), i16::MIN as i32, i16::MAX as i32));
        }
        Ok(())
    }
}

impl DequantizeWide {
    /// Whether the geometry suits the operands.
    pub const fn check(claim: &Claim<'_>) -> Result<(), Error> {
        if Self::read(claim.params()).is_none() {
            return Err(Error::Record);
        }
        let len = claim.operand(1).len;
        shape(
            claim.arity(1, 2)
                && claim.work(1, Kind::I16, Some(len))
                && claim.work(0, Kind::F32, len.checked_mul(2)),
        )
    }

    /// Converts every element.
    pub fn eval(task: &Task<'_>, io: &Io<'_>) -> Result<(), Error> {
        let p = Self::read(task.params).ok_or(Error::Record)?;
        let scale = f32::from_bits(p.scale);
        for (y, x) in io.work::<f32>(0)?.iter().zip(io.work::<i16>(1)?) {
            y.set(scale * x.get() as f32);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_round_away_from_zero() {
        for (x, want) in
            [(0.5, 1), (-0.5, -1), (1.49, 1), (-1.5, -2), (0.499_999_97, 0), (1e30, 127), (-1e30, -128)]
        {
            assert_eq!(quantize(x, 1.0, 0), want, "{x}");
        }
        assert_eq!(quantize(f32::NAN, 1.0, 3), 3);
        assert_eq!(quantize(-0.75, 0.5, 10), 8);
        assert_eq!(dequantize(-3, 0.25, 1), -1.0);
    }
}
