//! Gradients of every operation and layer against differences of what they compute.

#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests, which may panic")]

use midge_train::nn::{self, Module};
use midge_train::{Result, Rng, Tensor, Window, loss, optim};

type Unary = fn(&Tensor) -> Result<Tensor>;

/// How far the gradient may be off, relative to the greatest of its tensor: single precision differences are no finer.
const TOLERANCE: f32 = 2e-2;

/// The gradient of a weighted sum of what `f` computes, against central differences, for each of `inputs`.
fn check(name: &str, inputs: &[Tensor], f: impl Fn(&[Tensor]) -> Result<Tensor>) {
    let rng = &mut Rng::new(99);
    let leaves: Vec<Tensor> = inputs.iter().map(Tensor::requires_gradient).collect();
    let weights = Tensor::uniform(f(&leaves).unwrap().shape(), 0.5, 1.5, rng).unwrap();
    let total = |inputs: &[Tensor]| -> f64 {
        let y = f(inputs).unwrap().mul(&weights).unwrap().to_vec::<f32>().unwrap();
        y.iter().map(|&y| f64::from(y)).sum()
    };
    f(&leaves).unwrap().mul(&weights).unwrap().sum(&[], false).unwrap().backward().unwrap();
    for (i, leaf) in leaves.iter().enumerate() {
        let gradient = leaf
            .grad()
            .unwrap_or_else(|| panic!("{name}: input {i} has no gradient"))
            .to_vec::<f32>()
            .unwrap();
        let values = leaf.to_vec::<f32>().unwrap();
        let scale = gradient.iter().fold(0.1f32, |a, g| a.max(g.abs()));
        for at in (0..values.len()).step_by((values.len() / 13).max(1)) {
            let step = 4e-3f32;
            let moved = |by: f32| {
                let mut values = values.clone();
                values[at] += by;
                let mut inputs: Vec<Tensor> = leaves.iter().map(Tensor::detach).collect();
                inputs[i] = Tensor::from_vec(values, leaf.shape()).unwrap();
                total(&inputs)
            };
            let expected = ((moved(step) - moved(-step)) / f64::from(2.0 * step)) as f32;
            let off = (gradient[at] - expected).abs() / scale;
            assert!(
                off < TOLERANCE,
                "{name}: input {i}, element {at}: {} and {expected} by differences",
                gradient[at]
            );
        }
    }
}

fn random<const N: usize>(shape: [usize; N], seed: u64) -> Tensor {
    Tensor::uniform(shape, -2.0, 2.0, &mut Rng::new(seed)).unwrap()
}

fn positive<const N: usize>(shape: [usize; N], seed: u64) -> Tensor {
    Tensor::uniform(shape, 0.5, 2.0, &mut Rng::new(seed)).unwrap()
}

#[test]
fn elementwise() {
    let x = random([3, 5], 1);
    let unary: [(&str, Unary); 13] = [
        ("neg", Tensor::neg),
        ("abs", Tensor::abs),
        ("exp", Tensor::exp),
        ("recip", |x| x.map(|x| (x.clone() * x + 1.0).recip())),
        ("tanh", Tensor::tanh),
        ("sigmoid", Tensor::sigmoid),
        ("erf", Tensor::erf),
        ("sin", Tensor::sin),
        ("cos", Tensor::cos),
        ("relu", Tensor::relu),
        ("gelu", Tensor::gelu),
        ("swish", Tensor::swish),
        ("elu", |x| x.elu(0.7)),
    ];
    for (name, f) in unary {
        check(name, std::slice::from_ref(&x), |x| f(&x[0]));
    }
    let p = positive([3, 5], 2);
    check("log", std::slice::from_ref(&p), |x| x[0].log());
    check("sqrt", std::slice::from_ref(&p), |x| x[0].sqrt());
    check("powf", std::slice::from_ref(&p), |x| x[0].powf(1.7));
    check("leaky_relu", std::slice::from_ref(&x), |x| x[0].leaky_relu(0.2));
    check("clamp", std::slice::from_ref(&x), |x| x[0].clamp(-1.0, 1.0));
    let y = positive([5], 3);
    for (name, f) in [
        ("add", Tensor::add as fn(&Tensor, &Tensor) -> Result<Tensor>),
        ("sub", Tensor::sub),
        ("mul", Tensor::mul),
        ("div", Tensor::div),
        ("maximum", Tensor::maximum),
        ("minimum", Tensor::minimum),
    ] {
        check(name, &[x.clone(), y.clone()], |x| f(&x[0], &x[1]));
    }
    check("pow", &[p, y], |x| x[0].pow(&x[1]));
    let condition = x.greater(&Tensor::zeros([1]).unwrap()).unwrap();
    check("select", &[x.clone(), random([3, 1], 4)], |x| condition.select(&x[0], &x[1]));
}

