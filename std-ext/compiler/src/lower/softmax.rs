//! SOFTMAX: its exponentials as a table.

use super::{Lowering, extent};
use crate::graph::Node;
use crate::quant::{Multiplier, int8};
use midge_core::fixed::{high_multiply, rounding_shift};
use midge_core::ops::{self, softmax};
use midge_core::plan::Kind;
use midge_runtime::host::OperandName;

impl Lowering<'_> {
    pub(super) fn softmax(&mut self, node: &Node, beta: f32) -> Result<(), String> {
        let (x_scale, _) = int8(self.input(node, 0)?.1)?;
        let (y_scale, y_zero) = int8(self.output(node)?.1)?;
        if y_zero != -128 || (f64::from(y_scale) * 256.0 - 1.0).abs() > 0.001 {
            return Err(format!(
                "its output has scale {y_scale} and zero point {y_zero}, not 1/256 and -128"
            ));
        }
        let shape = &self.output(node)?.1.shape;
        let depth = shape.last().copied().unwrap_or(1);
        let rows = shape.iter().rev().skip(1).product();
        let table = exponentials(f64::from(beta) * f64::from(x_scale))?;
        let bytes = table.iter().flat_map(|e| e.to_le_bytes()).collect();
        let name = OperandName {
            name: format!("exponentials of {}", self.input(node, 0)?.1.name),
            shape: vec![table.len()],
            ..OperandName::default()
        };
        let table = self.constant(Kind::I32, bytes, name);
        let (x, y) = (self.activation(node.inputs[0])?, self.activation(node.outputs[0])?);
        let record = softmax::Softmax { depth: extent(depth, "the last axis")? };
        self.step(node, ops::SOFTMAX, rows, 1, vec![y, x, table], &record.bytes())?;
        self.in_place(&[1]);
        Ok(())
    }
}

/// Integer bits of the scaled differences: they are Q5.26.
const INTEGER_BITS: u32 = 5;

/// `exp(-d * step)` in Q0.31 for d = 0, 1, ... up to 255 or to where LiteRT stops counting.
fn exponentials(step: f64) -> Result<Vec<i32>, String> {
    let scaled = (step * f64::from(1u32 << 26)).min(f64::from(i32::MAX));
    if scaled <= 1.0 {
        return Err(format!("beta times its input's scale is {step}, too small for fixed point"));
    }
    let Multiplier { value, shift } = Multiplier::new(scaled)?;
    let radius = ((1 << INTEGER_BITS) - 1) as f64 * f64::from(1u32 << 26) / f64::from(shift).exp2();
    let last = (radius.floor() as i32).min(255);
    Ok((0..=last).map(|d| exponential(high_multiply((-d).wrapping_shl(shift as u32), value))).collect())
}

/// `exp(a)` in Q0.31 for `a <= 0` in Q5.26: a power of the fraction below a quarter, times a constant for each bit
/// above (gemmlowp's exp_on_negative_values).
fn exponential(a: i32) -> i32 {
    if a == 0 {
        return i32::MAX;
    }
    const QUARTER: i32 = 1 << 24;
    let fraction = (a & (QUARTER - 1)) - QUARTER;
    let rest = fraction.wrapping_sub(a);
    // exp(-1/4), exp(-1/2), exp(-1), ... exp(-16) in Q0.31
    let powers = [1_672_461_947, 1_302_514_674, 790_015_084, 290_630_308, 39_332_535, 720_401, 242];
    let start = small_exponential(fraction.saturating_mul(1 << INTEGER_BITS));
    powers.into_iter().enumerate().fold(start, |result, (bit, power)| {
        if rest >> (24 + bit) & 1 == 1 { high_multiply(result, power) } else { result }
    })
}

/// `exp(a)` for `a` in [-1/4, 0), both Q0.31: a Taylor series about -1/8.
fn small_exponential(a: i32) -> i32 {
    const EXP_MINUS_EIGHTH: i32 = 1_895_147_668;
    const THIRD: i32 = 715_827_883;
    let x = a.wrapping_add(1 << 28);
    let x2 = high_multiply(x, x);
    let (x3, x4) = (high_multiply(x2, x), high_multiply(x2, x2));
    let tail =
        rounding_shift(high_multiply(rounding_shift(x4, 2).wrapping_add(x3), THIRD).wrapping_add(x2), 1);
    EXP_MINUS_EIGHTH.wrapping_add(high_multiply(EXP_MINUS_EIGHTH, x.wrapping_add(tail)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exponentials_are_close_to_real_ones() {
        for step in [0.001, 0.02, 0.164_716_81, 1.0, 4.5] {
            let table = exponentials(step).unwrap();
            assert!(table.len() == 256 || step * table.len() as f64 > 15.0, "{step}: {}", table.len());
            for (d, e) in table.into_iter().enumerate() {
                let real = (-step * d as f64).exp();
                assert!((f64::from(e) / f64::from(1u32 << 31) - real).abs() < 1e-6, "{step} {d}");
            }
        }
        assert!(exponentials(1e-9).is_err());
    }
}
