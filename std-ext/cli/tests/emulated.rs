//! `midge` on emulated cores: the same bits, exact counts, sizes, and what it says where something is missing.
//! Where QEMU or a target is missing, tests print why they are skipped.
#![cfg(all(feature = "emulate", feature = "convert", feature = "folders", feature = "train"))]
#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use midge_runtime::array::{Array, Arrays};
use serde_json::Value;
use tempfile::TempDir;

fn digits(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/digits").join(file)
}

fn midge(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_midge")).args(arguments).output().unwrap()
}

/// Standard output of a call that succeeds; `None` if it says that something is missing here.
fn told(arguments: &[&str]) -> Option<String> {
    let output = midge(arguments);
    let errors = String::from_utf8_lossy(&output.stderr);
    if output.status.code() == Some(4) {
        println!("skipped: {}", errors.trim());
        return None;
    }
    assert!(output.status.success(), "midge {}: {errors}", arguments.join(" "));
    Some(String::from_utf8(output.stdout).unwrap())
}

fn json(arguments: &[&str]) -> Option<Value> {
    told(&[arguments, &["--format", "json"]].concat()).map(|text| serde_json::from_str(&text).unwrap())
}

/// The digits model, converted for a core.
fn convert(folder: &TempDir, target: &str) -> String {
    let plan = folder.path().join(format!("{target}.midge")).to_str().unwrap().to_owned();
    told(&["convert", digits("digits.tflite").to_str().unwrap(), "-o", &plan, "--target", target]);
    plan
}

fn array(path: &Path) -> Array {
    match Arrays::read(path).unwrap() {
        Arrays::One(array) => array,
        other => panic!("{}: not one array: {other:?}", path.display()),
    }
}

#[test]
fn digits_have_the_reference_interpreters_bits() {
    let folder = tempfile::tempdir().unwrap();
    let written = folder.path().join("y.npy");
    for (core, target) in [("m4", "portable"), ("m4", "m4"), ("m0", "portable"), ("m0", "m0")] {
        let plan = convert(&folder, target);
        for set in ["", "edge_"] {
            let inputs = digits(&format!("goldens/{set}inputs.npy"));
            let [inputs, y] = [&inputs, &written].map(|path| path.to_str().unwrap());
            if told(&["run", &plan, "--input", inputs, "--output", y, "--on", core]).is_none() {
                return;
            }
            let golden = array(&digits(&format!("goldens/{set}outputs.npy")));
            assert_eq!(array(&written).bytes(), golden.bytes(), "{set}digits packed for {target} on {core}");
        }
    }
}

#[test]
fn run_1_and_run_10_count_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let plan = convert(&folder, "m4");
    let count = |runs: &str| {
        let report = json(&["bench", &plan, "--on", "m4", "--runs", runs])?;
        Some((report["instructions"].as_u64().unwrap(), report["load_instructions"].as_u64().unwrap()))
    };
    let Some(one) = count("1") else { return };
    assert_eq!(Some(one), count("10"));
    assert!(one.1 < one.0);
}

