//! What kernels cost: layers of many sizes, measured on the emulated cores in every way that the compiler offers, and
//! coefficients fitted to them. `cargo xtask costs` writes them where lowering reads them.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use midge_compiler::custom::Custom;
use midge_compiler::graph::{Activation, Grain, Graph, Margins, Op, Window};
use midge_compiler::lower::Work;
use midge_compiler::{Optimize, Target, compile};
use midge_core::ops;
use midge_runtime::emulated::{self, EmulatedError, Request};

use crate::choice::Choice;
use crate::layers::Layers;
use crate::noise::Noise;

/// Most products of a layer: slow cores take seconds for more.
const PRODUCTS: usize = 1_500_000;

/// A family of layers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// Convolutions with a window.
    Window,
    /// Convolutions of single pixels.
    Pixel,
    /// Depthwise convolutions.
    Depthwise,
    /// Fully connected layers.
    Dense,
    /// Depthwise convolutions of images of few pixels.
    Few,
    /// Convolutions with filters of 2x2 taps of images of as many pixels.
    Twos,
}

impl Family {
    /// All of them.
    pub const ALL: [Family; 6] =
        [Family::Window, Family::Pixel, Family::Depthwise, Family::Dense, Family::Few, Family::Twos];
}

/// A layer in one of the ways to run it, measured.
#[derive(Clone, Debug)]
pub struct Sample {
    /// Which of the layers.
    pub layer: usize,
    /// The kernel.
    pub code: u16,
    /// What it does.
    pub work: Work,
    /// Instructions.
    pub instructions: u64,
    /// Modelled cycles, if there is a model.
    pub cycles: Option<u64>,
    /// Whether the compiler chooses it for speed.
    pub is_chosen: bool,
}

/// Measures every way to run each of the layers on the target's emulated core.
///
/// # Errors
/// What failed.
pub fn measure(target: Target, layers: &[Graph]) -> Result<Vec<Sample>, EmulatedError> {
    let choice = Choice { target, optimize: Optimize::Speed, kernel: None };
    let pack = |layer: &Graph, choice: Choice| {
        let compiled = compile(layer.clone(), &choice.options(), &Custom::default());
        compiled.map_err(|error| EmulatedError::Failed(error.to_string()))
    };
    let (mut samples, mut plans) = (Vec::new(), Vec::new());
    for (i, layer) in layers.iter().enumerate() {
        let chosen = pack(layer, choice)?;
        let Some(known) = chosen.layers.first() else { continue };
        let input: usize = layer.inputs.iter().map(|id| layer.value(*id).elements()).sum();
        for way in &known.ways {
            let is_chosen = way.code == known.code;
            samples.push(Sample {
                layer: i,
                code: way.code,
                work: way.work,
                instructions: 0,
                cycles: None,
                is_chosen,
            });
            plans.push((pack(layer, Choice { kernel: Some(way.code), ..choice })?.file, vec![0; input]));
        }
    }
    let requests: Vec<_> = plans.iter().map(|(plan, inputs)| Request::once(plan, inputs)).collect();
    let replies = emulated::run_all(&target.to_string(), &requests, &mut |line| eprintln!("{line}"))?;
    for (sample, reply) in samples.iter_mut().zip(replies) {
        let steps = reply?.counts.unwrap_or_default().steps;
        sample.instructions = steps.iter().map(|step| step.instructions).sum();
        sample.cycles = steps.iter().map(|step| step.cycles).sum();
    }
    Ok(samples)
}

/// The table's rows of a target.
pub fn rows(target: Target, samples: &[Sample]) -> String {
    let mut kernels: BTreeMap<u16, Vec<&Sample>> = BTreeMap::new();
    samples.iter().for_each(|sample| kernels.entry(sample.code).or_default().push(sample));
    let mut text = String::new();
    for (code, samples) in kernels {
        // as many as there are coefficients say nothing
        let Some(name) = ops::name(code).filter(|_| samples.len() > Work::COUNTS) else { continue };
        let relative = |s: &Sample, n: u64| (s.work.counts().map(|count| count as f64 / n as f64), 1.0);
        let instructions = fit(samples.iter().map(|s| relative(s, s.instructions)));
        let cycles = fit(samples.iter().filter_map(|s| Some(relative(s, s.cycles?))));
        // writing to a string does not fail
        let _ = writeln!(text, "{}ops::{name}, {}, {}),", head(target), list(&instructions), list(&cycles));
    }
    text
}

