//! SOFTMAX, LOG_SOFTMAX and L2_NORMALIZATION: exponentials as tables.

use super::{Lowering, Slot, extent, halves};
use crate::graph::{Node, Quant, Repr, Rounding, Type, Value};
use crate::quant::{Multiplier, curve64, int8, whole};
use midge_core::fixed::{high_multiply, rounding_shift};
use midge_core::ops::{self, l2_normalize, log_softmax, normalize, softmax, softmax16};
use midge_core::plan::Kind;
use midge_runtime::host::OperandName;

impl Lowering<'_> {
    pub(super) fn softmax(&mut self, node: &Node, beta: f32) -> Result<(), String> {
        let (_, x) = self.input(node, 0)?;
        match x.repr.store() {
            Type::F32 | Type::F16 => self.normalize(node, ops::SOFTMAX_F32, beta),
            Type::I16 => self.softmax16(node, beta),
            _ => self.softmax8(node, beta),
        }
    }

    fn softmax8(&mut self, node: &Node, beta: f32) -> Result<(), String> {
        let (_, x) = self.input(node, 0)?;
        let (x_scale, _) = int8(x)?;
        fixed(self.output(node)?.1, Type::I8, 1.0 / 256.0, -128)?;
        let table = exponentials(f64::from(beta) * f64::from(x_scale))?;
        let table = self.table_of(Kind::I32, table.iter().flat_map(|e| e.to_le_bytes()).collect(), x);
        let record = softmax::Softmax { depth: extent(depth(x), "the last axis")? };
        self.along(node, ops::SOFTMAX, vec![table], &record.bytes())
    }

    fn softmax16(&mut self, node: &Node, beta: f32) -> Result<(), String> {
        let (_, x) = self.input(node, 0)?;
        let (x_scale, _) = whole(x)?;
        fixed(self.output(node)?.1, Type::I16, 1.0 / 32768.0, 0)?;
        let span = f64::from(u16::MAX);
        let factor = f64::from(x_scale * beta) / (10.0 / span);
        let Multiplier { value, shift } = Multiplier::new(factor)?;
        let exponentials = curve64((10.0 / span, i32::from(i16::MAX)), (2.0 / span, 0), f64::exp);
        let reciprocals = curve64((1.0 / span, i32::from(i16::MIN)), (2.0 / span, 0), |a| 1.0 / (1.0 + a));
        let tables = [exponentials, reciprocals]
            .map(|points| self.table_of(Kind::I16, points.iter().flat_map(|p| p.to_le_bytes()).collect(), x));
        let record = softmax16::Softmax16 {
            depth: extent(depth(x), "the last axis")?,
            multiplier: value,
            shift: shift as i8,
        };
        self.along(node, ops::SOFTMAX_I16, tables.to_vec(), &record.bytes())
    }

    pub(super) fn log_softmax(&mut self, node: &Node) -> Result<(), String> {
        let (_, x) = self.input(node, 0)?;
        if x.repr.store().is_float() {
            return self.normalize(node, ops::LOG_SOFTMAX_F32, 1.0);
        }
        let (x_scale, _) = int8(x)?;
        fixed(self.output(node)?.1, Type::I8, 1.0 / 16.0, 127)?;
        let Multiplier { value, shift } = differences(f64::from(x_scale))?;
        let back = Multiplier::new(f64::from(1u32 << (31 - shift)) / f64::from(value))?;
        let table = exponentials(f64::from(x_scale))?;
        let table = self.table_of(Kind::I32, table.iter().flat_map(|e| e.to_le_bytes()).collect(), x);
        let record = log_softmax::LogSoftmax {
            depth: extent(depth(x), "the last axis")?,
            multiplier: value,
            back: back.value,
            shift: shift as i8,
            back_shift: back.shift as i8,
        };
        self.along(node, ops::LOG_SOFTMAX, vec![table], &record.bytes())
    }

    pub(super) fn l2_normalize(&mut self, node: &Node) -> Result<(), String> {
        let (_, x) = self.input(node, 0)?;
        if x.repr.store().is_float() {
            return self.normalize(node, ops::L2_NORMALIZATION_F32, 1.0);
        }
        let (_, x_zero) = int8(x)?;
        fixed(self.output(node)?.1, Type::I8, 1.0 / 128.0, 0)?;
        let depth = extent(depth(x), "the last axis")?;
        let headroom = if node.rounding == Rounding::LitertUnsigned { 7 } else { 0 };
        let record = l2_normalize::L2Normalize { depth, x_zero, headroom };
        self.along(node, ops::L2_NORMALIZATION, vec![], &record.bytes())
    }

    /// One of the float operators.
    fn normalize(&mut self, node: &Node, code: u16, beta: f32) -> Result<(), String> {
        let ((_, x), (_, y)) = (self.input(node, 0)?, self.output(node)?);
        if y.repr != x.repr {
            return Err(format!("{} is {}, and its input is {}", y.name, y.repr.store(), x.repr.store()));
        }
        let record = normalize::Normalize { depth: extent(depth(x), "the last axis")?, beta: beta.to_bits() };
        self.along(node, halves::of(code, x.repr.store())?, vec![], &record.bytes())
    }

    /// A step that makes rows along the last axis, in place where it may.
    fn along(&mut self, node: &Node, code: u16, tables: Vec<Slot>, record: &[u8]) -> Result<(), String> {
        let shape = &self.output(node)?.1.shape;
        let rows = shape.iter().rev().skip(1).product();
        let (x, y) = (self.activation(node.inputs[0])?, self.activation(node.outputs[0])?);
        self.step(node, code, rows, 1, [vec![y, x], tables].concat(), record)?;
        self.in_place(&[1]);
        Ok(())
    }

    fn table_of(&mut self, kind: Kind, bytes: Vec<u8>, x: &Value) -> Slot {
        let name = OperandName {
            name: format!("table for {}", x.name),
            shape: vec![bytes.len() / kind.bytes() as usize],
            ..OperandName::default()
        };
        self.constant(kind, bytes, name)
    }
}

