//! Functions of two bytes that multiples of both, added, give too.
//!
//! There are 65,536 pairs, so nothing is argued: an output bounds what may be added to the multiples of its pair, and
//! multiples serve if all pairs together leave an addend. Where LiteRT rounds exact halves away from zero, a multiple that
//! is slightly too large does so on both sides.

use midge_core::ops::linear::{FRACTION, Linear};
use std::ops::RangeInclusive;

/// The multiples next to the real ones that are tried.
const NEAR: RangeInclusive<i32> = -3..=3;

/// Rows of `stride` elements of `f`, which grows by `slopes` with its operands wherever it does not saturate.
pub fn linear(stride: u32, slopes: [f64; 2], f: impl Fn(i8, i8) -> i8) -> Option<Linear> {
    let bytes = || i8::MIN..=i8::MAX;
    let pairs = bytes().flat_map(|a| bytes().map(move |b| (a, b)));
    let outputs: Vec<_> = pairs.map(|(a, b)| (a, b, f(a, b))).collect();
    // the conversion saturates
    let [a, b] = slopes.map(|slope| (slope * f64::from(1 << FRACTION)).round() as i32);
    let mut near: Vec<_> = NEAR.flat_map(|i| NEAR.map(move |j| (i, j))).collect();
    near.sort_by_key(|(i, j)| i * i + j * j);
    near.into_iter().find_map(|(i, j)| {
        let (a_multiplier, b_multiplier) = (a.checked_add(i)?, b.checked_add(j)?);
        let addend = addend(&outputs, a_multiplier.into(), b_multiplier.into())?;
        Some(Linear { stride, a_multiplier, b_multiplier, addend })
    })
}

/// What may be added to multiples of all pairs, such that sums have 32 bits and give the pairs' outputs.
fn addend(outputs: &[(i8, i8, i8)], a: i64, b: i64) -> Option<i32> {
    let (mut least, mut most) = (i64::MIN, i64::MAX);
    for (x, y, output) in outputs {
        let sum = i64::from(*x) * a + i64::from(*y) * b;
        let (from, to) = match *output {
            i8::MIN => (i64::from(i32::MIN), bound(i8::MIN)),
            i8::MAX => (bound(i8::MAX - 1) + 1, i64::from(i32::MAX)),
            output => (bound(output - 1) + 1, bound(output)),
        };
        (least, most) = (least.max(from - sum), most.min(to - sum));
        if least > most {
            return None;
        }
    }
    i32::try_from(least + (most - least) / 2).ok()
}

/// The greatest sum that gives an output.
fn bound(output: i8) -> i64 {
    ((i64::from(output) + 1) << FRACTION) - 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn saturated(x: i32) -> i8 {
        x.clamp(i8::MIN.into(), i8::MAX.into()) as i8
    }

    #[test]
    fn exact_halves_may_go_away_from_zero() {
        let away = |a: i8, b: i8| {
            let quarters = i32::from(a) + 3 * i32::from(b);
            saturated((quarters.abs() + 2) / 4 * quarters.signum())
        };
        let p = linear(7, [0.25, 0.75], away).unwrap();
        assert_eq!(p.stride, 7);
        for (a, b) in (-128..=127).flat_map(|a| (-128..=127).map(move |b| (a, b))) {
            assert_eq!(p.sum(a, b), away(a, b), "{a} {b}");
        }
    }

    #[test]
    fn what_is_not_linear_is_nothing() {
        let one = |a: i8, b: i8| saturated(i32::from(a) + i32::from(b));
        assert!(linear(1, [1.0; 2], one).is_some());
        let other = |a: i8, b: i8| if (a, b) == (3, 4) { 8 } else { one(a, b) };
        assert_eq!(linear(1, [1.0; 2], other), None, "one pair of all");
        let clamped = |a: i8, b: i8| one(a, b).max(0);
        assert_eq!(linear(1, [1.0; 2], clamped), None, "less than saturated");
        let steep = |a: i8, b: i8| saturated(8 * (i32::from(a) + i32::from(b)));
        assert_eq!(linear(1, [8.0; 2], steep), None, "sums of more than 32 bits");
        assert_eq!(linear(1, [f64::INFINITY, f64::NAN], one), None);
    }
}
