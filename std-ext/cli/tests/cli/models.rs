//! Models in, plans out, and what is said about both.

use crate::desk::{Desk, digits, json, midge, shared};
use serde_json::Value;

fn keys(value: &Value) -> Vec<&str> {
    value.as_object().map(|o| o.keys().map(String::as_str).collect()).unwrap_or_default()
}

fn has(value: &Value, wanted: &[&str]) {
    for key in wanted {
        assert!(keys(value).contains(key), "no {key} among {:?}", keys(value));
    }
}

#[test]
fn convert_tells_what_it_made() {
    let desk = Desk::new();
    for (target, name) in [("portable", "one"), ("m4", "two"), ("aarch64", "three")] {
        let out = desk.path("x.midge");
        let made =
            json(["convert", &digits("digits.tflite"), "-o", &out, "--target", target, "--name", name]);
        assert_eq!(made["macs"], 20_992);
        assert_eq!(made["parameters"], 2154);
        assert_eq!((&made["target"], &made["name"]), (&Value::from(target), &Value::from(name)));
        assert_eq!(made["bytes"], std::fs::metadata(&out).unwrap().len());
        let seen = json(["inspect", &out]);
        assert_eq!((&seen["name"], &seen["about"]["target"]), (&made["name"], &made["target"]));
        assert_eq!(
            (&seen["arena_bytes"], &seen["const_bytes"]),
            (&made["arena_bytes"], &made["const_bytes"])
        );
        assert_eq!(json(["plan", &out])["peak_bytes"], made["arena_bytes"]);
        assert_eq!(json(["validate", &out])["valid"], true);
    }
    assert_eq!(desk.files(), ["digits.midge", "x.midge"]);
}

#[test]
fn the_same_model_gives_the_same_bytes() {
    let desk = Desk::new();
    let again = desk.path("again.midge");
    midge(["convert", &digits("digits.tflite"), "-o", &again, "--name", "digits"]);
    assert_eq!(std::fs::read(&again).unwrap(), std::fs::read(&desk.plan).unwrap());
}

#[test]
fn inspect_has_the_keys_that_scripts_rely_on() {
    let desk = Desk::new();
    for file in [desk.plan.clone(), digits("digits.tflite")] {
        let seen = json(["inspect", &file]);
        has(&seen, &["macs", "parameters", "inputs", "outputs", "layers", "tensors"]);
        assert_eq!((&seen["macs"], &seen["parameters"]), (&20_992.into(), &2154.into()));
        for port in [&seen["inputs"][0], &seen["outputs"][0]] {
            has(port, &["name", "shape", "dtype", "scale", "zero_point"]);
            assert_eq!((&port["dtype"], &port["zero_point"]), (&"int8".into(), &(-128).into()));
        }
        assert_eq!(seen["inputs"][0]["shape"], serde_json::json!([1, 8, 8, 1]));
        let layers = seen["layers"].as_array().unwrap();
        let sum = |key: &str| layers.iter().map(|l| l[key].as_u64().unwrap()).sum::<u64>();
        assert_eq!((sum("macs"), sum("parameters")), (20_992, 2154));
        assert_eq!(sum("const_bytes"), seen["const_bytes"]);
        assert_eq!(seen["graph"].as_array().unwrap().len(), layers.len() + 2);
    }
}

/// Weights of 8 bits are those of the source, whatever arrangement the core wants.
#[test]
fn weights_are_the_same_in_every_arrangement() {
    let desk = Desk::new();
    let weights = |file: &str| -> Vec<Value> {
        let layers = json(["inspect", file])["layers"].as_array().unwrap().clone();
        layers.into_iter().map(|l| l["weights"].clone()).filter(|w| !w.is_null()).collect()
    };
    let source = weights(&digits("digits.tflite"));
    assert_eq!(source.len(), 4);
    for target in ["portable", "m4", "m0"] {
        let out = desk.path("x.midge");
        midge(["convert", &digits("digits.tflite"), "-o", &out, "--target", target, "--optimize", "size"]);
        assert_eq!(weights(&out), source, "{target}");
    }
}

