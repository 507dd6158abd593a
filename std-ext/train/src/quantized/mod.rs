//! Quantization-aware training: a network that computes in the integers of the model that ships, and learns all the same.
//!
//! The integer graph is the compiler's: its quantizer chooses scales for the present weights and observed ranges, under its
//! own constraints. What tensors hold are the integers of that graph, products of which floats add up exactly, so each value
//! of the forward pass equals the plan's. Gradients pass straight through roundings, and stop where integers are clamped.

mod exact;
mod layer;
mod sums;
mod table;

use std::sync::{Arc, Mutex, PoisonError};

use midge_compiler::graph::{Graph, Type, Value, ValueId};
use midge_compiler::quant::whole;
use midge_compiler::quantize::{Scheme, Settings};

use exact::Exact;

use crate::network::{Network, only, refused};
use crate::nn::{Mode, Module, Part};
use crate::{Result, Tensor, no_grad};

/// The least share that a batch has in what is known of ranges.
const SHARE: f32 = 0.05;

/// A network that computes in integers, in training and else.
///
/// While it is trained, each forward pass first runs the network in floats and moves the ranges of its values to what it
/// sees, until [`Quantized::freeze`]. Where it is not, ranges stay, and outputs are those of the plan that
/// [`Quantized::graph`] compiles to, bit for bit, unless operators stay float.
///
/// ```no_run
/// use midge_compiler::{compile, import, quantize::Settings};
/// use midge_train::nn::Module;
/// use midge_train::{Network, Quantized, Tensor};
///
/// let network = Network::new(import::import(&std::fs::read("digits_float.tflite")?)?)?;
/// let quantized = Quantized::new(network, Settings::default())?;
/// let loss = quantized.forward(&Tensor::zeros([32, 8, 8, 1])?)?.sum(&[], false)?;
/// loss.backward()?;
/// quantized.freeze()?;
/// quantized.set_training(false);
/// let plan = compile(quantized.graph()?, &Default::default(), &Default::default())?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Quantized {
    network: Network,
    settings: Settings,
    /// The values whose ranges are known.
    ranged: Vec<ValueId>,
    /// The least and the greatest of each.
    ranges: Tensor,
    /// How many batches were observed, and whether no more shall be.
    observed: Tensor,
    mode: Mode,
    made: Mutex<Made>,
}

/// What was made of the parameters.
#[derive(Default)]
struct Made {
    scheme: Option<Scheme>,
    exact: Option<Arc<Exact>>,
    /// What the parameters were then, and whether lowering had a say in what stays float.
    of: (Vec<u64>, bool),
}

impl Quantized {
    /// A network in integers of the given kind; corrections of rounding errors are left to training.
    ///
    /// # Errors
    /// Activations are not to be int8 or int16, or weights not int8 or int4.
    pub fn new(network: Network, settings: Settings) -> Result<Quantized> {
        let known = matches!(settings.activations, Type::I8 | Type::I16)
            && matches!(settings.weights, Type::I8 | Type::I4);
        if !known {
            return Err(refused(format!(
                "it is trained for activations of int8 or int16 and weights of int8 or int4, not {} and {}",
                settings.activations, settings.weights
            )));
        }
        let ranged = Scheme::ranged(network.plan());
        Ok(Quantized {
            ranges: Tensor::zeros([ranged.len(), 2])?,
            observed: Tensor::zeros(2)?,
            network,
            settings,
            ranged,
            mode: Mode::default(),
            made: Mutex::default(),
        })
    }

    /// The network in floats.
    pub fn network(&self) -> &Network {
        &self.network
    }

    /// Keeps ranges as they are from now on. Weights still learn, and their scales follow them.
    ///
    /// # Errors
    /// No batch has been observed.
    pub fn freeze(&self) -> Result<()> {
        match self.known()? {
            [count, _] if count > 0.0 => self.observed.assign(&Tensor::from_slice(&[count, 1.0], 2)?),
            _ => Err(unobserved()),
        }
    }

    /// The integer graph: what [`compile`](midge_compiler::compile) makes of it computes what the forward pass does.
    ///
    /// # Errors
    /// No batch has been observed, or nothing in the network can be quantized.
    pub fn graph(&self) -> Result<Graph> {
        Ok(self.exact(true)?.graph.clone())
    }

    /// Operators that stay float, and why: their results may differ from the plan's in the last bits.
    ///
    /// # Errors
    /// As [`Quantized::graph`].
    pub fn floats(&self) -> Result<Vec<String>> {
        self.exact(true)?;
        let made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(made.scheme.iter().flat_map(|scheme| &scheme.floats).map(ToString::to_string).collect())
    }

    /// What it makes of several inputs: all of its outputs.
    ///
    /// # Errors
    /// Shapes are not those of the graph's inputs; or no batch has been observed.
    pub fn forward_all(&self, inputs: &[&Tensor]) -> Result<Vec<Tensor>> {
        self.forward_seen(inputs, |_, _| Ok(()))
    }

