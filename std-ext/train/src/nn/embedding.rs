//! Tables of vectors, and where in a sequence they stand.

use super::init::Init;
use super::{Module, Part};
use crate::{Result, Rng, Tensor};

/// A vector for each index.
#[derive(Debug)]
pub struct Embedding {
    /// `[count, size]`
    pub weight: Tensor,
}

impl Embedding {
    /// `count` vectors of `size` numbers, drawn from the normal distribution.
    ///
    /// # Errors
    /// There is no memory left.
    pub fn new(count: usize, size: usize, rng: &mut Rng) -> Result<Embedding> {
        Ok(Embedding { weight: Init::Normal(1.0).parameter([count, size], rng)? })
    }
}

impl Module for Embedding {
    /// `x` has indices (i64) of any shape; vectors are a last axis behind theirs.
    fn forward(&self, x: &Tensor) -> Result<Tensor> {
        self.weight.embedding(x)
    }

    fn visit<'a>(&'a self, visitor: &mut dyn FnMut(&str, Part<'a>)) {
        visitor("weight", Part::Parameter(&self.weight));
    }
}

/// Adds waves of different lengths to the vectors `[.., length, size]` of a sequence (Vaswani and others 2017).
#[derive(Debug)]
pub struct PositionalEncoding {
    waves: Tensor,
}

impl PositionalEncoding {
    /// For sequences of `length` vectors of `size` numbers at most.
    ///
    /// # Errors
    /// There is no memory left.
    pub fn new(length: usize, size: usize) -> Result<PositionalEncoding> {
        let wave = |i: usize| {
            let (place, k) = ((i / size) as f64, i % size);
            let angle = place * libm::exp(-((k - k % 2) as f64) / size as f64 * libm::log(10_000.0));
            (if k % 2 == 0 { libm::sin(angle) } else { libm::cos(angle) }) as f32
        };
        Ok(PositionalEncoding {
            waves: Tensor::from_vec((0..length * size).map(wave).collect(), [length, size])?,
        })
    }
}

impl Module for PositionalEncoding {
    fn forward(&self, x: &Tensor) -> Result<Tensor> {
        x.add(&self.waves.narrow(0, 0, x.shape().last(1))?)
    }

    fn visit<'a>(&'a self, _: &mut dyn FnMut(&str, Part<'a>)) {}
}
