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
        // what is not padded moves with the axis around it; the outermost axis stays apart, as the step's rows
        let mut axes: Vec<(usize, [usize; 2])> = Vec::new();
        for (&n, &margin) in x.shape.iter().zip(margins) {
            let inside = axes.len() > 1;
            match axes.last_mut() {
                Some((extent, around)) if margin == [0, 0] && inside => {
                    *extent *= n;
                    *around = around.map(|elements| elements * n);
                }
                // an axis of 1 is none
                Some(last @ (1, [0, 0])) => *last = (n, margin),
                _ => axes.push((n, margin)),
            }
        }
        if axes.len() == 1 {
            axes.insert(0, (1, [0, 0]));
        }
        if axes.len() > 4 {
            return Err(format!("pads {} separate axes, more than 4", axes.len()));
        }
        let mut record = pad::Pad { dims: [1; 4], out: [1; 4], before: [0; 4], zero };
        let inside = 4 - axes.len();
        for (i, (n, [before, after])) in axes.into_iter().enumerate() {
            // rows first, the others innermost
            let place = if i == 0 { 0 } else { i + inside };
            record.dims[place] = extent(n, "an axis")?;
            record.out[place] = extent(before + n + after, "an axis")?;
            record.before[place] = extent(before, "the padding")?;
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
