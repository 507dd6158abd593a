//! The file that is written: nodes, constants, and names that are there once.

use std::collections::{HashMap, HashSet};

use crate::graph::{Grain, Quant, Type};
use crate::import::schema as pb;
use pb::attribute_proto::AttributeType;
use pb::tensor_proto::DataType;

/// What a node is told, beside what it reads.
#[derive(Clone, Debug)]
pub(super) enum Attribute {
    Int(&'static str, i64),
    Ints(&'static str, Vec<i64>),
    Float(&'static str, f32),
    Text(&'static str, &'static str),
}

/// A constant without a name of its own.
type Content = (i32, Vec<i64>, Vec<u8>);

/// Nodes and constants so far.
#[derive(Debug, Default)]
pub(super) struct File {
    pub(super) nodes: Vec<pb::NodeProto>,
    pub(super) constants: Vec<pb::TensorProto>,
    names: HashSet<String>,
    /// Small constants, which are there once.
    shared: HashMap<Content, String>,
}

impl File {
    /// A name that nothing has yet: `wish`, or with a number behind it.
    pub(super) fn fresh(&mut self, wish: &str) -> String {
        let mut name = wish.to_string();
        let mut n = 1;
        while !self.names.insert(name.clone()) {
            n += 1;
            name = format!("{wish}.{n}");
        }
        name
    }

    /// Adds a node, and gives the name of its first output.
    pub(super) fn node(
        &mut self,
        op: &str,
        inputs: &[&str],
        attributes: &[Attribute],
        wish: &str,
        outputs: usize,
    ) -> Vec<String> {
        let outputs: Vec<String> = (0..outputs).map(|_| self.fresh(wish)).collect();
        self.nodes.push(pb::NodeProto {
            input: inputs.iter().map(ToString::to_string).collect(),
            output: outputs.clone(),
            name: outputs.first().cloned(),
            op_type: Some(op.into()),
            attribute: attributes.iter().map(attribute).collect(),
            ..pb::NodeProto::default()
        });
        outputs
    }

    /// Gives what the newest nodes made another name; false where no node made it.
    pub(super) fn rename(&mut self, from: &str, to: &str) -> bool {
        let made = self.nodes.iter_mut().rev().find(|node| node.output.iter().any(|name| name == from));
        let Some(node) = made else { return false };
        node.name = Some(to.into());
        node.output.iter_mut().filter(|name| *name == from).for_each(|name| *name = to.into());
        true
    }

    /// Adds a constant under a name that is taken already.
    pub(super) fn constant(&mut self, name: &str, store: Type, shape: &[usize], data: &[u8]) {
        self.constants.push(pb::TensorProto {
            dims: shape.iter().map(|n| *n as i64).collect(),
            data_type: Some(number(store)),
            name: Some(name.into()),
            raw_data: Some(if store == Type::I4 { pairs(data) } else { data.to_vec() }),
            ..pb::TensorProto::default()
        });
    }

    /// A small constant; those of the same numbers are one.
    pub(super) fn shared(&mut self, wish: &str, store: Type, shape: &[usize], data: Vec<u8>) -> String {
        let content = (number(store), shape.iter().map(|n| *n as i64).collect(), data);
        if let Some(name) = self.shared.get(&content) {
            return name.clone();
        }
        let name = self.fresh(wish);
        self.constant(&name, store, shape, &content.2);
        self.shared.insert(content, name.clone());
        name
    }

    /// A list of whole numbers: a shape, axes, indices.
    pub(super) fn list(&mut self, wish: &str, numbers: &[i64]) -> String {
        let data = numbers.iter().flat_map(|n| n.to_le_bytes()).collect();
        self.shared(wish, Type::I64, &[numbers.len()], data)
    }

    /// Scale and zero point, which sums do not have, as inputs of a node, and the axis that they lie along.
    pub(super) fn scale(&mut self, quant: &Quant, of: &str) -> (Vec<String>, Vec<Attribute>) {
        let (shape, attributes) = match quant.grain {
            Grain::Tensor => (vec![], vec![]),
            Grain::Channel(axis) | Grain::Groups { axis, .. } => {
                (vec![quant.scale.len()], vec![Attribute::Int("axis", axis as i64)])
            }
        };
        let scale = quant.scale.iter().flat_map(|scale| scale.to_le_bytes()).collect();
        let width = quant.store.bytes();
        let zero = quant.zero.iter().flat_map(|zero| zero.to_le_bytes().into_iter().take(width)).collect();
        let scale = self.shared(&format!("{of}/scale"), Type::F32, &shape, scale);
        if quant.store == Type::I32 {
            return (vec![scale], attributes);
        }
        let zero = self.shared(&format!("{of}/zero"), quant.store, &shape, zero);
        (vec![scale, zero], attributes)
    }
}

/// ONNX's number of a type.
pub(super) fn number(store: Type) -> i32 {
    let known = match store {
        Type::F32 => DataType::Float,
        Type::F16 => DataType::Float16,
        Type::I8 => DataType::Int8,
        Type::I16 => DataType::Int16,
        Type::I32 => DataType::Int32,
        Type::I64 => DataType::Int64,
        Type::U8 => DataType::Uint8,
        Type::Bool => DataType::Bool,
        Type::I4 => DataType::Int4,
    };
    known.into()
}

/// Two int4 share a byte, the first its lower half.
fn pairs(data: &[u8]) -> Vec<u8> {
    data.chunks(2).map(|pair| pair[0] & 0xf | pair.get(1).map_or(0, |high| high << 4)).collect()
}

fn attribute(attribute: &Attribute) -> pb::AttributeProto {
    let empty = |name: &str, kind: AttributeType| pb::AttributeProto {
        name: Some(name.into()),
        r#type: Some(kind.into()),
        ..pb::AttributeProto::default()
    };
    match attribute {
        Attribute::Int(name, i) => pb::AttributeProto { i: Some(*i), ..empty(name, AttributeType::Int) },
        Attribute::Ints(name, ints) => {
            pb::AttributeProto { ints: ints.clone(), ..empty(name, AttributeType::Ints) }
        }
        Attribute::Float(name, f) => pb::AttributeProto { f: Some(*f), ..empty(name, AttributeType::Float) },
        Attribute::Text(name, text) => {
            pb::AttributeProto { s: Some(text.as_bytes().to_vec()), ..empty(name, AttributeType::String) }
        }
    }
}
