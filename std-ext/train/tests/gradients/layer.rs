//! Layers: every parameter has a gradient, which is right and not 0.

use midge_train::nn::{self, Cell, Module, Padding};
use midge_train::{Rng, Tensor, Window};

use crate::naive::Naive;
use crate::{compare, random};

/// Holds a layer against what should compute the same of its input and its parameters, in their order.
fn layer(name: &str, module: &dyn Module, x: &Tensor, naive: impl Fn(&[Naive]) -> Naive) {
    let rng = &mut Rng::new(97);
    let parameters = module.parameters();
    for parameter in &parameters {
        parameter.assign(&Tensor::uniform(parameter.shape(), -1.0, 1.0, rng).unwrap()).unwrap();
    }
    let leaves: Vec<Tensor> = std::iter::once(x.requires_gradient()).chain(parameters).collect();
    let output = module.forward(&leaves[0]).unwrap();
    let weights = Tensor::uniform(output.shape(), 0.5, 1.5, rng).unwrap();
    output.backward_with(&weights).unwrap();
    let gradients: Vec<_> = leaves.iter().map(|p| p.grad().map(|g| g.to_vec::<f32>().unwrap())).collect();
    for (i, gradient) in gradients.iter().enumerate() {
        let found = gradient.as_ref().unwrap_or_else(|| panic!("{name}: input {i} has no gradient"));
        assert!(found.iter().any(|&g| g != 0.0), "{name}: the gradient of input {i} is zero");
    }
    compare(name, &output, &leaves, gradients, &weights, naive);
}

/// Attention of heads, causal or not; `p` are the parameters of the two projections.
fn attention(x: &Naive, p: &[Naive], heads: usize, causal: bool) -> Naive {
    let [batch, length, size] = [x.shape[0], x.shape[1], x.shape[2]];
    let each = size / heads;
    let all = x.linear(&p[0], &p[1]);
    let part = |i: usize| {
        let part = all.narrow(2, i * size, size).reshape(&[batch, length, heads, each]);
        part.permute(&[0, 2, 1, 3])
    };
    let scores = part(0).matmul(&part(1).permute(&[0, 1, 3, 2])).map(|s| s / (each as f64).sqrt());
    let seen =
        Naive::build(&[length, length], |i| if causal && i[1] > i[0] { f64::NEG_INFINITY } else { 0.0 });
    let heads = scores.add(&seen).softmax(3).matmul(&part(2)).permute(&[0, 2, 1, 3]);
    heads.reshape(&[batch, length, size]).linear(&p[2], &p[3])
}

/// All outputs of a recurrent layer; `p` are its weights and biases.
fn recurrent(cell: Cell, x: &Naive, p: &[Naive]) -> Naive {
    let [batch, length, size] = [x.shape[0], x.shape[1], p[1].shape[1]];
    let sigmoid = |x: f64| 1.0 / (1.0 + (-x).exp());
    let mut h = Naive::build(&[batch, size], |_| 0.0);
    let mut c = h.clone();
    let mut outputs: Option<Naive> = None;
    for t in 0..length {
        let given = x.narrow(1, t, 1).reshape(&[batch, x.shape[2]]).linear(&p[0], &p[2]);
        let own = h.linear(&p[1], &p[3]);
        let gate = |of: &Naive, i: usize| of.narrow(1, i * size, size);
        let both = |i: usize| gate(&given, i).add(&gate(&own, i));
        match cell {
            Cell::Rnn => h = both(0).map(f64::tanh),
            Cell::Gru => {
                let (reset, update) = (both(0).map(sigmoid), both(1).map(sigmoid));
                let new = gate(&given, 2).add(&reset.mul(&gate(&own, 2))).map(f64::tanh);
                h = update.map(|u| 1.0 - u).mul(&new).add(&update.mul(&h));
            }
            Cell::Lstm => {
                c = both(1).map(sigmoid).mul(&c).add(&both(0).map(sigmoid).mul(&both(2).map(f64::tanh)));
                h = both(3).map(sigmoid).mul(&c.map(f64::tanh));
            }
        }
        let step = h.reshape(&[batch, 1, size]);
        outputs = Some(match outputs {
            Some(before) => before.cat(&step, 1),
            None => step,
        });
    }
    outputs.unwrap()
}

