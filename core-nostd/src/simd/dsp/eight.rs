//! Pixels of eight taps: once widened, these stay in registers for all outputs, and scratch memory is not needed.

use core::arch::naked_asm;
use core::cell::Cell;

use super::halfwords::{first, folded};

/// Blocks of two outputs that a pass takes. Written into the assembly.
const PASS: usize = 4;
/// Words of such a block, whose outputs are folded.
const WORDS: usize = 16;

/// Arguments of `eight_pixels`, in the order of its stack.
#[repr(C)]
struct Arguments {
    stream: *const i32,
    first: usize,
    end: *const i32,
    y_end: *const i8,
    step: usize,
}

/// All outputs of pixels of eight adjacent taps, `step` bytes apart from `x` on, from a folded stream of
/// [`Layout::matrix`](crate::simd::halfwords::Layout::matrix).
///
/// # Safety
/// `y` has for a whole number of pixels, not zero, two outputs for every 16 words of `stream`, of which there are some. `x`
/// has the taps of all.
pub(super) unsafe fn pixels(stream: &[i32], x: &[Cell<i8>], step: usize, y: &[Cell<i8>]) {
    let arguments = Arguments {
        stream: stream.as_ptr(),
        first: first(stream.len() / WORDS, PASS),
        end: stream.as_ptr_range().end,
        y_end: y.as_ptr_range().end.cast(),
        step,
    };
    // SAFETY: a pixel reads its taps (LDR, any address) and the stream from front to end, at word boundaries (LDM, LDRD): passes
    // of `PASS` blocks after a first of 1 to `PASS` meet its end exactly. It writes two bytes of y for each block, so that
    // the last meets y's end. Cells may be written through shared references.
    unsafe { eight_pixels(x.as_ptr().cast(), y.as_ptr().cast_mut().cast(), &arguments) }
}

/// r0 y, r1 stream; r2, r3 accumulate two outputs; r6-r9 hold the taps; all others what the stream has. On the stack, from
/// its pointer: the stream, where the body is entered, the stream's end, the end of y, the step; x.
#[unsafe(naked)]
unsafe extern "C" fn eight_pixels(x: *const i8, y: *mut i8, arguments: &Arguments) {
    naked_asm!(
        extension!(),
        ".p2align 2",
        "push {{r4-r11, lr}}",
        "ldm r2, {{r4-r8}}",
        "mov r9, r0",
        // a block is 68 bytes of code; addresses of code are odd
        "adr.w r10, 3f",
        "movs r11, #68",
        "mls r5, r5, r11, r10",
        "orr r5, r5, #1",
        "push {{r4-r9}}",
        "mov r0, r1",
        // a pixel
        "1:",
        "ldrd r4, r5, [sp, #16]",
        "ldr r7, [r5]",
        "ldr r9, [r5, #4]",
        "add r5, r5, r4",
        "str r5, [sp, #20]",
        "sxtb16 r6, r7",
        "sxtb16 r7, r7, ror #8",
        "sxtb16 r8, r9",
        "sxtb16 r9, r9, ror #8",
        "ldm sp, {{r1, pc}}",
        "2:",
        ".rept 4",
        "ldm r1!, {{r2-r5, r10-r12, lr}}",
        "smlad r2, r6, r10, r2",
        "smlad r3, r6, r12, r3",
        "smlad r2, r7, r11, r2",
        "smlad r3, r7, lr, r3",
        "ldm r1!, {{r4, r5, r10-r12, lr}}",
        "smlad r2, r8, r4, r2",
        "smlad r3, r8, r10, r3",
        "smlad r2, r9, r5, r2",
        "smlad r3, r9, r11, r3",
        "ldrd r4, r5, [r1], #8",
        folded!("r2", "r12", "lr"),
        folded!("r3", "r4", "r5"),
        "strb r2, [r0], #1",
        "strb r3, [r0], #1",
        ".endr",
        "3:",
        "ldrd r4, r5, [sp, #8]",
        "cmp r1, r4",
        "bne.w 2b",
        "cmp r0, r5",
        "bne.w 1b",
        "add sp, sp, #24",
        "pop {{r4-r11, pc}}",
    )
}
