//! Operators of a float graph, as operations on tensors.

use midge_compiler::graph::{Activation, Binary, Graph, Node, Op, Reduce, Repr, Type, Unary};

use super::movement::{aligned, joined, moved, padded};
use super::{back, filter, image, refused, window};
use crate::{Result, Shape, Tensor};

/// Whether [`play`] knows the operator.
pub(super) fn is_played(graph: &Graph, node: &Node) -> bool {
    if node.outputs.len() != 1 || node.inputs.iter().chain(&node.outputs).any(|id| graph.value(*id).state) {
        return false;
    }
    let constant = |i: usize| node.inputs.get(i).is_some_and(|id| graph.value(*id).data.is_some());
    match &node.op {
        Op::Conv2d { .. } | Op::DepthwiseConv2d { .. } | Op::FullyConnected { .. } => {
            (1..node.inputs.len()).all(constant)
        }
        Op::Unary(op) => !matches!(op, Unary::LogicalNot | Unary::Ceil),
        Op::Binary { op, .. } => matches!(
            op,
            Binary::Add
                | Binary::Sub
                | Binary::Mul
                | Binary::Div
                | Binary::Maximum
                | Binary::Minimum
                | Binary::SquaredDifference
                | Binary::Pow
                | Binary::Prelu
        ),
        Op::Reduce { op, .. } => matches!(op, Reduce::Mean | Reduce::Sum | Reduce::Max | Reduce::Min),
        Op::Pad { .. } => node.inputs.len() == 1 || constant(1),
        // rows of a table, or slices that are the same for all
        Op::Gather { axis, batch: 0 } => constant(1) || (*axis == 0 && constant(0)),
        Op::BatchMatMul { .. }
        | Op::AveragePool2d { .. }
        | Op::MaxPool2d { .. }
        | Op::Select
        | Op::Softmax { .. }
        | Op::LogSoftmax
        | Op::L2Normalize
        | Op::LayerNorm { .. }
        | Op::Reshape
        | Op::Transpose { .. }
        | Op::Slice { .. }
        | Op::Broadcast
        | Op::Tile { .. }
        | Op::View(_)
        | Op::Concatenation { .. } => true,
        _ => false,
    }
}

/// What a node makes of what it reads.
pub(crate) fn play(graph: &Graph, node: &Node, inputs: &[&Tensor]) -> Result<Tensor> {
    let input = |i: usize| inputs.get(i).copied().ok_or_else(|| refused("it reads too little"));
    let x = input(0)?;
    let Some(made) = node.outputs.first() else { return Err(refused("it makes nothing")) };
    let y = &graph.value(*made).shape[..];
    let shape = |rows: usize| -> Shape { [rows].into_iter().chain(y.iter().copied()).collect() };
    if let Some(moved) = moved(&node.op, x, y) {
        return moved;
    }
    match &node.op {
        Op::Conv2d { window: w, activation } | Op::DepthwiseConv2d { window: w, activation, .. } => {
            let (n, x) = (x.shape()[1], image(x)?);
            let filter = filter(&node.op, input(1)?)?;
            let groups = x.shape()[1] / filter.shape()[1].max(1);
            let bias = inputs.get(2).map(|bias| bias.reshape(bias.elements())).transpose()?;
            let y = x.conv2d(&filter, bias.as_ref(), window(w, [0, 0]), groups)?;
            back(&clamped(y, *activation)?, n)
        }
        Op::FullyConnected { activation } => {
            let filter = input(1)?.squeeze(0)?;
            let (rows, depth) = (x.shape()[0], filter.shape().last(0));
            let bias = inputs.get(2).map(|bias| bias.reshape(bias.elements())).transpose()?;
            let y = x.reshape([x.elements() / depth.max(1), depth])?.linear(&filter, bias.as_ref())?;
            clamped(y, *activation)?.reshape(shape(rows))
        }
        Op::BatchMatMul { transposed } => {
            let [a, b] = &aligned(&[x, input(1)?])?[..] else { return Err(refused("it reads too little")) };
            let turned = |x: &Tensor, turn: bool| if turn { x.transpose(-1, -2) } else { Ok(x.clone()) };
            turned(a, transposed[0])?.matmul(&turned(b, transposed[1])?)
        }
        Op::AveragePool2d { size, window: w, activation } => {
            let n = x.shape()[1];
            back(&clamped(image(x)?.avg_pool2d(window(w, *size), false)?, *activation)?, n)
        }
        Op::MaxPool2d { size, window: w, activation } => {
            let n = x.shape()[1];
            back(&clamped(image(x)?.max_pool2d(window(w, *size))?, *activation)?, n)
        }
        Op::Unary(op) => unary(*op, x),
        Op::Binary { op, activation } => match &aligned(&[x, input(1)?])?[..] {
            [a, b] => clamped(binary(*op, a, b)?, *activation),
            _ => Err(refused("it reads too little")),
        },
        Op::Select => match &aligned(&[x, input(1)?, input(2)?])?[..] {
            [condition, yes, no] => condition.select(yes, no),
            _ => Err(refused("it reads too little")),
        },
        Op::Reduce { op, axes, .. } => {
            let axes: Vec<isize> = axes.iter().map(|axis| *axis as isize + 1).collect();
            let folded = match op {
                // no axes at all would be all of them, rows too
                _ if axes.is_empty() => x.clone(),
                Reduce::Mean => x.mean(&axes, true)?,
                Reduce::Sum => x.sum(&axes, true)?,
                Reduce::Max => x.amax(&axes, true)?,
                Reduce::Min => x.amin(&axes, true)?,
                _ => return Err(refused("it is not played")),
            };
            folded.reshape(shape(x.shape()[0]))
        }
        Op::Softmax { beta } => {
            if *beta == 1.0 {
                x.softmax(-1)
            } else {
                x.map(|x| x * *beta)?.softmax(-1)
            }
        }
        Op::LogSoftmax => x.log_softmax(-1),
        Op::L2Normalize => {
            let square = x.map(|x| x.clone() * x)?.sum(&[-1], true)?;
            x.div(&square.map(|s| s.at_least(1e-6).sqrt())?)
        }
        Op::LayerNorm { epsilon, centred } => {
            let axes = 1..input(1)?.rank();
            let axes: Vec<isize> = axes.map(|axis| -(axis as isize)).collect();
            let x = if *centred { x.sub(&x.mean(&axes, true)?)? } else { x.clone() };
            let variance = x.map(|x| x.clone() * x)?.mean(&axes, true)?;
            let y = x.mul(&variance.map(|v| (v + *epsilon).sqrt().recip())?)?;
            match &aligned(&[&y, input(1)?, input(2)?])?[..] {
                [y, weights, biases] => y.mul(weights)?.add(biases),
                _ => Err(refused("it reads too little")),
            }
        }
        Op::Pad { margins } => {
            let number = match inputs.get(1) {
                None => 0.0,
                Some(number) => number.to_vec::<f32>()?.first().copied().unwrap_or_default(),
            };
            padded(x, margins, number)
        }
        Op::Concatenation { axis } => joined(inputs, *axis),
        Op::Gather { axis, .. } => {
            let indices = input(1)?.to(crate::Type::I64)?;
            let constant = node.inputs.get(1).is_some_and(|id| graph.value(*id).data.is_some());
            if constant {
                let x = x.index_select(*axis as isize + 1, &indices.reshape(indices.elements())?)?;
                return x.reshape(shape(x.shape()[0]));
            }
            let table = x.squeeze(0)?;
            let (rows, entries) = (indices.shape()[0], table.shape()[0]);
            let table = table.reshape([entries, table.elements() / entries.max(1)])?;
            table.embedding(&indices)?.reshape(shape(rows))
        }
        _ => Err(refused("it is not played")),
    }
}

