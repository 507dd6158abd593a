//! CONV_2D of single pixels, four at a time, where threes of pixels make more.

use super::choice::Way;
use super::costs::Work;
use super::stream::Stream;
use super::{Lowering, Slot, name};
use crate::graph::{Node, Value};
use crate::quant::Scale;
use midge_core::ops::{self, fours::Fours, quant::Quant, window::Window};
use midge_core::plan::Kind;
use midge_core::simd::fours::{LEAST, OUTPUTS, PIXELS, factor, first, weight, wide_len, words};
use midge_core::simd::polynomial::{FIRST, PIXELS as THREES, join};

impl<'g> Lowering<'g> {
    /// The way of a convolution of so many rows, whose scales are all folded, with `part` taps in a part.
    pub(super) fn conv_fours<'a>(
        node: &'a Node,
        [y, x]: [Slot; 2],
        filter: &'a Value,
        (window, quant, rows): (Window, Quant, usize),
        (data, bias, scales, part): (&'a [u8], &'a [i32], Vec<Scale>, u16),
    ) -> Option<Way<'a, 'g>> {
        let (taps, outputs, pixels) =
            (usize::from(window.in_c), bias.len(), rows * usize::from(window.out_w));
        // by threes a pixel costs less
        let made = pixels.next_multiple_of(PIXELS);
        let suits = made < pixels.next_multiple_of(THREES) && window.is_pointwise();
        if !suits || taps < LEAST || outputs < OUTPUTS {
            return None;
        }
        let pixels = made;
        let made = pixels * outputs.next_multiple_of(OUTPUTS);
        // where sums are taken out behind each part, an output costs as much as some taps of it do
        let parts = Some(taps.div_ceil(part.into())).filter(|parts| *parts > 1).unwrap_or(0);
        let products = made * (taps + 8 * parts);
        let [pixels, outputs, taps, products] = [pixels, made, pixels * taps, products].map(|n| n as u64);
        let work = Work { pixels, outputs, taps, products };
        let build = move |lower: &mut Self| {
            let wide = wide_len(window.in_c.into());
            let wide = lower.scratch(Kind::I32, wide, "taps of four pixels")?;
            let stream = lower.constant(Kind::I32, stream(data, bias, &scales, part.into()), name(filter));
            let record = Fours { window, quant, part };
            lower.step(node, ops::CONV_2D_FOURS, rows, 2, vec![y, wide, x, stream], &record.bytes())
        };
        Some(Way { code: ops::CONV_2D_FOURS, work, build: Box::new(build) })
    }
}

/// The stream of filters `[outputs][taps]`, with `part` taps in a part.
fn stream(filter: &[u8], bias: &[i32], scales: &[Scale], part: usize) -> Vec<u8> {
    let (outputs, taps) = (bias.len(), filter.len() / bias.len());
    let blocks = outputs.div_ceil(OUTPUTS);
    // what fields begin with, part by part
    let added = FIRST.wrapping_mul(taps.div_ceil(part) as i32);
    let mut stream = Stream(vec![0; blocks * words(taps) * 4]);
    for block in 0..blocks {
        let from = first(outputs, block);
        let tap = |o: usize, k: usize| i32::from(filter[(from + o) * taps + k].cast_signed());
        for k in 0..taps {
            (0..2).for_each(|i| stream.word(weight(taps, block, k) + i, join(tap(i, k), tap(i + 1, k))));
        }
        for o in 0..OUTPUTS {
            let scale = &scales[from + o];
            // what a power of two does to sums it did to no weight
            let sum = [bias[from + o].wrapping_sub(added).wrapping_shl(scale.left), 1 << scale.left];
            for (i, word) in sum.iter().chain(&scale.words).enumerate() {
                stream.word(factor(taps, block, o) + i, *word);
            }
        }
    }
    stream.0
}
