//! `cargo xtask boards [--all]`: the boards, what their firmware takes of the chip, and whether it says what it should.

use crate::count::Count;
use crate::image::{Chip, Image};
use crate::json;
use crate::pico;
use crate::shell::{Shell, installed, output, run};
use crate::suites::has_target;
use crate::{Failed, Outcome, Usage};
use std::fs;
use std::path::PathBuf;

/// A folder of `boards/` with a firmware that is built as it is.
pub(crate) struct Board {
    pub(crate) name: String,
    pub(crate) target: String,
    /// What runs its firmware here, if anything does.
    pub(crate) emulator: Option<Emulator>,
}

/// What stands for a chip.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Emulator {
    Qemu,
    Rp2040js,
}

impl Board {
    /// Every test runs it. The others take libraries that take a while to build.
    pub(crate) fn quick(&self) -> bool {
        self.emulator == Some(Emulator::Qemu)
    }
}

/// Every folder that says in `.cargo/config.toml` what it is built for; its runner says what it runs in.
pub(crate) fn all(shell: &Shell) -> Outcome<Vec<Board>> {
    let mut boards = vec![];
    for folder in fs::read_dir(shell.root.join("boards"))? {
        let folder = folder?;
        let Ok(config) = fs::read_to_string(folder.path().join(".cargo/config.toml")) else { continue };
        let line = |start| config.lines().find_map(|line| line.strip_prefix(start));
        if let Some(target) = line("target = ") {
            boards.push(Board {
                name: folder.file_name().to_string_lossy().into(),
                target: target.trim_matches('"').into(),
                emulator: line("runner = ").and_then(emulator),
            });
        }
    }
    boards.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(boards)
}

/// The emulator that a runner, a list of quoted words, starts.
fn emulator(runner: &str) -> Option<Emulator> {
    match runner.split("\"--\", \"").nth(1)?.split('"').next()? {
        "qemu" | "serial" => Some(Emulator::Qemu),
        "pico" => Some(Emulator::Rp2040js),
        _ => None,
    }
}

pub(crate) fn command(shell: &Shell, words: &[String]) -> Outcome {
    let count = match words {
        [] => check(shell),
        [all] if all == "--all" => check_all(shell),
        _ => return Err(Usage("usage: cargo xtask boards [--all]".into()).into()),
    }?;
    for told in
        count.skips.iter().map(|skip| format!("skipped: {skip}")).chain(count.failures.iter().cloned())
    {
        println!("{told}");
    }
    println!("{}", count.summary());
    if count.failures.is_empty() { Ok(()) } else { Err(Failed.into()) }
}

/// Builds and runs the boards of every test. Each must exit with 0 and log what stands in its `.out` file.
pub(crate) fn check(shell: &Shell) -> Outcome<Count> {
    survey(shell, Board::quick)
}

/// The same of every board; what no emulator runs is built.
pub(crate) fn check_all(shell: &Shell) -> Outcome<Count> {
    survey(shell, |_| true)
}

fn survey(shell: &Shell, wanted: impl Fn(&Board) -> bool) -> Outcome<Count> {
    let mut count = Count::default();
    println!("{:<16}{:<28}{:>22}{:>20}", "board", "target", "flash", "RAM without stack");
    for board in all(shell)?.iter().filter(|board| wanted(board)) {
        count.add(match missing(shell, board) {
            None => Count::one(check_one(shell, board).unwrap_or_else(|error| Err(error.to_string()))),
            Some(what) => Count::skip(format!("{}: {what}", board.name)),
        });
    }
    Ok(count)
}

/// What a board needs and this machine lacks.
fn missing(shell: &Shell, board: &Board) -> Option<String> {
    let target = &board.target;
    if !has_target(shell, target) {
        return Some(format!("no target {target}: rustup target add {target}"));
    }
    match board.emulator? {
        Emulator::Qemu => (!installed("qemu-system-arm"))
            .then(|| "no qemu-system-arm: `cargo xtask setup` installs it".into()),
        Emulator::Rp2040js => pico::missing(shell),
    }
}

fn check_one(shell: &Shell, board: &Board) -> Outcome<Result<(), String>> {
    let folder = shell.root.join("boards").join(&board.name);
    let image = Image::read(&fs::read(build(shell, board)?)?, &Chip::read(&folder)?)?;
    let mut ran = "only built";
    if let Some(emulator) = board.emulator {
        let mut cargo = shell.cargo("run --release --quiet");
        let told = run(cargo.current_dir(&folder), &shell.scratch(&format!("{}.out", board.name))?)?;
        if !told.success {
            return Ok(Err(format!("{} failed:\n{}", board.name, told.text)));
        }
        let expected = fs::read_to_string(folder.join(format!("{}.out", board.name)))
            .map_err(|error| format!("{0}/{0}.out: {error}", board.name))?;
        if let Some(told) = first_difference(&expected, &told.text) {
            return Ok(Err(format!("{}: {told}", board.name)));
        }
        ran = match emulator {
            Emulator::Qemu => "ran in QEMU",
            Emulator::Rp2040js => "ran in rp2040js",
        };
    }
    println!("{:<16}{:<28}{:>22}{:>20}  {ran}", board.name, board.target, image.flash, image.ram);
    Ok(Ok(()))
}

/// Builds a board's firmware; its ELF.
fn build(shell: &Shell, board: &Board) -> Outcome<PathBuf> {
    let mut cargo = shell.cargo("build --release --quiet --message-format json-render-diagnostics");
    let told = output(cargo.current_dir(shell.root.join("boards").join(&board.name)))?;
    let elf = told.lines().find_map(|line| {
        let message = serde_json::from_str(line).ok()?;
        Some(json::text(&message, "executable")).filter(|path| !path.is_empty()).map(PathBuf::from)
    });
    Ok(elf.ok_or_else(|| format!("{}: cargo built no program", board.name))?)
}

fn first_difference(expected: &str, found: &str) -> Option<String> {
    let (mut expected, mut found) = (expected.lines(), found.lines());
    for number in 1.. {
        match (expected.next(), found.next()) {
            (None, None) => break,
            (a, b) if a == b => {}
            (a, b) => {
                let [a, b] = [a, b].map(|line| line.unwrap_or("(the end)"));
                return Some(format!("the log differs in line {number}: expected `{a}`, found `{b}`"));
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runners_say_what_runs() {
        let runner = |words: &str| emulator(&format!("[\"env\", \"cargo\", \"run\", \"--\", {words}]"));
        assert_eq!(runner(r#""serial", "netduinoplus2""#), Some(Emulator::Qemu));
        assert_eq!(runner(r#""pico""#), Some(Emulator::Rp2040js));
        assert_eq!(emulator(r#"["probe-rs", "run", "--chip", "RP2040"]"#), None);
    }

    #[test]
    fn logs_are_compared_to_their_end() {
        assert_eq!(first_difference("a\nb\n", "a\nb\n"), None);
        let shorter = first_difference("a\nb\n", "a\n").unwrap();
        assert!(shorter.contains("line 2") && shorter.contains("(the end)"), "{shorter}");
        assert!(first_difference("a\n", "a\nb\n").is_some());
    }
}
