//! Operators that are no sums of products: functions of one integer as tables, of two by their definition, and whatever is
//! left row by row, by the compiler's interpreter, which says what each operator computes.

use midge_compiler::eval;
use midge_compiler::graph::{Activation, Binary, Graph, Node, Op, Repr, Type, Value, ValueId};
use midge_compiler::quant::Multiplier;
use midge_core::fixed::multiply_twice;

use super::affine;
use super::sums::{Factor, Output};
use crate::autograd::{Grad, is_grad_enabled, record};
use crate::network::{play, refused};
use crate::{Result, Shape, Tensor};

/// What a function of one element makes of integers or, of floats, which integers stand for them.
pub(super) fn each(graph: &Graph, node: &Node, x: &Tensor) -> Result<Tensor> {
    let [from, to] = [node.inputs[0], node.outputs[0]].map(|id| graph.value(id));
    let numbers = x.to_vec::<f32>()?;
    let made = if from.repr.store() == Type::I8 {
        let table = of_elements(node, from, to, (-128..128).collect())?;
        numbers.iter().map(|x| table[(*x as i32 + 128).clamp(0, 255) as usize] as f32).collect()
    } else {
        let elements = numbers.iter().map(|x| element(from, *x)).collect();
        of_elements(node, from, to, elements)?.iter().map(|y| *y as f32).collect()
    };
    Tensor::from_vec_on(x.device(), made, x.shape())
}

/// A function of one element at these.
fn of_elements(node: &Node, from: &Value, to: &Value, elements: Vec<i64>) -> Result<Vec<i64>> {
    let mut graph = Graph::default();
    let shape = vec![elements.len()];
    let ids = [from, to].map(|value| {
        graph.add(Value {
            shape: shape.clone(),
            data: None,
            name: value.name.clone(),
            repr: value.repr.clone(),
            ..*value
        })
    });
    let node = Node { inputs: vec![ids[0]], outputs: vec![ids[1]], ..node.clone() };
    only(eval::node(&graph, &node, &[&elements]).map_err(|error| refused(error.to_string()))?)
}

/// What a sum, a difference or a product makes of two integers. None for other functions.
pub(super) fn pair(
    graph: &Graph,
    node: &Node,
    inputs: &[&Tensor],
    (op, activation): (Binary, Activation),
) -> Result<Option<Tensor>> {
    let (&[a, b], &[y]) = (&node.inputs[..], &node.outputs[..]) else { return Ok(None) };
    let values = [a, b, y].map(|id| graph.value(id));
    let wide = values[2].repr.store() == Type::I16;
    let [(a, a_zero), (b, b_zero), (to, zero)] = match values.map(affine) {
        [Ok(a), Ok(b), Ok(y)] => [a, b, y],
        [a, b, y] => return Err(a.and(b).and(y).err().unwrap_or_else(|| refused("it reads too little"))),
    };
    let factor = |real: f64| Multiplier::new(real).map_err(refused);
    let twice = |m: Multiplier, x: i32| multiply_twice(x, m.value, m.shift);
    let f: Box<dyn Fn(i32, i32) -> i32> = match op {
        Binary::Add | Binary::Sub => {
            // both are brought to twice the larger scale, and meet there
            let headroom = if wide { 15 } else { 20 };
            let common = 2.0 * f64::from(a.max(b));
            let (m, n) = (factor(f64::from(a) / common)?, factor(f64::from(b) / common)?);
            let met = factor(common / f64::from(1u32 << headroom) / f64::from(to))?;
            let sign = if op == Binary::Sub { -1 } else { 1 };
            Box::new(move |x, y| {
                let (x, y) = (twice(m, (x - a_zero) << headroom), twice(n, (y - b_zero) << headroom));
                twice(met, x.wrapping_add(sign * y))
            })
        }
        Binary::Mul => {
            // LiteRT computes this factor in single precision
            let m = factor((a * b / to).into())?;
            Box::new(move |x, y| twice(m, (x - a_zero).wrapping_mul(y - b_zero)))
        }
        _ => return Ok(None),
    };
    let (least, most) = Output::new(values[2], activation, vec![Factor::Mean(1)])?.ends;
    let rows = inputs.iter().map(|x| x.shape()[0]).max().unwrap_or(1);
    let shape: Shape = [rows].into_iter().chain(values[2].shape.iter().copied()).collect();
    let spread = |x: &Tensor| {
        let fresh = std::iter::repeat_n(1, shape.len().saturating_sub(x.rank()));
        let rest = x.shape()[1..].iter().copied();
        let wide: Shape = [x.shape()[0]].into_iter().chain(fresh).chain(rest).collect();
        x.detach().reshape(wide)?.expand(&shape)?.to_vec::<f32>()
    };
    let (xs, ys) = (spread(inputs[0])?, spread(inputs[1])?);
    let made = xs
        .iter()
        .zip(&ys)
        .map(|(x, y)| (i64::from(f(*x as i32, *y as i32)) + i64::from(zero)).clamp(least, most) as f32);
    Tensor::from_vec_on(inputs[0].device(), made.collect(), &shape).map(Some)
}

