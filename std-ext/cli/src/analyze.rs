//! `midge analyze`: what the numbers of a model are like on some data.

use std::path::PathBuf;

use midge_runtime::array::Arrays;
use midge_runtime::numerics::{Numerics, numerics};

use crate::failure::Failure;
use crate::show::Show;
use crate::table::{Table, clean, grouped, short};

/// Look for numbers that overflow or saturate, step by step
#[derive(clap::Args)]
#[command(
    after_help = "Floats that are infinite or no numbers are counted, and integers at the ends of their type: more than one in a
hundred is flagged, as the scale is likely too small for the data. Exit code 1 means that something is not finite.

Example:
  midge analyze kws.tflite --numerics --input features.npy"
)]
pub(crate) struct Args {
    /// A .midge file, or a model to convert in memory
    model: PathBuf,
    /// Look at the numbers that every step writes
    #[arg(long)]
    numerics: bool,
    /// Rows to run, as for `midge run`
    #[arg(short, long)]
    input: PathBuf,
}

pub(crate) fn run(args: &Args, show: &Show) -> Result<(), Failure> {
    if !args.numerics {
        return Err(Failure::usage("nothing to look at").hint("give --numerics"));
    }
    let file = crate::model::any(&args.model)?;
    let told = numerics(&file, &Arrays::read(&args.input)?, |_| ())?;
    show.data(&told, || text(&told))?;
    match told.first_not_finite() {
        None => Ok(()),
        Some(first) => Err(Failure::check(format!(
            "step {}, {} of {}, {}",
            first.step,
            first.op,
            clean(&first.name),
            first.flag
        ))),
    }
}

fn text(told: &Numerics) -> String {
    let mut table =
        Table::new(&["step", "operator", "tensor", "least", "greatest", "not finite", "saturated", "of", ""]);
    let number = |x: Option<f64>| x.map_or_else(|| "-".into(), |x| format!("{x:.4}"));
    for numbers in &told.steps {
        table.row([
            numbers.step.to_string(),
            numbers.op.clone(),
            short(&numbers.name),
            number(numbers.least),
            number(numbers.most),
            grouped((numbers.infinite + numbers.nan) as u64),
            grouped(numbers.saturated as u64),
            grouped(numbers.elements as u64),
            numbers.flag.into(),
        ]);
    }
    table.text()
}
