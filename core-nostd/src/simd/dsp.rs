//! Cortex-M with the DSP extension (ARMv7E-M, and ARMv8-M cores that have it): two 16-bit products an instruction.
//!
//! The assembly keeps nothing live below the stack pointer, so interrupts may come at any time. Every immediate
//! offset is below 256: larger post-index offsets assemble to 0 without a word.
#![expect(unsafe_code, reason = "assembly; each call has its proof")]

/// Tells the assembler that the instructions are there: it does not see `-C target-cpu`, and ARMv8-M has them by choice
/// only. (It knows no `.arch_extension dsp`.)
#[cfg(midge_dsp_extension)]
macro_rules! extension {
    () => {
        ".cpu cortex-m33"
    };
}
#[cfg(not(midge_dsp_extension))]
macro_rules! extension {
    () => {
        ""
    };
}

mod eight;
mod few;
pub(super) mod fours;
mod halfwords;
mod nested;
mod pixels;
mod planes;
pub(super) mod polynomial;
mod products;
pub(super) mod twos;
mod wide;
pub(super) mod winograd;

use core::arch::naked_asm;
use core::cell::Cell;

pub(super) use self::few::few;
pub(super) use self::halfwords::{Matrix, row};
pub(super) use self::planes::{filter, spread};
use super::{SUMS, Stream, Taps, pairs, quads};
use crate::ops::quant::Quant;

/// See `portable::widen`.
#[inline(always)]
pub(super) fn widen(x: &[[Cell<i8>; 4]], wide: &[Cell<i16>], lane: usize, lanes: usize) {
    let step = lanes.wrapping_mul(4);
    let room = wide.len().checked_div(step).unwrap_or(0);
    let groups = if x.len() < room { x.len() } else { room };
    if lanes == 2 && lane < 2 && groups > 0 {
        widen_rows(x.as_flattened(), [1, groups, 0], wide, lane);
    } else if let Some(to) = wide.get(lane.wrapping_mul(4)..)
        && lane < lanes
        && groups > 0
    {
        // SAFETY: reads 4 * groups bytes of `x` (LDR allows any address). Writes 4 halfwords (STR, any address) at
        // group * step + lane * 4 for group < groups <= len / step: with lane < lanes they end inside `wide`, whose
        // cells may be written through a shared reference.
        unsafe {
            widen_groups(x.as_ptr().cast(), to.as_ptr().cast_mut().cast(), groups, step.wrapping_mul(2))
        }
    }
}

/// See `portable::widen_rows`.
#[inline(always)]
pub(super) fn widen_rows(x: &[Cell<i8>], [rows, groups, step]: [usize; 3], wide: &[Cell<i16>], lane: usize) {
    if let Some(to) = wide.get(lane.wrapping_mul(4)..)
        && aligned(to.as_ptr().cast())
    {
        let skip = step.wrapping_sub(groups.wrapping_mul(4));
        // SAFETY: `Field::widen` and `widen` have checked that `rows` rows of `groups` times four bytes, `step` apart, lie
        // inside `x` (LDR, any address), that both numbers are above zero, and that `wide` has 8 halfwords for each
        // group, of which the lane's 4 are written (STRD, a word boundary); its cells may be written through a shared
        // reference.
        unsafe { widen_row_groups(x.as_ptr().cast(), to.as_ptr().cast_mut().cast(), rows, groups, skip) }
    }
}

#[cfg(not(midge_helium))]
pub(super) use super::portable::{fill, linear};

/// See `portable::copy_rows`.
#[cfg_attr(midge_helium, expect(dead_code, reason = "this core has its own"))]
#[inline(always)]
pub(super) fn copy_rows([to, from]: [&[Cell<i8>]; 2], [down, step]: [usize; 2], count: usize, run: usize) {
    let (from, to) = (from.as_ptr().cast(), to.as_ptr().cast_mut().cast());
    // SAFETY: `simd::copy_rows` and `Field::copy` have checked that `count` rows of `run` bytes, so many bytes apart, lie inside both, and
    // that both numbers are above zero. Words and bytes are copied at any address (LDR, STR); cells may be written
    // through a shared reference.
    unsafe { copy_row_bytes(from, to, count, run, step.wrapping_sub(run), down.wrapping_sub(run)) }
}

