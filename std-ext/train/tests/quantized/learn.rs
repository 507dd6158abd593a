//! Networks made of graphs: what they compute in floats, their gradients, and their state.

use midge_compiler::graph::{Activation, Binary, Graph, Unary};
use midge_compiler::quantize::Settings;
use midge_compiler::{Options, compile};
use midge_runtime::file::File;
use midge_runtime::session::Session;
use midge_train::nn::{
    BatchNorm, Conv2d, Flatten, Linear, MaxPool2d, Module, Padding, Relu, Sequential, matches,
};
use midge_train::optim::{Adam, Optimizer};
use midge_train::{Network, Quantized, Rng, Tensor, no_grad, trace};

use crate::build::{Build, window};
use crate::equal::compare;

/// A factor and an addend behind a convolution, as batch normalization leaves them; a residual, a pool, a softmax.
fn graph() -> Graph {
    let mut b = Build::new(11, &[&[1, 6, 6, 2]]);
    let x = b.graph.inputs[0];
    let x = b.conv(x, 4, 3, window(1, 1), Activation::None);
    let (factor, addend) = (b.constant(&[4], 1.0), b.constant(&[4], 0.5));
    let x = b.binary(Binary::Mul, x, factor, Activation::None);
    let x = b.binary(Binary::Add, x, addend, Activation::None);
    let x = b.unary(Unary::Relu, x);
    let y = b.depthwise(x, 3, window(1, 1), Activation::None);
    let x = b.binary(Binary::Add, x, y, Activation::None);
    let x = b.pool(x, 3, window(1, 1), false);
    let x = b.unary(Unary::HardSwish, x);
    let x = b.dense(x, 3, Activation::None);
    b.end(&[x])
}

/// Layer normalizations of the channels of each pixel, and of a row without its mean.
fn normal() -> Graph {
    let mut b = Build::new(12, &[&[1, 6, 6, 2]]);
    let x = b.graph.inputs[0];
    let x = b.conv(x, 5, 3, window(1, 1), Activation::None);
    let x = b.normal(x, 1, true);
    let x = b.unary(Unary::HardSwish, x);
    let x = b.dense(x, 6, Activation::None);
    let x = b.normal(x, 1, false);
    let x = b.dense(x, 3, Activation::None);
    b.end(&[x])
}

fn rows(count: usize) -> Tensor {
    Tensor::randn([count, 6, 6, 2], &mut Rng::new(4)).unwrap()
}

#[test]
fn a_network_computes_what_the_float_plan_does() {
    [graph(), normal()].into_iter().for_each(equals_its_plan);
}

fn equals_its_plan(graph: Graph) {
    let network = Network::new(graph.clone()).unwrap();
    let x = rows(5);
    let ours = no_grad(|| network.forward(&x).unwrap().to_vec::<f32>().unwrap());
    let compiled = compile(graph, &Options::default(), &Default::default()).unwrap();
    let file = File::from_bytes(&compiled.file).unwrap();
    let runtime = file.runtime().unwrap();
    let mut session = Session::new(&runtime).unwrap();
    for (row, ours) in x.to_vec::<f32>().unwrap().chunks(72).zip(ours.chunks(3)) {
        let (bytes, mut made): (Vec<u8>, _) =
            (row.iter().flat_map(|x| x.to_le_bytes()).collect(), Vec::new());
        session.run(&bytes, &mut made).unwrap();
        for (ours, theirs) in ours.iter().zip(made.as_chunks().0) {
            let theirs = f32::from_le_bytes(*theirs);
            assert!((ours - theirs).abs() <= 1e-5 * theirs.abs().max(1.0), "{ours} {theirs}");
        }
    }
}

