//! The one graph: what every importer makes, every pass rewrites and lowering reads.
//!
//! Values are real numbers; quantization is how they are represented. A [`Value`] is a tensor, constant when it
//! carries data; a [`Node`] is an operator that reads values and writes values. Nodes stand in an order in which
//! each reads only what an earlier one wrote.

use crate::view::View;
use std::fmt;

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
    /// Every tensor.
    pub values: Vec<Value>,
    /// Every operator, in an order that can be executed.
    pub nodes: Vec<Node>,
    /// The values that the caller provides, in the source's order.
    pub inputs: Vec<ValueId>,
    /// The values that the caller reads, in the source's order.
    pub outputs: Vec<ValueId>,
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
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

/// What a node computes. Shapes are NHWC; `x` is the activation. Axes are not negative.
#[derive(Clone, Debug, PartialEq)]
pub enum Op {
    /// Inputs x, filter `[out, h, w, in / groups]`, and optionally a bias `[out]`.
    Conv2d {
        /// How the filter moves.
        window: Window,
        /// Fused clamp.
        activation: Activation,
    },
    /// Inputs x, filter `[1, h, w, in * multiplier]`, and optionally a bias.
    DepthwiseConv2d {
        /// How the filter moves.
        window: Window,
        /// Output channels per input channel.
        multiplier: usize,
        /// Fused clamp.
        activation: Activation,
    },
    /// The transpose of a convolution: inputs x, filter `[out, h, w, in]`, and optionally a bias. The window is that of
    /// the convolution which makes x of the output.
    TransposeConv {
        /// How the filter moves over the output.
        window: Window,
        /// Fused clamp.
        activation: Activation,
    },
    /// Inputs x, seen as `[batch, in]`, filter `[out, in]`, and optionally a bias.
    FullyConnected {
        /// Fused clamp.
        activation: Activation,
    },
    /// Products of the matrices in the last two axes of two inputs, the others broadcast.
    BatchMatMul {
        /// Which of the two inputs are read transposed.
        transposed: [bool; 2],
    },
    /// Mean over a window; padding is not counted.
    AveragePool2d {
        /// Height and width of the window.
        size: [usize; 2],
        /// How it moves.
        window: Window,
        /// Fused clamp.
        activation: Activation,
    },
    /// Maximum over a window.
    MaxPool2d {
        /// Height and width of the window.
        size: [usize; 2],
        /// How it moves.
        window: Window,
        /// Fused clamp.
        activation: Activation,
    },
    /// A function of one element.
    Unary(Unary),
    /// A function of two elements, broadcast.
    Binary {
        /// The function.
        op: Binary,
        /// Fused clamp.
        activation: Activation,
    },
    /// Inputs condition, a, b: elements of a where the condition holds, else of b; all broadcast.
    Select,
    /// The same numbers in another type.
    Cast,
    /// From plain floats to integers, or from one quantization to another.
    Quantize,
    /// From integers, or from half precision, to plain floats.
    Dequantize,
    /// Folds axes, ascending.
    Reduce {
        /// How.
        op: Reduce,
        /// The axes.
        axes: Vec<usize>,
        /// Whether they stay, with size 1.
        keep: bool,
    },
    /// Index of the first extreme element along an axis, which disappears.
    ArgExtreme {
        /// The axis.
        axis: usize,
        /// The greatest, or the least.
        greatest: bool,
    },
    /// Sums of the elements so far along an axis.
    Cumsum {
        /// The axis.
        axis: usize,
        /// Without the element itself.
        exclusive: bool,
        /// From the end.
        reverse: bool,
    },
    /// Outputs the greatest `k` elements of each row in the last axis, and their indices.
    TopK {
        /// How many.
        k: usize,
    },
    /// Softmax over the last axis of `beta * x`.
    Softmax {
        /// Factor on x.
        beta: f32,
    },
    /// Logarithm of the softmax over the last axis.
    LogSoftmax,
    /// Divides by the Euclidean norm of the last axis.
    L2Normalize,
    /// The same elements in another shape.
    Reshape,
    /// Axis i of the output is axis `order[i]` of x.
    Transpose {
        /// A permutation.
        order: Vec<usize>,
    },
    /// Elements `begin + i * stride` along each axis; the output's shape says how many.
    Slice {
        /// First element, for each axis.
        begin: Vec<usize>,
        /// Step between elements, for each axis; negative ones walk back.
        stride: Vec<isize>,
    },
    /// Repeats axes of size 1 up to the output's shape, aligned at the right.
    Broadcast,
    /// Repeats the whole of x along each axis.
    Tile {
        /// For each axis.
        repeats: Vec<usize>,
    },
    /// Elements of x at regular places: what passes make of chains of the operators above.
    View(View),
    /// Inputs x and, where the padding is not 0, its value: constant padding, (before, after) for each axis.
    Pad {
        /// For each axis.
        margins: Vec<[usize; 2]>,
    },
    /// Padding that mirrors x.
    MirrorPad {
        /// (before, after) for each axis.
        margins: Vec<[usize; 2]>,
        /// Whether the border itself is repeated.
        border: bool,
    },
    /// Joins its inputs along an axis.
    Concatenation {
        /// The axis.
        axis: usize,
    },
    /// Inputs x, indices: slices of x along an axis.
    Gather {
        /// The axis.
        axis: usize,
        /// How many leading axes x and indices share.
        batch: usize,
    },
    /// Inputs x, indices: slices of x at positions, the last axis of the indices.
    GatherNd,
    /// Inputs indices, on, off: `on` at the index along a new axis, `off` elsewhere; the output's shape has its depth.
    OneHot {
        /// The new axis.
        axis: usize,
    },
    /// Inputs x, a piece, and where it begins along each axis, as whole numbers: x with the piece in it. The beginning
    /// gives way where the piece would stick out.
    UpdateSlice,
    /// Scales an image to the output's height and width.
    Resize {
        /// How pixels between are made.
        method: Resize,
        /// Whether the corner pixels' centres coincide.
        align_corners: bool,
        /// Whether pixels have their centres at halves.
        half_pixel: bool,
    },
    /// A TFLite LSTM over a sequence. Inputs as TFLite numbers them, absent ones left out; see [`Lstm`].
    Lstm(Lstm),
    /// Inputs x, feature weights, time weights, optionally a bias, and the state.
    Svdf {
        /// Filters per unit.
        rank: usize,
        /// Fused clamp.
        activation: Activation,
    },
    /// Inputs x, and the state value that takes its elements. No outputs.
    Assign,
    /// An operator that the caller of the compiler brings along.
    Custom {
        /// What models call it.
        name: String,
        /// Its attributes, as the model has them.
        options: Vec<u8>,
    },
}

