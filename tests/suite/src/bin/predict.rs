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
use midge_suite::steps::{self, Costs, Measured, Plan};

const FOLDER: &str = "std-ext/probe/src/predict";

const HEAD: &str = "# `cargo xtask predict` writes this: bytes of a firmware without kernels; of parts by number; the parts that are linked
# for each kernel; how many bytes fewer a kernel takes alone, and how many of its parts others have, too; how deep the
# stack is in loops that each of the counts of `predict::counts` is of, the last ones left out where they are as the
# first; and what steps cost: instructions, then cycles, for each count
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
    let plans = steps::plans(target)?;
    let sizes = sizes(&core, &plans)?;
    let measured = steps::measure(target, &plans)?;
    println!("{target}: {} plans, {} steps", plans.len(), measured.steps.len());

    let path = root().join(FOLDER).join(format!("{core}.txt"));
    let written = fs::write(&path, text(&sizes, &measured));
    written.map_err(|error| EmulatedError::Failed(format!("cannot write {}: {error}", path.display())))
}

/// Bytes of flash.
struct Sizes {
    /// A firmware without kernels.
    base: u64,
    /// What kernels are made of where there are all.
    parts: Vec<Part>,
    /// What each takes in a firmware with no other.
    alone: BTreeMap<String, u64>,
}

/// Bytes that a kernel shares with others for it to be linked alone: of fewer little is saved.
const SHARED: u64 = 1024;

/// Where a kernel is alone, what others call, too, is compiled into it.
fn sizes(core: &str, plans: &[Plan]) -> Result<Sizes, EmulatedError> {
    let say = &mut |line: &str| eprintln!("{line}");
    let failed = EmulatedError::Failed;
    let code = Code::read(&emulated::runner(core, say)?).map_err(failed)?;
    let plans = steps::alone(plans);
    let mut text = |plan: &[u8]| {
        // the static door has an address for each step
        let steps = midge_core::Plan::parse(plan).map_or(0, |plan| plan.step_count());
        Ok(emulated::size(core, plan, say)?.text_bytes - 4 * steps as u64)
    };
    // what a firmware has beside its kernels is best seen beside the smallest
    let smallest = plans.iter().min_by_key(|(kernel, _)| code.bytes(kernel).unwrap_or(usize::MAX));
    let (smallest, plan) = smallest.ok_or_else(|| failed("no plan has one kernel".into()))?;
    let whole = text(plan)?;
    let frame = code.frame(smallest, &emulated::elf(core, plan, &mut |_| {})?).map_err(failed)?;
    let parts = code.parts(&frame);
    let base = whole - bytes(&parts, smallest, 1);
    let shares = plans.iter().filter(|(kernel, _)| bytes(&parts, kernel, 2) >= SHARED);
    let alone = shares.map(|(kernel, plan)| Ok((kernel.clone(), text(plan)? - base)));
    let alone = alone.collect::<Result<_, EmulatedError>>()?;
    Ok(Sizes { base, parts, alone })
}

/// Bytes of a kernel's parts that at least so many kernels have.
fn bytes(parts: &[Part], kernel: &str, many: usize) -> u64 {
    let mine = parts.iter().filter(|part| part.kernels.contains(kernel) && part.kernels.len() >= many);
    mine.map(|part| part.bytes).sum()
}

fn text(Sizes { base, parts, alone }: &Sizes, measured: &Measured) -> String {
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
    for (kernel, alone) in alone {
        let fewer = bytes(parts, kernel, 1) as i64 - *alone as i64;
        let _ = writeln!(text, "alone {kernel} {fewer} {}", bytes(parts, kernel, 2));
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
