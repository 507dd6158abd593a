//! `cargo xtask costs`: fits the compiler's table of costs to measurements, or checks what it chooses by it.

use crate::shell::Shell;
use crate::{Failed, Outcome};

/// With `--check`, whether the kernels chosen for layers that the table was not fitted to are within 5% of the best. Names
/// of targets limit either to them.
pub(crate) fn command(shell: &Shell, words: &[String]) -> Outcome {
    let mut cargo = shell.cargo("run --quiet --package midge-suite --bin costs --");
    if cargo.args(words).status()?.success() { Ok(()) } else { Err(Failed.into()) }
}
