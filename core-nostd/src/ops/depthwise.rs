//! DEPTHWISE_CONV_2D: one filter for each channel.

use core::cell::Cell;

use super::channels::{self, Channels};
use super::quant::Quant;
use super::window::Window;
use crate::claim::{Claim, shape};
use crate::error::Error;
use crate::fixed::multiply_twice;
use crate::kernel::{Io, Task};
use crate::plan::Kind;
use crate::simd::{self, Taps, quads};
use crate::tensor::Rows;
use crate::wire::{product, record, u16};

record! {
    /// Canonical variant. Operands: y; x, filter `[h][w][out]`, channels.
    pub struct DepthwiseConv2d {
        /// Geometry.
        window: Window,
        /// Output channels of each input channel.
        multiplier: u16,
        /// Zero points and clamp.
        quant: Quant,
    }
}

impl DepthwiseConv2d {
    /// Whether the geometry suits the operands.
    pub const fn check(claim: &Claim<'_>) -> Result<(), Error> {
        let Some(p) = Self::read(claim.params()) else { return Err(Error::Record) };
        let w = &p.window;
        let len = product(&[w.k_h as u32, w.k_w as u32, w.out_c as u32]);
        shape(
            claim.arity(1, 4)
                && w.in_c as u32 * p.multiplier as u32 == w.out_c as u32
                && w.fits(claim, Kind::I8, 0, 1)
                && claim.constant(2, Kind::I8, len)
                && channels::fits(claim, 3, w.out_c as u32),
        )
    }

    /// Computes output rows.
    pub fn eval(task: &Task<'_>, io: &Io<'_>) -> Result<(), Error> {
        let p = Self::read(task.params).ok_or(Error::Record)?;
        let x = io.rows(1, p.window.in_stride().ok_or(Error::Shape)?)?;
        let y = io.rows(0, p.window.out_stride().ok_or(Error::Shape)?)?;
        let channels = Channels::new(io.constant(3)?, p.window.out_c as usize)?;
        for oy in task.rows.clone() {
            row(&p, io.constant(2)?, &channels, x, oy as usize, y.row(oy as usize));
        }
        Ok(())
    }
}

/// One output row: `y[ox][c] = requantize(bias[c] + sum((x[..][c / multiplier] - x_zero) * w[..][c]))`.
pub fn row(
    p: &DepthwiseConv2d,
    filter: &[u8],
    channels: &Channels<'_>,
    x: Rows<'_>,
    oy: usize,
    y: &[Cell<i8>],
) {
    let out_c = (p.window.out_c as usize).max(1);
    for (ox, y) in y.chunks_exact(out_c).enumerate() {
        let pixel = Pixel { p, filter, channels, x, oy, ox, y };
        if p.multiplier == 1 {
            // neighbouring channels together: their taps are neighbours too
            let whole = out_c & !(LANES - 1);
            for c in (0..whole).step_by(LANES) {
                pixel.lanes::<LANES>(c, c);
            }
            for c in whole..out_c {
                pixel.lanes::<1>(c, c);
            }
        } else {
            let mut c = 0usize;
            for source in 0..p.window.in_c as usize {
                for _ in 0..p.multiplier {
                    pixel.lanes::<1>(c, source);
                    c = c.wrapping_add(1);
                }
            }
        }
    }
}

/// Channels computed together.
const LANES: usize = 4;

/// An output pixel and all that it depends on.
struct Pixel<'a> {
    p: &'a DepthwiseConv2d,
    filter: &'a [u8],
    channels: &'a Channels<'a>,
    x: Rows<'a>,
    oy: usize,
    ox: usize,
    y: &'a [Cell<i8>],
}

