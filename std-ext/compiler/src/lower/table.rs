//! Functions of one byte, as tables; and the conversions at a model's ends.

use super::unary::rows;
use super::{Lowering, extent};
use crate::graph::{Activation, Node, Repr, Type, Unary, Value};
use crate::quant::{Multiplier, clamp, int8};
use midge_core::fixed::{multiply_twice, narrow};
use midge_core::ops::{self, convert, table};
use midge_core::plan::Kind;
use midge_runtime::host::OperandName;

impl Lowering<'_> {
    /// A function of one byte.
    pub(super) fn byte(&mut self, node: &Node, op: Unary) -> Result<(), String> {
        match op {
            Unary::Relu => self.clamp(node, Activation::Relu),
            Unary::Relu6 => self.clamp(node, Activation::Relu6),
            Unary::ReluN1To1 => self.clamp(node, Activation::ReluN1To1),
            _ => Err("works on int8, which no kernel of it does".into()),
        }
    }

    fn clamp(&mut self, node: &Node, activation: Activation) -> Result<(), String> {
        let (x_scale, x_zero) = int8(self.input(node, 0)?.1)?;
        let (y_scale, y_zero) = int8(self.output(node)?.1)?;
        // LiteRT computes this factor in single precision
        let rescale = Multiplier::new(f64::from(x_scale / y_scale))?;
        self.table(node, rescaled(rescale, x_zero, y_zero, clamp(activation, y_scale, y_zero)))
    }

    pub(super) fn quantize(&mut self, node: &Node) -> Result<(), String> {
        let ((x_id, x), (_, y)) = (self.input(node, 0)?, self.output(node)?);
        if [x, y].iter().any(|v| v.repr.store() == Type::U8) {
            // the two stand for the same numbers, 128 apart
            return self.table(node, |x| x ^ i8::MIN);
        }
        let (y_scale, y_zero) = int8(y)?;
        if x.repr == Repr::Plain(Type::F32) {
            let record = convert::Quantize { scale: y_scale.to_bits(), zero: y_zero };
            let (x, y) = (self.activation(x_id)?, self.activation(node.outputs[0])?);
            return self.step(node, ops::QUANTIZE, 1, 1, vec![y, x], &record.bytes());
        }
        let (x_scale, x_zero) = int8(x)?;
        let rescale = Multiplier::new(f64::from(x_scale) / f64::from(y_scale))?;
        self.table(node, rescaled(rescale, x_zero, y_zero, (i8::MIN, i8::MAX)))
    }

    pub(super) fn dequantize(&mut self, node: &Node) -> Result<(), String> {
        let ((x_id, x), (_, y)) = (self.input(node, 0)?, self.output(node)?);
        let (scale, zero) = int8(x)?;
        if y.repr != Repr::Plain(Type::F32) {
            return Err(format!("its output is {}, not float32", y.repr.store()));
        }
        let record = convert::Dequantize { scale: scale.to_bits(), zero };
        let (x, y) = (self.activation(x_id)?, self.activation(node.outputs[0])?);
        self.step(node, ops::DEQUANTIZE, 1, 1, vec![y, x], &record.bytes())
    }

    /// A step that maps every byte through `map`.
    pub(super) fn table(&mut self, node: &Node, map: impl Fn(i8) -> i8) -> Result<(), String> {
        let (_, y) = self.output(node)?;
        let (rows, stride) = rows(&y.shape);
        let (_, x) = self.input(node, 0)?;
        let byte = |v: &Value| matches!(v.repr.store(), Type::I8 | Type::U8 | Type::Bool);
        if !byte(x) || !byte(y) {
            return Err(format!("{} and {} are not bytes", x.name, y.name));
        }
        let bytes = (i8::MIN..=i8::MAX).map(|x| map(x) as u8).collect();
        let name =
            OperandName { name: format!("table of {}", y.name), shape: vec![256], ..OperandName::default() };
        let table = self.constant(Kind::I8, bytes, name);
        let (x, y) = (self.activation(node.inputs[0])?, self.activation(node.outputs[0])?);
        let record = table::Table { stride: extent(stride, "a row")? };
        self.step(node, ops::TABLE, rows, 1, vec![y, x, table], &record.bytes())?;
        self.in_place(&[1]);
        Ok(())
    }
}

/// From one scale to another, clamped.
fn rescaled(m: Multiplier, x_zero: i8, y_zero: i8, (lo, hi): (i8, i8)) -> impl Fn(i8) -> i8 {
    move |x| {
        let scaled = multiply_twice(i32::from(x) - i32::from(x_zero), m.value, m.shift);
        narrow(scaled.wrapping_add(i32::from(y_zero)), lo, hi)
    }
}
