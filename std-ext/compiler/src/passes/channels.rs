//! Channels that are one number everywhere: layers are made without them.
//!
//! Training with a clamp kills channels: all weights of a filter become 0, and what it makes is constant. What a
//! constant channel adds to the layer behind is a number for each output, and that goes into its bias. A channel that
//! is only ever multiplied by 0 goes too, whatever it is.

use std::iter;

use crate::graph::{Activation, Grain, Graph, Margins, Node, Op, Quant, Repr, Type, Value, ValueId};
use crate::quant::{Multiplier, clamp, int8};
use midge_core::fixed::{multiply_twice, narrow};

/// Kernels take channels by fours.
const GRANULE: usize = 4;

/// Removes constant channels between a convolution and the convolution or fully connected layer that reads it, through
/// depthwise convolutions and pools, and those that such a reader multiplies by 0. Returns how often layers shrank.
pub(super) fn remove(graph: &mut Graph) -> usize {
    let nodes = graph.nodes.len();
    let mut cut = |sink| Cut::find(graph, sink).map(|cut| cut.apply(graph, sink)).is_some();
    // without its dead filters, a layer may leave channels before it unread
    iter::from_fn(|| Some((0..nodes).filter(|&sink| cut(sink)).count())).take_while(|cuts| *cuts > 0).sum()
}

/// What to leave out between two layers.
struct Cut {
    /// The nodes from the convolution that makes the channels to the last one before the layer that reads them.
    chain: Vec<usize>,
    /// The number that each channel is, where it can go.
    gone: Vec<Option<i8>>,
}

impl Cut {
    /// The channels that need not reach node `sink`.
    fn find(graph: &Graph, sink: usize) -> Option<Self> {
        let reader = &graph.nodes[sink];
        let margins = match &reader.op {
            Op::Conv2d { window, .. } => window.margins,
            Op::FullyConnected { .. } => Margins::default(),
            _ => return None,
        };
        let x = *reader.inputs.first()?;
        let channels = *graph.value(x).shape.last()?;
        let (filter, data) = weights(graph, reader)?;
        if !filter.shape.last()?.is_multiple_of(channels) {
            return None;
        }
        let chain = chain(graph, x)?;
        let mut constants = vec![None; channels];
        for &node in &chain {
            constants = through(graph, &graph.nodes[node], &constants)?;
        }
        // where the layer pads, it is with its zero point: another number would not be the same everywhere
        let (_, zero) = int8(graph.value(x)).ok()?;
        let padded = margins != Margins::default();
        let from_zero = filter.repr.quant()?.zero.iter().all(|zero| *zero == 0);
        let unread = |c: usize| from_zero && data.iter().skip(c).step_by(channels).all(|w| *w == 0);
        let known = constants.into_iter().map(|c| c.filter(|c| !padded || *c == zero));
        let mut gone: Vec<_> =
            known.enumerate().map(|(i, c)| c.or_else(|| unread(i).then_some(zero))).collect();
        let left = gone.iter().filter(|c| c.is_none()).count();
        let mut more = left.next_multiple_of(GRANULE).max(GRANULE) - left;
        for channel in gone.iter_mut().filter(|c| c.is_some()) {
            if more == 0 {
                break;
            }
            (*channel, more) = (None, more - 1);
        }
        gone.iter().any(Option::is_some).then_some(Cut { chain, gone })
    }

    /// Rewrites the layers.
    fn apply(&self, graph: &mut Graph, sink: usize) {
        // while x still has all its channels
        self.fold(graph, sink);
        let last = graph.value(graph.nodes[sink].inputs[1]).shape.len() - 1;
        self.select(graph, sink, 1, last);
        let left = self.gone.iter().filter(|c| c.is_none()).count();
        for &node in &self.chain {
            if let Op::Conv2d { .. } | Op::DepthwiseConv2d { .. } = graph.nodes[node].op {
                // filters lie along the first axis of a convolution, and along the last of a depthwise one
                let axis = if matches!(graph.nodes[node].op, Op::Conv2d { .. }) { 0 } else { 3 };
                for (input, axis) in [(1, axis), (2, 0)] {
                    self.select(graph, node, input, axis);
                }
            }
            let y = graph.nodes[node].outputs[0];
            if let Some(channels) = graph.values[y.0].shape.last_mut() {
                *channels = left;
            }
        }
    }

