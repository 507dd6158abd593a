//! Operators of a TFLite file that move elements.

use super::call::{Call, refuse};
use super::damaged;
use super::op::{Made, activation, axis, no_options};
use super::schema::tflite as fb;
use crate::graph::{Activation, Op};

impl Call<'_, '_> {
    pub(super) fn reshape(&mut self) -> Made {
        let x = self.counted(1..=2)?.alike(0)?;
        Ok((Op::Reshape, vec![x]))
    }

    pub(super) fn pad(&mut self) -> Made {
        let x = self.counted(2..=2)?.alike(0)?;
        let rank = self.value(x).shape.len();
        let flat = self.tensors.integers(self.inputs[1], "paddings")?;
        let flat = flat.into_iter().map(usize::try_from).collect::<Result<Vec<usize>, _>>();
        let Ok(flat) = flat else { return Err(damaged("its paddings", "one is negative").into()) };
        let (margins, rest) = flat.as_chunks::<2>();
        if margins.len() != rank || !rest.is_empty() {
            let what = format!("there are {} for {rank} dimensions", flat.len());
            return Err(damaged("its paddings", what).into());
        }
        Ok((Op::Pad { margins: margins.to_vec() }, vec![x]))
    }

    pub(super) fn concatenation(&mut self) -> Made {
        let Some(fb::BuiltinOptionsRef::ConcatenationOptions(o)) = self.operator.builtin_options()? else {
            return no_options();
        };
        if activation(o.fused_activation_function()?)? != Activation::None {
            return refuse("has a fused activation, which TFLite's own kernels refuse as well");
        }
        let output = self.counted(1..=usize::MAX)?.peek()?;
        let mut read = Vec::new();
        for i in 0..self.inputs.len() {
            let x = self.read(i)?;
            if self.value(x).repr != self.value(output).repr {
                let shown = self.tensors.shown(x);
                return refuse(&format!("{shown} has another scale or zero point than its output"));
            }
            read.push(x);
        }
        let axis = axis(o.axis()?.into(), self.value(output).shape.len())?;
        Ok((Op::Concatenation { axis }, read))
    }
}
