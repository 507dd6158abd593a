//! Recordings of spoken digits through the whole chain, from bytes at a serial port to events: the same program on the desktop
//! and as firmware must say the same digits at the same times.

use crate::Outcome;
use crate::count::Count;
use crate::serial;
use crate::shell::{Shell, output};
use crate::suites::has_target;
use std::fs::{self, File};
use std::path::Path;
use std::process::Stdio;

/// Recordings of the test split, of all six speakers.
const SAID: [&str; 6] = ["3_jackson_0", "1_theo_1", "4_nicolas_2", "5_lucas_0", "9_george_4", "2_yweweler_3"];

/// As many of these must be heard, so that silence does not pass.
const HEARD: usize = 5;

/// Samples of silence before and between.
const SILENCE: usize = 4000;

const TARGET: &str = "thumbv7em-none-eabihf";

pub(crate) fn check(shell: &Shell) -> Outcome<Count> {
    let recordings = shell.data().join("fsdd/recordings");
    if !recordings.is_dir() {
        return Ok(Count::skip(format!("spoken digits: no {}", recordings.display())));
    }
    if !has_target(shell, TARGET) {
        return Ok(Count::skip(format!("spoken digits: no target {TARGET}: rustup target add {TARGET}")));
    }
    let series = series(&recordings)?;
    let path = shell.scratch("spoken.raw")?;
    fs::write(&path, &series)?;
    let boards = "--quiet --release --manifest-path boards/Cargo.toml --package";
    let mut here = shell.cargo(&format!("run {boards} midge-spoken --example hear"));
    let here = output(here.stdin(Stdio::from(File::open(&path)?)))?;
    let here: Vec<&str> = here.lines().map(str::trim_end).collect();

    let build = format!("build {boards} stm32f405 --no-default-features --features spoken --target {TARGET}");
    output(&mut shell.cargo(&build))?;
    let elf = shell.target.join(TARGET).join("release/stm32f405");
    let mut qemu = serial::emulator("netduinoplus2", &elf);
    let there = serial::answers(&mut qemu, &series, here.len().saturating_sub(1))?;
    Ok(Count::one(compare(&here, &there)))
}

fn compare(here: &[&str], there: &[String]) -> Result<(), String> {
    if here != there {
        return Err(format!("spoken digits: {here:?} on the desktop, {there:?} on the chip"));
    }
    let digits: Vec<&str> = here.iter().filter_map(|line| Some(line.split_once(' ')?.1)).collect();
    let right = SAID.iter().filter(|name| digits.contains(&&name[..1])).count();
    match right >= HEARD {
        true => Ok(()),
        false => Err(format!("spoken digits: {digits:?} were heard of {SAID:?}")),
    }
}

/// The recordings one behind the other, with silence around them.
fn series(recordings: &Path) -> Outcome<Vec<u8>> {
    let silence = [0; 2 * SILENCE];
    let mut series = silence.to_vec();
    for name in SAID {
        let wav = fs::read(recordings.join(format!("{name}.wav")))?;
        // 44 bytes of header are in front of the samples: all are written by one program
        series.extend(wav.get(44..).ok_or("a recording has no samples")?);
        series.extend(silence);
    }
    Ok(series)
}
