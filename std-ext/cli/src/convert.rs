//! `midge convert`: a model in, a .midge file out, or an ONNX file.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Instant;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use midge_compiler::stream::{Stream, stream};
use midge_compiler::{Optimize, Options, Target, Variant, Version};
use midge_runtime::atomic;
use midge_runtime::bytes::Bytes;
use midge_runtime::file::File;
use midge_runtime::host::Streaming;
use serde::Serialize;

use crate::data::{Preprocess, with_steps};
use crate::export;
use crate::failure::Failure;
use crate::given::Given;
use crate::show::Show;
use crate::table::{facts, grouped};

/// Convert a model to a .midge file, or to an ONNX file
#[derive(clap::Args)]
#[command(after_help = with_steps("With --preprocess the file says how its input is made, and for sounds holds the tables with which devices make it.

Examples:
  midge convert kws.tflite -o kws.midge
  midge convert kws.tflite -o kws.midge --target m4 --name keywords --model-version 1.2.0
  midge convert kws.tflite -o kws.midge --target m4 --optimize speed
  midge convert kws.tflite -o kws.midge --target m4 --variant 0=CONV_2D_PAIRS
  midge convert net.onnx -o net.midge --shape image=1,3,96,96
  midge convert spoken.onnx -o spoken.midge --preprocess \"rate 8000, length 6000, mfcc 256/160/256 20 20-4000 13\"
  midge convert causal.onnx -o stream.midge --stream --hop 2
  midge convert kws.tflite -o kws.onnx"))]
pub(crate) struct Args {
    /// The model: a .tflite or .onnx file
    input: PathBuf,
    /// The file to write: a .midge file, or what ends in .onnx
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
    #[command(flatten)]
    preprocess: Preprocess,
    #[command(flatten)]
    choice: Choice,
    #[command(flatten)]
    label: Label,
    #[command(flatten)]
    time: Time,
}

/// Whether and how a model streams.
#[derive(clap::Args)]
struct Time {
    /// A run gets the new frames only: the model keeps what it needs of earlier ones, and answers as it does for its whole
    /// window
    #[arg(long)]
    stream: bool,
    /// New frames of a run [default: as few as strides allow]
    #[arg(long, value_name = "FRAMES", requires = "stream")]
    hop: Option<usize>,
    /// The input's axis along which frames lie, from 0 [default: the first with more than one element]
    #[arg(long, value_name = "AXIS", requires = "stream")]
    axis: Option<usize>,
}

impl Time {
    /// As the compiler takes it.
    fn wanted(&self) -> Option<Stream> {
        self.stream.then_some(Stream { hop: self.hop, axis: self.axis })
    }
}

/// What a model is called.
#[derive(clap::Args)]
pub(crate) struct Label {
    /// The model's name; else that of the file
    #[arg(long)]
    name: Option<String>,
    /// The model's own version, such as 1.10.0
    #[arg(long, value_name = "VERSION")]
    model_version: Option<Version>,
}

/// What a model is packed for.
#[derive(clap::Args, Clone, Default)]
pub(crate) struct Choice {
    /// The core that kernels are chosen for; the file runs everywhere [default: portable]
    #[arg(long, value_parser = names(Target::ALL))]
    pub(crate) target: Option<Target>,
    /// Fewest instructions, least flash, or the best of half as much flash again for weights [default: balanced]
    #[arg(long, value_parser = names(Optimize::ALL))]
    pub(crate) optimize: Option<Optimize>,
    /// A kernel for a step, as `midge plan` numbers and names them, or for `all` steps that it can run; repeatable
    #[arg(long, value_name = "STEP=NAME")]
    pub(crate) variant: Vec<Variant>,
    #[command(flatten)]
    pub(crate) given: Given,
}

impl Label {
    /// Puts name and version in their place, where they are given.
    pub(crate) fn on(&self, mut options: Options) -> Options {
        options.name = self.name.clone().or(options.name);
        options.version.clone_from(&self.model_version);
        options
    }
}

