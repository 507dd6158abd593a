//! Inner loops that have a faster form on some cores. `portable` defines each; a core's own file beats it bit for
//! bit.
//!
//! Most loops here suit cores that multiply pairs of 16-bit numbers, those of [`lanes`] and [`windows`] cores with vectors
//! of bytes, those of [`packed`] small cores. They read what the desktop has laid out as one stream: for each group of outputs their biases, their weights
//! in the order of use, and what scales them ([`pairs`], [`quads`], [`halfwords`], [`nested`], ...). The zero point of the
//! input is folded into the biases.
//!
//! Activations of the matrix loops are widened into *wide* order: groups of four consecutive taps, within a group
//! the even taps before the odd ones (as `SXTB16` and its rotated form leave them), and the groups of two pixels in
//! turn.

#[cfg(midge_dsp)]
mod dsp;
pub mod few;
pub mod fours;
pub mod half;
pub mod halfwords;
#[cfg(midge_helium)]
mod helium;
pub mod lanes;
pub mod nested;
pub mod packed;
pub mod pairs;
pub mod planes;
pub mod polynomial;
mod portable;
pub mod quads;
#[cfg(midge_thumb)]
mod thumb;
pub mod twos;
pub mod windows;
pub mod winograd;

#[cfg(midge_dsp)]
use dsp as fast;
#[cfg(not(midge_helium))]
use fast as bytes;
#[cfg(not(midge_thumb))]
use fast::winograd as tiles;
#[cfg(midge_helium)]
use helium as bytes;
#[cfg(not(midge_dsp))]
use portable as fast;
#[cfg(midge_thumb)]
use thumb as tiles;

use core::cell::Cell;

use self::halfwords::Layout;
use crate::aligned;
use crate::error::Error;
use crate::ops::linear::Linear;
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

    /// What lies behind so many blocks of `words` words.
    pub(crate) fn from(&self, words: usize, blocks: usize) -> Self {
        Stream(self.0.get(words.wrapping_mul(blocks)..).unwrap_or(&[]))
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

/// Copies `count` rows of `run` elements. Steps are those from row to row, of what is written and of what is read. Nothing
/// is copied where a row lies outside.
#[inline(always)]
pub fn copy_rows([to, from]: [&[Cell<i8>]; 2], [down, step]: [usize; 2], count: usize, run: usize) {
    if reach(count, down, run) <= to.len() && reach(count, step, run) <= from.len() && count > 0 && run > 0 {
        bytes::copy_rows([to, from], [down, step], count, run);
    }
}

/// Sets every element to `value`.
#[inline(always)]
pub fn fill(to: &[Cell<i8>], value: i8) {
    bytes::fill(to, value);
}

/// `p.sum` of the elements of `a` and `b`, either of which may be `y`. Nothing where their numbers differ.
#[inline(always)]
pub fn linear(p: &Linear, [y, a, b]: [&[Cell<i8>]; 3]) {
    if y.len() == a.len() && y.len() == b.len() {
        bytes::linear(p, [y, a, b]);
    }
}

/// The elements that rows of `run` elements reach over; none reach so far that they are no number.
const fn reach(count: usize, step: usize, run: usize) -> usize {
    match times(count.wrapping_sub(1), step) {
        Some(down) => down.saturating_add(run),
        None => usize::MAX,
    }
}

/// The product, if there is room for it: small cores take long to see that there is, unless both are small.
const fn times(a: usize, b: usize) -> Option<usize> {
    if (a | b) < 1 << 16 { Some(a.wrapping_mul(b)) } else { a.checked_mul(b) }
}

/// What a filter sees of an image where nothing is missing: rows of adjacent elements, the same distance apart.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    rows: usize,
    run: usize,
    step: usize,
    reach: usize,
    taps: usize,
}

impl Field {
    /// `rows` of `run` elements, `step` apart.
    pub fn new(rows: usize, run: usize, step: usize) -> Self {
        // none of those that do not suit lies inside anything
        let taps = times(rows, run).filter(|taps| *taps > 0);
        Field { rows, run, step, reach: reach(rows, step, run), taps: taps.unwrap_or(usize::MAX) }
    }

