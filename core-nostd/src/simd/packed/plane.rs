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

    /// Its outputs, if everything is there: the words, a weight for each tap of a chunk, and for each output a sum (`N` of them,
    /// where words are `N` numbers).
    pub fn over<'a, const N: usize>(
        self,
        words: &'a [Cell<i32>],
        weights: &'a [Cell<i32>],
        sums: &'a [Cell<i32>],
    ) -> Option<Filter<'a, N>> {
        let outputs = times(self.rows, self.columns).and_then(|n| times(n, N));
        let taps = times(self.chunks, self.chunk).filter(|n| *n > 0 && *n <= weights.len());
        let known = self.chunk == LONG || self.chunk == SHORT && self.chunks.is_multiple_of(SHORT);
        let whole = known && taps.is_some() && self.words() <= words.len();
        outputs.filter(|n| whole && *n > 0 && *n <= sums.len())?;
        Some(Filter { plane: self, words, weights, sums })
    }
}

/// A filter over a plane, and all that it reads and writes.
#[derive(Clone, Copy, Debug)]
pub struct Filter<'a, const N: usize> {
    plane: Plane,
    words: &'a [Cell<i32>],
    weights: &'a [Cell<i32>],
    sums: &'a [Cell<i32>],
}

impl Filter<'_, 1> {
    /// Sums of products, row by row, begun with `first`.
    #[inline(always)]
    pub fn put(&self, first: i32) {
        fast::plane(&self.plane, self.words, self.weights, first, self.sums);
    }
}

impl Filter<'_, 2> {
    /// The same where words of the plane are two numbers: sums of the low halves, then of the high ones. A group ends
    /// behind three taps, or (`tight`) behind two of them and the third, and with a chunk.
    #[inline(always)]
    pub fn put(&self, first: i32, tight: bool) {
        fast::plane_two(&self.plane, self.words, self.weights, firsts([first, first]), tight, self.sums);
    }
}

/// Channels of an image, to be widened one at a time.
#[derive(Clone, Copy, Debug)]
pub struct Channels<'a> {
    /// From the first element of the first of them on.
    pub x: &'a [Cell<i8>],
    /// From a channel to the next.
    pub next: usize,
    /// From a pixel to the next, and from a row to the next.
    pub step: [usize; 2],
}

/// Channels of `N` images that share words, those of the first in the low halves.
#[derive(Clone, Copy, Debug)]
pub struct Widening<'a, const N: usize> {
    /// The images.
    pub(super) images: [Channels<'a>; N],
    /// How many channels there are.
    pub(super) count: usize,
    /// Pixels of a row, and rows.
    pub(super) size: [usize; 2],
    /// Where the words of a channel begin.
    pub(super) to: &'a [Cell<i32>],
    /// From a row of words to the next.
    pub(super) width: usize,
}

impl<'a, const N: usize> Widening<'a, N> {
    /// Of so many channels of this size, if there are any and all lie inside. Rows of words are `width` apart.
    pub fn new(
        images: [Channels<'a>; N],
        count: usize,
        size: [usize; 2],
        to: &'a [Cell<i32>],
        width: usize,
    ) -> Option<Self> {
        let [columns, rows] = size;
        let held = |Channels { x, next, step: [right, down] }: &Channels<'_>| {
            reach(count, *next, reach(rows, *down, reach(columns, *right, 1))) <= x.len()
        };
        let some = count > 0 && columns > 0 && rows > 0;
        let whole = some && images.iter().all(held) && reach(rows, width, columns) <= to.len();
        whole.then_some(Widening { images, count, size, to, width })
    }
}

impl Widening<'_, 1> {
    /// Writes a channel, if there is this one.
    #[inline(always)]
    pub fn put(&self, channel: usize) {
        if channel < self.count {
            fast::channel(self, channel);
        }
    }
}

impl Widening<'_, 2> {
    /// The same.
    #[inline(always)]
    pub fn put(&self, channel: usize) {
        if channel < self.count {
            fast::channel_two(self, channel);
        }
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
            let (mut sums, weights) = ([0; 4], cells(&mut weights));
            let sums = cells(&mut sums);
            assert!(plane.over::<1>(&cells(x)[1..], weights, sums).is_none(), "a word is missing");
            assert!(plane.over::<1>(cells(x), weights, &sums[1..]).is_none(), "a sum is missing");
            plane.over::<1>(cells(x), weights, sums).unwrap().put(100);
            assert!(sums.iter().map(Cell::get).eq(want));
        }
    }

    #[test]
    fn a_channel_lies_in_the_middle_of_its_plane() {
        let mut x: [i8; 10] = core::array::from_fn(|i| -(i as i8));
        let image = Channels { x: cells(&mut x), next: 1, step: [2, 6] };
        let mut plane = [9; 8];
        let plane = cells(&mut plane);
        let (size, words) = ([2, 2], || plane.iter().map(Cell::get).collect::<Vec<_>>());
        assert!(Widening::new([image], 2, size, &plane[..5], 4).is_none());
        assert!(Widening::new([image], 3, size, plane, 4).is_none());
        let channels = Widening::new([image], 2, size, plane, 4).unwrap();
        channels.put(2);
        assert_eq!(words(), [9; 8]);
        channels.put(0);
        assert_eq!(words(), [0, -2, 9, 9, -6, -8, 9, 9]);
        channels.put(1);
        assert_eq!(words(), [-1, -3, 9, 9, -7, -9, 9, 9]);
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
            let (words, weights, sums) = (cells(&mut words), cells(&mut weights), cells(&mut sums));
            assert!(plane.over::<2>(words, weights, &sums[1..]).is_none());
            plane.over::<2>(words, weights, sums).unwrap().put(-70_000, tight);
            assert!(want.eq(sums.iter().map(Cell::get)), "{chunk} {tight}");
        }
    }

    #[test]
    fn channels_share_words() {
        let mut x: [i8; 10] = core::array::from_fn(|i| -(i as i8));
        let x = cells(&mut x);
        let image = Channels { x, next: 1, step: [2, 6] };
        let still = Channels { x: &x[3..4], next: 0, step: [0, 0] };
        let mut plane = [9; 8];
        let plane = cells(&mut plane);
        assert!(Widening::new([still, image], 3, [2, 2], plane, 4).is_none());
        Widening::new([image, still], 2, [2, 2], plane, 4).unwrap().put(1);
        let want = [word(-1, -3), word(-3, -3), 9, 9, word(-7, -3), word(-9, -3), 9, 9];
        assert!(plane.iter().map(Cell::get).eq(want));
    }
}
