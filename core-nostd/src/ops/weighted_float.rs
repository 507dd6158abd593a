//! Convolutions and fully connected layers in floats, with weights in single or half precision.
//!
//! As in [`weighted`](super::weighted), a fully connected layer is a convolution whose window is a pixel.

use core::cell::Cell;
use core::marker::PhantomData;

use super::number::Real;
use super::spread::Spread;
use super::window::Window;
use crate::aligned::Element;
use crate::claim::{Claim, shape};
use crate::error::Error;
use crate::kernel::{Io, Task};
use crate::plan::Kind;
use crate::tensor::Rows;
use crate::wire::{product, record, u16, u32};

record! {
    /// A convolution. Operands: y, x, both floats of one type; filter `[out][h][w][in / groups]`, biases (f32).
    pub struct WeightedFloat {
        /// Geometry.
        spread: Spread,
        /// Bits of the least output: the fused activation.
        lo: u32,
        /// Bits of the greatest.
        hi: u32,
    }
}

record! {
    /// A depthwise convolution. Operands: y, x, both floats of one type; filter `[h][w][out]`, biases (f32).
    pub struct DepthwiseFloat {
        /// Geometry.
        window: Window,
        /// Output channels per input channel.
        multiplier: u16,
        /// Bits of the least output: the fused activation.
        lo: u32,
        /// Bits of the greatest.
        hi: u32,
    }
}

/// The kernel of a [`WeightedFloat`], with weights of type `W` on activations of type `T`.
#[derive(Debug)]
pub struct Convolution<W, T>(PhantomData<(W, T)>);

impl<W: Real, T: Real> Convolution<W, T> {
    /// Whether the geometry suits the operands.
    pub const fn check(claim: &Claim<'_>) -> Result<(), Error> {
        let Some(p) = WeightedFloat::read(claim.params()) else { return Err(Error::Record) };
        let Some(weights) = p.spread.weights() else { return Err(Error::Shape) };
        shape(
            claim.arity(1, 4)
                && p.spread.fits(claim, T::KIND, 0, 1)
                && claim.constant(2, W::KIND, product(&[weights, W::KIND.bytes()]))
                && claim.constant(3, Kind::F32, product(&[p.spread.window.out_c as u32, 4])),
        )
    }

    /// Computes output rows.
    pub fn eval(task: &Task<'_>, io: &Io<'_>) -> Result<(), Error> {
        let p = WeightedFloat::read(task.params).ok_or(Error::Record)?;
        let w = &p.spread.window;
        let x = io.rows(1, w.in_stride().ok_or(Error::Shape)?)?;
        let y = io.rows(0, w.out_stride().ok_or(Error::Shape)?)?;
        let (filter, bias) = (io.values(2)?, io.values(3)?);
        for oy in task.rows.clone() {
            row::<W, T>(&p, filter, bias, x, oy as usize, y.row(oy as usize));
        }
        Ok(())
    }
}

/// One output row: `y[ox][o] = clamp(bias[o] + sum(x * w))`.
fn row<W: Real, T: Real>(
    p: &WeightedFloat,
    filter: &[W],
    bias: &[f32],
    x: Rows<'_, T>,
    oy: usize,
    y: &[Cell<T>],
) {
    let w = &p.spread.window;
    let (in_c, depth) = (w.in_c as usize, p.spread.depth as usize);
    let per_group = (w.out_c as usize).wrapping_mul(depth).checked_div(in_c).unwrap_or(0);
    let (clamp, filter_row) = (Clamp::new(p.lo, p.hi), (w.k_w as usize).wrapping_mul(depth));
    let (rows, len) = (p.spread.vertical(oy), (w.k_h as usize).wrapping_mul(filter_row));
    for (ox, y) in y.chunks_exact((w.out_c as usize).max(1)).enumerate() {
        let columns = p.spread.horizontal(ox);
        // adjacent taps are one run where nothing lies between their channels
        let dense = columns.step == 1 && columns.taps == 1 && depth == in_c;
        let (runs, run) = match dense {
            true => (columns.count.min(1), columns.count.wrapping_mul(depth)),
            false => (columns.count, depth),
        };
        let (mut group, mut used) = (0usize, 0usize);
        for ((y, filter), bias) in y.iter().zip(filter.chunks_exact(len.max(1))).zip(bias) {
            let mut sum = (*bias).le();
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
                    let (Some(xs), Some(ws)) =
                        (source.get(at..at.wrapping_add(run)), filter.get(tap..tap.wrapping_add(run)))
                    else {
                        return;
                    };
                    sum += dot(xs, ws);
                    at = at.wrapping_add(columns.step.wrapping_mul(in_c));
                    tap = tap.wrapping_add(columns.taps.wrapping_mul(depth));
                }
            }
            y.set(T::of(clamp.of(sum)));
        }
    }
}

