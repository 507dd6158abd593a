//! Filters of 3x3 taps by Winograd's F(4x4, 3x3), in whole numbers: 36 products make 16 outputs, where 144 would.
//!
//! A tile of 4x4 outputs sees 6x6 inputs. Those of a channel, with 128 added, are `d`; `V = B d B'`, and [`OFFSET`] is
//! added, so that a word holds two of them without a borrow. The desktop makes `U = G g G'` of the taps `g`. The sums
//! `M = first + sum(U * V)` over all channels, place by place, give 16 numbers `T M T'`, of which output `(i, j)` is
//! `576 >> (E[i] + E[j])` times what a convolution sums up. A ninth of it is a product with [`NINTH`], and a shift
//! leaves twice the sum, to be scaled by [`crate::fixed::doubled`]. All wraps around at 32 bits, and is exact where the
//! sum of the convolution has 26.
//!
//! A stream has a block for every two outputs: for each of the 36 places, row by row, the first sums `a, b, a, b`, and
//! for every four channels the weights of `a`, then of `b`, channels in the order of the wide activations; then
//! multiplier, addend and shift of `a` and of `b`.

use core::cell::Cell;

use super::{Stream, reach, tiles, wide_index};

/// Outputs on a side of a tile.
pub const TILE: usize = 4;
/// Inputs that it sees on a side.
pub const SIDE: usize = 6;
/// Products that make a tile.
pub const PLACES: usize = SIDE * SIDE;
/// Input channels are a multiple of four, and not more.
pub const MAX_CHANNELS: usize = 64;

/// Makes weights of taps: twelve, six, six, 24, 24 and three times the usual fractions.
pub const G: [[i32; 3]; SIDE] = [[3, 0, 0], [-1, -1, -1], [-1, 1, -1], [1, 2, 4], [1, -2, 4], [0, 0, 3]];
/// Makes factors of inputs. Sums of eight bits reach from -12,750 to 17,340.
pub const B: [[i32; SIDE]; SIDE] = [
    [4, 0, -5, 0, 1, 0],
    [0, -4, -4, 1, 1, 0],
    [0, 4, -4, -1, 1, 0],
    [0, -2, -1, 2, 1, 0],
    [0, 2, -1, -2, 1, 0],
    [0, 4, 0, -5, 0, 1],
];
/// Makes outputs of sums. Row `i` lacks a factor of two to the power of `E[i]`.
pub const T: [[i32; SIDE]; TILE] =
    [[2, 4, 4, 1, 1, 0], [0, 2, -2, 1, -1, 0], [0, 1, 1, 1, 1, 0], [0, 1, -1, 2, -2, 2]];
/// See [`T`].
pub const E: [u32; TILE] = [0, 1, 2, 2];
/// Added to each transformed input.
pub const OFFSET: i32 = 12800;
/// Nine times this is one, modulo 2^32.
pub const NINTH: i32 = 0x38e3_8e39;
/// What is added to the first sum of [`CENTER`] comes to so many 576ths in every output.
pub const CENTER_GAIN: i32 = 16;
/// The second place of the second row: its column of `T` is a power of two that makes up for what the row lacks.
pub const CENTER: usize = SIDE + 1;

/// Words of a block.
pub const fn words(channels: usize) -> usize {
    place_words(channels).wrapping_mul(PLACES).wrapping_add(6)
}

const fn place_words(channels: usize) -> usize {
    channels.wrapping_add(4)
}

/// Word of the first sum of output `o` at place `p`. Two words on lies the other tile's.
pub const fn sum(channels: usize, o: usize, p: usize) -> usize {
    (o / 2) * words(channels) + p * place_words(channels) + o % 2
}

/// Halfword of the weight of output `o` at place `p` for channel `c`.
pub const fn weight(channels: usize, o: usize, p: usize, c: usize) -> usize {
    let place = (o / 2) * words(channels) + p * place_words(channels) + 4;
    place * 2 + wide_index(2, o % 2, c)
}

/// First of the three words that scale output `o`.
pub const fn scale(channels: usize, o: usize) -> usize {
    (o / 2) * words(channels) + PLACES * place_words(channels) + (o % 2) * 3
}

/// Elements of the transformed inputs of two tiles.
pub const fn wide_len(channels: usize) -> usize {
    channels.wrapping_mul(2 * PLACES)
}

