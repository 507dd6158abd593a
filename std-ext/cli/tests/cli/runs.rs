//! `midge run` on this machine: bits, shapes, types, files and dumps.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::desk::{Desk, digits, json, load, midge};
use midge_runtime::array::{Array, Arrays, Dtype};
use serde_json::Value;

/// Rows of an int8 golden, and their shape without the first axis.
fn golden(file: &str) -> (Vec<i8>, Vec<usize>) {
    let array = load(&digits(&format!("goldens/{file}")));
    (array.elements().unwrap(), array.shape()[1..].to_vec())
}

#[test]
fn goldens_match_byte_by_byte_for_every_target() {
    let desk = Desk::new();
    for target in ["portable", "m0", "m4", "x86-64"] {
        let plan = desk.path("x.midge");
        midge(["convert", &digits("digits.tflite"), "-o", &plan, "--target", target]);
        for (inputs, outputs) in [("inputs.npy", "outputs.npy"), ("edge_inputs.npy", "edge_outputs.npy")] {
            let (x, y) = (digits(&format!("goldens/{inputs}")), desk.path("y.npy"));
            let told = midge(["run", &plan, "--input", &x, "--output", &y]);
            assert_eq!(told.code, 0, "{}", told.err);
            assert_eq!(load(&y), load(&digits(&format!("goldens/{outputs}"))), "{target} {inputs}");
        }
    }
}

#[test]
fn one_flipped_weight_changes_the_output() {
    let desk = Desk::new();
    let mut bytes = std::fs::read(&desk.plan).unwrap();
    let sections = json(["inspect", &desk.plan])["sections"].as_array().unwrap().clone();
    let constants = sections.iter().find(|s| s["name"] == "constants").unwrap();
    bytes[constants["offset"].as_u64().unwrap() as usize + 4] ^= 0x40;
    let (plan, y) = (desk.write("flipped.midge", bytes), desk.path("y.npy"));
    // checksums of weights are for `validate`: opening a file does not read them
    assert_eq!(midge(["run", &plan, "--input", &digits("goldens/inputs.npy"), "--output", &y]).code, 0);
    assert_ne!(load(&y), load(&digits("goldens/outputs.npy")));
}

#[test]
fn shapes_of_the_contract() {
    let desk = Desk::new();
    let (rows, _) = golden("inputs.npy");
    let (outputs, _) = golden("outputs.npy");
    let cases: [(&[usize], &[usize]); 5] = [
        (&[1, 8, 8, 1], &[1, 10]),
        (&[1, 1, 8, 8, 1], &[1, 1, 10]),
        (&[7, 1, 8, 8, 1], &[7, 1, 10]),
        (&[7, 8, 8, 1], &[7, 1, 10]),
        (&[2, 8, 8, 1], &[2, 1, 10]),
    ];
    for (shape, want) in cases {
        let len = shape.iter().product();
        let x = desk.save("x.npy", &Array::new(shape, &rows[..len]).unwrap());
        let y = desk.path("y.npy");
        assert_eq!(midge(["run", &desk.plan, "--input", &x, "--output", &y]).code, 0);
        let y = load(&y);
        assert_eq!(y.shape(), want);
        assert_eq!(y.elements::<i8>().unwrap(), outputs[..want.iter().product()]);
    }
}

#[test]
fn npz_and_csv_hold_what_npy_holds() {
    let desk = Desk::new();
    let (rows, shape) = golden("inputs.npy");
    let (outputs, _) = golden("outputs.npy");
    let x = Array::new(&[&[3], &shape[..]].concat(), &rows[..192]).unwrap();
    let want = &outputs[..30];
    // by name, and then written and read again by the tool itself
    let name = json(["inspect", &desk.plan])["inputs"][0]["name"].as_str().unwrap().to_owned();
    let npz = desk.path("x.npz");
    Arrays::write(Path::new(&npz), &[("other".into(), x.clone()), (name, x.clone())], 3).unwrap();
    let csv = desk.path("x.csv");
    Arrays::write(Path::new(&csv), &[("x".into(), x.clone())], 3).unwrap();
    let titled = desk.write(
        "titled.csv",
        format!("{}\n{}", vec!["p"; 64].join(","), std::fs::read_to_string(&csv).unwrap()),
    );
    for input in [&npz, &csv, &titled] {
        for output in ["y.npy", "y.npz", "y.csv"] {
            let y = desk.path(output);
            let told = midge(["run", &desk.plan, "--input", input, "--output", &y]);
            assert_eq!(told.code, 0, "{}", told.err);
            let y = match Arrays::read(Path::new(&y)).unwrap() {
                Arrays::Named(named) => named[0].1.clone(),
                Arrays::One(array) | Arrays::Table(array) => array,
            };
            assert_eq!(y.len(), 30);
            let numbers: Vec<i8> = y.floats().into_iter().map(|x| x as i8).collect();
            assert_eq!(numbers, want, "{input} {output}");
        }
    }
}

