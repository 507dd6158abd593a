//! Weights as the inner loops of [`midge_core::simd`] read them.

use crate::quant::Scale;
use midge_core::fixed::FOLDED;
use midge_core::simd::halfwords::Layout;
use midge_core::simd::{nested, pairs, planes, polynomial, quads};

/// A stream of 16-bit weights from filters `[outputs][taps]`. The last block may have fewer outputs.
pub(super) fn halfwords_stream(layout: Layout, filter: &[u8], bias: &[i32], scales: &[Scale]) -> Vec<u8> {
    let used = filter.len() / bias.len().max(1);
    let taps = used.next_multiple_of(layout.run);
    let mut stream = Stream(vec![0; bias.len().div_ceil(layout.outputs) * layout.words(taps) * 4]);
    for (o, ((weights, bias), scale)) in filter.chunks_exact(used).zip(bias).zip(scales).enumerate() {
        // sums wrap around as the device's do; what they come to in the end has room
        let (at, first) = (layout.sum(taps, o), bias.wrapping_shl(scale.left));
        stream.word(at, first);
        if layout.outputs == 2 {
            stream.word(at + 2, first);
        }
        for (k, w) in weights.iter().enumerate() {
            stream.halfword(layout.tap(taps, o, k), i16::from(*w as i8) << scale.left);
        }
        for (i, word) in scale.words.iter().enumerate() {
            stream.word(layout.factor(taps, o) + i, *word);
        }
    }
    stream.0
}

/// A [`nested`] stream from filters `[outputs][taps]`. The last block may have fewer outputs.
pub(super) fn nested_stream(
    layout: nested::Layout,
    filter: &[u8],
    bias: &[i32],
    scales: &[[i32; 2]],
) -> Vec<u8> {
    let used = filter.len() / bias.len().max(1);
    let taps = used.next_multiple_of(nested::RUN);
    let mut stream = Stream(vec![0; bias.len().div_ceil(layout.pairs * 2) * layout.words(taps) * 4]);
    for (p, (weights, bias)) in filter.chunks(2 * used).zip(bias.chunks(2)).enumerate() {
        let (low, both) = (
            |k: usize| weights.get(used + k).map_or(0, |w| w.cast_signed()),
            |a: i32, b: i32| a.wrapping_mul(256).wrapping_add(b),
        );
        let second = bias.get(1).map_or(0, |bias| *bias);
        stream.word(layout.sums(taps, p), both(bias[0], second));
        stream.word(layout.sums(taps, p) + 1, second);
        for (k, w) in weights.iter().take(used).enumerate() {
            stream.halfword(layout.tap(taps, p, k), both(w.cast_signed().into(), low(k).into()) as i16);
        }
    }
    for (o, scale) in scales.iter().enumerate().take(bias.len()) {
        for (i, word) in scale.iter().enumerate() {
            stream.word(layout.factor(taps, o) + i, *word);
        }
    }
    stream.0
}

/// A [`polynomial`] stream from filters `[outputs][taps]`, with `part` taps in a part. The last block may have fewer outputs.
pub(super) fn polynomial_stream(filter: &[u8], bias: &[i32], scales: &[Scale], part: usize) -> Vec<u8> {
    let used = filter.len() / bias.len().max(1);
    let taps = used.next_multiple_of(polynomial::RUN);
    let blocks = bias.len().div_ceil(polynomial::OUTPUTS);
    let mut stream = Stream(vec![0; blocks * polynomial::words(taps) * 4]);
    for (p, weights) in filter.chunks(2 * used).enumerate() {
        let weight = |k: usize| weights.get(k).map_or(0, |w| i32::from(w.cast_signed()));
        for k in 0..used {
            stream.word(polynomial::weight(taps, 2 * p, k), polynomial::join(weight(k), weight(used + k)));
        }
    }
    for (o, (bias, scale)) in bias.iter().zip(scales).enumerate() {
        // what fields begin with, part by part
        let added = polynomial::FIRST.wrapping_mul(taps.div_ceil(part) as i32);
        // what a power of two does to sums it did to no weight; sums that are not folded are doubled
        let (left, factor) =
            if scale.words.len() == 2 { (scale.left, Some(1 << scale.left)) } else { (1, None) };
        let first = bias.wrapping_sub(added).wrapping_shl(left);
        for (i, word) in [first].into_iter().chain(factor).chain(scale.words.iter().copied()).enumerate() {
            stream.word(polynomial::factor(taps, o) + i, word);
        }
    }
    stream.0
}

