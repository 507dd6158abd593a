//! Products of polynomials, as in [`polynomial`](super::polynomial), of four pixels that see but themselves: with a field `f` the
//! words of a tap are `x + y * f` and `z + v * f` of the pixels, `a + b * f` and `b + c * f` of three outputs' weights. What
//! three pixels and two outputs are there, three outputs and two pixels are here, so that images of four pixels, which threes
//! do not divide, are made without waste.
//!
//! A stream has a block for every three outputs: for every tap two words; then [`SCALE`] words that scale each output, which is
//! folded: first sum, factor, multiplier and addend. The last block has the last three outputs, of which the block before it may
//! have some too.

use core::cell::Cell;

use super::polynomial::{PASS, SCALE};
use super::{Stream, fast};

/// Outputs of a block.
pub const OUTPUTS: usize = 3;
/// Pixels that are multiplied at once.
pub const PIXELS: usize = 4;
/// There are at least so many taps.
pub const LEAST: usize = 4;

/// Sums that parts leave to those behind them.
pub(super) const SUMS: usize = OUTPUTS * PIXELS;

/// Words of a block of so many taps.
pub const fn words(taps: usize) -> usize {
    taps.wrapping_mul(2).wrapping_add(OUTPUTS * SCALE)
}

/// First output of a block, of so many outputs, which are three at least.
pub const fn first(outputs: usize, block: usize) -> usize {
    let (first, last) = (block * OUTPUTS, outputs.saturating_sub(OUTPUTS));
    if first < last { first } else { last }
}

/// First of the two words of a block's tap.
pub const fn weight(taps: usize, block: usize, k: usize) -> usize {
    block * words(taps) + 2 * k
}

/// First of the words that scale a block's output.
pub const fn factor(taps: usize, block: usize, output: usize) -> usize {
    block * words(taps) + 2 * taps + output * SCALE
}

/// Words that hold the activations of four pixels, and sums.
pub const fn wide_len(taps: usize) -> usize {
    taps.wrapping_mul(2).wrapping_add(SUMS)
}

/// A stream and the activations of four pixels, ready to be multiplied again and again.
#[derive(Debug)]
pub struct Matrix<'a> {
    wide: &'a [[Cell<i32>; 2]],
    whole: fast::fours::Blocks<'a>,
    /// Last outputs that are no three are made with those before them.
    rest: Option<fast::fours::Blocks<'a>>,
    outputs: usize,
}

impl<'a> Matrix<'a> {
    /// For so many outputs of a pixel, with `part` taps in a part.
    pub fn new(wide: &'a [Cell<i32>], stream: Stream<'a>, outputs: usize, part: usize) -> Option<Self> {
        let (wide, sums) = wide.split_at_checked(wide.len().checked_sub(SUMS)?)?;
        sums.iter().for_each(|sum| sum.set(0));
        let (wide, odd) = wide.as_chunks();
        if wide.len() < LEAST || !odd.is_empty() || part == 0 || !part.is_multiple_of(PASS) {
            return None;
        }
        let words = words(wide.len());
        let make = |stream: Stream<'a>, blocks: usize| {
            let stream = stream.0.get(..blocks.checked_mul(words)?).filter(|_| blocks > 0)?;
            Some(fast::fours::Blocks::new(wide, sums, stream, part))
        };
        let blocks = outputs / OUTPUTS;
        let whole = make(stream, blocks)?;
        let rest = make(stream.from(words, blocks), (!outputs.is_multiple_of(OUTPUTS)) as usize);
        Some(Matrix { wide, whole, rest, outputs })
    }

    /// All outputs of the pixels from `x` on, one behind the other. Where the last are no four, some of them are made twice.
    pub fn pixels(&self, x: &[Cell<i8>], y: &[Cell<i8>]) {
        let (taps, outputs) = (self.wide.len(), self.outputs);
        let pixels = x.len().checked_div(taps).unwrap_or(0).min(y.len().checked_div(outputs).unwrap_or(0));
        let mut next = 0usize;
        while next < pixels {
            let four = [0, 1, 2, 3].map(|i| next.wrapping_add(i).min(pixels.wrapping_sub(1)));
            let (xs, ys) = (four.map(|at| pixel(x, taps, at)), four.map(|at| pixel(y, outputs, at)));
            if xs.iter().all(|x| x.len() == taps) && ys.iter().all(|y| y.len() == outputs) {
                fast::fours::take(xs, self.wide);
                self.whole.multiply(ys);
                if let Some(rest) = &self.rest {
                    rest.multiply(ys.map(|y| y.get(outputs.wrapping_sub(OUTPUTS)..).unwrap_or(&[])));
                }
            }
            next = next.wrapping_add(PIXELS);
        }
    }
}

