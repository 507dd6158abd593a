//! What this machine has: its processor, memory, interfaces to GPUs, and the tools that Midge calls.

mod gpu;

use std::path::Path;
use std::process::{Command, Stdio};

use serde::Serialize;
use sysinfo::{CpuRefreshKind, MemoryRefreshKind, RefreshKind};

pub use gpu::Gpu;

/// A machine, as it was found.
#[derive(Clone, Debug, Serialize)]
pub struct System {
    /// Its processor.
    pub cpu: Cpu,
    /// Its memory.
    pub memory: Ram,
    /// Interfaces to GPUs, those that are not there among them.
    pub gpu: Vec<Gpu>,
    /// Tools that Midge calls, those that are not there among them.
    pub tools: Vec<Tool>,
}

/// A processor.
#[derive(Clone, Debug, Serialize)]
pub struct Cpu {
    /// Its maker's name for it; empty where the system does not tell.
    pub name: String,
    /// Its instruction set.
    pub arch: &'static str,
    /// Cores, where the system tells.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cores: Option<usize>,
    /// Threads that run at once.
    pub threads: usize,
    /// Instructions on vectors that it has, by Rust's names.
    pub simd: Vec<&'static str>,
}

/// Memory.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Ram {
    /// All of it.
    pub total_bytes: u64,
    /// What a program can get.
    pub available_bytes: u64,
}

/// A program.
#[derive(Clone, Debug, Serialize)]
pub struct Tool {
    /// Its name.
    pub name: &'static str,
    /// What Midge calls it for.
    pub purpose: &'static str,
    /// What it says of its version; none where it cannot be started.
    pub version: Option<String>,
    /// The command that installs it.
    #[serde(skip)]
    pub install: &'static str,
}

impl System {
    /// Looks at this machine. Programs are asked for their versions, nothing is loaded.
    pub fn look() -> System {
        let wanted = RefreshKind::nothing()
            .with_cpu(CpuRefreshKind::nothing())
            .with_memory(MemoryRefreshKind::nothing().with_ram());
        let system = sysinfo::System::new_with_specifics(wanted);
        let cpus = system.cpus();
        System {
            cpu: Cpu {
                name: cpus.first().map(|cpu| cpu.brand().trim().to_owned()).unwrap_or_default(),
                arch: std::env::consts::ARCH,
                cores: sysinfo::System::physical_core_count(),
                threads: cpus.len(),
                simd: simd(),
            },
            memory: Ram { total_bytes: system.total_memory(), available_bytes: system.available_memory() },
            gpu: gpu::look(Path::new("/")),
            tools: TOOLS.iter().map(tool).collect(),
        }
    }

    /// What would be of use here.
    pub fn advice(&self) -> Vec<String> {
        let missing = self.tools.iter().filter(|tool| tool.version.is_none());
        let mut lines: Vec<_> = missing
            .map(|Tool { name, purpose, install, .. }| format!("{name}, for {purpose}: {install}"))
            .collect();
        if self.memory.available_bytes < SCARCE {
            lines.push("less than 1 GiB of memory is free: train with small batches".into());
        }
        if self.gpu.iter().any(|gpu| !gpu.found.is_empty()) {
            lines.push("GPUs are not used: everything is computed on the processor".into());
        }
        if lines.is_empty() {
            lines.push("nothing is missing".into());
        }
        lines
    }
}

/// Less memory than this is worth a word.
const SCARCE: u64 = 1 << 30;

macro_rules! detected {
    ($has:ident: $($feature:tt)*) => {
        [$(($feature, std::arch::$has!($feature))),*].into_iter().filter(|(_, has)| *has).map(|(name, _)| name).collect()
    };
}

/// What the processor says of itself; of others than these nothing.
fn simd() -> Vec<&'static str> {
    #[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
    return detected!(is_x86_feature_detected: "sse2" "ssse3" "sse4.1" "sse4.2" "avx" "avx2" "fma" "f16c" "avxvnni" "avx512f"
        "avx512bw" "avx512vl" "avx512vnni" "avx512bf16");
    #[cfg(target_arch = "aarch64")]
    return detected!(is_aarch64_feature_detected: "neon" "fp16" "dotprod" "i8mm" "bf16" "sve" "sve2");
    #[cfg(not(any(target_arch = "x86", target_arch = "x86_64", target_arch = "aarch64")))]
    return Vec::new();
}

