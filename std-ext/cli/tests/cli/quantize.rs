//! `midge quantize` and `midge eval`: float models become small ones that answer as well.

use midge_compiler::import::import;
use midge_runtime::array::{Array, Arrays};
use serde_json::Value;

use crate::desk::{Desk, digits, json, midge};

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap()
}

fn accuracy(model: &str) -> f64 {
    number(&json(["eval", model, "--data", &digits("goldens/test.npz")])["accuracy"])
}

#[test]
fn digits_keep_their_accuracy() {
    let desk = Desk::new();
    let (float, data, out) =
        (digits("digits_float.tflite"), digits("goldens/calibration.npz"), desk.path("q.midge"));
    let before = accuracy(&float);
    assert!(before > 0.98, "{before}");
    for settings in [
        &["--range", "minmax"][..],
        &["--range", "mse"],
        &["--activations", "int16"],
        &["--granularity", "tensor"],
    ] {
        let call =
            [&["quantize", &float, "--calibrate", &data, "-o", &out, "--target", "m4"], settings].concat();
        let told = json(call);
        assert_eq!((&told["floats"], &told["rows"]), (&Value::Array(vec![]), &206.into()), "{settings:?}");
        let after = accuracy(&out);
        assert!(after > before - 0.005, "{settings:?}: {after} after {before}");
        let seen = json(["inspect", &out]);
        assert_eq!(
            (&seen["inputs"][0]["dtype"], &seen["about"]["target"]),
            (&"float32".into(), &"m4".into())
        );
    }
}

#[test]
fn floats_need_no_data() {
    let desk = Desk::new();
    let (float, out) = (digits("digits_float.tflite"), desk.path("half.midge"));
    for (weights, activations, size, memory) in
        [("f16", "f16", 0.6, 0.55), ("f16", "f32", 0.6, 1.0), ("f32", "f32", 1.0, 1.0)]
    {
        let given = if weights == activations { &[][..] } else { &["--weights", weights] };
        let call = [&["quantize", &float, "--activations", activations, "-o", &out], given].concat();
        let told = json(call);
        assert!(number(&told["const_bytes"]) <= size * number(&told["float_const_bytes"]), "{told}");
        assert!(number(&told["arena_bytes"]) <= memory * number(&told["float_arena_bytes"]), "{told}");
        assert_eq!(accuracy(&out), accuracy(&float));
    }
    for (given, said) in [
        (&["--weights", "f16"][..], "float16 do not go with activations of int8"),
        (&["--weights", "int8", "--activations", "f16"], "int8 do not go with activations of float16"),
        (&["--granularity", "group"], "groups are for weights of int4"),
    ] {
        let told = midge([&["quantize", &float, "-o", &out], given].concat());
        assert!(told.code == 2 && told.err.contains(said), "{}", told.err);
    }
}

