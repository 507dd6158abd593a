//! Float cases in half precision.

use midge_compiler::custom::Custom;
use midge_compiler::quantize::Quantizer;
use midge_compiler::{Options, compile, import};

use crate::Case;

/// The plan of a case's model whose activations and weights are halves; nothing for a model without an operator that has
/// a kernel for them.
pub fn halved(case: &Case) -> Option<Vec<u8>> {
    let quantizer = Quantizer::new(import::import(&case.model).ok()?).ok()?;
    let graph = quantizer.halves().ok()?.graph;
    Some(compile(graph, &Options::default(), &Custom::default()).ok()?.file)
}
