//! Networks of every kind of operator, as plans compute them.

use midge_compiler::graph::{Activation, Binary, Graph, Op, Type, Unary, ValueId};
use midge_compiler::quantize::Settings;
use midge_train::nn::Module;
use midge_train::{Network, Quantized, Rng, Tensor};

use crate::build::{Build, window};
use crate::equal::compare;

/// The graph in integers, after two batches like the first of `rows` rows.
fn observed(graph: Graph, settings: Settings, rows: usize, rng: &mut Rng) -> (Quantized, Vec<Tensor>) {
    let shapes: Vec<Vec<usize>> = graph.inputs.iter().map(|id| graph.value(*id).shape.clone()).collect();
    let quantized = Quantized::new(Network::new(graph).unwrap(), settings).unwrap();
    let mut inputs = Vec::new();
    for _ in 0..2 {
        let draw = |shape: &Vec<usize>| {
            let sizes: Vec<usize> = [rows].into_iter().chain(shape[1..].iter().copied()).collect();
            Tensor::randn(sizes, rng).unwrap()
        };
        inputs = shapes.iter().map(draw).collect();
        quantized.forward_all(&inputs.iter().collect::<Vec<_>>()).unwrap();
    }
    (quantized, inputs)
}

fn check(graph: Graph, settings: Settings, rows: usize) -> usize {
    let (quantized, inputs) = observed(graph, settings, rows, &mut Rng::new(5));
    compare(&quantized, &inputs.iter().collect::<Vec<_>>())
}

fn ds_cnn() -> Graph {
    let mut b = Build::new(1, &[&[1, 16, 10, 1]]);
    let x = b.graph.inputs[0];
    let mut x = b.conv(x, 16, 3, window(2, 1), Activation::Relu);
    for _ in 0..3 {
        x = b.depthwise(x, 3, window(1, 1), Activation::Relu);
        x = b.conv(x, 16, 1, window(1, 0), Activation::Relu);
    }
    let x = b.mean(x);
    let x = b.dense(x, 10, Activation::None);
    let x = b.softmax(x);
    b.end(&[x])
}

#[test]
fn a_ds_cnn_is_its_plan() {
    assert!(check(ds_cnn(), Settings::default(), 24) >= 9);
}

#[test]
fn residuals_pools_and_joins_are_their_plan() {
    let mut b = Build::new(2, &[&[1, 8, 8, 3]]);
    let x = b.graph.inputs[0];
    let stem = b.conv(x, 8, 3, window(1, 1), Activation::Relu6);
    let inner = b.conv(stem, 8, 3, window(1, 1), Activation::None);
    let x = b.binary(Binary::Add, inner, stem, Activation::Relu);
    let (left, right) = (b.pool(x, 3, window(1, 1), false), b.pool(x, 3, window(1, 1), true));
    let x = b.node(Op::Concatenation { axis: 3 }, &[left, right], &[1, 8, 8, 16]);
    let x = b.pool(x, 2, window(2, 0), false);
    let x = b.dense(x, 5, Activation::None);
    let y = b.unary(Unary::Logistic, x);
    assert!(check(b.end(&[y]), Settings::default(), 16) >= 7);
}

#[test]
fn layer_normalizations_are_their_plan() {
    for (seed, centred) in [(20, true), (21, false)] {
        let mut b = Build::new(seed, &[&[1, 5, 4, 6]]);
        let x = b.graph.inputs[0];
        let rows = b.normal(x, 1, centred);
        let sum = b.binary(Binary::Add, rows, x, Activation::None);
        let images = b.normal(sum, 3, centred);
        let x = b.unary(Unary::Gelu { approximate: false }, images);
        let x = b.dense(x, 7, Activation::None);
        let y = b.normal(x, 1, centred);
        let graph = b.end(&[y]);
        let (quantized, inputs) = observed(graph, Settings::default(), 24, &mut Rng::new(seed));
        assert!(quantized.floats().unwrap().is_empty(), "{:?}", quantized.floats());
        assert!(compare(&quantized, &inputs.iter().collect::<Vec<_>>()) >= 6);
    }
}

