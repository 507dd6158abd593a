//! Pairs of pixels one behind the other: widened and multiplied without leaving the assembly.

use core::arch::naked_asm;
use core::cell::Cell;
use core::ptr;

use super::halfwords::Arguments;
use crate::simd::Field;

/// What multiplies the wide taps of two pixels: `halfwords::matrix_blocks` or `nested::matrix_blocks`.
pub(super) type Blocks = unsafe extern "C" fn(*const i32, &Arguments, *mut i8, *mut i8);

/// A stream, and what `Blocks` take with it.
type Matrix<'a> = (&'a [i32], &'a Arguments);

/// Arguments of `pixel_pairs`. Offsets are written into the assembly.
#[repr(C)]
pub(super) struct Pairs<'a> {
    end: *const i8,               // 0: of y
    outputs: usize,               // 4
    second: usize,                // 8: bytes from a pixel to the next
    advance: usize,               // 12: and to the one behind that
    rows: usize,                  // 16
    groups: usize,                // 20: of a row
    skip: usize,                  // 24: from behind a row's last group to the next row
    wide: *mut i16,               // 28
    blocks: Blocks,               // 32
    stream: *const i32,           // 36
    arguments: &'a Arguments,     // 40
    run: usize,                   // 44: bytes of a row, if rows are to be copied first
    copies: usize,                // 48: rows
    copy_skip: usize,             // 52: from behind a row to the next
    patch: *mut u8,               // 56
    tail: *mut u8,                // 60: of wide, for the taps of the second pixel
    odd: *const i32,              // 64: the stream of the last output, if that is odd, or null
    odd_arguments: &'a Arguments, // 68
}

impl<'a> Pairs<'a> {
    /// Pixels `step` bytes apart, of which each sees `field`. None if `wide` or `patch`, where rows are no whole groups, has
    /// no room for its taps, or if rows lie in each other.
    pub(super) fn new(
        field: &Field,
        step: usize,
        wide: &[Cell<i16>],
        patch: &[Cell<i8>],
        (blocks, (stream, arguments), odd): (Blocks, Matrix<'a>, Option<Matrix<'a>>),
        y: (&[Cell<i8>], usize),
    ) -> Option<Self> {
        let whole = field.run.is_multiple_of(4);
        let groups = field.taps.div_ceil(4);
        let fits = field.taps > 0 && groups <= wide.len() / 8 && (whole || groups <= patch.len() / 4);
        let fits = fits && (field.rows == 1 || field.step >= field.run);
        let wide: *mut i16 = wide.as_ptr().cast_mut().cast();
        let (odd, odd_arguments) =
            odd.map_or((ptr::null(), arguments), |(stream, arguments)| (stream.as_ptr(), arguments));
        fits.then_some(Pairs {
            end: y.0.as_ptr_range().end.cast(),
            outputs: y.1,
            second: step,
            advance: step.wrapping_mul(2),
            rows: if whole { field.rows } else { 1 },
            groups: if whole { field.run / 4 } else { groups },
            skip: if whole { field.step.wrapping_sub(field.run) } else { 0 },
            wide,
            blocks,
            stream: stream.as_ptr(),
            arguments,
            run: if whole { 0 } else { field.run },
            copies: field.rows,
            copy_skip: field.step.wrapping_sub(field.run),
            patch: patch.as_ptr().cast_mut().cast(),
            tail: wide.wrapping_add(groups.wrapping_mul(6)).cast(),
            odd,
            odd_arguments,
        })
    }
}

/// Multiplies what has been widened, for both pixels of y, an odd last output by way of the stack, and goes on with the next
/// pair, `1`, if there is one; then returns.
macro_rules! multiply {
    () => {
        concat!(
            "ldrd r0, r1, [r11, #36]\n",
            "ldr r4, [r11, #4]\n",
            "ldr r5, [r11, #32]\n",
            "mov r2, r9\n",
            "add r3, r9, r4\n",
            "add r9, r3, r4\n",
            "blx r5\n",
            "ldrd r0, r1, [r11, #64]\n",
            "cbz r0, 3f\n",
            "mov r2, sp\n",
            "add r3, sp, #2\n",
            "blx r5\n",
            "sub r4, r9, r4\n",
            "ldrb r0, [sp]\n",
            "ldrb r1, [sp, #2]\n",
            "strb r0, [r4, #-1]\n",
            "strb r1, [r9, #-1]\n",
            "3:\n",
            "ldr r0, [r11]\n",
            "cmp r9, r0\n",
            "bne 1b\n",
            "pop {{r3-r11, pc}}",
        )
    };
}

