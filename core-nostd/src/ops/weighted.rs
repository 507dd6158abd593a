//! Convolutions in general: other types than int8, filters with a zero point, and transposed ones.
//!
//! What is common has kernels of its own ([`conv`](super::conv), [`depthwise`](super::depthwise),
//! [`fully_connected`](super::fully_connected)). A depthwise convolution is one here whose groups have one channel, a
//! fully connected layer one whose window is a pixel, and a transposed convolution one over an image with zeros between
//! its pixels, its filters turned by 180 degrees.

use core::cell::Cell;

use super::channels::{self, Channels};
use super::spread::Spread;
use crate::aligned::Element;
use crate::claim::{Claim, shape};
use crate::error::Error;
use crate::fixed::{Integer, multiply_long, multiply_once, multiply_twice, multiply_wide};
use crate::kernel::{Io, Task};
use crate::plan::Kind;
use crate::tensor::Rows;
use crate::wire::{i8, i16, product, record, u16};

record! {
    /// Operands: y; x, filter `[out][h][w][in / groups]`, channels.
    pub struct Weighted {
        /// Geometry.
        spread: Spread,
        /// Zero point of x, which padding stands for.
        x_zero: i16,
        /// Zero point of y.
        y_zero: i16,
        /// Least output: the fused activation.
        lo: i16,
        /// Greatest output.
        hi: i16,
        /// Zero point of the filter.
        w_zero: i8,
    }
}

record! {
    /// [`Weighted`] with weights of 4 bits in groups, which have a factor each. Operands: y; x, filter, factors, channels.
    ///
    /// Groups are runs of a filter's weights in the order of memory, the last of what is left. Factors have 4 bits too, two
    /// in a byte, the first in its low half: those of an output's groups, then those of the next output's.
    pub struct Grouped {
        /// The layer.
        layer: Weighted,
        /// Weights of a group.
        group: u16,
    }
}

macro_rules! kernels {
    ($($(#[$doc:meta])* $name:ident: $element:ident $kind:ident, $weights:ident, $sum:ident;)*) => { $(
        $(#[$doc])*
        ///
        /// Fields and operands as [`Weighted`].
        #[derive(Debug)]
        pub struct $name;

        impl $name {
            /// Whether the geometry suits the operands.
            pub const fn check(claim: &Claim<'_>) -> Result<(), Error> {
                check(claim, Kind::$kind, ($weights::KIND, $weights::GROUPED), $sum::KIND)
            }

            /// Computes output rows.
            pub fn eval(task: &Task<'_>, io: &Io<'_>) -> Result<(), Error> {
                eval::<$element, $weights<'_>, $sum>(task, io)
            }
        }
    )* };
}
kernels! {
    /// int8 activations and weights.
    I8: i8 I8, Bytes, Twice;
    /// int8 activations and weights, rounded as in fully connected layers.
    I8Once: i8 I8, Bytes, Once;
    /// int8 activations, weights of 4 bits.
    I4: i8 I8, Nibbles, Twice;
    /// int8 activations, weights of 4 bits, rounded as in fully connected layers.
    I4Once: i8 I8, Nibbles, Once;
    /// int8 activations, weights of 4 bits in groups; the record is a [`Grouped`].
    I4Groups: i8 I8, Groups, Twice;
    /// The same, rounded as in fully connected layers.
    I4GroupsOnce: i8 I8, Groups, Once;
    /// int16 activations, int8 weights, sums of 32 bits.
    I16: i16 I16, Bytes, Twice;
    /// int16 activations, int8 weights, sums of 64 bits.
    I16Wide: i16 I16, Bytes, Wide;
    /// int16 activations, int8 weights, sums of 64 bits, rounded as in fully connected layers.
    I16Long: i16 I16, Bytes, Long;
}

/// How weights lie in a filter.
trait Weights<'a>: Copy {
    /// Those of a step.
    fn of(task: &Task<'_>, io: &Io<'a>) -> Result<Self, Error>;

    /// The weights from the `at`-th on.
    fn run(self, at: usize, count: usize) -> impl Iterator<Item = i32>;

    /// Of `count` weights of an output's filter, from the `at`-th on, how many have one factor, and the factor.
    #[inline(always)]
    fn span(self, _output: usize, _at: usize, count: usize) -> (usize, i32) {
        (count, 1)
    }
}

/// A byte each.
#[derive(Clone, Copy)]
struct Bytes<'a>(&'a [u8]);

impl Bytes<'_> {
    const KIND: Kind = Kind::I8;
    const GROUPED: bool = false;
}

