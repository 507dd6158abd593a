//! `cargo xtask conformance onnx`: ONNX's own node tests, each converted and run by the core on this machine; and
//! `cargo xtask conformance pytorch`: networks that PyTorch exports, as floats and as int8.

use crate::count::Count;
use crate::shell::{Shell, run};
use crate::{Failed, Outcome, Usage, setup};
use std::fs;
use std::path::PathBuf;
use std::process::Command;

/// `onnx [--format json] [--bless]`, `pytorch`.
pub(crate) fn command(shell: &Shell, words: &[String]) -> Outcome {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let flags: &[&str] = match words[..] {
        ["onnx"] => &[],
        ["onnx", "--format", "json"] => &["--json"],
        ["onnx", "--bless"] => &["--bless"],
        ["pytorch"] => return pytorch(shell),
        _ => {
            let takes = "conformance takes `pytorch`, or `onnx` and `--format json` or `--bless`";
            return Err(Usage(takes.into()).into());
        }
    };
    if archive(shell)?.is_none() {
        setup::setup(shell, false)?;
    }
    let Some(archive) = archive(shell)? else { return Err("there is no Python with `onnx`".into()) };
    if judge(shell, archive).args(flags).status()?.success() { Ok(()) } else { Err(Failed.into()) }
}

/// Exports networks, into an environment and a folder of their own: PyTorch is some gigabytes, and nothing else needs it.
fn pytorch(shell: &Shell) -> Outcome {
    let venv = shell.target.join("pytorch/venv");
    setup::environment(shell, &venv, "tests/onnx/requirements.txt")?;
    let folder = shell.target.join("pytorch/networks");
    let (script, stamp) = (shell.root.join("tests/onnx/networks.py"), folder.join("stamp"));
    let wanted = fs::read_to_string(&script)?;
    if !fs::read_to_string(&stamp).is_ok_and(|have| have == wanted) {
        let mut python = shell.command(venv.join("bin/python"));
        if !python.arg(&script).arg(&folder).status()?.success() {
            return Err(format!("{} failed", script.display()).into());
        }
        fs::write(stamp, wanted)?;
    }
    let entries = fs::read_dir(&folder)?.map(|entry| Ok(entry?.path())).collect::<Outcome<Vec<_>>>()?;
    let mut archives: Vec<_> =
        entries.into_iter().filter(|path| path.extension().is_some_and(|end| end == "npz")).collect();
    archives.sort();
    let mut cargo = shell.cargo("run --quiet --release --package midge-suite --bin pytorch --");
    if cargo.args(archives).status()?.success() { Ok(()) } else { Err(Failed.into()) }
}

/// All node tests as one test.
pub(crate) fn check(shell: &Shell) -> Outcome<Count> {
    let Some(archive) = archive(shell)? else { return Ok(Count::skip("there is no Python with `onnx`")) };
    let ran = run(&mut judge(shell, archive), &shell.scratch("onnx.log")?)?;
    Ok(Count::one(if ran.success { Ok(()) } else { Err(ran.text) }))
}

fn judge(shell: &Shell, archive: PathBuf) -> Command {
    let mut cargo = shell.cargo("run --quiet --package midge-suite --bin onnx --");
    cargo.arg(archive);
    cargo
}

/// The tests, generated once into the build folder, which takes half a minute, and again when the script or the versions
/// of its packages change; nothing where there is no Python for it.
fn archive(shell: &Shell) -> Outcome<Option<PathBuf>> {
    let folder = shell.target.join("onnx");
    let (archive, stamp) = (folder.join("cases.npz"), folder.join("stamp"));
    let script = shell.root.join("tests/onnx/cases.py");
    let wanted =
        fs::read_to_string(&script)? + &fs::read_to_string(shell.root.join("tests/requirements.txt"))?;
    if archive.is_file() && fs::read_to_string(&stamp).is_ok_and(|have| have == wanted) {
        return Ok(Some(archive));
    }
    let can = shell.command(shell.python()).args(["-c", "import onnx"]).output();
    if !can.is_ok_and(|ran| ran.status.success()) {
        return Ok(None);
    }
    fs::create_dir_all(&folder)?;
    let ran = run(shell.command(shell.python()).arg(&script).arg(&archive), &shell.scratch("cases.log")?)?;
    if !ran.success {
        return Err(format!("{} failed:\n{}", script.display(), ran.text).into());
    }
    fs::write(stamp, wanted)?;
    Ok(Some(archive))
}
