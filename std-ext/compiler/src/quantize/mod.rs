//! From a float model and data to an integer model: the quantizer.
//!
//! A [`Quantizer`] holds the float graph and its plan. [`Quantizer::observe`] runs rows through the plan and notes the
//! range of every value; [`Quantizer::quantize`] chooses scales, under the constraints that operators put on them, and
//! rewrites the graph. The result goes the way of every other graph from there on. What has no integer kernel stays
//! float, between a DEQUANTIZE and a QUANTIZE, and is listed.

mod choose;
mod constrain;
mod equalize;
pub(crate) mod given;
mod goal;
mod halves;
mod histogram;
mod mixed;
mod observe;
mod operators;
mod page;
mod patches;
mod plain;
mod report;
mod rewrite;
mod scheme;
mod weights;

pub use choose::Range;
pub use goal::Least;
pub use mixed::{Goal, Mixed, Point};
pub use observe::Observed;
pub use page::page;
pub use plain::float;
pub use report::{Layer, Report, Scores, Spread};
pub use scheme::Scheme;

use crate::custom::Custom;
use crate::graph::{Graph, Node, Quant, Type};
use crate::import::Refusal;
use crate::named::named;
use crate::{ConvertError, Options, Target, compile, lower, passes};
use midge_runtime::file::{File, FileError};
use midge_runtime::session::RunError;

/// How a model is quantized.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Settings {
    /// What weights are stored as: int8 or int4; with activations in float32, float16 or as they are.
    pub weights: Type,
    /// What activations are stored as: int8 or int16; or floats, which are computed with in single precision. Weights of
    /// float16 activations are float16 too.
    pub activations: Type,
    /// What has a scale of its own.
    pub granularity: Granularity,
    /// How much of what was observed a range covers.
    pub range: Range,
    /// What is done about the errors of rounded weights.
    pub correct: Correct,
}

/// What of a layer's weights has a scale of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Granularity {
    /// The whole filter.
    Tensor,
    /// Each output channel.
    Channel,
    /// That, and a small factor for each so many weights of int4 in convolutions and fully connected layers.
    Group(u16),
}

/// What is done about the errors of rounded weights.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Correct {
    /// Nothing.
    None,
    /// What they do to the mean of each channel goes into its bias.
    Bias,
    /// That, and weights are rounded so that their errors cancel on the data.
    #[default]
    Rounding,
}

named!(Correct, "correction", [None "none", Bias "bias", Rounding "rounding"]);

impl Default for Settings {
    fn default() -> Self {
        Settings {
            weights: Type::I8,
            activations: Type::I8,
            granularity: Granularity::Channel,
            range: Range::default(),
            correct: Correct::default(),
        }
    }
}

