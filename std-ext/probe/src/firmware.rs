//! Firmware projects: a crate with a model linked in, for a chip or an emulated board.
//!
//! A project has everything that it is built of but crates from the registry: the core is that of the program that writes it.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use midge_runtime::array::Dtype;
use midge_runtime::emulated::{self, Machine};
use midge_runtime::file::{File, FileError};
use midge_runtime::ports::Ports;
use midge_runtime::session::{RunError, Session};

use crate::chip::{Chip, Memory};

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
    /// There is no template for the chip's core.
    #[error("there is no firmware project for {0} yet: they are for Cortex-M")]
    Core(String),
    /// The model cannot be linked or run.
    #[error(transparent)]
    Model(#[from] FileError),
    /// The golden could not be computed.
    #[error(transparent)]
    Run(#[from] RunError),
    /// A model without input or output, or with more than a project has room for.
    #[error("the model has no input or no output")]
    NoPorts,
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
        let core = chip.core.and_then(|core| TARGETS.iter().find(|(known, ..)| *known == core));
        let (_, hard, soft, cpu) = core.ok_or_else(|| ProjectError::Core(chip.name.clone()))?;
        let machine = machine(chip);
        // whether a chip has a unit for floats is in no table; an emulated one has
        let target = if machine.is_some() { hard } else { soft };
        let plan = model.plan()?;
        let ports = Ports::of(&plan, model.names());
        let first = ports.outputs.first().ok_or(ProjectError::NoPorts)?;
        let scores = scores(first.dtype, first.shape.iter().product());
        let mut state = 0x6d69_6467_u32;
        let input: Vec<u8> = (0..ports.input_bytes()).map(|_| noise(&mut state)).collect();
        let input = plausible(input, &ports);
        let runtime = model.runtime()?;
        let mut output = Vec::new();
        Session::new(&runtime)?.run(&input, &mut output)?;
        if input.is_empty() || output.is_empty() {
            return Err(ProjectError::NoPorts);
        }

        let (main, core, dependencies, runs, more, runner) = match &machine {
            Some(machine) => (
                include_str!("../template/main_qemu.rs"),
                "{ path = \"midge-core\" }",
                "cortex-m-semihosting = \"0.5\"\npanic-semihosting = { version = \"0.6\", features = [\"exit\"] }",
                format!("in QEMU, as {}", machine.machine),
                "QEMU is `qemu-system-arm`.",
                format!(
                    "[\"qemu-system-arm\", \"-M\", {:?}, \"-nographic\", \"-monitor\", \"none\", \"-serial\", \"none\", \
                     \"-semihosting-config\", \"enable=on,target=native\", \"-kernel\"]",
                    machine.machine
                ),
            ),
            None => (
                include_str!("../template/main_chip.rs"),
                "{ path = \"midge-core\", features = [\"defmt\"] }",
                "defmt = \"1\"\npanic-halt = \"1\"\nrtt-target = { version = \"0.6\", features = [\"defmt\"] }",
                "on the chip, through a debug probe".into(),
                "`probe-rs` is from <https://probe.rs>; the log is defmt's.",
                format!(
                    "[\"probe-rs\", \"run\", \"--chip\", {:?}]",
                    chip.probe.as_deref().unwrap_or(&chip.name)
                ),
            ),
        };
        let title = model.metadata().map_or(name, |metadata| &metadata.name);
        let title: String = title.chars().filter(|c| !c.is_control()).collect();
        let words = [
            ("{name}", name.to_owned()),
            ("{title}", title),
            ("{chip}", chip.name.clone()),
            ("{core}", core.into()),
            ("{dependencies}", dependencies.into()),
            ("{input}", input.len().to_string()),
            ("{output}", output.len().to_string()),
            ("{scores}", scores),
            ("{target}", (*target).into()),
            ("{runs}", runs),
            ("{more}", more.into()),
        ];
        let filled = |text: &str| {
            words.iter().fold(text.to_owned(), |text, (word, with)| text.replace(word, with)).into_bytes()
        };
        let config = config(target, *cpu, &runner, machine.is_none());
        let mut files: Vec<(PathBuf, Vec<u8>)> = vec![
            ("Cargo.toml".into(), filled(include_str!("../template/Cargo.toml.txt"))),
            ("README.md".into(), filled(include_str!("../template/README.md"))),
            (".cargo/config.toml".into(), config.into_bytes()),
            (".gitignore".into(), b"/target\n".to_vec()),
            ("build.rs".into(), BUILD.as_bytes().to_vec()),
            ("memory.x".into(), memory(&chip.flash, &chip.ram).into_bytes()),
            ("model.midge".into(), model.bytes().to_vec()),
            ("golden/input.bin".into(), input),
            ("golden/output.bin".into(), output),
            ("src/lib.rs".into(), filled(include_str!("../template/lib.rs"))),
            ("src/main.rs".into(), filled(main)),
            ("midge-core/Cargo.toml".into(), CORE_MANIFEST.as_bytes().to_vec()),
        ];
        if machine.is_some() {
            files.push(("src/host.rs".into(), filled(include_str!("../template/host.rs"))));
        }
        files.extend(CORE.iter().map(|(path, bytes)| (Path::new("midge-core").join(path), bytes.to_vec())));
        Ok(Project { files, target })
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

/// For each core Rust's name of the machine with a unit for floats, that without, and what `-C target-cpu` has to name.
const TARGETS: &[(&str, &str, &str, Option<&str>)] = &[
    ("m0", "thumbv6m-none-eabi", "thumbv6m-none-eabi", None),
    ("m3", "thumbv7m-none-eabi", "thumbv7m-none-eabi", None),
    ("m4", "thumbv7em-none-eabihf", "thumbv7em-none-eabi", None),
    ("m7", "thumbv7em-none-eabihf", "thumbv7em-none-eabi", None),
    ("m33", "thumbv8m.main-none-eabihf", "thumbv8m.main-none-eabi", Some("cortex-m33")),
    ("m55", "thumbv8m.main-none-eabihf", "thumbv8m.main-none-eabihf", Some("cortex-m55")),
];

/// The emulated machine that a chip is.
fn machine(chip: &Chip) -> Option<Machine> {
    let name = chip.name.strip_prefix("qemu-")?;
    emulated::machines().into_iter().find(|machine| machine.name == name)
}

fn memory(flash: &Memory, ram: &Memory) -> String {
    let region = |name, memory: &Memory| {
        format!("  {name:<5} : ORIGIN = 0x{:08x}, LENGTH = {}K\n", memory.at, memory.bytes >> 10)
    };
    format!("MEMORY\n{{\n{}{}}}\n", region("FLASH", flash), region("RAM", ram))
}

fn config(target: &str, cpu: Option<&str>, runner: &str, log: bool) -> String {
    let mut flags = vec!["link-arg=--nmagic".to_owned(), "link-arg=-Tlink.x".into()];
    if log {
        flags.push("link-arg=-Tdefmt.x".into());
    }
    flags.extend(cpu.map(|cpu| format!("target-cpu={cpu}")));
    let flags: Vec<_> = flags.iter().map(|flag| format!("\"-C\", {flag:?}")).collect();
    format!(
        "[build]\ntarget = {target:?}\n\n[alias]\nhost = \"test --lib --target {}\"\n\n[target.{target:?}]\n\
         runner = {runner}\nrustflags = [{}]\n\n[env]\nDEFMT_LOG = \"info\"\n",
        env!("MIDGE_HOST"),
        flags.join(", ")
    )
}

const BUILD: &str = "//! Puts `memory.x` where the linker looks.

fn main() {
    println!(\"cargo::rerun-if-changed=memory.x\");
    println!(\"cargo::rustc-link-search={}\", env!(\"CARGO_MANIFEST_DIR\"));
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

/// Bytes that look like noise.
fn noise(state: &mut u32) -> u8 {
    *state ^= *state << 13;
    *state ^= *state >> 17;
    *state ^= *state << 5;
    (*state >> 24) as u8
}

/// The noise with floats between -1 and 1 where an input has floats, and small numbers where it has wide ones, which may be
/// indices.
fn plausible(mut bytes: Vec<u8>, ports: &Ports) -> Vec<u8> {
    let mut rest = bytes.as_mut_slice();
    for port in &ports.inputs {
        let len = port.shape.iter().product::<usize>() * port.dtype.bytes();
        let Some((piece, tail)) = rest.split_at_mut_checked(len) else { break };
        match port.dtype {
            Dtype::F32 => piece.as_chunks_mut().0.iter_mut().for_each(|bytes: &mut [u8; 4]| {
                *bytes = (f32::from(bytes[0].cast_signed()) / 128.0).to_le_bytes();
            }),
            Dtype::I32 | Dtype::I64 => piece.fill(0),
            _ => {}
        }
        rest = tail;
    }
    bytes
}
