//! A depthwise filter of three rows and columns, or of five, over *planes*: rows of four channels, widened, each channel by
//! itself, so that neighbours of a row are a pair to be multiplied in one instruction.
//!
//! Planes hold a strip of [`ROWS`] rows. A word is two columns of one channel and row, the left one low. Words are in
//! the order `[column pair][channel][row]`: what a filter sees lies at distances that do not depend on the image. A core may
//! have other words for columns that are [`joined`].
//!
//! The stream has [`words`] words for each channel: its weights and three bytes that say how outputs are scaled; then
//! multiplier and first sum. Of three rows each is its weight 0, one of those bytes, and its weights 1 and 2; five follow each
//! other, and the bytes follow them. The first of the bytes is a shift left (its low four bits) that weights are widened
//! with; the second a shift right (its low five bits), which is 0 where the output is [`folded`](crate::fixed::folded), and
//! else that of [`doubled`](crate::fixed::doubled); the third is the output's zero point. What is added follows from them
//! ([`addend`]).

use core::cell::Cell;

use super::{Stream, fast, reach};
use crate::fixed::FOLDED;

/// Rows of a strip.
pub const ROWS: usize = 15;

/// Rows and columns of filters that there are loops for. Smaller ones end in zeros.
pub const SIDES: [usize; 2] = [3, 5];

/// Words of a channel in the stream of filters of so many rows and columns.
pub const fn words(side: usize) -> usize {
    // three more bytes than weights fill up words: these are odd squares
    (side * side).div_ceil(4) + 2
}

/// Words from a column pair to the next.
pub const PAIR: usize = 4 * ROWS;

/// Column pairs that a row of so many outputs sees.
pub const fn pairs(side: usize, outputs: usize, stride: usize) -> usize {
    (outputs.wrapping_sub(1).wrapping_mul(stride) / 2).wrapping_add(side / 2 + 1)
}

/// Whether neighbours are joined for products of polynomials where a core has a loop for them: those of filters of five columns
/// whose outputs are neighbours too. That loop makes two rows of outputs together.
pub const fn joined(side: usize, stride: usize) -> bool {
    side == 5 && stride == 1
}

/// Rows that outputs are made of, with one more where two rows of them are.
const fn seen(side: usize, stride: usize) -> usize {
    side + joined(side, stride) as usize
}

/// Outputs below each other that a strip has the rows for, so many rows and columns apart.
pub const fn strip(side: usize, [down, stride]: [usize; 2]) -> usize {
    match ROWS.wrapping_sub(seen(side, stride)).checked_div(down) {
        Some(more) => more + 1,
        None => 1,
    }
}

/// Byte of a channel's weight.
pub const fn tap(side: usize, channel: usize, row: usize, column: usize) -> usize {
    let first = channel * words(side) * 4;
    first + if side == 3 { row * 4 + column + column.div_ceil(2) } else { row * side + column }
}

/// Byte of what scales a channel: 0 for the shift left, 1 for the shift right, 2 for the zero point.
pub const fn scale(side: usize, channel: usize, which: usize) -> usize {
    channel * words(side) * 4 + if side == 3 { which * 4 + 1 } else { side * side + which }
}

/// First of a channel's last words: multiplier, first sum.
pub const fn factor(side: usize, channel: usize) -> usize {
    (channel + 1) * words(side) - 2
}

/// What is added to the scaled sums of a channel with such bytes: one half and the zero point; and where those are folded
/// half of what is below the unshifted sum's last bit, as that is rounded first.
pub const fn addend(left: u8, right: u8, zero: i8) -> i32 {
    let halves = 2 * zero as i32 + 1;
    match right & 31 {
        0 => (halves << (FOLDED - 1)) + ((1 << (left & 15)) >> 2),
        right => halves.wrapping_shl(right as u32 - 1),
    }
}

