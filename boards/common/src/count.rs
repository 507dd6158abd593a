//! Markers around what is counted: instructions that do nothing, and that no compiler emits.
//!
//! `tests/counter` looks for them. On real hardware, or without the plugin, they cost a cycle.

use core::arch::asm;

/// Opens a counted region. The compiler moves no access to memory across it.
#[inline(always)]
pub fn start() {
    // SAFETY: copies r10 to itself, touches nothing else.
    unsafe { asm!("mov r10, r10", options(nostack, preserves_flags)) }
}

/// Closes the region.
#[inline(always)]
pub fn stop() {
    // SAFETY: copies r11 to itself, touches nothing else.
    unsafe { asm!("mov r11, r11", options(nostack, preserves_flags)) }
}
