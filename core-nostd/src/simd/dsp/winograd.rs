//! Winograd's tiles. Two channels lie in a word as one number, `high * 2^16 + low`: sums of such words need nothing but
//! additions, and what they come to in the end is split without a borrow, as `OFFSET` leaves both above zero.

mod four;
mod two;

use core::cell::Cell;

use super::aligned;
use crate::simd::Stream;
use crate::simd::winograd::{Tile, Work};

/// See `portable::winograd::transform`.
#[inline(always)]
pub(in crate::simd) fn transform<const TILE: usize>(
    work: Work<'_, TILE>,
    channels: usize,
    lane: usize,
    x: &[Cell<i8>],
    step: usize,
) {
    let groups = if TILE == 4 { four::transform_groups } else { two::transform_groups };
    let sums = work.sums.as_ptr().cast_mut().cast();
    if let Some(to) = work.wide.get(lane.wrapping_mul(4)..)
        && aligned(to.as_ptr().cast())
    {
        // SAFETY: `Work` has checked that `channels` is a multiple of four above zero, that six rows of six times as many
        // bytes, `step` apart, lie inside `x` (LDR, any address), that `wide` has 36 times two lanes of them, of which one
        // is written, at word boundaries (STR), and that `sums`, of which 72 words are written and read, has 192. Tiles of
        // 2x2 outputs have four rows of four times as many bytes, 16 times two lanes, and 32 words of 80. Cells may be
        // written through a shared reference.
        unsafe { groups(x.as_ptr().cast(), to.as_ptr().cast_mut().cast(), step, channels, sums) }
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
pub(in crate::simd) fn multiply<const TILE: usize>(
    work: Work<'_, TILE>,
    channels: usize,
    stream: Stream<'_>,
    outputs: usize,
    tiles: [Tile<'_>; 2],
) {
    let blocks = if TILE == 4 { four::multiply_blocks } else { two::multiply_blocks };
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
        // apart, of which all lie inside their y. Tiles of 2x2 outputs have 16 places, 80 words, and 2x2 pixels. Cells may be
        // written through shared references. `arguments` is only read.
        unsafe { blocks(stream.0.as_ptr(), &arguments) }
    }
}

/// `transform_groups` of tiles of one size, here described for 4x4 outputs: `$numbers` are the bytes of all numbers on their
/// way, `$side` those of a column, `$back` is the logarithm of the rows
/// that loading a column has passed.
///
/// Four channels a pass. First the columns: r0-r5 are six inputs of four channels, r6-r11 the first and third of them,
/// then r0-r5 the second and fourth; r12 is where six numbers go. Then the rows: r0-r5 are six numbers, r6 is where they
/// are, r12 where it ends; r7 and r11 are where they go, for the first two channels and the others; r8 is what lies between
/// places, r9 and r10 three and five times that.
///
/// On the stack, from its pointer: x; the step; what leads from a column's last row to the next column; x and wide of these
/// channels; the end of x; what lies between places; where 72 numbers are, those of a column together, first two channels
/// and then the others; where they end.
macro_rules! transforms {
    (
        numbers: $numbers:literal, side: $side:literal, back: $back:literal,
        line: [$($line:literal,)*], load: [$($load:literal,)*], column: [$($column:literal,)*], row: [$($row:literal,)*]
    ) => {
        #[unsafe(naked)]
        pub(super) unsafe extern "C" fn transform_groups(
            x: *const i8,
            wide: *mut i16,
            step: usize,
            channels: usize,
            sums: *mut i32,
        ) {
            naked_asm!(
                extension!(),
                $($line,)*
                "push {{r4-r11, lr}}",
                "ldr r6, [sp, #36]",
                "sub sp, sp, #40",
                concat!("add r7, r6, #", $numbers),
                "strd r6, r7, [sp, #28]",
                concat!("sub r4, r3, r2, lsl #", $back),
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
                $($load,)*
                "add r6, r6, r8",
                "str r6, [sp]",
                $($column,)*
                "ldr r6, [sp, #32]",
                "cmp r12, r6",
                "bne 2b",
                "ldr r7, [sp, #16]",
                "ldr r8, [sp, #24]",
                "add r9, r8, r8, lsl #1",
                "add r10, r8, r8, lsl #2",
                "add r11, r7, #4",
                "ldr r6, [sp, #28]",
                concat!("add r12, r6, #", $side),
                // a row
                "3:",
                $($row,)*
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
    };
}
use transforms;

/// `multiply_blocks` of tiles of one size, here described for 4x4 outputs: `$lines` are the bytes of all lines, `$line` of
/// one, `$all` of lines and sums, `$second` leads from their end to the second tile's first sum, `$back` is the logarithm
/// of a tile's rows.
///
/// Places: r1 stream, r2-r5 accumulate a0, b0, a1, b1 for outputs a, b of tiles 0, 1; r0 is wide; r6, r7 hold four
/// channels of tile 0, r8, r9 of tile 1, r10, r11 of output a, r12, lr of output b: all registers. Then the columns of a
/// tile: r0-r5 are six sums of a, r6-r11 of b, r12 is where they lie, lr where four numbers of each go. Then the rows:
/// r0-r5 are six numbers, r10 is y, r11 leads to the next pixel, r12 to the next row.
///
/// On the stack, from its pointer: where a place's sums go, where they end; where the body is entered; wide; the stream's
/// end; y and its step of both tiles; what leads to the next pixel; the stream; where the tile's y is; where 48 numbers
/// start, lines of a and lines of b; where they end and all sums start; where the first line ends.
macro_rules! multiplies {
    (
        lines: $lines:literal, line: $line:literal, all: $all:literal, second: $second:literal, back: $back:literal,
        macros: [$($macros:literal,)*], column: [$($column:literal,)*], inverse: [$($inverse:literal,)*],
        rows: [$($rows:literal,)*]
    ) => {
        #[unsafe(naked)]
        pub(super) unsafe extern "C" fn multiply_blocks(stream: *const i32, arguments: &Arguments) {
            naked_asm!(
                extension!(),
                $($macros,)*
                ".p2align 2",
                "push {{r4-r11, lr}}",
                "sub sp, sp, #64",
                "ldr r3, [r1, #32]",
                "ldm r1, {{r4-r11}}",
                concat!("add r1, r3, #", $lines),
                "strd r3, r1, [sp, #48]",
                concat!("add r1, r3, #", $line),
                "str r1, [sp, #56]",
                concat!("add r1, r3, #", $all),
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
                concat!("sub r12, r6, #", $second),
                "add r0, sp, #28",
                "4:",
                "strd r1, r0, [sp, #40]",
                "ldr lr, [sp, #48]",
                // two columns
                "5:",
                ".rept 2",
                $($column,)*
                ".endr",
                "ldr r0, [sp, #56]",
                "cmp lr, r0",
                "bne 5b",
                concat!("sub lr, lr, #", $line),
                "ldr r0, [sp, #44]",
                "ldrd r10, r12, [r0]",
                "ldr r11, [sp, #36]",
                $($inverse,)*
                // an output of the two
                "6:",
                "ldr r0, [sp, #40]",
                "ldm r0!, {{r6-r8}}",
                "str r0, [sp, #40]",
                "and r8, r8, #31",
                $($rows,)*
                concat!("sub r10, r10, r12, lsl #", $back),
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
    };
}
use multiplies;
