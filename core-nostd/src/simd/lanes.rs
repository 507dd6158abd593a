//! Loops over bytes for cores whose vectors hold 16 of them, and whose instructions multiply two vectors and add up the
//! products.
//!
//! A stream is, in words, for every group of 64 outputs, of which the last may have fewer: for every eight places of outputs
//! a block of their biases and their taps, in chunks of 64 taps, of which the last may have 16, 32 or 48, the chunk of one
//! place after that of the other; then for every 16 places their multipliers and their shifts. Outputs are 16 to a piece,
//! in the order in which narrowing leaves them (`place`); where the last piece has eight or fewer, it has one block. Taps
//! and outputs beyond the filter's are zero.

#[cfg(midge_helium)]
use super::helium as fast;
#[cfg(not(midge_helium))]
use super::portable::lanes as fast;

use core::cell::Cell;

use super::{Stream, reach};
use crate::fixed::Rounding;

/// Numbers of a vector.
pub const VECTOR: usize = 16;
/// Outputs of a block.
pub const BLOCK: usize = 8;
/// Taps of a chunk.
const CHUNK: usize = 64;
/// Outputs whose sums are kept until they are scaled.
pub(super) const GROUP: usize = 64;

/// Where the output `o` is in its piece, whose vectors of sums have so many.
const fn place(o: usize, of: usize) -> usize {
    o / VECTOR * VECTOR + (o % 2 * 2 + o / 2 % 2) * of + o / 4 % of
}

/// Where the sum of output `o` is among those of all: eight or fewer at the end are one block.
const fn sum(outputs: usize, o: usize) -> usize {
    let is_block = outputs - o / VECTOR * VECTOR <= BLOCK;
    place(o, if is_block { 2 } else { 4 })
}

/// So many taps or outputs as the loops have them.
pub const fn padded(n: usize) -> usize {
    n.wrapping_add(VECTOR - 1) / VECTOR * VECTOR
}

/// Words of a block of filters of so many taps.
pub(super) const fn block(taps: usize) -> usize {
    padded(taps).wrapping_mul(BLOCK / 4).wrapping_add(BLOCK)
}

/// Words of a group of 64 outputs.
pub(super) const fn group(taps: usize) -> usize {
    words(taps, GROUP)
}

/// Words of a stream.
pub const fn words(taps: usize, outputs: usize) -> usize {
    block(taps).wrapping_mul(outputs.div_ceil(BLOCK)).wrapping_add(padded(outputs).wrapping_mul(2))
}

/// Sums that are kept.
pub const fn sums(outputs: usize) -> usize {
    if outputs < GROUP { padded(outputs) } else { GROUP }
}

/// Blocks of the first group.
pub(super) const fn blocks(outputs: usize) -> usize {
    if outputs < GROUP { outputs.div_ceil(BLOCK) } else { GROUP / BLOCK }
}

/// Word of the block that output `o` is in.
const fn of(taps: usize, outputs: usize, o: usize) -> usize {
    o / GROUP * group(taps) + sum(outputs, o) % GROUP / BLOCK * block(taps)
}

/// Word of the bias of output `o`.
pub const fn bias(taps: usize, outputs: usize, o: usize) -> usize {
    of(taps, outputs, o) + sum(outputs, o) % BLOCK
}

/// Byte of the tap `k` of output `o`.
pub const fn tap(taps: usize, outputs: usize, o: usize, k: usize) -> usize {
    let chunk = k / CHUNK * CHUNK;
    let rest = padded(taps) - chunk;
    let run = if rest < CHUNK { rest } else { CHUNK };
    (of(taps, outputs, o) + BLOCK) * 4 + chunk * BLOCK + sum(outputs, o) % BLOCK * run + k % CHUNK
}

/// Word of the multiplier of output `o`; its shift is 16 words on.
pub const fn multiplier(taps: usize, outputs: usize, o: usize) -> usize {
    let (groups, within) = (o / GROUP, o % GROUP);
    groups * group(taps)
        + blocks(outputs - groups * GROUP) * block(taps)
        + within / VECTOR * VECTOR * 2
        + place(o, 4) % VECTOR
}

/// Where neighbouring pixels find their taps.
#[derive(Clone, Copy, Debug)]
pub struct Source<'a> {
    /// From the first tap of the first pixel on.
    pub x: &'a [Cell<i8>],
    /// Pixels.
    pub pixels: usize,
    /// Bytes from pixel to pixel.
    pub step: usize,
    /// Rows of the filter.
    pub rows: usize,
    /// Taps of a row: adjacent.
    pub run: usize,
    /// Bytes from row to row.
    pub row_step: usize,
}

impl Source<'_> {
    /// How many pixels, of those that there are, are so far from the end that whole vectors may be read.
    pub fn reached(&self) -> usize {
        let room = self.x.len().checked_sub(reach(self.rows, self.row_step, padded(self.run)));
        let pixels = room.and_then(|room| room.checked_div(self.step)).map_or(0, |last| last.wrapping_add(1));
        if pixels < self.pixels { pixels } else { self.pixels }
    }

    /// Whether a pixel's taps are read where they lie.
    fn in_place(&self) -> bool {
        self.rows == 1 && self.step.is_multiple_of(4) && self.x.as_ptr().addr().is_multiple_of(4)
    }
}

/// A filter over the taps of a pixel.
#[derive(Clone, Copy, Debug)]
pub struct Lanes<'a> {
    /// For the taps of a pixel: a vector more than they take, or shorter if all lie where they can be read in place.
    pub patch: &'a [Cell<i8>],
    /// For [`sums`].
    pub sums: &'a [Cell<i32>],
    /// See the module.
    pub stream: Stream<'a>,
    /// Taps of a pixel.
    pub taps: usize,
    /// Outputs of a pixel.
    pub outputs: usize,
    /// How sums are scaled.
    pub rounding: Rounding,
    /// Zero point of y.
    pub zero: i8,
}

