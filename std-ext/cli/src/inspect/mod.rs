//! `midge inspect`: what is in a model file.

mod plan;
#[cfg(feature = "convert")]
mod source;

use std::path::PathBuf;

use midge_core::plan::MAGIC;
use midge_runtime::bytes::Bytes;
use midge_runtime::file::File;
use midge_runtime::host::Streaming;
use midge_runtime::layers::Layer;
use serde::{Serialize, Serializer};
use serde_json::Value;

use crate::failure::Failure;
use crate::show::Show;
use crate::table::{Table, clean, facts, grouped, short};

/// Show what is in a .midge file or another model
#[derive(clap::Args)]
#[command(after_help = "Examples:
  midge inspect kws.midge --graph
  midge inspect kws.tflite --format json")]
pub(crate) struct Args {
    /// The file: .midge, .tflite, .onnx, or anything to be told what it is
    file: PathBuf,
    /// Every field of the header, and the sections
    #[arg(long)]
    header: bool,
    /// Every tensor
    #[arg(long)]
    tensors: bool,
    /// The graph, drawn
    #[arg(long)]
    graph: bool,
    #[cfg(feature = "convert")]
    #[command(flatten)]
    given: crate::given::Given,
}

/// Everything that there is to know; the table shows what was asked for.
#[derive(Serialize)]
struct Report {
    file: PathBuf,
    format: &'static str,
    bytes: u64,
    name: Option<String>,
    about: Facts,
    #[serde(skip_serializing_if = "Option::is_none")]
    stream: Option<Streaming>,
    macs: u64,
    parameters: u64,
    inputs: Vec<Tensor>,
    outputs: Vec<Tensor>,
    arena_bytes: Option<u64>,
    const_bytes: u64,
    header: Facts,
    sections: Vec<Section>,
    layers: Vec<Layer>,
    tensors: Vec<Tensor>,
    graph: Vec<String>,
}

/// What a file says about itself, name and value.
struct Facts(Vec<(&'static str, Value)>);

#[derive(Clone, Serialize)]
struct Tensor {
    name: String,
    shape: Vec<usize>,
    dtype: &'static str,
    scale: Option<f32>,
    zero_point: Option<i32>,
    /// Number of scales where each channel has its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    channels: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<Place>,
}

#[derive(Clone, Serialize)]
struct Place {
    region: &'static str,
    offset: u64,
    bytes: u64,
}

#[derive(Serialize)]
struct Section {
    name: &'static str,
    offset: u64,
    bytes: u64,
    crc32: String,
    device: bool,
    present: bool,
}

pub(crate) fn run(args: &Args, show: &Show) -> Result<(), Failure> {
    let bytes = Bytes::open(&args.file)?;
    let report = if bytes.as_slice().starts_with(&MAGIC) {
        plan::report(&args.file, &File::open(&args.file)?)?
    } else {
        foreign(args, bytes.as_slice())?
    };
    show.data(&report, || report.text(args))
}

#[cfg(feature = "convert")]
fn foreign(args: &Args, bytes: &[u8]) -> Result<Report, Failure> {
    source::report(&args.file, bytes, &args.given)
}

#[cfg(not(feature = "convert"))]
fn foreign(args: &Args, _: &[u8]) -> Result<Report, Failure> {
    let what = format!("{}: not a .midge file, and this build reads no other", args.file.display());
    Err(Failure::input(what).hint("the feature `convert` brings other formats"))
}

impl Report {
    fn text(&self, args: &Args) -> String {
        let mut lines = vec![
            ("file", self.file.display().to_string()),
            ("format", self.format.to_string()),
            ("bytes", grouped(self.bytes)),
        ];
        lines.extend(self.name.clone().map(|name| ("name", name)));
        lines.extend(self.about.lines());
        lines.extend(self.stream.map(|stream| ("streams", stream.to_string())));
        lines.push(("MACs", grouped(self.macs)));
        lines.push(("parameters", grouped(self.parameters)));
        lines.extend(self.arena_bytes.map(|n| ("arena", format!("{} bytes", grouped(n)))));
        lines.push(("constants", format!("{} bytes", grouped(self.const_bytes))));
        lines.extend(self.inputs.iter().map(|t| ("input", t.line())));
        lines.extend(self.outputs.iter().map(|t| ("output", t.line())));
        let mut text = facts(&lines);
        if args.header {
            text += &format!("\nheader\n{}\n{}", facts(&self.header.lines()), self.section_table());
        }
        if args.graph {
            let lines: String = self.graph.iter().map(|line| format!("{}\n", clean(line))).collect();
            text += &format!("\n{lines}");
        }
        if args.tensors {
            text += &format!("\n{}", self.tensor_table());
        }
        text + "\n" + &self.layer_table()
    }

    fn section_table(&self) -> String {
        let mut table = Table::new(&["section", "offset", "bytes", "crc32", "for"]);
        for s in &self.sections {
            let reader = if s.device { "device" } else { "tools" };
            let reader = if s.present { reader } else { "tools (stripped)" };
            let (name, offset) = (s.name.into(), s.offset.to_string());
            table.row([name, offset, grouped(s.bytes), s.crc32.clone(), reader.into()]);
        }
        table.text()
    }

    fn tensor_table(&self) -> String {
        let mut table = Table::new(&["tensor", "shape", "type", "scale", "zero", "in", "offset", "bytes"]);
        for t in &self.tensors {
            let text = |x: Option<String>| x.unwrap_or_default();
            let scales = t.channels.map(|n| format!("{n} scales"));
            let place = |get: fn(&Place) -> String| text(t.place.as_ref().map(get));
            table.row([
                short(&t.name),
                format!("{:?}", t.shape),
                t.dtype.into(),
                text(scales.or_else(|| t.scale.map(|s| s.to_string()))),
                text(t.zero_point.map(|z| z.to_string())),
                place(|p| p.region.into()),
                place(|p| p.offset.to_string()),
                place(|p| p.bytes.to_string()),
            ]);
        }
        table.text()
    }

    fn layer_table(&self) -> String {
        let titles = ["#", "op", "kernel", "output", "type", "MACs", "parameters", "bytes", "constants"];
        let statistics = ["min", "max", "mean", "zeros"];
        let mut table = Table::new(&[&titles[..], &statistics].concat());
        for l in &self.layers {
            let weights = |get: fn(&midge_runtime::layers::Weights) -> String| {
                l.weights.as_ref().map(get).unwrap_or_default()
            };
            table.row([
                l.index.to_string(),
                l.op.clone(),
                l.kernel.clone().unwrap_or_default(),
                format!("{:?}", l.shape),
                l.dtype.clone(),
                grouped(l.macs),
                grouped(l.parameters),
                grouped(l.output_bytes),
                grouped(l.const_bytes),
                weights(|w| w.min.to_string()),
                weights(|w| w.max.to_string()),
                weights(|w| format!("{:.3}", w.mean)),
                weights(|w| w.zeros.to_string()),
            ]);
        }
        table.text()
    }
}

impl Facts {
    fn lines(&self) -> Vec<(&'static str, String)> {
        let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_string);
        self.0.iter().map(|(name, value)| (*name, text(value))).collect()
    }
}

impl Serialize for Facts {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_map(self.0.iter().map(|(name, value)| (name, value)))
    }
}

impl Tensor {
    fn line(&self) -> String {
        let mut line = format!("{} {:?} {}", self.name, self.shape, self.dtype);
        if let (Some(scale), Some(zero)) = (self.scale, self.zero_point) {
            line += &format!(", scale {scale}, zero point {zero}");
        }
        line
    }
}
