//! Small networks through the whole quantizer.

use super::*;
use crate::eval::eval;
use crate::graph::{
    Activation, Binary, Margins, Node, Op, Reduce, Repr, Rounding, Type, Unary, Value, ValueId, Window,
};
use midge_runtime::rows::Rows;

/// Numbers between -1 and 1 that look random.
fn noise(seed: u32, count: usize) -> Vec<f32> {
    let mut state = seed.wrapping_mul(0x9e37_79b9) | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        state as f32 / u32::MAX as f32 * 2.0 - 1.0
    };
    (0..count).map(|_| next()).collect()
}

fn bytes(numbers: &[f32]) -> Vec<u8> {
    numbers.iter().flat_map(|x| x.to_le_bytes()).collect()
}

struct Net(Graph);

impl Net {
    fn value(&mut self, name: &str, shape: &[usize], data: Option<Vec<f32>>) -> ValueId {
        let data = data.map(|data| bytes(&data));
        let repr = Repr::Plain(Type::F32);
        self.0.add(Value { name: name.into(), shape: shape.into(), repr, data, state: false, origin: None })
    }

    fn node(&mut self, op: Op, inputs: &[ValueId], name: &str, shape: &[usize]) -> ValueId {
        let y = self.value(name, shape, None);
        let (inputs, outputs, origin) = (inputs.into(), vec![y], self.0.nodes.len());
        self.0.nodes.push(Node { op, inputs, outputs, rounding: Rounding::LitertTwice, origin });
        y
    }

    /// An image through a convolution, tanh and softmax, which meet again; then a dense layer.
    fn meeting() -> Self {
        let mut net = Net(Graph::default());
        let x = net.value("x", &[1, 6, 6, 2], None);
        net.0.inputs = vec![x];
        let filter = net.value("filter", &[4, 3, 3, 2], Some(noise(1, 72)));
        let bias = net.value("bias", &[4], Some(noise(2, 4)));
        let margins = Margins { top: 1, bottom: 1, left: 1, right: 1 };
        let window = Window { stride: [1, 1], dilation: [1, 1], margins };
        let conv = Op::Conv2d { window, activation: Activation::Relu6 };
        let a = net.node(conv, &[x, filter, bias], "a", &[1, 6, 6, 4]);
        let b = net.node(Op::Softmax { beta: 1.0 }, &[a], "b", &[1, 6, 6, 4]);
        let c = net.node(Op::Unary(Unary::Tanh), &[a], "c", &[1, 6, 6, 4]);
        let d = net.node(Op::Concatenation { axis: 3 }, &[a, b, c], "d", &[1, 6, 6, 12]);
        let e = net.node(Op::Reshape, &[d], "e", &[1, 432]);
        let weights = net.value("weights", &[5, 432], Some(noise(3, 2160)));
        let y = net.node(Op::FullyConnected { activation: Activation::None }, &[e, weights], "y", &[1, 5]);
        net.0.outputs = vec![y];
        net
    }
}

fn rows(count: usize) -> Rows {
    Rows { count, single: false, bytes: bytes(&noise(9, count * 72)) }
}

fn quantized(net: Net, settings: Settings) -> (Quantizer, Quantized) {
    let quantizer = Quantizer::new(net.0).unwrap();
    let observed = quantizer.observe(&rows(20), |_| ()).unwrap();
    let quantized = quantizer.quantize(&observed, &settings).unwrap();
    (quantizer, quantized)
}

fn answers(file: &File, row: &[u8]) -> Vec<u8> {
    let runtime = file.runtime().unwrap();
    let mut outputs = Vec::new();
    midge_runtime::session::Session::new(&runtime).unwrap().run(row, &mut outputs).unwrap();
    outputs
}

fn floats(bytes: &[u8]) -> Vec<f32> {
    bytes.as_chunks().0.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect()
}

/// Decibels of the first over its difference to the second, over 20 rows.
fn ratio(quantizer: &Quantizer, quantized: &Quantized) -> f64 {
    let file = compile(quantized.graph.clone(), &Options::default(), &Custom::default()).unwrap().file;
    let file = File::from_bytes(&file).unwrap();
    let (mut signal, mut noise) = (0.0, 0.0);
    for i in 0..20 {
        let row = rows(20).row(i).to_vec();
        let made = answers(&file, &row);
        // it does not know every operator of 16 bits
        if let Ok(answer) = eval(&quantized.graph, std::slice::from_ref(&row)) {
            assert_eq!(answer, std::slice::from_ref(&made), "row {i}");
        } else {
            assert!(quantized.graph.values.iter().any(|value| value.repr.store() == Type::I16));
        }
        for (x, y) in floats(&answers(quantizer.file(), &row)).iter().zip(floats(&made)) {
            signal += f64::from(*x).powi(2);
            noise += f64::from(x - y).powi(2);
        }
    }
    10.0 * f64::log10(signal / noise)
}

