//! Weighted operators on cores whose multiplier gives 32 bits: two weights in a word ([`crate::simd::packed`]).
//!
//! Outputs are made pair by pair for a block of pixels, which are widened once.

use core::cell::Cell;
use core::ops::Range;

use super::quant::Quant;
use super::window::Window;
use crate::claim::{Claim, shape};
use crate::error::Error;
use crate::fixed::{multiply_once, multiply_twice};
use crate::kernel::{Io, Task};
use crate::plan::Kind;
use crate::simd::Field;
use crate::simd::packed::plane::{Channels, Widening};
use crate::simd::packed::{self, Scale, Sums, Words};
use crate::tensor::Rows;
use crate::wire::{product, record, u16, u32};

record! {
    /// Fields of [`Conv`].
    pub struct Packed {
        /// Geometry.
        window: Window,
        /// Zero points and clamp.
        quant: Quant,
        /// Pixels of a block, an even number.
        pixels: u16,
    }
}

/// Words that belong to a pair of outputs: what four totals begin with, the taps of a group, and two scales.
pub const PAIR: usize = 5 + 2 * Scale::WORDS;

/// Taps of a filter, an even number.
pub(super) const fn taps(w: &Window) -> Option<u32> {
    match product(&[w.k_h as u32, w.k_w as u32, w.in_c as u32]) {
        Some(taps) => taps.checked_next_multiple_of(2),
        None => None,
    }
}

/// Says what the filter sees of each pixel: in the image, or where something is missing, which is `zero`, in one of the patches,
/// of which pixels have one and the other in turn.
#[inline(always)]
pub(super) fn see<'a>(
    (w, zero): (&Window, i8),
    rows: Range<u16>,
    x: Rows<'a>,
    patches: [&'a [Cell<i8>]; 2],
    mut each: impl FnMut(Seen<'a>),
) {
    let (in_c, height) = (w.in_c as usize, w.k_h as usize);
    let (row, run) = ((w.in_w as usize).wrapping_mul(in_c), (w.k_w as usize).wrapping_mul(in_c));
    let field = Field::new(height, run, row.wrapping_mul(w.d_h as usize));
    let whole = Field::new(height, run, run);
    let inside = if w.d_w == 1 { w.inside() } else { 0..0 };
    let [mut patch, mut next] = patches;
    for oy in rows {
        let down = w.vertical(oy as usize);
        let span = x.span(down.first, w.height(height)).filter(|_| down.range.len() == height);
        for ox in 0..w.out_w as usize {
            let at = ox.wrapping_mul(w.s_w as usize).wrapping_sub(w.p_w as usize).wrapping_mul(in_c);
            each(match span.filter(|_| inside.contains(&ox)).and_then(|span| field.of(span, at)) {
                Some(x) => (field, x),
                None => {
                    w.gather(zero, x, &down, ox, patch);
                    (whole, patch)
                }
            });
            (patch, next) = (next, patch);
        }
    }
}

/// Taps of a pixel, and from the first of them on where they lie.
pub(super) type Seen<'a> = (Field, &'a [Cell<i8>]);

/// A convolution whose weights are packed. Groups are not split.
///
/// Operands: y, wide (i32), sums (i32), patch; x, filters by pairs of outputs, pairs.
#[derive(Debug)]
pub struct Conv;

impl Conv {
    /// Whether the geometry suits the operands.
    pub const fn check(claim: &Claim<'_>) -> Result<(), Error> {
        let Some(p) = Packed::read(claim.params()) else { return Err(Error::Record) };
        let Some(taps) = taps(&p.window) else { return Err(Error::Shape) };
        let (pixels, pairs) = (p.pixels as u32, (p.window.out_c as u32).div_ceil(2));
        shape(
            claim.arity(4, 7)
                && pixels.is_multiple_of(2)
                && p.window.fits(claim, Kind::I8, 0, 4)
                && claim.work(1, Kind::I32, product(&[pixels, taps, 4]))
                && claim.work(2, Kind::I32, product(&[pixels, 2, 4]))
                && claim.work(3, Kind::I8, Some(taps))
                && claim.constant(5, Kind::I32, product(&[pairs, taps, 4]))
                && claim.constant(6, Kind::I32, product(&[pairs, PAIR as u32, 4])),
        )
    }

