//! Channels between two layers, brought to like ranges: the first layer divides each by a number, the second multiplies by
//! it. The network computes the same but for rounding, and one scale for all channels suits each of them.

use crate::graph::{Activation, Grain, Graph, Node, Op, Reduce, Repr, Type, ValueId};

/// Most sweeps over all pairs; a layer in the middle belongs to two.
const SWEEPS: usize = 20;

/// Equalizes every pair of layers, and says how many there are.
pub(super) fn equalize(graph: &mut Graph) -> usize {
    let pairs: Vec<Pair> = (0..graph.nodes.len()).filter_map(|first| Pair::find(graph, first)).collect();
    for _ in 0..SWEEPS {
        let moved = pairs.iter().map(|pair| pair.balance(graph)).fold(1.0, f32::max);
        if moved < 1.01 {
            break;
        }
    }
    pairs.len()
}

/// Two layers with channels between them that nothing else reads.
struct Pair {
    first: usize,
    second: usize,
    channels: usize,
}

impl Pair {
    /// The pair that begins with a node.
    fn find(graph: &Graph, first: usize) -> Option<Self> {
        let node = &graph.nodes[first];
        node.op.channel_axis().filter(|_| scales(&node.op) && owns(graph, first))?;
        let mut made = *node.outputs.first()?;
        let channels = *graph.value(made).shape.last()?;
        let second = loop {
            let reader = graph.only_reader(made)?;
            let Node { op, outputs, .. } = &graph.nodes[reader];
            if op.channel_axis().is_some() {
                break reader;
            }
            let shape = &graph.value(made).shape;
            let through = match op {
                Op::MaxPool2d { .. } | Op::AveragePool2d { .. } => scales(op),
                Op::Reduce { op: Reduce::Mean, axes, .. } => !axes.contains(&(shape.len() - 1)),
                _ => false,
            };
            made = *outputs.first().filter(|_| through)?;
        };
        let Node { op, inputs, .. } = &graph.nodes[second];
        let filter = &graph.value(*inputs.get(1)?).shape;
        let reads = match op {
            Op::Conv2d { .. } | Op::FullyConnected { .. } => *filter.last()?,
            Op::DepthwiseConv2d { multiplier, .. } => filter.last()? / (*multiplier).max(1),
            _ => return None,
        };
        let all = reads == channels && graph.value(made).shape.last() == Some(&channels);
        (all && inputs.first() == Some(&made) && owns(graph, second)).then_some(Pair {
            first,
            second,
            channels,
        })
    }

    /// Makes the greatest weights, or bias, before each channel and the greatest weights behind it alike. Gives the greatest
    /// factor, or its reciprocal.
    fn balance(&self, graph: &mut Graph) -> f32 {
        let (first, second) = (&graph.nodes[self.first], &graph.nodes[self.second]);
        let (before, behind) = (first.inputs[1], second.inputs[1]);
        let axis = first.op.channel_axis().unwrap_or_default();
        let made = Grain::Channel(axis).channels(&graph.value(before).shape);
        let each = match second.op {
            Op::DepthwiseConv2d { multiplier, .. } => multiplier.max(1),
            _ => 1,
        };
        let read = |i: usize| i / each % self.channels;
        let greatest = |id: ValueId, channel: &dyn Fn(usize) -> usize| {
            let mut most = vec![0f32; self.channels];
            for (i, weight) in graph.value(id).reals().into_iter().flatten().enumerate() {
                let most = &mut most[channel(i)];
                *most = most.max(weight.abs());
            }
            most
        };
        let factor = |(before, behind): (&f32, &f32)| {
            Some((before / behind).sqrt()).filter(|factor| factor.is_normal()).unwrap_or(1.0)
        };
        // a bias is as much as weights make of numbers up to 1
        let mut most = greatest(before, &made);
        let bias = first.inputs.get(2).copied();
        let biases = bias.map(|bias| greatest(bias, &|i| i)).unwrap_or_default();
        most.iter_mut().zip(biases).for_each(|(most, bias)| *most = most.max(bias));
        let factors: Vec<f32> = most.iter().zip(&greatest(behind, &read)).map(factor).collect();
        scale(graph, before, |i| 1.0 / factors[made(i)]);
        if let Some(bias) = bias {
            scale(graph, bias, |i| 1.0 / factors[i]);
        }
        scale(graph, behind, |i| factors[read(i)]);
        factors.iter().fold(1.0, |most, factor| most.max(*factor).max(1.0 / factor))
    }
}

/// Whether a multiple of what an operator reads makes it a multiple of what it writes. One that clamps above does not.
fn scales(op: &Op) -> bool {
    matches!(op.activation(), Some(Activation::None | Activation::Relu))
}

/// Whether a layer's weights and biases are constant floats that no other node reads.
fn owns(graph: &Graph, node: usize) -> bool {
    graph.nodes[node].inputs.iter().skip(1).all(|id| {
        let value = graph.value(*id);
        value.data.is_some() && value.repr == Repr::Plain(Type::F32) && graph.only_reader(*id) == Some(node)
    })
}

/// Multiplies each number of a constant.
fn scale(graph: &mut Graph, id: ValueId, by: impl Fn(usize) -> f32) {
    let value = &mut graph.values[id.0];
    let scaled = value
        .reals()
        .map(|reals| reals.iter().enumerate().flat_map(|(i, x)| (x * by(i)).to_le_bytes()).collect());
    value.data = scaled;
}
