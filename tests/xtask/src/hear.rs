//! A sound through the front-end of a plan: C++ and WebAssembly give the answer that the tool gives.

use crate::capi::{build, library};
use crate::count::Count;
use crate::shell::{Shell, installed, output, run};
use crate::{Outcome, web};
use std::fs;
use std::path::Path;
use std::process::Command;

pub(crate) const MODEL: &str = "models/spoken-digits/spoken-digits.midge";
pub(crate) const DIGITS: &str = "models/digits/digits.midge";
const RATE: u32 = 8000;

pub(crate) fn check(shell: &Shell) -> Outcome<Count> {
    let (raw, sound) = (shell.scratch("hear/sound.raw")?, shell.scratch("hear/sound.wav")?);
    let samples = chirp();
    fs::write(&raw, &samples)?;
    fs::write(&sound, wav(&samples))?;
    let expected = answers(shell, MODEL, &sound)?;
    let mut count = Count::default();
    count.add(match installed("g++") {
        false => Count::skip("C++ and sound: no g++"),
        true => {
            let program = shell.scratch("hear/hear")?;
            let mut compiler = shell.command("g++");
            compiler.args("-std=c++20 -O2 -Wall -Wextra -Werror -I boards/capi/include".split(' '));
            compiler.arg("boards/capi/examples/hear.cpp").arg(library(shell, None)?).arg("-o").arg(&program);
            build(shell, &mut compiler)?;
            compare(shell, || shell.command(&program), &raw, &expected)?
        }
    });
    count.add(match web::in_node(shell)? {
        Err(reason) => Count::skip(reason),
        Ok(module) => {
            let node = || {
                let mut node = shell.command("node");
                node.arg("boards/capi/examples/hear.mjs").arg(&module);
                node
            };
            let mut count = compare(shell, node, &raw, &expected)?;
            let mut tests = shell.command("node");
            let ran =
                run(tests.args(["--test", "tests/web/resample.test.mjs"]), &shell.scratch("hear/log")?)?;
            count.add(Count::one(if ran.success { Ok(()) } else { Err(ran.text) }));
            count
        }
    });
    Ok(count)
}

/// What the tool makes of rows of pictures or of a sound: the elements of the first output.
pub(crate) fn answers(shell: &Shell, model: &str, input: &Path) -> Outcome<Vec<f32>> {
    let mut midge = shell.command(shell.midge()?);
    midge.args(["run", model, "--format", "json", "--input"]).arg(input);
    let report: serde_json::Value = serde_json::from_str(&output(&mut midge)?)?;
    let values = report.pointer("/outputs/0/values").and_then(|values| values.as_array());
    let numbers = values.and_then(|values| values.iter().map(|value| Some(value.as_f64()? as f32)).collect());
    numbers.ok_or_else(|| format!("midge run prints no numbers: {report}").into())
}

/// One program gives the answer expected, and refuses a plan that has no front-end.
fn compare(shell: &Shell, program: impl Fn() -> Command, raw: &Path, expected: &[f32]) -> Outcome<Count> {
    let answered = shell.scratch("hear/output.bin")?;
    fs::write(&answered, [])?;
    build(shell, program().arg(MODEL).arg(raw).arg(&answered))?;
    let numbers: Vec<_> =
        fs::read(&answered)?.as_chunks().0.iter().map(|four| f32::from_le_bytes(*four)).collect();
    let told = || format!("sound: {numbers:?} here, {expected:?} by the tool");
    let mut count = Count::one(if numbers == expected { Ok(()) } else { Err(told()) });
    let deaf = run(program().arg(DIGITS).arg(raw).arg(&answered), &shell.scratch("hear/log")?)?;
    let refused = !deaf.success && deaf.text.trim() == "hear: the plan carries no front-end for sound";
    count.add(Count::one(if refused {
        Ok(())
    } else {
        Err(format!("of a plan without ears: {}", deaf.text))
    }));
    Ok(count)
}

/// Half a second that rises from 100 to 2,500 Hz, then silence behind: samples of 16 bits, the low byte first.
pub(crate) fn chirp() -> Vec<u8> {
    let sample = |i: u32| {
        let time = f64::from(i) / f64::from(RATE);
        let phase = std::f64::consts::TAU * (100.0 + 2400.0 * time) * time;
        (12_000.0 * phase.sin()) as i16
    };
    (0..RATE / 2).flat_map(|i| sample(i).to_le_bytes()).collect()
}

/// A `.wav` file of such samples.
pub(crate) fn wav(samples: &[u8]) -> Vec<u8> {
    let len = samples.len() as u32;
    let mut file = b"RIFF".to_vec();
    file.extend((len + 36).to_le_bytes());
    file.extend(b"WAVEfmt ");
    // length of the format, then: PCM, one channel, rate, bytes a second, bytes a sample, bits a sample
    file.extend([16, 0x1_0001, RATE, 2 * RATE, 0x10_0002].into_iter().flat_map(u32::to_le_bytes));
    file.extend(b"data");
    file.extend(len.to_le_bytes());
    file.extend(samples);
    file
}
