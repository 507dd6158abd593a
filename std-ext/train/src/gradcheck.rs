//! Gradients against differences, for operations, layers and networks that others write.

use std::sync::PoisonError;

use serde::Serialize;

use crate::nn::{Module, Part};
use crate::{Error, Result, Rng, Tensor, no_grad};

/// Half of how far apart inputs of a difference are.
const STEP: f32 = 1.0 / 128.0;

/// The same in networks. Kinks, of `relu` and of maxima, spoil long steps, or one side, and the rounding of single precision
/// short ones; a wrong gradient is far from what all of them say.
const STEPS: [f32; 3] = [1.0 / 64.0, 1.0 / 256.0, 1.0 / 1024.0];

/// The share of a network's greatest gradient below which a layer's is no longer the measure: rounding is greater.
const SMALL: f64 = 0.01;

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
            let expected = slope(STEP, around(STEP, moved)?);
            let off = (f64::from(gradient) - expected).abs() / scale;
            // What is no number is worse than any.
            worst = if off.is_nan() { f64::INFINITY } else { worst.max(off) };
        }
    }
    Ok(worst)
}

/// What `moved` gives two steps and one before, and one and two behind.
fn around<E>(
    step: f32,
    moved: impl Fn(f32) -> std::result::Result<f64, E>,
) -> std::result::Result<[f64; 4], E> {
    Ok([moved(-2.0 * step)?, moved(-step)?, moved(step)?, moved(2.0 * step)?])
}

/// The slope in their middle: of two differences, so that what they are wrong by cancels but for the fifth derivative.
fn slope(step: f32, [far, near, next, last]: [f64; 4]) -> f64 {
    (8.0 * (next - near) - (last - far)) / (12.0 * f64::from(step))
}

/// The slopes on either side of it, which differ at a kink.
fn sides(step: f32, [far, near, next, last]: [f64; 4], here: f64) -> [f64; 2] {
    let double = 2.0 * f64::from(step);
    [(3.0 * here - 4.0 * near + far) / double, (4.0 * next - last - 3.0 * here) / double]
}

/// How far the gradients of a parameter are off.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Checked {
    /// Its path.
    pub name: String,
    /// How many numbers it has.
    pub numbers: usize,
    /// How many of them were held against differences.
    pub checked: usize,
    /// The greatest of their gradients.
    pub greatest: f64,
    /// How far a gradient is off, at most: relative to the greatest of the parameter's gradients and differences, or to a
    /// hundredth of the network's. A gradient that is missing is off by 1.
    pub off: f64,
}

/// Holds the gradients of a number that a network decides, such as its loss on a batch, against differences: for each
/// parameter those of `most` numbers in it, which are drawn. What `loss` draws, as dropout does, is the same each time, and
/// the network is afterwards what it was before, without gradients.
///
/// In single precision right gradients are off by up to some thousandths, those of networks with many kinks (`relu`, maxima)
/// by a hundredth: errors smaller than that are not seen.
///
/// ```
/// use midge_train::nn::{Linear, Module};
/// use midge_train::{Rng, Tensor, gradcheck_module};
///
/// let rng = &mut Rng::new(1);
/// let (net, x) = (Linear::new(4, 3, rng)?, Tensor::randn([2, 4], rng)?);
/// let found = gradcheck_module(&net, 8, || net.forward(&x)?.sigmoid()?.mean(&[], false))?;
/// assert!(found.iter().all(|parameter| parameter.off < 1e-2));
/// # Ok::<(), midge_train::Error>(())
/// ```
///
/// # Errors
/// What `loss` refuses; or it is not one finite number that depends on a parameter.
pub fn gradcheck_module<E: From<Error>>(
    net: &dyn Module,
    most: usize,
    loss: impl Fn() -> std::result::Result<Tensor, E>,
) -> std::result::Result<Vec<Checked>, E> {
    let before = net.state_dict().into_iter().map(|(name, tensor)| Ok((name, tensor.copy()?)));
    let before = before.collect::<Result<_>>()?;
    let drawn = random(net);
    let found = compare(net, most, || {
        put(net, &drawn);
        loss()
    });
    put(net, &drawn);
    net.zero_grad();
    net.load_state_dict(&before)?;
    found
}

/// Where the sources of random numbers in a network are.
fn random(net: &dyn Module) -> Vec<Rng> {
    let mut all = Vec::new();
    net.all_parts("", &mut |_, part| {
        if let Part::Random(rng) = part {
            all.push(rng.lock().unwrap_or_else(PoisonError::into_inner).clone());
        }
    });
    all
}

/// Puts them back there.
fn put(net: &dyn Module, all: &[Rng]) {
    let mut all = all.iter();
    net.all_parts("", &mut |_, part| {
        if let Part::Random(rng) = part
            && let Some(kept) = all.next()
        {
            *rng.lock().unwrap_or_else(PoisonError::into_inner) = kept.clone();
        }
    });
}

fn compare<E: From<Error>>(
    net: &dyn Module,
    most: usize,
    loss: impl Fn() -> std::result::Result<Tensor, E>,
) -> std::result::Result<Vec<Checked>, E> {
    let total = || {
        let loss = no_grad(&loss)?.item()?;
        match loss.is_finite() {
            true => Ok(f64::from(loss)),
            false => Err(E::from(Error::Argument { op: "gradcheck", why: format!("the loss is {loss}") })),
        }
    };
    net.zero_grad();
    let here = total()?;
    loss()?.backward()?;
    let mut found = Vec::new();
    for (name, parameter) in net.named_parameters() {
        let values = parameter.to_vec::<f32>()?;
        let gradient = parameter.grad().map(|gradient| gradient.to_vec::<f32>()).transpose()?;
        let mut places: Vec<usize> = (0..values.len()).collect();
        Rng::new(0).shuffle(&mut places);
        places.truncate(most);
        let mut pairs = Vec::new();
        for at in places {
            let own = gradient.as_ref().map_or(0.0, |gradient| f64::from(gradient[at]));
            let moved = |by: f32| {
                let mut values = values.clone();
                values[at] += by;
                parameter.assign(&Tensor::from_vec_on(parameter.device(), values, parameter.shape())?)?;
                total()
            };
            let mut slopes = Vec::new();
            for step in STEPS {
                let points = around(step, moved)?;
                slopes.push(slope(step, points));
                slopes.extend(sides(step, points, here));
            }
            let near = |a: &f64, b: &f64| (a - own).abs().total_cmp(&(b - own).abs());
            pairs.push((own, slopes.into_iter().min_by(near).unwrap_or(own)));
        }
        parameter.assign(&Tensor::from_vec_on(parameter.device(), values, parameter.shape())?)?;
        found.push((name, parameter.elements(), pairs));
    }
    let of = |pairs: &[(f64, f64)]| pairs.iter().fold(0.0f64, |most, (a, b)| most.max(a.abs()).max(b.abs()));
    let least = found.iter().map(|(_, _, pairs)| of(pairs)).fold(0.0, f64::max) * SMALL;
    let checked = found.into_iter().map(|(name, numbers, pairs)| {
        let scale = of(&pairs).max(least).max(f64::MIN_POSITIVE);
        // what is no number is worse than any
        let off = |(a, b): &(f64, f64)| if a.is_finite() { (a - b).abs() / scale } else { f64::MAX };
        Checked {
            name,
            numbers,
            checked: pairs.len(),
            greatest: pairs.iter().fold(0.0, |most, (own, _)| most.max(own.abs())),
            off: pairs.iter().map(off).fold(0.0, f64::max),
        }
    });
    Ok(checked.collect())
}
