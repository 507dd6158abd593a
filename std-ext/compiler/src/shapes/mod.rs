//! Shape inference: what each operator makes of its inputs' shapes, and whether a graph says the same.
//!
//! Every importer ends with [`check`], so passes and lowering may rely on shapes and types that fit together.

mod layout;
mod recurrent;
mod types;

use crate::graph::{Graph, Node, Op, Value, Window};

/// A node whose operands do not fit together, or whose output has another shape than the graph says.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("op {origin} {op}: {what}")]
pub struct ShapeError {
    /// Index of the operator in the source file.
    pub origin: usize,
    /// Name of the operator.
    pub op: &'static str,
    /// What does not fit.
    pub what: String,
}

/// Compares the shape of every node's output with what its inputs and attributes give.
///
/// # Errors
/// The first node that does not fit.
pub fn check(graph: &Graph) -> Result<(), ShapeError> {
    graph.nodes.iter().try_for_each(|node| {
        fits(graph, node).map_err(|what| ShapeError { origin: node.origin, op: node.op.name(), what })
    })
}

/// The shape of an operator's output; those of one with several outputs are alike.
///
/// `given` is the output's shape in the graph, for operators whose attributes do not tell all of it.
///
/// # Errors
/// A sentence fragment that says which operands do not fit.
pub fn infer(op: &Op, inputs: &[&[usize]], given: &[usize]) -> Result<Vec<usize>, String> {
    let operand = |i: usize, name: &str| inputs.get(i).copied().ok_or_else(|| format!("has no {name}"));
    let x = operand(0, "input")?;
    match op {
        Op::Conv2d { window, .. } => conv(x, operand(1, "filter")?, inputs.get(2).copied(), window),
        Op::DepthwiseConv2d { window, multiplier, .. } => {
            depthwise(x, operand(1, "filter")?, inputs.get(2).copied(), window, *multiplier)
        }
        Op::TransposeConv { window, .. } => {
            transposed(x, operand(1, "filter")?, inputs.get(2).copied(), window, given)
        }
        Op::FullyConnected { .. } => dense(x, operand(1, "filter")?, inputs.get(2).copied(), given),
        Op::BatchMatMul { transposed } => products(x, operand(1, "second input")?, *transposed),
        Op::AveragePool2d { size, window, .. } | Op::MaxPool2d { size, window, .. } => {
            let [n, h, w, c] = image(x)?;
            let [h, w] = slide([h, w], *size, window)?;
            Ok(vec![n, h, w, c])
        }
        Op::Unary(_) | Op::Cast | Op::Quantize | Op::Dequantize | Op::Cumsum { .. } => Ok(x.to_vec()),
        Op::Softmax { .. } | Op::LogSoftmax | Op::L2Normalize if x.is_empty() => {
            Err("needs an axis to work along".into())
        }
        Op::Softmax { .. } | Op::LogSoftmax | Op::L2Normalize => Ok(x.to_vec()),
        Op::LayerNorm { .. } => match [operand(1, "weights")?, operand(2, "biases")?] {
            [w, b] if w == b && !w.is_empty() && x.ends_with(w) => Ok(x.to_vec()),
            [w, b] => Err(format!("weights of {w:?} and biases of {b:?} are not those of {x:?}")),
        },
        Op::Binary { .. } => broadcast(x, operand(1, "second input")?),
        Op::Select => broadcast(&broadcast(x, operand(1, "second input")?)?, operand(2, "third input")?),
        Op::Reduce { axes, keep, .. } => reduce(x, axes, *keep),
        Op::ArgExtreme { axis, .. } => reduce(x, &[*axis], false),
        Op::TopK { k } => match x.split_last() {
            Some((last, outer)) if k <= last => Ok([outer, &[*k]].concat()),
            _ => Err(format!("takes {k} of the last axis of {x:?}")),
        },
        Op::Lstm(attributes) => recurrent::lstm(attributes, inputs),
        Op::Svdf { rank, .. } => recurrent::svdf(*rank, inputs),
        Op::Assign | Op::Custom { .. } => Ok(given.to_vec()),
        _ => layout::infer(op, inputs, given),
    }
}

