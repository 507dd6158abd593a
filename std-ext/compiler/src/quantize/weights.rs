//! Weights and biases: symmetric integers, or halves.

use super::operators::is_float;
use super::patches::Patches;
use super::{Granularity, Precision, Settings};
use crate::graph::{Grain, Graph, Node, Op, Quant, Repr, Type, Value};
use midge_core::half::{narrow, widen};

/// The integer filter of a weighted layer, and its bias if it has one, for an input of this scale. None if it has no
/// constant filter. `patches` are what its weights meet.
pub(super) fn integers(
    graph: &Graph,
    node: &Node,
    (Precision { store, weights: narrow }, x_scale): (Precision, f32),
    (settings, patches): (&Settings, Option<&Patches>),
) -> Option<Vec<Value>> {
    let axis = node.op.channel_axis()?;
    let filter = graph.value(*node.inputs.get(1)?);
    let weights = filter.reals()?;
    let bias = node.inputs.get(2).map(|id| graph.value(*id)).and_then(|bias| Some((bias, bias.reals()?)));
    let channel = Grain::Channel(axis).channels(&filter.shape);
    let outputs = *filter.shape.get(axis)?;
    let mut filters = vec![Vec::new(); outputs];
    weights.iter().enumerate().for_each(|(i, w)| filters[channel(i)].push(*w));
    let most = if narrow == Type::I4 { 7.0 } else { 127.0 };
    let grouping = matches!(node.op, Op::Conv2d { .. } | Op::FullyConnected { .. }) && store == Type::I8;
    let size = match settings.granularity {
        Granularity::Group(size) if narrow == Type::I4 && grouping => Some(usize::from(size).max(1)),
        _ => None,
    };
    let by_channel = settings.granularity != Granularity::Tensor;
    let mut scale: Vec<f32> = match size {
        Some(size) => filters.iter().map(|filter| steps(filter, size, most) / FACTOR).collect(),
        None if by_channel => filters.iter().map(|filter| step(filter, most)).collect(),
        None => vec![step(&weights, most)],
    };
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
    let errors = patches.map(|patches| patches.errors(settings.correct, bias.is_some())).unwrap_or_default();
    let mut shifts = Vec::new();
    for (o, filter) in filters.iter_mut().enumerate() {
        let step = scale[o % scale.len()];
        let factors = factors(filter, size, step, most);
        let steps: Vec<f32> = factors.iter().map(|factor| factor * step).collect();
        let rounded = |(w, step): (&f32, &f32)| (w / step).round().clamp(-most, most);
        let mut integers: Vec<f32> = filter.iter().zip(&steps).map(rounded).collect();
        // one for all, or for each input channel of a depthwise layer the same number of output channels
        let errors = errors.get(o * errors.len() / outputs);
        if let Some(errors) = errors {
            errors.settle(filter, &steps, most, &mut integers);
        }
        shifts.push(errors.map_or(0.0, |errors| errors.shift(filter, &steps, &integers)));
        *filter = integers.iter().zip(&factors).map(|(integer, factor)| integer * factor).collect();
    }
    let mut stored: Vec<_> = filters.iter().map(|filter| filter.iter()).collect();
    let data = (0..weights.len()).filter_map(|i| Some(*stored[channel(i)].next()? as i8 as u8)).collect();
    let value = |like: &Value, quant: Quant, data: Vec<u8>| Value {
        repr: Repr::Quant(quant),
        data: Some(data),
        ..like.clone()
    };
    let grain = |axis| if by_channel { Grain::Channel(axis) } else { Grain::Tensor };
    let grouped = size.map(|size| Grain::Groups { axis, size });
    let zero = vec![0; scale.len()];
    let bias = bias.map(|(like, bias)| {
        let scale: Vec<f32> = scale.iter().map(|scale| scale * x_scale).collect();
        let stored = |(o, (b, shift)): (usize, (&f32, &f64))| {
            ((f64::from(*b) - shift) / f64::from(scale[o % scale.len()])).round() as i64
        };
        let wide = store == Type::I16;
        let size = if wide { 8 } else { 4 };
        let bias = bias.iter().zip(&shifts).enumerate().map(stored);
        let data = bias.flat_map(|b| b.to_le_bytes().into_iter().take(size)).collect();
        let store = if wide { Type::I64 } else { Type::I32 };
        value(like, Quant { store, scale, zero: zero.clone(), grain: grain(0) }, data)
    });
    let grain = grouped.unwrap_or_else(|| grain(axis));
    let quant = Quant { store: narrow, scale, zero: zero.clone(), grain };
    Some([value(filter, quant, data)].into_iter().chain(bias).collect())
}

