//! `midge validate`: every check on a .midge file.

use std::path::PathBuf;

use midge_core::plan::MAGIC;
use midge_runtime::bytes::Bytes;
use midge_runtime::verify;
use serde::Serialize;

use crate::failure::Failure;
use crate::show::Show;
use crate::table::facts;

/// Check every byte of a .midge file
#[derive(clap::Args)]
#[command(after_help = "Exit code 1 means that the file is damaged; each fault is listed with its place.

Example:
  midge validate kws.midge")]
pub(crate) struct Args {
    /// The .midge file
    file: PathBuf,
}

#[derive(Serialize)]
struct Verdict {
    file: PathBuf,
    bytes: u64,
    valid: bool,
    faults: Vec<String>,
}

pub(crate) fn run(args: &Args, show: &Show) -> Result<(), Failure> {
    let bytes = Bytes::open(&args.file)?;
    let bytes = bytes.as_slice();
    if !bytes.starts_with(&MAGIC) {
        return Err(Failure::input(format!("{}: not a .midge file", args.file.display()))
            .hint("`midge inspect` tells what it is"));
    }
    let faults: Vec<String> = verify::faults(bytes).iter().map(ToString::to_string).collect();
    let verdict =
        Verdict { file: args.file.clone(), bytes: bytes.len() as u64, valid: faults.is_empty(), faults };
    show.data(&verdict, || {
        let word = if verdict.valid { "valid" } else { "damaged" };
        facts(&[("file", args.file.display().to_string()), ("verdict", word.into())])
    })?;
    if verdict.valid {
        return Ok(());
    }
    Err(Failure::check(format!("{}: {}", args.file.display(), verdict.faults.join("\n  ")))
        .hint("copy or convert the file again"))
}