/// Number of positions of a window of `kernel` taps, `dilation` apart, that moves by `stride` over `size` elements with
/// `before` and `after` more around them; none if it does not fit in.
pub fn positions(
    size: usize,
    [before, after]: [usize; 2],
    kernel: usize,
    stride: usize,
    dilation: usize,
) -> Option<usize> {
    let room = size.checked_add(before)?.checked_add(after)?.checked_sub(reach(kernel, dilation)?)?;
    room.checked_div(stride)?.checked_add(1)
}

/// Elements from the first tap of a window to its last, both included.
pub fn reach(kernel: usize, dilation: usize) -> Option<usize> {
    kernel.checked_sub(1)?.checked_mul(dilation)?.checked_add(1)
}

/// Number of elements of a shape, unless it overflows.
pub fn volume(shape: &[usize]) -> Option<usize> {
    shape.iter().try_fold(1usize, |n, &d| n.checked_mul(d))
}

/// Whether a node's operands fit together, and its outputs have the shapes that it gives them.
pub(crate) fn fits(graph: &Graph, node: &Node) -> Result<(), String> {
    let value = |id: &crate::graph::ValueId| graph.values.get(id.0).ok_or("reads or writes no known tensor");
    let inputs = node.inputs.iter().map(value).collect::<Result<Vec<&Value>, _>>()?;
    let shapes: Vec<&[usize]> = inputs.iter().map(|v| v.shape.as_slice()).collect();
    let outputs = match node.op {
        Op::Assign => 0,
        Op::TopK { .. } => 2,
        Op::Custom { .. } => node.outputs.len(),
        _ => 1,
    };
    if node.outputs.len() != outputs {
        return Err(format!("has {} outputs instead of {outputs}", node.outputs.len()));
    }
    let outputs = node.outputs.iter().map(value).collect::<Result<Vec<&Value>, _>>()?;
    for output in &outputs {
        let given = &output.shape;
        let made = infer(&node.op, &shapes, given)?;
        if &made != given {
            return Err(format!("makes {made:?} of {shapes:?}, but the file says {given:?}"));
        }
    }
    types::check(&node.op, &inputs, &outputs)
}

fn image(shape: &[usize]) -> Result<[usize; 4], String> {
    shape.try_into().map_err(|_| format!("needs an image of 4 dimensions, not {shape:?}"))
}

fn slide(image: [usize; 2], kernel: [usize; 2], window: &Window) -> Result<[usize; 2], String> {
    let (m, s, d) = (window.margins, window.stride, window.dilation);
    let h = positions(image[0], [m.top, m.bottom], kernel[0], s[0], d[0]);
    let w = positions(image[1], [m.left, m.right], kernel[1], s[1], d[1]);
    match (h, w) {
        (Some(h), Some(w)) => Ok([h, w]),
        _ => Err(format!("a window of {kernel:?} (stride {s:?}, dilation {d:?}) does not fit in {image:?}")),
    }
}

fn conv(
    x: &[usize],
    filter: &[usize],
    bias: Option<&[usize]>,
    window: &Window,
) -> Result<Vec<usize>, String> {
    let [n, h, w, c] = image(x)?;
    let [out, kh, kw, depth] = image(filter)?;
    let groups = c.checked_div(depth).filter(|groups| *groups > 0 && groups * depth == c);
    if groups.is_none_or(|groups| out % groups != 0) {
        return Err(format!(
            "a filter of {filter:?} does not divide the {c} channels of its input into groups"
        ));
    }
    bias_of(out, bias)?;
    let [h, w] = slide([h, w], [kh, kw], window)?;
    Ok(vec![n, h, w, out])
}

fn depthwise(
    x: &[usize],
    filter: &[usize],
    bias: Option<&[usize]>,
    window: &Window,
    multiplier: usize,
) -> Result<Vec<usize>, String> {
    let [n, h, w, c] = image(x)?;
    let [one, kh, kw, out] = image(filter)?;
    if one != 1 || c.checked_mul(multiplier) != Some(out) {
        return Err(format!("a filter of {filter:?} does not fit {c} channels times {multiplier}"));
    }
    bias_of(out, bias)?;
    let [h, w] = slide([h, w], [kh, kw], window)?;
    Ok(vec![n, h, w, out])
}

