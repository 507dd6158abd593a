//! What each inner loop computes.

use core::cell::Cell;

use super::halfwords::Layout;
use super::{Stream, Taps, pairs, quads, wide_index};
use crate::aligned;
use crate::fixed::{doubled, folded, multiply_twice};
use crate::ops::quant::Quant;

/// Widens whole groups of four taps.
#[inline(always)]
pub(super) fn widen(x: &[[Cell<i8>; 4]], wide: &[Cell<i16>], lane: usize, lanes: usize) {
    for (group, x) in x.iter().enumerate() {
        widen_rest(x, wide, group, lane, lanes);
    }
}

/// See `simd::Field::widen`: all rows of so many groups lie inside `x`, and all taps inside `wide`.
#[cfg_attr(midge_dsp, expect(dead_code, reason = "this core has its own"))]
pub(super) fn widen_rows(x: &[Cell<i8>], [rows, groups, step]: [usize; 3], wide: &[Cell<i16>], lane: usize) {
    for row in 0..rows {
        let x = x.get(row.wrapping_mul(step)..).unwrap_or(&[]).as_chunks().0;
        let wide = wide.get(row.wrapping_mul(groups).wrapping_mul(8)..).unwrap_or(&[]);
        widen(x.get(..groups).unwrap_or(&[]), wide, lane, 2);
    }
}

/// See `simd::copy_rows`: all rows lie inside.
#[cfg_attr(midge_dsp, expect(dead_code, reason = "this core has its own"))]
pub(super) fn copy_rows([to, from]: [&[Cell<i8>]; 2], [down, step]: [usize; 2], count: usize, run: usize) {
    for row in 0..count {
        let to = to.get(row.wrapping_mul(down)..).unwrap_or(&[]);
        let from = from.get(row.wrapping_mul(step)..).unwrap_or(&[]);
        aligned::copy(to.get(..run).unwrap_or(&[]), from);
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

/// See `simd::Matrix`; blocks of two outputs.
#[derive(Debug)]
pub(super) struct Matrix<'a> {
    wide: &'a [[Cell<i16>; 8]],
    stream: Stream<'a>,
    folded: bool,
    blocks: usize,
}

#[cfg_attr(midge_dsp, expect(dead_code, reason = "this core has its own"))]
impl<'a> Matrix<'a> {
    pub(super) fn new(
        wide: &'a [[Cell<i16>; 8]],
        stream: Stream<'a>,
        folded: bool,
        blocks: usize,
    ) -> Option<Self> {
        (blocks > 0).then_some(Matrix { wide, stream, folded, blocks })
    }

    pub(super) fn multiply(&self, y: [&[Cell<i8>]; 2]) {
        let layout = Layout::matrix(self.folded);
        let blocks = self.stream.blocks(layout.words(self.wide.len().wrapping_mul(4))).take(self.blocks);
        let [y0, y1] = y.map(|y| y.as_chunks::<2>().0);
        for ((block, y0), y1) in blocks.zip(y0).zip(y1) {
            let Some((first, rest)) = block.0.split_first_chunk::<4>() else { return };
            let Some((weights, scales)) = rest.split_at_checked(self.wide.len().wrapping_mul(4)) else {
                return;
            };
            let [mut a0, mut b0, mut a1, mut b1] = first.map(i32::from_le);
            for (x, w) in self.wide.iter().zip(weights.as_chunks::<4>().0) {
                if let ([x0, x1], [a, b]) = (x.as_chunks::<4>().0, w.as_chunks::<2>().0) {
                    (a0, b0) = (halfwords(a0, x0, a), halfwords(b0, x0, b));
                    (a1, b1) = (halfwords(a1, x1, a), halfwords(b1, x1, b));
                }
            }
            // the second pixel first: where both are one, the first pixel's outputs stay
            for (y, sums) in [(y1, [a1, b1]), (y0, [a0, b0])] {
                for ((y, sum), scale) in y.iter().zip(sums).zip(scales.chunks_exact(layout.scale)) {
                    y.set(match *scale {
                        [m, c] => folded(sum, i32::from_le(m), i32::from_le(c)),
                        [m, c, n] => doubled(sum, i32::from_le(m), i32::from_le(c), i32::from_le(n)),
                        _ => return,
                    });
                }
            }
        }
    }
}

/// See `simd::row_halfwords`; without the last outputs that are no four.
#[cfg_attr(midge_dsp, expect(dead_code, reason = "this core has its own"))]
pub(super) fn row_halfwords(wide: &[[Cell<i16>; 8]], stream: Stream<'_>, y: &[Cell<i8>]) {
    let layout = Layout::ROW;
    for (block, y) in stream.blocks(layout.words(wide.len().wrapping_mul(8))).zip(y.as_chunks::<4>().0) {
        let Some((first, rest)) = block.0.split_first_chunk::<4>() else { return };
        let Some((weights, scales)) = rest.split_at_checked(wide.len().wrapping_mul(16)) else { return };
        let mut sums = first.map(i32::from_le);
        for (x, w) in wide.iter().zip(weights.as_chunks::<16>().0) {
            for (sum, w) in sums.iter_mut().zip(w.as_chunks::<4>().0) {
                for (x, w) in x.as_chunks::<4>().0.iter().zip(w.as_chunks::<2>().0) {
                    *sum = halfwords(*sum, x, w);
                }
            }
        }
        for ((y, sum), [m, c]) in y.iter().zip(sums).zip(scales.as_chunks::<2>().0) {
            y.set(folded(sum, i32::from_le(*m), i32::from_le(*c)));
        }
    }
}

/// Four taps and four weights of 16 bits, in the same order.
#[inline(always)]
fn halfwords(mut sum: i32, x: &[Cell<i16>; 4], w: &[i32; 2]) -> i32 {
    for (x, w) in x.as_chunks::<2>().0.iter().zip(w) {
        let w = i32::from_le(*w);
        for (x, w) in x.iter().zip([w as i16, (w >> 16) as i16]) {
            sum = sum.wrapping_add((x.get() as i32).wrapping_mul(w as i32));
        }
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
