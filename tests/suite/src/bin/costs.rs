//! Measures kernels and fits the compiler's table of costs, or checks it on layers that it was not fitted to; called by
//! `cargo xtask costs`.

use std::env;
use std::fs;
use std::process::ExitCode;

use midge_compiler::Target;
use midge_compiler::graph::Graph;
use midge_runtime::emulated::EmulatedError;
use midge_suite::costs::{Family, known, layers, measure, misses, rows, table};
use midge_suite::models::root;

const TABLE: &str = "std-ext/compiler/src/lower/fitted.rs";

/// Layers of each family that the table is fitted to, and that it is checked on; with different seeds.
const FITTED: (usize, u64) = (60, 0xf17);
const CHECKED: (usize, u64) = (10, 0xc4ec);

fn main() -> ExitCode {
    match run() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(error.exit_code())
        }
    }
}

/// `[--check] [TARGET..]`: rows of targets that are not named stay as they are.
fn run() -> Result<bool, EmulatedError> {
    let (options, names): (Vec<_>, Vec<_>) = env::args().skip(1).partition(|word| word.starts_with("--"));
    let named = names.iter().map(|name| name.parse()).collect::<Result<Vec<Target>, _>>();
    let named = named.map_err(|error| EmulatedError::Failed(error.to_string()))?;
    let is_named = |target: &Target| named.is_empty() || named.contains(target);
    if options.iter().any(|option| option == "--check") { check(is_named) } else { fit(is_named) }
}

/// The targets that have an emulated core.
fn targets() -> impl Iterator<Item = Target> {
    let others = [Target::Portable, Target::X86_64];
    Target::ALL.into_iter().map(|(target, _)| target).filter(move |target| !others.contains(target))
}

fn all((n, seed): (usize, u64)) -> Vec<Graph> {
    Family::ALL.into_iter().flat_map(|family| layers(family, n, seed)).collect()
}

fn fit(is_named: impl Fn(&Target) -> bool) -> Result<bool, EmulatedError> {
    let path = root().join(TABLE);
    let (old, layers, mut text) = (fs::read_to_string(&path).unwrap_or_default(), all(FITTED), String::new());
    for target in targets() {
        if !is_named(&target) {
            text += &known(target, &old);
            continue;
        }
        let samples = measure(target, &layers)?;
        println!("{target}: {} measured", samples.len());
        text += &rows(target, &samples);
    }
    let wrote = fs::write(&path, table(&text));
    wrote.map_err(|error| EmulatedError::Failed(format!("cannot write {}: {error}", path.display())))?;
    Ok(true)
}

fn check(is_named: impl Fn(&Target) -> bool) -> Result<bool, EmulatedError> {
    let (layers, mut is_fine) = (all(CHECKED), true);
    for target in targets().filter(is_named) {
        let samples = measure(target, &layers)?;
        let misses = misses(target, &samples);
        println!(
            "{target}: {} measured, {} of {} layers chosen badly",
            samples.len(),
            misses.len(),
            layers.len()
        );
        misses.iter().for_each(|miss| println!("  {miss}"));
        is_fine &= misses.is_empty();
    }
    Ok(is_fine)
}