#[test]
fn movement_and_reductions() {
    let x = random([2, 3, 4], 5);
    let one = std::slice::from_ref(&x);
    check("reshape", one, |x| x[0].reshape([4, 6]));
    check("permute", one, |x| x[0].permute(&[2, 0, 1])?.reshape([8, 3]));
    check("expand", &[random([3, 1], 6)], |x| x[0].expand([2, 3, 4]));
    check("narrow", one, |x| x[0].narrow(1, 1, 2)?.mul(&x[0].narrow(1, 0, 2)?));
    check("chunk", one, |x| {
        let parts = x[0].chunk(2, 2)?;
        parts[0].mul(&parts[1])
    });
    check("cat", &[x.clone(), random([2, 2, 4], 7)], |x| Tensor::cat(&[&x[0], &x[1], &x[0]], 1));
    check("stack", &[x.clone(), random([2, 3, 4], 8)], |x| Tensor::stack(&[&x[0], &x[1]], 1));
    check("pad", one, |x| x[0].pad(2, 1, 2));
    for axes in [&[][..], &[0], &[1], &[2], &[0, 2], &[-1, -2]] {
        check("sum", one, |x| x[0].sum(axes, false));
        check("mean", one, |x| x[0].mean(axes, true));
        check("var", one, |x| x[0].var(axes, 1, false));
        check("amax", one, |x| x[0].amax(axes, false));
        check("amin", one, |x| x[0].amin(axes, true));
    }
    for axis in [0, 1, 2] {
        check("softmax", one, |x| x[0].softmax(axis));
        check("log_softmax", one, |x| x[0].log_softmax(axis));
    }
    let indices = Tensor::from_slice(&[2i64, 0, 2, 1], [4]).unwrap();
    check("index_select", one, |x| x[0].index_select(1, &indices));
    let places = Tensor::from_slice(&[2i64, 0, 1, 1, 2, 0, 0, 0], [2, 1, 4]).unwrap();
    check("gather", one, |x| x[0].gather(1, &places));
    check("scatter_add", &[x.clone(), random([2, 1, 4], 9)], |x| x[0].scatter_add(1, &places, &x[1]));
    let table = random([5, 3], 10);
    check("embedding", &[table], |x| x[0].embedding(&Tensor::from_slice(&[4i64, 0, 4, 2], [2, 2])?));
}

#[test]
fn products_and_windows() {
    check("matmul", &[random([3, 4], 11), random([4, 5], 12)], |x| x[0].matmul(&x[1]));
    check("matmul", &[random([2, 3, 4], 13), random([2, 4, 5], 14)], |x| x[0].matmul(&x[1]));
    check("matmul", &[random([2, 3, 4], 15), random([4, 5], 16)], |x| x[0].matmul(&x[1]));
    check("matmul", &[random([3, 4], 17), random([2, 4, 5], 18)], |x| x[0].matmul(&x[1]));
    check("matmul", &[random([2, 3, 4], 19)], |x| x[0].matmul(&x[0].transpose(1, 2)?));
    check("linear", &[random([2, 3, 4], 20), random([5, 4], 21), random([5], 22)], |x| {
        x[0].linear(&x[1], Some(&x[2]))
    });
    let plain = Window { size: [0, 0], stride: [1, 1], padding: [[1, 1]; 2], dilation: [1, 1] };
    let odd = Window { size: [0, 0], stride: [2, 3], padding: [[0, 1], [2, 1]], dilation: [2, 1] };
    for (window, groups) in [(plain, 1), (odd, 1), (plain, 2), (odd, 2), (plain, 4), (odd, 4)] {
        let inputs = [random([2, 4, 7, 9], 23), random([8, 4 / groups, 3, 2], 24), random([8], 25)];
        check("conv2d", &inputs, |x| x[0].conv2d(&x[1], Some(&x[2]), window, groups));
    }
    check("pointwise", &[random([2, 4, 5, 5], 26), random([3, 4, 1, 1], 27)], |x| {
        x[0].conv2d(&x[1], None, Window { padding: [[0, 0]; 2], ..plain }, 1)
    });
    check("conv1d", &[random([2, 3, 9], 28), random([4, 3, 3], 29), random([4], 30)], |x| {
        x[0].conv1d(&x[1], Some(&x[2]), 2, [2, 0], 1, 1)
    });
    let image = random([2, 3, 6, 6], 31);
    for window in [
        Window { size: [2, 2], stride: [2, 2], padding: [[0, 0]; 2], dilation: [1, 1] },
        Window { size: [3, 2], stride: [2, 1], padding: [[1, 1], [1, 0]], dilation: [1, 1] },
    ] {
        check("max_pool2d", std::slice::from_ref(&image), |x| x[0].max_pool2d(window));
        check("avg_pool2d", std::slice::from_ref(&image), |x| x[0].avg_pool2d(window, true));
        check("avg_pool2d", std::slice::from_ref(&image), |x| x[0].avg_pool2d(window, false));
    }
    check("adaptive_avg_pool2d", &[random([2, 2, 7, 5], 32)], |x| x[0].adaptive_avg_pool2d([3, 2]));
}