#[test]
fn the_table_shows_what_was_asked_for() {
    let desk = Desk::new();
    let plain = midge(["inspect", &desk.plan]).out;
    let all = midge(["inspect", &desk.plan, "--header", "--tensors", "--graph"]).out;
    for (what, part) in [
        ("device_len", "header"),
        ("host digest", "sections"),
        ("16 scales", "tensors"),
        ("\no serving", "graph"),
    ] {
        assert!(all.contains(what) && !plain.contains(what), "{part}:\n{all}");
    }
    assert!(plain.contains("2,154") && plain.contains("DEPTHWISE_CONV_2D"), "{plain}");
    let picture = midge(["plan", &desk.plan]).out;
    assert!(picture.contains("planned peak") && picture.contains("##"), "{picture}");
}

#[test]
fn plan_accounts_for_every_byte() {
    let desk = Desk::new();
    for file in [&desk.plan, &digits("digits.tflite")] {
        let plan = json(["plan", file]);
        has(&plan, &["naive_bytes", "lower_bound_bytes", "peak_bytes", "tensors"]);
        let tensors = plan["tensors"].as_array().unwrap();
        let number = |t: &Value, key: &str| t[key].as_u64().unwrap();
        let mut live = vec![0; 64];
        for t in tensors {
            has(t, &["name", "offset", "bytes", "first", "last"]);
            for step in number(t, "first")..=number(t, "last") {
                live[step as usize] += number(t, "bytes");
            }
            assert!(number(t, "offset") + number(t, "bytes") <= number(&plan, "peak_bytes"));
        }
        // side by side, each from an aligned address
        let all = tensors.iter().map(|t| number(t, "bytes")).sum::<u64>();
        assert!((all..all + 16 * tensors.len() as u64).contains(&number(&plan, "naive_bytes")));
        assert!(number(&plan, "lower_bound_bytes") <= number(&plan, "peak_bytes"));
        assert!(*live.iter().max().unwrap() >= number(&plan, "lower_bound_bytes"));
    }
    let m4 = json(["plan", &digits("digits.tflite"), "--target", "m4"]);
    assert!(
        m4["peak_bytes"].as_u64() > json(["plan", &desk.plan])["peak_bytes"].as_u64(),
        "scratch of the m4 kernels"
    );
}

#[test]
fn yaml_holds_the_data_of_json() {
    let desk = Desk::new();
    let inputs = digits("goldens/edge_inputs.npy");
    let calls: [&[&str]; 6] = [
        &["inspect", &desk.plan],
        &["inspect", &digits("digits.tflite")],
        &["plan", &desk.plan],
        &["validate", &desk.plan],
        &["run", &desk.plan, "--input", &inputs, "--float"],
        &["diff", &desk.plan, &digits("digits.tflite"), "--input", &inputs],
    ];
    for call in calls {
        let data = json(call);
        let told = midge(call.iter().chain(&["--format", "yaml"]));
        assert_eq!(told.code, 0);
        let yaml: Value = yaml_serde::from_str(&told.out).unwrap();
        assert_eq!(yaml, data, "{call:?}");
    }
}

