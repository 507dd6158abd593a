//! One channel of an image as words, so that a filter finds its taps side by side.
//!
//! Around the image is what its padding stands for. A filter's taps are read a *chunk* at a time, three or five: a row of
//! the filter, or a piece of its only row.

use core::cell::Cell;

use super::{fast, firsts, reach, times};

/// Taps of a short chunk, and how many of them the loops take at once: those of a filter are a multiple of it.
const SHORT: usize = 3;

/// Taps of a long chunk. Any number of them make a filter.
pub(super) const LONG: usize = 5;

/// A filter over a plane, counted in words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plane {
    /// Taps of a chunk: three or five.
    pub chunk: usize,
    /// Chunks of the filter.
    pub chunks: usize,
    /// From the end of a chunk to the next.
    pub skip: usize,
    /// Outputs of a row.
    pub columns: usize,
    /// Rows of outputs.
    pub rows: usize,
    /// From an output's taps to those of its right neighbour.
    pub right: usize,
    /// From a row of outputs to the one below.
    pub down: usize,
}

impl Plane {
    /// Taps of a chunk, and how many chunks a filter of `rows` rows of `columns` taps takes, if it is one of those.
    pub const fn chunks(rows: usize, columns: usize) -> Option<[usize; 2]> {
        let chunks = match (rows, columns) {
            (1, _) => columns.div_ceil(SHORT),
            (_, 0..=SHORT) => rows,
            (_, ..=LONG) => return Some([LONG, rows]),
            _ => return None,
        };
        match chunks.checked_next_multiple_of(SHORT) {
            Some(chunks) => Some([SHORT, chunks]),
            None => None,
        }
    }

    /// Words that the taps of all outputs reach over.
    pub const fn words(&self) -> usize {
        let filter = reach(self.chunks, self.skip.saturating_add(self.chunk), self.chunk);
        reach(self.rows, self.down, reach(self.columns, self.right, filter))
    }

    /// Sums of products, row by row, begun with `first`: a weight for each tap of a chunk. Nothing is written where
    /// something has not as many words.
    #[inline(always)]
    pub fn put(&self, plane: &[Cell<i32>], weights: &[Cell<i32>], first: i32, sums: &[Cell<i32>]) {
        if self.suits(plane, weights, sums.len()) {
            fast::plane(self, plane, weights, first, sums);
        }
    }

    /// The same where words of the plane are two numbers: sums of the low halves, then of the high ones. A group ends
    /// behind three taps, or (`tight`) behind two of them and the third, and with a chunk.
    #[inline(always)]
    pub fn put_two(
        &self,
        plane: &[Cell<i32>],
        weights: &[Cell<i32>],
        first: i32,
        tight: bool,
        sums: &[Cell<i32>],
    ) {
        if self.suits(plane, weights, sums.len() / 2) {
            fast::plane_two(self, plane, weights, firsts([first, first]), tight, sums);
        }
    }

    /// Whether a plane and weights are those of a filter that the loops take, and of outputs, so many at most.
    fn suits(&self, plane: &[Cell<i32>], weights: &[Cell<i32>], most: usize) -> bool {
        let outputs = times(self.rows, self.columns).filter(|n| *n > 0 && *n <= most);
        let taps = times(self.chunks, self.chunk).filter(|n| *n > 0 && *n <= weights.len());
        let known = self.chunk == LONG || self.chunk == SHORT && self.chunks.is_multiple_of(SHORT);
        known && outputs.is_some() && taps.is_some() && self.words() <= plane.len()
    }
}

/// A channel of an image, to be widened.
#[derive(Clone, Copy, Debug)]
pub struct Channel<'a> {
    /// From its first element on.
    pub x: &'a [Cell<i8>],
    /// From a pixel to the next, and from a row to the next.
    pub step: [usize; 2],
    /// Pixels of a row, and rows.
    pub size: [usize; 2],
}