/// See `portable::dot_2x1`.
#[inline(always)]
pub(super) fn dot_2x1(wide: &[[Cell<i16>; 4]], filters: &[[i32; 2]]) -> [i32; 2] {
    let groups = if wide.len() < filters.len() { wide.len() } else { filters.len() };
    let mut sums = [0; 2];
    if groups > 0 && aligned(wide.as_ptr().cast()) {
        // SAFETY: reads 8 bytes of each for each of `groups` groups, which both have, at word boundaries (LDRD; the
        // filters are words); writes the 8 bytes of `sums`.
        unsafe { dot_2x1_groups(wide.as_ptr().cast(), filters.as_ptr(), groups, &mut sums) }
    }
    sums
}

/// See `portable::sum_pixels`.
#[cfg_attr(midge_helium, expect(dead_code, reason = "this core has its own"))]
#[inline(always)]
pub(super) fn sum_pixels(x: &[Cell<i8>], step: usize, pixels: usize, sums: &mut [i32; SUMS]) {
    // SAFETY: `simd::sum_pixels` has checked that `pixels` times eight bytes, `step` apart, lie inside `x` (LDR, any address),
    // and that there are some. `sums` is read and written.
    unsafe { sum_words(x.as_ptr().cast(), step, pixels, sums) }
}

/// Whether word loads may start here. The packer aligns operands to 16 bytes; a plan that does not gets no outputs.
#[inline(always)]
fn aligned(at: *const u8) -> bool {
    at.addr().is_multiple_of(4)
}

/// Arguments of `matrix_blocks`. Offsets are written into the assembly.
#[repr(C)]
struct Arguments {
    wide: *const i16, // 0
    groups: usize,    // 4
    y: [*mut i8; 2],  // 8, 12
    end: *const i32,  // 16
    zero: i32,        // 20
    lo: i32,          // 24
    hi: i32,          // 28
    clamped: u32,     // 32: whether lo and hi are tighter than i8
}

/// See `portable::matrix_2x2`.
pub(super) fn matrix_2x2(wide: &[[Cell<i16>; 8]], stream: Stream<'_>, quant: &Quant, y: [&[Cell<i8>]; 2]) {
    let words = pairs::words(wide.len().wrapping_mul(4));
    let [y0, y1] = y;
    let room = (if y0.len() < y1.len() { y0.len() } else { y1.len() }) / 2;
    let held = stream.0.len().checked_div(words).unwrap_or(0);
    let blocks = if held < room { held } else { room };
    let Some(used) = stream.0.get(..blocks.wrapping_mul(words)) else { return };
    if wide.is_empty() || blocks == 0 || !aligned(wide.as_ptr().cast()) {
        return;
    }
    let Quant { y_zero, lo, hi, .. } = *quant;
    let mut arguments = Arguments {
        wide: wide.as_ptr().cast(),
        groups: wide.len(),
        y: [y0.as_ptr().cast_mut().cast(), y1.as_ptr().cast_mut().cast()],
        end: used.as_ptr_range().end,
        zero: y_zero as i32,
        lo: lo as i32,
        hi: hi as i32,
        clamped: (lo != i8::MIN || hi != i8::MAX) as u32,
    };
    // SAFETY: reads `used` once from front to end, which is `blocks` whole blocks, a block being as long as the loops
    // over `groups` groups consume (2 + 2 * groups + 4 words, `pairs::words`), and the `groups` x 16 bytes of `wide`
    // once a block, both at word boundaries (LDM, LDRD). Writes two bytes of each y a block, and both have 2 * blocks.
    // Cells may be written through shared references.
    unsafe { matrix_blocks(used.as_ptr(), &mut arguments) }
}

