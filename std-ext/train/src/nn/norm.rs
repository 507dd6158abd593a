//! Layers that bring elements to mean 0 and variance 1, and then scale and shift them by parameters.

use super::{Mode, Module, Part};
use crate::{Error, Result, Shape, Tensor};

/// A parameter of one number everywhere.
fn constant(size: usize, number: f32) -> Result<Tensor> {
    Ok(Tensor::full(size, number)?.requires_gradient())
}

/// `x * weight + bias`, in one pass.
fn scaled(x: &Tensor, weight: &Tensor, bias: &Tensor) -> Result<Tensor> {
    use crate::device::Expr;
    crate::tensor::map("scale and shift", Expr::new(|[x, w, b]| x * w + b), &[x, weight, bias])
}

/// Normalizes over the last axis.
#[derive(Debug)]
pub struct LayerNorm {
    /// `[size]`, the factor.
    pub weight: Tensor,
    /// `[size]`, what is added.
    pub bias: Tensor,
    epsilon: f32,
}

impl LayerNorm {
    /// For a last axis of `size`.
    ///
    /// # Errors
    /// There is no memory left.
    pub fn new(size: usize) -> Result<LayerNorm> {
        Ok(LayerNorm { weight: constant(size, 1.0)?, bias: constant(size, 0.0)?, epsilon: 1e-5 })
    }
}

impl Module for LayerNorm {
    fn forward(&self, x: &Tensor) -> Result<Tensor> {
        let size = x.shape().last(0);
        let [normal, ..] = x.normalize("layer_norm", [1, x.elements() / size.max(1), size], self.epsilon)?;
        scaled(&normal, &self.weight, &self.bias)
    }

    fn visit<'a>(&'a self, visitor: &mut dyn FnMut(&str, Part<'a>)) {
        visitor("weight", Part::Parameter(&self.weight));
        visitor("bias", Part::Parameter(&self.bias));
    }
}

/// Normalizes groups of channels `[n, c, ..]`; one group is a layer normalization, as many as channels an instance
/// normalization.
#[derive(Debug)]
pub struct GroupNorm {
    /// `[channels]`, the factor.
    pub weight: Tensor,
    /// `[channels]`, what is added.
    pub bias: Tensor,
    groups: usize,
    epsilon: f32,
}

impl GroupNorm {
    /// `channels` in `groups`.
    ///
    /// # Errors
    /// Groups do not divide the channels.
    pub fn new(groups: usize, channels: usize) -> Result<GroupNorm> {
        if groups == 0 || !channels.is_multiple_of(groups) {
            return Err(Error::Argument {
                op: "group_norm",
                why: format!("{channels} channels are not {groups} equal groups"),
            });
        }
        Ok(GroupNorm {
            weight: constant(channels, 1.0)?,
            bias: constant(channels, 0.0)?,
            groups,
            epsilon: 1e-5,
        })
    }
}

impl Module for GroupNorm {
    fn forward(&self, x: &Tensor) -> Result<Tensor> {
        let to = per_channel("group_norm", x, self.weight.elements())?;
        let groups = x.shape()[0] * self.groups;
        let [normal, ..] =
            x.normalize("group_norm", [1, groups, x.elements() / groups.max(1)], self.epsilon)?;
        scaled(&normal, &self.weight.reshape(&to)?, &self.bias.reshape(&to)?)
    }

    fn visit<'a>(&'a self, visitor: &mut dyn FnMut(&str, Part<'a>)) {
        visitor("weight", Part::Parameter(&self.weight));
        visitor("bias", Part::Parameter(&self.bias));
    }
}

/// The shape in which a number for each channel meets `x` `[n, c, ..]`.
fn per_channel(op: &'static str, x: &Tensor, channels: usize) -> Result<Shape> {
    if x.rank() < 2 || x.shape()[1] != channels {
        return Err(x.shape().wrong(op, format!("the second axis must be of {channels} channels")));
    }
    Ok((1..x.rank()).map(|axis| if axis == 1 { channels } else { 1 }).collect())
}

/// Normalizes each channel of `[n, c, ..]` over the batch in training, and by running means and variances else.
#[derive(Debug)]
pub struct BatchNorm {
    /// `[channels]`, the factor.
    pub weight: Tensor,
    /// `[channels]`, what is added.
    pub bias: Tensor,
    /// `[channels]`, what evaluation takes for the mean.
    pub running_mean: Tensor,
    /// `[channels]`, what evaluation takes for the variance.
    pub running_var: Tensor,
    mode: Mode,
    momentum: f32,
    epsilon: f32,
}

impl BatchNorm {
    /// For so many channels.
    ///
    /// # Errors
    /// There is no memory left.
    pub fn new(channels: usize) -> Result<BatchNorm> {
        Ok(BatchNorm {
            weight: constant(channels, 1.0)?,
            bias: constant(channels, 0.0)?,
            running_mean: Tensor::zeros(channels)?,
            running_var: Tensor::ones(channels)?,
            mode: Mode::default(),
            momentum: 0.1,
            epsilon: 1e-5,
        })
    }
}

impl Module for BatchNorm {
    fn forward(&self, x: &Tensor) -> Result<Tensor> {
        let channels = self.weight.elements();
        let to = per_channel("batch_norm", x, channels)?;
        let wide = |tensor: &Tensor| tensor.reshape(&to);
        let epsilon = self.epsilon;
        if !self.mode.is_training() {
            let inverse = self.running_var.map(|v| (v + epsilon).sqrt().recip())?;
            let factor = self.weight.mul(&inverse)?;
            let shift = self.bias.sub(&self.running_mean.mul(&factor)?)?;
            return scaled(x, &wide(&factor)?, &wide(&shift)?);
        }
        let outer = x.shape()[0];
        let inner = x.elements() / (outer * channels).max(1);
        let [normal, mean, inverse] = x.normalize("batch_norm", [outer, channels, inner], epsilon)?;
        let count = (outer * inner) as f32;
        if count < 2.0 {
            return Err(x.shape().wrong("batch_norm", "a channel needs more than one element in training"));
        }
        let keep = 1.0 - self.momentum;
        // The running variance is the unbiased one; what is normalized by is not.
        let share = self.momentum * count / (count - 1.0);
        let var = inverse.map(|i| (i.clone() * i).recip() - epsilon)?;
        self.running_mean.assign(&self.running_mean.map_with(&mean, |r, m| r * keep + m * (1.0 - keep))?)?;
        self.running_var.assign(&self.running_var.map_with(&var, |r, v| r * keep + v * share)?)?;
        scaled(&normal, &wide(&self.weight)?, &wide(&self.bias)?)
    }

    fn visit<'a>(&'a self, visitor: &mut dyn FnMut(&str, Part<'a>)) {
        visitor("weight", Part::Parameter(&self.weight));
        visitor("bias", Part::Parameter(&self.bias));
        visitor("running_mean", Part::Buffer(&self.running_mean));
        visitor("running_var", Part::Buffer(&self.running_var));
        visitor("mode", Part::Mode(&self.mode));
    }
}
