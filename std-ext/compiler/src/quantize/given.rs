//! Scales that a model gives: operators of floats between DEQUANTIZE and QUANTIZE become integer ones.
//!
//! Whoever wrote them there licenses integer arithmetic: results differ from those of floats by one step of the output's
//! scale at most, where a sum lies near the middle of two. What would differ by more stays float.

use super::operators::{activations, fixed, is_float, is_moving, is_tied, obstacle};
use super::rewrite::{integer, stored};
use super::weights;
use crate::custom::Custom;
use crate::graph::{Graph, Node, Op, Quant, Rounding, Type, Unary, ValueId};
use crate::{Options, lower, passes};
use std::collections::HashMap;

/// Makes integer operators of those of floats that stand between DEQUANTIZE and QUANTIZE, as far as kernels do them.
pub(crate) fn collapse(graph: &mut Graph) {
    passes::prepare(graph);
    let mut may = vec![true; graph.nodes.len()];
    loop {
        let mut made = Collapse::of(graph, &may);
        // lowering knows best what no kernel does
        let mut trial = made.clone();
        passes::run(&mut trial);
        let options = Options::default();
        let refused = lower::lower(&trial, options.target, options.optimize, &Custom::default()).err();
        let before = may.clone();
        for (node, may) in graph.nodes.iter().zip(&mut may) {
            *may &= !refused.iter().flatten().any(|refusal| refusal.index == Some(node.origin));
        }
        if before == may {
            passes::clean(&mut made);
            *graph = made;
            return;
        }
    }
}

/// The most operators that move a value before it gets a scale.
const CHAIN: usize = 16;

struct Collapse<'a> {
    old: &'a Graph,
    /// Values of the old graph have their old places.
    graph: Graph,
    /// The integers that a value of floats comes from.
    twins: HashMap<ValueId, ValueId>,
    /// Integers that are there already, under another id.
    same: HashMap<ValueId, ValueId>,
}

impl<'a> Collapse<'a> {
    /// The graph with integer nodes where they `may` be.
    fn of(old: &'a Graph, may: &[bool]) -> Graph {
        let graph = Graph { nodes: Vec::new(), ..old.clone() };
        let mut made = Collapse { old, graph, twins: HashMap::new(), same: HashMap::new() };
        for (node, may) in old.nodes.iter().zip(may) {
            made.node(node, *may);
        }
        made.graph.widen();
        made.graph
    }

    fn node(&mut self, node: &Node, may: bool) {
        let mut node = node.clone();
        for id in &mut node.inputs {
            *id = *self.same.get(id).unwrap_or(id);
        }
        match (&node.op, &node.inputs[..], &node.outputs[..]) {
            (Op::Dequantize, &[x], &[y]) if self.quant(x).is_some() => {
                self.twins.insert(y, x);
            }
            (Op::Quantize, &[x], &[y]) => {
                if let Some(twin) = self.twins.get(&x) {
                    node.inputs = vec![*twin];
                    if self.quant(*twin) == self.quant(y) {
                        if !self.old.outputs.contains(&y) {
                            self.same.insert(y, *twin);
                            return;
                        }
                        node.op = Op::Reshape;
                    }
                }
            }
            _ if may && self.integers(&node).is_some() => return,
            _ => {}
        }
        self.graph.nodes.push(node);
    }

    /// The one scale of a value that integers stand for.
    fn quant(&self, id: ValueId) -> Option<Quant> {
        let quant = self.graph.value(id).repr.quant()?;
        (quant.scale.len() == 1 && matches!(quant.store, Type::I8 | Type::I16)).then(|| quant.clone())
    }

