//! ARG_MAX, ARG_MIN, CUMSUM and TOPK_V2.

use super::{Lowering, extent};
use crate::graph::{Node, Type};
use midge_core::ops::{self, arg, cumsum, top_k};

impl Lowering<'_> {
    pub(super) fn arg(&mut self, node: &Node, axis: usize, greatest: bool) -> Result<(), String> {
        let ((x_id, x), (_, y)) = (self.input(node, 0)?, self.output(node)?);
        let code = match (x.repr.store(), y.repr.store()) {
            (Type::I8 | Type::Bool, Type::I32) => ops::ARG_EXTREME,
            (Type::I32, Type::I32) => ops::ARG_EXTREME_I32,
            (Type::F32, Type::I32) => ops::ARG_EXTREME_F32,
            (Type::I8 | Type::Bool, Type::I64) => ops::ARG_EXTREME_WIDE,
            (Type::I32, Type::I64) => ops::ARG_EXTREME_I32_WIDE,
            (Type::F32, Type::I64) => ops::ARG_EXTREME_F32_WIDE,
            (x, y) => return Err(format!("finds no {y} index of {x}")),
        };
        let [rows, depth, inner] = around(&x.shape, axis)?;
        let record = arg::Arg { depth, inner, greatest: greatest.into() };
        let (x, y) = (self.activation(x_id)?, self.activation(node.outputs[0])?);
        self.step(node, code, rows as usize, 1, vec![y, x], &record.bytes())
    }

    pub(super) fn cumsum(
        &mut self,
        node: &Node,
        axis: usize,
        exclusive: bool,
        reverse: bool,
    ) -> Result<(), String> {
        let (x_id, x) = self.input(node, 0)?;
        let code = match x.repr.store() {
            Type::F32 => ops::CUMSUM_F32,
            Type::I32 => ops::CUMSUM_I32,
            Type::I64 => ops::CUMSUM_I64,
            other => return Err(format!("{} is {other}; float32, int32 and int64 are summed", x.name)),
        };
        let [rows, depth, inner] = around(&x.shape, axis)?;
        let record = cumsum::Cumsum { depth, inner, exclusive: exclusive.into(), reverse: reverse.into() };
        let (x, y) = (self.activation(x_id)?, self.activation(node.outputs[0])?);
        self.step(node, code, rows as usize, 1, vec![y, x], &record.bytes())
    }

    pub(super) fn top_k(&mut self, node: &Node, k: usize) -> Result<(), String> {
        let (x_id, x) = self.input(node, 0)?;
        let code = match x.repr.store() {
            Type::I8 => ops::TOPK_V2,
            Type::I16 => ops::TOPK_V2_I16,
            Type::I32 => ops::TOPK_V2_I32,
            Type::I64 => ops::TOPK_V2_I64,
            Type::F32 => ops::TOPK_V2_F32,
            other => return Err(format!("{} is {other}, which no kernel orders", x.name)),
        };
        let [rows, depth, _] = around(&x.shape, x.shape.len().saturating_sub(1))?;
        let record = top_k::TopK { depth, k: extent(k, "its count")? };
        let (values, indices) = (node.outputs[0], node.outputs[1]);
        if self.graph.value(indices).repr.store() != Type::I32 {
            return Err("its indices are not int32".into());
        }
        let y = [self.activation(values)?, self.activation(indices)?];
        let x = self.activation(x_id)?;
        self.step(node, code, rows as usize, 2, vec![y[0], y[1], x], &record.bytes())
    }
}

/// The extents before an axis, of it, and behind it.
fn around(shape: &[usize], axis: usize) -> Result<[u32; 3], String> {
    let (before, rest) = shape.split_at_checked(axis).ok_or("has no such axis")?;
    let (depth, behind) = rest.split_first().ok_or("has no such axis")?;
    let volume = |axes: &[usize]| extent(axes.iter().product(), "an axis");
    Ok([volume(before)?, volume(&[*depth])?, volume(behind)?])
}
