//! What the linker's symbols say of a board's memory.
//!
//! Flash, upwards: the firmware's image, then plans that the emulator or the flashing tool put there. RAM, upwards:
//! `.data`, `.bss`, free RAM (an arena or nothing), the stack growing down from the top.

use core::sync::atomic::{AtomicBool, Ordering::Relaxed};

unsafe extern "C" {
    static _plan_start: u8;
    static _plan_end: u8;
    static __sheap: u32;
    static _stack_start: u32;
}

/// The flash behind the image, with whatever lies there. Nothing is copied.
pub fn plans() -> &'static [u8] {
    let start = &raw const _plan_start;
    let len = (&raw const _plan_end as usize).saturating_sub(start as usize);
    // SAFETY: readable flash of `len` bytes that the image does not use and nothing writes: the linker script gives
    // both symbols, and keeps the image below the first.
    unsafe { core::slice::from_raw_parts(start, len) }
}

/// Takes all RAM between the end of statics and `stack` bytes below the stack's top. Aligned to 16 bytes.
///
/// The second call, and one that leaves nothing, returns an empty slice.
pub fn free(stack: usize) -> &'static mut [u8] {
    static TAKEN: AtomicBool = AtomicBool::new(false);
    // the end of `.data`, `.bss` and `.uninit`
    let start = (&raw const __sheap as usize).next_multiple_of(16);
    let end = stack_top(0).saturating_sub(stack);
    // One core and no interrupts: a load and a store are enough, and Armv6-M has no more.
    if TAKEN.load(Relaxed) || end <= start {
        return &mut [];
    }
    TAKEN.store(true, Relaxed);
    // SAFETY: RAM above every static and below the stack's reserve, handed out once. Its bytes are whatever they
    // are, which is a value of u8; the linker's symbols are its only other name.
    unsafe { core::slice::from_raw_parts_mut(start as *mut u8, end - start) }
}

/// Where the stack is empty, whatever is on it now.
pub(crate) fn stack_top(_pointer: usize) -> usize {
    &raw const _stack_start as usize
}