#[test]
fn bench_has_the_keys_that_scripts_rely_on() {
    let folder = tempfile::tempdir().unwrap();
    let plan = convert(&folder, "m0");
    let input = digits("goldens/inputs.npy");
    let host = json(&["bench", &plan, "--runs", "3", "--input", input.to_str().unwrap()]).unwrap();
    let latency = |key: &str| host["latency_us"][key].as_f64().unwrap();
    assert!(
        0.0 < latency("min") && latency("min") <= latency("median") && latency("median") <= latency("max")
    );
    assert!(host.get("instructions").is_none() && host.get("text_bytes").is_none());

    let Some(m0) = json(&["bench", &plan, "--on", "m0", "--input", input.to_str().unwrap()]) else { return };
    assert_eq!(m0["machine"], "microbit");
    assert_eq!(m0["arena_bytes"], host["arena_bytes"]);
    assert!(m0.get("latency_us").is_none());
    for key in ["instructions", "load_instructions", "stack_bytes", "text_bytes", "const_bytes"] {
        assert!(m0[key].as_u64().unwrap() > 0, "{key}");
    }
    let (steps, host_steps) = (m0["steps"].as_array().unwrap(), host["steps"].as_array().unwrap());
    assert_eq!(steps.len(), host_steps.len());
    for (i, (step, host)) in steps.iter().zip(host_steps).enumerate() {
        assert_eq!(step["index"], i);
        assert!(step["instructions"].as_u64().unwrap() > 0);
        assert!(host["us"].as_f64().unwrap() >= 0.0);
        for key in ["op", "kernel", "macs"] {
            assert!(!step[key].is_null() && step[key] == host[key], "{key} of step {i}");
        }
    }
    let steps: u64 = steps.iter().map(|step| step["instructions"].as_u64().unwrap()).sum();
    let all = m0["instructions"].as_u64().unwrap();
    assert!(steps < all && steps * 10 > all * 9, "steps {steps} of {all}");
}

#[test]
fn a_table_of_a_bench_says_what_a_multiplication_costs() {
    let folder = tempfile::tempdir().unwrap();
    let Some(table) = told(&["bench", &convert(&folder, "m4"), "--on", "m4"]) else { return };
    for words in ["per MAC", "share", "CONV_2D", "instructions", "arena", "stack", "mps2-an386"] {
        assert!(table.contains(words), "{words} in {table}");
    }
}

#[test]
fn a_profile_adds_up() {
    let folder = tempfile::tempdir().unwrap();
    let plan = convert(&folder, "m4");
    let Some(profile) = json(&["profile", &plan, "--on", "m4"]) else { return };
    for figure in ["instructions", "load_instructions", "store_instructions", "cycles"] {
        let steps = profile["steps"].as_array().unwrap().iter().map(|step| step[figure].as_u64().unwrap());
        let (sum, all) = (steps.sum::<u64>(), profile[figure].as_u64().unwrap());
        assert!(sum < all && all < sum + sum / 20, "{figure}: {sum} of {all}");
    }
    assert!(profile["cycles"].as_u64() > profile["instructions"].as_u64());
}

#[test]
fn a_damaged_plan_is_refused_before_it_is_measured() {
    let folder = tempfile::tempdir().unwrap();
    let plan = convert(&folder, "m4");
    let mut bytes = std::fs::read(&plan).unwrap();
    bytes[30] ^= 1;
    std::fs::write(&plan, bytes).unwrap();
    let output = midge(&["bench", &plan, "--on", "m4"]);
    assert_eq!(output.status.code(), Some(3));
    assert!(String::from_utf8_lossy(&output.stderr).contains("damaged"), "{output:?}");
}

#[test]
fn a_missing_tool_is_named_with_the_command_that_installs_it() {
    let folder = tempfile::tempdir().unwrap();
    let plan = convert(&folder, "m4");
    let y = folder.path().join("y.npy");
    let inputs = digits("goldens/inputs.npy");
    let [inputs, y] = [&inputs, &y].map(|path| path.to_str().unwrap());
    let calls: [&[&str]; 2] =
        [&["bench", &plan, "--on", "m4"], &["run", &plan, "--on", "m4", "--input", inputs, "--output", y]];
    for call in calls {
        let output =
            Command::new(env!("CARGO_BIN_EXE_midge")).args(call).env("PATH", folder.path()).output().unwrap();
        let errors = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(4), "{errors}");
        let command = if cfg!(target_os = "macos") {
            "brew install qemu"
        } else {
            "sudo apt-get install qemu-system-arm"
        };
        assert!(errors.contains(command), "{errors}");
        assert!(output.stdout.is_empty());
    }
}

