//! What the loops over vectors of bytes compute.

use core::cell::Cell;

use crate::aligned;
use crate::fixed::lane;
use crate::simd::lanes::{Lanes, Source, VECTOR, bias, multiplier, padded, tap};

/// See `Lanes::pixels`: what is read and written lies inside.
pub(in crate::simd) fn pixels(lanes: &Lanes<'_>, source: Source<'_>, in_place: bool, y: &[Cell<i8>]) {
    let outputs = y.chunks_exact(lanes.outputs.max(1)).take(source.pixels);
    for (p, y) in outputs.enumerate() {
        let x = source.x.get(p.wrapping_mul(source.step)..).unwrap_or(&[]);
        if in_place {
            pixel(lanes, x, y);
        } else {
            for row in 0..source.rows {
                let to = lanes.patch.get(row.wrapping_mul(source.run)..).unwrap_or(&[]);
                let from = x.get(row.wrapping_mul(source.row_step)..).unwrap_or(&[]);
                aligned::copy(to, from.get(..padded(source.run)).unwrap_or(&[]));
            }
            pixel(lanes, lanes.patch, y);
        }
    }
}

/// All outputs of a pixel, whose taps are padded.
fn pixel(lanes: &Lanes<'_>, x: &[Cell<i8>], y: &[Cell<i8>]) {
    let (taps, outputs, stream) = (lanes.taps, lanes.outputs, lanes.stream.0);
    let word = |at: usize| i32::from_le(stream.get(at).copied().unwrap_or(0));
    for (o, y) in y.iter().enumerate() {
        let mut sum = word(bias(taps, outputs, o));
        for (group, x) in x.as_chunks::<4>().0.iter().take(padded(taps) / 4).enumerate() {
            // four taps of an output lie in one word
            let w = stream.get(tap(taps, outputs, o, group.wrapping_mul(4)) / 4).copied().unwrap_or(0);
            for (x, w) in x.iter().zip(w.to_ne_bytes()) {
                sum = sum.wrapping_add((x.get() as i32).wrapping_mul(w as i8 as i32));
            }
        }
        let m = multiplier(taps, outputs, o);
        y.set(lane(sum, word(m), word(m.wrapping_add(VECTOR)), lanes.rounding, lanes.zero));
    }
}