/// Sums that grow side by side, so that each addition need not wait for the one before.
const LANES: usize = 8;

/// `sum(x * w)`.
#[inline(always)]
pub(super) fn dot<W: Real>(x: &[Cell<impl Real>], w: &[W]) -> f32 {
    let ((x, x_rest), (w, w_rest)) = (x.as_chunks::<LANES>(), w.as_chunks::<LANES>());
    let mut sums = [0.0; LANES];
    for (x, w) in x.iter().zip(w) {
        for ((sum, x), w) in sums.iter_mut().zip(x).zip(w) {
            *sum += x.get().number() * w.le().number();
        }
    }
    let rest = x_rest.iter().zip(w_rest).fold(0.0, |sum, (x, w)| sum + x.get().number() * w.le().number());
    sums.iter().fold(rest, |all, sum| all + sum)
}

/// The kernel of a [`DepthwiseFloat`], with weights of type `W` on activations of type `T`.
#[derive(Debug)]
pub struct Depthwise<W, T>(PhantomData<(W, T)>);

impl<W: Real, T: Real> Depthwise<W, T> {
    /// Whether the geometry suits the operands.
    pub const fn check(claim: &Claim<'_>) -> Result<(), Error> {
        let Some(p) = DepthwiseFloat::read(claim.params()) else { return Err(Error::Record) };
        let w = &p.window;
        let len = product(&[w.k_h as u32, w.k_w as u32, w.out_c as u32, W::KIND.bytes()]);
        shape(
            claim.arity(1, 4)
                && w.in_c as u32 * p.multiplier as u32 == w.out_c as u32
                && w.fits(claim, T::KIND, 0, 1)
                && claim.constant(2, W::KIND, len)
                && claim.constant(3, Kind::F32, product(&[w.out_c as u32, 4])),
        )
    }

    /// Computes output rows.
    pub fn eval(task: &Task<'_>, io: &Io<'_>) -> Result<(), Error> {
        let p = DepthwiseFloat::read(task.params).ok_or(Error::Record)?;
        let x = io.rows(1, p.window.in_stride().ok_or(Error::Shape)?)?;
        let y = io.rows(0, p.window.out_stride().ok_or(Error::Shape)?)?;
        let (filter, bias) = (io.values(2)?, io.values(3)?);
        for oy in task.rows.clone() {
            depthwise_row::<W, T>(&p, filter, bias, x, oy as usize, y.row(oy as usize));
        }
        Ok(())
    }
}

/// Outputs of a pixel that are made at a time, as sums on the stack.
pub(super) const BLOCK: usize = 32;

