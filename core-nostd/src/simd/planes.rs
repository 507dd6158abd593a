//! A depthwise filter of three rows and columns over *planes*: rows of four channels, widened, each channel by itself, so
//! that neighbours of a row are a pair to be multiplied in one instruction.
//!
//! Planes hold a strip of [`ROWS`] rows. A word is two columns of one channel and row, the left one low. Words are in
//! the order `[column pair][channel][row]`: what a filter sees lies at distances that do not depend on the image.
//!
//! The stream has [`WORDS`] words for each channel: for every row of the filter its weight 0, a byte that says how outputs
//! are scaled, and its weights 1 and 2; then multiplier and first sum. Of those bytes the first is a shift left (its low
//! four bits) that weights are widened with; the second a shift right (its low five bits), which is 0 where the output is
//! [`folded`](crate::fixed::folded), and else that of [`doubled`](crate::fixed::doubled); the third is the output's zero
//! point. What is added follows from them ([`addend`]).

use core::cell::Cell;

use super::{Stream, fast, reach};
use crate::fixed::FOLDED;

/// Rows of a strip.
pub const ROWS: usize = 15;

/// Rows and columns of a filter.
pub const SIDE: usize = 3;

/// Words of a channel in the stream.
pub const WORDS: usize = SIDE + 2;

/// Words from a column pair to the next.
pub const PAIR: usize = 4 * ROWS;

/// Column pairs that a row of so many outputs sees; one more than the last begins in.
pub const fn pairs(outputs: usize, stride: usize) -> usize {
    (outputs.wrapping_sub(1).wrapping_mul(stride) / 2).wrapping_add(2)
}

/// Outputs below each other that a strip has the rows for, `stride` rows apart.
pub const fn strip(stride: usize) -> usize {
    match (ROWS - SIDE).checked_div(stride) {
        Some(more) => more + 1,
        None => 1,
    }
}

/// Byte of a channel's weight.
pub const fn tap(channel: usize, row: usize, column: usize) -> usize {
    (channel * WORDS + row) * 4 + column + column.div_ceil(2)
}

/// Byte of what scales a channel: 0 for the shift left, 1 for the shift right, 2 for the zero point.
pub const fn scale(channel: usize, which: usize) -> usize {
    (channel * WORDS + which) * 4 + 1
}

/// First of a channel's last words: multiplier, first sum.
pub const fn factor(channel: usize) -> usize {
    channel * WORDS + SIDE
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
}

impl Spread {
    /// Column pairs of a row.
    pub const fn pairs(&self) -> usize {
        self.whole.wrapping_add(self.left as usize).wrapping_add(self.right as usize)
    }

    /// From the pixels from `x` on to the rows of `planes` from the first on. Does nothing where one of them does not
    /// reach so far.
    pub fn run(&self, x: &[Cell<i8>], planes: &[Cell<i32>]) {
        let pixels = self.pairs().wrapping_add(self.whole);
        let seen = reach(pixels, self.pixel, 4);
        if pixels > 0
            && self.rows > 0
            && self.whole < u16::MAX as usize
            && reach(self.rows, self.row, seen) <= x.len()
            && reach(self.pairs(), PAIR, (3 * ROWS).saturating_add(self.rows)) <= planes.len()
        {
            fast::spread(self, x, planes);
        }
    }
}

