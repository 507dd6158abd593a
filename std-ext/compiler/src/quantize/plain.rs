//! What the quantizer begins with: a graph of floats.

use super::QuantizeError;
use crate::graph::{Graph, Repr, Type, Value};
use crate::passes;

/// A model as the quantizer sees it: float, behind all passes, so that nothing is folded into its weights any more.
///
/// # Errors
/// A graph that is quantized already, has nothing to quantize, or weights that are no numbers.
pub fn float(mut graph: Graph) -> Result<Graph, QuantizeError> {
    plain(&mut graph)?;
    passes::run(&mut graph);
    Ok(graph)
}

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
    graph.widen();
    for value in graph.values.iter().filter(|value| is_float(value)) {
        if value.reals().is_some_and(|reals| reals.iter().any(|x| x.is_nan())) {
            return Err(QuantizeError::Weights(value.name.clone()));
        }
    }
    Ok(())
}