/// One output row: `y[ox][c] = clamp(bias[c] + sum(x[c / multiplier] * w[c]))`.
fn depthwise_row<W: Real, T: Real>(
    p: &DepthwiseFloat,
    filter: &[W],
    bias: &[f32],
    x: Rows<'_, T>,
    oy: usize,
    y: &[Cell<T>],
) {
    let w = &p.window;
    let (in_c, out_c) = (w.in_c as usize, w.out_c as usize);
    let (rows, clamp) = (w.vertical(oy), Clamp::new(p.lo, p.hi));
    // outputs of one input channel, or one of each
    let (alike, group) = match p.multiplier {
        1 => (false, out_c),
        multiplier => (true, multiplier as usize),
    };
    for (ox, y) in y.chunks_exact(out_c.max(1)).enumerate() {
        let columns = w.horizontal(ox);
        for (i, y) in y.chunks(group.max(1)).enumerate() {
            for (block, y) in y.chunks(BLOCK).enumerate() {
                let c = block.wrapping_mul(BLOCK);
                let (from, to) = (if alike { i } else { c }, i.wrapping_mul(group).wrapping_add(c));
                let mut sums = [0.0; BLOCK];
                let bias = bias.get(to..).unwrap_or(&[]);
                sums.iter_mut().zip(bias).for_each(|(sum, bias)| *sum = (*bias).le());
                for (i, ky) in rows.range.clone().enumerate() {
                    let source = x.row(rows.first.wrapping_add(i.wrapping_mul(w.d_h as usize)));
                    for (j, kx) in columns.range.clone().enumerate() {
                        let column = columns.first.wrapping_add(j.wrapping_mul(w.d_w as usize));
                        let tap = ky.wrapping_mul(w.k_w as usize).wrapping_add(kx);
                        let (Some(xs @ [x, ..]), Some(ws)) = (
                            source.get(column.wrapping_mul(in_c).wrapping_add(from)..),
                            filter.get(tap.wrapping_mul(out_c).wrapping_add(to)..),
                        ) else {
                            return;
                        };
                        let sums = sums.iter_mut().take(y.len()).zip(ws);
                        if alike {
                            let x = x.get().number();
                            sums.for_each(|(sum, w)| *sum += x * w.le().number());
                        } else {
                            let sums = sums.zip(xs);
                            sums.for_each(|((sum, w), x)| *sum += x.get().number() * w.le().number());
                        }
                    }
                }
                y.iter().zip(sums).for_each(|(y, sum)| y.set(T::of(clamp.of(sum))));
            }
        }
    }
}

/// The sum from the front, which begins with 0; that of std begins with -0.
pub(super) fn sum(numbers: impl Iterator<Item = f32>) -> f32 {
    numbers.fold(0.0, |sum, x| sum + x)
}

/// A fused activation.
#[derive(Clone, Copy, Debug)]
pub(super) struct Clamp {
    lo: f32,
    hi: f32,
}

impl Clamp {
    /// From the bits of the least and the greatest output.
    pub(super) fn new(lo: u32, hi: u32) -> Self {
        Clamp { lo: f32::from_bits(lo), hi: f32::from_bits(hi) }
    }

    /// Between `-limit` and `limit`.
    pub(super) fn around(limit: f32) -> Self {
        Clamp { lo: -limit, hi: limit }
    }

