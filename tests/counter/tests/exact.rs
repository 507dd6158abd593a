//! The plugin's figures against a firmware whose instructions and cycles were counted by hand, for every core with a model.

#![expect(clippy::unwrap_used, reason = "a test that cannot set itself up has failed")]

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A machine, and the lines `instructions loads stores cycles` of the regions in `firmware/loops.rs`, by hand from the
/// tables of timings that `cycles.rs` names.
struct Core {
    name: &'static str,
    machine: &'static str,
    target: &'static str,
    flags: &'static [&'static str],
    flash: &'static str,
    ram: &'static str,
    lines: &'static str,
}

const LOW: (&str, &str) = ("0x0", "0x20000000");
const SECURE: (&str, &str) = ("0x10000000", "0x38000000");

#[test]
fn armv6m_is_exact() {
    // a turn of the loop is 2 + 1 + 2 + 1 + 3
    check(&Core {
        name: "m0",
        machine: "microbit",
        target: "thumbv6m-none-eabi",
        flags: &["--cfg", "midge_v6m"],
        flash: LOW.0,
        ram: LOW.1,
        lines: "5001 1000 1000 8999\n0 0 0 0\n6 2 2 20\n",
    });
}

#[test]
fn armv7m_is_exact() {
    // a turn is 2 + 1 + 1 + 1 + 3; products are 1, 2, 5 and 7
    check(&Core {
        name: "m3",
        machine: "mps2-an385",
        target: "thumbv7m-none-eabi",
        flags: &[],
        flash: LOW.0,
        ram: LOW.1,
        lines: "5001 1000 1000 7999\n0 0 0 0\n6 2 2 20\n4 1 0 5\n9 2 1 23\n",
    });
}

#[test]
fn armv7em_is_exact() {
    // products are 1 each
    for (name, machine) in [("m4", "mps2-an386"), ("m7", "mps2-an500")] {
        check(&Core {
            name,
            machine,
            target: "thumbv7em-none-eabihf",
            flags: &[],
            flash: LOW.0,
            ram: LOW.1,
            lines: "5001 1000 1000 7999\n0 0 0 0\n6 2 2 20\n4 1 0 5\n9 2 1 12\n",
        });
    }
}

#[test]
fn armv8m_is_exact() {
    check(&Core {
        name: "m33",
        machine: "mps2-an505",
        target: "thumbv8m.main-none-eabi",
        flags: &[],
        flash: SECURE.0,
        ram: SECURE.1,
        lines: "5001 1000 1000 7999\n0 0 0 0\n6 2 2 20\n4 1 0 5\n9 2 1 12\n",
    });
}

#[test]
fn helium_is_exact() {
    // a turn is 1 + 1 + 1 + 1 + 3, four registers are 1 + 2, vectors 2 + 1 + 2 + 1
    check(&Core {
        name: "m55",
        machine: "mps3-an547",
        target: "thumbv8m.main-none-eabihf",
        flags: &["-Ctarget-cpu=cortex-m55", "--cfg", "midge_vectors"],
        flash: SECURE.0,
        ram: "0x30000000",
        lines: "5001 1000 1000 6999\n0 0 0 0\n6 2 2 14\n4 1 0 4\n9 2 1 11\n4 1 1 6\n",
    });
}

#[test]
fn riscv_is_exact() {
    // a turn is 2 + 1 + 2 + 1 + 3; a jump is 2, a division 37; a load 2
    check(&Core {
        name: "rv32",
        machine: "virt",
        target: "riscv32imc-unknown-none-elf",
        flags: &[],
        flash: "0x80000000",
        ram: "0x80100000",
        lines: "5001 1000 1000 8999\n2 0 0 39\n2 1 0 3\n",
    });
}

#[test]
fn a_missing_file_name_is_refused() {
    if !have_qemu() {
        return;
    }
    let refused = qemu("qemu-system-arm", "microbit", &plugin().display().to_string()).output().unwrap();
    assert!(!refused.status.success());
    let message = String::from_utf8_lossy(&refused.stderr);
    assert!(message.contains("midge-counter: no output file"), "{message}");
}

fn check(core: &Core) {
    if !have_qemu() {
        return;
    }
    let Core { name, machine, target, .. } = core;
    let emulator = if target.starts_with("riscv") { "qemu-system-riscv32" } else { "qemu-system-arm" };
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let elf = dir.join(format!("firmware-{name}"));
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/firmware");
    let built = Command::new("rustc")
        .args(["--edition=2024", "-Copt-level=s", "-Cpanic=abort", "-Clinker=rust-lld", "--target", target])
        .arg(format!("-Clink-arg=-T{}", source.join("link.x").display()))
        .arg(format!("-Clink-arg=--defsym=FLASH={}", core.flash))
        .arg(format!("-Clink-arg=--defsym=RAM={}", core.ram))
        .args(core.flags)
        .arg("-o")
        .args([&elf, &source.join("loops.rs")])
        .status()
        .unwrap();
    assert!(built.success(), "building for {target} failed: `rustup target add {target}`");

    for run in 0..2 {
        let out = dir.join(format!("counts-{name}-{run}"));
        let plugin = format!("{},out={},core={name}", plugin().display(), out.display());
        let ended = qemu(emulator, machine, &plugin).arg("-kernel").arg(&elf).output().unwrap();
        assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
        assert_eq!(fs::read_to_string(&out).unwrap(), core.lines, "run {run} on {name}");
    }
}

fn qemu(emulator: &str, machine: &str, plugin: &str) -> Command {
    let mut command = Command::new("timeout");
    command.args(["20", emulator, "-M", machine, "-nographic", "-monitor", "none"]);
    command.args(["-serial", "none", "-semihosting-config", "enable=on,target=native", "-plugin", plugin]);
    if emulator.ends_with("riscv32") {
        command.args(["-bios", "none"]);
    }
    command
}

/// Says so and is false where the emulator is not installed.
fn have_qemu() -> bool {
    let installed = |name| Command::new(name).arg("--version").output().is_ok();
    let found = installed("qemu-system-arm") && installed("qemu-system-riscv32");
    if !found {
        println!("SKIP: no QEMU: apt-get install qemu-system-arm qemu-system-misc");
    }
    found
}

/// The library of this build: cargo puts it beside the tests.
fn plugin() -> PathBuf {
    env::current_exe().unwrap().with_file_name("libmidge_counter.so")
}