#[test]
fn bad_data_and_models_exit_3_and_leave_no_file() {
    let desk = Desk::new();
    let float = digits("digits_float.tflite");
    let save = |name: &str, shape: &[usize], x: f32| {
        desk.save(name, &Array::new(shape, &vec![x; shape.iter().product()]).unwrap())
    };
    let good = digits("goldens/calibration.npz");
    let row = Array::new(&[1, 8, 8, 1], &[0f32; 64]).unwrap();
    let two = desk.path("two.npz");
    Arrays::write(two.as_ref(), &[("image".into(), row.clone()), ("mask".into(), row)], 1).unwrap();
    let nan = changed(&desk, "nan.tflite", &[(1, &|i, x| if i == 7 { f32::NAN } else { x })]);
    let cases = [
        (float.clone(), save("flat.npy", &[5, 64], 1.0), 3, "[N, 8, 8, 1]"),
        (float.clone(), save("none.npy", &[0, 8, 8, 1], 1.0), 3, "no rows"),
        (float.clone(), save("nan.npy", &[3, 8, 8, 1], f32::NAN), 3, "row 0 of the data holds NaN"),
        (float.clone(), save("large.npy", &[3, 8, 8, 1], f32::MAX), 3, "becomes NaN or infinite for row 0"),
        (float.clone(), desk.write("a.csv", "a,b\nc,d\n"), 3, "line 2"),
        (float.clone(), desk.path("absent.npy"), 3, "cannot read"),
        (float.clone(), two, 3, "no array is named \"serving_default_image:0\""),
        (nan, good.clone(), 3, "the weights are damaged"),
        (digits("digits.tflite"), good.clone(), 3, "quantized already"),
        (desk.plan.clone(), good.clone(), 3, "converted already"),
        (desk.write("notes.tflite", "just notes"), good.clone(), 3, "no model file"),
    ];
    let rows = Array::new(&[2, 8, 8, 1], &[0f32; 128]).unwrap();
    let labels = |name: &str, shape: &[usize], labels: &[i64]| {
        let labels = Array::new(shape, labels).unwrap();
        let path = desk.path(name);
        Arrays::write(path.as_ref(), &[("x".into(), rows.clone()), ("y".into(), labels)], 2).unwrap();
        path
    };
    let labelled = [
        (
            labels("three.npz", &[3], &[0; 3]),
            "three.npz: the labels are [3] for 2 rows of 10 outputs; give a class",
        ),
        (labels("pairs.npz", &[2, 2], &[0; 4]), "pairs.npz: the labels are [2, 2] for 2 rows of 10 outputs"),
        (labels("ten.npz", &[2], &[1, 10]), "ten.npz: label 10 of row 1 is no class; the model has 10"),
    ];
    let before = desk.files();
    for (eval, what) in labelled {
        let call = ["quantize", &float, "--calibrate", &good, "--eval", &eval, "-o", &desk.path("out.midge")];
        let told = midge(call);
        assert!(told.code == 3 && told.err.contains(what), "{eval} has no {what:?}: {}", told.err);
        assert_eq!(desk.files(), before);
    }
    for (model, data, code, what) in cases {
        let told = midge(["quantize", &model, "--calibrate", &data, "-o", &desk.path("out.midge")]);
        assert_eq!(told.code, code, "{model} {data}: {}", told.err);
        assert!(told.err.contains(what), "{model} {data} has no {what:?}: {}", told.err);
        assert_eq!(desk.files(), before);
    }
    let told = midge(["quantize", &float, "-o", &desk.path("out.midge")]);
    assert_eq!((told.code, desk.files()), (2, before));
    assert!(told.err.contains("[1, 8, 8, 1] float32") && told.err.contains("--calibrate"), "{}", told.err);
}

#[test]
fn the_report_says_what_was_lost_and_where() {
    let desk = Desk::new();
    let (float, data, out, page) = (
        digits("digits_float.tflite"),
        digits("goldens/calibration.npz"),
        desk.path("q.midge"),
        desk.path("q.html"),
    );
    let call = [
        "quantize",
        &float,
        "--calibrate",
        &data,
        "--eval",
        &digits("goldens/test.npz"),
        "-o",
        &out,
        "--target",
        "m4",
    ];
    let told = json(call.iter().chain(&["--report", &page]));
    let scores = &told["scores"];
    assert_eq!((&scores["agreement"], &scores["float"]["rows"]), (&false.into(), &360.into()));
    assert_eq!(number(&scores["quantized"]["accuracy"]), accuracy(&out));
    assert_eq!(told["bytes"], std::fs::metadata(&out).unwrap().len());
    assert!(number(&told["snr_db"]) > 15.0 && number(&told["instructions"]) > 1e4, "{told}");
    let layers = told["layers"].as_array().unwrap();
    assert_eq!(layers.iter().filter(|layer| layer["snr_db"].is_number()).count(), 6, "{told}");
    assert_eq!(layers.iter().map(|layer| layer["macs"].as_u64().unwrap()).sum::<u64>(), 20_992);
    let ranges = told["ranges"].as_array().unwrap();
    assert!(ranges.iter().any(|range| range["min"] == 0.0 && range["max"] == 16.0), "{ranges:?}");
    let html = std::fs::read_to_string(&page).unwrap();
    assert!(html.contains("<svg") && html.contains("CONV_2D") && !html.contains("http"), "{html}");
    // coarser weights say something else on every page
    let other = json(call.iter().chain(&["--weights", "int4", "--report", &page]));
    assert_ne!((&other["snr_db"], &other["bytes"]), (&told["snr_db"], &told["bytes"]));
    assert_ne!(std::fs::read_to_string(&page).unwrap(), html);
    let table = midge(call.iter().chain(&["--quiet"])).out;
    assert!(table.contains("worst layers") && table.contains("of 360 rows"), "{table}");
}

