//! Random networks, and whether a plan answers as the interpreter of the graph does.
//!
//! A network follows from its number alone. It is packed for every target, as drawn; the interpreter gets the same
//! graph, before any pass.

mod causal;
mod elements;
mod folds;
mod grow;
mod layers;
mod moves;
mod planted;
mod real;
mod states;

use std::fmt::Write;

use midge_compiler::eval::Interpreter;
use midge_compiler::graph::{Graph, Type, ValueId};
use midge_core::Kernels;

use crate::archive::Array;
use crate::compare::compare;
use crate::packed::{self, Packed};

/// A network and what it is given.
#[derive(Clone, Debug)]
pub struct Net {
    /// Its number.
    pub seed: u64,
    /// The network.
    pub graph: Graph,
    /// The bytes of each input, for one run after the other.
    pub rows: Vec<Vec<Vec<u8>>>,
}

impl Net {
    /// The network with this number: two to twelve operators.
    pub fn new(seed: u64) -> Self {
        grow::net(seed)
    }

    /// The network with this number of those in which whole filters are zero, which make channels that are one number.
    pub fn planted(seed: u64) -> Self {
        planted::net(seed)
    }

    /// The network with this number of those that compute in floats.
    pub fn real(seed: u64) -> Self {
        real::net(seed)
    }

    /// The network with this number of those that are causal in time, and the axis of its input that is time.
    pub fn causal(seed: u64) -> (Self, usize) {
        causal::net(seed)
    }

    /// Packs the network and compares what each plan answers with what the interpreter makes of it. Says how many
    /// different plans there are; 0 for a network that no kernel does.
    ///
    /// # Errors
    /// The first element that differs, after as few operators as it takes to see one.
    pub fn check(&self, kernels: Kernels<'_>) -> Result<usize, String> {
        self.compare(&self.graph, kernels).map_err(|said| {
            let first = (0..self.graph.nodes.len()).find_map(|last| {
                let mut net = self.clone();
                net.graph.nodes.truncate(last + 1);
                net.graph.outputs.clone_from(&net.graph.nodes[last].outputs);
                net.compare(&net.graph, kernels).err()
            });
            first.unwrap_or(said)
        })
    }

    /// As [`check`](Net::check), but the interpreter gets `graph`: a test may want to see a difference.
    ///
    /// # Errors
    /// The first element that differs.
    pub fn compare(&self, graph: &Graph, kernels: Kernels<'_>) -> Result<usize, String> {
        let here = |what: String| format!("net {}: {what}\n{}", self.seed, self.operators());
        let Some(plans) = packed::plans(&self.graph).map_err(here)? else { return Ok(0) };
        let mut interpreter = Interpreter::new(graph).map_err(|error| here(error.to_string()))?;
        let answers = self.rows.iter().map(|inputs| interpreter.run(inputs));
        let answers = answers.collect::<Result<Vec<_>, _>>().map_err(|error| here(error.to_string()))?;
        let array = |(id, bytes): (&ValueId, Vec<u8>)| {
            let value = self.graph.value(*id);
            Array { kind: kind(value.repr.store()).into(), shape: value.shape.clone(), bytes }
        };
        let arrays = |answer| self.graph.outputs.iter().zip(answer).map(array).collect::<Vec<_>>();
        let answers: Vec<Vec<Array>> = answers.into_iter().map(arrays).collect();
        for Packed { file, choice } in &plans {
            let got = packed::run(file, kernels, &self.rows)
                .map_err(|failure| here(format!("packed for {choice}: {failure}")))?;
            for (run, (want, got)) in answers.iter().zip(got).enumerate() {
                if let Some(difference) = compare(want, &got) {
                    return Err(here(format!("packed for {choice}: run {run}: {difference}")));
                }
            }
        }
        Ok(plans.len())
    }

    /// The operators, for people: one a line, with types and shapes.
    pub fn operators(&self) -> String {
        let mut text = String::new();
        let shown = |id| {
            let value = self.graph.value(id);
            let kind = if value.data.is_some() { "constant " } else { "" };
            format!("{kind}{}{:?}", value.repr.store(), value.shape)
        };
        for node in &self.graph.nodes {
            let list = |ids: &[_]| ids.iter().map(|id| shown(*id)).collect::<Vec<_>>().join(", ");
            let (from, to) = (list(&node.inputs), list(&node.outputs));
            // a String takes everything
            let _ = writeln!(text, "  {} {}: {from} -> {to}", node.origin, node.op.name());
        }
        text
    }
}

/// NumPy's name of a type.
fn kind(store: Type) -> &'static str {
    match store {
        Type::I8 | Type::I4 => "|i1",
        Type::U8 => "|u1",
        Type::Bool => "|b1",
        Type::I16 | Type::F16 => "<i2",
        Type::I32 => "<i4",
        Type::I64 => "<i8",
        Type::F32 => "<f4",
    }
}
