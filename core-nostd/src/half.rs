//! Half precision, in which a plan may hold weights: IEEE 754 binary16.

/// The number that 16 bits stand for, exactly; NaN keeps its payload.
#[inline(always)]
pub const fn widen(half: u16) -> f32 {
    let (sign, size) = ((half as u32 & 0x8000) << 16, half as u32 & 0x7fff);
    let size = match size {
        // subnormal: so many times 2^-24
        ..0x400 => (size as f32 * 5.960_464_5e-8).to_bits(),
        // infinity and NaN
        0x7c00.. => size << 13 | 0x7f80_0000,
        // the bias of exponents is 127 instead of 15
        _ => (size << 13).wrapping_add(112 << 23),
    };
    f32::from_bits(sign | size)
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
            let got = f64::from(widen(half));
            assert!(got.to_bits() == want.to_bits() || got.is_nan() && want.is_nan(), "{half:#x}: {got}");
        }
        assert_eq!(widen(0xfe01).to_bits(), 0xffc0_2000);
    }
}
