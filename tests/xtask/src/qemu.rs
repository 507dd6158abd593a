//! `cargo xtask qemu MACHINE ELF`: runs a firmware in QEMU, prints its log, ends with its exit code.

use crate::shell::{Shell, installed, output};
use crate::{Outcome, Usage};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// A firmware that has not ended by then hangs.
const LIMIT: Duration = Duration::from_secs(120);

pub(crate) fn command(shell: &Shell, words: &[String]) -> Outcome {
    let [machine, elf] = words else {
        return Err(Usage("usage: cargo xtask qemu MACHINE ELF".into()).into());
    };
    if !installed("qemu-system-arm") {
        return Err("no qemu-system-arm here: `cargo xtask setup` installs it".into());
    }
    output(&mut shell.cargo("build --quiet --package xtask-log"))?;
    let mut qemu = emulator(machine, Path::new(elf)).stdout(Stdio::piped()).spawn()?;
    let frames = qemu.stdout.take().map_or_else(Stdio::null, Stdio::from);
    let mut log = shell.command(shell.target.join("debug/xtask-log")).arg(elf).stdin(frames).spawn()?;

    let ended = wait(&mut qemu);
    log.wait()?;
    match ended?.code() {
        Some(0) => Ok(()),
        code => std::process::exit(code.unwrap_or(1)),
    }
}

pub(crate) fn emulator(machine: &str, elf: &Path) -> Command {
    let mut command = Command::new("qemu-system-arm");
    command.args(["-M", machine, "-nographic", "-monitor", "none", "-serial", "none"]);
    command.args(["-semihosting-config", "enable=on,target=native", "-kernel"]).arg(elf);
    command.stdin(Stdio::null());
    command
}

pub(crate) fn wait(child: &mut Child) -> Outcome<ExitStatus> {
    let start = Instant::now();
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(status);
        }
        if start.elapsed() > LIMIT {
            child.kill()?;
            child.wait()?;
            return Err(format!("the firmware has not ended after {} s", LIMIT.as_secs()).into());
        }
        sleep(Duration::from_millis(5));
    }
}
