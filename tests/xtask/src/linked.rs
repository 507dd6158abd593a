//! The tool as one file: linked statically, small, and at home in an empty root.

use crate::count::Count;
use crate::shell::{Shell, installed, line, run};
use crate::suites::{Job, has_target};
use crate::{Outcome, container, edge};
use std::env::consts::{ARCH, OS};
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

pub(crate) const HOST: &str = "x86_64-unknown-linux-musl";
const MOST: u64 = 20_000_000;

pub(crate) fn jobs(all: bool) -> Vec<Job> {
    if !all {
        return vec![Job::Skip("static: minutes of builds: cargo xtask test --all static".into())];
    }
    vec![
        Job::Check("inference only, four processors", edge::check),
        Job::Check("a container from scratch", container::check),
        Job::Check("the whole tool", tool),
    ]
}

/// Converts and runs in a root where there is nothing else: no libraries, no locale, no `/dev`, no `/tmp`.
fn tool(shell: &Shell) -> Outcome<Count> {
    if (OS, ARCH) != ("linux", "x86_64") || !has_target(shell, HOST) {
        return Ok(Count::skip(format!("no {HOST} here: x86-64 Linux and rustup target add {HOST}")));
    }
    let mut cargo = shell.cargo("build --package midge --release");
    let built = run(cargo.args(["--target", HOST]), &shell.scratch("static.log")?)?;
    if !built.success {
        return Err(format!("{}:\n{}", line(&cargo), built.text).into());
    }
    let program = shell.target.join(HOST).join("release/midge");
    let bytes = fs::metadata(&program)?.len();
    println!("         {bytes} of {MOST} bytes: {}", line(&cargo));
    if bytes > MOST {
        return Err(format!("{} has {bytes} bytes, more than {MOST}", program.display()).into());
    }

    let root = Root::new(shell, "root")?;
    root.copy(&program, "midge")?;
    for file in ["tests/digits/digits.tflite", "tests/digits/goldens/inputs.npy"] {
        root.copy(&shell.root.join(file), Path::new(file).file_name().unwrap_or_default())?;
    }
    for words in [
        "convert /digits.tflite --target m4 -o /digits.midge",
        "run /digits.midge --input /inputs.npy --output /outputs.npy",
        "inspect /digits.tflite",
    ] {
        let mut command = match root.enter()? {
            Ok(command) => command,
            Err(reason) => return Ok(Count::skip(format!("static: {reason}"))),
        };
        let ran = run(command.arg("/midge").args(words.split(' ')), &shell.scratch("static.log")?)?;
        if !ran.success {
            return Ok(Count::one(Err(format!("midge {words}:\n{}", ran.text))));
        }
    }
    let golden = fs::read(shell.root.join("tests/digits/goldens/outputs.npy"))?;
    let same = fs::read(root.folder.join("outputs.npy"))? == golden;
    Ok(Count::one(if same { Ok(()) } else { Err("other outputs than the goldens".into()) }))
}

/// A folder that becomes the root of a program's file system.
pub(crate) struct Root<'a> {
    shell: &'a Shell,
    pub(crate) folder: PathBuf,
}

impl<'a> Root<'a> {
    pub(crate) fn new(shell: &'a Shell, name: &str) -> Outcome<Self> {
        let folder = shell.scratch(name)?;
        if folder.is_dir() {
            fs::remove_dir_all(&folder)?;
        }
        fs::create_dir(&folder)?;
        Ok(Root { shell, folder })
    }

    pub(crate) fn copy(&self, from: &Path, to: impl AsRef<OsStr>) -> Outcome {
        fs::copy(from, self.folder.join(to.as_ref()))
            .map_err(|error| format!("cannot copy {}: {error}", from.display()))?;
        Ok(())
    }

    /// What a command line starts with whose paths start at this root, or why there is none.
    pub(crate) fn enter(&self) -> Outcome<Result<Command, String>> {
        let bubble = || {
            let mut command = self.shell.command("bwrap");
            command.args(["--unshare-all", "--bind"]).arg(&self.folder).args(["/", "--chdir", "/"]);
            command
        };
        let change = || {
            let mut command = self.shell.command("unshare");
            command.args(["-r", "chroot"]).arg(&self.folder);
            command
        };
        for (program, enter) in [("bwrap", &bubble as &dyn Fn() -> Command), ("unshare", &change)] {
            if installed(program) && enter().args(["/midge", "--version"]).output()?.status.success() {
                return Ok(Ok(enter()));
            }
        }
        Ok(Err("neither bwrap nor `unshare -r` is allowed here: apt-get install bubblewrap".into()))
    }
}