    /// The nearest number within; NaN stays.
    #[inline(always)]
    pub(super) fn of(self, x: f32) -> f32 {
        let x = if x > self.hi { self.hi } else { x };
        if x < self.lo { self.lo } else { x }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::half::F16;
    use std::vec;
    use std::vec::Vec;

    /// A 5 by 4 image under a filter of 2 by 3, padded, with strides and dilation.
    fn window(in_c: u16, out_c: u16) -> Window {
        Window {
            in_h: 5,
            in_w: 4,
            in_c,
            out_h: 3,
            out_w: 4,
            out_c,
            k_h: 2,
            k_w: 3,
            s_h: 2,
            s_w: 1,
            d_h: 2,
            d_w: 1,
            p_h: 1,
            p_w: 1,
        }
    }

    /// Halves, so that sums are exact in any order.
    fn numbers(n: usize, factor: usize) -> Vec<f32> {
        (0..n).map(|i| (i * factor % 17) as f32 / 2.0 - 4.0).collect()
    }

    /// `y[oy][ox][o]`, the weight of an output for a tap and a channel told by `weight`.
    fn naive(w: &Window, x: &[f32], weight: impl Fn(usize, usize, usize, usize) -> f32) -> Vec<f32> {
        let places = (0..3).flat_map(|oy| (0..4).map(move |ox| (oy, ox)));
        let outputs = places.flat_map(|(oy, ox)| (0..usize::from(w.out_c)).map(move |o| (oy, ox, o)));
        let made = outputs.map(|(oy, ox, o)| {
            let mut sum = o as f32;
            for (ky, kx) in (0..2).flat_map(|ky| (0..3).map(move |kx| (ky, kx))) {
                let (iy, ix) = (oy * 2 + ky * 2, ox + kx);
                if (1..6).contains(&iy) && (1..5).contains(&ix) {
                    let pixel = &x[((iy - 1) * 4 + ix - 1) * usize::from(w.in_c)..];
                    sum += (0..w.in_c.into()).map(|c| pixel[c] * weight(o, ky, kx, c)).sum::<f32>();
                }
            }
            sum.clamp(-30.0, 30.0)
        });
        made.collect()
    }

    #[test]
    fn a_convolution_in_groups_is_that_of_plain_loops() {
        for (in_c, depth) in [(9, 9), (18, 9), (4, 1)] {
            let w = window(in_c, 4);
            let (mut x, filter) = (numbers(20 * usize::from(in_c), 5), numbers(24 * usize::from(depth), 7));
            let groups = usize::from(in_c / depth);
            let d = usize::from(depth);
            let want = naive(&w, &x, |o, ky, kx, c| {
                if c / d == o / (4 / groups) { filter[((o * 2 + ky) * 3 + kx) * d + c % d] } else { 0.0 }
            });
            let (lo, hi) = ((-30f32).to_bits(), 30f32.to_bits());
            let p = WeightedFloat { spread: Spread { window: w, up_h: 1, up_w: 1, depth }, lo, hi };
            let x = Rows::new(Cell::from_mut(&mut x[..]).as_slice_of_cells(), 0, 4 * u32::from(in_c));
            let mut y = vec![0.0; 48];
            let cells = Cell::from_mut(&mut y[..]).as_slice_of_cells();
            for (oy, y) in cells.chunks_exact(16).enumerate() {
                row::<f32, f32>(&p, &filter, &[0.0, 1.0, 2.0, 3.0], x, oy, y);
            }
            assert_eq!(y, want, "{in_c} {depth}");
        }
    }

    #[test]
    fn a_depthwise_convolution_is_that_of_plain_loops() {
        for multiplier in [1, 2] {
            let w = window(3, 3 * multiplier);
            let out = usize::from(w.out_c);
            // one half is 0x3800, two are 0x4000
            let (mut x, filter) =
                (numbers(60, 5), (0..6 * out).map(|i| F16([0x3800, 0x4000][i % 2])).collect::<Vec<_>>());
            let want = naive(&w, &x, |o, ky, kx, c| {
                let mine = c == o / usize::from(multiplier);
                if mine { [0.5, 2.0][((ky * 3 + kx) * out + o) % 2] } else { 0.0 }
            });
            let p = DepthwiseFloat { window: w, multiplier, lo: (-30f32).to_bits(), hi: 30f32.to_bits() };
            let x = Rows::new(Cell::from_mut(&mut x[..]).as_slice_of_cells(), 0, 12);
            let mut y = vec![0.0; 12 * out];
            let cells = Cell::from_mut(&mut y[..]).as_slice_of_cells();
            for (oy, y) in cells.chunks_exact(4 * out).enumerate() {
                depthwise_row::<F16, f32>(&p, &filter, &[0.0, 1.0, 2.0, 3.0, 4.0, 5.0], x, oy, y);
            }
            assert_eq!(y, want, "{multiplier}");
        }
    }
}
