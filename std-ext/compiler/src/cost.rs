//! What operators cost: multiply-accumulates and trained numbers.

use crate::graph::{Graph, Node, Op};

/// Multiply-accumulates of a node; taps on padding count, as in every published figure.
pub fn macs(graph: &Graph, node: &Node) -> u64 {
    let elements = |ids: &[crate::graph::ValueId], i: usize| {
        ids.get(i).map_or(0, |id| graph.value(*id).elements() as u64)
    };
    let filter = || node.inputs.get(1).map(|id| graph.value(*id).shape.as_slice()).unwrap_or(&[]);
    let outputs = elements(&node.outputs, 0);
    match &node.op {
        // every output sees one filter: all but its first (output) axis
        Op::Conv2d { .. } | Op::FullyConnected { .. } => {
            outputs * filter().iter().skip(1).map(|&d| d as u64).product::<u64>()
        }
        Op::TransposeConv { window, .. } if window.stride == [1, 1] => {
            outputs * filter().iter().skip(1).map(|&d| d as u64).product::<u64>()
        }
        // every input pixel meets every filter
        Op::TransposeConv { .. } => {
            let pixels = graph.value(node.inputs[0]).shape.iter().take(3).map(|&d| d as u64).product::<u64>();
            pixels * elements(&node.inputs, 1)
        }
        Op::DepthwiseConv2d { .. } => {
            outputs * filter().iter().skip(1).take(2).map(|&d| d as u64).product::<u64>()
        }
        // every moment of every sequence sees every weight
        Op::Lstm(lstm) => {
            let width = lstm.position(8).and_then(|at| graph.value(node.inputs[at]).shape.last().copied());
            let moments = outputs.checked_div(width.unwrap_or(0) as u64).unwrap_or(0);
            let matrices = (1..9).chain([16]).filter_map(|number| lstm.position(number));
            moments * matrices.map(|at| elements(&node.inputs, at)).sum::<u64>()
        }
        Op::Svdf { .. } => {
            let batch = graph.value(node.outputs[0]).shape.first().map_or(0, |batch| *batch as u64);
            batch * (elements(&node.inputs, 1) + elements(&node.inputs, 2))
        }
        _ => 0,
    }
}

/// Trained numbers that a node reads: weights and biases.
pub fn parameters(graph: &Graph, node: &Node) -> u64 {
    let trained = matches!(
        node.op,
        Op::Conv2d { .. }
            | Op::DepthwiseConv2d { .. }
            | Op::FullyConnected { .. }
            | Op::TransposeConv { .. }
            | Op::LayerNorm { .. }
            | Op::Binary { .. }
            | Op::Lstm(_)
            | Op::Svdf { .. }
    );
    let constants = node.inputs.iter().map(|id| graph.value(*id)).filter(|v| trained && v.data.is_some());
    constants.map(|v| v.elements() as u64).sum()
}
