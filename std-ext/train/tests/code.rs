//! Networks as Rust: the code that is written compiles here, has the weights of the model, and computes what it computes.

#![expect(clippy::unwrap_used, reason = "helpers of tests, which may panic")]

#[rustfmt::skip]
#[path = "code/digits.rs"]
pub mod digits;
#[rustfmt::skip]
#[path = "code/residual.rs"]
pub mod residual;

use std::path::{Path, PathBuf};

use midge_compiler::custom::Custom;
use midge_compiler::graph::Graph;
use midge_compiler::import::import;
use midge_compiler::{Options, compile, passes};
use midge_runtime::file::File;
use midge_runtime::session::Session;
use midge_train::nn::*;
use midge_train::{Code, Result, Rng, Tensor, no_grad, parts, trace};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/code")
}

/// The code of a graph, which has to be that of the file here; `MIDGE_BLESS=1` writes it there.
fn written(graph: Graph, name: &str) -> (Code, tempfile::TempDir) {
    let code = Code::of(graph, name).unwrap();
    let file = folder().join(name).with_extension("rs");
    if std::env::var_os("MIDGE_BLESS").is_some() {
        std::fs::write(&file, &code.text).unwrap();
    }
    let there = std::fs::read_to_string(&file).unwrap();
    assert!(there == code.text, "{}: other code; MIDGE_BLESS=1 writes it", file.display());
    let weights = tempfile::tempdir().unwrap();
    code.weights.write(&weights.path().join("weights.safetensors")).unwrap();
    (code, weights)
}

/// That `net`, written of a graph, has its weights, and makes of rows together what the model's plan makes of each.
fn check(graph: &Graph, code: &Code, net: &dyn Module, rng: &mut Rng) {
    let mut passed = graph.clone();
    passes::run(&mut passed);
    let read = |at: usize| {
        let ids = passed.nodes.iter().flat_map(|node| node.inputs.get(at)).map(|id| passed.value(*id));
        ids.filter(|value| value.data.is_some()).map(midge_compiler::graph::Value::elements).sum::<usize>()
    };
    assert_eq!(net.parameter_count(), read(1) + read(2));
    assert_eq!(code.parameters, net.parameter_count());
    let shapes: Vec<_> =
        net.named_parameters().iter().map(|(name, t)| (name.clone(), t.shape().to_vec())).collect();
    for (name, shape) in &shapes {
        assert_eq!(code.weights.values[name].shape()[..], shape[..], "{name}");
    }
    assert_eq!(shapes.len(), code.weights.values.len());
    let shape = &graph.value(graph.inputs[0]).shape;
    let x = Tensor::randn([&[3], &shape[1..]].concat(), rng).unwrap();
    let found = no_grad(|| net.forward(&x)).unwrap().to_vec::<f32>().unwrap();
    let compiled = compile(graph.clone(), &Options::default(), &Custom::default()).unwrap();
    let file = File::from_bytes(&compiled.file).unwrap();
    let runtime = file.runtime().unwrap();
    let bytes: Vec<u8> = x.to_vec::<f32>().unwrap().iter().flat_map(|x| x.to_le_bytes()).collect();
    let mut expected = Vec::new();
    for row in bytes.chunks(bytes.len() / 3) {
        let mut made = Vec::new();
        Session::new(&runtime).unwrap().run(row, &mut made).unwrap();
        expected.extend(made.as_chunks().0.iter().map(|four| f32::from_le_bytes(*four)));
    }
    assert_eq!(expected.len(), found.len());
    let most = expected.iter().fold(1.0, |most: f32, x| most.max(x.abs()));
    let off = expected.iter().zip(&found).fold(0.0, |off: f32, (a, b)| off.max((a - b).abs()));
    println!("{} parameters, off by {off}, of {most}", net.parameter_count());
    assert!(off <= 1e-5 * most, "off by {off}");
}

