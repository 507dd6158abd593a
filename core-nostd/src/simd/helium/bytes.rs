//! Bytes brought from one place to another, and added.

use core::arch::naked_asm;
use core::cell::Cell;

use crate::ops::linear::{FRACTION, Linear};
use crate::simd::SUMS;

/// See `portable::copy_rows`.
#[inline(always)]
pub(in crate::simd) fn copy_rows(
    [to, from]: [&[Cell<i8>]; 2],
    [down, step]: [usize; 2],
    count: usize,
    run: usize,
) {
    // SAFETY: `simd::copy_rows` and `Field::copy` have checked that `count` rows of `run` bytes, so many bytes apart, lie
    // inside both, and that both numbers are above zero. Cells may be written through a shared reference.
    unsafe { copy_row_bytes(from.as_ptr().cast(), to.as_ptr().cast_mut().cast(), count, run, step, down) }
}

/// See `portable::fill`.
#[inline(always)]
pub(in crate::simd) fn fill(to: &[Cell<i8>], value: i8) {
    // SAFETY: the pointer and length are those of the slice; cells may be written through a shared reference.
    unsafe { fill_bytes(to.as_ptr().cast_mut().cast(), value as u8, to.len()) }
}

/// See `portable::linear`.
#[inline(always)]
pub(in crate::simd) fn linear(p: &Linear, [y, a, b]: [&[Cell<i8>]; 3]) {
    let [a, b] = [a, b].map(|x| x.as_ptr().cast());
    let to = y.as_ptr().cast_mut().cast();
    // SAFETY: `simd::linear` has checked that all three have `y.len()` elements; loads and stores are predicated. An input
    // has y's bytes or none of them, as the plan's check has it; four are read before they are written. Cells may be written
    // through a shared reference.
    unsafe { add_bytes(to, a, b, y.len(), p.a_multiplier, p.b_multiplier, p.addend) }
}

/// See `portable::sum_pixels`.
#[inline(always)]
pub(in crate::simd) fn sum_pixels(x: &[Cell<i8>], step: usize, pixels: usize, sums: &mut [i32; SUMS]) {
    // SAFETY: `simd::sum_pixels` has checked that `pixels` times eight bytes, `step` apart, lie inside `x`, and that there are
    // some. `sums` is read and written.
    unsafe { sum_bytes(x.as_ptr().cast(), step, pixels, sums) }
}

/// r0 x, r1 from pixel to pixel, r2 pixels left, r3 sums: those of up to 256 pixels have room in 16 bits.
#[unsafe(naked)]
unsafe extern "C" fn sum_bytes(x: *const i8, step: usize, pixels: usize, sums: &mut [i32; SUMS]) {
    naked_asm!(
        ".cpu cortex-m55",
        "push {{r4, lr}}",
        "1:",
        "cmp r2, #256",
        "mov lr, r2",
        "it hi",
        "movhi lr, #256",
        "sub r2, r2, lr",
        "vmov.i32 q0, #0",
        "dls lr, lr",
        "2:",
        "vldrb.s16 q1, [r0]",
        "add r0, r0, r1",
        "vadd.i16 q0, q0, q1",
        "le lr, 2b",
        // even channels and odd ones
        "vld20.32 {{q2, q3}}, [r3]",
        "vld21.32 {{q2, q3}}, [r3]",
        "vmovlb.s16 q1, q0",
        "vmovlt.s16 q0, q0",
        "vadd.i32 q2, q2, q1",
        "vadd.i32 q3, q3, q0",
        "vst20.32 {{q2, q3}}, [r3]",
        "vst21.32 {{q2, q3}}, [r3]",
        "cmp r2, #0",
        "bne 1b",
        "pop {{r4, pc}}",
    )
}

/// r0 from, r1 to, r2 rows, r3 bytes of a row; r4, r5 from row to row.
#[unsafe(naked)]
unsafe extern "C" fn copy_row_bytes(
    from: *const i8,
    to: *mut i8,
    rows: usize,
    run: usize,
    step: usize,
    down: usize,
) {
    naked_asm!(
        ".cpu cortex-m55",
        "push {{r4-r6, lr}}",
        "ldrd r4, r5, [sp, #16]",
        "1:",
        "mov r6, r0",
        "mov r12, r1",
        "dlstp.8 lr, r3",
        "2:",
        "vldrb.u8 q0, [r6], #16",
        "vstrb.8 q0, [r12], #16",
        "letp lr, 2b",
        "add r0, r0, r4",
        "add r1, r1, r5",
        "subs r2, r2, #1",
        "bne 1b",
        "pop {{r4-r6, pc}}",
    )
}

/// r0 to, r1 value, r2 bytes.
#[unsafe(naked)]
unsafe extern "C" fn fill_bytes(to: *mut i8, value: u8, len: usize) {
    naked_asm!(
        ".cpu cortex-m55",
        "push {{r4, lr}}",
        "vdup.8 q0, r1",
        "wlstp.8 lr, r2, 2f",
        "1:",
        "vstrb.8 q0, [r0], #16",
        "letp lr, 1b",
        "2:",
        "pop {{r4, pc}}",
    )
}

/// r0 y, r1 a, r2 b, r3 bytes; q2 the multiple of a, r4 that of b, r12 the addend. What a shift to the left saturates is
/// what has no room in a byte.
#[unsafe(naked)]
unsafe extern "C" fn add_bytes(
    y: *mut i8,
    a: *const i8,
    b: *const i8,
    len: usize,
    a_multiplier: i32,
    b_multiplier: i32,
    addend: i32,
) {
    naked_asm!(
        ".cpu cortex-m55",
        "push {{r4, lr}}",
        "ldr r12, [sp, #8]",
        "vdup.32 q2, r12",
        "ldrd r4, r12, [sp, #12]",
        "wlstp.32 lr, r3, 2f",
        "1:",
        "vldrb.s32 q0, [r1], #4",
        "vmlas.s32 q0, q2, r12",
        "vldrb.s32 q1, [r2], #4",
        "vmla.s32 q0, q1, r4",
        "vqshl.s32 q0, q0, #{left}",
        "vshr.s32 q0, q0, #24",
        "vstrb.32 q0, [r0], #4",
        "letp lr, 1b",
        "2:",
        "pop {{r4, pc}}",
        left = const 24 - FRACTION,
    )
}
