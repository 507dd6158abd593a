//! Sums of products, exact in floats: integers up to 2^24 are floats, so layers whose sums could be larger are added up in
//! parts, and integers of 16 bits are taken apart into bytes.

use midge_compiler::graph::{Graph, Node, Op, Type, Value};

use super::sums::{Factor, Output};
use super::{affine, integers};
use crate::autograd::{Grad, record};
use crate::network::{back, filter, image, window};
use crate::{Result, Shape, Tensor};

/// What every sum of a part stays below.
const EXACT: i64 = 1 << 24;

/// What a layer with weights makes of integers. None for one that has to be computed otherwise.
pub(super) fn layer(graph: &Graph, node: &Node, inputs: &[&Tensor]) -> Result<Option<Tensor>> {
    let (&[x, weights, ref bias @ ..], &[y]) = (&node.inputs[..], &node.outputs[..]) else { return Ok(None) };
    let (x, weights, y) = (graph.value(x), graph.value(weights), graph.value(y));
    let (store, Some(axis), Some(quant)) = (x.repr.store(), node.op.channel_axis(), weights.repr.quant())
    else {
        return Ok(None);
    };
    let symmetric = quant.zero.iter().all(|zero| *zero == 0) && matches!(quant.store, Type::I8 | Type::I4);
    if !symmetric || store != y.repr.store() {
        return Ok(None);
    }
    let (scale, zero) = affine(x)?;
    let channels = weights.shape.get(axis).copied().unwrap_or(1);
    let cuts = cuts(&node.op, weights, channels, if store == Type::I16 { 255 } else { farthest(zero) });
    let grouped = matches!(node.op, Op::Conv2d { .. }) && x.shape.last() != weights.shape.last();
    let Some(cuts) = cuts.filter(|cuts| cuts.len() == 1 || !grouped) else { return Ok(None) };

    let bias = bias.first().map(|id| graph.value(*id));
    // LiteRT sums layers of 16 bits in 64, unless their bias has 32
    let wide = store == Type::I16 && bias.is_none_or(|bias| bias.repr.store() == Type::I64);
    let y_scale = affine(y)?.0;
    let real = |w: &f32| f64::from(scale) * f64::from(*w) / f64::from(y_scale);
    let factors = quant.scale.iter().map(|w| Factor::new(real(w), node.rounding, wide));
    let factors = factors.collect::<Result<Vec<_>>>()?;
    let mut output = Output::new(y, node.op.activation().unwrap_or_default(), factors)?;
    output.bias = bias.map(integers).transpose()?.unwrap_or_default();

    let product = Product { node, x: inputs[0], filter: inputs[1] };
    let mut parts = Vec::new();
    for (times, plane) in planes(inputs[0], store, zero)? {
        for cut in &cuts {
            parts.push((times, product.part(&plane, *cut)?));
        }
    }
    let inner = if matches!(node.op, Op::FullyConnected { .. }) {
        1
    } else {
        parts.first().map_or(1, |(_, part)| part.shape()[2..].iter().product())
    };
    let made = output.of(&parts, inputs.get(2).copied(), [channels, inner])?;
    product.shaped(made, y).map(Some)
}

/// What two tensors of int8 that are both computed make as matrices. None where it has to be computed otherwise.
pub(super) fn matrices(
    graph: &Graph,
    node: &Node,
    inputs: &[&Tensor],
    turned: [bool; 2],
) -> Result<Option<Tensor>> {
    let (&[a, b], &[y]) = (&node.inputs[..], &node.outputs[..]) else { return Ok(None) };
    let (a, b, y) = (graph.value(a), graph.value(b), graph.value(y));
    if [a, b, y].iter().any(|value| value.repr.store() != Type::I8) {
        return Ok(None);
    }
    let ((a_scale, a_zero), (b_scale, b_zero)) = (affine(a)?, affine(b)?);
    // LiteRT multiplies these scales in single precision
    let real = f64::from(a_scale * b_scale) / f64::from(affine(y)?.0);
    let factor = Factor::new(real, node.rounding, false)?;
    let output = Output::new(y, Default::default(), vec![factor])?;
    let operand = |x: &Tensor, rank: usize, zero: i32, turn: bool| {
        let fresh = std::iter::repeat_n(1, rank - x.rank());
        let wide: Shape =
            [x.shape()[0]].into_iter().chain(fresh).chain(x.shape()[1..].iter().copied()).collect();
        let x = x.map(|x| x - zero as f32)?.reshape(wide)?;
        if turn { x.transpose(-1, -2) } else { Ok(x) }
    };
    let rank = inputs[0].rank().max(inputs[1].rank());
    let a = operand(inputs[0], rank, a_zero, turned[0])?;
    let b = operand(inputs[1], rank, b_zero, turned[1])?;
    let depth = a.shape().last(0);
    let most = ((EXACT - 1) / (farthest(a_zero) * farthest(b_zero))) as usize;
    let part = |start: usize| {
        let len = most.min(depth - start);
        Ok((1.0, a.narrow(-1, start, len)?.matmul(&b.narrow(-2, start, len)?)?))
    };
    let parts = (0..depth).step_by(most.max(1)).map(part).collect::<Result<Vec<_>>>()?;
    output.of(&parts, None, [1, 1]).map(Some)
}

