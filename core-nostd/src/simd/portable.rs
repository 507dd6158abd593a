//! What each inner loop computes.

#[cfg(not(midge_dsp))]
mod few;
#[cfg(not(midge_dsp))]
pub(super) mod fours;
#[cfg(not(midge_helium))]
pub(super) mod lanes;
pub(super) mod polynomial;
#[cfg(not(midge_dsp))]
pub(super) mod twos;
#[cfg(not(midge_helium))]
pub(super) mod windows;
pub(super) mod winograd;

use core::cell::Cell;

#[cfg(not(midge_dsp))]
pub(super) use self::few::few;
use super::planes::{Channel, Filter, PAIR, ROWS, Spread, fours, words};
use super::{Field, SUMS, Stream, Taps, pairs, quads, wide_index};
use crate::aligned;
use crate::fixed::{doubled, folded, multiply_twice};
use crate::ops::linear::Linear;
use crate::ops::quant::Quant;

/// Widens whole groups of four taps.
#[inline(always)]
pub(super) fn widen(x: &[[Cell<i8>; 4]], wide: &[Cell<i16>], lane: usize, lanes: usize) {
    for (group, x) in x.iter().enumerate() {
        widen_rest(x, wide, group, lane, lanes);
    }
}

/// See `simd::Field::widen`: all rows of so many groups lie inside `x`, and all taps inside `wide`.
#[cfg_attr(midge_dsp, expect(dead_code, reason = "this core has its own"))]
pub(super) fn widen_rows(x: &[Cell<i8>], [rows, groups, step]: [usize; 3], wide: &[Cell<i16>], lane: usize) {
    for row in 0..rows {
        let x = x.get(row.wrapping_mul(step)..).unwrap_or(&[]).as_chunks().0;
        let wide = wide.get(row.wrapping_mul(groups).wrapping_mul(8)..).unwrap_or(&[]);
        widen(x.get(..groups).unwrap_or(&[]), wide, lane, 2);
    }
}

/// See `simd::copy_rows`: all rows lie inside.
#[cfg_attr(midge_dsp, expect(dead_code, reason = "this core has its own"))]
pub(super) fn copy_rows([to, from]: [&[Cell<i8>]; 2], [down, step]: [usize; 2], count: usize, run: usize) {
    for row in 0..count {
        let to = to.get(row.wrapping_mul(down)..).unwrap_or(&[]);
        let from = from.get(row.wrapping_mul(step)..).unwrap_or(&[]);
        aligned::copy(to.get(..run).unwrap_or(&[]), from);
    }
}

/// See `simd::fill`.
#[cfg_attr(midge_helium, expect(dead_code, reason = "this core has its own"))]
#[inline(always)]
pub(super) fn fill(to: &[Cell<i8>], value: i8) {
    aligned::fill(to, value);
}

/// See `simd::linear`.
#[cfg_attr(midge_helium, expect(dead_code, reason = "this core has its own"))]
#[inline(always)]
pub(super) fn linear(p: &Linear, [y, a, b]: [&[Cell<i8>]; 3]) {
    for ((y, a), b) in y.iter().zip(a).zip(b) {
        y.set(p.sum(a.get(), b.get()));
    }
}

/// Widens the taps of one group, which may be the last and short.
#[inline(always)]
pub(super) fn widen_rest(x: &[Cell<i8>], wide: &[Cell<i16>], group: usize, lane: usize, lanes: usize) {
    for (k, x) in x.iter().enumerate() {
        if let Some(wide) = wide.get(wide_index(lanes, lane, group.wrapping_mul(4).wrapping_add(k))) {
            wide.set(x.get() as i16);
        }
    }
}

