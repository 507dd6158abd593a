//! Measures every kernel's code, stack and costs on the emulated cores, for predictions; called by
//! `cargo xtask predict`.

use std::collections::BTreeMap;
use std::env;
use std::fmt::Write as _;
use std::fs;
use std::process::ExitCode;

use midge_compiler::Target;
use midge_runtime::emulated::{self, EmulatedError};
use midge_suite::code::{Code, Part};
use midge_suite::models::root;
use midge_suite::steps::{self, Costs, Measured};

const FOLDER: &str = "std-ext/probe/src/predict";

const HEAD: &str = "# `cargo xtask predict` writes this: bytes of a firmware without kernels; of parts by number; the parts that are linked
# for each kernel; how deep the stack is in loops that each of the counts of `predict::counts` is of, the last ones left out where
# they are as the first; and what steps cost: instructions, then cycles, for each count
";

/// The cores: an M7 runs the code of an M4.
const CORES: [Target; 6] = [Target::M0, Target::M3, Target::M4, Target::M33, Target::M55, Target::Rv32];

fn main() -> ExitCode {
    let names: Vec<_> = env::args().skip(1).collect();
    let named = names.iter().map(|name| name.parse::<Target>()).collect::<Result<Vec<_>, _>>();
    let done = named.map_err(|error| EmulatedError::Failed(error.to_string())).and_then(|named| {
        let is_named = |target: &&Target| named.is_empty() || named.contains(target);
        CORES.iter().filter(is_named).try_for_each(|target| write(*target))
    });
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(error.exit_code())
        }
    }
}

fn write(target: Target) -> Result<(), EmulatedError> {
    let core = target.to_string();
    let say = &mut |line: &str| eprintln!("{line}");
    let parts = Code::read(&emulated::runner(&core, say)?).map_err(EmulatedError::Failed)?.parts();
    let plans = steps::plans(target)?;
    let measured = steps::measure(target, &plans)?;
    println!("{target}: {} plans, {} steps", plans.len(), measured.steps.len());

    // what a firmware has beside its kernels is what one with few of them has
    let small = steps::small(target)?;
    let kernels = steps::kernels(&small);
    let mine = |part: &&Part| kernels.iter().any(|kernel| part.kernels.contains(kernel));
    let kernels = parts.iter().filter(mine).map(|part| part.bytes).sum::<u64>();
    let base = emulated::size(&core, &small, say)?.text_bytes.saturating_sub(kernels);

    let path = root().join(FOLDER).join(format!("{core}.txt"));
    let written = fs::write(&path, text(base, &parts, &measured));
    written.map_err(|error| EmulatedError::Failed(format!("cannot write {}: {error}", path.display())))
}

fn text(base: u64, parts: &[Part], measured: &Measured) -> String {
    let mut text = format!("{HEAD}base {base}\n");
    let mut kernels: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    // writing to a string does not fail
    for (i, part) in parts.iter().enumerate() {
        let _ = writeln!(text, "part {i} {}", part.bytes);
        part.kernels.iter().for_each(|kernel| kernels.entry(kernel).or_default().push(i.to_string()));
    }
    for (kernel, parts) in kernels {
        let _ = writeln!(text, "kernel {kernel} {}", parts.join(" "));
    }
    for (kernel, depths) in measured.stacks() {
        let end = depths.iter().rposition(|depth| Some(depth) != depths.first()).map_or(1, |last| last + 1);
        let depths: Vec<_> = depths.iter().take(end).map(u64::to_string).collect();
        let _ = writeln!(text, "stack {kernel} {}", depths.join(" "));
    }
    for (row, Costs { instructions, cycles }) in measured.costs() {
        let numbers = instructions.iter().chain(&cycles);
        let numbers: Vec<_> =
            numbers.map(|cost| if *cost < 5e-6 { "0".into() } else { format!("{cost:.5}") }).collect();
        let _ = writeln!(text, "cost {row} {}", numbers.join(" "));
    }
    text
}