impl<'a> Weights<'a> for Bytes<'a> {
    #[inline(always)]
    fn of(_: &Task<'_>, io: &Io<'a>) -> Result<Self, Error> {
        Ok(Bytes(io.constant(2)?))
    }

    #[inline(always)]
    fn run(self, at: usize, count: usize) -> impl Iterator<Item = i32> {
        self.0.get(at..at.wrapping_add(count)).unwrap_or(&[]).iter().map(|w| *w as i8 as i32)
    }
}

/// Two in a byte, the first in its low half.
#[derive(Clone, Copy)]
struct Nibbles<'a>(&'a [u8]);

impl Nibbles<'_> {
    const KIND: Kind = Kind::I4;
    const GROUPED: bool = false;
}

impl<'a> Weights<'a> for Nibbles<'a> {
    #[inline(always)]
    fn of(_: &Task<'_>, io: &Io<'a>) -> Result<Self, Error> {
        Ok(Nibbles(io.constant(2)?))
    }

    #[inline(always)]
    fn run(self, at: usize, count: usize) -> impl Iterator<Item = i32> {
        (at..at.wrapping_add(count)).map(move |i| {
            let byte = self.0.get(i / 2).copied().unwrap_or(0) as i32;
            // the half's sign is brought to the top
            byte.wrapping_shl(if i % 2 == 0 { 28 } else { 24 }) >> 28
        })
    }
}

/// The same in groups.
#[derive(Clone, Copy)]
struct Groups<'a> {
    nibbles: Nibbles<'a>,
    factors: &'a [u8],
    /// Weights of a group.
    size: usize,
    /// Groups of an output.
    each: usize,
}

impl Groups<'_> {
    const KIND: Kind = Kind::I4;
    const GROUPED: bool = true;
}

impl<'a> Weights<'a> for Groups<'a> {
    #[inline(always)]
    fn of(task: &Task<'_>, io: &Io<'a>) -> Result<Self, Error> {
        let p = Grouped::read(task.params).ok_or(Error::Record)?;
        let each = p.each().ok_or(Error::Shape)? as usize;
        let (nibbles, size) = (Nibbles::of(task, io)?, (p.group as usize).max(1));
        Ok(Groups { nibbles, factors: io.constant(3)?, size, each })
    }

    #[inline(always)]
    fn run(self, at: usize, count: usize) -> impl Iterator<Item = i32> {
        self.nibbles.run(at, count)
    }

    #[inline(always)]
    fn span(self, output: usize, at: usize, count: usize) -> (usize, i32) {
        let group = output.wrapping_mul(self.each).wrapping_add(at / self.size);
        let byte = self.factors.get(group / 2).copied().unwrap_or(0) as i32;
        let left = self.size.wrapping_sub(at % self.size);
        (if left < count { left } else { count }, byte >> (group % 2 * 4) & 15)
    }
}

impl Grouped {
    /// Groups of an output; none where they have no size, or are too many to count.
    const fn each(&self) -> Option<u32> {
        let spread = &self.layer.spread;
        let Some(filter) =
            product(&[spread.window.k_h as u32, spread.window.k_w as u32, spread.depth as u32])
        else {
            return None;
        };
        if self.group == 0 { None } else { Some(filter.div_ceil(self.group as u32)) }
    }

    /// Whether operand 3 holds the factors of a step.
    const fn fits(claim: &Claim<'_>) -> bool {
        let Some(p) = Self::read(claim.params()) else { return false };
        let Some(each) = p.each() else { return false };
        let Some(factors) = product(&[each, p.layer.spread.window.out_c as u32]) else { return false };
        claim.constant(3, Kind::U8, Some(factors.div_ceil(2)))
    }
}

/// What products are summed in, and how a sum becomes an output.
pub(super) trait Sum {
    /// The sum.
    type Acc: Element;

    /// The sum with more products in it.
    fn plus(sum: Self::Acc, products: i32) -> Self::Acc;

    /// The sum on the output's scale.
    fn scaled(sum: Self::Acc, multiplier: Self::Acc, shift: i32) -> i32;
}

