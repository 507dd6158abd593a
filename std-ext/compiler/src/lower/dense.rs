//! FULLY_CONNECTED.

use super::conv::{filter_scales, fold};
use super::{Lowering, extent, name};
use crate::graph::{Activation, Node};
use crate::quant::{Channel, Multiplier, clamp, int8, prove, reach};
use midge_core::ops::{self, fully_connected::FullyConnected, quant::Quant};
use midge_core::plan::Kind;
use midge_core::simd::pairs;
use std::ops::RangeInclusive;

impl Lowering<'_> {
    pub(super) fn fully_connected(&mut self, node: &Node, activation: Activation) -> Result<(), String> {
        let (x_scale, x_zero) = int8(self.input(node, 0)?.1)?;
        let (y_scale, y_zero) = int8(self.output(node)?.1)?;
        let (filter, data) = self.constant_input(node, 1)?;
        let (filter, data) = (filter.clone(), data.to_vec());
        let [out, depth] = filter.shape[..] else { return Err("needs a filter of two dimensions".into()) };
        if filter.repr.quant().is_some_and(|q| q.scale.len() == 1 && q.zero != [0]) {
            return Err("its filter has a zero point; only symmetric filters are supported".into());
        }
        let scales = filter_scales(&filter, out)?;
        let (bias, (lo, hi)) = (self.bias(node, out)?, clamp(activation, y_scale, y_zero));
        // one multiplier for all channels must be proved on the widest range of them
        let reaches: Vec<_> =
            data.chunks_exact(depth.max(1)).zip(&bias).map(|(w, b)| reach(w, *b, x_zero)).collect();
        let prove = |scale: &f32, reach: RangeInclusive<i64>| {
            let factor = f64::from(x_scale) * f64::from(*scale) / f64::from(y_scale);
            prove(&Channel { factor, zero: y_zero, clamp: (lo, hi), reach })
        };
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
        let rows = self.output(node)?.1.elements() / out.max(1);
        let record = FullyConnected {
            depth: extent(depth, "the number of inputs")?,
            out: extent(out, "the number of outputs")?,
            quant: Quant { x_zero, y_zero, lo, hi },
        };
        if self.target.pairs() {
            let taps = depth.next_multiple_of(4);
            let mut arranged = vec![0; out.next_multiple_of(2) * taps];
            for (o, weights) in data.chunks_exact(depth).enumerate() {
                for (k, w) in weights.iter().enumerate() {
                    arranged[pairs::index(taps, o, k)] = *w;
                }
            }
            let wide = self.scratch(Kind::I16, taps, "wide inputs")?;
            let weights = self.constant(Kind::I32, arranged, name(&filter));
            let blob = self.channels(&fold(&data, out, &bias, x_zero), &multipliers, &filter);
            let operands = vec![y, wide, x, weights, blob];
            return self.step(node, ops::FULLY_CONNECTED_PAIRS, rows, 2, operands, &record.bytes());
        }
        let weights = self.constant(Kind::I8, data, name(&filter));
        let blob = self.channels(&bias, &multipliers, &filter);
        self.step(node, ops::FULLY_CONNECTED, rows, 1, vec![y, x, weights, blob], &record.bytes())
    }
}
