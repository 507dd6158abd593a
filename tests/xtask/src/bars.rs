//! How long builds may take.

use crate::Outcome;
use crate::count::Count;
use crate::shell::{Shell, line, run};
use crate::suites::has_target;
use std::fs;
use std::path::Path;
use std::process::Command;

const CLEAN_CORE_S: f64 = 20.0;
const CHANGED_MODEL_S: f64 = 15.0;

/// A clean build of the core, in a folder of its own.
pub(crate) fn clean_core(shell: &Shell) -> Outcome<Count> {
    let folder = shell.scratch("clean/core")?;
    if folder.is_dir() {
        fs::remove_dir_all(&folder)?;
    }
    let mut cargo = shell.cargo("build --release --package midge-core");
    within(shell, cargo.env("CARGO_TARGET_DIR", &folder), CLEAN_CORE_S)
}

/// A firmware that was built, with another model.
pub(crate) fn changed_model(shell: &Shell) -> Outcome<Count> {
    const TARGET: &str = "thumbv7em-none-eabihf";
    if !has_target(shell, TARGET) {
        return Ok(Count::skip(format!("no target {TARGET}: rustup target add {TARGET}")));
    }
    let midge = shell.midge()?;
    let model = shell.scratch("changed.midge")?;
    let convert = |target: &str| -> Outcome {
        let mut command = shell.command(&midge);
        command.args(["convert", "tests/digits/digits.tflite", "--target", target, "-o"]).arg(&model);
        let ran = run(&mut command, &shell.scratch("convert.log")?)?;
        if ran.success { Ok(()) } else { Err(format!("{}:\n{}", line(&command), ran.text).into()) }
    };
    convert("portable")?;
    let built = run(&mut firmware(shell, &model, TARGET), &shell.scratch("bars.log")?)?;
    if !built.success {
        return Err(built.text.into());
    }
    convert("m4")?;
    within(shell, &mut firmware(shell, &model, TARGET), CHANGED_MODEL_S)
}

fn firmware(shell: &Shell, model: &Path, target: &str) -> Command {
    let mut cargo = shell.cargo("build --release --package midge-model --manifest-path boards/Cargo.toml");
    cargo.args(["--target", target]).env("MIDGE_MACHINE", "m4").env("MIDGE_MODEL", model);
    cargo
}

fn within(shell: &Shell, command: &mut Command, limit: f64) -> Outcome<Count> {
    let ran = run(command, &shell.scratch("bars.log")?)?;
    let time = ran.time.as_secs_f64();
    Ok(Count::one(if !ran.success {
        Err(format!("{}:\n{}", line(command), ran.text))
    } else if time > limit {
        Err(format!("{} took {time:.1} s, more than {limit} s", line(command)))
    } else {
        println!("         {time:.1} s of {limit} s: {}", line(command));
        Ok(())
    }))
}
