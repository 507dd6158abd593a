//! Depthwise filters over planes.

use core::arch::naked_asm;
use core::cell::Cell;

use crate::simd::packed::plane::{Channels, LONG, Plane, Widening};

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
    // SAFETY: `Plane::over` has checked that there are outputs and chunks, short ones whole bodies of three; that the plane
    // has the words that all chunks of all outputs reach over, of which none but those are read; and that there is a
    // weight for each of their taps, and a sum for each output, which is written; cells may be written through shared references.
    // All are words at word boundaries (LDM, STM). The arguments are only read.
    unsafe { body(plane.as_ptr().cast(), &arguments) }
}

/// Arguments of the loops over chunks of two planes: four of registers, in the order of those, and of their stack.
#[repr(C)]
struct TwoArguments {
    end: *const i32,      // 0
    skip: usize,          // 4
    next: usize,          // 8: as in `PlaneArguments`
    row_end: *const i32,  // 12
    firsts: [i32; 2],     // 16
    weights: *const i32,  // 24
    sums: *mut i32,       // 28
    high: usize,          // 32: bytes from a sum to that of the high half
    down: usize,          // 36
    row: usize,           // 40
    sums_end: *const i32, // 44
}

/// See `portable::plane_two`.
pub(in crate::simd::packed) fn plane_two(
    p: &Plane,
    plane: &[Cell<i32>],
    weights: &[Cell<i32>],
    firsts: [i32; 2],
    tight: bool,
    sums: &[Cell<i32>],
) {
    let (weights, sums): (*const i32, *mut i32) = (weights.as_ptr().cast(), sums.as_ptr().cast_mut().cast());
    let filter = p.skip.wrapping_add(p.chunk).wrapping_mul(p.chunks);
    let (row, outputs) = (p.columns, p.columns.wrapping_mul(p.rows));
    let arguments = TwoArguments {
        end: weights.wrapping_add(p.chunks.wrapping_mul(p.chunk)),
        skip: p.skip.wrapping_mul(4),
        next: p.right.wrapping_sub(filter).wrapping_mul(4),
        row_end: sums.wrapping_add(row),
        firsts,
        weights,
        sums,
        high: outputs.wrapping_mul(4),
        down: p.down.wrapping_sub(row.wrapping_mul(p.right)).wrapping_mul(4),
        row: row.wrapping_mul(4),
        sums_end: sums.wrapping_add(outputs),
    };
    let body = match (p.chunk == LONG, tight) {
        (false, false) => two_of_3,
        (false, true) => two_of_3_tight,
        (true, false) => two_of_5,
        (true, true) => two_of_5_tight,
    };
    // SAFETY: as in `plane`, but there are twice as many sums, and those of high halves lie behind the others.
    unsafe { body(plane.as_ptr().cast(), &arguments) }
}

