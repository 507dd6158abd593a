//! Products of polynomials of four pixels: as [`super::polynomial`], with pixels and outputs in each other's place.

use core::arch::naked_asm;
use core::cell::Cell;

use super::polynomial::fields;
use crate::simd::fours::PIXELS;
use crate::simd::polynomial::PASS;

/// See `portable::fours::take`.
#[inline(always)]
pub(in crate::simd) fn take(x: [&[Cell<i8>]; PIXELS], wide: &[[Cell<i32>; 2]]) {
    let (groups, rest) = (wide.len() / 4, wide.len() % 4);
    // where taps are no fours, the last four are taken again
    let last = wide.len().wrapping_sub(4);
    let at = |first: usize| x.map(|x| x.as_ptr().wrapping_add(first).cast());
    let wide: *mut i32 = wide.as_ptr().cast_mut().cast();
    // SAFETY: `Matrix::new` has checked that `wide` has four taps at least, and `Matrix::pixels` that each pixel has as many bytes
    // (LDR, any address). So many groups of four taps lie inside, and the last four; their two words each are written (STRD,
    // words). Cells may be written through a shared reference.
    unsafe {
        take_groups(&at(0), wide, groups);
        if rest > 0 {
            take_groups(&at(last), wide.wrapping_add(last.wrapping_mul(2)), 1);
        }
    }
}

/// See `portable::fours::Blocks`.
#[derive(Debug)]
pub(in crate::simd) struct Blocks<'a> {
    stream: &'a [i32],
    arguments: Arguments,
}

/// Arguments of `product_fours`, in the order of its registers.
#[derive(Debug)]
#[repr(C)]
struct Arguments {
    wide: *const i32,
    first: usize,
    limit: *const i32,
    sums: *mut i32,
    end: *const i32,
    part: usize,
}

impl<'a> Blocks<'a> {
    /// `stream` is whole blocks, at least one, `part` a multiple of `PASS` above zero; `wide` is not empty, and `sums`, which
    /// are zero, lie behind it.
    pub(in crate::simd) fn new(
        wide: &'a [[Cell<i32>; 2]],
        sums: &'a [Cell<i32>],
        stream: &'a [i32],
        part: usize,
    ) -> Self {
        // all parts but the first are whole
        let first = wide.len().wrapping_sub(1).checked_rem(part).unwrap_or(0).wrapping_add(1);
        let arguments = Arguments {
            wide: wide.as_ptr().cast(),
            first: first.wrapping_sub(1) % PASS + 1,
            limit: wide.as_ptr().wrapping_add(first).cast(),
            sums: sums.as_ptr().cast_mut().cast(),
            end: stream.as_ptr_range().end,
            part: part.wrapping_mul(8),
        };
        Blocks { stream, arguments }
    }

    /// Every y is for the outputs of all blocks.
    #[inline(always)]
    pub(in crate::simd) fn multiply(&self, y: [&[Cell<i8>]; PIXELS]) {
        let y = y.map(|y| y.as_ptr().cast_mut().cast());
        // SAFETY: reads `stream` once from front to end: a block takes 2 words for each tap of `wide`, and 12, which is `words`,
        // and `Matrix::new` has cut it to whole blocks, at least one. Reads `wide` once a block, two words a tap: passes of
        // `PASS` taps after a first of 1 to `PASS` meet the limit of each part, since parts are multiples of that, and that of
        // the last exactly at its end, where the 12 words of `sums` lie, which are read and written. All lie at word
        // boundaries (LDRD) and are borrowed for as long as `self`. Writes three bytes of each y a block, and all have as
        // many: `Matrix::pixels` has checked it. Cells may be written through shared references. `arguments` and the
        // pointers to y are only read.
        unsafe { product_fours(self.stream.as_ptr(), &self.arguments, &y) }
    }
}

/// r0, r3, r12, lr x of four pixels; r1 wide; r2 counts groups; r4-r7 four taps of each; r8-r10 one of each, of which two words are
/// made.
#[unsafe(naked)]
unsafe extern "C" fn take_groups(x: &[*const i8; PIXELS], wide: *mut i32, groups: usize) {
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
        ".irp turn, 0, 8, 16, 24",
        "sxtb.w r8, r4, ror #\\turn",
        "sxtb.w r9, r5, ror #\\turn",
        "sxtb.w r10, r7, ror #\\turn",
        "add r8, r8, r9, lsl #21",
        "sxtb.w r9, r6, ror #\\turn",
        "add r9, r9, r10, lsl #21",
        "strd r8, r9, [r1], #8",
        ".endr",
        "subs r2, r2, #1",
        "bne 1b",
        "pop {{r4-r10, pc}}",
    )
}