impl Choice {
    /// The first option that is given and chooses kernels.
    pub(crate) fn of_kernels(&self) -> Option<&'static str> {
        let chosen = [
            ("--target", self.target.is_some()),
            ("--optimize", self.optimize.is_some()),
            ("--variant", !self.variant.is_empty()),
        ];
        chosen.into_iter().find(|(_, given)| *given).map(|(option, _)| option)
    }

    /// As the compiler takes it, for the model at `path`.
    pub(crate) fn options(&self, path: &Path) -> Options {
        Options {
            target: self.target.unwrap_or_default(),
            optimize: self.optimize.unwrap_or_default(),
            name: crate::model::stem(path),
            version: None,
            variants: self.variant.clone(),
            given: self.given.of(path),
            preprocess: None,
            stream: None,
        }
    }
}

/// Names of choices, for help, completion and checking.
pub(crate) fn names<T, const N: usize>(all: [(T, &'static str); N]) -> impl TypedValueParser<Value = T>
where
    T: FromStr<Err: Error + Send + Sync> + Clone + Send + Sync + 'static,
{
    PossibleValuesParser::new(all.map(|(_, name)| name)).try_map(|name| name.parse::<T>())
}

#[derive(Serialize)]
struct Summary {
    file: PathBuf,
    bytes: u64,
    name: String,
    target: String,
    optimize: String,
    macs: u64,
    parameters: u64,
    arena_bytes: u64,
    const_bytes: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    stream: Option<Streaming>,
}

pub(crate) fn run(args: &Args, show: &Show) -> Result<(), Failure> {
    if export::is_onnx(&args.output) {
        return run_to_onnx(args, show);
    }
    let start = Instant::now();
    let model = Bytes::open(&args.input)?;
    let mut options = args.label.on(args.choice.options(&args.input));
    options.preprocess = args.preprocess.steps().cloned();
    options.stream = args.time.wanted();
    show.spin("converting");
    let compiled = midge_compiler::convert(model.as_slice(), &options)
        .map_err(|error| Failure::from(error).about(&args.input))?;
    let file = File::from_bytes(&compiled.file)?;
    let plan = file.plan()?;
    write(&args.output, file.bytes())?;
    show.detail(format!("converted in {:.0?}", start.elapsed()));
    let summary = Summary {
        file: args.output.clone(),
        bytes: file.bytes().len() as u64,
        name: compiled.metadata.name,
        target: compiled.metadata.target,
        optimize: compiled.metadata.optimize,
        macs: compiled.metadata.macs,
        parameters: compiled.metadata.parameters,
        arena_bytes: plan.arena_len() as u64,
        const_bytes: plan.constants().len() as u64,
        stream: compiled.metadata.stream,
    };
    show.data(&summary, || {
        let stream = summary.stream.map(|stream| ("streams", stream.to_string()));
        let all = [
            ("file", summary.file.display().to_string()),
            ("bytes", grouped(summary.bytes)),
            ("name", summary.name.clone()),
            ("target", summary.target.clone()),
            ("optimize", summary.optimize.clone()),
            ("MACs", grouped(summary.macs)),
            ("parameters", grouped(summary.parameters)),
            ("arena", format!("{} bytes", grouped(summary.arena_bytes))),
            ("constants", format!("{} bytes", grouped(summary.const_bytes))),
        ];
        facts(&all.into_iter().chain(stream).collect::<Vec<_>>())
    })
}

fn run_to_onnx(args: &Args, show: &Show) -> Result<(), Failure> {
    export::check(&args.choice)?;
    if args.preprocess.steps().is_some() {
        return Err(Failure::usage("--preprocess is for .midge files; an ONNX file has no place for it"));
    }
    let mut graph = crate::model::graph(&args.input, &args.choice.given)?;
    if let Some(wanted) = args.time.wanted() {
        stream(&mut graph, &wanted).map_err(|error| Failure::from(error).about(&args.input))?;
    }
    let options = args.label.on(args.choice.options(&args.input));
    let bytes = export::file(&graph, &options).map_err(|failure| failure.about(&args.input))?;
    write(&args.output, &bytes)?;
    let made = export::Summary::new(&graph, &options, &args.output, &bytes);
    show.data(&made, || {
        facts(&[
            ("file", made.file.display().to_string()),
            ("bytes", grouped(made.bytes)),
            ("name", made.name.clone()),
            ("MACs", grouped(made.macs)),
            ("parameters", grouped(made.parameters)),
        ])
    })
}

/// Writes a file, whole or not at all.
pub(crate) fn write(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let written = atomic::write(path, bytes);
    written.map_err(|error| Failure::usage(format!("cannot write {}: {error}", path.display())))
}