    /// The part of `x` from the first tap, which is `at`, to the last.
    #[inline(always)]
    pub fn of<'a>(&self, x: &'a [Cell<i8>], at: usize) -> Option<&'a [Cell<i8>]> {
        x.get(at..at.wrapping_add(self.reach))
    }

    /// Widens the taps, which [`Field::of`] has found, as `lane` of two: where they lie if rows are whole groups, else
    /// from `patch`.
    #[inline(never)]
    pub fn widen(&self, x: &[Cell<i8>], patch: &[Cell<i8>], wide: &[Cell<i16>], lane: usize) {
        if !self.run.is_multiple_of(4) {
            self.copy(x, patch);
            widen(patch, wide, lane, 2);
        } else if x.len() >= self.reach && self.taps <= wide.len() / 2 && lane < 2 {
            fast::widen_rows(x, [self.rows, self.run / 4, self.step], wide, lane);
        }
    }

    /// Copies the taps, which [`Field::of`] has found, one behind the other.
    #[inline(always)]
    pub fn copy(&self, x: &[Cell<i8>], to: &[Cell<i8>]) {
        if x.len() >= self.reach && self.taps <= to.len() {
            bytes::copy_rows([to, x], [self.run, self.step], self.rows, self.run);
        }
    }
}

/// All outputs of two pixels, whose wide taps are multiplied with a [`pairs`] stream. Both `y` may be the same
/// pixel's: then the first pixel's outputs stay.
#[inline(always)]
pub fn matrix_2x2(wide: &[Cell<i16>], stream: Stream<'_>, quant: &Quant, y: [&[Cell<i8>]; 2]) {
    fast::matrix_2x2(wide.as_chunks().0, stream, quant, y);
}

/// A [`halfwords`] or [`nested`] stream and the wide taps of two pixels, ready to be multiplied again and again.
#[derive(Debug)]
pub struct Matrix<'a, const NESTED: bool> {
    even: Option<fast::Matrix<'a, NESTED>>,
    /// An odd last output has a block of its own, whose second output is nobody's.
    odd: Option<fast::Matrix<'a, NESTED>>,
}

impl<'a, const NESTED: bool> Matrix<'a, NESTED> {
    /// For so many outputs of a pixel, folded or not.
    pub fn new(wide: &'a [Cell<i16>], stream: Stream<'a>, folded: bool, outputs: usize) -> Self {
        let wide = wide.as_chunks().0;
        let (blocks, taps) = (outputs / 2, wide.len().wrapping_mul(4));
        let words =
            if NESTED { nested::Layout::MATRIX.words(taps) } else { Layout::matrix(folded).words(taps) };
        let last = stream.from(words, blocks);
        Matrix {
            even: fast::Matrix::new(wide, stream, folded, blocks, words),
            odd: fast::Matrix::new(wide, last, folded, outputs % 2, words),
        }
    }

    /// All outputs of both pixels. Both `y` may be the same pixel's: then the first pixel's outputs stay.
    #[inline(always)]
    pub fn multiply(&self, y: [&[Cell<i8>]; 2]) {
        if let Some(even) = &self.even {
            even.multiply(y);
        }
        if let Some(odd) = &self.odd {
            Self::last(odd, &y);
        }
    }

