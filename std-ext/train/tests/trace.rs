//! Networks as plans: what a plan computes is what the network computes in evaluation.

#![expect(clippy::unwrap_used, reason = "helpers of tests, which may panic")]

use midge_compiler::custom::Custom;
use midge_compiler::graph::Graph;
use midge_compiler::quantize::{Quantizer, Settings};
use midge_compiler::{Options, compile};
use midge_runtime::file::File;
use midge_runtime::rows::Rows;
use midge_runtime::session::Session;
use midge_train::nn::*;
use midge_train::trace::{onnx, trace, trace_with};
use midge_train::{Result, Rng, Tensor, no_grad, parts};

/// A network that a closure is.
struct Net<F>(F);

impl<F: Fn(&Tensor) -> Result<Tensor> + Send + Sync> Module for Net<F> {
    parts!();

    fn forward(&self, x: &Tensor) -> Result<Tensor> {
        (self.0)(x)
    }
}

fn bytes(tensor: &Tensor) -> Vec<u8> {
    match tensor.to_vec::<f32>() {
        Ok(numbers) => numbers.iter().flat_map(|x| x.to_le_bytes()).collect(),
        Err(_) => tensor.to_vec::<i64>().unwrap().iter().flat_map(|x| x.to_le_bytes()).collect(),
    }
}

/// What the graph's plan makes of inputs.
fn plan(graph: &Graph, inputs: &[&Tensor]) -> Vec<f32> {
    let compiled = compile(graph.clone(), &Options::default(), &Custom::default()).unwrap();
    let file = File::from_bytes(&compiled.file).unwrap();
    let runtime = file.runtime().unwrap();
    let (row, mut made) = (inputs.iter().flat_map(|x| bytes(x)).collect::<Vec<_>>(), Vec::new());
    Session::new(&runtime).unwrap().run(&row, &mut made).unwrap();
    made.as_chunks().0.iter().map(|four| f32::from_le_bytes(*four)).collect()
}

/// How far two are apart, by the greatest of the first.
fn apart(expected: &[f32], found: &[f32]) -> f32 {
    assert_eq!(expected.len(), found.len());
    let greatest = |numbers: &mut dyn Iterator<Item = f32>| numbers.fold(0.0, f32::max);
    let most = greatest(&mut expected.iter().map(|x| x.abs()));
    greatest(&mut expected.iter().zip(found).map(|(a, b)| (a - b).abs())) / most.max(1e-6)
}

/// Traces with other numbers than are run; the network is in training before and after.
fn check(what: &str, net: &dyn Module, x: &Tensor) -> Graph {
    let other = x.to_vec::<f32>().map_or(x.clone(), |_| Tensor::zeros(x.shape()).unwrap());
    net.set_training(true);
    let graph = trace(net, &[("input", &other)]).map_err(|error| format!("{what}: {error}")).unwrap();
    let again = trace(net, &[("input", x)]).unwrap();
    assert_eq!(format!("{graph:?}"), format!("{again:?}"), "{what}: two traces differ");
    net.all_parts("", &mut |_, part| assert!(!matches!(part, Part::Mode(mode) if !mode.is_training())));
    net.set_training(false);
    let expected = no_grad(|| net.forward(x)).unwrap().to_vec::<f32>().unwrap();
    let off = apart(&expected, &plan(&graph, &[x]));
    assert!(off <= 1e-4, "{what}: off by {off}");
    assert_eq!(graph.source, "midge train");
    graph
}

fn noise(shape: &[usize], rng: &mut Rng) -> Tensor {
    Tensor::randn(shape, rng).unwrap()
}

/// Gives every parameter and running number another value than it starts with.
fn stir(net: &dyn Module, rng: &mut Rng) {
    for (name, tensor) in net.state_dict() {
        let drawn = Tensor::uniform(tensor.shape(), 0.5, 1.5, rng).unwrap();
        let value = if name.ends_with("var") { drawn } else { tensor.mul(&drawn).unwrap() };
        let off = noise(tensor.shape(), rng).map(|x| x * 0.1).unwrap();
        tensor.assign(&if name.ends_with("var") { value } else { value.add(&off).unwrap() }).unwrap();
    }
}

