//! What exporters make layer normalization of: one operator, for which integers have a kernel.

use crate::graph::{Activation, Binary, Graph, Node, Op, Reduce, Repr, Type, Unary, Value, ValueId};

/// Makes LAYER_NORM of numbers that are divided by the root of the mean of their squares along the last axes, with the mean
/// that is taken off before or, times the divisor, behind. What only made the divisor is dead then, and weights and biases
/// behind can be folded in.
pub(super) fn join(graph: &mut Graph) -> usize {
    let mut joined = 0;
    for at in 0..graph.nodes.len() {
        let node = &graph.nodes[at];
        let Some(norm) = quotient(graph, node).or_else(|| product(graph, node)) else { continue };
        let shape = graph.value(norm.x).shape[norm.axes..].to_vec();
        let constants = norm.constants.map(|numbers| {
            let data = numbers.into_iter().flat_map(f32::to_le_bytes).collect();
            let (name, shape, repr) = (String::new(), shape.clone(), Repr::Plain(Type::F32));
            graph.add(Value { name, shape, repr, data: Some(data), state: false, origin: None })
        });
        let node = &mut graph.nodes[at];
        (node.op, node.inputs) = (norm.op, [&[norm.x][..], &constants].concat());
        joined += 1;
    }
    joined
}

/// A normalization that was found.
struct Norm {
    x: ValueId,
    /// The first of the axes.
    axes: usize,
    op: Op,
    /// Weights and biases.
    constants: [Vec<f32>; 2],
}

/// A quotient of numbers and the root of the mean of their squares.
fn quotient(graph: &Graph, node: &Node) -> Option<Norm> {
    let (op, [a, b]) = plain(node)?;
    let (numbers, sum) = match op {
        Binary::Mul => {
            let root = |y| root(graph, y, Unary::Rsqrt);
            orders([a, b]).into_iter().find_map(|[x, y]| Some((x, root(y)?)))?
        }
        Binary::Div => (a, root(graph, b, Unary::Sqrt)?),
        _ => return None,
    };
    let (square, axes, epsilon) = variance(graph, sum)?;
    let is_square = match plain(square) {
        Some((Binary::Mul, pair)) => pair == [numbers; 2],
        Some((Binary::Pow, [x, two])) => x == numbers && graph.value(two).reals()? == [2.0],
        _ => square.op == Op::Unary(Unary::Square) && square.inputs == [numbers],
    };
    if !is_square {
        return None;
    }
    let without_mean = made(graph, numbers).and_then(|node| match plain(node)? {
        (Binary::Sub, [x, m]) if mean(graph, made(graph, m)?)? == (x, axes) => Some(x),
        _ => None,
    });
    let x = without_mean.unwrap_or(numbers);
    let ones = graph.value(x).shape[axes..].iter().product();
    let op = Op::LayerNorm { epsilon, centred: without_mean.is_some() };
    let norm = Norm { x, axes, op, constants: [1.0, 0.0].map(|number| vec![number; ones]) };
    fits(graph, &norm, node).then_some(norm)
}

/// Numbers times a factor, and what the factor makes of their mean taken off behind: how Keras writes it. The factor is the
/// reciprocal of the root, times weights if there are some.
fn product(graph: &Graph, node: &Node) -> Option<Norm> {
    let (Binary::Add, sum) = plain(node)? else { return None };
    orders(sum).into_iter().find_map(|[numbers, rest]| {
        let products = orders(parts(graph, numbers, Binary::Mul)?).into_iter();
        products.filter_map(|[x, factor]| scaled(graph, x, factor, rest)).find(|norm| fits(graph, norm, node))
    })
}

