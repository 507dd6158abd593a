//! Nodes whose results nobody reads.

use crate::graph::{Graph, Node, Op};

/// Removes nodes that no output depends on. Values stay: ids are indices.
pub(super) fn remove(graph: &mut Graph) -> usize {
    let mut needed = vec![false; graph.values.len()];
    for id in &graph.outputs {
        needed[id.0] = true;
    }
    let before = graph.nodes.len();
    let mut kept = Vec::with_capacity(before);
    while let Some(node) = graph.nodes.pop() {
        if node.outputs.iter().any(|id| needed[id.0]) || remembers(graph, &node) {
            for id in &node.inputs {
                needed[id.0] = true;
            }
            kept.push(node);
        }
    }
    kept.reverse();
    graph.nodes = kept;
    before - graph.nodes.len()
}

/// Whether a node changes what a later run reads.
fn remembers(graph: &Graph, node: &Node) -> bool {
    let writes = matches!(node.op, Op::Assign | Op::Lstm(_) | Op::Svdf { .. } | Op::Custom { .. });
    writes && node.inputs.iter().any(|id| graph.value(*id).state)
}

#[cfg(test)]
mod tests {
    use crate::graph::{Graph, Node, Op, Repr, Rounding, Type, Value, ValueId};

    #[test]
    fn only_what_an_output_depends_on_stays() {
        let mut graph = Graph::default();
        for _ in 0..4 {
            let repr = Repr::Plain(Type::I8);
            graph.add(Value {
                name: String::new(),
                shape: vec![1],
                repr,
                data: None,
                state: false,
                origin: None,
            });
        }
        let node = |x, y| Node {
            op: Op::Reshape,
            inputs: vec![ValueId(x)],
            outputs: vec![ValueId(y)],
            rounding: Rounding::LitertTwice,
            origin: y,
        };
        graph.nodes = vec![node(0, 1), node(0, 2), node(1, 3)];
        graph.outputs = vec![ValueId(3)];
        assert_eq!(super::remove(&mut graph), 1);
        assert_eq!(graph.nodes.iter().map(|n| n.origin).collect::<Vec<_>>(), [1, 3]);
    }
}
