//! Filters of 3x3 taps by Winograd's F(4x4, 3x3) and F(2x2, 3x3), in whole numbers: 36 products make 16 outputs, or 16 make
//! 4, where 144 would, or 36.
//!
//! A tile of 4x4 (2x2) outputs sees 6x6 (4x4) inputs. Those of a channel, with 128 added, are `d`; `V = B d B'`, and
//! [`Form::offset`] is added, so that a word holds two of them without a borrow. The desktop makes `U = G g G'` of the taps
//! `g`. The sums `M = first + sum(U * V)` over all channels, place by place, give 16 (4) numbers `T M T'`, of which output
//! `(i, j)` is `576 >> (E[i] + E[j])` (4) times what a convolution sums up. A ninth of it is a product with
//! [`Form::inverse`], and a shift leaves twice the sum, to be scaled by [`crate::fixed::doubled`]. All wraps around at 32
//! bits, and is exact where the sum of the convolution has 26 (30).
//!
//! A stream has a block for every two outputs: for each of the places, row by row, the first sums `a, b, a, b`, and
//! for every four channels the weights of `a`, then of `b`, channels in the order of the wide activations; then
//! multiplier, addend and shift of `a` and of `b`.

use core::cell::Cell;

use super::{Stream, reach, tiles, wide_index};

/// Inputs that a tile sees on a side, at most.
pub const MAX_SIDE: usize = 6;
/// Input channels are a multiple of four, and not more.
pub const MAX_CHANNELS: usize = 64;

/// Tiles of one size.
#[derive(Debug)]
pub struct Form {
    /// Outputs on a side of a tile.
    pub tile: usize,
    /// Inputs that it sees on a side.
    pub side: usize,
    /// Makes weights of taps, so many times the usual fractions that they are whole.
    pub g: &'static [[i32; 3]],
    /// Makes factors of inputs.
    pub b: &'static [&'static [i32]],
    /// Makes outputs of sums. Row `i` lacks a factor of two to the power of `e[i]`.
    pub t: &'static [&'static [i32]],
    /// See `t`.
    pub e: &'static [u32],
    /// Added to each transformed input.
    pub offset: i32,
    /// What an odd factor of all outputs makes one, modulo 2^32.
    pub inverse: i32,
    /// Without that factor outputs, but for what they lack, are twice two to this power times sums.
    pub shift: u32,
    /// Added so many times to the first sum of [`Form::center`], a bias is added to every sum.
    pub bias: i32,
}

/// F(4x4, 3x3). Weights are twelve, six, six, 24, 24 and three times the usual fractions; inputs of eight bits come to
/// -12,750 to 17,340.
pub const FOUR: Form = Form {
    tile: 4,
    side: 6,
    g: &[[3, 0, 0], [-1, -1, -1], [-1, 1, -1], [1, 2, 4], [1, -2, 4], [0, 0, 3]],
    b: &[
        &[4, 0, -5, 0, 1, 0],
        &[0, -4, -4, 1, 1, 0],
        &[0, 4, -4, -1, 1, 0],
        &[0, -2, -1, 2, 1, 0],
        &[0, 2, -1, -2, 1, 0],
        &[0, 4, 0, -5, 0, 1],
    ],
    t: &[&[2, 4, 4, 1, 1, 0], &[0, 2, -2, 1, -1, 0], &[0, 1, 1, 1, 1, 0], &[0, 1, -1, 2, -2, 2]],
    e: &[0, 1, 2, 2],
    offset: 12800,
    inverse: 0x38e3_8e39,
    shift: 5,
    bias: 36,
};

/// F(2x2, 3x3). Weights are one, two, two and one times the usual fractions; inputs of eight bits come to -510 to 1020.
pub const TWO: Form = Form {
    tile: 2,
    side: 4,
    g: &[[1, 0, 0], [1, 1, 1], [1, -1, 1], [0, 0, 1]],
    b: &[&[1, 0, -1, 0], &[0, 1, 1, 0], &[0, -1, 1, 0], &[0, 1, 0, -1]],
    t: &[&[2, 1, 1, 0], &[0, 1, -1, -2]],
    e: &[0, 0],
    offset: 512,
    inverse: 1,
    shift: 1,
    bias: 4,
};