/// A [`pairs`] stream of filters `[outputs][taps]`.
pub(super) fn pairs_stream(filter: &[u8], bias: &[i32], scales: &[(i32, i32)]) -> Vec<u8> {
    let outputs = bias.len();
    let used = filter.len() / outputs;
    let taps = used.next_multiple_of(4);
    let mut stream = Stream(vec![0; outputs / 2 * pairs::words(taps) * 4]);
    for (o, ((weights, bias), (multiplier, shift))) in
        filter.chunks_exact(used).zip(bias).zip(scales).enumerate()
    {
        stream.word(pairs::bias(taps, o), *bias);
        stream.word(pairs::multiplier(taps, o), *multiplier);
        stream.word(pairs::multiplier(taps, o) + 2, *shift);
        for (k, w) in weights.iter().enumerate() {
            stream.0[pairs::tap(taps, o, k)] = *w;
        }
    }
    stream.0
}

/// A [`quads`] stream of a filter `[taps][channels]`.
pub(super) fn quads_stream(filter: &[u8], bias: &[i32], x_zero: i8, scales: &[(i32, i32)]) -> Vec<u8> {
    let channels = bias.len();
    let taps = filter.len() / channels;
    let mut stream = Stream(vec![0; channels / 4 * quads::words(taps) * 4]);
    for (c, (bias, (multiplier, shift))) in bias.iter().zip(scales).enumerate() {
        let mut sum = 0;
        for (k, w) in filter.iter().skip(c).step_by(channels).enumerate() {
            stream.0[quads::tap(taps, c, k)] = *w;
            sum += i32::from(*w as i8);
        }
        stream.word(quads::bias(taps, c), bias.wrapping_sub(i32::from(x_zero).wrapping_mul(sum)));
        stream.word(quads::multiplier(taps, c), *multiplier);
        stream.word(quads::multiplier(taps, c) + 1, *shift);
    }
    stream.0
}

/// A [`planes`] stream of each channel's filter, so many columns wide, and bias.
pub(super) fn planes_stream(
    side: usize,
    columns: usize,
    filters: &[Vec<u8>],
    bias: &[i32],
    scales: &[Scale],
) -> Vec<u8> {
    let mut stream = Stream(vec![0; bias.len() * planes::words(side) * 4]);
    for (c, ((weights, bias), scale)) in filters.iter().zip(bias).zip(scales).enumerate() {
        for (k, w) in weights.iter().enumerate() {
            stream.0[planes::tap(side, c, k / columns, k % columns)] = *w;
        }
        // the addend is no more than the zero point, halves, and what they are shifted by
        let (right, bits) = scale.words.get(2).map_or((0, FOLDED), |right| (*right as u8, *right as u32));
        for (i, byte) in [scale.left as u8, right, (scale.words[1] >> bits) as u8].into_iter().enumerate() {
            stream.0[planes::scale(side, c, i)] = byte;
        }
        stream.word(planes::factor(side, c), scale.words[0]);
        stream.word(planes::factor(side, c) + 1, bias.wrapping_shl(scale.left));
    }
    stream.0
}

/// Bytes that are filled in word by word.
pub(super) struct Stream(pub(super) Vec<u8>);

impl Stream {
    pub(super) fn word(&mut self, index: usize, value: i32) {
        self.0[index * 4..index * 4 + 4].copy_from_slice(&value.to_le_bytes());
    }

    pub(super) fn halfword(&mut self, index: usize, value: i16) {
        self.0[index * 2..index * 2 + 2].copy_from_slice(&value.to_le_bytes());
    }
}
