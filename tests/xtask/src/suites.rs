//! The test suites, as data: what `cargo xtask test` runs, in this order.
//!
//! Cheap checks come first. Everything builds into one target folder, and what several suites need is built once.

use crate::count::Count;
use crate::setup::TARGETS;
use crate::shell::{Shell, installed};
use crate::{Outcome, bars, boards, budget, capi, conformance, json, linked, quickstart, spoken, tidy};
use std::env;
use std::process::Command;

/// Tests that are run and counted together.
pub(crate) struct Suite {
    pub(crate) name: &'static str,
    pub(crate) about: &'static str,
    pub(crate) jobs: fn(&Shell, bool) -> Outcome<Vec<Job>>,
}

/// One program or check of a suite.
pub(crate) enum Job {
    /// Passes if the program succeeds.
    Exit(Command),
    /// `cargo test`, whose tests are counted one by one.
    Tests(Command),
    /// A check of xtask's own, by name.
    Check(&'static str, fn(&Shell) -> Outcome<Count>),
    /// Cannot be run here, and why.
    Skip(String),
}

/// Every suite. The second argument of `jobs` is `--all`: tests that take minutes, too.
pub(crate) const SUITES: &[Suite] = &[
    Suite { name: "format", about: "rustfmt", jobs: format },
    Suite { name: "tidy", about: "the architecture's invariants", jobs: tidy },
    Suite { name: "clippy", about: "lints, warnings denied", jobs: clippy },
    Suite { name: "docs", about: "rustdoc, warnings denied", jobs: docs },
    Suite { name: "unit", about: "unit, integration and doc tests of the workspace", jobs: unit },
    Suite { name: "onnx", about: "ONNX's own node tests", jobs: onnx },
    Suite { name: "counter", about: "the instruction counter against hand-counted firmware", jobs: counter },
    Suite { name: "core", about: "the core for every chip family, without std", jobs: core },
    Suite { name: "miri", about: "the core's memory accesses, interpreted (with --all)", jobs: miri },
    Suite { name: "features", about: "every optional part alone, and none", jobs: features },
    Suite { name: "boards", about: "firmware in QEMU, its log compared", jobs: boards },
    Suite {
        name: "capi",
        about: "C++ on the host, C firmware in QEMU, WebAssembly in Node and Chromium",
        jobs: capi,
    },
    Suite { name: "static", about: "the tool as one small file, in an empty root (--all)", jobs: linked },
    Suite { name: "quickstart", about: "every command block of QUICKSTART.md", jobs: quickstart },
    Suite { name: "bars", about: "how long clean builds take", jobs: bars },
    Suite { name: "budget", about: "flash, RAM and instructions against tests/budget.snap", jobs: budget },
];

fn format(shell: &Shell, _: bool) -> Outcome<Vec<Job>> {
    Ok(WORKSPACES
        .iter()
        .filter(|manifest| shell.root.join(manifest).is_file())
        .map(|manifest| Job::Exit(shell.cargo(&format!("fmt --all --check --manifest-path {manifest}"))))
        .collect())
}

/// Every workspace of the checkout: firmware and the counter are for other machines than the tool, fuzzing is for another
/// toolchain, and the peers of the benchmark are for it alone.
const WORKSPACES: &[&str] = &[
    "Cargo.toml",
    "boards/Cargo.toml",
    "tests/counter/Cargo.toml",
    "tests/fuzz/Cargo.toml",
    "tests/speed/rust/Cargo.toml",
];

fn tidy(_: &Shell, _: bool) -> Outcome<Vec<Job>> {
    Ok(vec![Job::Check("invariants", tidy::check)])
}

fn clippy(shell: &Shell, all: bool) -> Outcome<Vec<Job>> {
    let mut jobs = vec![Job::Exit(
        shell.cargo("clippy --workspace --features midge/probe --all-targets -- -D warnings"),
    )];
    jobs.push(Job::Exit(
        shell.cargo("clippy --manifest-path tests/counter/Cargo.toml --all-targets -- -D warnings"),
    ));
    for board in boards::all(shell)?.into_iter().filter(|board| all || board.quick()) {
        jobs.push(with_target(shell, &board.target, || {
            let package = format!("--manifest-path boards/{}/Cargo.toml", board.name);
            shell.cargo(&format!("clippy {package} --target {} --release -- -D warnings", board.target))
        }));
    }
    Ok(jobs)
}

fn docs(shell: &Shell, _: bool) -> Outcome<Vec<Job>> {
    let mut command = shell.cargo("doc --workspace --no-deps");
    command.env("RUSTDOCFLAGS", "-D warnings");
    Ok(vec![Job::Exit(command)])
}

fn unit(shell: &Shell, all: bool) -> Outcome<Vec<Job>> {
    let ignored = if all { " --include-ignored" } else { "" };
    let mut command = shell
        .cargo(&format!("test --workspace --features midge/probe --no-fail-fast -- --show-output{ignored}"));
    // what tests call `python3` is the one with the reference interpreter, where there is one
    let path = env::var_os("PATH").unwrap_or_default();
    let path = env::join_paths([shell.target.join("venv/bin")].into_iter().chain(env::split_paths(&path)))?;
    command.env("MIDGE_DATA", shell.data()).env("PATH", path);
    Ok(vec![Job::Tests(command)])
}

fn onnx(_: &Shell, _: bool) -> Outcome<Vec<Job>> {
    Ok(vec![Job::Check("ONNX's node tests", conformance::check)])
}

fn counter(shell: &Shell, _: bool) -> Outcome<Vec<Job>> {
    Ok(vec![Job::Tests(
        shell.cargo("test --manifest-path tests/counter/Cargo.toml --no-fail-fast -- --show-output"),
    )])
}

fn core(shell: &Shell, _: bool) -> Outcome<Vec<Job>> {
    Ok(TARGETS
        .iter()
        .map(|target| {
            with_target(shell, target, || {
                shell.cargo(&format!("build --package midge-core --profile firmware --target {target}"))
            })
        })
        .collect())
}

/// The core's tests in an interpreter that knows Rust's rules for memory, on machines of both byte orders.
fn miri(shell: &Shell, all: bool) -> Outcome<Vec<Job>> {
    const TARGETS: [&str; 2] = ["x86_64-unknown-linux-gnu", "s390x-unknown-linux-gnu"];
    if !all {
        return Ok(vec![]);
    }
    if !shell.cargo("+nightly miri --version").output().is_ok_and(|told| told.status.success()) {
        let how = "rustup component add --toolchain nightly miri rust-src";
        return Ok(vec![Job::Skip(format!("no miri: {how}"))]);
    }
    let interpreted = |target| {
        let test = format!(
            "+nightly miri test --package midge-core --features signal --lib --tests --target {target}"
        );
        let mut cargo = shell.cargo(&format!("{test} -- --show-output"));
        cargo.env("MIRIFLAGS", "-Zmiri-strict-provenance -Zmiri-symbolic-alignment-check");
        Job::Tests(cargo)
    };
    Ok(TARGETS.into_iter().map(interpreted).collect())
}

/// Each feature of each package alone, and none. With all of them everything else here is built.
fn features(shell: &Shell, _: bool) -> Outcome<Vec<Job>> {
    let metadata = json::metadata(shell, "Cargo.toml")?;
    let mut jobs = vec![];
    for package in json::list(&metadata, "packages") {
        let name = json::text(package, "name");
        let features = package.get("features").and_then(|features| features.as_object());
        let features: Vec<_> = features.into_iter().flat_map(|map| map.keys()).collect();
        if features.is_empty() {
            continue;
        }
        let check = format!("check --package {name} --no-default-features");
        jobs.push(Job::Exit(shell.cargo(&check)));
        for feature in features.into_iter().filter(|feature| *feature != "default") {
            jobs.push(Job::Exit(shell.cargo(&format!("{check} --features {feature}"))));
        }
    }
    // it changes numbers
    let micromath = "test --package midge-core --features micromath --lib -- --show-output math";
    jobs.push(Job::Tests(shell.cargo(micromath)));
    Ok(jobs)
}

fn boards(shell: &Shell, all: bool) -> Outcome<Vec<Job>> {
    let host = "--quiet --manifest-path boards/Cargo.toml -p midge-anomaly -p midge-sense -p midge-spoken";
    let mut jobs = vec![
        Job::Exit(shell.cargo(&format!("clippy {host} --all-targets -- -D warnings"))),
        Job::Tests(shell.cargo(&format!("test {host} -- --show-output"))),
    ];
    jobs.push(if all {
        Job::Check("firmware of every board", boards::check_all)
    } else {
        Job::Check("firmware in QEMU", boards::check)
    });
    jobs.push(if installed("qemu-system-arm") {
        Job::Check("spoken digits", spoken::check)
    } else {
        Job::Skip("spoken digits: no qemu-system-arm".into())
    });
    Ok(jobs)
}

fn capi(shell: &Shell, _: bool) -> Outcome<Vec<Job>> {
    let clippy = "clippy --package midge-capi --manifest-path boards/Cargo.toml --release -- -D warnings";
    let mut jobs = vec![Job::Exit(shell.cargo(clippy))];
    jobs.extend(capi::jobs());
    Ok(jobs)
}

fn linked(_: &Shell, all: bool) -> Outcome<Vec<Job>> {
    Ok(linked::jobs(all))
}

fn quickstart(_: &Shell, _: bool) -> Outcome<Vec<Job>> {
    Ok(vec![Job::Check("QUICKSTART.md", quickstart::check)])
}

fn bars(_: &Shell, _: bool) -> Outcome<Vec<Job>> {
    Ok(vec![
        Job::Check("clean build of midge-core", bars::clean_core),
        Job::Check("firmware after a model change", bars::changed_model),
    ])
}

fn budget(_: &Shell, _: bool) -> Outcome<Vec<Job>> {
    Ok(vec![Job::Check("budgets", budget::check)])
}

/// The job, or a skip where the toolchain has no such target.
fn with_target(shell: &Shell, target: &str, command: impl FnOnce() -> Command) -> Job {
    if has_target(shell, target) {
        Job::Exit(command())
    } else {
        Job::Skip(format!("no target {target}: rustup target add {target}"))
    }
}

/// Whether the standard library of a target is installed.
pub(crate) fn has_target(shell: &Shell, target: &str) -> bool {
    let libdir = shell.command("rustc").args(["--print", "target-libdir", "--target", target]).output();
    libdir.is_ok_and(|out| std::path::Path::new(String::from_utf8_lossy(&out.stdout).trim()).is_dir())
}
