//! The integer graph, node by node, in tensors that hold its integers: every number is the one that the plan computes.

use std::collections::BTreeMap;

use midge_compiler::graph::{Activation, Grain, Graph, Node, Op, Reduce, Type, ValueId, Window};
use midge_compiler::quant::Multiplier;

use super::sums::{Factor, Output};
use super::{affine, integers, layer, table};
use crate::autograd::{Grad, record};
use crate::network::{Network, Walk, back, image, is_plain, play, refused, window};
use crate::{Result, Shape, Tensor};

/// An integer graph, and where its constants come from.
pub(super) struct Exact {
    pub(super) graph: Graph,
    stored: BTreeMap<ValueId, Stored>,
}

/// A constant as integers.
struct Stored {
    /// With an axis of 1 in front.
    integers: Tensor,
    /// The constant of the float graph, and how much an integer grows with its number: nothing for one that is clamped.
    source: Option<(ValueId, Tensor)>,
}

impl Exact {
    /// Of the graph that a [`Scheme`](midge_compiler::quantize::Scheme) made of the network's.
    pub(super) fn new(graph: Graph, network: &Network) -> Result<Exact> {
        let mut stored = BTreeMap::new();
        let own = graph.nodes.iter().filter(|node| !matches!(node.op, Op::Quantize | Op::Dequantize));
        for (node, float) in own.zip(&network.plan().nodes) {
            for (id, from) in node.inputs.iter().zip(&float.inputs) {
                let value = graph.value(*id);
                let (Some(quant), false) =
                    (value.repr.quant(), stored.contains_key(id) || value.data.is_none())
                else {
                    continue;
                };
                let shape: Shape = [1].into_iter().chain(value.shape.iter().copied()).collect();
                let integers = integers(value)?;
                let channel = quant.grain.channels(&value.shape);
                let source = match network.parameter(*from) {
                    None => None,
                    Some(weights) => {
                        let slope = |(i, (w, q)): (usize, (f32, &i64))| {
                            let at = channel(i);
                            let exact = w / quant.scale[at] + quant.zero[at] as f32;
                            // a factor of a group rounds more; beyond what a float tells apart nothing is clamped
                            let clamped = !matches!(quant.grain, Grain::Groups { .. })
                                && (exact - *q as f32).abs() > 0.501
                                && exact.abs() < 32768.0;
                            if clamped { 0.0 } else { 1.0 / quant.scale[at] }
                        };
                        let slopes =
                            weights.to_vec::<f32>()?.into_iter().zip(&integers).enumerate().map(slope);
                        Some((*from, Tensor::from_vec_on(weights.device(), slopes.collect(), &shape)?))
                    }
                };
                let integers = Tensor::from_vec(integers.iter().map(|q| *q as f32).collect(), shape)?;
                stored.insert(*id, Stored { integers, source });
            }
        }
        Ok(Exact { graph, stored })
    }

    /// What the graph makes of inputs; `see` is shown the integers of each value, or its floats.
    pub(super) fn run(
        &self,
        network: &Network,
        inputs: &[&Tensor],
        see: impl FnMut(ValueId, &Tensor) -> Result<()>,
    ) -> Result<Vec<Tensor>> {
        let mut constants = network.tensors()?;
        for (id, Stored { integers, source }) in &self.stored {
            let constant =
                match source.as_ref().and_then(|(from, slope)| Some((network.parameter(*from)?, slope))) {
                    None => integers.clone(),
                    Some((weights, slope)) => {
                        let weights = weights.unsqueeze(0)?;
                        record("quantize", integers.clone(), [&weights], &[slope], |saved, g| {
                            Ok([Some(Grad::Whole(g.mul(&saved[0])?))])
                        })
                    }
                };
            constants.insert(*id, constant);
        }
        Walk { graph: &self.graph, constants }.run(inputs, |node, read| self.step(node, read), see)
    }

