//! The `midge` command on damaged and unsupported files: exit codes, messages, nothing left behind; and what it says of
//! sound ones, against an independent reader of the format.

#![expect(clippy::unwrap_used, reason = "helpers of tests, which may panic")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use midge_compiler::{Options, Target, convert};
use midge_runtime::array::{Array, Arrays};
use midge_runtime::file::File;
use midge_suite::damage::damaged;
use midge_suite::models::{models, root};
use midge_suite::{cases, folder, refused};

/// The command, built once as this test was.
fn midge() -> &'static Path {
    static MIDGE: OnceLock<PathBuf> = OnceLock::new();
    MIDGE.get_or_init(|| {
        // target/PROFILE/deps/this
        let built = std::env::current_exe().unwrap().ancestors().nth(2).unwrap().to_path_buf();
        let mut cargo = Command::new(env!("CARGO"));
        cargo.args(["build", "--quiet", "--package", "midge", "--target-dir"]).arg(built.parent().unwrap());
        if built.ends_with("release") {
            cargo.arg("--release");
        }
        assert!(cargo.current_dir(root()).status().unwrap().success());
        built.join("midge")
    })
}

/// Exit code, and what was said on standard error.
fn run(arguments: &[&str]) -> (Option<i32>, String) {
    let output = Command::new(midge()).args(arguments).output().unwrap();
    (output.status.code(), String::from_utf8_lossy(&output.stderr).into())
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// Names in a folder, sorted.
fn names(folder: &Path) -> Vec<String> {
    let names = fs::read_dir(folder).unwrap().map(|e| e.unwrap().file_name().to_string_lossy().into_owned());
    let mut names: Vec<String> = names.collect();
    names.sort();
    names
}

#[test]
fn a_model_of_floats_with_int8_weights_converts_and_quantizes() {
    let case = cases().unwrap().into_iter().find(|case| case.path() == "conv_2d/hybrid_3x3_stride").unwrap();
    let folder = tempfile::tempdir().unwrap();
    let [model, data, floats, bytes] =
        ["m.tflite", "x.npz", "floats.midge", "bytes.midge"].map(|name| folder.path().join(name));
    fs::write(&model, &case.model).unwrap();
    let x = &case.inputs[0];
    let numbers: Vec<f32> = x.bytes.as_chunks().0.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect();
    Arrays::write(&data, &[("x".into(), Array::new(&x.shape, &numbers).unwrap())], x.rows()).unwrap();
    let converted = run(&["convert", text(&model), "-o", text(&floats)]);
    assert_eq!(converted.0, Some(0), "{}", converted.1);
    let made = run(&["quantize", text(&model), "--calibrate", text(&data), "-o", text(&bytes)]);
    assert_eq!(made.0, Some(0), "{}", made.1);
    let constants = |path: &Path| {
        let file = File::from_bytes(&fs::read(path).unwrap()).unwrap();
        file.plan().unwrap().constants().len()
    };
    assert!(constants(&bytes) < constants(&floats), "{} {}", constants(&bytes), constants(&floats));
}

#[test]
fn damaged_plans_are_refused_by_run_and_found_by_validate() {
    let digits = root().join("tests/digits");
    let model = fs::read(digits.join("digits.tflite")).unwrap();
    let sound = convert(&model, &Options { target: Target::Portable, ..Options::default() }).unwrap().file;
    let input = digits.join("goldens/inputs.npy");
    let folder = tempfile::tempdir().unwrap();
    let (plan, output) = (folder.path().join("a.midge"), folder.path().join("y.npy"));
    let mut wrong = Vec::new();
    for damaged in damaged(&sound) {
        fs::write(&plan, &damaged.file).unwrap();
        let (validated, said) = run(&["validate", text(&plan)]);
        // what is no plan at all is bad input; a damaged plan is one that fails the check
        let want = if damaged.file.starts_with(b"MIDGE\x1a\r\n") { 1 } else { 3 };
        if validated != Some(want) {
            wrong.push(format!("{}: validate exits {validated:?}: {said}", damaged.name));
        }
        let (ran, said) = run(&["run", text(&plan), "--input", text(&input), "--output", text(&output)]);
        let left = names(folder.path());
        let fine = match damaged.refused {
            Some(at) => ran == Some(3) && said.contains(&at.to_string()) && left == ["a.midge"],
            None => ran == Some(0) && left == ["a.midge", "y.npy"],
        };
        if !fine {
            wrong.push(format!("{}: run exits {ran:?}, leaves {left:?}: {said}", damaged.name));
        }
        let _ = fs::remove_file(&output);
    }
    assert!(wrong.is_empty(), "{}:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn damaged_models_are_refused_by_convert() {
    let folder = tempfile::tempdir().unwrap();
    let (model, plan) = (folder.path().join("a.tflite"), folder.path().join("a.midge"));
    let mut wrong = Vec::new();
    for damaged in refused().unwrap() {
        fs::write(&model, &damaged.model).unwrap();
        let (code, said) = run(&["convert", text(&model), "-o", text(&plan)]);
        let left = names(folder.path());
        if code != Some(3) || !said.contains(&damaged.why) || left != ["a.tflite"] {
            wrong.push(format!("{}: convert exits {code:?}, leaves {left:?}: {said}", damaged.name));
        }
    }
    assert!(wrong.is_empty(), "{}:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn unsupported_operators_are_all_listed() {
    let to = tempfile::tempdir().unwrap();
    let plan = to.path().join("a.midge");
    let (code, said) = run(&["convert", text(&folder().join("unsupported.tflite")), "-o", text(&plan)]);
    assert_eq!(code, Some(3), "{said}");
    for operator in
        ["op 1 AcmeBlur: ", "op 2 LOCAL_RESPONSE_NORMALIZATION: ", "op 4 UNIQUE: ", "op 5 REVERSE_SEQUENCE: "]
    {
        assert!(said.contains(operator), "{said}");
    }
    assert!(names(to.path()).is_empty());
}

#[test]
fn an_independent_reader_agrees_with_inspect() {
    let reader = root().join("tests/format/read.py");
    if Command::new("python3").arg("--version").output().is_err() {
        println!("skipped: there is no python3");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let (model, plan, said) =
        (folder.path().join("a.tflite"), folder.path().join("a.midge"), folder.path().join("a.json"));
    for case in models().unwrap() {
        fs::write(&model, &case.model).unwrap();
        for target in ["portable", "m4", "m0"] {
            let (code, error) = run(&["convert", text(&model), "-o", text(&plan), "--target", target]);
            assert_eq!(code, Some(0), "{error}");
            let inspected = Command::new(midge()).args(["inspect", text(&plan), "--format", "json"]).output();
            fs::write(&said, inspected.unwrap().stdout).unwrap();
            let arguments = [text(&reader), text(&plan), "--against", text(&said)];
            let read = Command::new("python3").args(arguments).output().unwrap();
            let error = String::from_utf8_lossy(&read.stderr);
            assert!(read.status.success(), "{} for {target}: {error}", case.name);
        }
    }
    let (model, steps) =
        (root().join("tests/digits/digits.tflite"), "rate 8000, length 1152, mfcc 256/128/256 20 60-4000 8");
    let (code, error) = run(&["convert", text(&model), "-o", text(&plan), "--preprocess", steps]);
    assert_eq!(code, Some(0), "{error}");
    let read = Command::new("python3").args([text(&reader), text(&plan)]).output().unwrap();
    let read = String::from_utf8_lossy(&read.stdout).into_owned();
    for field in
        ["\"rate\": 8000", "\"hop\": 128", "\"high\": 4000", "\"coefficients\": 8", "\"dtype\": \"int8\""]
    {
        assert!(read.split_once("\"front_end\"").unwrap().1.contains(field), "{field}: {read}");
    }
}