#[test]
fn answers_are_near_and_those_of_the_interpreter() {
    let eight = Settings::default();
    for (settings, least) in [
        (eight, 30.0),
        (Settings { granularity: Granularity::Tensor, ..eight }, 25.0),
        (Settings { range: Range::Mse, ..eight }, 28.0),
        (Settings { range: Range::Percentile, ..eight }, 20.0),
        (Settings { range: Range::Entropy, ..eight }, 8.0),
        (Settings { correct: Correct::None, ..eight }, 30.0),
        (Settings { correct: Correct::None, weights: Type::I4, ..eight }, 12.0),
        (Settings { weights: Type::I4, ..eight }, 12.0),
        (Settings { weights: Type::I4, granularity: Granularity::Group(16), ..eight }, 14.0),
        (Settings { activations: Type::I16, ..eight }, 35.0),
    ] {
        let (quantizer, quantized) = quantized(Net::meeting(), settings);
        assert!(quantized.floats.is_empty(), "{:?}", quantized.floats);
        let ratio = ratio(&quantizer, &quantized);
        assert!(ratio > least, "{settings:?}: {ratio:.1} dB");
    }
}

#[test]
fn what_is_fixed_meets_what_is_observed_at_one_scale() {
    let (_, quantized) = quantized(Net::meeting(), Settings::default());
    let graph = &quantized.graph;
    let names: Vec<_> = graph.nodes.iter().map(|node| node.op.name()).collect();
    let inside = ["SOFTMAX", "QUANTIZE", "TANH", "QUANTIZE", "CONCATENATION", "RESHAPE"];
    let whole = [&["QUANTIZE", "CONV_2D"][..], &inside, &["FULLY_CONNECTED", "DEQUANTIZE"]].concat();
    assert_eq!(names, whole);
    let quant = |node: usize| graph.value(graph.nodes[node].outputs[0]).repr.quant().unwrap().clone();
    assert_eq!((quant(2).scale[0], quant(2).zero[0]), (1.0 / 256.0, -128));
    assert_eq!((quant(4).scale[0], quant(4).zero[0]), (1.0 / 128.0, 0));
    assert!([3, 5, 6, 7].iter().all(|node| quant(*node) == quant(1)));
    let conv = &graph.nodes[1];
    let scales = conv.inputs.iter().map(|id| graph.value(*id).repr.quant().unwrap().scale.clone());
    let [x, filter, bias]: [Vec<f32>; 3] = scales.collect::<Vec<_>>().try_into().unwrap();
    assert!(filter.len() == 4 && filter.iter().zip(&bias).all(|(filter, bias)| filter * x[0] == *bias));
}

#[test]
fn what_has_no_integer_kernel_stays_float_and_is_listed() {
    let mut net = Net::meeting();
    let y = net.0.outputs[0];
    let z = net.node(Op::Unary(Unary::Sin), &[y], "z", &[1, 5]);
    let w = net.node(Op::Unary(Unary::Relu), &[z], "w", &[1, 5]);
    net.0.outputs = vec![w, y];
    let (_, quantized) = quantized(net, Settings::default());
    assert_eq!(quantized.floats.len(), 1, "{:?}", quantized.floats);
    assert!(quantized.floats[0].to_string().starts_with("op 6 SIN: "), "{}", quantized.floats[0]);
    let names: Vec<_> = quantized.graph.nodes.iter().rev().map(|node| node.op.name()).take(6).collect();
    assert_eq!(names, ["DEQUANTIZE", "RELU", "QUANTIZE", "SIN", "DEQUANTIZE", "FULLY_CONNECTED"]);
}

