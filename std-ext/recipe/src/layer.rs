//! Layers as a recipe lists them, and the network that they are.

use midge_train::nn::{
    AdaptiveAvgPool1d, AdaptiveAvgPool2d, AdaptiveMaxPool2d, AvgPool1d, AvgPool2d, BatchNorm, Cell, Conv1d,
    Conv2d, Dropout, Elu, Embedding, Flatten, Gelu, GroupNorm, LayerNorm, LeakyRelu, Linear, LogSoftmax,
    MaxPool1d, MaxPool2d, Module, MultiHeadAttention, Padding, Part, PositionalEncoding, Recurrent, Relu,
    Sigmoid, Softmax, Swish, Tanh, TransformerBlock,
};
use midge_train::{Rng, Shape, Tensor, no_grad};
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};

/// A layer. What it reads, it sees from what comes before it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Layer {
    /// A convolution of images `[channels, height, width]`.
    Conv(Conv),
    /// A convolution with a filter for each channel.
    Depthwise(Depthwise),
    /// A convolution of signals `[channels, samples]`.
    Conv1d(Signal),
    /// So many outputs of all inputs, with a bias.
    Linear(usize),
    /// Normalizes channels over the batch.
    BatchNorm,
    /// Normalizes the last axis.
    LayerNorm,
    /// Normalizes so many groups of channels.
    GroupNorm(usize),
    /// The greatest of each window.
    MaxPool(Size),
    /// The mean of each window.
    AvgPool(Size),
    /// Means so that this size comes out.
    AdaptiveAvgPool(Size),
    /// The greatest of windows so that this size comes out.
    AdaptiveMaxPool(Size),
    /// The greatest of each window of a signal.
    MaxPool1d(usize),
    /// The mean of each window of a signal.
    AvgPool1d(usize),
    /// Means so that a signal of this length comes out.
    AdaptiveAvgPool1d(usize),
    /// All axes as one.
    Flatten,
    /// Other axes for the same numbers.
    Reshape(Vec<usize>),
    /// Drops elements with this probability in training.
    Dropout(f32),
    /// `max(x, 0)`.
    Relu,
    /// This times `x` below 0.
    LeakyRelu(f32),
    /// This times `exp(x) - 1` below 0.
    Elu(f32),
    /// `x` times the normal distribution's share below it.
    Gelu,
    /// `x` times its logistic function.
    Swish,
    /// The logistic function.
    Sigmoid,
    /// The hyperbolic tangent.
    Tanh,
    /// Softmax over the last axis.
    Softmax,
    /// Its logarithm.
    LogSoftmax,
    /// A vector of this size for each character or index.
    Embedding(Table),
    /// Adds waves that say where in a sequence vectors stand.
    Positions,
    /// A plain recurrent layer with a state of this size.
    Rnn(usize),
    /// A gated recurrent layer.
    Gru(usize),
    /// Long short-term memory.
    Lstm(usize),
    /// The last place of a sequence.
    Last,
    /// Self-attention.
    Attention(Attention),
    /// A block of a transformer.
    Transformer(Transformer),
    /// Layers whose output is added to their input.
    Residual(Vec<Layer>),
}

/// Two sizes, down and across; one number is both.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged, expecting = "a number, or two as [down, across]")]
pub enum Size {
    /// Both the same.
    One(usize),
    /// Down, across.
    Two([usize; 2]),
}

impl Default for Size {
    fn default() -> Size {
        Size::One(1)
    }
}

impl Size {
    fn both(self) -> [usize; 2] {
        match self {
            Size::One(size) => [size; 2],
            Size::Two(both) => both,
        }
    }
}

/// What surrounds an image.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged, expecting = "\"valid\", \"same\", a number of zeros, or two as [down, across]")]
pub enum Border {
    /// By its name.
    Named(Name),
    /// So many zeros on each side.
    Zeros(Size),
}