#[test]
fn numpy_reads_what_is_written() {
    let desk = Desk::new();
    let (y, z) = (desk.path("y.npy"), desk.path("y.npz"));
    for out in [&y, &z] {
        midge(["run", &desk.plan, "--input", &digits("goldens/inputs.npy"), "--output", out, "--float"]);
    }
    let script = "import sys, numpy as n; y = n.load(sys.argv[1]); z = n.load(sys.argv[2]); z = z[z.files[0]]; \
        assert (y == z).all() and y.dtype == n.float32 and y.shape == (360, 1, 10); print(repr(float(y.sum())))";
    match Command::new("python3").args(["-c", script, &y, &z]).output() {
        Ok(output) if output.status.success() => {
            let sum: f64 = String::from_utf8(output.stdout).unwrap().trim().parse().unwrap();
            assert!((sum - load(&y).floats().iter().sum::<f64>()).abs() < 1e-3);
        }
        Ok(output) if String::from_utf8_lossy(&output.stderr).contains("No module named") => {
            println!("skipped: Python has no NumPy");
        }
        Ok(output) => panic!("{}", String::from_utf8_lossy(&output.stderr)),
        Err(_) => println!("skipped: Python is not here"),
    }
}

#[test]
fn floats_equal_numbers_quantized_by_hand() {
    let desk = Desk::new();
    let seen = json(["inspect", &desk.plan]);
    let number = |side: &str, key: &str| seen[side][0][key].as_f64().unwrap() as f32;
    let (scale, zero) = (number("inputs", "scale"), number("inputs", "zero_point"));
    // real values on, between and beyond the steps of the scale
    let reals: Vec<f32> = (0..128).map(|i| (i as f32 - 4.25) * scale * 2.5).collect();
    let by_hand: Vec<i8> =
        reals.iter().map(|x| ((x / scale).round() + zero).clamp(-128.0, 127.0) as i8).collect();
    let doubles: Vec<f64> = reals.iter().map(|x| f64::from(*x)).collect();
    let shape = [2, 8, 8, 1];
    let inputs = [
        desk.save("i8.npy", &Array::new(&shape, &by_hand).unwrap()),
        desk.save("f32.npy", &Array::new(&shape, &reals).unwrap()),
        desk.save("f64.npy", &Array::new(&shape, &doubles).unwrap()),
    ];
    let run = |input: &str, more: &[&str]| {
        let y = desk.path("y.npy");
        let call = ["run", &desk.plan, "--input", input, "--output", &y];
        assert_eq!(midge(call.iter().chain(more)).code, 0);
        load(&y)
    };
    let want = run(&inputs[0], &[]);
    assert_eq!(want.dtype(), Dtype::I8);
    assert_eq!(run(&inputs[1], &[]), want);
    assert_eq!(run(&inputs[2], &[]), want);
    let (scale, zero) = (number("outputs", "scale"), number("outputs", "zero_point") as i32);
    let by_hand: Vec<f32> =
        want.elements::<i8>().unwrap().iter().map(|y| scale * (i32::from(*y) - zero) as f32).collect();
    assert_eq!(run(&inputs[1], &["--float"]).elements::<f32>().unwrap(), by_hand);
}