/// Why a model was not quantized.
#[derive(Debug, thiserror::Error)]
pub enum QuantizeError {
    /// It holds integers already.
    #[error(
        "the model is quantized already: {0} is not float; convert it, or give the float model it was made from"
    )]
    Quantized(String),
    /// Nothing in it is computed in floats.
    #[error("no operator of the model works on floats; there is nothing to quantize")]
    Nothing,
    /// A weight that is no number.
    #[error("the weights are damaged: {0} holds NaN")]
    Weights(String),
    /// Data that are no numbers.
    #[error("input {name:?}: row {row} of the data holds NaN or infinity")]
    Data {
        /// The input.
        name: String,
        /// The row.
        row: usize,
    },
    /// A value that the data drive out of bounds.
    #[error("{name} becomes NaN or infinite for row {row} of the data")]
    Diverged {
        /// The value.
        name: String,
        /// The row.
        row: usize,
    },
    /// Instructions are asked for of a target that has no estimates.
    #[error("instructions are not estimated for {0}; choose a core: {cores}", cores = lower::estimated())]
    Unestimated(Target),
    /// The float model does not become a plan.
    #[error(transparent)]
    Convert(#[from] ConvertError),
    /// The float model's plan does not load.
    #[error(transparent)]
    File(#[from] FileError),
    /// The float model does not run.
    #[error(transparent)]
    Run(#[from] RunError),
}

/// What an operator computes in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Precision {
    /// Activations: int8 or int16.
    store: Type,
    /// Weights: int8 or int4.
    weights: Type,
}

/// A float model, ready to be observed.
#[derive(Debug)]
pub struct Quantizer {
    graph: Graph,
    file: File,
    /// What passes changed.
    passes: Vec<(&'static str, usize)>,
}

/// An integer model.
#[derive(Clone, Debug)]
pub struct Quantized {
    /// The model; [`compile`] makes a plan of it.
    pub graph: Graph,
    /// Operators that stay float, and why.
    pub floats: Vec<Refusal>,
    /// The scales that were chosen.
    scales: Vec<(constrain::Key, Quant)>,
}

impl Quantizer {
    /// Takes a model as it was imported. Integer weights of float layers become floats.
    ///
    /// # Errors
    /// Models that are not float, weights that are no numbers, and what does not become a plan.
    pub fn new(graph: Graph) -> Result<Self, QuantizeError> {
        Self::made(graph, false)
    }

    /// The same with channels between layers brought to like ranges, where nothing but a ReLU is between.
    ///
    /// # Errors
    /// As [`new`](Quantizer::new).
    pub fn equalized(graph: Graph) -> Result<Self, QuantizeError> {
        Self::made(graph, true)
    }

    fn made(mut graph: Graph, equalized: bool) -> Result<Self, QuantizeError> {
        plain::plain(&mut graph)?;
        let passes = passes::trace(&mut graph).into_iter().map(|pass| (pass.name, pass.changed));
        let mut passes: Vec<_> = passes.collect();
        if equalized {
            passes.push(("equalize channels between layers", equalize::equalize(&mut graph)));
        }
        passes.retain(|(_, changed)| *changed > 0);
        // a plan tells of each tensor where it comes from: here, which value it is
        let mut named = graph.clone();
        named.values.iter_mut().enumerate().for_each(|(i, value)| value.origin = Some(i));
        let compiled = compile(named, &Options::default(), &Custom::default())?;
        Ok(Quantizer { graph, file: File::from_bytes(&compiled.file)?, passes })
    }

    /// The float model's plan.
    pub fn file(&self) -> &File {
        &self.file
    }

    /// The integer model.
    ///
    /// # Errors
    /// A model of which nothing can be quantized.
    pub fn quantize(&self, observed: &Observed, settings: &Settings) -> Result<Quantized, QuantizeError> {
        let graph = match (settings.activations, settings.weights) {
            (Type::F16, _) => return self.halves(observed),
            (Type::F32, Type::F16) => weights::halves(&self.graph),
            (Type::F32, _) => self.graph.clone(),
            (store, _) => {
                let precision = Precision { store, weights: settings.weights };
                let stores = stores(&self.graph, precision, operators::obstacle);
                return self.quantize_as(observed, settings, stores);
            }
        };
        Ok(Quantized { graph, floats: Vec::new(), scales: Vec::new() })
    }

    /// The model with activations and weights in half precision, as far as there are kernels and the data, if there were any,
    /// leave activations small enough.
    ///
    /// # Errors
    /// A model none of whose operators has one.
    pub fn halves(&self, observed: &Observed) -> Result<Quantized, QuantizeError> {
        let mut stores = stores(&self.graph, Type::F16, halves::obstacle);
        let mut large = Vec::new();
        for (node, store) in self.graph.nodes.iter().zip(&mut stores) {
            if let Some(reason) = halves::overflow(&self.graph, node, observed).filter(|_| store.is_some()) {
                *store = None;
                large.extend(operators::refusal(&self.graph, node, &reason));
            }
        }
        let rewrite = |stores: &[_]| halves::rewrite(&self.graph, stores);
        let (graph, mut floats) = settle(&self.graph, &mut stores, halves::obstacle, rewrite)?;
        floats.extend(large);
        Ok(Quantized { graph, floats, scales: Vec::new() })
    }

    /// The integer model with each operator in the precision that it is given.
    fn quantize_as(
        &self,
        observed: &Observed,
        settings: &Settings,
        mut stores: Vec<Option<Precision>>,
    ) -> Result<Quantized, QuantizeError> {
        let scales = |stores: &[_]| constrain::Scales::new(&self.graph, stores, observed, settings);
        let rewrite =
            |stores: &[_]| rewrite::rewrite(&self.graph, stores, &scales(stores), (observed, settings));
        let (graph, floats) = settle(&self.graph, &mut stores, operators::obstacle, rewrite)?;
        Ok(Quantized { graph, floats, scales: scales(&stores).all() })
    }
}

/// What operators compute in, for each that nothing keeps from it.
fn stores<T: Copy>(graph: &Graph, store: T, obstacle: Obstacle) -> Vec<Option<T>> {
    graph.nodes.iter().map(|node| obstacle(graph, node).is_none().then_some(store)).collect()
}

/// The graph as `rewrite` makes it, and which operators stay float, and why. What no kernel does is taken out of `stores`.
fn settle<T: Copy + PartialEq>(
    graph: &Graph,
    stores: &mut [Option<T>],
    obstacle: Obstacle,
    rewrite: impl Fn(&[Option<T>]) -> Graph,
) -> Result<(Graph, Vec<Refusal>), QuantizeError> {
    let refusal = |node| operators::refusal(graph, node, obstacle(graph, node)?);
    let mut floats: Vec<Refusal> = graph.nodes.iter().filter_map(refusal).collect();
    loop {
        let made = rewrite(stores);
        // lowering knows best what no kernel does
        let mut trial = made.clone();
        passes::run(&mut trial);
        let options = Options::default();
        let refused = lower::lower(&trial, options.target, options.optimize, &Custom::default());
        let Err(refused) = refused else { return Ok((made, floats)) };
        let before = stores.to_vec();
        for (node, store) in graph.nodes.iter().zip(&mut *stores) {
            if refused.iter().any(|refusal| refusal.index == Some(node.origin)) {
                *store = None;
            }
        }
        if before == stores {
            return Err(ConvertError::Unsupported(refused).into());
        }
        floats.extend(refused);
    }
}

/// Why a node stays as it is, if it does.
type Obstacle = fn(&Graph, &Node) -> Option<&'static str>;

#[cfg(test)]
mod tests;
