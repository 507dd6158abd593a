//! Winograd's tiles. Two channels lie in a word as one number, `high * 2^16 + low`: sums of such words need nothing but
//! additions, and what they come to in the end is split without a borrow, as `OFFSET` leaves both above zero.

use core::arch::naked_asm;
use core::cell::Cell;

use super::aligned;
use crate::simd::Stream;
use crate::simd::winograd::{Tile, Work};

/// See `portable::winograd::transform`.
#[inline(always)]
pub(in crate::simd) fn transform(work: Work<'_>, channels: usize, lane: usize, x: &[Cell<i8>], step: usize) {
    let sums = work.sums.as_ptr().cast_mut().cast();
    if let Some(to) = work.wide.get(lane.wrapping_mul(4)..)
        && aligned(to.as_ptr().cast())
    {
        // SAFETY: `Work` has checked that `channels` is a multiple of four above zero, that six rows of six times as many
        // bytes, `step` apart, lie inside `x` (LDR, any address), that `wide` has 36 times two lanes of them, of which one
        // is written, at word boundaries (STR), and that `sums`, of which 72 words are written and read, has 192. Cells may
        // be written through a shared reference.
        unsafe { transform_groups(x.as_ptr().cast(), to.as_ptr().cast_mut().cast(), step, channels, sums) }
    }
}

/// Arguments of `multiply_blocks`, in the order of its registers.
#[repr(C)]
struct Arguments {
    wide: *const i16,
    groups: usize,
    end: *const i32,
    y0: *mut i8,
    step0: usize,
    y1: *mut i8,
    step1: usize,
    outputs: usize,
    sums: *mut i32,
}

