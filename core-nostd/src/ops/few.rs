//! DEPTHWISE_CONV_2D of images of up to four pixels: what is done for each row and column elsewhere is left out.

use super::quant::Quant;
use super::window::Window;
use crate::claim::{Claim, shape};
use crate::error::Error;
use crate::kernel::{Io, Task};
use crate::plan::Kind;
use crate::simd::{self, Stream};
use crate::wire::{product, record};

record! {
    /// Variant with weights of its own for each pixel of an output image: at least four channels, one output for each, all
    /// folded.
    ///
    /// Operands: y; x, [`simd::few`] stream.
    pub struct Few {
        /// Geometry.
        window: Window,
        /// Zero points and clamp. Those of x and y are in the stream.
        quant: Quant,
    }
}

impl Few {
    /// Whether the geometry suits the operands.
    pub const fn check(claim: &Claim<'_>) -> Result<(), Error> {
        let Some(p) = Self::read(claim.params()) else { return Err(Error::Record) };
        let w = &p.window;
        let (Some(pixels), Some(outputs)) =
            (product(&[w.in_h as u32, w.in_w as u32]), product(&[w.out_h as u32, w.out_w as u32]))
        else {
            return Err(Error::Shape);
        };
        let scales = product(&[w.out_c as u32, simd::few::SCALE as u32, 4]);
        let weights = product(&[w.out_c as u32, outputs, simd::few::OUTPUT as u32, 4]);
        let (Some(scales), Some(weights)) = (scales, weights) else { return Err(Error::Shape) };
        shape(
            claim.arity(1, 3)
                && w.in_c == w.out_c
                && w.in_c >= 4
                && 1 <= pixels
                && pixels <= simd::few::PIXELS as u32
                && w.fits(claim, Kind::I8, 0, 1)
                && claim.constant(2, Kind::I32, scales.checked_add(weights)),
        )
    }

    /// Computes output rows.
    pub fn eval(task: &Task<'_>, io: &Io<'_>) -> Result<(), Error> {
        let p = Self::read(task.params).ok_or(Error::Record)?;
        let w = &p.window;
        let x = io.rows(1, w.in_stride().ok_or(Error::Shape)?)?;
        let y = io.rows(0, w.out_stride().ok_or(Error::Shape)?)?;
        let stream = Stream::new(io.constant(2)?)?;
        let (width, height) = (w.out_w as usize, (w.out_h as usize).max(1));
        let few = simd::few::Few {
            pixels: (w.in_h as usize).wrapping_mul(w.in_w as usize),
            channels: w.in_c as usize,
            outputs: height.wrapping_mul(width),
            first: 0,
        };
        let (mut next, end) = (task.rows.start as usize, task.rows.end as usize);
        while next < end {
            let (image, oy) = w.image(next);
            let rows = end.wrapping_sub(next).min(height.wrapping_sub(oy)).max(1);
            let x = x.span(image, w.in_h as usize).unwrap_or(&[]);
            let y = y.span(next, rows).unwrap_or(&[]);
            simd::few::Few { first: oy.wrapping_mul(width), ..few }.run([x, y], stream);
            p.quant.clamp([y]);
            next = next.wrapping_add(rows);
        }
        Ok(())
    }
}
