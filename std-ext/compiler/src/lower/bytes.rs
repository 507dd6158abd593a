//! ADD and MUL of int8, which have kernels for a constant operand.

use super::Lowering;
use super::elementwise::pair;
use crate::graph::{Activation, Node, ValueId};
use crate::quant::{self, Multiplier, clamp, int8};
use midge_core::ops::add::{self, Add};
use midge_core::ops::elementwise::Broadcast;
use midge_core::ops::linear::Linear;
use midge_core::ops::{self, mul};

impl Lowering<'_> {
    pub(super) fn add(&mut self, node: &Node, activation: Activation) -> Result<(), String> {
        let pair = self.commuting(node)?;
        let ([a, b], y) = (pair.quants, int8(self.output(node)?.1)?);
        let (shape, rows) = self.broadcast(node, pair.ids)?;
        let record = sum(shape, [a, b, y], clamp(activation, y.0, y.1))?;
        let f = |a, b| record.sum(a, b);
        let fixed = self.second_is_fixed(pair.ids)?;
        if let Some(linear) = self.linear(pair.ids, &shape, slopes([a.0, b.0], y.0), f) {
            return self.commuted(node, ops::ADD_LINEAR, pair.ids, rows, &linear.bytes(), f);
        }
        let code = if fixed { ops::ADD_CONSTANT } else { ops::ADD };
        self.commuted(node, code, pair.ids, rows, &record.bytes(), f)
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
        let code = if self.second_is_fixed(pair.ids)? { ops::MUL_CONSTANT } else { ops::MUL };
        self.commuted(node, code, pair.ids, rows, &record.bytes(), |a, b| record.product(a, b))
    }

    /// The multiples of two operands that give `f`, if both lie in work memory, have the output's shape, and there are
    /// such multiples.
    pub(super) fn linear(
        &self,
        ids: [ValueId; 2],
        shape: &Broadcast,
        slopes: [f64; 2],
        f: impl Fn(i8, i8) -> i8,
    ) -> Option<Linear> {
        let works = |id: &ValueId| self.graph.value(*id).data.is_none() || self.tensors[id.0].is_some();
        let whole = shape.a & shape.b == 0b1111 && ids.iter().all(works);
        let stride = shape.dims[1..].iter().try_fold(1u32, |n, extent| n.checked_mul(*extent))?;
        whole.then(|| quant::linear(stride, slopes, f)).flatten()
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

    /// Whether the second operand is read as a constant. The first never is: it gets its place in work memory.
    fn second_is_fixed(&mut self, [a, b]: [ValueId; 2]) -> Result<bool, String> {
        self.activation(a)?;
        Ok(self.graph.value(b).data.is_some() && self.tensors[b.0].is_none())
    }

    fn commuted(
        &mut self,
        node: &Node,
        code: u16,
        [a, b]: [ValueId; 2],
        rows: usize,
        record: &[u8],
        f: impl Fn(i8, i8) -> i8,
    ) -> Result<(), String> {
        let commuted = Node { inputs: vec![a, b], ..node.clone() };
        self.met(&commuted, code, rows, record, |a, b| f(a as i8, b as i8))
    }
}

/// The inputs of a node with two, and their scales and zero points.
struct Pair {
    ids: [ValueId; 2],
    quants: [(f32, i8); 2],
}

/// How a sum grows with its operands.
pub(super) fn slopes(scales: [f32; 2], y_scale: f32) -> [f64; 2] {
    scales.map(|scale| f64::from(scale) / f64::from(y_scale))
}

/// The record of a sum, from scales and zero points of a, b and y.
fn sum(
    shape: Broadcast,
    [(a_scale, a_zero), (b_scale, b_zero), (y_scale, y_zero)]: [(f32, i8); 3],
    (lo, hi): (i8, i8),
) -> Result<Add, String> {
    // both are brought to twice the larger scale, so neither factor exceeds a half
    let twice = 2.0 * f64::from(a_scale.max(b_scale));
    let headroom = f64::from(1u32 << add::HEADROOM);
    let (a_multiplier, a_shift) = Multiplier::new(f64::from(a_scale) / twice)?.right()?;
    let (b_multiplier, b_shift) = Multiplier::new(f64::from(b_scale) / twice)?.right()?;
    let (y_multiplier, y_shift) = Multiplier::new(twice / (headroom * f64::from(y_scale)))?.right()?;
    Ok(Add {
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
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHAPE: Broadcast = Broadcast { dims: [1, 1, 1, 9], a: 15, b: 15 };

    /// Whether multiples are found; if so, they give every pair's sum.
    fn found(quants: [(f32, i8); 3], clamp: (i8, i8)) -> bool {
        let add = sum(SHAPE, quants, clamp).unwrap();
        let [(a, _), (b, _), (y, _)] = quants;
        let linear = quant::linear(9, slopes([a, b], y), |a, b| add.sum(a, b));
        if let Some(linear) = linear {
            for (a, b) in (-128..=127).flat_map(|a| (-128..=127).map(move |b| (a, b))) {
                assert_eq!(linear.sum(a, b), add.sum(a, b), "{quants:?} {a} {b}");
            }
        }
        linear.is_some()
    }

    #[test]
    fn multiples_are_found_for_the_scales_that_models_have() {
        const ALL: (i8, i8) = (-128, 127);
        for (a, b, y) in [
            (0.117_413_26, 0.086_307_91, 0.112_905_38),
            (0.052_711_45, 0.093_182_04, 0.061_296_71),
            (0.023_5, 0.023_5, 0.023_5),
            (0.5, 0.25, 0.5),
            (1.0, 1.0, 2.0),
            (0.1, 1e-6, 0.1),
        ] {
            for zeros in [[-128; 3], [127; 3], [0, -128, 127], [5, -17, 3]] {
                let [p, q, r] = zeros;
                assert!(found([(a, p), (b, q), (y, r)], ALL), "{a} {b} {y} {zeros:?}");
            }
        }
    }

    #[test]
    fn sums_that_leave_32_bits_and_clamps_inside_are_left_to_add() {
        assert!(!found([(1.0, 0), (1.0, 0), (0.1, 0)], (-128, 127)));
        assert!(!found([(1.0, 0), (1.0, 0), (1.0, 0)], (0, 127)));
        assert!(found([(1.0, 0), (1.0, 0), (1.0, 127)], (-128, 127)));
    }
}
