//! `midge new firmware` and `midge flash`: projects build as they are written, give the golden, and go where chips have flash.

use std::path::Path;
use std::process::Command;

use crate::desk::{Desk, Told, digits, json, midge, told};

/// A program in a project, as a user calls it: the tool is on the PATH. Builds of all projects go to one folder.
fn call(desk: &Desk, project: &str, program: &str, arguments: &[&str]) -> Told {
    let tool = Path::new(env!("CARGO_BIN_EXE_midge")).parent().unwrap().to_owned();
    let path = std::env::var_os("PATH").unwrap();
    let path = std::env::join_paths([tool].into_iter().chain(std::env::split_paths(&path))).unwrap();
    let mut command = Command::new(program);
    command.args(arguments).current_dir(desk.path(project)).env("CARGO_TARGET_DIR", desk.path("target"));
    command.env("PATH", path).env_remove("RUSTFLAGS").env_remove("CARGO_ENCODED_RUSTFLAGS");
    told(command.output().unwrap())
}

fn cargo(desk: &Desk, project: &str, arguments: &[&str]) -> Told {
    call(desk, project, env!("CARGO"), arguments)
}

/// A project for an emulated board, if it can be built and run here.
fn project(desk: &Desk, name: &str, board: &str, qemu: &str) -> bool {
    let model = digits("digits.tflite");
    let made = json(["new", "firmware", &desk.path(name), "--board", board, "--model", &model]);
    let target = made["target"].as_str().unwrap();
    let mut rustc = Command::new("rustc");
    let folder = rustc.args(["--print", "target-libdir", "--target", target]).output().unwrap().stdout;
    let has_target = Path::new(String::from_utf8(folder).unwrap().trim()).is_dir();
    let is_there = has_target && Command::new(qemu).arg("--version").output().is_ok();
    if !is_there {
        println!("skipped: no {qemu}, or no target {target}");
    }
    is_there
}

