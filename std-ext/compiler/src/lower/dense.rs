//! FULLY_CONNECTED.

use super::choice::Way;
use super::conv::{channel_bytes, filter_scales, fold};
use super::costs::Work;
use super::lanes::Filters;
use super::packed::PackedRow;
use super::stream::{halfwords_stream, nested_stream};
use super::weighted::{Filter, Layer, whole};
use super::{Lowering, extent, name};
use crate::graph::{Activation, Node};
use crate::quant::{
    Channel, Multiplier, clamp, int8, nest, nested_words, once_folded, once_lane, once_packed, prove, reach,
};
use midge_core::ops::{self, fully_connected::FullyConnected, quant::Quant, window::Window};
use midge_core::plan::Kind;
use midge_core::simd::halfwords::Layout;
use midge_core::simd::{nested, pairs};
use std::ops::RangeInclusive;

impl Lowering<'_> {
    pub(super) fn fully_connected(&mut self, node: &Node, activation: Activation) -> Result<(), String> {
        let filter = self.filter(node)?;
        let [out, depth] = filter.value.shape[..] else {
            return Err("needs a filter of two dimensions".into());
        };
        let rows = self.output(node)?.1.elements() / out.max(1);
        if !self.is_plain(node, &filter)? {
            let layer = Layer { spread: whole(pixels(rows, depth, out)?, depth)?, filter, rows, activation };
            return self.weighted(node, layer);
        }
        let (x_scale, x_zero) = int8(self.input(node, 0)?.1)?;
        let (y_scale, y_zero) = int8(self.output(node)?.1)?;
        let Filter { value: filter, data, .. } = filter;
        let scales = filter_scales(filter, out)?;
        let (bias, (lo, hi)) = (self.bias(node, out)?, clamp(activation, y_scale, y_zero));
        let channel = |scale: &f32, reach: RangeInclusive<i64>| {
            let factor = f64::from(x_scale) * f64::from(*scale) / f64::from(y_scale);
            Channel { factor, zero: y_zero, clamp: (lo, hi), reach }
        };
        // one multiplier for all channels must be proved on the widest range of them
        let reaches: Vec<_> =
            data.chunks_exact(depth.max(1)).zip(&bias).map(|(w, b)| reach(w, *b, x_zero)).collect();
        let prove = |scale: &f32, reach: RangeInclusive<i64>| prove(&channel(scale, reach));
        let multipliers: Vec<Multiplier> = if let [scale] = scales {
            let least = reaches.iter().map(|r| *r.start()).min().unwrap_or(0);
            let most = reaches.iter().map(|r| *r.end()).max().unwrap_or(0);
            vec![prove(scale, least..=most)?]
        } else {
            scales
                .iter()
                .zip(&reaches)
                .map(|(scale, reach)| prove(scale, reach.clone()))
                .collect::<Result<_, _>>()?
        };
        let (x, y) = (self.activation(node.inputs[0])?, self.activation(node.outputs[0])?);
        let record = FullyConnected {
            depth: extent(depth, "the number of inputs")?,
            out: extent(out, "the number of outputs")?,
            quant: Quant { x_zero, y_zero, lo, hi },
        };
        let filters: Vec<_> = data.chunks_exact(depth.max(1)).collect();
        // with the weights of each that a power of two is multiplied into
        let folded = |weights: &[&[u8]]| {
            let channels = weights.iter().zip(&reaches).zip(scales.iter().cycle());
            let scales = channels.map(|((w, reach), scale)| once_folded(&channel(scale, reach.clone()), w));
            scales.collect::<Option<Vec<_>>>()
        };
        let (out_rows, products) = (rows as u64, (rows * data.len()) as u64);
        let work =
            Work { pixels: out_rows, outputs: (rows * out) as u64, taps: (rows * depth) as u64, products };
        let biases = fold(&data, out, &bias, x_zero);
        let packed: Vec<_>;
        let mut ways: Vec<Way<'_, '_>> = Vec::new();
        let lanes = || {
            let scales = reaches.iter().zip(scales.iter().cycle());
            scales.map(|(reach, scale)| once_lane(&channel(scale, reach.clone()))).collect::<Option<_>>()
        };
        if self.target.lanes()
            && let Some(scales) = lanes()
        {
            let filters = Filters { data: data.clone(), bias: biases.clone(), scales };
            ways.push(Self::dense_lanes(node, [y, x], filter, (&record, rows), filters));
        }
        if self.target.pairs()
            && let Some(scales) = folded(&filters)
        {
            let (data, biases, record) = (&data, &biases, &record);
            let build = move |lower: &mut Self| {
                let layout = Layout::ROW;
                let wide = lower.scratch(Kind::I16, depth.next_multiple_of(layout.run), "wide inputs")?;
                let stream = halfwords_stream(layout, data, biases, &scales);
                let stream = lower.constant(Kind::I32, stream, name(filter));
                let operands = vec![y, wide, x, stream];
                lower.step(node, ops::FULLY_CONNECTED_HALFWORDS, rows, 2, operands, &record.bytes())
            };
            ways.push(Way { code: ops::FULLY_CONNECTED_HALFWORDS, work, build: Box::new(build) });
        }
        if self.target.pairs()
            && nest(&filters, &reaches)
            && let Some(scales) = folded(&vec![&[][..]; out])
            && let Some(scales) = scales.iter().map(nested_words).collect::<Option<Vec<_>>>()
        {
            let (data, biases, record) = (&data, &biases, &record);
            let build = move |lower: &mut Self| {
                let wide = lower.scratch(Kind::I16, depth.next_multiple_of(nested::RUN), "wide inputs")?;
                let stream = nested_stream(nested::Layout::ROW, data, biases, &scales);
                let stream = lower.constant(Kind::I32, stream, name(filter));
                let operands = vec![y, wide, x, stream];
                lower.step(node, ops::FULLY_CONNECTED_NESTED, rows, 2, operands, &record.bytes())
            };
            ways.push(Way { code: ops::FULLY_CONNECTED_NESTED, work, build: Box::new(build) });
        }
        if self.target.pairs() {
            let (data, biases, multipliers, record) = (&data, &biases, &multipliers, &record);
            let build = move |lower: &mut Self| {
                let taps = depth.next_multiple_of(4);
                let mut arranged = vec![0; out.next_multiple_of(2) * taps];
                for (o, weights) in data.chunks_exact(depth).enumerate() {
                    for (k, w) in weights.iter().enumerate() {
                        arranged[pairs::index(taps, o, k)] = *w;
                    }
                }
                let wide = lower.scratch(Kind::I16, taps, "wide inputs")?;
                let weights = lower.constant(Kind::I32, arranged, name(filter));
                let blob = lower.channels(biases, multipliers, filter);
                let operands = vec![y, wide, x, weights, blob];
                lower.step(node, ops::FULLY_CONNECTED_PAIRS, rows, 2, operands, &record.bytes())
            };
            ways.push(Way { code: ops::FULLY_CONNECTED_PAIRS, work, build: Box::new(build) });
        }
        if self.target.packs() {
            let sums = reaches.iter().zip(scales.iter().cycle()).zip(multipliers.iter().cycle());
            let channels = sums
                .zip(&biases)
                .map(|(((reach, scale), m), bias)| once_packed(&channel(scale, reach.clone()), *m, *bias));
            packed = channels.collect();
            let (extents, quant) = ([record.depth, record.out], record.quant);
            let layer = PackedRow { node, extents, quant, rows, operands: [y, x], filter };
            ways.extend(layer.ways(&data, &packed, work));
        }
        if ways.is_empty() || self.target.packs() {
            let build = |lower: &mut Self| {
                let weights = lower.constant(Kind::I8, data.clone(), name(filter));
                let blob = lower.channels(&bias, &multipliers, filter);
                let operands = vec![y, x, weights, blob];
                lower.step(node, ops::FULLY_CONNECTED, rows, 1, operands, &record.bytes())
            };
            ways.push(Way { code: ops::FULLY_CONNECTED, work, build: Box::new(build) });
        }
        let plain = data.len() + channel_bytes(&bias, &multipliers).len();
        self.choose(&ways, plain)
    }
}

/// An image of one column, under a window of one pixel.
fn pixels(rows: usize, depth: usize, out: usize) -> Result<Window, String> {
    let height = extent(rows, "the number of rows")?;
    Ok(Window {
        in_h: height,
        in_w: 1,
        in_c: extent(depth, "the number of inputs")?,
        out_h: height,
        out_w: 1,
        out_c: extent(out, "the number of outputs")?,
        k_h: 1,
        k_w: 1,
        s_h: 1,
        s_w: 1,
        d_h: 1,
        d_w: 1,
        p_h: 0,
        p_w: 0,
    })
}