/// The `n` elements of one of the pixels that lie one behind the other.
fn pixel<T>(of: &[T], n: usize, at: usize) -> &[T] {
    let first = at.wrapping_mul(n);
    of.get(first..first.wrapping_add(n)).unwrap_or(&[])
}

#[cfg(test)]
mod tests {
    use super::super::polynomial::{FIRST, join};
    use super::*;
    use crate::fixed::folded;
    use std::vec;
    use std::vec::Vec;

    #[test]
    fn every_word_has_one_meaning() {
        const TAPS: usize = 5;
        let mut seen = vec![0; 2 * words(TAPS)];
        for block in 0..2 {
            (0..2 * TAPS).for_each(|k| seen[weight(TAPS, block, k / 2) + k % 2] += 1);
            (0..OUTPUTS * SCALE).for_each(|i| seen[factor(TAPS, block, i / SCALE) + i % SCALE] += 1);
        }
        assert!(seen.iter().all(|seen| *seen == 1));
    }

    #[test]
    fn blocks_have_all_outputs() {
        for outputs in 3..12 {
            let mut seen = vec![false; outputs];
            for block in 0..usize::div_ceil(outputs, OUTPUTS) {
                seen[first(outputs, block)..][..OUTPUTS].fill(true);
            }
            assert!(seen.iter().all(|seen| *seen), "{outputs}");
        }
    }

    /// Pixels and outputs that are no fours and threes, taps that are no fours, in as many parts as there are.
    #[test]
    fn sums_are_those_of_single_products() {
        for (taps, outputs, part) in [(4, 3, 32), (70, 8, 32), (96, 7, 64), (65, 4, 96), (130, 6, 64)] {
            let weight_of = |o: usize, k: usize| ((o * 91 + k * 37) as i8 / 2) as i32;
            let bias = |o: usize| o as i32 * 9999;
            let (left, m, c) = (2, 1 << 28, 1 << 10);
            let blocks = usize::div_ceil(outputs, OUTPUTS);
            let mut words = vec![0; blocks * words(taps)];
            for block in 0..blocks {
                let from = first(outputs, block);
                for k in 0..taps {
                    for i in 0..2 {
                        let both = join(weight_of(from + i, k), weight_of(from + i + 1, k));
                        words[weight(taps, block, k) + i] = both.to_le();
                    }
                }
                for i in 0..OUTPUTS {
                    let first = (bias(from + i) - FIRST * usize::div_ceil(taps, part) as i32) << left;
                    for (at, value) in [first, 1 << left, m, c].into_iter().enumerate() {
                        words[factor(taps, block, i) + at] = value.to_le();
                    }
                }
            }
            for pixels in [1, 4, 7] {
                let mut x: Vec<i8> = (0..taps * pixels).map(|i| (i * i * 7 + i * 3) as i8).collect();
                let want = (0..pixels * outputs).map(|at| {
                    let (pixel, o) = (at / outputs, at % outputs);
                    let products = (0..taps).map(|k| weight_of(o, k) * x[pixel * taps + k] as i32);
                    folded((products.sum::<i32>() + bias(o)) << left, m, c)
                });
                let want: Vec<i8> = want.collect();
                let mut wide = vec![77; wide_len(taps)];
                let wide = Cell::from_mut(&mut wide[..]).as_slice_of_cells();
                let matrix = Matrix::new(wide, Stream(&words), outputs, part).unwrap();
                let mut y = vec![0i8; pixels * outputs];
                let cells = Cell::from_mut(&mut y[..]).as_slice_of_cells();
                matrix.pixels(Cell::from_mut(&mut x[..]).as_slice_of_cells(), cells);
                assert_eq!(y, want, "{taps} taps, {outputs} outputs, parts of {part}, {pixels} pixels");
                assert!(want.iter().any(|y| *y != want[0]));
            }
        }
    }
}
