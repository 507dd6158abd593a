//! Depthwise loops over bytes, four outputs at a time, for cores whose instructions multiply two vectors of 16 bytes and add
//! up the products.
//!
//! A *strip* has for every column and channel four bytes: of four rows, one below the other. A vector holds such words of four
//! columns: the window in which an output of a filter of up to 4 x 4 taps lies, or a *square* of 2 x 2 outputs of a filter of
//! up to 3 x 3, each with its taps where it needs them. A *line* of filters of one row is the same: four neighbouring outputs
//! have one window of 16 elements, and four columns of the image are one of the strip.
//!
//! Filters of five rows or columns see three vectors: five columns of one strip and five of a second, of the rows below; a
//! *tile* of 2 x 2 outputs sees six of each.
//!
//! A stream is, in words: for every four channels twice: the biases of two channels, each for four outputs, and the windows'
//! weights of each channel (a vector for each output where they share a window, else those that all have); then the multipliers
//! and the shifts of the four. Where channels are no fours, the last four come once more ([`place`]).

#[cfg(midge_helium)]
use super::helium as fast;
#[cfg(not(midge_helium))]
use super::portable::windows as fast;

use core::cell::Cell;

use super::Stream;
use crate::fixed::Rounding;

/// Rows of a strip, columns of a window, and outputs at a time.
pub const FOUR: usize = 4;

/// How outputs share windows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// 2 x 2 outputs of one window.
    Square,
    /// Four neighbouring outputs, each with its window.
    Row,
    /// Four neighbouring outputs of one window, whose rows are neighbours in one row.
    Line,
    /// 2 x 2 outputs of one window of six columns in two strips.
    Tile,
    /// Four neighbouring outputs, each with a window of five columns in two strips.
    Large,
}

/// Where channel `c` is in a stream: the last four channels are a block, whether some of them are in the one before or not.
pub const fn place(channels: usize, c: usize) -> usize {
    let whole = channels / FOUR * FOUR;
    if c < whole { c } else { (whole + FOUR + c).wrapping_sub(channels) }
}

/// The channel at a place of a stream.
pub const fn channel(channels: usize, place: usize) -> usize {
    let whole = channels / FOUR * FOUR;
    if place < whole { place } else { (place + channels).wrapping_sub(whole + FOUR) }
}

impl Shape {
    /// What suits a filter, undilated, if any does, for so many output columns.
    pub const fn of(size: [u16; 2], stride: [u16; 2], outputs: u16) -> Option<Self> {
        let others = if outputs < FOUR as u16 { outputs.saturating_sub(1) } else { 3 };
        match (size, stride) {
            ([1, taps], [_, across]) if taps as u32 + others as u32 * across as u32 <= 16 => {
                Some(Shape::Line)
            }
            ([0..=3, 0..=3], [1, 1]) => Some(Shape::Square),
            ([0..=4, 0..=4], _) => Some(Shape::Row),
            ([0..=5, 0..=5], [1, 1]) => Some(Shape::Tile),
            ([0..=5, 0..=5], _) => Some(Shape::Large),
            _ => None,
        }
    }

    /// Output columns made together.
    pub const fn columns(self) -> usize {
        if self.rows() == 2 { 2 } else { 4 }
    }

    /// Output rows made together.
    pub const fn rows(self) -> usize {
        if matches!(self, Shape::Square | Shape::Tile) { 2 } else { 1 }
    }

    /// Whether outputs made together have one window.
    pub(super) const fn is_shared(self) -> bool {
        matches!(self, Shape::Square | Shape::Line | Shape::Tile)
    }

    /// Strips of rows.
    pub const fn strips(self) -> usize {
        if matches!(self, Shape::Tile | Shape::Large) { 2 } else { 1 }
    }

    /// Vectors of a window.
    pub const fn parts(self) -> usize {
        if self.strips() == 2 { 3 } else { 1 }
    }

    /// Columns of a window in a strip.
    const fn width(self) -> usize {
        match self {
            Shape::Tile => 6,
            Shape::Large => 5,
            _ => FOUR,
        }
    }

    /// Vectors of weights of a channel.
    const fn vectors(self) -> usize {
        if self.is_shared() { FOUR * self.parts() } else { self.parts() }
    }