    /// All outputs of as many pixels as `y` is for, an even number, whose fields lie `step` bytes apart from `x` on, with
    /// `patch` for the taps of one. Whether it was done: it is left where a core has nothing better than pair by pair.
    pub fn pixels(
        &self,
        field: &Field,
        step: usize,
        patch: &[Cell<i8>],
        x: &[Cell<i8>],
        (y, pixels): (&[Cell<i8>], usize),
    ) -> bool {
        let Some(even) = &self.even else { return false };
        // a row may end in taps that have no weights, if there is something to be read
        let filled = Field::new(1, field.run.wrapping_add(3) & !3, 0);
        let is_inside = |field: &Field| reach(pixels, step, field.reach) <= x.len();
        let field = if field.rows == 1 && is_inside(&filled) { &filled } else { field };
        let outputs = even.outputs().wrapping_add(self.odd.is_some() as usize);
        pixels > 0
            && pixels.is_multiple_of(2)
            && is_inside(field)
            && pixels.checked_mul(outputs) == Some(y.len())
            && even.pixels(self.odd.as_ref(), (field, step), patch, x, (y, outputs))
    }

    #[cold]
    #[inline(never)]
    fn last(odd: &fast::Matrix<'_, NESTED>, [y0, y1]: &[&[Cell<i8>]; 2]) {
        let spare = [const { Cell::new(0) }; 4];
        let (first, second) = spare.split_at(2);
        odd.multiply([first, second]);
        for (y, made) in [(y1, second), (y0, first)] {
            if let (Some(y), Some(made)) = (y.last(), made.first()) {
                y.set(made.get());
            }
        }
    }
}

/// A row of outputs, whose wide taps are multiplied with a [`halfwords`] or [`nested`] stream. That is folded, if it is nested.
#[inline(always)]
pub fn row<const NESTED: bool, const FOLDED: bool>(wide: &[Cell<i16>], stream: Stream<'_>, y: &[Cell<i8>]) {
    let wide = wide.as_chunks().0;
    let taps = wide.len().wrapping_mul(8);
    let words = if NESTED { nested::Layout::ROW.words(taps) } else { Layout::row(FOLDED).words(taps) };
    fast::row::<NESTED, FOLDED>(wide, stream, y, words);
    let (whole, rest) = y.as_chunks::<4>();
    if !rest.is_empty() {
        let spare = [const { Cell::new(0) }; 4];
        fast::row::<NESTED, FOLDED>(wide, stream.from(words, whole.len()), &spare, words);
        rest.iter().zip(&spare).for_each(|(y, made)| y.set(made.get()));
    }
}

/// Products of two filters, four taps of each in turn, with the wide taps of one pixel.
#[inline(always)]
pub fn dot_2x1(wide: &[Cell<i16>], filters: Stream<'_>) -> [i32; 2] {
    fast::dot_2x1(wide.as_chunks().0, filters.0.as_chunks().0)
}

/// Channels that [`sum_pixels`] adds up.
pub const SUMS: usize = 8;

