//! Products of polynomials: SMLAL makes three products of bytes, and six words are loaded for what 24 products need.
//!
//! The body is unrolled as in [`super::halfwords`]. Behind it the fields of two accumulators, six sums, take all registers
//! but four.

use core::arch::naked_asm;
use core::cell::Cell;

use crate::simd::polynomial::{PASS, PIXELS};

/// See `portable::polynomial::take`.
#[inline(always)]
pub(in crate::simd) fn take(
    x: &[Cell<i8>],
    step: usize,
    [rows, groups, row_step]: [usize; 3],
    wide: &[Cell<i32>],
) {
    let skip = row_step.wrapping_sub(groups.wrapping_mul(4));
    // SAFETY: `Matrix::take` has checked that for three pixels, `step` bytes apart, `rows` rows of `groups` times four bytes
    // lie inside `x` (LDR, any address), that both numbers are above zero, and that `wide` has two words for each of those
    // bytes of a pixel, which are written (STRD, words); cells may be written through a shared reference.
    unsafe { take_groups(x.as_ptr().cast(), wide.as_ptr().cast_mut().cast(), step, rows, groups, skip) }
}

/// See `portable::polynomial::Blocks`.
#[derive(Debug)]
pub(in crate::simd) struct Blocks<'a> {
    stream: &'a [i32],
    arguments: Arguments,
}

/// Arguments of `product_blocks`, in the order of its registers.
#[derive(Debug)]
#[repr(C)]
struct Arguments {
    wide: *const i32,
    first: usize,
    folded: usize,
    limit: *const i32,
    sums: *mut i32,
    end: *const i32,
    part: usize,
    skip: usize,
}

impl<'a> Blocks<'a> {
    /// `stream` is whole blocks, at least one, `part` a multiple of `PASS` above zero; `wide` is not empty, and `sums`, which
    /// are zero, lie behind it. Of the taps of a single part so many last ones, but not all, have no weights.
    pub(in crate::simd) fn new(
        wide: &'a [[Cell<i32>; 2]],
        sums: &'a [Cell<i32>],
        stream: &'a [i32],
        folded: bool,
        (part, unused): (usize, usize),
    ) -> Self {
        // all parts but the first are whole
        let first = wide.len().wrapping_sub(1).checked_rem(part).unwrap_or(0).wrapping_add(1);
        let unused = if first == wide.len() && unused < first { unused } else { 0 };
        let first = first.wrapping_sub(unused);
        let arguments = Arguments {
            wide: wide.as_ptr().cast(),
            first: first.wrapping_sub(1) % PASS + 1,
            folded: folded as usize,
            limit: wide.as_ptr().wrapping_add(first).cast(),
            sums: sums.as_ptr().cast_mut().cast(),
            end: stream.as_ptr_range().end,
            part: part.wrapping_mul(8),
            skip: unused.wrapping_mul(8),
        };
        Blocks { stream, arguments }
    }

    /// Every y is for the outputs of all blocks.
    #[inline(always)]
    pub(in crate::simd) fn multiply(&self, [y0, y1, y2]: [&[Cell<i8>]; PIXELS]) {
        let y = [y0.as_ptr().cast_mut().cast(), y1.as_ptr().cast_mut().cast(), y2.as_ptr().cast_mut().cast()];
        // SAFETY: reads `stream` once from front to end: a block takes 2 words for each tap of `wide`, which are passed over where
        // they are not used, and 16, which is `words`, and `Matrix::new` has cut it to whole blocks, at least one. Reads `wide` once a block, two words a tap: passes of
        // `PASS` taps after a first of 1 to `PASS` meet the limit of each part, since parts are multiples of that, and that of
        // the last exactly at its end, where the 12 words of `sums` lie, which are read and written; or that of the only one before
        // the taps that are not used. All lie at word
        // boundaries (LDRD) and are borrowed for as long as `self`. Writes four bytes of each y a block (STRH, any address), and
        // all have as many: `Matrix::multiply` has checked it, and `Matrix::last` has four for one block. Cells may be
        // written through shared references. `arguments` and the pointers to y are only read.
        unsafe { product_blocks(self.stream.as_ptr(), &self.arguments, &y) }
    }
}

