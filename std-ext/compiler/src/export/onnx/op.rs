//! One arm for each operator.

use super::form::OWN;
use super::{Exporter, Written, one};
use crate::graph::{Node, Op, ValueId};

impl Exporter<'_> {
    /// Writes a node that makes y, and what else it has for outputs.
    pub(super) fn operator(&mut self, node: &Node, y: ValueId) -> Written {
        let ids = &node.inputs[..];
        let x = one(ids, 0)?;
        match &node.op {
            Op::Conv2d { window, activation } => self.conv(ids, y, window, *activation),
            Op::DepthwiseConv2d { window, activation, .. } => self.depthwise(ids, y, window, *activation),
            Op::TransposeConv { window, activation } => self.transpose_conv(ids, y, window, *activation),
            Op::AveragePool2d { size, window, activation } => {
                self.pool("AveragePool", x, y, (*size, window), *activation)
            }
            Op::MaxPool2d { size, window, activation } => {
                self.pool("MaxPool", x, y, (*size, window), *activation)
            }
            Op::Resize { method, align_corners, half_pixel } => {
                self.resize(x, y, *method, *align_corners, *half_pixel)
            }
            Op::FullyConnected { activation } => self.dense(ids, y, *activation),
            Op::BatchMatMul { transposed } => self.products(ids, y, *transposed),
            Op::Unary(op) => self.unary(*op, x, y),
            Op::Binary { op, activation } => self.binary(*op, ids, y, *activation),
            Op::Select => self.select(ids, y),
            Op::Cast => self.converted(x, y),
            Op::Quantize | Op::Dequantize => {
                let order = self.order(&[x], y);
                let real = self.real(x, order);
                self.write(y, order, real);
                Ok(())
            }
            Op::Reduce { op, axes, keep } => self.reduce(*op, x, y, axes, *keep),
            Op::ArgExtreme { axis, greatest } => self.arg(x, y, *axis, *greatest),
            Op::Cumsum { axis, exclusive, reverse } => self.cumsum(x, y, *axis, [*exclusive, *reverse]),
            Op::TopK { k } => self.top_k(x, &node.outputs, *k),
            Op::Softmax { beta } => self.softmax(x, y, *beta),
            Op::LogSoftmax => self.along_last("LogSoftmax", x, y),
            Op::L2Normalize => self.along_last("LpNormalization", x, y),
            Op::LayerNorm { epsilon, centred } => self.layer_norm(ids, y, *epsilon, *centred),
            Op::Reshape => self.reshape(x, y),
            Op::Transpose { order } => self.turn(x, y, order),
            Op::Slice { begin, stride } => self.slice(x, y, begin, stride),
            Op::Broadcast => self.expand(x, y),
            Op::Tile { repeats } => self.tile(x, y, repeats),
            Op::View(view) => self.view(x, y, view),
            Op::Pad { margins } => self.pad(ids, y, margins),
            Op::MirrorPad { margins, border } => self.mirror(x, y, margins, *border),
            Op::Concatenation { axis } => self.join(ids, y, *axis),
            Op::Gather { axis, batch } => self.gather(ids, y, *axis, *batch),
            Op::GatherNd => self.gather_nd(ids, y),
            Op::OneHot { axis } => self.one_hot(ids, y, *axis),
            Op::UpdateSlice => self.update(ids, y),
            Op::Lstm(lstm) => self.lstm(ids, y, lstm),
            Op::Svdf { rank, activation } => self.svdf(ids, y, *rank, *activation),
            Op::Assign => self.assign(x, y),
            Op::Custom { .. } => Err("is an operator of its own, which no runtime of ONNX has".into()),
        }
    }

    /// Writes what an operator made, in the graph's order.
    pub(super) fn finish(&mut self, y: ValueId, real: String) -> Written {
        self.write(y, OWN, real);
        Ok(())
    }
}
