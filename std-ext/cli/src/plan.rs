//! `midge plan`: where tensors lie in memory, and when.

use std::path::PathBuf;

use midge_compiler::footprint::{Extent, footprint};
use serde::Serialize;

use crate::convert::Choice;
use crate::failure::Failure;
use crate::show::Show;
use crate::table::{Table, facts, grouped, short};

/// Show where tensors lie in the arena, and when
#[derive(clap::Args)]
#[command(after_help = "Examples:
  midge plan kws.midge
  midge plan kws.tflite --target m4 --format json")]
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
    tensors: Vec<Tensor<'a>>,
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
    let file = crate::model::plan_for(&args.file, &args.choice)?;
    let footprint = footprint(&file.plan()?, file.names());
    let report = Report {
        naive_bytes: footprint.naive_bytes,
        lower_bound_bytes: footprint.lower_bound_bytes,
        peak_bytes: footprint.peak_bytes,
        tensors: footprint.tensors.iter().map(Tensor::from).collect(),
    };
    show.data(&report, || {
        let mut table = Table::new(&["tensor", "offset", "bytes", "first", "last"]);
        for t in &report.tensors {
            let numbers = [grouped(t.offset), grouped(t.bytes), t.first.to_string(), t.last.to_string()];
            let [offset, bytes, first, last] = numbers;
            table.row([short(t.name), offset, bytes, first, last]);
        }
        let totals = facts(&[
            ("all tensors", format!("{} bytes", grouped(report.naive_bytes))),
            ("lower bound", format!("{} bytes", grouped(report.lower_bound_bytes))),
            ("planned peak", format!("{} bytes", grouped(report.peak_bytes))),
        ]);
        format!("{totals}\n{}\n{}", table.text(), footprint.picture)
    })
}