/// r0, r2, r3 x of three pixels; r1 wide; r4-r6 four taps of each; r7-r9 one of each, of which two words are made; r10 groups
/// of a row, r11 what lies behind them, r12 those left, lr rows left.
#[unsafe(naked)]
unsafe extern "C" fn take_groups(
    x: *const i8,
    wide: *mut i32,
    step: usize,
    rows: usize,
    groups: usize,
    skip: usize,
) {
    naked_asm!(
        extension!(),
        "push {{r4-r11, lr}}",
        "ldrd r10, r11, [sp, #36]",
        "mov lr, r3",
        "add r2, r0, r2",
        "rsb r3, r0, r2, lsl #1",
        "1:",
        "mov r12, r10",
        "2:",
        "ldr r4, [r0], #4",
        "ldr r5, [r2], #4",
        "ldr r6, [r3], #4",
        ".irp turn, 0, 8, 16, 24",
        "sxtb.w r7, r4, ror #\\turn",
        "sxtb.w r8, r5, ror #\\turn",
        "sxtb.w r9, r6, ror #\\turn",
        "add r7, r7, r8, lsl #21",
        "add r8, r8, r9, lsl #21",
        "strd r7, r8, [r1], #8",
        ".endr",
        "subs r12, r12, #1",
        "bne 2b",
        "add r0, r0, r11",
        "add r2, r2, r11",
        "add r3, r3, r11",
        "subs lr, lr, #1",
        "bne 1b",
        "pop {{r4-r11, pc}}",
    )
}

/// `product_fields`: six sums of two accumulators, of a in r10, r11, third, of b in first, second, fourth. Forgotten at the end of
/// the function, since another has it, too.
macro_rules! fields {
    () => {
        concat!(
            ".macro product_fields first, second, third, fourth\n",
            "ubfx r10, \\first, #0, #21\n",
            "ubfx r11, \\third, #0, #21\n",
            "subs \\first, \\first, r11, lsl #21\n",
            "sbc \\second, \\second, r11, lsr #11\n",
            "lsr \\first, \\first, #21\n",
            "bfi \\first, \\second, #11, #10\n",
            "asr \\second, \\second, #10\n",
            "subs \\third, \\third, \\second, lsl #21\n",
            "sbc \\fourth, \\fourth, \\second, asr #11\n",
            "lsr \\third, \\third, #21\n",
            "bfi \\third, \\fourth, #11, #10\n",
            "asr \\fourth, \\fourth, #10\n",
            ".endm\n",
        )
    };
}
pub(super) use fields;

