//! Damaged files: each is refused for its own reason, and none can make the core panic or run on.

use std::collections::BTreeSet;

use midge_compiler::{Options, Target, convert};
use midge_core::{Kernels, Runtime};
use midge_suite::damage::damaged;
use midge_suite::edit::Edit;
use midge_suite::{Buffer, refused};

fn digits() -> Vec<u8> {
    let model = include_bytes!("../../../tests/digits/digits.tflite");
    let options = Options { target: Target::Portable, ..Options::default() };
    convert(model, &options).map(|compiled| compiled.file).unwrap_or_default()
}

#[test]
fn an_edited_and_sealed_plan_is_the_plan() {
    let sound = digits();
    assert_eq!(Edit::new(&sound).seal(), sound);
}

#[test]
fn every_damaged_plan_is_refused_for_its_own_reason() {
    let all = damaged(&digits());
    let names: BTreeSet<_> = all.iter().map(|d| d.name).collect();
    assert_eq!(names.len(), all.len());
    let wrong: Vec<_> = all
        .iter()
        .filter_map(|d| {
            let buffer = Buffer::new(&d.file);
            let got = Runtime::load(buffer.bytes(), Kernels::ALL).err();
            (got != d.refused).then(|| format!("{}: {got:?} instead of {:?}", d.name, d.refused))
        })
        .collect();
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), all.len(), wrong.join("\n"));
    println!("{} damaged plans", all.len());
}

#[test]
fn every_damaged_model_is_refused_for_its_own_reason() {
    let all = refused().unwrap();
    assert!(all.len() >= 25);
    let wrong: Vec<_> = all
        .iter()
        .filter_map(|d| {
            let said = message(&d.model);
            (!said.contains(&d.why)).then(|| format!("{}: {said:?} lacks {:?}", d.name, d.why))
        })
        .collect();
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), all.len(), wrong.join("\n"));
}

#[test]
fn cut_and_flipped_models_are_refused_or_converted() {
    let model = include_bytes!("../../../tests/digits/digits.tflite");
    let step = model.len() / 97;
    for len in (0..model.len() - 32).step_by(step) {
        assert_ne!(message(&model[..len]), "converted", "{len} bytes");
    }
    // a flipped bit may lie in a weight or a name; it must only never end in a panic
    let mut flipped = model.to_vec();
    let refused = (0..model.len()).step_by(7).filter(|&at| {
        flipped[at] ^= 1 << (at % 8);
        let said = message(&flipped);
        flipped[at] = model[at];
        said != "converted"
    });
    assert!(refused.count() > 50);
}

/// What the compiler says to a model.
fn message(model: &[u8]) -> String {
    match convert(model, &Options::default()) {
        Ok(_) => "converted".into(),
        Err(error) => error.to_string(),
    }
}
