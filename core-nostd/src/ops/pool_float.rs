//! AVERAGE_POOL_2D and MAX_POOL_2D of floats.

use core::marker::PhantomData;

use super::weighted_float::Clamp;
use super::window::Window;
use crate::claim::{Claim, shape};
use crate::error::Error;
use crate::kernel::{Io, Task};
use crate::plan::Kind;
use crate::wire::{record, u32};

record! {
    /// Operands: y; x, both f32. Taps outside of the image do not count.
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
pub struct Pool<T>(PhantomData<T>);

impl<T: Taps> Pool<T> {
    /// Whether the geometry suits the operands.
    pub const fn check(claim: &Claim<'_>) -> Result<(), Error> {
        let Some(p) = PoolFloat::read(claim.params()) else { return Err(Error::Record) };
        let w = &p.window;
        shape(claim.arity(1, 2) && w.in_c == w.out_c && w.fits(claim, Kind::F32, 0, 1))
    }

    /// Computes output rows.
    pub fn eval(task: &Task<'_>, io: &Io<'_>) -> Result<(), Error> {
        let p = PoolFloat::read(task.params).ok_or(Error::Record)?;
        let (w, clamp) = (&p.window, Clamp::new(p.lo, p.hi));
        // at least 1 by the check; said again for the compiler
        let in_c = (w.in_c as usize).max(1);
        let x = io.rows::<f32>(1, w.in_stride().ok_or(Error::Shape)?)?;
        let y = io.rows::<f32>(0, w.out_stride().ok_or(Error::Shape)?)?;
        for oy in task.rows.clone() {
            let rows = w.vertical(oy as usize);
            for (ox, y) in y.row(oy as usize).chunks_exact(in_c).enumerate() {
                let columns = w.horizontal(ox);
                let n = rows.range.len().wrapping_mul(columns.range.len()) as f32;
                y.iter().for_each(|y| y.set(T::START));
                for i in 0..rows.range.len() {
                    let first = columns.first.wrapping_mul(in_c);
                    let pixels = x.row(rows.first.wrapping_add(i)).get(first..).unwrap_or(&[]);
                    for pixel in pixels.chunks_exact(in_c).take(columns.range.len()) {
                        y.iter().zip(pixel).for_each(|(y, x)| y.set(T::take(y.get(), x.get())));
                    }
                }
                y.iter().for_each(|y| y.set(clamp.of(T::end(y.get(), n))));
            }
        }
        Ok(())
    }
}