/// r1 stream; r2-r5 accumulate the products of pixels x, y with outputs a, b and b, c, r6-r9 those of z, v. In the body r0 is wide;
/// r10, r11 hold the weights, r12, lr the pixels of a tap: all registers. On the stack, from its pointer: the four y; 16 wide;
/// 20 where the body is entered; 24 where it goes on behind a part; 28 where the part ends; 32 the last part, where sums lie;
/// 36 the stream's end; 40 bytes of a part; 44 where the first part ends.
#[unsafe(naked)]
unsafe extern "C" fn product_fours(stream: *const i32, arguments: &Arguments, y: &[*mut i8; PIXELS]) {
    naked_asm!(
        extension!(),
        fields!(),
        // `fixed::folded` of an output's sums of two pixels
        ".macro fours_scale x, y, at",
        "ldrd r0, r12, [r1, #\\at]",
        "mla \\x, \\x, r12, r0",
        "mla \\y, \\y, r12, r0",
        "ldrd r0, r12, [r1, #(\\at + 8)]",
        ".irp sum, \\x, \\y",
        "smmla \\sum, \\sum, r0, r12",
        "ssat \\sum, #8, \\sum, asr #11",
        ".endr",
        ".endm",
        // three outputs of two pixels, whose y lie there
        ".macro fours_outputs at, third, first, second, fourth",
        "fours_scale r10, \\first, 0",
        "fours_scale r11, \\second, 16",
        "fours_scale \\third, \\fourth, 32",
        "ldrd r0, r12, [sp, #\\at]",
        ".irp sum, r10, r11, \\third",
        "strb \\sum, [r0], #1",
        ".endr",
        ".irp sum, \\first, \\second, \\fourth",
        "strb \\sum, [r12], #1",
        ".endr",
        "strd r0, r12, [sp, #\\at]",
        ".endm",
        // six sums and those at lr, which goes on behind them
        ".macro fours_add first, second, third, fourth",
        "ldrd r0, r12, [lr], #8",
        "add \\first, \\first, r0",
        "add \\second, \\second, r12",
        "ldrd r0, r12, [lr], #8",
        "add \\third, \\third, r0",
        "add \\fourth, \\fourth, r12",
        "ldrd r0, r12, [lr], #8",
        "add r10, r10, r0",
        "add r11, r11, r12",
        ".endm",
        "push {{r4-r11, lr}}",
        "sub sp, sp, #48",
        "ldm r2, {{r4-r7}}",
        "stm sp, {{r4-r7}}",
        "ldm r1, {{r3-r8}}",
        // a tap is 24 bytes of code; addresses of code are odd
        "adr.w r10, 3f",
        "movs r11, #24",
        "mls r4, r4, r11, r10",
        "orr r4, r4, #1",
        "adr.w r10, 4f",
        "adr.w r11, 6f",
        "cmp r5, r6",
        "it ne",
        "movne r10, r11",
        "orr r10, r10, #1",
        "add r11, sp, #16",
        "stm r11!, {{r3, r4, r10}}",
        "stm r11!, {{r5-r8}}",
        "str r5, [r11]",
        "mov r1, r0",
        // a block
        "1:",
        "adr.w r10, 9f",
        "ldm r10, {{r2-r9}}",
        "ldrd r0, r10, [sp, #16]",
        "bx r10",
        "2:",
        ".rept 32",
        "ldrd r12, lr, [r0], #8",
        "ldrd r10, r11, [r1], #8",
        "smlal r2, r3, r12, r10",
        "smlal r4, r5, r12, r11",
        "smlal r6, r7, lr, r10",
        "smlal r8, r9, lr, r11",
        ".endr",
        "3:",
        "ldr r10, [sp, #28]",
        "cmp r0, r10",
        "bne.w 2b",
        "ldr pc, [sp, #24]",
        // outputs of a part that is all, with the flags of an equality; those of others come with an inequality's
        "4:",
        "product_fields r2, r3, r4, r5",
        "cmp r0, r0",
        "41:",
        "fours_outputs 0, r4, r2, r3, r5",
        "bne.w 8f",
        "product_fields r6, r7, r8, r9",
        "5:",
        "fours_outputs 8, r8, r6, r7, r9",
        "ldr r10, [sp, #36]",
        "add r1, r1, #48",
        "cmp r1, r10",
        "bne.w 1b",
        "add sp, sp, #48",
        "pop {{r4-r11, pc}}",
        // behind a part
        "6:",
        "ldr lr, [sp, #32]",
        "cmp r0, lr",
        "beq 7f",
        "product_fields r2, r3, r4, r5",
        "fours_add r2, r3, r4, r5",
        "sub lr, lr, #24",
        "stm lr!, {{r2-r5, r10, r11}}",
        "product_fields r6, r7, r8, r9",
        "fours_add r6, r7, r8, r9",
        "sub lr, lr, #24",
        "stm lr, {{r6-r11}}",
        "ldr r0, [sp, #28]",
        "ldr r12, [sp, #40]",
        "add r12, r12, r0",
        "str r12, [sp, #28]",
        "adr.w r10, 9f",
        "ldm r10, {{r2-r9}}",
        "b.w 2b",
        // behind the last
        "7:",
        "ldr r12, [sp, #44]",
        "str r12, [sp, #28]",
        "product_fields r2, r3, r4, r5",
        "fours_add r2, r3, r4, r5",
        "cmp lr, #0",
        "b 41b",
        // the other two pixels behind the last part, whose sums are left as zeros
        "8:",
        "product_fields r6, r7, r8, r9",
        "ldr lr, [sp, #32]",
        "movs r2, #0",
        "movs r3, #0",
        "mov r4, r2",
        "mov r5, r2",
        "stm lr!, {{r2-r5}}",
        "strd r2, r3, [lr], #8",
        "fours_add r6, r7, r8, r9",
        "stmdb lr, {{r2-r5}}",
        "strd r2, r3, [lr, #-24]",
        "b 5b",
        ".p2align 2",
        "9:",
        ".rept 4",
        ".word 0x100000, 0x40000400",
        ".endr",
        ".purgem product_fields",
        ".purgem fours_scale",
        ".purgem fours_outputs",
        ".purgem fours_add",
    )
}
