//! CONV_2D of images of few pixels: each has weights of its own, without those that only padding would see.

use std::ops::Range;

use super::choice::Way;
use super::conv::fold;
use super::costs::Work;
use super::stream::halfwords_stream;
use super::{Lowering, Slot, name};
use crate::graph::{Node, Value};
use crate::quant::Scale;
use midge_core::ops::{self, places::Places, quant::Quant, window::Window};
use midge_core::plan::Kind;
use midge_core::simd::halfwords::Layout;

/// As many filters as the weights of all pixels together may be.
const FILTERS: usize = 3;

/// A filter `[outputs][h][w][in]`, its biases and what scales its sums.
pub(super) struct Weights<'a> {
    pub(super) data: &'a [u8],
    pub(super) bias: &'a [i32],
    pub(super) scales: Vec<Scale>,
    pub(super) folded: bool,
}

impl<'g> Lowering<'g> {
    /// The way of a convolution of so many rows, if its pixels see padding and have not too many weights.
    pub(super) fn conv_places<'a>(
        node: &'a Node,
        [y, x]: [Slot; 2],
        filter: &'a Value,
        (window, quant, rows): (Window, Quant, usize),
        weights: Weights<'a>,
    ) -> Option<Way<'a, 'g>> {
        let w = &window;
        let all = usize::from(w.k_h) * usize::from(w.k_w);
        let (in_c, outputs) = (usize::from(w.in_c), usize::from(w.out_c));
        if !in_c.is_multiple_of(Layout::ROW.run) || [w.d_h, w.d_w] != [1; 2] {
            return None;
        }
        let places = places(w);
        let seen: usize = places.iter().map(|[down, across]| down.len() * across.len()).sum();
        let sees_none = places.iter().flatten().any(Range::is_empty);
        if sees_none || seen > FILTERS * all || seen == places.len() * all {
            return None;
        }
        let images = rows / usize::from(w.out_h).max(1);
        let [pixels, taps] = [places.len(), seen * in_c].map(|n| (images * n) as u64);
        let n = outputs.next_multiple_of(Layout::ROW.outputs) as u64;
        let work = Work { pixels, outputs: pixels * n, taps, products: taps * n };
        let build = move |lower: &mut Self| {
            let wide = lower.scratch(Kind::I16, all * in_c, "wide taps of a pixel")?;
            let streams = places.iter().flat_map(|place| stream(place, &window, &weights, quant.x_zero));
            let streams = lower.constant(Kind::I32, streams.collect(), name(filter));
            let record = Places { window, quant, folded: weights.folded.into() };
            lower.step(node, ops::CONV_2D_PLACES, rows, 2, vec![y, wide, x, streams], &record.bytes())
        };
        Some(Way { code: ops::CONV_2D_PLACES, work, build: Box::new(build) })
    }
}

/// The rows and columns of the filter that each pixel of an output image sees.
pub(super) fn places(w: &Window) -> Vec<[Range<usize>; 2]> {
    let down = axis([w.out_h, w.s_h, w.p_h, w.k_h, w.in_h]);
    let across = axis([w.out_w, w.s_w, w.p_w, w.k_w, w.in_w]);
    down.iter().flat_map(|down| across.iter().map(|across| [down.clone(), across.clone()])).collect()
}

/// The elements of a filter that each output sees, along one axis.
fn axis(extents: [u16; 5]) -> Vec<Range<usize>> {
    let [out, stride, pad, k, size] = extents.map(usize::from);
    let seen = |start: usize| pad.saturating_sub(start)..(size + pad).saturating_sub(start).min(k);
    (0..out).map(|o| seen(o * stride)).collect()
}

/// The stream of a pixel that sees these rows and columns.
fn stream([down, across]: &[Range<usize>; 2], w: &Window, weights: &Weights<'_>, x_zero: i8) -> Vec<u8> {
    let (in_c, k_w) = (usize::from(w.in_c), usize::from(w.k_w));
    let (columns, outputs) = (across.start * in_c..across.end * in_c, weights.bias.len());
    let rows = weights.data.chunks_exact(k_w * in_c).enumerate();
    let seen = rows.filter(|(i, _)| down.contains(&(i % usize::from(w.k_h))));
    let data: Vec<u8> = seen.flat_map(|(_, row)| &row[columns.clone()]).copied().collect();
    let bias = fold(&data, outputs, weights.bias, x_zero);
    halfwords_stream(Layout::row(weights.folded), &data, &bias, &weights.scales)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_axis_sees_what_lies_inside() {
        assert_eq!(axis([2, 1, 0, 2, 2]), [0..2, 0..1]);
        assert_eq!(axis([2, 1, 1, 3, 2]), [1..3, 0..2]);
        assert_eq!(axis([3, 2, 1, 3, 5]), [1..3, 0..3, 0..2]);
    }
}
