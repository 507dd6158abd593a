//! Functions of 16-bit integers, between the entries of a table.

use super::curve::{self, POINTS};
use crate::claim::{Claim, shape};
use crate::error::Error;
use crate::kernel::{Io, Task};
use crate::plan::Kind;
use crate::wire::{product, record, u8, u32};

record! {
    /// Operands: y, x (i16); table (513 entries: the function at -32768, -32640, ... 32768).
    pub struct Interpolate {
        /// Elements of a row.
        stride: u32,
    }
}

impl Interpolate {
    /// Whether the geometry suits the operands.
    pub const fn check(claim: &Claim<'_>) -> Result<(), Error> {
        let Some(p) = Self::read(claim.params()) else { return Err(Error::Record) };
        shape(fits(claim, p.stride, POINTS))
    }

    /// Computes output rows.
    pub fn eval(task: &Task<'_>, io: &Io<'_>) -> Result<(), Error> {
        let p = Self::read(task.params).ok_or(Error::Record)?;
        let table = io.values::<i16>(2)?;
        each(task, io, p.stride, |x| curve::at(table, x))
    }
}

record! {
    /// LOGISTIC and TANH. Operands: y (scale 2^-15), x (i16); table (256 entries, less 32768: `2^16 / (1 + exp(-i / 24))`).
    pub struct Sigmoid {
        /// Elements of a row.
        stride: u32,
        /// `x * multiplier / 2^shift` is x in units of 1/12288.
        multiplier: u32,
        /// See there.
        shift: u8,
        /// 1 for the hyperbolic tangent, 0 for the logistic function.
        tangent: u8,
    }
}

/// Entries of [`Sigmoid`]'s table.
pub const SIGMOID: usize = 256;

impl Sigmoid {
    /// Whether the geometry suits the operands.
    pub const fn check(claim: &Claim<'_>) -> Result<(), Error> {
        let Some(p) = Self::read(claim.params()) else { return Err(Error::Record) };
        shape(fits(claim, p.stride, SIGMOID as u32))
    }

    /// Computes output rows.
    pub fn eval(task: &Task<'_>, io: &Io<'_>) -> Result<(), Error> {
        let p = Self::read(task.params).ok_or(Error::Record)?;
        let table = io.values::<i16>(2)?;
        each(task, io, p.stride, |x| p.of(table, x))
    }

    /// One element: LiteRT's, with its roundings.
    #[inline(always)]
    pub fn of(&self, table: &[i16], x: i16) -> i16 {
        let shift = self.shift as u32 & 31;
        let half = 1i32.wrapping_shl(shift) >> 1;
        let x = (x as i32).wrapping_mul(self.multiplier as i32).wrapping_add(half) >> shift;
        // the tangent is the logistic function of twice the argument, stretched
        let bits = if self.tangent == 0 { 9 } else { 8 };
        let at = (x.unsigned_abs() >> bits) as usize;
        let value = if at >= SIGMOID - 1 {
            if self.tangent == 0 { 0x7fff << 10 } else { 0xffff << 8 }
        } else {
            let base = entry(table, at).wrapping_add(1 << 15);
            let slope = entry(table, at.wrapping_add(1)).wrapping_sub(entry(table, at));
            let rest = x.unsigned_abs() & (1u32 << bits).wrapping_sub(1);
            base.wrapping_shl(bits).wrapping_add(slope.wrapping_mul(rest as i32))
        };
        let y = match (self.tangent, x >= 0) {
            (0, true) => value.wrapping_add(1 << 9) >> 10,
            (0, false) => (1i32 << 25).wrapping_sub(value).wrapping_add((1 << 9) - 1) >> 10,
            (_, true) => value.wrapping_sub(1 << 23).wrapping_add(1 << 7) >> 8,
            (_, false) => (1i32 << 23).wrapping_sub(value).wrapping_add((1 << 7) - 1) >> 8,
        };
        y as i16
    }
}

#[inline(always)]
fn entry(table: &[i16], at: usize) -> i32 {
    table.get(at).map_or(0, |y| i16::from_le(*y) as i32)
}

const fn fits(claim: &Claim<'_>, stride: u32, entries: u32) -> bool {
    let len = product(&[claim.rows(), stride, 2]);
    claim.arity(1, 3)
        && claim.work(0, Kind::I16, len)
        && claim.work(1, Kind::I16, len)
        && claim.constant(2, Kind::I16, product(&[entries, 2]))
}

#[inline(always)]
fn each(task: &Task<'_>, io: &Io<'_>, stride: u32, f: impl Fn(i16) -> i16) -> Result<(), Error> {
    let (x, y) = (io.rows::<i16>(1, stride)?, io.rows::<i16>(0, stride)?);
    for r in task.rows.clone() {
        for (y, x) in y.row(r as usize).iter().zip(x.row(r as usize)) {
            y.set(f(x.get()));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sigmoids_are_close_to_the_real_ones() {
        let exact = |i: usize| 65536.0 / (1.0 + (-(i as f64) / 24.0).exp());
        let table: [i16; SIGMOID] = core::array::from_fn(|i| (exact(i).round() as i32 - 32768) as i16);
        for x in i16::MIN..=i16::MAX {
            let real = f64::from(x) / 4096.0;
            let p = Sigmoid { stride: 1, multiplier: 3, shift: 0, tangent: 0 };
            assert!((f64::from(p.of(&table, x)) / 32768.0 - 1.0 / (1.0 + (-real).exp())).abs() < 1e-4, "{x}");
            let p = Sigmoid { tangent: 1, ..p };
            assert!((f64::from(p.of(&table, x)) / 32768.0 - real.tanh()).abs() < 1e-4, "{x}");
        }
    }
}