    /// Columns of the strip from the outputs made together to the next.
    pub(super) const fn advance(self, stride: usize) -> usize {
        if matches!(self, Shape::Line) { stride } else { stride.wrapping_mul(self.columns()) }
    }

    /// Columns of the strip that so many output columns need.
    pub const fn needed(self, outputs: usize, stride: usize) -> usize {
        let last = outputs.div_ceil(self.columns()).wrapping_sub(1).wrapping_mul(self.advance(stride));
        let last = if self.is_shared() { last } else { last.wrapping_add(stride.wrapping_mul(3)) };
        last.wrapping_add(self.width())
    }

    /// Words of two channels.
    const fn pair(self) -> usize {
        8 + 8 * self.vectors()
    }

    /// Words of a block of four channels.
    const fn block(self) -> usize {
        2 * self.pair() + 8
    }

    /// Words of a stream for so many channels.
    pub const fn words(self, channels: usize) -> usize {
        channels.div_ceil(FOUR).wrapping_mul(self.block())
    }

    const fn of_channel(self, c: usize) -> usize {
        (c / 4) * self.block() + c % 4 / 2 * self.pair()
    }

    /// Word of the bias of the channel at place `c` for the output `o` of four.
    pub const fn bias(self, c: usize, o: usize) -> usize {
        self.of_channel(c) + c % 2 * 4 + o
    }

    /// Byte of what the element `row` of a word of the window weighs for the output `o` of four.
    pub const fn weight(self, c: usize, o: usize, word: usize, row: usize) -> usize {
        let part = word / FOUR;
        let vector = if self.is_shared() { part * FOUR + o % FOUR } else { part };
        (self.of_channel(c) + 8) * 4 + (c % 2 * self.vectors() + vector) * 16 + word % FOUR * FOUR + row
    }

    /// Byte of the tap at `row` and `column` of the channel at place `c` for the output `o` of four; none if it is outside their
    /// window, as it is for outputs of a line that is too short for them.
    pub const fn tap(self, c: usize, o: usize, row: usize, column: usize, stride: usize) -> Option<usize> {
        let along = column + o * stride;
        let (row, column) = match self {
            Shape::Square | Shape::Tile => (row + o / 2, column + o % 2),
            Shape::Row | Shape::Large => (row, column),
            Shape::Line if along < 16 => (along % FOUR, along / FOUR),
            Shape::Line => return None,
        };
        Some(self.weight(c, o, row / FOUR * self.width() + column, row % FOUR))
    }

    /// Word of the multiplier of the channel at place `c`; its shift is four words on.
    pub const fn multiplier(self, c: usize) -> usize {
        (c / 4) * self.block() + 2 * self.pair() + c % 4
    }
}

/// Brings the bytes of four rows of one length together. `to` has room for a multiple of 16 of each.
#[inline(always)]
pub fn interleave(rows: [&[Cell<i8>]; 4], to: &[Cell<i8>]) {
    let len = rows[0].len();
    if rows.iter().all(|row| row.len() == len) && len > 0 && len.div_ceil(16) <= to.len() / 64 {
        fast::interleave(rows, to);
    }
}

/// A depthwise filter over a strip.
#[derive(Clone, Copy, Debug)]
pub struct Windows<'a> {
    /// See the module. A second strip lies in its second half.
    pub strip: &'a [Cell<i8>],
    /// For 16 sums.
    pub sums: &'a [Cell<i32>],
    /// See the module.
    pub stream: Stream<'a>,
    /// How outputs share windows.
    pub shape: Shape,
    /// Channels: four or more.
    pub channels: usize,
    /// Columns from output to output.
    pub stride: usize,
    /// How sums are scaled.
    pub rounding: Rounding,
    /// Zero point of y.
    pub zero: i8,
}