#[test]
fn losses() {
    let (x, y) = (random([4, 3], 33), random([4, 3], 34));
    let (p, q) = (
        Tensor::uniform([4, 3], 0.1, 0.9, &mut Rng::new(35)).unwrap(),
        Tensor::uniform([4, 3], 0.1, 0.9, &mut Rng::new(36)).unwrap(),
    );
    let both = [x.clone(), y];
    check("mse", &both, |x| loss::mse(&x[0], &x[1]));
    check("l1", &both, |x| loss::l1(&x[0], &x[1]));
    check("huber", &both, |x| loss::huber(&x[0], &x[1], 0.8));
    check("hinge", &both, |x| loss::hinge(&x[0], &x[1]));
    check("bce", std::slice::from_ref(&p), |x| loss::bce(&x[0], &q));
    check("bce_with_logits", std::slice::from_ref(&x), |x| loss::bce_with_logits(&x[0], &q));
    check("kl_div", std::slice::from_ref(&x), |x| loss::kl_div(&x[0].log_softmax(-1)?, &q));
    let classes = Tensor::from_slice(&[2i64, 0, 1, 1], [4]).unwrap();
    check("cross_entropy", std::slice::from_ref(&x), |x| loss::cross_entropy(&x[0], &classes));
    check("cross_entropy", std::slice::from_ref(&x), |x| loss::cross_entropy_smooth(&x[0], &classes, 0.2));
    check("nll", std::slice::from_ref(&x), |x| loss::nll(&x[0].log_softmax(-1)?, &classes));
}

/// The gradients of a layer's parameters and input: each parameter stands in for itself.
fn layer(name: &str, module: &dyn Module, x: &Tensor) {
    let parameters = module.parameters();
    let inputs: Vec<Tensor> =
        std::iter::once(x.clone()).chain(parameters.iter().map(|p| p.detach().copy().unwrap())).collect();
    let leaf = x.requires_gradient();
    let weights =
        Tensor::uniform(module.forward(&leaf).unwrap().shape(), 0.5, 1.5, &mut Rng::new(98)).unwrap();
    module.zero_grad();
    leaf.set_grad(None);
    module.forward(&leaf).unwrap().mul(&weights).unwrap().sum(&[], false).unwrap().backward().unwrap();
    let total = |at: usize, value: &Tensor| -> f64 {
        let x = if at == 0 { value } else { x };
        if at > 0 {
            parameters[at - 1].assign(value).unwrap();
        }
        let y = module.forward(x).unwrap().mul(&weights).unwrap().to_vec::<f32>().unwrap();
        if at > 0 {
            parameters[at - 1].assign(&inputs[at]).unwrap();
        }
        y.iter().map(|&y| f64::from(y)).sum()
    };
    let names: Vec<String> = std::iter::once("x".to_owned())
        .chain(module.named_parameters().into_iter().map(|(name, _)| name))
        .collect();
    let scale_of = |g: &[f32]| g.iter().fold(0.3f32, |a, g| a.max(g.abs()));
    for (i, input) in inputs.iter().enumerate() {
        let leaf = if i == 0 { &leaf } else { &parameters[i - 1] };
        let gradient = leaf
            .grad()
            .unwrap_or_else(|| panic!("{name}: {} has no gradient", names[i]))
            .to_vec::<f32>()
            .unwrap();
        assert!(gradient.iter().any(|&g| g != 0.0), "{name}: the gradient of {} is zero", names[i]);
        let values = input.to_vec::<f32>().unwrap();
        for at in (0..values.len()).step_by((values.len() / 7).max(1)) {
            let step = 5e-3f32;
            let moved = |by: f32| {
                let mut values = values.clone();
                values[at] += by;
                total(i, &Tensor::from_vec(values, input.shape()).unwrap())
            };
            let expected = ((moved(step) - moved(-step)) / f64::from(2.0 * step)) as f32;
            let off = (gradient[at] - expected).abs() / scale_of(&gradient);
            assert!(
                off < TOLERANCE,
                "{name}: {}, element {at}: {} and {expected} by differences",
                names[i],
                gradient[at]
            );
        }
    }
}