#[cfg(unix)]
#[test]
fn a_missing_target_is_named_with_the_command_that_installs_it() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let path = std::env::var_os("PATH").unwrap();
    let Some(qemu) =
        std::env::split_paths(&path).map(|dir| dir.join("qemu-system-arm")).find(|p| p.is_file())
    else {
        return println!("skipped: no qemu-system-arm");
    };
    // A toolchain that has no target but its own: its libraries for others would be where nothing is.
    let folder = tempfile::tempdir().unwrap();
    let rustc = folder.path().join("rustc");
    symlink(qemu, folder.path().join("qemu-system-arm")).unwrap();
    std::fs::write(&rustc, "#!/bin/sh\necho /nowhere/lib/rustlib/$4/lib\n").unwrap();
    std::fs::set_permissions(&rustc, PermissionsExt::from_mode(0o755)).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_midge"))
        .args(["bench", &convert(&folder, "m4"), "--on", "m4"])
        .env("PATH", folder.path())
        .env("CARGO_TARGET_DIR", folder.path()) // nothing is built there
        .output()
        .unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(4), "{errors}");
    assert!(errors.contains("rustup target add thumbv7em-none-eabihf"), "{errors}");
}

#[test]
fn an_unknown_core_is_a_wrong_command_line() {
    let folder = tempfile::tempdir().unwrap();
    let output = midge(&["bench", &convert(&folder, "m4"), "--on", "z80"]);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.code() == Some(2) && errors.contains("m4"), "{errors}");
}

#[test]
fn a_firmware_of_a_model_is_measured_part_by_part() {
    let folder = tempfile::tempdir().unwrap();
    let plan = convert(&folder, "m0");
    let Some(size) = json(&["size", &plan, "--on", "m0"]) else { return };
    let number = |key: &str| size[key].as_u64().unwrap();
    assert_eq!((&size["board"]["name"], &size["fits"]), (&Value::from("microbit"), &Value::from(true)));
    assert_eq!(number("flash_used"), number("text_bytes") + number("const_bytes"));
    assert_eq!(number("ram_used"), number("data_bytes") + number("bss_bytes") + number("arena_bytes"));
    assert!(number("flash_used") < 64 << 10 && number("ram_used") < 8 << 10, "{size}");
    assert!(midge(&["size", &plan]).status.code() == Some(2), "which core?");
}

#[test]
fn a_firmware_that_does_not_fit_ends_with_1() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("firmware.elf");
    let size = |text, bss, board| {
        std::fs::write(&path, elf(text, bss)).unwrap();
        midge(&["size", path.to_str().unwrap(), "--board", board])
    };
    assert_eq!(size(128 << 10, 8 << 10, "stm32vldiscovery").status.code(), Some(0));
    for (text, bss, words) in
        [((128 << 10) + 1, 0, "1 bytes more flash"), (4, (8 << 10) + 16, "16 bytes more RAM")]
    {
        let output = size(text, bss, "stm32vldiscovery");
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.code() == Some(1) && errors.contains(words), "{errors}");
        let table = String::from_utf8_lossy(&output.stdout);
        assert!(table.contains(".text") && table.contains("stm32vldiscovery"), "{table}");
    }
    assert_eq!(size(4, 4, "toaster").status.code(), Some(2));
    std::fs::write(&path, b"no firmware").unwrap();
    assert_eq!(midge(&["size", path.to_str().unwrap(), "--board", "microbit"]).status.code(), Some(3));
}

const RECIPE: &str = r#"
epochs = 1
batch = 32
[model]
layers = [{ conv = { channels = 4, size = 3 } }, "relu", "flatten", { linear = 10 }]
[data]
kind = "npz"
path = "test.npz"
shape = [1, 8, 8]
test = "share 0.5"
"#;

