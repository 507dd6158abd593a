//! Thumb without 32-bit encodings: Cortex-M0, M0+, and whatever runs their code.
//!
//! The assembly keeps nothing live below the stack pointer, so interrupts may come at any time.
#![expect(unsafe_code, reason = "assembly; each call has its proof")]

mod plane;
mod wide;

use core::arch::naked_asm;
use core::cell::Cell;
use core::ops::Range;

pub(super) use self::plane::{channel, channel_two, plane, plane_two};
pub(super) use self::wide::{spread, widen, widen_two};
use super::{Row, Scale, Sums};

/// Taps of an unrolled body. Written into the assembly.
const BODY: usize = 16;

/// Arguments of the loops over passes, in the order of their stack.
#[repr(C)]
struct Arguments<'a> {
    fixed: *const i32,      // 0
    back: usize,            // 4: bytes of code in front of the body's end where a pass begins
    firsts: &'a [i32; 4],   // 8
    fixed_end: *const i32,  // 12
    low: *mut i32,          // 16
    high: *mut i32,         // 20
    moving_end: *const i32, // 24
}

type Loop = unsafe extern "C" fn(*const i32, &Arguments<'_>);

/// See `portable::sums`.
pub(super) fn sums(sums: &Sums<'_>, [low, high]: [&[Cell<i32>]; 2], passes: usize) {
    let taps = sums.fixed.len();
    // how many bits the taps of a group have below one, and its instructions
    let (body, bits, length): (Loop, u32, usize) = match sums.group {
        16 => (passes_of_16, 4, 88),
        8 => (passes_of_8, 3, 48),
        4 => (passes_of_4, 2, 28),
        _ => (passes_of_2, 1, 16),
    };
    let arguments = Arguments {
        fixed: sums.fixed.as_ptr(),
        back: back(taps, bits, length),
        firsts: &sums.firsts,
        fixed_end: sums.fixed.as_ptr().wrapping_add(taps),
        low: low.as_ptr().cast_mut().cast(),
        high: high.as_ptr().cast_mut().cast(),
        moving_end: sums.moving.as_ptr().wrapping_add(passes.wrapping_mul(taps).wrapping_mul(2)),
    };
    // SAFETY: `Sums::put` has checked that `passes` times two words for each tap of `fixed`, above zero many, lie in
    // `moving`, and two words a pass in both places that are written, whose cells may be written through shared
    // references; and that taps are whole groups. A pass reads `fixed` from front to end: bodies of `BODY` taps behind a
    // first of what is left meet its end exactly, since code is as long as `length` says (each instruction has two
    // bytes). All lie at word boundaries (LDM, STM). The arguments are only read.
    unsafe { body(sums.moving.as_ptr(), &arguments) }
}

/// Bytes of code in front of a body's end where a pass over so many taps begins: the groups of its first body are what is
/// left by whole ones, or all.
fn back(taps: usize, bits: u32, length: usize) -> usize {
    let groups = ((taps >> bits).wrapping_sub(1) & (BODY >> bits).wrapping_sub(1)).wrapping_add(1);
    groups.wrapping_mul(length).wrapping_mul(2)
}

/// See `portable::row`.
pub(super) fn row(row: &Row<'_>, low: &[Cell<i32>; 2], high: &[Cell<i32>; 2]) {
    let (body, bits, length): (Loop, u32, usize) = match row.group {
        16 => (row_of_16, 4, 138),
        8 => (row_of_8, 3, 74),
        4 => (row_of_4, 2, 42),
        _ => (row_of_2, 1, 26),
    };
    let (weights, wide) = (row.weights.as_ptr_range(), row.wide.as_ptr_range());
    let arguments = Arguments {
        fixed: wide.start.cast(),
        back: back(row.weights.len(), bits, length),
        firsts: &row.firsts,
        fixed_end: wide.end.cast(),
        low: low.as_ptr().cast_mut().cast(),
        high: high.as_ptr().cast_mut().cast(),
        moving_end: weights.end,
    };
    // SAFETY: `Row::put` has checked that there are as many words in `weights` as taps, above zero and whole groups, and
    // three in `wide` for every two. Two words are written in both places, whose cells may be written through shared
    // references. The one pass reads `wide` from front to end: bodies of `BODY` taps behind a first of what is left meet
    // its end exactly, since code is as long as `length` says, and that of the weights too. All lie at word boundaries
    // (LDM, STM). The arguments are only read.
    unsafe { body(weights.start, &arguments) }
}

/// See `portable::scale_each`.
pub(super) fn scale_each(scales: &[[i32; Scale::WORDS]], sums: &[Cell<i32>], y: &[Cell<i8>]) {
    let Range { start, end } = y.as_ptr_range();
    // SAFETY: `packed::scale` has checked that there are outputs, which are written, and as many sums and scales, which are
    // read; cells may be written through shared references.
    unsafe { scales_words(sums.as_ptr().cast(), scales.as_ptr(), start.cast_mut().cast(), end.cast()) }
}

/// See `portable::scale`.
pub(super) fn scale(scale: &Scale, sums: &[Cell<i32>], y: &[Cell<i8>], step: usize) {
    let Range { start, end } = sums.as_ptr_range();
    // SAFETY: `Scale::put` has checked that there are sums, whose words are read, and that as many bytes, `step` apart, lie
    // in `y`, whose cells may be written through shared references. The scale is only read.
    unsafe { scale_words(start.cast(), end.cast(), y.as_ptr().cast_mut().cast(), step, &scale.0) }
}

/// Two taps of two lanes: r0 moves, r1 stays. Products are in r2-r5.
macro_rules! taps {
    () => {
        "ldm r0!, {{r2-r5}}
         ldm r1!, {{r6, r7}}
         muls r2, r6, r2
         muls r3, r6, r3
         muls r4, r7, r4
         muls r5, r7, r5"
    };
}

/// Adds the halves of a group's sums, which are in r4 and r5, to the totals.
macro_rules! halves {
    () => {
        "sxth r2, r4
         add r8, r2
         asrs r4, r4, #7
         add r9, r4
         sxth r3, r5
         add r10, r3
         asrs r5, r5, #7
         add r11, r5"
    };
}

/// A loop over passes, with bodies of 16 taps in whole groups.
///
/// r0 is what moves, r1 what stays, r7 at work, or what `$first` makes it; r8-r11 are the totals, low and high of each lane;
/// r12 and lr the sums of a group.
macro_rules! passes {
    ($name:ident, $first:literal, $($body:tt)*) => {
        #[unsafe(naked)]
        unsafe extern "C" fn $name(moving: *const i32, arguments: &Arguments<'_>) {
            naked_asm!(
                ".p2align 2",
                "push {{r4-r7, lr}}",
                "mov r4, r8",
                "mov r5, r9",
                "mov r6, r10",
                "mov r7, r11",
                "push {{r4-r7}}",
                "ldm r1!, {{r2-r7}}",
                "ldr r1, [r1]",
                "push {{r1}}",
                // code addresses are odd; the body's end lies at a word boundary
                "adr r1, 3f",
                "adds r1, #1",
                "subs r3, r1, r3",
                "push {{r2-r7}}",
                "1:",
                $first,
                "ldr r1, [sp, #8]",
                "ldm r1!, {{r2-r5}}",
                "mov r8, r2",
                "mov r9, r3",
                "mov r10, r4",
                "mov r11, r5",
                "ldr r1, [sp]",
                "ldr r2, [sp, #4]",
                "bx r2",
                ".p2align 2",
                "2:",
                $($body)*
                "3:",
                "ldr r2, [sp, #12]",
                "cmp r1, r2",
                "beq 4f",
                "b 2b",
                "4:",
                "mov r2, r8",
                "mov r3, r10",
                "mov r4, r9",
                "mov r5, r11",
                "asrs r6, r2, #7",
                "subs r4, r4, r6",
                "asrs r4, r4, #9",
                "asrs r6, r3, #7",
                "subs r5, r5, r6",
                "asrs r5, r5, #9",
                "ldr r6, [sp, #16]",
                "stm r6!, {{r2, r3}}",
                "str r6, [sp, #16]",
                "ldr r6, [sp, #20]",
                "stm r6!, {{r4, r5}}",
                "str r6, [sp, #20]",
                "ldr r2, [sp, #24]",
                "cmp r0, r2",
                "beq 5f",
                "b 1b",
                "5:",
                "add sp, #28",
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

/// The first two taps of a group of more.
macro_rules! begin {
    () => {
        concat!(
            taps!(),
            "
         adds r2, r2, r4
         adds r3, r3, r5
         mov r12, r2
         mov lr, r3"
        )
    };
}

/// Two taps on the way.
macro_rules! go_on {
    () => {
        concat!(
            taps!(),
            "
         add r12, r2
         add lr, r3
         add r12, r4
         add lr, r5"
        )
    };
}

/// The last two taps of a group of more.
macro_rules! end {
    () => {
        concat!(
            taps!(),
            "
         adds r4, r4, r2
         adds r5, r5, r3
         add r4, r12
         add r5, lr
         ",
            halves!()
        )
    };
}

passes!(passes_of_2, "", ".rept 8", taps!(), "adds r4, r4, r2", "adds r5, r5, r3", halves!(), ".endr",);
passes!(passes_of_4, "", ".rept 4", begin!(), end!(), ".endr",);
passes!(passes_of_8, "", ".rept 2", begin!(), go_on!(), go_on!(), end!(), ".endr",);
passes!(passes_of_16, "", begin!(), ".rept 6", go_on!(), ".endr", end!(),);

/// Two taps of a row: r0 are the weights, r1 the taps, r7 the mask; r2-r6 at work. The sums of a group are begun, or go on.
macro_rules! row_taps {
    ($add:literal) => {
        concat!(
            "ldm r1!, {{r2-r4}}
             ldm r0!, {{r5, r6}}
             ",
            $add,
            " r12, r4
             ",
            $add,
            " lr, r4
             lsrs r4, r5, #8
             ands r4, r7
             muls r4, r3, r4
             add r12, r4
             muls r5, r2, r5
             add r12, r5
             lsrs r4, r6, #8
             ands r4, r7
             muls r4, r3, r4
             add lr, r4
             muls r6, r2, r6
             add lr, r6
            "
        )
    };
}

/// Taps behind the first two of a group.
macro_rules! row_group {
    ($times:literal) => {
        concat!(
            row_taps!("mov"),
            ".rept ",
            $times,
            "
             ",
            row_taps!("add"),
            ".endr
             mov r4, r12
             mov r5, lr
             ",
            halves!()
        )
    };
}

/// A loop over the pass of a row.
macro_rules! rows {
    ($($name:ident, $groups:literal of $times:literal;)*) => { $(
        passes!(
            $name,
            "movs r7, #0xff
             lsls r2, r7, #16
             adds r7, r7, r2",
            concat!(".rept ", $groups),
            row_group!($times),
            ".endr",
        );
    )* };
}
rows! {
    row_of_2, "8" of "0";
    row_of_4, "4" of "1";
    row_of_8, "2" of "3";
    row_of_16, "1" of "7";
}

/// A loop over the sums of a `Scale`: its addend is in r8, or where `$addend` says, once `$first` was done with the sum in r2.
/// r0 sums, r1 y, r2 and r3 at work, r4-r7 low, high, shift, below; r9 from output to output, r10 the sums' end.
macro_rules! scale_loop {
    ($from:literal, $first:literal, $addend:literal) => {
        concat!(
            $from,
            ":
         ldm r0!, {{r2}}
         ",
            $first,
            "
         movs r3, r2
         muls r3, r4, r3
         asrs r3, r3, #12
         muls r2, r5, r2
         adds r2, r2, r3
         add r2, ",
            $addend,
            "
         asrs r2, r2, r6
         asrs r3, r2, #31
         bics r2, r2, r3
         cmp r2, #255
         bls 6f
         movs r2, #255
         6:
         subs r2, #128
         strb r2, [r1]
         add r1, r9
         cmp r0, r10
         bne ",
            $from,
            "b"
        )
    };
}

/// `Scale::output` of each sum.
#[unsafe(naked)]
unsafe extern "C" fn scale_words(
    sums: *const i32,
    end: *const i32,
    y: *mut i8,
    step: usize,
    scale: &[i32; Scale::WORDS],
) {
    naked_asm!(
        "push {{r4-r7, lr}}",
        "mov r4, r8",
        "mov r5, r9",
        "mov r6, r10",
        "mov r7, r11",
        "push {{r4-r7}}",
        "mov r9, r3",
        "mov r10, r1",
        "mov r1, r2",
        "ldr r2, [sp, #36]",
        "ldm r2!, {{r3-r7}}",
        "mov r8, r6",
        "movs r6, r3",
        // bit 6 is that of `CLAMPED`
        "subs r3, #64",
        "bpl 5f",
        "cmp r7, #0",
        "bne 3f",
        scale_loop!("2", "", "r8"),
        "4:",
        "pop {{r4-r7}}",
        "mov r8, r4",
        "mov r9, r5",
        "mov r10, r6",
        "mov r11, r7",
        "pop {{r4-r7, pc}}",
        scale_loop!("3", "asrs r3, r2, #31\nands r3, r3, r7\nadd r3, r8\nmov r12, r3", "r12"),
        "b 4b",
        "5:",
        "movs r6, r3",
        scale_loop!(
            "9",
            "rsbs r3, r7, #0
             cmp r2, r7
             ble 7f
             movs r2, r7
             7:
             cmp r2, r3
             bge 8f
             movs r2, r3
             8:",
            "r8"
        ),
        "b 4b",
    )
}

/// `Scale::output` of each sum by its scale: r0 sums, r1 scales, r12 y, lr its end.
#[unsafe(naked)]
unsafe extern "C" fn scales_words(
    sums: *const i32,
    scales: *const [i32; Scale::WORDS],
    y: *mut i8,
    end: *const i8,
) {
    naked_asm!(
        "push {{r4-r7, lr}}",
        "mov r12, r2",
        "mov lr, r3",
        "1:",
        "ldm r0!, {{r2}}",
        "ldm r1!, {{r3-r7}}",
        // bit 6 is that of `CLAMPED`: the sum comes nearer to zero, and nothing is added below it
        "cmp r3, #64",
        "blo 5f",
        "subs r3, #64",
        "cmp r2, r7",
        "ble 3f",
        "movs r2, r7",
        "3:",
        "rsbs r7, r7, #0",
        "cmp r2, r7",
        "bge 4f",
        "movs r2, r7",
        "4:",
        "movs r7, #0",
        "5:",
        "muls r4, r2, r4",
        "asrs r4, r4, #12",
        "muls r5, r2, r5",
        "adds r4, r4, r5",
        "asrs r2, r2, #31",
        "ands r2, r7",
        "adds r4, r4, r2",
        "adds r4, r4, r6",
        "asrs r4, r3",
        "asrs r2, r4, #31",
        "bics r4, r2",
        "cmp r4, #255",
        "bls 2f",
        "movs r4, #255",
        "2:",
        "subs r4, #128",
        "mov r2, r12",
        "strb r4, [r2]",
        "adds r2, #1",
        "mov r12, r2",
        "cmp r2, lr",
        "bne 1b",
        "pop {{r4-r7, pc}}",
    )
}