/// The extent of the last axis.
fn depth(x: &Value) -> usize {
    x.shape.last().copied().unwrap_or(1)
}

/// Whether an output has the scale and zero point that TFLite prescribes.
fn fixed(y: &Value, store: Type, scale: f32, zero: i32) -> Result<(), String> {
    match &y.repr {
        Repr::Quant(Quant { store: kind, scale: s, zero: z, .. })
            if *kind == store && *z == [zero] && s.iter().all(|s| (s / scale - 1.0).abs() <= 0.001) =>
        {
            Ok(())
        }
        other => Err(format!(
            "its output is {other:?}; TFLite prescribes {store} with scale {scale} and zero point {zero}"
        )),
    }
}

/// Integer bits of the scaled differences: they are Q5.26.
const INTEGER_BITS: u32 = 5;

/// `exp(-d * step)` in Q0.31 for d = 0, 1, ... up to 255 or to where LiteRT stops counting.
fn exponentials(step: f64) -> Result<Vec<i32>, String> {
    let Multiplier { value, shift } = differences(step)?;
    let radius = ((1 << INTEGER_BITS) - 1) as f64 * f64::from(1u32 << 26) / f64::from(shift).exp2();
    let last = (radius.floor() as i32).min(255);
    Ok((0..=last).map(|d| exponential(high_multiply((-d).wrapping_shl(shift as u32), value))).collect())
}

/// Brings differences of stored numbers, `step` apart, to Q5.26.
fn differences(step: f64) -> Result<Multiplier, String> {
    let scaled = (step * f64::from(1u32 << 26)).min(f64::from(i32::MAX));
    if scaled <= 1.0 {
        return Err(format!("beta times its input's scale is {step}, too small for fixed point"));
    }
    Multiplier::new(scaled)
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