/// The normalization that is x times a factor and `rest`, which has to be biases less the mean times the factor.
fn scaled(graph: &Graph, x: ValueId, factor: ValueId, rest: ValueId) -> Option<Norm> {
    let reciprocal = |id| root(graph, id, Unary::Rsqrt);
    let weighted = || {
        orders(parts(graph, factor, Binary::Mul)?).into_iter().find(|[root, _]| reciprocal(*root).is_some())
    };
    let (sum, weights) = match (reciprocal(factor), weighted()) {
        (Some(sum), _) => (sum, None),
        (_, Some([root, weights])) => (reciprocal(root)?, Some(weights)),
        _ => return None,
    };
    let (square, axes, epsilon) = variance(graph, sum)?;
    let (Binary::SquaredDifference, pair) = plain(square)? else { return None };
    let [_, m] = orders(pair).into_iter().find(|[numbers, _]| *numbers == x)?;
    if mean(graph, made(graph, m)?)? != (x, axes) {
        return None;
    }
    let negated =
        |id| made(graph, id).is_some_and(|node| node.op == Op::Unary(Unary::Neg) && node.inputs == [m]);
    let taken = |id, is: &dyn Fn(ValueId) -> bool| {
        let pair = parts(graph, id, Binary::Mul);
        pair.is_some_and(|pair| orders(pair).into_iter().any(|[a, b]| is(a) && b == factor))
    };
    let biases = match (parts(graph, rest, Binary::Sub), parts(graph, rest, Binary::Add)) {
        (Some([biases, product]), _) if taken(product, &|id| id == m) => Some(biases),
        (_, Some(pair)) => Some(orders(pair).into_iter().find(|[product, _]| taken(*product, &negated))?[1]),
        _ => taken(rest, &negated).then_some(None)?,
    };
    let shape = &graph.value(x).shape[axes..];
    let constant = |id: Option<ValueId>, absent: f32| {
        let Some(id) = id else { return Some(vec![absent; shape.iter().product()]) };
        let value = graph.value(id);
        let outer = value.shape.strip_suffix(shape)?;
        outer.iter().all(|n| *n == 1).then(|| value.reals())?
    };
    let constants = [constant(weights, 1.0)?, constant(biases, 0.0)?];
    Some(Norm { x, axes, op: Op::LayerNorm { epsilon, centred: true }, constants })
}

/// What a function of two elements is of.
fn parts(graph: &Graph, id: ValueId, function: Binary) -> Option<[ValueId; 2]> {
    plain(made(graph, id)?).filter(|(op, _)| *op == function).map(|(_, pair)| pair)
}

/// Operands of what does not mind their order.
fn orders([a, b]: [ValueId; 2]) -> [[ValueId; 2]; 2] {
    [[a, b], [b, a]]
}

/// Whether an operator can be that normalization.
fn fits(graph: &Graph, norm: &Norm, node: &Node) -> bool {
    let x = graph.value(norm.x);
    // a step has no more rows
    let few = x.shape[..norm.axes].iter().product::<usize>() <= usize::from(u16::MAX);
    let output = node.outputs.first().map(|id| &graph.value(*id).shape);
    few && x.repr == Repr::Plain(Type::F32) && output == Some(&x.shape)
}

/// What makes a value.
fn made(graph: &Graph, id: ValueId) -> Option<&Node> {
    graph.nodes.iter().find(|node| node.outputs[..] == [id])
}

/// What makes the number that a value is a root of.
fn root(graph: &Graph, id: ValueId, function: Unary) -> Option<&Node> {
    let root = made(graph, id).filter(|node| node.op == Op::Unary(function))?;
    made(graph, *root.inputs.first()?)
}

/// Of a mean along the last axes and a small number: what the mean is of, the first of the axes, and the number.
fn variance<'g>(graph: &'g Graph, sum: &Node) -> Option<(&'g Node, usize, f32)> {
    let (Binary::Add, [of, epsilon]) = plain(sum)? else { return None };
    let [epsilon] = graph.value(epsilon).reals()?[..] else { return None };
    let (square, axes) = mean(graph, made(graph, of)?)?;
    (epsilon.is_finite() && epsilon >= 0.0).then_some((made(graph, square)?, axes, epsilon))
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
