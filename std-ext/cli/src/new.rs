//! `midge new`: projects that build as they are written.

use std::path::PathBuf;

use midge_probe::{Project, ProjectError};
use serde::Serialize;

use crate::chips;
use crate::convert::Choice;
use crate::failure::Failure;
use crate::show::Show;
use crate::table::facts;

/// Write a project that builds as it is
#[derive(clap::Args)]
#[command(after_help = "Examples:
  midge new firmware blink --board qemu-m4 --model kws.midge
  midge new firmware sensor --chip nrf52840-dk --model kws.tflite")]
pub(crate) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(clap::Subcommand)]
enum What {
    Firmware(Box<Firmware>),
}

/// Firmware of a chip or an emulated board, with a model linked in
#[derive(clap::Args)]
#[command(
    after_help = "The crate has the model, a golden input with its output, memory.x, and the core that it is built against. `cargo run
--release` in it runs the golden on the chip or in QEMU, `cargo host` on this machine. Nothing is ever overwritten.

Examples:
  midge new firmware blink --board qemu-m4 --model kws.midge
  midge new firmware sensor --chip nrf52840-dk --model kws.tflite"
)]
struct Firmware {
    /// The folder to make; its name is the crate's
    folder: PathBuf,
    /// A chip or board, or the start of its name (`midge chips` lists them); qemu-m4 and the like are emulated
    #[arg(long, visible_alias = "board", value_name = "NAME")]
    chip: String,
    /// A .midge file, or a model to convert for the chip
    #[arg(long, value_name = "FILE")]
    model: PathBuf,
}

#[derive(Serialize)]
struct Report<'a> {
    folder: &'a PathBuf,
    chip: &'a str,
    target: &'a str,
}

pub(crate) fn run(args: &Args, show: &Show) -> Result<(), Failure> {
    let What::Firmware(args) = &args.what;
    let name = args.folder.file_name().map(|name| name.to_string_lossy().to_lowercase()).unwrap_or_default();
    let name: String = name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
    if !name.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return Err(Failure::usage(format!("{} is no name for a crate", args.folder.display()))
            .hint("a crate's name begins with a letter"));
    }
    let chip = chips::named(&args.chip)?;
    let packed = crate::model::is_plan(&args.model)?;
    let choice = Choice { target: chip.target().filter(|_| !packed), ..Choice::default() };
    let (file, _) = crate::model::plan_for(&args.model, &choice)?;
    let project = Project::new(&name, &chip, &file).map_err(|error| failure(&error))?;
    project.write(&args.folder).map_err(|error| failure(&error))?;
    let report = Report { folder: &args.folder, chip: &chip.name, target: project.target };
    show.data(&report, || {
        facts(&[
            ("project", report.folder.display().to_string()),
            ("chip", report.chip.into()),
            ("target", format!("{} (rustup target add {0})", report.target)),
            ("run it", format!("cd {} && cargo run --release", report.folder.display())),
        ])
    })
}

fn failure(error: &ProjectError) -> Failure {
    match error {
        ProjectError::Exists(_) => Failure::usage(error).hint("name a folder that is not there"),
        ProjectError::Write { .. } | ProjectError::Core(_) => Failure::usage(error),
        _ => Failure::input(error),
    }
}