impl Form {
    /// That of tiles of so many outputs on a side: 4 or 2.
    pub const fn of(tile: usize) -> &'static Self {
        if tile == 4 { &FOUR } else { &TWO }
    }

    /// Products that make a tile.
    pub const fn places(&self) -> usize {
        self.side * self.side
    }

    /// The second place of the second row: its column of `t` is a power of two that makes up for what the row lacks.
    pub const fn center(&self) -> usize {
        self.side + 1
    }

    /// Words of a block.
    pub const fn words(&self, channels: usize) -> usize {
        place_words(channels).wrapping_mul(self.places()).wrapping_add(6)
    }

    /// Word of the first sum of output `o` at place `p`. Two words on lies the other tile's.
    pub const fn sum(&self, channels: usize, o: usize, p: usize) -> usize {
        (o / 2) * self.words(channels) + p * place_words(channels) + o % 2
    }

    /// Halfword of the weight of output `o` at place `p` for channel `c`.
    pub const fn weight(&self, channels: usize, o: usize, p: usize, c: usize) -> usize {
        let place = (o / 2) * self.words(channels) + p * place_words(channels) + 4;
        place * 2 + wide_index(2, o % 2, c)
    }

    /// First of the three words that scale output `o`.
    pub const fn scale(&self, channels: usize, o: usize) -> usize {
        (o / 2) * self.words(channels) + self.places() * place_words(channels) + (o % 2) * 3
    }

    /// Elements of the transformed inputs of two tiles.
    pub const fn wide_len(&self, channels: usize) -> usize {
        channels.wrapping_mul(2 * self.places())
    }

    /// Elements of [`Work::sums`].
    pub const fn sums(&self) -> usize {
        4 * self.places() + 2 * self.tile * self.side
    }
}

const fn place_words(channels: usize) -> usize {
    channels.wrapping_add(4)
}

/// Scratch memory for tiles of so many outputs on a side.
#[derive(Clone, Copy, Debug)]
pub struct Work<'a, const TILE: usize> {
    /// Transformed inputs of two tiles.
    pub wide: &'a [Cell<i16>],
    /// Numbers on their way, as many as [`Form::sums`]: what they are in the end depends on the core.
    pub sums: &'a [Cell<i32>],
}

impl<const TILE: usize> Work<'_, TILE> {
    /// What the tiles are.
    pub(super) const FORM: &'static Form = Form::of(TILE);

    /// Input channels, if memory suits them.
    fn channels(&self) -> Option<usize> {
        let channels = self.wide.len() / (2 * Self::FORM.places());
        let suits = channels.is_multiple_of(4) && channels > 0 && channels <= MAX_CHANNELS;
        let held = self.wide.len() == Self::FORM.wide_len(channels) && self.sums.len() == Self::FORM.sums();
        (suits && held).then_some(channels)
    }

    /// Transforms the pixels that a tile sees at `x`, whose rows are `step` apart, as `lane` of two.
    #[inline(always)]
    pub fn transform(&self, lane: usize, x: &[Cell<i8>], step: usize) {
        if let Some(channels) = self.channels()
            && reach(Self::FORM.side, step, channels.wrapping_mul(Self::FORM.side)) <= x.len()
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
            && (outputs / 2).checked_mul(Self::FORM.words(channels)) == Some(stream.0.len())
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

    const FORMS: [&Form; 2] = [&FOUR, &TWO];

    #[test]
    fn every_halfword_has_one_meaning() {
        const CHANNELS: usize = 8;
        for form in FORMS {
            let mut seen = vec![false; 2 * 2 * form.words(CHANNELS)];
            let mut mark = |at: usize| assert!(!core::mem::replace(&mut seen[at], true));
            for o in 0..4 {
                for p in 0..form.places() {
                    let sum = form.sum(CHANNELS, o, p) * 2;
                    [0, 1, 4, 5].iter().for_each(|i| mark(sum + i));
                    (0..CHANNELS).for_each(|c| mark(form.weight(CHANNELS, o, p, c)));
                }
                (0..6).for_each(|i| mark(form.scale(CHANNELS, o) * 2 + i));
            }
            assert!(seen.iter().all(|seen| *seen));
        }
    }

    #[test]
    fn transformed_bytes_have_fifteen_bits() {
        let ends = |form: &'static Form, positive: bool| {
            let worst = move |(i, j): (usize, usize)| {
                let products = form.b[i].iter().flat_map(|a| form.b[j].iter().map(move |b| a * b * 255));
                products.filter(|product| (*product > 0) == positive).sum::<i32>()
            };
            (0..form.places()).map(move |p| worst((p / form.side, p % form.side)) + form.offset)
        };
        let range = |form| (ends(form, false).min(), ends(form, true).max());
        assert_eq!(FORMS.map(range), [(Some(50), Some(30140)), (Some(2), Some(1532))]);
    }

    /// A line of inputs and three taps: outputs that are all so many times the convolution's.
    #[test]
    fn a_line_of_products_is_a_line_of_sums() {
        for (form, times) in FORMS.iter().zip([24, 2]) {
            for (x, g) in (0..form.side * 3).map(|i| (i / 3, i % 3)) {
                for (i, (row, e)) in form.t.iter().zip(form.e).enumerate() {
                    let sum: i32 = (0..form.side).map(|p| row[p] * form.g[p][g] * form.b[p][x]).sum();
                    assert_eq!(
                        sum << e,
                        if x == i + g { times } else { 0 },
                        "input {x}, tap {g}, output {i}"
                    );
                }
            }
            for (row, e) in form.t.iter().zip(form.e) {
                assert_eq!((row[form.center() % form.side] << e).pow(2) * form.bias, times * times);
            }
            assert_eq!((times * times).wrapping_mul(form.inverse), 2 << form.shift);
        }
    }
}
