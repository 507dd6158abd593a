//! What the registry lacks: chips that it does not know, boards whose flash lies beside the chip, and the machines that QEMU
//! plays.

use midge_runtime::emulated;

use crate::chip::{Chip, Memory};

struct Row {
    name: &'static str,
    core: &'static str,
    /// First byte and KiB.
    flash: (u64, u64),
    ram: (u64, u64),
    mhz: f64,
    /// The chip's name in the registry.
    probe: Option<&'static str>,
    /// Where the figures are from.
    source: &'static str,
}

const fn row(
    name: &'static str,
    core: &'static str,
    flash: (u64, u64),
    ram: (u64, u64),
    mhz: f64,
    probe: Option<&'static str>,
    source: &'static str,
) -> Row {
    Row { name, core, flash, ram, mhz, probe, source }
}

#[rustfmt::skip]
const ROWS: &[Row] = &[
    row("pico", "m0", (0x1000_0000, 2048), (0x2000_0000, 256), 133.0, Some("RP2040"), "Raspberry Pi Pico datasheet: W25Q16JV"),
    row("pico2", "m33", (0x1000_0000, 4096), (0x2000_0000, 512), 150.0, Some("RP235x"), "Raspberry Pi Pico 2 datasheet: W25Q32RV"),
    row("microbit-v1", "m0", (0, 256), (0x2000_0000, 16), 16.0, Some("nRF51822_xxAA"), "micro:bit hardware page, nRF51822"),
    row("microbit-v2", "m4", (0, 512), (0x2000_0000, 128), 64.0, Some("nRF52833_xxAA"), "micro:bit hardware page, nRF52833"),
    row("nrf52840-dk", "m4", (0, 1024), (0x2000_0000, 256), 64.0, Some("nRF52840_xxAA"), "nRF52840 product specification"),
    row("esp32c3", "rv32", (0x4200_0020, 4096), (0x3fc8_0000, 320), 160.0, None, "ESP32-C3 datasheet: 400 KB of SRAM, 80 KB of it left to cache, ROM and boot; flash of a module with 4 MB"),
];

/// Boards, chips that the registry lacks, and emulated machines as `qemu-NAME`.
pub fn boards() -> Vec<Chip> {
    let known = ROWS.iter().map(|row| Chip {
        name: row.name.into(),
        packages: Vec::new(),
        core: Some(row.core),
        flash: Memory { at: row.flash.0, bytes: row.flash.1 << 10 },
        ram: Memory { at: row.ram.0, bytes: row.ram.1 << 10 },
        mhz: Some(row.mhz),
        probe: row.probe.map(String::from),
        note: row.source.into(),
    });
    let machines = emulated::machines().into_iter().filter(|machine| !machine.has_linux());
    let emulated = machines.filter_map(|machine| {
        Some(Chip {
            name: format!("qemu-{}", machine.name),
            packages: Vec::new(),
            core: Some(core(&machine.name)?),
            flash: Memory { at: machine.flash_at, bytes: machine.flash_bytes },
            ram: Memory { at: machine.ram_at, bytes: machine.ram_bytes },
            mhz: None,
            probe: None,
            note: format!("{} in QEMU", machine.machine).into(),
        })
    });
    known.chain(emulated).collect()
}

/// The core that an emulated machine plays.
fn core(machine: &str) -> Option<&'static str> {
    const CORES: [&str; 7] = ["m0", "m3", "m4", "m7", "m33", "m55", "rv32"];
    const LIKE: [(&str, &str); 2] = [("m0-large", "m0"), ("f405", "m4")];
    let like = LIKE.iter().find(|(name, _)| *name == machine).map_or(machine, |(_, core)| core);
    CORES.into_iter().find(|core| *core == like)
}
