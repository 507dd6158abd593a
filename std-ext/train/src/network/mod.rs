//! Networks that are the compiler's graphs: what was imported or traced, trained as it will be packed.

mod image;
mod movement;
mod play;
mod walk;

pub(crate) use image::{back, filter, image, window};
pub(crate) use play::{is_plain, play};
pub(crate) use walk::Walk;

use std::collections::{BTreeMap, BTreeSet};

use midge_compiler::graph::{Binary, Graph, Node, Op, Repr, Type, Value, ValueId};
use midge_compiler::quantize;

use crate::nn::{Module, Part};
use crate::{Error, Result, Tensor};

/// A float graph whose weights are parameters, behind the compiler's passes: batch normalization is folded into the layers
/// before as it is in the model that ships, and clamps are part of the operator before.
///
/// What it reads and makes has as many rows as the caller likes, in the place of the graph's first axis of 1; a graph
/// without that axis gets one in front. Images are as the graph has them, channels last if it was imported from TFLite.
///
/// ```no_run
/// use midge_compiler::import;
/// use midge_train::nn::Module;
/// use midge_train::{Network, Tensor};
///
/// let graph = import::import(&std::fs::read("digits_float.tflite")?)?;
/// let network = Network::new(graph)?;
/// let logits = network.forward(&Tensor::zeros([32, 8, 8, 1])?)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Network {
    graph: Graph,
    parameters: Vec<Parameter>,
    /// Other constants, with an axis of 1 in front.
    constants: BTreeMap<ValueId, Tensor>,
}

#[derive(Debug)]
struct Parameter {
    id: ValueId,
    name: String,
    tensor: Tensor,
}

impl Network {
    /// Makes parameters of the weights and biases of a float graph, named as the graph names them.
    ///
    /// # Errors
    /// The graph is quantized already, or has operators that have no gradient here, all of which are named.
    pub fn new(graph: Graph) -> Result<Network> {
        let graph = quantize::float(graph).map_err(|error| refused(error.to_string()))?;
        let unknown: Vec<String> = graph
            .nodes
            .iter()
            .filter(|node| !play::is_played(&graph, node))
            .map(|node| place(&graph, node))
            .collect();
        if !unknown.is_empty() {
            return Err(refused(format!("cannot train through {}", unknown.join(", "))));
        }
        let trained: BTreeSet<ValueId> = graph.nodes.iter().flat_map(|node| weights(&graph, node)).collect();
        let (mut parameters, mut constants, mut names) = (Vec::new(), BTreeMap::new(), BTreeSet::new());
        for node in &graph.nodes {
            for id in &node.inputs {
                let value = graph.value(*id);
                let known =
                    constants.contains_key(id) || parameters.iter().any(|one: &Parameter| one.id == *id);
                if known || value.data.is_none() {
                    continue;
                }
                let tensor = constant(value)?;
                if trained.contains(id) {
                    let name = name(&graph, node, *id, &names);
                    names.insert(name.clone());
                    parameters.push(Parameter { id: *id, name, tensor: tensor.requires_gradient() });
                } else {
                    constants.insert(*id, tensor.unsqueeze(0)?);
                }
            }
        }
        Ok(Network { graph, parameters, constants })
    }

    /// The graph with the present weights.
    ///
    /// # Errors
    /// The device does not give its numbers.
    pub fn graph(&self) -> Result<Graph> {
        let mut graph = self.graph.clone();
        for Parameter { id, tensor, .. } in &self.parameters {
            let numbers = tensor.to_vec::<f32>()?;
            graph.values[id.0].data = Some(numbers.iter().flat_map(|x| x.to_le_bytes()).collect());
        }
        Ok(graph)
    }

    /// What it makes of several inputs: all of its outputs.
    ///
    /// # Errors
    /// Shapes are not those of the graph's inputs, or do not fit each other.
    pub fn forward_all(&self, inputs: &[&Tensor]) -> Result<Vec<Tensor>> {
        self.observed(inputs, |_, _| Ok(()))
    }

    /// The same; `see` is shown the rows of each float value.
    pub(crate) fn observed(
        &self,
        inputs: &[&Tensor],
        see: impl FnMut(ValueId, &Tensor) -> Result<()>,
    ) -> Result<Vec<Tensor>> {
        let graph = &self.graph;
        Walk { graph, constants: self.tensors()? }.run(inputs, |node, read| play(graph, node, read), see)
    }

