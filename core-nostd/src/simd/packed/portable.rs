//! What the loops compute.

use core::cell::Cell;

use super::plane::{Channels, Plane, Widening};
use super::{FRACTION, Field, Row, Scale, Sums, UPPER, Words};

impl Words<'_> {
    fn at(&self, i: usize) -> i32 {
        match self {
            Words::Constant(words) => words.get(i).map_or(0, |word| i32::from_le(*word)),
            Words::Work(words) => words.get(i).map_or(0, Cell::get),
        }
    }
}

/// See `Sums::put`: all operands have as many passes, above zero, and groups are whole.
#[cfg_attr(midge_thumb, expect(dead_code, reason = "this core has its own"))]
pub(super) fn sums(sums: &Sums<'_>, [low, high]: [&[Cell<i32>]; 2], passes: usize) {
    let (taps, group) = (sums.fixed.len(), sums.group.max(1));
    for pass in 0..passes {
        for (lane, firsts) in sums.firsts.as_chunks::<2>().0.iter().enumerate() {
            let mut totals = Totals(*firsts);
            for first in (0..taps).step_by(group) {
                let mut sum = 0i32;
                for tap in first..first.wrapping_add(group) {
                    let at = pass.wrapping_mul(taps).wrapping_add(tap).wrapping_mul(2).wrapping_add(lane);
                    sum = sum.wrapping_add(sums.moving.at(at).wrapping_mul(sums.fixed.at(tap)));
                }
                totals.add(sum);
            }
            totals.put([low, high], pass.wrapping_mul(2).wrapping_add(lane));
        }
    }
}

/// Totals of both halves.
struct Totals([i32; 2]);

impl Totals {
    fn add(&mut self, sum: i32) {
        let Totals([a, b]) = self;
        *a = a.wrapping_add(sum as i16 as i32);
        *b = b.wrapping_add(sum >> (16 - FRACTION));
    }

    fn put(&self, [low, high]: [&[Cell<i32>]; 2], at: usize) {
        let Totals([a, b]) = *self;
        for (to, sum) in [(low, a), (high, b.wrapping_sub(a >> (16 - FRACTION)) >> FRACTION)] {
            if let Some(to) = to.get(at) {
                to.set(sum);
            }
        }
    }
}

/// See `Row::put`: there are as many weights as taps, above zero, and groups are whole.
#[cfg_attr(midge_thumb, expect(dead_code, reason = "this core has its own"))]
pub(super) fn row(row: &Row<'_>, low: &[Cell<i32>; 2], high: &[Cell<i32>; 2]) {
    for (lane, firsts) in row.firsts.as_chunks::<2>().0.iter().enumerate() {
        let mut totals = Totals(*firsts);
        let taps = row.weights.as_chunks::<2>().0.iter().zip(row.wide.as_chunks::<{ Row::WORDS }>().0);
        let mut taps = taps.map(|(weights, x)| {
            let [a, rest, less] = x.each_ref().map(Cell::get);
            let w = weights.get(lane).map_or(0, |w| i32::from_le(*w));
            let upper = (w as u32 >> 8) as i32 & UPPER;
            less.wrapping_add(a.wrapping_mul(w)).wrapping_add(rest.wrapping_mul(upper))
        });
        while taps.len() > 0 {
            totals.add(taps.by_ref().take(row.group / 2).fold(0, i32::wrapping_add));
        }
        totals.put([low, high], lane);
    }
}

/// See `Scale::put`: all outputs lie in `y`.
#[cfg_attr(midge_thumb, expect(dead_code, reason = "this core has its own"))]
pub(super) fn scale(scale: &Scale, sums: &[Cell<i32>], y: &[Cell<i8>], step: usize) {
    super::put(sums, y, step, |sum| scale.output(sum));
}

/// See `packed::scale`: there are as many sums and scales as outputs.
#[cfg_attr(midge_thumb, expect(dead_code, reason = "this core has its own"))]
pub(super) fn scale_each(scales: &[[i32; Scale::WORDS]], sums: &[Cell<i32>], y: &[Cell<i8>]) {
    for ((scale, sum), y) in scales.iter().zip(sums).zip(y) {
        y.set(Scale(scale.map(i32::from_le)).output(sum.get()));
    }
}

/// See `packed::widen`: there is a tap, all lie inside both, and there are two lanes.
#[cfg_attr(midge_thumb, expect(dead_code, reason = "this core has its own"))]
pub(super) fn widen(field: &Field, x: &[Cell<i8>], wide: &[Cell<i32>], lane: usize) {
    for (i, wide) in wide.chunks(field.run.wrapping_mul(2).max(1)).take(field.rows).enumerate() {
        let x = x.get(i.wrapping_mul(field.step)..).unwrap_or(&[]);
        for (x, wide) in x.iter().zip(wide.as_chunks::<2>().0) {
            if let Some(wide) = wide.get(lane) {
                wide.set(x.get().into());
            }
        }
    }
}