#[test]
fn weights_learn_and_go_back_into_the_graph() {
    let network = Network::new(graph()).unwrap();
    // the factor and the addend are in the convolution's weights, two a layer
    assert_eq!(network.parameters().len(), 6);
    let (x, target) = (rows(16), Tensor::randn([16, 3], &mut Rng::new(9)).unwrap());
    let loss = |network: &dyn Module| {
        network
            .forward(&x)
            .unwrap()
            .map_with(&target, |y, t| (y.clone() - t.clone()) * (y - t))
            .unwrap()
            .mean(&[], false)
            .unwrap()
    };
    let mut optimizer = Optimizer::new(Adam::default(), 1e-2, network.parameters()).unwrap();
    let before = loss(&network).item().unwrap();
    for _ in 0..40 {
        optimizer.zero_grad();
        loss(&network).backward().unwrap();
        assert!(network.parameters().iter().all(|one| one.grad().is_some()));
        optimizer.step().unwrap();
    }
    let after = loss(&network).item().unwrap();
    assert!(after < before * 0.5, "{before} {after}");
    let again = Network::new(network.graph().unwrap()).unwrap();
    assert_eq!(loss(&again).item().unwrap(), after);
}

#[test]
fn gradients_pass_through_roundings_and_stop_at_the_ends() {
    let quantized = Quantized::new(Network::new(graph()).unwrap(), Settings::default()).unwrap();
    let x = rows(32);
    quantized.forward(&x).unwrap();
    quantized.freeze().unwrap();
    alike(&gradients(&quantized, &x), &gradients(quantized.network(), &x));
    // far outside, all that the last layer makes is clamped
    let far = x.map(|x| x * 1e6).unwrap();
    let outputs = no_grad(|| quantized.forward(&far).unwrap().to_vec::<f32>().unwrap());
    let inside = |x: &f32| {
        *x > outputs.iter().copied().fold(f32::MAX, f32::min)
            && *x < outputs.iter().copied().fold(f32::MIN, f32::max)
    };
    let clamped = quantized.parameters().last().unwrap().clone();
    gradients(&quantized, &far);
    let free = outputs.iter().filter(|x| inside(x)).count();
    let bias: f32 = clamped.grad().unwrap().to_vec::<f32>().unwrap().iter().sum();
    assert!(bias <= free as f32 * 1.01 && free < outputs.len(), "{bias} of {free}");
}

fn gradients(module: &dyn Module, x: &Tensor) -> Vec<Vec<f32>> {
    module.zero_grad();
    module.forward(x).unwrap().sum(&[], false).unwrap().backward().unwrap();
    module.parameters().iter().map(|one| one.grad().unwrap().to_vec().unwrap()).collect()
}

/// Whether gradients point where others do, and are as large.
fn alike(ours: &[Vec<f32>], others: &[Vec<f32>]) {
    for (ours, others) in ours.iter().zip(others) {
        let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| f64::from(a * b)).sum::<f64>();
        let cosine = dot(ours, others) / (dot(ours, ours) * dot(others, others)).sqrt();
        let size = (dot(ours, ours) / dot(others, others)).sqrt();
        assert!(cosine > 0.98 && (0.9..1.1).contains(&size), "{cosine} {size}");
    }
}

#[test]
fn layer_normalizations_have_gradients() {
    let quantized = Quantized::new(Network::new(normal()).unwrap(), Settings::default()).unwrap();
    let x = rows(32);
    quantized.forward(&x).unwrap();
    quantized.freeze().unwrap();
    let (network, floats) = (quantized.network(), gradients(quantized.network(), &x));
    alike(&gradients(&quantized, &x), &floats);
    // what becomes of the sum of all outputs where one weight is a little more or less
    let sum = || no_grad(|| network.forward(&x).unwrap().sum(&[], false).unwrap().item().unwrap());
    let slopes: Vec<Vec<f32>> = network
        .parameters()
        .iter()
        .map(|parameter| {
            let numbers = parameter.to_vec::<f32>().unwrap();
            let moved = |i: usize, by: f32| {
                let mut numbers = numbers.clone();
                numbers[i] += by;
                parameter.assign(&Tensor::from_vec(numbers, parameter.shape()).unwrap()).unwrap();
                sum()
            };
            let slopes = (0..numbers.len()).map(|i| (moved(i, 0.02) - moved(i, -0.02)) / 0.04).collect();
            moved(0, 0.0);
            slopes
        })
        .collect();
    alike(&slopes, &floats);
}

