//! Loops over weights of 16 bits: two loads bring what eight multiplications need.
//!
//! Bodies are unrolled. A block enters its first pass where only as many groups are left as do not fill a pass; where
//! that is, the loop's start and its end lie on the stack, since every register holds data.

use core::arch::naked_asm;
use core::cell::Cell;

use super::pixels::{Blocks, Pairs, colour_pairs, pixel_pairs};
use super::{aligned, eight, nested};
use crate::simd::{Field, Stream};

/// Groups that a pass of the matrix loop takes. Written into the assembly.
const MATRIX_PASS: usize = 16;
/// Groups that a pass of the row loop takes. Written into the assembly.
const ROW_PASS: usize = 8;

/// Groups of the first pass, if all others are full.
pub(super) const fn first(groups: usize, pass: usize) -> usize {
    groups.wrapping_sub(1) % pass + 1
}

/// See `simd::Matrix`; blocks of two outputs.
#[derive(Debug)]
pub(in crate::simd) struct Matrix<'a, const NESTED: bool> {
    stream: &'a [i32],
    outputs: usize,
    arguments: Arguments,
    wide: &'a [Cell<i16>],
}

/// Arguments of `matrix_blocks`, in the order of its registers.
#[derive(Debug)]
#[repr(C)]
pub(super) struct Arguments {
    wide: *const i16,
    first: usize,
    folded: usize,
    end: *const i32,
    wide_end: *const i16,
}

impl<'a, const NESTED: bool> Matrix<'a, NESTED> {
    /// Blocks of `words` words, which is what the layout has for `wide`.
    pub(in crate::simd) fn new(
        wide: &'a [[Cell<i16>; 8]],
        stream: Stream<'a>,
        folded: bool,
        blocks: usize,
        words: usize,
    ) -> Option<Self> {
        let stream = stream.0.get(..blocks.checked_mul(words)?)?;
        if NESTED && wide.len() % 2 == 1 {
            return None;
        }
        let arguments = Arguments {
            wide: wide.as_ptr().cast(),
            first: if NESTED {
                first(wide.len() / 2, nested::MATRIX_PASS)
            } else {
                first(wide.len(), MATRIX_PASS)
            },
            folded: folded as usize,
            end: stream.as_ptr_range().end,
            wide_end: wide.as_ptr_range().end.cast(),
        };
        let outputs = blocks.wrapping_mul(2);
        (!wide.is_empty() && blocks > 0 && aligned(wide.as_ptr().cast())).then_some(Matrix {
            stream,
            outputs,
            arguments,
            wide: wide.as_flattened(),
        })
    }

    #[inline(always)]
    pub(in crate::simd) fn multiply(&self, [y0, y1]: [&[Cell<i8>]; 2]) {
        if y0.len() >= self.outputs && y1.len() >= self.outputs {
            let [y0, y1] = [y0, y1].map(|y| y.as_ptr().cast_mut().cast());
            // SAFETY: reads `stream` once from front to end: a block takes 4 words, 4 for each group of `wide`, and 4 or
            // 6, which is `Layout::words`, and `new` has cut it to whole blocks. Reads `wide` once a block: passes of
            // `MATRIX_PASS` groups after a first of 1 to `MATRIX_PASS` meet its end exactly. Both lie at word boundaries
            // (LDM) and are borrowed for as long as `self`. Writes two bytes of each y a block, and both have as many
            // (checked); cells may be written through shared references. `arguments` is only read.
            //
            // `nested::matrix_blocks` likewise: a block takes 2 words, 4 for two groups of `wide`, whose number is even
            // (`new`), and 4; its passes have `nested::MATRIX_PASS` times two groups.
            unsafe {
                match NESTED {
                    true => nested::matrix_blocks(self.stream.as_ptr(), &self.arguments, y0, y1),
                    false => matrix_blocks(self.stream.as_ptr(), &self.arguments, y0, y1),
                }
            }
        }
    }
    /// Outputs of a pixel.
    pub(in crate::simd) fn outputs(&self) -> usize {
        self.outputs
    }

