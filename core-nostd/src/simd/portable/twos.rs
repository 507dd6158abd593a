//! What the loop over images of two rows and columns computes.

use core::cell::Cell;

use crate::fixed::doubled;
use crate::simd::twos::{FIELD, FIRST, PIXELS, SCALE, words};

/// See `simd::twos::Twos`: pixels have as many elements as `wide`, and each y one for each block.
pub(in crate::simd) fn image(
    x: [&[Cell<i8>]; PIXELS],
    wide: &[[Cell<i32>; 2]],
    stream: &[i32],
    y: [&[Cell<i8>]; PIXELS],
) {
    for (k, wide) in wide.iter().enumerate() {
        let [x0, x1, x2, x3] = x.map(|x| x.get(k).map_or(0, |x| x.get() as i32));
        // words of a row are its right pixel, plus 128, and its left one above
        for (wide, [left, right]) in wide.iter().zip([[x0, x1], [x2, x3]]) {
            wide.set(left.wrapping_shl(FIELD).wrapping_add(right.wrapping_add(128)));
        }
    }
    for (o, block) in stream.chunks_exact(words(wide.len()).max(1)).enumerate() {
        let Some((weights, scale)) = block.split_last_chunk::<SCALE>() else { return };
        let [first1, first0, first3, first2, m, c, n] = scale.map(i32::from_le);
        let [mut above, mut below] = [START; 2];
        for ([x0, x1], [w0, w1]) in wide.iter().zip(weights.as_chunks().0) {
            let times = |x: &Cell<i32>, w: &i32| (x.get() as i64).wrapping_mul(i32::from_le(*w) as i64);
            above = above.wrapping_add(times(x0, w0)).wrapping_add(times(x1, w1));
            below = below.wrapping_add(times(x1, w0));
        }
        let [sum1, sum0] = fields(above);
        let [sum3, sum2] = fields(below);
        let sums = [(sum0, first0), (sum1, first1), (sum2, first2), (sum3, first3)];
        for (y, (sum, first)) in y.iter().zip(sums) {
            if let Some(y) = y.get(o) {
                y.set(doubled(sum.wrapping_mul(2).wrapping_add(first), m, c, n));
            }
        }
    }
}

/// What sums of products begin with.
const START: i64 = (FIRST as i64) << FIELD | FIRST as i64;

/// The sums of a right and a left output.
const fn fields(sums: i64) -> [i32; 2] {
    const MASK: i64 = (1 << FIELD) - 1;
    [(sums & MASK) as i32, (sums >> FIELD & MASK) as i32]
}
