//! Requantization: from an accumulator to an integer of another scale, bit for bit as LiteRT's reference kernels.
//!
//! A real multiplier `r` is kept as `multiplier * 2^(shift - 31)` with `2^30 <= multiplier < 2^31`
//! (Jacob et al., "Quantization and Training of Neural Networks for Efficient Integer-Arithmetic-Only Inference",
//! section 2.2). Nothing here panics or depends on the build's overflow checks: out-of-range operands wrap.

use crate::aligned::Element;

/// `x * m / 2^31`, rounded to nearest with halves up (gemmlowp's SaturatingRoundingDoublingHighMul, whose nudge and
/// truncation amount to this floor for both signs). `m` must not be negative.
#[inline(always)]
pub const fn high_multiply(x: i32, m: i32) -> i32 {
    ((x as i64 * m as i64 + (1 << 30)) >> 31) as i32
}

/// `x / 2^n`, rounded to nearest with halves away from zero, for `n` in 0..=31 and
/// `x > i32::MIN`, which [`high_multiply`] never gives (gemmlowp's RoundingDivideByPOT).
#[inline(always)]
pub const fn rounding_shift(x: i32, n: u32) -> i32 {
    // For n >= 1: lowering a negative x by one turns "halves away" into "halves up", and doing all but the last bit
    // of the shift first keeps the addition from overflowing.
    if n == 0 { x } else { shift_half_up(x.wrapping_add(x >> 31), n - 1) }
}

/// `(x / 2^n + 1) / 2`, both divisions rounded down: halves up at bit `n`.
#[inline(always)]
const fn shift_half_up(x: i32, n: u32) -> i32 {
    x.wrapping_shr(n).wrapping_add(1) >> 1
}

/// `x * r` for a convolution or an elementwise operator: a rounding multiply, then a rounding shift.
///
/// `shift` may be positive (multipliers of 1 and more). |shift| <= 31.
#[inline(always)]
pub const fn multiply_twice(x: i32, multiplier: i32, shift: i32) -> i32 {
    let left = if shift > 0 { shift as u32 } else { 0 };
    let right = if shift > 0 { 0 } else { shift.unsigned_abs() };
    rounding_shift(high_multiply(x.wrapping_shl(left), multiplier), right & 31)
}

/// `x * r` for a fully connected operator: one product, one rounding, halves away from zero.
///
/// LiteRT's reference computes this one in double precision; the packer chooses a multiplier and proves that every
/// reachable accumulator gives the same integer. -31 <= shift <= 30.
#[inline(always)]
pub const fn multiply_once(x: i32, multiplier: i32, shift: i32) -> i32 {
    let total = (31 - shift) as u32 & 63;
    let half = 1i64.wrapping_shl(total.wrapping_sub(1));
    let product = x as i64 * multiplier as i64;
    // lowering a negative product by one turns "halves up" into "halves away"
    product.wrapping_add(product >> 63).wrapping_add(half).wrapping_shr(total) as i32
}

/// Bits below the outputs of [`folded`] sums.
pub const FOLDED: u32 = 11;

/// The output of a sum whose weights were multiplied by a power of two, such that one shift serves every channel, and
/// what is added - halves, zero point - is folded into one number: `(c * 2^32 + sum * m) / 2^(32 + FOLDED)`, rounded down
/// and saturated.
///
/// The packer chooses `m` and `c` and proves that every reachable sum gives LiteRT's output.
#[inline(always)]
pub const fn folded(sum: i32, m: i32, c: i32) -> i8 {
    narrow(((c as i64) << 32).wrapping_add(sum as i64 * m as i64).wrapping_shr(32 + FOLDED) as i32, -128, 127)
}

/// The output of a doubled sum by the same steps as [`multiply_twice`], of which the second leaves halves away from zero
/// to the sign of the sum, and halves and the zero point to `c`: `c = 2^(n - 1) + zero * 2^n`. Of `n`, 1 to
/// 31, the low byte counts, as where a register says how far to shift; above 31 it is 31.
#[inline(always)]
pub const fn doubled(sum: i32, m: i32, c: i32, n: i32) -> i8 {
    let c = c.wrapping_add(sum >> 31);
    let high = ((c as i64) << 32).wrapping_add(sum as i64 * m as i64).wrapping_add(1 << 31) >> 32;
    let n = n as u8;
    narrow(high as i32 >> if n < 32 { n } else { 31 }, -128, 127)
}

/// How [`lane`] rounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Rounding {
    /// Once, halves up.
    Once,
    /// Twice, halves up.
    Up,
    /// Twice, the second time halves away from zero.
    Away,
}