#[test]
fn what_is_no_number_is_refused_where_it_is() {
    let said = |net: Net| Quantizer::new(net.0).unwrap_err().to_string();
    let mut net = Net::meeting();
    net.0.values[1].data = Some(bytes(&[f32::NAN; 72]));
    assert_eq!(said(net), "the weights are damaged: filter holds NaN");
    let observed = |net: Net, x: f32| {
        let mut rows = rows(3);
        rows.bytes[72 * 4..][..4].copy_from_slice(&x.to_le_bytes());
        Quantizer::new(net.0).unwrap().observe(&rows, |_| ()).unwrap_err().to_string()
    };
    assert_eq!(
        observed(Net::meeting(), f32::INFINITY),
        "input \"x\": row 1 of the data holds NaN or infinity"
    );
    let mut net = Net::meeting();
    net.0.values[1].data = Some(bytes(&[3e38; 72]));
    net.0.nodes[0].op = Op::Conv2d {
        window: Window {
            stride: [1, 1],
            dilation: [1, 1],
            margins: Margins { top: 1, bottom: 1, left: 1, right: 1 },
        },
        activation: Activation::None,
    };
    assert_eq!(observed(net, 3e38), "a becomes NaN or infinite for row 0 of the data");
    assert_eq!(said(Net(Graph::default())), QuantizeError::Nothing.to_string());
}

#[test]
fn halves_are_stored_in_half_the_bytes() {
    let (quantizer, quantized) =
        quantized(Net::meeting(), Settings { activations: Type::F16, ..Settings::default() });
    assert!(quantized.floats.is_empty(), "{:?}", quantized.floats);
    let file = compile(quantized.graph, &Options::default(), &Custom::default()).unwrap().file;
    let halved = File::from_bytes(&file).unwrap();
    let constants = |file: &File| file.plan().unwrap().constants().len();
    assert!(constants(&halved) < constants(quantizer.file()) * 11 / 20);
    let arena = |file: &File| file.plan().unwrap().arena_len();
    assert!(arena(&halved) <= arena(quantizer.file()) * 6 / 10);
    for row in 0..20 {
        let [want, got] = [quantizer.file(), &halved].map(|file| floats(&answers(file, rows(20).row(row))));
        let most = want.iter().fold(0f32, |most, x| most.max(x.abs()));
        assert!(want.iter().zip(&got).all(|(x, y)| (x - y).abs() <= most * 1e-2), "{want:?} {got:?}");
    }
}

#[test]
fn what_the_data_drive_beyond_halves_stays_single() {
    let mut net = Net(Graph::default());
    let x = net.value("x", &[1, 6, 6, 2], None);
    let factor = [1e6, 1e-6].map(|factor| net.value("factor", &[1], Some(vec![factor])));
    let mul = Op::Binary { op: Binary::Mul, activation: Activation::None };
    let large = net.node(mul.clone(), &[x, factor[0]], "large", &[1, 6, 6, 2]);
    let small = net.node(mul, &[large, factor[1]], "small", &[1, 6, 6, 2]);
    let y = net.node(Op::Unary(Unary::Tanh), &[small], "y", &[1, 6, 6, 2]);
    (net.0.inputs, net.0.outputs) = (vec![x], vec![y]);
    let (quantizer, quantized) = quantized(net, Settings { activations: Type::F16, ..Settings::default() });
    let said: Vec<_> = quantized.floats.iter().map(ToString::to_string).collect();
    assert!(said.len() == 2 && said.iter().all(|said| said.contains("large reaches")), "{said:?}");
    let file = compile(quantized.graph, &Options::default(), &Custom::default()).unwrap().file;
    let halved = File::from_bytes(&file).unwrap();
    for row in 0..20 {
        let [want, got] = [quantizer.file(), &halved].map(|file| floats(&answers(file, rows(20).row(row))));
        assert!(want.iter().zip(&got).all(|(x, y)| (x - y).abs() <= 1e-3), "{want:?} {got:?}");
    }
    // without data nobody knows
    assert!(quantizer.halves(&Observed::default()).unwrap().floats.is_empty());
}

