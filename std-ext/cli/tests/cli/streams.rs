//! Models that stream.

use crate::desk::{Desk, digits, json, load, midge};
use midge_runtime::array::Array;

/// A network that hears digits in 36 frames of 13 numbers, and looks back only.
fn causal() -> String {
    digits("../stream/spoken.onnx")
}

#[test]
fn a_model_that_streams_answers_as_its_windows_do() {
    let desk = Desk::new();
    let (whole, streams) = (desk.path("whole.midge"), desk.path("streams.midge"));
    assert!(json(["convert", &causal(), "-o", &whole]).get("stream").is_none());
    let made = json(["convert", &causal(), "-o", &streams, "--stream"]);
    let facts = serde_json::json!({ "hop": 2, "window": 36, "reach": 35 });
    for told in [&made, &json(["inspect", &streams]), &json(["plan", &streams])] {
        assert_eq!(told["stream"], facts);
    }
    assert_eq!(json(["inspect", &streams])["inputs"][0]["shape"], serde_json::json!([1, 1, 2, 13]));
    assert!(midge(["inspect", &streams]).out.contains("2 new frames a run, for a window of 36"));
    // what a model hears that has heard nothing before
    let heard: Vec<f32> = (0..60 * 13).map(|i| (i * 7919 % 409) as f32 / 20.0 - 10.0).collect();
    let all = [vec![0.0; 34 * 13], heard.clone()].concat();
    let windows: Vec<f32> = (0..30).flat_map(|run| &all[run * 26..][..36 * 13]).copied().collect();
    let rows = desk.save("windows.npy", &Array::new(&[30, 1, 1, 36, 13], &windows).unwrap());
    let hops = desk.save("hops.npy", &Array::new(&[30, 1, 1, 2, 13], &heard).unwrap());
    let answers = |plan: &str, rows: &str, keep: &[&str]| {
        let out = desk.path("y.npy");
        let told = midge([&["run", plan, "--input", rows, "--output", &out], keep].concat());
        assert_eq!(told.code, 0, "{}", told.err);
        load(&out).bytes().to_vec()
    };
    let scores = answers(&whole, &rows, &[]);
    assert_eq!(scores, answers(&streams, &hops, &["--keep-state"]));
    let onnx = desk.path("streams.onnx");
    assert_eq!(json(["convert", &causal(), "-o", &onnx, "--stream"])["macs"], made["macs"]);
}

#[test]
fn what_does_not_stream_is_named() {
    let desk = Desk::new();
    let out = desk.path("no.midge");
    let told = midge(["convert", &digits("digits.tflite"), "-o", &out, "--stream"]);
    assert_eq!(told.code, 3);
    let [first, second] =
        ["op 0 CONV_2D: pads time by 1 before", "op 1 DEPTHWISE_CONV_2D: pads time by 0 before"];
    assert!(told.err.contains(first) && told.err.contains(second), "{}", told.err);
    for (more, why) in [
        (["--hop", "3"], "makes a frame of every 2 of the input, which do not divide a hop of 3"),
        (["--hop", "36"], "is 36; it is a part of the window of 36 frames"),
        (["--hop", "0"], "is 0; it is a part"),
        (["--axis", "4"], "no frames along axis 4"),
        (["--axis", "3"], "pads time"),
    ] {
        let told = midge([&["convert", &causal(), "-o", &out, "--stream"][..], &more].concat());
        assert!(told.code == 3 && told.err.contains(why), "{more:?}: {}", told.err);
    }
    assert_eq!(midge(["convert", &causal(), "-o", &out, "--hop", "2"]).code, 2);
    assert_eq!(desk.files(), ["digits.midge"]);
}
