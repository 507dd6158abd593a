//! Firmware projects: a crate with a model linked in, for a chip or an emulated board.
//!
//! A project has everything that it is built of but crates from the registry: the core is that of the program that writes it.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use midge_runtime::array::Dtype;
use midge_runtime::file::File;
use midge_runtime::golden::{Golden, GoldenError};
use midge_runtime::layers::layers;
use midge_runtime::ports::Ports;

use crate::chip::Chip;
use crate::device::Device;

/// The core's sources, by their paths in its crate.
const CORE: &[(&str, &[u8])] = include!(concat!(env!("OUT_DIR"), "/core.rs"));
const CORE_MANIFEST: &str = include_str!(concat!(env!("OUT_DIR"), "/core.toml"));

/// A project that is to be written.
#[derive(Clone, Debug)]
pub struct Project {
    files: Vec<(PathBuf, Vec<u8>)>,
    /// Rust's name of the machine.
    pub target: &'static str,
}

/// Why there is no project.
#[derive(Debug, thiserror::Error)]
pub enum ProjectError {
    /// There is no template for the chip.
    #[error(
        "there is no firmware project for {0} yet: they are for Cortex-M, for RISC-V that starts without a boot loader, and for esp32c3"
    )]
    Core(String),
    /// The model cannot be linked or run.
    #[error(transparent)]
    Model(#[from] GoldenError),
    /// There is something.
    #[error("{} is there already, and a project never overwrites anything", .0.display())]
    Exists(PathBuf),
    /// The folder cannot be written.
    #[error("cannot write {}: {error}", .path.display())]
    Write {
        /// What.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
}

impl Project {
    /// A project with this name for a model on a chip. The golden's input is numbers that look like noise, the same for every
    /// model of that shape; its output is computed here.
    ///
    /// # Errors
    /// [`ProjectError`].
    pub fn new(name: &str, chip: &Chip, model: &File) -> Result<Project, ProjectError> {
        let device = Device::of(chip).ok_or_else(|| ProjectError::Core(chip.name.clone()))?;
        let Golden { inputs: input, outputs: output, .. } = Golden::of(model, 1)?;
        let plan = model.plan().map_err(GoldenError::Model)?;
        let ports = Ports::of(&plan, model.names());
        let kernels = layers(&plan, model.names());
        let kernels = kernels.iter().map(|layer| layer.kernel.as_ref().unwrap_or(&layer.op));
        let kernels: Vec<_> = kernels.map(|kernel| format!("{kernel:?}")).collect();
        let first = ports.outputs.first().ok_or(GoldenError::NoPorts)?;
        let scores = scores(first.dtype, first.elements());
        let title = model.metadata().map_or(name, |metadata| &metadata.name);
        let title: String = title.chars().filter(|c| !c.is_control()).collect();
        let words = [
            ("{name}", name.to_owned()),
            ("{title}", title),
            ("{chip}", chip.name.clone()),
            ("{core}", device.core.into()),
            ("{boot}", device.boot),
            ("{start}", device.start.into()),
            ("{dependencies}", device.dependencies),
            ("{input}", input.len().to_string()),
            ("{output}", output.len().to_string()),
            ("{scores}", scores),
            ("{steps}", kernels.len().to_string()),
            ("{kernels}", kernels.join(", ")),
            ("{clock}", device.clock.trim_end().into()),
            ("{target}", device.target.into()),
            ("{runs}", device.runs),
            ("{needs}", device.needs.into()),
            ("{map}", device.memory.as_ref().map_or("", |_| MAP).into()),
        ];
        let filled = |text: &str| {
            words.iter().fold(text.to_owned(), |text, (word, with)| text.replace(word, with)).into_bytes()
        };
        let mut files: Vec<(PathBuf, Vec<u8>)> = vec![
            ("Cargo.toml".into(), filled(include_str!("../template/Cargo.toml.txt"))),
            ("README.md".into(), filled(include_str!("../template/README.md"))),
            (".cargo/config.toml".into(), device.config.into_bytes()),
            (".gitignore".into(), b"/target\n".to_vec()),
            ("model.midge".into(), model.bytes().to_vec()),
            ("golden/input.bin".into(), input),
            ("golden/output.bin".into(), output),
            ("src/lib.rs".into(), filled(include_str!("../template/lib.rs"))),
            ("src/profile.rs".into(), filled(include_str!("../template/profile.rs"))),
            ("src/main.rs".into(), filled(device.main)),
            ("midge-core/Cargo.toml".into(), CORE_MANIFEST.as_bytes().to_vec()),
        ];
        if let Some(map) = device.memory {
            files.push(("build.rs".into(), BUILD.as_bytes().to_vec()));
            files.push(("memory.x".into(), map.into_bytes()));
        }
        files.extend(CORE.iter().map(|(path, bytes)| (Path::new("midge-core").join(path), bytes.to_vec())));
        Ok(Project { files, target: device.target })
    }

    /// Writes the project into a new folder: all of it, or nothing.
    ///
    /// # Errors
    /// [`ProjectError::Exists`], [`ProjectError::Write`].
    pub fn write(&self, folder: &Path) -> Result<(), ProjectError> {
        if folder.symlink_metadata().is_ok() {
            return Err(ProjectError::Exists(folder.into()));
        }
        let mut part = folder.as_os_str().to_owned();
        part.push(format!(".part-{}", std::process::id()));
        let part = PathBuf::from(part);
        let written = self.write_into(&part).and_then(|()| {
            fs::rename(&part, folder).map_err(|error| ProjectError::Write { path: folder.into(), error })
        });
        if written.is_err() {
            // what is left is of no use, and where it cannot be removed nothing more can be done
            let _ = fs::remove_dir_all(&part);
        }
        written
    }

    fn write_into(&self, part: &Path) -> Result<(), ProjectError> {
        for (path, bytes) in &self.files {
            let path = part.join(path);
            let made =
                path.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| fs::write(&path, bytes));
            made.map_err(|error| ProjectError::Write { path, error })?;
        }
        Ok(())
    }
}

/// What the table of files says of the linker's map.
const MAP: &str = "| `memory.x` | the chip's flash and RAM |\n";

const BUILD: &str = "//! Puts `memory.x` where the linker looks.

fn main() {
    println!(\"cargo::rerun-if-changed=memory.x\");
    println!(\"cargo::rustc-link-search={}\", std::env::var(\"CARGO_MANIFEST_DIR\").unwrap_or_default());
}
";

/// How the highest of an output's numbers is looked for.
fn scores(dtype: Dtype, count: usize) -> String {
    let wide = |kind: &str, bytes: usize| {
        format!("as_chunks::<{bytes}>().0.iter().take({count}).map(|bytes| {kind}::from_le_bytes(*bytes))")
    };
    match dtype {
        Dtype::I8 => format!("iter().take({count}).map(|byte| *byte as i8)"),
        Dtype::I16 => wide("i16", 2),
        Dtype::I32 => wide("i32", 4),
        Dtype::I64 => wide("i64", 8),
        Dtype::F32 => wide("f32", 4),
        _ => format!("iter().take({count}).copied()"),
    }
}
