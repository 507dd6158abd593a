//! ADD and MUL of int8, which have kernels for a constant operand.

use super::Lowering;
use super::elementwise::pair;
use crate::graph::{Activation, Node, ValueId};
use crate::quant::{Multiplier, clamp, int8};
use midge_core::ops::{self, add, mul};

impl Lowering<'_> {
    pub(super) fn add(&mut self, node: &Node, activation: Activation) -> Result<(), String> {
        let pair = self.commuting(node)?;
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
        self.pairwise(node, [ops::ADD, ops::ADD_CONSTANT], pair.ids, rows, &record.bytes(), |a, b| {
            record.sum(a, b)
        })
    }

    pub(super) fn mul(&mut self, node: &Node, activation: Activation) -> Result<(), String> {
        let pair = self.commuting(node)?;
        let [(a_scale, a_zero), (b_scale, b_zero)] = pair.quants;
        let (y_scale, y_zero) = int8(self.output(node)?.1)?;
        // LiteRT computes this factor in single precision
        let Multiplier { value, shift } = Multiplier::new(f64::from(a_scale * b_scale / y_scale))?;
        let (lo, hi) = clamp(activation, y_scale, y_zero);
        let (shape, rows) = self.broadcast(node, pair.ids)?;
        let shift = shift as i8;
        let record = mul::Mul { shape, a_zero, b_zero, y_zero, lo, hi, shift, multiplier: value };
        self.pairwise(node, [ops::MUL, ops::MUL_CONSTANT], pair.ids, rows, &record.bytes(), |a, b| {
            record.product(a, b)
        })
    }

    /// The inputs of an operator that commutes, a constant one second.
    fn commuting(&self, node: &Node) -> Result<Pair, String> {
        let [a, b] = pair(node)?;
        let (x, y) = (self.graph.value(a), self.graph.value(b));
        let quants = [int8(x)?, int8(y)?];
        Ok(match (x.data.is_some(), y.data.is_some()) {
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
        f: impl Fn(i8, i8) -> i8,
    ) -> Result<(), String> {
        let commuted = Node { inputs: vec![a, b], ..node.clone() };
        // the kernels read their first operand in work memory
        self.activation(a)?;
        let fixed = self.graph.value(b).data.is_some() && self.tensors[b.0].is_none();
        let code = if fixed { constant } else { plain };
        self.met(&commuted, code, rows, record, |a, b| f(a as i8, b as i8))
    }
}

/// The inputs of a node with two, and their scales and zero points.
struct Pair {
    ids: [ValueId; 2],
    quants: [(f32, i8); 2],
}