/// See `simd::matrix_2x2`; `wide` has eight halfwords for every four taps.
#[cfg_attr(midge_dsp, expect(dead_code, reason = "this core has its own"))]
pub(super) fn matrix_2x2(wide: &[[Cell<i16>; 8]], stream: Stream<'_>, quant: &Quant, y: [&[Cell<i8>]; 2]) {
    let filters = wide.len().wrapping_mul(2);
    let [y0, y1] = y.map(|y| y.as_chunks::<2>().0);
    for ((block, y0), y1) in stream.blocks(pairs::words(wide.len().wrapping_mul(4))).zip(y0).zip(y1) {
        let Some(([b0, b1], rest)) = block.0.split_first_chunk() else { return };
        let Some((filters, [m0, m1, s0, s1])) = rest.split_at_checked(filters) else { return };
        let [mut a0, mut b0] = [i32::from_le(*b0), i32::from_le(*b1)];
        let [mut a1, mut b1] = [a0, b0];
        for (x, [a, b]) in wide.iter().zip(filters.as_chunks::<2>().0) {
            let ([x0, x1], []) = x.as_chunks::<4>() else { return };
            (a0, b0) = (group(a0, x0, *a), group(b0, x0, *b));
            (a1, b1) = (group(a1, x1, *a), group(b1, x1, *b));
        }
        // the second pixel first: where both are one, the first pixel's outputs stay
        let scales = [(m0, s0), (m1, s1)].map(|(m, s)| (i32::from_le(*m), i32::from_le(*s)));
        for (y, sums) in [(y1, [a1, b1]), (y0, [a0, b0])] {
            for ((y, sum), (m, s)) in y.iter().zip(sums).zip(scales) {
                y.set(output(quant, sum, m, s));
            }
        }
    }
}

/// See `simd::dot_2x1`.
#[cfg_attr(midge_dsp, expect(dead_code, reason = "this core has its own"))]
pub(super) fn dot_2x1(wide: &[[Cell<i16>; 4]], filters: &[[i32; 2]]) -> [i32; 2] {
    let mut sums = [0; 2];
    for (x, w) in wide.iter().zip(filters) {
        for (sum, w) in sums.iter_mut().zip(w) {
            *sum = group(*sum, x, *w);
        }
    }
    sums
}

/// See `simd::sum_pixels`: all pixels lie inside.
#[cfg_attr(midge_dsp, expect(dead_code, reason = "this core has its own"))]
#[inline(always)]
pub(super) fn sum_pixels(x: &[Cell<i8>], step: usize, pixels: usize, sums: &mut [i32; SUMS]) {
    for pixel in 0..pixels {
        for (sum, x) in sums.iter_mut().zip(x.get(pixel.wrapping_mul(step)..).unwrap_or(&[])) {
            *sum = sum.wrapping_add(x.get().into());
        }
    }
}

/// The output of an accumulator whose factor is below one half: `half_shift` is its shift right, less one.
#[inline(always)]
fn output(quant: &Quant, acc: i32, multiplier: i32, half_shift: i32) -> i8 {
    quant.output(multiply_twice(acc, multiplier, (half_shift & 31).wrapping_add(1).wrapping_neg()))
}

/// Four taps: wide order 0, 2, 1, 3 against filter order 0, 1, 2, 3. Written out, here and below, so that sums stay in registers
/// where code is to be small, too.
#[inline(always)]
fn group(sum: i32, [x0, x2, x1, x3]: &[Cell<i16>; 4], w: i32) -> i32 {
    let [w0, w1, w2, w3] = w.to_ne_bytes();
    plus(plus(plus(plus(sum, x0, w0 as i8), x1, w1 as i8), x2, w2 as i8), x3, w3 as i8)
}

/// A sum with one product more.
#[inline(always)]
fn plus<T: Copy + Into<i32>>(sum: i32, x: &Cell<T>, w: impl Into<i32>) -> i32 {
    sum.wrapping_add(x.get().into().wrapping_mul(w.into()))
}

/// See `simd::Matrix`; blocks of two outputs.
#[derive(Debug)]
pub(super) struct Matrix<'a, const NESTED: bool> {
    wide: &'a [[Cell<i16>; 8]],
    stream: Stream<'a>,
    folded: bool,
    blocks: usize,
    words: usize,
}

