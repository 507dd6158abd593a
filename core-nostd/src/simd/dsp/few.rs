//! Images of few pixels: four channels of all of them are widened in registers, and an output is two multiplications.

use core::arch::naked_asm;
use core::cell::Cell;

use crate::simd::few::{Few, OUTPUT, PIXELS, words};

/// Arguments of `few_channels`. Offsets are written into the assembly.
#[repr(C)]
struct Arguments {
    pixels: [usize; PIXELS - 1], // 0: bytes from the first pixel to the others, or 0 where there is none
    step: usize,                 // 12: bytes of y from an output to the next
    back: usize,                 // 16: from behind the last output to the next channel's first
    before: usize,               // 20: bytes of a channel's block that are passed over
    after: usize,                // 24
    span: usize,                 // 28: bytes of y from a channel's first output to behind its last
    end: *const i32,             // 32: of the stream
    first: usize,                // 36: bytes of the four channels' words that are passed over
}

/// See `portable::few`.
pub(in crate::simd) fn few(few: &Few, made: usize, [x, y]: [&[Cell<i8>]; 2], stream: &[i32]) {
    const BYTES: usize = OUTPUT * 4;
    let step = few.channels;
    let span = made.wrapping_mul(step);
    let arguments = Arguments {
        pixels: [1, 2, 3].map(|pixel: usize| if pixel < few.pixels { pixel.wrapping_mul(step) } else { 0 }),
        step,
        back: 1usize.wrapping_sub(span),
        before: few.first.wrapping_mul(BYTES),
        after: few.outputs.wrapping_sub(few.first).wrapping_sub(made).wrapping_mul(BYTES),
        span,
        end: stream.as_ptr_range().end,
        first: 0,
    };
    let left = few.channels % 4;
    let whole = few.channels.wrapping_sub(left);
    let (fours, rest) = stream.split_at(whole.wrapping_mul(words(few.outputs)).min(stream.len()));
    let (x, y): (*const u8, *mut i8) = (x.as_ptr().cast(), y.as_ptr().cast_mut().cast());
    let arguments = Arguments { end: fours.as_ptr_range().end, ..arguments };
    // SAFETY: `Few::run` has checked that `x` has all channels of all pixels, of which each four are read together (LDR, any
    // address), that the stream is blocks of so many words as `before`, `after` and the outputs made take with two words more,
    // one for each channel, at word boundaries (LDM), and that y has a byte for each output made of each channel. `fours` is
    // four channels' or a multiple, not zero, so that the stream meets its end. The last channels that are no four are made of
    // those four that end with the last, of which the first ones are passed over. Cells may be written through shared references.
    unsafe {
        few_channels(x, y, fours.as_ptr(), &arguments);
        if left > 0 {
            let passed = 4usize.wrapping_sub(left);
            let first = whole.wrapping_sub(passed);
            let end = rest.as_ptr_range().end;
            let arguments = Arguments { end, first: passed.wrapping_mul(8), ..arguments };
            few_channels(x.wrapping_add(first), y.wrapping_add(whole), rest.as_ptr(), &arguments);
        }
    }
}

/// r0 y, r1 stream; r2 accumulates; r3, r12 weights; r4, r5 pixels, two a word; r6 multiplier, r7 addend; r8 the step, r9 where
/// outputs end, r10 `back`, r11 the words of the next channel, lr their end. On the stack, from its pointer: those words, of four
/// channels; 32 x; 36 the arguments.
#[unsafe(naked)]
unsafe extern "C" fn few_channels(x: *const u8, y: *mut i8, stream: *const i32, arguments: &Arguments) {
    naked_asm!(
        extension!(),
        "push {{r4-r11, lr}}",
        "sub sp, sp, #44",
        "str r3, [sp, #36]",
        "mov r3, r0",
        "mov r0, r1",
        "mov r1, r2",
        // four channels; r3 x
        "1:",
        "ldr r2, [sp, #36]",
        "ldm r2, {{r4-r6}}",
        "ldr r4, [r3, r4]",
        "ldr r5, [r3, r5]",
        "ldr r6, [r3, r6]",
        "ldr r7, [r3], #4",
        "str r3, [sp, #32]",
        "sxtb16 r8, r7",
        "sxtb16 r7, r7, ror #8",
        "sxtb16 r9, r4",
        "sxtb16 r4, r4, ror #8",
        "sxtb16 r10, r5",
        "sxtb16 r5, r5, ror #8",
        "sxtb16 r11, r6",
        "sxtb16 r6, r6, ror #8",
        "pkhbt r12, r8, r9, lsl #16",
        "pkhbt lr, r10, r11, lsl #16",
        "strd r12, lr, [sp]",
        "pkhbt r12, r7, r4, lsl #16",
        "pkhbt lr, r5, r6, lsl #16",
        "strd r12, lr, [sp, #8]",
        "pkhtb r12, r9, r8, asr #16",
        "pkhtb lr, r11, r10, asr #16",
        "strd r12, lr, [sp, #16]",
        "pkhtb r12, r4, r7, asr #16",
        "pkhtb lr, r6, r5, asr #16",
        "strd r12, lr, [sp, #24]",
        "ldrd r8, r10, [r2, #12]",
        "ldr r9, [r2, #28]",
        "ldr r11, [r2, #36]",
        "add r9, r9, r0",
        "add r11, r11, sp",
        "add lr, sp, #32",
        // a channel
        "2:",
        "ldr r2, [sp, #36]",
        "ldm r1!, {{r6, r7}}",
        "ldr r12, [r2, #20]",
        "ldrd r4, r5, [r11], #8",
        "add r1, r1, r12",
        "3:",
        "ldm r1!, {{r2, r3, r12}}",
        "smlad r2, r4, r3, r2",
        "smlad r2, r5, r12, r2",
        "smmla r2, r2, r6, r7",
        "ssat r2, #8, r2, asr #11",
        "strb r2, [r0]",
        "add r0, r0, r8",
        "cmp r0, r9",
        "bne 3b",
        "ldr r2, [sp, #36]",
        "add r0, r0, r10",
        "ldr r12, [r2, #24]",
        "add r9, r9, #1",
        "add r1, r1, r12",
        "cmp r11, lr",
        "bne 2b",
        "ldr r2, [r2, #32]",
        "ldr r3, [sp, #32]",
        "cmp r1, r2",
        "bne 1b",
        "add sp, sp, #44",
        "pop {{r4-r11, pc}}",
    )
}
