//! `midge plot`: curves of a training as a picture.

use std::path::{Path, PathBuf};

use midge_recipe::{chart, curve};
use serde::Serialize;

use crate::convert::write;
use crate::failure::Failure;
use crate::show::Show;

/// Draw the curves of a training
#[derive(clap::Args)]
#[command(after_help = "The first column counts, every other is a curve; `step` and `rate` are left out.

Examples:
  midge plot checkpoints/metrics.csv -o loss.svg
  midge plot checkpoints/metrics.csv -o loss.png")]
pub(crate) struct Args {
    /// Numbers below titles, as `midge train` writes them
    file: PathBuf,
    /// The picture to write: .svg or .png
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
}

#[derive(Serialize)]
struct Told<'a> {
    file: &'a Path,
    curves: Vec<String>,
    rows: usize,
}

pub(crate) fn run(args: &Args, show: &Show) -> Result<(), Failure> {
    let text = std::fs::read_to_string(&args.file)
        .map_err(|error| Failure::input(format!("cannot read {}: {error}", args.file.display())))?;
    let about = |error: midge_recipe::Error| Failure::from(error).about(&args.file);
    let columns = curve::read(&text).map_err(about)?;
    let bytes = match args.output.extension().and_then(|extension| extension.to_str()) {
        Some("svg") => chart::svg(&columns).map(String::into_bytes),
        Some("png") => chart::png(&columns),
        _ => return Err(Failure::usage("a picture is written as .svg or .png").about(&args.output)),
    };
    write(&args.output, &bytes.map_err(about)?)?;
    let curves = columns.iter().skip(1).map(|column| column.title.clone()).collect();
    let told =
        Told { file: &args.output, curves, rows: columns.first().map_or(0, |column| column.numbers.len()) };
    show.data(&told, || format!("{} epochs -> {}\n", told.rows, told.file.display()))
}