macro_rules! sums {
    ($($(#[$doc:meta])* $name:ident: $acc:ident $kind:ident, $scaled:ident;)*) => { $(
        $(#[$doc])*
        pub(super) struct $name;

        impl $name {
            const KIND: Kind = Kind::$kind;
        }

        impl Sum for $name {
            type Acc = $acc;

            #[inline(always)]
            fn plus(sum: $acc, products: i32) -> $acc {
                sum.wrapping_add(products as $acc)
            }

            #[inline(always)]
            fn scaled(sum: $acc, multiplier: $acc, shift: i32) -> i32 {
                $scaled(sum, multiplier as _, shift)
            }
        }
    )* };
}
sums! {
    /// 32 bits, as LiteRT's convolutions.
    Twice: i32 I32, multiply_twice;
    /// 32 bits, as LiteRT's fully connected layers.
    Once: i32 I32, multiply_once;
    /// 64 bits, as LiteRT's convolutions of int16.
    Wide: i64 I64, multiply_wide;
    /// 64 bits, as LiteRT's fully connected layers of int16.
    Long: i64 I64, multiply_long;
}

/// Whether the geometry suits operands of these types.
const fn check(claim: &Claim<'_>, x: Kind, (weights, grouped): (Kind, bool), sum: Kind) -> Result<(), Error> {
    let Some(p) = Weighted::read(claim.params()) else { return Err(Error::Record) };
    let len = match p.spread.weights() {
        Some(taps) if matches!(weights, Kind::I4) => Some(taps.div_ceil(2)),
        taps => taps,
    };
    let channels = if grouped { 4 } else { 3 };
    shape(
        claim.arity(1, channels + 1)
            && p.spread.fits(claim, x, 0, 1)
            && claim.constant(2, weights, len)
            && (!grouped || Grouped::fits(claim))
            && channels::fits_of(claim, channels, p.spread.window.out_c as u32, sum),
    )
}

fn eval<'a, X: Integer, W: Weights<'a>, S: Sum>(task: &Task<'_>, io: &Io<'a>) -> Result<(), Error> {
    let p = Weighted::read(task.params).ok_or(Error::Record)?;
    let w = &p.spread.window;
    let x = io.rows(1, w.in_stride().ok_or(Error::Shape)?)?;
    let y = io.rows(0, w.out_stride().ok_or(Error::Shape)?)?;
    let weights = W::of(task, io)?;
    let channels = Channels::new(io.constant(io.operands().wrapping_sub(1))?, w.out_c as usize)?;
    for oy in task.rows.clone() {
        row::<X, W, S>(&p, weights, &channels, x, oy as usize, y.row(oy as usize));
    }
    Ok(())
}

/// One output row: `y[ox][o] = requantize(bias[o] + sum((x - x_zero) * (w - w_zero)))`.
fn row<'a, X: Integer, W: Weights<'a>, S: Sum>(
    p: &Weighted,
    weights: W,
    channels: &Channels<'_, S::Acc>,
    x: Rows<'_, X>,
    oy: usize,
    y: &[Cell<X>],
) {
    let w = &p.spread.window;
    let (in_c, depth, zeros) = (w.in_c as usize, p.spread.depth as usize, (p.x_zero as i32, p.w_zero as i32));
    let per_group = (w.out_c as usize).wrapping_mul(depth).checked_div(in_c).unwrap_or(0);
    let filter_row = (w.k_w as usize).wrapping_mul(depth);
    let rows = p.spread.vertical(oy);
    for (ox, y) in y.chunks_exact((w.out_c as usize).max(1)).enumerate() {
        let columns = p.spread.horizontal(ox);
        // adjacent taps are one run where nothing lies between their channels
        let dense = columns.step == 1 && columns.taps == 1 && depth == in_c;
        let (runs, run) = match dense {
            true => (columns.count.min(1), columns.count.wrapping_mul(depth)),
            false => (columns.count, depth),
        };
        let (mut group, mut used, mut front) = (0usize, 0usize, 0usize);
        for (o, y) in y.iter().enumerate() {
            let c = channels.at(o);
            let mut sum = c.bias;
            if used == per_group {
                (group, used) = (group.wrapping_add(depth), 0);
            }
            used = used.wrapping_add(1);
            for i in 0..rows.count {
                let source = x.row(rows.first.wrapping_add(i.wrapping_mul(rows.step)));
                let mut at = columns.first.wrapping_mul(in_c).wrapping_add(group);
                let ky = rows.tap.wrapping_add(i.wrapping_mul(rows.taps));
                let mut tap = columns.tap.wrapping_mul(depth).wrapping_add(ky.wrapping_mul(filter_row));
                for _ in 0..runs {
                    let Some(mut xs) = source.get(at..at.wrapping_add(run)) else { return };
                    let mut from = tap;
                    while !xs.is_empty() {
                        let (count, factor) = weights.span(o, from, xs.len());
                        let Some((now, later)) = xs.split_at_checked(count) else { return };
                        let ws = weights.run(front.wrapping_add(from), count);
                        sum = dot::<X, S>(sum, now, ws, zeros, factor);
                        (xs, from) = (later, from.wrapping_add(count));
                    }
                    at = at.wrapping_add(columns.step.wrapping_mul(in_c));
                    tap = tap.wrapping_add(columns.taps.wrapping_mul(depth));
                }
            }
            front = front.wrapping_add((w.k_h as usize).wrapping_mul(filter_row));
            let scaled = S::scaled(sum, c.multiplier, c.shift);
            y.set(X::narrow(scaled.wrapping_add(p.y_zero as i32), p.lo as i32, p.hi as i32));
        }
    }
}

/// Products that fit 32 bits together: 128 of 16 and 8 bits, zero points taken off, need 31.
const SHORT: usize = 128;

/// `sum + factor * sum((x - x_zero) * (w - w_zero))`.
#[inline(always)]
fn dot<X: Integer, S: Sum>(
    mut sum: S::Acc,
    x: &[Cell<X>],
    mut w: impl Iterator<Item = i32>,
    (x_zero, w_zero): (i32, i32),
    factor: i32,
) -> S::Acc {
    for x in x.chunks(SHORT) {
        let mut products = 0i32;
        for (x, w) in x.iter().zip(w.by_ref()) {
            let x: i32 = x.get().into();
            products = products.wrapping_add(x.wrapping_sub(x_zero).wrapping_mul(w.wrapping_sub(w_zero)));
        }
        sum = S::plus(sum, products.wrapping_mul(factor));
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::super::window::Window;
    use super::*;
    use crate::Aligned;
    use std::vec;
    use std::vec::Vec;

    #[test]
    fn a_transposed_row_is_the_sum_of_its_spread_pixels() {
        // one row of two pixels, two channels, spread by two under three columns of one output
        let window = Window {
            in_h: 1,
            in_w: 2,
            in_c: 2,
            out_h: 1,
            out_w: 5,
            out_c: 1,
            k_h: 1,
            k_w: 3,
            s_h: 1,
            s_w: 1,
            d_h: 1,
            d_w: 1,
            p_h: 0,
            p_w: 2,
        };
        let spread = Spread { window, up_h: 1, up_w: 2, depth: 2 };
        let p = Weighted { spread, x_zero: 1, y_zero: -3, lo: -128, hi: 127, w_zero: 2 };
        let (mut x, filter) = ([5i8, -7, 11, 3], [1i8, 2, -3, 4, 5, -6]);
        let mut spread = [0i32; 5];
        for ox in 0..2 {
            for (k, spread) in spread[ox * 2..].iter_mut().take(3).enumerate() {
                for c in 0..2 {
                    // the filter lies turned
                    let w = i32::from(filter[(2 - k) * 2 + c]) - 2;
                    *spread += (i32::from(x[ox * 2 + c]) - 1) * w;
                }
            }
        }
        let mut blob = Aligned([0u8; 12]);
        blob.0[..4].copy_from_slice(&10i32.to_le_bytes());
        // one half
        blob.0[4..8].copy_from_slice(&(1i32 << 30).to_le_bytes());
        let channels = Channels::<i32>::new(&blob.0, 1).unwrap();
        let mut y = [0i8; 5];
        let cells = Cell::from_mut(&mut y[..]).as_slice_of_cells();
        let rows = Rows::new(Cell::from_mut(&mut x[..]).as_slice_of_cells(), 0, 4);
        let bytes: Vec<u8> = filter.iter().map(|w| *w as u8).collect();
        row::<i8, Bytes<'_>, Twice>(&p, Bytes(&bytes), &channels, rows, 0, cells);
        let want: Vec<i8> = spread.iter().map(|s| (((s + 10 + 1) >> 1) - 3) as i8).collect();
        assert_eq!(y.to_vec(), want);
    }

    #[test]
    fn nibbles_are_signed_and_the_first_is_low() {
        let run = |at, count| Nibbles(&[0x8f, 0x07]).run(at, count).collect::<Vec<_>>();
        assert_eq!(run(0, 4), vec![-1, -8, 7, 0]);
        assert_eq!(run(1, 2), vec![-8, 7]);
        assert_eq!(run(4, 1), vec![0]);
    }

    #[test]
    fn groups_end_with_their_output_and_have_a_factor_each() {
        // two outputs of five weights in groups of two: factors 1, 2, 3; 4, 5, 15
        let weights = Groups { nibbles: Nibbles(&[]), factors: &[0x21, 0x43, 0xf5], size: 2, each: 3 };
        assert_eq!([0, 1, 2, 4].map(|at| weights.span(0, at, 5 - at)), [(2, 1), (1, 1), (2, 2), (1, 3)]);
        assert_eq!([0, 3, 4].map(|at| weights.span(1, at, 1)), [(1, 4), (1, 5), (1, 15)]);
    }

    #[test]
    fn sums_of_many_products_do_not_wrap() {
        let mut x = [i16::MIN; 1000];
        let x = Cell::from_mut(&mut x[..]).as_slice_of_cells();
        let sum = dot::<i16, Wide>(5, x, core::iter::repeat_n(-128, 1000), (0, 127), 1);
        assert_eq!(sum, 5 + 1000 * 32768 * 255);
    }
}
