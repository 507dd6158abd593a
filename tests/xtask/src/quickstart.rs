//! Runs the command blocks of QUICKSTART.md, as a reader would type them.

use crate::Outcome;
use crate::count::Count;
use crate::shell::{Shell, run};
use std::fs;

/// All blocks in one shell, in order, from the checkout: one test a block. The text makes a folder for what it writes
/// with `mktemp`, which here lies among the build's files.
pub(crate) fn check(shell: &Shell) -> Outcome<Count> {
    let blocks = blocks(&fs::read_to_string(shell.root.join("QUICKSTART.md"))?);
    if blocks.is_empty() {
        return Err("QUICKSTART.md has no block that starts with ```sh".into());
    }
    let folder = shell.scratch("quickstart/x")?.with_file_name("");
    fs::remove_dir_all(&folder)?;
    fs::create_dir_all(&folder)?;

    let mut script = String::from("set -euo pipefail\n");
    for (line, block) in &blocks {
        script.push_str(&format!("{block}\necho 'block at line {line} done' >&3\n"));
    }
    let done = shell.scratch("quickstart.done")?;
    let mut bash = shell.command("bash");
    bash.arg("-c").arg(format!("exec 3>\"$DONE\"\n{script}"));
    // the text is about a checkout where nobody has set another target folder
    bash.env_remove("CARGO_TARGET_DIR").env("DONE", &done).env("TMPDIR", &folder);
    let ran = run(&mut bash, &shell.scratch("quickstart.log")?)?;
    let done = fs::read_to_string(done)?.lines().count();

    let mut count = Count { passed: done, ..Count::default() };
    if !ran.success {
        let line = blocks.get(done).map_or(0, |(line, _)| *line);
        count.failures.push(format!("the block at line {line} fails:\n{}", ran.text));
    }
    Ok(count)
}

/// Line numbers and texts of the blocks that start with ```` ```sh ````.
fn blocks(text: &str) -> Vec<(usize, String)> {
    let mut blocks: Vec<(usize, String)> = vec![];
    let mut inside = false;
    for (i, line) in text.lines().enumerate() {
        match (inside, line.trim_end()) {
            (false, "```sh") => {
                inside = true;
                blocks.push((i + 1, String::new()));
            }
            (true, "```") => inside = false,
            (true, line) => {
                if let Some((_, block)) = blocks.last_mut() {
                    block.push_str(line);
                    block.push('\n');
                }
            }
            _ => {}
        }
    }
    blocks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_command_blocks_are_taken() {
        let text = "a\n```sh\ncd x\nls\n```\n```\noutput\n```\n```sh\npwd\n```\n";
        assert_eq!(blocks(text), [(2, "cd x\nls\n".into()), (9, "pwd\n".into())]);
    }
}
