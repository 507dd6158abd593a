//! CONV_2D with filters of two rows and columns over images of as many.

use super::choice::Way;
use super::costs::Work;
use super::stream::Stream;
use super::{Lowering, Slot, name};
use crate::graph::{Node, Value};
use crate::quant::Scale;
use midge_core::ops::{self, quant::Quant, twos::Twos, window::Window};
use midge_core::plan::Kind;
use midge_core::simd::twos::{FIRST, PIXELS, join, words};

impl<'g> Lowering<'g> {
    /// The way of a convolution of so many rows, whose scales are all doubled, if it has that geometry and fields have room for
    /// its sums.
    pub(super) fn conv_twos<'a>(
        node: &'a Node,
        [y, x]: [Slot; 2],
        filter: &'a Value,
        (window, quant, rows): (Window, Quant, usize),
        (data, bias, scales): (&'a [u8], &'a [i32], Vec<Scale>),
    ) -> Option<Way<'a, 'g>> {
        if !Twos::suits(&window) {
            return None;
        }
        let (channels, outputs) = (usize::from(window.in_c), bias.len());
        let mut words = Vec::new();
        for ((weights, bias), scale) in data.chunks_exact(4 * channels).zip(bias).zip(&scales) {
            words.extend(block(weights, *bias, quant.x_zero, scale)?);
        }
        let [pixels, outputs, taps] = [1, outputs, channels].map(|n| (rows / 2 * PIXELS * n) as u64);
        let work = Work { pixels, outputs, taps, products: outputs * channels as u64 };
        let build = move |lower: &mut Self| {
            let wide = lower.scratch(Kind::I32, 2 * channels, "taps of an image")?;
            let spare = lower.scratch(Kind::I8, 2 * bias.len(), "outputs of a row that is left out")?;
            let mut stream = Stream(vec![0; words.len() * 4]);
            words.iter().enumerate().for_each(|(i, word)| stream.word(i, *word));
            let stream = lower.constant(Kind::I32, stream.0, name(filter));
            let record = Twos { window, quant };
            lower.step(node, ops::CONV_2D_TWOS, rows, 3, vec![y, wide, spare, x, stream], &record.bytes())
        };
        Some(Way { code: ops::CONV_2D_TWOS, work, build: Box::new(build) })
    }
}

/// What the stream has of an output with these weights, if words and fields have room.
fn block(weights: &[u8], bias: i32, x_zero: i8, scale: &Scale) -> Option<Vec<i32>> {
    let channels = weights.len() / 4;
    let tap = |at: usize| weights[at * channels..][..channels].iter().map(|w| i32::from(w.cast_signed()));
    let [a, b, c, d] = [0, 1, 2, 3].map(tap);
    let sum = |at: usize| tap(at).sum::<i32>();
    // inputs are -128 to 127, and those of right pixels 0 to 255
    let reach = |at: usize, least: i32| {
        let ends = tap(at).map(|w| [least * w, (least + 255) * w]);
        ends.fold([0i64; 2], |[low, high], [a, b]| [low + i64::from(a.min(b)), high + i64::from(a.max(b))])
    };
    let has_room = |reaches: &[[i64; 2]]| {
        let ends = reaches.iter().fold([0; 2], |all, reach| [all[0] + reach[0], all[1] + reach[1]]);
        ends[0] >= -i64::from(FIRST) && ends[1] < i64::from(FIRST)
    };
    // those of the lower row of outputs are some of these
    let right = [reach(0, 0), reach(2, 0)];
    let left = [reach(0, -128), reach(1, 0), reach(2, -128), reach(3, 0)];
    if !has_room(&right) || !has_room(&left) {
        return None;
    }
    // biases of taps that are seen, and those of right pixels, which are 128 more
    let first = |seen: &[usize], right: &[usize]| {
        let zero = seen.iter().map(|at| sum(*at)).sum::<i32>().wrapping_mul(x_zero.into());
        let more = right.iter().map(|at| sum(*at)).sum::<i32>().wrapping_mul(128);
        bias.wrapping_sub(zero).wrapping_sub(more).wrapping_sub(FIRST).wrapping_mul(2)
    };
    let firsts =
        [first(&[0, 2], &[0, 2]), first(&[0, 1, 2, 3], &[1, 3]), first(&[0], &[0]), first(&[0, 1], &[1])];
    let taps = a.zip(b).zip(c.zip(d)).flat_map(|((a, b), (c, d))| [join(a, b), join(c, d)]);
    let mut block = taps.collect::<Option<Vec<_>>>()?;
    block.extend(firsts);
    block.extend(&scale.words);
    debug_assert_eq!(block.len(), words(channels));
    Some(block)
}
