//! What each inner loop computes.

use core::cell::Cell;

use super::{Stream, Taps, pairs, quads, wide_index};
use crate::fixed::multiply_twice;
use crate::ops::quant::Quant;

/// Widens whole groups of four taps.
#[cfg_attr(midge_dsp, expect(dead_code, reason = "this core has its own"))]
#[inline(always)]
pub(super) fn widen(x: &[[Cell<i8>; 4]], wide: &[Cell<i16>], lane: usize, lanes: usize) {
    for (group, x) in x.iter().enumerate() {
        widen_rest(x, wide, group, lane, lanes);
    }
}

/// Widens the taps of one group, which may be the last and short.
#[inline(always)]
pub(super) fn widen_rest(x: &[Cell<i8>], wide: &[Cell<i16>], group: usize, lane: usize, lanes: usize) {
    for (k, x) in x.iter().enumerate() {
        if let Some(wide) = wide.get(wide_index(lanes, lane, group.wrapping_mul(4).wrapping_add(k))) {
            wide.set(x.get() as i16);
        }
    }
}

/// See `simd::matrix_2x2`; `wide` has eight halfwords for every four taps.
#[cfg_attr(midge_dsp, expect(dead_code, reason = "this core has its own"))]
pub(super) fn matrix_2x2(wide: &[[Cell<i16>; 8]], stream: Stream<'_>, quant: &Quant, y: [&[Cell<i8>]; 2]) {
    let filters = wide.len().wrapping_mul(2);
    let [y0, y1] = y.map(|y| y.as_chunks::<2>().0);
    for ((block, y0), y1) in stream.blocks(pairs::words(wide.len().wrapping_mul(4))).zip(y0).zip(y1) {
        let Some(([b0, b1], rest)) = block.0.split_first_chunk() else { return };
        let Some((filters, [m0, m1, s0, s1])) = rest.split_at_checked(filters) else { return };
        let mut sums = [[i32::from_le(*b0); 2], [i32::from_le(*b1); 2]];
        for (x, w) in wide.iter().zip(filters.as_chunks::<2>().0) {
            for (sums, w) in sums.iter_mut().zip(w) {
                for (sum, x) in sums.iter_mut().zip(x.as_chunks::<4>().0) {
                    *sum = group(*sum, x, *w);
                }
            }
        }
        // the second pixel first: where both are one, the first pixel's outputs stay
        let [[a0, a1], [b0, b1]] = sums;
        let scales = [(m0, s0), (m1, s1)].map(|(m, s)| (i32::from_le(*m), i32::from_le(*s)));
        for (y, sums) in [(y1, [a1, b1]), (y0, [a0, b0])] {
            for ((y, sum), (m, s)) in y.iter().zip(sums).zip(scales) {
                y.set(output(quant, sum, m, s));
            }
        }
    }
}

/// See `simd::dot_2x1`.
#[cfg_attr(midge_dsp, expect(dead_code, reason = "this core has its own"))]
pub(super) fn dot_2x1(wide: &[[Cell<i16>; 4]], filters: &[[i32; 2]]) -> [i32; 2] {
    let mut sums = [0; 2];
    for (x, w) in wide.iter().zip(filters) {
        for (sum, w) in sums.iter_mut().zip(w) {
            *sum = group(*sum, x, *w);
        }
    }
    sums
}

/// The output of an accumulator whose factor is below one half: `half_shift` is its shift right, less one.
#[inline(always)]
fn output(quant: &Quant, acc: i32, multiplier: i32, half_shift: i32) -> i8 {
    quant.output(multiply_twice(acc, multiplier, (half_shift & 31).wrapping_add(1).wrapping_neg()))
}

/// Four taps: wide order 0, 2, 1, 3 against filter order 0, 1, 2, 3.
#[inline(always)]
fn group(mut sum: i32, [x0, x2, x1, x3]: &[Cell<i16>; 4], w: i32) -> i32 {
    for (x, w) in [x0, x1, x2, x3].into_iter().zip(w.to_ne_bytes()) {
        sum = sum.wrapping_add((x.get() as i32).wrapping_mul(w as i8 as i32));
    }
    sum
}

/// See `simd::depthwise`.
#[cfg_attr(midge_dsp, expect(dead_code, reason = "this core has its own"))]
pub(super) fn depthwise(taps: Taps<'_>, stream: Stream<'_>, quant: &Quant, y: &[Cell<i8>]) {
    let count = taps.rows.wrapping_mul(taps.columns);
    let blocks = stream.blocks(quads::words(count));
    for (i, (block, y)) in blocks.zip(y.as_chunks::<4>().0).enumerate() {
        let Some((bias, rest)) = block.0.split_first_chunk::<4>() else { return };
        let Some((weights, scales)) = rest.split_at_checked(count) else { return };
        let mut sums = bias.map(i32::from_le);
        let mut weights = weights.iter();
        for row in 0..taps.rows {
            for column in 0..taps.columns {
                let at = row.wrapping_mul(taps.row_step).wrapping_add(column.wrapping_mul(taps.column_step));
                let x = taps.x.get(at.wrapping_add(i.wrapping_mul(4))..).and_then(|x| x.first_chunk::<4>());
                let (Some(x), Some(w)) = (x, weights.next()) else { return };
                for ((sum, x), w) in sums.iter_mut().zip(x).zip(w.to_ne_bytes()) {
                    *sum = sum.wrapping_add((x.get() as i32).wrapping_mul(w as i8 as i32));
                }
            }
        }
        for ((y, sum), [m, s]) in y.iter().zip(sums).zip(scales.as_chunks::<2>().0) {
            y.set(output(quant, sum, i32::from_le(*m), i32::from_le(*s)));
        }
    }
}