impl Windows<'_> {
    /// A row of so many output pixels, or of a square both rows if there are as many outputs.
    #[inline(always)]
    pub fn outputs(&self, pixels: usize, y: &[Cell<i8>]) {
        let Windows { channels, shape, .. } = *self;
        let strip = shape.needed(pixels, self.stride).wrapping_mul(channels).wrapping_mul(FOUR);
        if pixels > 0
            && channels >= FOUR
            && strip <= self.strip.len() / shape.strips()
            && self.stream.0.len() == shape.words(channels)
            && self.sums.len() >= 16
            && y.len() >= pixels.wrapping_mul(channels)
        {
            let tall = shape.rows() == 2 && y.len() >= pixels.wrapping_mul(channels).wrapping_mul(2);
            fast::windows(self, pixels, tall, y);
        }
    }

    /// Bytes of the strip from column to column.
    pub(super) const fn column(&self) -> usize {
        self.channels.wrapping_mul(FOUR)
    }

    /// Bytes of the strip from the first word of a window to another. Those of a large one that it does not have are its first.
    pub(super) const fn word(&self, word: usize) -> usize {
        let width = self.shape.width();
        if word < width {
            self.column().wrapping_mul(word)
        } else if word < 2 * width {
            (self.strip.len() / 2).wrapping_add(self.column().wrapping_mul(word - width))
        } else {
            0
        }
    }

    /// Bytes of the strip from output to output.
    pub(super) const fn step(&self) -> usize {
        if self.shape.is_shared() { 0 } else { self.column().wrapping_mul(self.stride) }
    }

    /// Bytes of the strip from the outputs made together to the next.
    pub(super) const fn advance(&self) -> usize {
        self.column().wrapping_mul(self.shape.advance(self.stride))
    }

    /// Elements of y from one output to the next, of the four.
    pub(super) const fn places(&self, pixels: usize) -> [usize; 4] {
        let c = self.channels;
        match self.shape.rows() {
            2 => [0, c, pixels.wrapping_mul(c), pixels.wrapping_mul(c).wrapping_add(c)],
            _ => [0, c, c.wrapping_mul(2), c.wrapping_mul(3)],
        }
    }

    /// Which of the four outputs there are, where so many columns are left.
    pub(super) const fn there(&self, left: usize, tall: bool) -> [bool; 4] {
        match self.shape.rows() {
            2 => [true, left > 1, tall, tall && left > 1],
            _ => [true, left > 1, left > 2, left > 3],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixed::lane;
    use std::vec;
    use std::vec::Vec;

    const SHAPES: [Shape; 5] = [Shape::Square, Shape::Row, Shape::Line, Shape::Tile, Shape::Large];

    #[test]
    fn every_byte_has_one_meaning() {
        for shape in SHAPES {
            let mut seen = vec![false; shape.words(8) * 4];
            let mut mark = |at: usize| assert!(!core::mem::replace(&mut seen[at], true));
            for c in 0..8 {
                for word in
                    (0..4).map(|o| shape.bias(c, o)).chain([shape.multiplier(c), shape.multiplier(c) + 4])
                {
                    (0..4).for_each(|i| mark(word * 4 + i));
                }
                for o in 0..if shape.is_shared() { 4 } else { 1 } {
                    (0..16 * shape.parts()).for_each(|i| mark(shape.weight(c, o, i / 4, i % 4)));
                }
            }
            assert!(seen.iter().all(|seen| *seen));
        }
    }

    #[test]
    fn every_channel_has_a_place() {
        for channels in 4..20 {
            for c in 0..channels {
                assert_eq!(channel(channels, place(channels, c)), c);
            }
            for place in 0..usize::next_multiple_of(channels, 4) {
                assert_eq!(channel(channels, place) - channel(channels, place / 4 * 4), place % 4);
            }
        }
    }

    #[test]
    fn rows_are_interleaved() {
        for len in [1, 4, 16, 20, 37, 40] {
            let mut rows: [Vec<i8>; 4] =
                core::array::from_fn(|r| (0..len).map(|i| (r * 50 + i) as i8).collect());
            let mut to = vec![9i8; usize::next_multiple_of(len, 16) * 4];
            let cells = rows.each_mut().map(|row| Cell::from_mut(&mut row[..]).as_slice_of_cells());
            let (want, all) = (cells.map(|row| row.iter().map(Cell::get).collect::<Vec<_>>()), len * 4);
            interleave(cells, Cell::from_mut(&mut to[..]).as_slice_of_cells());
            assert!((0..all).all(|i| to[i] == want[i % 4][i / 4]), "{len}");
        }
    }

    #[test]
    fn windows_are_multiplied_with_what_the_desktop_arranged() {
        for (channels, shape, size, stride, pixels) in [
            (8, Shape::Square, [3, 3], 1, 5),
            (5, Shape::Square, [2, 1], 1, 1),
            (8, Shape::Row, [3, 3], 2, 6),
            (7, Shape::Row, [4, 4], 1, 3),
            (8, Shape::Line, [1, 10], 1, 7),
            (8, Shape::Line, [1, 10], 2, 4),
            (6, Shape::Line, [1, 16], 3, 1),
            (8, Shape::Tile, [5, 5], 1, 6),
            (9, Shape::Tile, [5, 3], 1, 5),
            (4, Shape::Tile, [2, 5], 1, 1),
            (8, Shape::Large, [5, 5], 2, 6),
            (9, Shape::Large, [5, 3], 2, 5),
            (4, Shape::Large, [2, 5], 3, 1),
        ] {
            assert_eq!(Shape::of(size, [1, stride], pixels), Some(shape));
            let [rows, columns] = size.map(usize::from);
            let (stride, pixels) = (usize::from(stride), usize::from(pixels));
            let taps = || (0..rows).flat_map(|row| (0..columns).map(move |column| (row, column)));
            let half = shape.needed(pixels, stride) * channels * FOUR;
            let mut strip: Vec<i8> = (0..half * shape.strips()).map(|i| (i * 37 % 253) as i8).collect();
            let weight = |c: usize, row: usize, column: usize| (c * 60 + row * 13 + column * 29 + 5) as i8;
            let scale = |c: usize| [0x4000_0000 + c as i32 % 8 * 0x0712_3456, -4 - c as i32 % 3];
            let mut bytes = vec![0u8; shape.words(channels) * 4];
            let mut word =
                |at: usize, value: i32| bytes[at * 4..at * 4 + 4].copy_from_slice(&value.to_le_bytes());
            let places = 0..channels.next_multiple_of(4);
            for (place, c) in places.clone().map(|place| (place, channel(channels, place))) {
                (0..4).for_each(|o| word(shape.bias(place, o), c as i32 * 700 - 2000));
                word(shape.multiplier(place), scale(c)[0]);
                word(shape.multiplier(place) + 4, scale(c)[1]);
            }
            for (place, o) in places.flat_map(|place| (0..4).map(move |o| (place, o))) {
                for (row, column) in taps() {
                    if let Some(at) = shape.tap(place, o, row, column, stride) {
                        bytes[at] = weight(channel(channels, place), row, column) as u8;
                    }
                }
            }
            let stream: Vec<i32> = bytes.as_chunks().0.iter().map(|b| i32::from_ne_bytes(*b)).collect();
            for (rounding, rows) in [(Rounding::Up, 1), (Rounding::Away, shape.rows())] {
                let mut y = vec![77i8; rows * pixels * channels];
                let (want, mut sums) = (strip.clone(), [0; 16]);
                let windows = Windows {
                    strip: Cell::from_mut(&mut strip[..]).as_slice_of_cells(),
                    sums: Cell::from_mut(&mut sums[..]).as_slice_of_cells(),
                    stream: Stream(&stream),
                    shape,
                    channels,
                    stride,
                    rounding,
                    zero: 3,
                };
                windows.outputs(pixels, Cell::from_mut(&mut y[..]).as_slice_of_cells());
                for (at, y) in y.iter().enumerate() {
                    let (oy, ox, c) = (at / channels / pixels, at / channels % pixels, at % channels);
                    let products = taps().map(|(row, column)| {
                        let (below, along) = match (shape, ox * stride + column) {
                            (Shape::Line, along) => (along % FOUR, along / FOUR),
                            (_, along) => (row + oy, along),
                        };
                        let strip = below / FOUR * half;
                        let x = want[strip + (along * channels + c) * FOUR + below % FOUR];
                        i32::from(x) * i32::from(weight(c, row, column))
                    });
                    let sum = products.sum::<i32>() + c as i32 * 700 - 2000;
                    let [m, n] = scale(c);
                    assert_eq!(*y, lane(sum, m, n, rounding, 3), "{shape:?} {oy} {ox} {c}");
                }
            }
        }
    }
}
