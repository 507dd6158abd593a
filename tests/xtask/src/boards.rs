//! The emulated boards: which there are, and whether their firmware says what it should.

use crate::Outcome;
use crate::count::Count;
use crate::shell::{Shell, run};
use crate::suites::has_target;
use std::fs;

/// A folder of `boards/` with a firmware that runs as it is.
pub(crate) struct Board {
    pub(crate) name: String,
    pub(crate) target: String,
}

/// Every folder that says in `.cargo/config.toml` what it is built for.
pub(crate) fn all(shell: &Shell) -> Outcome<Vec<Board>> {
    let mut boards = vec![];
    for folder in fs::read_dir(shell.root.join("boards"))? {
        let folder = folder?;
        let Ok(config) = fs::read_to_string(folder.path().join(".cargo/config.toml")) else { continue };
        let target = config.lines().find_map(|line| line.strip_prefix("target = "));
        if let Some(target) = target {
            boards.push(Board {
                name: folder.file_name().to_string_lossy().into(),
                target: target.trim_matches('"').into(),
            });
        }
    }
    boards.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(boards)
}

/// Builds and runs each board's firmware. It must exit with 0 and log what stands in its `.out` file.
pub(crate) fn check(shell: &Shell) -> Outcome<Count> {
    let mut count = Count::default();
    for board in all(shell)? {
        count.add(if has_target(shell, &board.target) {
            Count::one(check_one(shell, &board).unwrap_or_else(|error| Err(error.to_string())))
        } else {
            Count::skip(format!("{}: no target {}: rustup target add {1}", board.name, board.target))
        });
    }
    Ok(count)
}

fn check_one(shell: &Shell, board: &Board) -> Outcome<Result<(), String>> {
    let folder = shell.root.join("boards").join(&board.name);
    let mut cargo = shell.cargo("run --release --quiet");
    let ran = run(cargo.current_dir(&folder), &shell.scratch(&format!("{}.out", board.name))?)?;
    if !ran.success {
        return Ok(Err(format!("{} failed:\n{}", board.name, ran.text)));
    }
    let expected = fs::read_to_string(folder.join(format!("{}.out", board.name)))
        .map_err(|error| format!("{0}/{0}.out: {error}", board.name))?;
    Ok(first_difference(&expected, &ran.text).map_or(Ok(()), |told| Err(format!("{}: {told}", board.name))))
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
    fn logs_are_compared_to_their_end() {
        assert_eq!(first_difference("a\nb\n", "a\nb\n"), None);
        let shorter = first_difference("a\nb\n", "a\n").unwrap();
        assert!(shorter.contains("line 2") && shorter.contains("(the end)"), "{shorter}");
        assert!(first_difference("a\n", "a\nb\n").is_some());
    }
}