/// Rows of an image that become rows of planes: pixels at the same distance, of which four bytes are taken.
#[derive(Clone, Copy, Debug)]
pub struct Spread {
    /// Bytes from a pixel to its right neighbour.
    pub pixel: usize,
    /// Bytes from a row to the next.
    pub row: usize,
    /// Rows.
    pub rows: usize,
    /// Column pairs that two pixels make.
    pub whole: usize,
    /// Whether a pair comes before them whose left column is `zero`.
    pub left: bool,
    /// Whether one comes behind them whose right column is `zero`.
    pub right: bool,
    /// What stands for what is not there.
    pub zero: i8,
    /// See [`joined`].
    pub joined: bool,
}

impl Spread {
    /// Column pairs of a row.
    pub const fn pairs(&self) -> usize {
        self.whole.wrapping_add(self.left as usize).wrapping_add(self.right as usize)
    }

    /// Whether there is something to spread, and pixels of so many channels from `x` on and rows of `planes` from the first
    /// on reach so far.
    fn fits(&self, channels: usize, x: &[Cell<i8>], planes: &[Cell<i32>]) -> bool {
        let pixels = self.pairs().wrapping_add(self.whole);
        pixels > 0
            && self.rows > 0
            && self.whole < u16::MAX as usize
            && reach(self.rows, self.row, reach(pixels, self.pixel, channels)) <= x.len()
            && reach(self.pairs(), PAIR, (3 * ROWS).saturating_add(self.rows)) <= planes.len()
    }

    /// From the pixels from `x` on to the rows of `planes` from the first on, for filters of `SIDE` columns. Does nothing where one
    /// of them does not reach so far.
    pub fn run<const SIDE: usize>(&self, x: &[Cell<i8>], planes: &[Cell<i32>]) {
        if self.fits(4, x, planes) {
            fast::spread::<SIDE>(self, x, planes);
        }
    }
}

/// A channel of a stream.
pub(super) struct Channel<'a, const SIDE: usize>(pub(super) &'a [i32]);

impl<const SIDE: usize> Channel<'_, SIDE> {
    #[inline(always)]
    fn byte(&self, at: usize) -> u8 {
        let word = self.0.get(at / 4).map_or([0; 4], |word| word.to_ne_bytes());
        word.get(at % 4).map_or(0, |byte| *byte)
    }

    fn last(&self, i: usize) -> i32 {
        self.0.get(factor(SIDE, 0).wrapping_add(i)).map_or(0, |word| i32::from_le(*word))
    }

    /// What weights are shifted left by.
    pub(super) fn left(&self) -> u32 {
        self.byte(scale(SIDE, 0, 0)) as u32 & 15
    }

    /// A weight, shifted left.
    #[inline(always)]
    pub(super) fn weight(&self, row: usize, column: usize) -> i16 {
        let weight = self.byte(tap(SIDE, 0, row, column)) as i8;
        (weight as i16).wrapping_shl(self.left())
    }

    /// With what sums begin.
    pub(super) fn first(&self) -> i32 {
        self.last(1)
    }

    /// What scales sums: multiplier, addend, and a shift right, which is 0 where they are folded.
    pub(super) fn scale(&self) -> [i32; 3] {
        let byte = |which: usize| self.byte(scale(SIDE, 0, which));
        [self.last(0), addend(byte(0), byte(1), byte(2) as i8), byte(1) as i32 & 31]
    }
}

/// A filter over the planes of a strip, of one of [`SIDES`].
#[derive(Clone, Copy, Debug)]
pub struct Filter<const SIDE: usize> {
    /// Outputs of a row.
    pub outputs: usize,
    /// Columns from an output's taps to the next's: 1 or 2.
    pub stride: usize,
    /// Rows of outputs.
    pub rows: usize,
    /// Rows from their taps to the next's.
    pub down: usize,
    /// Bytes of y from an output to its right neighbour.
    pub pixel: usize,
    /// Bytes of y from a row to the next.
    pub row: usize,
}

