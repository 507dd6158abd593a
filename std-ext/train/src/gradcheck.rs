//! Gradients against differences, for operations and layers that others write.

use crate::{Result, Rng, Tensor, no_grad};

/// Half of how far apart inputs of a difference are.
const STEP: f32 = 1.0 / 128.0;

/// How far the gradients of what `f` computes are off, at most, against differences of what it computes: relative to the
/// greatest of an input's gradients, or to 1. Right ones are off by about 1e-4; within 1/64 of a kink they are off by much.
///
/// ```
/// use midge_train::{Rng, Tensor, gradcheck};
///
/// let x = Tensor::randn([3, 4], &mut Rng::new(1))?;
/// assert!(gradcheck(|x| x[0].sigmoid()?.sum(&[1], false), &[x])? < 1e-3);
/// # Ok::<(), midge_train::Error>(())
/// ```
///
/// # Errors
/// What `f` refuses; or no gradient gets to any input.
pub fn gradcheck(f: impl Fn(&[Tensor]) -> Result<Tensor>, inputs: &[Tensor]) -> Result<f64> {
    let leaves: Vec<Tensor> = inputs.iter().map(Tensor::requires_gradient).collect();
    let output = f(&leaves)?;
    // Different weights, so that errors do not add up to nothing.
    let weights = Tensor::uniform(output.shape(), 0.5, 1.5, &mut Rng::new(0))?;
    output.backward_with(&weights)?;
    let total = |inputs: &[Tensor]| -> Result<f64> {
        let y = no_grad(|| f(inputs))?.to_vec::<f32>()?;
        Ok(y.iter().zip(weights.to_vec::<f32>()?).map(|(&y, w)| f64::from(y) * f64::from(w)).sum())
    };
    let mut worst = 0.0f64;
    for (i, leaf) in leaves.iter().enumerate() {
        let values = leaf.to_vec::<f32>()?;
        let gradient = match leaf.grad() {
            Some(gradient) => gradient.to_vec::<f32>()?,
            None => vec![0.0; values.len()],
        };
        let scale = gradient.iter().fold(1.0f64, |a, &g| a.max(f64::from(g.abs())));
        for (at, &gradient) in gradient.iter().enumerate() {
            let moved = |by: f32| -> Result<f64> {
                let mut values = values.clone();
                values[at] += by;
                let mut inputs: Vec<Tensor> = leaves.iter().map(Tensor::detach).collect();
                inputs[i] = Tensor::from_vec_on(leaf.device(), values, leaf.shape())?;
                total(&inputs)
            };
            // Of two differences, so that what they are wrong by cancels but for the fifth derivative.
            let near = moved(STEP)? - moved(-STEP)?;
            let far = moved(2.0 * STEP)? - moved(-2.0 * STEP)?;
            let expected = (8.0 * near - far) / (12.0 * f64::from(STEP));
            let off = (f64::from(gradient) - expected).abs() / scale;
            // What is no number is worse than any.
            worst = if off.is_nan() { f64::INFINITY } else { worst.max(off) };
        }
    }
    Ok(worst)
}
