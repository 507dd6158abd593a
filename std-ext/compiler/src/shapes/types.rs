//! Which operands of an operator have one type. Lowering looks at one of them.

use crate::graph::{Binary, Op, Type, Value};

/// Compares the types of the operands that have the same.
///
/// # Errors
/// A sentence fragment that says which differ.
pub(super) fn check(op: &Op, inputs: &[&Value], outputs: &[&Value]) -> Result<(), String> {
    let mut same: Vec<&Value> = match op {
        Op::AveragePool2d { .. }
        | Op::MaxPool2d { .. }
        | Op::Binary { op: Binary::Prelu, .. }
        | Op::Reduce { .. }
        | Op::LayerNorm { .. }
        | Op::Cumsum { .. }
        | Op::TopK { .. }
        | Op::Resize { .. } => inputs.iter().take(1).copied().collect(),
        Op::UpdateSlice => inputs.iter().take(2).copied().collect(),
        Op::OneHot { .. } => inputs.iter().skip(1).copied().collect(),
        // integers have a wider state
        Op::Lstm(_) | Op::Svdf { .. } if inputs.first().is_some_and(|x| x.repr.store() == Type::F32) => {
            inputs.iter().filter(|v| v.state).copied().collect()
        }
        _ => return Ok(()),
    };
    same.extend(outputs.first());
    match same.windows(2).find(|pair| pair[0].repr.store() != pair[1].repr.store()) {
        Some([a, b]) => {
            Err(format!("has {} of {} and {} of {}", a.name, a.repr.store(), b.name, b.repr.store()))
        }
        _ => Ok(()),
    }
}