/// See `portable::winograd::multiply`.
#[inline(always)]
pub(in crate::simd) fn multiply(
    work: Work<'_>,
    channels: usize,
    stream: Stream<'_>,
    outputs: usize,
    tiles: [Tile<'_>; 2],
) {
    let [first, second] = tiles;
    if aligned(work.wide.as_ptr().cast()) {
        let arguments = Arguments {
            wide: work.wide.as_ptr().cast(),
            groups: channels / 4,
            end: stream.0.as_ptr_range().end,
            y0: first.y.as_ptr().cast_mut().cast(),
            step0: first.step,
            y1: second.y.as_ptr().cast_mut().cast(),
            step1: second.step,
            outputs,
            sums: work.sums.as_ptr().cast_mut().cast(),
        };
        // SAFETY: `Work` has checked that the stream is `outputs / 2` blocks, more than none, of 36 places of 4 words and 4
        // for each of `groups`, which are 1 to 16, and of 6 words: it is read once from front to end. `wide` has 36 times
        // 16 bytes for each of `groups`, read once a block; both lie at word boundaries (LDM). `sums` has the 192 words
        // that are written and read. A block writes two bytes at each of 4x4 pixels of both tiles, `outputs` and `step`
        // apart, of which all lie inside their y. Cells may be written through shared references. `arguments` is only read.
        unsafe { multiply_blocks(stream.0.as_ptr(), &arguments) }
    }
}

/// Four channels a pass. First the columns: r0-r5 are six inputs of four channels, r6-r11 the first and third of them,
/// then r0-r5 the second and fourth; r12 is where six numbers go. Then the rows: r0-r5 are six numbers, r6 is where they
/// are, r12 where it ends; r7 and r11 are where they go, for the first two channels and the others; r8 is what lies between
/// places, r9 and r10 three and five times that.
///
/// On the stack, from its pointer: x; the step; what leads from a column's last row to the next column; x and wide of these
/// channels; the end of x; what lies between places; where 72 numbers are, those of a column together, first two channels
/// and then the others; where they end.
#[unsafe(naked)]
unsafe extern "C" fn transform_groups(
    x: *const i8,
    wide: *mut i16,
    step: usize,
    channels: usize,
    sums: *mut i32,
) {
    naked_asm!(
        extension!(),
        // `B` of six numbers in place
        ".macro inputs_line a, b, c, d, e, f",
        "sub \\a, \\a, \\c",
        "sub \\f, \\f, \\d",
        "sub lr, \\e, \\c, lsl #2",
        "sub \\e, \\e, \\c",
        "sub \\c, \\d, \\b, lsl #2",
        "sub \\d, \\d, \\b",
        "add \\b, lr, \\c",
        "sub \\c, lr, \\c",
        "add \\a, \\e, \\a, lsl #2",
        "sub \\f, \\f, \\d, lsl #2",
        "add \\d, \\e, \\d, lsl #1",
        "rsb \\e, \\d, \\e, lsl #1",
        ".endm",
        "push {{r4-r11, lr}}",
        "ldr r6, [sp, #36]",
        "sub sp, sp, #40",
        "add r7, r6, #288",
        "strd r6, r7, [sp, #28]",
        "sub r4, r3, r2, lsl #2",
        "strd r2, r4, [sp, #4]",
        "lsl r5, r3, #2",
        "add r4, r0, r3",
        "strd r0, r1, [sp, #12]",
        "strd r4, r5, [sp, #20]",
        // four channels
        "1:",
        "str r0, [sp]",
        "ldr r12, [sp, #28]",
        // a column
        "2:",
        "ldm sp, {{r6-r8}}",
        "ldr r0, [r6]",
        "ldr r1, [r6, r7]",
        "add r6, r6, r7, lsl #1",
        "ldr r2, [r6]",
        "ldr r3, [r6, r7]",
        "add r6, r6, r7, lsl #1",
        "ldr r4, [r6]",
        "ldr r5, [r6, r7]",
        "add r6, r6, r8",
        "str r6, [sp]",
        "mov lr, #0x00800080",
        "sxtab16 r6, lr, r0",
        "sxtab16 r7, lr, r1",
        "sxtab16 r8, lr, r2",
        "sxtab16 r9, lr, r3",
        "sxtab16 r10, lr, r4",
        "sxtab16 r11, lr, r5",
        "inputs_line r6, r7, r8, r9, r10, r11",
        "stm r12!, {{r6-r11}}",
        "mov lr, #0x00800080",
        ".irp x, r0, r1, r2, r3, r4, r5",
        "sxtab16 \\x, lr, \\x, ror #8",
        ".endr",
        "inputs_line r0, r1, r2, r3, r4, r5",
        "stm r12!, {{r0-r5}}",
        "ldr r6, [sp, #32]",
        "cmp r12, r6",
        "bne 2b",
        "ldr r7, [sp, #16]",
        "ldr r8, [sp, #24]",
        "add r9, r8, r8, lsl #1",
        "add r10, r8, r8, lsl #2",
        "add r11, r7, #4",
        "ldr r6, [sp, #28]",
        "add r12, r6, #24",
        // a row
        "3:",
        "ldr r0, [r6], #4",
        "ldr r1, [r6, #44]",
        "ldr r2, [r6, #92]",
        "ldr r3, [r6, #140]",
        "ldr r4, [r6, #188]",
        "ldr r5, [r6, #236]",
        // so comes into all six
        "add r4, r4, #0x32003200",
        "add r5, r5, #0x32003200",
        "inputs_line r0, r1, r2, r3, r4, r5",
        "str r0, [r7]",
        "str r1, [r7, r8]",
        "str r2, [r7, r8, lsl #1]",
        "str r3, [r7, r9]",
        "str r4, [r7, r8, lsl #2]",
        "str r5, [r7, r10]",
        "add r7, r7, r9, lsl #1",
        "ldr r0, [r6, #20]",
        "ldr r1, [r6, #68]",
        "ldr r2, [r6, #116]",
        "ldr r3, [r6, #164]",
        "ldr r4, [r6, #212]",
        "ldr r5, [r6, #260]",
        "add r4, r4, #0x32003200",
        "add r5, r5, #0x32003200",
        "inputs_line r0, r1, r2, r3, r4, r5",
        "str r0, [r11]",
        "str r1, [r11, r8]",
        "str r2, [r11, r8, lsl #1]",
        "str r3, [r11, r9]",
        "str r4, [r11, r8, lsl #2]",
        "str r5, [r11, r10]",
        "add r11, r11, r9, lsl #1",
        "cmp r6, r12",
        "bne 3b",
        "ldrd r0, r1, [sp, #12]",
        "ldr r2, [sp, #20]",
        "adds r0, r0, #4",
        "adds r1, r1, #16",
        "strd r0, r1, [sp, #12]",
        "cmp r0, r2",
        "bne.w 1b",
        "add sp, sp, #40",
        "pop {{r4-r11, pc}}",
        ".purgem inputs_line",
    )
}

/// Places: r1 stream, r2-r5 accumulate a0, b0, a1, b1 for outputs a, b of tiles 0, 1; r0 is wide; r6, r7 hold four
/// channels of tile 0, r8, r9 of tile 1, r10, r11 of output a, r12, lr of output b: all registers. Then the columns of a
/// tile: r0-r5 are six sums of a, r6-r11 of b, r12 is where they lie, lr where four numbers of each go. Then the rows:
/// r0-r5 are six numbers, r10 is y, r11 leads to the next pixel, r12 to the next row.
///
/// On the stack, from its pointer: where a place's sums go, where they end; where the body is entered; wide; the stream's
/// end; y and its step of both tiles; what leads to the next pixel; the stream; where the tile's y is; where 48 numbers
/// start, lines of a and lines of b; where they end and all sums start; where the first line ends.
#[unsafe(naked)]
unsafe extern "C" fn multiply_blocks(stream: *const i32, arguments: &Arguments) {
    naked_asm!(
        extension!(),
        // `T` of six numbers: outputs in the first, third, second and sixth
        ".macro outputs_line a, b, c, d, e, f",
        "add \\b, \\b, \\c",
        "sub \\c, \\b, \\c, lsl #1",
        "add \\d, \\d, \\e",
        "sub \\e, \\d, \\e, lsl #1",
        "add \\a, \\d, \\a, lsl #1",
        "add \\a, \\a, \\b, lsl #2",
        "add \\f, \\f, \\e",
        "add \\f, \\c, \\f, lsl #1",
        "add \\c, \\e, \\c, lsl #1",
        "add \\b, \\b, \\d",
        ".endm",
        // `fixed::doubled` of a ninth of a sum, shifted: r6 multiplier, r7 addend, r8 shift, r9 the ninth
        ".macro output sum, shift",
        "mul \\sum, \\sum, r9",
        "asr \\sum, \\sum, #\\shift",
        "add r3, r7, \\sum, asr #31",
        "smmlar \\sum, \\sum, r6, r3",
        "asr \\sum, \\sum, r8",
        "ssat \\sum, #8, \\sum",
        ".endm",
        // four outputs, and what each is shifted by: the last two by as much
        ".macro outputs_row first, second, last",
        "ldm lr!, {{r0-r5}}",
        "outputs_line r0, r1, r2, r3, r4, r5",
        "output r0, \\first",
        "strb r0, [r10]",
        "output r2, \\second",
        "strb r2, [r10, r11]",
        "output r1, \\last",
        "strb r1, [r10, r11, lsl #1]",
        "output r5, \\last",
        "add r4, r10, r11, lsl #1",
        "strb r5, [r4, r11]",
        "add r10, r10, r12",
        ".endm",
        ".p2align 2",
        "push {{r4-r11, lr}}",
        "sub sp, sp, #64",
        "ldr r3, [r1, #32]",
        "ldm r1, {{r4-r11}}",
        "add r1, r3, #192",
        "strd r3, r1, [sp, #48]",
        "add r1, r3, #24",
        "str r1, [sp, #56]",
        "add r1, r3, #768",
        "str r1, [sp, #4]",
        // a group is 40 bytes of code; addresses of code are odd
        "adr.w r2, 3f",
        "movs r3, #40",
        "mls r2, r5, r3, r2",
        "orr r2, r2, #1",
        "strd r2, r4, [sp, #8]",
        "add r2, sp, #16",
        "stm r2, {{r6-r11}}",
        "mov r1, r0",
        // a block
        "1:",
        "ldr r0, [sp, #12]",
        "ldr r2, [sp, #52]",
        "str r2, [sp]",
        // a place
        "2:",
        "ldm r1!, {{r2-r5}}",
        "ldr pc, [sp, #8]",
        ".rept 16",
        "ldm r0!, {{r6-r9}}",
        "ldm r1!, {{r10-r12, lr}}",
        "smlad r2, r6, r10, r2",
        "smlad r3, r6, r12, r3",
        "smlad r4, r8, r10, r4",
        "smlad r5, r8, r12, r5",
        "smlad r2, r7, r11, r2",
        "smlad r3, r7, lr, r3",
        "smlad r4, r9, r11, r4",
        "smlad r5, r9, lr, r5",
        ".endr",
        "3:",
        "ldrd r6, r7, [sp]",
        "stm r6!, {{r2-r5}}",
        "str r6, [sp]",
        "cmp r6, r7",
        "bne.w 2b",
        // a tile, the second first: where both are one, the first tile's outputs stay
        "sub r12, r6, #568",
        "add r0, sp, #28",
        "4:",
        "strd r1, r0, [sp, #40]",
        "ldr lr, [sp, #48]",
        // two columns
        "5:",
        ".rept 2",
        "ldrd r0, r6, [r12], #16",
        "ldrd r1, r7, [r12, #80]",
        "ldrd r2, r8, [r12, #176]",
        "ldrd r3, r9, [r12, #272]",
        "ldrd r4, r10, [r12, #368]",
        "ldrd r5, r11, [r12, #464]",
        "outputs_line r0, r1, r2, r3, r4, r5",
        "outputs_line r6, r7, r8, r9, r10, r11",
        "str r0, [lr], #4",
        "str r2, [lr, #20]",
        "str r1, [lr, #44]",
        "str r5, [lr, #68]",
        "str r6, [lr, #92]",
        "str r8, [lr, #116]",
        "str r7, [lr, #140]",
        "str r11, [lr, #164]",
        ".endr",
        "ldr r0, [sp, #56]",
        "cmp lr, r0",
        "bne 5b",
        "sub lr, lr, #24",
        "ldr r0, [sp, #44]",
        "ldrd r10, r12, [r0]",
        "ldr r11, [sp, #36]",
        "movw r9, #0x8e39",
        "movt r9, #0x38e3",
        // an output of the two
        "6:",
        "ldr r0, [sp, #40]",
        "ldm r0!, {{r6-r8}}",
        "str r0, [sp, #40]",
        "and r8, r8, #31",
        "outputs_row 5, 4, 3",
        "outputs_row 4, 3, 2",
        "outputs_row 3, 2, 1",
        "outputs_row 3, 2, 1",
        "sub r10, r10, r12, lsl #2",
        "adds r10, r10, #1",
        "ldr r0, [sp, #52]",
        "cmp lr, r0",
        "bne.w 6b",
        "mov r12, r0",
        "ldrd r1, r2, [sp, #40]",
        "str r10, [r2]",
        "add r0, sp, #20",
        "cmp r2, r0",
        "it ne",
        "subne r1, r1, #24",
        "bne.w 4b",
        "ldr r2, [sp, #16]",
        "cmp r1, r2",
        "bne.w 1b",
        "add sp, sp, #64",
        "pop {{r4-r11, pc}}",
        ".purgem outputs_line",
        ".purgem output",
        ".purgem outputs_row",
    )
}