/// Borders with a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Name {
    /// Nothing.
    Valid,
    /// As many zeros as strides need.
    Same,
}

impl Default for Border {
    fn default() -> Border {
        Border::Named(Name::Valid)
    }
}

impl Border {
    fn padding(self) -> Padding {
        match self {
            Border::Named(Name::Valid) => Padding::Valid,
            Border::Named(Name::Same) => Padding::Same,
            Border::Zeros(size) => Padding::Zeros(size.both()),
        }
    }
}

/// A convolution of images.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Conv {
    channels: usize,
    size: Size,
    #[serde(default)]
    stride: Size,
    #[serde(default)]
    padding: Border,
    #[serde(default)]
    dilation: Size,
    #[serde(default = "one")]
    groups: usize,
    #[serde(default = "yes")]
    bias: bool,
}

/// A convolution with a filter for each channel.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Depthwise {
    size: Size,
    #[serde(default)]
    stride: Size,
    #[serde(default)]
    padding: Border,
    #[serde(default)]
    dilation: Size,
    #[serde(default = "yes")]
    bias: bool,
}

/// A convolution of signals.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signal {
    channels: usize,
    size: usize,
    #[serde(default = "one")]
    stride: usize,
    #[serde(default)]
    padding: Border,
    #[serde(default = "one")]
    dilation: usize,
}

/// Vectors for indices.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Table {
    size: usize,
    /// How many there are; those of the vocabulary, unless it is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    count: Option<usize>,
}

/// Self-attention.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attention {
    heads: usize,
    #[serde(default)]
    causal: bool,
}

/// A block of a transformer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Transformer {
    heads: usize,
    hidden: usize,
    #[serde(default)]
    causal: bool,
    #[serde(default)]
    dropout: f32,
}

const fn one() -> usize {
    1
}

const fn yes() -> bool {
    true
}

impl Layer {
    /// Its name in a recipe.
    fn name(&self) -> String {
        match serde_json::to_value(self) {
            Ok(serde_json::Value::String(name)) => name,
            Ok(serde_json::Value::Object(fields)) => fields.keys().next().cloned().unwrap_or_default(),
            _ => String::new(),
        }
    }