    /// The same; `see` is shown every value of [`Quantized::graph`] that is computed: integers as they are stored, held in
    /// floats, with an axis of rows in front.
    ///
    /// # Errors
    /// As there, and what `see` says.
    pub fn forward_seen(
        &self,
        inputs: &[&Tensor],
        see: impl FnMut(ValueId, &Tensor) -> Result<()>,
    ) -> Result<Vec<Tensor>> {
        let training = self.mode.is_training();
        let [count, frozen] = self.known()?;
        if training && frozen == 0.0 {
            self.observe(inputs, count)?;
        }
        self.exact(!training)?.run(&self.network, inputs, see)
    }

    /// Moves ranges to what the network makes of a batch, behind `count` others.
    fn observe(&self, inputs: &[&Tensor], count: f32) -> Result<()> {
        let mut ranges = self.ranges.to_vec::<f32>()?;
        let share = (1.0 / (count + 1.0)).max(SHARE);
        let (range, store) = (self.settings.range, self.settings.activations);
        no_grad(|| {
            self.network.observed(inputs, |id, x| {
                let Ok(at) = self.ranged.binary_search(&id) else { return Ok(()) };
                let seen = range.covered(&x.to_vec::<f32>()?, store).ok_or_else(|| {
                    refused(format!("{} becomes NaN or infinite", self.network.plan().value(id).name))
                })?;
                for (known, seen) in ranges[2 * at..].iter_mut().zip(seen) {
                    *known += share * (seen - *known);
                }
                Ok(())
            })
        })?;
        self.ranges.assign(&Tensor::from_vec(ranges, self.ranges.shape())?)?;
        self.observed.assign(&Tensor::from_slice(&[count + 1.0, 0.0], 2)?)
    }

    /// The integer graph of the present parameters. With `settled`, lowering has a say in what stays float.
    fn exact(&self, settled: bool) -> Result<Arc<Exact>> {
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        let mut versions = vec![self.ranges.buffer().version()];
        versions.extend(self.network.parameters().iter().map(|tensor| tensor.buffer().version()));
        if made.of.0 == versions
            && (made.of.1 || !settled)
            && let Some(exact) = &made.exact
        {
            return Ok(Arc::clone(exact));
        }
        if self.known()?[0] == 0.0 {
            return Err(unobserved());
        }
        let graph = self.network.graph()?;
        let mut ranges = vec![None; graph.values.len()];
        for (id, range) in self.ranged.iter().zip(self.ranges.to_vec::<f32>()?.as_chunks::<2>().0) {
            ranges[id.0] = Some(*range);
        }
        if settled || made.scheme.is_none() {
            let scheme = Scheme::new(&graph, &ranges, &self.settings);
            made.scheme = Some(scheme.map_err(|error| refused(error.to_string()))?);
        }
        let Some(scheme) = &made.scheme else { return Err(unobserved()) };
        let exact = Arc::new(Exact::new(scheme.integers(&graph, &ranges), &self.network)?);
        made.exact = Some(Arc::clone(&exact));
        made.of = (versions, settled);
        Ok(exact)
    }

    /// How many batches were observed, and whether ranges are frozen.
    fn known(&self) -> Result<[f32; 2]> {
        match self.observed.to_vec::<f32>()?[..] {
            [count, frozen] => Ok([count, frozen]),
            _ => Ok([0.0; 2]),
        }
    }
}

impl Module for Quantized {
    fn forward(&self, x: &Tensor) -> Result<Tensor> {
        only(self.forward_all(&[x])?)
    }

    /// The network's parameters by their own names, and what is known of ranges.
    fn visit<'a>(&'a self, visitor: &mut dyn FnMut(&str, Part<'a>)) {
        self.network.visit(visitor);
        visitor("quantized.ranges", Part::Buffer(&self.ranges));
        visitor("quantized.observed", Part::Buffer(&self.observed));
        visitor("quantized.mode", Part::Mode(&self.mode));
    }
}

fn unobserved() -> crate::Error {
    refused("its ranges are not known; run a batch through it in training first")
}

/// The scale and zero point of a value.
fn affine(value: &Value) -> Result<(f32, i32)> {
    whole(value).map_err(refused)
}

/// The integers of a constant.
fn integers(value: &Value) -> Result<Vec<i64>> {
    let data = value.data.as_deref().unwrap_or_default();
    Ok(match value.repr.store() {
        Type::I8 | Type::I4 => data.iter().map(|byte| byte.cast_signed().into()).collect(),
        Type::I16 => data.as_chunks().0.iter().map(|bytes| i16::from_le_bytes(*bytes).into()).collect(),
        Type::I32 => data.as_chunks().0.iter().map(|bytes| i32::from_le_bytes(*bytes).into()).collect(),
        Type::I64 => data.as_chunks().0.iter().map(|bytes| i64::from_le_bytes(*bytes)).collect(),
        store => return Err(refused(format!("{} is {store}", value.name))),
    })
}