fn list(cost: &[f64]) -> String {
    let cost: Vec<_> = cost.iter().map(|c| format!("{c:.4}")).collect();
    format!("[{}]", cost.join(", "))
}

/// The table's rows of a target, as they are in the file.
pub fn known(target: Target, table: &str) -> String {
    let rows = table.lines().filter(|line| line.starts_with(&head(target)));
    rows.map(|row| format!("{row}\n")).collect()
}

/// How a row of a target starts.
fn head(target: Target) -> String {
    format!("    (Target::{target:?}, ")
}

/// The table around its rows.
pub fn table(rows: &str) -> String {
    format!(
        "//! `cargo xtask costs` writes this: least squares over layers that were measured on the emulated cores.

use super::costs::Cost;
use crate::target::Target;
use midge_core::ops;

/// Kernels on the cores: instructions, and cycles by the core's model, for each of the work's counts.
#[rustfmt::skip]
pub(super) const FITTED: &[(Target, u16, Cost, Cost)] = &[
{rows}];
"
    )
}

/// The chosen kernels that take over 5% more than the best for their layer, of what the target's kernels are chosen by.
pub fn misses(target: Target, samples: &[Sample]) -> Vec<String> {
    let (cost, unit): (fn(&Sample) -> u64, _) = match target.by_cycles() {
        true => (|way| way.cycles.unwrap_or(0), "cycles"),
        false => (|way| way.instructions, "instructions"),
    };
    let mut layers: BTreeMap<usize, Vec<&Sample>> = BTreeMap::new();
    samples.iter().for_each(|sample| layers.entry(sample.layer).or_default().push(sample));
    let miss = |ways: Vec<&Sample>| {
        let best = ways.iter().min_by_key(|way| cost(way))?;
        let chosen = ways.iter().find(|way| way.is_chosen)?;
        let name = |way: &Sample| ops::name(way.code).unwrap_or("unknown");
        (cost(chosen) * 100 > cost(best) * 105).then(|| {
            format!(
                "{} takes {} {unit} and {} {}, for {:?}",
                name(chosen),
                cost(chosen),
                name(best),
                cost(best),
                best.work
            )
        })
    };
    layers.into_values().filter_map(miss).collect()
}

/// Coefficients, none negative, whose products with each row have the least sum of squares of what they are off: one after the
/// other is set to its best until none moves.
pub fn fit<R: AsRef<[f64]>>(samples: impl Iterator<Item = (R, f64)>) -> Vec<f64> {
    const ROUNDS: usize = 20_000;
    let (mut squares, mut sides): (Vec<Vec<f64>>, Vec<f64>) = Default::default();
    for (row, want) in samples {
        let (row, n) = (row.as_ref(), row.as_ref().len());
        squares.resize_with(n, || vec![0.0; n]);
        sides.resize(n, 0.0);
        for i in 0..n {
            sides[i] += row[i] * want;
            for j in 0..n {
                squares[i][j] += row[i] * row[j];
            }
        }
    }
    let n = sides.len();
    let mut cost = vec![0.0; n];
    for _ in 0..ROUNDS {
        for i in 0..n {
            let others: f64 = (0..n).filter(|j| *j != i).map(|j| squares[i][j] * cost[j]).sum();
            if squares[i][i] > 0.0 {
                cost[i] = ((sides[i] - others) / squares[i][i]).max(0.0);
            }
        }
    }
    cost
}

/// Layers of a family, of many sizes.
pub fn layers(family: Family, n: usize, seed: u64) -> Vec<Graph> {
    let mut noise = Noise(seed);
    (0..n).map(|_| layer(family, &mut noise)).collect()
}

/// One of a list.
fn one_of<T: Copy>(noise: &mut Noise, of: &[T]) -> T {
    of[noise.below(of.len())]
}

