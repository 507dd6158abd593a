//! Bad input: what is said, the exit code, and that nothing is left behind.

use crate::desk::{Desk, digits, json, midge};
use midge_runtime::array::Array;

#[test]
fn bad_models_exit_3_and_leave_no_file() {
    let desk = Desk::new();
    let model = std::fs::read(digits("digits.tflite")).unwrap();
    let cut = desk.write("cut.tflite", &model[..model.len() / 2]);
    let text = desk.write("notes.tflite", "just some notes\n");
    let empty = desk.write("empty.tflite", "");
    let array = desk.save("x.tflite", &Array::new(&[1], &[1i8]).unwrap());
    let hdf = desk.write("keras.tflite", b"\x89HDF\r\n\x1a\n and so on");
    let before = desk.files();
    let cases = [
        (cut, "damaged"),
        (text, "no model file"),
        (empty, "no model file"),
        (array, ".npy"),
        (hdf, "HDF5"),
        (desk.path("absent.tflite"), "cannot read"),
        (desk.path("."), "cannot read"),
        (desk.plan.clone(), "converted already"),
    ];
    for (file, what) in cases {
        let told = midge(["convert", &file, "-o", &desk.path("out.midge")]);
        assert_eq!(told.code, 3, "{file}: {}", told.err);
        assert!(
            told.err.starts_with("error: ") && told.err.contains(what),
            "{file} has no {what:?}: {}",
            told.err
        );
        assert!(told.err.contains(&file), "the file is not named: {}", told.err);
        assert_eq!(told.out, "");
        if file != desk.plan {
            assert_eq!(midge(["inspect", &file]).code, 3, "{file}");
        }
        assert_eq!(desk.files(), before);
    }
}

#[test]
fn a_file_that_is_there_survives_a_failed_conversion() {
    let desk = Desk::new();
    let out = desk.write("out.midge", "precious");
    let bad = desk.write("bad.tflite", "TFL?");
    assert_eq!(midge(["convert", &bad, "-o", &out]).code, 3);
    assert_eq!(std::fs::read_to_string(&out).unwrap(), "precious");
}

#[test]
fn damaged_plans_are_refused_by_their_section() {
    let desk = Desk::new();
    let sound = std::fs::read(&desk.plan).unwrap();
    let sections = json(["inspect", &desk.plan])["sections"].as_array().unwrap().clone();
    assert!(sections.len() >= 9);
    for section in sections {
        let (name, at) = (section["name"].as_str().unwrap(), section["offset"].as_u64().unwrap() as usize);
        let mut bytes = sound.clone();
        bytes[at] ^= 1;
        let file = desk.write("damaged.midge", bytes);
        let told = midge(["validate", &file]);
        assert_eq!(told.code, 1, "{name}: {}", told.err);
        assert!(told.err.contains(&format!("section {name}")), "{name}: {}", told.err);
        // what the run relies on is checked at each opening
        if section["device"] == true && !["constants", "host digest", "name", "unknown"].contains(&name) {
            let told = midge(["run", &file, "--input", &digits("goldens/inputs.npy")]);
            assert_eq!(told.code, 3, "{name}");
            assert!(told.err.contains(name), "{name}: {}", told.err);
        }
    }
    for at in [0, 9, 16, 28, 40, 70, sound.len() - 1] {
        let mut bytes = sound.clone();
        bytes[at] ^= 1;
        let told = midge(["validate", &desk.write("damaged.midge", bytes)]);
        assert_eq!(told.code, if at < 8 { 3 } else { 1 }, "byte {at}: {}", told.err);
    }
    for len in [7, 20, 63, 64, 300, sound.len() - 1] {
        let told = midge(["validate", &desk.write("cut.midge", &sound[..len])]);
        assert_eq!(told.code, if len < 8 { 3 } else { 1 }, "{len} bytes: {}", told.err);
    }
}

#[test]
fn verdicts_are_data_too() {
    let desk = Desk::new();
    let mut bytes = std::fs::read(&desk.plan).unwrap();
    let last = bytes.len() - 20;
    bytes[last] ^= 1;
    let told = midge(["validate", &desk.write("bad.midge", bytes), "--format", "json"]);
    let verdict: serde_json::Value = serde_json::from_str(&told.out).unwrap();
    assert_eq!((told.code, &verdict["valid"]), (1, &false.into()));
    assert!(!verdict["faults"].as_array().unwrap().is_empty());
}

#[test]
fn bad_inputs_exit_3_and_leave_no_output() {
    let desk = Desk::new();
    let npy = std::fs::read(digits("goldens/inputs.npy")).unwrap();
    let save = |name: &str, shape: &[usize]| {
        desk.save(name, &Array::new(shape, &vec![0i8; shape.iter().product()]).unwrap())
    };
    let cases = [
        (desk.write("cut.npy", &npy[..500]), "the file has"),
        (desk.write("header.npy", &npy[..20]), "header"),
        (desk.write("text.csv", "a,b\nc,d\n"), "line 2, column 1"),
        (desk.write("ragged.csv", "1,2\n3\n"), "line 2"),
        (desk.write("wide.csv", "1,2,3\n"), "shape [1, 3]"),
        (desk.write("huge.csv", format!("{}999\n", "1,".repeat(63))), "999"),
        (save("flat.npy", &[64]), "[N, 8, 8, 1]"),
        (save("other.npy", &[3, 8, 8]), "[N, 8, 8, 1]"),
        (save("none.npy", &[0, 8, 8, 1]), "no rows"),
        (desk.save("type.npy", &Array::new(&[1, 8, 8, 1], &[0u8; 64]).unwrap()), "astype"),
        (desk.path("absent.npy"), "cannot read"),
    ];
    let before = desk.files();
    for (file, what) in cases {
        let told = midge(["run", &desk.plan, "--input", &file, "--output", &desk.path("y.npy")]);
        assert_eq!(told.code, 3, "{file}: {}", told.err);
        assert!(told.err.contains(what), "{file} has no {what:?}: {}", told.err);
        assert_eq!(desk.files(), before);
    }
    let labels = desk.write("labels.txt", "zero\none\n");
    let told = midge(["run", &desk.plan, "--input", &digits("goldens/inputs.npy"), "--labels", &labels]);
    assert_eq!(told.code, 3);
    assert!(told.err.contains("2 labels for a model with 10 classes"), "{}", told.err);
    let told = midge(["run", &digits("digits.tflite"), "--input", &digits("goldens/inputs.npy")]);
    assert_eq!(told.code, 3);
    assert!(told.err.contains("midge convert"), "{}", told.err);
}

#[test]
fn names_from_files_cannot_move_the_cursor() {
    let desk = Desk::new();
    let out = desk.path("evil.midge");
    let told = midge(["convert", &digits("digits.tflite"), "-o", &out, "--name", "a\u{1b}[2Jb"]);
    assert!(!told.out.contains('\u{1b}'));
    let told = midge(["inspect", &out]);
    assert!(told.out.contains("a\\u{1b}[2Jb") && !told.out.contains('\u{1b}'), "{}", told.out);
}
