//! A model always becomes the same bytes.

use std::thread;

use midge_compiler::{Options, convert};
use midge_suite::models::models;
use midge_suite::{Case, Choice, cases};

/// Everything that a conversion says, as text for what is refused.
fn made(case: &Case, choice: Choice) -> Result<Vec<u8>, String> {
    let options = Options { name: Some("model".into()), ..choice.options() };
    convert(&case.model, &options).map(|compiled| compiled.file).map_err(|e| e.to_string())
}

#[test]
fn every_case_and_model_converts_twice_to_the_same_bytes() {
    let all = [cases().unwrap(), models().unwrap()].concat();
    // hash maps have other seeds in every thread, and other ones each time
    let convert_all = |cases: Vec<Case>| {
        thread::spawn(move || {
            let both = |case: &Case| Choice::KINDS.map(|choice| made(case, choice));
            cases.iter().map(both).collect::<Vec<_>>()
        })
    };
    let (first, again) = (convert_all(all.clone()), convert_all(all.clone()));
    let (first, again) = (first.join().unwrap(), again.join().unwrap());
    let converted = first.iter().flatten().filter(|made| made.is_ok()).count();
    assert!(converted > all.len(), "only {converted} conversions of {} models", all.len());
    let differs = |((case, a), b)| (a != b).then(|| Case::path(case));
    let different: Vec<String> = all.iter().zip(&first).zip(&again).filter_map(differs).collect();
    assert_eq!(different, [""; 0]);
}
