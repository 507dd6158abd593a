//! ONNX's node tests, counted; called by `cargo xtask conformance onnx`.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use midge_suite::onnx::{NodeTest, Verdict, read, verdict};
use midge_suite::onnx_table::page;

fn main() -> ExitCode {
    let words: Vec<String> = env::args().skip(1).collect();
    let has = |flag: &str| words.iter().any(|word| word == flag);
    let archive = words.first().map_or("", String::as_str);
    match count(Path::new(archive), has("--json"), has("--bless")) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(4)
        }
    }
}

/// The cases that are known to be unsupported, each with its reason.
fn list() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../onnx/unsupported.txt")
}

/// The page that says which operators run in which types.
fn table() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/ONNX.md")
}

/// Counts; whether every case passes, or is listed as unsupported. With `bless`, those that pass now leave the list.
fn count(archive: &Path, json: bool, bless: bool) -> Result<bool, String> {
    let tests = read(archive)?;
    let listed = fs::read_to_string(list()).map_err(|e| format!("{}: {e}", list().display()))?;
    let name = |line: &str| line.split_once(": ").map_or("", |(name, _)| name).to_string();
    let known: Vec<String> = listed.lines().filter(|line| !line.starts_with('#')).map(name).collect();
    let (mut passed, mut failed, mut unsupported) = (0, 0, 0);
    let mut settled = Vec::new();
    let verdicts: Vec<Verdict> = tests.values().map(judged).collect();
    for (name, verdict) in tests.keys().zip(&verdicts) {
        let is_known = known.contains(name);
        match verdict {
            Verdict::Passed if is_known && bless => {
                passed += 1;
                settled.push(name.clone());
            }
            Verdict::Passed if is_known => {
                failed += 1;
                eprintln!("{name}: passes, but is listed as unsupported: run this with --bless");
            }
            Verdict::Passed => passed += 1,
            Verdict::Unsupported(_) if is_known => unsupported += 1,
            Verdict::Unsupported(reason) => {
                failed += 1;
                eprintln!("{name}: unsupported and not listed: {reason}");
            }
            Verdict::Failed(what) => {
                failed += 1;
                eprintln!("{name}: failed: {what}");
            }
        }
    }
    for name in known.iter().filter(|name| !name.is_empty() && !tests.contains_key(*name)) {
        failed += 1;
        eprintln!("{name}: is listed as unsupported, and there is no such test");
    }
    let told = page(tests.values().zip(&verdicts));
    let is_told = fs::read_to_string(table()).is_ok_and(|have| have == told);
    if bless {
        fs::write(table(), told).map_err(|e| format!("{}: {e}", table().display()))?;
        let stays = |line: &&str| !settled.contains(&name(line));
        let kept: String = listed.lines().filter(stays).map(|line| format!("{line}\n")).collect();
        fs::write(list(), kept).map_err(|e| format!("{}: {e}", list().display()))?;
    }
    if !is_told && !bless {
        eprintln!("docs/ONNX.md does not say what these tests say: run this with --bless");
    }
    if json {
        println!("{{\"passed\": {passed}, \"failed\": {failed}, \"unsupported\": {unsupported}}}");
    } else {
        println!("{passed} passed, {failed} failed, {unsupported} unsupported");
    }
    Ok(failed == 0 && (is_told || bless))
}

/// A test without numbers cannot pass; why it is not supported is told by the compiler.
fn judged(test: &NodeTest) -> Verdict {
    match verdict(test) {
        Verdict::Passed if test.outputs.is_empty() => Verdict::Failed("it has no outputs to compare".into()),
        verdict => verdict,
    }
}
