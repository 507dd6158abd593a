//! What plans are made for.

use std::fmt;
use std::str::FromStr;

/// The core that kernels and weight arrangements are chosen for. A plan for any of them runs everywhere.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Target {
    /// Canonical kernels only.
    #[default]
    Portable,
    /// Cortex-M0 and M0+.
    M0,
    /// Cortex-M3.
    M3,
    /// Cortex-M4.
    M4,
    /// Cortex-M7.
    M7,
    /// Cortex-M33 with the DSP extension.
    M33,
    /// Cortex-M55.
    M55,
    /// 32-bit RISC-V.
    Rv32,
    /// 64-bit x86.
    X86_64,
    /// 64-bit Arm.
    Aarch64,
    /// 32-bit Arm with Linux.
    Armv7,
}

impl Target {
    /// Every target, with its name on the command line.
    pub const ALL: [(Target, &str); 11] = [
        (Target::Portable, "portable"),
        (Target::M0, "m0"),
        (Target::M3, "m3"),
        (Target::M4, "m4"),
        (Target::M7, "m7"),
        (Target::M33, "m33"),
        (Target::M55, "m55"),
        (Target::Rv32, "rv32"),
        (Target::X86_64, "x86-64"),
        (Target::Aarch64, "aarch64"),
        (Target::Armv7, "armv7"),
    ];

    /// Whether the core multiplies pairs of 16-bit numbers in one instruction, and does not do better still.
    pub const fn pairs(self) -> bool {
        matches!(self, Target::M4 | Target::M7 | Target::M33)
    }

    /// Whether the core has vectors of bytes, two of which are multiplied and added up in one instruction.
    pub const fn lanes(self) -> bool {
        matches!(self, Target::M55)
    }

    /// Whether two weights in a word pay: a multiplication gives 32 bits and no more.
    pub const fn packs(self) -> bool {
        matches!(self, Target::M0 | Target::M3)
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = Target::ALL.iter().find(|(target, _)| target == self).map_or("", |(_, name)| name);
        f.pad(name)
    }
}

/// A name that is no target.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown target {0}; use one of {list}", list = Target::ALL.map(|(_, name)| name).join(", "))]
pub struct UnknownTarget(String);

impl FromStr for Target {
    type Err = UnknownTarget;

    fn from_str(s: &str) -> Result<Self, UnknownTarget> {
        let found = Target::ALL.iter().find(|(_, name)| *name == s);
        found.map(|(target, _)| *target).ok_or_else(|| UnknownTarget(s.into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_go_both_ways() {
        for (target, name) in Target::ALL {
            assert_eq!(name.parse(), Ok(target));
            assert_eq!(target.to_string(), name);
        }
        let refused = "z80".parse::<Target>().unwrap_err().to_string();
        assert!(refused.contains("z80") && refused.contains("aarch64"), "{refused}");
    }
}
