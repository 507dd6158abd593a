//! Gradients of whole networks against differences in single precision, as users check theirs.

use midge_train::nn::{BatchNorm, Conv2d, Dropout, Flatten, Linear, MaxPool2d, Module, Relu, Sequential};
use midge_train::{Result, Rng, Tensor, gradcheck_module, loss, parts};

use crate::random;

/// A layer whose gradient may be only this share of what it should be.
struct Partly {
    layer: Linear,
    share: f32,
}

impl Module for Partly {
    parts!(layer);

    fn forward(&self, x: &Tensor) -> Result<Tensor> {
        let y = self.layer.forward(x)?;
        &(&y * self.share)? + &(&y.detach() * (1.0 - self.share))?
    }
}

fn network(share: f32) -> Sequential {
    let rng = &mut Rng::new(7);
    Sequential::new()
        .add(Conv2d::new(2, 4, [3, 3], rng).unwrap().no_bias())
        .add(BatchNorm::new(4).unwrap())
        .add(Relu)
        .add(MaxPool2d::new([2, 2]))
        .add(Dropout::new(0.25, rng).unwrap())
        .add(Flatten)
        .add(Linear::new(16, 8, rng).unwrap())
        .add(Relu)
        .add(Partly { layer: Linear::new(8, 3, rng).unwrap(), share })
}

#[test]
fn a_layer_that_lies_about_its_gradient_is_found() {
    let x = random([6, 2, 6, 6], &mut Rng::new(8));
    let classes = Tensor::classes(&[0, 1, 2, 2, 1, 0]).unwrap();
    let off = |net: &Sequential| -> Vec<(String, f64)> {
        let found = gradcheck_module(net, 24, || loss::cross_entropy(&net.forward(&x)?, &classes)).unwrap();
        assert!(found.iter().all(|one| one.checked == one.numbers.min(24)));
        found.into_iter().map(|one| (one.name, one.off)).collect()
    };
    let net = network(1.0);
    let numbers = |net: &Sequential| {
        let state = net.state_dict().into_iter();
        state.map(|(name, tensor)| (name, tensor.to_vec::<f32>().unwrap())).collect::<Vec<_>>()
    };
    let before = numbers(&net);
    let right = off(&net);
    println!("right gradients: {right:?}");
    assert!(right.len() == 7 && right.iter().all(|(_, off)| *off < 0.01), "{right:?}");
    assert!(numbers(&net) == before && net.parameters().iter().all(|one| one.grad().is_none()));
    assert!(off(&net) == right, "what dropout draws has changed");
    // a tenth too little is seen in the layer, and in all before it
    for share in [0.9, 0.0] {
        let wrong = off(&network(share));
        println!("a share of {share}: {wrong:?}");
        let lacks = f64::from(1.0 - share);
        assert!(wrong.iter().all(|(_, off)| (0.5 * lacks..1.1 * lacks).contains(off)), "{wrong:?}");
    }
    let none = gradcheck_module(&net, 1, || (&net.forward(&x)? * f32::NAN)?.sum(&[], false)).unwrap_err();
    assert!(none.to_string().contains("the loss is NaN"), "{none}");
}
