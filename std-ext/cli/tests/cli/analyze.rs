//! `midge analyze`: numbers that overflow or saturate are found at their step.

use midge_compiler::export::{About, onnx};
use midge_compiler::graph::{
    Activation, Binary, Graph, Node, Op, Reduce, Repr, Rounding, Type, Unary, Value, ValueId,
};
use midge_runtime::array::Array;

use crate::desk::{Desk, digits, json, midge};

/// A softmax that takes exponentials of the numbers as they are, as an ONNX file.
fn naive_softmax() -> Vec<u8> {
    let mut graph = Graph::default();
    for (name, width) in [("x", 4), ("powers", 4), ("sum", 1), ("y", 4)] {
        let repr = Repr::Plain(Type::F32);
        graph.add(Value {
            name: name.into(),
            shape: vec![1, width],
            repr,
            data: None,
            state: false,
            origin: None,
        });
    }
    let [x, powers, sum, y] = [0, 1, 2, 3].map(ValueId);
    let ops = [
        (Op::Unary(Unary::Exp), vec![x], powers),
        (Op::Reduce { op: Reduce::Sum, axes: vec![1], keep: true }, vec![powers], sum),
        (Op::Binary { op: Binary::Div, activation: Activation::None }, vec![powers, sum], y),
    ];
    for (origin, (op, inputs, output)) in ops.into_iter().enumerate() {
        graph.nodes.push(Node { op, inputs, outputs: vec![output], rounding: Rounding::LitertTwice, origin });
    }
    (graph.inputs, graph.outputs) = (vec![x], vec![y]);
    onnx(&graph, &About::default()).unwrap()
}

#[test]
fn an_overflow_is_found_at_its_step() {
    let desk = Desk::new();
    let model = desk.write("softmax.onnx", naive_softmax());
    let small =
        desk.save("small.npy", &Array::new(&[2, 4], &[1f32, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0]).unwrap());
    let large = desk.save("large.npy", &Array::new(&[1, 4], &[1f32, 2.0, 100.0, 4.0]).unwrap());
    let told = json(["analyze", &model, "--numerics", "--input", &small]);
    assert!(told["steps"].as_array().unwrap().iter().all(|step| step["flag"] == ""), "{told}");
    let told = midge(["analyze", &model, "--numerics", "--input", &large]);
    assert_eq!(told.code, 1, "{}", told.err);
    assert!(told.err.contains("step 0, EXP of powers, overflows"), "{}", told.err);
    assert!(told.out.contains("makes what is no number"), "{}", told.out);
}

#[test]
fn integers_at_their_ends_are_counted() {
    let desk = Desk::new();
    let count = |file: &str| {
        let told = json(["analyze", &desk.plan, "--numerics", "--input", file]);
        let steps = told["steps"].as_array().unwrap().clone();
        let sum = |key: &str| steps.iter().map(|step| step[key].as_u64().unwrap()).sum::<u64>();
        (sum("saturated"), sum("elements"), steps.iter().filter(|step| step["flag"] == "saturates").count())
    };
    let (few, all, flagged) = count(&digits("goldens/inputs.npy"));
    assert!(flagged == 0 && few * 100 < all, "{few} of {all}");
    // an image that no digit is: brighter than any everywhere
    let bright = desk.save("bright.npy", &Array::new(&[1, 8, 8, 1], &[127i8; 64]).unwrap());
    assert_eq!(count(&bright), (15, 1940, 2));
}