/// Arguments of `depthwise_blocks`. Offsets are written into the assembly.
#[repr(C)]
struct Depthwise {
    x: *const i8,       // 0
    rows: usize,        // 4
    columns: usize,     // 8
    column_step: usize, // 12
    row_skip: usize,    // 16: from behind a row's last tap to the next row
    y: *mut i8,         // 20
    end: *const i32,    // 24
    zero: i32,          // 28
    lo: i32,            // 32
    hi: i32,            // 36
    clamped: u32,       // 40
}

/// See `portable::depthwise`.
pub(super) fn depthwise(taps: Taps<'_>, stream: Stream<'_>, quant: &Quant, y: &[Cell<i8>]) {
    let Taps { x, rows, columns, column_step, row_step } = taps;
    let words = quads::words(rows.wrapping_mul(columns));
    let (room, held) = (y.len() / 4, stream.0.len().checked_div(words).unwrap_or(0));
    let blocks = if held < room { held } else { room };
    let Some(used) = stream.0.get(..blocks.wrapping_mul(words)) else { return };
    // the last byte that is read: the bottom right tap of the last channel
    let down = rows.wrapping_sub(1).checked_mul(row_step);
    let right = columns.wrapping_sub(1).checked_mul(column_step);
    let (Some(down), Some(right), Some(channels)) = (down, right, blocks.checked_mul(4)) else { return };
    let reach = down.checked_add(right).and_then(|n| n.checked_add(channels));
    if rows == 0 || columns == 0 || blocks == 0 || !matches!(reach, Some(reach) if reach <= x.len()) {
        return;
    }
    let Quant { y_zero, lo, hi, .. } = *quant;
    let mut arguments = Depthwise {
        x: x.as_ptr().cast(),
        rows,
        columns,
        column_step,
        row_skip: row_step.wrapping_sub(columns.wrapping_mul(column_step)),
        y: y.as_ptr().cast_mut().cast(),
        end: used.as_ptr_range().end,
        zero: y_zero as i32,
        lo: lo as i32,
        hi: hi as i32,
        clamped: (lo != i8::MIN || hi != i8::MAX) as u32,
    };
    // SAFETY: reads `used` once from front to end, `blocks` whole blocks of 4 + rows * columns + 8 words, at word
    // boundaries (LDM, LDRD). Reads four bytes of x (LDR, any address) at every tap of every block; the furthest ends
    // at `reach`, inside x. Writes four bytes of y a block, of which it has `room`. Cells may be written through
    // shared references.
    unsafe { depthwise_blocks(used.as_ptr(), &mut arguments) }
}

/// r0 taps, r1 wide, r2 groups, r3 bytes from group to group.
#[unsafe(naked)]
unsafe extern "C" fn widen_groups(x: *const u8, wide: *mut i16, groups: usize, step: usize) {
    naked_asm!(
        extension!(),
        "push {{r4, lr}}",
        "1:",
        "ldr r12, [r0], #4",
        "subs r2, r2, #1",
        "sxtb16 lr, r12",
        "sxtb16 r12, r12, ror #8",
        "str lr, [r1]",
        "str r12, [r1, #4]",
        "add r1, r1, r3",
        "bne 1b",
        "pop {{r4, pc}}",
    )
}

