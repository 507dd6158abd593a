//! Recordings of spoken digits through the whole chain, from bytes at a serial port to events: the same program on the desktop
//! and as firmware must say the same digits at the same times.

use crate::Outcome;
use crate::count::Count;
use crate::serial;
use crate::shell::{Shell, output};
use crate::suites::has_target;
use std::fs::{self, File};
use std::process::Stdio;

/// Recordings of the test split, of all six speakers.
const SAID: [&str; 6] = ["3_jackson_0", "1_theo_1", "4_nicolas_2", "5_lucas_0", "9_george_4", "2_yweweler_3"];

/// As many of these must be heard, so that silence does not pass.
const HEARD: usize = 5;

/// Samples of silence before and between.
const SILENCE: usize = 4000;

const BOARDS: &str = "--quiet --release --manifest-path boards/Cargo.toml --package";
const TARGET: &str = "thumbv7em-none-eabihf";

pub(crate) fn check(shell: &Shell) -> Outcome<Count> {
    let Some(series) = series(shell)? else {
        return Ok(Count::skip("spoken digits: no recordings"));
    };
    if !has_target(shell, TARGET) {
        return Ok(Count::skip(format!("spoken digits: no target {TARGET}: rustup target add {TARGET}")));
    }
    let here = here(shell, &series)?;
    let build = format!("build {BOARDS} stm32f405 --no-default-features --features spoken --target {TARGET}");
    output(&mut shell.cargo(&build))?;
    let elf = shell.target.join(TARGET).join("release/stm32f405");
    let mut qemu = serial::emulator("netduinoplus2", &elf);
    let there = serial::answers(&mut qemu, &series, here.len().saturating_sub(1))?;
    if here != there {
        let told = format!("spoken digits: {here:?} on the desktop, {there:?} on the chip");
        return Ok(Count::one(Err(told)));
    }
    let digits = here.iter().filter_map(|line| line.split_once(' ')?.1.parse().ok());
    Ok(Count::one(heard(&digits.collect::<Vec<_>>())))
}

/// What the program says on the desktop.
pub(crate) fn here(shell: &Shell, series: &[u8]) -> Outcome<Vec<String>> {
    let path = shell.scratch("spoken.raw")?;
    fs::write(&path, series)?;
    let mut program = shell.cargo(&format!("run {BOARDS} midge-spoken --example hear"));
    let lines = output(program.stdin(Stdio::from(File::open(&path)?)))?;
    Ok(lines.lines().map(|line| line.trim_end().into()).collect())
}

/// Whether these are most of the digits that were said.
pub(crate) fn heard(digits: &[u32]) -> Result<(), String> {
    let said = SAID.iter().filter_map(|name| name.chars().next()?.to_digit(10));
    match said.filter(|digit| digits.contains(digit)).count() {
        HEARD.. => Ok(()),
        _ => Err(format!("spoken digits: {digits:?} were heard of {SAID:?}")),
    }
}

/// The recordings one behind the other, with silence around them; none where there are no recordings.
pub(crate) fn series(shell: &Shell) -> Outcome<Option<Vec<u8>>> {
    let recordings = shell.data().join("fsdd/recordings");
    if !recordings.is_dir() {
        return Ok(None);
    }
    let silence = [0; 2 * SILENCE];
    let mut series = silence.to_vec();
    for name in SAID {
        let wav = fs::read(recordings.join(format!("{name}.wav")))?;
        // 44 bytes of header are in front of the samples: all are written by one program
        series.extend(wav.get(44..).ok_or("a recording has no samples")?);
        series.extend(silence);
    }
    Ok(Some(series))
}
