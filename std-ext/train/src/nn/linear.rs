//! The fully connected layer.

use super::init::Init;
use super::{Module, Part};
use crate::{Result, Rng, Tensor};

/// `x` times the transpose of `weight` `[out, in]`, plus `bias` `[out]`.
#[derive(Debug)]
pub struct Linear {
    /// `[out, in]`
    pub weight: Tensor,
    /// `[out]`
    pub bias: Option<Tensor>,
}

impl Linear {
    /// A layer with a bias; first weights as PyTorch draws them.
    ///
    /// # Errors
    /// There is no memory left.
    pub fn new(inputs: usize, outputs: usize, rng: &mut Rng) -> Result<Linear> {
        let weight = Init::Default.parameter([outputs, inputs], rng)?;
        let bias = Init::Uniform(1.0 / (inputs.max(1) as f32).sqrt()).parameter(outputs, rng)?;
        Ok(Linear { weight, bias: Some(bias) })
    }

    /// A layer whose weights are drawn by `init`, without a bias.
    ///
    /// # Errors
    /// There is no memory left.
    pub fn without_bias(inputs: usize, outputs: usize, init: Init, rng: &mut Rng) -> Result<Linear> {
        Ok(Linear { weight: init.parameter([outputs, inputs], rng)?, bias: None })
    }
}

impl Module for Linear {
    fn forward(&self, x: &Tensor) -> Result<Tensor> {
        x.linear(&self.weight, self.bias.as_ref())
    }

    fn visit<'a>(&'a self, visitor: &mut dyn FnMut(&str, Part<'a>)) {
        visitor("weight", Part::Parameter(&self.weight));
        if let Some(bias) = &self.bias {
            visitor("bias", Part::Parameter(bias));
        }
    }
}