/// r1 stream; r2-r5 accumulate the products of outputs a, b with pixels x, y and y, z, r6-r9 those of c, d. In the body r0 is
/// wide; r10, r11 hold the weights, r12, lr the pixels of a tap: all registers. On the stack, from its pointer: the three y;
/// wide, where the body is entered; where it goes on behind a part; whether to fold; where the part ends, and the last
/// part, where sums lie; the stream's end; bytes of a part; where the first part ends; bytes of weights that are passed over
/// behind it, and where it goes on then.
#[unsafe(naked)]
unsafe extern "C" fn product_blocks(stream: *const i32, arguments: &Arguments, y: &[*mut i8; PIXELS]) {
    naked_asm!(
        extension!(),
        fields!(),
        // `fixed::folded` of an output's three sums
        ".macro product_folded x, y, z",
        "ldrd r0, r12, [r1], #8",
        ".irp sum, \\x, \\y, \\z",
        "mla \\sum, \\sum, r12, r0",
        ".endr",
        "ldrd r0, r12, [r1], #8",
        ".irp sum, \\x, \\y, \\z",
        "smmla \\sum, \\sum, r0, r12",
        "ssat \\sum, #8, \\sum, asr #11",
        ".endr",
        ".endm",
        // `fixed::doubled` of an output's three sums
        ".macro product_doubled x, y, z",
        "ldr r0, [r1], #4",
        ".irp sum, \\x, \\y, \\z",
        "add \\sum, r0, \\sum, lsl #1",
        ".endr",
        "ldrd r0, r12, [r1], #8",
        ".irp sum, \\x, \\y, \\z",
        "add lr, r12, \\sum, asr #31",
        "smmlar \\sum, \\sum, r0, lr",
        ".endr",
        "ldr r0, [r1], #4",
        ".irp sum, \\x, \\y, \\z",
        "asr \\sum, \\sum, r0",
        "ssat \\sum, #8, \\sum",
        ".endr",
        ".endm",
        // two outputs of each pixel, the last pixel first: where some are one, the first one's outputs stay
        ".macro product_store first, second, third, fourth",
        "bfi r10, \\first, #8, #8",
        "bfi r11, \\second, #8, #8",
        "bfi \\third, \\fourth, #8, #8",
        "ldm sp, {{r0, r12, lr}}",
        "strh \\third, [lr], #2",
        "strh r11, [r12], #2",
        "strh r10, [r0], #2",
        "stm sp, {{r0, r12, lr}}",
        ".endm",
        // adds six sums to those at lr
        ".macro product_add first, second, third, fourth",
        ".irp sum, \\first, \\second, \\third, \\fourth, r10, r11",
        "ldr r12, [lr]",
        "add \\sum, \\sum, r12",
        "str \\sum, [lr], #4",
        ".endr",
        ".endm",
        "push {{r4-r11, lr}}",
        "sub sp, sp, #56",
        "ldm r2, {{r4-r6}}",
        "stm sp, {{r4-r6}}",
        "ldm r1, {{r3-r9}}",
        // a tap is 24 bytes of code; addresses of code are odd
        "adr.w r10, 3f",
        "movs r11, #24",
        "mls r4, r4, r11, r10",
        "orr r4, r4, #1",
        "adr.w r10, 5f",
        "adr.w r11, 4f",
        "cmp r5, #0",
        "it ne",
        "movne r10, r11",
        "orr r10, r10, #1",
        "ldr r2, [r1, #28]",
        "strd r2, r10, [sp, #48]",
        "adr.w r11, 7f",
        "cmp r2, #0",
        "it ne",
        "adrne.w r11, 10f",
        "cmp r6, r7",
        "it ne",
        "orrne r10, r11, #1",
        "add r11, sp, #12",
        "stm r11!, {{r3, r4, r10}}",
        "stm r11!, {{r5-r9}}",
        "str r6, [r11]",
        "mov r1, r0",
        // a block
        "1:",
        "adr.w r10, 9f",
        "ldm r10, {{r2-r9}}",
        "ldrd r0, r10, [sp, #12]",
        "bx r10",
        "2:",
        ".rept 32",
        "ldrd r12, lr, [r0], #8",
        "ldrd r10, r11, [r1], #8",
        "smlal r2, r3, r10, r12",
        "smlal r4, r5, r10, lr",
        "smlal r6, r7, r11, r12",
        "smlal r8, r9, r11, lr",
        ".endr",
        "3:",
        "ldr r10, [sp, #28]",
        "cmp r0, r10",
        "bne.w 2b",
        "ldr pc, [sp, #20]",
        // outputs of a part that is all, with the flags of an equality; those of others come with an inequality's
        "4:",
        "product_fields r2, r3, r4, r5",
        "cmp r0, r0",
        "41:",
        "product_folded r10, r11, r4",
        "product_folded r2, r3, r5",
        "product_store r2, r3, r4, r5",
        "bne.w 8f",
        "product_fields r6, r7, r8, r9",
        "42:",
        "product_folded r10, r11, r8",
        "product_folded r6, r7, r9",
        "43:",
        "product_store r6, r7, r8, r9",
        "ldr r10, [sp, #36]",
        "cmp r1, r10",
        "bne.w 1b",
        "add sp, sp, #56",
        "pop {{r4-r11, pc}}",
        // behind weights that are not used
        "10:",
        "ldrd r10, r11, [sp, #48]",
        "add r1, r1, r10",
        "bx r11",
        // the same, not folded
        "5:",
        "product_fields r2, r3, r4, r5",
        "cmp r0, r0",
        "51:",
        "product_doubled r10, r11, r4",
        "product_doubled r2, r3, r5",
        "product_store r2, r3, r4, r5",
        "bne.w 8f",
        "product_fields r6, r7, r8, r9",
        "52:",
        "product_doubled r10, r11, r8",
        "product_doubled r6, r7, r9",
        "b 43b",
        // behind a part
        "7:",
        "ldr lr, [sp, #32]",
        "product_fields r2, r3, r4, r5",
        "product_add r2, r3, r4, r5",
        "product_fields r6, r7, r8, r9",
        "product_add r6, r7, r8, r9",
        "ldrd r2, r12, [sp, #28]",
        "cmp r2, r12",
        "beq 6f",
        "ldr r3, [sp, #40]",
        "add r2, r2, r3",
        "str r2, [sp, #28]",
        "adr.w r10, 9f",
        "ldm r10, {{r2-r9}}",
        "b.w 2b",
        "6:",
        "ldr r2, [sp, #44]",
        "str r2, [sp, #28]",
        "ldm r12, {{r2-r5, r10, r11}}",
        "ldr r0, [sp, #24]",
        "cmp r12, #0",
        "cbz r0, 61f",
        "b.w 41b",
        "61:",
        "b.w 51b",
        // the other two outputs behind the last part, whose sums are left as zeros
        "8:",
        "ldr r0, [sp, #32]",
        "add r12, r0, #24",
        "ldm r12, {{r6-r11}}",
        "movs r2, #0",
        "movs r3, #0",
        "mov r4, r2",
        "mov r5, r2",
        "stm r0!, {{r2-r5}}",
        "stm r0!, {{r2-r5}}",
        "stm r0!, {{r2-r5}}",
        "ldr r0, [sp, #24]",
        "cmp r0, #0",
        "bne.w 42b",
        "b 52b",
        ".p2align 2",
        "9:",
        ".rept 4",
        ".word 0x100000, 0x40000400",
        ".endr",
        ".purgem product_fields",
    )
}
