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
#[cfg(feature = "train")]
use crate::table::grouped;

/// Write Rust that is made of a model
#[derive(clap::Args)]
#[command(after_help = "Examples:
  midge codegen test kws.midge -o tests/kws.rs
  midge codegen test kws.tflite --target m4 --input features.npy -o tests/kws.rs
  midge codegen model kws_float.tflite -o src/kws.rs")]
pub(crate) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(clap::Subcommand)]
enum What {
    Test(Box<Test>),
    #[cfg(feature = "train")]
    Model(Model),
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

/// The architecture of a float model in Rust, to train it on with midge-train
#[cfg(feature = "train")]
#[derive(clap::Args)]
#[command(
    after_help = "A struct of layers with the model's names, `new` for fresh weights, `load` for those of the model, which are written
beside the code as .safetensors, and `forward`. Batch normalization is part of the layer before it, as in the model that
ships. Operators that midge-train has no layer or operation for are listed, and nothing is written.

Examples:
  midge codegen model kws_float.tflite -o src/kws.rs
  midge codegen model net.onnx --shape image=1,3,96,96 -o src/net.rs"
)]
struct Model {
    /// A model of floats: .tflite, .onnx and what else can be converted
    file: PathBuf,
    /// The code to write; the weights go beside it
    #[arg(short, long, value_name = "FILE.rs")]
    output: PathBuf,
    #[command(flatten)]
    given: crate::given::Given,
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
    match &args.what {
        What::Test(args) => test(args, show),
        #[cfg(feature = "train")]
        What::Model(args) => model(args, show),
    }
}

fn test(args: &Test, show: &Show) -> Result<(), Failure> {
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
    let stem = stem(&args.output)?;
    let model = file.metadata().map_or(&*stem, |metadata| metadata.name.as_str());
    let text = golden.test(&ports, &stem, model);
    // the test comes last: what it names is there
    write(&[
        (&plan, file.bytes()),
        (&inputs, golden.inputs.as_slice()),
        (&outputs, golden.outputs.as_slice()),
        (&args.output, text.as_bytes()),
    ])?;
    let report = Report { test: &args.output, plan: &plan, rows: golden.rows };
    show.data(&report, || {
        facts(&[
            ("test", report.test.display().to_string()),
            ("plan", report.plan.display().to_string()),
            ("rows", report.rows.to_string()),
        ])
    })
}

#[cfg(feature = "train")]
fn model(args: &Model, show: &Show) -> Result<(), Failure> {
    #[derive(Serialize)]
    struct Report<'a> {
        code: &'a Path,
        weights: &'a Path,
        network: &'a str,
        parameters: usize,
    }
    let stem = stem(&args.output)?;
    let graph = crate::model::graph(&args.file, &args.given)?;
    let code =
        midge_train::Code::of(graph, &stem).map_err(|error| Failure::input(error).about(&args.file))?;
    let weights = args.output.with_extension("safetensors");
    let bytes = code.weights.bytes(&weights).map_err(Failure::usage)?;
    write(&[(&weights, &bytes), (&args.output, code.text.as_bytes())])?;
    let report =
        Report { code: &args.output, weights: &weights, network: &code.name, parameters: code.parameters };
    show.data(&report, || {
        facts(&[
            ("code", report.code.display().to_string()),
            ("weights", report.weights.display().to_string()),
            ("network", report.network.into()),
            ("parameters", grouped(report.parameters as u64)),
        ])
    })
}

/// What a file of Rust is called, without its extension.
fn stem(path: &Path) -> Result<String, Failure> {
    if path.extension().is_none_or(|extension| extension != "rs") {
        return Err(
            Failure::usage(format!("{} is no name for a file of Rust", path.display())).hint("end it in .rs")
        );
    }
    Ok(crate::model::stem(path).unwrap_or_default())
}

/// Writes files, each whole or not at all, in this order.
fn write(files: &[(&Path, &[u8])]) -> Result<(), Failure> {
    files.iter().try_for_each(|(path, bytes)| {
        atomic::write(path, bytes)
            .map_err(|error| Failure::usage(format!("cannot write {}: {error}", path.display())))
    })
}
