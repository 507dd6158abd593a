//! Operators of a TFLite file that work element by element.

use super::call::{Call, refuse};
use super::op::{Made, activation, no_options};
use super::schema::tflite as fb;
use crate::graph::{Binary, Op, Repr, Unary};

impl Call<'_, '_> {
    pub(super) fn unary(&mut self, op: Unary) -> Made {
        let x = self.counted(1..=1)?.read(0)?;
        Ok((Op::Unary(op), vec![x]))
    }

    /// QUANTIZE and DEQUANTIZE.
    pub(super) fn convert(&mut self, op: Op) -> Made {
        let x = self.counted(1..=1)?.read(0)?;
        Ok((op, vec![x]))
    }

    pub(super) fn arithmetic(&mut self, name: &str) -> Made {
        let fused = match self.operator.builtin_options()? {
            Some(fb::BuiltinOptionsRef::AddOptions(o)) if name == "ADD" => o.fused_activation_function()?,
            Some(fb::BuiltinOptionsRef::MulOptions(o)) if name == "MUL" => o.fused_activation_function()?,
            _ => return no_options(),
        };
        let activation = activation(fused)?;
        let a = self.counted(2..=2)?.read(0)?;
        let b = self.read(1)?;
        if name == "MUL" {
            return Ok((Op::Binary { op: Binary::Mul, activation }, vec![a, b]));
        }
        // LiteRT adds at 2^20 times the larger scale and has no way to scale up from there.
        let scale = |repr: &Repr| repr.quant().and_then(|q| q.scale.first().copied()).unwrap_or(f32::NAN);
        let larger = scale(&self.value(a).repr).max(scale(&self.value(b).repr));
        let output = self.peek()?;
        let output = scale(&self.value(output).repr);
        if f64::from(2.0 * larger) >= f64::from(output) * f64::from(1 << 20) {
            return refuse(&format!("its output's scale {output} is too fine for inputs of scale {larger}"));
        }
        Ok((Op::Binary { op: Binary::Add, activation }, vec![a, b]))
    }
}
