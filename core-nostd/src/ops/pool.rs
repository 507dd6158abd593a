//! AVERAGE_POOL_2D and MAX_POOL_2D, of int8 and int16. The output has the input's scale and zero point.

use super::window::Window;
use crate::claim::{Claim, shape};
use crate::error::Error;
use crate::fixed::Integer;
use crate::kernel::{Io, Task};
use crate::plan::Kind;
use crate::wire::{i8, i16, record};

record! {
    /// Mean of the taps inside the image, halves away from zero. Operands: y; x.
    pub struct Average {
        /// Geometry; dilation is 1.
        window: Window,
        /// Least output: the fused activation.
        lo: i8,
        /// Greatest output.
        hi: i8,
    }
}

record! {
    /// Greatest tap inside the image. Operands: y; x.
    pub struct Max {
        /// Geometry; dilation is 1.
        window: Window,
        /// Least output: the fused activation.
        lo: i8,
        /// Greatest output.
        hi: i8,
    }
}

impl Average {
    /// Whether the geometry suits the operands.
    pub const fn check(claim: &Claim<'_>) -> Result<(), Error> {
        let Some(p) = Self::read(claim.params()) else { return Err(Error::Record) };
        check(claim, &p.window, Kind::I8)
    }

    /// Computes output rows.
    pub fn eval(task: &Task<'_>, io: &Io<'_>) -> Result<(), Error> {
        let p = Self::read(task.params).ok_or(Error::Record)?;
        average::<i8>(&p.window, [p.lo as i16, p.hi as i16], task, io)
    }
}

impl Max {
    /// Whether the geometry suits the operands.
    pub const fn check(claim: &Claim<'_>) -> Result<(), Error> {
        let Some(p) = Self::read(claim.params()) else { return Err(Error::Record) };
        check(claim, &p.window, Kind::I8)
    }

    /// Computes output rows.
    pub fn eval(task: &Task<'_>, io: &Io<'_>) -> Result<(), Error> {
        let p = Self::read(task.params).ok_or(Error::Record)?;
        max::<i8>(&p.window, [p.lo as i16, p.hi as i16], task, io)
    }
}

/// [`Average`] with halves up, as LiteRT has it for uint8. Fields as there.
#[derive(Debug)]
pub struct AverageUp;

impl AverageUp {
    /// Whether the geometry suits the operands.
    pub const fn check(claim: &Claim<'_>) -> Result<(), Error> {
        Average::check(claim)
    }

    /// Computes output rows.
    pub fn eval(task: &Task<'_>, io: &Io<'_>) -> Result<(), Error> {
        let p = Average::read(task.params).ok_or(Error::Record)?;
        let clamp = [p.lo as i16, p.hi as i16];
        pool::<i8>(&p.window, clamp, task, io, 0, |sum, x| sum.wrapping_add(x), mean_up)
    }
}

record! {
    /// [`Average`] of int16. Operands: y; x.
    pub struct AverageI16 {
        /// Geometry; dilation is 1.
        window: Window,
        /// Least output: the fused activation.
        lo: i16,
        /// Greatest output.
        hi: i16,
    }
}

impl AverageI16 {
    /// Whether the geometry suits the operands.
    pub const fn check(claim: &Claim<'_>) -> Result<(), Error> {
        let Some(p) = Self::read(claim.params()) else { return Err(Error::Record) };
        check(claim, &p.window, Kind::I16)
    }

    /// Computes output rows.
    pub fn eval(task: &Task<'_>, io: &Io<'_>) -> Result<(), Error> {
        let p = Self::read(task.params).ok_or(Error::Record)?;
        average::<i16>(&p.window, [p.lo, p.hi], task, io)
    }
}

/// [`Max`] of int16. Fields as [`AverageI16`].
#[derive(Debug)]
pub struct MaxI16;

impl MaxI16 {
    /// Whether the geometry suits the operands.
    pub const fn check(claim: &Claim<'_>) -> Result<(), Error> {
        AverageI16::check(claim)
    }

    /// Computes output rows.
    pub fn eval(task: &Task<'_>, io: &Io<'_>) -> Result<(), Error> {
        let p = AverageI16::read(task.params).ok_or(Error::Record)?;
        max::<i16>(&p.window, [p.lo, p.hi], task, io)
    }
}

const fn check(claim: &Claim<'_>, w: &Window, kind: Kind) -> Result<(), Error> {
    shape(claim.arity(1, 2) && w.in_c == w.out_c && w.fits(claim, kind, 0, 1))
}

#[inline(always)]
fn average<T: Integer>(w: &Window, clamp: [i16; 2], task: &Task<'_>, io: &Io<'_>) -> Result<(), Error> {
    pool::<T>(w, clamp, task, io, 0, |sum, x| sum.wrapping_add(x), mean)
}

#[inline(always)]
fn max<T: Integer>(w: &Window, clamp: [i16; 2], task: &Task<'_>, io: &Io<'_>) -> Result<(), Error> {
    pool::<T>(w, clamp, task, io, i16::MIN as i32, |a, b| if a > b { a } else { b }, |max, _| max)
}

/// `sum / n`, halves away from zero; 0 for no taps.
fn mean(sum: i32, n: i32) -> i32 {
    let half = n >> 1;
    let nudged = if sum > 0 { sum.wrapping_add(half) } else { sum.wrapping_sub(half) };
    nudged.checked_div(n).unwrap_or(0)
}

/// `sum / n`, halves up; 0 for no taps.
fn mean_up(sum: i32, n: i32) -> i32 {
    sum.wrapping_add(n >> 1).checked_div_euclid(n).unwrap_or(0)
}

/// Folds the taps of every output with `fold` from `start`, and `finish`es with their number.
#[inline(always)]
fn pool<T: Integer>(
    w: &Window,
    [lo, hi]: [i16; 2],
    task: &Task<'_>,
    io: &Io<'_>,
    start: i32,
    fold: impl Fn(i32, i32) -> i32,
    finish: impl Fn(i32, i32) -> i32,
) -> Result<(), Error> {
    // at least 1 by the check; said again for the compiler
    let in_c = (w.in_c as usize).max(1);
    let x = io.rows::<T>(1, w.in_stride().ok_or(Error::Shape)?)?;
    let y = io.rows(0, w.out_stride().ok_or(Error::Shape)?)?;
    for oy in task.rows.clone() {
        let rows = w.vertical(oy as usize);
        for (ox, y) in y.row(oy as usize).chunks_exact(in_c).enumerate() {
            let columns = w.horizontal(ox);
            let n = rows.range.len().wrapping_mul(columns.range.len()) as i32;
            for (c, y) in y.iter().enumerate() {
                let mut value = start;
                for i in 0..rows.range.len() {
                    let first = columns.first.wrapping_mul(in_c).wrapping_add(c);
                    let row = x.row(rows.first.wrapping_add(i)).get(first..).unwrap_or(&[]);
                    for x in row.iter().step_by(in_c).take(columns.range.len()) {
                        value = fold(value, x.get().into());
                    }
                }
                y.set(T::narrow(finish(value, n), lo as i32, hi as i32));
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_go_away_from_zero_or_up() {
        assert_eq!([5, -5, 7, -7, 0].map(|sum| mean(sum, 2)), [3, -3, 4, -4, 0]);
        assert_eq!([5, -5, 7, -7, 0].map(|sum| mean_up(sum, 2)), [3, -2, 4, -3, 0]);
        assert_eq!([-4, -5, -6].map(|sum| mean_up(sum, 3)), [-1, -2, -2]);
        assert_eq!((mean(9, 0), mean_up(9, 0)), (0, 0));
    }
}