impl Rounding {
    /// What stands for it in a record.
    pub const fn read(byte: u8) -> Option<Self> {
        match byte {
            0 => Some(Rounding::Once),
            1 => Some(Rounding::Up),
            2 => Some(Rounding::Away),
            _ => None,
        }
    }
}

/// The output of a sum as vector instructions scale it, saturated: `sum * m / 2^31`, then a shift by the low byte of `n`,
/// which is negative for a shift right, then the zero point. Bits that are shifted out on the left are lost.
///
/// The packer proves that every reachable sum gives LiteRT's output.
#[inline(always)]
pub const fn lane(sum: i32, m: i32, n: i32, rounding: Rounding, zero: i8) -> i8 {
    let half = if matches!(rounding, Rounding::Once) { 0 } else { 1 << 30 };
    let high = (sum as i64 * m as i64 + half) >> 31;
    let high = if high > i32::MAX as i64 { i32::MAX } else { high as i32 };
    let high = if matches!(rounding, Rounding::Away) { high.saturating_add(high >> 31) } else { high };
    let scaled = match n as i8 {
        left @ 0..32 => high.wrapping_shl(left as u32),
        right @ -32..0 => {
            (high as i64 + (1 << (-1 - right as i32))).wrapping_shr(-(right as i32) as u32) as i32
        }
        _ => 0,
    };
    narrow(scaled.saturating_add(zero as i32), -128, 127)
}

/// `x * r` for a wide accumulator: LiteRT keeps 15 bits of the multiplier and rounds halves up. |x| < 2^47,
/// -31 <= shift < 8.
#[inline(always)]
pub const fn multiply_wide(x: i64, multiplier: i32, shift: i32) -> i32 {
    let reduced = if multiplier < 0x7fff_0000 { multiplier.wrapping_add(1 << 15) >> 16 } else { 0x7fff };
    let total = (15 - shift) as u32 & 63;
    let half = 1i64.wrapping_shl(total.wrapping_sub(1));
    x.wrapping_mul(reduced as i64).wrapping_add(half).wrapping_shr(total) as i32
}

/// `x * r` for a 64-bit sum of a fully connected operator, with `r` as a multiplier of 63 bits,
/// `multiplier * 2^(shift - 63)`: the exact product, one rounding, halves away from zero. Past 32 bits `x` saturates, and
/// so does the result. -32 <= shift <= 30.
///
/// As in [`multiply_once`], the packer proves that this is what LiteRT's double precision gives.
#[inline(always)]
pub const fn multiply_long(x: i64, multiplier: i64, shift: i32) -> i32 {
    let size = x.unsigned_abs();
    let size = if size > u32::MAX as u64 { u32::MAX as u64 } else { size };
    let (high, low) = (multiplier as u64 >> 32 & 0x7fff_ffff, multiplier as u64 & 0xffff_ffff);
    // rounding down by 32 bits, then down after adding a half, is rounding down once
    let product = size.wrapping_mul(high).wrapping_add(size.wrapping_mul(low) >> 32);
    let total = (31 - shift) as u32 & 63;
    let half = 1u64.wrapping_shl(total.wrapping_sub(1));
    let rounded = product.wrapping_add(half).wrapping_shr(total);
    let rounded = if rounded > i32::MAX as u64 { i32::MAX } else { rounded as i32 };
    if x < 0 { rounded.wrapping_neg() } else { rounded }
}

/// Clamps to `lo..=hi` and narrows. Unlike `Ord::clamp` it is total: with `lo > hi` the result is `lo`.
#[inline(always)]
pub const fn narrow(x: i32, lo: i8, hi: i8) -> i8 {
    let (lo, hi) = (lo as i32, hi as i32);
    let x = if x > hi { hi } else { x };
    (if x < lo { lo } else { x }) as i8
}

/// An integer type of activations, of at most 32 bits.
pub trait Integer: Element + Into<i32> {
    /// The least number of the type.
    const LEAST: i32;
    /// The greatest.
    const GREATEST: i32;

    /// The number nearest to `x` in `lo..=hi`, whose own range both lie in; as [`narrow`], it is total.
    fn narrow(x: i32, lo: i32, hi: i32) -> Self;

    /// The number nearest to `x`.
    #[inline(always)]
    fn saturated(x: i32) -> Self {
        Self::narrow(x, Self::LEAST, Self::GREATEST)
    }
}

macro_rules! integers {
    ($($type:ty)*) => { $(
        impl Integer for $type {
            const LEAST: i32 = <$type>::MIN as i32;
            const GREATEST: i32 = <$type>::MAX as i32;

            #[inline(always)]
            fn narrow(x: i32, lo: i32, hi: i32) -> Self {
                let x = if x > hi { hi } else { x };
                (if x < lo { lo } else { x }) as $type
            }
        }
    )* };
}
integers!(i8 i16 i32);

