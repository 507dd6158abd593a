//! What the loops over Winograd's tiles compute.
#![cfg_attr(any(midge_dsp, midge_thumb), expect(dead_code, reason = "this core has its own"))]

use core::cell::Cell;

use crate::fixed::doubled;
use crate::simd::winograd::{B, E, NINTH, OFFSET, PLACES, SIDE, T, Tile, Work, words};
use crate::simd::{Stream, wide_index};

/// `row * x`, modulo 2^32.
fn dot(row: &[i32; SIDE], x: impl Iterator<Item = i32>) -> i32 {
    row.iter().zip(x).fold(0, |sum, (a, x)| sum.wrapping_add(a.wrapping_mul(x)))
}

/// See `simd::winograd::Work::transform`: all that is read lies inside `x`, all that is written inside `wide`.
pub(in crate::simd) fn transform(work: Work<'_>, channels: usize, lane: usize, x: &[Cell<i8>], step: usize) {
    for c in 0..channels {
        let input = |row: usize, column: usize| {
            let at = row.wrapping_mul(step).wrapping_add(column.wrapping_mul(channels)).wrapping_add(c);
            x.get(at).map_or(0, |x| (x.get() as i32).wrapping_add(128))
        };
        for (i, down) in B.iter().enumerate() {
            let line: [i32; SIDE] =
                core::array::from_fn(|column| dot(down, (0..SIDE).map(|row| input(row, column))));
            for (j, across) in B.iter().enumerate() {
                let p = i.wrapping_mul(SIDE).wrapping_add(j);
                let at = wide_index(2, lane, p.wrapping_mul(channels).wrapping_add(c));
                if let Some(wide) = work.wide.get(at) {
                    wide.set(dot(across, line.into_iter()).wrapping_add(OFFSET) as i16);
                }
            }
        }
    }
}

/// See `simd::winograd::Work::multiply`: blocks and places for outputs are as many as there are outputs.
pub(in crate::simd) fn multiply(
    work: Work<'_>,
    channels: usize,
    stream: Stream<'_>,
    outputs: usize,
    tiles: [Tile<'_>; 2],
) {
    for (pair, block) in stream.blocks(words(channels)).enumerate() {
        let Some((places, scales)) = block.0.split_last_chunk::<6>() else { return };
        // the second tile first: where both are one, the first tile's outputs stay
        for (lane, tile) in tiles.iter().enumerate().rev() {
            for (o, scale) in scales.as_chunks::<3>().0.iter().enumerate() {
                let places = places.chunks_exact(channels.wrapping_add(4).max(1));
                let inputs = work.wide.chunks_exact(channels.wrapping_mul(2).max(1));
                let mut sums = [0; PLACES];
                for ((sum, weights), x) in sums.iter_mut().zip(places).zip(inputs) {
                    *sum = place(weights, x, o, lane);
                }
                let at = pair.wrapping_mul(2).wrapping_add(o);
                outputs_of(&sums, scale, tile, outputs, at);
            }
        }
    }
}

/// The sum of one place: of output `o` of two, for a tile of two.
fn place(weights: &[i32], x: &[Cell<i16>], o: usize, lane: usize) -> i32 {
    let Some((first, weights)) = weights.split_first_chunk::<4>() else { return 0 };
    let mut sum = first.get(o).map_or(0, |first| i32::from_le(*first));
    for (x, w) in x.as_chunks::<8>().0.iter().zip(weights.as_chunks::<4>().0) {
        if let (Some(x), Some(w)) = (x.as_chunks::<4>().0.get(lane), w.as_chunks::<2>().0.get(o)) {
            sum = super::halfwords(sum, x, w);
        }
    }
    sum
}

/// The 4x4 outputs of a channel, which is `at`.
fn outputs_of(sums: &[i32; PLACES], scale: &[i32; 3], tile: &Tile<'_>, outputs: usize, at: usize) {
    let [m, c, n] = scale.map(i32::from_le);
    let rows = sums.as_chunks::<SIDE>().0;
    for (i, (down, lacks)) in T.iter().zip(E).enumerate() {
        let line: [i32; SIDE] =
            core::array::from_fn(|j| dot(down, rows.iter().map(|row| row.get(j).copied().unwrap_or(0))));
        for (j, (across, more)) in T.iter().zip(E).enumerate() {
            let twice = dot(across, line.into_iter()).wrapping_mul(NINTH) >> (5 - lacks - more);
            let pixel = i.wrapping_mul(tile.step).wrapping_add(j.wrapping_mul(outputs));
            if let Some(y) = tile.y.get(pixel.wrapping_add(at)) {
                y.set(doubled(twice, m, c, n & 31));
            }
        }
    }
}
