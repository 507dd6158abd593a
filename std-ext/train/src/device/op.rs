//! The operations of a device. Shapes come with the views; what is here is what shapes do not say.

use super::Expr;

/// How elements along an axis become one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reduce {
    /// Their sum.
    Sum,
    /// The greatest.
    Max,
    /// The least.
    Min,
}

/// How a filter or a pool moves over an image: sizes in pixels, height first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Window {
    /// Size of the window.
    pub size: [usize; 2],
    /// From one window to the next.
    pub stride: [usize; 2],
    /// Rows above and below the image, columns to its left and right.
    pub padding: [[usize; 2]; 2],
    /// From one tap of the window to the next.
    pub dilation: [usize; 2],
}

impl Window {
    /// How many windows fit in an image of `size`, in each direction; nothing where not one does.
    pub fn fits(&self, size: [usize; 2]) -> Option<[usize; 2]> {
        let fit = |d: usize| {
            let padded = size[d] + self.padding[d][0] + self.padding[d][1];
            let extent = self.dilation[d].checked_mul(self.size[d].checked_sub(1)?)?.checked_add(1)?;
            Some(padded.checked_sub(extent)? / (self.stride[d] > 0).then_some(self.stride[d])? + 1)
        };
        Some([fit(0)?, fit(1)?])
    }
}

/// What a pool makes of a window.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Pool {
    /// The greatest element; padding is never it.
    Max,
    /// The mean of the window, padding counted as zeros, or not counted.
    Average {
        /// Whether padding is counted.
        padded: bool,
    },
}

/// How an optimizer changes parameters. Gradients are multiplied by `scale` first.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Rule {
    /// Stochastic gradient descent; one state of momentum if there is any.
    Sgd {
        /// Learning rate.
        rate: f32,
        /// How much of the last step is kept.
        momentum: f32,
        /// How much of the gradient momentum does not get.
        dampening: f32,
        /// Nesterov's: a look ahead along the momentum.
        nesterov: bool,
        /// L2 penalty.
        decay: f32,
        /// Whether momentum starts now.
        first: bool,
    },
    /// Adam; states: first and second moment.
    Adam {
        /// Learning rate.
        rate: f32,
        /// Decay of both moments.
        betas: [f32; 2],
        /// Keeps the divisor from zero.
        epsilon: f32,
        /// Penalty on weights.
        decay: f32,
        /// Whether the penalty acts on weights directly (AdamW) and not through the gradient.
        decoupled: bool,
        /// `1 - beta^step` for both, which make up for moments that start at zero.
        corrections: [f32; 2],
    },
    /// RMSprop; states: mean square, momentum.
    RmsProp {
        /// Learning rate.
        rate: f32,
        /// Decay of the mean square.
        alpha: f32,
        /// Keeps the divisor from zero.
        epsilon: f32,
        /// How much of the last step is kept.
        momentum: f32,
        /// L2 penalty.
        decay: f32,
    },
    /// Adagrad; state: sum of squares.
    Adagrad {
        /// Learning rate, after its own decay.
        rate: f32,
        /// Keeps the divisor from zero.
        epsilon: f32,
        /// L2 penalty.
        decay: f32,
    },
}

impl Rule {
    /// How many states it keeps for each parameter.
    pub fn states(&self) -> usize {
        match self {
            Rule::Sgd { momentum, .. } => usize::from(*momentum != 0.0),
            Rule::Adam { .. } => 2,
            Rule::RmsProp { momentum, .. } => 1 + usize::from(*momentum != 0.0),
            Rule::Adagrad { .. } => 1,
        }
    }
}

