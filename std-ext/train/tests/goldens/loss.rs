//! Losses.

use midge_train::{Tensor, loss};

use crate::case::Cases;

#[test]
fn losses() {
    let mut cases = Cases::read("loss");
    cases.run("mse", |x| loss::mse(&x[0], &x[1]));
    cases.run("l1", |x| loss::l1(&x[0], &x[1]));
    cases.run("huber", |x| loss::huber(&x[0], &x[1], 0.75));
    cases.run("bce", |x| loss::bce(&x[0], &x[1]));
    let target = Tensor::from_slice(&[1.0f32, 1.0, 0.0], [3]).unwrap();
    // PyTorch's gradient there is that of a probability of 1e-12.
    cases.run("bce edge", |x| loss::bce(&x[0], &target));
    let edge = Tensor::from_slice(&[0.0f32, 1.0, 0.5], [3]).unwrap().requires_gradient();
    loss::bce(&edge, &target).unwrap().backward().unwrap();
    assert!(edge.grad().unwrap().to_vec::<f32>().unwrap().iter().all(|g| g.is_finite()));
    cases.run("bce_with_logits", |x| loss::bce_with_logits(&x[0], &x[1]));
    cases.run("bce_with_logits far", |x| loss::bce_with_logits(&x[0], &x[1]));
    for name in ["cross_entropy", "cross_entropy ignored", "cross_entropy sequence"] {
        cases.run(name, |x| loss::cross_entropy(&x[0], &x[1]));
    }
    cases.run("cross_entropy smooth", |x| loss::cross_entropy_smooth(&x[0], &x[1], 0.25));
    cases.run("nll", |x| loss::nll(&x[0], &x[1]));
    cases.run("kl_div", |x| loss::kl_div(&x[0], &x[1]));
    let target = Tensor::from_slice(&[0.0f32, 1.0, 0.5], [3]).unwrap();
    cases.run("kl_div edge", |x| loss::kl_div(&x[0], &target));
    cases.run("hinge", |x| loss::hinge(&x[0], &x[1]));
    cases.finish();
}
