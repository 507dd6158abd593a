//! `cargo xtask costs` fits the compiler's table of costs to measurements, or checks what it chooses by it;
//! `cargo xtask predict` measures what all of them take, for predictions;
//! `cargo xtask networks` compares what kernels save on networks that they were not made for.

use crate::shell::Shell;
use crate::{Failed, Outcome};

/// With `--check`, whether the kernels chosen for layers that the table was not fitted to are within 5% of the best. Names
/// of targets limit either to them.
pub(crate) fn command(shell: &Shell, words: &[String]) -> Outcome {
    run(shell, "costs", words)
}

/// Whether packing saves on ten networks what it saves on the models; on the targets named, or on three.
pub(crate) fn networks(shell: &Shell, words: &[String]) -> Outcome {
    run(shell, "networks", words)
}

/// What each kernel takes of flash, stack and time on the cores named, or on all, for what `midge fit` predicts.
pub(crate) fn predict(shell: &Shell, words: &[String]) -> Outcome {
    run(shell, "predict", words)
}

/// A binary of the suite.
fn run(shell: &Shell, name: &str, words: &[String]) -> Outcome {
    let mut cargo = shell.cargo("run --quiet --package midge-suite --bin");
    if cargo.arg(name).arg("--").args(words).status()?.success() { Ok(()) } else { Err(Failed.into()) }
}