impl Pixel<'_> {
    /// The outputs `c..c + N`, from the input channels `source..source + N`.
    #[inline(always)]
    fn lanes<const N: usize>(&self, c: usize, source: usize) {
        let w = &self.p.window;
        let (in_c, out_c) = (w.in_c as usize, w.out_c as usize);
        let (rows, columns) = (w.vertical(self.oy), w.horizontal(self.ox));
        let mut acc: [i32; N] = core::array::from_fn(|i| self.channels.at(c.wrapping_add(i)).bias);
        for (i, ky) in rows.range.clone().enumerate() {
            let row = self.x.row(rows.first.wrapping_add(i.wrapping_mul(w.d_h as usize)));
            let mut at = columns.first.wrapping_mul(in_c).wrapping_add(source);
            let mut tap = ky
                .wrapping_mul(w.k_w as usize)
                .wrapping_add(columns.range.start)
                .wrapping_mul(out_c)
                .wrapping_add(c);
            for _ in columns.range.clone() {
                let (Some(xs), Some(ws)) = (
                    row.get(at..).and_then(|x| x.first_chunk::<N>()),
                    self.filter.get(tap..).and_then(|w| w.first_chunk::<N>()),
                ) else {
                    return;
                };
                for ((acc, x), w) in acc.iter_mut().zip(xs).zip(ws) {
                    let x = (x.get() as i32).wrapping_sub(self.p.quant.x_zero as i32);
                    *acc = acc.wrapping_add(x.wrapping_mul(*w as i8 as i32));
                }
                at = at.wrapping_add((w.d_w as usize).wrapping_mul(in_c));
                tap = tap.wrapping_add(out_c);
            }
        }
        for ((i, acc), y) in acc.into_iter().enumerate().zip(self.y.get(c..).unwrap_or(&[])) {
            let channel = self.channels.at(c.wrapping_add(i));
            let scaled = multiply_twice(acc, channel.multiplier, channel.shift);
            y.set(self.p.quant.output(scaled));
        }
    }
}

record! {
    /// Variant for cores that multiply pairs of 16-bit numbers: four channels at a time, one output for each input
    /// channel, their number a multiple of four, and every factor below one half. At the border the taps are gathered
    /// into a patch.
    ///
    /// Operands: y, patch; x, [`simd::quads`] stream.
    pub struct Quads {
        /// Geometry.
        window: Window,
        /// Zero points and clamp.
        quant: Quant,
    }
}

impl Quads {
    /// Whether the geometry suits the operands.
    pub const fn check(claim: &Claim<'_>) -> Result<(), Error> {
        let Some(p) = Self::read(claim.params()) else { return Err(Error::Record) };
        let w = &p.window;
        let Some(taps) = product(&[w.k_h as u32, w.k_w as u32]) else { return Err(Error::Shape) };
        shape(
            claim.arity(2, 4)
                && w.in_c == w.out_c
                && w.out_c.is_multiple_of(4)
                && w.fits(claim, Kind::I8, 0, 2)
                && claim.work(1, Kind::I8, product(&[taps, w.in_c as u32]))
                && claim.constant(
                    3,
                    Kind::I32,
                    product(&[w.out_c as u32 / 4, quads::words(taps as usize) as u32, 4]),
                ),
        )
    }

    /// Computes output rows.
    pub fn eval(task: &Task<'_>, io: &Io<'_>) -> Result<(), Error> {
        let p = Self::read(task.params).ok_or(Error::Record)?;
        let w = &p.window;
        let stride = w.in_stride().ok_or(Error::Shape)?;
        let (x, patch) = (io.rows(2, stride)?, io.work::<i8>(1)?);
        let y = io.rows(0, w.out_stride().ok_or(Error::Shape)?)?;
        let stream = simd::Stream::new(io.constant(3)?)?;
        let (in_c, rows, columns) = ((w.in_c as usize).max(1), w.k_h as usize, w.k_w as usize);
        let gathered =
            Taps { x: patch, rows, columns, column_step: in_c, row_step: in_c.wrapping_mul(columns) };
        let inside = Taps {
            column_step: in_c.wrapping_mul(w.d_w as usize),
            row_step: (stride as usize).wrapping_mul(w.d_h as usize),
            ..gathered
        };
        for oy in task.rows.clone() {
            let down = w.vertical(oy as usize);
            let span = x.span(down.first, rows.wrapping_sub(1).wrapping_mul(w.d_h as usize).wrapping_add(1));
            for (ox, y) in y.row(oy as usize).chunks_exact(in_c).enumerate() {
                let across = w.horizontal(ox);
                let whole = down.range.len() == rows && across.range.len() == columns;
                let here = span.and_then(|x| x.get(across.first.wrapping_mul(in_c)..)).filter(|_| whole);
                let taps = match here {
                    Some(x) => Taps { x, ..inside },
                    None => {
                        w.gather(p.quant.x_zero, x, &down, ox, patch);
                        gathered
                    }
                };
                simd::depthwise(taps, stream, &p.quant, y);
            }
        }
        Ok(())
    }
}
