//! ONNX files out.

use crate::desk::{Desk, digits, json, load, midge};

/// int8 in, int8 out, floats between: an answer is a step off here and there.
#[test]
fn an_onnx_file_leads_back() {
    let desk = Desk::new();
    let (onnx, plan, y) = (desk.path("d.onnx"), desk.path("back.midge"), desk.path("y.npy"));
    let made = json(["convert", &digits("digits.tflite"), "-o", &onnx, "--name", "seven"]);
    assert_eq!((&made["name"], &made["macs"]), (&"seven".into(), &20_992.into()));
    assert_eq!(made["bytes"], std::fs::metadata(&onnx).unwrap().len());
    let [before, seen] = [digits("digits.tflite"), onnx.clone()].map(|file| json(["inspect", &file]));
    assert_eq!((&seen["name"], &seen["format"]), (&"seven".into(), &"onnx".into()));
    assert!(seen["about"]["producer"].as_str().unwrap().starts_with("midge "));
    assert_eq!((&seen["inputs"], &seen["outputs"]), (&before["inputs"], &before["outputs"]));
    assert_eq!(json(["convert", &onnx, "-o", &plan])["macs"], 20_992);
    assert_eq!(json(["inspect", &plan])["about"]["producer"], seen["about"]["producer"]);
    assert_eq!(midge(["run", &plan, "--input", &digits("goldens/inputs.npy"), "--output", &y]).code, 0);
    let (want, got) = (load(&digits("goldens/outputs.npy")), load(&y));
    let off = want.bytes().iter().zip(got.bytes()).map(|(a, b)| a.cast_signed().abs_diff(b.cast_signed()));
    assert!(want.shape() == got.shape() && off.max() <= Some(1));
}

#[test]
fn a_quantized_model_is_an_onnx_file_too() {
    let desk = Desk::new();
    let (float, data, out) =
        (digits("digits_float.tflite"), digits("goldens/calibration.npz"), desk.path("q.onnx"));
    for settings in [&["--weights", "int4"][..], &["--activations", "int16"], &["--activations", "f16"], &[]]
    {
        let call = [&["quantize", &float, "--calibrate", &data, "-o", &out], settings].concat();
        assert_eq!(json(call)["file"], out);
        let accuracy = json(["eval", &out, "--data", &digits("goldens/test.npz")])["accuracy"].as_f64();
        assert!(accuracy.unwrap() > 0.97, "{settings:?}: {accuracy:?}");
    }
}

#[test]
fn kernels_are_not_chosen_for_onnx_files() {
    let desk = Desk::new();
    let onnx = desk.path("d.onnx");
    for choice in [["--target", "m4"], ["--optimize", "size"], ["--variant", "0=CONV_2D"]] {
        let told = midge([&["convert", &digits("digits.tflite"), "-o", &onnx][..], &choice].concat());
        assert_eq!(told.code, 2, "{}", told.err);
        assert!(told.err.contains(&format!("{} chooses kernels", choice[0])), "{}", told.err);
    }
    assert_eq!(desk.files(), ["digits.midge"]);
}
