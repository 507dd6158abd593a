//! What the loops over Winograd's tiles compute.
#![cfg_attr(midge_dsp, expect(dead_code, reason = "this core has its own"))]

use core::cell::Cell;

use crate::fixed::doubled;
use crate::simd::winograd::{Form, MAX_SIDE, Tile, Work};
use crate::simd::{Stream, wide_index};

/// `row * x`, modulo 2^32.
fn dot(row: &[i32], x: impl Iterator<Item = i32>) -> i32 {
    row.iter().zip(x).fold(0, |sum, (a, x)| sum.wrapping_add(a.wrapping_mul(x)))
}

/// See `simd::winograd::Work::transform`: all that is read lies inside `x`, all that is written inside `wide`.
pub(in crate::simd) fn transform<const TILE: usize>(
    work: Work<'_, TILE>,
    channels: usize,
    lane: usize,
    x: &[Cell<i8>],
    step: usize,
) {
    let form = Work::<TILE>::FORM;
    for c in 0..channels {
        let input = |row: usize, column: usize| {
            let at = row.wrapping_mul(step).wrapping_add(column.wrapping_mul(channels)).wrapping_add(c);
            x.get(at).map_or(0, |x| (x.get() as i32).wrapping_add(128))
        };
        for (i, down) in form.b.iter().enumerate() {
            let line: [i32; MAX_SIDE] =
                core::array::from_fn(|column| dot(down, (0..form.side).map(|row| input(row, column))));
            for (j, across) in form.b.iter().enumerate() {
                let p = i.wrapping_mul(form.side).wrapping_add(j);
                let at = wide_index(2, lane, p.wrapping_mul(channels).wrapping_add(c));
                if let Some(wide) = work.wide.get(at) {
                    wide.set(dot(across, line.into_iter()).wrapping_add(form.offset) as i16);
                }
            }
        }
    }
}

/// See `simd::winograd::Work::multiply`: blocks and places for outputs are as many as there are outputs.
pub(in crate::simd) fn multiply<const TILE: usize>(
    work: Work<'_, TILE>,
    channels: usize,
    stream: Stream<'_>,
    outputs: usize,
    tiles: [Tile<'_>; 2],
) {
    let form = Work::<TILE>::FORM;
    for (pair, block) in stream.blocks(form.words(channels)).enumerate() {
        let Some((places, scales)) = block.0.split_last_chunk::<6>() else { return };
        // the second tile first: where both are one, the first tile's outputs stay
        for (lane, tile) in tiles.iter().enumerate().rev() {
            for (o, scale) in scales.as_chunks::<3>().0.iter().enumerate() {
                let places = places.chunks_exact(channels.wrapping_add(4).max(1));
                let inputs = work.wide.chunks_exact(channels.wrapping_mul(2).max(1));
                let mut sums = [0; MAX_SIDE * MAX_SIDE];
                for ((sum, weights), x) in sums.iter_mut().zip(places).zip(inputs) {
                    *sum = place(weights, x, o, lane);
                }
                let at = pair.wrapping_mul(2).wrapping_add(o);
                outputs_of(form, &sums, scale, tile, outputs, at);
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

/// The outputs of a tile's channel, which is `at`.
fn outputs_of(form: &Form, sums: &[i32], scale: &[i32; 3], tile: &Tile<'_>, outputs: usize, at: usize) {
    let [m, c, n] = scale.map(i32::from_le);
    let sum = |row: usize, column: usize| {
        sums.get(row.wrapping_mul(form.side).wrapping_add(column)).copied().unwrap_or(0)
    };
    for (i, (down, lacks)) in form.t.iter().zip(form.e).enumerate() {
        let line: [i32; MAX_SIDE] =
            core::array::from_fn(|column| dot(down, (0..form.side).map(|row| sum(row, column))));
        for (j, (across, more)) in form.t.iter().zip(form.e).enumerate() {
            let shift = form.shift.wrapping_sub(lacks.wrapping_add(*more));
            let sum = dot(across, line.into_iter()).wrapping_mul(form.inverse);
            let twice = sum.wrapping_shr(shift);
            let pixel = i.wrapping_mul(tile.step).wrapping_add(j.wrapping_mul(outputs));
            if let Some(y) = tile.y.get(pixel.wrapping_add(at)) {
                y.set(doubled(twice, m, c, n & 31));
            }
        }
    }
}
