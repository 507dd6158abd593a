//! Models made of messages, as an exporter would write them.

use prost::Message as _;

use super::pb::{
    AttributeProto, GraphProto, ModelProto, NodeProto, OperatorSetIdProto, TensorProto, TensorShapeProto,
    TypeProto, ValueInfoProto, tensor_shape_proto::Dimension, tensor_shape_proto::dimension, type_proto,
};
use super::{Given, import};
use crate::graph::{Op, Type, Unary};
use crate::import::{Format, ImportError, detect};
use crate::passes;

const FLOAT: i32 = 1;

fn port(name: &str, dims: &[&str]) -> ValueInfoProto {
    let dim = |word: &&str| Dimension {
        value: Some(match word.parse() {
            Ok(n) => dimension::Value::DimValue(n),
            Err(_) => dimension::Value::DimParam((*word).into()),
        }),
        ..Dimension::default()
    };
    let shape = Some(TensorShapeProto { dim: dims.iter().map(dim).collect() });
    let tensor = type_proto::Tensor { elem_type: Some(FLOAT), shape };
    let r#type = TypeProto { value: Some(type_proto::Value::TensorType(tensor)), ..TypeProto::default() };
    ValueInfoProto { name: Some(name.into()), r#type: Some(r#type), ..ValueInfoProto::default() }
}

fn weights(name: &str, dims: &[i64]) -> TensorProto {
    let n = dims.iter().product::<i64>();
    TensorProto {
        name: Some(name.into()),
        dims: dims.to_vec(),
        data_type: Some(FLOAT),
        float_data: (0..n).map(|i| (i % 7) as f32 - 3.0).collect(),
        ..TensorProto::default()
    }
}

fn node(op: &str, inputs: &[&str], output: &str, ints: &[(&str, &[i64])]) -> NodeProto {
    let attribute = |(name, ints): &(&str, &[i64])| AttributeProto {
        name: Some((*name).into()),
        ints: ints.to_vec(),
        i: ints.first().copied(),
        ..AttributeProto::default()
    };
    NodeProto {
        op_type: Some(op.into()),
        name: Some(format!("the {output}")),
        input: inputs.iter().map(|name| (*name).into()).collect(),
        output: vec![output.into()],
        attribute: ints.iter().map(attribute).collect(),
        ..NodeProto::default()
    }
}

fn model(
    input: ValueInfoProto,
    node: Vec<NodeProto>,
    initializer: Vec<TensorProto>,
    output: &str,
) -> ModelProto {
    let output = vec![port(output, &["?"])];
    let graph = GraphProto {
        name: Some("net".into()),
        input: vec![input],
        node,
        initializer,
        output,
        ..GraphProto::default()
    };
    let opset = OperatorSetIdProto { version: Some(21), ..OperatorSetIdProto::default() };
    ModelProto {
        ir_version: Some(10),
        producer_name: Some("tests".into()),
        opset_import: vec![opset],
        graph: Some(graph),
        ..ModelProto::default()
    }
}

/// Two convolutions, a pool, and a matrix at the end.
fn network(input: ValueInfoProto) -> ModelProto {
    let nodes = vec![
        node("Conv", &["x", "w1"], "c1", &[("pads", &[1, 1, 1, 1])]),
        node("Relu", &["c1"], "r1", &[]),
        node("MaxPool", &["r1"], "p1", &[("kernel_shape", &[2, 2]), ("strides", &[2, 2])]),
        node("Conv", &["p1", "w2", "b2"], "c2", &[]),
        node("Flatten", &["c2"], "f", &[]),
        node("Gemm", &["f", "w3"], "y", &[("transB", &[1])]),
    ];
    let constants = vec![
        weights("w1", &[4, 2, 3, 3]),
        weights("w2", &[3, 4, 1, 1]),
        weights("b2", &[3]),
        weights("w3", &[5, 27]),
    ];
    model(input, nodes, constants, "y")
}

fn read(model: &ModelProto, given: &Given) -> Result<crate::graph::Graph, ImportError> {
    import(&model.encode_to_vec(), given)
}

#[test]
fn a_network_becomes_a_graph() {
    let model = network(port("x", &["1", "2", "6", "6"]));
    assert_eq!(detect(&model.encode_to_vec()), Some(Format::Onnx));
    let mut graph = read(&model, &Given::default()).unwrap();
    assert_eq!(graph.value(graph.inputs[0]).shape, [1, 2, 6, 6]);
    assert_eq!(
        (&graph.value(graph.outputs[0]).shape[..], &*graph.value(graph.outputs[0]).name),
        (&[1, 5][..], "y")
    );
    let convolutions = graph.nodes.iter().filter(|node| matches!(node.op, Op::Conv2d { .. })).count();
    assert_eq!(convolutions, 2);
    passes::run(&mut graph);
    crate::shapes::check(&graph).unwrap();
    assert_eq!((&*graph.producer, &*graph.docs), ("tests", ""));
}

#[test]
fn what_a_model_says_of_itself_reaches_its_plan() {
    let mut model = network(port("x", &["1", "2", "6", "6"]));
    model.producer_version = Some("1.2".into());
    model.doc_string = Some("Counts to five.".into());
    let graph = model.graph.as_mut().unwrap();
    graph.input[0].doc_string = Some("two planes".into());
    let compiled = crate::convert(&model.encode_to_vec(), &crate::Options::default()).unwrap();
    let metadata = &compiled.metadata;
    assert_eq!((&*metadata.producer, &*metadata.docs), ("tests 1.2", "Counts to five.\nx: two planes"));
    // long words are cut between two letters
    model.doc_string = Some("ä".repeat(super::MOST_WORDS));
    assert_eq!(read(&model, &Given::default()).unwrap().docs.len(), super::MOST_WORDS);
}

#[test]
fn what_is_open_is_asked_for() {
    let model = network(port("x", &["batch", "2", "h", "6"]));
    let Err(ImportError::Open(open)) = read(&model, &Given::default()) else {
        panic!("nothing was asked for")
    };
    assert_eq!(open.shapes, [("x".to_string(), "batch,2,h,6".to_string())]);
    assert!(open.to_string().ends_with(": give --shape x=N,2,N,6"), "{open}");
    let with = |shape: &[usize]| Given { shapes: vec![("x".into(), shape.to_vec())], ..Given::default() };
    let graph = read(&model, &with(&[1, 2, 6, 6])).unwrap();
    assert_eq!(graph.value(graph.outputs[0]).shape, [1, 5]);
    assert!(read(&model, &with(&[1, 3, 6, 6])).unwrap_err().to_string().contains("is not that of the model"));
}

#[test]
fn shapes_are_worked_out_from_shapes() {
    let whole = |name: &str, numbers: &[i64]| TensorProto {
        name: Some(name.into()),
        dims: vec![numbers.len() as i64],
        data_type: Some(7),
        int64_data: numbers.to_vec(),
        ..TensorProto::default()
    };
    let nodes = vec![
        node("Shape", &["x"], "all", &[]),
        node("Gather", &["all", "first"], "n", &[]),
        node("Concat", &["n", "rest"], "shape", &[("axis", &[0])]),
        node("Reshape", &["x", "shape"], "y", &[]),
    ];
    let constants = vec![whole("first", &[0]), whole("rest", &[-1])];
    let graph = read(&model(port("x", &["2", "3", "4"]), nodes, constants, "y"), &Given::default()).unwrap();
    assert_eq!(graph.value(graph.outputs[0]).shape, [2, 12]);
    assert_eq!(graph.nodes.iter().map(|node| node.op.name()).collect::<Vec<_>>(), ["RESHAPE"]);
}

#[test]
fn gelu_is_known_by_its_parts() {
    let number = |name: &str, x: f32| TensorProto {
        name: Some(name.into()),
        data_type: Some(FLOAT),
        float_data: vec![x],
        ..TensorProto::default()
    };
    let constants = [
        ("root", std::f32::consts::SQRT_2),
        ("one", 1.0),
        ("half", 0.5),
        ("three", 3.0),
        ("cubes", 0.044_715),
        ("wide", 0.797_884_6),
    ];
    let constants: Vec<_> = constants.iter().map(|(name, x)| number(name, *x)).collect();
    let exact = vec![
        node("Div", &["x", "root"], "a", &[]),
        node("Erf", &["a"], "b", &[]),
        node("Add", &["b", "one"], "c", &[]),
        node("Mul", &["x", "c"], "d", &[]),
        node("Mul", &["d", "half"], "y", &[]),
    ];
    let tangent = vec![
        node("Pow", &["x", "three"], "a", &[]),
        node("Mul", &["a", "cubes"], "b", &[]),
        node("Add", &["x", "b"], "c", &[]),
        node("Mul", &["c", "wide"], "d", &[]),
        node("Tanh", &["d"], "e", &[]),
        node("Add", &["one", "e"], "f", &[]),
        node("Mul", &["half", "x"], "g", &[]),
        node("Mul", &["g", "f"], "y", &[]),
    ];
    let mut other = exact.clone();
    other[4].input[1] = "three".into();
    let made = |nodes: Vec<NodeProto>| {
        let model = model(port("x", &["2", "3"]), nodes, constants.clone(), "y");
        let mut graph = read(&model, &Given::default()).unwrap();
        passes::run(&mut graph);
        graph.nodes.into_iter().map(|node| node.op).collect::<Vec<_>>()
    };
    for (nodes, approximate) in [(exact, false), (tangent, true)] {
        assert_eq!(made(nodes), [Op::Unary(Unary::Gelu { approximate })]);
    }
    // a half is missing
    assert!(made(other).len() > 1);
}

#[test]
fn everything_that_is_missing_is_listed() {
    let nodes = vec![
        node("Unique", &["x"], "a", &[]),
        node("Relu", &["a"], "b", &[]),
        node("StringSplit", &["x"], "c", &[]),
        node("Relu", &["x"], "y", &[]),
    ];
    let error =
        read(&model(port("x", &["2"]), nodes, vec![], "y"), &Given::default()).unwrap_err().to_string();
    assert!(error.contains("op 0 Unique the a: ") && error.contains("op 2 StringSplit the c: "), "{error}");
    assert!(!error.contains("Relu"), "{error}");
}

#[test]
fn damage_is_told() {
    let sound = network(port("x", &["1", "2", "6", "6"]));
    let said = |change: &dyn Fn(&mut GraphProto)| {
        let mut model = sound.clone();
        change(model.graph.as_mut().unwrap());
        read(&model, &Given::default()).unwrap_err().to_string()
    };
    assert!(said(&|graph| graph.node[3].input[0] = "nobody".into()).contains("it reads nobody"));
    assert!(said(&|graph| graph.initializer[0].dims[0] = 5).contains("constant w1"));
    assert!(said(&|graph| graph.initializer[0].dims[0] = -4).contains("shape"));
    assert!(said(&|graph| graph.output[0].name = Some("z".into())).contains("output z"));
    let bytes = sound.encode_to_vec();
    for cut in [1, 40, bytes.len() / 2, bytes.len() - 1] {
        assert!(import(&bytes[..cut], &Given::default()).is_err());
    }
}

#[test]
fn weights_may_lie_beside_the_model_and_nowhere_else() {
    use super::pb::StringStringEntryProto as Entry;
    let folder = std::env::temp_dir().join(format!("midge-onnx-{}", std::process::id()));
    std::fs::create_dir_all(folder.join("inside")).unwrap();
    std::fs::write(folder.join("inside/w.bin"), [1.0f32, 2.0, 3.0].map(f32::to_le_bytes).concat()).unwrap();
    let given = Given { folder: Some(folder.join("inside")), ..Given::default() };
    let outside = |location: &str, offset: &str| {
        let entry = |key: &str, value: &str| Entry { key: Some(key.into()), value: Some(value.into()) };
        let w = TensorProto {
            name: Some("w".into()),
            dims: vec![2],
            data_type: Some(FLOAT),
            data_location: Some(1),
            external_data: vec![entry("location", location), entry("offset", offset), entry("length", "8")],
            ..TensorProto::default()
        };
        let model = model(port("x", &["2"]), vec![node("Add", &["x", "w"], "y", &[])], vec![w], "y");
        read(&model, &given)
    };
    let graph = outside("w.bin", "4").unwrap();
    let w = graph.values.iter().find(|value| value.name == "w").unwrap();
    assert_eq!(
        (w.repr.store(), w.data.clone()),
        (Type::F32, Some([2.0f32, 3.0].map(f32::to_le_bytes).concat()))
    );
    assert!(outside("w.bin", "8").unwrap_err().to_string().contains("are not in a file of 12"));
    for location in ["../inside/w.bin", "/etc/passwd", "none.bin"] {
        assert!(outside(location, "0").is_err(), "{location}");
    }
    std::fs::remove_dir_all(folder).unwrap();
}
