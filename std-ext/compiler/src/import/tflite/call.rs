//! The operands of one operator, checked as the operator takes them.

use super::schema::tflite as fb;
use super::tensor::Tensors;
use super::{Trouble, damaged};
use crate::graph::{Grain, Op, Quant, Repr, Type, Value, ValueId};

/// One operator that is being read.
pub(super) struct Call<'t, 'a> {
    pub(super) operator: fb::OperatorRef<'a>,
    pub(super) inputs: Vec<i32>,
    pub(super) outputs: Vec<i32>,
    pub(super) tensors: &'t mut Tensors<'a>,
}

impl Call<'_, '_> {
    /// Checks the number of inputs.
    pub(super) fn counted(&mut self, range: std::ops::RangeInclusive<usize>) -> Result<&mut Self, Trouble> {
        if range.contains(&self.inputs.len()) {
            return Ok(self);
        }
        Err(damaged("its inputs", format!("there are {}", self.inputs.len())).into())
    }

    pub(super) fn value(&self, id: ValueId) -> &Value {
        self.tensors.graph.value(id)
    }

    pub(super) fn read(&mut self, input: usize) -> Result<ValueId, Trouble> {
        let index = self.inputs.get(input).copied().unwrap_or(-1);
        self.tensors.read(index)
    }

    /// The input of that number, which must be an int8 activation.
    pub(super) fn int8(&mut self, input: usize) -> Result<ValueId, Trouble> {
        let id = self.read(input)?;
        is_int8(self.value(id), &self.tensors.shown(id))?;
        Ok(id)
    }

    /// Like [`Call::int8`], and quantized like the output: the operator only moves or compares integers.
    pub(super) fn alike(&mut self, input: usize) -> Result<ValueId, Trouble> {
        let id = self.int8(input)?;
        let output = self.peek()?;
        let (Repr::Quant(a), Repr::Quant(b)) = (&self.value(id).repr, &self.value(output).repr) else {
            return refuse("its output is not quantized like its input");
        };
        // The tolerance that LiteRT's pooling has.
        if a.zero != b.zero || (a.scale[0] - b.scale[0]).abs() > 1e-6 {
            return refuse("its output has another scale or zero point than its input");
        }
        Ok(id)
    }

    /// The weights, input 1, with their channels on the given axis.
    pub(super) fn filter(&mut self, axis: usize, symmetric: bool) -> Result<ValueId, Trouble> {
        let id = self.read(1)?;
        let value = self.value(id);
        let shown = self.tensors.shown(id);
        if value.data.is_none() {
            return refuse(&format!("its weights, {shown}, are computed at run time, and must be constant"));
        }
        let Repr::Quant(Quant { store: Type::I8, zero, grain, .. }) = &value.repr else {
            let store = value.repr.store();
            return refuse(&format!("its weights, {shown}, are {store} and must be int8 with scales"));
        };
        match grain {
            Grain::Channel(found) if *found != axis => {
                refuse(&format!("its weights, {shown}, have scales along dimension {found} and not {axis}"))
            }
            Grain::Channel(_) if zero.iter().any(|z| *z != 0) => {
                refuse(&format!("its weights, {shown}, have zero points other than 0"))
            }
            Grain::Tensor if symmetric && zero[0] != 0 => {
                refuse(&format!("its weights, {shown}, have the zero point {}, and need 0", zero[0]))
            }
            _ => Ok(id),
        }
    }

    /// What a layer reads: activation, weights, and a bias where there is one.
    pub(super) fn with_bias(&mut self, x: ValueId, filter: ValueId) -> Result<Vec<ValueId>, Trouble> {
        match self.inputs.get(2) {
            None | Some(-1) => return Ok(vec![x, filter]),
            Some(_) => {}
        }
        let id = self.read(2)?;
        let value = self.value(id);
        let shown = self.tensors.shown(id);
        if value.data.is_none() {
            return refuse(&format!("its bias, {shown}, is computed at run time, and must be constant"));
        }
        if value.repr.store() != Type::I32 {
            return refuse(&format!("its bias, {shown}, is {} and must be int32", value.repr.store()));
        }
        if value.repr.quant().is_some_and(|q| q.zero.iter().any(|z| *z != 0)) {
            return refuse(&format!("its bias, {shown}, has a zero point other than 0"));
        }
        Ok(vec![x, filter, id])
    }

    /// Whether a bias can be added to the sum of products as it is, by LiteRT's measure for this operator: the scales
    /// differ by at most 2% of the output's. A bias without a scale, or weights with many, are not measured.
    pub(super) fn fits(&self, bias: ValueId, x: ValueId, filter: ValueId, output: ValueId) -> bool {
        let scale = |id: ValueId| match self.value(id).repr.quant().map(|q| q.scale.as_slice()) {
            Some([scale]) => Some(f64::from(*scale)),
            _ => None,
        };
        match (scale(bias), scale(x), scale(filter), scale(output)) {
            (Some(bias), Some(x), Some(filter), Some(output)) => (x * filter - bias).abs() / output <= 0.02,
            _ => true,
        }
    }

    /// The one output, before it is written.
    pub(super) fn peek(&mut self) -> Result<ValueId, Trouble> {
        match self.outputs[..] {
            [index] => self.tensors.peek(index),
            _ => Err(damaged("its outputs", format!("there are {}", self.outputs.len())).into()),
        }
    }

    /// The one output, checked and now written.
    pub(super) fn output(&mut self, op: &Op) -> Result<ValueId, Trouble> {
        let id = self.peek()?;
        let value = self.value(id);
        let shown = self.tensors.shown(id);
        match op {
            Op::Dequantize if value.repr == Repr::Plain(Type::F32) => {}
            Op::Dequantize => {
                return refuse(&format!("{shown} is {}, and must be float32", value.repr.store()));
            }
            _ => is_int8(value, &shown)?,
        }
        self.tensors.write(self.outputs[0])
    }
}

/// Checks that a tensor is an int8 activation with one scale.
fn is_int8(value: &Value, shown: &str) -> Result<(), Trouble> {
    let hint = match (value.repr.store(), &value.repr) {
        (Type::I8, Repr::Quant(Quant { grain: Grain::Tensor, .. })) => return Ok(()),
        (Type::I8, Repr::Quant(_)) => "has a scale for each channel, and an activation needs one scale",
        (Type::I8, Repr::Plain(_)) => {
            "is int8 without a scale; convert the model with full integer quantization"
        }
        (Type::U8, _) => "is uint8, which is not supported yet; convert the model again, to int8",
        (Type::I16, _) => "is int16, which is not supported yet; convert the model to int8",
        (Type::F32 | Type::F16, _) => {
            "is floating point, which is not computed yet; quantize the model to int8 (full integer quantization)"
        }
        (other, _) => return refuse(&format!("{shown} is {other}, and only int8 is computed")),
    };
    refuse(&format!("{shown} {hint}"))
}

pub(super) fn refuse<T>(reason: &str) -> Result<T, Trouble> {
    Err(Trouble::Refused(reason.into()))
}
