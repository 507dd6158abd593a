//! Two weights in a word, or two inputs, for cores whose multiplier gives 32 bits: `a + b * 2^16`, so that one multiplication
//! makes two products.
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
use core::slice;

use super::{Field, reach, times};
use crate::fixed::narrow;
use crate::ops::quant::Quant;

/// Taps of a group may be so many.
pub const GROUPS: [usize; 4] = [16, 8, 4, 2];

/// Whether taps are whole groups of one of [`GROUPS`], which are powers of two.
const fn whole(taps: usize, group: usize) -> bool {
    matches!(group, 2 | 4 | 8 | 16) && taps & group.wrapping_sub(1) == 0
}

/// The most that the absolute weights of a group may come to: 128 times as much has 15 bits.
pub const GROUP_SUM: u32 = 255;

/// The most that all absolute weights of a sum without bias may come to: 128 times as much has 23 bits.
pub const PART_SUM: u32 = (1 << 15) - 1;

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
        let taps = self.fixed.len();
        let Some(lanes) = passes.checked_add(passes) else { return };
        let held = times(lanes, taps).filter(|words| *words > 0 && *words <= self.moving.len());
        if held.is_some() && whole(taps, self.group) && lanes <= low.len() && lanes <= high.len() {
            fast::sums(self, [low, high], passes);
        }
    }
}

/// Four sums of a row: what moves has a byte for each weight.
///
/// For every two taps there are two words: the first has the weights of the first output and the third, the second those
/// of the others. In a word are two weights of the one output, then two of the other, with 128 added.
#[derive(Clone, Copy, Debug)]
pub struct Row<'a> {
    /// Weights of every two taps: two words, little-endian.
    pub weights: &'a [i32],
    /// What [`Row::widen`] has made of the taps.
    pub wide: &'a [Cell<i32>],
    /// Taps of a group: one of [`GROUPS`], which divides all.
    pub group: usize,
    /// What the totals begin with: low and high half of the one word, then of the other ([`firsts`]).
    pub firsts: [i32; 4],
}

/// Where the second weights of both outputs are when a word is shifted right by a byte.
const UPPER: i32 = 0x00ff_00ff;

/// What 128 more in a weight of both outputs comes to.
const EXCESS: i32 = 0x0080_0080;

impl Row<'_> {
    /// Words of `wide` for two taps.
    pub const WORDS: usize = 3;

    /// The byte of the weight of output `o` for tap `k` of so many, an even number.
    pub const fn byte(taps: usize, o: usize, k: usize) -> usize {
        let word = o / 4 * taps + k / 2 * 2 + o % 2;
        word * 4 + o % 4 / 2 * 2 + k % 2
    }

    /// Prepares taps, and zeros behind them. A word `w` of two taps `a` and `b` is `u + v * 2^8`, where `v` are the upper
    /// weights, so that `a * u + b * v` is `a * w + (b - a * 2^8) * v`.
    pub fn widen(x: &[Cell<i8>], wide: &[Cell<i32>]) {
        let mut x = x.iter().map(|x| x.get() as i32);
        for [first, rest, less] in wide.as_chunks().0 {
            let (a, b) = (x.next().unwrap_or(0), x.next().unwrap_or(0));
            first.set(a);
            rest.set(b.wrapping_sub(a << 8));
            less.set(a.wrapping_add(b).wrapping_mul(-EXCESS));
        }
    }

    /// Writes the sums of the low halves to one place, of the high halves to the other. Nothing is written where there are
    /// not as many weights as taps.
    #[inline(always)]
    pub fn put(&self, low: &[Cell<i32>; 2], high: &[Cell<i32>; 2]) {
        let taps = self.weights.len();
        if taps > 0 && whole(taps, self.group) && (taps / 2).wrapping_mul(Self::WORDS) == self.wide.len() {
            fast::row(self, low, high);
        }
    }
}

/// How sums become outputs, in five words: `shift, low, high, addend, below`.
///
/// With a shift of 0 to 31 a sum `s` gives `(s * high + (s * low >> 12) + addend + (below if s < 0)) >> shift`, of which
/// 0 to 255 stand for -128 to 127 and the rest is saturated: two multiplications for one of twice their bits. With
/// [`CLAMPED`](Scale::CLAMPED) more, sums are first brought between `-below` and `below`, and nothing is added below zero. The
/// packer chooses the words and proves that every reachable sum gives LiteRT's output. Where there are none such, the shift
/// is [`EXACT`](Scale::EXACT), and multiplier and shift of the operator's own arithmetic follow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scale(pub [i32; Scale::WORDS]);

