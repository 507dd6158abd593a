//! What the quantizer begins with: a graph of floats.

use super::QuantizeError;
use super::weights::channels;
use crate::graph::{Graph, Op, Repr, Type, Value, ValueId};

/// Makes integer weights of float layers floats, and checks that the graph is one that can be quantized.
///
/// # Errors
/// A graph that is quantized already, has nothing to quantize, or weights that are no numbers.
pub(super) fn plain(graph: &mut Graph) -> Result<(), QuantizeError> {
    let is_float = |value: &Value| value.repr == Repr::Plain(Type::F32);
    let mut integer: Vec<ValueId> = Vec::new();
    let mut any = false;
    for node in &graph.nodes {
        let computed = node.inputs.iter().filter(|id| graph.value(**id).data.is_none());
        if let Some(id) = computed.chain(&node.outputs).find(|id| graph.value(**id).repr.quant().is_some()) {
            return Err(QuantizeError::Quantized(graph.value(*id).name.clone()));
        }
        let float = node.inputs.first().is_some_and(|id| is_float(graph.value(*id)));
        any |= float;
        if float && !matches!(node.op, Op::Custom { .. }) {
            integer.extend(node.inputs.iter().filter(|id| graph.value(**id).repr.quant().is_some()));
        }
    }
    if !any {
        return Err(QuantizeError::Nothing);
    }
    for id in integer {
        let value = &mut graph.values[id.0];
        if let Some(reals) = reals(value) {
            value.data = Some(reals.iter().flat_map(|x| x.to_le_bytes()).collect());
            value.repr = Repr::Plain(Type::F32);
        }
    }
    for value in graph.values.iter().filter(|value| is_float(value)) {
        if reals(value).is_some_and(|reals| reals.iter().any(|x| x.is_nan())) {
            return Err(QuantizeError::Weights(value.name.clone()));
        }
    }
    Ok(())
}

/// The numbers that a constant of float32, int8 or int4 stands for; none for others.
pub(super) fn reals(value: &Value) -> Option<Vec<f32>> {
    let data = value.data.as_deref()?;
    let quant = match &value.repr {
        Repr::Plain(Type::F32) => {
            return Some(data.as_chunks().0.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect());
        }
        Repr::Quant(quant) if matches!(quant.store, Type::I8 | Type::I4) => quant,
        _ => return None,
    };
    let channel = channels(quant.grain, &value.shape);
    let real = |(i, byte): (usize, &u8)| {
        let at = channel(i);
        Some(quant.scale.get(at)? * (i32::from(byte.cast_signed()) - quant.zero.get(at)?) as f32)
    };
    data.iter().enumerate().map(real).collect()
}
