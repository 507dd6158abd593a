//! The plugin's figures against a firmware whose instructions were counted by hand, on both Thumb profiles.

#![expect(clippy::unwrap_used, reason = "a test that cannot set itself up has failed")]

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// `instructions loads stores` of the regions in `firmware/loops.rs`.
const REGIONS: &str = "5001 1000 1000\n0 0 0\n6 2 2\n";
const IT_BLOCK: &str = "4 1 0\n";

#[test]
fn armv6m_is_exact() {
    check("microbit", "thumbv6m-none-eabi", &["--cfg", "midge_v6m"], REGIONS);
}

#[test]
fn armv7em_is_exact() {
    check("mps2-an386", "thumbv7em-none-eabihf", &[], &format!("{REGIONS}{IT_BLOCK}"));
}

#[test]
fn a_missing_file_name_is_refused() {
    if !have_qemu() {
        return;
    }
    let refused = qemu("microbit", &plugin().display().to_string()).output().unwrap();
    assert!(!refused.status.success());
    let message = String::from_utf8_lossy(&refused.stderr);
    assert!(message.contains("midge-counter: no output file"), "{message}");
}

fn check(machine: &str, target: &str, flags: &[&str], expected: &str) {
    if !have_qemu() {
        return;
    }
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let elf = dir.join(format!("firmware-{machine}"));
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/firmware");
    let built = Command::new("rustc")
        .args(["--edition=2024", "-Copt-level=s", "-Cpanic=abort", "-Clinker=rust-lld", "--target", target])
        .arg(format!("-Clink-arg=-T{}", source.join("link.x").display()))
        .args(flags)
        .arg("-o")
        .args([&elf, &source.join("loops.rs")])
        .status()
        .unwrap();
    assert!(built.success(), "building for {target} failed: `rustup target add {target}`");

    for run in 0..2 {
        let out = dir.join(format!("counts-{machine}-{run}"));
        let ended = qemu(machine, &format!("{},out={}", plugin().display(), out.display()))
            .arg("-kernel")
            .arg(&elf)
            .output()
            .unwrap();
        assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
        assert_eq!(fs::read_to_string(&out).unwrap(), expected, "run {run} on {machine}");
    }
}

fn qemu(machine: &str, plugin: &str) -> Command {
    let mut command = Command::new("timeout");
    command.args(["20", "qemu-system-arm", "-M", machine, "-nographic", "-monitor", "none"]);
    command.args(["-serial", "none", "-semihosting-config", "enable=on,target=native", "-plugin", plugin]);
    command
}

/// Says so and is false where the emulator is not installed.
fn have_qemu() -> bool {
    let found = Command::new("qemu-system-arm").arg("--version").output().is_ok();
    if !found {
        println!("SKIP: no qemu-system-arm: apt-get install qemu-system-arm");
    }
    found
}

/// The library of this build: cargo puts it beside the tests.
fn plugin() -> PathBuf {
    env::current_exe().unwrap().with_file_name("libmidge_counter.so")
}
