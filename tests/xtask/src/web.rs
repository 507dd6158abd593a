//! The page: the engine as WebAssembly, put together with models into a folder for any web server, and tried in Chromium.

use crate::capi::build;
use crate::count::Count;
use crate::hear::{DIGITS, MODEL, answers, chirp, wav};
use crate::json::{list, text};
use crate::shell::{Shell, installed};
use crate::suites::has_target;
use crate::{Outcome, spoken};
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};

/// What browsers and Node run.
pub(crate) const WEB: &str = "wasm32-unknown-unknown";

const PAGE: &str = "boards/capi/web";
const GOLDEN: &str = "models/digits/golden/inputs.npy";

/// The most that an answer takes, in milliseconds.
const MOST: f64 = 50.0;
/// Samples of silence that the page hears in front of a recording and behind it.
const BEFORE: usize = 4000;
const BEHIND: usize = 6000;

/// `cargo xtask web [FOLDER]`.
pub(crate) fn command(shell: &Shell, words: &[String]) -> Outcome {
    let folder = match words {
        [] => shell.target.join("web"),
        [folder] => PathBuf::from(folder),
        _ => return Err(crate::Usage("at most one folder".into()).into()),
    };
    page(shell, &folder, &module(shell)??)?;
    println!("the page is in {0}. To see it: python3 -m http.server --directory {0}", folder.display());
    Ok(())
}

/// The engine as WebAssembly, for Node; or why it cannot be built and run here.
pub(crate) fn in_node(shell: &Shell) -> Outcome<Result<PathBuf, String>> {
    if installed("node") { module(shell) } else { Ok(Err("WebAssembly: no node".into())) }
}

fn module(shell: &Shell) -> Outcome<Result<PathBuf, String>> {
    if !has_target(shell, WEB) {
        return Ok(Err(format!("WebAssembly: no target {WEB}: rustup target add {WEB}")));
    }
    let mut cargo = shell.cargo(
        "rustc --release --quiet --package midge-capi --manifest-path boards/Cargo.toml --crate-type cdylib",
    );
    build(shell, cargo.args(["--target", WEB, "--", "-C", "strip=symbols"]))?;
    Ok(Ok(shell.target.join(WEB).join("release/midge_core.wasm")))
}

/// Puts all that the page needs into a folder.
fn page(shell: &Shell, folder: &Path, module: &Path) -> Outcome {
    fs::create_dir_all(folder)?;
    let files =
        fs::read_dir(shell.root.join(PAGE))?.map(|file| Ok(file?.path())).collect::<Outcome<Vec<_>>>()?;
    let models = [DIGITS, MODEL].map(|model| shell.root.join(model));
    for file in files.into_iter().chain(models).chain([module.to_owned()]) {
        fs::copy(&file, folder.join(file.file_name().unwrap_or_default()))?;
    }
    Ok(())
}

/// Draws, touches, types, hears and listens in Chromium (`tests/web/page.mjs`). The network answers what the tool answers, and digits are heard
/// when the program on the desktop hears them.
pub(crate) fn check(shell: &Shell) -> Outcome<Count> {
    let module = match in_node(shell)? {
        Ok(module) => module,
        Err(reason) => return Ok(Count::skip(reason)),
    };
    if !installed("chromium") {
        return Ok(Count::skip("the page: no chromium: apt-get install chromium"));
    }
    let report = shell.scratch("web/report.json")?;
    let out = report.with_file_name("");
    page(shell, &out.join("page"), &module)?;
    let series = spoken::series(shell)?;
    let sound = series.clone().unwrap_or_else(chirp);
    fs::write(out.join("sound.wav"), wav(&sound))?;
    // 128 bytes of header are in front of the elements
    let rows = fs::read(shell.root.join(GOLDEN))?;
    fs::write(out.join("rows.bin"), rows.get(128..).unwrap_or_default())?;
    let mut node = shell.command("node");
    node.arg("tests/web/page.mjs").args(["page", "", "sound.wav", "rows.bin"].map(|name| out.join(name)));
    build(shell, &mut node)?;
    let report: Value = serde_json::from_slice(&fs::read(&report)?)?;

    let mut count = Count::default();
    let mut check = |what: &str, held: bool| {
        let told = || format!("the page, {what}: pictures and report.json are in {}", out.display());
        count.add(Count::one(if held { Ok(()) } else { Err(told()) }));
    };
    check("exceptions", list(&report, "errors").is_empty());
    check(
        "rows of the golden",
        reals(&report, "/rows")? == answers(shell, DIGITS, &shell.root.join(GOLDEN))?,
    );
    let drawn = list(&report, "drawn").iter().chain(report.get("touched")).chain(report.get("typed"));
    let drawn = drawn.zip((0..10).chain([7, 1]));
    check("digits drawn", drawn.clone().count() == 12);
    for (drawn, digit) in drawn {
        let scores = reals(drawn, "/scores")?;
        let best = scores.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1)).map(|(best, _)| best);
        check(&format!("a {digit} that is drawn"), best == Some(digit));
        let row = shell.scratch("web/row.csv")?;
        let ink: Vec<_> = reals(drawn, "/seen")?.iter().map(|ink| format!("{ink:.1}")).collect();
        fs::write(&row, ink.join(","))?;
        check(&format!("scores of a {digit}"), scores == answers(shell, DIGITS, &row)?);
    }

    // what the page puts around a recording, the program on the desktop hears too
    let lines = spoken::here(shell, &[&[0; 2 * BEFORE], &sound[..], &[0; 2 * BEHIND]].concat())?;
    let mut events = vec![];
    for (at, digit) in lines.iter().filter_map(|line| line.split_once(' ')) {
        events.extend([digit.parse()?, at.parse::<f64>()? - BEFORE as f64]);
    }
    check("digits of a recording", numbers(&report, "/heard")? == events);
    check("what is no sound", text(&report, "refused").ends_with("is no sound that this browser reads."));
    if series.is_some() {
        let listened = numbers(&report, "/listened")?;
        let digits: Vec<_> = listened.as_chunks().0.iter().map(|[digit, _]| *digit as u32).collect();
        count.add(Count::one(spoken::heard(&digits).map_err(|told| format!("by the microphone, {told}"))));
    }

    let slowest = numbers(&report, "/took")?.into_iter().fold(0.0, f64::max);
    println!("         the slowest answer in Chromium took {slowest:.1} ms");
    let told = || format!("the slowest answer took {slowest} ms; {MOST} are the most");
    count.add(Count::one(if slowest < MOST { Ok(()) } else { Err(told()) }));
    Ok(count)
}

fn reals(report: &Value, place: &str) -> Outcome<Vec<f32>> {
    Ok(numbers(report, place)?.into_iter().map(|number| number as f32).collect())
}

/// The numbers that the report has at a place, lists in lists one behind the other.
fn numbers(report: &Value, place: &str) -> Outcome<Vec<f64>> {
    let value = report.pointer(place).ok_or_else(|| format!("the page's report has no {place}"))?;
    let mut numbers = vec![];
    let mut rest = vec![value];
    while let Some(value) = rest.pop() {
        match value {
            Value::Array(values) => rest.extend(values.iter().rev()),
            _ => numbers.push(value.as_f64().ok_or_else(|| format!("{value} is no number"))?),
        }
    }
    Ok(numbers)
}