#[cfg_attr(midge_dsp, expect(dead_code, reason = "this core has its own"))]
impl<'a, const NESTED: bool> Matrix<'a, NESTED> {
    pub(super) fn new(
        wide: &'a [[Cell<i16>; 8]],
        stream: Stream<'a>,
        folded: bool,
        blocks: usize,
        words: usize,
    ) -> Option<Self> {
        (blocks > 0).then_some(Matrix { wide, stream, folded, blocks, words })
    }

    /// Outputs of a pixel.
    pub(super) fn outputs(&self) -> usize {
        self.blocks.wrapping_mul(2)
    }

    /// See `simd::Matrix::pixels`.
    pub(super) fn pixels(
        &self,
        _: Option<&Self>,
        _: (&Field, usize),
        _: &[Cell<i8>],
        _: &[Cell<i8>],
        _: (&[Cell<i8>], usize),
    ) -> bool {
        false
    }

    pub(super) fn multiply(&self, y: [&[Cell<i8>]; 2]) {
        let [y0, y1] = y.map(|y| y.as_chunks::<2>().0);
        for ((block, y0), y1) in self.stream.blocks(self.words).take(self.blocks).zip(y0).zip(y1) {
            let Some((first, rest)) = block.0.split_at_checked(if NESTED { 2 } else { 4 }) else { return };
            let weights = self.wide.len().wrapping_mul(if NESTED { 2 } else { 4 });
            let Some((weights, scales)) = rest.split_at_checked(weights) else { return };
            let (Some([a, b]), Some([c, d])) = (first.first_chunk(), first.last_chunk()) else { return };
            let [mut a0, mut b0, mut a1, mut b1] = [*a, *b, *c, *d].map(i32::from_le);
            if NESTED {
                for (x, w) in self.wide.iter().zip(weights.as_chunks().0) {
                    if let [x0, x1] = x.as_chunks::<4>().0 {
                        (a0, b0) = nested([a0, b0], x0, w);
                        (a1, b1) = nested([a1, b1], x1, w);
                    }
                }
                (a0, a1) = (upper(a0, b0), upper(a1, b1));
            } else {
                for (x, w) in self.wide.iter().zip(weights.as_chunks::<4>().0) {
                    if let ([x0, x1], [a, b]) = (x.as_chunks::<4>().0, w.as_chunks::<2>().0) {
                        (a0, b0) = (halfwords(a0, x0, a), halfwords(b0, x0, b));
                        (a1, b1) = (halfwords(a1, x1, a), halfwords(b1, x1, b));
                    }
                }
            }
            // the second pixel first: where both are one, the first pixel's outputs stay
            for (y, sums) in [(y1, [a1, b1]), (y0, [a0, b0])] {
                let each = if self.folded || NESTED { 2 } else { 3 };
                for ((y, sum), scale) in y.iter().zip(sums).zip(scales.chunks_exact(each)) {
                    y.set(match *scale {
                        [m, c] if NESTED => shifted(sum, m, c, self.folded),
                        [m, c] => folded(sum, i32::from_le(m), i32::from_le(c)),
                        [m, c, n] => doubled(sum, i32::from_le(m), i32::from_le(c), i32::from_le(n)),
                        _ => return,
                    });
                }
            }
        }
    }
}

