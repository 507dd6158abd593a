//! Floats in half precision.

use midge_compiler::custom::Custom;
use midge_compiler::graph::Graph;
use midge_compiler::quantize::{Observed, Quantizer};
use midge_compiler::{Options, compile, import};

use crate::Case;

/// The plan of a case's model whose activations and weights are halves; nothing for a model without an operator that has
/// a kernel for them.
pub fn halved(case: &Case) -> Option<Vec<u8>> {
    plan(import::import(&case.model).ok()?)
}

/// The same for a graph of floats.
pub fn plan(graph: Graph) -> Option<Vec<u8>> {
    let graph = Quantizer::new(graph).ok()?.halves(&Observed::default()).ok()?.graph;
    Some(compile(graph, &Options::default(), &Custom::default()).ok()?.file)
}
