//! The nodes of a graph, one after the other, over rows.
//!
//! On the way every tensor has the axis of rows in front of the shape that the graph says; that of constants is 1.

use std::collections::BTreeMap;

use midge_compiler::graph::{Graph, Node, ValueId};

use super::{place, refused};
use crate::{Error, Result, Shape, Tensor};

/// A graph and its constants.
pub(crate) struct Walk<'g> {
    pub(crate) graph: &'g Graph,
    pub(crate) constants: BTreeMap<ValueId, Tensor>,
}

impl Walk<'_> {
    /// Carries out every node with `step`; `see` is shown all inputs and all that is made. Gives the outputs.
    pub(crate) fn run(
        self,
        inputs: &[&Tensor],
        step: impl Fn(&Node, &[&Tensor]) -> Result<Tensor>,
        mut see: impl FnMut(ValueId, &Tensor) -> Result<()>,
    ) -> Result<Vec<Tensor>> {
        let Walk { graph, constants: mut known } = self;
        if inputs.len() != graph.inputs.len() {
            return Err(refused(format!("it has {} inputs, not {}", graph.inputs.len(), inputs.len())));
        }
        let mut rows = None;
        for (id, x) in graph.inputs.iter().zip(inputs) {
            let x = self::rows(&graph.value(*id).shape, x)?;
            if *rows.get_or_insert(x.shape()[0]) != x.shape()[0] {
                return Err(refused("inputs have different numbers of rows"));
            }
            see(*id, &x)?;
            known.insert(*id, x);
        }
        let mut last = BTreeMap::new();
        for (i, node) in graph.nodes.iter().enumerate() {
            last.extend(node.inputs.iter().map(|id| (*id, i)));
        }
        for (i, node) in graph.nodes.iter().enumerate() {
            let read = node.inputs.iter().map(|id| known.get(id)).collect::<Option<Vec<_>>>();
            let (Some(read), &[made]) = (read, &node.outputs[..]) else {
                return Err(refused(format!("{} reads what nothing makes", place(graph, node))));
            };
            let y = step(node, &read).map_err(|error| located(graph, node, error))?;
            see(made, &y)?;
            for id in &node.inputs {
                if last.get(id) == Some(&i) && !graph.outputs.contains(id) {
                    known.remove(id);
                }
            }
            known.insert(made, y);
        }
        let rows = rows.unwrap_or(1);
        let output = |id: &ValueId| {
            let y = known.get(id).ok_or_else(|| refused("an output is made by nothing"))?;
            let y = if y.shape()[0] == rows { y.clone() } else { spread(y, rows)? };
            if graph.value(*id).shape.first() == Some(&1) { y.squeeze(1) } else { Ok(y) }
        };
        graph.outputs.iter().map(output).collect()
    }
}

/// The same for so many rows.
pub(super) fn spread(x: &Tensor, rows: usize) -> Result<Tensor> {
    x.expand(x.shape().with(0, rows))
}

/// Rows of a value of this shape: its own axis of 1, if it has one, is counted by them.
fn rows(shape: &[usize], x: &Tensor) -> Result<Tensor> {
    match x.shape().split_first() {
        Some((_, rest)) if rest == shape => Ok(x.clone()),
        Some((_, rest)) if shape.split_first() == Some((&1, rest)) => x.unsqueeze(1),
        _ => {
            let rest: Shape = shape.iter().copied().skip(usize::from(shape.first() == Some(&1))).collect();
            Err(x.shape().wrong("network", format!("rows of {rest} are needed")))
        }
    }
}

fn located(graph: &Graph, node: &Node, error: Error) -> Error {
    refused(format!("{}: {error}", place(graph, node)))
}