/// Layers and functions of many kinds, one of which finds an index and so has no kernel for halves.
fn mixture() -> Net {
    let mut net = Net(Graph::default());
    let x = net.value("x", &[1, 6, 6, 2], None);
    net.0.inputs = vec![x];
    let window = |stride| Window { stride: [stride; 2], dilation: [1, 1], margins: Margins::default() };
    let filter = net.value("filter", &[1, 2, 2, 80], Some(noise(1, 320)));
    let bias = net.value("bias", &[80], Some(noise(2, 80)));
    let activation = Activation::None;
    let wide = Op::DepthwiseConv2d { window: window(1), multiplier: 40, activation };
    let a = net.node(wide, &[x, filter, bias], "a", &[1, 5, 5, 80]);
    let filter = net.value("filter", &[1, 3, 3, 80], Some(noise(3, 720)));
    let each = Op::DepthwiseConv2d { window: window(1), multiplier: 1, activation };
    let b = net.node(each, &[a, filter, bias], "b", &[1, 3, 3, 80]);
    let b = net.node(Op::Unary(Unary::Swish), &[b], "swish", &[1, 3, 3, 80]);
    let mean = Op::AveragePool2d { size: [2, 2], window: window(1), activation };
    let c = net.node(mean, &[b], "c", &[1, 2, 2, 80]);
    let most = Op::MaxPool2d { size: [2, 2], window: window(1), activation: Activation::Relu };
    let d = net.node(most, &[b], "d", &[1, 2, 2, 80]);
    let slope = net.value("slope", &[80], Some(noise(4, 80)));
    let join = |op| Op::Binary { op, activation: Activation::None };
    let e = net.node(join(Binary::Sub), &[c, d], "e", &[1, 2, 2, 80]);
    let f = net.node(join(Binary::Prelu), &[e, slope], "f", &[1, 2, 2, 80]);
    let f = net.node(Op::Transpose { order: vec![0, 3, 1, 2] }, &[f], "turned", &[1, 80, 2, 2]);
    let f =
        net.node(Op::Pad { margins: vec![[0, 0], [0, 0], [1, 0], [0, 1]] }, &[f], "padded", &[1, 80, 3, 3]);
    let fold = |op| Op::Reduce { op, axes: vec![2, 3], keep: false };
    let g = net.node(fold(Reduce::Mean), &[f], "g", &[1, 80]);
    let g = net.node(join(Binary::Mul), &[g, g], "g", &[1, 80]);
    let y = net.node(Op::Softmax { beta: 2.0 }, &[g], "y", &[1, 80]);
    let best = net.node(Op::ArgExtreme { axis: 1, greatest: true }, &[y], "best", &[1]);
    net.0.values[best.0].repr = Repr::Plain(Type::I32);
    net.0.outputs = vec![y, best];
    net
}

#[test]
fn operators_of_many_kinds_compute_on_halves() {
    let (quantizer, quantized) =
        quantized(mixture(), Settings { activations: Type::F16, ..Settings::default() });
    let said: Vec<_> = quantized.floats.iter().map(ToString::to_string).collect();
    assert!(said.len() == 1 && said[0].contains("ARG_MAX: finds no int32 index of float16"), "{said:?}");
    let file = compile(quantized.graph, &Options::default(), &Custom::default()).unwrap().file;
    let halved = File::from_bytes(&file).unwrap();
    for row in 0..20 {
        let [want, got] = [quantizer.file(), &halved].map(|file| answers(file, rows(20).row(row)));
        let ((want, index), (got, other)) = (want.split_at(320), got.split_at(320));
        let (want, got) = (floats(want), floats(got));
        let most = want.iter().fold(0f32, |most, x| most.max(x.abs()));
        assert!(want.iter().zip(&got).all(|(x, y)| (x - y).abs() <= most * 1e-2), "{want:?} {got:?}");
        assert_eq!(index, other);
    }
}

/// Convolutions of one pixel, the second one with a channel a thousand times as large as the others, which hardly matters.
fn planted() -> Net {
    let mut net = Net(Graph::default());
    let mut x = net.value("x", &[1, 6, 6, 2], None);
    net.0.inputs = vec![x];
    let window = Window { stride: [1, 1], dilation: [1, 1], margins: Margins::default() };
    let conv = Op::Conv2d { window, activation: Activation::None };
    for (layer, (from, to)) in [(2, 6), (6, 6), (6, 6), (6, 40), (40, 40), (40, 6)].into_iter().enumerate() {
        let mut weights = noise(20 + layer as u32, from * to);
        match layer {
            1 => weights[..from].iter_mut().for_each(|w| *w *= 1000.0),
            2 => weights.chunks_mut(from).for_each(|filter| filter[0] *= 1e-9),
            _ => {}
        }
        let filter = net.value("filter", &[to, 1, 1, from], Some(weights));
        let bias =
            net.value("bias", &[to], Some(noise(40 + layer as u32, to).iter().map(|x| x * 0.01).collect()));
        x = net.node(conv.clone(), &[x, filter, bias], &format!("layer {layer}"), &[1, 6, 6, to]);
    }
    let mean = Op::Reduce { op: crate::graph::Reduce::Mean, axes: vec![1, 2], keep: false };
    let y = net.node(mean, &[x], "y", &[1, 6]);
    net.0.outputs = vec![y];
    net
}