#[test]
fn every_example_of_the_help_runs() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let [m0, m4] =
        ["thumbv6m-none-eabi", "thumbv7em-none-eabi"].map(|target| format!("target/{target}/release"));
    for inner in ["src", "tests", &m0, &m4, ".local/share/bash-completion/completions"] {
        std::fs::create_dir_all(at(inner)).unwrap();
    }
    let copy = |from: &str, to: &[&str]| {
        for to in to {
            std::fs::copy(digits(from), at(to)).unwrap();
        }
    };
    copy("digits.tflite", &["kws.tflite", "before.tflite", "after.tflite", "int8.tflite"]);
    copy("digits_float.tflite", &["kws_float.tflite", "float.tflite"]);
    let Arrays::Named(test) = Arrays::read(&digits("goldens/test.npz")).unwrap() else { panic!("no arrays") };
    for (name, file) in [("x", "features.npy"), ("y", "labels.npy")] {
        let (_, array) = test.iter().find(|(n, _)| n == name).unwrap();
        std::fs::write(at(file), array.npy()).unwrap();
    }
    copy("goldens/test.npz", &["test.npz"]);
    copy("goldens/calibration.npz", &["some.npz"]);
    copy("digits_float.tflite", &["digits_float.tflite"]);
    for digit in 0..10 {
        let class = at("photos").join(digit.to_string());
        std::fs::create_dir_all(&class).unwrap();
        let file = std::fs::File::create(class.join("a.png")).unwrap();
        let mut writer = png::Encoder::new(file, 10, 10).write_header().unwrap();
        writer.write_image_data(&[25 * digit; 100]).unwrap();
    }
    std::fs::copy(at("photos/7/a.png"), at("photo.png")).unwrap();
    for folder in ["recordings/0", "recordings/1", "sounds", "old"] {
        std::fs::create_dir_all(at(folder)).unwrap();
    }
    for sound in ["seven.wav", "recordings/0/a.wav", "recordings/1/a.wav"] {
        tone(&at(sound), 400.0, 6000);
    }
    std::fs::write(at("x.csv"), "a,b,label\n1,2,0\n3,4,1\n").unwrap();
    copy("goldens/test.npz", &["sounds/test.npz"]);
    std::fs::write(at("recipe.toml"), RECIPE).unwrap();
    let [recipe, data, save] = [at("recipe.toml"), at("sounds"), at("checkpoints")];
    let [recipe, data, save] = [&recipe, &data, &save].map(|path| path.to_str().unwrap());
    let sounds = at("sounds.midge");
    told(&["train", recipe, "--data", data, "--save-dir", save, "-o", sounds.to_str().unwrap()]).unwrap();
    for to in ["old/last.midge", "base.midge"] {
        std::fs::copy(at("checkpoints/last.midge"), at(to)).unwrap();
    }
    std::fs::write(at("net.onnx"), onnx(["1", "3", "h", "w"])).unwrap();
    for name in ["spoken.onnx", "causal.onnx"] {
        std::fs::write(at(name), onnx(["1", "1", "36", "13"])).unwrap();
    }
    std::fs::write(at(&m0).join("blinky"), elf(4, 4)).unwrap();
    std::fs::write(at(&m4).join("blink"), image(0x0800_0000)).unwrap();
    std::fs::write(at("blink.elf"), image(0)).unwrap();
    for plan in ["kws.midge", "kws-m4.midge", "digits.midge"] {
        told(&["convert", at("kws.tflite").to_str().unwrap(), "-o", at(plan).to_str().unwrap()]).unwrap();
    }
    let help = |arguments: &[&str]| told(&[arguments, &["--help"]].concat()).unwrap();
    let main = help(&[]);
    let verbs =
        main.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    let verbs = verbs.filter_map(|line| line.split_whitespace().next()).filter(|verb| *verb != "help");
    let pages = verbs.map(|verb| help(&[verb])).chain([main.clone()]);
    let examples: Vec<_> = pages
        .flat_map(|page| {
            page.lines().filter(|line| line.starts_with("  midge ")).map(str::to_owned).collect::<Vec<_>>()
        })
        .collect();
    assert!(examples.len() > 30, "{examples:?}");
    let folders = [Path::new(env!("CARGO_BIN_EXE_midge")).parent().unwrap().to_owned()];
    let path = std::env::split_paths(&std::env::var_os("PATH").unwrap()).collect::<Vec<_>>();
    let path = std::env::join_paths(folders.into_iter().chain(path)).unwrap();
    for example in examples {
        let mut shell = Command::new("sh");
        let shell = shell
            .args(["-c", example.trim()])
            .current_dir(folder.path())
            .env("PATH", &path)
            .env("HOME", folder.path());
        let output = shell.output().unwrap();
        let errors = String::from_utf8_lossy(&output.stderr);
        match output.status.code() {
            Some(0) => (),
            Some(4) => println!("skipped: {}", errors.trim()),
            // models that differ
            Some(1) if example.starts_with("  midge diff") => (),
            code => panic!("{example}: {code:?} {errors}"),
        }
    }
}

