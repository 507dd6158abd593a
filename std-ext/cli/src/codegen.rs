//! `midge codegen`: Rust that is made of a model.

use std::path::{Path, PathBuf};

use midge_runtime::array::Arrays;
use midge_runtime::atomic;
use midge_runtime::golden::{Golden, GoldenError};
use midge_runtime::ports::Ports;
use midge_runtime::rows::pack;
use serde::Serialize;

use crate::convert::Choice;
use crate::failure::Failure;
use crate::show::Show;
use crate::table::facts;

/// Write Rust that is made of a model
#[derive(clap::Args)]
#[command(after_help = "Examples:
  midge codegen test kws.midge -o tests/kws.rs
  midge codegen test kws.tflite --target m4 --input features.npy -o tests/kws.rs")]
pub(crate) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(clap::Subcommand)]
enum What {
    Test(Box<Test>),
}

/// A golden test: the model gives the outputs that it gives here, to the last bit
#[derive(clap::Args)]
#[command(
    after_help = "The plan and the rows are written beside the test, which names them; its crate needs midge-core. `cargo test` fails
as soon as a weight, a kernel or an input is another one.

Examples:
  midge codegen test kws.midge -o tests/kws.rs
  midge codegen test kws.tflite --target m4 --input features.npy -o tests/kws.rs"
)]
struct Test {
    /// A .midge file, or a model to convert
    file: PathBuf,
    /// Arrays as for `midge run`; else eight rows of noise
    #[arg(long, value_name = "FILE")]
    input: Option<PathBuf>,
    /// The test to write; the plan and the rows go beside it
    #[arg(short, long, value_name = "FILE.rs")]
    output: PathBuf,
    #[command(flatten)]
    choice: Choice,
}

/// Rows of noise in a test.
const ROWS: usize = 8;

#[derive(Serialize)]
struct Report<'a> {
    test: &'a Path,
    plan: &'a Path,
    rows: usize,
}

pub(crate) fn run(args: &Args, show: &Show) -> Result<(), Failure> {
    let What::Test(args) = &args.what;
    let (file, _) = crate::model::plan_for(&args.file, &args.choice)?;
    let ports = Ports::of(&file.plan()?, file.names());
    let golden = match &args.input {
        Some(path) => Golden::made(&file, pack(&Arrays::read(path)?, &ports)?.bytes),
        None => Golden::of(&file, ROWS),
    };
    let golden = golden.map_err(|error| match error {
        GoldenError::Model(error) => error.into(),
        error => Failure::input(error),
    })?;
    let beside = |extension| args.output.with_extension(extension);
    let [plan, inputs, outputs] = ["midge", "input.bin", "output.bin"].map(beside);
    let stem = args.output.file_stem().filter(|_| plan != args.output).unwrap_or_default().to_string_lossy();
    if stem.is_empty() {
        return Err(
            Failure::usage(format!("{} is no name for a test", args.output.display())).hint("end it in .rs")
        );
    }
    let model = file.metadata().map_or(&*stem, |metadata| metadata.name.as_str());
    let text = golden.test(&ports, &stem, model);
    // the test comes last: what it names is there
    let files = [
        (&plan, file.bytes()),
        (&inputs, golden.inputs.as_slice()),
        (&outputs, golden.outputs.as_slice()),
        (&args.output, text.as_bytes()),
    ];
    for (path, bytes) in files {
        atomic::write(path, bytes)
            .map_err(|error| Failure::usage(format!("cannot write {}: {error}", path.display())))?;
    }
    let report = Report { test: &args.output, plan: &plan, rows: golden.rows };
    show.data(&report, || {
        facts(&[
            ("test", report.test.display().to_string()),
            ("plan", report.plan.display().to_string()),
            ("rows", report.rows.to_string()),
        ])
    })
}