impl Scale {
    /// Words of a scale.
    pub const WORDS: usize = 5;
    /// The shift that says that the operator's own arithmetic scales.
    pub const EXACT: i32 = 32;
    /// What is added to the shift where sums are brought nearer to zero first.
    pub const CLAMPED: i32 = 64;
    /// Bits of the low part of the multiplier.
    pub const PART: u32 = 12;

    /// The output of a sum, by the five words.
    #[inline(always)]
    pub const fn output(&self, sum: i32) -> i8 {
        let Scale([shift, low, high, addend, below]) = *self;
        let (sum, below) = if shift & Self::CLAMPED == 0 { (sum, below) } else { (nearer(sum, below), 0) };
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
        if is_proved(shift) {
            fast::scale(self, sums, y, step);
        } else {
            put(sums, y, step, |sum| quant.output(exact(sum, multiplier, right)));
        }
    }
}

/// Whether this is the shift of a scale that is proved.
const fn is_proved(shift: i32) -> bool {
    shift & !(Scale::CLAMPED | 31) == 0
}

/// The number between `-most` and `most` that is next to `sum`.
const fn nearer(sum: i32, most: i32) -> i32 {
    let (sum, least) = (if sum > most { most } else { sum }, most.wrapping_neg());
    if sum < least { least } else { sum }
}

/// An output of each sum, by the words of its scale, which are little-endian. `exact` is the operator's own arithmetic.
#[inline(always)]
pub fn scale(
    scales: &[[i32; Scale::WORDS]],
    sums: &[Cell<i32>],
    y: &[Cell<i8>],
    quant: &Quant,
    exact: fn(i32, i32, i32) -> i32,
) {
    let (Some(scales), Some(sums)) = (scales.get(..y.len()), sums.get(..y.len())) else { return };
    if scales.iter().all(|[shift, ..]| is_proved(i32::from_le(*shift))) {
        if !y.is_empty() {
            fast::scale_each(scales, sums, y);
        }
    } else {
        for ((scale, sum), y) in scales.iter().zip(sums).zip(y) {
            Scale(scale.map(i32::from_le)).put(slice::from_ref(sum), slice::from_ref(y), 1, quant, exact);
        }
    }
}

/// Outputs of sums, `step` apart. Most are scaled in fewer registers, and so on less of the stack.
#[cold]
#[inline(never)]
fn put(sums: &[Cell<i32>], y: &[Cell<i8>], step: usize, output: impl Fn(i32) -> i8) {
    let mut at = 0usize;
    for sum in sums {
        if let Some(y) = y.get(at) {
            y.set(output(sum.get()));
        }
        at = at.wrapping_add(step);
    }
}

/// Writes the taps of a field, which [`Field::of`] has found, to every second word of `wide`, as one lane of two. Nothing is
/// written where they do not fit.
#[inline(always)]
pub fn widen(field: &Field, x: &[Cell<i8>], wide: &[Cell<i32>], lane: usize) {
    if x.len() >= field.reach && field.taps <= wide.len() / 2 && lane < 2 {
        fast::widen(field, x, wide, lane);
    }
}

/// The same for two pixels that lie in one word, the first in the low half. Nothing is written where their fields have not the
/// same rows.
#[inline(always)]
pub fn widen_two(pixels: [(Field, &[Cell<i8>]); 2], wide: &[Cell<i32>], lane: usize) {
    let [(a, _), (b, _)] = &pixels;
    let same = a.rows == b.rows && a.run == b.run && a.taps <= wide.len() / 2 && lane < 2;
    if same && pixels.iter().all(|(field, x)| x.len() >= field.reach) {
        fast::widen_two(pixels, wide, lane);
    }
}