/// A factor and a summand for each channel of an image.
fn scaled(x: &Naive, p: &[Naive]) -> Naive {
    let wide = |p: &Naive| p.reshape(&[p.shape[0], 1, 1]);
    x.mul(&wide(&p[0])).add(&wide(&p[1]))
}

#[test]
fn every_parameter_of_every_layer() {
    let rng = &mut Rng::new(40);
    let rows = &random([5, 4], rng);
    layer("Linear", &nn::Linear::new(4, 3, rng).unwrap(), rows, |p| p[0].linear(&p[1], &p[2]));
    let image = &random([2, 4, 5, 4], rng);
    let odd = nn::Conv2d::new(4, 3, [3, 2], rng).unwrap().padding(Padding::Same).stride([2, 1]);
    let window = Window { size: [3, 2], stride: [2, 1], padding: [[1, 1], [0, 1]], dilation: [1, 1] };
    layer("Conv2d", &odd, image, |p| p[0].conv2d(&p[1], &p[2], window, 1));
    let window = Window { size: [3, 3], stride: [1, 1], padding: [[0, 0]; 2], dilation: [1, 1] };
    layer("depthwise", &nn::Conv2d::depthwise(4, [3, 3], rng).unwrap(), image, |p| {
        p[0].conv2d(&p[1], &p[2], window, 4)
    });
    let wide = nn::Conv1d::new(4, 3, 3, rng).unwrap().padding(Padding::Same);
    let window = Window { size: [1, 3], padding: [[0, 0], [1, 1]], ..window };
    layer("Conv1d", &wide, &random([2, 4, 6], rng), |p| {
        let (x, filter) = (p[0].reshape(&[2, 4, 1, 6]), p[1].reshape(&[3, 4, 1, 3]));
        x.conv2d(&filter, &p[2], window, 1).reshape(&[2, 3, 6])
    });
    layer("LayerNorm", &nn::LayerNorm::new(4).unwrap(), image, |p| {
        p[0].normalize(&[3]).mul(&p[1]).add(&p[2])
    });
    layer("GroupNorm", &nn::GroupNorm::new(2, 4).unwrap(), image, |p| {
        let groups = p[0].reshape(&[2, 2, 2 * 5 * 4]).normalize(&[2]);
        scaled(&groups.reshape(&[2, 4, 5, 4]), &p[1..])
    });
    layer("BatchNorm", &nn::BatchNorm::new(4).unwrap(), image, |p| {
        scaled(&p[0].normalize(&[0, 2, 3]), &p[1..])
    });
    let evaluated = nn::BatchNorm::new(4).unwrap();
    evaluated.set_training(false);
    layer("BatchNorm in evaluation", &evaluated, image, |p| {
        scaled(&p[0].map(|x| x / (1.0f64 + 1e-5).sqrt()), &p[1..])
    });
    let sequence = &random([2, 3, 4], rng);
    for causal in [false, true] {
        let module = nn::MultiHeadAttention::new(4, 2, causal, rng).unwrap();
        layer("MultiHeadAttention", &module, sequence, |p| attention(&p[0], &p[1..], 2, causal));
    }
    let block = nn::TransformerBlock::new(4, 2, 6, true, 0.0, rng).unwrap();
    layer("TransformerBlock", &block, sequence, |p| {
        let norm = |x: &Naive, p: &[Naive]| x.normalize(&[2]).mul(&p[0]).add(&p[1]);
        let gelu = |x: f64| 0.5 * x * (1.0 + libm::erf(x / 2.0f64.sqrt()));
        let x = p[0].add(&attention(&norm(&p[0], &p[1..]), &p[3..], 2, true));
        let inner = norm(&x, &p[7..]).linear(&p[9], &p[10]).map(gelu);
        x.add(&inner.linear(&p[11], &p[12]))
    });
    for cell in [Cell::Rnn, Cell::Gru, Cell::Lstm] {
        let module = nn::Recurrent::new(cell, 4, 3, rng).unwrap();
        layer(&format!("{cell:?}"), &module, sequence, |p| recurrent(cell, &p[0], &p[1..]));
    }
}
