//! `cargo xtask setup`: what the tests need beyond Rust and a C linker, installed where that is allowed.
//!
//! Nothing here is needed to build or use the tool. What cannot be installed is said with the line to type; the tests
//! that need it are skipped with a reason.

use crate::edge::EDGES;
use crate::pico;
use crate::shell::{Shell, installed, line, output, run, whole_line};
use crate::web::WEB;
use crate::{Outcome, Usage};
use std::fs;
use std::path::Path;
use std::process::Command;

/// A program that tests call, and the Debian packages that bring it and what it needs.
const PROGRAMS: &[(&str, &str)] = &[
    ("qemu-system-arm", "qemu-system-arm"),
    ("python3", "python3"),
    ("arm-none-eabi-gcc", "gcc-arm-none-eabi libnewlib-arm-none-eabi"),
    ("qemu-system-riscv32", "qemu-system-misc"),
    ("qemu-aarch64", "qemu-user"),
    ("arm-linux-gnueabihf-gcc", "gcc-arm-linux-gnueabihf libc6-dev-armhf-cross"),
];

/// What only few tests call, or is large.
const MORE: &[(&str, &str)] = &[
    ("riscv64-linux-gnu-gcc", "gcc-riscv64-linux-gnu libc6-dev-riscv64-cross"),
    ("bwrap", "bubblewrap"),
    ("podman", "podman runc"),
    ("chromium", "chromium"),
];

/// Every chip family that the core is built for.
pub(crate) const TARGETS: &[&str] = &[
    "thumbv6m-none-eabi",
    "thumbv7m-none-eabi",
    "thumbv7em-none-eabi",
    "thumbv7em-none-eabihf",
    "thumbv8m.main-none-eabi",
    "thumbv8m.main-none-eabihf",
    "riscv32imc-unknown-none-elf",
    "riscv32imac-unknown-none-elf",
];

/// Parts of the toolchain, and the program each brings.
const COMPONENTS: &[(&str, &str)] = &[("rustfmt", "cargo-fmt"), ("clippy", "cargo-clippy")];

pub(crate) fn command(shell: &Shell, words: &[String]) -> Outcome {
    let all = match words {
        [] => false,
        [word] if word == "--all" => true,
        _ => return Err(Usage("setup takes --all or nothing".into()).into()),
    };
    let missing = setup(shell, all)?;
    if missing == 0 {
        println!("ready: `cargo xtask demo` shows Midge at work, `cargo xtask test` tests it");
    }
    Ok(())
}

/// Installs what is missing, and with `all` what is large and seldom needed; the number of things that could not be.
pub(crate) fn setup(shell: &Shell, all: bool) -> Outcome<u32> {
    let steps = [programs(shell, all), toolchain(shell), python(shell), node(shell, all)];
    let mut missing = 0;
    for step in steps {
        if let Err(reason) = step {
            eprintln!("setup: {reason}");
            missing += 1;
        }
    }
    Ok(missing)
}

fn programs(shell: &Shell, all: bool) -> Outcome {
    let more = if all { MORE } else { &[] };
    let mut packages: Vec<_> = PROGRAMS
        .iter()
        .chain(more)
        .filter(|(program, _)| !installed(program))
        .map(|(_, package)| *package)
        .collect();
    // Debian ships Python without the part that makes environments
    if !can_make_environments(shell) {
        packages.push("python3-venv");
    }
    if packages.is_empty() {
        return Ok(());
    }
    let all = packages.join(" ");
    if !installed("apt-get") {
        return Err(format!("missing here: {all}. Install them as your system does").into());
    }
    let prefix = if output(shell.command("id").arg("-u"))?.trim() == "0" {
        vec![]
    } else if shell.command("sudo").args(["-n", "true"]).output().is_ok_and(|run| run.status.success()) {
        vec!["sudo", "-n"]
    } else {
        return Err(format!("missing here: {all}. Type: sudo {INSTALL} {all}").into());
    };
    let apt = |line: &str| {
        let words: Vec<_> = prefix.iter().copied().chain(line.split_whitespace()).collect();
        let Some((program, arguments)) = words.split_first() else { return Ok(()) };
        let mut command = shell.command(program);
        install(shell, command.args(arguments).env("DEBIAN_FRONTEND", "noninteractive"))
    };
    apt("apt-get update --quiet")?;
    // one at a time: one that is not to be had would fail them all
    let refused = packages.iter().filter_map(|package| apt(&format!("{INSTALL} {package}")).err());
    all_or(refused.map(|reason| reason.to_string()).collect())
}

