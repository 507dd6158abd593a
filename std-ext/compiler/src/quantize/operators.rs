//! What the quantizer knows of operators: which have integer kernels, and what their scales have to do with each other.

use crate::graph::{
    Activation, Binary, Grain, Graph, Node, Op, Quant, Reduce, Repr, Resize, Type, Unary, ValueId,
};
use crate::import::Refusal;

/// Whether a value is float.
pub(super) fn is_float(graph: &Graph, id: ValueId) -> bool {
    graph.value(id).repr == Repr::Plain(Type::F32)
}

/// Why a node stays as it is; none for one that can be quantized, as far as that can be told without lowering it.
pub(super) fn obstacle(graph: &Graph, node: &Node) -> Option<&'static str> {
    if node.inputs.iter().chain(&node.outputs).any(|id| graph.value(*id).state) {
        return Some("keeps a state, which is not quantized yet");
    }
    if node.op.channel_axis().is_some() {
        let is_constant = |id: &ValueId| graph.value(*id).data.is_some();
        return (!node.inputs.iter().skip(1).all(is_constant))
            .then_some("has weights that are computed at run time");
    }
    match node.op {
        Op::Lstm(_) | Op::Svdf { .. } | Op::Assign => Some("keeps a state, which is not quantized yet"),
        Op::Binary { op: Binary::Div | Binary::Pow | Binary::FloorDiv | Binary::FloorMod, .. }
        | Op::Unary(Unary::Sqrt | Unary::Rsqrt | Unary::Log)
        | Op::Reduce { op: Reduce::Prod, .. } => Some("loses too much in integers"),
        // LiteRT's negates integers, whatever stands for 0
        Op::Unary(Unary::Neg) | Op::Cast | Op::Quantize | Op::Dequantize | Op::Custom { .. } => {
            Some("has no integer kernel")
        }
        _ => None,
    }
}

/// What is said of a node that stays float; nothing of one that has nothing to do with floats.
pub(super) fn refusal(graph: &Graph, node: &Node, reason: &str) -> Option<Refusal> {
    let float = node.inputs.iter().chain(&node.outputs).any(|id| is_float(graph, *id));
    float.then(|| Refusal { index: Some(node.origin), name: node.op.name().into(), reason: reason.into() })
}

/// What a node reads but weights and biases.
pub(super) fn activations(node: &Node) -> &[ValueId] {
    let weighted = node.op.channel_axis().is_some() || matches!(node.op, Op::LayerNorm { .. });
    let count = if weighted { 1 } else { node.inputs.len() };
    &node.inputs[..count.min(node.inputs.len())]
}

/// The function that all readers of a value compute of it, if it is one that is flat somewhere.
pub(super) fn seen_through(graph: &Graph, id: ValueId) -> Option<fn(f64) -> f64> {
    let mut readers = graph.nodes.iter().filter(|node| node.inputs.contains(&id)).map(|node| &node.op);
    let first = readers.next().filter(|_| !graph.outputs.contains(&id))?;
    let Op::Unary(function) = first else { return None };
    let flat: fn(f64) -> f64 = match function {
        Unary::Elu => |x| if x < 0.0 { x.exp_m1() } else { x },
        Unary::HardSwish => |x| x * (x + 3.0).clamp(0.0, 6.0) / 6.0,
        // so near to x times a logistic function that ranges are the same
        Unary::Gelu { .. } => |x| x / (1.0 + (-1.702 * x).exp()),
        Unary::Swish => |x| x / (1.0 + (-x).exp()),
        Unary::Logistic => |x| 1.0 / (1.0 + (-x).exp()),
        Unary::Tanh => f64::tanh,
        _ => return None,
    };
    readers.all(|op| op == first).then_some(flat)
}

/// Whether all activations of an operator have one scale.
pub(super) fn is_tied(node: &Node) -> bool {
    is_moving(node)
        || match node.op {
            Op::AveragePool2d { .. }
            | Op::MaxPool2d { .. }
            | Op::Select
            | Op::TopK { .. }
            | Op::Cumsum { .. }
            | Op::Pad { .. }
            | Op::Concatenation { .. }
            | Op::OneHot { .. }
            | Op::UpdateSlice
            | Op::Resize { .. } => true,
            Op::Binary { op, .. } => matches!(op, Binary::Maximum | Binary::Minimum),
            _ => false,
        }
}

/// Whether an operator makes nothing but elements of its first input: it works on integers as on what they stand for.
pub(super) fn is_moving(node: &Node) -> bool {
    match node.op {
        Op::MaxPool2d { activation: Activation::None, .. }
        | Op::Reshape
        | Op::Transpose { .. }
        | Op::Slice { .. }
        | Op::Broadcast
        | Op::Tile { .. }
        | Op::View(_)
        | Op::MirrorPad { .. }
        | Op::Gather { .. }
        | Op::GatherNd
        | Op::Resize { method: Resize::Nearest, .. }
        | Op::Reduce { op: Reduce::Max | Reduce::Min, .. } => true,
        // 0 is an element of every scale
        Op::Pad { .. } => node.inputs.len() == 1,
        _ => false,
    }
}

/// The scale and zero point that an operator's output has to have.
pub(super) fn fixed(op: &Op, store: Type) -> Option<Quant> {
    let (scale, zero) = match (op, store) {
        (Op::Softmax { .. } | Op::Unary(Unary::Logistic), Type::I8) => (1.0 / 256.0, -128),
        (Op::Unary(Unary::Tanh) | Op::L2Normalize, Type::I8) => (1.0 / 128.0, 0),
        (Op::LogSoftmax, Type::I8) => (1.0 / 16.0, 127),
        (Op::Softmax { .. } | Op::Unary(Unary::Logistic | Unary::Tanh), Type::I16) => (1.0 / 32768.0, 0),
        _ => return None,
    };
    Some(Quant { store, scale: vec![scale], zero: vec![zero], grain: Grain::Tensor })
}