/// See `simd::row`; without the last outputs that are no four.
#[cfg_attr(midge_dsp, expect(dead_code, reason = "this core has its own"))]
pub(super) fn row<const NESTED: bool, const FOLDED: bool>(
    wide: &[[Cell<i16>; 8]],
    stream: Stream<'_>,
    y: &[Cell<i8>],
    words: usize,
) {
    for (block, y) in stream.blocks(words).zip(y.as_chunks::<4>().0) {
        let Some((first, rest)) = block.0.split_first_chunk::<4>() else { return };
        let weights = wide.len().wrapping_mul(if NESTED { 8 } else { 16 });
        let Some((weights, scales)) = rest.split_at_checked(weights) else { return };
        let mut sums = first.map(i32::from_le);
        if NESTED {
            for (x, w) in wide.iter().zip(weights.as_chunks::<8>().0) {
                for (sums, w) in sums.as_chunks_mut::<2>().0.iter_mut().zip(w.as_chunks::<4>().0) {
                    for (x, w) in x.as_chunks::<4>().0.iter().zip(w.as_chunks::<2>().0) {
                        (sums[0], sums[1]) = nested(*sums, x, w);
                    }
                }
            }
            for sums in sums.as_chunks_mut::<2>().0 {
                sums[0] = upper(sums[0], sums[1]);
            }
        } else {
            for (x, w) in wide.iter().zip(weights.as_chunks::<16>().0) {
                for (sum, w) in sums.iter_mut().zip(w.as_chunks::<4>().0) {
                    for (x, w) in x.as_chunks::<4>().0.iter().zip(w.as_chunks::<2>().0) {
                        *sum = halfwords(*sum, x, w);
                    }
                }
            }
        }
        for ((y, sum), scale) in y.iter().zip(sums).zip(scales.chunks_exact(if FOLDED { 2 } else { 3 })) {
            y.set(match *scale {
                [m, c] if NESTED => shifted(sum, m, c, true),
                [m, c] => folded(sum, i32::from_le(m), i32::from_le(c)),
                [m, c, n] => doubled(sum, i32::from_le(m), i32::from_le(c), i32::from_le(n)),
                _ => 0,
            });
        }
    }
}

/// Four taps and four weights of 16 bits, in the same order.
#[inline(always)]
fn halfwords(sum: i32, [x0, x1, x2, x3]: &[Cell<i16>; 4], w: &[i32; 2]) -> i32 {
    let [w0, w1, w2, w3] = split(w);
    plus(plus(plus(plus(sum, x0, w0), x1, w1), x2, w2), x3, w3)
}

/// Four taps and four halfwords of two weights each: `256 * A + B`, and `B`.
#[inline(always)]
fn nested([both, low]: [i32; 2], x: &[Cell<i16>; 4], w: &[i32; 2]) -> (i32, i32) {
    x.iter().zip(split(w)).fold((both, low), |(both, low), (x, w)| {
        let x = x.get() as i32;
        (both.wrapping_add(x.wrapping_mul(w as i32)), low.wrapping_add(x.wrapping_mul(w as i8 as i32)))
    })
}

/// `A` of `256 * A + B`.
#[inline(always)]
const fn upper(both: i32, low: i32) -> i32 {
    both.wrapping_sub(low) >> 8
}

/// The output of a sum whose weights are as they were.
#[inline(always)]
fn shifted(sum: i32, m: i32, scale: i32, is_folded: bool) -> i8 {
    let (m, (c, n)) = (i32::from_le(m), super::nested::unpack(i32::from_le(scale)));
    match is_folded {
        true => folded(sum.checked_shl(n).unwrap_or(0), m, c),
        false => doubled(sum.wrapping_mul(2), m, c, n as i32),
    }
}

/// The halfwords of two words in file order.
#[inline(always)]
fn split(words: &[i32; 2]) -> [i16; 4] {
    let [a, b] = words.map(i32::from_le);
    [a as i16, (a >> 16) as i16, b as i16, (b >> 16) as i16]
}

/// See `simd::depthwise`.
#[cfg_attr(midge_dsp, expect(dead_code, reason = "this core has its own"))]
pub(super) fn depthwise(taps: Taps<'_>, stream: Stream<'_>, quant: &Quant, y: &[Cell<i8>]) {
    let count = taps.rows.wrapping_mul(taps.columns);
    let blocks = stream.blocks(quads::words(count));
    for (i, (block, y)) in blocks.zip(y.as_chunks::<4>().0).enumerate() {
        let Some((bias, rest)) = block.0.split_first_chunk::<4>() else { return };
        let Some((weights, scales)) = rest.split_at_checked(count) else { return };
        let [mut a, mut b, mut c, mut d] = bias.map(i32::from_le);
        let mut weights = weights.iter();
        for row in 0..taps.rows {
            for column in 0..taps.columns {
                let at = row.wrapping_mul(taps.row_step).wrapping_add(column.wrapping_mul(taps.column_step));
                let x = taps.x.get(at.wrapping_add(i.wrapping_mul(4))..).and_then(|x| x.first_chunk::<4>());
                let (Some(x), Some(w)) = (x, weights.next()) else { return };
                let ([xa, xb, xc, xd], [wa, wb, wc, wd]) = (x, w.to_ne_bytes());
                (a, b) = (plus(a, xa, wa as i8), plus(b, xb, wb as i8));
                (c, d) = (plus(c, xc, wc as i8), plus(d, xd, wd as i8));
            }
        }
        for ((y, sum), [m, s]) in y.iter().zip([a, b, c, d]).zip(scales.as_chunks::<2>().0) {
            y.set(output(quant, sum, i32::from_le(*m), i32::from_le(*s)));
        }
    }
}