/// Elements of [`Work::sums`].
pub const SUMS: usize = 4 * PLACES + 2 * TILE * SIDE;

/// Scratch memory.
#[derive(Clone, Copy, Debug)]
pub struct Work<'a> {
    /// Transformed inputs of two tiles.
    pub wide: &'a [Cell<i16>],
    /// Numbers on their way, as many as [`SUMS`]: what they are in the end depends on the core.
    pub sums: &'a [Cell<i32>],
}

impl Work<'_> {
    /// Input channels, if memory suits them.
    fn channels(&self) -> Option<usize> {
        let channels = self.wide.len() / (2 * PLACES);
        let suits = channels.is_multiple_of(4) && channels > 0 && channels <= MAX_CHANNELS;
        (suits && self.wide.len() == wide_len(channels) && self.sums.len() == SUMS).then_some(channels)
    }

    /// Transforms the 6x6 pixels at `x`, whose rows are `step` apart, as `lane` of two.
    #[inline(always)]
    pub fn transform(&self, lane: usize, x: &[Cell<i8>], step: usize) {
        if let Some(channels) = self.channels()
            && reach(SIDE, step, channels.wrapping_mul(SIDE)) <= x.len()
            && lane < 2
        {
            tiles::transform(*self, channels, lane, x, step);
        }
    }

    /// All `outputs` of the pixels of two tiles. Both may be the same: then the first tile's outputs stay.
    #[inline(always)]
    pub fn multiply(&self, stream: Stream<'_>, outputs: usize, tiles: [Tile<'_>; 2]) {
        let fits = |tile: &Tile<'_>| reach(TILE, tile.step, outputs.wrapping_mul(TILE)) <= tile.y.len();
        if let Some(channels) = self.channels()
            && outputs > 0
            && outputs.is_multiple_of(2)
            && (outputs / 2).checked_mul(words(channels)) == Some(stream.0.len())
            && tiles.iter().all(fits)
        {
            tiles::multiply(*self, channels, stream, outputs, tiles);
        }
    }
}

/// Where the outputs of a tile go.
#[derive(Clone, Copy, Debug)]
pub struct Tile<'a> {
    /// From the first output on.
    pub y: &'a [Cell<i8>],
    /// From row to row.
    pub step: usize,
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::vec;

    #[test]
    fn every_halfword_has_one_meaning() {
        const CHANNELS: usize = 8;
        let mut seen = vec![false; 2 * 2 * words(CHANNELS)];
        let mut mark = |at: usize| assert!(!core::mem::replace(&mut seen[at], true));
        for o in 0..4 {
            for p in 0..PLACES {
                let sum = sum(CHANNELS, o, p) * 2;
                [0, 1, 4, 5].iter().for_each(|i| mark(sum + i));
                (0..CHANNELS).for_each(|c| mark(weight(CHANNELS, o, p, c)));
            }
            (0..6).for_each(|i| mark(scale(CHANNELS, o) * 2 + i));
        }
        assert!(seen.iter().all(|seen| *seen));
    }

    #[test]
    fn transformed_bytes_have_fifteen_bits() {
        let ends = |positive: bool| {
            let worst = move |(i, j): (usize, usize)| {
                let products = B[i].iter().flat_map(|a| B[j].iter().map(move |b| a * b * 255));
                products.filter(|product| (*product > 0) == positive).sum::<i32>()
            };
            (0..PLACES).map(move |p| worst((p / SIDE, p % SIDE)) + OFFSET)
        };
        assert_eq!((ends(false).min(), ends(true).max()), (Some(50), Some(30140)));
    }

    /// A line of six inputs and three taps: four outputs, each 24 times the convolution's.
    #[test]
    fn a_line_of_products_is_a_line_of_sums() {
        for (x, g) in (0..SIDE * 3).map(|i| (i / 3, i % 3)) {
            for (i, (row, e)) in T.iter().zip(E).enumerate() {
                let sum: i32 = (0..SIDE).map(|p| row[p] * G[p][g] * B[p][x]).sum();
                assert_eq!(sum << e, if x == i + g { 24 } else { 0 }, "input {x}, tap {g}, output {i}");
            }
            for (row, e) in T.iter().zip(E) {
                assert_eq!((row[CENTER % SIDE] << e).pow(2), CENTER_GAIN);
            }
        }
        assert_eq!(NINTH.wrapping_mul(9), 1);
    }
}