/// The digits' network that looks back only, with the answers of the host, for a fifth of its window's instructions.
#[test]
fn a_chip_streams_for_a_fifth_of_the_instructions() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (model, rows) = (digits("../stream/spoken.onnx"), path("x.npy"));
    let (model, whole, streams) = (model.to_str().unwrap(), path("whole.midge"), path("streams.midge"));
    told(&["convert", model, "-o", &whole, "--target", "m4"]).unwrap();
    told(&["convert", model, "-o", &streams, "--target", "m4", "--stream"]).unwrap();
    let count = |plan: &str| Some(json(&["bench", plan, "--on", "m4"])?["instructions"].as_u64().unwrap());
    let Some((all, new)) = count(&whole).zip(count(&streams)) else { return };
    println!("{new} instructions of a run, {all} of its window");
    assert!(new * 5 <= all, "{new} of {all}");
    let frames: Vec<f32> = (0..25 * 26).map(|i| (i * 7919 % 409) as f32 / 20.0 - 10.0).collect();
    std::fs::write(&rows, Array::new(&[25, 1, 1, 2, 13], &frames).unwrap().npy()).unwrap();
    let answers = ["m4", "host"].map(|machine| {
        let y = path("y.npy");
        told(&["run", &streams, "--input", &rows, "--output", &y, "--keep-state", "--on", machine]).unwrap();
        array(Path::new(&y)).bytes().to_vec()
    });
    assert_eq!(answers[0], answers[1]);
}

#[test]
fn halves_answer_alike_on_cores_with_and_without_them() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (model, float, half) = (digits("digits_float.tflite"), path("float.midge"), path("half.midge"));
    for (activations, out) in [("f32", &float), ("f16", &half)] {
        told(&["quantize", model.to_str().unwrap(), "--activations", activations, "-o", out]).unwrap();
    }
    let inputs = digits("goldens/float_rows.npy");
    let run = |model: &str, y: &str, on: &[&str]| {
        let y = path(y);
        let call = ["run", model, "--input", inputs.to_str().unwrap(), "--output", &y];
        told(&[&call[..], on].concat())?;
        Some(array(Path::new(&y)).floats())
    };
    let host = run(&float, "host.npy", &[]).unwrap();
    let halves = run(&half, "half.npy", &[]).unwrap();
    let greatest = host.iter().fold(0f64, |most, x| most.max(x.abs()));
    assert!(host.iter().zip(&halves).all(|(x, y)| (x - y).abs() <= 1e-2 * greatest), "{host:?} {halves:?}");
    let best = |row: &[f64]| (0..10).max_by(|a, b| row[*a].total_cmp(&row[*b]));
    assert!(host.chunks(10).map(best).eq(halves.chunks(10).map(best)) && host.len() >= 50);
    for core in ["m4", "m33", "rv32"] {
        let Some(emulated) = run(&half, "emulated.npy", &["--on", core]) else { continue };
        assert_eq!(emulated, halves, "{core}");
    }
}

