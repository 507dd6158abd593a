//! RESHAPE, PAD and CONCATENATION: bytes that move or stay.

use super::{Lowering, extent};
use crate::graph::Node;
use crate::quant::int8;
use midge_core::ops::{self, pad};

impl Lowering<'_> {
    /// The same bytes under another shape: no step at all.
    pub(super) fn reshape(&mut self, node: &Node) -> Result<(), String> {
        let (x, y) = (self.input(node, 0)?, self.output(node)?);
        if x.1.repr.store() != y.1.repr.store() {
            return Err("its input and output differ in type".into());
        }
        let (x, y) = (x.0, y.0);
        self.activation(x)?;
        self.tensors[y.0] = self.tensors[x.0];
        Ok(())
    }

    pub(super) fn pad(&mut self, node: &Node, margins: &[[usize; 2]]) -> Result<(), String> {
        let ((x_id, x), (_, y)) = (self.input(node, 0)?, self.output(node)?);
        int8(x)?;
        let (_, zero) = int8(y)?;
        // neighbouring axes without padding move together
        let mut axes: Vec<(usize, [usize; 2])> = Vec::new();
        for (&n, &margin) in x.shape.iter().zip(margins) {
            match axes.last_mut() {
                Some((extent, [0, 0])) if margin == [0, 0] => *extent *= n,
                // an axis of 1 is none
                Some(last @ (1, [0, 0])) => *last = (n, margin),
                _ => axes.push((n, margin)),
            }
        }
        if axes.len() > 4 {
            return Err(format!("pads {} separate axes, more than 4", axes.len()));
        }
        let mut record = pad::Pad { dims: [1; 4], out: [1; 4], before: [0; 4], zero };
        // what is not padded lies innermost, so missing axes may be anywhere behind the rows
        for (i, (n, [before, after])) in axes.into_iter().enumerate() {
            record.dims[i] = extent(n, "an axis")?;
            record.out[i] = extent(before + n + after, "an axis")?;
            record.before[i] = extent(before, "the padding")?;
        }
        let rows = record.out[0] as usize;
        let (x, y) = (self.activation(x_id)?, self.activation(node.outputs[0])?);
        self.step(node, ops::PAD, rows, 1, vec![y, x], &record.bytes())
    }

    pub(super) fn concatenation(&mut self, node: &Node, axis: usize) -> Result<(), String> {
        let (_, y) = self.output(node)?;
        int8(y)?;
        for id in &node.inputs {
            let x = self.graph.value(*id);
            if x.repr != y.repr {
                return Err(format!("{} has another scale than the output", x.name));
            }
        }
        if node.inputs.len() > MOST {
            return Err(format!("joins {} tensors, more than {MOST}", node.inputs.len()));
        }
        let rows = y.shape.iter().take(axis).product();
        let mut operands = vec![self.activation(node.outputs[0])?];
        for id in &node.inputs {
            operands.push(self.activation(*id)?);
        }
        self.step(node, ops::CONCATENATION, rows, 1, operands, &[])
    }
}

/// Most inputs of a step: a record counts 31 operands.
const MOST: usize = 30;