impl Channel<'_> {
    /// Writes the channel to a plane from `to` on, whose rows are `width` words apart. Nothing is written where it does not
    /// lie inside.
    #[inline(always)]
    pub fn widen(&self, to: &[Cell<i32>], width: usize) {
        if self.has(self.size) && self.fits(to, width) {
            fast::channel(self, to, width);
        }
    }

    /// The same for two of one size that share words, the first in the low halves.
    #[inline(always)]
    pub fn widen_two(channels: [Self; 2], to: &[Cell<i32>], width: usize) {
        let [a, b] = &channels;
        if a.has(b.size) && b.has(a.size) && a.fits(to, width) {
            fast::channel_two(&channels, to, width);
        }
    }

    /// Whether it has so many columns and rows, more than none.
    fn has(&self, [columns, rows]: [usize; 2]) -> bool {
        let [right, down] = self.step;
        let held = columns > 0 && rows > 0 && reach(rows, down, reach(columns, right, 1)) <= self.x.len();
        held && self.size == [columns, rows]
    }

    /// Whether its words lie inside.
    fn fits(&self, to: &[Cell<i32>], width: usize) -> bool {
        let [columns, rows] = self.size;
        reach(rows, width, columns) <= to.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simd::packed::word;
    use std::vec::Vec;

    fn cells<T>(numbers: &mut [T]) -> &[Cell<T>] {
        Cell::from_mut(numbers).as_slice_of_cells()
    }

    #[test]
    fn chunks_are_rows_of_a_filter_or_pieces_of_its_only_row() {
        assert_eq!(Plane::chunks(3, 3), Some([3, 3]));
        assert_eq!(Plane::chunks(4, 1), Some([3, 6]));
        assert_eq!(Plane::chunks(1, 10), Some([3, 6]));
        assert_eq!(Plane::chunks(2, 4), Some([5, 2]));
        assert_eq!(Plane::chunks(2, 6), None);
    }

    #[test]
    fn a_plane_is_filtered_row_by_row() {
        let mut weights = [1, -2, 3, 4, 5, -6, 7, 8, 9, 0];
        for (chunk, chunks) in [(3, 3), (5, 2)] {
            let plane = Plane { chunk, chunks, skip: 6 - chunk, columns: 2, rows: 2, right: 2, down: 12 };
            let words = 12 + 2 + (chunks - 1) * 6 + chunk;
            assert_eq!(plane.words(), words);
            let mut x: [i32; 29] = core::array::from_fn(|i| (i * i) as i32);
            let x = &mut x[..words];
            let want = [0, 2, 12, 14].map(|at: usize| {
                let products = (0..chunk * chunks).map(|k| x[at + k / chunk * 6 + k % chunk] * weights[k]);
                100 + products.sum::<i32>()
            });
            let mut sums = [0; 4];
            plane.put(cells(&mut x[..words - 1]), cells(&mut weights), 100, cells(&mut sums));
            assert_eq!(sums, [0; 4], "the last word is missing");
            plane.put(cells(x), cells(&mut weights), 100, cells(&mut sums));
            assert_eq!(sums, want);
        }
    }

    #[test]
    fn a_channel_lies_in_the_middle_of_its_plane() {
        let mut x: [i8; 11] = core::array::from_fn(|i| -(i as i8));
        let channel = Channel { x: cells(&mut x), step: [2, 6], size: [2, 2] };
        let mut plane = [9; 8];
        channel.widen(&cells(&mut plane)[..5], 4);
        assert_eq!(plane, [9; 8]);
        channel.widen(cells(&mut plane), 4);
        assert_eq!(plane, [0, -2, 9, 9, -6, -8, 9, 9]);
    }

    #[test]
    fn halves_of_a_plane_are_filtered_together() {
        for (chunk, chunks, tight) in [(3, 3, false), (3, 6, true), (5, 2, false), (5, 3, true)] {
            // as large as groups have room for
            let weight = |k: usize| match (k % chunk, tight) {
                (0, _) => 127,
                (1, false) | (3, _) => -127,
                (1, true) | (4, _) => -128,
                (_, false) => 1,
                (_, true) => 99,
            };
            let plane = Plane { chunk, chunks, skip: 6 - chunk, columns: 3, rows: 2, right: 2, down: 12 };
            let x = |half: usize, at: usize| if at < 9 { -128 } else { (at * 53 + half * 101) as u8 as i8 };
            let mut words: Vec<i32> = (0..plane.words()).map(|at| word(x(0, at), x(1, at))).collect();
            let mut weights: Vec<i32> = (0..chunk * chunks).map(weight).collect();
            let want = (0..12).map(|i| {
                let at = i % 6 / 3 * 12 + i % 3 * 2;
                let tap = |k: usize| i32::from(x(i / 6, at + k / chunk * 6 + k % chunk));
                -70_000 + (0..chunk * chunks).map(|k| tap(k) * weight(k)).sum::<i32>()
            });
            let mut sums = [0; 12];
            plane.put_two(cells(&mut words), cells(&mut weights), -70_000, tight, &cells(&mut sums)[..11]);
            assert_eq!(sums, [0; 12]);
            plane.put_two(cells(&mut words), cells(&mut weights), -70_000, tight, cells(&mut sums));
            assert!(want.eq(sums), "{chunk} {tight}");
        }
    }

    #[test]
    fn channels_share_words() {
        let mut x: [i8; 11] = core::array::from_fn(|i| -(i as i8));
        let x = cells(&mut x);
        let channel = Channel { x, step: [2, 6], size: [2, 2] };
        let still = Channel { x: &x[3..4], step: [0, 0], ..channel };
        let mut plane = [9; 8];
        Channel::widen_two([channel, Channel { size: [2, 1], ..still }], cells(&mut plane), 4);
        Channel::widen_two([channel, still], &cells(&mut plane)[..5], 4);
        assert_eq!(plane, [9; 8]);
        Channel::widen_two([channel, still], cells(&mut plane), 4);
        assert_eq!(plane, [word(0, -3), word(-2, -3), 9, 9, word(-6, -3), word(-8, -3), 9, 9]);
    }
}
