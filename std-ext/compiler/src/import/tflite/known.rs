//! Small integers that are known before the model runs: what loops count with, and what takes tensors apart in them.

use crate::graph::{Activation, Binary, Graph, Op, Repr, Type, Unary, Value, ValueId};
use crate::view::View;

/// The most elements of a tensor that is computed here.
const MOST: usize = 64;

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
    let output = graph.value(output);
    let Repr::Plain(store @ (Type::I32 | Type::I64 | Type::Bool)) = output.repr else { return None };
    if output.elements() > MOST {
        return None;
    }
    let read = |input: usize| inputs.get(input).map(|id| graph.value(*id));
    let made = match op {
        Op::Binary { op, activation: Activation::None } => {
            let (a, b) = (read(0)?, read(1)?);
            let (many, other) = (numbers(a)?, numbers(b)?);
            if a.shape != b.shape && a.elements() != 1 && b.elements() != 1 {
                return None;
            }
            let (a, b) = (many.iter().cycle(), other.iter().cycle());
            let all = a.zip(b).take(many.len().max(other.len()));
            all.map(|(a, b)| binary(*op, *a, *b)).collect::<Option<Vec<i64>>>()?
        }
        Op::Unary(Unary::LogicalNot) => numbers(read(0)?)?.into_iter().map(|x| i64::from(x == 0)).collect(),
        Op::Unary(Unary::Neg) => numbers(read(0)?)?.into_iter().map(i64::wrapping_neg).collect(),
        Op::Cast => numbers(read(0)?)?,
        // one behind the other, if nothing lies around the axis
        Op::Concatenation { axis } if output.shape.iter().take(*axis).all(|extent| *extent == 1) => {
            let parts = (0..inputs.len()).map(|input| numbers(read(input)?));
            parts.collect::<Option<Vec<_>>>()?.concat()
        }
        _ => {
            let [x] = inputs else { return None };
            let x = graph.value(*x);
            numbers(x)?;
            let view = View::whole(&x.shape).then(op, &x.shape, &output.shape)?;
            let data = view.read(x.data.as_ref()?, store.bytes())?;
            return (data.len() == output.bytes() && x.repr == output.repr).then_some(data);
        }
    };
    let bytes = made.into_iter().flat_map(|n| {
        let n = if store == Type::Bool { i64::from(n != 0) } else { n };
        n.to_le_bytes().into_iter().take(store.bytes())
    });
    let bytes: Vec<u8> = bytes.collect();
    (bytes.len() == output.bytes()).then_some(bytes)
}

fn binary(op: Binary, a: i64, b: i64) -> Option<i64> {
    Some(match op {
        Binary::Add => a.wrapping_add(b),
        Binary::Sub => a.wrapping_sub(b),
        Binary::Mul => a.wrapping_mul(b),
        Binary::Maximum => a.max(b),
        Binary::Minimum => a.min(b),
        Binary::Equal => (a == b).into(),
        Binary::NotEqual => (a != b).into(),
        Binary::Greater => (a > b).into(),
        Binary::GreaterEqual => (a >= b).into(),
        Binary::Less => (a < b).into(),
        Binary::LessEqual => (a <= b).into(),
        Binary::LogicalAnd => a & b,
        Binary::LogicalOr => a | b,
        _ => return None,
    })
}