#[test]
fn every_layer() -> Result<()> {
    let rng = &mut Rng::new(1);
    let (row, image, sequence) = ([1, 12], [1, 4, 9, 8], [1, 6, 8]);
    let layers: Vec<(&str, Box<dyn Module>, &[usize])> = vec![
        ("linear", Box::new(Linear::new(12, 5, rng)?), &row),
        ("linear over a sequence", Box::new(Linear::new(8, 5, rng)?), &sequence),
        ("no bias", Box::new(Linear::without_bias(12, 5, init::Init::Default, rng)?), &row),
        ("conv2d", Box::new(Conv2d::new(4, 6, [3, 2], rng)?.padding(Padding::Same).stride([2, 1])), &image),
        ("dilated", Box::new(Conv2d::new(4, 6, [3, 3], rng)?.dilation([2, 1]).no_bias()), &image),
        ("groups", Box::new(Conv2d::grouped(4, 6, [3, 3], 2, rng)?), &image),
        ("depthwise", Box::new(Conv2d::depthwise(4, [3, 3], rng)?.padding(Padding::Zeros([1, 2]))), &image),
        ("conv1d", Box::new(Conv1d::new(6, 3, 3, rng)?.padding(Padding::Same).stride(2)), &sequence),
        ("batch norm", Box::new(BatchNorm::new(4)?), &image),
        ("batch norm of rows", Box::new(BatchNorm::new(12)?), &row),
        ("layer norm", Box::new(LayerNorm::new(8)?), &sequence),
        ("group norm", Box::new(GroupNorm::new(2, 4)?), &image),
        ("max pool", Box::new(MaxPool2d::new([2, 2])), &image),
        ("max pool with padding", Box::new(MaxPool2d::new([3, 3]).stride([2, 2]).padding([1, 1])), &image),
        ("avg pool", Box::new(AvgPool2d::new([3, 2]).stride([2, 2]).padding([1, 1])), &image),
        ("global pool", Box::new(AdaptiveAvgPool2d([1, 1])), &image),
        ("adaptive pool", Box::new(AdaptiveAvgPool2d([4, 3])), &image),
        ("adaptive max pool", Box::new(AdaptiveMaxPool2d([4, 3])), &image),
        ("max pool of signals", Box::new(MaxPool1d::new(3).stride(2).padding(1)), &sequence),
        ("avg pool of signals", Box::new(AvgPool1d::new(3).stride(2).padding(1)), &sequence),
        ("adaptive pool of signals", Box::new(AdaptiveAvgPool1d(3)), &sequence),
        ("rnn", Box::new(Recurrent::new(Cell::Rnn, 8, 5, rng)?), &sequence),
        ("gru", Box::new(Recurrent::new(Cell::Gru, 8, 5, rng)?), &sequence),
        ("lstm", Box::new(Recurrent::new(Cell::Lstm, 8, 5, rng)?), &sequence),
        ("positional encoding", Box::new(PositionalEncoding::new(10, 8)?), &sequence),
        ("attention", Box::new(MultiHeadAttention::new(8, 2, false, rng)?), &sequence),
        ("transformer block", Box::new(TransformerBlock::new(8, 2, 16, true, 0.1, rng)?), &sequence),
        ("dropout before relu", Box::new(Sequential::new().add(Dropout::new(0.5, rng)?).add(Relu)), &row),
        ("relu", Box::new(Relu), &image),
        ("sigmoid", Box::new(Sigmoid), &row),
        ("tanh", Box::new(Tanh), &row),
        ("gelu", Box::new(Gelu), &sequence),
        ("swish", Box::new(Swish), &row),
        ("softmax", Box::new(Softmax), &sequence),
        ("log softmax", Box::new(LogSoftmax), &row),
        ("leaky relu", Box::new(LeakyRelu(0.2)), &row),
        ("elu", Box::new(Elu(0.7)), &row),
        ("flatten", Box::new(Sequential::new().add(Relu).add(Flatten)), &image),
    ];
    for (what, layer, shape) in layers {
        stir(&*layer, rng);
        check(what, &*layer, &noise(shape, rng));
    }
    let table = Embedding::new(10, 4, rng)?;
    check("embedding", &table, &Tensor::classes(&[3, 9, 0])?.unsqueeze(0)?);
    Ok(())
}

