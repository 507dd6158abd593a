//! Inner loops that have a faster form on some cores. `portable` defines each; a core's own file beats it bit for
//! bit.
//!
//! Both loops here suit cores that multiply pairs of 16-bit numbers. They read what the desktop has laid out as one
//! stream: for each group of outputs their biases, their weights in the order of use, and what scales them
//! ([`pairs`], [`quads`]). The zero point of the input is folded into the biases.
//!
//! Activations of the matrix loops are widened into *wide* order: groups of four consecutive taps, within a group
//! the even taps before the odd ones (as `SXTB16` and its rotated form leave them), and the groups of two pixels in
//! turn.

#[cfg(midge_dsp)]
mod dsp;
pub mod pairs;
mod portable;
pub mod quads;

#[cfg(midge_dsp)]
use dsp as fast;
#[cfg(not(midge_dsp))]
use portable as fast;

use core::cell::Cell;

use crate::aligned;
use crate::error::Error;
use crate::ops::quant::Quant;

/// Where the tap `k` of a pixel lies among the wide activations of `lanes` pixels.
const fn wide_index(lanes: usize, lane: usize, k: usize) -> usize {
    (k / 4) * 4 * lanes + lane * 4 + (k % 2) * 2 + (k % 4) / 2
}

/// Constants in the order of use, at a word boundary.
#[derive(Clone, Copy, Debug)]
pub struct Stream<'a>(&'a [i32]);

impl<'a> Stream<'a> {
    /// # Errors
    /// [`Error::Misaligned`].
    pub fn new(bytes: &'a [u8]) -> Result<Self, Error> {
        aligned::slice(bytes).map(Stream).ok_or(Error::Misaligned)
    }

    /// `words` words at a time.
    #[inline(always)]
    pub fn blocks(&self, words: usize) -> impl Iterator<Item = Stream<'a>> {
        self.0.chunks_exact(words.max(1)).map(Stream)
    }
}

/// Widens the taps `x` of one pixel, `lane` of `lanes`.
#[inline(always)]
pub fn widen(x: &[Cell<i8>], wide: &[Cell<i16>], lane: usize, lanes: usize) {
    let (groups, rest) = x.as_chunks();
    fast::widen(groups, wide, lane, lanes);
    portable::widen_rest(rest, wide, groups.len(), lane, lanes);
}

/// All outputs of two pixels, whose wide taps are multiplied with a [`pairs`] stream. Both `y` may be the same
/// pixel's: then the first pixel's outputs stay.
#[inline(always)]
pub fn matrix_2x2(wide: &[Cell<i16>], stream: Stream<'_>, quant: &Quant, y: [&[Cell<i8>]; 2]) {
    fast::matrix_2x2(wide.as_chunks().0, stream, quant, y);
}

/// Products of two filters, four taps of each in turn, with the wide taps of one pixel.
#[inline(always)]
pub fn dot_2x1(wide: &[Cell<i16>], filters: Stream<'_>) -> [i32; 2] {
    fast::dot_2x1(wide.as_chunks().0, filters.0.as_chunks().0)
}

/// Where a depthwise filter looks: its first tap, and the bytes from tap to tap and from row to row.
#[derive(Clone, Copy, Debug)]
pub struct Taps<'a> {
    /// From the first tap on.
    pub x: &'a [Cell<i8>],
    /// Rows of the filter.
    pub rows: usize,
    /// Columns of the filter.
    pub columns: usize,
    /// From a tap to its right neighbour.
    pub column_step: usize,
    /// From a tap to the one below.
    pub row_step: usize,
}

/// All channels of one pixel, four at a time, from a [`quads`] stream. The length of `y` is a multiple of four.
#[inline(always)]
pub fn depthwise(taps: Taps<'_>, stream: Stream<'_>, quant: &Quant, y: &[Cell<i8>]) {
    fast::depthwise(taps, stream, quant, y);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wide_order_is_injective() {
        let mut seen = [false; 24];
        for lane in 0..2 {
            for k in 0..12 {
                assert!(!core::mem::replace(&mut seen[wide_index(2, lane, k)], true));
            }
        }
    }

    #[test]
    fn a_short_last_group_leaves_what_lies_behind_it() {
        let mut x = [5i8; 9];
        let mut wide = [7i16; 24];
        let wide = Cell::from_mut(&mut wide[..]).as_slice_of_cells();
        widen(Cell::from_mut(&mut x[..]).as_slice_of_cells(), wide, 1, 2);
        for k in 0..12 {
            assert_eq!(wide[wide_index(2, 0, k)].get(), 7);
            assert_eq!(wide[wide_index(2, 1, k)].get(), if k < 9 { 5 } else { 7 });
        }
    }
}
