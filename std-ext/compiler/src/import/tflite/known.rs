//! Small integers that are known before the model runs: what loops count with, and what takes tensors apart in them.

use crate::eval;
use crate::graph::{Graph, Node, Op, Repr, Rounding, Type, Value, ValueId};

/// The most elements of a tensor that is computed here.
const MOST: usize = 64;

/// The most work that this is: loops may come here often.
const WORK: usize = 1 << 16;

/// The numbers of a constant of plain integers or truth values.
pub(super) fn numbers(value: &Value) -> Option<Vec<i64>> {
    let data = value.data.as_ref().filter(|_| !value.state)?;
    match value.repr {
        Repr::Plain(Type::I32) => {
            Some(data.as_chunks().0.iter().map(|b| i64::from(i32::from_le_bytes(*b))).collect())
        }
        Repr::Plain(Type::I64) => Some(data.as_chunks().0.iter().map(|b| i64::from_le_bytes(*b)).collect()),
        Repr::Plain(Type::Bool) => Some(data.iter().map(|b| i64::from(*b != 0)).collect()),
        _ => None,
    }
}

/// The bytes of an operator's output, if it follows from constants.
pub(super) fn result(graph: &Graph, op: &Op, inputs: &[ValueId], output: ValueId) -> Option<Vec<u8>> {
    let value = graph.value(output);
    let Repr::Plain(Type::I32 | Type::I64 | Type::Bool) = value.repr else { return None };
    if value.elements() > MOST {
        return None;
    }
    let (inputs, outputs, rounding) = (inputs.to_vec(), vec![output], Rounding::LitertTwice);
    let node = Node { op: op.clone(), inputs, outputs, rounding, origin: 0 };
    eval::constant(graph, &node, WORK)?.pop()
}
