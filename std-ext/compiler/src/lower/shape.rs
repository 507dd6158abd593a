//! RESHAPE, PAD and CONCATENATION: bytes that move or stay.

use super::movement::same_size;
use super::{Lowering, Slot, Tensor, extent, kind, label};
use crate::graph::{Node, Value};
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
        let size = same_size(x, y)?;
        let value = self.padding(node, y)?;
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
        while axes.len() < 2 {
            axes.insert(0, (1, [0, 0]));
        }
        if let Some((extent, around)) = axes.last_mut() {
            *extent *= size;
            *around = around.map(|elements| elements * size);
        }
        if axes.len() > 4 {
            return Err(format!("pads {} separate axes, more than 4", axes.len()));
        }
        let same = value.iter().all(|byte| *byte == value[0]);
        let zero = value[0].cast_signed();
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
        let mut operands = vec![self.activation(node.outputs[0])?, self.activation(x_id)?];
        if !same {
            operands.push(self.constant(kind(y.repr.store()), value, label("padding")));
        }
        let code = if same { ops::PAD } else { ops::PAD_VALUE };
        self.step(node, code, rows, 1, operands, &record.bytes())
    }

    /// The bytes of the element that a PAD pads with: its second input, or what stands for 0.
    fn padding(&self, node: &Node, y: &Value) -> Result<Vec<u8>, String> {
        if node.inputs.len() > 1 {
            let (value, data) = self.constant_input(node, 1)?;
            return match data.len() == y.repr.store().bytes() {
                true => Ok(data.to_vec()),
                false => Err(format!("pads with {}, which is not one element", value.name)),
            };
        }
        let zero = match y.repr.quant().map(|q| &q.zero[..]) {
            None => 0,
            Some([zero]) => *zero,
            Some(_) => return Err(format!("{} has one zero point per channel", y.name)),
        };
        Ok(i64::from(zero).to_le_bytes()[..y.repr.store().bytes()].to_vec())
    }

    pub(super) fn concatenation(&mut self, node: &Node, axis: usize) -> Result<(), String> {
        let (y_id, y) = self.output(node)?;
        for id in &node.inputs {
            let x = self.graph.value(*id);
            if x.repr != y.repr {
                return Err(format!("{} has another scale than the output", x.name));
            }
        }
        let rows = y.shape.iter().take(axis).product();
        let mut inputs = Vec::new();
        for id in &node.inputs {
            inputs.push(self.activation(*id)?);
        }
        // more than a step can name become groups, joined first
        while inputs.len() > MOST {
            let group: Vec<Slot> = inputs.drain(..MOST).collect();
            let joined = self.joined(y, &group);
            self.step(node, ops::CONCATENATION, rows, 1, [vec![joined], group].concat(), &[])?;
            inputs.insert(0, joined);
        }
        inputs.insert(0, self.activation(y_id)?);
        self.step(node, ops::CONCATENATION, rows, 1, inputs, &[])
    }

    /// Work memory for as much as these operands hold, elements as in `like`.
    fn joined(&mut self, like: &Value, parts: &[Slot]) -> Slot {
        let bytes = parts.iter().map(|part| match part {
            Slot::Work(i) => self.program.tensors[*i].bytes,
            Slot::Constant(_) => 0,
        });
        let (bytes, kind) = (bytes.sum(), kind(like.repr.store()));
        self.program.tensors.push(Tensor { kind, bytes, scratch: false, state: None, name: label("joined") });
        Slot::Work(self.program.tensors.len() - 1)
    }
}

/// Most inputs of a step: a record counts 31 operands.
const MOST: usize = 30;
