//! Operators of a TFLite file that work element by element.

use super::call::{Call, refuse};
use super::op::{Made, activation, no_options};
use super::schema::tflite as fb;
use super::{Trouble, damaged};
use crate::graph::{Activation, Binary, Op, Rounding, Unary, ValueId};

impl Call<'_, '_> {
    pub(super) fn unary(&mut self, op: Unary) -> Made {
        let x = self.counted(1..=1)?.read(0)?;
        Ok((Op::Unary(op), vec![x]))
    }

    pub(super) fn leaky_relu(&mut self) -> Made {
        let Some(fb::BuiltinOptionsRef::LeakyReluOptions(o)) = self.operator.builtin_options()? else {
            return no_options();
        };
        self.unary(Unary::LeakyRelu { alpha: o.alpha()? })
    }

    pub(super) fn gelu(&mut self) -> Made {
        let Some(fb::BuiltinOptionsRef::GeluOptions(o)) = self.operator.builtin_options()? else {
            return no_options();
        };
        self.unary(Unary::Gelu { approximate: o.approximate()? })
    }

    /// CAST and QUANTIZE.
    pub(super) fn convert(&mut self, op: Op) -> Made {
        let x = self.counted(1..=1)?.read(0)?;
        Ok((op, vec![x]))
    }

    /// An operator of two operands without a fused activation.
    pub(super) fn binary(&mut self, op: Binary) -> Made {
        self.pair(op, Activation::None)
    }

    /// MUL and DIV.
    pub(super) fn arithmetic(&mut self, op: Binary) -> Made {
        let fused = match (op, self.operator.builtin_options()?) {
            (Binary::Mul, Some(fb::BuiltinOptionsRef::MulOptions(o))) => o.fused_activation_function()?,
            (Binary::Div, Some(fb::BuiltinOptionsRef::DivOptions(o))) => o.fused_activation_function()?,
            _ => return no_options(),
        };
        self.pair(op, activation(fused)?)
    }

    /// ADD and SUB.
    pub(super) fn sum(&mut self, op: Binary) -> Result<(), Trouble> {
        let (fused, shifts) = match (op, self.operator.builtin_options()?) {
            (Binary::Add, Some(fb::BuiltinOptionsRef::AddOptions(o))) => {
                (o.fused_activation_function()?, o.pot_scale_int16()?)
            }
            (Binary::Sub, Some(fb::BuiltinOptionsRef::SubOptions(o))) => {
                (o.fused_activation_function()?, o.pot_scale_int16()?)
            }
            _ => return no_options(),
        };
        let (op, inputs) = self.pair(op, activation(fused)?)?;
        self.finish(op, inputs)?;
        if let Some(node) = self.tensors.graph.nodes.last_mut().filter(|_| shifts) {
            node.rounding = Rounding::LitertShift;
        }
        Ok(())
    }

    fn pair(&mut self, op: Binary, activation: Activation) -> Made {
        let a = self.counted(2..=2)?.read(0)?;
        let b = self.read(1)?;
        Ok((Op::Binary { op, activation }, vec![a, b]))
    }

    /// A sum of many: one addition after the other.
    pub(super) fn add_n(&mut self) -> Made {
        let mut sum = self.counted(2..=usize::MAX)?.read(0)?;
        let add = Op::Binary { op: Binary::Add, activation: Activation::None };
        let shape = self.value(sum).shape.clone();
        for i in 1..self.inputs.len() {
            let b = self.read(i)?;
            if self.value(b).shape != shape {
                return Err(damaged("its inputs", "they have different shapes").into());
            }
            if i + 1 == self.inputs.len() {
                return Ok((add, vec![sum, b]));
            }
            let next = self.between(sum, shape.clone());
            self.emit(add.clone(), vec![sum, b], vec![next]);
            sum = next;
        }
        refuse("has one input")
    }

    /// SELECT_V2, and SELECT, whose condition may also say it for whole slices along the first axis.
    pub(super) fn select(&mut self, slices: bool) -> Made {
        let condition = self.counted(3..=3)?.read(0)?;
        let (a, b) = (self.read(1)?, self.read(2)?);
        let rank = self.value(a).shape.len();
        let condition = match self.value(condition).shape[..] {
            [n] if slices && rank > 1 => self.column(condition, n, rank),
            _ => condition,
        };
        Ok((Op::Select, vec![condition, a, b]))
    }

    /// A list as the first of many axes.
    fn column(&mut self, list: ValueId, n: usize, rank: usize) -> ValueId {
        let mut shape = vec![1; rank];
        shape[0] = n;
        let column = self.between(list, shape);
        self.emit(Op::Reshape, vec![list], vec![column]);
        column
    }
}
