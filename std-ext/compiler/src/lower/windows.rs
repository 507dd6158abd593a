//! DEPTHWISE_CONV_2D for cores with vectors of bytes.

use super::choice::Way;
use super::costs::Work;
use super::lanes::Filters;
use super::{Lowering, Slot, name};
use crate::graph::{Node, Value};
use midge_core::fixed::Rounding;
use midge_core::ops::windows::{Depthwise, line, strip, suited};
use midge_core::ops::{self, quant::Quant, window::Window};
use midge_core::plan::Kind;
use midge_core::simd::windows::{Shape, channel};

impl<'g> Lowering<'g> {
    /// The way of a depthwise convolution whose geometry is `window`, if it has a shape that there are loops for. Filters
    /// are those of each channel.
    pub(super) fn depthwise_windows<'a>(
        &self,
        node: &'a Node,
        [y, x]: [Slot; 2],
        filter: &'a Value,
        (window, quant): (Window, Quant),
        (filters, rounding): (Filters, Rounding),
    ) -> Result<Option<Way<'a, 'g>>, String> {
        let (window, rows) = upright(window, self.image_rows(node)?);
        let Some(shape) = suited(&window) else { return Ok(None) };
        let channels = usize::from(window.out_c);
        let fours = rows * usize::from(window.out_w).div_ceil(shape.columns()) / shape.rows();
        let strips = rows * usize::from(window.in_w) * channels / shape.rows();
        let (outputs, strips) = (fours * channels.next_multiple_of(4) * 4, strips * shape.strips());
        // windows of one vector cost as much as their outputs
        let products = outputs * (shape.parts() - 1) * 16;
        let [pixels, outputs, taps, products] = [fours, outputs, strips, products].map(|n| n as u64);
        let work = Work { pixels, outputs, taps, products };
        let build = move |lower: &mut Self| {
            let strip = lower.scratch(Kind::I8, strip(&window, shape), "four rows of an image")?;
            let line = lower.scratch(Kind::I8, line(&window, shape), "a row of an image")?;
            let sums = lower.scratch(Kind::I32, 16, "sums of four outputs")?;
            let stream = stream(&filters, shape, [window.k_w, window.s_w].map(usize::from));
            let stream = lower.constant(Kind::I32, stream, name(filter));
            let record = Depthwise { window, quant, rounding: rounding as u8 };
            let operands = vec![y, strip, line, sums, x, stream];
            lower.step(node, ops::DEPTHWISE_CONV_2D_WINDOWS, rows, 4, operands, &record.bytes())
        };
        Ok(Some(Way { code: ops::DEPTHWISE_CONV_2D_WINDOWS, work, build: Box::new(build) }))
    }
}

/// The same outputs, where an image of one column is taken for one of one row. With its rows.
fn upright(w: Window, rows: usize) -> (Window, usize) {
    if [w.in_w, w.out_w, w.k_w] != [1; 3] || w.p_w != 0 {
        return (w, rows);
    }
    let window = Window {
        in_h: 1,
        in_w: w.in_h,
        out_h: 1,
        out_w: w.out_h,
        k_h: 1,
        k_w: w.k_h,
        s_h: 1,
        s_w: w.s_h,
        d_h: 1,
        d_w: w.d_h,
        p_h: 0,
        p_w: w.p_h,
        ..w
    };
    (window, rows / usize::from(w.out_h))
}

/// See [`midge_core::simd::windows`].
fn stream(filters: &Filters, shape: Shape, [columns, stride]: [usize; 2]) -> Vec<u8> {
    let channels = filters.bias.len();
    let taps = filters.data.len() / channels;
    let mut stream = vec![0; shape.words(channels) * 4];
    for place in 0..channels.next_multiple_of(4) {
        let c = channel(channels, place);
        let mut word =
            |at: usize, value: i32| stream[at * 4..at * 4 + 4].copy_from_slice(&value.to_le_bytes());
        let [m, shift] = filters.scales[c];
        (0..4).for_each(|o| word(shape.bias(place, o), filters.bias[c]));
        word(shape.multiplier(place), m);
        word(shape.multiplier(place) + 4, shift);
        for (k, w) in filters.data[c * taps..][..taps].iter().enumerate() {
            let taps = (0..4).filter_map(|o| shape.tap(place, o, k / columns, k % columns, stride));
            taps.for_each(|at| stream[at] = *w);
        }
    }
    stream
}