impl<const SIDE: usize> Filter<SIDE> {
    /// The outputs of so many neighbouring channels, at least four, from `x` to `y` on: four at a time become planes, which
    /// hold the image's part `top` words behind their first row, and are filtered. Does nothing where one of them does not
    /// reach so far.
    pub fn run(
        &self,
        spread: &Spread,
        channels: usize,
        [x, y]: [&[Cell<i8>]; 2],
        (planes, top): (&[Cell<i32>], usize),
        stream: Stream<'_>,
    ) {
        let right = reach(self.outputs, self.pixel, channels);
        let column = reach(self.rows, self.down, seen(SIDE, self.stride)).saturating_add(3 * ROWS);
        if let (Some(top), Some(stream)) =
            (planes.get(top..), stream.0.get(..channels.saturating_mul(words(SIDE))))
            && channels >= 4
            && (spread.rows == 0 || spread.fits(channels, x, top))
            && matches!(self.stride, 1 | 2)
            && spread.joined == joined(SIDE, self.stride)
            && self.outputs > 0
            && self.outputs <= u16::MAX as usize
            && self.rows > 0
            && self.down > 0
            && reach(pairs(SIDE, self.outputs, self.stride), PAIR, column) <= planes.len()
            && reach(self.rows, self.row, right) <= y.len()
        {
            fast::filter(self, spread, [x, y], [planes, top], stream);
        }
    }
}

