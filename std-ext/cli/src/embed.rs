//! `midge embed`: a Rust module that links a model into firmware.

use std::path::PathBuf;

use midge_runtime::atomic;
use midge_runtime::embed::{Module, module};
use midge_runtime::ports::Ports;
use serde::Serialize;

use crate::convert::Choice;
use crate::failure::Failure;
use crate::show::Show;
use crate::table::facts;

/// Write a Rust module that links a model into firmware
#[derive(clap::Args)]
#[command(after_help = "The plan is written beside the module, which names it; the crate needs midge-core.

Examples:
  midge embed digits.midge -o src/digits.rs
  midge embed kws.tflite --target m4 -o src/kws.rs")]
pub(crate) struct Args {
    /// A .midge file, or a model to convert
    file: PathBuf,
    /// The module to write; the plan goes beside it, with the extension .midge
    #[arg(short, long, value_name = "FILE.rs")]
    output: PathBuf,
    #[command(flatten)]
    choice: Choice,
    /// Name of the static; else that of the module
    #[arg(long)]
    name: Option<String>,
}

#[derive(Serialize)]
struct Report {
    module: PathBuf,
    plan: PathBuf,
    arena_bytes: u64,
}

pub(crate) fn run(args: &Args, show: &Show) -> Result<(), Failure> {
    let (file, _) = crate::model::plan_for(&args.file, &args.choice)?;
    let plan = file.plan()?;
    // the module's compiler would refuse the same, later
    file.runtime()?;
    let beside = args.output.with_extension("midge");
    let stem = crate::model::stem(&args.output)
        .ok_or_else(|| Failure::usage(format!("{} names no file", args.output.display())))?;
    if beside == args.output {
        return Err(Failure::usage("the module needs another name than the plan").hint("end it in .rs"));
    }
    let path = beside.file_name().unwrap_or_default().to_string_lossy();
    let model = file.metadata().map_or(stem.as_str(), |m| m.name.as_str());
    let name = args.name.as_deref().unwrap_or(&stem);
    let ports = Ports::of(&plan, file.names());
    let text = module(&plan, &ports, &Module { name, plan_path: &path, model });
    // converting anew in place is a copy onto itself
    for (path, bytes) in [(&beside, file.bytes()), (&args.output, text.as_bytes())] {
        atomic::write(path, bytes)
            .map_err(|error| Failure::usage(format!("cannot write {}: {error}", path.display())))?;
    }
    let report = Report { module: args.output.clone(), plan: beside, arena_bytes: plan.arena_len() as u64 };
    show.data(&report, || {
        facts(&[
            ("module", report.module.display().to_string()),
            ("plan", report.plan.display().to_string()),
            ("arena", format!("{} bytes", report.arena_bytes)),
        ])
    })
}
