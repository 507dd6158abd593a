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

/// What an ONNX file says about itself: who made it, in words.
pub(super) fn producer(bytes: &[u8]) -> Result<String, ImportError> {
    let model = pb::ModelProto::decode(bytes).map_err(|error| damaged("model", error.to_string()))?;
    let parts = [model.producer_name(), model.producer_version(), model.doc_string()];
    Ok(parts.iter().filter(|part| !part.is_empty()).copied().collect::<Vec<_>>().join(" "))
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
