//! The container: built by Podman, and its files alone in an empty root. Each must answer a request as the tool does here.

use crate::count::Count;
use crate::linked::{HOST, Root};
use crate::shell::{Shell, installed, line, run};
use crate::{Outcome, edge};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const FILE: &str = "Containerfile";

/// What its image is called here.
const NAME: &str = "midge-digits";

/// What the file says.
struct Contents {
    /// Files of the project, and where they lie in the container.
    copies: Vec<(String, String)>,
    entry: Vec<String>,
}

pub(crate) fn check(shell: &Shell) -> Outcome<Count> {
    let Some(host) = edge::EDGES.iter().find(|edge| edge.target == HOST) else { return Ok(Count::default()) };
    if let Err(reason) = edge::build(shell, host)? {
        return Ok(Count::skip(reason));
    }
    let contents = Contents::read(shell)?;
    let root = Root::new(shell, "container")?;
    for (from, to) in &contents.copies {
        root.copy(&source(shell, from), to.trim_start_matches('/'))?;
    }
    let mut here = shell.command(shell.midge()?);
    here.current_dir(&root.folder);
    let here = ask(shell, here.args(contents.entry.iter().skip(1).map(|word| word.trim_start_matches('/'))))?;
    let alone = root.enter()?.map(|mut inside| {
        inside.args(&contents.entry);
        inside
    });
    let mut count = Count::default();
    for (what, inside) in [("image", image(shell, &contents)?), ("empty root", alone)] {
        let mut inside = match inside {
            Ok(inside) => inside,
            Err(reason) => {
                count.add(Count::skip(format!("container, {what}: {reason}")));
                continue;
            }
        };
        let inside = ask(shell, &mut inside)?;
        let same = inside == here && inside.lines().count() > 1;
        println!("container, {what}: {}", if same { "same answer" } else { "another answer" });
        let told = || format!("the container ({what}) answers\n{inside}and the tool here\n{here}");
        count.add(Count::one(if same { Ok(()) } else { Err(told()) }));
    }
    Ok(count)
}

impl Contents {
    fn read(shell: &Shell) -> Outcome<Contents> {
        let text = fs::read_to_string(shell.root.join(FILE))?;
        let mut contents = Contents { copies: vec![], entry: vec![] };
        for words in text.lines().filter_map(|line| line.split_once(' ')) {
            match words {
                ("COPY", files) => {
                    let (from, to) = files.split_once(' ').ok_or("COPY takes a file and a place")?;
                    contents.copies.push((from.into(), to.into()));
                }
                ("ENTRYPOINT", list) => contents.entry = serde_json::from_str(list)?,
                ("FROM", "scratch") | ("#", _) => {}
                (word, _) => return Err(format!("{FILE}: {word} is not known here").into()),
            }
        }
        Ok(contents)
    }
}

/// Where a file of the project is: builds may lie elsewhere.
fn source(shell: &Shell, from: &str) -> PathBuf {
    from.strip_prefix("target/").map_or_else(|| shell.root.join(from), |built| shell.target.join(built))
}

/// What starts the image, as Podman builds it, in a store of its own; or why it cannot be had here.
fn image(shell: &Shell, contents: &Contents) -> Outcome<Result<Command, String>> {
    if !installed("podman") {
        return Ok(Err("no podman: apt-get install podman runc".into()));
    }
    let context = Root::new(shell, "context")?;
    context.copy(&shell.root.join(".dockerignore"), ".dockerignore")?;
    for (from, _) in &contents.copies {
        let folder = Path::new(from).parent().unwrap_or(Path::new(""));
        fs::create_dir_all(context.folder.join(folder))?;
        context.copy(&source(shell, from), from)?;
    }
    let (store, state) = (shell.scratch("podman")?, shell.scratch("podman-run")?);
    let podman = |words: &str| {
        let mut podman = shell.command("podman");
        podman.arg("--root").arg(&store).arg("--runroot").arg(&state);
        // neither another file system nor systemd is wanted for one program
        podman.args(["--storage-driver", "vfs", "--cgroup-manager", "cgroupfs"]).args(words.split(' '));
        podman
    };
    let start = || {
        podman(
            "run --interactive --rm --network none --read-only --ulimit nofile=512:512 --ulimit nproc=512:512",
        )
    };
    let mut build = podman("build --isolation chroot --force-rm --tag");
    build.arg(NAME).arg("--file").arg(shell.root.join(FILE)).arg(&context.folder);
    let mut version = start();
    version.args(["--entrypoint", "/midge", NAME, "--version"]);
    for mut step in [build, version] {
        let ran = run(&mut step, &shell.scratch("podman.log")?)?;
        if !ran.success {
            let last = ran.text.lines().last().unwrap_or_default();
            return Ok(Err(format!("{} does not work here: {last}", line(&step))));
        }
    }
    let mut inside = start();
    inside.arg(NAME);
    Ok(Ok(inside))
}

/// The answer to a request on standard input.
fn ask(shell: &Shell, command: &mut Command) -> Outcome<String> {
    let request = shell.root.join("models/digits/golden/inputs.npy");
    let answer = command.stdin(fs::File::open(request)?).output()?;
    let told = String::from_utf8_lossy(&answer.stderr);
    if answer.status.success() { Ok(String::from_utf8(answer.stdout)?) } else { Err(told.into()) }
}
