//! Convolutions, fully connected layers and pools of a TFLite file.

use super::call::{Call, refuse};
use super::damaged;
use super::op::{Made, activation, no_options};
use super::schema::tflite as fb;
use super::window::{pair, taps};
use crate::graph::{Activation, Binary, Op, Repr, Type, Unary, ValueId, Window};

impl Call<'_, '_> {
    pub(super) fn conv(&mut self) -> Made {
        let Some(fb::BuiltinOptionsRef::Conv2DOptions(o)) = self.operator.builtin_options()? else {
            return no_options();
        };
        let x = self.counted(2..=3)?.read(0)?;
        let filter = self.filter(0, true)?;
        let stride = [o.stride_h()?, o.stride_w()?];
        let dilation = [o.dilation_h_factor()?, o.dilation_w_factor()?];
        let window = self.window(x, taps(self.value(filter))?, o.padding()?, stride, dilation)?;
        let activation = activation(o.fused_activation_function()?)?;
        Ok((Op::Conv2d { window, activation }, self.with_bias(x, filter, 2)?))
    }

    pub(super) fn transpose_conv(&mut self) -> Made {
        let Some(fb::BuiltinOptionsRef::TransposeConvOptions(o)) = self.operator.builtin_options()? else {
            return no_options();
        };
        // the first input is the output's shape, which the output has too
        let x = self.counted(3..=4)?.read(2)?;
        let filter = self.filter(0, true)?;
        let stride = [o.stride_h()?, o.stride_w()?];
        let y = self.peek()?;
        let window = self.window(y, taps(self.value(filter))?, o.padding()?, stride, [1, 1])?;
        let activation = activation(o.fused_activation_function()?)?;
        Ok((Op::TransposeConv { window, activation }, self.with_bias(x, filter, 3)?))
    }

    pub(super) fn depthwise(&mut self) -> Made {
        let Some(fb::BuiltinOptionsRef::DepthwiseConv2DOptions(o)) = self.operator.builtin_options()? else {
            return no_options();
        };
        let x = self.counted(2..=3)?.read(0)?;
        let filter = self.filter(3, true)?;
        let stride = [o.stride_h()?, o.stride_w()?];
        let dilation = [o.dilation_h_factor()?, o.dilation_w_factor()?];
        let window = self.window(x, taps(self.value(filter))?, o.padding()?, stride, dilation)?;
        // The multiplier in the options may be stale; LiteRT takes it from the filter too.
        let channels = self.value(x).shape.last().copied();
        let outputs = self.value(filter).shape.last().copied();
        let multiplier = outputs.zip(channels).and_then(|(o, c)| o.checked_div(c)).unwrap_or(0);
        let activation = activation(o.fused_activation_function()?)?;
        Ok((Op::DepthwiseConv2d { window, multiplier, activation }, self.with_bias(x, filter, 2)?))
    }

    pub(super) fn dense(&mut self) -> Made {
        let Some(fb::BuiltinOptionsRef::FullyConnectedOptions(o)) = self.operator.builtin_options()? else {
            return no_options();
        };
        if o.weights_format()? != 0 {
            return refuse("has weights in a shuffled format; export the model for a generic CPU");
        }
        let x = self.counted(2..=3)?.read(0)?;
        let activation = activation(o.fused_activation_function()?)?;
        let matrix = self.read(1)?;
        if self.value(matrix).data.is_none() && self.value(matrix).repr == Repr::Plain(Type::F32) {
            return self.product(x, matrix, activation);
        }
        let filter = self.filter(0, false)?;
        let read = self.with_bias(x, filter, 2)?;
        let output = self.peek()?;
        if let Some(bias) = read.get(2).copied().filter(|bias| !self.fits(*bias, x, filter, output)) {
            let shown = self.tensors.shown(bias);
            return refuse(&format!("its bias, {shown}, is not on the scale of input times weights"));
        }
        let (input, output) = (self.value(x), self.value(output));
        let made = output.shape.split_last();
        if o.keep_num_dims()? && made.map(|(_, rest)| rest) != input.shape.split_last().map(|(_, rest)| rest)
        {
            let what = format!("keeps the dimensions of {:?}, but makes {:?}", input.shape, output.shape);
            return Err(damaged("its output", what).into());
        }
        Ok((Op::FullyConnected { activation }, read))
    }

    pub(super) fn pool(&mut self, name: &str) -> Made {
        let Some(fb::BuiltinOptionsRef::Pool2DOptions(o)) = self.operator.builtin_options()? else {
            return no_options();
        };
        let x = self.counted(1..=1)?.alike(0)?;
        let size = pair([o.filter_height()?, o.filter_width()?], "filter size")?;
        let window = self.window(x, size, o.padding()?, [o.stride_h()?, o.stride_w()?], [1, 1])?;
        let activation = activation(o.fused_activation_function()?)?;
        let op = match name {
            "MAX_POOL_2D" => Op::MaxPool2d { size, window, activation },
            "L2_POOL_2D" => return self.root_mean(x, size, window, activation),
            _ => Op::AveragePool2d { size, window, activation },
        };
        Ok((op, vec![x]))
    }

    pub(super) fn batch_matmul(&mut self) -> Made {
        let Some(fb::BuiltinOptionsRef::BatchMatMulOptions(o)) = self.operator.builtin_options()? else {
            return no_options();
        };
        let a = self.counted(2..=2)?.read(0)?;
        let b = self.read(1)?;
        Ok((Op::BatchMatMul { transposed: [o.adj_x()?, o.adj_y()?] }, vec![a, b]))
    }

    /// A fully connected layer whose weights are computed at run time: a product of matrices.
    fn product(&mut self, x: ValueId, matrix: ValueId, activation: Activation) -> Made {
        let &[out, depth] = &self.value(matrix).shape[..] else {
            return Err(damaged("its weights", "they need 2 dimensions").into());
        };
        let batch = self.value(x).elements() / depth;
        let rows = self.via(Op::Reshape, x, vec![batch, depth]);
        let product = self.between(rows, vec![batch, out]);
        self.emit(Op::BatchMatMul { transposed: [false, true] }, vec![rows, matrix], vec![product]);
        let Some(2..) = self.inputs.iter().rposition(|input| *input != -1) else {
            return Ok((Op::Reshape, vec![self.clamped(product, activation)]));
        };
        let (bias, sum) = (self.read(2)?, self.between(rows, vec![batch, out]));
        self.emit(Op::Binary { op: Binary::Add, activation }, vec![product, bias], vec![sum]);
        Ok((Op::Reshape, vec![sum]))
    }

    /// L2_POOL_2D: the root of the mean of squares.
    fn root_mean(&mut self, x: ValueId, size: [usize; 2], window: Window, activation: Activation) -> Made {
        let output = self.peek()?;
        let (from, to) = (self.value(x).shape.clone(), self.value(output).shape.clone());
        let squares = self.via(Op::Unary(Unary::Square), x, from);
        let mean = Op::AveragePool2d { size, window, activation: Activation::None };
        let means = self.via(mean, squares, to.clone());
        let roots = self.via(Op::Unary(Unary::Sqrt), means, to);
        Ok((Op::Reshape, vec![self.clamped(roots, activation)]))
    }

    /// A value after an activation.
    fn clamped(&mut self, x: ValueId, activation: Activation) -> ValueId {
        let function = match activation {
            Activation::None => return x,
            Activation::Relu => Unary::Relu,
            Activation::Relu6 => Unary::Relu6,
            Activation::ReluN1To1 => Unary::ReluN1To1,
        };
        let shape = self.value(x).shape.clone();
        self.via(Op::Unary(function), x, shape)
    }
}