/// The transpose of a convolution that makes x of the output.
fn transposed(
    x: &[usize],
    filter: &[usize],
    bias: Option<&[usize]>,
    window: &Window,
    given: &[usize],
) -> Result<Vec<usize>, String> {
    let ([n, h, w, c], [out, kh, kw, depth]) = (image(x)?, image(filter)?);
    let [batch, oh, ow, channels] = image(given)?;
    bias_of(out, bias)?;
    if batch != n || channels != out || depth != c || slide([oh, ow], [kh, kw], window)? != [h, w] {
        return Err(format!("a filter of {filter:?} does not make {given:?} of {x:?}"));
    }
    Ok(given.to_vec())
}

fn products(a: &[usize], b: &[usize], transposed: [bool; 2]) -> Result<Vec<usize>, String> {
    let matrix = |shape: &[usize], swap: bool| match *shape {
        [ref outer @ .., r, c] => Ok((outer.to_vec(), if swap { [c, r] } else { [r, c] })),
        _ => Err(format!("needs matrices, not {shape:?}")),
    };
    let ((outer, [rows, depth]), (other, [deep, columns])) =
        (matrix(a, transposed[0])?, matrix(b, transposed[1])?);
    if depth != deep {
        return Err(format!("{a:?} and {b:?} do not multiply"));
    }
    Ok([broadcast(&outer, &other)?, vec![rows, columns]].concat())
}

fn dense(
    x: &[usize],
    filter: &[usize],
    bias: Option<&[usize]>,
    given: &[usize],
) -> Result<Vec<usize>, String> {
    let &[out, depth] = filter else { return Err(format!("needs a matrix as filter, not {filter:?}")) };
    let batch = volume(x).and_then(|n| n.checked_div(depth).filter(|b| b.checked_mul(depth) == Some(n)));
    let Some(batch) = batch else { return Err(format!("a filter of {filter:?} does not fit {x:?}")) };
    bias_of(out, bias)?;
    match given.split_last() {
        Some((last, rest)) if *last == out && volume(rest) == Some(batch) => Ok(given.to_vec()),
        _ => Ok(vec![batch, out]),
    }
}

fn bias_of(out: usize, bias: Option<&[usize]>) -> Result<(), String> {
    match bias {
        Some(shape) if volume(shape) != Some(out) => {
            Err(format!("a bias of {shape:?} does not fit {out} outputs"))
        }
        _ => Ok(()),
    }
}

fn reduce(x: &[usize], axes: &[usize], keep: bool) -> Result<Vec<usize>, String> {
    if let Some(axis) = axes.iter().find(|axis| **axis >= x.len()) {
        return Err(format!("axis {axis} is not one of {x:?}"));
    }
    let dims = x.iter().enumerate();
    let kept = dims.filter_map(|(i, &d)| if !axes.contains(&i) { Some(d) } else { keep.then_some(1) });
    Ok(kept.collect())
}

