//! Cortex-M with the DSP extension (ARMv7E-M): two 16-bit products an instruction.
#![expect(unsafe_code, reason = "assembly; each call has its proof")]

use core::arch::naked_asm;
use core::cell::Cell;

/// See `portable::widen`.
#[inline(always)]
pub(super) fn widen(x: &[[Cell<i8>; 4]], wide: &[Cell<i16>], lane: usize, lanes: usize) {
    // groups whose place lies inside `wide`
    let room = wide.len().saturating_sub(lane.wrapping_mul(4)).div_ceil(lanes.wrapping_mul(4).max(1));
    let fits = wide.len().is_multiple_of(lanes.wrapping_mul(4).max(1)) && lane < lanes;
    let groups = if x.len() < room { x.len() } else { room };
    if let Some(to) = wide.get(lane.wrapping_mul(4)..)
        && fits
        && groups > 0
    {
        // SAFETY: reads 4 * groups bytes of `x`, at any address; writes 4 halfwords at `to + group * 4 * lanes` for
        // group < groups <= room, which end inside `wide` since its length is a multiple of 4 * lanes. Cells may be
        // written through a shared reference. `wide` comes from a word-aligned operand (checked below by the caller's
        // cast to halfwords; STR, unlike STRD, allows any address).
        unsafe {
            widen_groups(x.as_ptr().cast(), to.as_ptr().cast_mut().cast(), groups, lanes.wrapping_mul(8))
        }
    }
}

/// See `portable::dot_2x2`.
#[inline(always)]
pub(super) fn dot_2x2(wide: &[[Cell<i16>; 8]], filters: &[[u8; 8]]) -> [[i32; 2]; 2] {
    let groups = if wide.len() < filters.len() { wide.len() } else { filters.len() };
    let mut sums = [[0; 2]; 2];
    if groups > 0 && aligned(wide.as_ptr().cast()) && aligned(filters.as_ptr().cast()) {
        // SAFETY: reads 16 bytes of `wide` and 8 of `filters` for each of `groups` groups, which both have, at word
        // boundaries (LDM, LDRD); writes the 16 bytes of `sums`.
        unsafe { dot_2x2_groups(wide.as_ptr().cast(), filters.as_ptr().cast(), groups, &mut sums) }
    }
    sums
}

/// See `portable::dot_2x1`.
#[inline(always)]
pub(super) fn dot_2x1(wide: &[[Cell<i16>; 4]], filters: &[[u8; 8]]) -> [i32; 2] {
    let groups = if wide.len() < filters.len() { wide.len() } else { filters.len() };
    let mut sums = [0; 2];
    if groups > 0 && aligned(wide.as_ptr().cast()) && aligned(filters.as_ptr().cast()) {
        // SAFETY: reads 8 bytes of each for each of `groups` groups, which both have, at word boundaries (LDRD);
        // writes the 8 bytes of `sums`.
        unsafe { dot_2x1_groups(wide.as_ptr().cast(), filters.as_ptr().cast(), groups, &mut sums) }
    }
    sums
}

/// Whether word loads may start here. Operands are 16-byte aligned by the packer; a plan that is not gives zeros.
#[inline(always)]
fn aligned(at: *const u8) -> bool {
    at.addr().is_multiple_of(4)
}

/// r0 taps, r1 wide, r2 groups, r3 bytes from group to group.
#[unsafe(naked)]
unsafe extern "C" fn widen_groups(x: *const u8, wide: *mut i16, groups: usize, step: usize) {
    naked_asm!(
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

/// r0 wide, r1 filters, r2 groups, r3 sums. r4-r7 accumulate o0p0, o0p1, o1p0, o1p1; r8, r9 hold four taps of each
/// output; r10, r11 pixel 0; r12, lr pixel 1; r3 is spilled to be a temporary.
#[unsafe(naked)]
unsafe extern "C" fn dot_2x2_groups(
    wide: *const i16,
    filters: *const u8,
    groups: usize,
    sums: &mut [[i32; 2]; 2],
) {
    naked_asm!(
        "push {{r3-r11, lr}}",
        "movs r4, #0",
        "movs r5, #0",
        "movs r6, #0",
        "movs r7, #0",
        "1:",
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
        "bne 1b",
        "pop {{r3}}",
        "stm r3, {{r4-r7}}",
        "pop {{r4-r11, pc}}",
    )
}

/// r0 wide, r1 filters, r2 groups, r3 sums. r4, r5 accumulate; r6, r7 hold four taps of each output; r8, r9 the pixel.
#[unsafe(naked)]
unsafe extern "C" fn dot_2x1_groups(
    wide: *const i16,
    filters: *const u8,
    groups: usize,
    sums: &mut [i32; 2],
) {
    naked_asm!(
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
