//! How much stack a call needs. The stack has no limit in hardware; [`Painted::used`] tells when it met its end.

use crate::memory;
use core::arch::asm;
use core::ptr;

/// What unused stack is filled with: no address, no small number, no common bit pattern.
const PAINT: u32 = 0x6d69_6467;

/// The stack between `limit` and the current frame, painted.
#[derive(Clone, Copy, Debug)]
pub struct Painted {
    limit: usize,
    top: usize,
}

/// Fills the stack from `limit` bytes below its top up to the caller's frame. What the caller's next calls use of
/// it is then visible to [`Painted::used`].
///
/// `limit` is the one passed to [`memory::free`], so that no one else owns these bytes.
#[inline(always)]
pub fn paint(limit: usize) -> Painted {
    let end = memory::stack_top(pointer()).saturating_sub(limit).next_multiple_of(4);
    fill(end);
    Painted { limit: end, top: pointer() }
}

#[inline(never)]
fn fill(end: usize) {
    let mut at = end;
    while at < pointer() {
        // SAFETY: aligned, below the stack pointer and above the stack's end: RAM that no object owns. An
        // interrupt or a signal would push here, but these firmwares enable none.
        unsafe { ptr::write_volatile(at as *mut u32, PAINT) };
        at += 4;
    }
}

impl Painted {
    /// Bytes of stack used below the frame that called [`paint`], since then; `None` when it reached its end
    /// and may have passed it.
    #[inline(never)]
    pub fn used(&self) -> Option<usize> {
        let mut at = self.limit;
        while at < self.top {
            // SAFETY: aligned RAM inside the stack, that `paint` wrote.
            if unsafe { ptr::read_volatile(at as *const u32) } != PAINT {
                break;
            }
            at += 4;
        }
        if at == self.limit { None } else { Some(self.top - at) }
    }
}

#[inline(always)]
fn pointer() -> usize {
    let sp: usize;
    #[cfg(target_arch = "riscv32")]
    // SAFETY: reads a register.
    unsafe {
        asm!("mv {}, sp", out(reg) sp, options(nomem, nostack, preserves_flags));
    }
    #[cfg(not(target_arch = "riscv32"))]
    // SAFETY: reads a register.
    unsafe {
        asm!("mov {}, sp", out(reg) sp, options(nomem, nostack, preserves_flags));
    }
    sp
}
