//! `midge optimize`: what conversion makes of a model's graph before it chooses kernels.

use std::path::PathBuf;

use midge_compiler::cost;
use midge_compiler::passes::{self, Done};
use serde::Serialize;

use crate::failure::Failure;
use crate::given::Given;
use crate::show::Show;
use crate::table::{Table, grouped};

/// Show what conversion leaves out of a model or does on the desktop, pass by pass
#[derive(clap::Args)]
#[command(
    after_help = "Each pass rewrites the graph that the one before has left; every conversion runs all of them. Integers stay
the same bits, floats as near as rounding.

Example:
  midge optimize kws.tflite"
)]
pub(crate) struct Args {
    /// The model
    model: PathBuf,
    #[command(flatten)]
    given: Given,
}

/// The graph at some point.
#[derive(Serialize)]
struct Line {
    pass: &'static str,
    changed: usize,
    operators: usize,
    macs: u64,
    parameters: u64,
}

impl From<Done> for Line {
    fn from(done: Done) -> Self {
        let Done { name, changed, operators, macs, parameters } = done;
        Line { pass: name, changed, operators, macs, parameters }
    }
}

#[derive(Serialize)]
struct Report {
    operators: usize,
    macs: u64,
    parameters: u64,
    passes: Vec<Line>,
}

pub(crate) fn run(args: &Args, show: &Show) -> Result<(), Failure> {
    let mut graph = crate::model::graph(&args.model, &args.given)?;
    let nodes = &graph.nodes;
    let report = Report {
        operators: nodes.len(),
        macs: nodes.iter().map(|node| cost::macs(&graph, node)).sum(),
        parameters: nodes.iter().map(|node| cost::parameters(&graph, node)).sum(),
        passes: passes::trace(&mut graph).into_iter().map(Line::from).collect(),
    };
    show.data(&report, || {
        let mut table = Table::new(&["pass", "changed", "operators", "MACs", "parameters"]);
        let mut row = |pass: &str, changed: String, operators: usize, macs, parameters| {
            table.row([pass.into(), changed, operators.to_string(), grouped(macs), grouped(parameters)]);
        };
        row("the model as it is", String::new(), report.operators, report.macs, report.parameters);
        for line in &report.passes {
            row(line.pass, line.changed.to_string(), line.operators, line.macs, line.parameters);
        }
        table.text()
    })
}