/// See `packed::widen_two`: as `widen`, and both fields have the same rows.
#[cfg_attr(midge_thumb, expect(dead_code, reason = "this core has its own"))]
pub(super) fn widen_two(pixels: [(Field, &[Cell<i8>]); 2], wide: &[Cell<i32>], lane: usize) {
    let [(a, low), (b, high)] = pixels;
    for (i, wide) in wide.chunks(a.run.wrapping_mul(2).max(1)).take(a.rows).enumerate() {
        let rows = [(a, low), (b, high)].map(|(f, x)| x.get(i.wrapping_mul(f.step)..).unwrap_or(&[]));
        for ((low, high), wide) in rows[0].iter().zip(rows[1]).zip(wide.as_chunks::<2>().0) {
            if let Some(wide) = wide.get(lane) {
                wide.set(super::word(low.get(), high.get()));
            }
        }
    }
}

/// See `packed::spread`: there are as many words as bytes.
#[cfg_attr(midge_thumb, expect(dead_code, reason = "this core has its own"))]
pub(super) fn spread(bytes: &[u8], words: &[Cell<i32>]) {
    for (byte, to) in bytes.iter().zip(words) {
        to.set((*byte as i8).into());
    }
}

/// See `Filter::put`: all words are there.
#[cfg_attr(midge_thumb, expect(dead_code, reason = "this core has its own"))]
pub(super) fn plane(p: &Plane, plane: &[Cell<i32>], weights: &[Cell<i32>], first: i32, sums: &[Cell<i32>]) {
    let mut sums = sums.iter();
    for row in 0..p.rows {
        for column in 0..p.columns {
            let mut at = row.wrapping_mul(p.down).wrapping_add(column.wrapping_mul(p.right));
            let mut sum = first;
            for weights in weights.chunks_exact(p.chunk.max(1)).take(p.chunks) {
                for (x, w) in plane.get(at..).unwrap_or(&[]).iter().zip(weights) {
                    sum = sum.wrapping_add(x.get().wrapping_mul(w.get()));
                }
                at = at.wrapping_add(p.skip).wrapping_add(p.chunk);
            }
            if let Some(to) = sums.next() {
                to.set(sum);
            }
        }
    }
}

/// The same where words are two numbers.
#[cfg_attr(midge_thumb, expect(dead_code, reason = "this core has its own"))]
pub(super) fn plane_two(
    p: &Plane,
    plane: &[Cell<i32>],
    weights: &[Cell<i32>],
    firsts: [i32; 2],
    tight: bool,
    sums: &[Cell<i32>],
) {
    let (low, high) = sums.split_at(p.rows.wrapping_mul(p.columns).min(sums.len()));
    let mut output = 0usize;
    for row in 0..p.rows {
        for column in 0..p.columns {
            let mut at = row.wrapping_mul(p.down).wrapping_add(column.wrapping_mul(p.right));
            let mut totals = Totals(firsts);
            for weights in weights.chunks_exact(p.chunk.max(1)).take(p.chunks) {
                let mut sum = 0i32;
                for (i, (x, w)) in plane.get(at..).unwrap_or(&[]).iter().zip(weights).enumerate() {
                    sum = sum.wrapping_add(x.get().wrapping_mul(w.get()));
                    if i == 2 || (tight && i == 1) || i.wrapping_add(1) == p.chunk {
                        totals.add(core::mem::take(&mut sum));
                    }
                }
                at = at.wrapping_add(p.skip).wrapping_add(p.chunk);
            }
            totals.put([low, high], output);
            output = output.wrapping_add(1);
        }
    }
}

/// See `Widening::put`: there is this channel, and all of it lies inside.
#[cfg_attr(midge_thumb, expect(dead_code, reason = "this core has its own"))]
pub(super) fn channel(channels: &Widening<'_, 1>, channel: usize) {
    put_channel(channels, channel, |[x]| x.into());
}

/// The same for two images.
#[cfg_attr(midge_thumb, expect(dead_code, reason = "this core has its own"))]
pub(super) fn channel_two(channels: &Widening<'_, 2>, channel: usize) {
    put_channel(channels, channel, |[low, high]| super::word(low, high));
}

fn put_channel<const N: usize>(channels: &Widening<'_, N>, channel: usize, word: fn([i8; N]) -> i32) {
    let [columns, rows] = channels.size;
    for (row, column) in (0..rows).flat_map(|row| (0..columns).map(move |column| (row, column))) {
        let pixel = channels.images.each_ref().map(|Channels { x, next, step: [right, down] }| {
            let at = row.wrapping_mul(*down).wrapping_add(column.wrapping_mul(*right));
            x.get(channel.wrapping_mul(*next).wrapping_add(at)).map_or(0, Cell::get)
        });
        if let Some(to) = channels.to.get(row.wrapping_mul(channels.width).wrapping_add(column)) {
            to.set(word(pixel));
        }
    }
}
