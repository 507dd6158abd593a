//! ADD and MUL.

use super::{Lowering, Slot, extent, name};
use crate::graph::{Activation, Node, ValueId};
use crate::quant::{Multiplier, clamp, int8};
use midge_core::ops::{self, add, elementwise::Broadcast, mul};
use midge_core::plan::Kind;

impl Lowering<'_> {
    pub(super) fn add(&mut self, node: &Node, activation: Activation) -> Result<(), String> {
        let pair = self.pair(node)?;
        let [(a_scale, a_zero), (b_scale, b_zero)] = pair.quants;
        let (y_scale, y_zero) = int8(self.output(node)?.1)?;
        // both are brought to twice the larger scale, so neither factor exceeds a half
        let twice = 2.0 * f64::from(a_scale.max(b_scale));
        let headroom = f64::from(1u32 << add::HEADROOM);
        let (a_multiplier, a_shift) = Multiplier::new(f64::from(a_scale) / twice)?.right()?;
        let (b_multiplier, b_shift) = Multiplier::new(f64::from(b_scale) / twice)?.right()?;
        let (y_multiplier, y_shift) = Multiplier::new(twice / (headroom * f64::from(y_scale)))?.right()?;
        let (lo, hi) = clamp(activation, y_scale, y_zero);
        let (shape, rows) = self.broadcast(node, pair.ids)?;
        let record = add::Add {
            shape,
            a_zero,
            b_zero,
            y_zero,
            lo,
            hi,
            a_shift,
            b_shift,
            y_shift,
            a_multiplier,
            b_multiplier,
            y_multiplier,
        };
        self.pairwise(node, [ops::ADD, ops::ADD_CONSTANT], pair.ids, rows, &record.bytes())
    }

    pub(super) fn mul(&mut self, node: &Node, activation: Activation) -> Result<(), String> {
        let pair = self.pair(node)?;
        let [(a_scale, a_zero), (b_scale, b_zero)] = pair.quants;
        let (y_scale, y_zero) = int8(self.output(node)?.1)?;
        // LiteRT computes this factor in single precision
        let Multiplier { value, shift } = Multiplier::new(f64::from(a_scale * b_scale / y_scale))?;
        let (lo, hi) = clamp(activation, y_scale, y_zero);
        let (shape, rows) = self.broadcast(node, pair.ids)?;
        let shift = shift as i8;
        let record = mul::Mul { shape, a_zero, b_zero, y_zero, lo, hi, shift, multiplier: value };
        self.pairwise(node, [ops::MUL, ops::MUL_CONSTANT], pair.ids, rows, &record.bytes())
    }

    /// The node's inputs, a constant one second: both operators commute.
    fn pair(&self, node: &Node) -> Result<Pair, String> {
        let ((a, x), (b, y)) = (self.input(node, 0)?, self.input(node, 1)?);
        let quants = [int8(x)?, int8(y)?];
        Ok(match (x.data.is_some(), y.data.is_some()) {
            (true, true) => return Err("has only constants; fold it before export".into()),
            (true, false) => Pair { ids: [b, a], quants: [quants[1], quants[0]] },
            _ => Pair { ids: [a, b], quants },
        })
    }

    fn pairwise(
        &mut self,
        node: &Node,
        [plain, constant]: [u16; 2],
        [a, b]: [ValueId; 2],
        rows: usize,
        record: &[u8],
    ) -> Result<(), String> {
        let y = self.activation(node.outputs[0])?;
        let x = self.activation(a)?;
        let value = self.graph.value(b);
        let output = self.output(node)?.1.elements();
        let whole = |id| self.graph.value(id).elements() == output;
        let whole: Vec<usize> =
            [(a, 1), (b, 2)].into_iter().filter(|(id, _)| whole(*id)).map(|(_, i)| i).collect();
        if let Some(data) = value.data.clone() {
            let operand: Slot = self.constant(Kind::I8, data, name(value));
            self.step(node, constant, rows, 1, vec![y, x, operand], record)?;
        } else {
            let operand = self.activation(b)?;
            self.step(node, plain, rows, 1, vec![y, x, operand], record)?;
        }
        self.in_place(&whole);
        Ok(())
    }

    /// Shapes aligned at the right, with neighbouring axes merged where both inputs vary alike.
    fn broadcast(&self, node: &Node, ids: [ValueId; 2]) -> Result<(Broadcast, usize), String> {
        let out = &self.output(node)?.1.shape;
        let varies = |id: ValueId, axis: usize| {
            let shape = &self.graph.value(id).shape;
            let offset = out.len() - shape.len();
            axis >= offset && shape[axis - offset] == out[axis]
        };
        let mut axes: Vec<(usize, [bool; 2])> = Vec::new();
        for (axis, &n) in out.iter().enumerate().filter(|(_, n)| **n != 1) {
            let now = ids.map(|id| varies(id, axis));
            // the outermost axis is the step's rows, of which there cannot be too many
            let first = axes.len() == 1;
            match axes.last_mut() {
                Some((extent, before)) if *before == now && (!first || *extent * n <= ROWS) => *extent *= n,
                _ => axes.push((n, now)),
            }
        }
        // one axis is a line, not rows of one element
        if axes.len() == 1 || axes.first().is_some_and(|(n, _)| *n > ROWS) {
            axes.insert(0, (1, [true; 2]));
        }
        if axes.len() > 4 {
            return Err(format!("broadcasts along {} separate axes, more than 4", axes.len()));
        }
        let (mut dims, mut masks) = ([1; 4], [0b1111u8; 2]);
        let inside = 4 - axes.len();
        for (i, (n, varies)) in axes.into_iter().enumerate() {
            // rows first, the others innermost
            let place = if i == 0 { 0 } else { i + inside };
            dims[place] = extent(n, "an axis")?;
            for (mask, varies) in masks.iter_mut().zip(varies) {
                *mask &= !(u8::from(!varies) << place);
            }
        }
        let [a, b] = masks;
        Ok((Broadcast { dims, a, b }, dims[0] as usize))
    }
}

/// Most rows of a step.
const ROWS: usize = u16::MAX as usize;

/// The inputs of a node with two, and their scales and zero points.
struct Pair {
    ids: [ValueId; 2],
    quants: [(f32, i8); 2],
}
