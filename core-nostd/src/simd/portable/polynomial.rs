//! What the loop over products of polynomials computes.
#![cfg_attr(midge_dsp, expect(dead_code, reason = "this core has its own"))]

use core::cell::Cell;

use crate::fixed::{doubled, folded};
use crate::simd::polynomial::{FIELD, FIRST, OUTPUTS, PIXELS, RUN, SCALE, SUMS, join, words};

/// See `simd::polynomial::Matrix::take`: rows of so many groups lie inside `x` for each pixel, and all taps inside `wide`.
pub(in crate::simd) fn take(
    x: &[Cell<i8>],
    step: usize,
    [rows, groups, row_step]: [usize; 3],
    wide: &[Cell<i32>],
) {
    let run = groups.wrapping_mul(RUN);
    for (row, wide) in wide.chunks(run.wrapping_mul(2).max(1)).enumerate().take(rows) {
        for (k, wide) in wide.chunks(2).enumerate() {
            let first = row.wrapping_mul(row_step).wrapping_add(k);
            let [x, y, z] = [0, 1, 2].map(|pixel: usize| {
                x.get(first.wrapping_add(pixel.wrapping_mul(step))).map_or(0, |x| x.get() as i32)
            });
            for (wide, pair) in wide.iter().zip([join(x, y), join(y, z)]) {
                wide.set(pair);
            }
        }
    }
}

/// See `simd::polynomial::Matrix`; whole blocks.
#[derive(Debug)]
pub(in crate::simd) struct Blocks<'a> {
    wide: &'a [[Cell<i32>; 2]],
    stream: &'a [i32],
    folded: bool,
    part: usize,
}

impl<'a> Blocks<'a> {
    pub(in crate::simd) fn new(
        wide: &'a [[Cell<i32>; 2]],
        _: &'a [Cell<i32>],
        stream: &'a [i32],
        folded: bool,
        (part, _): (usize, usize),
    ) -> Self {
        Blocks { wide, stream, folded, part }
    }

    pub(in crate::simd) fn multiply(&self, y: [&[Cell<i8>]; PIXELS]) {
        let [y0, y1, y2] = y.map(|y| y.as_chunks::<OUTPUTS>().0);
        let blocks = self.stream.chunks_exact(words(self.wide.len()).max(1));
        for (((block, y0), y1), y2) in blocks.zip(y0).zip(y1).zip(y2) {
            let Some((weights, scales)) =
                block.split_last_chunk::<{ OUTPUTS * SCALE }>().map(|(w, s)| (w, s.as_chunks::<SCALE>().0))
            else {
                return;
            };
            // of each output the three pixels' sums
            let taps = self.wide.iter().zip(weights.as_chunks().0);
            let parts = (self.wide.len(), self.part);
            let sums = sums(taps.map(|(x, w)| [w.map(i32::from_le), x.each_ref().map(Cell::get)]), parts);
            // the first pixel last: where some are one, its outputs stay
            for (pixel, y) in [y0, y1, y2].into_iter().enumerate().rev() {
                let sums = sums.iter().skip(pixel).step_by(PIXELS);
                for ((y, sum), scale) in y.iter().zip(sums).zip(scales) {
                    y.set(match (scale.map(i32::from_le), self.folded) {
                        ([first, factor, m, c], true) => {
                            folded(sum.wrapping_mul(factor).wrapping_add(first), m, c)
                        }
                        ([first, m, c, n], false) => {
                            doubled(sum.wrapping_mul(2).wrapping_add(first), m, c, n)
                        }
                    });
                }
            }
        }
    }
}

/// The fields of the products of each of the first two factors of so many taps with the other two, added up; with what they begin with
/// once for each part.
pub(super) fn sums(
    mut taps: impl Iterator<Item = [[i32; 2]; 2]>,
    (mut left, part): (usize, usize),
) -> [i32; SUMS] {
    let mut sums = [0i32; SUMS];
    while left > 0 {
        // all parts but the first are whole
        let here = left.wrapping_sub(1).checked_rem(part).unwrap_or(0).wrapping_add(1);
        left = left.wrapping_sub(here);
        let mut products = [[START; 2]; 2];
        for [factors, others] in taps.by_ref().take(here) {
            for (products, factor) in products.iter_mut().zip(factors) {
                for (product, other) in products.iter_mut().zip(others) {
                    *product = product.wrapping_add((factor as i64).wrapping_mul(other as i64));
                }
            }
        }
        for (sum, value) in sums.iter_mut().zip(products.into_iter().flat_map(fields)) {
            *sum = sum.wrapping_add(value);
        }
    }
    sums
}

/// What sums of products begin with.
const START: i64 = (FIRST as i64) << (2 * FIELD) | (FIRST as i64) << (FIELD + 1) | FIRST as i64;

/// Of two outputs the three pixels' sums.
const fn fields([xy, yz]: [i64; 2]) -> [i32; 2 * PIXELS] {
    const MASK: i64 = (1 << FIELD) - 1;
    let (ax, ay) = (xy & MASK, yz & MASK);
    let xy = xy.wrapping_sub(ay << FIELD);
    let (bx, by) = (xy >> FIELD & MASK, xy >> (2 * FIELD));
    let yz = yz.wrapping_sub(by << FIELD);
    let (az, bz) = (yz >> FIELD & MASK, yz >> (2 * FIELD));
    [ax as i32, ay as i32, az as i32, bx as i32, by as i32, bz as i32]
}
