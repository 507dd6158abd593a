//! How much stack a call needs, and the RAM that is left.
//!
//! Layout of RAM on these boards, upwards: `.data`, `.bss`, free RAM (an arena or nothing), the stack growing
//! down from the top. The stack has no limit in hardware; [`Painted::used`] tells when it met its end.

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
/// `limit` is the one passed to [`free_ram`], so that no one else owns these bytes.
#[inline(always)]
pub fn paint(limit: usize) -> Painted {
    let end = stack_top().saturating_sub(limit).next_multiple_of(4);
    fill(end);
    Painted { limit: end, top: pointer() }
}

#[inline(never)]
fn fill(end: usize) {
    let mut at = end;
    while at < pointer() {
        // SAFETY: aligned, below the stack pointer and above the stack's end: RAM that no object owns. An
        // interrupt would push here, but these firmwares enable none.
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

/// Takes all RAM between the end of statics and `stack` bytes below the stack's top. Aligned to 16 bytes.
///
/// The second call, and one that leaves nothing, returns an empty slice.
pub fn free_ram(stack: usize) -> &'static mut [u8] {
    use core::sync::atomic::{AtomicBool, Ordering::Relaxed};
    static TAKEN: AtomicBool = AtomicBool::new(false);
    let start = heap_start().next_multiple_of(16);
    let end = stack_top().saturating_sub(stack);
    // One core and no interrupts: a load and a store are enough, and Armv6-M has no more.
    if TAKEN.load(Relaxed) || end <= start {
        return &mut [];
    }
    TAKEN.store(true, Relaxed);
    // SAFETY: RAM above every static and below the stack's reserve, handed out once. Its bytes are whatever they
    // are, which is a value of u8; the linker's symbols are its only other name.
    unsafe { core::slice::from_raw_parts_mut(start as *mut u8, end - start) }
}

unsafe extern "C" {
    static __sheap: u32;
    static _stack_start: u32;
}

/// End of `.data`, `.bss` and `.uninit`.
fn heap_start() -> usize {
    &raw const __sheap as usize
}

fn stack_top() -> usize {
    &raw const _stack_start as usize
}

#[inline(always)]
fn pointer() -> usize {
    let sp: usize;
    // SAFETY: reads a register.
    unsafe { asm!("mov {}, sp", out(reg) sp, options(nomem, nostack, preserves_flags)) }
    sp
}
