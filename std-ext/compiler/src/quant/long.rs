//! Fully connected layers of int16: as [`once`](super::once), with sums of 64 bits and 65535 steps between the clamps.
//!
//! A multiplier of 31 bits is too short to agree with a double at so many steps; one of 63 bits has room for all of the
//! double's 53.

use midge_core::fixed::multiply_long;
use std::ops::RangeInclusive;

/// A positive real number as `value * 2^(shift - 63)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Long {
    /// Zero, or between 2^62 and 2^63.
    pub value: i64,
    /// Between -31 and 30.
    pub shift: i32,
}

/// A multiplier with the same result as the factor in double precision for every reachable sum, once both are clamped.
///
/// # Errors
/// When the factor cannot be represented, or sums at which the device saturates are not beyond the clamps, or none of the
/// multipliers next to the factor agrees everywhere.
pub fn prove_long(factor: f64, (lo, hi): (i16, i16), reach: &RangeInclusive<i64>) -> Result<Long, String> {
    let refused = |what: &str| Err(format!("its scales give the factor {factor}, {what}"));
    if !(factor.is_finite() && factor >= 0.0) {
        return refused("which cannot be represented");
    }
    let exponent = (factor.to_bits() >> 52) as i32 - 1022;
    if exponent < -31 {
        return refused("which is too small");
    }
    if exponent > 30 {
        return refused("which is too large");
    }
    // magnitudes: both roundings are symmetric
    let most = reach.start().unsigned_abs().max(reach.end().unsigned_abs());
    let steps = lo.unsigned_abs().max(hi.unsigned_abs());
    if most > u64::from(u32::MAX) && double(factor, u32::MAX.into()) < i64::from(steps) {
        return refused("and its sums leave 32 bits");
    }
    let most = most.min(u32::MAX.into()) as i64;
    let mantissa = (factor.to_bits() & ((1 << 52) - 1) | 1 << 52) as i64;
    // a double rounds its product to 53 bits, and a tie that makes is met by a factor a little larger or smaller
    let nudges = (0..10).flat_map(|i| [1 << i, -(1 << i)]);
    let candidates = std::iter::once(0).chain(nudges).map(|nudge| mantissa.wrapping_shl(10) + nudge);
    let mut candidates = candidates.map(|value| Long { value, shift: exponent });
    let agrees = |m: &Long| {
        (1..=i64::from(steps)).all(|step| {
            let at = first(factor, step);
            let reaches = |sum: i64| i64::from(multiply_long(sum, m.value, m.shift)) >= step;
            at - 1 > most || !reaches(at - 1) && (at > most || reaches(at))
        })
    };
    let proven = candidates.find(agrees);
    proven.ok_or_else(|| format!("no integer multiplier rounds like the factor {factor} everywhere"))
}

/// LiteRT's definition, for sums that are not negative.
fn double(factor: f64, sum: i64) -> i64 {
    (sum as f64 * factor).round() as i64
}

/// The first sum that gives at least this step, which is at least 1.
fn first(factor: f64, step: i64) -> i64 {
    let mut at = ((step as f64 - 0.5) / factor) as i64;
    while double(factor, at) >= step {
        at -= 1;
    }
    while double(factor, at) < step {
        at += 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proven_multiplier_agrees_on_sums_near_every_step() {
        // exact ties, and factors without structure
        for factor in [0.5, 1.0 / 1024.0, 0.013_37, 0.000_391_234_567_89, 1.7, f64::from(0.1f32)] {
            let reach = -(1i64 << 40)..=1 << 40;
            let m = prove_long(factor, (-32768, 32767), &reach).unwrap();
            for output in -33_000..33_000i64 {
                for near in -2..=2 {
                    let sum = ((output as f64 + 0.5) / factor) as i64 + near;
                    let want = (sum as f64 * factor).round().clamp(-32768.0, 32767.0) as i32;
                    let made = multiply_long(sum, m.value, m.shift).clamp(-32768, 32767);
                    assert_eq!(made, want, "{factor} {sum}");
                }
            }
        }
    }

    #[test]
    fn what_cannot_be_proven_is_an_error() {
        let clamp = (-32768, 32767);
        assert!(prove_long(1e-6, clamp, &(0..=1 << 33)).unwrap_err().contains("leave 32 bits"));
        assert!(prove_long(1e-6, clamp, &(0..=1 << 31)).is_ok());
        assert!(prove_long(f64::NAN, clamp, &(0..=1)).is_err());
        assert!(prove_long(1e-12, clamp, &(0..=1)).is_err() && prove_long(1e12, clamp, &(0..=1)).is_err());
    }
}
