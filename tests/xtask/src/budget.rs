//! `cargo xtask budget`: what models cost on the emulated cores, against `tests/budget.snap`.
//!
//! A figure that is more than 1% off, either way, fails until it is blessed with `--bless`: what got better is kept
//! too. A change of the toolchain is blessed in a commit of its own. Beside that stand limits that no blessing moves.

use crate::count::Count;
use crate::json::number;
use crate::shell::{Shell, installed, output};
use crate::{Failed, Outcome};
use serde_json::Value;
use std::fs;
use std::path::PathBuf;

/// Models by name, and where they are: in the checkout, or in the test data.
const MODELS: &[(&str, Place, &str)] = &[
    ("digits", Place::Checkout, "tests/digits/digits.tflite"),
    ("hello", Place::Data, "tflm/hello_world_int8.tflite"),
    ("ad", Place::Data, "mlperf-tiny/ad01_int8.tflite"),
    ("kws", Place::Data, "mlperf-tiny/kws_ref_model.tflite"),
    ("sww", Place::Data, "mlperf-tiny/str_ww_ref_model.tflite"),
    ("resnet", Place::Data, "mlperf-tiny/pretrainedResnet_quant.tflite"),
    ("vww", Place::Data, "mlperf-tiny/vww_96_int8.tflite"),
];

enum Place {
    Checkout,
    Data,
}

/// What is measured: the core, with models packed for it, and what they are optimized for.
const CORES: &[(&str, &str, &str)] = &[
    ("m4", "m4", "balanced"),
    ("m4-speed", "m4", "speed"),
    ("m4-size", "m4", "size"),
    ("m0", "m0", "balanced"),
    ("m0-speed", "m0", "speed"),
    ("m55", "m55", "balanced"),
];

/// What is measured, as `midge bench` and `midge size` call it; `other_bytes` is `.data` and `.bss` without the arena;
/// `cycles` are a model's.
const FIGURES: [&str; 7] =
    ["text_bytes", "const_bytes", "arena_bytes", "other_bytes", "stack_bytes", "instructions", "cycles"];

/// The most that a figure may be: a part of what TensorFlow Lite Micro with CMSIS-NN takes for the same model, the best
/// cycles that anyone has published, and what leaves room on small chips. An empty name stands for every model or core.
const LIMITS: &[(&str, &str, &str, u64)] = &[
    ("", "", "stack_bytes", 1024),
    ("", "", "other_bytes", 1024),
    ("digits", "", "text_bytes", 48 * 1024), // with the model and the rest of the firmware 64 KB
    ("digits", "", "arena_bytes", 6 * 1024), // with the stack and the rest 8 KB
    ("kws", "", "text_bytes", 24 * 1024),
    ("ad", "", "arena_bytes", 2_580),
    ("kws", "", "arena_bytes", 22_820),
    ("resnet", "", "arena_bytes", 54_996),
    ("vww", "", "arena_bytes", 100_708),
    ("sww", "m55", "arena_bytes", 16_596),
    ("ad", "m4-speed", "instructions", 262_314),
    ("kws", "m4-speed", "instructions", 2_926_532),
    ("resnet", "m4-speed", "instructions", 8_361_897),
    ("vww", "m4-speed", "instructions", 4_820_392),
    ("sww", "m4-speed", "instructions", 1_002_420),
    ("ad", "m4-speed", "cycles", 486_000),
    ("kws", "m4-speed", "cycles", 5_180_000),
    ("resnet", "m4-speed", "cycles", 19_800_000),
    ("vww", "m4-speed", "cycles", 10_700_000),
    ("ad", "m4-size", "instructions", 320_606),
    ("kws", "m4-size", "instructions", 3_234_588),
    ("resnet", "m4-size", "instructions", 16_425_156),
    ("vww", "m4-size", "instructions", 6_025_490),
    ("vww", "m4", "instructions", 24_101_960),
    ("ad", "m0-speed", "instructions", 881_340),
    ("kws", "m0", "instructions", 10_155_194),
    ("resnet", "m0-speed", "instructions", 34_148_058),
    ("sww", "m0", "instructions", 4_296_649),
    ("vww", "m0-speed", "instructions", 19_114_893),
    ("ad", "m55", "instructions", 52_500),
    ("kws", "m55", "instructions", 636_000),
    ("resnet", "m55", "instructions", 1_965_000),
    ("sww", "m55", "instructions", 183_600),
    ("vww", "m55", "instructions", 1_312_000),
];