#[test]
fn a_network_of_keras() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/digits/digits_float.tflite");
    let graph = import(&std::fs::read(file).unwrap()).unwrap();
    let (code, weights) = written(graph.clone(), "digits");
    let net = digits::Digits::load(&weights.path().join("weights.safetensors")).unwrap();
    check(&graph, &code, &net, &mut Rng::new(1));
    // fresh weights train
    let net = digits::Digits::new(&mut Rng::new(2)).unwrap();
    net.forward(&Tensor::ones([2, 8, 8, 1]).unwrap()).unwrap().amax(&[], false).unwrap().backward().unwrap();
    assert!(net.parameters().iter().all(|one| one.grad().is_some()));
}

/// A way round layers, pools, a parameter that is no layer's, and signals that end in rows.
struct Residual {
    stem: Conv2d,
    norm: BatchNorm,
    inner: Conv2d,
    down: Conv2d,
    scale: Tensor,
    head: Linear,
    last: Linear,
}

impl Module for Residual {
    parts!(stem, norm, inner, down, scale, head, last);

    fn forward(&self, x: &Tensor) -> Result<Tensor> {
        let x = self.norm.forward(&self.stem.forward(x)?)?.relu()?;
        let y = x.add(&self.inner.forward(&x)?.sigmoid()?)?.mul(&self.scale)?;
        let y = self.down.forward(&y.avg_pool2d(
            midge_train::Window { size: [3, 3], stride: [2, 2], padding: [[0, 1], [1, 1]], dilation: [1, 1] },
            false,
        )?)?;
        let y = Tensor::cat(&[&y.tanh()?, &y], 1)?.flatten(1)?;
        self.last.forward(&self.head.forward(&y)?.swish()?)?.softmax(-1)
    }
}

#[test]
fn a_network_that_was_trained_here() {
    let rng = &mut Rng::new(3);
    let net = Residual {
        stem: Conv2d::new(3, 6, [3, 2], rng)
            .unwrap()
            .stride([2, 1])
            .padding(Padding::Zeros([1, 1]))
            .no_bias(),
        norm: BatchNorm::new(6).unwrap(),
        inner: Conv2d::grouped(6, 6, [3, 3], 2, rng).unwrap().padding(Padding::Same),
        down: Conv2d::new(6, 4, [1, 1], rng).unwrap(),
        scale: Tensor::uniform([1, 6, 5, 6], 0.5, 1.5, rng).unwrap().requires_gradient(),
        head: Linear::new(48, 7, rng).unwrap(),
        last: Linear::new(7, 4, rng).unwrap(),
    };
    let graph = trace::trace(&net, &[("image", &Tensor::zeros([1, 3, 10, 5]).unwrap())]).unwrap();
    let (code, weights) = written(graph.clone(), "residual");
    let made = residual::Residual::load(&weights.path().join("weights.safetensors")).unwrap();
    check(&graph, &code, &made, rng);
    // the same shapes, but for the normalization, which is part of the layer before it
    let shapes = |net: &dyn Module| -> Vec<(String, Vec<usize>)> {
        net.named_parameters().iter().map(|(name, t)| (name.clone(), t.shape().to_vec())).collect()
    };
    let sorted = |all: Vec<(String, Vec<usize>)>| {
        let mut all: Vec<_> = all.into_iter().map(|(_, shape)| shape).collect();
        all.sort();
        all
    };
    let mut expected = shapes(&net);
    expected.retain(|(name, _)| !name.starts_with("norm"));
    expected.push(("stem.bias".into(), vec![6]));
    assert_eq!(sorted(shapes(&made)), sorted(expected));
}

#[test]
fn what_has_no_layer_is_named() {
    let graph = |forward: fn(&Tensor) -> Result<Tensor>| {
        let input = Tensor::zeros([1, 4, 6]).unwrap();
        trace::trace_with(&Relu, &[("x", &input)], &["y"], |x| Ok(vec![forward(&x[0])?])).unwrap()
    };
    let refused = |graph| Code::of(graph, "net").unwrap_err().to_string();
    assert!(refused(graph(Tensor::relu)).contains("no weights"));
    let error = refused(graph(|x| x.sum(&[0], false)?.relu()));
    println!("{error}");
    assert!(error.contains("no row of a batch"), "{error}");
    let quantized = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/digits/digits.tflite");
    let error = refused(import(&std::fs::read(quantized).unwrap()).unwrap());
    println!("{error}");
    assert!(error.contains("quantized"), "{error}");
}