#[test]
fn dumps_are_the_tensors_between_steps() {
    let desk = Desk::new();
    let folder = desk.path("dumps");
    let inputs = digits("goldens/inputs.npy");
    let told = midge(["run", &desk.plan, "--input", &inputs, "--dump-tensors", &folder]);
    assert_eq!(told.code, 0, "{}", told.err);
    let text = std::fs::read_to_string(Path::new(&folder).join("index.json")).unwrap();
    let index: Vec<Value> = serde_json::from_str(&text).unwrap();
    let layers = json(["inspect", &desk.plan])["layers"].as_array().unwrap().clone();
    assert_eq!(index.len(), layers.len());
    let tensor =
        |entry: &Value| load(Path::new(&folder).join(entry["file"].as_str().unwrap()).to_str().unwrap());
    for (number, (entry, layer)) in index.iter().zip(&layers).enumerate() {
        assert_eq!(entry["file"], format!("{number:03}_{}.npy", layer["kernel"].as_str().unwrap()));
        assert_eq!(entry["shape"], layer["shape"]);
        let shape: Vec<u64> = tensor(entry).shape().iter().map(|d| *d as u64).collect();
        assert_eq!(entry["shape"], serde_json::json!(shape));
    }
    // names of the source: the last is the output, and its sum is that of the golden
    let source = json(["inspect", &digits("digits.tflite")]);
    let known: Vec<&Value> = source["tensors"].as_array().unwrap().iter().map(|t| &t["name"]).collect();
    assert!(index.iter().all(|e| known.contains(&&e["tensor"])), "{text}");
    assert_eq!(index[index.len() - 1]["tensor"], source["outputs"][0]["name"]);
    let sum = |numbers: &[i8]| numbers.iter().map(|x| i64::from(*x)).sum::<i64>();
    let first = |file: &str| golden(file).0[..10].to_vec();
    let dumped = |at: usize| tensor(&index[at]).elements::<i8>().unwrap();
    assert_eq!(sum(&dumped(index.len() - 1)), sum(&first("outputs.npy")));
    assert_eq!(sum(&dumped(index.len() - 2)), sum(&first("logits.npy")));
    // the pool, from the tensor before it
    let (before, after) = (tensor(&index[2]), dumped(3));
    assert_eq!((before.shape(), layers[3]["op"].as_str()), (&[1, 4, 4, 32][..], Some("MAX_POOL_2D")));
    let before = before.elements::<i8>().unwrap();
    let at = |y: usize, x: usize, c: usize| before[(y * 4 + x) * 32 + c];
    let pooled = (0..2).flat_map(|y| (0..2).flat_map(move |x| (0..32).map(move |c| (2 * y, 2 * x, c))));
    let pooled: Vec<i8> = pooled
        .map(|(y, x, c)| at(y, x, c).max(at(y, x + 1, c)).max(at(y + 1, x, c)).max(at(y + 1, x + 1, c)))
        .collect();
    assert_eq!(after, pooled);
}

#[test]
fn labels_name_the_best_class() {
    let desk = Desk::new();
    let labels = desk.write("labels.txt", "zero\none\ntwo\nthree\nfour\nfive\nsix\nseven\neight\nnine\n");
    let seen = json(["run", &desk.plan, "--input", &digits("goldens/inputs.npy"), "--labels", &labels]);
    let classes = seen["classes"].as_array().unwrap();
    let (outputs, _) = golden("outputs.npy");
    let truth = load(&digits("goldens/labels.npy")).floats();
    let mut right = 0;
    for ((class, row), truth) in classes.iter().zip(outputs.chunks(10)).zip(truth) {
        let index = class["index"].as_u64().unwrap() as usize;
        assert_eq!(row[index], *row.iter().max().unwrap());
        right += usize::from(index == truth as usize);
    }
    assert_eq!(classes.len(), 360);
    assert!(right > 340, "{right} of 360");
    let table = midge(["run", &desk.plan, "--input", &digits("goldens/inputs.npy"), "--labels", &labels]).out;
    assert!(table.contains("zero") && table.lines().count() == 361, "{table}");
}

#[test]
fn a_line_of_values_comes_from_standard_input() {
    let desk = Desk::new();
    let (rows, _) = golden("inputs.npy");
    let (outputs, _) = golden("outputs.npy");
    let line: Vec<String> = rows[..64].iter().map(i8::to_string).collect();
    let mut child = Command::new(env!("CARGO_BIN_EXE_midge"))
        .args(["run", &desk.plan, "--input", "-", "--format", "json"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(line.join(",").as_bytes()).unwrap();
    let told = crate::desk::told(child.wait_with_output().unwrap());
    let seen: Value = serde_json::from_str(&told.out).unwrap();
    let output = &seen["outputs"][0];
    assert_eq!(output["shape"], serde_json::json!([1, 10]));
    assert_eq!(output["values"], serde_json::json!(outputs[..10]));
}

#[test]
fn files_are_read_where_they_cannot_be_mapped() {
    let desk = Desk::new();
    let y = desk.path("y.npy");
    let output = Command::new(env!("CARGO_BIN_EXE_midge"))
        .args(["run", &desk.plan, "--input", &digits("goldens/inputs.npy"), "--output", &y])
        .env("MIDGE_NO_MMAP", "1")
        .output()
        .unwrap();
    assert!(output.status.success());
    assert_eq!(load(&y), load(&digits("goldens/outputs.npy")));
}

#[test]
fn a_stripped_file_runs_as_well() {
    let desk = Desk::new();
    let device = json(["inspect", &desk.plan])["header"]["device_len"].as_u64().unwrap() as usize;
    let bytes = std::fs::read(&desk.plan).unwrap();
    let stripped = desk.write("stripped.midge", &bytes[..device]);
    let y = desk.path("y.npy");
    assert_eq!(midge(["validate", &stripped]).code, 0);
    let told = midge(["run", &stripped, "--input", &digits("goldens/inputs.npy"), "--output", &y]);
    assert_eq!(told.code, 0, "{}", told.err);
    assert_eq!(load(&y), load(&digits("goldens/outputs.npy")));
    assert_eq!(json(["inspect", &stripped])["inputs"][0]["name"], "input0");
}