    /// Computes output rows.
    pub fn eval(task: &Task<'_>, io: &Io<'_>) -> Result<(), Error> {
        let p = Packed::read(task.params).ok_or(Error::Record)?;
        let w = &p.window;
        let block = Block {
            taps: taps(w).ok_or(Error::Shape)? as usize,
            outputs: w.out_c as usize,
            quant: p.quant,
            wide: io.work(1)?,
            sums: io.work(2)?,
            filters: io.values(5)?,
            pairs: io.values(6)?,
        };
        let x = io.rows(4, w.in_stride().ok_or(Error::Shape)?)?;
        let y = io.rows(0, w.out_stride().ok_or(Error::Shape)?)?;
        let y = y.span(task.rows.start as usize, task.rows.len()).ok_or(Error::Shape)?;
        let mut blocks = y.chunks((p.pixels as usize).wrapping_mul(block.outputs).max(1));
        let mut waiting = 0usize;
        let patch = io.work(3)?;
        see((w, p.quant.x_zero), task.rows.clone(), x, [patch, patch], |(field, x)| {
            packed::widen(&field, x, block.lanes(waiting), waiting & 1);
            waiting = waiting.wrapping_add(1);
            if waiting == p.pixels as usize {
                block.multiply(waiting, blocks.next().unwrap_or(&[]));
                waiting = 0;
            }
        });
        if waiting > 0 {
            block.multiply(waiting, blocks.next().unwrap_or(&[]));
        }
        Ok(())
    }
}

/// A block of pixels, and what makes outputs of it.
struct Block<'a> {
    taps: usize,
    outputs: usize,
    quant: Quant,
    wide: &'a [Cell<i32>],
    sums: &'a [Cell<i32>],
    filters: &'a [i32],
    pairs: &'a [i32],
}

impl Block<'_> {
    /// The words of two pixels, of which one is `pixel`.
    fn lanes(&self, pixel: usize) -> &[Cell<i32>] {
        let at = (pixel & !1).wrapping_mul(self.taps);
        self.wide.get(at..at.wrapping_add(self.taps.wrapping_mul(2))).unwrap_or(&[])
    }

    /// All outputs of the pixels of a block.
    fn multiply(&self, pixels: usize, y: &[Cell<i8>]) {
        let lanes = pixels.wrapping_add(pixels & 1);
        let (low, high) = self.sums.split_at(self.sums.len() / 2);
        let (Some(wide), Some(low), Some(high)) =
            (self.wide.get(..lanes.wrapping_mul(self.taps)), low.get(..lanes), high.get(..lanes))
        else {
            return;
        };
        let made = [low, high].map(|sums| sums.get(..pixels).unwrap_or(&[]));
        let filters = self.filters.chunks_exact(self.taps.max(1));
        for (i, (pair, words)) in self.pairs.as_chunks::<PAIR>().0.iter().zip(filters).enumerate() {
            let [a, b, c, d, group, scales @ ..] = pair;
            let (firsts, group) = ([*a, *b, *c, *d].map(i32::from_le), i32::from_le(*group) as usize);
            let (moving, fixed) = (Words::Work(wide), Words::Constant(words));
            Sums { moving, fixed, group, firsts }.put([low, high], lanes / 2);
            let ([first, second], _) = scales.as_chunks() else { return };
            let o = i.wrapping_mul(2);
            self.scale(made[0], first, y, o);
            self.scale(made[1], second, y, o.wrapping_add(1));
        }
        self.quant.clamp([y]);
    }

    /// Outputs number `o` of pixels, of which there are so many sums.
    #[inline(never)]
    fn scale(&self, sums: &[Cell<i32>], scale: &[i32; Scale::WORDS], y: &[Cell<i8>], o: usize) {
        if o < self.outputs {
            let y = y.get(o..).unwrap_or(&[]);
            Scale(scale.map(i32::from_le)).put(sums, y, self.outputs, &self.quant, multiply_twice);
        }
    }
}

record! {
    /// Fields of [`FullyConnected`].
    pub struct Row {
        /// Inputs of a row.
        depth: u32,
        /// Outputs of a row.
        out: u32,
        /// Zero points and clamp.
        quant: Quant,
        /// Inputs that are multiplied at a time, an even number.
        part: u32,
    }
}

/// Words that belong to four outputs, without the taps of a group in each part: their biases, and four scales.
pub const QUAD: usize = 4 * (1 + Scale::WORDS);

/// A matrix times each row, part by part, so that little memory is enough. Low halves of two words are the weights of two
/// outputs, high halves of the next two; or (`BYTES`) weights are bytes ([`packed::Row`]).
///
/// Operands: y, wide (i32), sums (i32); x, words by parts and by four outputs, quads of outputs.
#[derive(Debug)]
pub struct FullyConnected<const BYTES: bool>;

impl Row {
    /// Parts of a row, fours of outputs, and how many of these have sums at a time: all, if there are parts to add up.
    const fn counts(&self) -> Option<[u32; 3]> {
        if self.part == 0 {
            return None;
        }
        let (parts, quads) = (self.depth.div_ceil(self.part), self.out.div_ceil(4));
        Some([parts, quads, if parts == 1 { 1 } else { quads }])
    }
}

impl<const BYTES: bool> FullyConnected<BYTES> {
    /// Words of two inputs, and of their weights for four outputs.
    const TWO: [u32; 2] = if BYTES { [packed::Row::WORDS as u32, 2] } else { [2, 4] };

