//! Attention, and the block of a transformer.

use super::{Dropout, LayerNorm, Linear, Module};
use crate::{Error, Result, Rng, Tensor, parts};

/// Self-attention of several heads over `[batch, length, size]`.
#[derive(Debug)]
pub struct MultiHeadAttention {
    /// Queries, keys and values, one behind the other: `[3 * size, size]`.
    pub in_proj: Linear,
    /// What becomes of the heads: `[size, size]`.
    pub out_proj: Linear,
    heads: usize,
    causal: bool,
}

impl MultiHeadAttention {
    /// `heads` heads that share `size` numbers; causal ones see what was before and not what comes.
    ///
    /// # Errors
    /// Heads do not divide the size.
    pub fn new(size: usize, heads: usize, causal: bool, rng: &mut Rng) -> Result<MultiHeadAttention> {
        if heads == 0 || !size.is_multiple_of(heads) {
            return Err(Error::Argument {
                op: "attention",
                why: format!("{size} numbers are not {heads} equal heads"),
            });
        }
        Ok(MultiHeadAttention {
            in_proj: Linear::new(size, 3 * size, rng)?,
            out_proj: Linear::new(size, size, rng)?,
            heads,
            causal,
        })
    }
}

impl Module for MultiHeadAttention {
    parts!(in_proj, out_proj);

    fn forward(&self, x: &Tensor) -> Result<Tensor> {
        self.out_proj.forward(&self.in_proj.forward(x)?.attention(self.heads, self.causal)?)
    }
}

/// Attention and two linear layers with a GELU between them, each with a normalization before it and a way round it.
#[derive(Debug)]
pub struct TransformerBlock {
    norm1: LayerNorm,
    attention: MultiHeadAttention,
    norm2: LayerNorm,
    up: Linear,
    down: Linear,
    dropout: Dropout,
}

impl TransformerBlock {
    /// A block over `[batch, length, size]`, whose inner layer has `hidden` numbers.
    ///
    /// # Errors
    /// Heads do not divide the size, or `dropout` is no probability.
    pub fn new(
        size: usize,
        heads: usize,
        hidden: usize,
        causal: bool,
        dropout: f32,
        rng: &mut Rng,
    ) -> Result<TransformerBlock> {
        Ok(TransformerBlock {
            norm1: LayerNorm::new(size)?,
            attention: MultiHeadAttention::new(size, heads, causal, rng)?,
            norm2: LayerNorm::new(size)?,
            up: Linear::new(size, hidden, rng)?,
            down: Linear::new(hidden, size, rng)?,
            dropout: Dropout::new(dropout, rng)?,
        })
    }
}

impl Module for TransformerBlock {
    parts!(norm1, attention, norm2, up, down, dropout);

    fn forward(&self, x: &Tensor) -> Result<Tensor> {
        let x = x.add(&self.dropout.forward(&self.attention.forward(&self.norm1.forward(x)?)?)?)?;
        let inner = self.up.forward(&self.norm2.forward(&x)?)?.gelu()?;
        x.add(&self.dropout.forward(&self.down.forward(&inner)?)?)
    }
}