/// A function of one element.
#[derive(Clone, Copy, Debug, PartialEq)]
#[expect(missing_docs, reason = "TFLite's names")]
pub enum Unary {
    Relu,
    Relu6,
    ReluN1To1,
    Relu0To1,
    LeakyRelu { alpha: f32 },
    Elu,
    HardSwish,
    Gelu { approximate: bool },
    Logistic,
    Tanh,
    Abs,
    Neg,
    Sqrt,
    Rsqrt,
    Square,
    Exp,
    Log,
    Sin,
    Cos,
    Floor,
    Ceil,
    Round,
    Sign,
    LogicalNot,
}

/// A function of two elements. Comparisons and logic make truth values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "TFLite's names")]
pub enum Binary {
    Add,
    Sub,
    Mul,
    Div,
    Maximum,
    Minimum,
    SquaredDifference,
    Pow,
    FloorDiv,
    FloorMod,
    Prelu,
    Equal,
    NotEqual,
    Greater,
    GreaterEqual,
    Less,
    LessEqual,
    LogicalAnd,
    LogicalOr,
}

/// How axes are folded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "TFLite's names")]
pub enum Reduce {
    Mean,
    Sum,
    Max,
    Min,
    Prod,
    Any,
    All,
}

/// How pixels between pixels are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resize {
    /// The nearest one.
    Nearest,
    /// The weighted mean of four.
    Bilinear,
}

/// Attributes of [`Op::Lstm`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Lstm {
    /// Which of TFLite's inputs the node has: bit n for input n.
    pub present: u32,
    /// Whether time, not the batch, is the outermost axis.
    pub time_major: bool,
    /// Clamp of the cell state; 0 for none.
    pub cell_clip: f32,
    /// Clamp of the projection; 0 for none.
    pub projection_clip: f32,
    /// Scales of the gates before they are normalized, in TFLite's order; 0 where the file has none.
    pub gates: [f32; 4],
    /// Scale and zero point of the cells' outputs, which a projection reads.
    pub hidden: Option<(f32, i32)>,
}