    fn step(&self, node: &Node, read: &[&Tensor]) -> Result<Tensor> {
        let graph = &self.graph;
        if is_plain(graph, node) {
            return play(graph, node, read);
        }
        if node.op == Op::Dequantize {
            return table::real(graph.value(node.inputs[0]), read[0]);
        }
        if self.is_moving(node) {
            // what surrounds an image stands for 0
            return match (&node.op, affine(graph.value(node.inputs[0]))?) {
                (Op::Pad { .. }, (_, zero)) => {
                    let x = read[0].map(|x| x - zero as f32)?;
                    play(graph, node, &[&x])?.map(|y| y + zero as f32)
                }
                _ => play(graph, node, read),
            };
        }
        let summed = match &node.op {
            Op::Conv2d { .. } | Op::DepthwiseConv2d { .. } | Op::FullyConnected { .. } => {
                layer::layer(graph, node, read)?
            }
            Op::BatchMatMul { transposed } => layer::matrices(graph, node, read, *transposed)?,
            Op::AveragePool2d { size, window, activation } => {
                Some(self.average(node, read[0], (*size, window), *activation)?)
            }
            Op::Reduce { op: op @ (Reduce::Mean | Reduce::Sum), axes, .. } => {
                self.folded(node, read[0], *op, axes)?
            }
            _ => None,
        };
        if let Some(y) = summed {
            return Ok(y);
        }
        let y = match &node.op {
            Op::Unary(_) | Op::Quantize => Some(table::each(graph, node, read[0])?),
            Op::Binary { op, activation } => table::pair(graph, node, read, (*op, *activation))?,
            _ => None,
        };
        let y = y.map_or_else(|| table::by_rows(graph, node, read), Ok)?;
        table::straight(graph, node, read, y)
    }

    /// Whether integers of one scale only change places.
    fn is_moving(&self, node: &Node) -> bool {
        let value = |id: &ValueId| self.graph.value(*id);
        let repr = node.outputs.first().map(|id| &value(id).repr);
        match node.op {
            Op::Reshape
            | Op::Transpose { .. }
            | Op::Slice { .. }
            | Op::Broadcast
            | Op::Tile { .. }
            | Op::View(_)
            | Op::Concatenation { .. }
            | Op::MaxPool2d { activation: Activation::None, .. }
            | Op::Reduce { op: Reduce::Max | Reduce::Min, .. } => {
                node.inputs.iter().all(|id| Some(&value(id).repr) == repr)
            }
            Op::Pad { .. } => node.inputs.len() == 1 && node.inputs.first().map(|id| &value(id).repr) == repr,
            Op::Gather { .. } => node.inputs.first().is_some_and(|id| Some(&value(id).repr) == repr),
            _ => false,
        }
    }

    /// Means of windows, of integers as they are stored.
    fn average(
        &self,
        node: &Node,
        x: &Tensor,
        (size, moves): ([usize; 2], &Window),
        activation: Activation,
    ) -> Result<Tensor> {
        let (n, x) = (x.shape()[1], image(x)?);
        let area = (size[0] * size[1]) as f32;
        let means = x.avg_pool2d(window(moves, size), true)?;
        let sums = means.map(|mean| mean * area)?;
        let m = moves.margins;
        let count = |d: usize, before: usize| -> Vec<i64> {
            let inside = |o: usize| {
                let start = o * moves.stride[d];
                let end = (start + size[d]).min(before + x.shape()[d + 2]);
                end.saturating_sub(start.max(before)) as i64
            };
            (0..sums.shape()[d + 2]).map(inside).collect()
        };
        let across = count(1, m.left);
        let counts = count(0, m.top).into_iter().flat_map(|rows| across.iter().map(move |n| rows * n));
        let factors: Vec<Factor> = counts.map(|n| Factor::Mean(n.max(1))).collect();
        let pixels = factors.len();
        let output = Output::new(self.graph.value(node.outputs[0]), activation, factors)?;
        back(&output.without_zero().of(&[(1.0, sums)], None, [pixels, 1])?, n)
    }

    /// Sums or means along axes. None where floats don't hold the sums.
    fn folded(&self, node: &Node, x: &Tensor, op: Reduce, axes: &[usize]) -> Result<Option<Tensor>> {
        let [from, to] = [node.inputs[0], node.outputs[0]].map(|id| self.graph.value(id));
        let count: usize = axes.iter().map(|axis| from.shape[*axis]).product();
        let reach = if from.repr.store() == Type::I8 { 255 } else { 1 << 15 };
        if axes.is_empty() || count * reach >= 1 << 24 {
            return Ok(None);
        }
        let ((scale, zero), (to_scale, _)) = (affine(from)?, affine(to)?);
        let factor = Multiplier::new(f64::from(scale) / f64::from(to_scale));
        let factor = if op == Reduce::Mean { factor.and_then(|m| m.divided(count)) } else { factor };
        let factor = Factor::Twice(factor.map_err(refused)?);
        let axes: Vec<isize> = axes.iter().map(|axis| *axis as isize + 1).collect();
        let sums = x.map(|x| x - zero as f32)?.sum(&axes, true)?;
        let shape: Shape = [x.shape()[0]].into_iter().chain(to.shape.iter().copied()).collect();
        let output = Output::new(to, Activation::None, vec![factor])?;
        output.of(&[(1.0, sums.reshape(shape)?)], None, [1, 1]).map(Some)
    }
}