/// What the interpreter makes of each row.
pub(super) fn by_rows(graph: &Graph, node: &Node, inputs: &[&Tensor]) -> Result<Tensor> {
    let made = graph.value(node.outputs[0]);
    let read = |(id, x): (&ValueId, &&Tensor)| {
        let value = graph.value(*id);
        Ok(match x.kind() {
            crate::Type::I64 => x.to_vec::<i64>()?,
            _ => x.to_vec::<f32>()?.into_iter().map(|x| element(value, x)).collect(),
        })
    };
    let all = node.inputs.iter().zip(inputs).map(read).collect::<Result<Vec<Vec<i64>>>>()?;
    let rows = inputs.iter().map(|x| x.shape()[0]).max().unwrap_or(1);
    let mut out = Vec::with_capacity(rows * made.elements());
    for row in 0..rows {
        let part = |(elements, x): (&'_ Vec<i64>, &&Tensor)| {
            let len = elements.len() / x.shape()[0].max(1);
            let start = if x.shape()[0] == 1 { 0 } else { row * len };
            start..start + len
        };
        let parts: Vec<_> = all.iter().zip(inputs).map(part).collect();
        let slices: Vec<&[i64]> = all.iter().zip(parts).map(|(elements, part)| &elements[part]).collect();
        let numbers = eval::node(graph, node, &slices).map_err(|error| refused(error.to_string()))?;
        out.extend(only(numbers)?.into_iter().map(|y| number(made, y)));
    }
    let shape: Shape = [rows].into_iter().chain(made.shape.iter().copied()).collect();
    Tensor::from_vec_on(inputs[0].device(), out, shape)
}

/// `y` with the gradient that the operator has on real numbers, except where what it makes of them is not covered by
/// integers.
pub(super) fn straight(graph: &Graph, node: &Node, inputs: &[&Tensor], y: Tensor) -> Result<Tensor> {
    if !is_grad_enabled() || !inputs.iter().any(|x| x.requires_grad()) {
        return Ok(y);
    }
    let made = graph.value(node.outputs[0]);
    let (scale, zero) = affine(made)?;
    let reals = node
        .inputs
        .iter()
        .zip(inputs)
        .map(|(id, x)| real(graph.value(*id), x))
        .collect::<Result<Vec<_>>>()?;
    let smooth = match node.op {
        Op::Quantize => reals[0].clone(),
        _ => play(graph, node, &reals.iter().collect::<Vec<_>>())?,
    };
    let smooth = smooth.map(|y| y * (1.0 / scale) + zero as f32)?;
    let (least, most) = midge_compiler::quant::range(made.repr.store());
    let (least, most) = (least as f32 - 0.5, most as f32 + 0.5);
    let inside = smooth.detach().map(|y| {
        let (zero, one) = (y.clone() * 0.0, y.clone() * 0.0 + 1.0);
        (y.clone() - most).above(0.0).select(&zero, &(y - least).above(0.0).select(&one, &zero))
    })?;
    Ok(record("quantize", y, [&smooth], &[&inside], |saved, g| Ok([Some(Grad::Whole(g.mul(&saved[0])?))])))
}

/// The real numbers that a tensor stands for.
pub(super) fn real(value: &Value, x: &Tensor) -> Result<Tensor> {
    match affine(value) {
        Ok((scale, zero)) => x.map(|x| (x - zero as f32) * scale),
        Err(_) => Ok(x.clone()),
    }
}

/// A number as the interpreter has it.
fn element(value: &Value, x: f32) -> i64 {
    if value.repr == Repr::Plain(Type::F32) { x.to_bits().into() } else { x as i64 }
}

/// The way back.
fn number(value: &Value, element: i64) -> f32 {
    if value.repr == Repr::Plain(Type::F32) { f32::from_bits(element as u32) } else { element as f32 }
}

fn only(made: Vec<Vec<i64>>) -> Result<Vec<i64>> {
    made.into_iter().next().ok_or_else(|| refused("it makes nothing"))
}