    /// The layer for an input of this shape, the batch among its axes.
    fn build(
        &self,
        shape: &Shape,
        vocabulary: usize,
        rng: &mut Rng,
    ) -> std::result::Result<Box<dyn Module>, String> {
        let told = |error: midge_train::Error| error.to_string();
        let image = || match shape[..] {
            [_, channels, _, _] => Ok(channels),
            _ => Err(format!("reads [channels, height, width], and {} comes", behind(shape))),
        };
        let last = shape[..].last().copied().filter(|_| shape.len() > 1).unwrap_or(1);
        let cell = |cell, size, rng: &mut Rng| Recurrent::new(cell, last, size, rng).map_err(told);
        Ok(match *self {
            Layer::Conv(Conv { channels, size, stride, padding, dilation, groups, bias }) => {
                let conv = Conv2d::grouped(image()?, channels, size.both(), groups, rng).map_err(told)?;
                let conv = conv.stride(stride.both()).padding(padding.padding()).dilation(dilation.both());
                Box::new(if bias { conv } else { conv.no_bias() })
            }
            Layer::Depthwise(Depthwise { size, stride, padding, dilation, bias }) => {
                let conv = Conv2d::depthwise(image()?, size.both(), rng).map_err(told)?;
                let conv = conv.stride(stride.both()).padding(padding.padding()).dilation(dilation.both());
                Box::new(if bias { conv } else { conv.no_bias() })
            }
            Layer::Conv1d(Signal { channels, size, stride, padding, dilation }) => {
                let [_, inputs, _] = shape[..] else {
                    return Err(format!("reads [channels, samples], and {} comes", behind(shape)));
                };
                let conv = Conv1d::new(inputs, channels, size, rng).map_err(told)?;
                Box::new(conv.stride(stride).padding(padding.padding()).dilation(dilation))
            }
            Layer::Linear(outputs) => Box::new(Linear::new(last, outputs, rng).map_err(told)?),
            Layer::BatchNorm => Box::new(BatchNorm::new(channels(shape)?).map_err(told)?),
            Layer::LayerNorm => Box::new(LayerNorm::new(last).map_err(told)?),
            Layer::GroupNorm(groups) => Box::new(GroupNorm::new(groups, channels(shape)?).map_err(told)?),
            Layer::MaxPool(size) => Box::new(MaxPool2d::new(size.both())),
            Layer::AvgPool(size) => Box::new(AvgPool2d::new(size.both())),
            Layer::AdaptiveAvgPool(size) => Box::new(AdaptiveAvgPool2d(size.both())),
            Layer::AdaptiveMaxPool(size) => Box::new(AdaptiveMaxPool2d(size.both())),
            Layer::MaxPool1d(size) => Box::new(MaxPool1d::new(size)),
            Layer::AvgPool1d(size) => Box::new(AvgPool1d::new(size)),
            Layer::AdaptiveAvgPool1d(size) => Box::new(AdaptiveAvgPool1d(size)),
            Layer::Flatten => Box::new(Flatten),
            Layer::Reshape(ref to) => Box::new(Reshape(to.clone())),
            Layer::Dropout(probability) => Box::new(Dropout::new(probability, rng).map_err(told)?),
            Layer::Relu => Box::new(Relu),
            Layer::LeakyRelu(slope) => Box::new(LeakyRelu(slope)),
            Layer::Elu(slope) => Box::new(Elu(slope)),
            Layer::Gelu => Box::new(Gelu),
            Layer::Swish => Box::new(Swish),
            Layer::Sigmoid => Box::new(Sigmoid),
            Layer::Tanh => Box::new(Tanh),
            Layer::Softmax => Box::new(Softmax),
            Layer::LogSoftmax => Box::new(LogSoftmax),
            Layer::Embedding(Table { size, count }) => {
                let count = count.unwrap_or(vocabulary);
                if count == 0 {
                    return Err("the data have no vocabulary; say how many there are as count".into());
                }
                Box::new(Embedding::new(count, size, rng).map_err(told)?)
            }
            Layer::Positions => match shape[..] {
                [_, length, size] => Box::new(PositionalEncoding::new(length, size).map_err(told)?),
                _ => return Err(format!("reads [length, size], and {} comes", behind(shape))),
            },
            Layer::Rnn(size) => Box::new(cell(Cell::Rnn, size, rng)?),
            Layer::Gru(size) => Box::new(cell(Cell::Gru, size, rng)?),
            Layer::Lstm(size) => Box::new(cell(Cell::Lstm, size, rng)?),
            Layer::Last => Box::new(Last),
            Layer::Attention(Attention { heads, causal }) => {
                Box::new(MultiHeadAttention::new(last, heads, causal, rng).map_err(told)?)
            }
            Layer::Transformer(Transformer { heads, hidden, causal, dropout }) => {
                Box::new(TransformerBlock::new(last, heads, hidden, causal, dropout, rng).map_err(told)?)
            }
            Layer::Residual(ref layers) => {
                let (inner, made) =
                    Layers::stack(layers, shape, vocabulary, rng).map_err(|error| error.to_string())?;
                if made != *shape {
                    return Err(format!("{} goes in and {} comes out", behind(shape), behind(&made)));
                }
                Box::new(Residual { inner })
            }
        })
    }
}

fn channels(shape: &Shape) -> std::result::Result<usize, String> {
    shape.get(1).copied().ok_or_else(|| "reads channels, and a plain number comes".into())
}

/// A shape without the batch.
fn behind(shape: &Shape) -> Shape {
    shape[1..].iter().copied().collect()
}

/// Other axes behind the batch.
struct Reshape(Vec<usize>);

