//! What quantizing did, measured: the numbers behind tables, JSON and the page.

use super::constrain::Key;
use super::mixed::Point;
use super::observe::Observed;
use super::{QuantizeError, Quantized, Quantizer};
use crate::Compiled;
use crate::graph::Quant;
use crate::quant::range;
use midge_runtime::array::Array;
use midge_runtime::diff::Diff;
use midge_runtime::file::File;
use midge_runtime::layers::layers;
use midge_runtime::score::{Score, ScoreError, answers, score};
use serde::Serialize;

/// What quantizing did.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// The model.
    pub name: String,
    /// The core that kernels were chosen for.
    pub target: String,
    /// Rows that ranges come from.
    pub rows: usize,
    /// Bytes of the plan.
    pub bytes: u64,
    /// Bytes of the float model's plan.
    pub float_bytes: u64,
    /// Bytes of constants on the device.
    pub const_bytes: u64,
    /// The same of the float model.
    pub float_const_bytes: u64,
    /// Bytes of work memory.
    pub arena_bytes: u64,
    /// The same of the float model.
    pub float_arena_bytes: u64,
    /// Multiply-accumulates.
    pub macs: u64,
    /// Estimated instructions of the layers that have a choice of kernels on the target; none where nothing was measured.
    pub instructions: Option<u64>,
    /// Power of the float model's outputs over that of the difference, in decibels.
    pub snr_db: Option<f64>,
    /// Scores of both models on the evaluation data.
    pub scores: Option<Scores>,
    /// What a search for precision found, as [`Mixed`](super::Mixed) has it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub frontier: Vec<Point>,
    /// The plan's steps, with how far each is from the float model.
    pub layers: Vec<Layer>,
    /// What was observed of each value, and what its integers cover.
    pub ranges: Vec<Spread>,
    /// Passes that changed the float model, and how many operators.
    pub passes: Vec<(&'static str, usize)>,
    /// Operators that stay float, and why.
    pub floats: Vec<String>,
}

/// Scores before and after.
#[derive(Clone, Debug, Serialize)]
pub struct Scores {
    /// Whether the labels are the float model's own answers, for data without any.
    pub agreement: bool,
    /// The float model.
    pub float: Score,
    /// The quantized one.
    pub quantized: Score,
    /// Percentage points of accuracy that are lost.
    pub drop: Option<f64>,
}

/// A step of the plan.
#[derive(Clone, Debug, Serialize)]
pub struct Layer {
    /// Its number.
    pub index: usize,
    /// The operator in the source.
    pub op: String,
    /// The kernel.
    pub kernel: String,
    /// The tensor that it writes.
    pub name: String,
    /// That tensor's type.
    pub dtype: String,
    /// Power of the float model's numbers over that of the difference, in decibels; none of what the float model does not
    /// compute, or where nothing differs.
    pub snr_db: Option<f64>,
    /// The greatest difference.
    pub max_error: Option<f64>,
    /// Multiply-accumulates.
    pub macs: u64,
    /// Bytes of constants.
    pub const_bytes: u64,
    /// Bytes of its output.
    pub output_bytes: u64,
    /// Estimated instructions on the target.
    pub instructions: Option<u64>,
}

/// The numbers of a value and what stands for them.
#[derive(Clone, Debug, Serialize)]
pub struct Spread {
    /// The value.
    pub name: String,
    /// Least number.
    pub min: f32,
    /// Greatest number.
    pub max: f32,
    /// The integers' type.
    pub dtype: &'static str,
    /// The scale.
    pub scale: f32,
    /// The zero point.
    pub zero_point: i32,
    /// What the least and the greatest integer stand for.
    pub covers: [f32; 2],
    /// How often numbers were observed in equal parts from `min` to `max`.
    pub histogram: Vec<u64>,
}

impl Scores {
    /// Scores the first outputs of `rows` rows of the float and the quantized model; without labels, by whether they say the
    /// same class.
    ///
    /// # Errors
    /// Labels that do not suit.
    pub fn new(
        [float, quantized]: [Vec<f32>; 2],
        rows: usize,
        labels: Option<Array>,
    ) -> Result<Self, ScoreError> {
        let agreement = labels.is_none();
        let labels = labels.unwrap_or_else(|| answers(&float, rows));
        let (float, quantized) = (score(&float, rows, &labels)?, score(&quantized, rows, &labels)?);
        let drop = quantized.drop(&float);
        Ok(Scores { agreement, float, quantized, drop })
    }
}

