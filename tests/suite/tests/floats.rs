//! No floating point in the firmware of an int8 model: neither instructions nor functions. And there would be, were
//! one of its operators float.

#![expect(clippy::unwrap_used, reason = "helpers of tests, which may panic")]

use std::fs;

use midge_compiler::{Options, convert};
use midge_suite::inside::Inside;
use midge_suite::linked::{Linked, has_target};
use midge_suite::models::{models, root};
use midge_suite::{Case, cases};

/// Machines to build for, one of each architecture whose integer instructions are told from floating point. Helium's
/// are not.
const MACHINES: [&str; 4] = ["m0", "m3", "m4", "m33"];

/// The model's firmware on a machine of `boards/machines.txt`; none where it cannot be built.
fn firmware(core: &str, case: &Case) -> Option<Inside> {
    // models for speed need more memory than the small one has
    let machine = if core == "m0" { "m0-large" } else { core };
    let table = fs::read_to_string(root().join("boards/machines.txt")).unwrap();
    let row = table.lines().find(|line| line.split_whitespace().next() == Some(machine)).unwrap();
    let columns: Vec<_> = row.split_whitespace().collect();
    let (target, cpu) = (columns[2], columns[3]);
    if !has_target(target) {
        return None;
    }
    let options = Options { target: core.parse().unwrap(), ..Options::default() };
    let plan = convert(&case.model, &options).unwrap().file;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("model.midge");
    fs::write(&path, plan).unwrap();
    let flags = if cpu == "-" { String::new() } else { format!("-Ctarget-cpu={cpu}") };
    let variables =
        [("MIDGE_MACHINE", machine), ("MIDGE_MODEL", path.to_str().unwrap()), ("RUSTFLAGS", flags.as_str())];
    let linked = Linked { package: "midge-model", target, features: "", variables: &variables };
    Some(Inside::read(&linked.elf().unwrap()).unwrap())
}

#[test]
fn an_int8_model_brings_no_floating_point() {
    let wanted = |case: &Case| ["digits", "kws"].contains(&case.name.as_str());
    for case in models().unwrap().iter().filter(|case| wanted(case)) {
        for machine in MACHINES {
            let Some(inside) = firmware(machine, case) else { continue };
            assert!(inside.thumb_bytes() > 4000, "{} on {machine}", case.name);
            assert_eq!(inside.soft_floats(), [""; 0], "{} on {machine}", case.name);
            assert_eq!(inside.float_instructions(), [0; 0], "{} on {machine}", case.name);
            assert_eq!(inside.allocators(), [""; 0], "{} on {machine}", case.name);
        }
    }
}

#[test]
fn a_float_model_brings_it() {
    let case = cases().unwrap().into_iter().find(|case| case.path() == "dequantize/int8_plain").unwrap();
    for machine in MACHINES {
        let Some(inside) = firmware(machine, &case) else { continue };
        let has_unit = ["m4", "m33"].contains(&machine);
        assert_eq!(inside.float_instructions().is_empty(), !has_unit, "{machine}");
        assert_eq!(inside.soft_floats().is_empty(), has_unit, "{machine}");
    }
}

/// No heap in a firmware that knows every kernel; and this program, which has one, shows it.
#[test]
fn every_kernel_together_allocates_nothing() {
    let target = "thumbv7em-none-eabihf";
    if has_target(target) {
        let audit = Linked { package: "midge-audit", target, features: "", variables: &[] }.elf().unwrap();
        assert_eq!(Inside::read(&audit).unwrap().allocators(), [""; 0]);
    }
    let this = fs::read(std::env::current_exe().unwrap()).unwrap();
    assert!(!Inside::read(&this).unwrap().allocators().is_empty());
}
