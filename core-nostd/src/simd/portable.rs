//! What each inner loop computes.

use core::cell::Cell;

use super::wide_index;

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

/// `[[even taps, odd taps] of pixel 0, of pixel 1]` of each group against `[output 0, output 1]`.
#[cfg_attr(midge_dsp, expect(dead_code, reason = "this core has its own"))]
#[inline(always)]
pub(super) fn dot_2x2(wide: &[[Cell<i16>; 8]], filters: &[[u8; 8]]) -> [[i32; 2]; 2] {
    let mut sums = [[0; 2]; 2];
    for (x, w) in wide.iter().zip(filters) {
        for (sums, w) in sums.iter_mut().zip(w.as_chunks::<4>().0) {
            for (sum, x) in sums.iter_mut().zip(x.as_chunks::<4>().0) {
                *sum = group(*sum, x, w);
            }
        }
    }
    sums
}

/// The same for one pixel.
#[cfg_attr(midge_dsp, expect(dead_code, reason = "this core has its own"))]
#[inline(always)]
pub(super) fn dot_2x1(wide: &[[Cell<i16>; 4]], filters: &[[u8; 8]]) -> [i32; 2] {
    let mut sums = [0; 2];
    for (x, w) in wide.iter().zip(filters) {
        for (sum, w) in sums.iter_mut().zip(w.as_chunks::<4>().0) {
            *sum = group(*sum, x, w);
        }
    }
    sums
}

/// Four taps: wide order 0, 2, 1, 3 against filter order 0, 1, 2, 3.
#[inline(always)]
fn group(sum: i32, [x0, x2, x1, x3]: &[Cell<i16>; 4], w: &[u8; 4]) -> i32 {
    let mut sum = sum;
    for (x, w) in [x0, x1, x2, x3].into_iter().zip(w) {
        sum = sum.wrapping_add((x.get() as i32).wrapping_mul(*w as i8 as i32));
    }
    sum
}
