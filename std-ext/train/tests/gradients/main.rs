//! Every operation and layer against loops in f64: what it computes, on shapes that are drawn, and its gradients by
//! differences of those loops.

#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests, which may panic")]

mod layer;
mod naive;
mod network;
mod operation;

use midge_train::{Result, Rng, Tensor, optim};

use naive::Naive;

/// How far outputs may be off, relative to the greatest of them, or to 1.
const FORWARD: f64 = 1e-5;
/// How far gradients may be off differences, the same way.
const BACKWARD: f64 = 1e-4;
/// Half of how far apart inputs of a difference are.
const STEP: f64 = 1e-6;

/// Holds an operation against what should compute the same.
fn check(
    name: &str,
    inputs: &[Tensor],
    f: impl Fn(&[Tensor]) -> Result<Tensor>,
    naive: impl Fn(&[Naive]) -> Naive,
) {
    let leaves: Vec<Tensor> = inputs.iter().map(Tensor::requires_gradient).collect();
    let output = f(&leaves).unwrap_or_else(|error| panic!("{name}: {error}"));
    let weights = Tensor::uniform(output.shape(), 0.5, 1.5, &mut Rng::new(99)).unwrap();
    output.backward_with(&weights).unwrap();
    let gradient = |leaf: &Tensor| leaf.grad().map(|g| g.to_vec::<f32>().unwrap());
    compare(name, &output, &leaves, leaves.iter().map(gradient).collect(), &weights, naive);
}

/// Holds an output and the gradients of a weighted sum of it against what should compute the same.
fn compare(
    name: &str,
    output: &Tensor,
    inputs: &[Tensor],
    gradients: Vec<Option<Vec<f32>>>,
    weights: &Tensor,
    naive: impl Fn(&[Naive]) -> Naive,
) {
    let mut exact: Vec<Naive> = inputs.iter().map(Naive::of).collect();
    let expected = naive(&exact);
    assert_eq!(output.shape()[..], expected.shape, "{name}: shape");
    near(&format!("{name}: output"), &Naive::of(output).data, &expected.data, FORWARD);
    let weights = Naive::of(weights);
    for (i, gradient) in gradients.into_iter().enumerate() {
        let found = gradient.unwrap_or_else(|| panic!("{name}: input {i} has no gradient"));
        let found: Vec<f64> = found.into_iter().map(f64::from).collect();
        let differences = (0..found.len()).map(|at| {
            let before = exact[i].data[at];
            let mut total = |x: f64| -> f64 {
                exact[i].data[at] = x;
                naive(&exact).data.iter().zip(&weights.data).map(|(y, w)| y * w).sum()
            };
            let difference = (total(before + STEP) - total(before - STEP)) / (2.0 * STEP);
            exact[i].data[at] = before;
            difference
        });
        let expected: Vec<f64> = differences.collect();
        near(&format!("{name}: gradient of input {i}"), &found, &expected, BACKWARD);
    }
}

fn near(what: &str, found: &[f64], expected: &[f64], tolerance: f64) {
    let scale = expected.iter().fold(1.0f64, |a, x| a.max(x.abs()));
    for (at, (x, y)) in expected.iter().zip(found).enumerate() {
        assert!((x - y).abs() <= tolerance * scale, "{what}, element {at}: {y}, and should be {x}");
    }
}

fn random<const N: usize>(shape: [usize; N], rng: &mut Rng) -> Tensor {
    Tensor::uniform(shape, -2.0, 2.0, rng).unwrap()
}

fn positive<const N: usize>(shape: [usize; N], rng: &mut Rng) -> Tensor {
    Tensor::uniform(shape, 0.5, 2.0, rng).unwrap()
}

#[test]
fn a_parameter_that_changes_between_the_passes_is_noticed() {
    let rng = &mut Rng::new(50);
    let (w, x) = (random([2, 3], rng).requires_gradient(), random([4, 3], rng).requires_gradient());
    let loss = x.linear(&w, None).unwrap().powf(2.0).unwrap().sum(&[], false).unwrap();
    let through = x.linear(&w, None).unwrap().sum(&[], false).unwrap();
    w.assign(&Tensor::zeros([2, 3]).unwrap()).unwrap();
    assert!(through.backward().unwrap_err().to_string().contains("changed in place"));
    let error = loss.backward().and_then(|()| loss.backward()).unwrap_err().to_string();
    assert!(error.contains("freed") || error.contains("changed"), "{error}");
}

#[test]
fn clipped_gradients_are_as_long_as_the_limit() {
    let w = random([10], &mut Rng::new(52)).requires_gradient();
    w.powf(2.0).unwrap().sum(&[], false).unwrap().backward().unwrap();
    let before = optim::clip_grad_norm(std::slice::from_ref(&w), 0.5).unwrap();
    assert!(before > 0.5);
    let norm = w.grad().unwrap().powf(2.0).unwrap().sum(&[], false).unwrap().item().unwrap().sqrt();
    assert!(norm <= 0.5 && norm > 0.499, "{norm}");
}