/// r10 x, r9 y, r11 the arguments: what a call of `blocks` keeps. Both pixels are widened from r0 and r1 to r2; r3 counts
/// rows, r8 groups. `7` copies the rows of a pixel from r0 to r2: bytes, `2`, or words, of which the last overlaps the one
/// before it, or, if a row has three bytes, the row behind it.
#[unsafe(naked)]
pub(super) unsafe extern "C" fn pixel_pairs(x: *const i8, y: *mut i8, pairs: &Pairs<'_>) {
    naked_asm!(
        extension!(),
        "push {{r3-r11, lr}}",
        "mov r10, r0",
        "mov r9, r1",
        "mov r11, r2",
        "1:",
        "ldrd r4, r5, [r11, #8]",
        "mov r0, r10",
        "add r1, r10, r4",
        "add r10, r10, r5",
        "ldr r7, [r11, #44]",
        "cbz r7, 4f",
        "ldr r2, [r11, #56]",
        "bl 7f",
        "mov r0, r1",
        "ldr r2, [r11, #60]",
        "bl 7f",
        "ldrd r0, r1, [r11, #56]",
        "4:",
        "ldrd r12, r2, [r11, #24]",
        "ldr r3, [r11, #16]",
        "5:",
        "ldr r8, [r11, #20]",
        "6:",
        "ldr r4, [r0], #4",
        "ldr r6, [r1], #4",
        "sxtb16 r5, r4, ror #8",
        "sxtb16 r4, r4",
        "sxtb16 r7, r6, ror #8",
        "sxtb16 r6, r6",
        "subs r8, r8, #1",
        "stm r2!, {{r4-r7}}",
        "bne 6b",
        "add r0, r0, r12",
        "add r1, r1, r12",
        "subs r3, r3, #1",
        "bne 5b",
        multiply!(),
        "7:",
        "ldrd r3, r6, [r11, #48]",
        "cmp r7, #4",
        "blo 3f",
        "8:",
        "subs r4, r7, #4",
        "9:",
        "ldr r5, [r0], #4",
        "str r5, [r2], #4",
        "subs r4, r4, #4",
        "bhs 9b",
        "add r0, r0, r4",
        "add r2, r2, r4",
        "ldr r5, [r0], #4",
        "str r5, [r2], #4",
        "add r0, r0, r6",
        "subs r3, r3, #1",
        "bne 8b",
        "bx lr",
        "3:",
        "cmp r7, #3",
        "bne 2f",
        "add r6, r6, r7",
        "b 5f",
        "4:",
        "ldr r5, [r0]",
        "str r5, [r2], #3",
        "add r0, r0, r6",
        "5:",
        "subs r3, r3, #1",
        "bne 4b",
        "ldrh r5, [r0]",
        "strh r5, [r2]",
        "ldrb r5, [r0, #2]",
        "strb r5, [r2, #2]",
        "bx lr",
        "2:",
        "mov r4, r7",
        "3:",
        "ldrb r5, [r0], #1",
        "strb r5, [r2], #1",
        "subs r4, r4, #1",
        "bne 3b",
        "add r0, r0, r6",
        "subs r3, r3, #1",
        "bne 2b",
        "bx lr",
    )
}

/// [`pixel_pairs`] where pixels see three rows of nine bytes, as filters of 3x3 taps do over three colours. Words across
/// two rows are put together; the last has three taps behind a byte that it has no use for. r0 and r1 are rows of both
/// pixels, r12 leads to the next; r8 and lr are words of theirs, which `group` widens.
#[unsafe(naked)]
pub(super) unsafe extern "C" fn colour_pairs(x: *const i8, y: *mut i8, pairs: &Pairs<'_>) {
    naked_asm!(
        extension!(),
        ".macro group even, odd",
        "sxtb16 r4, r8, ror #\\even",
        "sxtb16 r5, r8, ror #\\odd",
        "sxtb16 r6, lr, ror #\\even",
        "sxtb16 r7, lr, ror #\\odd",
        "stm r2!, {{r4-r7}}",
        ".endm",
        ".macro both load, to0, to1, at",
        "\\load \\to0, [r0, #\\at]",
        "\\load \\to1, [r1, #\\at]",
        ".endm",
        "push {{r3-r11, lr}}",
        "mov r10, r0",
        "mov r9, r1",
        "mov r11, r2",
        "1:",
        "ldrd r4, r5, [r11, #8]",
        "mov r0, r10",
        "add r1, r10, r4",
        "add r10, r10, r5",
        "ldr r2, [r11, #28]",
        "ldr r12, [r11, #52]",
        "add r12, r12, #9",
        "both ldr, r8, lr, 0",
        "group 0, 8",
        "both ldr, r8, lr, 4",
        "group 0, 8",
        "both ldrb, r8, lr, 8",
        "add r0, r0, r12",
        "add r1, r1, r12",
        "both ldr, r4, r5, 0",
        "orr r8, r8, r4, lsl #8",
        "orr lr, lr, r5, lsl #8",
        "group 0, 8",
        "both ldr, r8, lr, 3",
        "group 0, 8",
        "both ldrh, r8, lr, 7",
        "add r0, r0, r12",
        "add r1, r1, r12",
        "both ldrh, r4, r5, 0",
        "orr r8, r8, r4, lsl #16",
        "orr lr, lr, r5, lsl #16",
        "group 0, 8",
        "both ldr, r8, lr, 2",
        "group 0, 8",
        "both ldr, r8, lr, 5",
        "group 8, 16",
        multiply!(),
        ".purgem group",
        ".purgem both",
    )
}
