//! CONV_2D with filters of two rows and columns over images of as many, by products of polynomials.

use super::quant::Quant;
use super::window::Window;
use crate::claim::{Claim, shape};
use crate::error::Error;
use crate::kernel::{Io, Task};
use crate::plan::Kind;
use crate::simd::Stream;
use crate::simd::twos::{self, PIXELS, RUN, words};
use crate::wire::{product, record};

record! {
    /// Variant for images and filters of two rows and columns, padded below and to the right ([`crate::simd::twos`]). Groups are not
    /// split, and input channels are a multiple of four.
    ///
    /// Operands: y, taps of an image (i32), outputs of a row that is left out; x, stream.
    pub struct Twos {
        /// Geometry.
        window: Window,
        /// Zero points and clamp. Those of x and y are in the stream.
        quant: Quant,
    }
}

impl Twos {
    /// Whether the geometry suits the operands.
    pub const fn check(claim: &Claim<'_>) -> Result<(), Error> {
        let Some(p) = Self::read(claim.params()) else { return Err(Error::Record) };
        let (w, each) = (&p.window, words(p.window.in_c as usize) as u32);
        shape(
            claim.arity(3, 5)
                && Self::suits(w)
                && w.fits(claim, Kind::I8, 0, 3)
                && claim.work(1, Kind::I32, product(&[w.in_c as u32, 2, 4]))
                && claim.work(2, Kind::I8, product(&[w.out_c as u32, 2]))
                && claim.constant(4, Kind::I32, product(&[w.out_c as u32, each, 4])),
        )
    }

    /// Whether a convolution has such a geometry.
    pub const fn suits(w: &Window) -> bool {
        let square = w.in_h == 2 && w.in_w == 2 && w.out_h == 2 && w.out_w == 2 && w.k_h == 2 && w.k_w == 2;
        let ones = w.s_h == 1 && w.s_w == 1 && w.d_h == 1 && w.d_w == 1;
        square && ones && w.p_h == 0 && w.p_w == 0 && w.in_c > 0 && w.in_c.is_multiple_of(RUN as u16)
    }

    /// Computes output rows.
    pub fn eval(task: &Task<'_>, io: &Io<'_>) -> Result<(), Error> {
        let p = Self::read(task.params).ok_or(Error::Record)?;
        let w = &p.window;
        let (in_c, outputs) = (w.in_c as usize, w.out_c as usize);
        let x = io.rows(3, w.in_stride().ok_or(Error::Shape)?)?;
        let y = io.rows(0, w.out_stride().ok_or(Error::Shape)?)?;
        let (spare, stream) = (io.work(2)?, Stream::new(io.constant(4)?)?);
        let matrix = twos::Twos::new(io.work(1)?, stream, outputs).ok_or(Error::Shape)?;
        let (mut next, end) = (task.rows.start as usize, task.rows.end as usize);
        while next < end {
            let (image, oy) = w.image(next);
            let rows = end.wrapping_sub(next).min(2usize.wrapping_sub(oy)).max(1);
            let made = |row: usize| match row.checked_sub(oy) {
                Some(row) if row < rows => y.row(next.wrapping_add(row)),
                _ => spare,
            };
            let x = [0, 1, 2, 3].map(|at: usize| half(x.row(image.wrapping_add(at / 2)), in_c, at % 2));
            let y: [_; PIXELS] = [0, 1, 2, 3].map(|at: usize| half(made(at / 2), outputs, at % 2));
            matrix.image(x, y);
            p.quant.clamp(y);
            next = next.wrapping_add(rows);
        }
        Ok(())
    }
}

/// The `n` elements of one of a row's two pixels.
fn half<T>(row: &[T], n: usize, at: usize) -> &[T] {
    let first = at.wrapping_mul(n);
    row.get(first..first.wrapping_add(n)).unwrap_or(&[])
}