fn layer(family: Family, noise: &mut Noise) -> Graph {
    const CHANNELS: [usize; 14] = [1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128];
    const WINDOWS: [[usize; 2]; 6] = [[3, 3], [3, 3], [3, 3], [5, 5], [2, 2], [10, 4]];
    if family == Family::Dense {
        let (depth, out) = (noise.below(700) + 4, noise.below(140) + 1);
        let op = Op::FullyConnected { activation: Activation::None };
        return network(op, [vec![1, depth], vec![out, depth], vec![1, out]], Grain::Tensor, noise);
    }
    loop {
        let is_few = family == Family::Few;
        let [h, w] = match family {
            Family::Few => one_of(noise, &[[2, 2], [2, 2], [1, 3], [4, 1]]),
            Family::Twos => [2, 2],
            _ => [noise.below(24) + 1, noise.below(24) + 1],
        };
        let (inputs, outputs) = (one_of(noise, &CHANNELS), one_of(noise, &CHANNELS));
        // images of few pixels have many channels
        let inputs = if is_few || family == Family::Twos { inputs + 32 } else { inputs };
        let window = match family {
            Family::Pixel => [1, 1],
            Family::Twos => [2, 2],
            _ => one_of(noise, &WINDOWS),
        };
        let stride = if family == Family::Twos { 1 } else { one_of(noise, &[1, 1, 2]) };
        let pad = |size: usize, k: usize| {
            let out = size.div_ceil(stride);
            let all = ((out - 1) * stride + k).saturating_sub(size);
            (out, all / 2, all - all / 2)
        };
        let ((out_h, top, bottom), (out_w, left, right)) = (pad(h, window[0]), pad(w, window[1]));
        let margins = Margins { top, bottom, left, right };
        let geometry = Window { stride: [stride; 2], dilation: [1, 1], margins };
        let (x, taps) = (vec![1, h, w, inputs], window[0] * window[1]);
        let (op, filter, outputs, products, grain) = if is_few || family == Family::Depthwise {
            let op = Op::DepthwiseConv2d { window: geometry, multiplier: 1, activation: Activation::Relu };
            (op, vec![1, window[0], window[1], inputs], inputs, taps * inputs, Grain::Channel(3))
        } else {
            let op = Op::Conv2d { window: geometry, activation: Activation::Relu };
            let filter = vec![outputs, window[0], window[1], inputs];
            (op, filter, outputs, taps * inputs * outputs, Grain::Channel(0))
        };
        // small layers are rare in networks, and large ones take long
        if is_few || (4000..=PRODUCTS).contains(&(products * out_h * out_w)) {
            return network(op, [x, filter, vec![1, out_h, out_w, outputs]], grain, noise);
        }
    }
}

/// A network of one layer.
fn network(op: Op, [x, filter, y]: [Vec<usize>; 3], grain: Grain, noise: &mut Noise) -> Graph {
    let mut layers = Layers::new(&x, Noise(noise.word() | 1));
    layers.weighted(op, &filter, &y, grain);
    layers.end("layer")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn coefficients_are_found_and_never_negative() {
        let counts = [
            [1.0, 2.0, 3.0, 4.0],
            [9.0, 1.0, 5.0, 2.0],
            [3.0, 8.0, 1.0, 1.0],
            [2.0, 2.0, 9.0, 7.0],
            [5.0, 1.0, 1.0, 6.0],
        ];
        let measured = |c: [f64; 4]| (c, 3.0 * c[0] + 0.5 * c[2] + 7.0 * c[3]);
        let found = fit(counts.into_iter().map(measured));
        for (found, want) in found.into_iter().zip([3.0, 0.0, 0.5, 7.0]) {
            assert!((found - want).abs() < 1e-3, "{found} for {want}");
        }
        let falling =
            fit([([1.0, 0.0, 0.0, 9.0], 9.0), ([2.0, 0.0, 0.0, 8.0], 7.0), ([3.0, 0.0, 0.0, 7.0], 5.0)]
                .into_iter());
        assert!(falling.iter().all(|cost| *cost >= 0.0), "{falling:?}");
    }

    #[test]
    fn a_choice_that_is_far_from_the_best_is_a_miss() {
        let sample = |code, instructions, cycles, is_chosen| {
            let work = Work::default();
            Sample { layer: 0, code, work, instructions, cycles: Some(cycles), is_chosen }
        };
        let ways = |instructions, cycles| {
            [sample(ops::CONV_2D, instructions, cycles, true), sample(ops::CONV_2D_PAIRS, 100, 100, false)]
        };
        assert!(misses(Target::M4, &ways(105, 200)).is_empty());
        assert!(misses(Target::M55, &ways(200, 105)).is_empty());
        let miss = |target, ways: [Sample; 2]| misses(target, &ways).concat();
        let told = miss(Target::M4, ways(106, 100));
        assert!(told.starts_with("CONV_2D takes 106 instructions and CONV_2D_PAIRS 100"));
        assert!(miss(Target::M55, ways(100, 106)).starts_with("CONV_2D takes 106 cycles and"));
    }
}
