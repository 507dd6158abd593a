//! The one graph: what every importer makes, every pass rewrites and lowering reads.
//!
//! Values are real numbers; quantization is how they are represented. A [`Value`] is a tensor, constant when it
//! carries data; a [`Node`] is an operator that reads values and writes values. Nodes stand in an order in which
//! each reads only what an earlier one wrote.

mod constant;
mod op;
mod widen;

use midge_runtime::host::Streaming;
use std::fmt;

pub use op::{Binary, Lstm, Op, Reduce, Resize, Unary};

/// Index of a [`Value`] in [`Graph::values`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ValueId(pub usize);

/// A network: tensors, operators and what the caller sees of them.
#[derive(Clone, Debug, Default)]
pub struct Graph {
    /// The model's name, for people.
    pub name: String,
    /// What the model was read from (`tflite` ...).
    pub source: String,
    /// The program that made it, and its version, where the file says so.
    pub producer: String,
    /// What the file says of it in words, and of its inputs and outputs.
    pub docs: String,
    /// Every tensor.
    pub values: Vec<Value>,
    /// Every operator, in an order that can be executed.
    pub nodes: Vec<Node>,
    /// The values that the caller provides, in the source's order.
    pub inputs: Vec<ValueId>,
    /// The values that the caller reads, in the source's order.
    pub outputs: Vec<ValueId>,
    /// Pairs of values that stand for one in different passes of an unrolled loop. The quantizer gives them one scale, so
    /// that the passes have the same weights, tables and multipliers, and a plan holds these once.
    pub alike: Vec<[ValueId; 2]>,
    /// What a run gets of the window, where the model streams.
    pub stream: Option<Streaming>,
}

/// A tensor.
#[derive(Clone, Debug)]
pub struct Value {
    /// Name in the source file.
    pub name: String,
    /// Row-major shape, outermost first (activations are NHWC); a scalar has none.
    pub shape: Vec<usize>,
    /// How its real numbers are stored.
    pub repr: Repr,
    /// A constant's elements, little-endian, row-major, in the storage type of `repr`.
    pub data: Option<Vec<u8>>,
    /// Whether it persists from run to run: nodes read it and write it in place. It starts as `data`, or as the number
    /// that stands for 0.
    pub state: bool,
    /// Index of the tensor in the source file, where it has one.
    pub origin: Option<usize>,
}

/// How a tensor's real numbers are stored.
#[derive(Clone, Debug, PartialEq)]
pub enum Repr {
    /// The stored number is the value.
    Plain(Type),
    /// An integer stands for `scale * (integer - zero)`.
    Quant(Quant),
}

/// Storage type of one element.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Type {
    /// IEEE single precision.
    F32,
    /// IEEE half precision.
    F16,
    /// Signed integers.
    I8,
    /// Signed 16-bit integer.
    I16,
    /// Signed 32-bit integer.
    I32,
    /// Signed 64-bit integer.
    I64,
    /// Unsigned 8-bit integer.
    U8,
    /// One byte, 0 or 1.
    Bool,
    /// Signed 4-bit integers, one in a byte: as wide as int8 while it is a graph.
    I4,
}

/// Affine quantization: `real = scale * (stored - zero)`.
#[derive(Clone, Debug, PartialEq)]
pub struct Quant {
    /// The integer type that is stored.
    pub store: Type,
    /// One scale for the tensor, or one for each index of the channel axis.
    pub scale: Vec<f32>,
    /// Zero points, as many as scales.
    pub zero: Vec<i32>,
    /// What one scale covers.
    pub grain: Grain,
}

/// What one scale covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grain {
    /// The whole tensor.
    Tensor,
    /// One slice along this axis.
    Channel(usize),
    /// The same; and a factor of its own, from 1 to 15, is in each run of integers of 4 bits of a slice, in the order of
    /// memory: here they are multiplied with it, and kernels hold the two apart.
    Groups {
        /// The axis.
        axis: usize,
        /// Integers of a run; the last of a slice has what is left.
        size: usize,
    },
}

/// An operator.
#[derive(Clone, Debug)]
pub struct Node {
    /// What it computes.
    pub op: Op,
    /// What it reads, in the order that [`Op`] documents.
    pub inputs: Vec<ValueId>,
    /// What it writes.
    pub outputs: Vec<ValueId>,
    /// How an integer result is rounded to the output's scale.
    pub rounding: Rounding,
    /// Index of the operator in the source file.
    pub origin: usize,
}