/// Writes bytes to words, if there are as many.
#[inline(always)]
pub fn spread(bytes: &[u8], words: &[Cell<i32>]) {
    if bytes.len() == words.len() && !words.is_empty() {
        fast::spread(bytes, words);
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
                // in rows of twelve, and three that nothing sees
                let mut x: Vec<i8> = (0..60).map(|i| x(pixel, i / 15 * 12 + i % 15)).collect();
                let field = Field::new(4, 12, 15);
                widen(&field, cells(&mut x), &cells(&mut wide)[pixel / 2 * 2 * TAPS..], pixel % 2);
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
    fn a_row_multiplies_bytes_by_twos() {
        const TAPS: usize = 32;
        // groups of eight are full, of both signs
        let weight =
            |o: usize, k: usize| if (k + o).is_multiple_of(8) { [-128, 127][o % 2] } else { (k % 19) as i8 };
        let mut x: [i8; TAPS] = core::array::from_fn(|k| if k < 8 { -128 } else { (k * 53) as u8 as i8 });
        let mut bytes = [None; 4 * TAPS];
        for (o, k) in (0..4 * TAPS).map(|i| (i / TAPS, i % TAPS)) {
            let byte = Some(weight(o, k) as u8 ^ 0x80);
            assert_eq!(core::mem::replace(&mut bytes[Row::byte(TAPS, o, k)], byte), None);
        }
        let word = |bytes: &[Option<u8>; 4]| i32::from_ne_bytes(bytes.map(|byte| byte.unwrap()));
        let words: Vec<i32> = bytes.as_chunks().0.iter().map(word).collect();
        let mut wide = [0; TAPS / 2 * Row::WORDS];
        Row::widen(cells(&mut x), cells(&mut wide));
        let biases = [-70_000, 123_456, 7, -8];
        let ([a, c], [b, d]) = (firsts([biases[0], biases[2]]), firsts([biases[1], biases[3]]));
        let want = [0, 1, 2, 3]
            .map(|o| biases[o] + (0..TAPS).map(|k| i32::from(x[k]) * i32::from(weight(o, k))).sum::<i32>());
        for group in [8, 4, 2] {
            let sums = [const { Cell::new(0) }; 4];
            let (low, high) = sums.split_at(2);
            let row = Row { weights: &words, wide: cells(&mut wide), group, firsts: [a, c, b, d] };
            row.put(low.try_into().unwrap(), high.try_into().unwrap());
            assert_eq!(sums.map(|sum| sum.get()), want, "{group}");
            for row in [Row { weights: &words[2..], ..row }, Row { group: 3, ..row }] {
                let sums = [const { Cell::new(7) }; 2];
                row.put(&sums, &sums);
                assert_eq!(sums.map(|sum| sum.get()), [7; 2]);
            }
        }
    }

    #[test]
    fn each_sum_has_a_scale() {
        let quant = Quant { x_zero: 0, y_zero: 0, lo: -128, hi: 127 };
        let proved = |addend: i32| [1, 5, 2, addend, -3].map(i32::to_le);
        let mut scales = [proved(9), proved(500), proved(-20)];
        let numbers = [1000, -70, 31];
        let (mut sums, mut y) = (numbers, [0; 3]);
        let mut put = |scales: &[_]| {
            scale(scales, cells(&mut sums), cells(&mut y), &quant, |sum, m, right| sum + m * right);
            y
        };
        let want = |i: usize| Scale(scales[i].map(i32::from_le)).output(numbers[i]);
        assert_eq!(put(&scales), [want(0), want(1), want(2)]);
        // as if sums were 20, -20 and 20, and without what belongs to those below zero
        let clamped = [9, 500, -20].map(|addend| [1 + Scale::CLAMPED, 5, 2, addend, 20].map(i32::to_le));
        let nearer = |addend, sum| Scale([1, 5, 2, addend, 0]).output(sum);
        assert_eq!(put(&clamped), [nearer(9, 20), nearer(500, -20), nearer(-20, 20)]);
        let want = [want(0), -58, want(2)];
        scales[1] = [Scale::EXACT, 3, 4, 0, 0].map(i32::to_le);
        assert_eq!(put(&scales), want);
        scales[0] = scales[1];
        assert_eq!(put(&scales[..2]), want);
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
    fn two_pixels_share_words() {
        let mut x: Vec<i8> = (0..60).map(|i| (i * 53) as i8).collect();
        let x = cells(&mut x);
        // in rows of seven, and of two in a patch
        for run in [7, 2] {
            let (a, b) = (Field::new(3, run, 12), Field::new(3, run, run));
            let mut wide = vec![9; 6 * run + 2];
            widen_two([(a, x), (b, &x[30..])], cells(&mut wide), 1);
            for (k, words) in wide[..6 * run].chunks(2).enumerate() {
                let [a, b] = [k / run * 12 + k % run, 30 + k].map(|at| x[at].get());
                assert_eq!(words, [9, word(a, b)]);
            }
            let mut short = [9; 4];
            widen_two([(a, x), (b, &x[30..])], cells(&mut short), 1);
            widen_two([(a, x), (Field::new(2, run, run), x)], cells(&mut wide), 0);
            widen_two([(a, x), (b, &x[60 - run..])], cells(&mut wide), 0);
            assert!(short == [9; 4] && wide[0] == 9);
        }
    }

    #[test]
    fn bytes_are_spread() {
        let bytes: Vec<u8> = (0..11u8).map(|i| i.wrapping_mul(50)).collect();
        for len in 1..=bytes.len() {
            let (mut words, want) = (vec![7; len], bytes[..len].iter().map(|b| i32::from(*b as i8)));
            spread(&bytes[1..len], cells(&mut words));
            assert!(words.iter().all(|word| *word == 7));
            spread(&bytes[..len], cells(&mut words));
            assert!(want.eq(words));
        }
    }
}