/// r0 taps, r1 wide of the one lane of two, r2 rows, r3 groups of a row; r8 counts them, four at a time and the rest one
/// by one; r9 is what lies between the rows.
#[unsafe(naked)]
unsafe extern "C" fn widen_row_groups(x: *const u8, wide: *mut i16, rows: usize, groups: usize, skip: usize) {
    naked_asm!(
        extension!(),
        "push {{r4-r9, lr}}",
        "ldr r9, [sp, #28]",
        "1:",
        "subs r8, r3, #4",
        "blo 3f",
        "2:",
        "ldr r4, [r0], #4",
        "ldr r5, [r0], #4",
        "ldr r6, [r0], #4",
        "ldr r7, [r0], #4",
        "subs r8, r8, #4",
        ".irp taps, r4, r5, r6, r7",
        "sxtb16 r12, \\taps",
        "sxtb16 lr, \\taps, ror #8",
        "strd r12, lr, [r1], #16",
        ".endr",
        "bhs 2b",
        "3:",
        "adds r8, r8, #4",
        "beq 5f",
        "4:",
        "ldr r4, [r0], #4",
        "subs r8, r8, #1",
        "sxtb16 r12, r4",
        "sxtb16 lr, r4, ror #8",
        "strd r12, lr, [r1], #16",
        "bne 4b",
        "5:",
        "add r0, r0, r9",
        "subs r2, r2, #1",
        "bne 1b",
        "pop {{r4-r9, pc}}",
    )
}

/// r0 from, r1 to, r2 rows, r3 bytes of a row; r4, r5 are what lies between their rows, r6 counts bytes.
#[unsafe(naked)]
unsafe extern "C" fn copy_row_bytes(
    from: *const u8,
    to: *mut u8,
    rows: usize,
    run: usize,
    from_skip: usize,
    to_skip: usize,
) {
    naked_asm!(
        "push {{r4-r6, lr}}",
        "ldrd r4, r5, [sp, #16]",
        "1:",
        "subs r6, r3, #4",
        "blo 3f",
        "2:",
        "ldr r12, [r0], #4",
        "subs r6, r6, #4",
        "str r12, [r1], #4",
        "bhs 2b",
        "3:",
        "adds r6, r6, #4",
        "beq 5f",
        "4:",
        "ldrb r12, [r0], #1",
        "subs r6, r6, #1",
        "strb r12, [r1], #1",
        "bne 4b",
        "5:",
        "add r0, r0, r4",
        "add r1, r1, r5",
        "subs r2, r2, #1",
        "bne 1b",
        "pop {{r4-r6, pc}}",
    )
}

/// r0 wide, r1 filters, r2 groups, r3 sums. r4, r5 accumulate; r6, r7 hold four taps of each output; r8, r9 the pixel.
#[unsafe(naked)]
unsafe extern "C" fn dot_2x1_groups(
    wide: *const i16,
    filters: *const [i32; 2],
    groups: usize,
    sums: &mut [i32; 2],
) {
    naked_asm!(
        extension!(),
        "push {{r4-r9, lr}}",
        "movs r4, #0",
        "movs r5, #0",
        "1:",
        "ldrd r6, r7, [r1], #8",
        "ldrd r8, r9, [r0], #8",
        "sxtb16 r12, r6",
        "sxtb16 r6, r6, ror #8",
        "smlad r4, r8, r12, r4",
        "smlad r4, r9, r6, r4",
        "sxtb16 r12, r7",
        "sxtb16 r7, r7, ror #8",
        "smlad r5, r8, r12, r5",
        "smlad r5, r9, r7, r5",
        "subs r2, r2, #1",
        "bne 1b",
        "strd r4, r5, [r3]",
        "pop {{r4-r9, pc}}",
    )
}

