//! Chips as models see them: a core, the flash that it boots from, and the RAM that it has in one piece.

use std::borrow::Cow;
use std::ops::Range;

use midge_compiler::Target;
use probe_rs::config::{Core, CoreType, MemoryRegion, NvmRegion, Registry};
use serde::Serialize;

use crate::clock;

/// A chip, or a board with one.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Chip {
    /// Its name.
    pub name: String,
    /// Other names: of its packages.
    #[serde(skip)]
    pub packages: Vec<String>,
    /// The core whose kernels it runs; none of a core that Midge has no firmware for.
    pub core: Option<&'static str>,
    /// The flash that it boots from.
    pub flash: Memory,
    /// The largest piece of RAM.
    pub ram: Memory,
    /// Highest clock of the core in MHz, where it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mhz: Option<f64>,
    /// The name to give to probe-rs; none of an emulated machine or a chip that probe-rs does not know.
    #[serde(skip)]
    pub probe: Option<String>,
    /// What else there is to know: that flash lies outside, and where figures are from.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub note: Cow<'static, str>,
}

/// A piece of memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Memory {
    /// Its first address.
    pub at: u64,
    /// Its length.
    pub bytes: u64,
}

impl Memory {
    /// The addresses.
    pub const fn range(&self) -> Range<u64> {
        self.at..self.at + self.bytes
    }
}

impl Chip {
    /// The target that models are packed for.
    pub fn target(&self) -> Option<Target> {
        self.core?.parse().ok()
    }
}

/// More flash than any chip has inside: a window on memory beside the chip.
const WINDOW: u64 = 16 << 20;

/// Said of a chip whose flash is such a window.
const EXTERNAL: &str = "flash is beside the chip: what the board carries counts, here the window on it";

/// Every chip of probe-rs' registry, in its order.
pub fn chips() -> Vec<Chip> {
    let registry = Registry::from_builtin_families();
    let all = registry.families().iter().flat_map(|family| family.variants());
    all.filter_map(|chip| {
        // of several cores the one with most instructions
        let rank = |core: &&Core| (rank(core.core_type), std::cmp::Reverse(core.name.clone()));
        let core = chip.cores.iter().max_by_key(rank)?;
        let flash = flash(&chip.memory_map, &core.name)?;
        let is_external = flash.bytes >= WINDOW;
        Some(Chip {
            name: chip.name.clone(),
            packages: chip.package_variants().cloned().collect(),
            core: model(core, &chip.name),
            flash,
            ram: ram(&chip.memory_map, &core.name)?,
            mhz: clock::mhz(&chip.name),
            probe: Some(chip.name.clone()),
            note: if is_external { EXTERNAL } else { "" }.into(),
        })
    })
    .collect()
}

fn rank(core: CoreType) -> u8 {
    match core {
        CoreType::Armv8m => 5,
        CoreType::Armv7em => 4,
        CoreType::Armv7m => 3,
        CoreType::Armv6m => 2,
        CoreType::Riscv => 1,
        _ => 0,
    }
}

/// Families whose core the registry's instruction set leaves open: how their names start, and what that is by the makers' data
/// sheets. An M23 runs the code of an M0, an M85 that of an M55; CH32V0 has no multiplier.
const CORES: &[(&str, Option<&str>)] = &[
    ("STM32F7", Some("m7")),
    ("STM32H7", Some("m7")),
    ("MIMXRT10", Some("m7")),
    ("MIMXRT11", Some("m7")),
    ("ATSAME70", Some("m7")),
    ("ATSAMS70", Some("m7")),
    ("ATSAMV7", Some("m7")),
    ("GD32E23", Some("m0")),
    ("ATSAML1", Some("m0")),
    ("R7FA0", Some("m0")),
    ("R7FA2", Some("m0")),
    ("STM32N6", Some("m55")),
    ("PSE84", Some("m55")),
    ("R7FA8", Some("m55")),
    ("CH32V0", None),
    ("CH641", None),
];

fn model(core: &Core, chip: &str) -> Option<&'static str> {
    let upper = chip.to_uppercase();
    if let Some((_, known)) = CORES.iter().find(|(start, _)| upper.starts_with(start)) {
        return *known;
    }
    match core.core_type {
        CoreType::Armv6m => Some("m0"),
        CoreType::Armv7m => Some("m3"),
        CoreType::Armv7em => Some("m4"),
        CoreType::Armv8m => Some("m33"),
        CoreType::Riscv => Some("rv32"),
        _ => None,
    }
}

