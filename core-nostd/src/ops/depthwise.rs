//! DEPTHWISE_CONV_2D: one filter for each channel.

use core::array;
use core::cell::Cell;
use core::slice;

use super::channels::{self, Channels};
use super::quant::Quant;
use super::window::{self, Window};
use crate::aligned;
use crate::claim::{Claim, shape};
use crate::error::Error;
use crate::fixed::multiply_twice;
use crate::kernel::{Io, Task};
use crate::plan::Kind;
use crate::simd::planes::{self, Filter, Spread};
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
    let rows = p.window.vertical(oy);
    for (ox, y) in y.chunks_exact(out_c).enumerate() {
        let columns = p.window.horizontal(ox);
        let pixel = Pixel { p, filter, channels, x, rows: &rows, columns: &columns };
        if p.multiplier == 1 {
            // neighbouring channels together: their taps are neighbours too
            let (fours, rest) = y.as_chunks::<4>();
            let mut c = 0usize;
            for y in fours {
                pixel.outputs(c, c, y, four);
                c = c.wrapping_add(4);
            }
            for y in rest {
                pixel.outputs(c, c, slice::from_ref(y), one);
                c = c.wrapping_add(1);
            }
        } else {
            let each = y.chunks_exact((p.multiplier as usize).max(1));
            for (source, y) in each.enumerate() {
                for (i, y) in y.iter().enumerate() {
                    let c = source.wrapping_mul(p.multiplier as usize).wrapping_add(i);
                    pixel.outputs(c, source, slice::from_ref(y), one);
                }
            }
        }
    }
}

/// The sum of a channel with the product of one more tap.
#[inline(always)]
fn one([sum]: [i32; 1], [x]: &[Cell<i8>; 1], [w]: &[u8; 1], zero: i32) -> [i32; 1] {
    let x = (x.get() as i32).wrapping_sub(zero);
    [sum.wrapping_add(x.wrapping_mul(*w as i8 as i32))]
}

/// The same for four channels: written out, they stay in registers.
#[inline(always)]
fn four(sums: [i32; 4], x: &[Cell<i8>; 4], w: &[u8; 4], zero: i32) -> [i32; 4] {
    let ([a, b, c, d], [xa, xb, xc, xd], [wa, wb, wc, wd]) = (sums, x, w);
    let add = |sum, x: &Cell<i8>, w: &u8| {
        let [sum] = one([sum], array::from_ref(x), array::from_ref(w), zero);
        sum
    };
    [add(a, xa, wa), add(b, xb, wb), add(c, xc, wc), add(d, xd, wd)]
}

/// An output pixel and all that it depends on.
struct Pixel<'a> {
    p: &'a DepthwiseConv2d,
    filter: &'a [u8],
    channels: &'a Channels<'a>,
    x: Rows<'a>,
    rows: &'a window::Taps,
    columns: &'a window::Taps,
}