/// Name, purpose, and what installs it: `midge run --on` asks for the first four.
const TOOLS: &[(&str, &str, &str)] = &[
    ("qemu-system-arm", "emulated Cortex-M", "sudo apt-get install qemu-system-arm"),
    ("qemu-system-riscv32", "emulated RISC-V", "sudo apt-get install qemu-system-misc"),
    ("qemu-aarch64", "emulated aarch64", "sudo apt-get install qemu-user"),
    ("qemu-arm", "emulated armv7", "sudo apt-get install qemu-user"),
    ("cargo", "firmware", "https://rustup.rs"),
];

fn tool((name, purpose, install): &(&'static str, &'static str, &'static str)) -> Tool {
    let told = Command::new(name).arg("--version").stdin(Stdio::null()).output();
    let version = told.ok().filter(|told| told.status.success());
    let version = version.map(|told| version_in(&String::from_utf8_lossy(&told.stdout)));
    let is_brewed = cfg!(target_os = "macos") && name.starts_with("qemu");
    Tool { name, purpose, version, install: if is_brewed { "brew install qemu" } else { install } }
}

/// The version in `QEMU emulator version 7.2.22 (Debian ...)`.
fn version_in(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default();
    let number = line.split_whitespace().find(|word| word.starts_with(|c: char| c.is_ascii_digit()));
    number.unwrap_or(line).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_found_in_what_tools_say() {
        for (text, version) in [
            ("QEMU emulator version 7.2.22 (Debian 1:7.2)\nCopyright", "7.2.22"),
            ("cargo 1.95.0 (f2d3ce0bd 2026-03-21)", "1.95.0"),
            ("something", "something"),
            ("", ""),
        ] {
            assert_eq!(version_in(text), version);
        }
        assert!(tool(&("no-such-tool", "", "")).version.is_none());
    }

    #[test]
    fn what_is_missing_is_named_with_what_installs_it() {
        let mut system = System::look();
        system.memory.available_bytes = SCARCE;
        system.gpu = vec![Gpu { api: "CUDA", found: vec![] }];
        system.tools =
            vec![Tool { name: "ls", purpose: "lists", version: Some("1".into()), install: "get ls" }];
        assert_eq!(system.advice(), ["nothing is missing"]);
        system.memory.available_bytes -= 1;
        system.gpu[0].found.push("one".into());
        system.tools[0].version = None;
        let advice = system.advice();
        assert_eq!(advice[0], "ls, for lists: get ls");
        assert!(advice.len() == 3 && advice[2].starts_with("GPUs are not used"), "{advice:?}");
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn the_machine_is_what_linux_says() {
        let system = System::look();
        let cpuinfo = std::fs::read_to_string("/proc/cpuinfo").unwrap();
        let value = |key: &str| {
            let line =
                cpuinfo.lines().find(|line| line.split(':').next().is_some_and(|k| k.trim() == key))?;
            Some(line.split_once(':')?.1.trim().to_owned())
        };
        assert_eq!(system.cpu.threads, cpuinfo.lines().filter(|line| line.starts_with("processor")).count());
        if let Some(name) = value("model name") {
            assert_eq!(system.cpu.name, name);
        }
        if let Some(flags) = value("flags").or(value("Features")) {
            let flags: Vec<_> = flags.split(' ').collect();
            // Linux' names of those that it calls otherwise
            let linux = |feature: &str| match feature {
                "sse4.1" | "sse4.2" => feature.replace('.', "_"),
                "avxvnni" => "avx_vnni".into(),
                "avx512vnni" => "avx512_vnni".into(),
                "avx512bf16" => "avx512_bf16".into(),
                "neon" => "asimd".into(),
                "fp16" => "asimdhp".into(),
                "dotprod" => "asimddp".into(),
                other => other.into(),
            };
            assert!(system.cpu.simd.iter().all(|feature| flags.contains(&linux(feature).as_str())));
            for feature in ["avx2", "fma", "avx512f", "sve"] {
                assert_eq!(system.cpu.simd.contains(&feature), flags.contains(&feature), "{feature}");
            }
        }
        let meminfo = std::fs::read_to_string("/proc/meminfo").unwrap();
        let total = meminfo.lines().find_map(|line| line.strip_prefix("MemTotal:")).unwrap();
        let kib: u64 = total.trim().trim_end_matches(" kB").parse().unwrap();
        assert_eq!(system.memory.total_bytes, kib << 10);
        assert!((1..=kib << 10).contains(&system.memory.available_bytes));
    }
}