/// Weights and biases, counted by hand from the published architectures.
#[test]
fn parameters_are_counted_by_hand() {
    // conv 3x3x1x16, depthwise 3x3x16, conv 1x1x16x32, dense 128x10, each with a bias
    assert_eq!((9 * 16 + 16) + (9 * 16 + 16) + (16 * 32 + 32) + (128 * 10 + 10), 2154);
    assert_eq!(json(["inspect", &digits("digits.tflite")])["parameters"], 2154);
    let dense = |sizes: &[u64]| sizes.windows(2).map(|w| w[0] * w[1] + w[1]).sum::<u64>();
    let conv = |taps: u64, from: u64, to: u64| taps * from * to + to;
    let separable = |from: u64, to: u64| conv(9, 1, from) + conv(1, from, to);
    // an encoder and decoder of four layers of 128 each, 8 between them
    let ad = dense(&[640, 128, 128, 128, 128, 8, 128, 128, 128, 128, 640]);
    // a convolution of 10x4, four separable ones of 64 channels, 12 classes
    let kws = conv(40, 1, 64) + 4 * separable(64, 64) + dense(&[64, 12]);
    // 3x3 convolutions in stacks of 16, 32 and 64, each with a shortcut; 10 classes
    let stack =
        |from, to| conv(9, from, to) + conv(9, to, to) + if from == to { 0 } else { conv(1, from, to) };
    let resnet = conv(9, 3, 16) + stack(16, 16) + stack(16, 32) + stack(32, 64) + dense(&[64, 10]);
    // a quarter of MobileNet, 2 classes
    let widths = [8, 16, 32, 32, 64, 64, 128, 128, 128, 128, 128, 128, 256, 256];
    let vww =
        conv(9, 3, 8) + widths.windows(2).map(|w| separable(w[0], w[1])).sum::<u64>() + dense(&[256, 2]);
    let hello = dense(&[1, 16, 16, 1]);
    for (file, count) in [
        ("mlperf-tiny/ad01_int8.tflite", ad),
        ("mlperf-tiny/kws_ref_model.tflite", kws),
        ("mlperf-tiny/pretrainedResnet_quant.tflite", resnet),
        ("mlperf-tiny/vww_96_int8.tflite", vww),
        ("tflm/hello_world_int8.tflite", hello),
    ] {
        if let Some(path) = shared(file) {
            assert_eq!(json(["inspect", &path])["parameters"], count, "{file}");
        }
    }
}

#[test]
fn a_residual_network_is_drawn_with_branches_and_joins() {
    let Some(path) = shared("mlperf-tiny/pretrainedResnet_quant.tflite") else { return };
    let seen = midge(["inspect", &path, "--graph"]).out;
    assert_eq!(seen.matches("\n+-.\n").count(), 3, "{seen}");
    assert_eq!(seen.matches("\n+-'\n").count(), 3, "{seen}");
}

#[test]
fn a_kernel_that_is_asked_for_runs_its_step() {
    let desk = Desk::new();
    let (model, plan) = (digits("digits.tflite"), desk.path("forced.midge"));
    let chosen = |kernel: &str| {
        let variant = format!("0={kernel}");
        let layers = &json(["plan", &model, "--target", "m4", "--variant", &variant])["layers"];
        assert_eq!((&layers[0]["step"], &layers[0]["kernel"]), (&0.into(), &kernel.into()), "{layers}");
        let ways = layers[0]["ways"].as_array().unwrap();
        assert!(ways.iter().any(|way| way["kernel"] == kernel), "{layers}");
        let told = midge(["convert", &model, "-o", &plan, "--target", "m4", "--variant", &variant]);
        assert_eq!(told.code, 0, "{}", told.err);
        json(["inspect", &plan])["layers"][0]["kernel"].as_str().unwrap().to_owned()
    };
    for kernel in ["CONV_2D_PAIRS", "CONV_2D_HALFWORDS"] {
        assert_eq!(chosen(kernel), kernel);
    }
}

#[test]
fn optimize_tells_what_each_pass_did() {
    let told = json(["optimize", &digits("digits.tflite")]);
    let passes = told["passes"].as_array().unwrap();
    passes.iter().for_each(|pass| has(pass, &["pass", "changed", "operators", "macs", "parameters"]));
    assert_eq!((told["macs"].as_u64(), told["parameters"].as_u64()), (Some(20_992), Some(2_154)));
    assert!(passes.iter().all(|pass| pass["operators"].as_u64() <= told["operators"].as_u64()), "{told}");
    let table = midge(["optimize", &digits("digits.tflite")]);
    assert!(table.out.contains("fold padding into the window behind it"), "{}", table.out);
}

#[test]
fn a_model_has_a_version_of_its_own() {
    let desk = Desk::new();
    let (model, out) = (digits("digits.tflite"), desk.path("v.midge"));
    let convert = |version| midge(["convert", &model, "-o", &out, "--model-version", version]);
    assert_eq!(convert("1.10.0").code, 0);
    assert_eq!(json(["inspect", &out])["about"]["version"], "1.10.0");
    assert_eq!(json(["inspect", &desk.plan])["about"]["version"], serde_json::Value::Null);
    let told = convert("1.10");
    assert!(told.code == 2 && told.err.contains("1.10"), "{}", told.err);
}
