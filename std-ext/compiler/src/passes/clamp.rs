//! Clamps behind an operator of floats that can clamp by itself.

use crate::graph::{Activation, Graph, Op, Repr, Type, Unary};

/// Makes RELU, RELU6 and RELU_N1_TO_1 the activation of the operator before, where nothing else reads what that makes.
pub(super) fn fold(graph: &mut Graph) -> usize {
    let before = graph.nodes.len();
    for i in (0..graph.nodes.len()).rev() {
        let Some((clamp, activation)) = foldable(graph, i) else { continue };
        let outputs = graph.nodes.remove(clamp).outputs;
        let node = &mut graph.nodes[i];
        node.outputs = outputs;
        if let Some(own) = node.op.activation_mut() {
            *own = activation;
        }
    }
    before - graph.nodes.len()
}

/// The node that clamps what node `i` makes, and how.
fn foldable(graph: &Graph, i: usize) -> Option<(usize, Activation)> {
    let node = &graph.nodes[i];
    let &[y] = &node.outputs[..] else { return None };
    let is_float = graph.value(y).repr == Repr::Plain(Type::F32);
    let clamp =
        graph.only_reader(y).filter(|_| is_float && node.op.activation() == Some(Activation::None))?;
    let activation = match graph.nodes[clamp].op {
        Op::Unary(Unary::Relu) => Activation::Relu,
        Op::Unary(Unary::Relu6) => Activation::Relu6,
        Op::Unary(Unary::ReluN1To1) => Activation::ReluN1To1,
        _ => return None,
    };
    Some((clamp, activation))
}
