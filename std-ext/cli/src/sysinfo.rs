//! `midge sysinfo`: what this machine has.

use midge_runtime::system::System;
use serde::Serialize;

use crate::failure::Failure;
use crate::show::Show;
use crate::table::{facts, grouped};

/// Show what this machine has: processor, memory, GPUs, tools, debug probes
#[derive(clap::Args)]
#[command(
    after_help = "GPUs are found by the files that their drivers install. Probes are looked for in builds with the feature `probe`.

Examples:
  midge sysinfo
  midge sysinfo --format json"
)]
pub(crate) struct Args {}

#[derive(Serialize)]
struct Report {
    #[serde(flatten)]
    system: System,
    /// None where this build cannot look for any.
    probes: Option<Vec<String>>,
    suggestions: Vec<String>,
}

pub(crate) fn run(Args {}: &Args, show: &Show) -> Result<(), Failure> {
    let system = System::look();
    let suggestions = system.advice();
    let report = Report { system, probes: probes(), suggestions };
    show.data(&report, || table(&report))
}

fn probes() -> Option<Vec<String>> {
    #[cfg(feature = "probe")]
    return Some(midge_probe::probes());
    #[cfg(not(feature = "probe"))]
    return None;
}

fn table(Report { system, probes, suggestions }: &Report) -> String {
    let cpu = &system.cpu;
    let list = |found: &[String]| if found.is_empty() { "not found".into() } else { found.join(", ") };
    let cores = cpu.cores.map(|cores| format!("{cores} cores, ")).unwrap_or_default();
    let bytes = [system.memory.total_bytes, system.memory.available_bytes].map(grouped);
    let mut all = vec![
        ("processor", format!("{} ({})", cpu.name, cpu.arch)),
        ("", format!("{cores}{} threads", cpu.threads)),
        ("SIMD", cpu.simd.join(" ")),
        ("memory", format!("{} bytes, {} available", bytes[0], bytes[1])),
    ];
    all.extend(system.gpu.iter().map(|gpu| (gpu.api, list(&gpu.found))));
    let tools = system.tools.iter();
    all.extend(tools.map(|tool| (tool.name, tool.version.clone().unwrap_or_else(|| "not found".into()))));
    let probes = probes.as_deref().map_or("not in this build: comes with the feature `probe`".into(), list);
    all.push(("probes", probes));
    all.extend(suggestions.iter().map(|line| ("suggestion", line.clone())));
    facts(&all)
}
