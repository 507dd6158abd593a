//! Losses: one number that says how far a network is off, the mean over all elements unless it says otherwise.

use crate::device::Var;
use crate::{Error, Result, Tensor};

/// The mean over a difference of two tensors of one shape.
fn of_pairs(
    op: &'static str,
    output: &Tensor,
    target: &Tensor,
    each: impl FnOnce(&Tensor, &Tensor) -> Result<Tensor>,
) -> Result<Tensor> {
    if output.shape() != target.shape() {
        let (left, right) = (output.shape().clone(), target.shape().clone());
        return Err(Error::Shapes { op, left, right, why: "outputs and targets have one shape" });
    }
    each(output, target)?.mean(&[], false)
}

/// Cross-entropy of the softmax of logits `[.., classes]` with classes `[..]` (i64), the mean over all that are not
/// negative.
///
/// # Errors
/// Shapes do not fit, or a class is not below the number of classes.
pub fn cross_entropy(logits: &Tensor, classes: &Tensor) -> Result<Tensor> {
    cross_entropy_smooth(logits, classes, 0.0)
}

/// [`cross_entropy`] with a target that gives all classes a share of `smoothing`.
///
/// # Errors
/// As there; or `smoothing` is not in 0..1.
pub fn cross_entropy_smooth(logits: &Tensor, classes: &Tensor, smoothing: f32) -> Result<Tensor> {
    if !(0.0..1.0).contains(&smoothing) {
        return Err(Error::Argument {
            op: "cross_entropy",
            why: format!("a smoothing of {smoothing} is not in 0..1"),
        });
    }
    let rows = classes.elements();
    let ignored = classes.to_vec::<i64>()?.iter().filter(|&&class| class < 0).count();
    let count = logits.shape().last(0);
    let losses =
        crate::tensor::cross_entropy(&logits.reshape([rows, count])?, &classes.reshape(rows)?, smoothing)?;
    &losses.sum(&[], false)? * (1.0 / (rows - ignored).max(1) as f32)
}

/// The mean of squared differences.
///
/// # Errors
/// Shapes differ.
pub fn mse(output: &Tensor, target: &Tensor) -> Result<Tensor> {
    of_pairs("mse", output, target, |x, y| x.map_with(y, |x, y| (x.clone() - y.clone()) * (x - y)))
}

/// The mean of absolute differences.
///
/// # Errors
/// Shapes differ.
pub fn l1(output: &Tensor, target: &Tensor) -> Result<Tensor> {
    of_pairs("l1", output, target, |x, y| x.map_with(y, |x, y| (x - y).abs()))
}

/// Half the square of differences up to `delta`, and linear beyond (Huber 1964).
///
/// # Errors
/// Shapes differ.
pub fn huber(output: &Tensor, target: &Tensor, delta: f32) -> Result<Tensor> {
    of_pairs("huber", output, target, |x, y| {
        x.map_with(y, |x, y| {
            let off = (x - y).abs();
            let (square, line) = (off.clone() * off.clone() * 0.5, (off.clone() - 0.5 * delta) * delta);
            off.above(delta).select(&line, &square)
        })
    })
}

/// Binary cross-entropy of probabilities. Of one that is 0 or 1 the logarithm that does not exist is -100, and has no
/// gradient; [`bce_with_logits`] has one there.
///
/// # Errors
/// Shapes differ.
pub fn bce(probability: &Tensor, target: &Tensor) -> Result<Tensor> {
    let log = |p: Var| {
        // What is not chosen has to be a number too: its gradient is multiplied by 0.
        p.above(0.0).select(&p.at_least(f32::MIN_POSITIVE).log(), &(p.clone() * 0.0 - 100.0))
    };
    of_pairs("bce", probability, target, |p, y| {
        p.map_with(y, |p, y| -(y.clone() * log(p.clone()) + (1.0 - y) * log(1.0 - p)))
    })
}

/// Binary cross-entropy of the logistic function of logits, exact also where that is nearly 0 or 1.
///
/// # Errors
/// Shapes differ.
pub fn bce_with_logits(logits: &Tensor, target: &Tensor) -> Result<Tensor> {
    of_pairs("bce_with_logits", logits, target, |x, y| {
        x.map_with(y, |x, y| x.relu() - x.clone() * y + (1.0 + (-x.abs()).exp()).log())
    })
}

/// Negative log-likelihood of classes `[n]` (i64) by log-probabilities `[n, classes]`.
///
/// # Errors
/// Shapes do not fit, or a class is not below the number of classes.
pub fn nll(log_probabilities: &Tensor, classes: &Tensor) -> Result<Tensor> {
    log_probabilities.gather(1, &classes.unsqueeze(1)?)?.mean(&[], false)?.neg()
}

/// Kullback-Leibler divergence of targets from log-probabilities, the mean over the first axis.
///
/// # Errors
/// Shapes differ.
pub fn kl_div(log_probabilities: &Tensor, target: &Tensor) -> Result<Tensor> {
    let rows = target.shape().first().copied().unwrap_or(1);
    let mean = of_pairs("kl_div", log_probabilities, target, |x, y| {
        x.map_with(y, |x, y| {
            y.above(0.0).select(&(y.clone() * (y.at_least(f32::MIN_POSITIVE).log() - x)), &(y.clone() * 0.0))
        })
    })?;
    &mean * (target.elements() as f32 / rows.max(1) as f32)
}

/// `max(0, 1 - x * y)` for targets y of -1 or 1.
///
/// # Errors
/// Shapes differ.
pub fn hinge(output: &Tensor, target: &Tensor) -> Result<Tensor> {
    of_pairs("hinge", output, target, |x, y| x.map_with(y, |x, y| (1.0 - x * y).relu()))
}