/// How an integer accumulator becomes an integer of the output's scale.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rounding {
    /// LiteRT's convolutions and elementwise operators: a rounding high multiply, then a rounding shift.
    LitertTwice,
    /// LiteRT's fully connected: one 64-bit product, one rounding shift.
    LitertOnce,
    /// LiteRT's kernels for uint8, where they differ from those for int8.
    LitertUnsigned,
    /// LiteRT's int16 sums, where all scales are powers of two: each operand is shifted to the output's scale, then they
    /// meet.
    LitertShift,
}

/// Extra rows and columns of padding around an image.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Margins {
    /// Rows above.
    pub top: usize,
    /// Rows below.
    pub bottom: usize,
    /// Columns to the left.
    pub left: usize,
    /// Columns to the right.
    pub right: usize,
}

/// How a window moves over an image. Pairs are (height, width).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// Step between two outputs.
    pub stride: [usize; 2],
    /// Step between two taps of the filter; 1 for pooling.
    pub dilation: [usize; 2],
    /// Padding, made explicit by the importer.
    pub margins: Margins,
}

/// An activation fused into an operator: its result is clamped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Activation {
    /// No clamp.
    #[default]
    None,
    /// At least 0.
    Relu,
    /// Between 0 and 6.
    Relu6,
    /// Between -1 and 1.
    ReluN1To1,
}

impl Graph {
    /// The value behind an id.
    pub fn value(&self, id: ValueId) -> &Value {
        &self.values[id.0]
    }

    /// Adds a value.
    pub fn add(&mut self, value: Value) -> ValueId {
        self.values.push(value);
        ValueId(self.values.len() - 1)
    }

    /// The node that reads a value, once, if it is the only one and no caller reads the value.
    pub fn only_reader(&self, id: ValueId) -> Option<usize> {
        let mut readers = self
            .nodes
            .iter()
            .enumerate()
            .flat_map(|(i, node)| node.inputs.iter().filter(move |x| **x == id).map(move |_| i));
        let reader = readers.next()?;
        (readers.next().is_none() && !self.outputs.contains(&id)).then_some(reader)
    }
}

impl Value {
    /// Number of elements.
    pub fn elements(&self) -> usize {
        self.shape.iter().product()
    }

    /// Number of stored bytes.
    pub fn bytes(&self) -> usize {
        self.elements() * self.repr.store().bytes()
    }

    /// What state holds before the first run: where it has no data the number that stands for 0, for int8. LiteRT fills
    /// wider elements with zeros.
    pub fn beginning(&self) -> Vec<u8> {
        let zero = match &self.repr {
            Repr::Quant(quant) if quant.store == Type::I8 => quant.zero.first().map_or(0, |zero| *zero as u8),
            _ => 0,
        };
        self.data.clone().unwrap_or_else(|| vec![zero; self.bytes()])
    }
}

impl Repr {
    /// The type of a stored element.
    pub fn store(&self) -> Type {
        match self {
            Repr::Plain(t) => *t,
            Repr::Quant(q) => q.store,
        }
    }

    /// The quantization, if it has one.
    pub fn quant(&self) -> Option<&Quant> {
        match self {
            Repr::Plain(_) => None,
            Repr::Quant(q) => Some(q),
        }
    }
}

impl Type {
    /// Bytes of one element.
    pub const fn bytes(self) -> usize {
        match self {
            Type::I8 | Type::U8 | Type::Bool | Type::I4 => 1,
            Type::I16 | Type::F16 => 2,
            Type::I32 | Type::F32 => 4,
            Type::I64 => 8,
        }
    }

    /// Whether it is a float.
    pub const fn is_float(self) -> bool {
        matches!(self, Type::F32 | Type::F16)
    }

    /// The name that NumPy uses.
    pub const fn name(self) -> &'static str {
        match self {
            Type::F32 => "float32",
            Type::F16 => "float16",
            Type::I8 => "int8",
            Type::I16 => "int16",
            Type::I32 => "int32",
            Type::I64 => "int64",
            Type::U8 => "uint8",
            Type::Bool => "bool",
            Type::I4 => "int4",
        }
    }
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
