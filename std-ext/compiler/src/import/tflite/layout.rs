//! Operators of a TFLite file that move elements: shapes, margins, orders, repetitions.

use super::call::{Call, refuse};
use super::op::{Made, activation, axis, no_options};
use super::schema::tflite as fb;
use super::{Trouble, damaged, name_of, names};
use crate::graph::{Activation, Op, Resize, ValueId};

impl Call<'_, '_> {
    /// RESHAPE, SQUEEZE and EXPAND_DIMS: the output's shape says it all.
    pub(super) fn reshape(&mut self) -> Made {
        let x = self.counted(1..=2)?.alike(0)?;
        Ok((Op::Reshape, vec![x]))
    }

    pub(super) fn transpose(&mut self) -> Made {
        let x = self.counted(2..=2)?.alike(0)?;
        let order = self.axes(1, "permutation", x)?;
        Ok((Op::Transpose { order }, vec![x]))
    }

    pub(super) fn reverse(&mut self) -> Made {
        let x = self.counted(2..=2)?.alike(0)?;
        let axes = self.axes(1, "axes", x)?;
        let shape = self.value(x).shape.iter().enumerate();
        let (begin, stride) =
            shape.map(|(i, n)| if axes.contains(&i) { (n - 1, -1) } else { (0, 1) }).unzip();
        Ok((Op::Slice { begin, stride }, vec![x]))
    }

    pub(super) fn broadcast(&mut self) -> Made {
        let x = self.counted(2..=2)?.alike(0)?;
        Ok((Op::Broadcast, vec![x]))
    }

    pub(super) fn tile(&mut self) -> Made {
        let x = self.counted(2..=2)?.alike(0)?;
        let repeats = self.sizes(1, "multiples")?;
        Ok((Op::Tile { repeats }, vec![x]))
    }

    /// PAD and PADV2, whose third input is what the margins are filled with.
    pub(super) fn pad(&mut self) -> Made {
        let x = self.counted(2..=3)?.alike(0)?;
        let margins = self.margins(x)?;
        let mut read = vec![x];
        if self.inputs.len() > 2 {
            read.push(self.alike(2)?);
        }
        Ok((Op::Pad { margins }, read))
    }

    pub(super) fn mirror_pad(&mut self) -> Made {
        let Some(fb::BuiltinOptionsRef::MirrorPadOptions(o)) = self.operator.builtin_options()? else {
            return no_options();
        };
        let border = match name_of(names::MIRROR_PAD_MODE, o.mode()?.into()) {
            Some("SYMMETRIC") => true,
            Some("REFLECT") => false,
            _ => return Err(damaged("its mode", format!("{} is not known", o.mode()?)).into()),
        };
        let x = self.counted(2..=2)?.alike(0)?;
        Ok((Op::MirrorPad { margins: self.margins(x)?, border }, vec![x]))
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

    pub(super) fn resize_nearest(&mut self) -> Made {
        let Some(fb::BuiltinOptionsRef::ResizeNearestNeighborOptions(o)) = self.operator.builtin_options()?
        else {
            return no_options();
        };
        let (align_corners, half_pixel) = (o.align_corners()?, o.half_pixel_centers()?);
        let x = self.counted(2..=2)?.alike(0)?;
        Ok((Op::Resize { method: Resize::Nearest, align_corners, half_pixel }, vec![x]))
    }

    /// An input that lists axes of x.
    fn axes(&mut self, input: usize, what: &str, x: ValueId) -> Result<Vec<usize>, Trouble> {
        let rank = self.value(x).shape.len();
        let listed = self.tensors.integers(self.inputs[input], what)?;
        listed.into_iter().map(|at| axis(at, rank)).collect()
    }

    /// An input of sizes, none negative.
    pub(super) fn sizes(&mut self, input: usize, what: &str) -> Result<Vec<usize>, Trouble> {
        let listed = self.tensors.integers(self.inputs[input], what)?;
        let sizes = listed.into_iter().map(usize::try_from).collect::<Result<_, _>>();
        sizes.map_err(|_| damaged(format!("its {what}"), "one is negative").into())
    }

    /// Input 1, as (before, after) for each axis of x.
    fn margins(&mut self, x: ValueId) -> Result<Vec<[usize; 2]>, Trouble> {
        let rank = self.value(x).shape.len();
        let flat = self.sizes(1, "paddings")?;
        let (margins, rest) = flat.as_chunks::<2>();
        if margins.len() != rank || !rest.is_empty() {
            let what = format!("there are {} for {rank} dimensions", flat.len());
            return Err(damaged("its paddings", what).into());
        }
        Ok(margins.to_vec())
    }
}
