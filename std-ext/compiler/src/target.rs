//! What plans are made for.

use crate::named::named;

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

named!(
    Target,
    "target",
    [
        Portable "portable",
        M0 "m0",
        M3 "m3",
        M4 "m4",
        M7 "m7",
        M33 "m33",
        M55 "m55",
        Rv32 "rv32",
        X86_64 "x86-64",
        Aarch64 "aarch64",
        Armv7 "armv7",
    ]
);

impl Target {
    /// Whether the core multiplies pairs of 16-bit numbers in one instruction, and does not do better still.
    pub const fn pairs(self) -> bool {
        matches!(self, Target::M4 | Target::M7 | Target::M33)
    }

    /// Whether two outputs of two pixels are made together: the core has registers for their sums, and for what they are of.
    pub const fn blocks(self) -> bool {
        self.pairs() || matches!(self, Target::Rv32)
    }

    /// Whether the core has vectors of bytes, two of which are multiplied and added up in one instruction.
    pub const fn lanes(self) -> bool {
        matches!(self, Target::M55)
    }

    /// Whether kernels are chosen by their modelled cycles instead of their instructions: those on vectors take one or two each.
    pub const fn by_cycles(self) -> bool {
        self.lanes()
    }

    /// Whether two weights in a word pay: a multiplication gives 32 bits and no more.
    pub const fn packs(self) -> bool {
        matches!(self, Target::M0 | Target::M3)
    }
}