#[test]
fn a_search_finds_the_layer_that_needs_16_bits() {
    let quantizer = Quantizer::new(planted().0).unwrap();
    // each row has a colour of its own, so that answers differ
    let colours = noise(9, 80).chunks(2).flat_map(|colour| bytes(colour).repeat(36)).collect();
    let rows = Rows { count: 40, single: false, bytes: colours };
    let observed = quantizer.observe(&rows, |_| ()).unwrap();
    let settings = Settings::default();
    let best = |file: &File| -> Vec<usize> {
        let row = |i| midge_runtime::score::best(&floats(&answers(file, rows.row(i))), 6)[0];
        (0..40).map(row).collect()
    };
    let wanted = best(quantizer.file());
    let drop = |file: &File| -> Result<f64, QuantizeError> {
        let wrong = best(file).iter().zip(&wanted).filter(|(a, b)| a != b).count();
        Ok(wrong as f64 / 40.0 * 100.0)
    };
    let options = Options { target: Target::M4, ..Options::default() };
    let search = |least, settings: &Settings| {
        let goal = Goal { least, most: 10.0 };
        quantizer.mixed((&observed, settings), (&rows, &options), goal, drop).unwrap()
    };
    let found = search(Least::Raised, &settings);
    let wide = quantizer.quantize(&observed, &Settings { activations: Type::I16, ..settings }).unwrap();
    let wide = File::from_bytes(&compile(wide.graph, &options, &Custom::default()).unwrap().file).unwrap();
    let arena = wide.plan().unwrap().arena_len() as u64;
    let narrow = &found.frontier[0];
    assert!(narrow.wide == 0 && !narrow.fits && found.tried > 2, "{:?}", found.frontier);
    let best = found.frontier.iter().find(|point| point.fits).unwrap();
    assert!(best.wide == 2 && best.arena_bytes < arena, "{:?}", found.frontier);
    // with less of what is asked for than what has fewest
    for least in [Least::Size, Least::Ram, Least::Latency] {
        let other = search(least, &settings);
        let fits = other.frontier.iter().filter(|point| point.fits);
        let other = fits.min_by_key(|point| least.of(point)).unwrap();
        assert!(least.of(other) <= least.of(best), "{least}: {other:?} {best:?}");
    }
    // most weights stand four bits, and the file is smaller for it
    let four = search(Least::Size, &Settings { weights: Type::I4, ..settings });
    let four = four.frontier.iter().filter(|point| point.fits).min_by_key(|point| point.bytes).unwrap();
    assert!(four.int4 > 0 && four.bytes < best.bytes, "{four:?} {best:?}");
    // what makes the values that need them, and what reads them
    let store = |name: &str| {
        let node = found.quantized.graph.nodes.iter().find(|node| {
            node.op.name() == "CONV_2D" && found.quantized.graph.value(node.outputs[0]).name == name
        });
        found.quantized.graph.value(node.unwrap().outputs[0]).repr.store()
    };
    assert_eq!(
        ["layer 0", "layer 1", "layer 2", "layer 3"].map(store),
        [Type::I8, Type::I16, Type::I16, Type::I8]
    );
}

#[test]
fn equalized_layers_compute_the_same_and_lose_less() {
    let answers = |quantizer: &Quantizer| floats(&answers(quantizer.file(), rows(1).row(0)));
    let quantized = |quantizer: &Quantizer| {
        let observed = quantizer.observe(&rows(20), |_| ()).unwrap();
        ratio(quantizer, &quantizer.quantize(&observed, &Settings::default()).unwrap())
    };
    let (plain, equalized) =
        (Quantizer::new(planted().0).unwrap(), Quantizer::equalized(planted().0).unwrap());
    let (before, after) = (answers(&plain), answers(&equalized));
    let most = before.iter().fold(0f32, |most, x| most.max(x.abs()));
    assert!(before.iter().zip(&after).all(|(a, b)| (a - b).abs() < most * 1e-4), "{before:?} {after:?}");
    let (plain, equalized) = (quantized(&plain), quantized(&equalized));
    assert!(equalized > plain + 10.0, "{equalized:.1} dB, before {plain:.1} dB");
    // what clamps above stays as it is
    let mut net = planted();
    let mut pairs = |activation| {
        net.0.nodes.iter_mut().filter_map(|node| node.op.activation_mut()).for_each(|own| *own = activation);
        equalize::equalize(&mut net.0)
    };
    assert_eq!([Activation::None, Activation::Relu, Activation::Relu6].map(&mut pairs), [5, 5, 0]);
}