impl Module for Reshape {
    fn forward(&self, x: &Tensor) -> midge_train::Result<Tensor> {
        let batch = x.shape().first().copied().unwrap_or(1);
        x.reshape(std::iter::once(batch).chain(self.0.iter().copied()).collect::<Shape>())
    }

    fn visit<'a>(&'a self, _: &mut dyn FnMut(&str, Part<'a>)) {}
}

/// The last place of a sequence `[batch, length, size]`.
struct Last;

impl Module for Last {
    fn forward(&self, x: &Tensor) -> midge_train::Result<Tensor> {
        x.at(1, x.shape().get(1).copied().unwrap_or(0).saturating_sub(1))
    }

    fn visit<'a>(&'a self, _: &mut dyn FnMut(&str, Part<'a>)) {}
}

/// Layers with a way round them.
struct Residual {
    inner: Layers,
}

impl Module for Residual {
    fn forward(&self, x: &Tensor) -> midge_train::Result<Tensor> {
        x.add(&self.inner.forward(x)?)
    }

    fn visit<'a>(&'a self, visitor: &mut dyn FnMut(&str, Part<'a>)) {
        self.inner.visit(visitor);
    }
}

/// Layers one behind the other, named by what they are and numbered from 1: `conv1`, `conv2`, `linear1`.
pub struct Layers(Vec<(String, Box<dyn Module>)>);

impl Layers {
    /// The network of a recipe's layers, for samples like `input` (a batch of one), and the shape of what comes out.
    ///
    /// # Errors
    /// A layer does not suit what comes before it.
    pub fn build(
        layers: &[Layer],
        input: &Tensor,
        vocabulary: usize,
        rng: &mut Rng,
    ) -> Result<(Layers, Shape)> {
        let mut net = Layers(Vec::new());
        let made = no_grad(|| net.extend(layers, input.clone(), vocabulary, rng))?;
        net.set_training(true);
        Ok((net, made))
    }

    /// [`Layers::build`] for floats of a shape.
    fn stack(layers: &[Layer], shape: &Shape, vocabulary: usize, rng: &mut Rng) -> Result<(Layers, Shape)> {
        Layers::build(layers, &Tensor::zeros(shape)?, vocabulary, rng)
    }

    /// Builds each layer for what the one before it makes, which is seen by doing it.
    fn extend(&mut self, layers: &[Layer], mut x: Tensor, vocabulary: usize, rng: &mut Rng) -> Result<Shape> {
        for (at, layer) in layers.iter().enumerate() {
            let kind = layer.name();
            let number = 1 + layers[..at].iter().filter(|other| other.name() == kind).count();
            let name = format!("{kind}{number}");
            let wrong = |what: String| Error::Layer { number: at + 1, name: kind.clone(), what };
            let built = layer.build(x.shape(), vocabulary, rng).map_err(wrong)?;
            built.set_training(false);
            x = built.forward(&x).map_err(|error| wrong(error.to_string()))?;
            self.0.push((name, built));
        }
        Ok(x.shape().clone())
    }

    /// Training on, but not for layers all of whose parameters `frozen` names: these stay as they are.
    pub(crate) fn start_training(&self, frozen: impl Fn(&str) -> bool) {
        for (name, layer) in &self.0 {
            let all = layer.named_parameters();
            let stays = !all.is_empty() && all.iter().all(|(own, _)| frozen(&format!("{name}.{own}")));
            layer.set_training(!stays);
        }
    }
}

impl Module for Layers {
    fn forward(&self, x: &Tensor) -> midge_train::Result<Tensor> {
        self.0.iter().try_fold(x.clone(), |x, (_, layer)| layer.forward(&x))
    }

    fn visit<'a>(&'a self, visitor: &mut dyn FnMut(&str, Part<'a>)) {
        for (name, layer) in &self.0 {
            visitor(name, Part::Module(&**layer));
        }
    }
}
