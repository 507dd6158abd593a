//! Graphs of an ONNX file: the model's own, and those inside of its nodes.

use std::collections::{HashMap, HashSet};

use super::build::{Build, Ids, MOST};
use super::call::Call;
use super::{Given, Made, Trouble, damaged, pb, tensor};
use crate::graph::{Op, Repr, Type, Value, ValueId};
use crate::import::{ImportError, Open, Refusal};
use crate::shapes;

/// What is known while a model is read.
pub(super) struct Reader<'a> {
    pub(super) build: Build,
    pub(super) opset: i64,
    pub(super) refusals: Vec<Refusal>,
    pub(super) open: Open,
    given: &'a Given,
    /// Names of the model's outputs.
    pub(super) outputs: HashSet<&'a str>,
    /// What names mean, innermost graph last; nothing for what a refused node would have made.
    scopes: Vec<HashMap<&'a str, Option<ValueId>>>,
}

/// Graphs inside of graphs.
const DEPTH: usize = 16;

impl<'a> Reader<'a> {
    pub(super) fn new(model: &'a pb::ModelProto, given: &'a Given) -> Self {
        let own = |set: &&pb::OperatorSetIdProto| matches!(set.domain(), "" | "ai.onnx");
        let opset = model.opset_import.iter().find(own).map_or(0, |set| set.version());
        let (refusals, open, scopes) = (Vec::new(), Open::default(), Vec::new());
        let outputs =
            model.graph.iter().flat_map(|graph| &graph.output).map(|output| output.name()).collect();
        Reader { build: Build::default(), opset, refusals, open, given, outputs, scopes }
    }

    /// The model's graph.
    pub(super) fn main(&mut self, graph: &'a pb::GraphProto) -> Result<(), ImportError> {
        self.scopes.push(HashMap::new());
        self.constants(graph)?;
        for input in &graph.input {
            if !self.scopes[0].contains_key(input.name()) {
                let id = match self.port(input) {
                    Ok(id) => id,
                    Err(Trouble::Fatal(error)) => return Err(error),
                    Err(Trouble::Refused(reason)) => {
                        self.refusals.push(Refusal { index: None, name: input.name().into(), reason });
                        None
                    }
                    Err(_) => None,
                };
                self.bind(input.name(), id);
            }
        }
        self.nodes(graph)?;
        for output in &graph.output {
            let id = self.find(output.name());
            let id = id.ok_or_else(|| damaged(format!("output {}", output.name()), "no node makes it"))?;
            let Some(id) = id else { continue };
            let id = self.build.leave(id).and_then(|id| self.own(id, output.name()));
            self.build.graph.outputs.push(id.map_err(|trouble| match trouble {
                Trouble::Fatal(error) => error,
                _ => damaged(format!("output {}", output.name()), "it has no elements"),
            })?);
        }
        Ok(())
    }

    /// An output of the model by its name; no input, and no other output.
    fn own(&mut self, id: ValueId, name: &str) -> Made<ValueId> {
        let id = self.build.widened(id);
        let graph = &self.build.graph;
        let shape = graph.value(id).shape.clone();
        let taken = graph.inputs.contains(&id) || graph.outputs.contains(&id);
        let id = if taken { self.build.shaped(Op::Reshape, &[id], &shape)? } else { id };
        self.build.graph.values[id.0].name = name.into();
        Ok(id)
    }

