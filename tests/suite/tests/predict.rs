//! What is predicted of plans, against what was measured: the budgets, and networks that no table saw.
#![expect(clippy::unwrap_used, reason = "tests")]

use midge_compiler::custom::Custom;
use midge_compiler::{Optimize, Options, Target, compile, convert};
use midge_core::Plan;
use midge_probe::predict::{Effort, efforts, footing};
use midge_runtime::emulated::{self, EmulatedError, Request};
use midge_runtime::file::File;
use midge_runtime::ports::Ports;
use midge_suite::models::{data, root};
use midge_suite::networks::network;

/// The budgets' models: name and file, and whether it is one of MLPerf Tiny's.
const MODELS: [(&str, &str, bool); 6] = [
    ("hello", "tflm/hello_world_int8.tflite", false),
    ("ad", "mlperf-tiny/ad01_int8.tflite", true),
    ("kws", "mlperf-tiny/kws_ref_model.tflite", true),
    ("sww", "mlperf-tiny/str_ww_ref_model.tflite", true),
    ("resnet", "mlperf-tiny/pretrainedResnet_quant.tflite", true),
    ("vww", "mlperf-tiny/vww_96_int8.tflite", true),
];

/// Most that predictions of flash and RAM may be off, in percent.
const MEMORY: f64 = 2.0;

/// Most that predicted instructions may be off, in percent: of MLPerf Tiny's models and of drawn networks.
const INSTRUCTIONS: f64 = 1.0;

/// The cores whose counts drawn networks are compared with.
const CORES: [Target; 6] = [Target::M0, Target::M3, Target::M4, Target::M33, Target::M55, Target::Rv32];

fn off(predicted: f64, measured: f64) -> f64 {
    (predicted / measured - 1.0) * 100.0
}

fn instructions(file: &File, target: Target) -> f64 {
    let efforts = efforts(&file.plan().unwrap(), file.names(), target).unwrap();
    efforts.iter().map(|effort: &Effort| effort.instructions).sum()
}

/// A model packed for a core, if its file is there, and whether it is one of MLPerf Tiny's.
fn packed(model: &str, target: Target, optimize: Optimize) -> Option<(File, bool)> {
    let known = MODELS.iter().find(|(name, ..)| *name == model);
    let path =
        known.map_or_else(|| root().join("tests/digits/digits.tflite"), |(_, path, _)| data().join(path));
    let Ok(bytes) = std::fs::read(&path) else {
        println!("skipped {model}: there is no {}; set MIDGE_DATA", path.display());
        return None;
    };
    let options = Options { target, optimize, ..Options::default() };
    let file = File::from_bytes(&convert(&bytes, &options).unwrap().file).unwrap();
    Some((file, known.is_some_and(|(.., is_tiny)| *is_tiny)))
}

/// What is predicted further off than it may be of measured flash, RAM and instructions.
fn wrong(label: &str, (file, is_tiny): &(File, bool), target: Target, measured: [f64; 3]) -> Vec<String> {
    let found = footing(&file.plan().unwrap(), target).unwrap();
    let predicted = [found.flash() as f64, found.ram() as f64, instructions(file, target)];
    let [flash, ram, counted] = [0, 1, 2].map(|i| off(predicted[i], measured[i]));
    println!("{label:<24} flash {flash:+5.2}% RAM {ram:+5.2}% instructions {counted:+6.2}%");
    let most = if *is_tiny { INSTRUCTIONS } else { f64::INFINITY };
    let checks = [("flash", flash, MEMORY), ("RAM", ram, MEMORY), ("instructions", counted, most)];
    let wrong = checks.iter().filter(|(_, off, most)| off.abs() > *most);
    wrong.map(|(what, off, _)| format!("{label}: {what} {off:+.2}%")).collect()
}

#[test]
fn budgets_are_predicted() {
    let snap = std::fs::read_to_string(root().join("tests/budget.snap")).unwrap();
    let (mut all, mut seen) = (Vec::new(), 0);
    for line in snap.lines().filter(|line| !line.starts_with('#')) {
        let words: Vec<_> = line.split_whitespace().collect();
        let (model, row) = (words[0], words[1]);
        let [text, constants, arena, other, stack, counted, _] =
            *words[2..].iter().map(|word| word.parse::<f64>().unwrap()).collect::<Vec<_>>()
        else {
            panic!("{line}");
        };
        let (core, optimize) = row.split_once('-').unwrap_or((row, "balanced"));
        let target: Target = core.parse().unwrap();
        let Some(packed) = packed(model, target, optimize.parse().unwrap()) else { continue };
        let measured = [text + constants, arena + other + stack, counted];
        all.extend(wrong(&format!("{model} on {row}"), &packed, target, measured));
        seen += 1;
    }
    assert!(seen > 0);
    assert!(all.is_empty(), "{}", all.join("\n"));
}