impl Lstm {
    /// Position among the node's inputs of TFLite's input `number`.
    pub fn position(&self, number: u32) -> Option<usize> {
        let bit = 1u32.checked_shl(number)?;
        (self.present & bit != 0).then(|| (self.present & (bit - 1)).count_ones() as usize)
    }
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

impl Op {
    /// The operator's name, as TFLite spells it.
    pub const fn name(&self) -> &'static str {
        match self {
            Op::Conv2d { .. } => "CONV_2D",
            Op::DepthwiseConv2d { .. } => "DEPTHWISE_CONV_2D",
            Op::TransposeConv { .. } => "TRANSPOSE_CONV",
            Op::FullyConnected { .. } => "FULLY_CONNECTED",
            Op::BatchMatMul { .. } => "BATCH_MATMUL",
            Op::AveragePool2d { .. } => "AVERAGE_POOL_2D",
            Op::MaxPool2d { .. } => "MAX_POOL_2D",
            Op::Unary(op) => op.name(),
            Op::Binary { op, .. } => op.name(),
            Op::Select => "SELECT_V2",
            Op::Cast => "CAST",
            Op::Quantize => "QUANTIZE",
            Op::Dequantize => "DEQUANTIZE",
            Op::Reduce { op, .. } => op.name(),
            Op::ArgExtreme { greatest: true, .. } => "ARG_MAX",
            Op::ArgExtreme { greatest: false, .. } => "ARG_MIN",
            Op::Cumsum { .. } => "CUMSUM",
            Op::TopK { .. } => "TOPK_V2",
            Op::Softmax { .. } => "SOFTMAX",
            Op::LogSoftmax => "LOG_SOFTMAX",
            Op::L2Normalize => "L2_NORMALIZATION",
            Op::Reshape => "RESHAPE",
            Op::Transpose { .. } => "TRANSPOSE",
            Op::Slice { .. } => "STRIDED_SLICE",
            Op::Broadcast => "BROADCAST_TO",
            Op::Tile { .. } => "TILE",
            Op::View(_) => "COPY",
            Op::Pad { .. } => "PAD",
            Op::MirrorPad { .. } => "MIRROR_PAD",
            Op::Concatenation { .. } => "CONCATENATION",
            Op::Gather { .. } => "GATHER",
            Op::GatherNd => "GATHER_ND",
            Op::OneHot { .. } => "ONE_HOT",
            Op::UpdateSlice => "DYNAMIC_UPDATE_SLICE",
            Op::Resize { method: Resize::Nearest, .. } => "RESIZE_NEAREST_NEIGHBOR",
            Op::Resize { method: Resize::Bilinear, .. } => "RESIZE_BILINEAR",
            Op::Lstm(_) => "UNIDIRECTIONAL_SEQUENCE_LSTM",
            Op::Svdf { .. } => "SVDF",
            Op::Assign => "ASSIGN_VARIABLE",
            Op::Custom { .. } => "CUSTOM",
        }
    }
}

impl Unary {
    /// The operator's name, as TFLite spells it.
    pub const fn name(self) -> &'static str {
        match self {
            Unary::Relu => "RELU",
            Unary::Relu6 => "RELU6",
            Unary::ReluN1To1 => "RELU_N1_TO_1",
            Unary::Relu0To1 => "RELU_0_TO_1",
            Unary::LeakyRelu { .. } => "LEAKY_RELU",
            Unary::Elu => "ELU",
            Unary::HardSwish => "HARD_SWISH",
            Unary::Gelu { .. } => "GELU",
            Unary::Logistic => "LOGISTIC",
            Unary::Tanh => "TANH",
            Unary::Abs => "ABS",
            Unary::Neg => "NEG",
            Unary::Sqrt => "SQRT",
            Unary::Rsqrt => "RSQRT",
            Unary::Square => "SQUARE",
            Unary::Exp => "EXP",
            Unary::Log => "LOG",
            Unary::Sin => "SIN",
            Unary::Cos => "COS",
            Unary::Floor => "FLOOR",
            Unary::Ceil => "CEIL",
            Unary::Round => "ROUND",
            Unary::Sign => "SIGN",
            Unary::LogicalNot => "LOGICAL_NOT",
        }
    }
}

impl Binary {
    /// The operator's name, as TFLite spells it.
    pub const fn name(self) -> &'static str {
        match self {
            Binary::Add => "ADD",
            Binary::Sub => "SUB",
            Binary::Mul => "MUL",
            Binary::Div => "DIV",
            Binary::Maximum => "MAXIMUM",
            Binary::Minimum => "MINIMUM",
            Binary::SquaredDifference => "SQUARED_DIFFERENCE",
            Binary::Pow => "POW",
            Binary::FloorDiv => "FLOOR_DIV",
            Binary::FloorMod => "FLOOR_MOD",
            Binary::Prelu => "PRELU",
            Binary::Equal => "EQUAL",
            Binary::NotEqual => "NOT_EQUAL",
            Binary::Greater => "GREATER",
            Binary::GreaterEqual => "GREATER_EQUAL",
            Binary::Less => "LESS",
            Binary::LessEqual => "LESS_EQUAL",
            Binary::LogicalAnd => "LOGICAL_AND",
            Binary::LogicalOr => "LOGICAL_OR",
        }
    }
}

impl Reduce {
    /// The operator's name, as TFLite spells it.
    pub const fn name(self) -> &'static str {
        match self {
            Reduce::Mean => "MEAN",
            Reduce::Sum => "SUM",
            Reduce::Max => "REDUCE_MAX",
            Reduce::Min => "REDUCE_MIN",
            Reduce::Prod => "REDUCE_PROD",
            Reduce::Any => "REDUCE_ANY",
            Reduce::All => "REDUCE_ALL",
        }
    }
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