/// An operation on views. Axes before those named are a batch. All numbers are f32 unless it says otherwise.
#[derive(Clone, Debug, PartialEq)]
pub enum Op {
    /// Elementwise; reads have the shape of the one write.
    Map(Expr),
    /// The same elements in the type of the write, which need not be dense.
    Copy,
    /// `[outer, len, inner]` to `[outer, inner]`. Reads are dense.
    Reduce(Reduce),
    /// Index of the first greatest: `[outer, len, inner]` to `[outer, inner]` of i64. Reads are dense.
    ArgMax,
    /// `[.., m, k]` and `[.., k, n]`, any strides, to `[.., m, n]`; a third read `[n]` is added to each row.
    MatMul,
    /// Image `[n, c, h, w]` and filter `[o, c / groups, kh, kw]` to `[n, o, oh, ow]`; a third read `[o]` is added. Dense.
    Conv {
        /// How the filter moves.
        window: Window,
        /// Input channels are dealt out to so many groups of filters.
        groups: usize,
    },
    /// Gradient `[n, o, oh, ow]` and filter to the gradient of the image. Dense.
    ConvImage {
        /// As in the convolution.
        window: Window,
        /// As in the convolution.
        groups: usize,
    },
    /// Image and gradient to the gradient of the filter. Dense.
    ConvFilter {
        /// As in the convolution.
        window: Window,
        /// As in the convolution.
        groups: usize,
    },
    /// Images `[n, h, w]` to `[n, oh, ow]`; the greatest also writes its place in the window, as u8. Dense.
    Pool {
        /// What becomes of a window.
        pool: Pool,
        /// How it moves.
        window: Window,
    },
    /// Gradient `[n, oh, ow]`, and places of the greatest as u8, to the gradient of the images. Dense.
    PoolImage {
        /// As in the pool.
        pool: Pool,
        /// As in the pool.
        window: Window,
    },
    /// Slices of `[outer, len, inner]` at indices `[k]` (i64), to `[outer, k, inner]`. Dense.
    Take,
    /// Slices `[outer, k, inner]` and their indices `[k]`, added up in `[outer, len, inner]`. Dense.
    TakeAdd,
    /// Elements of `[outer, len, inner]` at indices `[outer, k, inner]` (i64) along the middle axis. Dense.
    Gather,
    /// Elements and indices `[outer, k, inner]`, added up in `[outer, len, inner]`. Dense.
    GatherAdd,
    /// Softmax over the last axis of `[rows, n]`, or its logarithm. Dense.
    Softmax {
        /// The logarithm.
        log: bool,
    },
    /// The softmax (or its logarithm) and the gradient of it to the gradient of x. Dense.
    SoftmaxBack {
        /// As in the softmax.
        log: bool,
    },
    /// Logits `[rows, n]` and classes `[rows]` (i64) to losses `[rows]`, and to their gradients `[rows, n]`. Dense. A
    /// negative class has no loss.
    CrossEntropy {
        /// How much of the target is spread over all classes.
        smoothing: f32,
    },
    /// Self-attention: queries, keys and values `[b, t, 3 * size]`, side by side and each with its heads side by side, to
    /// `[b, t, size]`, and the logarithms of the sums that shares were divided by, `[b, heads, t]`. Shares are the softmax of
    /// products of queries and keys, divided by the root of a head's size. Dense.
    Attention {
        /// How many heads share the size.
        heads: usize,
        /// Rows see only what is not behind them.
        causal: bool,
    },
    /// What [`Op::Attention`] read and wrote, and the gradient of what the heads made, to the gradient of the read. Dense.
    AttentionBack {
        /// As in the attention.
        heads: usize,
        /// As in the attention.
        causal: bool,
    },
    /// `[outer, groups, inner]` to mean 0 and variance 1 within each group; also writes the means and the reciprocals of
    /// the deviations, `[groups]` both. Dense.
    Normalize {
        /// Keeps the divisor from zero.
        epsilon: f32,
    },
    /// What [`Op::Normalize`] made, the reciprocal deviations, and the gradient, to the gradient of x. Dense.
    NormalizeBack,
    /// Parameters and states (written in place) from gradients (read): one read, and one write with its states after
    /// it, for each parameter. Dense.
    Step {
        /// The optimizer.
        rule: Rule,
        /// Factor on all gradients.
        scale: f32,
    },
}

impl Op {
    /// What errors call it.
    pub fn name(&self) -> &'static str {
        match self {
            Op::Map(_) => "map",
            Op::Copy => "copy",
            Op::Reduce(_) => "reduce",
            Op::ArgMax => "argmax",
            Op::MatMul => "matmul",
            Op::Conv { .. } => "conv",
            Op::ConvImage { .. } => "gradient of conv by its image",
            Op::ConvFilter { .. } => "gradient of conv by its filter",
            Op::Pool { .. } => "pool",
            Op::PoolImage { .. } => "gradient of pool",
            Op::Take => "take",
            Op::TakeAdd => "add at indices",
            Op::Gather => "gather",
            Op::GatherAdd => "scatter_add",
            Op::Softmax { .. } => "softmax",
            Op::SoftmaxBack { .. } => "gradient of softmax",
            Op::CrossEntropy { .. } => "cross_entropy",
            Op::Attention { .. } => "attention",
            Op::AttentionBack { .. } => "gradient of attention",
            Op::Normalize { .. } => "normalize",
            Op::NormalizeBack => "gradient of normalize",
            Op::Step { .. } => "step",
        }
    }
}
