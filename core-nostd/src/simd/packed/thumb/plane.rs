//! Depthwise filters over planes.

use core::arch::naked_asm;
use core::cell::Cell;

use crate::simd::packed::plane::{Channel, LONG, Plane};

/// Arguments of the loops over chunks: eight of registers, in the order of those, and of its stack.
#[repr(C)]
struct PlaneArguments {
    end: *const i32,      // 0
    skip: usize,          // 4
    first: i32,           // 8
    next: usize,          // 12: bytes from behind the last chunk's skip to the first of the next output
    row_end: *const i32,  // 16
    weights: *const i32,  // 20
    sums: *mut i32,       // 24
    down: usize,          // 28: bytes from behind a row of outputs to the next
    row: usize,           // 32: bytes of a row of sums
    sums_end: *const i32, // 36
}

/// See `portable::plane`.
pub(in crate::simd::packed) fn plane(
    p: &Plane,
    plane: &[Cell<i32>],
    weights: &[Cell<i32>],
    first: i32,
    sums: &[Cell<i32>],
) {
    let (weights, sums): (*const i32, *mut i32) = (weights.as_ptr().cast(), sums.as_ptr().cast_mut().cast());
    let filter = p.skip.wrapping_add(p.chunk).wrapping_mul(p.chunks);
    let row = p.columns;
    let arguments = PlaneArguments {
        end: weights.wrapping_add(p.chunks.wrapping_mul(p.chunk)),
        skip: p.skip.wrapping_mul(4),
        first,
        next: p.right.wrapping_sub(filter).wrapping_mul(4),
        row_end: sums.wrapping_add(row),
        weights,
        sums,
        down: p.down.wrapping_sub(row.wrapping_mul(p.right)).wrapping_mul(4),
        row: row.wrapping_mul(4),
        sums_end: sums.wrapping_add(row.wrapping_mul(p.rows)),
    };
    let body = if p.chunk == LONG { chunks_of_5 } else { chunks_of_3 };
    // SAFETY: `Plane::put` has checked that there are outputs and chunks, short ones whole bodies of three; that the plane
    // has the words that all chunks of all outputs reach over, of which none but those are read; and that there is a
    // weight for each of their taps, and a sum for each output, which is written; cells may be written through shared references.
    // All are words at word boundaries (LDM, STM). The arguments are only read.
    unsafe { body(plane.as_ptr().cast(), &arguments) }
}

/// See `portable::channel`.
pub(in crate::simd::packed) fn channel(channel: &Channel<'_>, to: &[Cell<i32>], width: usize) {
    let ([right, down], [columns, rows]) = (channel.step, channel.size);
    let arguments = [
        right,
        columns,
        down.wrapping_sub(columns.wrapping_mul(right)),
        width.wrapping_sub(columns).wrapping_mul(4),
        rows,
    ];
    // SAFETY: `Channel::widen` has checked that there are rows and columns, that a byte of each lies in `x`, which is read,
    // and a word of each in `to`, which is written; its cells may be written through shared references. The arguments are
    // only read.
    unsafe { channel_words(channel.x.as_ptr().cast(), to.as_ptr().cast_mut().cast(), &arguments) }
}

/// Three taps of a chunk and their weights: products come to r2.
macro_rules! taps {
    () => {
        "ldm r0!, {{r2-r4}}
         ldm r1!, {{r5-r7}}
         muls r2, r5, r2
         muls r3, r6, r3
         muls r4, r7, r4
         adds r2, r2, r3
         adds r2, r2, r4
        "
    };
}

/// A loop over the chunks of all outputs. r0 the plane, r1 the weights, r8 their end, r9 a chunk's skip, r10 the first sum,
/// r11 to the next output, lr the end of a row of sums, r12 a sum. On the stack, from its pointer: the end of a row once
/// more, weights, sums, down, row, the sums' end.
macro_rules! chunks {
    ($name:ident, $($body:tt)*) => {
        #[unsafe(naked)]
        unsafe extern "C" fn $name(plane: *const i32, arguments: &PlaneArguments) {
            naked_asm!(
                "push {{r4-r7, lr}}",
                "mov r4, r8",
                "mov r5, r9",
                "mov r6, r10",
                "mov r7, r11",
                "push {{r4-r7}}",
                "ldm r1!, {{r4-r7}}",
                "mov r8, r4",
                "mov r9, r5",
                "mov r10, r6",
                "mov r11, r7",
                "ldm r1!, {{r2-r7}}",
                "push {{r2-r7}}",
                "mov lr, r2",
                "1:",
                "mov r12, r10",
                "ldr r1, [sp, #4]",
                "2:",
                $($body)*
                "cmp r1, r8",
                "bne 2b",
                "ldr r3, [sp, #8]",
                "mov r2, r12",
                "stm r3!, {{r2}}",
                "str r3, [sp, #8]",
                "add r0, r11",
                "cmp r3, lr",
                "bne 1b",
                "ldr r4, [sp, #12]",
                "add r0, r4",
                "ldr r4, [sp, #16]",
                "add lr, r4",
                "ldr r4, [sp, #20]",
                "cmp r3, r4",
                "bne 1b",
                "add sp, #24",
                "pop {{r4-r7}}",
                "mov r8, r4",
                "mov r9, r5",
                "mov r10, r6",
                "mov r11, r7",
                "pop {{r4-r7, pc}}",
            )
        }
    };
}

chunks!(chunks_of_3, ".rept 3", taps!(), "add r12, r2", "add r0, r9", ".endr",);
chunks!(
    chunks_of_5,
    taps!(),
    "ldm r0!, {{r3, r4}}",
    "ldm r1!, {{r5, r6}}",
    "muls r3, r5, r3",
    "muls r4, r6, r4",
    "adds r2, r2, r3",
    "adds r2, r2, r4",
    "add r12, r2",
    "add r0, r9",
);

/// r0 bytes, r1 words, r2 zero, r3 a word, r4 pixels of a row left, r5 rows left; from pixel to pixel in r6, from the end of a
/// row to the next in r7 and in r12; pixels of a row in lr.
#[unsafe(naked)]
unsafe extern "C" fn channel_words(x: *const i8, to: *mut i32, arguments: &[usize; 5]) {
    naked_asm!(
        "push {{r4-r7, lr}}",
        "ldm r2!, {{r3-r7}}",
        "mov lr, r4",
        "mov r12, r6",
        "movs r6, r3",
        "mov r3, r5",
        "mov r5, r7",
        "mov r7, r3",
        "movs r2, #0",
        "1:",
        "mov r4, lr",
        "2:",
        "ldrsb r3, [r0, r2]",
        "adds r0, r0, r6",
        "stm r1!, {{r3}}",
        "subs r4, #1",
        "bne 2b",
        "add r0, r7",
        "add r1, r12",
        "subs r5, #1",
        "bne 1b",
        "pop {{r4-r7, pc}}",
    )
}