impl Pixel<'_> {
    /// The outputs of `N` channels from `c` on, from as many input channels from `source` on.
    #[inline(always)]
    fn outputs<const N: usize>(
        &self,
        c: usize,
        source: usize,
        y: &[Cell<i8>],
        add: impl Fn([i32; N], &[Cell<i8>; N], &[u8; N], i32) -> [i32; N],
    ) {
        let w = &self.p.window;
        let (in_c, out_c, zero) = (w.in_c as usize, w.out_c as usize, self.p.quant.x_zero as i32);
        let mut sums: [i32; N] = array::from_fn(|i| self.channels.at(c.wrapping_add(i)).bias);
        for (i, ky) in self.rows.range.clone().enumerate() {
            let row = self.x.row(self.rows.first.wrapping_add(i.wrapping_mul(w.d_h as usize)));
            let mut at = self.columns.first.wrapping_mul(in_c).wrapping_add(source);
            let first = ky.wrapping_mul(w.k_w as usize).wrapping_add(self.columns.range.start);
            let mut tap = first.wrapping_mul(out_c).wrapping_add(c);
            for _ in self.columns.range.clone() {
                let (Some(x), Some(weights)) = (
                    row.get(at..).and_then(|x| x.first_chunk::<N>()),
                    self.filter.get(tap..).and_then(|w| w.first_chunk::<N>()),
                ) else {
                    return;
                };
                sums = add(sums, x, weights, zero);
                at = at.wrapping_add((w.d_w as usize).wrapping_mul(in_c));
                tap = tap.wrapping_add(out_c);
            }
        }
        for (i, (y, sum)) in y.iter().zip(sums).enumerate() {
            let c = self.channels.at(c.wrapping_add(i));
            y.set(self.p.quant.output(multiply_twice(sum, c.multiplier, c.shift)));
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

record! {
    /// Fields of [`OverPlanes`].
    pub struct Planes {
        /// Geometry.
        window: Window,
        /// Zero points and clamp. That of y is in the stream.
        quant: Quant,
    }
}

/// Variant for filters of up to `SIDE` rows and columns: four channels at a time are widened into planes, a strip of rows
/// after the other, where neighbours are a pair. At least four channels, one output for each input channel.
///
/// Operands: y, planes (i32); x, [`simd::planes`] stream.
#[derive(Debug)]
pub struct OverPlanes<const SIDE: usize>;

impl<const SIDE: usize> OverPlanes<SIDE> {
    /// Whether the geometry suits the operands.
    pub const fn check(claim: &Claim<'_>) -> Result<(), Error> {
        let Some(p) = Planes::read(claim.params()) else { return Err(Error::Record) };
        let w = &p.window;
        shape(
            claim.arity(2, 4)
                && w.in_c == w.out_c
                && w.suits_planes(SIDE)
                && w.fits(claim, Kind::I8, 0, 2)
                && claim.work(1, Kind::I32, product(&[w.plane_words(SIDE) as u32, 4]))
                && claim.constant(3, Kind::I32, product(&[w.out_c as u32, planes::words(SIDE) as u32, 4])),
        )
    }

    /// Computes output rows.
    pub fn eval(task: &Task<'_>, io: &Io<'_>) -> Result<(), Error> {
        let p = Planes::read(task.params).ok_or(Error::Record)?;
        let w = &p.window;
        let (in_stride, out_stride) =
            (w.in_stride().ok_or(Error::Shape)?, w.out_stride().ok_or(Error::Shape)?);
        let (y, x) = (io.rows(0, out_stride)?, io.rows(2, in_stride)?);
        let (words, stream) = (io.work::<i32>(1)?, simd::Stream::new(io.constant(3)?)?);
        let channels = w.in_c as usize;
        let image = w.spread(SIDE, p.quant.x_zero);
        let filter = Filter::<SIDE> {
            outputs: w.out_w as usize,
            stride: w.s_w as usize,
            rows: 0,
            down: w.s_h as usize,
            pixel: channels,
            row: out_stride as usize,
        };
        let zero = [const { Cell::new(0) }; 4];
        aligned::fill(&zero, p.quant.x_zero);
        let pad = |pair: usize, whole: usize, row: usize, rows: usize| {
            let nothing = Spread { pixel: 0, row: 0, rows, left: false, whole, right: false, ..image };
            nothing.run::<SIDE>(&zero, from(words, pair.wrapping_mul(planes::PAIR).wrapping_add(row)));
        };
        // the columns beside the image stay as they are
        let (width, before) = (w.plane_pairs(SIDE), w.p_w as usize / 2);
        let behind = before.wrapping_add(image.pairs());
        pad(0, before, 0, planes::ROWS);
        pad(behind, width.wrapping_sub(behind), 0, planes::ROWS);
        let (mut next, end) = (task.rows.start as usize, task.rows.end as usize);
        while next < end {
            let Strip { rows, seen, above, first, inside } = w.strip(SIDE, next, end);
            pad(0, width, 0, above);
            let below = above.wrapping_add(inside);
            pad(0, width, below, seen.wrapping_sub(below));
            let x = x.span(first, inside).unwrap_or(&[]);
            let y = y.span(next, rows).unwrap_or(&[]);
            let top = before.wrapping_mul(planes::PAIR).wrapping_add(above);
            let (image, filter) = (Spread { rows: inside, ..image }, Filter { rows, ..filter });
            filter.run(&image, channels, [x, y], (words, top), stream);
            p.quant.clamp([y]);
            next = next.wrapping_add(rows);
        }
        Ok(())
    }
}

/// What lies behind the first `n`.
fn from<T>(cells: &[Cell<T>], n: usize) -> &[Cell<T>] {
    cells.get(n..).unwrap_or(&[])
}

/// Output rows of one image that are made together, and what their filters see.
struct Strip {
    /// Output rows, at least one.
    rows: usize,
    /// Rows that their filters see.
    seen: usize,
    /// How many of those lie above the image.
    above: usize,
    /// The first that lies inside, and how many do.
    first: usize,
    inside: usize,
}

impl Window {
    /// Whether the loops over [`simd::planes`] for filters of so many rows and columns can have such a one, over so many
    /// channels.
    pub const fn suits_planes(&self, side: usize) -> bool {
        self.k_h as usize <= side
            && self.k_w as usize <= side
            && self.d_h == 1
            && self.d_w == 1
            && self.s_h as usize <= planes::ROWS - side
            && matches!(self.s_w, 1 | 2)
            && (self.p_h as usize) < side
            && (self.p_w as usize) < side
            && self.in_c >= 4
            && self.out_w > 0
    }

    /// Words of the planes of four channels.
    pub const fn plane_words(&self, side: usize) -> usize {
        self.plane_pairs(side) * planes::PAIR
    }

    /// How the columns of the image that a filter sees become planes, so many rows of them.
    fn spread(&self, side: usize, zero: i8) -> Spread {
        let (left, seen) = (self.p_w as usize, self.plane_pairs(side).wrapping_mul(2));
        let end = left.wrapping_add(self.in_w as usize).min(seen);
        Spread {
            pixel: self.in_c as usize,
            row: (self.in_w as usize).wrapping_mul(self.in_c as usize),
            rows: 0,
            left: left % 2 == 1,
            whole: (end / 2).saturating_sub(left.div_ceil(2)),
            right: end % 2 == 1,
            zero,
            joined: planes::joined(side, self.s_w as usize),
        }
    }

    /// As many rows as a strip has room for, from `next` on, but none at `end` or of another image.
    fn strip(&self, side: usize, next: usize, end: usize) -> Strip {
        let (image, oy) = self.image(next);
        let (down, above) = (self.s_h as usize, self.p_h as usize);
        let rows = end.wrapping_sub(next).min((self.out_h as usize).wrapping_sub(oy));
        let rows = rows.min(planes::strip(side, [down, self.s_w as usize])).max(1);
        let seen = rows.wrapping_sub(1).wrapping_mul(down).wrapping_add(side);
        let top = oy.wrapping_mul(down);
        let (above, first) = (above.saturating_sub(top).min(seen), top.saturating_sub(above));
        let inside = (self.in_h as usize).saturating_sub(first).min(seen.wrapping_sub(above));
        Strip { rows, seen, above, first: first.wrapping_add(image), inside }
    }

    /// Column pairs of planes.
    const fn plane_pairs(&self, side: usize) -> usize {
        planes::pairs(side, self.out_w as usize, self.s_w as usize)
    }
}
