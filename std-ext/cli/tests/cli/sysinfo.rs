//! `midge sysinfo`: what it says is what the system says, and what is not there is not found.

use std::process::{Command, Stdio};

use crate::desk::{json, told};

#[test]
fn the_machine_is_what_linux_says_it_is() {
    let system = json(["sysinfo"]);
    let keys = ["cpu", "memory", "gpu", "tools", "probes", "suggestions"];
    assert!(keys.iter().all(|key| system.get(key).is_some()), "{system}");
    let [Ok(cpuinfo), Ok(meminfo)] = ["/proc/cpuinfo", "/proc/meminfo"].map(std::fs::read_to_string) else {
        return println!("skipped: no /proc here");
    };
    assert_eq!(system["cpu"]["threads"], cpuinfo.lines().filter(|l| l.starts_with("processor")).count());
    if let Some(line) = cpuinfo.lines().find(|line| line.starts_with("model name")) {
        assert_eq!(system["cpu"]["name"], line.split_once(':').unwrap().1.trim());
    }
    let total = system["memory"]["total_bytes"].as_u64().unwrap();
    assert!(meminfo.contains(&format!("{} kB", total >> 10)) && total % 1024 == 0, "{meminfo}");
}

#[test]
fn an_opencl_driver_is_listed() {
    let Ok(library) = std::fs::read_to_string("/etc/OpenCL/vendors/pocl.icd") else {
        return println!("skipped: no PoCL here: apt-get install pocl-opencl-icd");
    };
    let system = json(["sysinfo"]);
    let opencl = system["gpu"].as_array().unwrap().iter().find(|gpu| gpu["api"] == "OpenCL").unwrap();
    assert!(library.contains("libpocl"), "{library}");
    assert!(opencl["found"].as_array().unwrap().iter().any(|found| found == library.trim()), "{opencl}");
}

#[test]
fn what_is_not_there_is_not_found() {
    let mut midge = Command::new(env!("CARGO_BIN_EXE_midge"));
    let none = told(midge.arg("sysinfo").env("PATH", "").stdin(Stdio::null()).output().unwrap());
    assert_eq!(none.code, 0, "{}", none.err);
    let line = |name: &str| none.out.lines().find(|line| line.starts_with(name)).unwrap().to_owned();
    for tool in ["qemu-system-arm", "qemu-system-riscv32", "cargo"] {
        assert!(line(tool).ends_with("not found"), "{}", none.out);
    }
    assert!(none.out.contains("suggestion") && none.out.contains("qemu-system-arm, for"), "{}", none.out);
    if cfg!(target_os = "linux") {
        assert!(line("Metal").ends_with("not found"), "{}", none.out);
    }
}