    /// Whether the geometry suits the operands.
    pub const fn check(claim: &Claim<'_>) -> Result<(), Error> {
        let Some(p) = Row::read(claim.params()) else { return Err(Error::Record) };
        let Some([parts, quads, held]) = p.counts() else { return Err(Error::Shape) };
        let Some(quad) = parts.checked_add(QUAD as u32) else { return Err(Error::Shape) };
        let (twos, [wide, words]) = (p.part / 2, Self::TWO);
        shape(
            claim.arity(3, 6)
                && claim.rows_of(0, Kind::I8, claim.rows(), Some(p.out))
                && claim.rows_of(3, Kind::I8, claim.rows(), Some(p.depth))
                && claim.work(1, Kind::I32, product(&[twos, wide, 4]))
                && claim.work(2, Kind::I32, product(&[held, 4, 4]))
                && claim.constant(4, Kind::I32, product(&[parts, quads, twos, words, 4]))
                && claim.constant(5, Kind::I32, product(&[quads, quad, 4])),
        )
    }

    /// Computes output rows.
    pub fn eval(task: &Task<'_>, io: &Io<'_>) -> Result<(), Error> {
        let p = Row::read(task.params).ok_or(Error::Record)?;
        let [parts, quads, held] = p.counts().ok_or(Error::Shape)?.map(|n| n as usize);
        let (y, x) = (io.rows(0, p.out)?, io.rows(3, p.depth)?);
        let block = Quads::<BYTES> {
            part: p.part as usize,
            length: (p.part / 2).wrapping_mul(Self::TWO[1]) as usize,
            wide: io.work(1)?,
            sums: io.work::<i32>(2)?.as_chunks().0,
            words: io.values(4)?,
            quads,
            quant: p.quant,
        };
        let (quad, outputs) = (parts.wrapping_add(QUAD), io.values(5)?);
        for r in task.rows.clone() {
            let (x, y) = (x.row(r as usize), y.row(r as usize));
            let outputs = outputs.chunks(quad.wrapping_mul(held).max(1));
            for (i, (outputs, y)) in outputs.zip(y.chunks(held.wrapping_mul(4).max(1))).enumerate() {
                // a row of one part stays widened
                block.multiply(if parts == 1 && i > 0 { None } else { Some(x) }, i, (outputs, quad), y);
            }
            p.quant.clamp([y]);
        }
        Ok(())
    }
}

/// Four outputs at a time.
struct Quads<'a, const BYTES: bool> {
    /// Inputs of a part, and words of their weights for four outputs.
    part: usize,
    length: usize,
    wide: &'a [Cell<i32>],
    sums: &'a [[Cell<i32>; 4]],
    words: &'a [i32],
    quads: usize,
    quant: Quant,
}

impl<const BYTES: bool> Quads<'_, BYTES> {
    /// The outputs `y`, from the four `first` on, of `x`, or of what is widened.
    fn multiply(
        &self,
        x: Option<&[Cell<i8>]>,
        first: usize,
        (outputs, quad): (&[i32], usize),
        y: &[Cell<i8>],
    ) {
        let quads = || self.sums.iter().zip(outputs.chunks_exact(quad.max(1)));
        for (sums, quad) in quads() {
            for (sum, bias) in sums.iter().zip(quad) {
                sum.set(i32::from_le(*bias));
            }
        }
        for i in 0..quad.wrapping_sub(QUAD) {
            if let Some(x) = x {
                let x = x.get(i.wrapping_mul(self.part)..).unwrap_or(&[]);
                let x = x.get(..self.part).unwrap_or(x);
                match BYTES {
                    true => packed::Row::widen(x, self.wide),
                    false => {
                        let image = Channels { x, next: 0, step: [1, 0] };
                        if let Some(row) = Widening::new([image], 1, [x.len(), 1], self.wide, 0) {
                            row.put(0);
                        }
                    }
                }
            }
            let mut at = i.wrapping_mul(self.quads).wrapping_add(first).wrapping_mul(self.length);
            for (sums, quad) in quads() {
                let (Some(weights), Some(group)) =
                    (self.words.get(at..at.wrapping_add(self.length)), quad.get(QUAD.wrapping_add(i)))
                else {
                    return;
                };
                at = at.wrapping_add(self.length);
                // low halves of two words are the first two outputs, high halves the others
                let [a, b, c, d] = sums.each_ref().map(Cell::get);
                let ([a, c], [b, d]) = (packed::firsts([a, c]), packed::firsts([b, d]));
                let (group, firsts) = (i32::from_le(*group) as usize, [a, c, b, d]);
                let ([low, high], _) = sums.as_chunks::<2>() else { return };
                match BYTES {
                    true => packed::Row { weights, wide: self.wide, group, firsts }.put(low, high),
                    false => {
                        let (moving, fixed) = (Words::Constant(weights), Words::Work(self.wide));
                        Sums { moving, fixed, group, firsts }.put([low, high], 1);
                    }
                }
            }
        }
        for (y, (sums, quad)) in y.chunks(4).zip(quads()) {
            let scales = quad.get(4..).unwrap_or(&[]).as_chunks().0;
            packed::scale(scales, sums, y, &self.quant, multiply_once);
        }
    }
}