#[test]
fn ranges_are_part_of_the_state() {
    let of = || Quantized::new(Network::new(graph()).unwrap(), Settings::default()).unwrap();
    let (first, second) = (of(), of());
    assert!(first.freeze().unwrap_err().to_string().contains("ranges are not known"));
    let x = rows(8);
    first.forward(&x).unwrap();
    first.freeze().unwrap();
    let ranges = first.state_dict()["quantized.ranges"].to_vec::<f32>().unwrap();
    first.forward(&x.map(|x| x * 9.0).unwrap()).unwrap();
    assert_eq!(first.state_dict()["quantized.ranges"].to_vec::<f32>().unwrap(), ranges);
    second.load_state_dict(&first.state_dict()).unwrap();
    let made = |one: &Quantized| {
        one.set_training(false);
        one.forward(&x).unwrap().to_vec::<f32>().unwrap()
    };
    assert_eq!(made(&first), made(&second));
}

#[test]
fn patterns_name_parameters() {
    assert!(
        matches("block.*", "block.0.weight") && matches("*.bias", "block.bias") && matches("a*c*e", "abcde")
    );
    assert!(matches("*", "") && matches("v1", "v1") && !matches("v1", "v12") && !matches("a*a", "a"));
}

#[test]
fn what_cannot_be_trained_is_named() {
    let mut b = Build::new(1, &[&[1, 4]]);
    let x = b.graph.inputs[0];
    let x = b.unary(Unary::Ceil, x);
    let x = b.dense(x, 2, Activation::None);
    let said = Network::new(b.end(&[x])).unwrap_err().to_string();
    assert!(said.contains("CEIL 0") && said.contains("v1"), "{said}");
    let network = Network::new(graph()).unwrap();
    let said = network.forward(&Tensor::zeros([3, 6, 6, 3]).unwrap()).unwrap_err().to_string();
    assert!(said.contains("rows of [6, 6, 2]"), "{said}");
    let floats = Settings { activations: midge_compiler::graph::Type::F16, ..Settings::default() };
    assert!(Quantized::new(network, floats).is_err());
}

#[test]
fn a_module_goes_on_in_integers() {
    let rng = &mut Rng::new(3);
    let net = Sequential::new()
        .add(Conv2d::new(2, 6, [3, 3], rng).unwrap().padding(Padding::Same).no_bias())
        .add(BatchNorm::new(6).unwrap())
        .add(Relu)
        .add(MaxPool2d::new([2, 2]))
        .add(Conv2d::depthwise(6, [3, 3], rng).unwrap().padding(Padding::Same))
        .add(Relu)
        .add(Flatten)
        .add(Linear::new(54, 4, rng).unwrap());
    let x = Tensor::randn([7, 2, 6, 6], rng).unwrap();
    net.forward(&x).unwrap();
    net.set_training(false);
    let graph = trace::trace(&net, &[("x", &x.narrow(0, 0, 1).unwrap())]).unwrap();
    let network = Network::new(graph).unwrap();
    // batch normalization has become part of the layer before it
    assert_eq!(network.parameters().len(), 6);
    let numbers = |module: &dyn Module| no_grad(|| module.forward(&x).unwrap().to_vec::<f32>().unwrap());
    let off = numbers(&net).iter().zip(numbers(&network)).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
    assert!(off < 1e-5, "{off}");
    let quantized = Quantized::new(network, Settings::default()).unwrap();
    quantized.forward(&x).unwrap();
    assert!(compare(&quantized, &[&x]) >= 4);
}
