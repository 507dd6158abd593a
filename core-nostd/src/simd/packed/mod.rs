//! Two weights in a word, for cores whose multiplier gives 32 bits: `a + b * 2^16`, so that one multiplication makes two
//! products.
//!
//! The products of a *group* of taps are added as they are; if the weights of either half come to no more than
//! [`GROUP_SUM`], the halves of that sum can be told apart, and are added to two totals. Sums become outputs in steps that
//! need no 64 bits either ([`Scale`]).

pub mod plane;
mod portable;
#[cfg(midge_thumb)]
mod thumb;

#[cfg(not(midge_thumb))]
use portable as fast;
#[cfg(midge_thumb)]
use thumb as fast;

use core::cell::Cell;

use super::reach;
use crate::fixed::narrow;
use crate::ops::quant::Quant;

/// Taps of a group may be so many.
pub const GROUPS: [usize; 4] = [16, 8, 4, 2];

/// The most that the absolute weights of a group may come to: 128 times as much has 15 bits.
pub const GROUP_SUM: u32 = 255;

/// The most groups of a sum: the first total of the high half makes up for what each loses in rounding down.
pub const MOST_GROUPS: usize = ROUNDING as usize - 1;

/// Bits below the sum in the total of the high half, so that it has 23.
const FRACTION: u32 = 9;

/// What the total of the high half begins with beside the bias.
const ROUNDING: i32 = (1 << FRACTION) - 1;

/// What the totals of both halves begin with.
pub const fn firsts([low, high]: [i32; 2]) -> [i32; 2] {
    let high = high.wrapping_shl(FRACTION).wrapping_add(low >> (16 - FRACTION)).wrapping_add(ROUNDING);
    [low, high]
}

/// Two weights in a word.
pub const fn word(low: i8, high: i8) -> i32 {
    (low as i32).wrapping_add((high as i32) << 16)
}

/// Words of a plan, or of work memory.
#[derive(Clone, Copy, Debug)]
pub enum Words<'a> {
    /// Little-endian.
    Constant(&'a [i32]),
    /// As the core has them.
    Work(&'a [Cell<i32>]),
}

impl<'a> Words<'a> {
    fn len(&self) -> usize {
        match self {
            Words::Constant(words) => words.len(),
            Words::Work(words) => words.len(),
        }
    }

    #[cfg(midge_thumb)]
    fn as_ptr(&self) -> *const i32 {
        match self {
            Words::Constant(words) => words.as_ptr(),
            Words::Work(words) => words.as_ptr().cast(),
        }
    }
}

/// A matrix of sums: two lanes at a time of what moves, times what stays.
///
/// One of the operands holds packed weights. `moving` has for each tap a word of both lanes, and taps of one pass behind
/// those of the other; `fixed` has a word for each tap, and is used in every pass. Two lanes give four sums.
#[derive(Clone, Copy, Debug)]
pub struct Sums<'a> {
    /// The operand that has lanes.
    pub moving: Words<'a>,
    /// The operand that serves all passes.
    pub fixed: Words<'a>,
    /// Taps of a group: one of [`GROUPS`], which divides those of `fixed`.
    pub group: usize,
    /// What the totals begin with: low and high half of the one lane, then of the other ([`firsts`]).
    pub firsts: [i32; 4],
}

impl Sums<'_> {
    /// Writes the sums of `passes` passes: of the low halves to one place, of the high halves to the other, both lanes of a
    /// pass together. Nothing is written where an operand has not as many.
    #[inline(always)]
    pub fn put(&self, [low, high]: [&[Cell<i32>]; 2], passes: usize) {
        let (taps, lanes) = (self.fixed.len(), passes.saturating_mul(2));
        let held = lanes.checked_mul(taps).filter(|words| *words > 0 && *words <= self.moving.len());
        // groups are powers of two
        let whole = GROUPS.contains(&self.group) && taps & self.group.wrapping_sub(1) == 0;
        if held.is_some() && whole && lanes <= low.len() && lanes <= high.len() {
            fast::sums(self, [low, high], passes);
        }
    }
}

/// How sums become outputs, in five words: `shift, low, high, addend, below`.
///
/// With a shift of 0 to 31 a sum `s` gives `(s * high + (s * low >> 12) + addend + (below if s < 0)) >> shift`, of which
/// 0 to 255 stand for -128 to 127 and the rest is saturated: two multiplications for one of twice their bits. The packer
/// chooses the words and proves that every reachable sum gives LiteRT's output. Where there are none such, the shift is
/// [`EXACT`](Scale::EXACT), and multiplier and shift of the operator's own arithmetic follow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scale(pub [i32; Scale::WORDS]);

impl Scale {
    /// Words of a scale.
    pub const WORDS: usize = 5;
    /// The shift that says that the operator's own arithmetic scales.
    pub const EXACT: i32 = 32;
    /// Bits of the low part of the multiplier.
    pub const PART: u32 = 12;

    /// The output of a sum, by the five words.
    #[inline(always)]
    pub const fn output(&self, sum: i32) -> i8 {
        let Scale([shift, low, high, addend, below]) = *self;
        let product = sum.wrapping_mul(low) >> Self::PART;
        let product = product.wrapping_add(sum.wrapping_mul(high)).wrapping_add((sum >> 31) & below);
        narrow(product.wrapping_add(addend).wrapping_shr(shift as u32).wrapping_sub(128), -128, 127)
    }

