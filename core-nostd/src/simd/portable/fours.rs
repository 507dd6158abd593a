//! What the loop over products of polynomials of four pixels computes.

use core::cell::Cell;

use super::polynomial::{START, fields};
use crate::fixed::folded;
use crate::simd::fours::{OUTPUTS, PIXELS, SUMS, words};
use crate::simd::polynomial::{SCALE, join};

/// See `simd::fours::Matrix`: every pixel has as many taps as `wide`.
pub(in crate::simd) fn take(x: [&[Cell<i8>]; PIXELS], wide: &[[Cell<i32>; 2]]) {
    for (k, [first, second]) in wide.iter().enumerate() {
        let [x, y, z, v] = x.map(|x| x.get(k).map_or(0, |x| x.get() as i32));
        first.set(join(x, y));
        second.set(join(z, v));
    }
}

/// See `simd::fours::Matrix`; whole blocks.
#[derive(Debug)]
pub(in crate::simd) struct Blocks<'a> {
    wide: &'a [[Cell<i32>; 2]],
    stream: &'a [i32],
    part: usize,
}

impl<'a> Blocks<'a> {
    pub(in crate::simd) fn new(
        wide: &'a [[Cell<i32>; 2]],
        _: &'a [Cell<i32>],
        stream: &'a [i32],
        part: usize,
    ) -> Self {
        Blocks { wide, stream, part }
    }

    pub(in crate::simd) fn multiply(&self, y: [&[Cell<i8>]; PIXELS]) {
        let blocks = self.stream.chunks_exact(words(self.wide.len()).max(1));
        for (i, block) in blocks.enumerate() {
            let Some((weights, scales)) = block.split_last_chunk::<{ OUTPUTS * SCALE }>() else { return };
            let sums = self.sums(weights.as_chunks().0);
            for (y, sums) in y.iter().zip(sums.as_chunks::<OUTPUTS>().0) {
                let y = y.get(i.wrapping_mul(OUTPUTS)..).unwrap_or(&[]);
                for ((y, sum), scale) in y.iter().zip(sums).zip(scales.as_chunks::<SCALE>().0) {
                    let [first, factor, m, c] = scale.map(i32::from_le);
                    y.set(folded(sum.wrapping_mul(factor).wrapping_add(first), m, c));
                }
            }
        }
    }

    /// Of each pixel the three outputs' sums, which have what fields begin with added for each part.
    fn sums(&self, weights: &[[i32; 2]]) -> [i32; SUMS] {
        let mut sums = [0i32; SUMS];
        let mut left = self.wide.len();
        let mut rest = self.wide.iter().zip(weights);
        while left > 0 {
            let part = left.wrapping_sub(1).checked_rem(self.part).unwrap_or(0).wrapping_add(1);
            left = left.wrapping_sub(part);
            let mut products = [[START; 2]; PIXELS / 2];
            for (x, w) in rest.by_ref().take(part) {
                for (products, x) in products.iter_mut().zip(x) {
                    for (product, w) in products.iter_mut().zip(w) {
                        let both = (x.get() as i64).wrapping_mul(i32::from_le(*w) as i64);
                        *product = product.wrapping_add(both);
                    }
                }
            }
            for (sums, products) in sums.as_chunks_mut::<{ 2 * OUTPUTS }>().0.iter_mut().zip(products) {
                for (sum, value) in sums.iter_mut().zip(fields(products)) {
                    *sum = sum.wrapping_add(value);
                }
            }
        }
        sums
    }
}
