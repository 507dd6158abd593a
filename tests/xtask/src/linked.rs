//! The tool as one file: linked statically, small, and at home in an empty root.

use crate::Outcome;
use crate::count::Count;
use crate::shell::{Shell, installed, line, run};
use crate::suites::{Job, has_target};
use std::env::consts::{ARCH, OS};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const HOST: &str = "x86_64-unknown-linux-musl";
const EDGE: &str = "aarch64-unknown-linux-musl";

const TOOL_BYTES: u64 = 20_000_000;
const INFERENCE_BYTES: u64 = 2_000_000;

const TOOL: &str = "build --package midge --release";
const INFERENCE: &str = "build --package midge --profile edge --no-default-features --features infer";

pub(crate) fn jobs(all: bool) -> Vec<Job> {
    if !all {
        return vec![Job::Skip("static: minutes of builds: cargo xtask test --all static".into())];
    }
    vec![
        Job::Check("the whole tool", tool),
        Job::Check("inference only, x86-64", inference),
        Job::Check("inference only, aarch64", edge),
    ]
}

/// Converts and runs in a root where there is nothing else: no libraries, no locale, no `/dev`, no `/tmp`.
fn tool(shell: &Shell) -> Outcome<Count> {
    let Some(program) = build(shell, TOOL, HOST, "release", TOOL_BYTES)? else { return Ok(unbuilt(HOST)) };
    let root = Root::new(shell, &program)?;
    root.copy("tests/digits/digits.tflite")?;
    Ok(root.answers(&["convert /digits.tflite --target m4 -o /digits.midge", RUN, "inspect /digits.tflite"]))
}

fn inference(shell: &Shell) -> Outcome<Count> {
    let Some(program) = build(shell, INFERENCE, HOST, "edge", INFERENCE_BYTES)? else {
        return Ok(unbuilt(HOST));
    };
    let root = Root::new(shell, &program)?;
    root.copy("tests/digits/digits.midge")?;
    Ok(root.answers(&[RUN, "validate /digits.midge"]))
}

fn edge(shell: &Shell) -> Outcome<Count> {
    let Some(program) = build(shell, INFERENCE, EDGE, "edge", INFERENCE_BYTES)? else {
        return Ok(unbuilt(EDGE));
    };
    if !installed("qemu-aarch64") {
        return Ok(Count::skip("aarch64: no qemu-aarch64 to run it: apt-get install qemu-user"));
    }
    let mut root = Root::new(shell, &program)?;
    root.copy("tests/digits/digits.midge")?;
    root.emulator = Some("qemu-aarch64");
    Ok(root.answers(&[RUN, "validate /digits.midge"]))
}

const RUN: &str = "run /digits.midge --input /inputs.npy --output /outputs.npy";

/// The program, if it can be built here; an error where it is larger than `limit` or asks for a loader.
fn build(shell: &Shell, cargo: &str, target: &str, profile: &str, limit: u64) -> Outcome<Option<PathBuf>> {
    if (OS, ARCH) != ("linux", "x86_64") || !has_target(shell, target) {
        return Ok(None);
    }
    let mut command = shell.cargo(cargo);
    // the linker that comes with Rust, as there may be none for that machine
    command.args(["--target", target]).env("CARGO_TARGET_AARCH64_UNKNOWN_LINUX_MUSL_LINKER", "rust-lld");
    let built = run(&mut command, &shell.scratch("static.log")?)?;
    if !built.success {
        return Err(format!("{}:\n{}", line(&command), built.text).into());
    }
    let program = shell.target.join(target).join(profile).join("midge");
    let bytes = fs::metadata(&program)?.len();
    println!("         {bytes} of {limit} bytes: {}", line(&command));
    if bytes > limit {
        return Err(format!("{} has {bytes} bytes, more than {limit}", program.display()).into());
    }
    Ok(Some(program))
}

fn unbuilt(target: &str) -> Count {
    Count::skip(format!("no {target} here: x86-64 Linux and rustup target add {target}"))
}

/// A folder that becomes the root of a program's file system.
struct Root<'a> {
    shell: &'a Shell,
    folder: PathBuf,
    /// What runs the program, outside of the root, if the machine cannot.
    emulator: Option<&'static str>,
}

impl<'a> Root<'a> {
    fn new(shell: &'a Shell, program: &Path) -> Outcome<Self> {
        let folder = shell.scratch("root")?;
        if folder.is_dir() {
            fs::remove_dir_all(&folder)?;
        }
        fs::create_dir(&folder)?;
        fs::copy(program, folder.join("midge"))?;
        let root = Root { shell, folder, emulator: None };
        root.copy("tests/digits/goldens/inputs.npy")?;
        Ok(root)
    }

    fn copy(&self, file: &str) -> Outcome {
        let from = self.shell.root.join(file);
        fs::copy(&from, self.folder.join(from.file_name().unwrap_or_default()))?;
        Ok(())
    }

    /// Whether each command succeeds, and what they leave in `outputs.npy` is the golden, byte for byte.
    fn answers(&self, commands: &[&str]) -> Count {
        let answered = || -> Outcome<Count> {
            if self.emulator.is_none() && !self.enter("/midge --version").output()?.status.success() {
                return Ok(Count::skip("static: neither root nor `unshare -r` is allowed here"));
            }
            for command in commands {
                let ran =
                    run(&mut self.enter(&format!("/midge {command}")), &self.shell.scratch("static.log")?)?;
                if !ran.success {
                    return Ok(Count::one(Err(format!("midge {command}:\n{}", ran.text))));
                }
            }
            let golden = fs::read(self.shell.root.join("tests/digits/goldens/outputs.npy"))?;
            let same = fs::read(self.folder.join("outputs.npy"))? == golden;
            Ok(Count::one(if same { Ok(()) } else { Err("other outputs than the goldens".into()) }))
        };
        answered().unwrap_or_else(|error| Count::one(Err(error.to_string())))
    }

    /// A command line whose paths start at this root.
    fn enter(&self, words: &str) -> Command {
        let words = words.split(' ');
        match self.emulator {
            Some(emulator) => {
                let mut command = self.shell.command(emulator);
                let inside = |word: &str| word.strip_prefix('/').map(|path| self.folder.join(path));
                command.args(
                    words.map(|word| inside(word).map_or_else(|| word.into(), PathBuf::into_os_string)),
                );
                command
            }
            None => {
                let mut command = self.shell.command("unshare");
                command.args(["-r", "chroot"]).arg(&self.folder).args(words);
                command
            }
        }
    }
}
