//! What the loop over products of polynomials of four pixels computes.

use core::cell::Cell;

use super::polynomial::sums;
use crate::fixed::folded;
use crate::simd::fours::{OUTPUTS, PIXELS, words};
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
            // of each pixel the three outputs' sums
            let taps = self.wide.iter().zip(weights.as_chunks().0);
            let parts = (self.wide.len(), self.part);
            let sums = sums(taps.map(|(x, w)| [x.each_ref().map(Cell::get), w.map(i32::from_le)]), parts);
            for (y, sums) in y.iter().zip(sums.as_chunks::<OUTPUTS>().0) {
                let y = y.get(i.wrapping_mul(OUTPUTS)..).unwrap_or(&[]);
                for ((y, sum), scale) in y.iter().zip(sums).zip(scales.as_chunks::<SCALE>().0) {
                    let [first, factor, m, c] = scale.map(i32::from_le);
                    y.set(folded(sum.wrapping_mul(factor).wrapping_add(first), m, c));
                }
            }
        }
    }
}
