//! Filters of 3x3 taps for Winograd's tiles ([`midge_core::simd::winograd`]).

use super::costs::Work;
use super::stream::Stream;
use crate::quant::Scale;
use midge_core::ops::window::Window;
use midge_core::simd::winograd::{Form, MAX_CHANNELS};

/// Whether a convolution has the geometry.
pub(super) fn suits(w: &Window) -> bool {
    let channels = usize::from(w.in_c);
    [w.k_h, w.k_w, w.s_h, w.s_w, w.d_h, w.d_w] == [3, 3, 1, 1, 1, 1]
        && channels.is_multiple_of(4)
        && channels <= MAX_CHANNELS
        && w.out_c.is_multiple_of(2)
}

/// What the kernel does for so many rows of output.
pub(super) fn work(form: &Form, w: &Window, rows: usize) -> Work {
    let images = rows as u64 / u64::from(w.out_h).max(1);
    let across = |extent: u16| u64::from(extent).div_ceil(form.tile as u64);
    let tiles = images * across(w.out_h) * across(w.out_w);
    let (pixels, taps) =
        (tiles * (form.tile * form.tile) as u64, tiles * form.places() as u64 * u64::from(w.in_c));
    let outputs = u64::from(w.out_c);
    Work { pixels, outputs: pixels * outputs, taps, products: taps * outputs }
}

/// A stream from filters `[outputs][3][3][channels]`.
pub(super) fn stream(
    form: &Form,
    channels: usize,
    filter: &[u8],
    bias: &[i32],
    x_zero: i8,
    scales: &[Scale],
) -> Vec<u8> {
    let mut stream = Stream(vec![0; bias.len() / 2 * form.words(channels) * 4]);
    for (o, ((filter, bias), factors)) in filter.chunks_exact(9 * channels).zip(bias).zip(scales).enumerate()
    {
        // all sums wrap around, as the device's do; what they come to in the end has room
        let mut first = vec![0i32; form.places()];
        for c in 0..channels {
            let tap = |i: usize| i32::from(filter[i * channels + c] as i8);
            let places = transformed(form, std::array::from_fn(|y| std::array::from_fn(|x| tap(y * 3 + x))));
            for (p, w) in places.into_iter().enumerate() {
                stream.halfword(form.weight(channels, o, p, c), w as i16);
                first[p] = first[p].wrapping_sub(form.offset.wrapping_mul(w));
            }
        }
        // inputs have 128 added
        let taps: i32 = filter.iter().map(|w| i32::from(*w as i8)).sum();
        let bias = bias.wrapping_sub((i32::from(x_zero) + 128).wrapping_mul(taps));
        first[form.center()] = first[form.center()].wrapping_add(bias.wrapping_mul(form.bias));
        for (p, first) in first.into_iter().enumerate() {
            stream.word(form.sum(channels, o, p), first);
            stream.word(form.sum(channels, o, p) + 2, first);
        }
        for (i, word) in factors.words.iter().enumerate() {
            stream.word(form.scale(channels, o) + i, *word);
        }
    }
    stream.0
}

/// `G g G'`: at most 49 times the greatest tap, or nine times.
fn transformed(form: &Form, taps: [[i32; 3]; 3]) -> Vec<i32> {
    let place = |(down, across): (&[i32; 3], &[i32; 3])| {
        let rows = taps.iter().map(|row| row.iter().zip(across).map(|(w, g)| w * g).sum::<i32>());
        rows.zip(down).map(|(sum, g)| sum * g).sum()
    };
    form.g.iter().flat_map(|down| form.g.iter().map(move |across| (down, across))).map(place).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use midge_core::simd::winograd::{FOUR, TWO};

    #[test]
    fn transformed_weights_have_16_bits() {
        let most = |form, signs: [i32; 9]| {
            let taps = std::array::from_fn(|y| std::array::from_fn(|x| 128 * signs[y * 3 + x]));
            transformed(form, taps).into_iter().map(i32::abs).max()
        };
        let signs = (0..512).map(|bits| std::array::from_fn(|i| if bits >> i & 1 == 1 { 1 } else { -1 }));
        let greatest = |form| signs.clone().filter_map(|signs| most(form, signs)).max();
        assert_eq!([&FOUR, &TWO].map(greatest), [Some(49 * 128), Some(9 * 128)]);
    }
}
