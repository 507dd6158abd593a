//! Gradients that are not too long.

use crate::{Result, Tensor};

/// Shortens all gradients together to a length (2-norm) of `limit` if they are longer. Gives the length they had.
///
/// # Errors
/// A device fails.
pub fn clip_grad_norm(parameters: &[Tensor], limit: f32) -> Result<f32> {
    let mut squares = 0.0f64;
    for gradient in parameters.iter().filter_map(Tensor::grad) {
        squares += f64::from(gradient.map(|g| g.clone() * g)?.sum(&[], false)?.item()?);
    }
    let norm = squares.sqrt() as f32;
    // The small number keeps the quotient from rounding above the limit, as PyTorch has it.
    let factor = limit / (norm + 1e-6);
    if factor < 1.0 {
        for parameter in parameters {
            if let Some(gradient) = parameter.grad() {
                parameter.set_grad(Some((&gradient * factor)?));
            }
        }
    }
    Ok(norm)
}
