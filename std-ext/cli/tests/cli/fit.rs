//! `midge chips` and `midge fit`: what they know of chips, and what they predict, with no emulator on the PATH.

use std::process::{Command, Stdio};

use crate::desk::{Desk, digits, json, midge, told};

#[test]
fn chips_are_found_by_a_part_of_their_names() {
    let found = json(["chips", "nrf52840"]);
    let names: Vec<_> =
        found["chips"].as_array().unwrap().iter().map(|chip| chip["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["nrf52840-dk", "nRF52840_xxAA"]);
    assert_eq!(found["chips"][1]["flash"]["bytes"], 1 << 20);
    let told = midge(["chips", "stm32f4"]);
    assert!(told.out.lines().count() > 100 && told.out.contains("STM32F405RG"), "{}", told.out);
    let none = midge(["chips", "toaster"]);
    assert_eq!((none.code, none.out.as_str()), (2, ""));
    assert!(none.err.contains("no chip or board \"toaster\" is known; the nearest are"), "{}", none.err);
}

#[test]
fn a_model_is_held_against_a_chip() {
    let model = digits("digits.tflite");
    let fit = json(["fit", &model, "--chip", "stm32f405rgt6"]);
    assert_eq!((&fit["fits"], &fit["chip"]["name"]), (&true.into(), &"STM32F405RG".into()));
    let number = |key: &str| fit[key].as_u64().unwrap();
    assert_eq!(fit["flash"]["need"], number("code_bytes") + number("model_bytes"));
    assert_eq!(fit["ram"]["need"], number("arena_bytes") + number("stack_bytes"));
    assert_eq!((&fit["flash"]["have"], &fit["ram"]["have"]), (&(1 << 20).into(), &(128 << 10).into()));
    let latency = |fit: &serde_json::Value| fit["latency_ms"].as_f64().unwrap();
    let slow = json(["fit", &model, "--board", "STM32F405RG", "--clock", "16.8"]);
    assert!((latency(&slow) / latency(&fit) - 10.0).abs() < 1e-6, "{slow}");
    for chip in ["stm32f103c8", "esp32c3"] {
        let fit = json(["fit", &model, "--chip", chip]);
        assert!(
            fit["fits"] == true && fit["code_bytes"].as_u64() > Some(10_000) && latency(&fit) > 0.1,
            "{fit}"
        );
    }
    // the same plan, packed before
    let desk = Desk::new();
    let plan = desk.path("m4.midge");
    assert_eq!(midge(["convert", &model, "--target", "m4", "-o", &plan]).code, 0);
    let again = json(["fit", &plan, "--chip", "stm32f405rg"]);
    assert_eq!(
        (&again["flash"], &again["ram"], &again["cycles"]),
        (&fit["flash"], &fit["ram"], &fit["cycles"])
    );
}

#[test]
fn what_does_not_fit_exits_1_and_says_what_would() {
    let told = midge(["fit", &digits("digits.tflite"), "--chip", "STM32F030F4"]);
    assert_eq!(told.code, 1, "{}", told.err);
    assert!(told.out.contains("fits          no"), "{}", told.out);
    assert!(told.err.contains("bytes more flash than STM32F030F4 has"), "{}", told.err);
    assert!(told.err.contains("--all-chips"), "{}", told.err);
    let all = json(["fit", &digits("digits.tflite"), "--all-chips"]);
    let classes = all["classes"].as_array().unwrap();
    let memory = |class: &serde_json::Value| {
        class["flash_bytes"].as_u64().unwrap() + class["ram_bytes"].as_u64().unwrap()
    };
    assert!(classes.len() > 20 && classes.is_sorted_by_key(memory), "{}", classes.len());
    assert!(classes.iter().all(|class| memory(class) > 25_000));
}

#[test]
fn a_chip_that_is_not_known_gets_names_that_are() {
    let model = digits("digits.tflite");
    let cases = [
        ("nrf52480", "the nearest are nRF52840_xxAA"),
        ("stm32f4", "is the start of"),
        ("CH32V003F4U6", "no firmware for the core"),
    ];
    for (name, hint) in cases {
        let told = midge(["fit", &model, "--chip", name]);
        assert_eq!((told.code, told.out.as_str()), (2, ""), "{name}");
        assert!(told.err.contains(hint), "{name}: {}", told.err);
    }
    for wrong in [
        vec!["fit", &model],
        vec!["fit", &model, "--chip", "pico", "--clock", "fast"],
        vec!["fit", &model, "--chip", "pico", "--target", "m4"],
    ] {
        assert_eq!(midge(&wrong).code, 2, "{wrong:?}");
    }
    assert_eq!(midge(["fit", "no.tflite", "--chip", "pico"]).code, 3);
}

#[test]
fn nothing_is_run_to_predict() {
    let mut midge = Command::new(env!("CARGO_BIN_EXE_midge"));
    midge.args(["fit", &digits("digits.tflite"), "--chip", "qemu-m4"]).env("PATH", "").stdin(Stdio::null());
    let told = told(midge.output().unwrap());
    assert_eq!(told.code, 0, "{}", told.err);
}
