//! Multiplications and additions of constants behind a layer of floats, which is what batch normalization comes down to:
//! its filter and bias can do them. Rounding differs in the last bits.

use crate::graph::{Activation, Binary, Graph, Node, Op, Repr, Type, Value, ValueId};

/// Folds `y * c`, `y / c`, `y + c` and `y - c` into the layer that makes y, where nothing else reads y and c is a number
/// or one for each channel.
pub(super) fn fold(graph: &mut Graph) -> usize {
    let before = graph.nodes.len();
    let mut layer = 0;
    while layer < graph.nodes.len() {
        match Fold::find(graph, layer) {
            Some(fold) => fold.apply(graph, layer),
            None => layer += 1,
        }
    }
    before - graph.nodes.len()
}

/// What a layer can do besides.
struct Fold {
    /// The node that does it now.
    node: usize,
    /// What each channel is multiplied by, then what is added to it.
    channels: Vec<[f32; 2]>,
    activation: Activation,
}

impl Fold {
    fn find(graph: &Graph, layer: usize) -> Option<Self> {
        let Node { op, inputs, outputs, .. } = &graph.nodes[layer];
        let [unclamped, clamps] = match op {
            // weights along the last axis, one for each channel
            Op::LayerNorm { .. } => [graph.value(*inputs.get(1)?).shape.len() == 1, false],
            _ => [op.channel_axis().is_some() && op.activation() == Some(Activation::None), true],
        };
        let &[y] = &outputs[..] else { return None };
        if !unclamped || inputs.iter().skip(1).any(|id| floats(graph.value(*id)).is_none()) {
            return None;
        }
        let node = graph.only_reader(y)?;
        let Node { op: Op::Binary { op, activation }, inputs, outputs, .. } = &graph.nodes[node] else {
            return None;
        };
        let &[a, b] = &inputs[..] else { return None };
        let constant = if a == y { b } else { a };
        let made = graph.value(*outputs.first()?);
        let (y_shape, repr) = (&graph.value(y).shape, Repr::Plain(Type::F32));
        if !clamps && *activation != Activation::None
            || made.shape != *y_shape
            || made.repr != repr
            || graph.value(y).repr != repr
        {
            return None;
        }
        let numbers = per_channel(graph.value(constant), *y_shape.last()?)?;
        let change = |c: f32| match (op, a == y) {
            (Binary::Mul, _) => Some([c, 0.0]),
            (Binary::Div, true) => Some([1.0 / c, 0.0]),
            (Binary::Add, _) => Some([1.0, c]),
            (Binary::Sub, true) => Some([1.0, -c]),
            (Binary::Sub, false) => Some([-1.0, c]),
            _ => None,
        };
        let channels = numbers.into_iter().map(change).collect::<Option<Vec<_>>>()?;
        let finite = channels.iter().flatten().all(|x| x.is_finite());
        finite.then_some(Fold { node, channels, activation: *activation })
    }

    fn apply(self, graph: &mut Graph, layer: usize) {
        let reader = graph.nodes.remove(self.node);
        let mut node = graph.nodes[layer].clone();
        node.outputs = reader.outputs;
        if let Some(activation) = node.op.activation_mut() {
            *activation = self.activation;
        }
        let filter = graph.value(node.inputs[1]);
        let axis = node.op.channel_axis().unwrap_or_default();
        let inner: usize = filter.shape.iter().skip(axis + 1).product();
        let times = |(i, w): (usize, f32)| w * self.channels[i / inner.max(1) % self.channels.len()][0];
        let scaled = floats(filter).into_iter().flatten().enumerate().map(times).collect();
        let bias = node.inputs.get(2).and_then(|id| floats(graph.value(*id)));
        let bias = bias.unwrap_or_else(|| vec![0.0; self.channels.len()]);
        let shifted = bias.iter().zip(&self.channels).map(|(b, [times, plus])| b * times + plus).collect();
        let filter = constant(graph, node.inputs[1], filter.shape.clone(), scaled);
        let bias = constant(graph, node.inputs[1], vec![self.channels.len()], shifted);
        node.inputs = vec![node.inputs[0], filter, bias];
        graph.nodes[layer] = node;
    }
}

/// The numbers of a float constant.
fn floats(value: &Value) -> Option<Vec<f32>> {
    let data = value.data.as_ref().filter(|_| value.repr == Repr::Plain(Type::F32) && !value.state)?;
    Some(data.as_chunks().0.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect())
}

/// A float constant that is the same along all axes but the last, as a number for each of so many channels.
fn per_channel(value: &Value, channels: usize) -> Option<Vec<f32>> {
    let numbers = floats(value)?;
    match numbers[..] {
        [number] => Some(vec![number; channels]),
        _ => (numbers.len() == channels && value.shape.last() == Some(&channels)).then_some(numbers),
    }
}

/// A new constant beside one that others may read too.
fn constant(graph: &mut Graph, like: ValueId, shape: Vec<usize>, numbers: Vec<f32>) -> ValueId {
    let data = numbers.into_iter().flat_map(f32::to_le_bytes).collect();
    let name = graph.value(like).name.clone();
    graph.add(Value {
        name,
        shape,
        repr: Repr::Plain(Type::F32),
        data: Some(data),
        state: false,
        origin: None,
    })
}
