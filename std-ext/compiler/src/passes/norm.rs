//! What exporters make layer normalization of: one operator, for which integers have a kernel.

use crate::graph::{Activation, Binary, Graph, Node, Op, Reduce, Repr, Type, Unary, Value, ValueId};

/// Makes LAYER_NORM of numbers that are divided by the root of the mean of their squares along the last axes, with the mean
/// that is taken off before. What only made the divisor is dead then, and weights and biases behind can be folded in.
pub(super) fn join(graph: &mut Graph) -> usize {
    let mut joined = 0;
    for at in 0..graph.nodes.len() {
        let Some((x, axes, op)) = quotient(graph, &graph.nodes[at]) else { continue };
        let shape = graph.value(x).shape[axes..].to_vec();
        let constants = [1.0f32, 0.0].map(|number| {
            let data = shape.iter().product::<usize>();
            let data = (0..data).flat_map(|_| number.to_le_bytes()).collect();
            let (name, repr) = (String::new(), Repr::Plain(Type::F32));
            graph.add(Value {
                name,
                shape: shape.clone(),
                repr,
                data: Some(data),
                state: false,
                origin: None,
            })
        });
        let node = &mut graph.nodes[at];
        (node.op, node.inputs) = (op, [&[x][..], &constants].concat());
        joined += 1;
    }
    joined
}

/// What a quotient is of: x, the first of the axes, and the operator that makes it.
fn quotient(graph: &Graph, node: &Node) -> Option<(ValueId, usize, Op)> {
    let (op, [a, b]) = plain(node)?;
    let made = |id| graph.nodes.iter().find(|node| node.outputs[..] == [id]);
    let root = |id, function| {
        let root = made(id).filter(|node| node.op == Op::Unary(function))?;
        made(*root.inputs.first()?)
    };
    let (numbers, sum) = match op {
        Binary::Mul => [[a, b], [b, a]].into_iter().find_map(|[x, y]| Some((x, root(y, Unary::Rsqrt)?)))?,
        Binary::Div => (a, root(b, Unary::Sqrt)?),
        _ => return None,
    };
    let (Binary::Add, [mean, epsilon]) = plain(sum)? else { return None };
    let [epsilon] = graph.value(epsilon).reals()?[..] else { return None };
    let (square, axes) = self::mean(graph, made(mean)?)?;
    let square = made(square)?;
    let is_square = match plain(square) {
        Some((Binary::Mul, pair)) => pair == [numbers; 2],
        Some((Binary::Pow, [x, two])) => x == numbers && graph.value(two).reals()? == [2.0],
        _ => square.op == Op::Unary(Unary::Square) && square.inputs == [numbers],
    };
    let is_float = |id: ValueId| graph.value(id).repr == Repr::Plain(Type::F32);
    let is_least = epsilon.is_finite() && epsilon >= 0.0;
    if !(is_square && is_least && is_float(numbers)) {
        return None;
    }
    let without_mean = made(numbers).and_then(|node| match plain(node)? {
        (Binary::Sub, [x, mean]) if self::mean(graph, made(mean)?)? == (x, axes) => Some(x),
        _ => None,
    });
    let op = Op::LayerNorm { epsilon, centred: without_mean.is_some() };
    let x = without_mean.unwrap_or(numbers);
    let shape = &graph.value(x).shape;
    // a step has no more rows
    let fits = shape[..axes].iter().product::<usize>() <= usize::from(u16::MAX);
    (fits && *shape == graph.value(*node.outputs.first()?).shape).then_some((x, axes, op))
}

/// What a mean along the last axes is of, and the first of these axes.
fn mean(graph: &Graph, node: &Node) -> Option<(ValueId, usize)> {
    let (Op::Reduce { op: Reduce::Mean, axes, keep: true }, &[x]) = (&node.op, &node.inputs[..]) else {
        return None;
    };
    let (rank, first) = (graph.value(x).shape.len(), *axes.first()?);
    axes.iter().copied().eq(first..rank).then_some((x, first))
}

/// A function of two elements without a clamp.
fn plain(node: &Node) -> Option<(Binary, [ValueId; 2])> {
    match (&node.op, &node.inputs[..]) {
        (&Op::Binary { op, activation: Activation::None }, &[a, b]) => Some((op, [a, b])),
        _ => None,
    }
}