#[test]
fn a_project_runs_its_golden() {
    let desk = Desk::new();
    if !project(&desk, "blink", "qemu-m4", "qemu-system-arm") {
        return;
    }
    let rows = crate::desk::load(&digits("goldens/inputs.npy"));
    desk.write("blink/input.bin", &rows.bytes()[..3 * 64]);
    let ran = cargo(&desk, "blink", &["run", "--release", "--quiet"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let lines: Vec<_> = ran.out.lines().collect();
    assert!(lines[0].starts_with("INFO  golden: class ") && lines[0].ends_with(", PASS"), "{}", ran.out);
    assert_eq!(lines[1..], ["INFO  class 0", "INFO  class 9", "INFO  class 0"]);
    profiled(&cargo(&desk, "blink", &["run", "--release", "--quiet", "--features", "profile"]));
    // the same without cargo's runner: the project says what it is for
    let flash = call(&desk, "blink", env!("CARGO_BIN_EXE_midge"), &["flash"]);
    assert_eq!((flash.code, &flash.out), (0, &ran.out), "{}", flash.err);
    let host = cargo(&desk, "blink", &["host", "--quiet"]);
    assert!(host.code == 0 && host.out.contains("1 passed"), "{}{}", host.out, host.err);
    flashed(&desk.path("target/thumbv7em-none-eabihf/release/blink"));
    // a bit of the golden that is not so
    let golden = desk.path("blink/golden/output.bin");
    let mut bytes = std::fs::read(&golden).unwrap();
    bytes[3] ^= 1;
    std::fs::write(&golden, bytes).unwrap();
    let failed = cargo(&desk, "blink", &["run", "--release", "--quiet"]);
    assert!(failed.code != 0 && failed.out.contains("FAIL"), "{}", failed.out);
    assert!(failed.err.contains("the firmware ended with 1"), "{}", failed.err);
    std::fs::write(desk.path("blink/src/lib.rs"), "no Rust").unwrap();
    let broken = call(&desk, "blink", env!("CARGO_BIN_EXE_midge"), &["flash", "--dry-run"]);
    assert_eq!((broken.code, broken.out.as_str()), (3, ""));
    assert!(broken.err.contains("cargo does not build ."), "{}", broken.err);
}

#[test]
#[ignore = "takes a minute: the core is built for another machine"]
fn a_project_for_risc_v_runs_its_golden() {
    let desk = Desk::new();
    if project(&desk, "riscy", "qemu-rv32", "qemu-system-riscv32") {
        let ran = cargo(&desk, "riscy", &["run", "--release", "--quiet", "--features", "profile"]);
        assert!(ran.code == 0 && ran.out.contains(", PASS\n"), "{}{}", ran.out, ran.err);
        profiled(&ran);
    }
}

#[test]
#[ignore = "takes minutes: the chip's HAL is built"]
fn a_project_for_a_chip_with_a_boot_loader_is_built() {
    let desk = Desk::new();
    assert_eq!(
        midge(["new", "firmware", &desk.path("c3"), "--chip", "esp32c3", "--model", &desk.plan]).code,
        0
    );
    assert!(!std::fs::exists(desk.path("c3/memory.x")).unwrap());
    let built = cargo(&desk, "c3", &["build", "--release", "--features", "profile"]);
    assert_eq!(built.code, 0, "{}", built.err);
    // no probe writes it, and what is built is not looked at
    let told = midge(["flash", &desk.path("c3"), "--dry-run"]);
    assert!(told.code == 2 && told.err.contains("maker's tool"), "{}", told.err);
}

#[test]
fn cores_with_a_unit_for_floats_use_it() {
    let desk = Desk::new();
    for (chip, target) in [
        ("nrf52840", "thumbv7em-none-eabihf"),
        ("nRF52811_xxAA", "thumbv7em-none-eabi"),
        ("pico2", "thumbv8m.main-none-eabihf"),
        ("GD32VF103CBT6", "riscv32imc-unknown-none-elf"),
    ] {
        let made =
            json(["new", "firmware", &desk.path(chip), "--chip", chip, "--model", &digits("digits.tflite")]);
        assert_eq!(made["target"], target, "{chip}");
    }
    // what a ROM wants to find is there
    let has = |file: &str, words: &str| std::fs::read_to_string(desk.path(file)).unwrap().contains(words);
    assert!(has("pico2/memory.x", ".start_block") && has("pico2/src/main.rs", "0xffff_ded3"));
    assert!(has("pico2/.cargo/config.toml", "\n[target.thumbv8m.main-none-eabihf]\n"));
    assert!(!has("nrf52840/src/main.rs", "{boot}") && !has("nrf52840/memory.x", "SECTIONS"));
}

#[test]
fn a_project_is_written_once_and_whole() {
    let desk = Desk::new();
    let folder = desk.path("blink");
    let new = ["new", "firmware", &folder, "--chip", "nrf52833", "--model", &desk.plan];
    assert_eq!(midge(new).code, 0);
    let memory = std::fs::read_to_string(desk.path("blink/memory.x")).unwrap();
    assert!(memory.contains("FLASH : ORIGIN = 0x00000000, LENGTH = 512K"), "{memory}");
    assert!(memory.contains("RAM   : ORIGIN = 0x20000000, LENGTH = 128K"), "{memory}");
    let config = std::fs::read_to_string(desk.path("blink/.cargo/config.toml")).unwrap();
    assert!(config.contains("[\"probe-rs\", \"run\", \"--chip\", \"nRF52833_xxAA\"]"), "{config}");
    assert_eq!(std::fs::read(desk.path("blink/model.midge")).unwrap(), std::fs::read(&desk.plan).unwrap());

    std::fs::write(desk.path("blink/mine"), "kept").unwrap();
    let again = midge(new);
    assert_eq!(again.code, 2);
    assert!(again.err.contains("is there already"), "{}", again.err);
    let cases: [(&str, &str, &str, i32); 5] = [
        ("9lives", "nrf52833", &desk.plan, 2),
        ("other", "toaster", &desk.plan, 2),
        ("other", "CH32V003F4U6", &desk.plan, 2),
        ("other", "nrf52833", "no.midge", 3),
        ("no/such/folder/../..", "nrf52833", &desk.plan, 2),
    ];
    for (folder, chip, model, code) in cases {
        let told = midge(["new", "firmware", &desk.path(folder), "--chip", chip, "--model", model]);
        assert_eq!(told.code, code, "{folder} {chip} {model}: {}", told.err);
    }
    assert_eq!(desk.files(), ["blink", "digits.midge"]);
}

/// Ticks of steps that make up those of the run.
fn profiled(ran: &Told) {
    assert_eq!(ran.code, 0, "{}", ran.err);
    let ticks = |line: &str| -> Option<u64> { line.strip_suffix(" ticks")?.rsplit(' ').next()?.parse().ok() };
    let mut all: Vec<_> = ran.out.lines().filter_map(ticks).collect();
    assert!(all.len() > 3, "{}", ran.out);
    let (run, sum) = (all.pop().unwrap(), all.iter().sum::<u64>());
    assert!(sum < run && sum * 20 > run * 19, "{}", ran.out);
}

/// A firmware that begins at address 0.
fn flashed(elf: &str) {
    let plan = json(["flash", elf, "--chip", "nrf52840", "--dry-run"]);
    assert_eq!((&plan["flashed"], &plan["segments"][0]["at"]), (&false.into(), &0.into()));
    let all: u64 = plan["segments"].as_array().unwrap().iter().map(|s| s["bytes"].as_u64().unwrap()).sum();
    let size = json(["size", elf, "--board", "mps2-an386"]);
    assert!(size["flash_used"].as_u64().unwrap().abs_diff(all) < 64, "{plan} {size}");
    let elsewhere = midge(["flash", elf, "--chip", "stm32f405rg", "--dry-run"]);
    assert_eq!(elsewhere.code, 3, "{}", elsewhere.err);
    assert!(elsewhere.err.contains("is from 0x08000000 to 0x08100000"), "{}", elsewhere.err);
}

#[test]
fn what_would_be_flashed_is_shown_without_a_probe() {
    let desk = Desk::new();
    let none = midge(["flash", &desk.plan, "--chip", "nrf52833", "--dry-run"]);
    assert_eq!((none.code, none.out.as_str()), (3, ""));
    assert!(none.err.contains("not a firmware"), "{}", none.err);
    assert_eq!(midge(["flash", "no.elf", "--chip", "nrf52833", "--dry-run"]).code, 3);
    assert_eq!(midge(["flash", &desk.plan, "--chip", "toaster"]).code, 2);
    let chipless = midge(["flash", &desk.plan]);
    assert!(chipless.code == 2 && chipless.err.contains("which chip"), "{}", chipless.err);
    let empty = midge(["flash", &desk.path(""), "--chip", "nrf52833"]);
    assert!(empty.code == 2 && empty.err.contains("there is no Cargo.toml"), "{}", empty.err);
    // an ELF with one segment of four bytes at 0
    let mut elf = b"\x7fELF\x01\x01\x01\0\0\0\0\0\0\0\0\0\x02\0\x28\0".to_vec();
    let words = [1, 0, 52, 0, 0, 52 | 32 << 16, 1 | 40 << 16, 0, 1, 84, 0, 0, 4, 4, 5, 4, 0x1234_5678_u32];
    elf.extend(words.iter().flat_map(|word| word.to_le_bytes()));
    let elf = desk.write("tiny.elf", elf);
    let shown = midge(["flash", &elf, "--chip", "nrf52833", "--dry-run"]);
    assert_eq!(shown.code, 0, "{}", shown.err);
    assert!(
        shown.out.contains("4 of 524,288 bytes of the flash of nRF52833_xxAA; nothing was written"),
        "{}",
        shown.out
    );
    // with a probe it would be written
    if midge_probe::probes().is_empty() {
        let told = midge(["flash", &elf, "--chip", "nrf52833"]);
        assert_eq!((told.code, told.out.as_str()), (4, ""), "{}", told.err);
        assert!(told.err.contains("connect a CMSIS-DAP"), "{}", told.err);
    }
}
