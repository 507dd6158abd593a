//! Convolution layers.

use super::init::Init;
use super::{Module, Part};
use crate::device::Window;
use crate::{Result, Rng, Tensor};

/// What surrounds an image.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Padding {
    /// Nothing.
    #[default]
    Valid,
    /// Zeros, so that one pixel comes out for each stride; of an odd number one more at the end, as TFLite has it.
    Same,
    /// So many zeros on each side: rows above and below, columns left and right.
    Zeros([usize; 2]),
}

impl Padding {
    /// Zeros before and behind an axis.
    pub(crate) fn zeros(
        self,
        axis: usize,
        size: usize,
        taps: usize,
        stride: usize,
        dilation: usize,
    ) -> [usize; 2] {
        match self {
            Padding::Valid => [0, 0],
            Padding::Zeros(both) => [both[axis]; 2],
            Padding::Same => {
                let extent = (taps.max(1) - 1) * dilation + 1;
                let all = ((size.div_ceil(stride.max(1)).max(1) - 1) * stride + extent).saturating_sub(size);
                [all / 2, all - all / 2]
            }
        }
    }
}

/// A convolution of images `[n, c, h, w]`.
#[derive(Debug)]
pub struct Conv2d {
    /// `[out, in / groups, height, width]`
    pub weight: Tensor,
    /// `[out]`
    pub bias: Option<Tensor>,
    stride: [usize; 2],
    dilation: [usize; 2],
    padding: Padding,
    groups: usize,
}

impl Conv2d {
    /// Filters of `size` (height, width) over all channels, with a bias, stride 1, and no padding.
    ///
    /// # Errors
    /// There is no memory left.
    pub fn new(inputs: usize, outputs: usize, size: [usize; 2], rng: &mut Rng) -> Result<Conv2d> {
        Conv2d::grouped(inputs, outputs, size, 1, rng)
    }

    /// Each filter sees the channels of its group only.
    ///
    /// # Errors
    /// There is no memory left.
    pub fn grouped(
        inputs: usize,
        outputs: usize,
        size: [usize; 2],
        groups: usize,
        rng: &mut Rng,
    ) -> Result<Conv2d> {
        let each = inputs / groups.max(1);
        let weight = Init::Default.parameter([outputs, each, size[0], size[1]], rng)?;
        let bound = 1.0 / ((each * size[0] * size[1]).max(1) as f32).sqrt();
        let bias = Some(Init::Uniform(bound).parameter(outputs, rng)?);
        Ok(Conv2d { weight, bias, stride: [1, 1], dilation: [1, 1], padding: Padding::Valid, groups })
    }

    /// Each channel has a filter of its own.
    ///
    /// # Errors
    /// There is no memory left.
    pub fn depthwise(channels: usize, size: [usize; 2], rng: &mut Rng) -> Result<Conv2d> {
        Conv2d::grouped(channels, channels, size, channels, rng)
    }

    /// With another stride, down and across.
    pub fn stride(self, stride: [usize; 2]) -> Conv2d {
        Conv2d { stride, ..self }
    }

    /// With other padding.
    pub fn padding(self, padding: Padding) -> Conv2d {
        Conv2d { padding, ..self }
    }

    /// With taps further apart.
    pub fn dilation(self, dilation: [usize; 2]) -> Conv2d {
        Conv2d { dilation, ..self }
    }

    /// Without the bias, as before a batch normalization.
    pub fn no_bias(self) -> Conv2d {
        Conv2d { bias: None, ..self }
    }
}

impl Module for Conv2d {
    fn forward(&self, x: &Tensor) -> Result<Tensor> {
        let axis = |d: usize| {
            let size = x.shape().get(d + 2).copied().unwrap_or(0);
            self.padding.zeros(d, size, self.weight.shape()[d + 2], self.stride[d], self.dilation[d])
        };
        let window = Window {
            size: [0, 0],
            stride: self.stride,
            padding: [axis(0), axis(1)],
            dilation: self.dilation,
        };
        x.conv2d(&self.weight, self.bias.as_ref(), window, self.groups)
    }

    fn visit<'a>(&'a self, visitor: &mut dyn FnMut(&str, Part<'a>)) {
        visitor("weight", Part::Parameter(&self.weight));
        if let Some(bias) = &self.bias {
            visitor("bias", Part::Parameter(bias));
        }
    }
}

/// A convolution of signals `[n, c, w]`.
#[derive(Debug)]
pub struct Conv1d {
    /// `[out, in / groups, width]`
    pub weight: Tensor,
    /// `[out]`
    pub bias: Option<Tensor>,
    stride: usize,
    dilation: usize,
    padding: Padding,
    groups: usize,
}

impl Conv1d {
    /// Filters of `size` taps over all channels, with a bias, stride 1, and no padding.
    ///
    /// # Errors
    /// There is no memory left.
    pub fn new(inputs: usize, outputs: usize, size: usize, rng: &mut Rng) -> Result<Conv1d> {
        let weight = Init::Default.parameter([outputs, inputs, size], rng)?;
        let bias = Some(Init::Uniform(1.0 / ((inputs * size).max(1) as f32).sqrt()).parameter(outputs, rng)?);
        Ok(Conv1d { weight, bias, stride: 1, dilation: 1, padding: Padding::Valid, groups: 1 })
    }

    /// With another stride.
    pub fn stride(self, stride: usize) -> Conv1d {
        Conv1d { stride, ..self }
    }

    /// With other padding; of two numbers of zeros the second counts.
    pub fn padding(self, padding: Padding) -> Conv1d {
        Conv1d { padding, ..self }
    }

    /// With taps further apart.
    pub fn dilation(self, dilation: usize) -> Conv1d {
        Conv1d { dilation, ..self }
    }
}

impl Module for Conv1d {
    fn forward(&self, x: &Tensor) -> Result<Tensor> {
        let size = x.shape().get(2).copied().unwrap_or(0);
        let padding = self.padding.zeros(1, size, self.weight.shape()[2], self.stride, self.dilation);
        x.conv1d(&self.weight, self.bias.as_ref(), self.stride, padding, self.dilation, self.groups)
    }

    fn visit<'a>(&'a self, visitor: &mut dyn FnMut(&str, Part<'a>)) {
        visitor("weight", Part::Parameter(&self.weight));
        if let Some(bias) = &self.bias {
            visitor("bias", Part::Parameter(bias));
        }
    }
}
