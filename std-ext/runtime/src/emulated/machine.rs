//! The machines that QEMU plays, read from the checkout's `boards/machines.txt`: one table for the firmware's build
//! scripts and for this module, so that a new core is one line there.

use super::EmulatedError;

/// One line of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Machine {
    /// What `--on` takes and what the build of firmware is told.
    pub name: String,
    /// QEMU's name; of a machine that runs Linux, a name for people.
    pub machine: String,
    /// The compiler's target triple.
    pub target: String,
    /// `-C target-cpu`, where the triple's own does not do.
    pub cpu: Option<String>,
    /// Address of flash.
    pub flash_at: u64,
    /// Bytes of flash.
    pub flash_bytes: u64,
    /// Address of RAM.
    pub ram_at: u64,
    /// Bytes of RAM.
    pub ram_bytes: u64,
    /// Address of a plan that is loaded beside the runner.
    pub plan_at: u64,
    /// Bytes from there on for plans.
    pub plan_room: u64,
}

impl Machine {
    /// Whether a program runs there on Linux, and not firmware by itself.
    pub fn has_linux(&self) -> bool {
        self.target.contains("-linux-")
    }
}

/// The machines that this version knows, without a checkout.
pub fn machines() -> Vec<Machine> {
    Machines::parse(include_str!("../../../../boards/machines.txt"))
        .map(|machines| machines.0)
        .unwrap_or_default()
}

/// The lines of the table.
#[derive(Clone, Debug)]
pub(super) struct Machines(Vec<Machine>);

impl Machines {
    /// Reads the table.
    ///
    /// # Errors
    /// The first line that is malformed.
    pub(super) fn parse(table: &str) -> Result<Machines, EmulatedError> {
        let lines = table.lines().enumerate().filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
        let machine = |(i, line): (usize, &str)| {
            parse(line).ok_or_else(|| {
                EmulatedError::Failed(format!(
                    "boards/machines.txt line {}: not 10 columns as described there",
                    i + 1
                ))
            })
        };
        lines.map(machine).collect::<Result<_, _>>().map(Machines)
    }

    /// The machine that plays `core`.
    ///
    /// # Errors
    /// [`EmulatedError::UnknownCore`], with the names that there are.
    pub(super) fn named(&self, core: &str) -> Result<&Machine, EmulatedError> {
        self.0.iter().find(|m| m.name == core).ok_or_else(|| EmulatedError::UnknownCore {
            name: core.into(),
            known: self.0.iter().map(|m| m.name.as_str()).collect::<Vec<_>>().join(", "),
        })
    }

    /// Where a plan goes that is too large for `small`: the same core with more memory.
    pub(super) fn larger(&self, small: &Machine) -> Option<&Machine> {
        self.named(&format!("{}-large", small.name)).ok()
    }
}

fn parse(line: &str) -> Option<Machine> {
    let columns: Vec<&str> = line.split_whitespace().collect();
    let &[name, machine, target, cpu, flash_at, flash, ram_at, ram, plans, plans_len] = columns.as_slice()
    else {
        return None;
    };
    Some(Machine {
        name: name.into(),
        machine: machine.into(),
        target: target.into(),
        cpu: (cpu != "-").then(|| cpu.into()),
        flash_at: number(flash_at)?,
        flash_bytes: number(flash)?,
        ram_at: number(ram_at)?,
        ram_bytes: number(ram)?,
        plan_at: number(plans)?,
        plan_room: number(plans_len)?,
    })
}

/// `0x1000`, `256K`, `4M` or plain decimal, as linker scripts have it.
fn number(text: &str) -> Option<u64> {
    if let Some(hex) = text.strip_prefix("0x") {
        return u64::from_str_radix(hex, 16).ok();
    }
    let (digits, unit) = match text.strip_suffix('K') {
        Some(digits) => (digits, 1 << 10),
        None => text.strip_suffix('M').map_or((text, 1), |digits| (digits, 1 << 20)),
    };
    digits.parse::<u64>().ok()?.checked_mul(unit)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(in super::super) fn microbit() -> Machine {
        Machines::parse(TABLE).unwrap().named("m0").unwrap().clone()
    }

    const TABLE: &str = "\
# a comment
m0 microbit thumbv6m-none-eabi - 0x0 256K 0x20000000 16K 0x14000 176K
m0-large mps2-an385 thumbv6m-none-eabi - 0x0 4M 0x20000000 4M 0x20000 3968K
m55 mps3-an547 thumbv8m.main-none-eabihf cortex-m55 0x10000000 512K 0x30000000 512K 0x11000000 2M
armv7 linux-armv7 armv7-unknown-linux-gnueabihf - 0x0 64M 0x0 256M 0x0 64M
";

    #[test]
    fn a_line_is_a_machine() {
        let machines = Machines::parse(TABLE).unwrap();
        let m0 = machines.named("m0").unwrap();
        assert_eq!((m0.flash_bytes, m0.ram_bytes, m0.plan_room), (262_144, 16_384, 180_224));
        assert_eq!(machines.larger(m0).unwrap().machine, "mps2-an385");
        let m55 = machines.named("m55").unwrap();
        assert_eq!(
            (m55.cpu.as_deref(), m55.plan_at, m55.plan_room),
            (Some("cortex-m55"), 0x1100_0000, 2 << 20)
        );
        assert!(machines.larger(m55).is_none());
        assert!(machines.named("armv7").unwrap().has_linux() && !m55.has_linux());
    }

    #[test]
    fn the_table_is_known_without_a_checkout() {
        let m4 = machines().into_iter().find(|machine| machine.name == "m4").unwrap();
        assert_eq!((m4.flash_at, m4.flash_bytes, m4.ram_at), (0, 4 << 20, 0x2000_0000));
    }

    #[test]
    fn an_unknown_core_lists_the_known_ones() {
        let error = Machines::parse(TABLE).unwrap().named("m9").unwrap_err();
        assert_eq!(error.to_string(), "no emulated core `m9`; there are m0, m0-large, m55, armv7");
        assert_eq!(error.exit_code(), 2);
    }

    #[test]
    fn a_malformed_line_is_named() {
        for bad in ["m4 too few", "m4 a b - 0x0 4X 0x0 4M 0x0 4K", "m4 a b - 0x0 4K 0x0 4M 0x2000"] {
            let error = Machines::parse(&format!("# table\n{bad}\n")).unwrap_err();
            assert!(error.to_string().contains("line 2"), "{error}");
        }
    }
}
