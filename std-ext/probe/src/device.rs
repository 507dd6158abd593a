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
    /// `memory.x`; none where a HAL brings its own.
    pub(crate) memory: Option<String>,
}

/// How firmware comes to a device, and what it says comes back.
enum Way {
    /// QEMU plays it.
    Emulated(Machine),
    /// By a debug probe, to which the chip has this name.
    Probe(String),
    /// By the boot loader of its maker, over a serial port.
    Loader,
}

/// The chip with such a boot loader that there is a template for.
const LOADED: &str = "esp32c3";

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

const ARM: &str = "portable-atomic = { version = \"1\", features = [\"critical-section\"] }\n\
                   cortex-m = { version = \"0.7\", features = [\"critical-section-single-core\"] }\ncortex-m-rt = \"0.7\"\n";

const RISCV: &str = "portable-atomic = { version = \"1\", features = [\"critical-section\"] }\n\
                     riscv = { version = \"0.16\", features = [\"critical-section-single-hart\"] }\n\
                     riscv-rt = { version = \"0.18\", features = [\"single-hart\"] }\n";

const ESP: &str = "esp-bootloader-esp-idf = { version = \"0.6\", default-features = false, features = [\"esp32c3\"] }\n\
                   esp-hal = { version = \"1.2\", features = [\"esp32c3\", \"unstable\"] }\n\
                   esp-println = { version = \"0.18\", default-features = false, features = [\"auto\", \"critical-section\", \"defmt-espflash\", \"esp32c3\"] }\n";

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
    /// The parts for a chip; none for a core that there is no template for.
    pub(crate) fn of(chip: &Chip) -> Option<Device> {
        let (core, hard, soft, cpu) = TARGETS.iter().find(|(known, ..)| Some(*known) == chip.core)?;
        let way = match (emulate::machine(chip), &chip.probe) {
            (Some(machine), _) => Way::Emulated(machine),
            (None, Some(probe)) => Way::Probe(probe.clone()),
            (None, None) if chip.name == LOADED => Way::Loader,
            (None, None) => return None,
        };
        let is_arm = *core != "rv32";
        let boot =
            BOOTS.iter().find(|boot| chip.probe.as_ref().is_some_and(|name| name.starts_with(boot.chip)));
        let has_floats = match &way {
            Way::Emulated(_) => true,
            Way::Probe(name) => float::has_unit(name),
            Way::Loader => false,
        };
        let target = if has_floats { *hard } else { *soft };
        let crates = match (&way, is_arm) {
            (Way::Loader, _) => ESP,
            (_, true) => ARM,
            (_, false) => RISCV,
        };
        let carries = match way {
            Way::Emulated(_) => {
                "defmt-semihosting = \"0.4\"\nsemihosting = { version = \"0.1\", features = [\"fs\", \"panic-handler\", \"stdio\"] }\n"
            }
            Way::Probe(_) => {
                "panic-halt = \"1\"\nrtt-target = { version = \"0.6\", features = [\"defmt\"] }\n"
            }
            Way::Loader => "panic-halt = \"1\"\n",
        };
        let scripts: &[&str] = match (&way, is_arm) {
            (Way::Loader, _) => &["-Tlinkall.x"],
            (_, true) => &["--nmagic", "-Tlink.x"],
            (_, false) => &["-Tmemory.x", "-Tlink.x"],
        };
        Some(Device {
            target,
            main: match way {
                Way::Emulated(_) => include_str!("../template/main_qemu.rs"),
                Way::Probe(_) => include_str!("../template/main_chip.rs"),
                Way::Loader => include_str!("../template/main_esp.rs"),
            },
            clock: match (&way, is_arm) {
                (Way::Loader, _) => include_str!("../template/clock_esp.rs"),
                (_, true) => include_str!("../template/clock_arm.rs"),
                (_, false) => include_str!("../template/clock_riscv.rs"),
            },
            start: if is_arm { "cortex_m_rt" } else { "riscv_rt" },
            core: if is_arm { "cortex_m" } else { "riscv" },
            boot: boot.map(|boot| format!("\n{}", boot.main)).unwrap_or_default(),
            dependencies: [crates, boot.map_or("", |boot| boot.crates), carries].concat(),
            runs: match &way {
                Way::Emulated(machine) => format!("in QEMU, as {}", machine.machine),
                Way::Probe(_) => "on the chip, through a debug probe".into(),
                Way::Loader => "on the chip, through its serial port".into(),
            },
            needs: match way {
                Way::Emulated(_) => {
                    "QEMU is `qemu-system-arm`, on Debian `qemu-system-misc` has that for RISC-V. `midge flash` does the same."
                }
                Way::Probe(_) => {
                    "`probe-rs` is from <https://probe.rs>; without it, `midge flash` does the same."
                }
                Way::Loader => {
                    "What writes the chip is `espflash`: `cargo install espflash --locked`. Its HAL brings the map of its memory."
                }
            },
            config: config(target, *cpu, &runner(chip, &way), scripts),
            memory: match way {
                Way::Loader => None,
                _ => Some(memory(&chip.flash, &chip.ram, boot, is_arm)),
            },
        })
    }
}

/// The program that cargo gives the firmware to, and its arguments.
fn runner(chip: &Chip, way: &Way) -> String {
    match way {
        Way::Emulated(_) => format!("[\"midge\", \"flash\", \"--chip\", {:?}]", chip.name),
        Way::Probe(name) => format!("[\"probe-rs\", \"run\", \"--chip\", {name:?}]"),
        Way::Loader => "[\"espflash\", \"flash\", \"--monitor\", \"--log-format\", \"defmt\"]".into(),
    }
}

fn config(target: &str, cpu: Option<&str>, runner: &str, scripts: &[&str]) -> String {
    let links = scripts.iter().chain(&["-Tdefmt.x"]).map(|script| format!("link-arg={script}"));
    let flags = links.chain(cpu.map(|cpu| format!("target-cpu={cpu}")));
    let flags: Vec<_> = flags.map(|flag| format!("\"-C\", {flag:?}")).collect();
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
