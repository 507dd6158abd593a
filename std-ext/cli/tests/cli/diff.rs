//! `midge diff`: where two models part.

use midge_runtime::file::File;
use midge_runtime::layers::layers;
use serde_json::Value;

use crate::desk::{Desk, digits, json, midge};

#[test]
fn packings_of_one_model_do_not_differ() {
    let desk = Desk::new();
    let inputs = digits("goldens/edge_inputs.npy");
    for target in ["m0", "m4", "m55", "x86-64"] {
        let packed = desk.path("packed.midge");
        midge(["convert", &digits("digits.tflite"), "-o", &packed, "--target", target]);
        let told = json(["diff", &digits("digits.tflite"), &packed, "--input", &inputs]);
        assert_eq!((&told["same"], &told["first"]), (&true.into(), &Value::Null), "{target}");
        assert!(told["steps"].as_array().unwrap().len() >= 5, "{told}");
        assert_eq!((&told["only_a"], &told["only_b"]), (&Value::Array(vec![]), &Value::Array(vec![])));
    }
}

#[test]
fn a_flipped_weight_is_found_at_its_step() {
    let desk = Desk::new();
    let sound = std::fs::read(&desk.plan).unwrap();
    let file = File::from_bytes(&sound).unwrap();
    let plan = file.plan().unwrap();
    let sections = json(["inspect", &desk.plan])["sections"].as_array().unwrap().clone();
    let constants = sections.iter().find(|s| s["name"] == "constants").unwrap()["offset"].as_u64().unwrap();
    let inputs = digits("goldens/inputs.npy");
    let broken = desk.path("broken.midge");
    let mut found = 0;
    for (layer, step) in layers(&plan, file.names()).iter().zip(plan.steps()) {
        if layer.weights.is_none() {
            continue;
        }
        // its weights are the largest constant that it reads
        let reads = (step.writes()..step.operands()).map(|i| plan.operand(step.id(i)));
        let weights = reads.filter(|o| o.region == 0).max_by_key(|o| o.len).unwrap();
        let (start, len) = (constants as usize + weights.offset as usize, weights.len as usize);
        // a weight may be one of a channel that is 0 for every row
        let mut told = None;
        for at in (0..8).map(|i| start + len * i / 8) {
            let mut bytes = sound.clone();
            bytes[at] ^= 0x40;
            desk.write("broken.midge", bytes);
            let call = midge(["diff", &desk.plan, &broken, "--input", &inputs, "--format", "json"]);
            if call.code != 0 {
                told = Some(call);
                break;
            }
        }
        let told = told.unwrap();
        assert_eq!(told.code, 1, "{}", told.err);
        assert!(told.err.contains(&format!("first at step {}", layer.index)), "{}", told.err);
        let data: Value = serde_json::from_str(&told.out).unwrap();
        assert_eq!((&data["same"], &data["first"]), (&false.into(), &layer.index.into()));
        let at = &data["steps"][layer.index];
        assert!(at["equal"].as_u64() < at["elements"].as_u64() && at["max_error"].as_f64() > Some(0.0));
        let wide = midge(["diff", &desk.plan, &broken, "--input", &inputs, "--tolerance", "1e6"]);
        assert_eq!((wide.code, wide.err.as_str()), (0, ""));
        assert!(wide.out.contains("SNR dB"), "{}", wide.out);
        found += 1;
    }
    assert!(found >= 4, "{found} layers have weights");
}

#[test]
fn models_without_anything_to_compare_are_refused() {
    let desk = Desk::new();
    let inputs = digits("goldens/inputs.npy");
    let told = midge(["diff", &desk.plan, &desk.path("absent.midge"), "--input", &inputs]);
    assert_eq!(told.code, 3);
    assert!(told.err.contains("absent.midge"), "{}", told.err);
    let told = midge(["diff", &desk.plan, &desk.plan, "--input", &digits("digits.tflite")]);
    assert!(told.code == 2 || told.code == 3, "{}: {}", told.code, told.err);
}