pub(crate) const SNAP: &str = "tests/budget.snap";

pub(crate) fn command(shell: &Shell, words: &[String]) -> Outcome {
    let (lines, skips) = measure(shell)?;
    let snap = shell.root.join(SNAP);
    let old = fs::read_to_string(&snap).unwrap_or_default();
    if words.iter().any(|word| word == "--bless") {
        // what could not be measured here keeps its figures
        fs::write(&snap, write(&merge(&read(&old), &lines)))?;
        println!("{SNAP} holds what was measured");
        return Ok(());
    }
    let count = compare(&read(&old), &lines, skips);
    print!("{}", write(&lines));
    for line in count.failures.iter().chain(&count.skips) {
        println!("{line}");
    }
    println!("{}", count.summary());
    if count.failures.is_empty() { Ok(()) } else { Err(Failed.into()) }
}

/// One test a model and core.
pub(crate) fn check(shell: &Shell) -> Outcome<Count> {
    let (lines, skips) = measure(shell)?;
    let snap = fs::read_to_string(shell.root.join(SNAP)).unwrap_or_default(); // without one, no model has a budget
    Ok(compare(&read(&snap), &lines, skips))
}

/// The figures of one model on one core, in the order of [`FIGURES`].
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Line {
    pub(crate) model: String,
    pub(crate) core: String,
    figures: Vec<u64>,
}

impl Line {
    /// A figure by its name.
    pub(crate) fn figure(&self, name: &str) -> Option<u64> {
        FIGURES.iter().zip(&self.figures).find(|(known, _)| **known == name).map(|(_, figure)| *figure)
    }
}

fn measure(shell: &Shell) -> Outcome<(Vec<Line>, Vec<String>)> {
    let (mut lines, mut skips) = (vec![], vec![]);
    if !installed("qemu-system-arm") {
        return Ok((lines, vec!["budgets: no qemu-system-arm".into()]));
    }
    let midge = shell.midge()?;
    for (name, place, path) in MODELS {
        let model = match place {
            Place::Checkout => shell.root.join(path),
            Place::Data => shell.data().join(path),
        };
        if !model.is_file() {
            skips.push(format!("{name}: no {path} in the test data"));
            continue;
        }
        for (label, core, optimize) in CORES {
            lines.push(Line {
                model: (*name).into(),
                core: (*label).into(),
                figures: bench(shell, &midge, model.clone(), core, optimize)?,
            });
        }
    }
    Ok((lines, skips))
}

fn bench(shell: &Shell, midge: &PathBuf, model: PathBuf, core: &str, optimize: &str) -> Outcome<Vec<u64>> {
    let plan = shell.scratch("budget.midge")?;
    let choice = ["--target", core, "--optimize", optimize, "-o"];
    output(shell.command(midge).arg("convert").arg(model).args(choice).arg(&plan))?;
    let ask = |verb: &str| -> Outcome<Value> {
        let told =
            output(shell.command(midge).arg(verb).arg(&plan).args(["--on", core, "--format", "json"]))?;
        Ok(serde_json::from_str(&told)?)
    };
    let (bench, size) = (ask("bench")?, ask("size")?);
    let figure = |name: &&str| match *name {
        "other_bytes" => Ok(number(&size, "data_bytes")? + number(&size, "bss_bytes")?),
        name => number(&bench, name),
    };
    FIGURES.iter().map(figure).collect()
}

fn compare(budget: &[Line], measured: &[Line], skips: Vec<String>) -> Count {
    let mut count = Count { skips, ..Count::default() };
    for line in measured {
        let name = format!("{} on {}", line.model, line.core);
        let old = budget.iter().find(|old| old.model == line.model && old.core == line.core);
        let held = match old {
            None => Err("has no budget: `cargo xtask budget --bless`".into()),
            Some(old) => differences(old, line)
                .map_err(|told| format!("{told}: if it is meant, `cargo xtask budget --bless`")),
        };
        let held = held.and_then(|()| within_limits(line));
        count.add(Count::one(held.map_err(|told| format!("{name}: {told}"))));
    }
    count
}

