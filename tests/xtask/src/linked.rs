//! The tool as one file: linked statically, small, and at home in an empty root.

use crate::count::Count;
use crate::shell::{Shell, installed, line, run};
use crate::suites::{Job, has_target};
use crate::{Outcome, edge};
use std::env::consts::{ARCH, OS};
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const HOST: &str = "x86_64-unknown-linux-musl";
const MOST: u64 = 20_000_000;

/// What the container is made of.
const CONTAINER: &str = "Containerfile";

pub(crate) fn jobs(all: bool) -> Vec<Job> {
    if !all {
        return vec![Job::Skip("static: minutes of builds: cargo xtask test --all static".into())];
    }
    vec![
        Job::Check("inference only, four processors", edge::check),
        Job::Check("a container from scratch", container),
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
        let Some(mut command) = root.enter()? else { return Ok(unentered()) };
        let ran = run(command.arg("/midge").args(words.split(' ')), &shell.scratch("static.log")?)?;
        if !ran.success {
            return Ok(Count::one(Err(format!("midge {words}:\n{}", ran.text))));
        }
    }
    let golden = fs::read(shell.root.join("tests/digits/goldens/outputs.npy"))?;
    let same = fs::read(root.folder.join("outputs.npy"))? == golden;
    Ok(Count::one(if same { Ok(()) } else { Err("other outputs than the goldens".into()) }))
}

/// Lays the container's files into an empty root and starts its program there: it must answer a request on its standard input as
/// the tool does here.
fn container(shell: &Shell) -> Outcome<Count> {
    let Some(host) = edge::EDGES.iter().find(|edge| edge.target == HOST) else { return Ok(Count::default()) };
    if let Err(reason) = edge::build(shell, host)? {
        return Ok(Count::skip(reason));
    }
    let text = fs::read_to_string(shell.root.join(CONTAINER))?;
    let root = Root::new(shell, "container")?;
    let mut entry: Vec<String> = vec![];
    for words in text.lines().filter_map(|line| line.split_once(' ')) {
        match words {
            ("COPY", files) => {
                let (from, to) = files.split_once(' ').ok_or("COPY takes a file and a place")?;
                let from = match from.strip_prefix("target/") {
                    Some(built) => shell.target.join(built),
                    None => shell.root.join(from),
                };
                root.copy(&from, to.trim_start_matches('/'))?;
            }
            ("ENTRYPOINT", list) => entry = serde_json::from_str(list)?,
            ("FROM", "scratch") | ("#", _) => {}
            (word, _) => return Err(format!("{CONTAINER}: {word} is not known here").into()),
        }
    }
    let request = shell.root.join("models/digits/golden/inputs.npy");
    let ask = |mut command: Command| -> Outcome<String> {
        command.stdin(fs::File::open(&request)?);
        let answer = command.output()?;
        let told = String::from_utf8_lossy(&answer.stderr);
        if answer.status.success() { Ok(String::from_utf8(answer.stdout)?) } else { Err(told.into()) }
    };
    let Some(mut inside) = root.enter()? else { return Ok(unentered()) };
    inside.args(&entry);
    let mut here = shell.command(shell.midge()?);
    here.current_dir(&root.folder);
    here.args(entry.iter().skip(1).map(|word| word.trim_start_matches('/')));
    let (inside, here) = (ask(inside)?, ask(here)?);
    let same = inside == here && inside.lines().count() > 1;
    let told = || format!("the container answers\n{inside}and the tool here\n{here}");
    Ok(Count::one(if same { Ok(()) } else { Err(told()) }))
}

fn unentered() -> Count {
    Count::skip("static: neither bwrap nor `unshare -r` is allowed here: apt-get install bubblewrap")
}

/// A folder that becomes the root of a program's file system.
struct Root<'a> {
    shell: &'a Shell,
    folder: PathBuf,
}

impl<'a> Root<'a> {
    fn new(shell: &'a Shell, name: &str) -> Outcome<Self> {
        let folder = shell.scratch(name)?;
        if folder.is_dir() {
            fs::remove_dir_all(&folder)?;
        }
        fs::create_dir(&folder)?;
        Ok(Root { shell, folder })
    }

    fn copy(&self, from: &Path, to: impl AsRef<OsStr>) -> Outcome {
        fs::copy(from, self.folder.join(to.as_ref()))
            .map_err(|error| format!("cannot copy {}: {error}", from.display()))?;
        Ok(())
    }

    /// What a command line starts with whose paths start at this root; none where that is not allowed.
    fn enter(&self) -> Outcome<Option<Command>> {
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
                return Ok(Some(enter()));
            }
        }
        Ok(None)
    }
}