/// The filter and the bias of a weighted layer whose model gives the integers of its filter, for an input of this scale.
/// None where it does not, or not as kernels take them.
pub(super) fn given(graph: &Graph, node: &Node, x: &Quant) -> Option<Vec<Value>> {
    let filter = graph.value(*node.inputs.get(1)?);
    let quant = filter.repr.quant().filter(|quant| matches!(quant.store, Type::I8 | Type::I4))?;
    let fits = match quant.grain {
        Grain::Tensor => quant.zero.len() == 1,
        Grain::Channel(axis) => {
            node.op.channel_axis() == Some(axis) && quant.zero.iter().all(|zero| *zero == 0)
        }
        Grain::Groups { .. } => false,
    };
    let values = match node.inputs.get(2).map(|id| graph.value(*id)) {
        _ if !fits => return None,
        None => vec![filter.clone()],
        Some(bias) => {
            let scale: Vec<f32> = quant.scale.iter().map(|scale| scale * x.scale[0]).collect();
            let wide = x.store == Type::I16;
            let (store, size) = if wide { (Type::I64, 8) } else { (Type::I32, 4) };
            let most = if wide { 1i64 << 46 } else { i64::from(i32::MAX) };
            let stored = |(o, b): (usize, &f32)| {
                ((f64::from(*b) / f64::from(scale[o % scale.len()])).round() as i64).clamp(-most, most)
            };
            let reals = bias.reals()?;
            let data = reals.iter().enumerate().map(stored);
            let data = data.flat_map(|b| b.to_le_bytes().into_iter().take(size)).collect();
            let grain = if scale.len() == 1 { Grain::Tensor } else { Grain::Channel(0) };
            let repr = Repr::Quant(Quant { store, zero: vec![0; scale.len()], scale, grain });
            vec![filter.clone(), Value { repr, data: Some(data), ..bias.clone() }]
        }
    };
    Some(values)
}

/// The greatest factor of a group.
const FACTOR: f32 = 15.0;

/// The greatest step of the groups of a filter.
fn steps(filter: &[f32], size: usize, most: f32) -> f32 {
    filter.chunks(size).map(|group| step(group, most)).fold(0.0, f32::max)
}

/// For each weight of a filter, how many times `unit` its step is: 1, or what suits its group best.
fn factors(filter: &[f32], size: Option<usize>, unit: f32, most: f32) -> Vec<f32> {
    let Some(size) = size else { return vec![1.0; filter.len()] };
    let factor = |group: &[f32]| {
        let factor = (step(group, most) / unit).round().clamp(1.0, FACTOR);
        std::iter::repeat_n(factor, group.len())
    };
    filter.chunks(size).flat_map(factor).collect()
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

/// The graph with the weights of its layers in half precision; lowering stores what is exact in it so.
pub(super) fn halves(graph: &Graph) -> Graph {
    let mut halved = graph.clone();
    for node in graph.nodes.iter().filter(|node| node.op.channel_axis().is_some()) {
        let Some(id) = node.inputs.get(1).filter(|id| is_float(graph, **id)) else { continue };
        let data = graph
            .value(*id)
            .reals()
            .map(|weights| weights.iter().flat_map(|w| widen(half(*w)).to_le_bytes()).collect());
        halved.values[id.0].data = data;
    }
    halved
}

/// The number next to `x` that half precision holds, ties to even; what is too large becomes the greatest.
fn half(x: f32) -> u16 {
    narrow(x.clamp(-MOST, MOST))
}

/// The greatest number of half precision.
pub(super) const MOST: f32 = 65504.0;

/// Numbers as halves.
pub(super) fn stored_halves(reals: &[f32]) -> Vec<u8> {
    reals.iter().flat_map(|x| half(*x).to_le_bytes()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_are_next_to_their_number() {
        for (x, y) in
            [(1.0, 1.0), (1.0004, 1.0), (1.0006, 1.000_976_6), (-0.1, -0.099_975_586), (1e9, 65504.0)]
        {
            assert_eq!(widen(half(x)), y);
        }
        assert_eq!([6e-8, 2e-8, f32::NEG_INFINITY].map(half), [1, 0, 0xfbff]);
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
