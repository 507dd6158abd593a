//! A build for inference only: what it leaves out, it names.
#![cfg(not(any(feature = "convert", feature = "emulate", feature = "complete")))]
#![expect(clippy::unwrap_used, reason = "a test")]

use std::path::Path;
use std::process::{Command, Output};

use midge_runtime::array::Arrays;

fn midge(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_midge")).args(arguments).output().unwrap()
}

#[test]
fn absent_verbs_say_which_feature_brings_them() {
    let cases = [
        (&["convert", "a.tflite", "-o", "b.midge"][..], "convert"),
        (&["plan", "a.midge"], "convert"),
        (&["embed", "--help-me"], "convert"),
        (&["bench", "a.midge", "--on", "m4"], "emulate"),
        (&["size"], "emulate"),
        (&["completions", "bash"], "complete"),
    ];
    for (arguments, feature) in cases {
        let output = midge(arguments);
        let text = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(text.contains(&format!("feature `{feature}`")) && text.contains("cargo build"), "{text}");
    }
    assert!(String::from_utf8(midge(&["--help"]).stdout).unwrap().contains("feature `convert`"));
}

#[test]
fn plans_run_and_other_models_are_refused() {
    let digits = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/digits");
    let path = |file: &str| digits.join(file).to_str().unwrap().to_owned();
    let source = midge(&["inspect", &path("digits.tflite")]);
    assert_eq!(source.status.code(), Some(3));
    let folder = tempfile::tempdir().unwrap();
    let y = folder.path().join("y.npy");
    let arguments = ["run", &path("digits.midge"), "--input", &path("goldens/inputs.npy"), "--output"];
    assert!(midge(&[&arguments[..], &[y.to_str().unwrap()]].concat()).status.success());
    assert_eq!(Arrays::read(&y).unwrap(), Arrays::read(Path::new(&path("goldens/outputs.npy"))).unwrap());
    assert!(midge(&["validate", &path("digits.midge")]).status.success());
    assert!(midge(&["inspect", &path("digits.midge"), "--format", "yaml"]).status.success());
}