/// See `planes::Spread::run`.
pub(super) fn spread<const SIDE: usize>(spread: &Spread, x: &[Cell<i8>], planes: &[Cell<i32>]) {
    let first = spread.left as usize;
    let pixels = spread.pairs().wrapping_add(spread.whole);
    for row in 0..spread.rows {
        let x = x.get(row.wrapping_mul(spread.row)..).unwrap_or(&[]);
        let tap = |column: usize, channel: usize| {
            let pixel = column.checked_sub(first).filter(|pixel| *pixel < pixels);
            let at = |pixel: usize| x.get(pixel.wrapping_mul(spread.pixel).wrapping_add(channel));
            pixel.and_then(at).map_or(spread.zero, Cell::get)
        };
        for (pair, words) in planes.chunks(PAIR).take(spread.pairs()).enumerate() {
            for (channel, rows) in words.chunks(ROWS).enumerate() {
                let [left, right] = [0, 1].map(|i| tap(pair.wrapping_mul(2).wrapping_add(i), channel) as i16);
                if let Some(word) = rows.get(row) {
                    word.set((right as i32) << 16 | left as u16 as i32);
                }
            }
        }
    }
}

/// See `planes::Filter::run`.
#[cfg_attr(midge_dsp, expect(dead_code, reason = "this core has its own"))]
pub(super) fn filter<const SIDE: usize>(
    filter: &Filter<SIDE>,
    from: &Spread,
    [x, y]: [&[Cell<i8>]; 2],
    [planes, top]: [&[Cell<i32>]; 2],
    stream: &[i32],
) {
    for [first, made] in fours::<SIDE>(stream) {
        spread::<SIDE>(from, x.get(first..).unwrap_or(&[]), top);
        let stream = stream.get(first.wrapping_mul(words(SIDE))..).unwrap_or(&[]);
        filter_four(filter, planes, stream, made, y.get(first..).unwrap_or(&[]));
    }
}

/// The outputs of four channels but those `made`.
fn filter_four<const SIDE: usize>(
    filter: &Filter<SIDE>,
    planes: &[Cell<i32>],
    stream: &[i32],
    made: usize,
    y: &[Cell<i8>],
) {
    for (i, words) in stream.chunks_exact(words(SIDE)).enumerate().take(4).skip(made) {
        let channel = Channel::<SIDE>(words);
        let [m, c, n] = channel.scale();
        for row in 0..filter.rows {
            for output in 0..filter.outputs {
                let mut sum = channel.first();
                for ky in 0..SIDE {
                    for kx in 0..SIDE {
                        let column = output.wrapping_mul(filter.stride).wrapping_add(kx);
                        let at = (column / 2).wrapping_mul(PAIR).wrapping_add(i.wrapping_mul(ROWS));
                        let at = at.wrapping_add(row.wrapping_mul(filter.down)).wrapping_add(ky);
                        let word = planes.get(at).map_or(0, Cell::get);
                        let x = if column % 2 == 0 { word as i16 } else { (word >> 16) as i16 };
                        sum = sum.wrapping_add((x as i32).wrapping_mul(channel.weight(ky, kx) as i32));
                    }
                }
                let at = row.wrapping_mul(filter.row).wrapping_add(output.wrapping_mul(filter.pixel));
                if let Some(y) = y.get(at.wrapping_add(i)) {
                    y.set(if n == 0 { folded(sum, m, c) } else { doubled(sum, m, c, n) });
                }
            }
        }
    }
}
