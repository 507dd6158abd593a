//! ONNX files: the protobuf's nodes become the graph.
//!
//! ONNX names operators without saying their outputs' shapes, so each node is inferred and, where its inputs are known,
//! computed as it is read: a shape that a model works out becomes numbers before a later node asks for it. What the
//! graph has no operator for is put together from several. Images stay channels first at the ports; a window's node is
//! surrounded by transposes, which a pass moves out of the way.

mod attention;
mod attribute;
mod build;
mod call;
mod control;
mod einsum;
mod elementwise;
mod fold;
mod gelu;
mod given;
mod index;
mod linear;
mod loss;
mod microsoft;
mod movement;
mod normalize;
mod op;
mod pool;
mod quantize;
mod recurrent;
mod reduce;
mod resize;
mod scaled;
mod subgraph;
mod tensor;
mod window;

#[expect(
    unreachable_pub,
    clippy::all,
    reason = "generated; see gen/README.md"
)]
#[path = "../gen/onnx.rs"]
#[rustfmt::skip]
pub(crate) mod schema;

pub use given::Given;

use prost::Message as _;

use self::schema as pb;
use self::subgraph::Reader;
use crate::graph::{Graph, Op};
use crate::import::{ImportError, Open};
use crate::quantize::given::collapse;
use crate::shapes;

/// Reads an ONNX file.
pub(super) fn import(bytes: &[u8], given: &Given) -> Result<Graph, ImportError> {
    let model = pb::ModelProto::decode(bytes).map_err(|error| damaged("model", error.to_string()))?;
    let graph = model.graph.as_ref().ok_or_else(|| damaged("model", "it has no graph"))?;
    let mut reader = Reader::new(&model, given);
    reader.build.graph.name = graph.name().into();
    reader.build.graph.source = "onnx".into();
    (reader.build.graph.producer, reader.build.graph.docs) = (producer(&model), docs(&model));
    reader.main(graph)?;
    let Reader { build, refusals, open, .. } = reader;
    if !refusals.is_empty() {
        return Err(ImportError::Unsupported(refusals));
    }
    if open != Open::default() {
        return Err(ImportError::Open(open));
    }
    shapes::check(&build.graph)?;
    let mut graph = build.graph;
    if graph.nodes.iter().any(|node| node.op == Op::Dequantize) {
        collapse(&mut graph);
    }
    Ok(graph)
}

/// Most bytes of words about a model that are kept.
const MOST_WORDS: usize = 1 << 16;

/// The program that made a model, and its version.
fn producer(model: &pb::ModelProto) -> String {
    let words = format!("{} {}", model.producer_name(), model.producer_version());
    cut(words.trim())
}

/// What a model says of itself, and of its inputs and outputs, each in a line or more.
fn docs(model: &pb::ModelProto) -> String {
    let mut lines = vec![model.doc_string().to_string()];
    if let Some(graph) = &model.graph {
        lines.push(graph.doc_string().into());
        let ports = graph.input.iter().chain(&graph.output).filter(|port| !port.doc_string().is_empty());
        lines.extend(ports.map(|port| format!("{}: {}", port.name(), port.doc_string())));
    }
    lines.retain(|line| !line.is_empty());
    cut(&lines.join("\n"))
}

fn cut(words: &str) -> String {
    words[..words.floor_char_boundary(MOST_WORDS)].into()
}

/// Why a node is not imported.
#[derive(Debug)]
enum Trouble {
    /// Sound but not supported: it is listed, and reading goes on.
    Refused(String),
    /// It reads what a refused node would have made.
    Lost,
    /// It needs to know the value of an input of the model.
    Wanted(String),
    /// Reading ends.
    Fatal(ImportError),
}

impl From<ImportError> for Trouble {
    fn from(error: ImportError) -> Self {
        Trouble::Fatal(error)
    }
}

/// What became of a node, or of a part of it.
type Made<T = build::Ids> = Result<T, Trouble>;

fn damaged(place: impl Into<String>, what: impl Into<String>) -> ImportError {
    ImportError::Damaged { place: place.into(), what: what.into() }
}

fn refuse<T>(reason: impl Into<String>) -> Made<T> {
    Err(Trouble::Refused(reason.into()))
}

#[cfg(test)]
mod tests;