#[test]
#[ignore = "takes minutes: a firmware is linked for each model on each core"]
fn cores_without_budgets_are_predicted() {
    let say = &mut |line: &str| println!("{line}");
    let mut all = Vec::new();
    for target in [Target::M3, Target::M7, Target::M33, Target::Rv32] {
        for model in ["digits"].into_iter().chain(MODELS.map(|(name, ..)| name)) {
            let Some(packed) = packed(model, target, Optimize::Balanced) else { continue };
            let plan = Plan::parse(packed.0.bytes()).unwrap();
            let (core, input) = (target.to_string(), vec![0; Ports::of(&plan, None).input_bytes()]);
            let request = Request::once(packed.0.bytes(), &input);
            let reply = match emulated::run(&core, &request, say) {
                Err(missing @ EmulatedError::Missing { .. }) => return println!("skipped: {missing}"),
                reply => reply.unwrap(),
            };
            let size = emulated::size(&core, packed.0.bytes(), say).unwrap();
            let ram = size.data_bytes + size.bss_bytes + size.arena_bytes + reply.stack_bytes;
            let flash = size.text_bytes + size.const_bytes;
            let counted = reply.counts.unwrap().runs[0].instructions;
            let measured = [flash, ram, counted].map(|n| n as f64);
            all.extend(wrong(&format!("{model} on {core}"), &packed, target, measured));
        }
    }
    assert!(all.is_empty(), "{}", all.join("\n"));
}

#[test]
fn networks_that_no_table_saw_are_predicted() {
    for target in CORES {
        networks_are_predicted(target);
    }
}

fn networks_are_predicted(target: Target) {
    let options = Options { target, optimize: Optimize::Balanced, ..Options::default() };
    let file =
        |seed| File::from_bytes(&compile(network(seed), &options, &Custom::default()).unwrap().file).unwrap();
    let files: Vec<_> = (1..=10).map(file).collect();
    let zeros = |file: &File| vec![0; Ports::of(&Plan::parse(file.bytes()).unwrap(), None).input_bytes()];
    let inputs: Vec<_> = files.iter().map(zeros).collect();
    let requests: Vec<_> =
        files.iter().zip(&inputs).map(|(file, input)| Request::once(file.bytes(), input)).collect();
    let replies = match emulated::run_all(&target.to_string(), &requests, &mut |line| println!("{line}")) {
        Err(missing @ EmulatedError::Missing { .. }) => return println!("skipped: {missing}"),
        replies => replies.unwrap(),
    };
    for (i, (file, reply)) in files.iter().zip(replies).enumerate() {
        let counted = reply.unwrap().counts.unwrap().runs[0].instructions as f64;
        let off = off(instructions(file, target), counted);
        println!("network {} on {target}: {counted} instructions, predicted {off:+.2}%", i + 1);
        assert!(off.abs() <= INSTRUCTIONS, "network {} on {target}: {off:+.2}%", i + 1);
    }
}

#[test]
fn ready_models_are_predicted_on_every_core() {
    for entry in std::fs::read_dir(root().join("models")).unwrap() {
        let folder = entry.unwrap().path();
        if !folder.is_dir() {
            continue;
        }
        let name = folder.file_name().unwrap().to_str().unwrap();
        let file = File::from_bytes(&std::fs::read(folder.join(format!("{name}.midge"))).unwrap()).unwrap();
        for target in CORES {
            footing(&file.plan().unwrap(), target).unwrap();
            assert!(instructions(&file, target) > 0.0, "{name} on {target}");
        }
    }
}

#[test]
fn what_was_not_measured_is_refused() {
    let digits = std::fs::read(root().join("tests/digits/digits.tflite")).unwrap();
    let file = File::from_bytes(&convert(&digits, &Options::default()).unwrap().file).unwrap();
    let told = footing(&file.plan().unwrap(), Target::X86_64).unwrap_err().to_string();
    assert_eq!(told, "nothing was measured on x86-64");
}
