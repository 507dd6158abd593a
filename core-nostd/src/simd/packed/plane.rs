//! One channel of an image as words, so that a filter finds its taps side by side.
//!
//! Around the image is what its padding stands for. A filter's taps are read a *chunk* at a time, three or five: a row of
//! the filter, or a piece of its only row.

use core::cell::Cell;

use super::{fast, reach};

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
        let (Some(outputs), Some(taps)) =
            (self.rows.checked_mul(self.columns), self.chunks.checked_mul(self.chunk))
        else {
            return;
        };
        let known = self.chunk == LONG || self.chunk == SHORT && self.chunks.is_multiple_of(SHORT);
        if known
            && outputs > 0
            && taps > 0
            && self.words() <= plane.len()
            && taps <= weights.len()
            && outputs <= sums.len()
        {
            fast::plane(self, plane, weights, first, sums);
        }
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
        let ([right, down], [columns, rows]) = (self.step, self.size);
        let held = reach(rows, down, reach(columns, right, 1)) <= self.x.len();
        if columns > 0 && rows > 0 && held && reach(rows, width, columns) <= to.len() {
            fast::channel(self, to, width);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
}
