//! What firmware projects for one device have that those for others do not.

use midge_runtime::emulated::Machine;

use crate::chip::{Chip, Memory};
use crate::emulate;
use crate::float;

/// A device's part of a project.
pub(crate) struct Device {
    /// Rust's name of the machine.
    pub(crate) target: &'static str,
    /// What `src/main.rs` is made of.
    pub(crate) main: &'static str,
    /// What `src/profile.rs` has for a clock.
    pub(crate) clock: &'static str,
    /// What the chip's ROM wants to find in `src/main.rs`.
    pub(crate) boot: String,
    /// The crate that starts the core.
    pub(crate) start: &'static str,
    /// The crate that has the core's registers.
    pub(crate) core: &'static str,
    /// Lines of the manifest.
    pub(crate) dependencies: String,
    /// Where it runs, in words.
    pub(crate) runs: String,
    /// What that needs, in words.
    pub(crate) needs: &'static str,
    /// `.cargo/config.toml`.
    pub(crate) config: String,
    /// `memory.x`.
    pub(crate) memory: String,
}

/// For each core Rust's name of the machine with a unit for floats, that without, and what `-C target-cpu` has to name.
const TARGETS: &[(&str, &str, &str, Option<&str>)] = &[
    ("m0", "thumbv6m-none-eabi", "thumbv6m-none-eabi", None),
    ("m3", "thumbv7m-none-eabi", "thumbv7m-none-eabi", None),
    ("m4", "thumbv7em-none-eabihf", "thumbv7em-none-eabi", None),
    ("m7", "thumbv7em-none-eabihf", "thumbv7em-none-eabi", None),
    ("m33", "thumbv8m.main-none-eabihf", "thumbv8m.main-none-eabi", Some("cortex-m33")),
    ("m55", "thumbv8m.main-none-eabihf", "thumbv8m.main-none-eabihf", Some("cortex-m55")),
    ("rv32", "riscv32imc-unknown-none-elf", "riscv32imc-unknown-none-elf", None),
];

const ARM: &str = "cortex-m = { version = \"0.7\", features = [\"critical-section-single-core\"] }\ncortex-m-rt = \"0.7\"\n";

const RISCV: &str = "riscv = { version = \"0.16\", features = [\"critical-section-single-hart\"] }\n\
                     riscv-rt = { version = \"0.18\", features = [\"single-hart\"] }\n";

/// What the ROM of a chip wants to find in flash before it starts a firmware.
struct Boot {
    /// How the chip's name starts.
    chip: &'static str,
    /// What `src/main.rs` has of it.
    main: &'static str,
    /// Lines of the manifest.
    crates: &'static str,
    /// Bytes before the vector table.
    bytes: u64,
    /// What the linker is told.
    script: &'static str,
}

const BOOTS: &[Boot] = &[
    Boot {
        chip: "RP2040",
        main: include_str!("../template/boot_rp2040.rs"),
        crates: "rp2040-boot2 = \"0.3\"\n",
        bytes: 256,
        script: include_str!("../template/boot_rp2040.x"),
    },
    Boot {
        chip: "RP235",
        main: include_str!("../template/boot_rp2350.rs"),
        crates: "",
        bytes: 0,
        script: include_str!("../template/boot_rp2350.x"),
    },
];