    /// The constants, with an axis of 1 in front.
    pub(crate) fn tensors(&self) -> Result<BTreeMap<ValueId, Tensor>> {
        let mut all = self.constants.clone();
        for Parameter { id, tensor, .. } in &self.parameters {
            all.insert(*id, tensor.unsqueeze(0)?);
        }
        Ok(all)
    }

    /// The graph as it was.
    pub(crate) fn plan(&self) -> &Graph {
        &self.graph
    }

    /// The parameter that a constant of the graph has become.
    pub(crate) fn parameter(&self, id: ValueId) -> Option<&Tensor> {
        self.parameters.iter().find(|one| one.id == id).map(|one| &one.tensor)
    }
}

impl Module for Network {
    fn forward(&self, x: &Tensor) -> Result<Tensor> {
        only(self.forward_all(&[x])?)
    }

    fn visit<'a>(&'a self, visitor: &mut dyn FnMut(&str, Part<'a>)) {
        for Parameter { name, tensor, .. } in &self.parameters {
            visitor(name, Part::Parameter(tensor));
        }
    }
}

/// The one output of a network.
pub(crate) fn only(outputs: Vec<Tensor>) -> Result<Tensor> {
    let count = outputs.len();
    match <[Tensor; 1]>::try_from(outputs) {
        Ok([output]) => Ok(output),
        Err(_) => Err(refused(format!("it has {count} outputs; forward_all gives them"))),
    }
}

/// What a node reads that training changes: constants of more than one number that something is multiplied with or added to.
fn weights(graph: &Graph, node: &Node) -> Vec<ValueId> {
    let read = match node.op {
        Op::LayerNorm { .. } => node.inputs.get(1..).unwrap_or_default(),
        _ if node.op.channel_axis().is_some() => node.inputs.get(1..).unwrap_or_default(),
        Op::BatchMatMul { .. }
        | Op::Binary { op: Binary::Add | Binary::Sub | Binary::Mul | Binary::Prelu, .. } => &node.inputs[..],
        Op::Gather { .. } => node.inputs.get(..1).unwrap_or_default(),
        _ => &[],
    };
    let trained = |id: &&ValueId| {
        let value = graph.value(**id);
        let layer = node.op.channel_axis().is_some();
        value.data.is_some() && value.repr == Repr::Plain(Type::F32) && (layer || value.elements() > 1)
    };
    read.iter().filter(trained).copied().collect()
}

/// The graph's name of a weight, or one from the node that reads it; each only once.
fn name(graph: &Graph, node: &Node, id: ValueId, taken: &BTreeSet<String>) -> String {
    let own = graph.value(id).name.clone();
    let role = if node.inputs.get(2) == Some(&id) { "bias" } else { "weight" };
    let own = if own.is_empty() {
        format!("{}.{}.{role}", node.op.name().to_lowercase(), node.origin)
    } else {
        own
    };
    let more = (2..).map(|i| format!("{own}.{i}"));
    let bias = (role == "bias").then(|| format!("{own}.bias"));
    let names = std::iter::once(own.clone()).chain(bias).chain(more);
    names.into_iter().find(|name| !taken.contains(name)).unwrap_or(own)
}

/// A constant as a tensor: floats, also of truth values, or indices.
fn constant(value: &Value) -> Result<Tensor> {
    let data = value.data.as_deref().unwrap_or_default();
    let shape = &value.shape[..];
    match value.repr {
        Repr::Plain(Type::F32) => {
            Tensor::from_vec(data.as_chunks().0.iter().map(|b| f32::from_le_bytes(*b)).collect(), shape)
        }
        Repr::Plain(Type::Bool) => Tensor::from_vec(data.iter().map(|b| f32::from(*b)).collect(), shape),
        Repr::Plain(Type::I32) => Tensor::from_vec(
            data.as_chunks().0.iter().map(|b| i32::from_le_bytes(*b).into()).collect::<Vec<i64>>(),
            shape,
        ),
        Repr::Plain(Type::I64) => {
            Tensor::from_vec(data.as_chunks().0.iter().map(|b| i64::from_le_bytes(*b)).collect(), shape)
        }
        _ => Err(refused(format!("the constant {:?} is {}", value.name, value.repr.store()))),
    }
}

/// How people find a node.
pub(crate) fn place(graph: &Graph, node: &Node) -> String {
    let made = node.outputs.first().map(|id| graph.value(*id).name.as_str()).unwrap_or_default();
    format!("{} {} (makes {made:?})", node.op.name(), node.origin)
}

pub(crate) fn refused(why: impl Into<String>) -> Error {
    Error::Argument { op: "network", why: why.into() }
}