/// A tone that fades.
fn tone(path: &Path, frequency: f64, samples: u32) {
    let spec = hound::WavSpec {
        channels: 1,
        sample_rate: 8000,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    let mut writer = hound::WavWriter::create(path, spec).unwrap();
    for n in 0..samples {
        let (t, loud) = (f64::from(n) / 8000.0, 9000.0 * (-f64::from(n) / 400.0).exp());
        writer.write_sample((loud * (std::f64::consts::TAU * frequency * t).sin()) as i16).unwrap();
    }
    writer.finalize().unwrap();
}

#[test]
fn a_chip_hears_what_the_host_does() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (plan, tones) = (path("heard.midge"), folder.path().join("tones"));
    for (class, frequency) in [300.0, 700.0, 1900.0].into_iter().enumerate() {
        let class = tones.join(class.to_string());
        std::fs::create_dir_all(&class).unwrap();
        for samples in [700, 1152, 2500] {
            tone(&class.join(format!("{samples}.wav")), frequency, samples);
        }
    }
    let tones = tones.to_str().unwrap();
    // the model of digits takes 8 frames of 8 features for an image: as bytes, and as floats
    let steps = "rate 8000, length 1200, mfcc 256/128/256 20 60-4000 8, mean 20 0 0 1 0 0 0 -1, std 5";
    for (model, core) in [("digits.tflite", "m4"), ("digits_float.tflite", "m4")] {
        let model = digits(model);
        told(&["convert", model.to_str().unwrap(), "-o", &plan, "--preprocess", steps]).unwrap();
        let run = |to: &str, on: &[&str]| {
            told(&[&["run", &plan, "--input", tones, "--output", to][..], on].concat())
                .map(|_| array(to.as_ref()))
        };
        let host = run(&path("host.npy"), &[]).unwrap();
        let Some(chip) = run(&path("chip.npy"), &["--on", core]) else { return };
        assert!(host.bytes()[..10] != host.bytes()[30..40], "all alike");
        assert_eq!(chip, host, "{core}");
        let score = |on: &[&str]| json(&[&["eval", &plan, "--data", tones], on].concat()).unwrap();
        assert_eq!(score(&["--on", core]), score(&[]), "{core}");
    }
}

/// 50 recordings of the test's through the model that was trained for them.
#[test]
fn a_chip_hears_digits_as_the_host_does() {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let data = std::env::var_os("MIDGE_DATA").map_or_else(beside, PathBuf::from).join("fsdd/recordings");
    if !data.exists() {
        println!("skipped: fsdd is not among the shared data (MIDGE_DATA)");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (some, plan) = (path("some"), digits("../../models/spoken-digits/spoken-digits.midge"));
    for digit in 0..10 {
        let class = Path::new(&some).join(digit.to_string());
        std::fs::create_dir_all(&class).unwrap();
        for (n, speaker) in ["george", "jackson", "lucas", "nicolas", "theo"].into_iter().enumerate() {
            let name = format!("{digit}_{speaker}_{n}.wav");
            std::fs::copy(data.join(&name), class.join(&name)).unwrap();
        }
    }
    let run = |to: &str, on: &[&str]| {
        let call = ["run", plan.to_str().unwrap(), "--input", &some, "--output", to];
        told(&[&call[..], on].concat()).map(|_| array(to.as_ref()))
    };
    let host = run(&path("host.npy"), &[]).unwrap();
    let Some(chip) = run(&path("chip.npy"), &["--on", "m4"]) else { return };
    assert_eq!((host.shape()[0], chip), (50, host));
    let score = json(&["eval", plan.to_str().unwrap(), "--data", &some]).unwrap();
    assert!(score["accuracy"].as_f64().unwrap() > 0.95, "{score}");
}

#[test]
fn an_onnx_model_is_quantized_in_the_shape_that_is_given() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (model, data, out) = (path("net.onnx"), path("x.npy"), path("net.midge"));
    std::fs::write(&model, onnx(["1", "3", "h", "w"])).unwrap();
    let numbers: Vec<f32> = (0..5 * 48).map(|i| (i * 37 % 101) as f32 / 10.0 - 5.0).collect();
    std::fs::write(&data, Array::new(&[5, 1, 3, 4, 4], &numbers).unwrap().npy()).unwrap();
    let call = ["quantize", &model, "--calibrate", &data, "-o", &out];
    assert_eq!(midge(&call).status.code(), Some(3));
    let made = json(&[&call[..], &["--shape", "image=1,3,4,4"]].concat()).unwrap();
    assert!(made["floats"] == Value::Array(vec![]) && made["snr_db"].as_f64().unwrap() > 40.0, "{made}");
}