/// How far from its zero point an int8 can be.
fn farthest(zero: i32) -> i64 {
    i64::from((zero + 128).max(127 - zero))
}

/// A layer at work.
struct Product<'a> {
    node: &'a Node,
    x: &'a Tensor,
    filter: &'a Tensor,
}

impl Product<'_> {
    /// The sums over some of the input channels: where they begin, and how many.
    fn part(&self, plane: &Tensor, [start, len]: [usize; 2]) -> Result<Tensor> {
        let some = |x: Tensor, axis: isize, depth: usize| {
            if len == depth { Ok(x) } else { x.narrow(axis, start, len) }
        };
        match &self.node.op {
            Op::Conv2d { window: w, .. } | Op::DepthwiseConv2d { window: w, .. } => {
                let filter = filter(&self.node.op, self.filter)?;
                let x = image(plane)?;
                let groups = x.shape()[1] / filter.shape()[1].max(1);
                let (depth, channels) = (filter.shape()[1], x.shape()[1]);
                let x = if groups == 1 { some(x, 1, channels)? } else { x };
                x.conv2d(&some(filter, 1, depth)?, None, window(w, [0, 0]), groups)
            }
            _ => {
                let filter = self.filter.squeeze(0)?;
                let depth = filter.shape().last(0);
                let x = plane.reshape([plane.elements() / depth.max(1), depth])?;
                some(x, 1, depth)?.linear(&some(filter, 1, depth)?, None)
            }
        }
    }

    /// What is made, as the graph has it.
    fn shaped(&self, made: Tensor, y: &Value) -> Result<Tensor> {
        match self.node.op {
            Op::FullyConnected { .. } => {
                let rows = self.x.shape()[0];
                made.reshape([rows].into_iter().chain(y.shape.iter().copied()).collect::<Shape>())
            }
            _ => back(&made, self.x.shape()[1]),
        }
    }
}

/// Integers less their zero point, as what times what they are the sum of: one, or high bytes and low ones.
fn planes(x: &Tensor, store: Type, zero: i32) -> Result<Vec<(f32, Tensor)>> {
    if store == Type::I8 {
        return Ok(vec![(1.0, x.map(|x| x - zero as f32)?)]);
    }
    let plain = x.detach();
    let high = plain.map(|x| (x * (1.0 / 256.0)).floor())?;
    let low = plain.map_with(&high, |x, high| x - high * 256.0)?;
    // all of the gradient goes through the high bytes
    let high = record("high bytes", high, [x], &[], |_, g| Ok([Some(Grad::Whole((g * (1.0 / 256.0))?))]));
    Ok(vec![(256.0, high), (1.0, low)])
}

/// Input channels so that no sum over a cut's reaches what floats don't tell apart, for inputs of this size: where each begins,
/// and how many. None if one is too large alone.
fn cuts(op: &Op, weights: &Value, channels: usize, reach: i64) -> Option<Vec<[usize; 2]>> {
    let data = weights.data.as_deref()?;
    let depth = match op {
        Op::DepthwiseConv2d { .. } => 1,
        _ => weights.shape.last().copied()?,
    };
    // how far sums can get by each input channel
    let mut reached = vec![vec![0i64; depth]; channels];
    let filter = (data.len() / channels.max(1)).max(1);
    for (i, weight) in data.iter().enumerate() {
        let (o, k) = match op {
            Op::DepthwiseConv2d { .. } => (i % channels, 0),
            _ => (i / filter, i % depth),
        };
        reached[o][k] += i64::from(weight.cast_signed()).abs() * reach;
    }
    let (mut cuts, mut start, mut sums) = (Vec::new(), 0, vec![0i64; channels]);
    for k in 0..depth {
        let fits = |sums: &[i64]| sums.iter().zip(&reached).all(|(sum, reached)| sum + reached[k] < EXACT);
        if !fits(&sums) {
            cuts.push([start, k - start]);
            (start, sums) = (k, vec![0; channels]);
            if !fits(&sums) {
                return None;
            }
        }
        sums.iter_mut().zip(&reached).for_each(|(sum, reached)| *sum += reached[k]);
    }
    cuts.push([start, depth - start]);
    Some(cuts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use midge_compiler::graph::{Activation, Grain, Quant, Repr};

    #[test]
    fn what_floats_cannot_hold_is_cut() {
        let dense = Op::FullyConnected { activation: Activation::None };
        let weights = |depth: usize, weight: i8| Value {
            name: String::new(),
            shape: vec![2, depth],
            repr: Repr::Quant(Quant {
                store: Type::I8,
                scale: vec![1.0],
                zero: vec![0],
                grain: Grain::Tensor,
            }),
            data: Some(vec![weight.cast_unsigned(); 2 * depth]),
            state: false,
            origin: None,
        };
        // 127 * 255 * 518 is the last below 2^24
        assert_eq!(cuts(&dense, &weights(518, -127), 2, 255), Some(vec![[0, 518]]));
        assert_eq!(cuts(&dense, &weights(519, 127), 2, 255), Some(vec![[0, 518], [518, 1]]));
        assert_eq!(cuts(&dense, &weights(3, 1), 2, EXACT), None);
    }
}
