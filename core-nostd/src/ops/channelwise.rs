//! DEPTHWISE_CONV_2D on cores whose multiplier gives 32 bits: channel by channel, each widened into a plane.

use super::quant::Quant;
use super::window::Window;
use crate::claim::{Claim, shape};
use crate::error::Error;
use crate::fixed::multiply_twice;
use crate::kernel::{Io, Task};
use crate::plan::Kind;
use crate::simd::packed::plane::{Channels, Plane, Widening};
use crate::simd::packed::{Scale, spread};
use crate::wire::{product, record};

record! {
    /// Variant for one image, one output for each input channel, taps without dilation from left to right, and a filter of at
    /// most five columns or of one row or column.
    ///
    /// Operands: y, plane (i32), sums (i32), weights (i32); x, filter `[out][chunks][taps]`, channels.
    pub struct Channelwise {
        /// Geometry.
        window: Window,
        /// Zero points and clamp.
        quant: Quant,
    }
}

/// Words that belong to a channel: the first sum, and a scale.
pub const CHANNEL: usize = 1 + Scale::WORDS;

/// How an image becomes planes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layout {
    /// The filter over a plane.
    pub plane: Plane,
    /// Words of a plane's row.
    pub width: usize,
    /// Where in a plane the image begins.
    pub(super) first: usize,
    /// Columns and rows of the image that are seen.
    pub(super) size: [usize; 2],
    /// From a weight to the one of the tap below.
    below: usize,
}

impl Layout {
    /// Of a window, if its filter is one of those.
    pub const fn new(w: &Window) -> Option<Self> {
        // an image of one column under a filter of one column is a row
        let turned = w.k_w == 1 && w.in_w == 1 && w.p_w == 0 && w.out_w == 1;
        if w.d_w != 1 || (turned && w.d_h != 1) {
            return None;
        }
        let across = Axis { seen: w.in_w, out: w.out_w, k: w.k_w, stride: w.s_w, d: 1, pad: w.p_w };
        let down = Axis { seen: w.in_h, out: w.out_h, k: w.k_h, stride: w.s_h, d: w.d_h, pad: w.p_h };
        let (across, down) = if turned { (down, across) } else { (across, down) };
        let Some([chunk, chunks]) = Plane::chunks(down.k as usize, across.k as usize) else { return None };
        let (least, height) = (across.reach(), down.reach());
        // rows lie so far apart that a chunk ends before the next begins
        let width = if least < chunk { chunk } else { least };
        let skip =
            if down.k == 1 { Some(0) } else { (down.d as usize).wrapping_mul(width).checked_sub(chunk) };
        let Some(skip) = skip else { return None };
        let plane = Plane {
            chunk,
            chunks,
            skip,
            columns: across.out as usize,
            rows: down.out as usize,
            right: across.stride as usize,
            down: width.wrapping_mul(down.stride as usize),
        };
        let first = width.wrapping_mul(down.pad as usize).wrapping_add(across.pad as usize);
        let below = if turned { 1 } else { chunk };
        Some(Layout { plane, width, first, size: [across.seen(width), down.seen(height)], below })
    }

    /// The same for so many rows of outputs and of a plane, all of which are written from this column on.
    pub(super) const fn cut(self, outputs: usize, rows: usize, first: usize) -> Self {
        let plane = Plane { rows: outputs, ..self.plane };
        Layout { plane, first, size: [self.size[0], rows], ..self }
    }

    /// Words of a plane.
    pub const fn words(&self) -> usize {
        let (taps, [columns, rows]) = (self.plane.words(), self.size);
        let image = self.first.wrapping_add(self.width.wrapping_mul(rows)).wrapping_add(columns);
        if taps > image { taps } else { image }
    }

    /// Where the weight of a tap lies among those of its channel.
    pub const fn tap(&self, row: usize, column: usize) -> usize {
        row.wrapping_mul(self.below).wrapping_add(column)
    }

    /// Weights of a channel.
    pub const fn taps(&self) -> usize {
        self.plane.chunks.wrapping_mul(self.plane.chunk)
    }
}

/// A window along one axis.
#[derive(Clone, Copy)]
struct Axis {
    seen: u16,
    out: u16,
    k: u16,
    stride: u16,
    d: u16,
    pad: u16,
}

impl Axis {
    /// From the first tap of the first output to the last of the last.
    const fn reach(&self) -> usize {
        let steps = (self.out as usize).wrapping_sub(1).wrapping_mul(self.stride as usize);
        steps.wrapping_add((self.k as usize).wrapping_sub(1).wrapping_mul(self.d as usize)).wrapping_add(1)
    }

    /// How much of the image lies inside.
    const fn seen(&self, reach: usize) -> usize {
        let room = reach.saturating_sub(self.pad as usize);
        if room < self.seen as usize { room } else { self.seen as usize }
    }
}

impl Channelwise {
    /// Whether the geometry suits the operands.
    pub const fn check(claim: &Claim<'_>) -> Result<(), Error> {
        let Some(p) = Self::read(claim.params()) else { return Err(Error::Record) };
        let w = &p.window;
        let Some(layout) = Layout::new(w) else { return Err(Error::Shape) };
        let (channels, taps) = (w.out_c as u32, layout.taps() as u32);
        shape(
            claim.arity(4, 7)
                && w.in_c == w.out_c
                && claim.rows() == w.out_h as u32
                && w.fits(claim, Kind::I8, 0, 4)
                && claim.work(1, Kind::I32, product(&[layout.words() as u32, 4]))
                && claim.work(2, Kind::I32, product(&[w.out_h as u32, w.out_w as u32, 4]))
                && claim.work(3, Kind::I32, product(&[taps, 4]))
                && claim.constant(5, Kind::I8, product(&[channels, taps]))
                && claim.constant(6, Kind::I32, product(&[channels, CHANNEL as u32, 4])),
        )
    }

    /// Computes all output rows.
    pub fn eval(task: &Task<'_>, io: &Io<'_>) -> Result<(), Error> {
        let p = Self::read(task.params).ok_or(Error::Record)?;
        let w = &p.window;
        let layout = Layout::new(w).ok_or(Error::Shape)?;
        if task.rows != (0..w.out_h) {
            return Err(Error::Shape);
        }
        let (y, plane, sums, words) = (io.work(0)?, io.work::<i32>(1)?, io.work(2)?, io.work(3)?);
        let (x, filter) = (io.work(4)?, io.constant(5)?);
        let channels = io.values::<i32>(6)?.as_chunks::<CHANNEL>().0;
        let in_c = w.in_c as usize;
        // what is outside of the image stays for all channels
        plane.iter().for_each(|x| x.set(p.quant.x_zero.into()));
        let inside = plane.get(layout.first..).unwrap_or(&[]);
        let image = Channels { x, next: 1, step: [in_c, in_c.wrapping_mul(w.in_w as usize)] };
        // none if filters see nothing of it
        let image = Widening::new([image], in_c, layout.size, inside, layout.width);
        let outputs = layout.plane.over::<1>(plane, words, sums).ok_or(Error::Shape)?;
        for ((c, channel), filter) in channels.iter().enumerate().zip(filter.chunks_exact(words.len().max(1)))
        {
            let [first, scale @ ..] = channel.map(i32::from_le);
            spread(filter, words);
            if let Some(image) = &image {
                image.put(c);
            }
            outputs.put(first);
            Scale(scale).put(sums, y.get(c..).unwrap_or(&[]), in_c, &p.quant, multiply_twice);
        }
        p.quant.clamp([y]);
        Ok(())
    }
}
