//! The float graph with activations in half precision, and what leads there and back.

use super::Observed;
use super::operators::{activations, is_float};
use super::weights::{self, MOST};
use crate::graph::{Graph, Node, Op, Repr, Rounding, Type, Value, ValueId};
use std::collections::{BTreeMap, BTreeSet};

/// Why a node stays in single precision; none for one that lowering may know in half precision.
pub(super) fn obstacle(graph: &Graph, node: &Node) -> Option<&'static str> {
    if node.inputs.iter().chain(&node.outputs).any(|id| graph.value(*id).state) {
        return Some("keeps a state, which stays in single precision");
    }
    let is_constant = |id: &ValueId| graph.value(*id).data.is_some();
    if node.op.channel_axis().is_some() && !node.inputs.iter().skip(1).all(is_constant) {
        return Some("has weights that are computed at run time");
    }
    match node.op {
        Op::Cast | Op::Quantize | Op::Dequantize | Op::Custom { .. } => {
            Some("has no kernel for half precision")
        }
        _ => None,
    }
}

/// Why a node that has a kernel for halves stays in single precision all the same: what it reads or makes of the data is
/// larger than they are.
pub(super) fn overflow(graph: &Graph, node: &Node, observed: &Observed) -> Option<String> {
    let ids = activations(node).iter().chain(&node.outputs);
    let mut beyond = ids.filter(|id| graph.value(**id).data.is_none()).filter_map(|id| {
        let numbers = observed.of(*id)?;
        let size = numbers.most.max(-numbers.least);
        let name = &graph.value(*id).name;
        (size > MOST).then(|| format!("{name} reaches {size:.0}, and half precision ends at {MOST}"))
    });
    beyond.next()
}

/// Makes each node compute on halves that has a type in `stores`. Weights of layers are halves throughout; inputs and
/// outputs of the graph stay as they are.
pub(super) fn rewrite(graph: &Graph, stores: &[Option<Type>]) -> Graph {
    let floats = graph.inputs.iter().copied().collect();
    let empty = Graph { nodes: Vec::new(), ..weights::halves(graph) };
    let mut rewriter = Rewriter { old: graph, graph: empty, twins: BTreeMap::new(), floats };
    for (node, store) in graph.nodes.iter().zip(stores) {
        rewriter.node(node, store.is_some());
    }
    for id in &graph.outputs {
        rewriter.as_single(*id, graph.nodes.len());
    }
    rewriter.graph
}

struct Rewriter<'a> {
    old: &'a Graph,
    /// Values of the old graph have their old places.
    graph: Graph,
    /// Values in half precision.
    twins: BTreeMap<ValueId, ValueId>,
    /// Values that have been computed in single precision.
    floats: BTreeSet<ValueId>,
}

impl Rewriter<'_> {
    fn node(&mut self, node: &Node, halved: bool) {
        let mut node = node.clone();
        let read = activations(&node).len();
        for id in node.inputs.iter_mut().take(read) {
            if halved {
                *id = self.as_half(*id, node.origin);
            } else {
                self.as_single(*id, node.origin);
            }
        }
        for id in &mut node.outputs {
            if halved && is_float(self.old, *id) {
                *id = self.twin(*id, None);
            } else {
                self.floats.insert(*id);
            }
        }
        self.graph.nodes.push(node);
    }

    /// The value in half precision; itself if it is not float.
    fn as_half(&mut self, id: ValueId, origin: usize) -> ValueId {
        if !is_float(self.old, id) {
            return id;
        }
        if let Some(twin) = self.twins.get(&id) {
            return *twin;
        }
        let data = self.old.value(id).reals().map(|reals| weights::stored_halves(&reals));
        let is_constant = data.is_some();
        let twin = self.twin(id, data);
        if !is_constant {
            self.convert(id, twin, origin);
        }
        twin
    }

    /// Makes sure that a value is there in single precision.
    fn as_single(&mut self, id: ValueId, origin: usize) {
        if let Some(twin) = self.twins.get(&id).copied()
            && self.old.value(id).data.is_none()
            && self.floats.insert(id)
        {
            self.convert(twin, id, origin);
        }
    }

    fn twin(&mut self, id: ValueId, data: Option<Vec<u8>>) -> ValueId {
        let like = self.old.value(id).clone();
        let twin = self.graph.add(Value { repr: Repr::Plain(Type::F16), data, ..like });
        self.twins.insert(id, twin);
        twin
    }

    fn convert(&mut self, from: ValueId, to: ValueId, origin: usize) {
        let (inputs, outputs) = (vec![from], vec![to]);
        let rounding = Rounding::LitertTwice;
        self.graph.nodes.push(Node { op: Op::Cast, inputs, outputs, rounding, origin });
    }
}
