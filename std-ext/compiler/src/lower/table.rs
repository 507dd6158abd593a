//! Functions of one byte, as tables; and changes of type.

use super::unary::{rows, straight};
use super::{Lowering, extent, kind};
use crate::graph::{Node, Repr, Type, Value, ValueId};
use crate::quant::{integers, whole};
use midge_core::ops::{self, cast, convert, table};
use midge_core::plan::Kind;
use midge_runtime::host::OperandName;

impl Lowering<'_> {
    pub(super) fn quantize(&mut self, node: &Node) -> Result<(), String> {
        let ((_, x), (_, y)) = (self.input(node, 0)?, self.output(node)?);
        if [x, y].iter().any(|v| v.repr.store() == Type::U8) {
            // the two stand for the same numbers, 128 apart
            return self.table(node, |x| x ^ i8::MIN);
        }
        let y_quant = whole(y)?;
        let (scale, store) = (y_quant.0.to_bits(), y.repr.store());
        if x.repr == Repr::Plain(Type::F32) {
            let code = match store {
                Type::I8 => ops::QUANTIZE,
                Type::I16 => ops::QUANTIZE_I16,
                _ => return Err(format!("its output is {store}, not int8 or int16")),
            };
            let record = convert::Affine { scale, zero: y_quant.1 as i8 };
            return self.alone(node, code, 1, &record.bytes());
        }
        let lines = straight(whole(x)?, y_quant, store)?;
        let code = match (x.repr.store(), store) {
            (Type::I8, Type::I8) => {
                return self.table(node, |x| lines.of(x.into()).clamp(lines.lo, lines.hi) as i8);
            }
            (Type::I8, Type::I16) => ops::RESCALE_I8_I16,
            (Type::I16, Type::I8) => ops::RESCALE_I16_I8,
            (Type::I16, Type::I16) => ops::RESCALE_I16,
            (from, to) => return Err(format!("makes {to} of {from}, which no kernel of it does")),
        };
        self.rescale(node, code, lines)
    }

    pub(super) fn dequantize(&mut self, node: &Node) -> Result<(), String> {
        let ((_, x), (_, y)) = (self.input(node, 0)?, self.output(node)?);
        let (store, scale, zero) = integers(x)?;
        if y.repr != Repr::Plain(Type::F32) {
            return Err(format!("its output is {}, not float32", y.repr.store()));
        }
        let code = if store == Type::I16 { ops::DEQUANTIZE_I16 } else { ops::DEQUANTIZE };
        let record = convert::Affine { scale: scale.to_bits(), zero: zero as i8 };
        self.alone(node, code, 1, &record.bytes())
    }

    /// The same numbers in another type.
    pub(super) fn cast(&mut self, node: &Node) -> Result<(), String> {
        let ((_, x), (_, y)) = (self.input(node, 0)?, self.output(node)?);
        let (from, to) = (x.repr.store(), y.repr.store());
        for value in [x, y] {
            if matches!(value.repr, Repr::Quant(_)) && value.repr.store() == Type::I8 {
                return Err(format!("{} is quantized; use QUANTIZE or DEQUANTIZE", value.name));
            }
            if value.repr.store() == Type::I4 {
                return Err(format!("{} is {}, which no kernel of it does", value.name, value.repr.store()));
            }
        }
        if from == to {
            return self.reshape(node);
        }
        let code = match (from, to) {
            (Type::F32, Type::F16) => ops::CAST_TO_HALF,
            (Type::F16, Type::F32) => ops::CAST_FROM_HALF,
            (Type::F16, _) | (_, Type::F16) => {
                return Err(format!("makes {to} of {from}, which no kernel of it does"));
            }
            (Type::F32, _) => ops::CAST_FROM_F32,
            (_, Type::F32) => ops::CAST_TO_F32,
            _ => ops::CAST,
        };
        let elements = extent(y.elements(), "its number of elements")?;
        let record = cast::Cast { elements, from: kind(from) as u8, to: kind(to) as u8 };
        let (x, y) = (self.activation(node.inputs[0])?, self.activation(node.outputs[0])?);
        self.step(node, code, 1, 1, vec![y, x], &record.bytes())
    }

    /// A step that maps every byte of the node's input through `map`.
    pub(super) fn table(&mut self, node: &Node, map: impl Fn(i8) -> i8) -> Result<(), String> {
        self.mapped(node, node.inputs[0], map)
    }

    /// A step that maps every byte of x through `map`.
    pub(super) fn mapped(
        &mut self,
        node: &Node,
        x_id: ValueId,
        map: impl Fn(i8) -> i8,
    ) -> Result<(), String> {
        let (_, y) = self.output(node)?;
        let (rows, stride) = rows(&y.shape);
        let x = self.graph.value(x_id);
        let byte = |v: &Value| matches!(v.repr.store(), Type::I8 | Type::U8 | Type::Bool);
        if !byte(x) || !byte(y) {
            return Err(format!("{} and {} are not bytes", x.name, y.name));
        }
        let bytes = (i8::MIN..=i8::MAX).map(|x| map(x) as u8).collect();
        let name =
            OperandName { name: format!("table of {}", y.name), shape: vec![256], ..OperandName::default() };
        let table = self.constant(Kind::I8, bytes, name);
        let (x, y) = (self.activation(x_id)?, self.activation(node.outputs[0])?);
        let record = table::Table { stride: extent(stride, "a row")? };
        self.step(node, ops::TABLE, rows, 1, vec![y, x, table], &record.bytes())?;
        self.in_place(&[1]);
        Ok(())
    }
}