    /// See `simd::Matrix::pixels`; `odd` is a block for the last output.
    pub(in crate::simd) fn pixels(
        &self,
        odd: Option<&Self>,
        (field, step): (&Field, usize),
        patch: &[Cell<i8>],
        x: &[Cell<i8>],
        (y, outputs): (&[Cell<i8>], usize),
    ) -> bool {
        let in_registers = field.rows == 1 && field.run == 8 && self.wide.len() == 16;
        if !NESTED && in_registers && self.arguments.folded == 1 && odd.is_none() {
            // SAFETY: the caller has checked that `x` holds the field of every pixel and that y is as many pixels' outputs, at
            // least one's; the stream is blocks of 16 words (`new`) for two outputs each.
            unsafe { eight::pixels(self.stream, x, step, y) }
            return true;
        }
        let blocks: Blocks = if NESTED { nested::matrix_blocks } else { matrix_blocks };
        let odd = odd.map(|odd| (odd.stream, &odd.arguments));
        let matrices = (blocks, (self.stream, &self.arguments), odd);
        let make = if field.rows == 3 && field.run == 9 { colour_pairs } else { pixel_pairs };
        let Some(pairs) = &Pairs::new(field, step, self.wide, patch, matrices, (y, outputs)) else {
            return false;
        };
        // SAFETY: the caller has checked that `x` holds the field of every pixel and that y is as many whole pairs of
        // pixels' outputs, at least one, where the loop ends. Widening reads each field once (LDR, any address) and writes
        // 8 halfwords of `wide` for two groups of four taps, of which it has room for all (`Pairs::new`), at a word
        // boundary (`Matrix::new`). Rows that are no whole groups are copied byte by byte, or word by word where they have more than
        // four, the last word ending where its row does, to `patch`, which has room, and to the last quarter of what is widened,
        // which is behind what has been written whenever it is read. Of rows of three bytes all but the last are copied as words, whose
        // last byte lies no further than the last row's first (`Pairs::new`). Then both are read as whole groups. Three rows of nine
        // bytes are read without that, nothing beside them. `blocks` is called as in `multiply`, for all outputs but an odd
        // last one, and then for that, with four bytes of the stack for the two that its block has for each pixel.
        unsafe { make(x.as_ptr().cast(), y.as_ptr().cast_mut().cast(), pairs) }
        true
    }
}

/// Arguments of `row_blocks`, in the order of its stack.
#[repr(C)]
pub(super) struct Row {
    wide: *const i16,
    first: usize,
    y: *mut i8,
    end: *const i32,
    wide_end: *const i16,
}

/// See `portable::row`; `words` is what the layout has for `wide`.
pub(in crate::simd) fn row<const NESTED: bool, const FOLDED: bool>(
    wide: &[[Cell<i16>; 8]],
    stream: Stream<'_>,
    y: &[Cell<i8>],
    words: usize,
) {
    let room = y.len() / 4;
    let held = stream.0.len().checked_div(words).unwrap_or(0);
    let blocks = if held < room { held } else { room };
    let Some(used) = stream.0.get(..blocks.wrapping_mul(words)) else { return };
    if wide.is_empty() || blocks == 0 || !aligned(wide.as_ptr().cast()) {
        return;
    }
    let arguments = Row {
        wide: wide.as_ptr().cast(),
        first: first(wide.len(), ROW_PASS),
        y: y.as_ptr().cast_mut().cast(),
        end: used.as_ptr_range().end,
        wide_end: wide.as_ptr_range().end.cast(),
    };
    // SAFETY: as for `matrix_blocks`: a block takes 4 words, 16 for each of `wide.len()` groups (8 where weights are
    // nested), and 8 (12 where outputs are not folded), which is `words`; a pass has up to `ROW_PASS` groups; y has the
    // four bytes that each block writes.
    unsafe {
        match (NESTED, FOLDED) {
            (true, _) => nested::row_blocks(used.as_ptr(), &arguments),
            (false, true) => folded_blocks(used.as_ptr(), &arguments),
            (false, false) => doubled_blocks(used.as_ptr(), &arguments),
        }
    }
}

/// `fixed::folded` of `$acc`.
macro_rules! folded {
    ($acc:literal, $m:literal, $c:literal) => {
        concat!(
            "smmla ",
            $acc,
            ", ",
            $acc,
            ", ",
            $m,
            ", ",
            $c,
            "\n",
            "ssat ",
            $acc,
            ", #8, ",
            $acc,
            ", asr #11"
        )
    };
}
pub(super) use folded;

/// `fixed::doubled` of `$acc`. Uses r12.
macro_rules! doubled {
    ($acc:literal, $m:literal, $c:literal, $n:literal) => {
        concat!(
            "add r12, ",
            $c,
            ", ",
            $acc,
            ", asr #31\n",
            "smmlar ",
            $acc,
            ", ",
            $acc,
            ", ",
            $m,
            ", r12\n",
            "asr ",
            $acc,
            ", ",
            $acc,
            ", ",
            $n,
            "\n",
            "ssat ",
            $acc,
            ", #8, ",
            $acc,
        )
    };
}
pub(super) use doubled;