    /// Adds a node in integers, if it can be one.
    fn integers(&mut self, node: &Node) -> Option<()> {
        let &[y] = &node.outputs[..] else { return None };
        let read = activations(node);
        let twin = |id: &ValueId| self.twins.get(id).copied();
        let first = read.iter().find_map(twin)?;
        if obstacle(&self.graph, node).is_some() || !is_float(&self.graph, y) {
            return None;
        }
        let x = self.quant(first)?;
        let moves = is_moving(node) && read.iter().filter(|id| is_float(&self.graph, **id)).count() == 1;
        let wanted = if moves { x.clone() } else { self.wanted(y, CHAIN)? };
        let (from, made) = scales(node, &x, &wanted)?;
        let mut inputs = Vec::new();
        for id in read {
            inputs.push(match twin(id) {
                Some(twin) => (twin, from.as_ref()),
                None if !is_float(&self.graph, *id) => (*id, None),
                None => (*id, Some(from.as_ref().filter(|_| self.graph.value(*id).data.is_some())?)),
            });
        }
        let weights = match node.op.channel_axis() {
            Some(_) => weights::given(&self.graph, node, &x)?,
            None => Vec::new(),
        };
        let mut ids = Vec::new();
        for (id, quant) in inputs {
            ids.push(match quant {
                None => id,
                Some(quant) if is_float(&self.graph, id) => {
                    let mut value = integer(self.graph.value(id), quant);
                    value.data = Some(stored(&self.graph.value(id).reals()?, quant));
                    self.graph.add(value)
                }
                Some(quant) => self.converted(id, quant, node.origin),
            });
        }
        ids.extend(weights.into_iter().map(|value| self.graph.add(value)));
        let rounding = match node.op {
            Op::FullyConnected { .. } => Rounding::LitertOnce,
            _ => Rounding::LitertTwice,
        };
        let own = self.graph.add(integer(self.graph.value(y), &made));
        self.graph.nodes.push(Node { inputs: ids, outputs: vec![own], rounding, ..node.clone() });
        let twin = self.converted(own, &wanted, node.origin);
        self.twins.insert(y, twin);
        self.push(Op::Dequantize, twin, y, node.origin);
        Some(())
    }

    /// Integers in another scale.
    fn converted(&mut self, x: ValueId, quant: &Quant, origin: usize) -> ValueId {
        if self.quant(x).as_ref() == Some(quant) {
            return x;
        }
        let y = self.graph.add(integer(self.graph.value(x), quant));
        self.push(Op::Quantize, x, y, origin);
        y
    }

    fn push(&mut self, op: Op, from: ValueId, to: ValueId, origin: usize) {
        let (inputs, outputs) = (vec![from], vec![to]);
        self.graph.nodes.push(Node { op, inputs, outputs, rounding: Rounding::LitertTwice, origin });
    }

    /// The scale that all who read a value want it in, behind so many operators that move it.
    fn wanted(&self, id: ValueId, moves: usize) -> Option<Quant> {
        let mut quants = self.old.nodes.iter().filter(|node| node.inputs.contains(&id)).map(|node| {
            let &[y] = &node.outputs[..] else { return None };
            match node.op {
                Op::Quantize => self.quant(y),
                _ if moves > 0 && is_moving(node) => self.wanted(y, moves - 1),
                _ => None,
            }
        });
        let first = quants.next()??;
        (!self.old.outputs.contains(&id) && quants.all(|other| other.as_ref() == Some(&first)))
            .then_some(first)
    }
}

/// The scale that inputs are brought to, if they are, and that of what the operator makes, before it is brought to what is
/// wanted; none where that would lose too much.
fn scales(node: &Node, x: &Quant, wanted: &Quant) -> Option<(Option<Quant>, Quant)> {
    let averages = matches!(node.op, Op::AveragePool2d { .. } | Op::Resize { .. } | Op::Cumsum { .. });
    let own = match (&node.op, fixed(&node.op, x.store)) {
        // these are tables, whatever their scales
        (Op::Unary(Unary::Logistic | Unary::Tanh), _) if x.store == Type::I8 => wanted.clone(),
        (_, Some(fixed)) => fixed,
        _ if averages => x.clone(),
        _ => wanted.clone(),
    };
    if own.store == wanted.store && own.scale[0] <= wanted.scale[0] * 1.01 {
        return Some((is_tied(node).then(|| own.clone()), own));
    }
    // what int8 is too coarse for is computed in int16
    let fine = Quant { store: Type::I16, scale: vec![x.scale[0] / 128.0], zero: vec![0], grain: x.grain };
    match node.op {
        _ if x.store != Type::I8 || wanted.store != Type::I8 => None,
        Op::Softmax { .. } => Some((Some(fine), fixed(&node.op, Type::I16)?)),
        _ if averages => Some((Some(fine.clone()), fine)),
        _ => None,
    }
}
