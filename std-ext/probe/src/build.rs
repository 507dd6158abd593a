//! Firmware projects, built by cargo.

use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;

/// A firmware that cargo has built.
#[derive(Clone, Debug)]
pub struct Built {
    /// Its ELF file.
    pub elf: PathBuf,
    /// The chip that the project is for, by its manifest: `package.metadata.midge.chip`.
    pub chip: Option<String>,
}

/// Why there is no firmware.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// Nothing that cargo could build.
    #[error("{} is no project: there is no Cargo.toml", .0.display())]
    NoProject(PathBuf),
    /// Cargo cannot be started.
    #[error("cannot start cargo: {0}")]
    Cargo(#[from] io::Error),
    /// It fails, and has said why.
    #[error("cargo does not build {}", .0.display())]
    Failed(PathBuf),
    /// A library, or several programs.
    #[error("{} has {count} programs, and one is flashed", .folder.display())]
    Programs {
        /// The project.
        folder: PathBuf,
        /// How many.
        count: usize,
    },
}

/// Builds a project for release. What cargo says goes to standard error.
///
/// # Errors
/// [`BuildError`].
pub fn build(folder: &Path) -> Result<Built, BuildError> {
    if !folder.join("Cargo.toml").is_file() {
        return Err(BuildError::NoProject(folder.into()));
    }
    let cargo = |arguments: &[&str]| -> Result<Output, BuildError> {
        let mut cargo = Command::new("cargo");
        cargo.args(arguments).current_dir(folder).stdin(Stdio::null()).stderr(Stdio::inherit());
        let output = cargo.output()?;
        if output.status.success() { Ok(output) } else { Err(BuildError::Failed(folder.into())) }
    };
    let built = cargo(&["build", "--release", "--message-format", "json-render-diagnostics"])?;
    let messages = built.stdout.split(|byte| *byte == b'\n');
    let mut programs: Vec<PathBuf> = messages
        .filter_map(|line| serde_json::from_slice::<Value>(line).ok())
        .filter_map(|message| Some(PathBuf::from(message.get("executable")?.as_str()?)))
        .collect();
    let elf = match (programs.pop(), programs.len()) {
        (Some(elf), 0) => elf,
        (last, rest) => {
            let count = rest + usize::from(last.is_some());
            return Err(BuildError::Programs { folder: folder.into(), count });
        }
    };
    let about = cargo(&["metadata", "--no-deps", "--format-version", "1"])?;
    let about: Value = serde_json::from_slice(&about.stdout).unwrap_or_default();
    let packages = about.get("packages").and_then(Value::as_array).into_iter().flatten();
    let mut chips = packages.filter_map(|package| package.pointer("/metadata/midge/chip")?.as_str());
    Ok(Built { elf, chip: chips.next().map(String::from) })
}
