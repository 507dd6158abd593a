//! Model files of any kind, as verbs want them: a plan.

use std::path::Path;

#[cfg(feature = "convert")]
use midge_compiler::{ConvertError, custom::Custom, graph::Graph, import::import_with, lower::Layer};
use midge_runtime::bytes::Bytes;
use midge_runtime::file::{File, FileError};

#[cfg(feature = "convert")]
use crate::convert::Choice;
use crate::failure::Failure;
#[cfg(feature = "convert")]
use crate::given::Given;

/// Opens a .midge file.
pub(crate) fn plan(path: &Path) -> Result<File, Failure> {
    let error = match File::open(path) {
        Ok(file) => return Ok(file),
        Err(error) => error,
    };
    match foreign(path) {
        _ if matches!(error, FileError::Read(_)) => Err(error.into()),
        Some(format) => Err(Failure::input(format!("a {format} file, no .midge file"))
            .about(path)
            .hint(format!("convert it first: midge convert {} -o model.midge", path.display()))),
        None => Err(Failure::from(error).about(path)),
    }
}

/// Opens a .midge file, or converts another in memory.
pub(crate) fn any(path: &Path) -> Result<File, Failure> {
    #[cfg(feature = "convert")]
    return Ok(plan_for(path, &Choice::default())?.0);
    #[cfg(not(feature = "convert"))]
    plan(path)
}

/// Opens a .midge file, or converts another as chosen; then its layers are known, too.
#[cfg(feature = "convert")]
pub(crate) fn plan_for(path: &Path, choice: &Choice) -> Result<(File, Vec<Layer>), Failure> {
    let bytes = Bytes::open(path)?;
    if bytes.as_slice().starts_with(&midge_core::plan::MAGIC) {
        if let Some(option) = choice.of_kernels() {
            return Err(Failure::usage(format!(
                "{option} is for models that are converted here; this file is a plan already",
            ))
            .hint(format!("leave {option} out, or give the model that the plan was made from")));
        }
        return Ok((plan(path)?, Vec::new()));
    }
    let compiled = midge_compiler::convert(bytes.as_slice(), &choice.options(path));
    let compiled = compiled.map_err(|e| Failure::from(e).about(path))?;
    Ok((File::from_bytes(&compiled.file)?, compiled.layers))
}

/// Whether a file is a plan, and not a model to convert.
#[cfg(feature = "probe")]
pub(crate) fn is_plan(path: &Path) -> Result<bool, Failure> {
    Ok(Bytes::open(path)?.as_slice().starts_with(&midge_core::plan::MAGIC))
}

/// Imports a model of which `given` says what the file leaves open.
#[cfg(feature = "convert")]
pub(crate) fn graph(path: &Path, given: &Given) -> Result<Graph, Failure> {
    let bytes = Bytes::open(path)?;
    let graph = import_with(bytes.as_slice(), &given.of(path), &Custom::default());
    graph.map_err(|error| Failure::from(ConvertError::from(error)).about(path))
}

/// The file's name without its extension, which is what people call a model.
#[cfg(feature = "convert")]
pub(crate) fn stem(path: &Path) -> Option<String> {
    path.file_stem().map(|stem| stem.to_string_lossy().into_owned())
}

/// Name of the format of a file that can be converted.
#[cfg(feature = "convert")]
fn foreign(path: &Path) -> Option<&'static str> {
    use midge_compiler::import::{Format, detect};
    let bytes = Bytes::open(path).ok()?;
    detect(bytes.as_slice())
        .filter(|format| matches!(format, Format::Tflite | Format::Onnx))
        .map(Format::name)
}

#[cfg(not(feature = "convert"))]
fn foreign(path: &Path) -> Option<&'static str> {
    let bytes = Bytes::open(path).ok()?;
    bytes.as_slice().get(4..8).filter(|magic| magic == b"TFL3").map(|_| "TFLite")
}
