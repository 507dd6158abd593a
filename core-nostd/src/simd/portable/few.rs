//! What the loop over images of few pixels computes.

use core::cell::Cell;

use crate::fixed::folded;
use crate::simd::few::{Few, OUTPUT, SCALE, words};

/// See `Few::run`: `made` outputs from `first` on lie inside y and the stream, all pixels inside `x`.
pub(in crate::simd) fn few(few: &Few, made: usize, [x, y]: [&[Cell<i8>]; 2], stream: &[i32]) {
    for (c, block) in stream.chunks_exact(words(few.outputs).max(1)).enumerate() {
        let Some(([m, c_half], outputs)) = block.split_first_chunk::<SCALE>() else { return };
        let outputs = outputs.as_chunks::<OUTPUT>().0.iter().skip(few.first).take(made);
        let seen = |pixel: usize| {
            let at = pixel.wrapping_mul(few.channels).wrapping_add(c);
            x.get(at).filter(|_| pixel < few.pixels).map_or(0, |x| x.get() as i32)
        };
        for ([first, low, high], y) in outputs.zip(y.iter().skip(c).step_by(few.channels.max(1))) {
            let [low, high] = [low, high].map(|word| i32::from_le(*word));
            let products = [low as i16, (low >> 16) as i16, high as i16, (high >> 16) as i16];
            let products = products.iter().enumerate().map(|(p, w)| seen(p).wrapping_mul(*w as i32));
            let sum = products.fold(i32::from_le(*first), i32::wrapping_add);
            y.set(folded(sum, i32::from_le(*m), i32::from_le(*c_half)));
        }
    }
}