/// A filter over the planes of a strip.
#[derive(Clone, Copy, Debug)]
pub struct Filter {
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

impl Filter {
    /// The outputs of so many neighbouring channels, whose rows begin where `planes` does, from a stream of theirs, to `y`
    /// on. Does nothing where one of them does not reach so far.
    pub fn run(&self, planes: &[Cell<i32>], stream: Stream<'_>, channels: usize, y: &[Cell<i8>]) {
        let column = reach(self.rows, self.down, SIDE).saturating_add(channels.saturating_mul(ROWS));
        let right = reach(self.outputs, self.pixel, channels);
        if let Some(stream) = stream.0.get(..channels.saturating_mul(WORDS))
            && matches!(self.stride, 1 | 2)
            && self.outputs > 0
            && self.outputs <= u16::MAX as usize
            && self.rows > 0
            && self.down > 0
            && channels > 0
            && reach(pairs(self.outputs, self.stride), PAIR, column) <= planes.len().saturating_add(ROWS)
            && reach(self.rows, self.row, right) <= y.len()
        {
            fast::filter(self, planes, stream.as_chunks().0, y);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_halfword_has_one_meaning() {
        let mut seen = [false; 2 * WORDS * 4];
        let mut mark = |at: usize| assert!(!core::mem::replace(&mut seen[at], true));
        for channel in 0..2 {
            (0..SIDE * SIDE).for_each(|k| mark(tap(channel, k / SIDE, k % SIDE)));
            (0..SIDE).for_each(|which| mark(scale(channel, which)));
            (0..8).for_each(|i| mark(factor(channel) * 4 + i));
        }
        assert!(seen.iter().all(|seen| *seen));
    }

    const WIDTH: usize = 5;
    const HEIGHT: usize = 4;
    const CHANNELS: usize = 6;

    /// A padded image of five columns, its filter and what scales it: an output where the loops put it, and as it is
    /// defined.
    fn compare(stride: usize, down: usize, left: usize) {
        let mut image: [i8; WIDTH * HEIGHT * CHANNELS] = core::array::from_fn(|i| (i * 37) as i8);
        let weight = |c: usize, row: usize, column: usize| (c * 90 + row * 50 + column * 31) as i8;
        let shifts = |c: usize| [(c % 3 + 1) as u8, (c % 2 * 3) as u8];
        const Y_ZERO: i8 = -7;
        let mut stream = [0i32; CHANNELS * WORDS];
        for c in 0..CHANNELS {
            let mut byte = |at: usize, byte: u8| stream[at / 4] |= i32::from(byte) << (at % 4 * 8);
            for k in 0..SIDE * SIDE {
                byte(tap(c, k / SIDE, k % SIDE), weight(c, k / SIDE, k % SIDE) as u8);
            }
            let [left, right] = shifts(c);
            [left, right, Y_ZERO as u8].into_iter().enumerate().for_each(|(i, b)| byte(scale(c, i), b));
            stream[factor(c)..factor(c) + 2].copy_from_slice(&[1 << 30, c as i32 * 100]);
        }
        let stream = stream.map(i32::to_le);
        const ZERO: i8 = 9;
        let columns = left + WIDTH;
        let outputs = (columns - SIDE) / stride + 1;
        let rows = (HEIGHT - SIDE) / down + 1;
        let held = pairs(outputs, stride);
        let mut planes = [0i32; 6 * PAIR];
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
        };
        let filter = Filter { outputs, stride, rows, down, pixel: CHANNELS, row: outputs * CHANNELS };
        for from in [0, 2] {
            spread.run(&x[from..], planes);
            filter.run(&planes[..held * PAIR], Stream(&stream[from * WORDS..]), 4, &y[from..]);
        }
        for (at, y) in y.iter().enumerate().take(rows * outputs * CHANNELS) {
            let (row, ox, c) = (at / CHANNELS / outputs, at / CHANNELS % outputs, at % CHANNELS);
            let ([up, right], mut sum) = (shifts(c), c as i32 * 100);
            for ky in 0..SIDE {
                for kx in 0..SIDE {
                    let column = (ox * stride + kx).checked_sub(left);
                    let pixel = |column: usize| x[((row * down + ky) * WIDTH + column) * CHANNELS + c].get();
                    sum += i32::from(column.map_or(ZERO, pixel)) * i32::from(weight(c, ky, kx)) << up;
                }
            }
            let addend = addend(up, right, Y_ZERO);
            let want = match right {
                0 => crate::fixed::folded(sum, 1 << 30, addend),
                n => crate::fixed::doubled(sum, 1 << 30, addend, n.into()),
            };
            assert_eq!(y.get(), want, "stride {stride}, {down} down, {left} left: {row} {ox} {c}");
        }
    }

    #[test]
    fn planes_multiply_what_the_desktop_arranged() {
        for stride in [1, 2] {
            for down in [1, 2] {
                for left in [0, 1] {
                    compare(stride, down, left);
                }
            }
        }
    }

    #[test]
    fn what_does_not_fit_is_left() {
        let x = [const { Cell::new(1i8) }; 12];
        let planes = [const { Cell::new(7i32) }; PAIR];
        let spread = Spread { pixel: 4, row: 0, rows: ROWS, left: false, whole: 1, right: false, zero: 0 };
        Spread { whole: 2, ..spread }.run(&x, &planes);
        Spread { row: 4, ..spread }.run(&x[..8], &planes);
        spread.run(&x[..7], &planes);
        assert!(planes.iter().all(|word| word.get() == 7));
        spread.run(&x, &planes);
        assert!(planes.iter().all(|word| word.get() == 0x1_0001));
        let y = [const { Cell::new(3i8) }; 4];
        let filter = Filter { outputs: 1, stride: 1, rows: 1, down: 1, pixel: 4, row: 4 };
        filter.run(&planes, Stream(&[0; 4 * WORDS]), 4, &y);
        assert!(y.iter().all(|y| y.get() == 3));
    }
}