/// An ONNX model: the rectified image, of these extents, of which names are left open.
fn onnx(extents: [&str; 4]) -> Vec<u8> {
    let field = |number: u8, bytes: &[u8]| [&[number << 3 | 2, bytes.len() as u8], bytes].concat();
    let number = |number: u8, value: u8| vec![number << 3, value];
    let extents = extents.map(|extent| {
        let known = extent.parse().map(|extent| number(1, extent));
        field(1, &known.unwrap_or_else(|_| field(2, extent.as_bytes())))
    });
    let tensor = field(1, &[number(1, 1), field(2, &extents.concat())].concat());
    let port = |name: &[u8]| [field(1, name), field(2, &tensor)].concat();
    let node = [field(1, b"image"), field(2, b"y"), field(4, b"Relu")].concat();
    let graph =
        [field(1, &node), field(2, b"net"), field(11, &port(b"image")), field(12, &port(b"y"))].concat();
    [number(1, 8), field(8, &number(2, 17)), field(7, &graph)].concat()
}

/// A 32-bit Arm ELF with a segment of four bytes at an address.
fn image(at: u32) -> Vec<u8> {
    let mut file = b"\x7fELF\x01\x01\x01\0\0\0\0\0\0\0\0\0".to_vec();
    file.extend([2u16, 40].iter().flat_map(|half| half.to_le_bytes())); // executable, Arm
    file.extend([1, at, 52, 0, 0].iter().flat_map(|word: &u32| word.to_le_bytes()));
    file.extend([52u16, 32, 1, 40, 0, 0].iter().flat_map(|half| half.to_le_bytes()));
    // LOAD, readable and executable
    file.extend([1, 84, at, at, 4, 4, 5, 4, 0].iter().flat_map(|word: &u32| word.to_le_bytes()));
    file
}

/// A 32-bit Arm ELF with `.text` and `.bss` of these lengths: header, the names of its sections, their table.
fn elf(text: u32, bss: u32) -> Vec<u8> {
    const NAMES: &[u8] = b"\0.text\0.bss\0.shstrtab\0";
    const HEADER: u32 = 52;
    let names_at = HEADER + text;
    let table_at = (names_at + NAMES.len() as u32).next_multiple_of(4);
    let mut file = b"\x7fELF\x01\x01\x01\0\0\0\0\0\0\0\0\0".to_vec();
    file.extend([2u16, 40].iter().flat_map(|half| half.to_le_bytes())); // executable, Arm
    file.extend([1u32, 0, 0, table_at, 0].iter().flat_map(|word| word.to_le_bytes()));
    file.extend([52u16, 0, 0, 40, 4, 3].iter().flat_map(|half| half.to_le_bytes()));
    file.resize(names_at as usize, 0);
    file.extend(NAMES);
    file.resize(table_at as usize, 0);
    let sections: [[u32; 10]; 4] = [
        [0; 10],
        [1, 1, 0b110, 0, HEADER, text, 0, 0, 4, 0], // PROGBITS, ALLOC | EXECINSTR
        [7, 8, 0b011, 0x2000_0000, names_at, bss, 0, 0, 4, 0], // NOBITS, ALLOC | WRITE
        [12, 3, 0, 0, names_at, NAMES.len() as u32, 0, 0, 1, 0], // STRTAB
    ];
    file.extend(sections.iter().flatten().flat_map(|word| word.to_le_bytes()));
    file
}