pub(crate) fn broadcast(a: &[usize], b: &[usize]) -> Result<Vec<usize>, String> {
    let rank = a.len().max(b.len());
    let dim = |shape: &[usize], i: usize| (i + shape.len()).checked_sub(rank).map_or(1, |at| shape[at]);
    let joined = (0..rank).map(|i| match (dim(a, i), dim(b, i)) {
        (x, y) if x == y || y == 1 => Ok(x),
        (1, y) => Ok(y),
        _ => Err(format!("{a:?} and {b:?} do not broadcast")),
    });
    joined.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::{Activation, Binary, Margins, Reduce};

    const NONE: Activation = Activation::None;

    fn window(stride: [usize; 2], dilation: [usize; 2], [top, bottom, left, right]: [usize; 4]) -> Window {
        Window { stride, dilation, margins: Margins { top, bottom, left, right } }
    }

    #[test]
    fn each_operator() {
        let plain = window([1, 1], [1, 1], [0; 4]);
        let same = window([2, 2], [1, 1], [4, 5, 1, 1]);
        let wide = window([1, 1], [2, 3], [0; 4]);
        let conv = |window| Op::Conv2d { window, activation: NONE };
        let depthwise = |window, multiplier| Op::DepthwiseConv2d { window, multiplier, activation: NONE };
        let pool = |size, window| Op::AveragePool2d { size, window, activation: NONE };
        let dense = Op::FullyConnected { activation: NONE };
        let mean = |axes, keep| Op::Reduce { op: Reduce::Mean, axes, keep };
        let sum = Op::Binary { op: Binary::Add, activation: NONE };
        type Case<'a> = (Op, Vec<&'a [usize]>, &'a [usize], Option<&'a [usize]>);
        let cases: Vec<Case<'_>> = vec![
            (conv(same), vec![&[1, 49, 10, 1], &[64, 10, 4, 1], &[64]], &[], Some(&[1, 25, 5, 64])),
            (conv(wide), vec![&[2, 9, 9, 4], &[8, 3, 3, 4]], &[], Some(&[2, 5, 3, 8])),
            (conv(plain), vec![&[1, 4, 4, 4], &[6, 3, 3, 2]], &[], Some(&[1, 2, 2, 6])),
            (conv(plain), vec![&[1, 4, 4, 4], &[6, 3, 3, 3]], &[], None),
            (conv(plain), vec![&[1, 4, 4, 4], &[3, 3, 3, 2]], &[], None),
            (conv(plain), vec![&[1, 4, 4, 4], &[6, 5, 3, 4]], &[], None),
            (conv(plain), vec![&[1, 4, 4, 4], &[6, 3, 3, 4], &[5]], &[], None),
            (conv(window([0, 1], [1, 1], [0; 4])), vec![&[1, 4, 4, 4], &[6, 3, 3, 4]], &[], None),
            (depthwise(plain, 2), vec![&[1, 5, 5, 3], &[1, 3, 3, 6], &[6]], &[], Some(&[1, 3, 3, 6])),
            (depthwise(plain, 3), vec![&[1, 5, 5, 3], &[1, 3, 3, 6]], &[], None),
            (dense.clone(), vec![&[2, 3, 4], &[5, 12]], &[], Some(&[2, 5])),
            (dense.clone(), vec![&[2, 3, 4], &[5, 4]], &[2, 3, 5], Some(&[2, 3, 5])),
            (dense, vec![&[2, 3, 4], &[5, 5]], &[], None),
            (pool([2, 3], plain), vec![&[1, 4, 5, 7]], &[], Some(&[1, 3, 3, 7])),
            (mean(vec![1, 2], false), vec![&[1, 6, 6, 8]], &[], Some(&[1, 8])),
            (mean(vec![1, 2], true), vec![&[1, 6, 6, 8]], &[], Some(&[1, 1, 1, 8])),
            (mean(vec![4], true), vec![&[1, 6, 6, 8]], &[], None),
            (sum.clone(), vec![&[1, 4, 1], &[3, 1, 5]], &[], Some(&[3, 4, 5])),
            (sum.clone(), vec![&[2, 4], &[]], &[], Some(&[2, 4])),
            (sum.clone(), vec![&[2, 4], &[3]], &[], None),
            (Op::Softmax { beta: 1.0 }, vec![&[]], &[], None),
            (Op::Reshape, vec![&[2, 6]], &[3, 4], Some(&[3, 4])),
            (Op::Reshape, vec![&[2, 6]], &[3, 5], None),
            (Op::Pad { margins: vec![[0, 0], [1, 2]] }, vec![&[2, 6]], &[], Some(&[2, 9])),
            (Op::Pad { margins: vec![[0, 0]] }, vec![&[2, 6]], &[], None),
            (Op::Pad { margins: vec![[0, usize::MAX]] }, vec![&[2]], &[], None),
            (Op::Concatenation { axis: 1 }, vec![&[1, 2, 3], &[1, 5, 3]], &[], Some(&[1, 7, 3])),
            (Op::Concatenation { axis: 1 }, vec![&[1, 2, 3], &[1, 5, 4]], &[], None),
            (Op::Concatenation { axis: 3 }, vec![&[1, 2, 3]], &[], None),
            (Op::Quantize, vec![], &[], None),
        ];
        for (op, inputs, given, made) in cases {
            assert_eq!(infer(&op, &inputs, given).ok().as_deref(), made, "{op:?} of {inputs:?}");
        }
    }
}