    /// Gives an input of a node without the channels that go, which lie along an axis, perhaps several times over.
    fn select(&self, graph: &mut Graph, node: usize, input: usize, axis: usize) {
        let Some(&id) = graph.nodes[node].inputs.get(input) else { return };
        let mut value = graph.value(id).clone();
        let stays = |i: usize| self.gone[i % self.gone.len()].is_none();
        let extent = value.shape[axis];
        let inside = value.shape[axis + 1..].iter().product::<usize>() * value.repr.store().bytes();
        if let Some(data) = &value.data {
            let slices = data.chunks_exact(inside).enumerate();
            value.data =
                Some(slices.filter(|(i, _)| stays(i % extent)).flat_map(|(_, s)| s.to_vec()).collect());
        }
        let along = |grain: &Grain| matches!(grain, Grain::Channel(along) | Grain::Groups { axis: along, .. } if *along == axis);
        if let Repr::Quant(Quant { scale, zero, grain, .. }) = &mut value.repr
            && along(grain)
        {
            let mut i = 0..;
            scale.retain(|_| i.next().is_some_and(stays));
            let mut i = 0..;
            zero.retain(|_| i.next().is_some_and(stays));
        }
        value.shape[axis] = (0..extent).filter(|i| stays(*i)).count();
        let id = graph.add(value);
        graph.nodes[node].inputs[input] = id;
    }

    /// Adds what the channels that go would have added to the biases of node `sink`.
    fn fold(&self, graph: &mut Graph, sink: usize) {
        let reader = &graph.nodes[sink];
        let Some((filter, data)) = weights(graph, reader) else { return };
        let x_zero = int8(graph.value(reader.inputs[0])).map_or(0, |(_, zero)| i32::from(zero));
        let zeros = filter.repr.quant().map_or(vec![0], |q| q.zero.clone());
        let outputs = filter.shape[0];
        let mut biases = bias(graph, reader, outputs);
        for (o, taps) in data.chunks_exact(data.len() / outputs).enumerate() {
            let zero = zeros[o % zeros.len()];
            for (w, constant) in taps.iter().zip(self.gone.iter().cycle()) {
                if let Some(constant) = constant {
                    let w = i32::from(w.cast_signed()) - zero;
                    biases[o] = biases[o].wrapping_add(w * (i32::from(*constant) - x_zero));
                }
            }
        }
        let mut value = match reader.inputs.get(2) {
            Some(id) => graph.value(*id).clone(),
            None => Value {
                name: format!("{}: biases", filter.name),
                shape: vec![outputs],
                repr: Repr::Plain(Type::I32),
                data: None,
                state: false,
                origin: None,
            },
        };
        value.data = Some(biases.iter().flat_map(|b| b.to_le_bytes()).collect());
        let id = graph.add(value);
        graph.nodes[sink].inputs.truncate(2);
        graph.nodes[sink].inputs.push(id);
    }
}

/// The nodes from the convolution whose channels are those of `x` to the one that makes `x`, if nothing else reads what
/// they make.
fn chain(graph: &Graph, mut x: ValueId) -> Option<Vec<usize>> {
    let mut chain = Vec::new();
    loop {
        let reads = |node: &&Node| node.inputs.contains(&x);
        if graph.outputs.contains(&x) || graph.nodes.iter().filter(reads).count() != 1 {
            return None;
        }
        let at = graph.nodes.iter().position(|node| node.outputs == [x])?;
        let node = &graph.nodes[at];
        chain.insert(0, at);
        let channels = |id: ValueId| graph.value(id).shape.last();
        let before = *node.inputs.first()?;
        match node.op {
            Op::Conv2d { .. } => return Some(chain),
            Op::DepthwiseConv2d { multiplier: 1, .. }
            | Op::AveragePool2d { .. }
            | Op::MaxPool2d { .. }
            | Op::Reshape
                if channels(before) == channels(x) =>
            {
                x = before;
            }
            _ => return None,
        }
    }
}

