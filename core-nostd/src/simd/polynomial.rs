//! Products of polynomials: one multiplication of 32 by 32 bits, added to 64, makes three products of bytes. With a field
//! `f` of 21 bits, `(a + b * f) * (x + y * f)` is `a*x + (b*x + a*y) * f + b*y * f^2`. Two such sums, of pixels x, y and of
//! y, z, give two outputs of three pixels: the products of y that two fields share are alone in two others, and taken out of
//! the shared ones before what those leave is read, so that a field need have room for the products of one output only.
//!
//! A *part* is a run of taps whose sums the fields have room for; behind each of them sums are taken out, and begin anew.
//! Parts end a whole number of parts before the last tap.
//!
//! A stream has a block for every four outputs: for every tap two words, `a + b * f` of the first two outputs and of the
//! next two; then [`SCALE`] words that scale each output. Activations of three pixels are two words a tap.

use core::cell::Cell;

use super::{Field, Stream, fast, reach};

/// Bits of a field.
pub const FIELD: u32 = 21;
/// Outputs of a block.
pub const OUTPUTS: usize = 4;
/// Pixels that are multiplied at once.
pub const PIXELS: usize = 3;
/// Taps are a multiple of this.
pub const RUN: usize = 4;
/// Taps of a part are a multiple of this.
pub const PASS: usize = 32;
/// Words that scale an output: first sum, factor, multiplier and addend, or first sum, multiplier, addend and shift.
pub const SCALE: usize = 4;
/// What fields begin with, so that they are never negative; twice that where two sums share one.
pub const FIRST: i32 = 1 << (FIELD - 1);

/// Sums that parts leave to those behind them.
pub(super) const SUMS: usize = OUTPUTS * PIXELS;

/// Words of a block of so many taps.
pub const fn words(taps: usize) -> usize {
    taps.wrapping_mul(OUTPUTS / 2).wrapping_add(OUTPUTS * SCALE)
}

/// Word of the tap `k` of output `o` and its neighbour.
pub const fn weight(taps: usize, o: usize, k: usize) -> usize {
    (o / OUTPUTS) * words(taps) + k * (OUTPUTS / 2) + o % OUTPUTS / 2
}

/// First of the words that scale output `o`.
pub const fn factor(taps: usize, o: usize) -> usize {
    (o / OUTPUTS) * words(taps) + taps * (OUTPUTS / 2) + o % OUTPUTS * SCALE
}

/// Words that hold the activations of three pixels, and sums.
pub const fn wide_len(taps: usize) -> usize {
    taps.wrapping_mul(PIXELS - 1).wrapping_add(SUMS)
}

/// `low + high * f`.
pub const fn join(low: i32, high: i32) -> i32 {
    low.wrapping_add(high.wrapping_shl(FIELD))
}

/// What [`join`] joined.
pub const fn split(both: i32) -> [i32; 2] {
    let low = both << (32 - FIELD) >> (32 - FIELD);
    [low, both.wrapping_sub(low) >> FIELD]
}

/// A stream and the activations of three pixels, ready to be multiplied again and again.
#[derive(Debug)]
pub struct Matrix<'a> {
    wide: &'a [Cell<i32>],
    whole: Option<fast::polynomial::Blocks<'a>>,
    /// Last outputs that are no four have a block of their own, whose other outputs are nobody's.
    rest: Option<fast::polynomial::Blocks<'a>>,
    outputs: usize,
}

