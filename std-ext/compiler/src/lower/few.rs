//! DEPTHWISE_CONV_2D of images of up to four pixels: each output has weights of its own for all of them.

use super::choice::Way;
use super::costs::Work;
use super::stream::Stream;
use super::{Lowering, Slot, name};
use crate::graph::{Node, Value};
use crate::quant::Scale;
use midge_core::ops::{self, few::Few, quant::Quant, window::Window};
use midge_core::plan::Kind;
use midge_core::simd::few::{PIXELS, factor, sum, tap, words};

impl<'g> Lowering<'g> {
    /// The way of a depthwise convolution of so many rows, whose scales are all folded, if its image has few pixels. Filters
    /// are those of each channel.
    pub(super) fn depthwise_few<'a>(
        node: &'a Node,
        [y, x]: [Slot; 2],
        filter: &'a Value,
        (window, quant, rows): (Window, Quant, usize),
        (filters, bias, scales): (&'a [Vec<u8>], &'a [i32], Vec<Scale>),
    ) -> Option<Way<'a, 'g>> {
        let pixels = usize::from(window.in_h) * usize::from(window.in_w);
        if pixels > PIXELS || bias.len() < 4 {
            return None;
        }
        let [images, outputs] = [rows / usize::from(window.out_h).max(1), rows * usize::from(window.out_w)];
        let [pixels, outputs] = [images, outputs].map(|n| (n * bias.len()) as u64);
        // all of it is in proportion to channels and their outputs
        let work = Work { pixels, outputs, taps: 0, products: 0 };
        let build = move |lower: &mut Self| {
            let stream = stream(&window, quant.x_zero, filters, bias, &scales);
            let stream = lower.constant(Kind::I32, stream, name(filter));
            let record = Few { window, quant };
            lower.step(node, ops::DEPTHWISE_CONV_2D_FEW, rows, 1, vec![y, x, stream], &record.bytes())
        };
        Some(Way { code: ops::DEPTHWISE_CONV_2D_FEW, work, build: Box::new(build) })
    }
}

/// The stream of the filters of each channel.
fn stream(w: &Window, x_zero: i8, filters: &[Vec<u8>], bias: &[i32], scales: &[Scale]) -> Vec<u8> {
    let places = places(w);
    let mut stream = Stream(vec![0; bias.len() * words(places.len()) * 4]);
    for (c, ((filter, bias), scale)) in filters.iter().zip(bias).zip(scales).enumerate() {
        for (i, word) in scale.words.iter().enumerate() {
            stream.word(factor(places.len(), c) + i, *word);
        }
        for (o, seen) in places.iter().enumerate() {
            let mut first = *bias;
            for (k, pixel) in seen {
                let weight = filter[*k].cast_signed();
                first = first.wrapping_sub(i32::from(weight) * i32::from(x_zero));
                stream.halfword(tap(places.len(), c, o, *pixel), i16::from(weight) << scale.left);
            }
            stream.word(sum(places.len(), c, o), first.wrapping_shl(scale.left));
        }
    }
    stream.0
}

/// The taps that each output of an image sees, and of which pixel.
fn places(w: &Window) -> Vec<Vec<(usize, usize)>> {
    let down = axis([w.out_h, w.s_h, w.p_h, w.d_h, w.k_h, w.in_h]);
    let across = axis([w.out_w, w.s_w, w.p_w, w.d_w, w.k_w, w.in_w]);
    let (columns, width) = (usize::from(w.k_w), usize::from(w.in_w));
    let place = |down: &[(usize, usize)], across: &[(usize, usize)]| {
        let row = |(ky, y): &(usize, usize)| {
            let (k, pixel) = (ky * columns, y * width);
            across.iter().map(move |(kx, x)| (k + kx, pixel + x))
        };
        down.iter().flat_map(row).collect()
    };
    down.iter().flat_map(|down| across.iter().map(move |across| place(down, across))).collect()
}

/// The elements of a filter that each output sees, and where, along one axis.
fn axis(extents: [u16; 6]) -> Vec<Vec<(usize, usize)>> {
    let [out, stride, pad, dilation, k, size] = extents.map(usize::from);
    let at = |o: usize, k: usize| (o * stride + k * dilation).checked_sub(pad).filter(|at| *at < size);
    (0..out).map(|o| (0..k).filter_map(|k| Some((k, at(o, k)?))).collect()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_axis_sees_what_lies_inside() {
        assert_eq!(axis([2, 1, 1, 1, 3, 2]), [[(1, 0), (2, 1)], [(0, 0), (1, 1)]]);
        assert_eq!(axis([1, 2, 2, 2, 3, 3]), [[(1, 0), (2, 2)]]);
        assert_eq!(axis([2, 3, 0, 1, 1, 2]), [vec![(0, 0)], vec![]]);
    }
}
