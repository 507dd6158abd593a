//! Bytes become words.

use core::arch::naked_asm;
use core::cell::Cell;
use core::ops::Range;

use crate::simd::Field;

/// See `portable::widen`.
pub(in crate::simd::packed) fn widen(field: &Field, x: &[Cell<i8>], wide: &[Cell<i32>], lane: usize) {
    let to: *mut i32 = wide.as_ptr().cast_mut().cast();
    let end = to.wrapping_add(field.taps.wrapping_mul(2)).wrapping_add(lane);
    let skip = field.step.wrapping_sub(field.run);
    // SAFETY: `packed::widen` has checked that there are rows of taps, of which all lie in `x`, where they are read, and twice
    // as many words in `wide`, of which every second is written, from the first or the second on; its cells may be written
    // through shared references.
    unsafe { widen_rows(x.as_ptr().cast(), to.wrapping_add(lane), field.run, skip, end) }
}

/// Arguments of `widen_words`, in the order of its registers.
#[repr(C)]
struct TwoArguments {
    steps: [usize; 2],
    fours: usize,
    run: usize,
    end: *const i32,
}

/// See `portable::widen_two`.
pub(in crate::simd::packed) fn widen_two(pixels: [(Field, &[Cell<i8>]); 2], wide: &[Cell<i32>], lane: usize) {
    let [(a, low), (b, high)] = pixels;
    let to: *mut i32 = wide.as_ptr().cast_mut().cast();
    let arguments = TwoArguments {
        steps: [a.step, b.step],
        fours: a.run & !3,
        run: a.run,
        end: to.wrapping_add(a.taps.wrapping_mul(2)).wrapping_add(lane),
    };
    // SAFETY: `packed::widen_two` has checked that there are rows of taps, as many in both fields, of which all lie where
    // they are read, and twice as many words in `wide`, of which every second is written, from the first or the second on;
    // its cells may be written through shared references. The arguments are only read.
    unsafe { widen_words(low.as_ptr().cast(), high.as_ptr().cast(), to.wrapping_add(lane), &arguments) }
}

/// See `portable::spread`.
pub(in crate::simd::packed) fn spread(bytes: &[u8], words: &[Cell<i32>]) {
    let Range { start, end } = words.as_ptr_range();
    // SAFETY: `packed::spread` has checked that there are words, which are written, and as many bytes, which are read; cells
    // may be written through shared references.
    unsafe { spread_bytes(bytes.as_ptr().cast(), start.cast_mut().cast(), words.len(), end.cast()) }
}

/// r0 bytes, r1 words, every second of which is written, r2 bytes of a row left, above zero; r8 bytes of a row, r12 what
/// leads from one to the next, lr where words end.
#[unsafe(naked)]
unsafe extern "C" fn widen_rows(x: *const i8, wide: *mut i32, run: usize, skip: usize, end: *const i32) {
    naked_asm!(
        "push {{r4-r7, lr}}",
        "mov r12, r3",
        "ldr r3, [sp, #20]",
        "mov lr, r3",
        "mov r3, r8",
        "push {{r3}}",
        "mov r8, r2",
        "movs r4, #0",
        "movs r5, #1",
        "movs r6, #2",
        "movs r7, #3",
        "1:",
        "subs r2, #4",
        "blo 3f",
        "2:",
        "ldrsb r3, [r0, r4]",
        "str r3, [r1]",
        "ldrsb r3, [r0, r5]",
        "str r3, [r1, #8]",
        "ldrsb r3, [r0, r6]",
        "str r3, [r1, #16]",
        "ldrsb r3, [r0, r7]",
        "str r3, [r1, #24]",
        "adds r0, #4",
        "adds r1, #32",
        "subs r2, #4",
        "bhs 2b",
        "3:",
        "adds r2, #4",
        "beq 5f",
        "4:",
        "ldrsb r3, [r0, r4]",
        "str r3, [r1]",
        "adds r0, #1",
        "adds r1, #8",
        "subs r2, #1",
        "bne 4b",
        "5:",
        "add r0, r12",
        "mov r2, r8",
        "cmp r1, lr",
        "bne 1b",
        "pop {{r3}}",
        "mov r8, r3",
        "pop {{r4-r7, pc}}",
    )
}

/// A tap of two pixels, r0 and r1, in a word at r2; r3 is the tap of the row, r4 and r5 at work.
macro_rules! tap_of_two {
    ($at:literal) => {
        concat!(
            "ldrsb r4, [r0, r3]
             ldrsb r5, [r1, r3]
             adds r3, #1
             lsls r5, r5, #16
             adds r4, r4, r5
             str r4, [r2, #",
            $at,
            "]"
        )
    };
}

/// Registers as `tap_of_two!` has them; r6 the whole fours of a row, r7 all of it, r8 and r9 from row to row, lr where words
/// end.
#[unsafe(naked)]
unsafe extern "C" fn widen_words(low: *const i8, high: *const i8, wide: *mut i32, arguments: &TwoArguments) {
    naked_asm!(
        "push {{r4-r7, lr}}",
        "mov r4, r8",
        "mov r5, r9",
        "push {{r4, r5}}",
        "ldm r3!, {{r4-r7}}",
        "mov r8, r4",
        "mov r9, r5",
        "ldr r3, [r3]",
        "mov lr, r3",
        "1:",
        "movs r3, #0",
        "cmp r6, #0",
        "beq 3f",
        "2:",
        tap_of_two!("0"),
        tap_of_two!("8"),
        tap_of_two!("16"),
        tap_of_two!("24"),
        "adds r2, #32",
        "cmp r3, r6",
        "bne 2b",
        "3:",
        "cmp r3, r7",
        "beq 5f",
        "4:",
        tap_of_two!("0"),
        "adds r2, #8",
        "cmp r3, r7",
        "bne 4b",
        "5:",
        "add r0, r8",
        "add r1, r9",
        "cmp r2, lr",
        "bne 1b",
        "pop {{r4, r5}}",
        "mov r8, r4",
        "mov r9, r5",
        "pop {{r4-r7, pc}}",
    )
}

/// r0 bytes, r1 words, r12 their end. As many bytes as fours leave come first.
#[unsafe(naked)]
unsafe extern "C" fn spread_bytes(bytes: *const i8, words: *mut i32, count: usize, end: *const i32) {
    naked_asm!(
        "push {{r4-r7, lr}}",
        "mov r12, r3",
        "movs r4, #0",
        "movs r5, #1",
        "movs r3, #3",
        "ands r3, r2",
        "beq 2f",
        "1:",
        "ldrsb r2, [r0, r4]",
        "stm r1!, {{r2}}",
        "adds r0, #1",
        "subs r3, #1",
        "bne 1b",
        "cmp r1, r12",
        "beq 3f",
        "2:",
        "ldrsb r2, [r0, r4]",
        "ldrsb r3, [r0, r5]",
        "adds r0, #2",
        "ldrsb r6, [r0, r4]",
        "ldrsb r7, [r0, r5]",
        "adds r0, #2",
        "stm r1!, {{r2, r3, r6, r7}}",
        "cmp r1, r12",
        "bne 2b",
        "3:",
        "pop {{r4-r7, pc}}",
    )
}
