//! AVERAGE_POOL_2D and MAX_POOL_2D, of int8 and int16. The output has the input's scale and zero point.

use core::cell::Cell;

use super::window::{Taps, Window};
use crate::claim::{Claim, shape};
use crate::error::Error;
use crate::fixed::Integer;
use crate::kernel::{Io, Task};
use crate::plan::Kind;
use crate::simd::{self, SUMS as LANES};
use crate::tensor::Rows;
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
        pool(&p.window, [p.lo as i16, p.hi as i16], task, io, (|x, c| x.sums(c), |x, c| x.sum(c)), mean)
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
        pool(&p.window, clamp, task, io, (|x, c| x.sums(c), |x, c| x.sum(c)), mean_up)
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
        pool::<i16>(&p.window, [p.lo, p.hi], task, io, (|x, c| x.sum(c), |x, c| x.sum(c)), mean)
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
fn max<T: Integer>(w: &Window, clamp: [i16; 2], task: &Task<'_>, io: &Io<'_>) -> Result<(), Error> {
    pool::<T>(w, clamp, task, io, (|x, c| x.max(c), |x, c| x.max(c)), |max, _| max)
}

/// `sum / n`, halves away from zero; 0 for no taps.
#[inline(always)]
fn mean(sum: i32, n: i32) -> i32 {
    let (half, sign) = (n >> 1, sum >> 31);
    // plus one half, or minus
    let nudged = sum.wrapping_add(half ^ sign).wrapping_sub(sign);
    // of no taps the sum is 0, and what is above zero needs no check for each output
    nudged.checked_div(n.max(1)).unwrap_or(0)
}

/// `sum / n`, halves up; 0 for no taps.
fn mean_up(sum: i32, n: i32) -> i32 {
    sum.wrapping_add(n >> 1).checked_div_euclid(n).unwrap_or(0)
}

/// Folds the taps of every output, those of neighbouring channels together, and `finish`es with their number.
#[inline(always)]
fn pool<T: Integer>(
    w: &Window,
    [lo, hi]: [i16; 2],
    task: &Task<'_>,
    io: &Io<'_>,
    (fold, one): (impl Fn(&Seen<'_, T>, usize) -> [i32; LANES], impl Fn(&Seen<'_, T>, usize) -> [i32; 1]),
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
            let finish = |value| T::narrow(finish(value, n), lo as i32, hi as i32);
            let seen = Seen { x, rows: &rows, columns: &columns, in_c };
            // neighbouring channels together: their taps are neighbours too
            let (many, rest) = y.as_chunks::<LANES>();
            for (c, y) in (0..).step_by(LANES).zip(many) {
                let values = fold(&seen, c);
                y.iter().zip(&values).for_each(|(y, value)| y.set(finish(*value)));
            }
            for (c, y) in (many.len().wrapping_mul(LANES)..).zip(rest) {
                let [value] = one(&seen, c);
                y.set(finish(value));
            }
        }
    }
    Ok(())
}

/// What a window sees.
struct Seen<'a, T: Copy> {
    x: Rows<'a, T>,
    rows: &'a Taps,
    columns: &'a Taps,
    in_c: usize,
}

impl<T: Integer> Seen<'_, T> {
    /// The taps of neighbouring channels from `c` on, folded from `start`.
    #[inline(always)]
    fn fold<const N: usize>(&self, c: usize, start: i32, fold: impl Fn(i32, i32) -> i32) -> [i32; N] {
        let mut values = [start; N];
        for i in 0..self.rows.range.len() {
            let row = self.x.row(self.rows.first.wrapping_add(i));
            let mut at = self.columns.first.wrapping_mul(self.in_c).wrapping_add(c);
            for _ in self.columns.range.clone() {
                let Some(taps) = row.get(at..).and_then(|row| row.first_chunk::<N>()) else { break };
                for (value, x) in values.iter_mut().zip(taps) {
                    *value = fold(*value, x.get().into());
                }
                at = at.wrapping_add(self.in_c);
            }
        }
        values
    }

    #[inline(always)]
    fn sum<const N: usize>(&self, c: usize) -> [i32; N] {
        self.fold(c, 0, i32::wrapping_add)
    }

    #[inline(always)]
    fn max<const N: usize>(&self, c: usize) -> [i32; N] {
        self.fold(c, i16::MIN as i32, |a, b| if a > b { a } else { b })
    }
}

impl Seen<'_, i8> {
    /// [`Seen::sum`] of as many neighbours as [`simd::sum_pixels`] adds up.
    #[inline(always)]
    fn sums(&self, c: usize) -> [i32; LANES] {
        let (rows, columns) = (self.rows.range.len(), self.columns.range.len());
        let mut sums = [0; LANES];
        let mut add = |x: &[Cell<i8>], from: usize, pixels: usize| {
            simd::sum_pixels(x.get(from..).unwrap_or(&[]), self.in_c, pixels, &mut sums);
        };
        // what is as wide as the image is one run
        let pixels = rows.wrapping_mul(columns);
        match self.x.span(self.rows.first, rows) {
            Some(x) if x.len() == pixels.wrapping_mul(self.in_c) => add(x, c, pixels),
            _ => {
                let left = self.columns.first.wrapping_mul(self.in_c).wrapping_add(c);
                (0..rows).for_each(|i| add(self.x.row(self.rows.first.wrapping_add(i)), left, columns));
            }
        }
        sums
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_go_away_from_zero_or_up() {
        assert_eq!([5, -5, 7, -7, 0].map(|sum| mean(sum, 2)), [3, -3, 4, -4, 0]);
        assert_eq!([5, -5, 7, -7, 0].map(|sum| mean_up(sum, 2)), [3, -2, 4, -3, 0]);
        assert_eq!([-4, -5, -6].map(|sum| mean_up(sum, 3)), [-1, -2, -2]);
        assert_eq!((mean(0, 0), mean_up(0, 0)), (0, 0));
    }
}
