//! Images of two rows and columns: three multiplications make the nine products of a channel.

use core::arch::naked_asm;
use core::cell::Cell;

use crate::simd::twos::{FIELD, FIRST, PIXELS};

/// Pairs of channels that the body has.
const PASS: usize = 16;

const _: () = assert!(FIELD == 24 && FIRST == 0x80_0000);

/// Arguments of `product_twos`, in the order of its registers.
#[repr(C)]
struct Arguments {
    wide: *const i32,
    first: usize,
    limit: *const i32,
    end: *const i32,
}

/// See `portable::twos::image`.
pub(in crate::simd) fn image(
    x: [&[Cell<i8>]; PIXELS],
    wide: &[[Cell<i32>; 2]],
    stream: &[i32],
    y: [&[Cell<i8>]; PIXELS],
) {
    let words = wide.as_ptr_range();
    let arguments = Arguments {
        wide: words.start.cast(),
        first: (wide.len() / 2).wrapping_sub(1) % PASS + 1,
        limit: words.end.cast(),
        end: stream.as_ptr_range().end,
    };
    let x = x.map(|x| x.as_ptr().cast());
    let y = y.map(|y| y.as_ptr().cast_mut().cast());
    // SAFETY: `wide` has channels in fours, and some, and each pixel of x as many bytes (LDR, any address); two words of each are
    // written (STRD, words). Reads `stream` once from front to end, which is whole blocks, at least one, of two words for each
    // channel and seven, and `wide` once a block: passes of `PASS` pairs of channels after a first of 1 to `PASS` meet its
    // end. Both lie at word boundaries (LDM). Writes a byte of each y a block, and all have as many. `Twos` has checked it.
    // Cells may be written through shared references.
    unsafe {
        take_twos(&x, words.start.cast_mut().cast(), wide.len() / 4);
        product_twos(stream.as_ptr(), &arguments, &y);
    }
}

/// r0, r3, r12, lr x of four pixels; r1 wide; r2 counts groups; r4-r7 four channels of each; r8-r10 one of each, of which two words
/// are made. What is turned over in right pixels is what 128 does to a byte.
#[unsafe(naked)]
unsafe extern "C" fn take_twos(x: &[*const u8; PIXELS], wide: *mut i32, groups: usize) {
    naked_asm!(
        extension!(),
        "push {{r4-r10, lr}}",
        "ldrd r3, r12, [r0, #4]",
        "ldr lr, [r0, #12]",
        "ldr r0, [r0]",
        "1:",
        "ldr r4, [r0], #4",
        "ldr r5, [r3], #4",
        "ldr r6, [r12], #4",
        "ldr r7, [lr], #4",
        "eor r5, r5, #0x80808080",
        "eor r7, r7, #0x80808080",
        ".irp turn, 0, 8, 16, 24",
        "sxtb.w r8, r4, ror #\\turn",
        "uxtb.w r9, r5, ror #\\turn",
        "uxtb.w r10, r7, ror #\\turn",
        "add r8, r9, r8, lsl #24",
        "sxtb.w r9, r6, ror #\\turn",
        "add r9, r10, r9, lsl #24",
        "strd r8, r9, [r1], #8",
        ".endr",
        "subs r2, r2, #1",
        "bne 1b",
        "pop {{r4-r10, pc}}",
    )
}

/// r1 stream; r2, r3 accumulate the upper row of outputs, r4, r5 the lower one. In the body r0 is wide, r6-r9 the words of two
/// channels' rows, r10-r12 and lr those of their weights: all registers. On the stack, from its pointer: the four y; 16 wide; 20
/// where the body is entered; 24 where wide ends; 28 where the stream does.
#[unsafe(naked)]
unsafe extern "C" fn product_twos(stream: *const i32, arguments: &Arguments, y: &[*mut i8; PIXELS]) {
    naked_asm!(
        extension!(),
        "push {{r4-r11, lr}}",
        "sub sp, sp, #32",
        "ldm r2, {{r4-r7}}",
        "stm sp, {{r4-r7}}",
        "ldm r1, {{r3-r6}}",
        // two channels are 32 bytes of code; addresses of code are odd
        "adr.w r10, 3f",
        "sub r4, r10, r4, lsl #5",
        "orr r4, r4, #1",
        "add r10, sp, #16",
        "stm r10, {{r3-r6}}",
        "mov r1, r0",
        // an output
        "1:",
        "mov r2, #0x800000",
        "mov r3, #0x8000",
        "mov r4, r2",
        "mov r5, r3",
        "ldrd r0, r10, [sp, #16]",
        "bx r10",
        "2:",
        ".rept 16",
        "ldm r0!, {{r6-r9}}",
        "ldm r1!, {{r10-r12, lr}}",
        "smlal r2, r3, r10, r6",
        "smlal r4, r5, r10, r7",
        "smlal r2, r3, r11, r7",
        "smlal r2, r3, r12, r8",
        "smlal r4, r5, r12, r9",
        "smlal r2, r3, lr, r9",
        ".endr",
        "3:",
        "ldr r10, [sp, #24]",
        "cmp r0, r10",
        "bne.w 2b",
        // right outputs to r6 and r7, left ones to r2 and r4
        "ubfx r6, r2, #0, #24",
        "lsr r2, r2, #24",
        "bfi r2, r3, #8, #16",
        "ubfx r7, r4, #0, #24",
        "lsr r4, r4, #24",
        "bfi r4, r5, #8, #16",
        "ldm r1!, {{r3, r5, r8-r12}}",
        "add r6, r3, r6, lsl #1",
        "add r2, r5, r2, lsl #1",
        "add r7, r8, r7, lsl #1",
        "add r4, r9, r4, lsl #1",
        // `fixed::doubled`
        ".irp sum, r2, r6, r4, r7",
        "add r3, r11, \\sum, asr #31",
        "smmlar \\sum, \\sum, r10, r3",
        "asr \\sum, \\sum, r12",
        "ssat \\sum, #8, \\sum",
        ".endr",
        "ldm sp, {{r0, r3, r5, r8}}",
        "strb r2, [r0], #1",
        "strb r6, [r3], #1",
        "strb r4, [r5], #1",
        "strb r7, [r8], #1",
        "stm sp, {{r0, r3, r5, r8}}",
        "ldr r10, [sp, #28]",
        "cmp r1, r10",
        "bne.w 1b",
        "add sp, sp, #32",
        "pop {{r4-r11, pc}}",
    )
}