#[cfg(test)]
mod tests {
    use super::*;

    /// The definitions as gemmlowp's paper and headers state them, in wide arithmetic.
    fn naive_twice(x: i32, m: i32, shift: i32) -> i32 {
        let x = i64::from(x) << shift.max(0);
        let ab = x * i64::from(m);
        let nudge = if ab >= 0 { 1i64 << 30 } else { 1 - (1i64 << 30) };
        let high = (ab + nudge) / (1i64 << 31);
        let n = (-shift).max(0);
        let away = (high.abs() + if n > 0 { 1 << (n - 1) } else { 0 }) >> n;
        (if high < 0 { -away } else { away }) as i32
    }

    #[test]
    fn both_roundings_agree_with_wide_arithmetic() {
        let mut s = 1u64;
        let mut next = || {
            s = s.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            (s >> 32) as i32
        };
        for _ in 0..if cfg!(miri) { 500 } else { 200_000 } {
            let x = next() >> (next() & 31);
            let m = (next() & 0x3fff_ffff) | 0x4000_0000;
            let shift = -(next() & 31);
            assert_eq!(multiply_twice(x, m, shift), naive_twice(x, m, shift), "{x} {m} {shift}");
            let left = next() & 7;
            assert_eq!(multiply_twice(x >> 8, m, left), naive_twice(x >> 8, m, left), "{x} {m} {left}");
            let exact = i128::from(x) * i128::from(m);
            let total = 31 - shift;
            let once = (exact.abs() + (1 << (total - 1))) >> total;
            assert_eq!(i128::from(multiply_once(x, m, shift)), once * exact.signum());
        }
        for n in 0..32 {
            for x in [i32::MIN + 1, -3, -2, -1, 0, 1, 2, 3, i32::MAX - 1] {
                let half = if n > 0 { 1i64 << (n - 1) } else { 0 };
                let away = (i64::from(x).abs() + half) >> n;
                let want = if x < 0 { -away } else { away };
                assert_eq!(i64::from(rounding_shift(x, n)), want, "{x} >> {n}");
            }
        }
    }

    #[test]
    fn a_lane_scales_as_the_others_do() {
        let mut s = 1u64;
        let mut next = || {
            s = s.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            (s >> 32) as i32
        };
        for _ in 0..if cfg!(miri) { 500 } else { 200_000 } {
            let (sum, m, right) = (next() >> (next() & 15), next() & i32::MAX, (next() & 30) + 1);
            let zero = next() as i8;
            let output = |scaled: i32| narrow(scaled.saturating_add(zero.into()), -128, 127);
            let made = |rounding| lane(sum, m, -right, rounding, zero);
            assert_eq!(made(Rounding::Away), output(multiply_twice(sum, m, -right)), "{sum} {m} {right}");
            let exact = i64::from(sum) * i64::from(m);
            let up = (((exact + (1 << 30)) >> 31) + (1 << (right - 1))) >> right;
            assert_eq!(made(Rounding::Up), output(up as i32), "{sum} {m} {right}");
            let once = (exact + (1 << (30 + right))) >> (31 + right);
            assert_eq!(made(Rounding::Once), output(once as i32), "{sum} {m} {right}");
        }
        let lane = |n| lane(i32::MIN, i32::MIN, n, Rounding::Away, 0);
        assert_eq!([-128, -33, -32, -31, -25, 0, 31, 32, 127].map(lane), [0, 0, 0, 1, 64, 127, -128, 0, 0]);
    }

    #[test]
    fn long_sums_agree_with_wider_arithmetic() {
        let mut s = 1u64;
        let mut next = || {
            s = s.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            (s ^ s >> 29) as i64
        };
        for _ in 0..100_000 {
            let (m, shift) = ((next() & ((1 << 62) - 1)) | 1 << 62, (next() & 31) as i32 - 31);
            let x = (next() >> 31) >> (next() & 31);
            let (size, total) = (i128::from(x).abs().min(0xffff_ffff), 63 - shift);
            let want = ((size * i128::from(m) + (1 << (total - 1))) >> total).min(0x7fff_ffff);
            assert_eq!(
                i128::from(multiply_long(x, m, shift)),
                want * i128::from(x.signum()),
                "{x} {m} {shift}"
            );
        }
        // exact ties
        assert_eq!([5, -5].map(|x| multiply_long(x, 1 << 62, 0)), [3, -3]);
        assert_eq!(multiply_long(i64::MIN, i64::MAX, 30), -i32::MAX);
    }
}
