//! First values of weights.

use crate::{Result, Rng, Shape, Tensor};

/// How weights are drawn. `fan_in` and `fan_out` are how many inputs an output has, and outputs an input.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Init {
    /// One number.
    Constant(f32),
    /// Evenly between minus and plus this.
    Uniform(f32),
    /// The normal distribution with this deviation.
    Normal(f32),
    /// Evenly, variance `2 / (fan_in + fan_out)` (Glorot and Bengio 2010).
    XavierUniform,
    /// Normal, variance `2 / (fan_in + fan_out)`.
    XavierNormal,
    /// Evenly, variance `2 / fan_in`, for ReLU (He and others 2015).
    KaimingUniform,
    /// Normal, variance `2 / fan_in`.
    KaimingNormal,
    /// Evenly between minus and plus `1 / sqrt(fan_in)`: what PyTorch gives its layers.
    Default,
}

impl Init {
    /// A parameter of `shape`, whose first axis is outputs and the second inputs, of so many taps each.
    ///
    /// # Errors
    /// There is no memory left.
    pub fn parameter(self, shape: impl Into<Shape>, rng: &mut Rng) -> Result<Tensor> {
        let shape = shape.into();
        let taps: usize = shape.iter().skip(2).product();
        let fans = |axis: usize| (shape.get(axis).copied().unwrap_or(1) * taps).max(1) as f32;
        let (fan_out, fan_in) = (fans(0), fans(1));
        let uniform = |rng: &mut Rng, bound: f32| Tensor::uniform(shape.clone(), -bound, bound, rng);
        let normal = |rng: &mut Rng, deviation: f32| &Tensor::randn(shape.clone(), rng)? * deviation;
        let tensor = match self {
            Init::Constant(number) => Tensor::full(shape.clone(), number),
            Init::Uniform(bound) => uniform(rng, bound),
            Init::Normal(deviation) => normal(rng, deviation),
            Init::XavierUniform => uniform(rng, (6.0 / (fan_in + fan_out)).sqrt()),
            Init::XavierNormal => normal(rng, (2.0 / (fan_in + fan_out)).sqrt()),
            Init::KaimingUniform => uniform(rng, (6.0 / fan_in).sqrt()),
            Init::KaimingNormal => normal(rng, (2.0 / fan_in).sqrt()),
            Init::Default => uniform(rng, 1.0 / fan_in.sqrt()),
        };
        Ok(tensor?.requires_gradient())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variances_are_what_they_should_be() {
        let rng = &mut Rng::new(3);
        let (fan_in, fan_out) = (300.0, 200.0);
        for (init, expected) in [
            (Init::Constant(0.0), 0.0),
            (Init::Uniform(0.3), 0.03),
            (Init::Normal(0.5), 0.25),
            (Init::XavierUniform, 2.0 / (fan_in + fan_out)),
            (Init::XavierNormal, 2.0 / (fan_in + fan_out)),
            (Init::KaimingUniform, 2.0 / fan_in),
            (Init::KaimingNormal, 2.0 / fan_in),
            (Init::Default, 1.0 / (3.0 * fan_in)),
        ] {
            let weight = init.parameter([200, 300], rng).unwrap();
            let variance = weight.var(&[], 0, false).unwrap().item().unwrap();
            assert!((variance - expected).abs() <= 0.03 * expected, "{init:?}: {variance}, not {expected}");
        }
    }
}
