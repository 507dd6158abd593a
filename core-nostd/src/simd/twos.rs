//! Filters of two rows and columns over images of as many, padded below and to the right: each row of outputs by products of
//! polynomials. With a field `f` of 24 bits, `(a + b * f) * (y + x * f)` of two neighbouring weights and two neighbouring pixels is
//! `a*y + (a*x + b*y) * f` and what lies above: the right output's part, and the left one's. The upper row of outputs is made of
//! both rows of weights and pixels, the lower one of the upper weights and the lower pixels. Right pixels are those plus 128, so
//! that words hold both.
//!
//! A stream has a block for every output: for every channel the words of the upper and the lower weights; then the first sums of
//! the four pixels, each row's right one first, and what scales them, [doubled](crate::fixed::doubled): multiplier, addend and
//! shift.

use core::cell::Cell;

use super::{Stream, fast};

/// Bits of a field.
pub const FIELD: u32 = 24;
/// What fields begin with, so that they are never negative.
pub const FIRST: i32 = 1 << (FIELD - 1);
/// Pixels of an image.
pub const PIXELS: usize = 4;
/// Channels are a multiple of this.
pub const RUN: usize = 4;
/// Words behind the weights of an output.
pub const SCALE: usize = PIXELS + 3;

/// Words of a block of so many channels.
pub const fn words(channels: usize) -> usize {
    channels.wrapping_mul(2).wrapping_add(SCALE)
}

/// `low + high * f`, if a word holds it.
pub fn join(low: i32, high: i32) -> Option<i32> {
    i32::try_from(low as i64 + ((high as i64) << FIELD)).ok()
}

/// What [`join`] joined.
pub const fn split(both: i32) -> [i32; 2] {
    let low = both << (32 - FIELD) >> (32 - FIELD);
    [low, both.wrapping_sub(low) >> FIELD]
}

/// A stream and the activations of an image, ready to be multiplied again and again.
#[derive(Debug)]
pub struct Twos<'a> {
    wide: &'a [[Cell<i32>; 2]],
    stream: &'a [i32],
    outputs: usize,
}

impl<'a> Twos<'a> {
    /// For so many outputs of a pixel; `wide` has two words for each channel.
    pub fn new(wide: &'a [Cell<i32>], stream: Stream<'a>, outputs: usize) -> Option<Self> {
        let (wide, odd) = wide.as_chunks();
        let stream = stream.0.get(..outputs.checked_mul(words(wide.len()))?)?;
        let suits = odd.is_empty() && !wide.is_empty() && wide.len().is_multiple_of(RUN) && outputs > 0;
        suits.then_some(Twos { wide, stream, outputs })
    }

    /// All outputs of an image's pixels.
    pub fn image(&self, x: [&[Cell<i8>]; PIXELS], y: [&[Cell<i8>]; PIXELS]) {
        if x.iter().all(|x| x.len() == self.wide.len()) && y.iter().all(|y| y.len() == self.outputs) {
            fast::twos::image(x, self.wide, self.stream, y);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixed::doubled;
    use std::vec;
    use std::vec::Vec;

    #[test]
    fn two_weights_are_told_apart_if_a_word_holds_both() {
        for (a, b) in [(-128, 127), (127, -128), (-1, 0), (0, -1), (-128, -127), (5, 0)] {
            assert_eq!(join(a, b).map(split), Some([a, b]));
        }
        assert_eq!(join(-1, -128), None);
    }

    #[test]
    fn sums_are_those_of_the_taps_that_an_output_sees() {
        for channels in [4, 36, 68] {
            const OUTPUTS: usize = 3;
            let weight = |o: usize, k: usize| ((o * 91 + k * 37) as i8).max(-127) as i32;
            let (m, c, n) = (1 << 28, 1 << 10, 9);
            let sum = |o: usize, taps: &[usize]| {
                taps.iter().map(|tap| (0..channels).map(|k| weight(o, tap * channels + k)).sum::<i32>()).sum()
            };
            let mut stream = vec![0; OUTPUTS * words(channels)];
            for (o, block) in stream.chunks_mut(words(channels)).enumerate() {
                for (at, word) in block.iter_mut().enumerate().take(2 * channels) {
                    let tap = |column: usize| weight(o, (at % 2 * 2 + column) * channels + at / 2);
                    *word = join(tap(0), tap(1)).unwrap().to_le();
                }
                // 128 for each right pixel
                let added: [i32; PIXELS] =
                    [sum(o, &[0, 2]), sum(o, &[1, 3]), sum(o, &[0]), sum(o, &[1])].map(|sum: i32| sum * 128);
                let firsts = added.map(|added| (o as i32 * 9999 - added - FIRST) * 2);
                let scale = firsts.into_iter().chain([m, c, n]);
                block[2 * channels..].iter_mut().zip(scale).for_each(|(word, value)| *word = value.to_le());
            }
            let mut x: Vec<i8> = (0..channels * PIXELS).map(|i| (i * i * 7 + i * 3) as i8).collect();
            let want = (0..PIXELS * OUTPUTS).map(|at| {
                let (pixel, o) = (at / OUTPUTS, at % OUTPUTS);
                let seen = (0..PIXELS).filter_map(|tap| {
                    let [row, column] = [pixel / 2 + tap / 2, pixel % 2 + tap % 2];
                    (row < 2 && column < 2).then_some((tap, row * 2 + column))
                });
                let products = seen.flat_map(|(tap, pixel)| {
                    let x = &x[pixel * channels..];
                    (0..channels).map(move |k| weight(o, tap * channels + k) * x[k] as i32)
                });
                doubled((products.sum::<i32>() + o as i32 * 9999) * 2, m, c, n)
            });
            let want: Vec<i8> = want.collect();
            let (mut wide, mut y) = (vec![77; 2 * channels], vec![0i8; PIXELS * OUTPUTS]);
            let wide = Cell::from_mut(&mut wide[..]).as_slice_of_cells();
            let twos = Twos::new(wide, Stream(&stream), OUTPUTS).unwrap();
            let x = Cell::from_mut(&mut x[..]).as_slice_of_cells();
            let cells = Cell::from_mut(&mut y[..]).as_slice_of_cells();
            twos.image(
                [0, 1, 2, 3].map(|pixel| &x[pixel * channels..][..channels]),
                [0, 1, 2, 3].map(|pixel| &cells[pixel * OUTPUTS..][..OUTPUTS]),
            );
            assert_eq!(y, want, "{channels}");
        }
    }
}
