//! The tool for edge Linux, inference only: one static file for each processor, run with the ready models.

use crate::count::Count;
use crate::shell::{Shell, installed, line, run};
use crate::suites::has_target;
use crate::{Failed, Outcome, container};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The most bytes of a file.
const MOST: u64 = 2_000_000;

const BUILD: &str = "build --package midge --profile edge --no-default-features --features infer";

/// What a processor's file is built for, and what runs it here.
pub(crate) struct Edge {
    pub(crate) target: &'static str,
    libc: &'static str,
    /// What the compiler is told of the target: glibc is linked statically; on RISC-V the linker shortens calls.
    features: &'static str,
    emulator: &'static str,
    /// The linker, and the Debian packages that bring it; without, the one that comes with Rust, which also brings musl.
    linker: Option<(&'static str, &'static str)>,
}

/// Processors of machines with Linux, the most frequent first.
pub(crate) const EDGES: &[Edge] = &[
    Edge {
        target: "x86_64-unknown-linux-musl",
        libc: "musl",
        features: "",
        emulator: "qemu-x86_64",
        linker: None,
    },
    Edge {
        target: "aarch64-unknown-linux-musl",
        libc: "musl",
        features: "",
        emulator: "qemu-aarch64",
        linker: None,
    },
    Edge {
        target: "armv7-unknown-linux-gnueabihf",
        libc: "glibc",
        features: "+crt-static",
        emulator: "qemu-arm",
        linker: Some(("arm-linux-gnueabihf-gcc", "gcc-arm-linux-gnueabihf libc6-dev-armhf-cross")),
    },
    Edge {
        target: "riscv64gc-unknown-linux-gnu",
        libc: "glibc",
        features: "+crt-static,+relax",
        emulator: "qemu-riscv64",
        linker: Some(("riscv64-linux-gnu-gcc", "gcc-riscv64-linux-gnu libc6-dev-riscv64-cross")),
    },
];

/// `cargo xtask edge`.
pub(crate) fn command(shell: &Shell, _: &[String]) -> Outcome {
    let mut count = check(shell)?;
    count.add(container::check(shell)?);
    for line in count.skips.iter().chain(&count.failures) {
        println!("{line}");
    }
    if count.failures.is_empty() { Ok(()) } else { Err(Failed.into()) }
}

/// Builds and runs each of them; the ready models must answer as they do on this machine.
pub(crate) fn check(shell: &Shell) -> Outcome<Count> {
    let host = shell.midge()?;
    let models = models(shell)?;
    let expected: Vec<_> =
        models.iter().map(|model| answer(shell, shell.command(&host), model)).collect::<Outcome<_>>()?;
    println!("{:<30} {:<6} {:>9}  {:<7} same answers", "target", "libc", "bytes", "static");
    let mut count = Count::default();
    for edge in EDGES {
        let program = match build(shell, edge)? {
            Ok(program) => program,
            Err(reason) => {
                count.add(Count::skip(reason));
                continue;
            }
        };
        let file = fs::read(&program)?;
        let alone = !asks_for_loader(&file).ok_or("the linker made no ELF file")?;
        let mut same = 0;
        for (model, expected) in models.iter().zip(&expected) {
            let mut emulated = shell.command(edge.emulator);
            emulated.arg(&program);
            same += usize::from(answer(shell, emulated, model)? == *expected);
        }
        let (target, bytes, all) = (edge.target, file.len() as u64, models.len());
        let yes = if alone { "yes" } else { "no" };
        println!("{target:<30} {:<6} {bytes:>9}  {yes:<7} {same} of {all} models", edge.libc);
        let held = alone && same == all && bytes <= MOST;
        let told = || format!("{target}: static, {MOST} bytes at most, and {all} models are wanted");
        count.add(Count::one(if held { Ok(()) } else { Err(told()) }));
    }
    Ok(count)
}

/// The program; or what is missing to build it or to run it here.
pub(crate) fn build(shell: &Shell, edge: &Edge) -> Outcome<Result<PathBuf, String>> {
    let target = edge.target;
    if !has_target(shell, target) {
        return Ok(Err(format!("{target}: rustup target add {target}")));
    }
    let (linker, packages) = edge.linker.unwrap_or(("rust-lld", ""));
    if edge.linker.is_some() && !installed(linker) {
        return Ok(Err(format!("{target}: no {linker}: apt-get install {packages}")));
    }
    if !installed(edge.emulator) {
        return Ok(Err(format!("{target}: no {}: apt-get install qemu-user", edge.emulator)));
    }
    let mut cargo = shell.cargo(BUILD);
    let name = target.to_uppercase().replace('-', "_");
    cargo.args(["--target", target]).env(format!("CARGO_TARGET_{name}_LINKER"), linker);
    if !edge.features.is_empty() {
        cargo.env(format!("CARGO_TARGET_{name}_RUSTFLAGS"), format!("-Ctarget-feature={}", edge.features));
    }
    let built = run(&mut cargo, &shell.scratch("edge.log")?)?;
    if !built.success {
        return Err(format!("{}:\n{}", line(&cargo), built.text).into());
    }
    Ok(Ok(shell.target.join(target).join("edge/midge")))
}

/// Folders of ready models.
fn models(shell: &Shell) -> Outcome<Vec<PathBuf>> {
    let mut models = vec![];
    for folder in fs::read_dir(shell.root.join("models"))? {
        let folder = folder?.path();
        if folder.join("golden").is_dir() {
            models.push(folder);
        }
    }
    models.sort();
    Ok(models)
}

/// What a build of the tool answers to a model's golden inputs, as a file.
fn answer(shell: &Shell, mut midge: Command, model: &Path) -> Outcome<Vec<u8>> {
    let name = model.file_name().unwrap_or_default();
    let outputs = shell.scratch("edge.npy")?;
    midge.arg("run").arg(model.join(name).with_extension("midge"));
    midge.arg("--input").arg(model.join("golden/inputs.npy")).arg("--output").arg(&outputs);
    let ran = run(&mut midge, &shell.scratch("edge.log")?)?;
    if ran.success { Ok(fs::read(outputs)?) } else { Err(format!("{}:\n{}", line(&midge), ran.text).into()) }
}

/// Whether an ELF file, little-endian, wants another program to load it: a dynamic linker.
fn asks_for_loader(elf: &[u8]) -> Option<bool> {
    const INTERPRETER: u64 = 3;
    let number = |at: usize, bytes: usize| {
        let bytes = elf.get(at..at.checked_add(bytes)?)?;
        Some(bytes.iter().rev().fold(0, |number: u64, byte| number << 8 | u64::from(*byte)))
    };
    // where the table of segments stands: its offset, the size of an entry, the number of entries
    let (table, size, count) = match elf.strip_prefix(b"\x7fELF")?.first()? {
        1 => (number(28, 4)?, number(42, 2)?, number(44, 2)?),
        _ => (number(32, 8)?, number(54, 2)?, number(56, 2)?),
    };
    let kind = |entry: u64| number(usize::try_from(table.checked_add(entry * size)?).ok()?, 4);
    (0..count).map(kind).try_fold(false, |found, kind| Some(found || kind? == INTERPRETER))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loaders_are_seen() {
        // this test is linked as programs are by default
        if cfg!(all(target_os = "linux", target_env = "gnu")) {
            let this = fs::read(std::env::current_exe().unwrap()).unwrap();
            assert_eq!(asks_for_loader(&this), Some(true));
            assert_eq!(asks_for_loader(&this[..60]), None);
        }
        assert_eq!(asks_for_loader(b"MZ"), None);
    }
}
