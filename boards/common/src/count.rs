//! Markers around what is counted: instructions that do nothing, and that no compiler emits.
//!
//! `tests/counter` looks for them. On real hardware, or without the plugin, they cost a cycle.

use core::arch::asm;

#[cfg(target_arch = "arm")]
macro_rules! marker {
    (start) => {
        "mov r10, r10"
    };
    (stop) => {
        "mov r11, r11"
    };
}

#[cfg(target_arch = "aarch64")]
macro_rules! marker {
    (start) => {
        "mov x10, x10"
    };
    (stop) => {
        "mov x11, x11"
    };
}

// hints that the architecture leaves for custom use (unprivileged specification, chapter "RV32I", table of hints)
#[cfg(target_arch = "riscv32")]
macro_rules! marker {
    (start) => {
        "slti x0, x0, -1"
    };
    (stop) => {
        "slti x0, x0, -2"
    };
}

/// Opens a counted region. The compiler moves no access to memory across it.
#[inline(always)]
pub fn start() {
    // SAFETY: changes no register and no memory.
    unsafe { asm!(marker!(start), options(nostack, preserves_flags)) }
}

/// Closes the region.
#[inline(always)]
pub fn stop() {
    // SAFETY: changes no register and no memory.
    unsafe { asm!(marker!(stop), options(nostack, preserves_flags)) }
}
