//! Operators and their attributes, and the names that TFLite has for them.

use super::{Activation, Window};
use crate::view::View;

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
    /// Inputs x, weights and biases of the shape of its last axes: x along these, less its mean where it is `centred`, over
    /// the root of `epsilon` and the mean of the squares, times the weights, plus the biases.
    LayerNorm {
        /// What keeps rows of zeros from a division by 0.
        epsilon: f32,
        /// Whether the mean is taken off.
        centred: bool,
    },
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
    LeakyRelu {
        alpha: f32,
    },
    Elu,
    HardSwish,
    /// x times its logistic function, which TFLite writes as two operators.
    Swish,
    Gelu {
        approximate: bool,
    },
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

impl Op {
    /// Axis of a weighted layer's filter along which its output channels lie; none for other operators.
    pub const fn channel_axis(&self) -> Option<usize> {
        match self {
            Op::Conv2d { .. } | Op::TransposeConv { .. } | Op::FullyConnected { .. } => Some(0),
            Op::DepthwiseConv2d { .. } => Some(3),
            _ => None,
        }
    }

    /// The fused clamp; none for an operator that cannot have one.
    pub fn activation(&self) -> Option<Activation> {
        self.clone().activation_mut().copied()
    }

    /// The fused clamp, to be changed.
    pub fn activation_mut(&mut self) -> Option<&mut Activation> {
        match self {
            Op::Conv2d { activation, .. }
            | Op::DepthwiseConv2d { activation, .. }
            | Op::TransposeConv { activation, .. }
            | Op::FullyConnected { activation }
            | Op::AveragePool2d { activation, .. }
            | Op::MaxPool2d { activation, .. }
            | Op::Binary { op: Binary::Add | Binary::Sub | Binary::Mul | Binary::Div, activation } => {
                Some(activation)
            }
            _ => None,
        }
    }

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
            Op::LayerNorm { .. } => "LAYER_NORM",
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
            Unary::Swish => "SWISH",
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