    /// Outputs of sums, `step` apart. `exact` is the operator's own arithmetic. Nothing is written where they do not lie in
    /// `y`.
    #[inline(always)]
    pub fn put(
        &self,
        sums: &[Cell<i32>],
        y: &[Cell<i8>],
        step: usize,
        quant: &Quant,
        exact: fn(i32, i32, i32) -> i32,
    ) {
        let Scale([shift, multiplier, right, ..]) = *self;
        if sums.is_empty() || reach(sums.len(), step, 1) > y.len() {
            return;
        }
        if (0..Self::EXACT).contains(&shift) {
            fast::scale(self, sums, y, step);
        } else {
            put(sums, y, step, |sum| quant.output(exact(sum, multiplier, right)));
        }
    }
}

/// Outputs of sums, `step` apart.
fn put(sums: &[Cell<i32>], y: &[Cell<i8>], step: usize, output: impl Fn(i32) -> i8) {
    let mut at = 0usize;
    for sum in sums {
        if let Some(y) = y.get(at) {
            y.set(output(sum.get()));
        }
        at = at.wrapping_add(step);
    }
}

/// Writes the taps `x` of one lane of two to every second word of `wide`, as many as fit.
#[inline(always)]
pub fn widen(x: &[Cell<i8>], wide: &[Cell<i32>], lane: usize) {
    let room = wide.len() / 2;
    if let Some(x) = x.get(..if x.len() < room { x.len() } else { room })
        && lane < 2
        && !x.is_empty()
    {
        fast::widen(x, wide, lane);
    }
}

/// Packs the filters of two outputs, one behind the other, into as many words as one has taps.
#[inline(always)]
pub fn pack(filters: &[u8], words: &[Cell<i32>]) {
    if filters.len() / 2 >= words.len() && !words.is_empty() {
        fast::pack(filters, words);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::vec;
    use std::vec::Vec;

    fn cells<T>(numbers: &mut [T]) -> &[Cell<T>] {
        Cell::from_mut(numbers).as_slice_of_cells()
    }

    #[test]
    fn halves_of_sums_are_told_apart_as_far_as_they_have_room() {
        for group in GROUPS {
            // the most that a group has room for, of both signs, at the ends of the input
            let weight = |k: usize| {
                if k.is_multiple_of(group) {
                    [127, -126][k / group % 2]
                } else {
                    127.min(128 / (group - 1)) as i8
                }
            };
            let filter = |sign: i8| (0..TAPS).map(move |k| sign * weight(k));
            const TAPS: usize = 48;
            let mut words: Vec<i32> = filter(1).zip(filter(-1)).map(|(a, b)| word(a, b)).collect();
            let x =
                |pixel: usize, k: usize| if pixel == 0 { -128 } else { (k * 53 + pixel * 101) as u8 as i8 };
            let mut wide = vec![0; 4 * TAPS];
            for pixel in 0..4 {
                let mut x: Vec<i8> = (0..TAPS).map(|k| x(pixel, k)).collect();
                widen(cells(&mut x), &cells(&mut wide)[pixel / 2 * 2 * TAPS..], pixel % 2);
            }
            let biases = [-70_000, 123_456];
            let firsts = firsts(biases);
            let (mut low, mut high) = ([0; 4], [0; 4]);
            let sums = Sums {
                moving: Words::Work(cells(&mut wide)),
                fixed: Words::Work(cells(&mut words)),
                group,
                firsts: [firsts[0], firsts[1], firsts[0], firsts[1]],
            };
            sums.put([cells(&mut low), cells(&mut high)], 2);
            for pixel in 0..4 {
                let sum = |sign: i8| {
                    let products =
                        filter(sign).enumerate().map(|(k, w)| i32::from(x(pixel, k)) * i32::from(w));
                    products.sum::<i32>()
                };
                assert_eq!([low[pixel], high[pixel]], [biases[0] + sum(1), biases[1] + sum(-1)], "{group}");
            }
        }
    }

    #[test]
    fn nothing_is_written_that_does_not_fit() {
        let (mut wide, mut words, mut low, mut high) = ([1; 16], [1; 4], [7; 4], [7; 4]);
        let mut put = |group, passes, room: usize| {
            let sums = Sums {
                moving: Words::Work(cells(&mut wide)),
                fixed: Words::Work(cells(&mut words)),
                group,
                firsts: [0; 4],
            };
            sums.put([&cells(&mut low)[..room], cells(&mut high)], passes);
            low == [7; 4]
        };
        assert!(put(8, 2, 4) && put(3, 2, 4) && put(0, 2, 4) && put(2, 3, 4) && put(2, 2, 3));
        assert!(put(2, 0, 4) && put(2, usize::MAX, 4));
        assert!(!put(2, 2, 4));
        let (mut y, mut sums) = ([7i8; 5], [0i32; 3]);
        let scale = Scale([0, 0, 0, 128, 0]);
        let quant = Quant { x_zero: 0, y_zero: 0, lo: -128, hi: 127 };
        scale.put(cells(&mut sums), cells(&mut y), 3, &quant, |_, _, _| 0);
        assert_eq!(y, [7; 5]);
        scale.put(cells(&mut sums), cells(&mut y), 2, &quant, |_, _, _| 0);
        assert_eq!(y, [0, 7, 0, 7, 0]);
        let exact = Scale([Scale::EXACT, 3, 4, 0, 0]);
        exact.put(cells(&mut sums), cells(&mut y), 2, &quant, |sum, m, right| sum + m * right);
        assert_eq!(y, [12, 7, 12, 7, 12]);
    }

    #[test]
    fn filters_are_packed_in_place_of_their_taps() {
        let mut words = [0; 3];
        pack(&[1, 255, 3, 4, 5, 128], cells(&mut words));
        assert_eq!(words, [1 + 4 * 65536, -1 + 5 * 65536, 3 - 128 * 65536]);
        pack(&[9; 5], cells(&mut words));
        assert_eq!(words[0], 1 + 4 * 65536);
    }
}