/// With the clamp that is part of an operator.
fn clamped(y: Tensor, activation: Activation) -> Result<Tensor> {
    match activation {
        Activation::None => Ok(y),
        Activation::Relu => y.relu(),
        Activation::Relu6 => y.clamp(0.0, 6.0),
        Activation::ReluN1To1 => y.clamp(-1.0, 1.0),
    }
}

fn unary(op: Unary, x: &Tensor) -> Result<Tensor> {
    match op {
        Unary::Relu => x.relu(),
        Unary::Relu6 => x.clamp(0.0, 6.0),
        Unary::ReluN1To1 => x.clamp(-1.0, 1.0),
        Unary::Relu0To1 => x.clamp(0.0, 1.0),
        Unary::LeakyRelu { alpha } => x.leaky_relu(alpha),
        Unary::Elu => x.elu(1.0),
        Unary::HardSwish => x.map(|x| x.clone() * (x + 3.0).at_least(0.0).at_most(6.0) * (1.0 / 6.0)),
        Unary::Swish => x.swish(),
        Unary::Gelu { approximate: false } => x.gelu(),
        Unary::Gelu { approximate: true } => x.map(|x| {
            let cube = x.clone() * x.clone() * x.clone();
            let inner = (x.clone() + cube * 0.044_715) * (2.0 / std::f32::consts::PI).sqrt();
            x * 0.5 * (inner.tanh() + 1.0)
        }),
        Unary::Logistic => x.sigmoid(),
        Unary::Tanh => x.tanh(),
        Unary::Abs => x.abs(),
        Unary::Neg => x.neg(),
        Unary::Sqrt => x.sqrt(),
        Unary::Rsqrt => x.map(|x| x.sqrt().recip()),
        Unary::Square => x.map(|x| x.clone() * x),
        Unary::Exp => x.exp(),
        Unary::Log => x.log(),
        Unary::Sin => x.sin(),
        Unary::Cos => x.cos(),
        Unary::Floor => x.floor(),
        Unary::Round => x.round(),
        Unary::Ceil | Unary::LogicalNot => Err(refused("it is not played")),
    }
}

fn binary(op: Binary, a: &Tensor, b: &Tensor) -> Result<Tensor> {
    match op {
        Binary::Add => a.add(b),
        Binary::Sub => a.sub(b),
        Binary::Mul => a.mul(b),
        Binary::Div => a.div(b),
        Binary::Maximum => a.maximum(b),
        Binary::Minimum => a.minimum(b),
        Binary::SquaredDifference => a.map_with(b, |a, b| (a.clone() - b.clone()) * (a - b)),
        Binary::Pow => a.pow(b),
        Binary::Prelu => a.map_with(b, |a, b| a.above(0.0).select(&a, &(a.clone() * b))),
        _ => Err(refused("it is not played")),
    }
}

/// Whether a node has to do with nothing but floats, truth values and indices.
pub(crate) fn is_plain(graph: &Graph, node: &Node) -> bool {
    let plain = |repr: &Repr| matches!(repr, Repr::Plain(kind) if *kind != Type::F16);
    node.inputs.iter().chain(&node.outputs).all(|id| plain(&graph.value(*id).repr))
}
