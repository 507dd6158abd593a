//! Networks that PyTorch exported: each becomes a float plan and an int8 plan, and both are held against PyTorch's answers.

use std::fs;
use std::path::Path;

use midge_compiler::custom::Custom;
use midge_compiler::graph::Graph;
use midge_compiler::import::import;
use midge_compiler::quantize::{Quantizer, Range, Settings};
use midge_compiler::{Options, compile};
use midge_runtime::file::File;
use midge_runtime::rows::Rows;
use midge_runtime::session;

use crate::archive::{self, Array};

/// The greatest error of a float plan, as a part of the largest output.
pub const OFF: f64 = 1e-4;

/// The least power of an int8 plan's outputs over that of their error, in decibels.
pub const SNR: f64 = 20.0;

/// The names of PyTorch's exporters in an archive: the one that traces modules into graphs, and the older one.
pub const EXPORTERS: [&str; 2] = ["dynamo", "script"];

/// What `tests/onnx/networks.py` wrote: one network.
#[derive(Clone, Debug)]
pub struct Network {
    /// A `.onnx` file from each of [`EXPORTERS`].
    pub models: [Vec<u8>; 2],
    /// Rows of its input.
    pub x: Array,
    /// PyTorch's outputs for them.
    pub y: Array,
}

/// How near Midge comes.
#[derive(Clone, Copy, Debug)]
pub struct Nearness {
    /// Bytes of the float plan and of the int8 one.
    pub bytes: [usize; 2],
    /// The greatest error of the float plan, as a part of the largest output.
    pub off: f64,
    /// Power of the outputs over that of the int8 plan's error, in decibels, on rows that it was not calibrated with.
    pub snr: f64,
    /// The ranges that the int8 plan's activations have: those that are tried first, if they are near enough.
    pub range: Range,
    /// Operators that stay float.
    pub floats: usize,
}

impl Nearness {
    /// Whether it is near enough.
    pub fn is_fine(&self) -> bool {
        self.off <= OFF && self.snr >= SNR
    }
}

/// A network of an archive.
///
/// # Errors
/// What is wrong with the file.
pub fn read(path: &Path) -> Result<Network, String> {
    let told = |what: String| format!("{}: {what}", path.display());
    let bytes = fs::read(path).map_err(|error| told(error.to_string()))?;
    let mut arrays = archive::read(&bytes).map_err(told)?;
    let mut take = |name: &str| arrays.remove(name).ok_or_else(|| told(format!("it has no {name}")));
    let models = [take(EXPORTERS[0])?.bytes, take(EXPORTERS[1])?.bytes];
    Ok(Network { models, x: take("x")?, y: take("y")? })
}

/// Takes one of the network's files the whole way, as floats and as int8, calibrated with two thirds of the rows.
///
/// # Errors
/// Where it ends, and why.
pub fn judge(network: &Network, exporter: usize) -> Result<Nearness, String> {
    let graph = import(&network.models[exporter]).map_err(|error| error.to_string())?;
    let plain = plan(graph.clone())?;
    let rows = network.x.rows();
    let known = rows * 2 / 3;
    let wanted = floats(&network.y.bytes);
    let off = off(&wanted, &answers(&plain, &network.x, 0)?);
    let quantizer = Quantizer::new(graph).map_err(|error| error.to_string())?;
    let observed = quantizer.observe(&part(&network.x, 0, known), |_| ());
    let observed = observed.map_err(|error| error.to_string())?;
    let wanted = &wanted[wanted.len() / rows * known..];
    let mut best: Option<Nearness> = None;
    for (range, _) in Range::ALL {
        let quantized = quantizer.quantize(&observed, &Settings { range, ..Settings::default() });
        let quantized = quantized.map_err(|error| error.to_string())?;
        let small = plan(quantized.graph)?;
        let snr = snr(wanted, &answers(&small, &network.x, known)?);
        let bytes = [plain.bytes().len(), small.bytes().len()];
        let near = Nearness { bytes, off, snr, range, floats: quantized.floats.len() };
        if near.snr >= SNR {
            return Ok(near);
        }
        best = best.filter(|best| best.snr > near.snr).or(Some(near));
    }
    best.ok_or_else(|| "there are no ranges".into())
}

/// What a graph of floats at its ends makes of all rows of its input.
///
/// # Errors
/// A graph that does not become a plan, or does not run.
pub fn run(graph: Graph, x: &Array) -> Result<Vec<f32>, String> {
    answers(&plan(graph)?, x, 0)
}

fn plan(graph: Graph) -> Result<File, String> {
    let compiled = compile(graph, &Options::default(), &Custom::default());
    let compiled = compiled.map_err(|error| error.to_string())?;
    File::from_bytes(&compiled.file).map_err(|error| error.to_string())
}

/// The rows from `begin` up to `end`.
fn part(x: &Array, begin: usize, end: usize) -> Rows {
    let bytes = (begin..end).flat_map(|row| x.row(row)).copied().collect();
    Rows { count: end - begin, single: false, bytes }
}

/// What a plan makes of the rows from `begin` on.
fn answers(file: &File, x: &Array, begin: usize) -> Result<Vec<f32>, String> {
    let runtime = file.runtime().map_err(|error| error.to_string())?;
    let outputs = session::run(&runtime, &part(x, begin, x.rows()), false, |_| ());
    Ok(floats(&outputs.map_err(|error| error.to_string())?))
}

fn floats(bytes: &[u8]) -> Vec<f32> {
    bytes.as_chunks().0.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect()
}

/// The greatest difference, as a part of the largest number that is wanted; endless where it is no number.
fn off(wanted: &[f32], got: &[f32]) -> f64 {
    let largest = wanted.iter().fold(0f32, |most, x| most.max(x.abs()));
    let worse = |most: f64, (x, y): (&f32, &f32)| match f64::from((x - y).abs()) {
        distance if distance.is_nan() => f64::INFINITY,
        distance => most.max(distance),
    };
    match wanted.len() == got.len() {
        true => wanted.iter().zip(got).fold(0.0, worse) / f64::from(largest),
        false => f64::INFINITY,
    }
}

/// Power of what is wanted over that of the difference, in decibels.
fn snr(wanted: &[f32], got: &[f32]) -> f64 {
    let power = |numbers: &mut dyn Iterator<Item = f32>| numbers.map(|x| f64::from(x).powi(2)).sum::<f64>();
    let signal = power(&mut wanted.iter().copied());
    let noise = power(&mut wanted.iter().zip(got).map(|(x, y)| x - y));
    10.0 * (signal / noise).log10()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nearness_is_measured() {
        assert_eq!(off(&[1.0, -4.0], &[1.5, -4.0]), 0.125);
        assert_eq!(off(&[1.0], &[f32::NAN]), f64::INFINITY);
        assert_eq!(off(&[1.0], &[]), f64::INFINITY);
        assert!((snr(&[3.0, 4.0], &[3.0, 4.5]) - 20.0).abs() < 1e-9);
    }
}
