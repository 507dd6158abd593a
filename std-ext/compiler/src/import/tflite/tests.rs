use std::collections::BTreeMap;
use std::path::PathBuf;

use super::fixture::{BOOL, FLOAT32, INT8, Net, SAME, VALID};
use super::{about, fb};
use crate::graph::{
    Activation, Binary, Grain, Graph, Margins, Op, Reduce, Repr, Rounding, Type, Unary, Window,
};
use crate::import::{ImportError, import};

const MODELS: [&str; 8] = [
    "mlperf-tiny/ad01_int8",
    "mlperf-tiny/kws_ref_model",
    "mlperf-tiny/pretrainedResnet_quant",
    "mlperf-tiny/vww_96_int8",
    "mlperf-tiny/str_ww_ref_model",
    "tflm/hello_world_int8",
    "tflm/micro_speech_quantized",
    "tflm/trained_lstm_int8",
];

/// A file of the test data, or a printed line and nothing.
fn data(name: &str) -> Option<Vec<u8>> {
    let root = std::env::var_os("MIDGE_DATA")
        .map_or_else(|| concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data").into(), PathBuf::from);
    let path = root.join(format!("{name}.tflite"));
    let bytes = std::fs::read(&path).ok();
    if bytes.is_none() {
        println!("skipped: {} is not there; set MIDGE_DATA", path.display());
    }
    bytes
}

#[test]
fn real_models() {
    let conv = |conv, depthwise| vec![("CONV_2D", conv), ("DEPTHWISE_CONV_2D", depthwise)];
    let tail = [("FULLY_CONNECTED", 1), ("RESHAPE", 1), ("SOFTMAX", 1)];
    let pool = ("AVERAGE_POOL_2D", 1);
    let cases = [
        (vec![("FULLY_CONNECTED", 10)], vec![1, 640], vec![1, 640]),
        ([conv(5, 4), tail.to_vec(), vec![pool]].concat(), vec![1, 49, 10, 1], vec![1, 12]),
        ([vec![("CONV_2D", 9), ("ADD", 3), pool], tail.to_vec()].concat(), vec![1, 32, 32, 3], vec![1, 10]),
        ([conv(14, 13), tail.to_vec(), vec![pool]].concat(), vec![1, 96, 96, 3], vec![1, 2]),
        ([conv(4, 4), tail.to_vec()].concat(), vec![1, 30, 1, 40], vec![1, 3]),
        (vec![("FULLY_CONNECTED", 3)], vec![1, 1], vec![1, 1]),
        ([vec![("DEPTHWISE_CONV_2D", 1)], tail.to_vec()].concat(), vec![1, 1960], vec![1, 4]),
        ([tail.to_vec(), vec![("UNIDIRECTIONAL_SEQUENCE_LSTM", 1)]].concat(), vec![1, 28, 28], vec![1, 10]),
    ];
    for (name, (counts, input, output)) in MODELS.into_iter().zip(cases) {
        let Some(bytes) = data(name) else { continue };
        let graph = import(&bytes).unwrap_or_else(|e| panic!("{name}: {e}"));
        let mut found = BTreeMap::new();
        graph.nodes.iter().for_each(|n| *found.entry(n.op.name()).or_insert(0) += 1);
        assert_eq!(found, counts.into_iter().collect(), "{name}");
        assert_eq!(graph.value(graph.inputs[0]).shape, input, "{name}");
        assert_eq!(graph.value(graph.outputs[0]).shape, output, "{name}");
        for node in &graph.nodes {
            let once = node.op.name() == "FULLY_CONNECTED";
            assert_eq!(node.rounding == Rounding::LitertOnce, once, "{name}");
        }
    }
}

#[test]
fn first_layer_of_kws() {
    let Some(bytes) = data("mlperf-tiny/kws_ref_model") else { return };
    let graph = import(&bytes).unwrap();
    let margins = Margins { top: 4, bottom: 5, left: 1, right: 1 };
    let window = Window { stride: [2, 2], dilation: [1, 1], margins };
    let node = &graph.nodes[0];
    assert_eq!(node.op, Op::Conv2d { window, activation: Activation::Relu });
    let filter = graph.value(node.inputs[1]);
    assert_eq!((filter.shape.as_slice(), filter.data.as_ref().unwrap().len()), (&[64, 10, 4, 1][..], 2560));
    let quant = filter.repr.quant().unwrap();
    assert_eq!((quant.grain, quant.scale.len(), quant.zero.len()), (Grain::Channel(0), 64, 64));
    assert_eq!(graph.value(graph.outputs[0]).repr.quant().unwrap().zero, [-128]);
}

#[test]
fn cut_and_flipped_files_do_not_panic() {
    for name in MODELS {
        let Some(mut bytes) = data(name) else { continue };
        for part in 0..50 {
            let cut = &bytes[..bytes.len() * part / 50];
            assert!(import(cut).is_err(), "{name} cut at {part}/50");
            drop(about(cut));
        }
        let mut state = 20_261_120_u64;
        let mut refused = 0;
        for _ in 0..2000 {
            let (at, bit) = (random(&mut state) as usize % bytes.len(), 1 << (random(&mut state) % 8));
            bytes[at] ^= bit;
            refused += usize::from(import(&bytes).is_err());
            drop(about(&bytes));
            bytes[at] ^= bit;
        }
        println!("{name}: {refused} of 2000 flipped bits refused");
    }
}

/// Tables, where a flip tells, are a small part of a real file; here they are nearly all of it.
#[test]
fn every_byte_of_a_small_file_may_break() {
    let bytes = Net::small().bytes();
    let mut refused = 0;
    for at in 0..bytes.len() {
        assert!(import(&bytes[..at]).is_err(), "cut at {at}");
        for value in [0, 1, 0x7f, 0x80, 0xff, bytes[at] ^ 4] {
            let mut broken = bytes.clone();
            broken[at] = value;
            refused += usize::from(import(&broken).is_err());
            drop(about(&broken));
        }
    }
    assert!(refused > bytes.len(), "{refused} of {}", bytes.len() * 6);
}

fn random(state: &mut u64) -> u64 {
    *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    *state >> 33
}

#[test]
fn a_small_model() {
    let graph = import(&Net::small().bytes()).unwrap();
    let names: Vec<&str> = graph.nodes.iter().map(|n| n.op.name()).collect();
    assert_eq!(names, ["CONV_2D", "RESHAPE", "FULLY_CONNECTED", "SOFTMAX"]);
    assert_eq!(graph.nodes.iter().map(|n| n.inputs.len()).collect::<Vec<_>>(), [3, 1, 2, 1]);
    assert_eq!(graph.nodes.iter().map(|n| n.origin).collect::<Vec<_>>(), [0, 1, 2, 3]);
    assert!(graph.values.iter().all(|v| v.origin != Some(4)), "the shape operand stays out");
    assert_eq!(graph.values.len(), 8);
    let margins = Margins { top: 0, bottom: 1, left: 0, right: 1 };
    let window = Window { stride: [1, 1], dilation: [1, 1], margins };
    assert_eq!(graph.nodes[0].op, Op::Conv2d { window, activation: Activation::Relu });
    assert_eq!(graph.value(graph.nodes[0].inputs[2]).repr, Repr::Plain(Type::I32));
    assert_eq!(graph.value(graph.outputs[0]).name, "t8");
}

/// The graph of one operator on an int8 image of 1x5x6x4, made to the given shape.
fn single(
    code: i32,
    shape: &[i32],
    options: Option<fb::BuiltinOptions>,
    operands: impl Fn(&mut Net) -> Vec<i32>,
) -> Result<Graph, ImportError> {
    let mut net = Net::new();
    let x = net.int8(&[1, 5, 6, 4], 0.5, 3);
    let y = net.int8(shape, 0.5, 3);
    let inputs = [vec![x], operands(&mut net)].concat();
    net.op(code, &inputs, y, options);
    net.ports(&[x], &[y]);
    import(&net.bytes())
}

#[test]
fn operators_and_their_attributes() {
    let none = |_: &mut Net| vec![];
    let op = |graph: Result<Graph, ImportError>| graph.unwrap_or_else(|e| panic!("{e}")).nodes.remove(0).op;
    let pool = fb::Pool2DOptions {
        padding: SAME,
        stride_w: 3,
        stride_h: 2,
        filter_width: 4,
        filter_height: 3,
        fused_activation_function: 2,
    };
    let margins = Margins { top: 1, bottom: 1, left: 0, right: 1 };
    let window = Window { stride: [2, 3], dilation: [1, 1], margins };
    let (size, activation) = ([3, 4], Activation::ReluN1To1);
    let max = op(single(17, &[1, 3, 2, 4], Some(pool.clone().into()), none));
    assert_eq!(max, Op::MaxPool2d { size, window, activation });
    let valid = fb::Pool2DOptions { padding: VALID, fused_activation_function: 3, ..pool };
    let window = Window { margins: Margins::default(), ..window };
    let average = op(single(1, &[1, 2, 1, 4], Some(valid.into()), none));
    assert_eq!(average, Op::AveragePool2d { size, window, activation: Activation::Relu6 });

    let mean = op(single(40, &[1, 4], Some(fb::ReducerOptions { keep_dims: false }.into()), |net| {
        vec![net.integers(&[3], &[-2, 1, 2])]
    }));
    assert_eq!(mean, Op::Reduce { op: Reduce::Mean, axes: vec![1, 2], keep: false });

    let pad =
        op(single(34, &[1, 8, 6, 5], None, |net| vec![net.integers(&[4, 2], &[0, 0, 1, 2, 0, 0, 1, 0])]));
    assert_eq!(pad, Op::Pad { margins: vec![[0, 0], [1, 2], [0, 0], [1, 0]] });

    let join = fb::ConcatenationOptions { axis: -1, ..Default::default() };
    let join =
        op(single(2, &[1, 5, 6, 6], Some(join.into()), |net| vec![net.weights(&[1, 5, 6, 2], &[7; 60])]));
    assert_eq!(join, Op::Concatenation { axis: 3 });

    let broadcast = |net: &mut Net| vec![net.int8(&[4], 0.25, 0)];
    let add = fb::AddOptions { fused_activation_function: 1, ..Default::default() };
    let mul = fb::MulOptions { fused_activation_function: 0 };
    // Operand 1 is no input of the model here.
    assert!(matches!(
        single(0, &[1, 5, 6, 4], Some(add.clone().into()), broadcast),
        Err(ImportError::Damaged { .. })
    ));
    let constant = |net: &mut Net| vec![net.weights(&[4], &[1; 4])];
    let add = op(single(0, &[1, 5, 6, 4], Some(add.into()), constant));
    assert_eq!(add, Op::Binary { op: Binary::Add, activation: Activation::Relu });
    let mul = op(single(18, &[1, 5, 6, 4], Some(mul.into()), constant));
    assert_eq!(mul, Op::Binary { op: Binary::Mul, activation: Activation::None });

    let depthwise = fb::DepthwiseConv2DOptions {
        padding: VALID,
        stride_w: 1,
        stride_h: 1,
        depth_multiplier: 0,
        dilation_h_factor: 2,
        dilation_w_factor: 3,
        ..Default::default()
    };
    let depthwise = op(single(4, &[1, 1, 3, 8], Some(depthwise.into()), |net| {
        let filter = net.constant(&[1, 3, 2, 8], INT8, &[1; 48]);
        net.quantize(filter, &[0.5; 8], &[0], 3);
        vec![filter, net.integers(&[8], &[9; 8])]
    }));
    let window = Window { stride: [1, 1], dilation: [2, 3], margins: Margins::default() };
    assert_eq!(depthwise, Op::DepthwiseConv2d { window, multiplier: 2, activation: Activation::None });

    for (code, function) in [(19, Unary::Relu), (20, Unary::ReluN1To1), (21, Unary::Relu6)] {
        assert_eq!(op(single(code, &[1, 5, 6, 4], None, none)), Op::Unary(function));
    }
    assert_eq!(op(single(114, &[1, 5, 6, 4], None, none)), Op::Quantize);
    assert_eq!(op(single(22, &[4, 30], None, none)), Op::Reshape);
}

#[test]
fn floats_at_the_border() {
    let mut net = Net::new();
    let (x, q, y) = (net.plain(&[1, 8], FLOAT32), net.int8(&[1, 8], 0.5, 0), net.plain(&[1, 8], FLOAT32));
    net.op(114, &[x], q, None);
    net.op(6, &[q], y, None);
    net.ports(&[x], &[y]);
    let graph = import(&net.bytes()).unwrap();
    assert_eq!(graph.nodes.iter().map(|n| &n.op).collect::<Vec<_>>(), [&Op::Quantize, &Op::Dequantize]);
}

#[test]
fn bytes_under_floats_become_floats() {
    let mut net = Net::new();
    let (x, weights) = (net.plain(&[1, 2], FLOAT32), net.weights(&[3, 2], &[3, 4, 5, 6, 7, 1]));
    let [y, z] = [3, 3].map(|n| net.plain(&[1, n], FLOAT32));
    for y in [y, z] {
        net.op(9, &[x, weights, -1], y, Some(fb::FullyConnectedOptions::default().into()));
    }
    net.ports(&[x], &[y, z]);
    let graph = import(&net.bytes()).unwrap();
    let [filter, other] = [0, 1].map(|node: usize| graph.nodes[node].inputs[1]);
    assert_eq!((&graph.value(filter).repr, other), (&Repr::Plain(Type::F32), filter));
    assert_eq!(graph.value(filter).reals().unwrap(), [0.0, 0.5, 1.0, 1.5, 2.0, -1.0]);
}

#[test]
fn data_behind_the_flatbuffer() {
    let mut net = Net::small();
    let data = net.0.buffers.as_mut().unwrap()[1].data.replace(vec![]).unwrap();
    let place = |net: &mut Net, offset: u64, size: u64| {
        let buffer = &mut net.0.buffers.as_mut().unwrap()[1];
        (buffer.offset, buffer.size) = (offset, size);
    };
    place(&mut net, u64::MAX, 24);
    let len = net.bytes().len() as u64;
    assert!(import(&net.bytes()).unwrap_err().to_string().contains("beyond the end of the file"));
    place(&mut net, len, 24);
    let bytes = [net.bytes(), data.clone()].concat();
    let graph = import(&bytes).unwrap();
    assert_eq!(graph.value(graph.nodes[0].inputs[1]).data.as_ref(), Some(&data));
    assert!(import(&bytes[..bytes.len() - 1]).is_err());
}

#[test]
fn each_fault_has_its_message() {
    type Case = (fn(&mut Net), &'static str);
    let cases: Vec<Case> = vec![
        (|n| n.0.version = 2, "version 2"),
        (|n| n.0.subgraphs = Some(vec![]), "subgraphs: there are none"),
        (
            |n| n.0.subgraphs.as_mut().unwrap().push(fb::SubGraph::default()),
            "subgraphs: nothing calls subgraph 1",
        ),
        (|n| n.main().tensors = None, "it has no tensors"),
        (|n| n.main().operators = None, "it has no operators"),
        (|n| n.0.operator_codes = Some(vec![]), "op 0: its operator code is 0, and there are 0"),
        (|n| n.code(0).builtin_code = 10, "op 0 HASHTABLE_LOOKUP: is not supported yet"),
        (|n| n.code(0).builtin_code = 999, "op 0 operator 999"),
        (|n| n.code(1).builtin_code = 163, "op 1 STABLEHLO_ADD"),
        (
            |n| {
                *n.code(1) = fb::OperatorCode {
                    deprecated_builtin_code: 32,
                    builtin_code: 32,
                    custom_code: Some("FlexErf".into()),
                    ..Default::default()
                }
            },
            "op 1 FlexErf: is an operator of TensorFlow itself",
        ),
        (|n| n.operator(0).builtin_options = None, "op 0 CONV_2D: its options: they are missing"),
        (
            |n| n.operator(3).builtin_options = Some(fb::AddOptions::default().into()),
            "op 3 SOFTMAX: its options",
        ),
        (|n| n.operator(0).inputs = None, "op 0 CONV_2D: its inputs: there are 0"),
        (|n| n.operator(0).outputs = None, "op 0 CONV_2D: its outputs: there are 0"),
        (|n| n.operator(0).inputs = Some(vec![-1, 1, 2]), "tensor -1 does not exist"),
        (|n| n.operator(0).inputs = Some(vec![77, 1, 2]), "tensor 77 does not exist; there are 9"),
        (|n| n.operator(0).inputs = Some(vec![8, 1, 2]), "reads tensor 8 `t8`, which nothing wrote before"),
        (
            |n| n.operator(1).outputs = Some(vec![3]),
            "writes tensor 3 `t3`, which is an input of the model or was",
        ),
        (
            |n| n.operator(0).outputs = Some(vec![0]),
            "op 0 CONV_2D: its outputs: writes tensor 0 `t0`, which is an input",
        ),
        (|n| n.main().inputs = Some(vec![0, 0]), "input 1 of the model: tensor 0 is listed twice"),
        (|n| n.main().inputs = Some(vec![0, 1]), "input 1 of the model: tensor 1 is a constant"),
        (|n| n.main().inputs = Some(vec![0, 99]), "input 1 of the model: tensor 99 does not exist"),
        (|n| n.main().outputs = Some(vec![]), "it has no outputs"),
        (|n| n.main().outputs = Some(vec![8, 8]), "output 1 of the model: tensor 8 is listed twice"),
        (|n| n.main().outputs = Some(vec![0]), "tensor 0 is also an input"),
        (|n| n.main().outputs = Some(vec![1]), "no operator writes tensor 1"),
        (|n| n.tensor(1).type_ = 120, "has elements of type 120"),
        (|n| n.tensor(1).sparsity = Some(Default::default()), "stored sparsely"),
        (|n| n.tensor(1).is_variable = true, "is a variable"),
        (|n| n.tensor(1).external_buffer = 3, "in another file"),
        (|n| n.quant(1).details = Some(fb::Skips::Skip(Default::default())), "quantized in blocks"),
        (|n| n.tensor(0).shape = Some(vec![-1, 4, 4, 2]), "only known at run time"),
        (|n| n.tensor(0).shape = Some(vec![1, 0, 4, 2]), "is empty"),
        (|n| n.tensor(0).shape = Some(vec![1; 7]), "it has 7 dimensions, and 6 are the limit"),
        (|n| n.tensor(0).shape = Some(vec![i32::MAX; 6]), "2147483648 bytes are the limit"),
        (|n| n.tensor(0).shape = Some(vec![65536, 32768, 1, 2]), "2147483648 bytes are the limit"),
        (|n| n.tensor(1).buffer = 99, "its data is buffer 99"),
        (|n| n.tensor(1).shape = Some(vec![3, 2, 2, 3]), "holds 24 bytes of data, and its shape needs 36"),
        (
            |n| n.tensor(1).buffer = 0,
            "op 0 CONV_2D: its inputs: reads tensor 1 `t1`, which nothing wrote before",
        ),
        (|n| n.quant(0).scale = Some(vec![0.0]), "has a scale of 0"),
        (|n| n.quant(0).scale = Some(vec![f32::NAN]), "has a scale of NaN"),
        (|n| n.quant(1).scale = Some(vec![0.1, -0.1, 0.1]), "has a scale of -0.1"),
        (|n| n.quant(1).scale = Some(vec![0.1, 0.1]), "has 2 scales along dimension 0"),
        (|n| n.quant(1).quantized_dimension = 9, "has 3 scales along dimension 9"),
        (|n| n.quant(1).quantized_dimension = -1, "has 3 scales along dimension -1"),
        (|n| n.quant(1).zero_point = Some(vec![0, 0]), "has 3 scales and 2 zero points"),
        (|n| n.quant(1).zero_point = Some(vec![0, 1, 0]), "have zero points other than 0"),
        (|n| n.quant(0).zero_point = Some(vec![128]), "has a zero point of 128, outside of int8"),
        (|n| n.quant(0).zero_point = Some(vec![i64::MAX]), "outside of int8"),
        (|n| n.tensor(3).shape = Some(vec![1, 4, 3, 4]), "op 0 CONV_2D: makes [1, 4, 4, 3] of"),
        (|n| n.tensor(7).shape = Some(vec![1, 6]), "op 2 FULLY_CONNECTED: makes [1, 5] of"),
        (|n| n.conv().stride_h = 0, "its stride: [0, 1] is not positive"),
        (|n| n.conv().dilation_w_factor = -1, "its dilation: [1, -1] is not positive"),
        (
            |n| n.conv().dilation_w_factor = i32::MAX,
            "op 0 CONV_2D: its window: reaches over 2147483648 elements",
        ),
        (|n| n.conv().padding = 2, "its padding: 2 is not known"),
        (|n| n.conv().fused_activation_function = 4, "its fused activation TANH is not supported"),
        (|n| n.conv().fused_activation_function = 99, "its fused activation: 99 is not known"),
        (|n| n.quant(5).scale = Some(vec![2.0]), "op 1 RESHAPE: its output has another scale"),
        (|n| n.quant(8).zero_point = Some(vec![0]), "op 3 SOFTMAX: its output needs a scale of 1/256"),
        (|n| *n.options(3) = fb::SoftmaxOptions { beta: f32::NAN }.into(), "its beta NaN is out of range"),
    ];
    let mut wrong = String::new();
    for (i, (fault, part)) in cases.into_iter().enumerate() {
        let mut net = Net::small();
        fault(&mut net);
        let found = import(&net.bytes()).map_or_else(|e| e.to_string(), |_| "imported".into());
        if !found.contains(part) {
            wrong += &format!("case {i}: `{found}` says nothing of `{part}`\n");
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn everything_unsupported_is_listed_at_once() {
    let mut net = Net::small();
    net.code(0).builtin_code = 103;
    net.code(2).builtin_code = 136;
    net.quant(8).zero_point = Some(vec![0]);
    let Err(ImportError::Unsupported(list)) = import(&net.bytes()) else { panic!("imported") };
    let found: Vec<_> = list.iter().map(|r| (r.index, r.name.as_str())).collect();
    assert_eq!(found, [(Some(0), "UNIQUE"), (Some(2), "HASHTABLE"), (Some(3), "SOFTMAX")]);
}

/// Tables that share one large vector must not make import allocate without bound.
#[test]
fn shared_bytes_are_counted() {
    let mut net = Net::new();
    let mut last = net.int8(&[1, 1], 0.5, 3);
    net.ports(&[last], &[]);
    let big = net.constant(&[1, 1 << 16], INT8, &[0; 1 << 16]);
    let buffer = net.tensor(big).buffer;
    for _ in 0..64 {
        let constant = net.int8(&[1, 1 << 16], 0.5, 3);
        net.tensor(constant).buffer = buffer;
        let next = net.int8(&[1, 1 << 16], 0.5, 3);
        net.op(0, &[last, constant], next, Some(fb::AddOptions::default().into()));
        last = next;
    }
    let first = net.main().inputs.clone().unwrap()[0];
    net.ports(&[first], &[last]);
    assert!(matches!(import(&net.bytes()), Err(ImportError::Limits { .. })));
}

#[test]
fn a_file_tells_about_itself() {
    let mut net = Net::small();
    net.0.description = Some("by hand".into());
    let port = |name: &str, tensor_index| fb::TensorMap { name: Some(name.into()), tensor_index };
    net.0.signature_defs = Some(vec![fb::SignatureDef {
        inputs: Some(vec![port("image", 0)]),
        outputs: Some(vec![port("scores", 8)]),
        signature_key: Some("serving_default".into()),
        subgraph_index: 0,
    }]);
    let buffers = net.0.buffers.as_mut().unwrap();
    buffers.push(fb::Buffer { data: Some(b"2.1.0\0\0\0".to_vec()), ..Default::default() });
    let buffer = buffers.len() as u32 - 1;
    net.0.metadata = Some(vec![fb::Metadata { name: Some("min_runtime_version".into()), buffer }]);
    let about = about(&net.bytes()).unwrap();
    assert_eq!((about.description.as_str(), about.runtime.as_deref()), ("by hand", Some("2.1.0")));
    assert_eq!(about.signatures[0].inputs, [("image".to_string(), 0)]);
    assert_eq!(about.signatures[0].outputs, [("scores".to_string(), 8)]);
}

/// One int8 input and output, and an operator between them that runs other subgraphs.
fn running(code: i32, options: fb::BuiltinOptions) -> Net {
    let mut net = Net::new();
    let (x, y) = (net.int8(&[2], 0.5, 0), net.int8(&[2], 0.5, 0));
    net.op(code, &[x], y, Some(options));
    net.ports(&[x], &[y]);
    net
}

#[test]
fn endless_subgraphs_are_refused() {
    // a subgraph that calls itself
    let mut net = running(31, fb::CallOptions { subgraph: 1 }.into());
    let own = net.main().clone();
    net.0.subgraphs.as_mut().unwrap().push(own);
    let error = import(&net.bytes()).unwrap_err().to_string();
    assert!(error.contains("more than 16 deep"), "{error}");

    // a loop whose condition is always true
    let while_ = fb::WhileOptions { cond_subgraph_index: 1, body_subgraph_index: 2 };
    let mut net = running(119, while_.into());
    let truth = net.constant(&[], BOOL, &[1]);
    let mut condition = net.main().clone();
    condition.operators = Some(vec![]);
    let body = fb::SubGraph { outputs: Some(vec![0]), ..condition.clone() };
    condition.outputs = Some(vec![truth]);
    net.0.subgraphs.as_mut().unwrap().extend([condition, body]);
    let error = import(&net.bytes()).unwrap_err().to_string();
    assert!(error.contains("10000 rounds"), "{error}");

    // one that does not begin
    net.0.buffers.as_mut().unwrap()[1].data = Some(vec![0]);
    let graph = import(&net.bytes()).unwrap();
    assert_eq!(graph.nodes.iter().map(|n| n.op.name()).collect::<Vec<_>>(), ["RESHAPE"]);
}