fn within_limits(line: &Line) -> Result<(), String> {
    let any = |limit: &str, name: &str| limit.is_empty() || limit == name;
    let mine = LIMITS.iter().filter(|(model, core, ..)| any(model, &line.model) && any(core, &line.core));
    for (_, _, figure, limit) in mine {
        if let Some(found) = line.figure(figure).filter(|found| found > limit) {
            return Err(format!("{figure} {found}, more than {limit}"));
        }
    }
    Ok(())
}

fn differences(old: &Line, new: &Line) -> Result<(), String> {
    let figures = FIGURES.iter().zip(old.figures.iter().zip(&new.figures));
    let off = figures.filter(|(_, (old, new))| old.abs_diff(**new) * 100 > **old);
    let off: Vec<_> = off.map(|(figure, (old, new))| format!("{figure} {old} -> {new}")).collect();
    if off.is_empty() { Ok(()) } else { Err(off.join(", ")) }
}

/// The old lines with those that were measured anew.
fn merge(old: &[Line], new: &[Line]) -> Vec<Line> {
    let order = |line: &Line| {
        let model = MODELS.iter().position(|(name, ..)| *name == line.model);
        (model, CORES.iter().position(|(label, ..)| *label == line.core))
    };
    let kept = old.iter().filter(|old| !new.iter().any(|new| order(new) == order(old)));
    let mut lines: Vec<_> = kept.chain(new).cloned().collect();
    lines.sort_by_key(order);
    lines
}

/// The lines of the file.
pub(crate) fn read(text: &str) -> Vec<Line> {
    let lines = text.lines().filter(|line| !line.starts_with('#')).filter_map(|line| {
        let mut words = line.split_whitespace().map(String::from);
        let (model, core) = (words.next()?, words.next()?);
        Some(Line { model, core, figures: words.map_while(|word| word.parse().ok()).collect() })
    });
    lines.filter(|line| line.figures.len() == FIGURES.len()).collect()
}

fn write(lines: &[Line]) -> String {
    let mut text = String::from(
        "# cargo xtask budget --bless writes this; models are packed for the core they run on, balanced or for speed\n",
    );
    text.push_str(&format!("{:<8} {:<8}", "# model", "core"));
    FIGURES.iter().for_each(|figure| text.push_str(&format!(" {figure:>13}")));
    for line in lines {
        text.push_str(&format!("\n{:<8} {:<8}", line.model, line.core));
        line.figures.iter().for_each(|figure| text.push_str(&format!(" {figure:>13}")));
    }
    text.push('\n');
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(model: &str, instructions: u64) -> Line {
        Line {
            model: model.into(),
            core: "m4".into(),
            figures: vec![9000, 2500, 1400, 0, 300, instructions, 1],
        }
    }

    #[test]
    fn the_file_is_read_as_written() {
        let lines = [line("digits", 100_000), line("kws", 7_000_000)];
        assert_eq!(read(&write(&lines)), lines);
    }

    #[test]
    fn one_percent_is_the_limit_both_ways() {
        let old = [line("kws", 1000)];
        for (now, fails) in [(1000, 0), (1010, 0), (990, 0), (1011, 1), (989, 1)] {
            assert_eq!(compare(&old, &[line("kws", now)], vec![]).failures.len(), fails, "{now}");
        }
    }

    #[test]
    fn limits_are_not_blessed_away() {
        let over = [line("vww", 24_101_961)];
        assert_eq!(
            compare(&over, &over, vec![]).failures,
            ["vww on m4: instructions 24101961, more than 24101960"]
        );
        let mut deep = line("digits", 1);
        deep.figures[4] = 1025;
        assert!(within_limits(&deep).unwrap_err().contains("stack_bytes 1025"));
    }

    #[test]
    fn a_model_without_budget_fails() {
        assert_eq!(compare(&[], &[line("kws", 1)], vec![]).failures.len(), 1);
    }

    #[test]
    fn blessing_keeps_what_was_not_measured() {
        let merged = merge(&[line("digits", 1), line("kws", 2)], &[line("kws", 3)]);
        assert_eq!(merged, [line("digits", 1), line("kws", 3)]);
    }
}