impl Lanes<'_> {
    /// All outputs of neighbouring pixels; nothing where they do not lie inside.
    #[inline(always)]
    pub fn pixels(&self, source: Source<'_>, y: &[Cell<i8>]) {
        if source.pixels > 0
            && source.reached() == source.pixels
            && source.rows.checked_mul(source.run) == Some(self.taps)
            && source.pixels.checked_mul(self.outputs).is_some_and(|len| len <= y.len())
            && self.fits(source.in_place())
        {
            fast::pixels(self, source, source.in_place(), y);
        }
    }

    /// All outputs of a pixel whose taps lie in the patch.
    #[inline(always)]
    pub fn patched(&self, y: &[Cell<i8>]) {
        let (rows, run) = (1, self.taps);
        self.pixels(Source { x: self.patch, pixels: 1, step: 4, rows, run, row_step: 0 }, y);
    }

    /// Whether the memory is as long as the loops take it to be.
    #[inline(always)]
    fn fits(&self, in_place: bool) -> bool {
        self.taps > 0
            && self.outputs > 0
            && self.stream.0.len() == words(self.taps, self.outputs)
            && self.sums.len() >= sums(self.outputs)
            && (in_place || self.patch.len() >= padded(self.taps).wrapping_add(VECTOR))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixed::lane;
    use std::vec;
    use std::vec::Vec;

    #[test]
    fn every_byte_has_one_meaning() {
        for (taps, outputs) in
            [(1, 1), (16, 16), (40, 20), (64, 33), (65, 16), (130, 7), (5, 64), (40, 70), (40, 74), (16, 192)]
        {
            let mut seen = vec![false; words(taps, outputs) * 4];
            let mut mark = |at: usize| assert!(!core::mem::replace(&mut seen[at], true));
            for o in 0..padded(outputs) {
                let m = multiplier(taps, outputs, o);
                [m, m + VECTOR].into_iter().for_each(|word| (0..4).for_each(|i| mark(word * 4 + i)));
            }
            for o in 0..outputs.next_multiple_of(BLOCK) {
                (0..4).for_each(|i| mark(bias(taps, outputs, o) * 4 + i));
                (0..padded(taps)).for_each(|k| mark(tap(taps, outputs, o, k)));
            }
            assert!(seen.iter().all(|seen| *seen));
        }
    }

    #[test]
    fn pixels_are_multiplied_with_what_the_desktop_arranged() {
        let x: Vec<i8> = (0..400).map(|i| (i * 37 % 251) as i8).collect();
        let mut memory = x.clone();
        let x_cells = Cell::from_mut(&mut memory[..]).as_slice_of_cells();
        for (rows, run, outputs, step) in [
            (1, 16, 16, 16),
            (3, 9, 20, 6),
            (1, 70, 5, 8),
            (3, 48, 8, 16),
            (1, 5, 1, 4),
            (1, 64, 150, 16),
            (1, 70, 72, 8),
        ] {
            let taps = rows * run;
            let weight = |o: usize, k: usize| (o * 90 + k * 31 + o * k) as i8;
            let mut stream = vec![0i32; words(taps, outputs)];
            let mut bytes = vec![0u8; stream.len() * 4];
            let mut word =
                |at: usize, value: i32| bytes[at * 4..at * 4 + 4].copy_from_slice(&value.to_le_bytes());
            for o in 0..outputs {
                word(bias(taps, outputs, o), o as i32 * 300 - 1000);
                word(multiplier(taps, outputs, o), 0x4000_0000 + (o % 50) as i32 * 0x0123_4567);
                word(multiplier(taps, outputs, o) + VECTOR, -3 - o as i32 % 5);
            }
            for o in 0..outputs {
                (0..taps).for_each(|k| bytes[tap(taps, outputs, o, k)] = weight(o, k) as u8);
            }
            for (word, bytes) in stream.iter_mut().zip(bytes.as_chunks().0) {
                *word = i32::from_ne_bytes(*bytes);
            }
            let (mut patch, mut sums) = (vec![0i8; padded(taps) + VECTOR], vec![0i32; super::sums(outputs)]);
            for rounding in [Rounding::Once, Rounding::Up, Rounding::Away] {
                let lanes = Lanes {
                    patch: Cell::from_mut(&mut patch[..]).as_slice_of_cells(),
                    sums: Cell::from_mut(&mut sums[..]).as_slice_of_cells(),
                    stream: Stream(&stream),
                    taps,
                    outputs,
                    rounding,
                    zero: -5,
                };
                let source = Source { x: x_cells, pixels: 1000, step, rows, run, row_step: 96 };
                let pixels = source.reached();
                assert!(pixels > 3);
                let mut y = vec![0i8; pixels * outputs];
                let y_cells = Cell::from_mut(&mut y[..]).as_slice_of_cells();
                lanes.pixels(Source { pixels, ..source }, y_cells);
                for (p, y) in y.chunks(outputs).enumerate() {
                    for (o, y) in y.iter().enumerate() {
                        let taps = (0..rows).flat_map(|r| (0..run).map(move |c| p * step + r * 96 + c));
                        let products =
                            taps.enumerate().map(|(k, at)| i32::from(x[at]) * i32::from(weight(o, k)));
                        let sum = products.sum::<i32>() + o as i32 * 300 - 1000;
                        let m = 0x4000_0000 + (o % 50) as i32 * 0x0123_4567;
                        assert_eq!(*y, lane(sum, m, -3 - o as i32 % 5, rounding, -5), "{rows} {run} {p} {o}");
                    }
                }
            }
        }
    }
}
