//! Model files in, [`Graph`] out. The content says what a file is, never its name.

mod format;
mod onnx;
mod tflite;

use std::fmt;

pub use format::{Format, detect};
pub use onnx::Given;
pub(crate) use onnx::schema;
pub use tflite::{About, Signature};

use crate::custom::Custom;
use crate::graph::Graph;
use crate::shapes::ShapeError;

/// Reads a model in any format that can be imported.
///
/// # Errors
/// [`ImportError::Unknown`] or [`ImportError::Format`] for files that are no model or not one that can be imported
/// yet, else what the format's importer finds.
pub fn import(bytes: &[u8]) -> Result<Graph, ImportError> {
    import_with(bytes, &Given::default(), &Custom::default())
}

/// Reads a model of which the caller says more than the file, and that may use operators of the caller's.
///
/// # Errors
/// As [`import`].
pub fn import_with(bytes: &[u8], given: &Given, custom: &Custom<'_>) -> Result<Graph, ImportError> {
    match detect(bytes) {
        None => Err(ImportError::Unknown),
        Some(Format::Tflite) => tflite::import(bytes, custom),
        Some(Format::Onnx) => onnx::import(bytes, given),
        Some(format) => Err(ImportError::Format(format)),
    }
}

/// What a file says about itself, beside its graph.
///
/// # Errors
/// As [`import`].
pub fn about(bytes: &[u8]) -> Result<About, ImportError> {
    match detect(bytes) {
        None => Err(ImportError::Unknown),
        Some(Format::Tflite) => tflite::about(bytes),
        // the graph has what these say
        Some(Format::Onnx) => Ok(About::default()),
        Some(format) => Err(ImportError::Format(format)),
    }
}

/// Why a model was not imported.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The content matches no format that is known here.
    #[error("this is no model file that midge knows; give it a .tflite or .onnx file")]
    Unknown,
    /// A known format without an importer.
    #[error("this is a {} file, which {}", .0.name(), .0.hint())]
    Format(Format),
    /// The file is sound, but asks for what is not supported; everything that is missing is listed.
    #[error("the model needs what midge does not support:{}", list(.0))]
    Unsupported(Vec<Refusal>),
    /// The file contradicts itself or ends too early.
    #[error("damaged model: {place}: {what}")]
    Damaged {
        /// Where: an operator, a tensor, or a field.
        place: String,
        /// What is wrong there.
        what: String,
    },
    /// The file asks for more than is sensible.
    #[error("model too large: {place}: {what}")]
    Limits {
        /// Where: an operator, a tensor, or a field.
        place: String,
        /// What is too large, and the limit.
        what: String,
    },
    /// The model leaves open what a plan has to know; everything that is open is listed.
    #[error("the model leaves open what a plan has to know:{0}")]
    Open(Open),
    /// The shapes in the file are not what its operators compute.
    #[error("damaged model: {0}")]
    Shape(#[from] ShapeError),
}

/// What a model leaves open, and [`Given`] can say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Open {
    /// Inputs without a shape, and what the model says of it.
    pub shapes: Vec<(String, String)>,
    /// Inputs whose values decide about shapes or weights.
    pub values: Vec<String>,
}

impl fmt::Display for Open {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (name, words) in &self.shapes {
            // what is known stands there already
            let known = |word: &str| if word.parse::<usize>().is_ok() { word.into() } else { "N".to_owned() };
            let sizes: Vec<_> = words.split(',').map(known).collect();
            let sizes = if words == "?" { "N,N,..".into() } else { sizes.join(",") };
            write!(f, "\n  the shape of input {name} is [{words}]: give --shape {name}={sizes}")?;
        }
        for name in &self.values {
            write!(f, "\n  input {name} decides about shapes or weights: give --value {name}=N,N,..")?;
        }
        Ok(())
    }
}

/// One thing that a model asks for and that is not supported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Index of the operator in the source file; none for what concerns the whole model.
    pub index: Option<usize>,
    /// The operator's name in the source format, or the part of the model that is meant.
    pub name: String,
    /// Why it is refused, and what to do about it.
    pub reason: String,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.index {
            Some(index) => write!(f, "op {index} {}: {}", self.name, self.reason),
            None => write!(f, "{}: {}", self.name, self.reason),
        }
    }
}

fn list(refusals: &[Refusal]) -> String {
    refusals.iter().map(|r| format!("\n  {r}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_formats_are_refused_by_name() {
        let error = import(b"\x89HDF\r\n\x1a\n and then some").unwrap_err();
        assert!(matches!(error, ImportError::Format(Format::Hdf5)));
        assert!(error.to_string().contains("HDF5"), "{error}");
        assert!(matches!(import(b""), Err(ImportError::Unknown)));
    }

    #[test]
    fn an_error_lists_every_refusal() {
        let refusal =
            |index, name: &str| Refusal { index, name: name.into(), reason: "not supported".into() };
        let error = ImportError::Unsupported(vec![refusal(Some(3), "LSTM"), refusal(None, "subgraphs")]);
        let text = error.to_string();
        assert!(text.contains("op 3 LSTM: not supported") && text.contains("\n  subgraphs: not"), "{text}");
    }
}
