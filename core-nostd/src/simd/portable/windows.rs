//! What the depthwise loops over vectors of bytes compute.

use core::cell::Cell;

use crate::fixed::lane;
use crate::simd::windows::{FOUR, Windows, place};

/// See `simd::windows::interleave`: there is room, and rows have one length.
pub(in crate::simd) fn interleave([a, b, c, d]: [&[Cell<i8>]; 4], to: &[Cell<i8>]) {
    for ((((to, a), b), c), d) in to.as_chunks::<4>().0.iter().zip(a).zip(b).zip(c).zip(d) {
        for (to, from) in to.iter().zip([a, b, c, d]) {
            to.set(from.get());
        }
    }
}

/// See `Windows::outputs`: all lies inside.
pub(in crate::simd) fn windows(w: &Windows<'_>, pixels: usize, tall: bool, y: &[Cell<i8>]) {
    let (shape, stream) = (w.shape, w.stream.0);
    let word = |at: usize| i32::from_le(stream.get(at).copied().unwrap_or(0));
    for first in (0..pixels).step_by(shape.columns()) {
        let there = w.there(pixels.wrapping_sub(first), tall);
        let places = w.places(pixels).into_iter().zip(there).enumerate().filter(|(_, (_, there))| *there);
        for (o, (at, _)) in places {
            let left = (first / shape.columns()).wrapping_mul(w.advance());
            let window = left.wrapping_add(w.step().wrapping_mul(o));
            let y = y.get(first.wrapping_mul(w.channels).wrapping_add(at)..).unwrap_or(&[]);
            for (c, y) in y.iter().take(w.channels).enumerate() {
                let place = place(w.channels, c);
                let mut sum = word(shape.bias(place, o));
                for i in 0..shape.parts().wrapping_mul(FOUR) {
                    let at = window.wrapping_add(w.word(i)).wrapping_add(c.wrapping_mul(FOUR));
                    let x = w.strip.get(at..).and_then(|x| x.first_chunk::<4>());
                    let weights = stream.get(shape.weight(place, o, i, 0) / 4).copied().unwrap_or(0);
                    for (x, weight) in x.into_iter().flatten().zip(weights.to_ne_bytes()) {
                        sum = sum.wrapping_add((x.get() as i32).wrapping_mul(weight as i8 as i32));
                    }
                }
                let m = shape.multiplier(place);
                y.set(lane(sum, word(m), word(m.wrapping_add(4)), w.rounding, w.zero));
            }
        }
    }
}
