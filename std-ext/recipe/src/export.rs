//! From a network that was trained to a model: traced, quantized on samples it was trained on, packed, and scored.

use std::sync::Arc;

use midge_compiler::custom::Custom;
use midge_compiler::graph::Graph;
use midge_compiler::quantize::{Quantizer, Settings};
use midge_compiler::{Options, compile};
use midge_runtime::array::{Array, Arrays};
use midge_runtime::file::File;
use midge_runtime::ports::Ports;
use midge_runtime::rows::{Rows, pack, unpack};
use midge_runtime::session;
use midge_train::data::{Batch, Dataset, Loader};
use midge_train::{Tensor, Type, trace};

use crate::error::{Error, Result};
use crate::objective::{Objective, Score, Tally};
use crate::training::Training;

/// Samples that show which range every value has.
const CALIBRATION: usize = 256;

/// Rows that are run together.
const TOGETHER: usize = 64;

/// What runs rows of inputs through a plan: here, or on an emulated device.
pub type Runner<'a> = &'a mut dyn FnMut(&File, &Rows) -> std::result::Result<Vec<u8>, String>;

/// A graph of integers of the trained network.
///
/// # Errors
/// The network does what no model does, or its values on samples are no numbers.
pub fn integers(training: &Training) -> Result<Graph> {
    let failed = |error: &dyn std::fmt::Display| Error::Export(error.to_string());
    let graph = trace::trace(training.net(), &[("input", training.sample())])?;
    let quantizer = Quantizer::new(graph).map_err(|error| failed(&error))?;
    let file = quantizer.file();
    let ports = Ports::of(&file.plan().map_err(|error| failed(&error))?, file.names());
    let train = &training.splits().train;
    let some = Loader::new(Arc::clone(train), train.len().min(CALIBRATION))?.shuffle(0).epoch(0).next();
    let some = some.ok_or_else(|| Error::Export("there is no sample to calibrate on".into()))??;
    let rows = rows(&some, &ports)?;
    let observed = quantizer.observe(&rows, |_| {}).map_err(|error| failed(&error))?;
    let quantized = quantizer.quantize(&observed, &Settings::default()).map_err(|error| failed(&error))?;
    Ok(quantized.graph)
}

/// A graph of integers as a `.midge` file.
///
/// # Errors
/// It needs what no kernel does.
pub fn packed(graph: Graph, options: &Options) -> Result<Vec<u8>> {
    let failed = |error: &dyn std::fmt::Display| Error::Export(error.to_string());
    let compiled = compile(graph, options, &Custom::default()).map_err(|error| failed(&error))?;
    Ok(compiled.file)
}

/// The score of a model on samples.
///
/// # Errors
/// It reads something else than samples have, or does not run.
pub fn score(file: &File, data: &Arc<dyn Dataset>, objective: Objective, run: Runner<'_>) -> Result<Score> {
    let failed = |error: &dyn std::fmt::Display| Error::Export(error.to_string());
    let ports = Ports::of(&file.plan().map_err(|error| failed(&error))?, file.names());
    // one batch of all: a device starts once
    let mut tally = Tally::new(objective, &**data);
    let batches = Loader::new(Arc::clone(data), TOGETHER)?;
    let all = batches.epoch(0).collect::<std::result::Result<Vec<Batch>, _>>()?;
    let packed = all.iter().map(|batch| rows(batch, &ports)).collect::<Result<Vec<_>>>()?;
    let bytes = packed.iter().flat_map(|rows| rows.bytes.iter().copied()).collect();
    let whole = Rows { count: data.len(), single: false, bytes };
    let outputs = run(file, &whole).map_err(|error| failed(&error))?;
    let each = ports.output_bytes();
    let mut at = 0;
    for (batch, rows) in all.iter().zip(&packed) {
        let own = outputs.get(at..at + rows.count * each).unwrap_or_default();
        at += rows.count * each;
        let first = unpack(own, rows, &ports, true).into_iter().next();
        let numbers = first.and_then(|(_, array)| array.elements::<f32>()).unwrap_or_default();
        let port = ports.outputs.first().map(|port| port.shape.as_slice()).unwrap_or_default();
        let inner = port.strip_prefix(&[1]).unwrap_or(port);
        let shape: midge_train::Shape = std::iter::once(rows.count).chain(inner.iter().copied()).collect();
        tally.add(&Tensor::from_vec(numbers, shape)?, batch)?;
    }
    tally.score()
}

/// Runs rows on this machine.
///
/// # Errors
/// The plan does not load or run.
pub fn here(file: &File, rows: &Rows) -> std::result::Result<Vec<u8>, String> {
    let runtime = file.runtime().map_err(|error| error.to_string())?;
    session::run(&runtime, rows, false, |_| {}).map_err(|error| error.to_string())
}

/// The samples of a batch, as a plan reads them.
fn rows(batch: &Batch, ports: &Ports) -> Result<Rows> {
    let failed = |error: &dyn std::fmt::Display| Error::Export(error.to_string());
    let (Some(input), [port]) = (batch.inputs.first(), &ports.inputs[..]) else {
        return Err(Error::Export(format!("the model has {} inputs, and samples one", ports.inputs.len())));
    };
    let count = batch.indices.len();
    let inner = port.shape.strip_prefix(&[1]).unwrap_or(&port.shape);
    let shape = [&[count], inner].concat();
    let array = match input.kind() {
        Type::I64 => Array::new(&shape, &input.to_vec::<i64>()?),
        _ => Array::new(&shape, &input.to_vec::<f32>()?),
    };
    pack(&Arrays::One(array.map_err(|error| failed(&error))?), ports).map_err(|error| failed(&error))
}
