//! `midge convert`: a model in, a .midge file out.

use std::path::PathBuf;
use std::time::Instant;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use midge_compiler::{Options, Target};
use midge_runtime::atomic;
use midge_runtime::bytes::Bytes;
use midge_runtime::file::File;
use serde::Serialize;

use crate::failure::Failure;
use crate::show::Show;
use crate::table::{facts, grouped};

/// Convert a model to a .midge file
#[derive(clap::Args)]
#[command(after_help = "Examples:
  midge convert kws.tflite -o kws.midge
  midge convert kws.tflite -o kws.midge --target m4 --name keywords")]
pub(crate) struct Args {
    /// The model: an int8 .tflite file
    input: PathBuf,
    /// The .midge file to write
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
    /// The core that kernels are chosen for; the file runs everywhere
    #[arg(long, default_value = "portable", value_parser = target())]
    target: Target,
    /// The model's name; else that of the file
    #[arg(long)]
    name: Option<String>,
}

#[derive(Serialize)]
struct Summary {
    file: PathBuf,
    bytes: u64,
    name: String,
    target: String,
    macs: u64,
    parameters: u64,
    arena_bytes: u64,
    const_bytes: u64,
}

pub(crate) fn run(args: &Args, show: &Show) -> Result<(), Failure> {
    let start = Instant::now();
    let model = Bytes::open(&args.input)?;
    let name = args.name.clone().or_else(|| crate::model::stem(&args.input));
    show.spin("converting");
    let compiled = midge_compiler::convert(model.as_slice(), &Options { target: args.target, name })
        .map_err(|error| Failure::from(error).about(&args.input))?;
    let file = File::from_bytes(&compiled.file)?;
    let plan = file.plan()?;
    atomic::write(&args.output, file.bytes())
        .map_err(|error| Failure::usage(format!("cannot write {}: {error}", args.output.display())))?;
    show.detail(format!("converted in {:.0?}", start.elapsed()));
    let summary = Summary {
        file: args.output.clone(),
        bytes: file.bytes().len() as u64,
        name: compiled.metadata.name,
        target: compiled.metadata.target,
        macs: compiled.metadata.macs,
        parameters: compiled.metadata.parameters,
        arena_bytes: plan.arena_len() as u64,
        const_bytes: plan.constants().len() as u64,
    };
    show.data(&summary, || {
        facts(&[
            ("file", summary.file.display().to_string()),
            ("bytes", grouped(summary.bytes)),
            ("name", summary.name.clone()),
            ("target", summary.target.clone()),
            ("MACs", grouped(summary.macs)),
            ("parameters", grouped(summary.parameters)),
            ("arena", format!("{} bytes", grouped(summary.arena_bytes))),
            ("constants", format!("{} bytes", grouped(summary.const_bytes))),
        ])
    })
}

/// Names of targets, for help, completion and checking.
pub(crate) fn target() -> impl TypedValueParser<Value = Target> {
    PossibleValuesParser::new(Target::ALL.map(|(_, name)| name)).try_map(|name| name.parse::<Target>())
}
