//! Winograd's tiles in Thumb without 32-bit encodings: Cortex-M0, M0+, and whatever runs their code.
//!
//! Two channels lie in a word, as in the form for cores with the DSP extension. Words of both tiles lie side by side. The
//! assembly keeps nothing live below the stack pointer, so interrupts may come at any time.
#![expect(unsafe_code, reason = "assembly; each call has its proof")]

use core::arch::naked_asm;
use core::cell::Cell;

use super::Stream;
use super::portable::winograd as portable;
use super::winograd::{Tile, Work};

/// Whether words may lie here.
fn aligned<T>(at: &[Cell<T>]) -> bool {
    at.as_ptr().addr().is_multiple_of(4)
}

/// See `portable::winograd::transform`.
pub(super) fn transform<const TILE: usize>(
    work: Work<'_, TILE>,
    channels: usize,
    lane: usize,
    x: &[Cell<i8>],
    step: usize,
) {
    if TILE != 4 {
        return portable::transform(work, channels, lane, x, step);
    }
    let sums = work.sums.as_ptr().cast_mut().cast();
    let to: *mut i32 = work.wide.as_ptr().cast_mut().cast();
    if aligned(work.wide) {
        // SAFETY: `Work` has checked that `channels` is a multiple of four above zero, that six rows of six times as many
        // bytes, `step` apart, lie inside `x`, that `wide` has 36 words for each of them, of which every second is written
        // from that of the `lane` on, which is 0 or 1, at word boundaries, and that `sums`, of which 36 words are written
        // and read, has 192. Cells may be written through a shared reference.
        unsafe { transform_pairs(x.as_ptr().cast(), to.wrapping_add(lane), step, channels, sums) }
    }
}

/// Arguments of `multiply_blocks`, in the order of its stack.
#[repr(C)]
struct Arguments {
    wide: *const i16,
    place: usize,
    end: *const i32,
    y0: *mut i8,
    step0: usize,
    y1: *mut i8,
    step1: usize,
    outputs: usize,
    sums: *mut i32,
}

