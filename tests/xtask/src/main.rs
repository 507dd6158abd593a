//! `cargo xtask`: sets up, demonstrates, tests and measures the project. One file per command.

mod bars;
mod boards;
mod budget;
mod capi;
mod chart;
mod conformance;
mod container;
mod costs;
mod count;
mod demo;
mod edge;
mod hear;
mod image;
mod json;
mod linked;
mod npy;
mod pico;
mod picture;
mod qemu;
mod quickstart;
mod serial;
mod setup;
mod shell;
mod speed;
mod spoken;
mod suites;
mod test;
mod tidy;
mod web;

use shell::Shell;
use std::env;
use std::error::Error;
use std::process::ExitCode;

/// How a command ends: what went wrong is said, the code is chosen here.
type Outcome<T = ()> = Result<T, Box<dyn Error>>;

/// A check that was asked for and that did not hold; what is wrong has been printed.
#[derive(Debug)]
struct Failed;

impl Error for Failed {}

impl std::fmt::Display for Failed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("failed")
    }
}

/// The command line was not understood.
#[derive(Debug)]
struct Usage(String);

impl Error for Usage {}

impl std::fmt::Display for Usage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

struct Command {
    name: &'static str,
    arguments: &'static str,
    about: &'static str,
    run: fn(&Shell, &[String]) -> Outcome,
}

const COMMANDS: &[Command] = &[
    Command { name: "setup", arguments: "[--all]", about: "make this machine ready", run: setup::command },
    Command {
        name: "demo",
        arguments: "",
        about: "a model from Keras on host, M4 and M0",
        run: demo::command,
    },
    Command {
        name: "test",
        arguments: "[--all] [SUITE..]",
        about: "set up, then every test",
        run: test::command,
    },
    Command {
        name: "boards",
        arguments: "[--all]",
        about: "build every board's firmware, and run what an emulator runs",
        run: boards::command,
    },
    Command { name: "tidy", arguments: "", about: "check the architecture's invariants", run: tidy::command },
    Command {
        name: "budget",
        arguments: "[--bless]",
        about: "flash, RAM and instructions against tests/budget.snap",
        run: budget::command,
    },
    Command {
        name: "chart",
        arguments: "",
        about: "the README's table and picture from tests/budget.snap",
        run: chart::command,
    },
    Command {
        name: "conformance",
        arguments: "onnx [--format json] [--bless] | pytorch",
        about: "ONNX's node tests, or networks from PyTorch, each converted and run",
        run: conformance::command,
    },
    Command {
        name: "costs",
        arguments: "[--check] [TARGET..]",
        about: "fit the compiler's costs of kernels to measurements",
        run: costs::command,
    },
    Command {
        name: "predict",
        arguments: "[TARGET..]",
        about: "measure every kernel, for what `midge fit` predicts",
        run: costs::predict,
    },
    Command {
        name: "networks",
        arguments: "[TARGET..]",
        about: "what kernels save on networks that they were not made for",
        run: costs::networks,
    },
    Command {
        name: "bench-train",
        arguments: "[--format json] [--rounds N] [--seconds N] [WORKLOAD..]",
        about: "how fast midge-train trains, beside PyTorch",
        run: speed::command,
    },
    Command {
        name: "edge",
        arguments: "",
        about: "the inference-only tool for edge Linux, four processors, each run",
        run: edge::command,
    },
    Command {
        name: "web",
        arguments: "[FOLDER]",
        about: "the page of boards/capi/web, with engine and models, for any web server",
        run: web::command,
    },
    Command {
        name: "qemu",
        arguments: "MACHINE ELF",
        about: "run a firmware in QEMU and print its log",
        run: qemu::command,
    },
    Command {
        name: "pico",
        arguments: "SAMPLES LINES ELF",
        about: "run a Raspberry Pi Pico's firmware in rp2040js with a sound at its microphone",
        run: pico::command,
    },
    Command {
        name: "serial",
        arguments: "MACHINE INPUT LINES MOST ELF",
        about: "run a firmware in QEMU with a file at its serial port",
        run: serial::command,
    },
];

fn main() -> ExitCode {
    let words: Vec<String> = env::args().skip(1).collect();
    match dispatch(&words) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            if !error.is::<Failed>() {
                eprintln!("xtask: {error}");
            }
            ExitCode::from(if error.is::<Usage>() { 2 } else { 1 })
        }
    }
}

fn dispatch(words: &[String]) -> Outcome {
    let (name, rest) = match words.split_first() {
        None => return help(),
        Some((name, _)) if ["help", "-h", "--help"].contains(&name.as_str()) => return help(),
        Some(parts) => parts,
    };
    let Some(command) = COMMANDS.iter().find(|command| command.name == name) else {
        return Err(Usage(format!("no command `{name}`: `cargo xtask help` lists them")).into());
    };
    (command.run)(&Shell::here()?, rest)
}

fn help() -> Outcome {
    println!("cargo xtask COMMAND\n");
    for command in COMMANDS {
        println!("  {:<24} {}", format!("{} {}", command.name, command.arguments), command.about);
    }
    println!("\nsuites of `test`:\n");
    for suite in suites::SUITES {
        println!("  {:<24} {}", suite.name, suite.about);
    }
    Ok(())
}
