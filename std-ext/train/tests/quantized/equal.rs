//! Whether a network in integers computes what its plan does, value by value.

use std::collections::BTreeMap;

use midge_compiler::graph::{Graph, Type, ValueId};
use midge_compiler::{Options, compile};
use midge_runtime::file::File;
use midge_runtime::session::Session;
use midge_train::nn::Module;
use midge_train::{Quantized, Tensor, no_grad};

/// Runs rows through the network in integers and through the plan of its graph, and compares what every step of the plan
/// writes with what the network has for it. Says how many values were compared in each row.
pub(crate) fn compare(quantized: &Quantized, inputs: &[&Tensor]) -> usize {
    quantized.set_training(false);
    let mut graph = quantized.graph().unwrap();
    let mut seen = BTreeMap::new();
    let outputs = no_grad(|| {
        quantized.forward_seen(inputs, |id, x| {
            seen.insert(id, x.to_vec::<f32>()?);
            Ok(())
        })
    })
    .unwrap();
    let known = graph.values.len();
    graph.values.iter_mut().enumerate().for_each(|(i, value)| value.origin = Some(i));
    let compiled = compile(graph.clone(), &Options::default(), &Default::default()).unwrap();
    let file = File::from_bytes(&compiled.file).unwrap();
    let plan = file.plan().unwrap();
    let names = file.names().unwrap();
    let written: Vec<Option<ValueId>> = plan
        .steps()
        .map(|step| {
            names.operands.get(usize::from(step.id(0)))?.source.map(ValueId).filter(|id| id.0 < known)
        })
        .collect();
    let runtime = file.runtime().unwrap();
    let mut session = Session::new(&runtime).unwrap();
    let rows = inputs[0].shape()[0];
    let flat: Vec<Vec<f32>> = inputs.iter().map(|x| x.to_vec().unwrap()).collect();
    let flat_outputs: Vec<Vec<f32>> = outputs.iter().map(|x| x.to_vec().unwrap()).collect();
    let part = |all: &[f32], row: usize| {
        let len = all.len() / rows;
        all[row * len..(row + 1) * len].to_vec()
    };
    let mut compared = 0;
    for row in 0..rows {
        let bytes: Vec<u8> = flat.iter().flat_map(|x| part(x, row)).flat_map(|x| x.to_le_bytes()).collect();
        compared = 0;
        for (id, bytes) in written.iter().zip(session.dump(&bytes).unwrap()) {
            let Some(id) = id else { continue };
            let Some(ours) = seen.get(id).map(|x| part(x, row)) else { continue };
            let theirs = numbers(&graph, *id, &bytes);
            // channels that are one number everywhere are gone from the plan
            if theirs.len() == ours.len() {
                let value = &graph.value(*id).name;
                assert_eq!(ours, theirs, "row {row}: {value} of\n{}", operators(&graph));
                compared += 1;
            }
        }
        let mut made = Vec::new();
        session.run(&bytes, &mut made).unwrap();
        let made: Vec<f32> = made.as_chunks().0.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect();
        let ours: Vec<f32> = flat_outputs.iter().flat_map(|x| part(x, row)).collect();
        assert_eq!(ours, made, "row {row}: outputs of\n{}", operators(&graph));
    }
    compared
}

fn numbers(graph: &Graph, id: ValueId, bytes: &[u8]) -> Vec<f32> {
    match graph.value(id).repr.store() {
        Type::I8 => bytes.iter().map(|byte| byte.cast_signed().into()).collect(),
        Type::I16 => bytes.as_chunks().0.iter().map(|bytes| i16::from_le_bytes(*bytes).into()).collect(),
        _ => bytes.as_chunks().0.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect(),
    }
}

fn operators(graph: &Graph) -> String {
    let shown = |id: &ValueId| {
        let value = graph.value(*id);
        format!("{} {}{:?}", value.name, value.repr.store(), value.shape)
    };
    let node = |node: &midge_compiler::graph::Node| {
        let list = |ids: &[ValueId]| ids.iter().map(shown).collect::<Vec<_>>().join(", ");
        format!("  {:?} of {} to {}\n", node.op, list(&node.inputs), list(&node.outputs))
    };
    graph.nodes.iter().map(node).collect()
}
