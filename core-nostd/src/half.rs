//! Half precision, in which a plan may hold weights and activations: IEEE 754 binary16. Computed with is what it widens to.
//!
//! What is here is portable and defines the bits; [`F16`] converts by the core's own instruction where it has one.

use crate::simd;

/// A number in half precision, as it lies in memory.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[repr(transparent)]
pub struct F16(pub u16);

impl F16 {
    /// The number in single precision, exactly.
    #[inline(always)]
    pub fn widened(self) -> f32 {
        f32::from_bits(simd::half::widen(self.0))
    }

    /// The number next to `x`, as [`narrow`] says.
    #[inline(always)]
    pub fn nearest(x: f32) -> Self {
        F16(simd::half::narrow(x.to_bits()))
    }
}

/// The number that 16 bits stand for, exactly; NaN keeps its payload.
#[inline(always)]
pub const fn widen(half: u16) -> f32 {
    f32::from_bits(bits::widen(half))
}

/// The number next to `x`, ties to even; infinite from 65520 on. NaN stays one.
#[inline(always)]
pub const fn narrow(x: f32) -> u16 {
    bits::narrow(x.to_bits())
}

/// The same with the bits of single precision.
pub(crate) mod bits {
    #[inline(always)]
    pub(crate) const fn widen(half: u16) -> u32 {
        let (sign, size) = ((half as u32 & 0x8000) << 16, half as u32 & 0x7fff);
        let size = match size {
            // subnormal: so many times 2^-24
            ..0x400 => (size as f32 * 5.960_464_5e-8).to_bits(),
            // infinity and NaN
            0x7c00.. => size << 13 | 0x7f80_0000,
            // the bias of exponents is 127 instead of 15
            _ => (size << 13).wrapping_add(112 << 23),
        };
        sign | size
    }

    #[inline(always)]
    pub(crate) const fn narrow(bits: u32) -> u16 {
        let (sign, size) = (bits >> 16 & 0x8000, bits & 0x7fff_ffff);
        let half = match size {
            0x7f80_0001.. => 0x7e00 | size >> 13 & 0x1ff,
            0x477f_f000.. => 0x7c00,
            // 2^-14 and more: the half that is added carries where the number is odd
            0x3880_0000.. => size.wrapping_add(0xfff + (size >> 13 & 1)).wrapping_sub(112 << 23) >> 13,
            // a half is as many steps of 2^-24 as fit before its bits are the next exponent's
            _ => (f32::from_bits(size) + 0.5).to_bits().wrapping_sub(0x3f00_0000),
        };
        (sign | half) as u16
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_is_exact() {
        for half in 0..=u16::MAX {
            let (exponent, fraction) = (i32::from(half >> 10 & 31), f64::from(half & 0x3ff));
            let size = match exponent {
                0 => fraction * 2f64.powi(-24),
                31 if fraction == 0.0 => f64::INFINITY,
                31 => f64::NAN,
                _ => (1.0 + fraction / 1024.0) * 2f64.powi(exponent - 15),
            };
            let want = if half >> 15 == 1 { -size } else { size };
            let got = f64::from(F16(half).widened());
            assert!(got.to_bits() == want.to_bits() || got.is_nan() && want.is_nan(), "{half:#x}: {got}");
        }
        assert_eq!(widen(0xfe01).to_bits(), 0xffc0_2000);
    }

    #[test]
    fn the_nearest_is_found_and_of_two_the_even_one() {
        for half in 0..0x7c00u16 {
            let (x, next) = (f64::from(widen(half)), f64::from(widen(half + 1)).min(65536.0));
            let middle = ((x + next) / 2.0) as f32;
            let even = half + (half & 1);
            let around = [f32::from_bits(middle.to_bits() - 1), middle, f32::from_bits(middle.to_bits() + 1)];
            for (y, want) in [x as f32].into_iter().chain(around).zip([half, half, even, half + 1]) {
                assert_eq!((F16::nearest(y), F16::nearest(-y)), (F16(want), F16(want | 0x8000)), "{y}");
                assert_eq!(narrow(y), want, "{y}");
            }
        }
        assert_eq!([1e9, f32::INFINITY, -0.0, 1e-45].map(narrow), [0x7c00, 0x7c00, 0x8000, 0]);
        assert!(
            F16::nearest(f32::NAN).widened().is_nan() && widen(narrow(f32::from_bits(0x7f80_0001))).is_nan()
        );
    }
}
