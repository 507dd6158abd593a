//! No panic can be reached from parsing, loading or running a plan: `boards/audit` links. And it would not otherwise:
//! with one panic planted, it does not.

use std::fs;

use midge_suite::linked::{Linked, has_target};
use midge_suite::models::root;

/// A core without division, one with the DSP loops, and one of another maker.
const TARGETS: [&str; 3] = ["thumbv6m-none-eabi", "thumbv7em-none-eabihf", "riscv32imc-unknown-none-elf"];

fn audit(target: &str, features: &str) -> Result<Vec<u8>, String> {
    Linked { package: "midge-audit", target, features, variables: &[] }.elf()
}

#[test]
fn no_panic_can_be_reached() {
    for target in TARGETS.into_iter().filter(|target| has_target(target)) {
        let linked = audit(target, "");
        assert!(linked.is_ok(), "{target}: {}", linked.unwrap_err());
    }
}

#[test]
fn a_planted_panic_is_found() {
    let target = "thumbv7em-none-eabihf";
    for planted in ["planted-unwrap", "planted-index", "planted-division"] {
        if has_target(target) {
            let said = audit(target, planted).map(|elf| elf.len()).unwrap_err();
            assert!(said.contains("undefined symbol: a_panic_can_be_reached"), "{planted}: {said}");
        }
    }
}

/// What is audited is what ships: `boards/` says the same as the profile that users take.
#[test]
fn the_audit_is_built_as_firmware_is() {
    let section = |file: &str, name: &str| {
        let text = fs::read_to_string(root().join(file)).unwrap();
        let section = text.split_once(&format!("[profile.{name}]\n")).unwrap().1.to_owned();
        section.split("\n[").next().unwrap_or_default().to_owned()
    };
    let (ours, theirs) = (section("boards/Cargo.toml", "release"), section("Cargo.toml", "firmware"));
    for line in ["opt-level = \"s\"", "lto = \"fat\"", "codegen-units = 1", "panic = \"abort\""] {
        assert!(ours.contains(line) && theirs.contains(line), "{line}");
    }
}
