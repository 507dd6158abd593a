//! DEPTHWISE_CONV_2D for cores with vectors of bytes ([`crate::simd::windows`]).

use core::cell::Cell;

use super::quant::Quant;
use super::window::Window;
use crate::claim::{Claim, shape};
use crate::error::Error;
use crate::fixed::Rounding;
use crate::kernel::{Io, Task};
use crate::plan::Kind;
use crate::simd::windows::{FOUR, Shape, Windows, interleave};
use crate::simd::{self, Stream};
use crate::wire::{product, record, u8};

record! {
    /// One output for each input channel, four or more; no dilation; a filter that has a [`Shape`]. Operands: y, strip, line,
    /// sums (i32); x, stream.
    pub struct Depthwise {
        /// Geometry.
        window: Window,
        /// Zero points and clamp.
        quant: Quant,
        /// How sums are scaled: [`Rounding`].
        rounding: u8,
    }
}

/// How outputs share windows, if a loop suits the geometry.
pub const fn suited(w: &Window) -> Option<Shape> {
    let suits = w.in_c == w.out_c && w.out_c >= 4 && w.d_h == 1 && w.d_w == 1;
    if suits { Shape::of([w.k_h, w.k_w], [w.s_h, w.s_w], w.out_w) } else { None }
}

/// Columns of the strip.
const fn columns(w: &Window, shape: Shape) -> usize {
    let (needed, image) = (shape.needed(w.out_w as usize, w.s_w as usize), w.p_w as usize + w.in_w as usize);
    if matches!(shape, Shape::Line) || needed > image { needed } else { image }
}

/// Bytes of a strip: loads and stores of vectors end behind it.
const fn one(w: &Window, shape: Shape) -> usize {
    columns(w, shape).wrapping_mul(w.in_c as usize).wrapping_mul(FOUR).wrapping_add(64)
}

/// Bytes of the strips that a shape needs.
pub const fn strip(w: &Window, shape: Shape) -> usize {
    one(w, shape).wrapping_mul(shape.strips())
}

/// Bytes of the line: a row of padding, or a pixel.
pub const fn line(w: &Window, shape: Shape) -> usize {
    let columns = if matches!(shape, Shape::Line) { 1 } else { w.in_w as usize };
    columns.wrapping_mul(w.in_c as usize)
}

impl Depthwise {
    /// Whether the geometry suits the operands.
    pub const fn check(claim: &Claim<'_>) -> Result<(), Error> {
        let Some(p) = Self::read(claim.params()) else { return Err(Error::Record) };
        let w = &p.window;
        let Some(found) = suited(w) else { return Err(Error::Shape) };
        // so that nothing wraps where an address has 32 bits
        let reach = [w.out_w as u32 + 8, w.s_w as u32, w.in_c as u32, 2 * FOUR as u32];
        let image = [w.in_w as u32 + w.p_w as u32 + 16, w.in_c as u32, 2 * FOUR as u32];
        shape(
            claim.arity(4, 6)
                && matches!(Rounding::read(p.rounding), Some(Rounding::Up | Rounding::Away))
                && matches!((product(&reach), product(&image)), (Some(0..0x1000_0000), Some(0..0x1000_0000)))
                && w.fits(claim, Kind::I8, 0, 4)
                && claim.work(1, Kind::I8, Some(strip(w, found) as u32))
                && claim.work(2, Kind::I8, Some(line(w, found) as u32))
                && claim.work(3, Kind::I32, Some(64))
                && claim.constant(5, Kind::I32, product(&[found.words(w.in_c as usize) as u32, 4])),
        )
    }

    /// Computes output rows.
    pub fn eval(task: &Task<'_>, io: &Io<'_>) -> Result<(), Error> {
        let p = Self::read(task.params).ok_or(Error::Record)?;
        let w = &p.window;
        let shape = suited(w).ok_or(Error::Shape)?;
        let x = io.rows::<i8>(4, w.in_stride().ok_or(Error::Shape)?)?;
        let y = io.rows(0, w.out_stride().ok_or(Error::Shape)?)?;
        let (strip, line) = (io.work::<i8>(1)?, io.work::<i8>(2)?);
        let windows = Windows {
            strip,
            sums: io.work(3)?,
            stream: Stream::new(io.constant(5)?)?,
            shape,
            channels: w.in_c as usize,
            stride: w.s_w as usize,
            rounding: Rounding::read(p.rounding).ok_or(Error::Record)?,
            zero: p.quant.y_zero,
        };
        let in_c = windows.channels;
        let (left, image) = ((w.p_w as usize).wrapping_mul(in_c), (w.in_w as usize).wrapping_mul(in_c));
        let (four, columns) = (|n: usize| n.wrapping_mul(FOUR), columns(w, shape));
        let strips = strip.chunks_exact(one(w, shape).max(1));
        simd::fill(line, p.quant.x_zero);
        for strip in strips.clone() {
            simd::fill(strip.get(..four(left)).unwrap_or(&[]), p.quant.x_zero);
        }
        let mut rows = task.rows.clone().map(usize::from);
        while let Some(oy) = rows.next() {
            let (above, within) = w.image(oy);
            let top = within.wrapping_mul(w.s_h as usize).wrapping_sub(w.p_h as usize);
            let seen = |r: usize| {
                let iy = top.wrapping_add(r);
                let is_image = iy < w.in_h as usize && r < (w.k_h as usize).wrapping_add(shape.rows() - 1);
                is_image.then(|| x.row(above.wrapping_add(iy)))
            };
            if shape == Shape::Line {
                let row = seen(0).unwrap_or(&[]);
                // columns of the image left of it are so far right of it that nothing is there
                let pixel = |column: usize| {
                    let at = column.wrapping_sub(w.p_w as usize).checked_mul(in_c)?;
                    row.get(at..at.wrapping_add(in_c))
                };
                for column in (0..four(columns)).step_by(FOUR) {
                    let from = |r: usize| pixel(column.wrapping_add(r)).unwrap_or(line);
                    let to = strip.get(column.wrapping_mul(in_c)..).unwrap_or(&[]);
                    interleave(core::array::from_fn(from), to);
                }
            } else {
                for (i, strip) in strips.clone().enumerate() {
                    let row = |r: usize| seen(four(i).wrapping_add(r)).unwrap_or(line);
                    interleave(core::array::from_fn(row), strip.get(four(left)..).unwrap_or(&[]));
                    let right = strip.get(four(left.wrapping_add(image))..four(columns.wrapping_mul(in_c)));
                    simd::fill(right.unwrap_or(&[]), p.quant.x_zero);
                }
            }
            let is_pair = shape.rows() == 2 && within.wrapping_add(1) < w.out_h as usize && rows.len() > 0;
            let y: &[Cell<i8>] = match y.span(oy, 2).filter(|_| is_pair) {
                Some(both) => {
                    rows.next();
                    both
                }
                None => y.row(oy),
            };
            windows.outputs(w.out_w as usize, y);
            p.quant.clamp([y]);
        }
        Ok(())
    }
}
