//! TFLite files: the flatbuffer's tables become the graph.
//!
//! A file is checked as it is read: every offset, index and length, and the order of its operators. What is sound but
//! not supported is collected operator by operator, so that one run tells all that is missing.

mod about;
mod call;
mod constant;
mod control;
mod custom;
mod elementwise;
mod gather;
mod known;
mod layout;
mod memory;
mod op;
mod pieces;
mod reduce;
mod space;
mod subgraph;
mod tensor;
mod weighted;
mod window;

#[path = "../gen/names.rs"]
mod names;

#[expect(
    unsafe_code,
    unreachable_pub,
    dead_code,
    clippy::all,
    clippy::allow_attributes,
    clippy::allow_attributes_without_reason,
    clippy::undocumented_unsafe_blocks,
    reason = "generated; see gen/README.md"
)]
#[path = "../gen/tflite.rs"]
#[rustfmt::skip]
mod schema;

pub(super) use about::about;
pub use about::{About, Signature};

use planus::{ReadAsRoot, Vector};

use self::op::Operators;
use self::schema::tflite as fb;
use self::tensor::Tensors;
use crate::custom::Custom;
use crate::graph::Graph;
use crate::import::{ImportError, Refusal};
use crate::shapes;

/// Reads a TFLite file.
pub(super) fn import(bytes: &[u8], custom: &Custom<'_>) -> Result<Graph, ImportError> {
    let model = root(bytes)?;
    let mut refusals = Vec::new();
    let subgraphs = some(model.subgraphs(), "subgraphs")?;
    let main = subgraphs.get(0).ok_or_else(|| damaged("subgraphs", "there are none"))?.map_err(broken)?;
    let name = main.name().map_err(broken)?.unwrap_or_default();
    let mut tensors = Tensors::new(bytes, &model, &main)?;
    tensors.budget.spend("subgraph name", name.len())?;
    tensors.graph.name = name.into();
    tensors.graph.source = "tflite".into();

    tensors.inputs(indices(main.inputs())?, &mut refusals)?;
    let operators = Operators::new(&model, custom)?;
    operators.all(&main, &mut tensors, &mut refusals)?;
    tensors.outputs(indices(main.outputs())?, &mut refusals)?;
    if let Some(index) = (1..subgraphs.len()).find(|index| !tensors.subgraphs.named.contains(index)) {
        let reason =
            format!("nothing calls subgraph {index}; a model with several entry points is not supported");
        refusals.push(Refusal { index: None, name: "subgraphs".into(), reason });
    }
    if !refusals.is_empty() {
        return Err(ImportError::Unsupported(refusals));
    }
    // a dynamic-range model
    tensors.graph.widen();
    shapes::check(&tensors.graph)?;
    Ok(tensors.graph)
}

/// Why one operator, or a tensor of it, is not imported.
enum Trouble {
    /// Sound but not supported: it is listed, and reading goes on.
    Refused(String),
    /// Reading ends.
    Fatal(ImportError),
}

impl From<ImportError> for Trouble {
    fn from(error: ImportError) -> Self {
        Trouble::Fatal(error)
    }
}

impl From<planus::Error> for Trouble {
    fn from(error: planus::Error) -> Self {
        Trouble::Fatal(broken(error))
    }
}

/// Bytes that import may still allocate.
///
/// Tables of a flatbuffer may share what they point to, so a small hostile file can name the same megabyte a thousand
/// times; honest files share little.
struct Budget(usize);

impl Budget {
    fn new(bytes: &[u8]) -> Self {
        Budget(bytes.len().saturating_mul(16).saturating_add(1 << 16))
    }

    /// For a subgraph that is read once more.
    fn extend(&mut self, bytes: usize) {
        self.0 = self.0.saturating_add(bytes);
    }

    fn spend(&mut self, place: &str, bytes: usize) -> Result<(), ImportError> {
        self.0 = self.0.checked_sub(bytes).ok_or_else(|| ImportError::Limits {
            place: place.into(),
            what: "its tables name the same bytes again and again, more than 16 times the size of the file"
                .into(),
        })?;
        Ok(())
    }
}

fn root(bytes: &[u8]) -> Result<fb::ModelRef<'_>, ImportError> {
    let model = fb::ModelRef::read_as_root(bytes).map_err(broken)?;
    match model.version().map_err(broken)? {
        3 => Ok(model),
        other => Err(damaged("model", format!("its schema has version {other}, and only 3 is in use"))),
    }
}

fn broken(error: planus::Error) -> ImportError {
    let at = error.source_location;
    let place = format!("field {} of {} at byte {}", at.method, at.type_, at.byte_offset);
    damaged(place, error.error_kind.to_string().to_lowercase())
}

fn damaged(place: impl Into<String>, what: impl Into<String>) -> ImportError {
    ImportError::Damaged { place: place.into(), what: what.into() }
}

/// A field that every model has.
fn some<T>(field: planus::Result<Option<T>>, name: &str) -> Result<T, ImportError> {
    field.map_err(broken)?.ok_or_else(|| damaged("model", format!("it has no {name}")))
}

/// A list of tensor indices; an absent one is empty.
fn indices<'a>(
    field: planus::Result<Option<Vector<'a, i32>>>,
) -> Result<impl Iterator<Item = i32> + 'a, ImportError> {
    Ok(field.map_err(broken)?.into_iter().flatten())
}

/// The name behind a number of one of the schema's enums.
fn name_of(names: &[(i32, &'static str)], number: i32) -> Option<&'static str> {
    names.iter().find(|(n, _)| *n == number).map(|(_, name)| *name)
}

#[cfg(test)]
mod fixture;
#[cfg(test)]
mod tests;
