//! What there is to know of a model that is not converted yet.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use midge_compiler::custom::Custom;
use midge_compiler::graph::{Graph, Node, Type, Value, ValueId};
use midge_compiler::import::{self, Format};
use midge_compiler::{ConvertError, cost};
use midge_runtime::array::{Array, Dtype};
use midge_runtime::layers::{Layer, Weights};
use midge_runtime::sketch;

use super::{Facts, Report, Tensor};
use crate::failure::Failure;
use crate::given::Given;

pub(super) fn report(path: &Path, bytes: &[u8], given: &Given) -> Result<Report, Failure> {
    let failed = |error| Failure::from(ConvertError::from(error)).about(path);
    let graph = import::import_with(bytes, &given.of(path), &Custom::default()).map_err(failed)?;
    let about = import::about(bytes).map_err(failed)?;
    let mut facts = vec![("producer", about.description + &graph.producer), ("docs", graph.docs.clone())];
    facts.extend(about.runtime.map(|r| ("runtime", r)));
    let signatures: Vec<String> = about.signatures.into_iter().map(|s| s.key).collect();
    facts.push(("signatures", signatures.join(", ")));
    facts.retain(|(_, value)| !value.is_empty());
    let facts = facts.into_iter().map(|(name, value)| (name, value.into())).collect();
    let layers = layers(&graph);
    Ok(Report {
        file: path.into(),
        format: if import::detect(bytes) == Some(Format::Onnx) { "onnx" } else { "tflite" },
        bytes: bytes.len() as u64,
        name: Some(graph.name.clone()).filter(|name| !name.is_empty()),
        about: Facts(facts),
        stream: None,
        macs: layers.iter().map(|l| l.macs).sum(),
        parameters: layers.iter().map(|l| l.parameters).sum(),
        inputs: graph.inputs.iter().map(|id| tensor(graph.value(*id))).collect(),
        outputs: graph.outputs.iter().map(|id| tensor(graph.value(*id))).collect(),
        arena_bytes: None,
        const_bytes: layers.iter().map(|l| l.const_bytes).sum(),
        header: Facts(Vec::new()),
        sections: Vec::new(),
        tensors: graph.values.iter().map(tensor).collect(),
        graph: sketch::draw(&drawing(&graph)).lines().map(str::to_string).collect(),
        layers,
    })
}

fn tensor(value: &Value) -> Tensor {
    let quant = value.repr.quant();
    let one = quant.filter(|q| q.scale.len() == 1);
    Tensor {
        name: value.name.clone(),
        shape: value.shape.clone(),
        dtype: value.repr.store().name(),
        scale: one.and_then(|q| q.scale.first().copied()),
        zero_point: one.and_then(|q| q.zero.first().copied()),
        channels: quant.map(|q| q.scale.len()).filter(|n| *n > 1),
        place: None,
    }
}

fn layers(graph: &Graph) -> Vec<Layer> {
    let mut seen = HashSet::new();
    let mut all = Vec::new();
    for (index, node) in graph.nodes.iter().enumerate() {
        let constants = || node.inputs.iter().filter(|id| graph.value(**id).data.is_some());
        let fresh =
            constants().filter(|id| seen.insert(**id)).map(|id| graph.value(*id).bytes() as u64).sum();
        let output = node.outputs.first().map(|id| graph.value(*id));
        let parameters = cost::parameters(graph, node);
        all.push(Layer {
            index,
            op: node.op.name().into(),
            kernel: None,
            shape: output.map(|v| v.shape.clone()).unwrap_or_default(),
            dtype: output.map(|v| v.repr.store().name().into()).unwrap_or_default(),
            macs: cost::macs(graph, node),
            parameters,
            output_bytes: output.map_or(0, |v| v.bytes() as u64),
            const_bytes: fresh,
            weights: Some(node).filter(|_| parameters > 0).and_then(|node| weights(graph, node)),
        });
    }
    all
}

/// Statistics of the largest constant: the filter or matrix.
fn weights(graph: &Graph, node: &Node) -> Option<Weights> {
    let constants = node.inputs.iter().map(|id| graph.value(*id)).filter(|v| v.data.is_some());
    let value = constants.max_by_key(|v| v.elements())?;
    let dtype = match value.repr.store() {
        Type::I8 => Dtype::I8,
        Type::U8 => Dtype::U8,
        Type::I16 => Dtype::I16,
        Type::I32 => Dtype::I32,
        Type::I64 => Dtype::I64,
        Type::F32 => Dtype::F32,
        Type::Bool => Dtype::Bool,
        Type::F16 => Dtype::F16,
        Type::I4 => return None,
    };
    let array = Array::from_bytes(dtype, &value.shape, value.data.clone()?).ok()?;
    Weights::of(&array)
}

fn drawing(graph: &Graph) -> Vec<sketch::Node> {
    let mut writer: HashMap<ValueId, usize> = HashMap::new();
    let mut nodes = Vec::new();
    let port = |id: ValueId, reads| {
        let value = graph.value(id);
        sketch::Node::port(&value.name, &value.shape, value.repr.store().name(), reads)
    };
    for id in &graph.inputs {
        writer.insert(*id, nodes.len());
        nodes.push(port(*id, Vec::new()));
    }
    for (index, node) in graph.nodes.iter().enumerate() {
        let reads = node.inputs.iter().filter_map(|id| writer.get(id).copied()).collect();
        let shape = node.outputs.first().map(|id| graph.value(*id).shape.clone()).unwrap_or_default();
        writer.extend(node.outputs.iter().map(|id| (*id, nodes.len())));
        nodes.push(sketch::Node::step(index, node.op.name(), &shape, reads));
    }
    for id in &graph.outputs {
        nodes.push(port(*id, writer.get(id).copied().into_iter().collect()));
    }
    nodes
}