const INSTALL: &str = "apt-get install --yes --no-install-recommends";

/// Nothing refused, or every reason.
fn all_or(refused: Vec<String>) -> Outcome {
    if refused.is_empty() { Ok(()) } else { Err(refused.join("\nsetup: ").into()) }
}

fn can_make_environments(shell: &Shell) -> bool {
    shell.python().is_file()
        || installed("python3")
            && shell
                .command("python3")
                .args(["-c", "import ensurepip, venv"])
                .output()
                .is_ok_and(|run| run.status.success())
}

/// Targets are added one at a time: one that is not to be had would fail them all.
fn toolchain(shell: &Shell) -> Outcome {
    let sysroot = output(shell.command("rustc").args(["--print", "sysroot"]))?;
    let sysroot = std::path::Path::new(sysroot.trim());
    let targets = TARGETS
        .iter()
        .copied()
        .chain(EDGES.iter().map(|edge| edge.target))
        .chain([WEB])
        .filter(|target| !sysroot.join("lib/rustlib").join(target).is_dir())
        .map(|target| ("target", target));
    let components = COMPONENTS
        .iter()
        .filter(|(_, program)| !sysroot.join("bin").join(program).is_file())
        .map(|(component, _)| ("component", *component));
    let mut refused = vec![];
    for (kind, name) in components.chain(targets) {
        if !installed("rustup") {
            return Err(
                format!("the toolchain has no {kind} {name}, and there is no rustup to add it").into()
            );
        }
        if let Err(reason) = install(shell, shell.command("rustup").args([kind, "add", name])) {
            refused.push(reason.to_string());
        }
    }
    all_or(refused)
}

/// Python with the reference interpreter.
fn python(shell: &Shell) -> Outcome {
    environment(shell, &shell.target.join("venv"), "tests/requirements.txt")
}

/// A Python environment with what a file of requirements lists, unless it is there.
pub(crate) fn environment(shell: &Shell, venv: &Path, requirements: &str) -> Outcome {
    let wanted = fs::read_to_string(shell.root.join(requirements))?;
    let stamp = venv.join("requirements.txt");
    if fs::read_to_string(&stamp).is_ok_and(|have| have == wanted) {
        return Ok(());
    }
    if !can_make_environments(shell) {
        return Err("no Python that can make environments: tests against the reference are skipped".into());
    }
    install(shell, shell.command("python3").args(["-m", "venv", "--clear"]).arg(venv))?;
    let mut pip = shell.command(venv.join("bin/python"));
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]);
    install(shell, pip.args(["--requirement", requirements]))?;
    fs::write(stamp, wanted)?;
    Ok(())
}

/// The emulator of the RP2040, where there is npm: with `all`.
fn node(shell: &Shell, all: bool) -> Outcome {
    let packages = pico::packages(shell);
    let stamp = packages.join("installed.txt");
    if !all || !installed("npm") || fs::read_to_string(&stamp).is_ok_and(|have| have == pico::PACKAGE) {
        return Ok(());
    }
    let mut npm = shell.command("npm");
    npm.args(["install", "--no-audit", "--no-fund", "--fetch-retries", "0", "--prefix"]).arg(&packages);
    install(shell, npm.arg(pico::PACKAGE))?;
    fs::write(stamp, pico::PACKAGE)?;
    Ok(())
}

/// Runs an installer; when it fails, the line to type is in the error.
fn install(shell: &Shell, command: &mut Command) -> Outcome {
    eprintln!("setup: {}", line(command));
    let ran = run(command, &shell.scratch("setup.log")?)?;
    if ran.success {
        return Ok(());
    }
    let last = ran.text.lines().rfind(|line| !line.trim().is_empty()).unwrap_or("it said nothing");
    Err(format!("this did not work: {last}\nsetup: type: {}", whole_line(command)).into())
}