impl Device {
    /// The parts for a chip; none for a core that there is no template for, or a chip that only starts with a boot loader of
    /// its maker's.
    pub(crate) fn of(chip: &Chip) -> Option<Device> {
        let (core, hard, soft, cpu) = TARGETS.iter().find(|(known, ..)| Some(*known) == chip.core)?;
        let machine = emulate::machine(chip);
        let is_arm = *core != "rv32";
        let boot =
            BOOTS.iter().find(|boot| chip.probe.as_ref().is_some_and(|name| name.starts_with(boot.chip)));
        let has_floats = machine.is_some() || float::has_unit(chip.probe.as_ref().unwrap_or(&chip.name));
        let target = if has_floats { *hard } else { *soft };
        let carries = match &machine {
            Some(_) => {
                "defmt = \"1\"\ndefmt-semihosting = \"0.4\"\nsemihosting = { version = \"0.1\", features = [\"fs\", \"panic-handler\", \"stdio\"] }"
            }
            None => {
                "defmt = \"1\"\npanic-halt = \"1\"\nrtt-target = { version = \"0.6\", features = [\"defmt\"] }"
            }
        };
        let runner = match (&machine, &chip.probe) {
            (Some(_), _) => format!("[\"midge\", \"flash\", \"--chip\", {:?}]", chip.name),
            (None, Some(probe)) => format!("[\"probe-rs\", \"run\", \"--chip\", {probe:?}]"),
            (None, None) => return None,
        };
        Some(Device {
            target,
            main: match machine {
                Some(_) => include_str!("../template/main_qemu.rs"),
                None => include_str!("../template/main_chip.rs"),
            },
            clock: match is_arm {
                true => include_str!("../template/clock_arm.rs"),
                false => include_str!("../template/clock_riscv.rs"),
            },
            start: if is_arm { "cortex_m_rt" } else { "riscv_rt" },
            core: if is_arm { "cortex_m" } else { "riscv" },
            boot: boot.map(|boot| format!("\n{}", boot.main)).unwrap_or_default(),
            dependencies: [if is_arm { ARM } else { RISCV }, boot.map_or("", |boot| boot.crates), carries]
                .concat(),
            runs: machine.as_ref().map_or("on the chip, through a debug probe".into(), emulated),
            needs: match machine {
                Some(_) => "QEMU is `qemu-system-arm`, on Debian `qemu-system-misc` has that for RISC-V.",
                None => "`probe-rs` is from <https://probe.rs>; without it, `midge flash` does the same.",
            },
            config: config(target, *cpu, &runner, is_arm),
            memory: memory(&chip.flash, &chip.ram, boot, is_arm),
        })
    }
}

fn emulated(machine: &Machine) -> String {
    format!("in QEMU, as {}", machine.machine)
}

fn config(target: &str, cpu: Option<&str>, runner: &str, is_arm: bool) -> String {
    let mut flags: Vec<_> = if is_arm { vec!["link-arg=--nmagic"] } else { vec!["link-arg=-Tmemory.x"] };
    flags.extend(["link-arg=-Tlink.x", "link-arg=-Tdefmt.x"]);
    let cpu = cpu.map(|cpu| format!("target-cpu={cpu}"));
    flags.extend(cpu.as_deref());
    let flags: Vec<_> = flags.iter().map(|flag| format!("\"-C\", {flag:?}")).collect();
    // cargo looks for a target with a point in its name by parts, and so its key has no quotes
    format!(
        "[build]\ntarget = {target:?}\n\n[alias]\nhost = \"test --lib --target {}\"\n\n[target.{target}]\n\
         runner = {runner}\nrustflags = [{}]\n\n[env]\nDEFMT_LOG = \"info\"\n",
        env!("MIDGE_HOST"),
        flags.join(", ")
    )
}

/// The linker's map; riscv-rt's script also asks what goes where.
fn memory(flash: &Memory, ram: &Memory, boot: Option<&Boot>, is_arm: bool) -> String {
    let (first, script) = boot.map_or((0, ""), |boot| (boot.bytes, boot.script));
    let rest = Memory { at: flash.at + first, bytes: flash.bytes - first };
    let region = |name, memory: &Memory| match memory.bytes % 1024 {
        0 => format!("  {name:<5} : ORIGIN = 0x{:08x}, LENGTH = {}K\n", memory.at, memory.bytes >> 10),
        _ => format!("  {name:<5} : ORIGIN = 0x{:08x}, LENGTH = {}\n", memory.at, memory.bytes),
    };
    let before =
        if first > 0 { region("BOOT2", &Memory { at: flash.at, bytes: first }) } else { String::new() };
    let regions = format!("MEMORY\n{{\n{before}{}{}}}\n{script}", region("FLASH", &rest), region("RAM", ram));
    let parts = [
        ("TEXT", "FLASH"),
        ("RODATA", "FLASH"),
        ("DATA", "RAM"),
        ("BSS", "RAM"),
        ("HEAP", "RAM"),
        ("STACK", "RAM"),
    ];
    let parts = parts.map(|(part, region)| format!("REGION_ALIAS(\"REGION_{part}\", {region});\n"));
    if is_arm { regions } else { regions + &parts.concat() }
}
