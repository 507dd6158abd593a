//! What is computed twice: once is enough.

use std::collections::HashMap;

use crate::graph::{Graph, Node, Op, ValueId};

/// Removes nodes that do with the same inputs what an earlier one has done, and lets their readers read that.
pub(super) fn unite(graph: &mut Graph) -> usize {
    let before = graph.nodes.len();
    let mut seen: HashMap<Vec<ValueId>, Vec<Node>> = HashMap::new();
    let mut instead: HashMap<ValueId, ValueId> = HashMap::new();
    for mut node in std::mem::take(&mut graph.nodes) {
        for id in &mut node.inputs {
            *id = *instead.get(id).unwrap_or(id);
        }
        let same = |other: &&Node| {
            let alike = |(a, b): (&ValueId, &ValueId)| {
                let (a, b) = (graph.value(*a), graph.value(*b));
                a.shape == b.shape && a.repr == b.repr
            };
            other.op == node.op
                && other.rounding == node.rounding
                && other.outputs.len() == node.outputs.len()
                && other.outputs.iter().zip(&node.outputs).all(alike)
        };
        // what a state holds may have changed in between, and an output of the model has to be made
        let pure = !node.inputs.iter().any(|id| graph.value(*id).state)
            && !node.outputs.iter().any(|id| graph.outputs.contains(id))
            && !matches!(node.op, Op::Custom { .. });
        let earlier = seen.get(&node.inputs).into_iter().flatten().find(same);
        match earlier.filter(|_| pure) {
            Some(earlier) => {
                instead.extend(node.outputs.iter().copied().zip(earlier.outputs.iter().copied()))
            }
            None => {
                if !node.inputs.iter().any(|id| graph.value(*id).state) {
                    seen.entry(node.inputs.clone()).or_default().push(node.clone());
                }
                graph.nodes.push(node);
            }
        }
    }
    before - graph.nodes.len()
}
