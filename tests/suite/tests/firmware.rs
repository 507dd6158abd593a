//! Whole models in real firmware on emulated cores, packed portably and for the core: golden outputs.

use midge_compiler::Target;
use midge_runtime::emulated::EmulatedError;
use midge_suite::models::models;
use midge_suite::{Case, Choice, Emulated, Failure, Runtime, compare};

#[test]
fn golden_outputs_on_m4() -> Result<(), String> {
    golden_outputs("m4", Target::M4, &models()?)
}

#[test]
fn golden_outputs_on_m0() -> Result<(), String> {
    golden_outputs("m0", Target::M0, &models()?)
}

#[test]
fn a_golden_row_on_every_other_core() -> Result<(), String> {
    let rows: Vec<Case> = models()?.iter().map(|model| model.only(4)).collect();
    OTHERS.iter().try_for_each(|(core, own)| golden_outputs(core, *own, &rows))
}

#[test]
#[ignore = "minutes: every row of every model on eight cores"]
fn golden_outputs_on_every_other_core() -> Result<(), String> {
    OTHERS.iter().try_for_each(|(core, own)| golden_outputs(core, *own, &models()?))
}

const OTHERS: [(&str, Target); 8] = [
    ("m3", Target::M3),
    ("f405", Target::M4),
    ("m7", Target::M7),
    ("m33", Target::M33),
    ("m55", Target::M55),
    ("rv32", Target::Rv32),
    ("aarch64", Target::Aarch64),
    ("armv7", Target::Armv7),
];

fn golden_outputs(core: &'static str, own: Target, models: &[Case]) -> Result<(), String> {
    // what is packed for most cores is what is packed portably
    let ends = Choice::ends(own).into_iter().filter(|_| own.pairs() || own.lanes());
    for choice in [Choice::PORTABLE].into_iter().chain(ends) {
        let answers = match (Emulated { core, choice }).run_all(models) {
            Err(Failure::Emulated(EmulatedError::Missing { what, .. })) => {
                println!("skipped: {what} is missing");
                return Ok(());
            }
            answers => answers.map_err(|e| format!("{core}: {e}"))?,
        };
        for (model, got) in models.iter().zip(answers) {
            let got = got.map_err(|e| format!("{} on {core}: {e}", model.name))?;
            let difference = compare(&model.outputs, &got).map(|d| d.to_string());
            assert_eq!(difference, None, "{} packed for {choice} on {core}", model.name);
        }
    }
    Ok(())
}