/// The constant channels of a node's output, given those of its input.
fn through(graph: &Graph, node: &Node, x: &[Option<i8>]) -> Option<Vec<Option<i8>>> {
    match &node.op {
        Op::Reshape => Some(x.to_vec()),
        Op::AveragePool2d { activation, .. } | Op::MaxPool2d { activation, .. } => {
            let (scale, zero) = int8(graph.value(node.outputs[0])).ok()?;
            let (lo, hi) = clamp(*activation, scale, zero);
            Some(x.iter().map(|c| c.map(|c| narrow(i32::from(c), lo, hi))).collect())
        }
        Op::Conv2d { activation, .. } => {
            let (filter, data) = weights(graph, node)?;
            let filters = data.chunks_exact((data.len() / filter.shape[0]).max(1));
            let sums = filters.map(|taps| taps.iter().all(|w| *w == 0).then_some(0));
            outputs(graph, node, *activation, sums)
        }
        Op::DepthwiseConv2d { window, activation, .. } => {
            let (_, data) = weights(graph, node)?;
            let (_, zero) = int8(graph.value(node.inputs[0])).ok()?;
            let padded = window.margins != Margins::default();
            let sums = x.iter().enumerate().map(|(c, constant)| {
                let taps = data.iter().skip(c).step_by(x.len()).map(|w| i32::from(w.cast_signed()));
                let sum: i32 = taps.clone().sum();
                match constant {
                    _ if taps.clone().all(|w| w == 0) => Some(0),
                    Some(v) if *v == zero || !padded => Some(sum * (i32::from(*v) - i32::from(zero))),
                    _ => None,
                }
            });
            outputs(graph, node, *activation, sums)
        }
        _ => None,
    }
}

/// The outputs of a convolution's channels whose sum of products is known.
fn outputs(
    graph: &Graph,
    node: &Node,
    activation: Activation,
    sums: impl Iterator<Item = Option<i32>>,
) -> Option<Vec<Option<i8>>> {
    let (x_scale, _) = int8(graph.value(node.inputs[0])).ok()?;
    let (y_scale, y_zero) = int8(graph.value(node.outputs[0])).ok()?;
    let scales = &weights(graph, node)?.0.repr.quant()?.scale;
    let (lo, hi) = clamp(activation, y_scale, y_zero);
    let channels = graph.value(node.outputs[0]).shape.last().copied()?;
    let biases = bias(graph, node, channels);
    let made = sums.zip(biases).zip(scales.iter().cycle()).map(|((sum, bias), scale)| {
        let m = Multiplier::new(f64::from(x_scale) * f64::from(*scale) / f64::from(y_scale)).ok()?;
        let scaled = multiply_twice(bias.wrapping_add(sum?), m.value, m.shift);
        Some(narrow(scaled.wrapping_add(i32::from(y_zero)), lo, hi))
    });
    Some(made.collect())
}

/// The constant int8 filter of a layer over int8; none whose zero point is not 0, unless it is fully connected.
fn weights<'g>(graph: &'g Graph, node: &Node) -> Option<(&'g Value, &'g [u8])> {
    let filter = graph.value(*node.inputs.get(1)?);
    let quant = filter.repr.quant().filter(|q| matches!(q.store, Type::I8 | Type::I4))?;
    let dense = matches!(node.op, Op::FullyConnected { .. });
    int8(graph.value(*node.inputs.first()?)).ok()?;
    let whole = matches!(&node.op, Op::Conv2d { .. })
        && filter.shape.last() != graph.value(node.inputs[0]).shape.last();
    if whole || !dense && quant.zero.iter().any(|zero| *zero != 0) {
        return None;
    }
    filter.data.as_deref().filter(|data| !data.is_empty()).map(|data| (filter, data))
}

/// The biases of a layer; zeros where it has none.
fn bias(graph: &Graph, node: &Node, outputs: usize) -> Vec<i32> {
    let data = node.inputs.get(2).and_then(|id| graph.value(*id).data.as_deref()).unwrap_or(&[]);
    let biases: Vec<i32> = data.as_chunks().0.iter().map(|b| i32::from_le_bytes(*b)).collect();
    if biases.len() == outputs { biases } else { vec![0; outputs] }
}