/// See `portable::channel`.
pub(in crate::simd::packed) fn channel(channels: &Widening<'_, 1>, channel: usize) {
    let Widening { images: [Channels { x, next, step: [right, down] }], size: [columns, rows], .. } =
        *channels;
    let arguments = [
        right,
        columns,
        down.wrapping_sub(columns.wrapping_mul(right)),
        channels.width.wrapping_sub(columns).wrapping_mul(4),
        rows,
    ];
    let x = x.as_ptr().wrapping_add(channel.wrapping_mul(next));
    // SAFETY: `Widening::new` has checked that there are rows and columns, that a byte of each lies in `x`, which is read, of
    // any channel that `Widening::put` lets pass, and a word of each in `to`, which is written; its cells may be written
    // through shared references. The arguments are only read.
    unsafe { channel_words(x.cast(), channels.to.as_ptr().cast_mut().cast(), &arguments) }
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

/// Adds the halves of a group's sum to the totals.
macro_rules! halves {
    ($sum:literal) => {
        concat!(
            "sxth r3, ",
            $sum,
            "
             add r10, r3
             asrs ",
            $sum,
            ", ",
            $sum,
            ", #7
             add r11, ",
            $sum,
            "
            "
        )
    };
}

/// Three taps of a chunk, of which the third has a group of its own.
macro_rules! tight_taps {
    () => {
        concat!(
            "ldm r0!, {{r2-r4}}
             ldm r1!, {{r5-r7}}
             muls r2, r5, r2
             muls r3, r6, r3
             muls r4, r7, r4
             adds r2, r2, r3
             ",
            halves!("r2"),
            halves!("r4")
        )
    };
}

/// The fourth tap and the fifth.
macro_rules! last_taps {
    () => {
        concat!(
            "ldm r0!, {{r2, r3}}
             ldm r1!, {{r5, r6}}
             muls r2, r5, r2
             muls r3, r6, r3
             adds r2, r2, r3
             ",
            halves!("r2"),
            "add r0, r9"
        )
    };
}

/// A loop over the chunks of all outputs of two planes. r0 the planes, r1 the weights, r8 their end, r9 a chunk's skip, r10
/// and r11 the totals, low and high, r12 to the next output, lr the end of a row of sums. On the stack, from its pointer:
/// what totals begin with, weights, sums, what leads to those of high halves, down, row, the sums' end.
macro_rules! chunks_of_two {
    ($name:ident, $($body:expr),*) => {
        #[unsafe(naked)]
        unsafe extern "C" fn $name(plane: *const i32, arguments: &TwoArguments) {
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
                "mov r12, r6",
                "mov lr, r7",
                "sub sp, #32",
                "mov r2, sp",
                "ldm r1!, {{r4-r7}}",
                "stm r2!, {{r4-r7}}",
                "ldm r1!, {{r4-r7}}",
                "stm r2!, {{r4-r7}}",
                "1:",
                "ldr r1, [sp]",
                "mov r10, r1",
                "ldr r1, [sp, #4]",
                "mov r11, r1",
                "ldr r1, [sp, #8]",
                "2:",
                $($body,)*
                "cmp r1, r8",
                "bne 2b",
                "ldr r3, [sp, #12]",
                "mov r2, r10",
                "mov r4, r11",
                "asrs r5, r2, #7",
                "subs r4, r4, r5",
                "asrs r4, r4, #9",
                "ldr r5, [sp, #16]",
                "str r4, [r3, r5]",
                "stm r3!, {{r2}}",
                "str r3, [sp, #12]",
                "add r0, r12",
                "cmp r3, lr",
                "bne 1b",
                "ldr r4, [sp, #20]",
                "add r0, r4",
                "ldr r4, [sp, #24]",
                "add lr, r4",
                "ldr r4, [sp, #28]",
                "cmp r3, r4",
                "bne 1b",
                "add sp, #32",
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

chunks_of_two!(two_of_3, ".rept 3", taps!(), halves!("r2"), "add r0, r9", ".endr");
chunks_of_two!(two_of_3_tight, ".rept 3", tight_taps!(), "add r0, r9", ".endr");
chunks_of_two!(two_of_5, taps!(), halves!("r2"), last_taps!());
chunks_of_two!(two_of_5_tight, tight_taps!(), last_taps!());

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

/// Arguments of `channel_words_two`, in the order of its registers.
#[repr(C)]
struct ChannelArguments {
    right: [usize; 2],
    down: [usize; 2], // from the end of a row to the next
    columns: usize,
    skip: usize,
    end: *const i32,
}

/// See `portable::channel_two`.
pub(in crate::simd::packed) fn channel_two(channels: &Widening<'_, 2>, channel: usize) {
    let Widening { images: [low, high], size: [columns, rows], width, .. } = channels;
    let to: *mut i32 = channels.to.as_ptr().cast_mut().cast();
    let down = |image: &Channels<'_>| image.step[1].wrapping_sub(columns.wrapping_mul(image.step[0]));
    let arguments = ChannelArguments {
        right: [low.step[0], high.step[0]],
        down: [down(low), down(high)],
        columns: *columns,
        skip: width.wrapping_sub(*columns).wrapping_mul(4),
        end: to.wrapping_add(rows.wrapping_mul(*width)),
    };
    let x = |image: &Channels<'_>| image.x.as_ptr().wrapping_add(channel.wrapping_mul(image.next)).cast();
    // SAFETY: as in `channel`, for the bytes of both images.
    unsafe { channel_words_two(x(low), x(high), to, &arguments) }
}

/// r0 and r1 bytes, r2 zero, r3 and r4 at work, r5 words, r6 pixels of a row left, r7 pixels of a row; from pixel to pixel in
/// r8 and r9, from the end of a row to the next in r10, r11 and r12; the words' end in lr.
#[unsafe(naked)]
unsafe extern "C" fn channel_words_two(
    low: *const i8,
    high: *const i8,
    to: *mut i32,
    arguments: &ChannelArguments,
) {
    naked_asm!(
        "push {{r4-r7, lr}}",
        "mov r4, r8",
        "mov r5, r9",
        "mov r6, r10",
        "mov r7, r11",
        "push {{r4-r7}}",
        "ldm r3!, {{r4-r7}}",
        "mov r8, r4",
        "mov r9, r5",
        "mov r10, r6",
        "mov r11, r7",
        "ldm r3!, {{r4-r6}}",
        "movs r7, r4",
        "mov r12, r5",
        "mov lr, r6",
        "movs r5, r2",
        "movs r2, #0",
        "1:",
        "movs r6, r7",
        "2:",
        "ldrsb r3, [r0, r2]",
        "ldrsb r4, [r1, r2]",
        "add r0, r8",
        "add r1, r9",
        "lsls r4, r4, #16",
        "adds r3, r3, r4",
        "stm r5!, {{r3}}",
        "subs r6, #1",
        "bne 2b",
        "add r0, r10",
        "add r1, r11",
        "add r5, r12",
        "cmp r5, lr",
        "bne 1b",
        "pop {{r4-r7}}",
        "mov r8, r4",
        "mov r9, r5",
        "mov r10, r6",
        "mov r11, r7",
        "pop {{r4-r7, pc}}",
    )
}
