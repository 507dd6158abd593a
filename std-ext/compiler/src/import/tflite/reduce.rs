//! Operators of a TFLite file that fold or normalize axes.

use super::call::{Call, refuse};
use super::op::{Made, axis, no_options};
use super::schema::tflite as fb;
use crate::graph::{Op, Quant, Reduce, Repr, Type};

impl Call<'_, '_> {
    pub(super) fn reduce(&mut self, op: Reduce) -> Made {
        let Some(fb::BuiltinOptionsRef::ReducerOptions(o)) = self.operator.builtin_options()? else {
            return no_options();
        };
        let x = self.counted(2..=2)?.read(0)?;
        let rank = self.value(x).shape.len();
        let axes = self.tensors.integers(self.inputs[1], "axes")?;
        let mut axes = axes.into_iter().map(|a| axis(a, rank)).collect::<Result<Vec<usize>, _>>()?;
        axes.sort_unstable();
        axes.dedup();
        Ok((Op::Reduce { op, axes, keep: o.keep_dims()? }, vec![x]))
    }

    pub(super) fn softmax(&mut self) -> Made {
        let Some(fb::BuiltinOptionsRef::SoftmaxOptions(o)) = self.operator.builtin_options()? else {
            return no_options();
        };
        let x = self.counted(1..=1)?.read(0)?;
        let beta = o.beta()?;
        let output = self.peek()?;
        if self.value(output).repr.store() != Type::I8 {
            return Ok((Op::Softmax { beta }, vec![x]));
        }
        let scale = self.value(x).repr.quant().map_or(0.0, |q| q.scale[0]);
        let slope = f64::from(beta) * f64::from(scale) * f64::from(1 << 26);
        if !beta.is_finite() || slope.is_nan() || slope <= 1.0 {
            return refuse(&format!("its beta {beta} is out of range for an input of scale {scale}"));
        }
        match &self.value(output).repr {
            Repr::Quant(Quant { scale, zero, .. })
                if *zero == [-128] && scale.iter().all(|s| (s * 256.0 - 1.0).abs() <= 0.001) =>
            {
                Ok((Op::Softmax { beta }, vec![x]))
            }
            _ => refuse("its output needs a scale of 1/256 and a zero point of -128, as TFLite prescribes"),
        }
    }
}