/// The channels that a stream of filters has, four at a time: the first of four, and how many of those have been made
/// before. There are at least four.
pub(super) fn fours<const SIDE: usize>(stream: &[i32]) -> impl Iterator<Item = [usize; 2]> {
    let channels = stream.len() / words(SIDE);
    (0..channels.div_ceil(4)).map(move |i| {
        let (next, four) = (i.wrapping_mul(4), channels.wrapping_sub(4));
        let first = if next < four { next } else { four };
        [first, next.wrapping_sub(first)]
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_has_one_meaning() {
        for side in SIDES {
            let mut seen = [false; 2 * words(5) * 4];
            let mut mark = |at: usize| assert!(!core::mem::replace(&mut seen[at], true));
            for channel in 0..2 {
                (0..side * side).for_each(|k| mark(tap(side, channel, k / side, k % side)));
                (0..3).for_each(|which| mark(scale(side, channel, which)));
                (0..8).for_each(|i| mark(factor(side, channel) * 4 + i));
            }
            assert!(seen.iter().take(2 * words(side) * 4).all(|seen| *seen));
        }
    }

    const WIDTH: usize = 9;
    const HEIGHT: usize = 7;
    const CHANNELS: usize = 6;

    /// A padded image of nine columns, its filter and what scales it: an output where the loops put it, and as it is
    /// defined.
    fn compare<const SIDE: usize>(stride: usize, down: usize, left: usize) {
        let mut image: [i8; WIDTH * HEIGHT * CHANNELS] = core::array::from_fn(|i| (i * 37) as i8);
        let weight = |c: usize, row: usize, column: usize| (c * 90 + row * 50 + column * 31) as i8;
        let shifts = |c: usize| [(c % 3 + 1) as u8, (c % 2 * 3) as u8];
        const Y_ZERO: i8 = -7;
        let mut stream = [0i32; CHANNELS * words(5)];
        for c in 0..CHANNELS {
            let mut byte = |at: usize, byte: u8| stream[at / 4] |= i32::from(byte) << (at % 4 * 8);
            for k in 0..SIDE * SIDE {
                byte(tap(SIDE, c, k / SIDE, k % SIDE), weight(c, k / SIDE, k % SIDE) as u8);
            }
            let [left, right] = shifts(c);
            [left, right, Y_ZERO as u8].into_iter().enumerate().for_each(|(i, b)| byte(scale(SIDE, c, i), b));
            stream[factor(SIDE, c)..factor(SIDE, c) + 2].copy_from_slice(&[1 << 30, c as i32 * 100]);
        }
        let stream = stream.map(i32::to_le);
        const ZERO: i8 = 9;
        let columns = left + WIDTH;
        let outputs = (columns - SIDE) / stride + 1;
        let rows = (HEIGHT - SIDE) / down + 1;
        let held = pairs(SIDE, outputs, stride);
        let mut planes = [0i32; 8 * PAIR];
        let planes = Cell::from_mut(&mut planes[..]).as_slice_of_cells();
        let mut y = [0i8; WIDTH * HEIGHT * CHANNELS];
        let y = Cell::from_mut(&mut y[..]).as_slice_of_cells();
        let x = Cell::from_mut(&mut image[..]).as_slice_of_cells();
        let spread = Spread {
            pixel: CHANNELS,
            row: WIDTH * CHANNELS,
            rows: HEIGHT,
            left: left == 1,
            whole: columns / 2 - left,
            right: columns % 2 == 1,
            zero: ZERO,
            joined: joined(SIDE, stride),
        };
        let filter = Filter::<SIDE> { outputs, stride, rows, down, pixel: CHANNELS, row: outputs * CHANNELS };
        filter.run(&spread, CHANNELS, [x, y], (&planes[..held * PAIR], 0), Stream(&stream));
        for (at, y) in y.iter().enumerate().take(rows * outputs * CHANNELS) {
            let (row, ox, c) = (at / CHANNELS / outputs, at / CHANNELS % outputs, at % CHANNELS);
            let ([up, right], mut sum) = (shifts(c), c as i32 * 100);
            for ky in 0..SIDE {
                for kx in 0..SIDE {
                    let column = (ox * stride + kx).checked_sub(left);
                    let pixel = |column: usize| x[((row * down + ky) * WIDTH + column) * CHANNELS + c].get();
                    sum += (i32::from(column.map_or(ZERO, pixel)) * i32::from(weight(c, ky, kx))) << up;
                }
            }
            let addend = addend(up, right, Y_ZERO);
            let want = match right {
                0 => crate::fixed::folded(sum, 1 << 30, addend),
                n => crate::fixed::doubled(sum, 1 << 30, addend, n.into()),
            };
            assert_eq!(y.get(), want, "{SIDE}, stride {stride}, {down} down, {left} left: {row} {ox} {c}");
        }
    }

    #[test]
    fn planes_multiply_what_the_desktop_arranged() {
        for stride in [1, 2] {
            for down in [1, 2] {
                for left in [0, 1] {
                    compare::<3>(stride, down, left);
                    compare::<5>(stride, down, left);
                }
            }
        }
    }

    #[test]
    fn what_does_not_fit_is_left() {
        let x = [const { Cell::new(1i8) }; 12];
        let planes = [const { Cell::new(7i32) }; PAIR];
        let (left, right, joined) = (false, false, false);
        let spread = Spread { pixel: 4, row: 0, rows: ROWS, left, whole: 1, right, zero: 0, joined };
        Spread { whole: 2, ..spread }.run::<3>(&x, &planes);
        Spread { row: 4, ..spread }.run::<3>(&x[..8], &planes);
        spread.run::<3>(&x[..7], &planes);
        assert!(planes.iter().all(|word| word.get() == 7));
        spread.run::<3>(&x, &planes);
        assert!(planes.iter().all(|word| word.get() == 0x1_0001));
        let y = [const { Cell::new(3i8) }; 4];
        let filter = Filter::<3> { outputs: 1, stride: 1, rows: 1, down: 1, pixel: 4, row: 4 };
        let stream = Stream(&[0; 4 * words(3)]);
        filter.run(&spread, 4, [&x, &y], (&planes, 0), stream);
        let planes = [const { Cell::new(7i32) }; 2 * PAIR];
        filter.run(&spread, 4, [&x, &y[1..]], (&planes, 0), stream);
        filter.run(&spread, 3, [&x, &y], (&planes, 0), stream);
        filter.run(&spread, 4, [&x, &y], (&planes, PAIR + 1), stream);
        filter.run(&spread, 4, [&x, &y], (&planes, 0), Stream(&stream.0[1..]));
        assert!(y.iter().all(|y| y.get() == 3));
        // where there is nothing but padding nothing is spread
        filter.run(&Spread { rows: 0, ..spread }, 4, [&[], &y], (&planes, 0), stream);
        assert!(y.iter().all(|y| y.get() == 0) && planes.iter().all(|word| word.get() == 7));
    }
}
