//! `midge embed`: the module compiles, runs, and holds what the plan says.

use std::path::Path;
use std::process::Command;

use crate::desk::{Desk, Told, digits, json, midge, told};

#[test]
fn a_module_compiles_and_computes_the_golden() {
    let desk = Desk::new();
    std::fs::create_dir(desk.path("src")).unwrap();
    let module = desk.path("src/net.rs");
    let made = json(["embed", &digits("digits.tflite"), "--target", "m4", "-o", &module, "--name", "digits"]);
    assert_eq!(made["arena_bytes"], json(["plan", &desk.path("src/net.midge")])["peak_bytes"]);
    for file in ["inputs.npy", "outputs.npy"] {
        let array = crate::desk::load(&digits(&format!("goldens/{file}")));
        desk.write(&format!("src/{file}.bin"), array.bytes());
    }
    let core = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../core-nostd");
    desk.write(
        "Cargo.toml",
        format!(
            "[package]\nname = \"firmware\"\nversion = \"0.1.0\"\nedition = \"2024\"\n[workspace]\n\
             [dependencies]\nmidge-core = {{ path = {core:?} }}\n"
        ),
    );
    desk.write(
        "src/main.rs",
        "mod net;
        fn main() {
            let (x, y) = (include_bytes!(\"inputs.npy.bin\"), include_bytes!(\"outputs.npy.bin\"));
            let mut arena = midge_core::Arena::<{ net::ARENA_BYTES }>::new();
            let (mut input, mut rows) = ([0; 64], 0);
            for (x, y) in x.chunks_exact(64).zip(y.chunks_exact(10)) {
                for (to, from) in input.iter_mut().zip(x) { *to = *from as i8; }
                let output = net::DIGITS.run(&mut arena, &input).unwrap();
                assert!(output.iter().zip(y).all(|(a, b)| *a == *b as i8));
                rows += 1;
            }
            println!(\"{rows} {:?} {:?} {}\", net::INPUT_SHAPE, net::OUTPUT_SHAPE, net::OUTPUT_ZERO);
        }",
    );
    let output = Command::new(env!("CARGO"))
        .args(["run", "--quiet", "--offline", "--manifest-path", &desk.path("Cargo.toml")])
        .args(["--target-dir", &desk.path("target")])
        .env_remove("CARGO_TARGET_DIR")
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(String::from_utf8_lossy(&output.stdout), "360 [1, 8, 8, 1] [1, 10] -128\n");
}

#[test]
fn the_plan_lies_beside_the_module() {
    let desk = Desk::new();
    let told = midge(["embed", &desk.plan, "-o", &desk.path("my-net.rs")]);
    assert_eq!(told.code, 0, "{}", told.err);
    assert_eq!(desk.files(), ["digits.midge", "my-net.midge", "my-net.rs"]);
    assert_eq!(std::fs::read(desk.path("my-net.midge")).unwrap(), std::fs::read(&desk.plan).unwrap());
    let text = std::fs::read_to_string(desk.path("my-net.rs")).unwrap();
    assert!(text.contains("pub static MY_NET = \"my-net.midge\";"), "{text}");
}

/// `cargo test` in a crate with midge-core.
fn tested(desk: &Desk) -> Told {
    let cargo = Command::new(env!("CARGO"))
        .args(["test", "--quiet", "--offline", "--manifest-path", &desk.path("Cargo.toml")])
        .args(["--target-dir", &desk.path("target")])
        .env_remove("CARGO_TARGET_DIR")
        .output();
    told(cargo.unwrap())
}

#[test]
fn a_golden_test_passes_until_a_weight_changes() {
    let desk = Desk::new();
    let core = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../core-nostd");
    desk.write(
        "Cargo.toml",
        format!(
            "[package]\nname = \"firmware\"\nversion = \"0.1.0\"\nedition = \"2024\"\n[workspace]\n\
             [dependencies]\nmidge-core = {{ path = {core:?} }}\n[profile.dev]\ndebug = 0\n"
        ),
    );
    for folder in ["src", "tests"] {
        std::fs::create_dir(desk.path(folder)).unwrap();
    }
    desk.write("src/lib.rs", "");
    let test = desk.path("tests/digits.rs");
    let made = json(["codegen", "test", &digits("digits.tflite"), "--target", "m4", "-o", &test]);
    assert_eq!(made["rows"], 8);
    let passed = tested(&desk);
    assert!(passed.code == 0 && passed.out.contains("1 passed"), "{}{}", passed.out, passed.err);
    // one weight, with rows of data
    let rows = digits("goldens/inputs.npy");
    let made = json(["codegen", "test", &desk.plan, "--input", &rows, "-o", &test]);
    assert_eq!(made["rows"], 360);
    let plan = desk.path("tests/digits.midge");
    let sections = json(["inspect", &plan])["sections"].as_array().unwrap().clone();
    let constants = sections.iter().find(|section| section["name"] == "constants").unwrap();
    let at = constants["offset"].as_u64().unwrap() + constants["bytes"].as_u64().unwrap() / 2;
    let mut bytes = std::fs::read(&plan).unwrap();
    bytes[at as usize] ^= 0x40;
    std::fs::write(&plan, bytes).unwrap();
    let failed = tested(&desk);
    assert!(
        failed.code != 0 && failed.out.contains("goldens_are_met_bit_for_bit"),
        "{}{}",
        failed.out,
        failed.err
    );
}

#[test]
fn a_float_model_becomes_a_network_in_rust() {
    let desk = Desk::new();
    let code = desk.path("digits.rs");
    let made = json(["codegen", "model", &digits("digits_float.tflite"), "-o", &code]);
    let parameters = &json(["inspect", &digits("digits_float.tflite")])["parameters"];
    assert_eq!((&made["network"], &made["parameters"]), (&"Digits".into(), parameters));
    // that it compiles and computes what the model does is a test of midge-train, where this file is
    let known = Path::new(env!("CARGO_MANIFEST_DIR")).join("../train/tests/code/digits.rs");
    assert_eq!(std::fs::read_to_string(&code).unwrap(), std::fs::read_to_string(known).unwrap());
    let weights = std::fs::read(desk.path("digits.safetensors")).unwrap();
    assert!(weights.len() > 4 * parameters.as_u64().unwrap() as usize);
    let before = desk.files();
    for (model, output, code, what) in [
        ("digits.tflite", "int8.rs", 3, "quantized"),
        ("digits_float.tflite", "digits.safetensors", 2, "end it in .rs"),
    ] {
        let told = midge(["codegen", "model", &digits(model), "-o", &desk.path(output)]);
        assert!(told.code == code && told.err.contains(what), "{}", told.err);
    }
    assert_eq!(desk.files(), before);
}
