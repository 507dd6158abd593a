//! ONNX files, which `midge convert` and `midge quantize` write where the name that they are given ends so.

use std::path::{Path, PathBuf};

use midge_compiler::export::{About, onnx};
use midge_compiler::graph::Graph;
use midge_compiler::{ConvertError, Options, cost};
use serde::Serialize;

use crate::convert::Choice;
use crate::failure::Failure;

/// Whether a file is to be an ONNX file.
pub(crate) fn is_onnx(output: &Path) -> bool {
    output.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("onnx"))
}

/// Refuses choices of kernels, which ONNX files have none of.
pub(crate) fn check(choice: &Choice) -> Result<(), Failure> {
    match choice.of_kernels() {
        None => Ok(()),
        Some(option) => Err(Failure::usage(format!("{option} chooses kernels, and an ONNX file has none"))
            .hint(format!("leave {option} out, or write a .midge file"))),
    }
}

/// The ONNX file of a graph.
pub(crate) fn file(graph: &Graph, options: &Options) -> Result<Vec<u8>, Failure> {
    let about = About { name: options.name.clone(), version: options.version.clone() };
    onnx(graph, &about).map_err(|refusals| ConvertError::Unsupported(refusals).into())
}

/// What was written.
#[derive(Serialize)]
pub(crate) struct Summary {
    pub(crate) file: PathBuf,
    pub(crate) bytes: u64,
    pub(crate) name: String,
    pub(crate) macs: u64,
    pub(crate) parameters: u64,
}

impl Summary {
    pub(crate) fn new(graph: &Graph, options: &Options, file: &Path, bytes: &[u8]) -> Self {
        let sum = |of: fn(&Graph, &midge_compiler::graph::Node) -> u64| {
            graph.nodes.iter().map(|node| of(graph, node)).sum()
        };
        Summary {
            file: file.into(),
            bytes: bytes.len() as u64,
            name: options.name.clone().unwrap_or_else(|| graph.name.clone()),
            macs: sum(cost::macs),
            parameters: sum(cost::parameters),
        }
    }
}
