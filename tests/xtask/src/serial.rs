//! `cargo xtask serial MACHINE INPUT LINES MOST ELF`: a firmware in QEMU with a file at its serial port.
//!
//! When it has said a line, it gets the file. Prints that line and as many more as are waited for. INPUT has a like part for each;
//! the first answer must be there within MOST instructions from reset.

use crate::shell::{Shell, installed, output};
use crate::{Outcome, Usage};
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

/// A line that has not come by then never does.
const LIMIT: Duration = Duration::from_secs(60);

pub(crate) fn command(shell: &Shell, words: &[String]) -> Outcome {
    let usage = || Usage("usage: cargo xtask serial MACHINE INPUT LINES MOST ELF".into());
    let [machine, input, lines, most, elf] = words else { return Err(usage().into()) };
    let elf = Path::new(elf);
    let (lines, most) =
        (lines.parse::<usize>().map_err(|_| usage())?, most.parse::<u64>().map_err(|_| usage())?);
    if !installed("qemu-system-arm") {
        return Err("no qemu-system-arm here: `cargo xtask setup` installs it".into());
    }
    let series = fs::read(input)?;
    for line in answers(&mut emulator(machine, elf), &series, lines)? {
        println!("{line}");
    }
    let counts = shell.scratch("serial.txt")?;
    let mut qemu = emulator(machine, elf);
    let plugin = counter(shell)?;
    qemu.arg("-plugin").arg(format!("{plugin},out={},from=reset", counts.display()));
    answers(&mut qemu, &series[..series.len() / lines.max(1)], 1)?;
    let counted = fs::read_to_string(&counts)?;
    let took: u64 = counted.split_whitespace().next().unwrap_or_default().parse()?;
    if took > most {
        return Err(format!("the first answer took {took} instructions from reset, more than {most}").into());
    }
    Ok(())
}

pub(crate) fn emulator(machine: &str, elf: &Path) -> Command {
    let mut command = Command::new("qemu-system-arm");
    command.args(["-M", machine, "-display", "none", "-monitor", "none", "-serial", "stdio", "-kernel"]);
    command.arg(elf);
    command
}

/// The library that counts, for the emulator that is installed.
fn counter(shell: &Shell) -> Outcome<String> {
    let version = output(Command::new("qemu-system-arm").arg("--version"))?;
    let number = version.split("version ").nth(1).unwrap_or_default();
    let mut parts = number.split('.').map(|part| part.parse().unwrap_or(0));
    let features = match (parts.next(), parts.next()) {
        (Some(major), Some(minor)) if (major, minor) >= (9, 2) => " --features api4",
        _ => "",
    };
    let build = format!("build --release --quiet --manifest-path tests/counter/Cargo.toml{features}");
    output(&mut shell.cargo(&build))?;
    Ok(shell.target.join("release/libmidge_counter.so").display().to_string())
}

/// Runs until so many answers have come, and ends it.
pub(crate) fn answers(qemu: &mut Command, input: &[u8], answers: usize) -> Outcome<Vec<String>> {
    let mut child = qemu.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn()?;
    let (to, from) = mpsc::channel();
    if let Some(out) = child.stdout.take() {
        thread::spawn(move || {
            BufReader::new(out).lines().map_while(Result::ok).try_for_each(|line| to.send(line))
        });
    }
    // what comes to a serial port before it is there is lost
    let first = from.recv_timeout(LIMIT);
    let sent = child.stdin.as_mut().map_or(Ok(()), |port| port.write_all(input));
    let came: Result<Vec<String>, _> =
        [first].into_iter().chain((0..answers).map(|_| from.recv_timeout(LIMIT))).collect();
    // asked to end, QEMU writes what was counted
    Command::new("kill").arg(child.id().to_string()).status()?;
    child.wait()?;
    sent?;
    let came = came.map_err(|_| format!("no line in {} s; {answers} are waited for", LIMIT.as_secs()))?;
    Ok(came.into_iter().map(|line| line.trim_end().to_owned()).collect())
}
