//! What the quantizer begins with: a graph of floats.

use super::QuantizeError;
use crate::graph::{Graph, Node, Op, Repr, Type, Value, ValueId};
use std::collections::HashMap;

/// Makes integer weights of float layers floats, and checks that the graph is one that can be quantized.
///
/// # Errors
/// A graph that is quantized already, has nothing to quantize, or weights that are no numbers.
pub(super) fn plain(graph: &mut Graph) -> Result<(), QuantizeError> {
    let is_float = |value: &Value| value.repr == Repr::Plain(Type::F32);
    let mut any = false;
    for node in &graph.nodes {
        let computed = node.inputs.iter().filter(|id| graph.value(**id).data.is_none());
        if let Some(id) = computed.chain(&node.outputs).find(|id| graph.value(**id).repr.quant().is_some()) {
            return Err(QuantizeError::Quantized(graph.value(*id).name.clone()));
        }
        any |= node.inputs.first().is_some_and(|id| is_float(graph.value(*id)));
    }
    if !any {
        return Err(QuantizeError::Nothing);
    }
    widen(graph);
    for value in graph.values.iter().filter(|value| is_float(value)) {
        if value.reals().is_some_and(|reals| reals.iter().any(|x| x.is_nan())) {
            return Err(QuantizeError::Weights(value.name.clone()));
        }
    }
    Ok(())
}

/// Makes integer weights of layers that compute in floats floats too: there is no kernel for both.
pub(super) fn widen(graph: &mut Graph) {
    let mut wide = HashMap::<ValueId, ValueId>::new();
    for i in 0..graph.nodes.len() {
        let Node { op, inputs, .. } = graph.nodes[i].clone();
        let float = inputs.first().is_some_and(|id| graph.value(*id).repr == Repr::Plain(Type::F32));
        if !float || matches!(op, Op::Custom { .. }) {
            continue;
        }
        for (at, id) in inputs.into_iter().enumerate() {
            let value = graph.value(id);
            let Some(reals) = value.reals().filter(|_| value.repr.quant().is_some()) else { continue };
            let data = Some(reals.iter().flat_map(|x| x.to_le_bytes()).collect());
            let value = Value { data, repr: Repr::Plain(Type::F32), ..value.clone() };
            graph.nodes[i].inputs[at] = *wide.entry(id).or_insert_with(|| graph.add(value));
        }
    }
}
