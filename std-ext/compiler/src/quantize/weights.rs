//! Weights and biases: symmetric integers, or halves.

use super::Settings;
use super::operators::{channel_axis, is_float};
use super::plain::reals;
use crate::graph::{Grain, Graph, Node, Quant, Repr, Type, Value};

/// The integer filter of a weighted layer, and its bias if it has one, for an input of this scale. None if it has no
/// constant filter.
pub(super) fn integers(
    graph: &Graph,
    node: &Node,
    (store, x_scale): (Type, f32),
    settings: &Settings,
) -> Option<Vec<Value>> {
    let axis = channel_axis(&node.op)?;
    let filter = graph.value(*node.inputs.get(1)?);
    let weights = reals(filter)?;
    let outputs = *filter.shape.get(axis)?;
    let bias = node.inputs.get(2).map(|id| graph.value(*id)).and_then(|bias| Some((bias, reals(bias)?)));
    let grain = if settings.channels { Grain::Channel(axis) } else { Grain::Tensor };
    let channel = channels(grain, &filter.shape);
    let mut parts = vec![Vec::new(); if settings.channels { outputs } else { 1 }];
    weights.iter().enumerate().for_each(|(i, w)| parts[channel(i)].push(*w));
    let most = if settings.weights == Type::I4 { 7.0 } else { 127.0 };
    let mut scale: Vec<f32> = parts.iter().map(|part| step(part, most)).collect();
    if let Some((_, bias)) = &bias {
        // a bias beyond its type: coarser weights, which hardly matter beside it
        let room = if store == Type::I16 { 2f64.powi(46) } else { 2f64.powi(29) };
        for (o, bias) in bias.iter().enumerate() {
            let least = (f64::from(bias.abs()) / f64::from(x_scale) / room) as f32;
            let at = o % scale.len();
            scale[at] = scale[at].max(least);
        }
    }
    scale.iter_mut().filter(|scale| **scale == 0.0).for_each(|scale| *scale = 1.0);
    let stored = |(i, w): (usize, &f32)| (w / scale[channel(i)]).round().clamp(-most, most) as i8 as u8;
    let data = weights.iter().enumerate().map(stored).collect();
    let value = |like: &Value, quant: Quant, data: Vec<u8>| Value {
        repr: Repr::Quant(quant),
        data: Some(data),
        ..like.clone()
    };
    let zero = vec![0; scale.len()];
    let bias = bias.map(|(like, bias)| {
        let scale: Vec<f32> = scale.iter().map(|scale| scale * x_scale).collect();
        let stored =
            |(o, b): (usize, &f32)| (f64::from(*b) / f64::from(scale[o % scale.len()])).round() as i64;
        let wide = store == Type::I16;
        let size = if wide { 8 } else { 4 };
        let data = bias
            .iter()
            .enumerate()
            .map(stored)
            .flat_map(|b| b.to_le_bytes().into_iter().take(size))
            .collect();
        let grain = if settings.channels { Grain::Channel(0) } else { Grain::Tensor };
        let store = if wide { Type::I64 } else { Type::I32 };
        value(like, Quant { store, scale, zero: zero.clone(), grain }, data)
    });
    let quant = Quant { store: settings.weights, scale, zero: zero.clone(), grain };
    Some([value(filter, quant, data)].into_iter().chain(bias).collect())
}

/// The step between integers up to `most`, for these weights: for 8 bits the greatest weight's, and for 4 the one with the
/// least mean square of errors.
fn step(weights: &[f32], most: f32) -> f32 {
    let greatest = weights.iter().fold(0f32, |most, w| most.max(w.abs())) / most;
    if most > 7.0 || greatest == 0.0 {
        return greatest;
    }
    let noise = |step: f32| -> f64 {
        let square = |w: &f32| f64::from((w / step).round().clamp(-most, most) * step - w).powi(2);
        weights.iter().map(square).sum()
    };
    let steps = (30..=100).map(|share| greatest * share as f32 / 100.0).map(|step| (noise(step), step));
    steps.min_by(|a, b| a.0.total_cmp(&b.0)).map_or(greatest, |(_, step)| step)
}

/// Which scale an element of a tensor has.
pub(super) fn channels(grain: Grain, shape: &[usize]) -> impl Fn(usize) -> usize + use<> {
    let (inside, extent) = match grain {
        Grain::Tensor => (1, 1),
        Grain::Channel(axis) => {
            (shape.iter().skip(axis + 1).product(), shape.get(axis).copied().unwrap_or(1))
        }
    };
    move |i| i / inside % extent
}

/// The graph with the weights of its layers in half precision; lowering stores what is exact in it so.
pub(super) fn halves(graph: &Graph) -> Graph {
    let mut halved = graph.clone();
    for node in graph.nodes.iter().filter(|node| channel_axis(&node.op).is_some()) {
        let Some(id) = node.inputs.get(1).filter(|id| is_float(graph, **id)) else { continue };
        let data = reals(graph.value(*id))
            .map(|weights| weights.iter().flat_map(|w| half(*w).to_le_bytes()).collect());
        halved.values[id.0].data = data;
    }
    halved
}

/// The number next to `x` that half precision holds, ties to even; what is too large becomes the greatest.
fn half(x: f32) -> f32 {
    const LEAST: f32 = 1.0 / 16384.0;
    let bits = x.to_bits();
    let rounded = match x.abs() < LEAST {
        true => (x * 16_777_216.0).round_ties_even() / 16_777_216.0,
        false => f32::from_bits((bits + 0xfff + (bits >> 13 & 1)) & !0x1fff),
    };
    rounded.clamp(-65504.0, 65504.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_are_next_to_their_number() {
        for (x, y) in
            [(1.0, 1.0), (1.0004, 1.0), (1.0006, 1.000_976_6), (-0.1, -0.099_975_586), (1e9, 65504.0)]
        {
            assert_eq!(half(x), y);
        }
        assert_eq!((half(6e-8), half(2e-8), half(1.0 + 1.0 / 2048.0)), (5.960_464_5e-8, 0.0, 1.0));
    }

    #[test]
    fn four_bits_leave_an_outlier_out() {
        let mut weights = vec![0.1, -0.2, 0.3, -0.4, 0.5, -0.6, 0.7, -0.7];
        assert!((step(&weights, 7.0) - 0.1).abs() < 1e-6);
        weights.extend([0.33; 200]);
        weights.push(1.4);
        assert!(step(&weights, 7.0) < 0.2 && step(&weights, 127.0) == 1.4 / 127.0);
    }
}
