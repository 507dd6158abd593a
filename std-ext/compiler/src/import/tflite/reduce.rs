//! Operators of a TFLite file that fold or normalize axes.

use super::call::{Call, refuse};
use super::op::{Made, activation, axis, no_options};
use super::schema::tflite as fb;
use super::{Trouble, damaged};
use crate::graph::{Activation, Op, Quant, Reduce, Repr, Resize, Type, ValueId};

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
        if groups(&axes) > 2 {
            return self.gathered(x, op, &axes);
        }
        Ok((Op::Reduce { op, axes, keep: o.keep_dims()? }, vec![x]))
    }

    /// A reduction of axes that are too scattered for a kernel: they are brought together first.
    fn gathered(&mut self, x: ValueId, op: Reduce, axes: &[usize]) -> Made {
        let shape = self.value(x).shape.clone();
        let (folded, kept): (Vec<usize>, Vec<usize>) = (0..shape.len()).partition(|axis| axes.contains(axis));
        let order = [kept.as_slice(), &folded].concat();
        let moved = self.between(x, order.iter().map(|axis| shape[*axis]).collect());
        self.emit(Op::Transpose { order }, vec![x], vec![moved]);
        let output = self.peek()?;
        let made = self.between(output, kept.iter().map(|axis| shape[*axis]).collect());
        let axes = (kept.len()..shape.len()).collect();
        self.emit(Op::Reduce { op, axes, keep: false }, vec![moved], vec![made]);
        Ok((Op::Reshape, vec![made]))
    }

    /// An operator along the last axis, without attributes.
    pub(super) fn along(&mut self, op: Op) -> Made {
        let x = self.counted(1..=1)?.read(0)?;
        Ok((op, vec![x]))
    }

    pub(super) fn l2_normalization(&mut self) -> Made {
        if let Some(fb::BuiltinOptionsRef::L2NormOptions(o)) = self.operator.builtin_options()?
            && activation(o.fused_activation_function()?)? != Activation::None
        {
            return refuse("has a fused activation, which TFLite's own kernels refuse as well");
        }
        self.along(Op::L2Normalize)
    }

    pub(super) fn arg(&mut self, greatest: bool) -> Made {
        let x = self.counted(2..=2)?.read(0)?;
        let axes = self.tensors.integers(self.inputs[1], "axis")?;
        let axis = axis(only(&axes, "its axis")?, self.value(x).shape.len())?;
        Ok((Op::ArgExtreme { axis, greatest }, vec![x]))
    }

    pub(super) fn cumsum(&mut self) -> Made {
        let Some(fb::BuiltinOptionsRef::CumsumOptions(o)) = self.operator.builtin_options()? else {
            return no_options();
        };
        let x = self.counted(2..=2)?.read(0)?;
        let axes = self.tensors.integers(self.inputs[1], "axis")?;
        let axis = axis(only(&axes, "its axis")?, self.value(x).shape.len())?;
        Ok((Op::Cumsum { axis, exclusive: o.exclusive()?, reverse: o.reverse()? }, vec![x]))
    }

    pub(super) fn top_k(&mut self) -> Result<(), Trouble> {
        let x = self.counted(2..=2)?.read(0)?;
        let count = self.tensors.integers(self.inputs[1], "count")?;
        let count = only(&count, "its count")?;
        let Ok(k) = usize::try_from(count) else {
            return Err(damaged("its count", format!("{count} is negative")).into());
        };
        let outputs = self.outputs.clone();
        let outputs = outputs.iter().map(|at| self.tensors.write(*at)).collect::<Result<Vec<_>, _>>()?;
        self.emit(Op::TopK { k }, vec![x], outputs);
        Ok(())
    }

    pub(super) fn resize_bilinear(&mut self) -> Made {
        let Some(fb::BuiltinOptionsRef::ResizeBilinearOptions(o)) = self.operator.builtin_options()? else {
            return no_options();
        };
        let x = self.counted(2..=2)?.alike(0)?;
        let (align_corners, half_pixel) = (o.align_corners()?, o.half_pixel_centers()?);
        let op = Op::Resize { method: Resize::Bilinear, align_corners, half_pixel };
        if !self.tensors.unsigned(x) {
            return Ok((op, vec![x]));
        }
        // LiteRT mixes uint8 pixels in floats
        let output = self.peek()?;
        let (from, to) = (self.tensors.as_unsigned(x), self.tensors.as_unsigned(output));
        self.tensors.convert(x, from);
        self.emit(op, vec![from], vec![to]);
        Ok((Op::Quantize, vec![to]))
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

/// Groups of neighbouring axes.
fn groups(axes: &[usize]) -> usize {
    axes.iter().zip(axes.iter().skip(1)).filter(|(a, b)| *a + 1 != **b).count() + 1
}

/// The one number of a list.
fn only(list: &[i64], what: &str) -> Result<i64, Trouble> {
    match list {
        [one] => Ok(*one),
        _ => Err(damaged(what, format!("there are {} numbers", list.len())).into()),
    }
}
