//! ONNX files: each node of the graph becomes one or a few of ONNX's.
//!
//! Numbers with scales are integers between QuantizeLinear and DequantizeLinear, and operators compute floats between the
//! two: an answer differs from the integer kernels' by a step of a scale here and there. Images keep their channels last at
//! the ports and are channels first where a window moves over them. What is kept from run to run is an input and an output.
//! What ONNX has no form for is refused, all of it.

mod bias;
mod element;
mod file;
mod fold;
mod form;
mod gather;
mod lstm;
mod matrix;
mod movement;
mod norm;
mod op;
mod state;
mod window;

use std::collections::{HashMap, HashSet};

pub use self::file::{Attribute, File, Port, Words, number};
use self::form::{Form, OWN, Order};
use self::state::State;
use crate::graph::{Grain, Graph, Node, Repr, Type, Value, ValueId};
use crate::import::Refusal;

/// The set of operators that is needed for scales of int4 and int16.
const OPSET_OF_MORE_INTEGERS: i64 = 21;

/// What a file says about itself.
#[derive(Clone, Debug, Default)]
pub struct About {
    /// The model's name; that of the graph if absent.
    pub name: Option<String>,
    /// The model's own version.
    pub version: Option<semver::Version>,
}

/// An ONNX file of a graph.
///
/// # Errors
/// Every node that ONNX has no form for.
pub fn onnx(graph: &Graph, about: &About) -> Result<Vec<u8>, Vec<Refusal>> {
    let mut graph = ungrouped(graph);
    let beginnings = state::beginnings(&mut graph);
    let mut exporter = Exporter::new(&graph);
    exporter.enter(&beginnings);
    let mut refusals = Vec::new();
    for node in &graph.nodes {
        if let Err(reason) = exporter.node_of(node) {
            refusals.push(Refusal { index: Some(node.origin), name: node.op.name().into(), reason });
        }
    }
    exporter.leave();
    if refusals.is_empty() { Ok(exporter.model(about)) } else { Err(refusals) }
}

/// The graph with integers whose groups have factors, which ONNX does not, as integers of 8 bits: in a graph they are
/// multiplied already.
fn ungrouped(graph: &Graph) -> Graph {
    let mut graph = graph.clone();
    for value in &mut graph.values {
        if let Repr::Quant(quant) = &mut value.repr
            && let Grain::Groups { axis, .. } = quant.grain
        {
            (quant.store, quant.grain) = (Type::I8, Grain::Channel(axis));
        }
    }
    graph
}

/// A graph on its way to a file.
struct Exporter<'g> {
    graph: &'g Graph,
    file: File,
    /// The one name of each value.
    names: Vec<String>,
    /// Values whose name a tensor has.
    claimed: HashSet<ValueId>,
    forms: HashMap<(ValueId, Order), Form>,
    states: Vec<State>,
    /// What the node that is written makes, for the names of the tensors on the way there.
    here: String,
}

/// What became of a node: written, or why it is not.
type Written = Result<(), String>;

impl<'g> Exporter<'g> {
    fn new(graph: &'g Graph) -> Self {
        let mut made = Exporter {
            graph,
            file: File::default(),
            names: vec![String::new(); graph.values.len()],
            claimed: HashSet::new(),
            forms: HashMap::new(),
            states: Vec::new(),
            here: String::new(),
        };
        let inner = graph.nodes.iter().flat_map(|node| node.outputs.iter().chain(&node.inputs));
        let mut seen = HashSet::new();
        for id in graph.inputs.iter().chain(&graph.outputs).chain(inner) {
            if seen.insert(*id) {
                let own = &graph.value(*id).name;
                made.names[id.0] = made.file.fresh(if own.is_empty() { "value" } else { own });
            }
        }
        for id in &graph.inputs {
            made.claimed.insert(*id);
            made.forms.entry((*id, OWN)).or_default().stored = Some(made.names[id.0].clone());
        }
        made
    }

    fn value(&self, id: ValueId) -> &'g Value {
        self.graph.value(id)
    }

    /// The type of the numbers that a value stands for, as operators read them.
    fn kind(&self, id: ValueId) -> Type {
        match self.value(id).repr {
            Repr::Quant(_) | Repr::Plain(Type::F16) => Type::F32,
            Repr::Plain(store) => store,
        }
    }

    fn node_of(&mut self, node: &Node) -> Written {
        for id in node.inputs.iter().chain(&node.outputs) {
            let value = self.value(*id);
            if value.data.is_none() && matches!(&value.repr, Repr::Quant(q) if q.store == Type::I32) {
                return Err("makes int32 with a scale, which ONNX does not quantize to".into());
            }
        }
        // an assignment makes what it reads last
        let y = *node.outputs.first().or(node.inputs.last()).ok_or("has no output")?;
        self.here.clone_from(&self.names[y.0]);
        self.operator(node, y)
    }

    /// Gives every output the name of its port.
    fn leave(&mut self) {
        for id in &self.graph.outputs {
            let (stored, name) = (self.stored(*id, OWN), self.names[id.0].clone());
            if stored != name {
                let made = self.file.node("Identity", &[&stored], &[], &name, 1).remove(0);
                self.file.rename(&made, &name);
            }
        }
        self.leave_states();
    }

    fn port(&self, id: ValueId, name: String) -> Port {
        let Value { shape, repr, .. } = self.value(id);
        Port { name, store: repr.store(), shape: shape.clone() }
    }

    fn model(mut self, about: &About) -> Vec<u8> {
        let more =
            |value: &Value| value.repr.quant().is_some_and(|q| matches!(q.store, Type::I4 | Type::I16));
        if self.graph.values.iter().any(more) {
            self.file.need(OPSET_OF_MORE_INTEGERS);
        }
        let own = |id: ValueId| self.port(id, self.names[id.0].clone());
        let states = self.states.iter().map(|state| state.id);
        let inputs: Vec<_> = self.graph.inputs.iter().copied().chain(states).map(own).collect();
        let outputs: Vec<_> = self.graph.outputs.iter().copied().map(own).chain(self.nexts()).collect();
        let words = Words {
            name: about.name.clone().unwrap_or_else(|| self.graph.name.clone()),
            docs: self.graph.docs.clone(),
            version: about.version.clone(),
        };
        self.file.encode(&words, &inputs, &outputs)
    }
}

/// The one value of a list that has to have it.
fn one(ids: &[ValueId], i: usize) -> Result<ValueId, String> {
    ids.get(i).copied().ok_or_else(|| format!("has no operand {i}"))
}

#[cfg(test)]
mod tests;