#[test]
fn every_parameter_of_every_layer() {
    let rng = &mut Rng::new(40);
    layer("Linear", &nn::Linear::new(4, 3, rng).unwrap(), &random([5, 4], 41));
    let image = random([3, 4, 6, 6], 42);
    layer(
        "Conv2d",
        &nn::Conv2d::new(4, 5, [3, 3], rng).unwrap().padding(nn::Padding::Same).stride([2, 2]),
        &image,
    );
    layer("depthwise", &nn::Conv2d::depthwise(4, [3, 3], rng).unwrap(), &image);
    layer(
        "Conv1d",
        &nn::Conv1d::new(4, 5, 3, rng).unwrap().padding(nn::Padding::Same),
        &random([2, 4, 9], 43),
    );
    layer("LayerNorm", &nn::LayerNorm::new(6).unwrap(), &image);
    layer("GroupNorm", &nn::GroupNorm::new(2, 4).unwrap(), &image);
    layer("BatchNorm", &nn::BatchNorm::new(4).unwrap(), &image);
    let evaluated = nn::BatchNorm::new(4).unwrap();
    evaluated.set_training(false);
    layer("BatchNorm in evaluation", &evaluated, &image);
    let sequence = random([2, 4, 6], 44);
    layer("MultiHeadAttention", &nn::MultiHeadAttention::new(6, 2, false, rng).unwrap(), &sequence);
    layer("TransformerBlock", &nn::TransformerBlock::new(6, 3, 12, true, 0.0, rng).unwrap(), &sequence);
    for cell in [nn::Cell::Rnn, nn::Cell::Gru, nn::Cell::Lstm] {
        layer(&format!("{cell:?}"), &nn::Recurrent::new(cell, 6, 5, rng).unwrap(), &sequence);
    }
}

#[test]
fn a_parameter_that_changes_between_the_passes_is_noticed() {
    let w = random([2, 3], 50).requires_gradient();
    let loss = random([4, 3], 51).linear(&w, None).unwrap().powf(2.0).unwrap().sum(&[], false).unwrap();
    let x = random([4, 3], 51).requires_gradient();
    let through = x.linear(&w, None).unwrap().sum(&[], false).unwrap();
    w.assign(&Tensor::zeros([2, 3]).unwrap()).unwrap();
    assert!(through.backward().unwrap_err().to_string().contains("changed in place"));
    let error = loss.backward().and_then(|()| loss.backward()).unwrap_err().to_string();
    assert!(error.contains("freed") || error.contains("changed"), "{error}");
}

#[test]
fn clipped_gradients_are_as_long_as_the_limit() {
    let w = random([10], 52).requires_gradient();
    w.powf(2.0).unwrap().sum(&[], false).unwrap().backward().unwrap();
    let before = optim::clip_grad_norm(std::slice::from_ref(&w), 0.5).unwrap();
    assert!(before > 0.5);
    let norm = w.grad().unwrap().powf(2.0).unwrap().sum(&[], false).unwrap().item().unwrap().sqrt();
    assert!(norm <= 0.5 && norm > 0.499, "{norm}");
}
