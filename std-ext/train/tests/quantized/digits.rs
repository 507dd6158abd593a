//! Digits: plans over a whole set, and what training in integers brings back.

use std::path::PathBuf;

use midge_compiler::graph::{Activation, Graph, Type};
use midge_compiler::import;
use midge_compiler::quantize::{Granularity, Settings};
use midge_train::data::{Dataset, Memory, Values};
use midge_train::loss::cross_entropy;
use midge_train::nn::Module;
use midge_train::optim::{Adam, Optimizer};
use midge_train::{Network, Quantized, Tensor, no_grad};

use crate::build::Build;
use crate::equal::compare;

fn folder() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/digits"))
}

/// 360 images `[n, 8, 8, 1]` and their digits.
fn digits() -> (Tensor, Vec<usize>) {
    let data = Memory::arrays(&folder().join("goldens/test.npz"), None).unwrap();
    let samples: Vec<_> = (0..data.len()).map(|i| data.get(i).unwrap()).collect();
    let images: Vec<&Values> = samples.iter().map(|sample| &sample.inputs[0]).collect();
    let images = Values::stack(&images, |i| i.to_string()).unwrap().tensor().unwrap();
    let label =
        |sample: &midge_train::data::Sample| sample.label.as_ref().unwrap().as_indices().unwrap()[0] as usize;
    (images, samples.iter().map(label).collect())
}

/// The converted CNN, without its softmax.
fn cnn() -> Graph {
    let mut graph = import::import(&std::fs::read(folder().join("digits_float.tflite")).unwrap()).unwrap();
    let last = graph.nodes.pop().unwrap();
    graph.outputs = last.inputs;
    graph
}

fn mlp() -> Graph {
    let mut b = Build::new(7, &[&[1, 8, 8, 1]]);
    let x = b.graph.inputs[0];
    let x = b.dense(x, 24, Activation::Relu);
    let x = b.dense(x, 10, Activation::None);
    b.end(&[x])
}

/// Epochs over the rows that are no multiples of four.
fn train(model: &dyn Module, (images, digits): &(Tensor, Vec<usize>), epochs: usize, rate: f32) {
    model.set_training(true);
    let rows: Vec<usize> = (0..digits.len()).filter(|row| row % 4 != 0).collect();
    let mut optimizer = Optimizer::new(Adam::default(), rate, model.parameters()).unwrap();
    for epoch in 0..epochs {
        for batch in 0..rows.len() / 30 {
            let picked: Vec<usize> =
                (0..30).map(|i| rows[(i * 9 + batch + epoch * 31) % rows.len()]).collect();
            let x = images.index_select(0, &Tensor::classes(&picked).unwrap()).unwrap();
            let y = Tensor::classes(&picked.iter().map(|row| digits[*row]).collect::<Vec<_>>()).unwrap();
            optimizer.zero_grad();
            cross_entropy(&model.forward(&x).unwrap(), &y).unwrap().backward().unwrap();
            optimizer.step().unwrap();
        }
    }
    model.set_training(false);
}

/// How many of the other rows are right.
fn right(model: &dyn Module, (images, digits): &(Tensor, Vec<usize>)) -> usize {
    let guesses = no_grad(|| model.forward(images).unwrap().argmax(-1).unwrap().to_vec::<i64>().unwrap());
    (0..digits.len()).step_by(4).filter(|row| guesses[*row] as usize == digits[*row]).count()
}

#[test]
fn a_dense_network_trained_in_integers_is_its_plan() {
    let data = digits();
    let network = Network::new(mlp()).unwrap();
    train(&network, &data, 40, 5e-3);
    let float = right(&network, &data);
    let quantized = Quantized::new(network, Settings::default()).unwrap();
    train(&quantized, &data, 2, 1e-3);
    quantized.freeze().unwrap();
    train(&quantized, &data, 2, 1e-3);
    assert!(compare(&quantized, &[&data.0]) >= 3);
    let trained = right(&quantized, &data);
    println!("of 90 digits: float {float}, int8 {trained}");
    assert!(float > 70 && trained + 4 >= float, "{float} {trained}");
}

#[test]
fn the_converted_network_goes_on_in_integers() {
    let data = digits();
    let network = Network::new(cnn()).unwrap();
    let float = right(&network, &data);
    let quantized = Quantized::new(network, Settings::default()).unwrap();
    train(&quantized, &data, 1, 1e-4);
    quantized.freeze().unwrap();
    train(&quantized, &data, 1, 1e-4);
    assert!(compare(&quantized, &[&data.0]) >= 4);
    let trained = right(&quantized, &data);
    println!("of 90 digits: float {float}, int8 {trained}");
    assert!(float > 85 && trained + 3 >= float, "{float} {trained}");
}

#[test]
fn training_brings_back_what_four_bits_lose() {
    let data = digits();
    let network = Network::new(mlp()).unwrap();
    train(&network, &data, 40, 5e-3);
    // units that are louder than others and heard less compute the same, but one scale for all weights does not suit them
    let loud = |unit: usize| if unit < 4 { 12.0 } else { 1.0 };
    let times = |tensor: &Tensor, by: &dyn Fn(usize) -> f32| {
        let numbers = tensor.to_vec::<f32>().unwrap();
        let scaled = numbers.iter().enumerate().map(|(i, x)| x * by(i)).collect();
        tensor.assign(&Tensor::from_vec(scaled, tensor.shape()).unwrap()).unwrap();
    };
    let parameters = network.parameters();
    times(&parameters[0], &|i| loud(i / 64));
    times(&parameters[1], &loud);
    times(&parameters[2], &|i| 1.0 / loud(i % 24));
    let float = right(&network, &data);
    let coarse = Settings { weights: Type::I4, granularity: Granularity::Tensor, ..Settings::default() };
    let quantized = Quantized::new(network, coarse).unwrap();
    quantized.forward(&data.0).unwrap();
    quantized.set_training(false);
    let rounded = right(&quantized, &data);
    train(&quantized, &data, 20, 1e-3);
    quantized.freeze().unwrap();
    train(&quantized, &data, 10, 1e-3);
    let trained = right(&quantized, &data);
    println!("of 90 digits: float {float}, rounded {rounded}, trained {trained}");
    assert!(rounded + 20 <= float && trained >= rounded + 15, "{float} {rounded} {trained}");
    assert!(compare(&quantized, &[&data.0]) >= 3);
}
