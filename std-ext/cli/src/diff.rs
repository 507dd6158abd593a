//! `midge diff`: two models on the same inputs, layer by layer.

use std::path::PathBuf;

use midge_runtime::array::Dtype;
use midge_runtime::diff::{Diff, DiffError, Pair, diff};
use midge_runtime::ports::Ports;

use crate::data::{Preprocess, with_steps};
use crate::failure::Failure;
use crate::show::Show;
use crate::table::{Table, clean, grouped, short};

/// Compare two models step by step on the same inputs
#[derive(clap::Args)]
#[command(
    after_help = with_steps("Steps belong together when they write tensors of the same name. Exit code 1 means that the models differ.

Examples:
  midge diff before.tflite after.tflite --input features.npy
  midge diff kws.tflite kws-m4.midge --input features.npy
  midge diff float.tflite int8.tflite --input features.npy --tolerance 0.05")
)]
pub(crate) struct Args {
    /// A .midge file, or a model to convert in memory
    a: PathBuf,
    /// The other
    b: PathBuf,
    /// Inputs for both, as for `midge run`; real values where the models store them differently
    #[arg(short, long)]
    input: PathBuf,
    #[command(flatten)]
    preprocess: Preprocess,
    /// Greatest difference of a number that is none; 0: the same bits
    #[arg(long, default_value_t = 0.0, value_parser = tolerance)]
    tolerance: f64,
}

pub(crate) fn run(args: &Args, show: &Show) -> Result<(), Failure> {
    let (a, b) = (crate::model::any(&args.a)?, crate::model::any(&args.b)?);
    args.preprocess.check(&[&args.input])?;
    let preprocess = match args.preprocess.of(&a)? {
        open if open.steps().is_none() => open.of(&b)?,
        steps => steps,
    };
    let mut ports = Ports::of(&a.plan()?, a.names());
    for port in &mut ports.inputs {
        // real numbers, as the other may store them differently
        (port.dtype, port.scale, port.zero) = (Dtype::F32, None, None);
    }
    let arrays = preprocess.inputs(&args.input, &ports)?;
    let told = diff(&a, &b, &arrays, args.tolerance, |_| ())?;
    show.data(&told, || text(&told))?;
    if told.same {
        return Ok(());
    }
    let worst = told.steps.iter().chain(&told.outputs).find(|pair| pair.differs);
    let place = worst.map(place).unwrap_or_default();
    Err(Failure::check(format!("{} and {} differ{place}", args.a.display(), args.b.display())))
}

fn tolerance(text: &str) -> Result<f64, String> {
    let number = text.parse().ok().filter(|x: &f64| x.is_finite() && *x >= 0.0);
    number.ok_or_else(|| "a number that is not negative".into())
}

fn place(pair: &Pair) -> String {
    match pair.a {
        Some(step) => format!(", first at step {step}, {}", clean(&pair.name)),
        None => format!(" in the output {}", clean(&pair.name)),
    }
}

fn text(told: &Diff) -> String {
    let mut table = Table::new(&["a", "b", "kernel", "tensor", "equal", "of", "max error", "SNR dB", ""]);
    for pair in told.steps.iter().chain(&told.outputs) {
        let number = |step: Option<usize>| step.map_or_else(|| "output".into(), |s| s.to_string());
        let kernel = match &pair.kernels {
            Some([a, b]) if a == b => a.clone(),
            Some([a, b]) => format!("{a} / {b}"),
            None => String::new(),
        };
        table.row([
            number(pair.a),
            number(pair.b),
            kernel,
            short(&pair.name),
            grouped(pair.equal as u64),
            grouped(pair.elements as u64),
            pair.max_error.map_or_else(|| "not finite".into(), |e| format!("{e:.6}")),
            pair.snr_db.map_or_else(|| "-".into(), |db| format!("{db:.1}")),
            if pair.differs { "differs".into() } else { String::new() },
        ]);
    }
    let mut out = table.text();
    for (side, only) in [("a", &told.only_a), ("b", &told.only_b)] {
        if !only.is_empty() {
            let steps = only.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
            out += &format!("steps of {side} alone: {steps}\n");
        }
    }
    out
}

impl From<DiffError> for Failure {
    fn from(error: DiffError) -> Self {
        match error {
            DiffError::File(error) => error.into(),
            DiffError::Rows(error) => error.into(),
            DiffError::Run(error) => error.into(),
            DiffError::Array(error) => error.into(),
            DiffError::Outputs(..) => Failure::input(error)
                .hint("compare models of the same network, converted or trained differently"),
        }
    }
}