/// r1 stream; r2-r5 accumulate a0, b0, a1, b1 for outputs a, b of pixels 0, 1. In the body r0 is wide; r6, r7 hold four
/// taps of pixel 0, r8, r9 of pixel 1, r10, r11 of output a, r12, lr of output b: all registers. On the stack, from its
/// pointer: wide, where the body is entered, where it goes on behind a pass, the stream's end, the end of wide, how to scale,
/// and both y.
#[unsafe(naked)]
unsafe extern "C" fn matrix_blocks(stream: *const i32, arguments: &Arguments, y0: *mut i8, y1: *mut i8) {
    naked_asm!(
        extension!(),
        ".p2align 2",
        "push {{r2-r11, lr}}",
        "ldm r1, {{r4-r8}}",
        // a group is 40 bytes of code; addresses of code are odd
        "adr.w r9, 3f",
        "movs r10, #40",
        "mls r5, r5, r10, r9",
        "orr r5, r5, #1",
        "cmp r6, #0",
        "adr.w r6, 6f",
        "adr.w r9, 4f",
        "it ne",
        "movne r6, r9",
        "orr r6, r6, #1",
        "mov r9, r6",
        // where one pass is all, outputs are scaled behind it
        "sub r10, r8, r4",
        "cmp r10, #256",
        "adr.w r10, 7f",
        "orr r10, r10, #1",
        "it hi",
        "movhi r6, r10",
        "push {{r4-r9}}",
        "mov r1, r0",
        // a block
        "1:",
        "ldm r1!, {{r2-r5}}",
        "ldm sp, {{r0, pc}}",
        "2:",
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
        "ldr pc, [sp, #8]",
        "4:",
        "ldm r1!, {{r6-r9}}",
        folded!("r2", "r6", "r7"),
        folded!("r3", "r8", "r9"),
        folded!("r4", "r6", "r7"),
        folded!("r5", "r8", "r9"),
        // the second pixel first: where both are one, the first pixel's outputs stay
        "5:",
        "ldrd r6, r7, [sp, #24]",
        "ldr r8, [sp, #12]",
        "strb r4, [r7], #1",
        "strb r5, [r7], #1",
        "strb r2, [r6], #1",
        "strb r3, [r6], #1",
        "strd r6, r7, [sp, #24]",
        "cmp r1, r8",
        "bne.w 1b",
        "add sp, sp, #32",
        "pop {{r4-r11, pc}}",
        "6:",
        "ldm r1!, {{r6-r11}}",
        doubled!("r2", "r6", "r7", "r8"),
        doubled!("r3", "r9", "r10", "r11"),
        doubled!("r4", "r6", "r7", "r8"),
        doubled!("r5", "r9", "r10", "r11"),
        "b 5b",
        "7:",
        "ldr r6, [sp, #16]",
        "cmp r0, r6",
        "bne.w 2b",
        "ldr pc, [sp, #20]",
    )
}

/// Blocks of a row, whose sums `$scale` turns into outputs: r1 stream; r2-r5 accumulate four outputs. In the body r0 is wide;
/// r6-r9 hold eight taps of x, r10-r12 and lr those of an output: all registers. On the stack, from its pointer: wide,
/// where the body is entered, y, the stream's end, the end of wide.
macro_rules! row_blocks {
    ($name:ident, $($scale:tt)*) => {
        #[unsafe(naked)]
        unsafe extern "C" fn $name(stream: *const i32, arguments: &Row) {
            naked_asm!(
                extension!(),
                ".p2align 2",
                "push {{r4-r11, lr}}",
                "ldm r1, {{r2-r6}}",
                // a group is 84 bytes of code; addresses of code are odd
                "adr.w r7, 3f",
                "movs r8, #84",
                "mls r3, r3, r8, r7",
                "orr r3, r3, #1",
                "push {{r2-r6}}",
                "mov r1, r0",
                // a block
                "1:",
                "ldm r1!, {{r2-r5}}",
                "ldm sp, {{r0, pc}}",
                "2:",
                ".rept 8",
                "ldm r0!, {{r6-r9}}",
                ".irp sum, r2, r3, r4, r5",
                "ldm r1!, {{r10-r12, lr}}",
                "smlad \\sum, r6, r10, \\sum",
                "smlad \\sum, r7, r11, \\sum",
                "smlad \\sum, r8, r12, \\sum",
                "smlad \\sum, r9, lr, \\sum",
                ".endr",
                ".endr",
                "3:",
                "ldr r6, [sp, #16]",
                "cmp r0, r6",
                "bne.w 2b",
                $($scale)*
                "ldrd r6, r7, [sp, #8]",
                "strb r2, [r6], #1",
                "strb r3, [r6], #1",
                "strb r4, [r6], #1",
                "strb r5, [r6], #1",
                "str r6, [sp, #8]",
                "cmp r1, r7",
                "bne.w 1b",
                "add sp, sp, #20",
                "pop {{r4-r11, pc}}",
            )
        }
    };
}

row_blocks!(
    folded_blocks,
    "ldm r1!, {{r6-r12, lr}}",
    folded!("r2", "r6", "r7"),
    folded!("r3", "r8", "r9"),
    folded!("r4", "r10", "r11"),
    folded!("r5", "r12", "lr"),
);
row_blocks!(
    doubled_blocks,
    "ldm r1!, {{r6-r11}}",
    doubled!("r2", "r6", "r7", "r8"),
    doubled!("r3", "r9", "r10", "r11"),
    "ldm r1!, {{r6-r11}}",
    doubled!("r4", "r6", "r7", "r8"),
    doubled!("r5", "r9", "r10", "r11"),
);