/// See `portable::winograd::multiply`.
pub(super) fn multiply<const TILE: usize>(
    work: Work<'_, TILE>,
    channels: usize,
    stream: Stream<'_>,
    outputs: usize,
    tiles: [Tile<'_>; 2],
) {
    if TILE != 4 {
        return portable::multiply(work, channels, stream, outputs, tiles);
    }
    let [first, second] = tiles;
    if aligned(work.wide) {
        let arguments = Arguments {
            wide: work.wide.as_ptr().cast(),
            place: channels.wrapping_mul(4),
            end: stream.0.as_ptr_range().end,
            y0: first.y.as_ptr().cast_mut().cast(),
            step0: first.step,
            y1: second.y.as_ptr().cast_mut().cast(),
            step1: second.step,
            outputs,
            sums: work.sums.as_ptr().cast_mut().cast(),
        };
        // SAFETY: `Work` has checked that the stream is `outputs / 2` blocks, more than none, of 36 places of 4 words and one
        // for each of `channels`, a multiple of four above zero, and of 6 words: it is read once from front to end. `wide`
        // has 36 times `place` bytes, read once a block; both lie at word boundaries (LDM). `sums` has the 160 words that
        // are written and read. A block writes two bytes at each of 4x4 pixels of both tiles, `outputs` and `step` apart,
        // of which all lie inside their y. Cells may be written through a shared reference. `arguments` is only read.
        unsafe { multiply_blocks(stream.0.as_ptr(), &arguments) }
    }
}

/// `B` of the numbers in r0-r5, in place; r6 is at work.
macro_rules! inputs_line {
    () => {
        "subs r0, r0, r2
         lsls r0, r0, #2
         lsls r6, r2, #2
         subs r6, r4, r6
         subs r4, r4, r2
         adds r0, r0, r4
         subs r5, r5, r3
         lsls r2, r1, #2
         subs r2, r3, r2
         subs r3, r3, r1
         lsls r3, r3, #1
         subs r5, r5, r3
         subs r5, r5, r3
         adds r1, r6, r2
         subs r2, r6, r2
         subs r6, r4, r3
         adds r3, r4, r3
         movs r4, r6"
    };
}

/// `T` of the numbers in r0-r5: outputs in r0, r2, r4, r5; r6 is at work.
macro_rules! outputs_line {
    () => {
        "subs r6, r1, r2
         adds r1, r1, r2
         subs r2, r3, r4
         adds r3, r3, r4
         adds r5, r5, r2
         adds r5, r5, r5
         adds r5, r5, r6
         adds r6, r6, r6
         adds r2, r2, r6
         adds r4, r1, r3
         adds r1, r1, r1
         adds r0, r0, r1
         adds r0, r0, r0
         adds r0, r0, r3"
    };
}

/// Two channels a pass. First the columns: r0-r5 are six inputs, r7 is x, r8 where six numbers go, r9 the step, r10 what is
/// added to inputs, r11 what leads from below a column to the next, r12 where numbers end. Then the rows: r0-r5 are six
/// numbers, r7 is where they go, r8 where they are, r10 the offset, r12 where the first of them end, lr what lies between
/// places.
///
/// On the stack, from its pointer: x and wide of these channels, where 36 numbers are, the end of wide, what leads to the
/// next x: one or three bytes in turn.
#[unsafe(naked)]
unsafe extern "C" fn transform_pairs(
    x: *const i8,
    wide: *mut i32,
    step: usize,
    channels: usize,
    sums: *mut i32,
) {
    naked_asm!(
        "push {{r4-r7, lr}}",
        "mov r4, r8",
        "mov r5, r9",
        "mov r6, r10",
        "mov r7, r11",
        "push {{r4-r7}}",
        "ldr r4, [sp, #36]",
        "lsls r5, r3, #2",
        "mov lr, r5",
        "adds r5, r5, r1",
        "mov r9, r2",
        "lsls r6, r2, #1",
        "adds r6, r6, r2",
        "lsls r6, r6, #1",
        "subs r6, r3, r6",
        "mov r11, r6",
        "movs r6, #1",
        "push {{r0, r1, r4-r6}}",
        "1:",
        "ldr r7, [sp]",
        "ldr r6, [sp, #8]",
        "mov r8, r6",
        "adds r6, #144",
        "mov r12, r6",
        "movs r6, #0x80",
        "lsls r5, r6, #16",
        "adds r6, r6, r5",
        "mov r10, r6",
        // a column
        "2:",
        ".irp x, r0, r1, r2, r3, r4, r5",
        "ldrb \\x, [r7]",
        "ldrb r6, [r7, #2]",
        "lsls r6, r6, #16",
        "adds \\x, \\x, r6",
        "add r7, r9",
        ".endr",
        "add r7, r11",
        "mov r6, r10",
        ".irp x, r0, r1, r2, r3, r4, r5",
        "eors \\x, r6",
        ".endr",
        inputs_line!(),
        "mov r6, r8",
        "stm r6!, {{r0-r5}}",
        "mov r8, r6",
        "cmp r6, r12",
        "bne 2b",
        "ldr r7, [sp, #4]",
        "ldr r6, [sp, #8]",
        "mov r8, r6",
        "adds r6, #24",
        "mov r12, r6",
        "movs r6, #0x32",
        "lsls r6, r6, #8",
        "lsls r5, r6, #16",
        "adds r6, r6, r5",
        "mov r10, r6",
        // a row
        "3:",
        "mov r6, r8",
        "ldr r0, [r6]",
        "ldr r1, [r6, #24]",
        "ldr r2, [r6, #48]",
        "ldr r3, [r6, #72]",
        "ldr r4, [r6, #96]",
        "ldr r5, [r6, #120]",
        "adds r6, #4",
        "mov r8, r6",
        // so comes into all six
        "add r4, r10",
        "add r5, r10",
        inputs_line!(),
        ".irp x, r0, r1, r2, r3, r4, r5",
        "str \\x, [r7]",
        "add r7, lr",
        ".endr",
        "cmp r8, r12",
        "bne 3b",
        "pop {{r0, r1, r4-r6}}",
        "adds r0, r0, r6",
        "movs r2, #4",
        "subs r6, r2, r6",
        "adds r1, #8",
        "push {{r0, r1, r4-r6}}",
        "cmp r1, r5",
        "beq 4f",
        "b 1b",
        "4:",
        "add sp, #20",
        "pop {{r4-r7}}",
        "mov r8, r4",
        "mov r9, r5",
        "mov r10, r6",
        "mov r11, r7",
        "pop {{r4-r7, pc}}",
    )
}

/// Two channels of two outputs, whose words are the first and the third from `$a`, and of two tiles. r0 is wide, r1 stream;
/// r8-r11 accumulate a0, b0, a1, b1 for outputs a, b of tiles 0, 1. Words of inputs are above zero in both halves.
macro_rules! channels {
    ($a:literal, $b:literal) => {
        concat!(
            "ldm r0!, {{r2, r3}}
             ldr r4, [r1, #",
            $a,
            "]
             ldr r5, [r1, #",
            $b,
            "]
             uxth r6, r2
             sxth r7, r4
             muls r7, r6, r7
             add r8, r7
             sxth r7, r5
             muls r6, r7, r6
             add r9, r6
             uxth r6, r3
             muls r7, r6, r7
             add r11, r7
             sxth r7, r4
             muls r6, r7, r6
             add r10, r6
             lsrs r2, r2, #16
             lsrs r3, r3, #16
             asrs r4, r4, #16
             asrs r5, r5, #16
             movs r6, r2
             muls r6, r4, r6
             add r8, r6
             muls r4, r3, r4
             add r10, r4
             muls r3, r5, r3
             add r11, r3
             muls r5, r2, r5
             add r9, r5"
        )
    };
}

/// A row of a tile: six numbers at r8, four ninths to r7, each shifted. r9 is the ninth.
macro_rules! outputs_row {
    ($first:literal, $second:literal, $last:literal) => {
        concat!(
            "mov r6, r8
             ldr r0, [r6]
             ldr r1, [r6, #16]
             ldr r2, [r6, #32]
             ldr r3, [r6, #48]
             ldr r4, [r6, #64]
             ldr r5, [r6, #80]
             adds r6, #96
             mov r8, r6
             ",
            outputs_line!(),
            "
             mov r6, r9
             muls r0, r6, r0
             muls r2, r6, r2
             muls r4, r6, r4
             muls r5, r6, r5
             asrs r0, r0, #",
            $first,
            "
             asrs r2, r2, #",
            $second,
            "
             asrs r4, r4, #",
            $last,
            "
             asrs r5, r5, #",
            $last,
            "
             stm r7!, {{r0, r2, r4, r5}}"
        )
    };
}

/// Places as `channels!` has them; r12 is what lies between places of wide, lr the end of one. Then for each output of each
/// tile the columns: r0-r5 are six sums, r7 is where they lie, r8 where the first lines of them end; the rows
/// (`outputs_row!`); and what scales them: r0 is a number and r1-r3 at work, r4 and r5 the low and high part of the
/// multiplier, r6 is y, r7 where numbers lie, r8 the addend, r9 a half, r10 the shift, r11 leads to the next pixel, r12 is
/// the end of a row, lr where numbers end.
///
/// On the stack, from its pointer: where a place's sums go, where they end, and 16 numbers start; the arguments; the
/// stream; where the tile's y is; the first sum of this output and tile; what leads from row to row, and from the end of
/// one to the next.
#[unsafe(naked)]
unsafe extern "C" fn multiply_blocks(stream: *const i32, arguments: &Arguments) {
    naked_asm!(
        ".p2align 2",
        "push {{r4-r7, lr}}",
        "mov r4, r8",
        "mov r5, r9",
        "mov r6, r10",
        "mov r7, r11",
        "push {{r4-r7}}",
        "sub sp, #64",
        "add r6, sp, #8",
        "ldm r1!, {{r2-r5}}",
        "stm r6!, {{r2-r5}}",
        "ldm r1!, {{r2-r5}}",
        "stm r6!, {{r2-r5}}",
        "ldr r2, [r1]",
        "str r2, [r6]",
        "movs r3, #144",
        "lsls r3, r3, #2",
        "adds r3, r3, r2",
        "str r3, [sp, #4]",
        "movs r1, r0",
        // a block
        "1:",
        "ldr r0, [sp, #8]",
        "mov lr, r0",
        "ldr r2, [sp, #12]",
        "mov r12, r2",
        "ldr r2, [sp, #40]",
        "str r2, [sp]",
        // a place
        "2:",
        "ldm r1!, {{r2-r5}}",
        "mov r8, r2",
        "mov r9, r3",
        "mov r10, r4",
        "mov r11, r5",
        "add lr, r12",
        // four channels
        "3:",
        channels!("0", "8"),
        channels!("4", "12"),
        "adds r1, #16",
        "cmp r0, lr",
        "bne 3b",
        "mov r2, r8",
        "mov r3, r9",
        "mov r4, r10",
        "mov r5, r11",
        "ldr r6, [sp]",
        "ldr r7, [sp, #4]",
        "stm r6!, {{r2-r5}}",
        "str r6, [sp]",
        "cmp r6, r7",
        "bne 2b",
        "str r1, [sp, #44]",
        // a tile, the second first: where both are one, the first tile's outputs stay
        "add r0, sp, #28",
        "ldr r7, [sp, #40]",
        "adds r7, #8",
        "4:",
        "str r0, [sp, #48]",
        "str r7, [sp, #52]",
        "ldr r1, [r0, #4]",
        "str r1, [sp, #56]",
        "ldr r2, [sp, #36]",
        "lsls r2, r2, #2",
        "subs r1, r1, r2",
        "str r1, [sp, #60]",
        // an output of the two, from the fifth row of the first column on
        "5:",
        "movs r0, #192",
        "adds r7, r7, r0",
        "adds r7, r7, r0",
        "movs r0, r7",
        "adds r0, #96",
        "mov r8, r0",
        // a column
        "6:",
        "ldr r4, [r7]",
        "ldr r5, [r7, #96]",
        "subs r7, #192",
        "ldr r2, [r7]",
        "ldr r3, [r7, #96]",
        "subs r7, #192",
        "ldr r0, [r7]",
        "ldr r1, [r7, #96]",
        outputs_line!(),
        "str r0, [r7]",
        "str r2, [r7, #96]",
        "adds r7, #192",
        "str r4, [r7]",
        "str r5, [r7, #96]",
        "adds r7, #208",
        "cmp r7, r8",
        "bne 6b",
        "ldr r6, [sp, #52]",
        "mov r8, r6",
        "ldr r7, [sp, #4]",
        "ldr r0, 12f",
        "mov r9, r0",
        outputs_row!("5", "4", "3"),
        outputs_row!("4", "3", "2"),
        outputs_row!("3", "2", "1"),
        outputs_row!("3", "2", "1"),
        "mov lr, r7",
        "subs r7, #64",
        "ldr r1, [sp, #44]",
        "ldm r1!, {{r2-r4}}",
        "str r1, [sp, #44]",
        "mov r8, r3",
        "movs r0, #31",
        "ands r4, r0",
        "mov r10, r4",
        "uxth r4, r2",
        "asrs r5, r2, #16",
        "movs r0, #0x80",
        "lsls r0, r0, #8",
        "mov r9, r0",
        "ldr r0, [sp, #36]",
        "mov r11, r0",
        "lsls r0, r0, #2",
        "ldr r1, [sp, #48]",
        "ldr r6, [r1]",
        "adds r0, r0, r6",
        "mov r12, r0",
        "adds r0, r6, #1",
        "str r0, [r1]",
        // `fixed::doubled` by parts of 16 bits
        "7:",
        "ldm r7!, {{r0}}",
        "uxth r1, r0",
        "asrs r0, r0, #16",
        "movs r2, r1",
        "muls r2, r4, r2",
        "lsrs r2, r2, #16",
        "muls r1, r5, r1",
        "movs r3, r0",
        "muls r3, r4, r3",
        "adds r2, r2, r3",
        "add r2, r9",
        "asrs r3, r0, #31",
        "add r3, r8",
        "muls r0, r5, r0",
        "adds r0, r0, r3",
        "asrs r3, r2, #16",
        "adds r0, r0, r3",
        "uxth r2, r2",
        "adds r1, r1, r2",
        "asrs r1, r1, #16",
        "adds r0, r0, r1",
        "mov r1, r10",
        "asrs r0, r0, r1",
        "sxtb r1, r0",
        "cmp r1, r0",
        "bne 11f",
        "8:",
        "strb r0, [r6]",
        "add r6, r11",
        "cmp r6, r12",
        "bne 7b",
        "ldr r1, [sp, #56]",
        "add r12, r1",
        "ldr r1, [sp, #60]",
        "adds r6, r6, r1",
        "cmp r7, lr",
        "bne 7b",
        // the first sum was that of the first output, or of the other
        "ldr r7, [sp, #52]",
        "adds r7, #4",
        "str r7, [sp, #52]",
        "ldr r0, [sp, #40]",
        "subs r2, r7, r0",
        "lsls r3, r2, #29",
        "bpl 9f",
        "b 5b",
        "9:",
        "ldr r1, [sp, #44]",
        "cmp r2, #8",
        "beq 10f",
        "subs r1, #24",
        "str r1, [sp, #44]",
        "movs r7, r0",
        "add r0, sp, #20",
        "b 4b",
        "10:",
        "ldr r2, [sp, #16]",
        "cmp r1, r2",
        "beq 13f",
        "b 1b",
        // saturated
        "11:",
        "asrs r0, r0, #31",
        "movs r1, #127",
        "eors r0, r1",
        "b 8b",
        "13:",
        "add sp, #64",
        "pop {{r4-r7}}",
        "mov r8, r4",
        "mov r9, r5",
        "mov r10, r6",
        "mov r11, r7",
        "pop {{r4-r7, pc}}",
        ".p2align 2",
        // `winograd::NINTH`
        "12:",
        ".word 0x38e38e39",
    )
}
