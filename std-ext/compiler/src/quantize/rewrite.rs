//! The float graph with integer nodes in it, and what leads from floats to integers and back.

use super::constrain::{Key, Scales};
use super::operators::{activations, fixed, is_float};
use super::weights;
use super::{Observed, Precision, Settings};
use crate::graph::{Graph, Node, Op, Quant, Repr, Rounding, Type, Value, ValueId};
use crate::quant::range;
use std::collections::{BTreeMap, BTreeSet};

/// Makes each node compute in the precision that it is given. Inputs and outputs of the graph stay floats.
pub(super) fn rewrite(
    graph: &Graph,
    given: &[Option<Precision>],
    scales: &Scales,
    known: (&Observed, &Settings),
) -> Graph {
    let floats = graph.inputs.iter().copied().collect();
    let empty = Graph { nodes: Vec::new(), ..graph.clone() };
    let mut rewriter = Rewriter {
        old: graph,
        graph: empty,
        scales,
        known,
        twins: BTreeMap::new(),
        weights: BTreeMap::new(),
        floats,
    };
    for (node, precision) in graph.nodes.iter().zip(given) {
        match precision {
            Some(precision) => rewriter.integer(node, *precision),
            None => rewriter.float(node),
        }
    }
    for id in &graph.outputs {
        rewriter.as_float(*id, graph.nodes.len());
    }
    rewriter.graph
}

/// What integer weights are made of: the filter's axis of channels, filter and bias, the types, and the bits of the input's
/// scale.
type Source = (Option<usize>, Vec<ValueId>, Precision, u32);

struct Rewriter<'a> {
    old: &'a Graph,
    /// Values of the old graph have their old places.
    graph: Graph,
    scales: &'a Scales,
    known: (&'a Observed, &'a Settings),
    /// Values as integers.
    twins: BTreeMap<Key, ValueId>,
    /// Integer filters and biases.
    weights: BTreeMap<Source, Vec<ValueId>>,
    /// Values that have been computed as floats.
    floats: BTreeSet<ValueId>,
}

impl Rewriter<'_> {
    /// A node that stays as it is.
    fn float(&mut self, node: &Node) {
        for id in &node.inputs {
            self.as_float(*id, node.origin);
        }
        self.floats.extend(&node.outputs);
        self.graph.nodes.push(node.clone());
    }

    /// A node in integers.
    fn integer(&mut self, node: &Node, precision: Precision) {
        let store = precision.store;
        let read = activations(node);
        let mut inputs: Vec<ValueId> =
            read.iter().map(|id| self.as_integer(*id, store, node.origin)).collect();
        let x_scale =
            inputs.first().and_then(|id| self.graph.value(*id).repr.quant()).map(|quant| quant.scale[0]);
        let weights = x_scale.and_then(|scale| self.weights(node, precision, scale));
        inputs.extend(weights.as_deref().unwrap_or(&node.inputs[read.len()..]));
        let rounding = match node.op {
            Op::FullyConnected { .. } => Rounding::LitertOnce,
            _ => Rounding::LitertTwice,
        };
        let mut late = Vec::new();
        let mut output = |id: &ValueId| {
            let Some(quant) = self.scales.of((*id, store)).filter(|_| is_float(self.old, *id)) else {
                return *id;
            };
            let twin = self.graph.add(integer(self.old.value(*id), quant));
            self.twins.insert((*id, store), twin);
            match fixed(&node.op, store).filter(|fixed| fixed != quant) {
                Some(fixed) => {
                    let own = self.graph.add(integer(self.old.value(*id), &fixed));
                    late.push((own, twin));
                    own
                }
                None => twin,
            }
        };
        let outputs = node.outputs.iter().map(&mut output).collect();
        self.graph.nodes.push(Node { inputs, outputs, rounding, ..node.clone() });
        for (own, twin) in late {
            self.convert(Op::Quantize, own, twin, node.origin);
        }
    }

    /// A layer's filter and bias as integers, for an input of this scale.
    fn weights(&mut self, node: &Node, precision: Precision, scale: f32) -> Option<Vec<ValueId>> {
        let key = (node.op.channel_axis(), node.inputs[1..].to_vec(), precision, scale.to_bits());
        if let Some(known) = self.weights.get(&key) {
            return Some(known.clone());
        }
        let (observed, settings) = self.known;
        let known = (settings, node.inputs.get(1).and_then(|id| observed.patches(*id)));
        let made = weights::integers(self.old, node, (precision, scale), known)?;
        let made: Vec<ValueId> = made.into_iter().map(|value| self.graph.add(value)).collect();
        self.weights.insert(key, made.clone());
        Some(made)
    }

    /// Makes sure that a value is there as floats.
    fn as_float(&mut self, id: ValueId, origin: usize) {
        let is_there =
            !is_float(self.old, id) || self.old.value(id).data.is_some() || self.floats.contains(&id);
        let twin = [Type::I16, Type::I8].iter().find_map(|store| self.twins.get(&(id, *store)));
        if let Some(twin) = twin.copied().filter(|_| !is_there) {
            self.convert(Op::Dequantize, twin, id, origin);
            self.floats.insert(id);
        }
    }

    /// The value as integers of a type; itself if it is not float.
    fn as_integer(&mut self, id: ValueId, store: Type, origin: usize) -> ValueId {
        let key = (id, store);
        let Some(quant) = self.scales.of(key) else { return id };
        if let Some(twin) = self.twins.get(&key) {
            return *twin;
        }
        let mut value = integer(self.old.value(id), quant);
        value.data = self.old.value(id).reals().map(|reals| stored(&reals, quant));
        let is_constant = value.data.is_some();
        let twin = self.graph.add(value);
        self.twins.insert(key, twin);
        if !is_constant {
            let other = [Type::I16, Type::I8]
                .iter()
                .find_map(|store| self.twins.get(&(id, *store)).filter(|t| **t != twin));
            let from = other.copied().filter(|_| !self.floats.contains(&id)).unwrap_or(id);
            self.convert(Op::Quantize, from, twin, origin);
        }
        twin
    }

    fn convert(&mut self, op: Op, from: ValueId, to: ValueId, origin: usize) {
        let (inputs, outputs) = (vec![from], vec![to]);
        self.graph.nodes.push(Node { op, inputs, outputs, rounding: Rounding::LitertTwice, origin });
    }
}

/// A value as integers.
pub(super) fn integer(value: &Value, quant: &Quant) -> Value {
    Value { repr: Repr::Quant(quant.clone()), data: None, ..value.clone() }
}

/// Numbers as integers of a whole tensor's scale.
pub(super) fn stored(reals: &[f32], quant: &Quant) -> Vec<u8> {
    let (lo, hi) = range(quant.store);
    let (scale, zero) = (quant.scale[0], quant.zero[0]);
    let integer = |x: &f32| ((x / scale).round() as i32).saturating_add(zero).clamp(lo, hi);
    reals.iter().flat_map(|x| integer(x).to_le_bytes().into_iter().take(quant.store.bytes())).collect()
}
