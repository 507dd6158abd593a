//! Between half and single precision: one instruction where the core has it. The bits are those of [`half`](crate::half),
//! but for the payload of NaN. Single precision is here by its bits.

#[cfg(midge_half)]
#[expect(unsafe_code, reason = "instructions without a function; each block has its proof")]
mod fast {
    use core::arch::asm;

    #[inline(always)]
    pub(super) fn widen(half: u16) -> u32 {
        let mut bits = half as u32;
        // SAFETY: computes on registers; the one that is not an operand is named.
        unsafe {
            asm!(
                "vmov s0, {bits}",
                "vcvtb.f32.f16 s0, s0",
                "vmov {bits}, s0",
                bits = inout(reg) bits,
                out("s0") _,
                options(pure, nomem, nostack, preserves_flags),
            );
        }
        bits
    }

    #[inline(always)]
    pub(super) fn narrow(mut bits: u32) -> u16 {
        // SAFETY: computes on registers; the one that is not an operand is named.
        unsafe {
            asm!(
                "vmov s0, {bits}",
                "vcvtb.f16.f32 s0, s0",
                "vmov {bits}, s0",
                bits = inout(reg) bits,
                out("s0") _,
                options(pure, nomem, nostack, preserves_flags),
            );
        }
        bits as u16
    }
}

#[cfg(all(target_arch = "aarch64", not(miri)))]
#[expect(unsafe_code, reason = "instructions without a function; each block has its proof")]
mod fast {
    use core::arch::asm;

    #[inline(always)]
    pub(super) fn widen(half: u16) -> u32 {
        let mut bits = half as u32;
        // SAFETY: computes on registers; the one that is not an operand is named.
        unsafe {
            asm!(
                "fmov s0, {bits:w}",
                "fcvt s0, h0",
                "fmov {bits:w}, s0",
                bits = inout(reg) bits,
                out("v0") _,
                options(pure, nomem, nostack, preserves_flags),
            );
        }
        bits
    }

    #[inline(always)]
    pub(super) fn narrow(mut bits: u32) -> u16 {
        // SAFETY: computes on registers; the one that is not an operand is named.
        unsafe {
            asm!(
                "fmov s0, {bits:w}",
                "fcvt h0, s0",
                "fmov {bits:w}, s0",
                bits = inout(reg) bits,
                out("v0") _,
                options(pure, nomem, nostack, preserves_flags),
            );
        }
        bits as u16
    }
}

#[cfg(not(any(midge_half, all(target_arch = "aarch64", not(miri)))))]
use crate::half::bits as fast;

/// The number that 16 bits stand for.
#[inline(always)]
pub fn widen(half: u16) -> u32 {
    fast::widen(half)
}

/// The number next to one, ties to even.
#[inline(always)]
pub fn narrow(bits: u32) -> u16 {
    fast::narrow(bits)
}