/// The flash that a core boots from, banks that touch as one; where none is said to be, the largest that holds code.
fn flash(map: &[MemoryRegion], core: &str) -> Option<Memory> {
    let all = map.iter().filter_map(|region| match region {
        MemoryRegion::Nvm(nvm) if nvm.accessible_by(core) && nvm.is_executable() => Some(nvm),
        _ => None,
    });
    let all: Vec<_> = all.collect();
    let pieces = |wanted: &dyn Fn(&NvmRegion) -> bool| {
        let ranges = all.iter().filter(|nvm| wanted(nvm)).map(|nvm| nvm.range.clone());
        largest(ranges.collect())
    };
    pieces(&|nvm| nvm.is_boot_memory()).or_else(|| pieces(&|nvm| !nvm.is_alias))
}

/// The largest piece of a core's RAM: where chips have SRAM, or elsewhere if there is none.
fn ram(map: &[MemoryRegion], core: &str) -> Option<Memory> {
    let all = map.iter().filter_map(|region| match region {
        MemoryRegion::Ram(ram) if ram.accessible_by(core) => Some(ram.range.clone()),
        _ => None,
    });
    let all: Vec<_> = all.collect();
    // Arm's map of addresses; below are the same bytes again, or RAM for code
    let sram: Vec<_> = all.iter().filter(|range| SRAM.contains(&range.start)).cloned().collect();
    largest(sram).or_else(|| largest(all))
}

const SRAM: Range<u64> = 0x2000_0000..0x4000_0000;

/// The largest of pieces, those that touch taken as one.
fn largest(mut ranges: Vec<Range<u64>>) -> Option<Memory> {
    ranges.sort_by_key(|range| (range.start, range.end));
    let mut joined: Vec<Range<u64>> = Vec::new();
    for range in ranges {
        match joined.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => joined.push(range),
        }
    }
    let largest =
        joined.into_iter().max_by_key(|range| (range.end - range.start, std::cmp::Reverse(range.start)));
    largest.map(|range| Memory { at: range.start, bytes: range.end - range.start })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chip(name: &str) -> Chip {
        chips().into_iter().find(|chip| chip.name == name).unwrap()
    }

    #[test]
    fn chips_have_the_memories_of_their_data_sheets() {
        let rows = [
            ("nRF51822_xxAA", "m0", 0, 256, 0x2000_0000, 16),
            ("nRF52840_xxAA", "m4", 0, 1024, 0x2000_0000, 256),
            ("STM32F405RG", "m4", 0x0800_0000, 1024, 0x2000_0000, 128),
            ("STM32H743ZI", "m7", 0x0800_0000, 2048, 0x2400_0000, 512),
            ("STM32F103C8", "m3", 0x0800_0000, 64, 0x2000_0000, 20),
            ("nRF5340_xxAA", "m33", 0, 1024, 0x2000_0000, 512),
            ("RP2040", "m0", 0x1000_0000, 128 << 10, 0x2000_0000, 264),
        ];
        for (name, core, flash_at, flash, ram_at, ram) in rows {
            let chip = chip(name);
            let memory = |at, kib: u64| Memory { at, bytes: kib << 10 };
            assert_eq!(chip.core, Some(core), "{name}");
            assert_eq!((chip.flash, chip.ram), (memory(flash_at, flash), memory(ram_at, ram)), "{name}");
        }
    }

    #[test]
    fn most_chips_have_a_core_to_run_on() {
        let all = chips();
        let with = all.iter().filter(|chip| chip.target().is_some()).count();
        assert!(all.len() > 4000 && with > all.len() * 9 / 10, "{with} of {}", all.len());
    }

    #[test]
    fn pieces_that_touch_are_one() {
        assert_eq!(largest(vec![0..4, 20..22, 4..8]), Some(Memory { at: 0, bytes: 8 }));
        assert_eq!(largest(vec![0..8, 2..4]), Some(Memory { at: 0, bytes: 8 }));
        assert_eq!(largest(vec![]), None);
    }
}