#[test]
fn too_much_lost_accuracy_exits_1_and_leaves_no_file() {
    let desk = Desk::new();
    let (float, data, out) =
        (digits("digits_float.tflite"), digits("goldens/calibration.npz"), desk.path("q.midge"));
    // four bits for whole tensors of a network this small
    let call = [
        "quantize",
        &float,
        "--calibrate",
        &data,
        "--eval",
        &data,
        "-o",
        &out,
        "--weights",
        "int4",
        "--granularity",
        "tensor",
    ];
    let told = midge(call.iter().chain(&["--max-drop", "0"]));
    assert!(told.code == 1 && told.err.contains("accuracy drops by"), "{} {}", told.code, told.err);
    assert_eq!(desk.files(), ["digits.midge"]);
    assert_eq!(midge(call.iter().chain(&["--max-drop", "100"])).code, 0);
    assert_eq!(midge(["quantize", &float, "--calibrate", &data, "-o", &out, "--max-drop", "1"]).code, 2);
}

/// A layer, and what becomes of each weight by its place.
type Change<'a> = (usize, &'a dyn Fn(usize, f32) -> f32);

/// The float digits model with other weights in some layers.
fn changed(desk: &Desk, name: &str, layers: &[Change<'_>]) -> String {
    let mut model = std::fs::read(digits("digits_float.tflite")).unwrap();
    let graph = import(&model).unwrap();
    for (layer, with) in layers {
        let old = graph.value(graph.nodes[*layer].inputs[1]).data.as_ref().unwrap();
        let at = model.windows(old.len()).position(|bytes| bytes == old).unwrap();
        for (i, bytes) in model[at..at + old.len()].as_chunks_mut::<4>().0.iter_mut().enumerate() {
            *bytes = with(i, f32::from_le_bytes(*bytes)).to_le_bytes();
        }
    }
    desk.write(name, model)
}

#[test]
fn a_search_widens_the_one_sensitive_layer() {
    let desk = Desk::new();
    // a channel whose numbers are far larger than all others, and hardly matter; filters have channels last
    let model = changed(
        &desk,
        "planted.tflite",
        &[
            (1, &|i, x| if i % 16 == 3 { x * 1000.0 } else { x }),
            (2, &|i, x| if i % 16 == 3 { x * 1e-9 } else { x }),
        ],
    );
    let (data, out) = (digits("goldens/calibration.npz"), desk.path("q.midge"));
    let call = ["quantize", &model, "--calibrate", &data, "--eval", &data, "-o", &out];
    let eight = midge(call.iter().chain(&["--max-drop", "1"]));
    assert_eq!(eight.code, 1, "{}", eight.err);
    let sixteen = json(call.iter().chain(&["--max-drop", "1", "--activations", "int16"]));
    let told = json(call.iter().chain(&["--max-drop", "1", "--mixed"]));
    let frontier = told["frontier"].as_array().unwrap();
    assert!(frontier[0]["wide"] == 0 && frontier[0]["fits"] == false, "{frontier:?}");
    let wide = told["layers"].as_array().unwrap().iter().filter(|layer| {
        layer["dtype"] == "int16" && layer["op"].as_str().is_some_and(|op| op.contains("CONV"))
    });
    // the layer that makes the channel, and the one that is made of it
    let wide: Vec<_> = wide.map(|layer| layer["op"].as_str().unwrap()).collect();
    assert_eq!(wide, ["DEPTHWISE_CONV_2D", "CONV_2D"], "{frontier:?}");
    assert!(number(&told["bytes"]) < number(&sixteen["bytes"]), "{told}");
    assert_eq!(number(&told["bytes"]), std::fs::metadata(&out).unwrap().len() as f64);
    let table = midge(call.iter().chain(&["--max-drop", "1", "--mixed"])).out;
    assert!(table.contains("what nothing else beats"), "{table}");
    let page = desk.path("q.html");
    let other = ["--max-drop", "1", "--mixed", "--target", "m4", "--report", &page];
    let fewest = json(call.iter().chain(&other));
    let least = json(call.iter().chain(&other).chain(&["--least", "latency"]));
    let instructions = &least["instructions"];
    assert!(number(instructions) <= number(&fewest["instructions"]), "{least} {fewest}");
    let mut fits = least["frontier"].as_array().unwrap().iter().filter(|point| point["fits"] == true);
    assert!(fits.any(|point| point["instructions"] == *instructions), "{least}");
    assert!(std::fs::read_to_string(&page).unwrap().contains("Precisions that were tried"));
    let unknown = midge(call.iter().chain(&["--max-drop", "1", "--mixed", "--least", "latency"]));
    assert!(unknown.code == 2 && unknown.err.contains("choose a core: m0"), "{}", unknown.err);
    assert_eq!(midge(call.iter().chain(&["--mixed"])).code, 2);
}

#[test]
fn answers_are_scored() {
    let desk = Desk::new();
    let (inputs, labels) = (digits("goldens/inputs.npy"), digits("goldens/labels.npy"));
    let told = json(["eval", &desk.plan, "--data", &inputs, "--labels", &labels]);
    assert!((number(&told["accuracy"]) - 356.0 / 360.0).abs() < 1e-9 && told["rows"] == 360, "{told}");
    let confusion = told["confusion"].as_array().unwrap();
    let cells = |row: &Value| row.as_array().unwrap().iter().map(|n| n.as_u64().unwrap()).collect::<Vec<_>>();
    let right: u64 = confusion.iter().enumerate().map(|(class, row)| cells(row)[class]).sum();
    assert_eq!((right, confusion.iter().flat_map(cells).sum::<u64>()), (356, 360));
    let table = midge(["eval", &desk.plan, "--data", &inputs, "--labels", &labels]).out;
    assert!(table.contains("accuracy  98.89%") && table.contains(" 0 |"), "{table}");
    let told = midge(["eval", &desk.plan, "--data", &inputs]);
    assert!(told.code == 3 && told.err.contains("no labels"), "{}", told.err);
    let short = desk.save("short.npy", &Array::new(&[3], &[0i64, 1, 2]).unwrap());
    let told = midge(["eval", &desk.plan, "--data", &inputs, "--labels", &short]);
    assert!(told.code == 3 && told.err.contains("[3] for 360 rows of 10 outputs"), "{}", told.err);
}

#[test]
fn a_model_is_scored_beside_its_reference() {
    let desk = Desk::new();
    let (float, data) = (digits("digits_float.tflite"), digits("goldens/test.npz"));
    let call = ["eval", &desk.plan, "--data", &data, "--reference", &float];
    let told = json(call);
    let drop = 100.0 * (number(&told["reference"]["accuracy"]) - number(&told["accuracy"]));
    assert!((number(&told["reference"]["drop"]) - drop).abs() < 1e-9, "{told}");
    assert_eq!(told["reference"]["labels"], false);
    // what the reference says is right where there are no labels
    let inputs = digits("goldens/inputs.npy");
    let told = json(["eval", &desk.plan, "--data", &inputs, "--reference", &desk.plan, "--max-drop", "0"]);
    assert_eq!((&told["accuracy"], &told["reference"]["labels"]), (&1.0.into(), &true.into()));
    let out = desk.path("coarse.midge");
    let calibration = digits("goldens/calibration.npz");
    let coarse = ["--weights", "int4", "--granularity", "tensor", "-o", &out];
    json(["quantize", &float, "--calibrate", &calibration].iter().chain(&coarse));
    let told = midge(["eval", &out, "--data", &data, "--reference", &float, "--max-drop", "0"]);
    assert!(told.code == 1 && told.err.contains("accuracy drops by"), "{} {}", told.code, told.err);
    assert!(told.out.contains("reference"), "{}", told.out);
}
