//! Models that ONNX Runtime quantized stay quantized: their operators compute in integers, and give what ONNX Runtime gives,
//! or the number next to it. `tests/onnx/quantized.py` makes them.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use flate2::read::GzDecoder;
use midge_compiler::Target;
use midge_compiler::graph::{Graph, Op, Repr, Type};
use midge_compiler::import::import;
use midge_compiler::quantize::{Quantizer, Settings};
use midge_runtime::emulated::EmulatedError;
use midge_runtime::rows::Rows;
use midge_suite::archive;
use midge_suite::pytorch::run;
use midge_suite::{Case, Choice, Emulated, Failure, Host, Runtime, cases};

/// Steps of the output's scale by which one operator may differ; and a network of many.
const APART: [f32; 2] = [1.0, 3.0];

#[test]
fn they_stay_quantized() {
    let arrays = archive::read(&file().unwrap()).unwrap();
    let (mut count, mut numbers, mut same, mut faults) = (0, 0, 0, Vec::new());
    for (key, model) in arrays.iter().filter(|(key, _)| key.ends_with("/model")) {
        let case = key.trim_end_matches("/model");
        let network = case.split('.').next().unwrap();
        let step = floats(&arrays[&format!("{case}/step")].bytes)[0];
        let want = floats(&arrays[&format!("{case}/y")].bytes);
        let outcome = import(&model.bytes).map_err(|error| error.to_string());
        let outcome =
            outcome.and_then(|graph| Ok((floating(&graph), run(graph, &arrays[&format!("{network}/x")])?)));
        let (left, got) = match outcome {
            Ok(made) => made,
            Err(error) => {
                faults.push(format!("{case}: {error}"));
                continue;
            }
        };
        // what a model gives no scale for is computed in floats
        if step > 0.0 && !left.is_empty() {
            faults.push(format!("{case}: {left:?} stay float"));
        }
        let step = if step > 0.0 { step } else { 1e-5 };
        let apart: Vec<f32> = want.iter().zip(&got).map(|(a, b)| ((a - b) / step).abs()).collect();
        let most = apart.iter().copied().fold(0.0, f32::max);
        if got.len() != want.len() || most > APART[usize::from(network == "network")] + 0.01 {
            faults.push(format!("{case}: {most} steps apart"));
        }
        let here = apart.iter().filter(|steps| **steps < 0.01).count();
        println!("{case}: {here} of {} the same, at most {most:.0} apart", want.len());
        (count, numbers, same) = (count + 1, numbers + want.len(), same + here);
    }
    println!("{same} of {numbers} numbers are the same in {count} models");
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert!(same * 100 >= numbers * 99);
}

#[test]
fn one_gives_the_same_on_an_emulated_m4() {
    let arrays = archive::read(&file().unwrap()).unwrap();
    let array = |name: &str| arrays[name].clone();
    let (model, x) = (array("network.qdq.channel.s8/model").bytes, array("network/x"));
    let case = Case { model, inputs: vec![x], ..Case::default() };
    let choice = Choice::ends(Target::M4)[1];
    let want = Host { choice }.run(&case).unwrap();
    match (Emulated { core: "m4", choice }).run(&case) {
        Err(Failure::Emulated(missing @ EmulatedError::Missing { .. })) => println!("skipped: {missing}"),
        got => assert_eq!(got.unwrap(), want),
    }
}

#[test]
fn the_passes_of_a_loop_have_the_same_scales() {
    let case = cases().unwrap().into_iter().find(|case| case.path() == "gru/float32_looped_long").unwrap();
    let quantizer = Quantizer::new(import(&case.model).unwrap()).unwrap();
    let rows = Rows { count: case.rows(), single: false, bytes: case.inputs[0].bytes.clone() };
    let observed = quantizer.observe(&rows, |_| ()).unwrap();
    let graph = quantizer.quantize(&observed, &Settings::default()).unwrap().graph;
    let mut passes = BTreeMap::<_, Vec<_>>::new();
    for node in graph.nodes.iter().filter(|node| matches!(node.op, Op::FullyConnected { .. })) {
        let reprs: Vec<_> =
            node.inputs.iter().chain(&node.outputs).map(|id| &graph.value(*id).repr).collect();
        passes.entry(graph.value(node.outputs[0]).name.clone()).or_default().push(reprs);
    }
    assert!(passes.values().any(|passes| passes.len() == 6), "a layer in six passes: {passes:?}");
    for (name, passes) in passes {
        assert!(passes.iter().all(|one| *one == passes[0]), "{name}: {passes:?}");
    }
}

/// The models, in an archive.
fn file() -> io::Result<Vec<u8>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../onnx/quantized.npz.gz");
    let mut bytes = Vec::new();
    GzDecoder::new(File::open(path)?).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Operators that compute in floats, besides those at the ends.
fn floating(graph: &Graph) -> Vec<&'static str> {
    let float = |id| graph.value(id).repr == Repr::Plain(Type::F32);
    let nodes = graph.nodes.iter().filter(|node| !matches!(node.op, Op::Quantize | Op::Dequantize));
    let moves = |op: &Op| matches!(op, Op::Transpose { .. } | Op::Reshape);
    let nodes = nodes.filter(|node| !moves(&node.op) && node.inputs.iter().any(|id| float(*id)));
    nodes.map(|node| node.op.name()).collect()
}

fn floats(bytes: &[u8]) -> Vec<f32> {
    bytes.as_chunks().0.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect()
}
