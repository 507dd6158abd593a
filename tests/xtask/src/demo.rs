//! `cargo xtask demo`: a model from Keras, from `.tflite` to three processors, with the commands a user would type.

use crate::json::{number, text};
use crate::npy::{self, Bytes};
use crate::picture::side_by_side;
use crate::setup::setup;
use crate::shell::{Shell, line, output};
use crate::{Failed, Outcome};
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const MODEL: &str = "tests/digits/digits.tflite";
const SAMPLES: &str = "tests/digits/samples.npy";

/// Where the model runs: the tool's name for it, and the reader's.
const PLACES: &[(&str, &str)] = &[("host", "this machine"), ("m4", "Arm Cortex-M4"), ("m0", "Arm Cortex-M0")];

pub(crate) fn command(shell: &Shell, _: &[String]) -> Outcome {
    setup(shell, false)?;
    println!(
        "A neural network that reads handwritten digits: on this machine, and in real firmware on two emulated"
    );
    println!(
        "microcontrollers. What is typed below works in any folder; the first command builds the tool.\n"
    );
    println!("$ cargo build --release --package midge");
    let midge = Tool { shell, path: shell.midge()? };

    let plan = shell.scratch("demo/digits.midge")?; // for any processor
    midge.say(&["convert", MODEL, "-o", &relative(shell, &plan)])?;
    let about: Value =
        serde_json::from_str(&midge.ask(&["inspect", &relative(shell, &plan), "--format", "json"])?)?;

    let answers = PLACES
        .iter()
        .map(|(on, _)| midge.run(&plan, on))
        .filter_map(|answer| match answer {
            Ok(answer) => Some(answer),
            Err(reason) => {
                println!("  {reason}");
                None
            }
        })
        .collect::<Vec<_>>();
    let Some(first) = answers.first() else { return Err(Failed.into()) };
    show(&about, &npy::read(&shell.root.join(SAMPLES))?, &npy::read(first)?)?;

    let same = same(&answers)?;
    let measured = measure(&midge, &plan)?;
    summary(&about, &plan, &measured)?;
    let places = answers.len();
    if same {
        println!("\nThe {places} outputs are the same file, byte for byte.");
    } else {
        println!("\nTHE {places} OUTPUTS DIFFER: this is a fault of Midge.");
    }
    println!(
        "\nNext: QUICKSTART.md takes a model of yours the same way; `cd boards/mps2-an386 && cargo run --release`"
    );
    println!("runs firmware with the model linked in.");
    if same && places == PLACES.len() { Ok(()) } else { Err(Failed.into()) }
}

/// The tool, called as a user calls it.
struct Tool<'a> {
    shell: &'a Shell,
    path: PathBuf,
}

impl Tool<'_> {
    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = self.shell.command(&self.path);
        command.args(arguments);
        println!("$ {}", line(&command));
        command
    }

    /// Its standard output.
    fn ask(&self, arguments: &[&str]) -> Outcome<String> {
        output(&mut self.command(arguments))
    }

    /// Calls it with its messages on the terminal: first uses build firmware and say so.
    fn say(&self, arguments: &[&str]) -> Outcome {
        let mut command = self.command(arguments);
        if command.status()?.success() { Ok(()) } else { Err(format!("{} failed", line(&command)).into()) }
    }

    /// Runs the samples in one place; the file that holds the answers.
    fn run(&self, plan: &Path, on: &str) -> Outcome<PathBuf> {
        let answer = plan.with_file_name(format!("{on}.npy"));
        let (plan, to) = (relative(self.shell, plan), relative(self.shell, &answer));
        self.say(&["run", &plan, "--input", SAMPLES, "--output", &to, "--on", on])?;
        Ok(answer)
    }
}

/// The path as it is typed in the checkout.
fn relative(shell: &Shell, path: &Path) -> String {
    path.strip_prefix(&shell.root).unwrap_or(path).display().to_string()
}

/// The images, and below each the digit with the highest score.
fn show(about: &Value, images: &Bytes, scores: &Bytes) -> Outcome {
    let port = about.pointer("/outputs/0").ok_or("the model has no output")?;
    let scale = port.get("scale").and_then(Value::as_f64).ok_or("the output has no scale")?;
    let zero = port.get("zero_point").and_then(Value::as_f64).ok_or("the output has no zero point")?;
    let captions = scores.data.chunks(scores.row).map(|row| {
        let best = row.iter().max().copied().unwrap_or_default();
        let digit = row.iter().position(|score| *score == best).unwrap_or_default();
        format!("a {digit}, {:.1}%", 100.0 * scale * (f64::from(best) - zero))
    });
    let captions: Vec<_> = captions.collect();
    println!("\n{}", side_by_side(&images.data, images.row, &captions));
    Ok(())
}

fn same(answers: &[PathBuf]) -> Outcome<bool> {
    let files = answers.iter().map(fs::read).collect::<Result<Vec<_>, _>>()?;
    Ok(files.windows(2).all(|pair| pair.first() == pair.last()))
}

/// What `bench` says on each emulated core that is there, of the model packed for it.
fn measure(midge: &Tool<'_>, plan: &Path) -> Outcome<Vec<(&'static str, Value)>> {
    let mut measured = vec![];
    for (on, name) in PLACES.iter().filter(|(on, _)| *on != "host") {
        let packed = relative(midge.shell, &plan.with_file_name(format!("{on}.midge")));
        let told = midge
            .ask(&["convert", MODEL, "-o", &packed, "--target", on])
            .and_then(|_| midge.ask(&["bench", &packed, "--on", on, "--format", "json"]));
        match told {
            Ok(told) => measured.push((*name, serde_json::from_str(&told)?)),
            Err(reason) => println!("  {reason}"),
        }
    }
    Ok(measured)
}

fn summary(about: &Value, plan: &Path, measured: &[(&str, Value)]) -> Outcome {
    println!();
    let weights = number(about, "parameters")?;
    println!("{:<28} {:>9}", "model file, bytes", fs::metadata(plan)?.len());
    println!("{:<28} {:>9}", "parameters", weights);
    println!("{:<28} {:>9}", "multiply-accumulates", number(about, "macs")?);
    for (name, bench) in measured {
        println!("{name} (QEMU {}), packed for it", text(bench, "machine"));
        for (key, meaning) in [
            ("text_bytes", "flash without the model"),
            ("const_bytes", "flash of the model"),
            ("arena_bytes", "RAM: arena"),
            ("stack_bytes", "RAM: stack"),
            ("instructions", "instructions, one image"),
        ] {
            println!("  {meaning:<26} {:>9}", number(bench, key)?);
        }
    }
    Ok(())
}