#[test]
fn sums_that_floats_do_not_hold_are_cut() {
    let mut b = Build::new(3, &[&[1, 4, 4, 2], &[1, 1500]]);
    let (image, row) = (b.graph.inputs[0], b.graph.inputs[1]);
    // one weight for all: each is 127, and every product as large as it gets
    let one = |b: &mut Build, shape: &[usize]| {
        let id = b.constant(shape, 0.0);
        let count: usize = shape.iter().product();
        let data = (0..count).flat_map(|i| (if i % 7 == 0 { -0.02f32 } else { 0.02 }).to_le_bytes());
        b.graph.values[id.0].data = Some(data.collect());
        id
    };
    let filter = one(&mut b, &[3, 1500]);
    let dense = b.node(Op::FullyConnected { activation: Activation::None }, &[row, filter], &[1, 3]);
    let wide = one(&mut b, &[700, 1, 1, 2]);
    let conv = Op::Conv2d { window: window(1, 0), activation: Activation::Relu };
    let image = b.node(conv.clone(), &[image, wide], &[1, 4, 4, 700]);
    let filter = one(&mut b, &[2, 1, 1, 700]);
    let image = b.node(conv, &[image, filter], &[1, 4, 4, 2]);
    assert!(check(b.end(&[dense, image]), Settings::default(), 6) >= 3);
}

#[test]
fn weights_of_four_bits_and_words_are_their_plan() {
    let all = Settings::default();
    assert!(check(ds_cnn(), Settings { weights: Type::I4, ..all }, 8) >= 9);
    assert!(check(ds_cnn(), Settings { activations: Type::I16, ..all }, 8) >= 9);
}

/// A network of three to nine operators that follows from its number.
fn drawn(seed: u64) -> Graph {
    let mut b = Build::new(seed, &[&[1, 6, 5, 4]]);
    let mut x = b.graph.inputs[0];
    let mut made: Vec<ValueId> = vec![x];
    for _ in 0..3 + b.below(7) {
        let activation = [Activation::None, Activation::Relu, Activation::Relu6][b.below(3)];
        let shape = b.shape(x);
        let image = shape.len() == 4 && shape[1] >= 3 && shape[2] >= 3;
        let last = shape.last().copied().unwrap_or(1);
        x = match b.below(14) {
            0..=2 if image => {
                let (outputs, size, stride) = (1 + b.below(6), 1 + 2 * b.below(2), 1 + b.below(2));
                b.conv(x, outputs, size, window(stride, size / 2), activation)
            }
            3 if image => b.depthwise(x, 3, window(1, 1), activation),
            4 if image => {
                let (margin, greatest) = (b.below(2), b.below(2) == 0);
                b.pool(x, 3, window(1, margin), greatest)
            }
            5 if image => b.mean(x),
            6 => {
                let outputs = 2 + b.below(6);
                b.dense(x, outputs, activation)
            }
            7 => {
                let ops = [
                    Unary::Logistic,
                    Unary::Tanh,
                    Unary::HardSwish,
                    Unary::Gelu { approximate: false },
                    Unary::LeakyRelu { alpha: 0.2 },
                    Unary::Elu,
                    Unary::Swish,
                    Unary::Abs,
                ];
                let op = ops[b.below(ops.len())];
                b.unary(op, x)
            }
            8 | 9 => {
                let op = [Binary::Add, Binary::Sub, Binary::Mul][b.below(3)];
                let other = made.iter().copied().rfind(|id| b.shape(*id) == shape);
                b.binary(op, x, other.unwrap_or(x), activation)
            }
            10 => {
                let op = [Binary::Add, Binary::Mul][b.below(2)];
                let constant = b.constant(&[last], 1.0);
                b.binary(op, x, constant, Activation::None)
            }
            11 => {
                let mut joined = shape.clone();
                joined[shape.len() - 1] = 2 * last;
                b.node(Op::Concatenation { axis: shape.len() - 1 }, &[x, x], &joined)
            }
            12 if image => {
                let order = vec![0, 2, 1, 3];
                let turned: Vec<usize> = order.iter().map(|axis| shape[*axis]).collect();
                let x = b.node(Op::Transpose { order }, &[x], &turned);
                let margins = vec![[0, 0], [1, 0], [0, 2], [0, 0]];
                b.node(Op::Pad { margins }, &[x], &[1, turned[1] + 1, turned[2] + 2, last])
            }
            13 if shape.len() == 4 => {
                let (n, m) = (shape[1] * shape[2], last);
                let a = b.node(Op::Reshape, &[x], &[1, n, m]);
                b.node(Op::BatchMatMul { transposed: [true, false] }, &[a, a], &[1, m, m])
            }
            _ => b.softmax(x),
        };
        made.push(x);
    }
    b.end(&[x])
}

#[test]
fn drawn_networks_are_their_plans() {
    let (mut compared, mut float) = (0, 0);
    for seed in 0..120 {
        let graph = drawn(seed);
        let (quantized, inputs) = observed(graph, Settings::default(), 3, &mut Rng::new(seed));
        quantized.set_training(false);
        // what stays float is near, not equal
        if !quantized.floats().unwrap().is_empty() {
            float += 1;
            continue;
        }
        compared += compare(&quantized, &inputs.iter().collect::<Vec<_>>());
    }
    assert!(float < 12 && compared > 400, "{float} networks are not whole, {compared} values compared");
}
