//! Whole models in real firmware on emulated cores, packed portably and for the core: golden outputs.

use midge_compiler::Target;
use midge_runtime::emulated::EmulatedError;
use midge_suite::models::models;
use midge_suite::{Emulated, Failure, Runtime, compare};

#[test]
fn golden_outputs_on_m4() -> Result<(), String> {
    golden_outputs("m4", Target::M4)
}

#[test]
fn golden_outputs_on_m0() -> Result<(), String> {
    golden_outputs("m0", Target::M0)
}

fn golden_outputs(core: &'static str, own: Target) -> Result<(), String> {
    for target in [Target::Portable, own] {
        for model in models()? {
            let got = match (Emulated { core, target }).run(&model) {
                Err(Failure::Emulated(EmulatedError::Missing { what, .. })) => {
                    println!("skipped: {what} is missing");
                    return Ok(());
                }
                got => got.map_err(|e| format!("{}: {e}", model.name))?,
            };
            let difference = compare(&model.outputs, &got).map(|d| d.to_string());
            assert_eq!(difference, None, "{} packed for {target} on {core}", model.name);
        }
    }
    Ok(())
}