    /// An input of the model: a port, or a constant where the user gave its value.
    fn port(&mut self, input: &pb::ValueInfoProto) -> Made<Option<ValueId>> {
        let (name, place) = (input.name(), || format!("input {}", input.name()));
        let tensor = match input.r#type.as_ref().and_then(|t| t.value.as_ref()) {
            Some(pb::type_proto::Value::TensorType(tensor)) => tensor,
            _ => return Err(Trouble::Refused("is no tensor".into())),
        };
        let store = tensor::store(tensor.elem_type())?;
        let Some(shape) = self.extents(name, tensor)? else { return Ok(None) };
        if shapes::volume(&shape).is_none_or(|n| n > MOST) {
            return Err(Trouble::Refused(format!("has the shape {shape:?}, which is too large")));
        }
        let mut value = Value {
            name: name.into(),
            shape,
            repr: Repr::Plain(store),
            data: None,
            state: false,
            origin: Some(self.build.graph.inputs.len()),
        };
        if let Some(numbers) = self.given.value(name) {
            if numbers.len() != value.elements() {
                let what = format!("its value has {} numbers, not {}", numbers.len(), value.elements());
                return Err(damaged(place(), what).into());
            }
            value.data = Some(tensor::numbers(store, numbers)?);
            return Ok(Some(self.build.graph.add(value)));
        }
        // there is only one value that has no elements
        if value.elements() == 0 {
            value.data = Some(Vec::new());
            return Ok(Some(self.build.graph.add(value)));
        }
        let id = self.build.graph.add(value);
        self.build.graph.inputs.push(id);
        Ok(Some(id))
    }

    /// The shape of an input, if the model or its user says it.
    fn extents(&mut self, name: &str, tensor: &pb::type_proto::Tensor) -> Made<Option<Vec<usize>>> {
        use pb::tensor_shape_proto::dimension::Value::{DimParam, DimValue};
        let dims = tensor.shape.as_ref().map(|shape| &shape.dim);
        let size = |dim: &pb::tensor_shape_proto::Dimension| match &dim.value {
            Some(DimValue(n)) => usize::try_from(*n).ok(),
            _ => None,
        };
        if let Some(shape) = self.given.shape(name) {
            let suits = dims.is_none_or(|dims| {
                let alike = |(dim, n): (_, &usize)| size(dim).is_none_or(|own| own == *n);
                dims.len() == shape.len() && dims.iter().zip(shape).all(alike)
            });
            return match suits {
                true => Ok(Some(shape.to_vec())),
                false => {
                    let what = format!("the shape {shape:?} that was given is not that of the model");
                    Err(damaged(format!("input {name}"), what).into())
                }
            };
        }
        match dims.and_then(|dims| dims.iter().map(size).collect::<Option<Vec<usize>>>()) {
            Some(shape) => Ok(Some(shape)),
            None => {
                let word = |dim: &pb::tensor_shape_proto::Dimension| match &dim.value {
                    Some(DimValue(n)) => n.to_string(),
                    Some(DimParam(word)) => word.clone(),
                    None => "?".into(),
                };
                let words = dims.map(|dims| dims.iter().map(word).collect::<Vec<_>>().join(","));
                self.open.shapes.push((name.into(), words.unwrap_or_else(|| "?".into())));
                Ok(None)
            }
        }
    }

    /// Constants that a graph carries.
    fn constants(&mut self, graph: &'a pb::GraphProto) -> Result<(), ImportError> {
        for tensor in &graph.initializer {
            let id = match tensor::read(tensor, self.given) {
                Ok(constant) => {
                    let id = self.build.constant(constant.store, &constant.shape, constant.data);
                    self.build.graph.values[id.0].name = tensor.name().into();
                    Some(id)
                }
                Err(Trouble::Fatal(error)) => return Err(error),
                Err(Trouble::Refused(reason)) => {
                    self.refusals.push(Refusal { index: None, name: tensor.name().into(), reason });
                    None
                }
                Err(_) => None,
            };
            self.bind(tensor.name(), id);
        }
        for sparse in &graph.sparse_initializer {
            let name = sparse.values.as_ref().map_or("", |values| values.name());
            let reason = "is a sparse constant; export it as a dense one".into();
            self.refusals.push(Refusal { index: None, name: name.into(), reason });
            self.bind(name, None);
        }
        Ok(())
    }

    fn nodes(&mut self, graph: &'a pb::GraphProto) -> Result<(), ImportError> {
        for (index, node) in graph.node.iter().enumerate() {
            if self.scopes.len() == 1 {
                self.build.origin = index;
            }
            self.node(node)?;
        }
        Ok(())
    }

    fn node(&mut self, node: &'a pb::NodeProto) -> Result<(), ImportError> {
        let place = || format!("op {} {} {}", self.build.origin, node.op_type(), node.name());
        let mut inputs = Vec::new();
        let mut lost = false;
        for name in &node.input {
            let found = match name.as_str() {
                "" => Some(None),
                name => self.find(name),
            };
            let Some(id) = found else {
                return Err(damaged(place(), format!("it reads {name}, which nothing before makes")));
            };
            lost |= id.is_none() && !name.is_empty();
            inputs.push(id);
        }
        let place = place();
        let made = if lost { Err(Trouble::Lost) } else { Call { node, inputs, reader: self }.made() };
        let made = match made {
            Ok(ids) => ids.into_iter().map(Some).collect(),
            Err(Trouble::Lost) => Vec::new(),
            Err(Trouble::Wanted(name)) => {
                if !self.open.values.contains(&name) {
                    self.open.values.push(name);
                }
                Vec::new()
            }
            Err(Trouble::Refused(reason)) => {
                let name = format!("{} {}", node.op_type(), node.name()).trim_end().to_string();
                self.refusals.push(Refusal { index: Some(self.build.origin), name, reason });
                Vec::new()
            }
            Err(Trouble::Fatal(ImportError::Damaged { place: within, what })) => {
                return Err(damaged(format!("{place}: {within}"), what));
            }
            Err(Trouble::Fatal(error)) => return Err(error),
        };
        let mut made = made.into_iter();
        for name in &node.output {
            let id: Option<ValueId> = made.next().flatten();
            if !name.is_empty() {
                if let Some(value) = id.and_then(|id| self.build.graph.values.get_mut(id.0))
                    && value.data.is_none()
                    && value.name.starts_with("node ")
                {
                    value.name.clone_from(name);
                }
                self.bind(name, id);
            }
        }
        Ok(())
    }

    /// What a graph inside of a node makes of inputs.
    pub(super) fn inside(&mut self, graph: &'a pb::GraphProto, inputs: &[ValueId]) -> Made<Ids> {
        if self.scopes.len() >= DEPTH {
            return Err(damaged("its graph", format!("more than {DEPTH} lie inside of each other")).into());
        }
        let (refused, wanted) = (self.refusals.len(), self.open.values.len());
        self.scopes.push(HashMap::new());
        let made = self.body(graph, inputs);
        self.scopes.pop();
        if self.refusals.len() > refused || self.open.values.len() > wanted {
            return Err(Trouble::Lost);
        }
        made
    }

    fn body(&mut self, graph: &'a pb::GraphProto, inputs: &[ValueId]) -> Made<Ids> {
        self.constants(graph)?;
        for (input, id) in graph.input.iter().zip(inputs) {
            self.bind(input.name(), Some(*id));
        }
        self.nodes(graph)?;
        let outputs = graph.output.iter().map(|output| match self.find(output.name()) {
            Some(Some(id)) => self.build.raw(id),
            Some(None) => Err(Trouble::Lost),
            None => Err(damaged(format!("output {}", output.name()), "no node makes it").into()),
        });
        outputs.collect()
    }

    fn bind(&mut self, name: &'a str, id: Option<ValueId>) {
        if let Some(scope) = self.scopes.last_mut() {
            scope.insert(name, id);
        }
    }

    fn find(&self, name: &str) -> Option<Option<ValueId>> {
        self.scopes.iter().rev().find_map(|scope| scope.get(name).copied())
    }

    /// An input of whole numbers or truth values that a value depends on, by name; empty if there is none.
    pub(super) fn sources(&self, x: ValueId) -> String {
        let graph = &self.build.graph;
        let mut needed = vec![x];
        for node in graph.nodes.iter().rev() {
            if node.outputs.iter().any(|id| needed.contains(id)) {
                needed.extend(&node.inputs);
            }
        }
        let whole = |id: &&ValueId| needed.contains(id) && graph.value(**id).repr.store() != Type::F32;
        graph.inputs.iter().find(whole).map_or(String::new(), |id| graph.value(*id).name.clone())
    }

    /// Reads a constant inside of an attribute.
    pub(super) fn attribute(&mut self, tensor: &pb::TensorProto) -> Made<ValueId> {
        let constant = tensor::read(tensor, self.given)?;
        Ok(self.build.constant(constant.store, &constant.shape, constant.data))
    }
}