#[test]
fn views_and_expressions() -> Result<()> {
    type Forward = fn(&Tensor) -> Result<Tensor>;
    let rng = &mut Rng::new(2);
    let functions: [(&str, Forward); 22] = [
        ("permute", |x| x.permute(&[2, 0, 3, 1])),
        ("narrow", |x| x.narrow(2, 1, 2)?.exp()),
        ("at", |x| x.at(1, 2)?.neg()),
        ("at the end", |x| x.at(-1, 3)?.transpose(1, 2)),
        ("chunks", |x| {
            let parts = x.chunk(2, 3)?;
            parts[1].sub(&parts[0])
        }),
        ("part of a part", |x| x.narrow(1, 1, 2)?.permute(&[3, 2, 1, 0])?.narrow(1, 1, 3)?.abs()),
        ("cat", |x| Tensor::cat(&[&x.tanh()?, x, &x.narrow(2, 0, 1)?], 2)),
        ("stack", |x| Tensor::stack(&[x, &x.relu()?], 4)),
        ("pad", |x| x.pad(1, 2, 1)),
        ("expand", |x| x.at(0, 0)?.unsqueeze(0)?.expand([3, 3, 5, 4])?.contiguous()),
        ("sum", |x| x.sum(&[1, 3], false)),
        ("mean", |x| x.mean(&[2], true)),
        ("mean of all", |x| x.mean(&[], false)?.reshape([1])),
        ("variance", |x| x.var(&[2, 3], 1, false)),
        ("extremes", |x| x.amax(&[1], false)?.sub(&x.amin(&[1], false)?)),
        ("softmax of another axis", |x| x.softmax(1)),
        ("matmul", |x| x.matmul(&x.transpose(2, 3)?)),
        ("select", |x| x.select(&x.exp()?, &x.sign()?)),
        ("compare", |x| x.greater(&x.mean(&[3], true)?)?.mul(x)),
        ("clamp", |x| x.clamp(-0.5, 0.25)),
        ("clamp at six", |x| &(x * 8.0)?.clamp(0.0, 6.0)? + 1.0),
        ("gather", |x| x.gather(3, &Tensor::classes(&[1, 3, 0, 0]).and_then(|i| i.expand([1, 3, 5, 4]))?)),
    ];
    for (what, function) in functions {
        check(what, &Net(function), &noise(&[1, 3, 5, 4], rng));
    }
    Ok(())
}

/// A small network for images: convolutions with batch normalization.
fn cnn(rng: &mut Rng) -> Result<Sequential> {
    Ok(Sequential::new()
        .add(Conv2d::new(1, 6, [3, 3], rng)?.padding(Padding::Same).no_bias())
        .add(BatchNorm::new(6)?)
        .add(Relu)
        .add(MaxPool2d::new([2, 2]))
        .add(Conv2d::new(6, 8, [3, 3], rng)?)
        .add(BatchNorm::new(8)?)
        .add(Relu)
        .add(AvgPool2d::new([2, 2]))
        .add(Flatten)
        .add(Linear::new(8 * 2 * 2, 16, rng)?)
        .add(Relu)
        .add(Linear::new(16, 10, rng)?))
}

/// Depthwise and pointwise convolutions over features of sound.
fn ds_cnn(rng: &mut Rng) -> Result<Sequential> {
    let mut net = Sequential::new()
        .add(Conv2d::new(1, 8, [5, 3], rng)?.stride([2, 1]).padding(Padding::Same).no_bias())
        .add(BatchNorm::new(8)?)
        .add(Relu);
    for _ in 0..2 {
        net = net
            .add(Conv2d::depthwise(8, [3, 3], rng)?.padding(Padding::Same).no_bias())
            .add(BatchNorm::new(8)?)
            .add(Relu)
            .add(Conv2d::new(8, 8, [1, 1], rng)?.no_bias())
            .add(BatchNorm::new(8)?)
            .add(Relu);
    }
    Ok(net.add(AdaptiveAvgPool2d([1, 1])).add(Flatten).add(Linear::new(8, 10, rng)?))
}

fn ops(graph: &Graph) -> Vec<&'static str> {
    let mut graph = graph.clone();
    midge_compiler::passes::run(&mut graph);
    // A plan has no step for another shape.
    graph.nodes.iter().map(|node| node.op.name()).filter(|name| *name != "RESHAPE").collect()
}

#[test]
fn networks_for_images_become_what_an_importer_makes_of_them() -> Result<()> {
    let rng = &mut Rng::new(3);
    let (net, x) = (cnn(rng)?, noise(&[1, 1, 12, 12], rng));
    stir(&net, rng);
    let graph = check("cnn", &net, &x);
    let (images, rows) = (["CONV_2D", "MAX_POOL_2D", "CONV_2D", "AVERAGE_POOL_2D"], ["FULLY_CONNECTED"; 2]);
    assert_eq!(ops(&graph), [&images[..], &rows].concat());
    let names: Vec<&str> = graph.values.iter().map(|value| value.name.as_str()).collect();
    assert!(names.contains(&"0.weight") && names.contains(&"11.bias"), "{names:?}");

    let quantizer = Quantizer::new(graph).unwrap();
    let rows = noise(&[32, 144], rng);
    let rows = Rows { count: 32, single: false, bytes: bytes(&rows) };
    let observed = quantizer.observe(&rows, |_| ()).unwrap();
    let quantized = quantizer.quantize(&observed, &Settings::default()).unwrap();
    assert!(quantized.floats.is_empty(), "{:?}", quantized.floats);
    let expected = net.forward(&x)?.to_vec::<f32>()?;
    let off = apart(&expected, &plan(&quantized.graph, &[&x]));
    // Random weights are coarse in int8.
    assert!(off < 0.15, "int8 is off by {off}");

    let net = ds_cnn(rng)?;
    stir(&net, rng);
    let graph = check("ds-cnn", &net, &noise(&[1, 1, 16, 10], rng));
    let mut expected = vec!["CONV_2D"];
    expected.extend(["DEPTHWISE_CONV_2D", "CONV_2D"].repeat(2));
    expected.extend(["MEAN", "FULLY_CONNECTED"]);
    assert_eq!(ops(&graph), expected);
    Ok(())
}

