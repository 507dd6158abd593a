//! The file that is written: nodes, constants, and names that are there once.

use std::collections::{HashMap, HashSet};

use prost::Message as _;
use semver::Version;

use crate::graph::{Grain, Quant, Type};
use crate::import::schema as pb;
use pb::attribute_proto::AttributeType;
use pb::tensor_proto::DataType;
use pb::tensor_shape_proto::{Dimension, dimension};
use pb::type_proto;

/// The set of operators that files are written in. Runtimes know it longer than the next one, and ONNX Runtime's own
/// optimizer fails on int8 in later ones where a processor has no products of signed bytes.
const OPSET: i64 = 20;
/// The version of the format that has it.
const IR: i64 = 10;

/// What a node is told, beside what it reads: the attribute's name, and its value.
#[derive(Clone, Debug)]
pub enum Attribute {
    /// A whole number.
    Int(&'static str, i64),
    /// Whole numbers.
    Ints(&'static str, Vec<i64>),
    /// A real number.
    Float(&'static str, f32),
    /// A word.
    Text(&'static str, &'static str),
}

/// A tensor that who runs the model gives or gets.
#[derive(Clone, Debug)]
pub struct Port {
    /// Its name.
    pub name: String,
    /// Its numbers.
    pub store: Type,
    /// Its sizes.
    pub shape: Vec<usize>,
}

/// What a file says about its model.
#[derive(Clone, Debug, Default)]
pub struct Words {
    /// The model's name.
    pub name: String,
    /// What there is to say of it.
    pub docs: String,
    /// Its own version.
    pub version: Option<Version>,
}

/// A constant without a name of its own.
type Content = (i32, Vec<i64>, Vec<u8>);

/// An ONNX file that is being written: nodes and constants so far.
#[derive(Debug, Default)]
pub struct File {
    pub(super) nodes: Vec<pb::NodeProto>,
    pub(super) constants: Vec<pb::TensorProto>,
    opset: i64,
    names: HashSet<String>,
    /// Small constants, which are there once.
    shared: HashMap<Content, String>,
}

impl File {
    /// A name that nothing has yet: `wish`, or with a number behind it.
    pub fn fresh(&mut self, wish: &str) -> String {
        let mut name = wish.to_string();
        let mut n = 1;
        while !self.names.insert(name.clone()) {
            n += 1;
            name = format!("{wish}.{n}");
        }
        name
    }

    /// Adds a node, and gives the name of its first output.
    pub fn node(
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
    pub fn rename(&mut self, from: &str, to: &str) -> bool {
        let made = self.nodes.iter_mut().rev().find(|node| node.output.iter().any(|name| name == from));
        let Some(node) = made else { return false };
        node.name = Some(to.into());
        node.output.iter_mut().filter(|name| *name == from).for_each(|name| *name = to.into());
        true
    }

    /// Turns the node that made something into one of another operator that reads the same.
    pub fn retype(&mut self, output: &str, op: &str) {
        let made = self.nodes.iter_mut().rev().find(|node| node.output.iter().any(|name| name == output));
        if let Some(node) = made {
            node.op_type = Some(op.into());
        }
    }

    /// Says that a node is of this set of operators, and of none before.
    pub fn need(&mut self, opset: i64) {
        self.opset = self.opset.max(opset);
    }

    /// Adds a constant under a name that is taken already; elements are little-endian.
    pub fn constant(&mut self, name: &str, store: Type, shape: &[usize], data: &[u8]) {
        self.constants.push(pb::TensorProto {
            dims: shape.iter().map(|n| *n as i64).collect(),
            data_type: Some(number(store)),
            name: Some(name.into()),
            raw_data: Some(if store == Type::I4 { pairs(data) } else { data.to_vec() }),
            ..pb::TensorProto::default()
        });
    }

    /// A small constant; those of the same numbers are one.
    pub fn shared(&mut self, wish: &str, store: Type, shape: &[usize], data: Vec<u8>) -> String {
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
    pub fn list(&mut self, wish: &str, numbers: &[i64]) -> String {
        let data = numbers.iter().flat_map(|n| n.to_le_bytes()).collect();
        self.shared(wish, Type::I64, &[numbers.len()], data)
    }

    /// The file's bytes.
    pub fn encode(self, words: &Words, inputs: &[Port], outputs: &[Port]) -> Vec<u8> {
        let entry = |key: &str, value: String| pb::StringStringEntryProto {
            key: Some(key.into()),
            value: Some(value),
        };
        let graph = pb::GraphProto {
            name: Some(words.name.clone()),
            doc_string: Some(words.docs.clone()).filter(|docs| !docs.is_empty()),
            input: inputs.iter().map(port).collect(),
            output: outputs.iter().map(port).collect(),
            node: self.nodes,
            initializer: self.constants,
            ..pb::GraphProto::default()
        };
        let opset = self.opset.max(OPSET);
        let model = pb::ModelProto {
            ir_version: Some(IR),
            opset_import: vec![pb::OperatorSetIdProto { domain: None, version: Some(opset) }],
            producer_name: Some("midge".into()),
            producer_version: Some(env!("CARGO_PKG_VERSION").into()),
            metadata_props: words.version.iter().map(|v| entry("version", v.to_string())).collect(),
            graph: Some(graph),
            ..pb::ModelProto::default()
        };
        model.encode_to_vec()
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

fn port(port: &Port) -> pb::ValueInfoProto {
    let dim =
        |n: &usize| Dimension { value: Some(dimension::Value::DimValue(*n as i64)), ..Dimension::default() };
    let shape = pb::TensorShapeProto { dim: port.shape.iter().map(dim).collect() };
    let tensor = type_proto::Tensor { elem_type: Some(number(port.store)), shape: Some(shape) };
    let kind =
        pb::TypeProto { value: Some(type_proto::Value::TensorType(tensor)), ..pb::TypeProto::default() };
    pb::ValueInfoProto { name: Some(port.name.clone()), r#type: Some(kind), ..pb::ValueInfoProto::default() }
}

/// ONNX's number of a type.
pub fn number(store: Type) -> i32 {
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