impl<'a> Matrix<'a> {
    /// For so many outputs of a pixel, folded or not; with `part` taps in a part, of which so many fill up the last run.
    pub fn new(
        wide: &'a [Cell<i32>],
        stream: Stream<'a>,
        folded: bool,
        outputs: usize,
        (part, unused): (usize, usize),
    ) -> Option<Self> {
        let (wide, sums) = wide.split_at_checked(wide.len().checked_sub(SUMS)?)?;
        sums.iter().for_each(|sum| sum.set(0));
        let taps = wide.len() / (PIXELS - 1);
        if taps == 0 || !wide.len().is_multiple_of(PIXELS - 1) || part == 0 || !part.is_multiple_of(PASS) {
            return None;
        }
        let words = words(taps);
        let make = |stream: Stream<'a>, blocks: usize| {
            let stream = stream.0.get(..blocks.checked_mul(words)?).filter(|_| blocks > 0)?;
            let wide = wide.as_chunks().0;
            Some(fast::polynomial::Blocks::new(wide, sums, stream, folded, (part, unused)))
        };
        let blocks = outputs / OUTPUTS;
        let whole = make(stream, blocks);
        let rest = make(stream.from(words, blocks), (!outputs.is_multiple_of(OUTPUTS)) as usize);
        Some(Matrix { wide, whole, rest, outputs })
    }

    /// Takes in the taps of three pixels whose fields lie `step` bytes apart, the first one's at the start of `x`. A row must
    /// be a multiple of four.
    pub fn take(&self, field: &Field, x: &[Cell<i8>], step: usize) {
        let groups = field.run / RUN;
        if field.run.is_multiple_of(RUN)
            && groups > 0
            && field.taps.checked_mul(PIXELS - 1) == Some(self.wide.len())
            && reach(PIXELS, step, field.reach) <= x.len()
        {
            fast::polynomial::take(x, step, [field.rows, groups, field.step], self.wide);
        }
    }

    /// All outputs of the pixels. Some `y` may be the same: then the outputs of the first of those pixels stay.
    pub fn multiply(&self, y: [&[Cell<i8>]; PIXELS]) {
        let [y0, y1, y2] = y;
        if y0.len() == self.outputs && y1.len() == self.outputs && y2.len() == self.outputs {
            if let Some(whole) = &self.whole {
                whole.multiply(y);
            }
            if let Some(rest) = &self.rest {
                Self::last(rest, &y);
            }
        }
    }

    /// All outputs of as many pixels as `y` is for, a multiple of three, whose fields lie `step` bytes apart as for
    /// [`Matrix::take`].
    pub fn pixels(&self, field: &Field, mut x: &[Cell<i8>], step: usize, y: &[Cell<i8>]) {
        for y in y.chunks_exact(self.outputs.wrapping_mul(PIXELS).max(1)) {
            self.take(field, x, step);
            x = x.get(step.wrapping_mul(PIXELS)..).unwrap_or(&[]);
            if let Some((y0, y)) = y.split_at_checked(self.outputs)
                && let Some((y1, y2)) = y.split_at_checked(self.outputs)
            {
                self.multiply([y0, y1, y2]);
            }
        }
    }

    #[cold]
    #[inline(never)]
    fn last(rest: &fast::polynomial::Blocks<'_>, y: &[&[Cell<i8>]; PIXELS]) {
        let spare = [const { [const { Cell::new(0) }; OUTPUTS] }; PIXELS];
        rest.multiply(spare.each_ref().map(|spare| &spare[..]));
        for (y, made) in y.iter().zip(&spare).rev() {
            let (_, y) = y.as_chunks::<OUTPUTS>();
            y.iter().zip(made).for_each(|(y, made)| y.set(made.get()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixed::{doubled, folded};
    use std::vec;
    use std::vec::Vec;

    #[test]
    fn two_weights_are_told_apart() {
        for (a, b) in [(-128, 127), (127, -128), (-1, 0), (0, -1), (-128, -128), (5, 0)] {
            assert_eq!(split(join(a, b)), [a, b]);
        }
    }

    #[test]
    fn every_word_has_one_meaning() {
        const TAPS: usize = 8;
        let mut seen = vec![0; 2 * words(TAPS)];
        for o in 0..2 * OUTPUTS {
            (0..TAPS).for_each(|k| seen[weight(TAPS, o, k)] += 1);
            (0..SCALE).for_each(|i| seen[factor(TAPS, o) + i] += 2);
        }
        assert!(seen.iter().all(|seen| *seen == 2));
    }

    /// Pixels of `x` that overlap, outputs that are no four, in as many parts as there are.
    #[test]
    fn sums_are_those_of_single_products() {
        const TAPS: usize = 72;
        const OUT: usize = 6;
        let (weight_of, bias) =
            (|o: usize, k: usize| (o * 91 + k * 37) as i8 as i32, |o: usize| o as i32 * 9999);
        let mut x: Vec<i8> = (0..TAPS * 2).map(|i| (i * i * 7 + i * 3) as i8).collect();
        for (part, is_folded) in [(32, true), (64, false), (96, true)] {
            let (left, m, c, n) = (2, 1 << 30, 1 << 10, 7);
            let mut words = vec![0; 2 * words(TAPS)];
            for o in 0..OUT {
                if o % 2 == 0 {
                    let pair = |k| join(weight_of(o, k), weight_of(o + 1, k)).to_le();
                    (0..TAPS).for_each(|k| words[weight(TAPS, o, k)] = pair(k));
                }
                let first = bias(o) - FIRST * TAPS.div_ceil(part) as i32;
                let scale = if is_folded { [first << left, 1 << left, m, c] } else { [first * 2, m, c, n] };
                for (word, value) in words[factor(TAPS, o)..].iter_mut().zip(scale) {
                    *word = value.to_le();
                }
            }
            let want: [[i8; OUT]; PIXELS] = [0, 16, 32].map(|at| {
                let output = |o| {
                    let sum = (0..TAPS).map(|k| weight_of(o, k) * x[at + k] as i32).sum::<i32>() + bias(o);
                    if is_folded { folded(sum << left, m, c) } else { doubled(sum * 2, m, c, n) }
                };
                core::array::from_fn(output)
            });
            let mut wide = vec![77; wide_len(TAPS)];
            let wide = Cell::from_mut(&mut wide[..]).as_slice_of_cells();
            let matrix = Matrix::new(wide, Stream(&words), is_folded, OUT, (part, 0)).unwrap();
            matrix.take(&Field::new(1, TAPS, 0), Cell::from_mut(&mut x[..]).as_slice_of_cells(), 16);
            for _ in 0..2 {
                let mut y = [[0i8; OUT]; PIXELS];
                matrix.multiply(y.each_mut().map(|y| Cell::from_mut(&mut y[..]).as_slice_of_cells() as &_));
                assert_eq!(y, want, "{part}");
            }
            assert_ne!(want[0], want[1]);
        }
    }
}
