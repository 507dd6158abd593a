//! What stands for a board's memory in a program on Linux: the heap, and a file for flash.

use std::alloc::{Layout, alloc_zeroed, handle_alloc_error};
use std::fs;

/// Bytes of RAM that there are for an arena.
const RAM: usize = 256 << 20;

/// The file that stands for flash.
const PLANS: &str = "plans.bin";

/// The plans of the working directory; nothing if there is no such file.
pub fn plans() -> &'static [u8] {
    let file = fs::read(PLANS).unwrap_or_default();
    let flash = zeros(file.len());
    flash.copy_from_slice(&file);
    flash
}

/// Takes what stands for a board's RAM, whatever the stack needs. Aligned to 16 bytes.
pub fn free(_stack: usize) -> &'static mut [u8] {
    zeros(RAM)
}

/// As much of the stack is to be used as is left from here.
pub(crate) fn stack_top(pointer: usize) -> usize {
    pointer
}

/// So many zeros, aligned to 16 bytes, for as long as the program runs; Linux finds memory for them when they are used.
fn zeros(len: usize) -> &'static mut [u8] {
    let layout = match Layout::from_size_align(len, 16) {
        Ok(layout) if len > 0 => layout,
        _ => return &mut [],
    };
    // SAFETY: the layout is not empty.
    let start = unsafe { alloc_zeroed(layout) };
    if start.is_null() {
        handle_alloc_error(layout);
    }
    // SAFETY: `len` zeros that nothing else knows of and nobody frees.
    unsafe { core::slice::from_raw_parts_mut(start, len) }
}