impl Report {
    /// Collects what is known. `diff` compares the float model's plan with the quantized one.
    ///
    /// # Errors
    /// None for plans that load.
    pub fn new(
        quantizer: &Quantizer,
        observed: &Observed,
        quantized: &Quantized,
        compiled: &Compiled,
        diff: Option<&Diff>,
    ) -> Result<Self, QuantizeError> {
        let file = File::from_bytes(&compiled.file)?;
        let (plan, float) = (file.plan()?, quantizer.file.plan()?);
        let pair = |index: usize| diff?.steps.iter().find(|pair| pair.b == Some(index));
        let tensor = |index: usize| {
            let step = plan.steps().nth(index)?;
            Some(file.names()?.operands.get(usize::from(step.id(0)))?.name.clone())
        };
        let steps = layers(&plan, file.names()).into_iter().map(|layer| Layer {
            index: layer.index,
            instructions: compiled.instructions(&layer),
            op: layer.op,
            kernel: layer.kernel.unwrap_or_default(),
            name: tensor(layer.index).unwrap_or_default(),
            dtype: layer.dtype,
            snr_db: pair(layer.index).and_then(|pair| pair.snr_db),
            max_error: pair(layer.index).and_then(|pair| pair.max_error),
            macs: layer.macs,
            const_bytes: layer.const_bytes,
            output_bytes: layer.output_bytes,
        });
        let steps: Vec<Layer> = steps.collect();
        Ok(Report {
            name: compiled.metadata.name.clone(),
            target: compiled.metadata.target.clone(),
            rows: observed.rows,
            bytes: file.bytes().len() as u64,
            float_bytes: quantizer.file.bytes().len() as u64,
            const_bytes: plan.constants().len() as u64,
            float_const_bytes: float.constants().len() as u64,
            arena_bytes: plan.arena_len() as u64,
            float_arena_bytes: float.arena_len() as u64,
            macs: compiled.metadata.macs,
            instructions: steps.iter().filter_map(|layer| layer.instructions).reduce(|a, b| a + b),
            snr_db: diff.and_then(|diff| diff.outputs.first()?.snr_db),
            scores: None,
            frontier: Vec::new(),
            layers: steps,
            ranges: quantizer.spreads(observed, quantized),
            passes: quantizer.passes.clone(),
            floats: quantized.floats.iter().map(ToString::to_string).collect(),
        })
    }

    /// The steps that are farthest from the float model, the worst first.
    pub fn worst(&self) -> Vec<&Layer> {
        let mut worst: Vec<&Layer> = self.layers.iter().filter(|layer| layer.snr_db.is_some()).collect();
        worst.sort_by(|a, b| a.snr_db.partial_cmp(&b.snr_db).unwrap_or(std::cmp::Ordering::Equal));
        worst
    }
}

/// Parts of a histogram that is shown.
const PARTS: usize = 64;

impl Quantizer {
    fn spreads(&self, observed: &Observed, quantized: &Quantized) -> Vec<Spread> {
        let spread = |((id, _), quant): &(Key, Quant)| {
            let value = self.graph.values.get(id.0).filter(|value| value.data.is_none())?;
            let numbers = observed.of(*id)?;
            let (scale, zero) = (*quant.scale.first()?, *quant.zero.first()?);
            let (lo, hi) = range(quant.store);
            let real = |integer: i32| (f64::from(scale) * (f64::from(integer) - f64::from(zero))) as f32;
            let mut histogram = vec![0; PARTS];
            let width = (numbers.most - numbers.least) / PARTS as f32;
            for (x, count) in numbers.bins() {
                let part = ((x - numbers.least) / width.max(f32::MIN_POSITIVE)) as usize;
                histogram[part.min(PARTS - 1)] += count;
            }
            Some(Spread {
                name: value.name.clone(),
                min: numbers.least,
                max: numbers.most,
                dtype: quant.store.name(),
                scale,
                zero_point: zero,
                covers: [real(lo), real(hi)],
                histogram,
            })
        };
        quantized.scales.iter().filter_map(spread).collect()
    }
}
