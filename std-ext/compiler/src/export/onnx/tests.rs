//! What is written, read again.

use super::*;
use crate::graph::{Activation, Grain, Margins, Op, Quant, Rounding, Unary, Window};
use crate::import::{import, schema as pb};
use prost::Message as _;

fn value(graph: &mut Graph, name: &str, shape: &[usize], repr: Repr, data: Option<Vec<u8>>) -> ValueId {
    graph.add(Value { name: name.into(), shape: shape.into(), repr, data, state: false, origin: None })
}

fn push(graph: &mut Graph, op: Op, inputs: &[ValueId], outputs: &[ValueId]) {
    let origin = graph.nodes.len();
    let (inputs, outputs) = (inputs.to_vec(), outputs.to_vec());
    graph.nodes.push(Node { op, inputs, outputs, rounding: Rounding::LitertTwice, origin });
}

fn int8() -> Repr {
    Repr::Quant(Quant { store: Type::I8, scale: vec![0.5], zero: vec![-3], grain: Grain::Tensor })
}

/// Two convolutions of a pixel with int4 weights, a function of one element between them.
fn network() -> Graph {
    let mut graph = Graph::default();
    let shape = [1, 4, 4, 3];
    let ids = ["image", "one", "two", "answer"].map(|name| value(&mut graph, name, &shape, int8(), None));
    let weights =
        Quant { store: Type::I4, scale: vec![0.25, 0.5, 1.0], zero: vec![0; 3], grain: Grain::Channel(0) };
    let nine = (-4i8..5).map(i8::cast_unsigned).collect();
    let filter = value(&mut graph, "one", &[3, 1, 1, 3], Repr::Quant(weights), Some(nine));
    let window = Window { stride: [1, 1], dilation: [1, 1], margins: Margins::default() };
    let conv = || Op::Conv2d { window, activation: Activation::Relu6 };
    push(&mut graph, conv(), &[ids[0], filter], &[ids[1]]);
    push(&mut graph, Op::Unary(Unary::Tanh), &[ids[1]], &[ids[2]]);
    push(&mut graph, conv(), &[ids[2], filter], &[ids[3]]);
    (graph.inputs, graph.outputs) = (vec![ids[0]], vec![ids[3]]);
    graph
}

fn written(graph: &Graph) -> pb::ModelProto {
    pb::ModelProto::decode(&onnx(graph, &About::default()).unwrap()[..]).unwrap()
}

#[test]
fn images_are_turned_at_the_ports_only() {
    let network = Graph { docs: "Two pixels.".into(), ..network() };
    let graph = written(&network).graph.unwrap();
    assert_eq!(graph.doc_string(), "Two pixels.");
    let ops: Vec<&str> = graph.node.iter().map(|node| node.op_type()).collect();
    let count = |op: &str| ops.iter().filter(|own| **own == op).count();
    assert_eq!((count("Transpose"), count("Conv"), count("QuantizeLinear")), (2, 2, 3), "{ops:?}");
    assert_eq!((graph.input[0].name(), graph.output[0].name()), ("image", "answer"));
    // the filter's name was taken
    let filter = graph.initializer.iter().find(|tensor| tensor.dims == [3, 3, 1, 1]).unwrap();
    assert_eq!(filter.raw_data(), [0xdc, 0xfe, 0x10, 0x32, 0x04]);
    assert!(filter.name().starts_with("one.2"), "{}", filter.name());
}

#[test]
fn what_is_written_is_read_as_the_same_network() {
    let (before, file) = (network(), onnx(&network(), &About::default()).unwrap());
    let after = import(&file).unwrap();
    let input: Vec<u8> = (0..48).map(|i| i * 5).collect();
    let [want, got] =
        [&before, &after].map(|graph| crate::eval::eval(graph, std::slice::from_ref(&input)).unwrap());
    let off = want[0].iter().zip(&got[0]).map(|(a, b)| a.cast_signed().abs_diff(b.cast_signed()));
    assert!(off.max() <= Some(1), "{want:?} {got:?}");
    assert_eq!(after.value(after.inputs[0]).repr, int8());
}

#[test]
fn state_is_an_input_with_a_default_and_an_output() {
    let mut graph = network();
    let last = graph.outputs[0];
    let kept = value(&mut graph, "kept", &[1, 4, 4, 3], int8(), None);
    graph.values[kept.0].state = true;
    let unused = value(&mut graph, "unused", &[1], int8(), None);
    graph.values[unused.0].state = true;
    push(&mut graph, Op::Assign, &[last, kept], &[]);
    let graph = written(&graph).graph.unwrap();
    let names = |ports: &[pb::ValueInfoProto]| -> Vec<String> {
        ports.iter().map(|port| port.name().to_string()).collect()
    };
    assert_eq!(names(&graph.input), ["image", "kept"]);
    assert_eq!(names(&graph.output), ["answer", "kept/next"]);
    let default = graph.initializer.iter().find(|tensor| tensor.name() == "kept").unwrap();
    assert_eq!((&default.dims[..], default.raw_data()), (&[1, 4, 4, 3][..], &[0xfd; 48][..]));
}

#[test]
fn everything_without_a_form_is_refused() {
    let mut graph = network();
    let last = graph.outputs[0];
    let made = value(&mut graph, "made", &[1], int8(), None);
    push(&mut graph, Op::Custom { name: "mine".into(), options: vec![] }, &[last], &[made]);
    push(&mut graph, Op::Custom { name: "yours".into(), options: vec![] }, &[last], &[made]);
    let refusals = onnx(&graph, &About::default()).unwrap_err();
    let said: Vec<String> = refusals.iter().map(ToString::to_string).collect();
    assert_eq!(said.len(), 2, "{said:?}");
    assert!(said[0].starts_with("op 3 CUSTOM: is an operator of its own"), "{said:?}");
    assert!(said[1].starts_with("op 4 CUSTOM: is an operator of its own"), "{said:?}");
}
