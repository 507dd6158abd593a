//! `midge plan`: where tensors lie in memory, and when; which kernels were chosen, and against what.

use std::path::PathBuf;

use midge_compiler::footprint::{Extent, footprint};
use midge_compiler::lower;
use midge_core::ops;
use midge_runtime::host::Streaming;
use serde::Serialize;

use crate::convert::Choice;
use crate::failure::Failure;
use crate::show::Show;
use crate::table::{Table, facts, grouped, short};

/// Show where tensors lie in the arena, and when; and of a model, what each layer's kernels would cost
#[derive(clap::Args)]
#[command(
    after_help = "Kernels are those that the target has for a layer, the chosen one marked; instructions and cycles are
estimates from measurements of other layers, flash is of constants, scratch is of work memory. `midge convert --variant` forces one.

Examples:
  midge plan kws.midge
  midge plan kws.tflite --target m4 --format json"
)]
pub(crate) struct Args {
    /// A .midge file, or a model to convert in memory
    file: PathBuf,
    #[command(flatten)]
    choice: Choice,
}

#[derive(Serialize)]
struct Report<'a> {
    naive_bytes: u64,
    lower_bound_bytes: u64,
    peak_bytes: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    stream: Option<Streaming>,
    tensors: Vec<Tensor<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    layers: Vec<Layer<'a>>,
}

/// A layer and the kernels that could run it.
#[derive(Serialize)]
struct Layer<'a> {
    step: usize,
    op: &'a str,
    kernel: &'static str,
    ways: Vec<Way>,
}

#[derive(Serialize)]
struct Way {
    kernel: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    instructions: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cycles: Option<u64>,
    flash_bytes: usize,
    scratch_bytes: usize,
}

impl<'a> Layer<'a> {
    fn new(layer: &lower::Layer, op: &'a str) -> Self {
        let name = |code| ops::name(code).unwrap_or("unknown");
        let way = |way: &lower::Offer| Way {
            kernel: name(way.code),
            instructions: Some(way.instructions).filter(|n| *n > 0),
            cycles: Some(way.cycles).filter(|n| *n > 0),
            flash_bytes: way.flash,
            scratch_bytes: way.scratch,
        };
        let ways = layer.ways.iter().map(way).collect();
        Layer { step: layer.step, op, kernel: name(layer.code), ways }
    }
}

#[derive(Serialize)]
struct Tensor<'a> {
    name: &'a str,
    offset: u64,
    bytes: u64,
    first: usize,
    last: usize,
}

impl<'a> From<&'a Extent> for Tensor<'a> {
    fn from(t: &'a Extent) -> Self {
        Tensor { name: &t.name, offset: t.offset, bytes: t.bytes, first: t.first, last: t.last }
    }
}

pub(crate) fn run(args: &Args, show: &Show) -> Result<(), Failure> {
    let (file, layers) = crate::model::plan_for(&args.file, &args.choice)?;
    let op = |step: usize| {
        file.names().and_then(|names| names.steps.get(step)).map_or("", |name| name.op.as_str())
    };
    let mut layers: Vec<_> = layers.iter().map(|layer| Layer::new(layer, op(layer.step))).collect();
    layers.sort_by_key(|layer| layer.step);
    let footprint = footprint(&file.plan()?, file.names());
    let report = Report {
        naive_bytes: footprint.naive_bytes,
        lower_bound_bytes: footprint.lower_bound_bytes,
        peak_bytes: footprint.peak_bytes,
        stream: file.metadata().and_then(|metadata| metadata.stream),
        tensors: footprint.tensors.iter().map(Tensor::from).collect(),
        layers,
    };
    show.data(&report, || {
        let mut table = Table::new(&["tensor", "offset", "bytes", "first", "last"]);
        for t in &report.tensors {
            let numbers = [grouped(t.offset), grouped(t.bytes), t.first.to_string(), t.last.to_string()];
            let [offset, bytes, first, last] = numbers;
            table.row([short(t.name), offset, bytes, first, last]);
        }
        let totals = [
            ("all tensors", format!("{} bytes", grouped(report.naive_bytes))),
            ("lower bound", format!("{} bytes", grouped(report.lower_bound_bytes))),
            ("planned peak", format!("{} bytes", grouped(report.peak_bytes))),
        ];
        let stream = report.stream.map(|stream| ("streams", stream.to_string()));
        let totals = facts(&totals.into_iter().chain(stream).collect::<Vec<_>>());
        format!("{totals}\n{}\n{}{}", table.text(), footprint.picture, kernels(&report.layers))
    })
}

/// A row for each kernel that could run a layer.
fn kernels(layers: &[Layer<'_>]) -> String {
    if layers.is_empty() {
        return String::new();
    }
    let mut table =
        Table::new(&["step", "operator", "", "kernel", "instructions", "cycles", "flash", "scratch"]);
    for layer in layers {
        for (i, way) in layer.ways.iter().enumerate() {
            let (step, op) = if i == 0 { (layer.step.to_string(), layer.op) } else { (String::new(), "") };
            let chosen = if way.kernel == layer.kernel { "*" } else { "" };
            let number = |number: Option<u64>| number.map(grouped).unwrap_or_default();
            let (instructions, cycles) = (number(way.instructions), number(way.cycles));
            let (flash, scratch) = (grouped(way.flash_bytes as u64), grouped(way.scratch_bytes as u64));
            table.row([
                step,
                op.into(),
                chosen.into(),
                way.kernel.into(),
                instructions,
                cycles,
                flash,
                scratch,
            ]);
        }
    }
    format!("\n{}", table.text())
}