/// r0 pixels, r1 step, r2 counts them, r3 sums. r4-r7 add up two channels each, of as many pixels as 16 bits have room for,
/// which lr counts.
#[unsafe(naked)]
unsafe extern "C" fn sum_words(x: *const u8, step: usize, pixels: usize, sums: &mut [i32; SUMS]) {
    naked_asm!(
        extension!(),
        "push {{r4-r11, lr}}",
        "1:",
        "mov lr, #256",
        "cmp r2, lr",
        "it lo",
        "movlo lr, r2",
        "sub r2, r2, lr",
        ".irp sum, r4, r5, r6, r7",
        "mov \\sum, #0",
        ".endr",
        "2:",
        "ldr r8, [r0]",
        "ldr r9, [r0, #4]",
        "add r0, r0, r1",
        "subs lr, lr, #1",
        "sxtab16 r4, r4, r8",
        "sxtab16 r5, r5, r8, ror #8",
        "sxtab16 r6, r6, r9",
        "sxtab16 r7, r7, r9, ror #8",
        "bne 2b",
        "ldm r3, {{r8-r11}}",
        "sxtah r8, r8, r4",
        "sxtah r9, r9, r5",
        "add r10, r10, r4, asr #16",
        "add r11, r11, r5, asr #16",
        "stm r3!, {{r8-r11}}",
        "ldm r3, {{r8-r11}}",
        "sxtah r8, r8, r6",
        "sxtah r9, r9, r7",
        "add r10, r10, r6, asr #16",
        "add r11, r11, r7, asr #16",
        "stm r3, {{r8-r11}}",
        "sub r3, r3, #16",
        "cmp r2, #0",
        "bne 1b",
        "pop {{r4-r11, pc}}",
    )
}

/// Scales the accumulator `$acc`: `fixed::multiply_twice` with multiplier `$m` and shift `$s` + 1, plus the zero point
/// in r0, saturated to 8 bits. Uses r2 and r3.
macro_rules! scale {
    ($acc:literal, $m:literal, $s:literal) => {
        concat!(
            // high_multiply: bits 31.. of the product, rounded
            "smull r2, r3, ",
            $acc,
            ", ",
            $m,
            "\n",
            "adds r2, r2, #0x40000000\n",
            "adc r3, r3, #0\n",
            "lsl r3, r3, #1\n",
            "orr r3, r3, r2, lsr #31\n",
            // rounding_shift: halves away from zero
            "add r3, r3, r3, asr #31\n",
            "asr r3, r3, ",
            $s,
            "\n",
            "add r3, r3, #1\n",
            "add ",
            $acc,
            ", r0, r3, asr #1\n",
            "ssat ",
            $acc,
            ", #8, ",
            $acc,
        )
    };
}

/// Clamps `$acc` to r2..=r3.
macro_rules! clamp {
    ($acc:literal) => {
        concat!(
            "cmp ", $acc, ", r3\n", "it gt\n", "movgt ", $acc, ", r3\n", "cmp ", $acc, ", r2\n", "it lt\n",
            "movlt ", $acc, ", r2",
        )
    };
}