/// Adds to `sums` the neighbouring channels of `pixels` pixels, `step` bytes apart from `x` on. Nothing is added where one
/// lies outside.
#[inline(always)]
pub fn sum_pixels(x: &[Cell<i8>], step: usize, pixels: usize, sums: &mut [i32; SUMS]) {
    if reach(pixels, step, SUMS) <= x.len() && pixels > 0 {
        bytes::sum_pixels(x, step, pixels, sums);
    }
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

    #[test]
    fn sums_of_many_pixels_have_room() {
        const PIXELS: usize = 600;
        let mut x: std::vec::Vec<i8> =
            (0..PIXELS * 9).map(|i| if i % 9 < 2 { i8::MIN } else { i as i8 }).collect();
        let mut want = [-3; SUMS];
        for pixel in x.chunks(9) {
            want.iter_mut().zip(pixel).for_each(|(sum, x)| *sum += i32::from(*x));
        }
        let x = Cell::from_mut(&mut x[..]).as_slice_of_cells();
        let mut sums = [-3; SUMS];
        sum_pixels(x, 9, PIXELS, &mut sums);
        assert_eq!(sums, want);
        // the last pixel has not all
        sum_pixels(&x[2..], 9, PIXELS, &mut sums);
        assert_eq!(sums, want);
    }

    const QUANT: Quant = Quant { x_zero: 0, y_zero: 3, lo: -128, hi: 127 };

    /// Words whose bytes are in file order, filled in with the bytes of `word` and of `byte`.
    fn stream<const N: usize>(word: impl Fn(usize) -> Option<i32>, byte: impl Fn(usize) -> u8) -> [i32; N] {
        core::array::from_fn(|i| match word(i) {
            Some(word) => word.to_le(),
            None => i32::from_ne_bytes(core::array::from_fn(|j| byte(i * 4 + j))),
        })
    }

    #[test]
    fn a_matrix_loop_multiplies_what_the_desktop_arranged() {
        const TAPS: usize = 8;
        let weight = |o: usize, k: usize| (o * 90 + k * 31) as u8;
        let words = stream::<{ pairs::words(TAPS) }>(
            |i| match i {
                0 | 1 => Some(i as i32 * 1000),
                i if i >= pairs::multiplier(TAPS, 0) + 2 => Some(0),
                i if i >= pairs::multiplier(TAPS, 0) => Some(1 << 30),
                _ => None,
            },
            |at| {
                let place = |(o, k): &(usize, usize)| pairs::tap(TAPS, *o, *k) == at;
                let (o, k) = (0..16).map(|i| (i / 8, i % 8)).find(place).unwrap();
                weight(o, k)
            },
        );
        let mut x: [[i8; TAPS]; 2] =
            core::array::from_fn(|p| core::array::from_fn(|k| (p * 50 + k * 7) as i8));
        let mut wide = [0i16; 2 * TAPS];
        let wide = Cell::from_mut(&mut wide[..]).as_slice_of_cells();
        let want = x.map(|x| {
            [0, 1].map(|o| {
                let products = x.iter().enumerate().map(|(k, x)| *x as i32 * (weight(o, k) as i8) as i32);
                let sum = o as i32 * 1000 + products.sum::<i32>();
                QUANT.output(crate::fixed::multiply_twice(sum, 1 << 30, -1))
            })
        });
        for (lane, x) in x.iter_mut().enumerate() {
            widen(Cell::from_mut(&mut x[..]).as_slice_of_cells(), wide, lane, 2);
        }
        let mut y = [[0i8; 2]; 2];
        let [y0, y1] = y.each_mut().map(|y| Cell::from_mut(&mut y[..]).as_slice_of_cells());
        matrix_2x2(wide, Stream(&words), &QUANT, [y0, y1]);
        assert_eq!(y, want);
        assert_ne!(want[0], want[1]);
    }

    #[test]
    fn a_depthwise_loop_multiplies_what_the_desktop_arranged() {
        const TAPS: usize = 4;
        let weight = |c: usize, k: usize| (c * 60 + k * 13) as u8;
        let words = stream::<{ quads::words(TAPS) }>(
            |i| match i {
                0..4 => Some(i as i32 * 100),
                8.. => Some(if i % 2 == 0 { 1 << 30 } else { 1 }),
                _ => None,
            },
            |at| {
                let place = |(c, k): &(usize, usize)| quads::tap(TAPS, *c, *k) == at;
                let (c, k) = (0..16).map(|i| (i % 4, i / 4)).find(place).unwrap();
                weight(c, k)
            },
        );
        let mut x: [i8; 24] = core::array::from_fn(|i| (i * 11) as i8);
        let want = [0, 1, 2, 3].map(|c| {
            let taps = [c, 4 + c, 12 + c, 16 + c]; // two rows of three pixels, the filter on the left
            let products = taps.iter().enumerate().map(|(k, at)| x[*at] as i32 * (weight(c, k) as i8) as i32);
            QUANT.output(crate::fixed::multiply_twice(c as i32 * 100 + products.sum::<i32>(), 1 << 30, -2))
        });
        let x = Cell::from_mut(&mut x[..]).as_slice_of_cells();
        let taps = Taps { x, rows: 2, columns: 2, column_step: 4, row_step: 12 };
        let mut y = [0i8; 4];
        depthwise(taps, Stream(&words), &QUANT, Cell::from_mut(&mut y[..]).as_slice_of_cells());
        assert_eq!(y, want);
    }
}
