//! AVERAGE_POOL_2D and MAX_POOL_2D of floats.

use core::marker::PhantomData;

use super::number::Real;
use super::weighted_float::{BLOCK, Clamp};
use super::window::Window;
use crate::claim::{Claim, shape};
use crate::error::Error;
use crate::kernel::{Io, Task};
use crate::wire::{record, u32};

record! {
    /// Operands: y; x, both floats of one type. Taps outside of the image do not count.
    pub struct PoolFloat {
        /// Geometry; dilation is 1.
        window: Window,
        /// Bits of the least output: the fused activation.
        lo: u32,
        /// Bits of the greatest.
        hi: u32,
    }
}

/// What is made of the taps.
pub trait Taps {
    /// Where it begins.
    const START: f32;

    /// Takes one more.
    fn take(all: f32, x: f32) -> f32;

    /// The result of `n`.
    fn end(all: f32, n: f32) -> f32;
}

/// Their mean.
#[derive(Debug)]
pub struct Average;

impl Taps for Average {
    const START: f32 = 0.0;

    #[inline(always)]
    fn take(all: f32, x: f32) -> f32 {
        all + x
    }

    #[inline(always)]
    fn end(all: f32, n: f32) -> f32 {
        all / n
    }
}

/// The greatest.
#[derive(Debug)]
pub struct Max;

impl Taps for Max {
    const START: f32 = f32::MIN;

    #[inline(always)]
    fn take(all: f32, x: f32) -> f32 {
        if x > all { x } else { all }
    }

    #[inline(always)]
    fn end(all: f32, _: f32) -> f32 {
        all
    }
}

/// The kernel of a [`PoolFloat`].
#[derive(Debug)]
pub struct Pool<F, T>(PhantomData<(F, T)>);

impl<F: Taps, T: Real> Pool<F, T> {
    /// Whether the geometry suits the operands.
    pub const fn check(claim: &Claim<'_>) -> Result<(), Error> {
        let Some(p) = PoolFloat::read(claim.params()) else { return Err(Error::Record) };
        let w = &p.window;
        shape(claim.arity(1, 2) && w.in_c == w.out_c && w.fits(claim, T::KIND, 0, 1))
    }

    /// Computes output rows.
    pub fn eval(task: &Task<'_>, io: &Io<'_>) -> Result<(), Error> {
        let p = PoolFloat::read(task.params).ok_or(Error::Record)?;
        let (w, clamp) = (&p.window, Clamp::new(p.lo, p.hi));
        // at least 1 by the check; said again for the compiler
        let in_c = (w.in_c as usize).max(1);
        let x = io.rows::<T>(1, w.in_stride().ok_or(Error::Shape)?)?;
        let y = io.rows::<T>(0, w.out_stride().ok_or(Error::Shape)?)?;
        for oy in task.rows.clone() {
            let rows = w.vertical(oy as usize);
            for (ox, y) in y.row(oy as usize).chunks_exact(in_c).enumerate() {
                let columns = w.horizontal(ox);
                let n = rows.range.len().wrapping_mul(columns.range.len()) as f32;
                for (block, y) in y.chunks(BLOCK).enumerate() {
                    let mut sums = [F::START; BLOCK];
                    for i in 0..rows.range.len() {
                        let first = columns.first.wrapping_mul(in_c).wrapping_add(block.wrapping_mul(BLOCK));
                        let pixels = x.row(rows.first.wrapping_add(i)).get(first..).unwrap_or(&[]);
                        for pixel in pixels.chunks(in_c).take(columns.range.len()) {
                            let sums = sums.iter_mut().zip(pixel);
                            sums.for_each(|(sum, x)| *sum = F::take(*sum, x.get().number()));
                        }
                    }
                    y.iter().zip(sums).for_each(|(y, sum)| y.set(T::of(clamp.of(F::end(sum, n)))));
                }
            }
        }
        Ok(())
    }
}