/// r1 stream; the arguments' address lies at the stack pointer. r4-r7 accumulate o0p0, o0p1, o1p0, o1p1. In the loop
/// r0 is wide, r2 counts groups, r8 and r9 hold four taps of each output, r10 and r11 pixel 0, r12 and lr pixel 1, r3
/// is a temporary.
#[unsafe(naked)]
unsafe extern "C" fn matrix_blocks(stream: *const i32, arguments: &mut Arguments) {
    naked_asm!(
        extension!(),
        "push {{r1, r4-r11, lr}}",
        "mov r3, r1",
        "mov r1, r0",
        // a block of two outputs; r3 holds the arguments
        "1:",
        "ldm r1!, {{r4, r6}}",
        "ldrd r0, r2, [r3]",
        "mov r5, r4",
        "mov r7, r6",
        "2:",
        "ldrd r8, r9, [r1], #8",
        "ldm r0!, {{r10-r12, lr}}",
        "sxtb16 r3, r8",
        "sxtb16 r8, r8, ror #8",
        "smlad r4, r10, r3, r4",
        "smlad r5, r12, r3, r5",
        "smlad r4, r11, r8, r4",
        "smlad r5, lr, r8, r5",
        "sxtb16 r3, r9",
        "sxtb16 r9, r9, ror #8",
        "smlad r6, r10, r3, r6",
        "smlad r7, r12, r3, r7",
        "smlad r6, r11, r9, r6",
        "smlad r7, lr, r9, r7",
        "subs r2, r2, #1",
        "bne 2b",
        // scale: r8, r9 multipliers, r10, r11 shifts, r12 the arguments
        "ldm r1!, {{r8-r11}}",
        "ldr r12, [sp]",
        "ldr r0, [r12, #20]",
        scale!("r4", "r8", "r10"),
        scale!("r5", "r8", "r10"),
        scale!("r6", "r9", "r11"),
        scale!("r7", "r9", "r11"),
        "ldr r2, [r12, #32]",
        "cbz r2, 3f",
        "ldrd r2, r3, [r12, #24]",
        clamp!("r4"),
        clamp!("r5"),
        clamp!("r6"),
        clamp!("r7"),
        // the second pixel first: where both are one, the first pixel's outputs stay
        "3:",
        "ldrd r8, r9, [r12, #8]",
        "strb r5, [r9], #1",
        "strb r7, [r9], #1",
        "strb r4, [r8], #1",
        "strb r6, [r8], #1",
        "strd r8, r9, [r12, #8]",
        "mov r3, r12",
        "ldr r2, [r12, #16]",
        "cmp r1, r2",
        "bne 1b",
        "pop {{r1, r4-r11, pc}}",
    )
}

/// r1 stream; the arguments' address lies at the stack pointer. r4-r7 accumulate four channels. In the loop r0 is x,
/// r2 counts columns, r3 rows, lr is the step from tap to tap; r8, r10 hold the inputs and r9, r11 the weights of a tap.
#[unsafe(naked)]
unsafe extern "C" fn depthwise_blocks(stream: *const i32, arguments: &mut Depthwise) {
    naked_asm!(
        extension!(),
        "push {{r1, r4-r11, lr}}",
        "mov r12, r1",
        "mov r1, r0",
        // a block of four channels; r12 holds the arguments throughout
        "1:",
        "ldm r1!, {{r4-r7}}",
        "ldrd r0, r3, [r12]",
        "2:",
        "ldrd r2, lr, [r12, #8]",
        "3:",
        "ldr r8, [r0]",
        "ldr r9, [r1], #4",
        "add r0, r0, lr",
        "sxtb16 r10, r8",
        "sxtb16 r11, r9",
        "smlabb r4, r10, r11, r4",
        "smlatt r6, r10, r11, r6",
        "sxtb16 r8, r8, ror #8",
        "sxtb16 r9, r9, ror #8",
        "smlabb r5, r8, r9, r5",
        "smlatt r7, r8, r9, r7",
        "subs r2, r2, #1",
        "bne 3b",
        "ldr r2, [r12, #16]",
        "add r0, r0, r2",
        "subs r3, r3, #1",
        "bne 2b",
        // scale
        "ldr r0, [r12, #28]",
        "ldm r1!, {{r8-r11}}",
        scale!("r4", "r8", "r9"),
        scale!("r5", "r10", "r11"),
        "ldm r1!, {{r8-r11}}",
        scale!("r6", "r8", "r9"),
        scale!("r7", "r10", "r11"),
        "ldr r2, [r12, #40]",
        "cbz r2, 4f",
        "ldrd r2, r3, [r12, #32]",
        clamp!("r4"),
        clamp!("r5"),
        clamp!("r6"),
        clamp!("r7"),
        "4:",
        "ldrd r8, r9, [r12, #20]",
        "strb r4, [r8], #1",
        "strb r5, [r8], #1",
        "strb r6, [r8], #1",
        "strb r7, [r8], #1",
        "str r8, [r12, #20]",
        "ldr r0, [r12]",
        "add r0, r0, #4",
        "str r0, [r12]",
        "cmp r1, r9",
        "bne 1b",
        "pop {{r1, r4-r11, pc}}",
    )
}