struct Reader {
    table: Embedding,
    places: PositionalEncoding,
    blocks: Vec<TransformerBlock>,
    norm: LayerNorm,
    head: Linear,
}

impl Module for Reader {
    parts!(table, places, blocks, norm, head);

    fn forward(&self, x: &Tensor) -> Result<Tensor> {
        let x = self.places.forward(&self.table.forward(x)?)?;
        let x = self.blocks.iter().try_fold(x, |x, block| block.forward(&x))?;
        self.head.forward(&self.norm.forward(&x)?)
    }
}

#[test]
fn networks_for_sequences() -> Result<()> {
    let rng = &mut Rng::new(4);
    let blocks = (0..2).map(|_| TransformerBlock::new(16, 4, 32, true, 0.1, rng));
    let net = Reader {
        blocks: blocks.collect::<Result<_>>()?,
        table: Embedding::new(20, 16, rng)?,
        places: PositionalEncoding::new(12, 16)?,
        norm: LayerNorm::new(16)?,
        head: Linear::new(16, 20, rng)?,
    };
    stir(&net, rng);
    check("transformer", &net, &Tensor::classes(&[3, 1, 4, 1, 5, 9, 2, 6])?.unsqueeze(0)?);

    let mlp = Sequential::new().add(Linear::new(16, 12, rng)?).add(Tanh).add(Linear::new(12, 4, rng)?);
    check("mlp", &mlp, &noise(&[1, 16], rng));

    for cell in [Cell::Gru, Cell::Lstm] {
        let (first, second) = (Recurrent::new(cell, 5, 7, rng)?, Recurrent::new(cell, 7, 6, rng)?);
        let head = Linear::new(6, 3, rng)?;
        let net = Net(move |x: &Tensor| {
            let all = second.forward(&first.forward(x)?)?;
            head.forward(&all.at(1, x.shape()[1] - 1)?)
        });
        check("recurrent", &net, &noise(&[1, 5, 5], rng));
    }
    Ok(())
}

#[test]
fn a_step_that_is_given_its_state() -> Result<()> {
    let rng = &mut Rng::new(5);
    let layer = Recurrent::new(Cell::Lstm, 4, 6, rng)?;
    let (x, h, c) = (noise(&[1, 1, 4], rng), noise(&[1, 6], rng), noise(&[1, 6], rng));
    let step = |xs: &[Tensor]| {
        let (y, state) = layer.forward_from(&xs[0], &xs[1..])?;
        Ok([vec![y], state].concat())
    };
    let inputs = [("x", &x), ("h", &h), ("c", &c)];
    let graph = trace_with(&layer, &inputs, &["y", "next h", "next c"], step)?;
    let made = step(&[x.clone(), h.clone(), c.clone()])?;
    let expected: Vec<f32> = made.iter().flat_map(|y| y.to_vec::<f32>().unwrap()).collect();
    let off = apart(&expected, &plan(&graph, &[&x, &h, &c]));
    assert!(off <= 1e-4, "off by {off}");
    let names: Vec<&str> = graph.outputs.iter().map(|id| graph.value(*id).name.as_str()).collect();
    assert_eq!(names, ["y", "next h", "next c"]);
    Ok(())
}

#[test]
fn what_a_model_can_not_say_is_refused_by_name() -> Result<()> {
    type Forward = fn(&Tensor) -> Result<Tensor>;
    let x = Tensor::ones([1, 4])?;
    let refused: [(Forward, &str); 4] = [
        (|x| Tensor::from_vec(x.to_vec::<f32>()?, [1, 4]), "to_vec: the network is traced"),
        (|_| Tensor::zeros([1, 4]), "does not depend on any input"),
        (|x| x.scatter_add(1, &Tensor::classes(&[0, 1, 2, 3])?.unsqueeze(0)?, x), "no such operation"),
        (|x| trace(&Relu, &[("x", x)]).and(x.relu()), "traces another"),
    ];
    for (function, expected) in refused {
        let error = onnx(&Net(function), &[("x", &x)]).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
        // The tape has ended.
        onnx(&Relu, &[("x", &x)])?;
    }
    let error = trace(&Relu, &[("x", &x), ("y", &x)]).unwrap_err().to_string();
    assert!(error.contains("one input"), "{error}");
    Ok(())
}
