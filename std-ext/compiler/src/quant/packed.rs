//! How sums become outputs where a multiplier gives 32 bits ([`Scale`]): two multiplications by the two parts of a
//! multiplier, and one addend for halves and zero point.
//!
//! Both are searched for, and proved on every sum that the channel's weights can reach ([`steps::equal`]).

use super::{Channel, Multiplier, narrow, once, steps};
use midge_core::fixed;
use midge_core::ops::quant::Quant;
use midge_core::simd::packed::Scale;
use std::ops::RangeInclusive;

/// The greatest sum, or least, that the half of a word has room for, with the bits behind it.
const MOST: i64 = (1 << 22) - 2;

/// A channel as small cores compute it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Packed {
    /// What its sums begin with.
    pub bias: i32,
    /// How they become outputs.
    pub scale: Scale,
    /// Whether they have room in the half of a word.
    pub distinct: bool,
}

/// A channel that LiteRT rounds twice, and whose sums begin with `bias`. Where no scale is proved, it says [`Scale::EXACT`].
/// A bias that leaves sums no room is left to the scale, if that is proved.
pub fn twice_packed(m: Multiplier, quant: Quant, reach: &RangeInclusive<i64>, bias: i32) -> Packed {
    let output = |sum| quant.output(fixed::multiply_twice(sum, m.value, m.shift));
    let (clamp, factor) = ((quant.lo, quant.hi), f64::from(m.value) * f64::from(m.shift - 31).exp2());
    let [whole, rest] = [0, i64::from(bias)].map(|less| reach.start() - less..=reach.end() - less);
    if !distinct(&whole) && distinct(&rest) {
        let want = |sum: i32| output(sum.wrapping_add(bias));
        if let Some(scale) = search(&want, clamp, &rest, factor, None) {
            return Packed { bias: 0, scale, distinct: true };
        }
    }
    let scale = search(&output, clamp, &whole, factor, Some(-m.shift)).unwrap_or(exact(m));
    Packed { bias, scale, distinct: distinct(&whole) }
}

fn distinct(reach: &RangeInclusive<i64>) -> bool {
    *reach.start() >= -MOST && *reach.end() <= MOST
}

/// The same for a channel that LiteRT rounds once; `m` is what is proved for it already.
pub fn once_packed(channel: &Channel, m: Multiplier, bias: i32) -> Packed {
    let want = |sum| once::double(channel, sum);
    let scale = search(&want, channel.clamp, &channel.reach, channel.factor, None).unwrap_or(exact(m));
    Packed { bias, scale, distinct: distinct(&channel.reach) }
}

fn exact(m: Multiplier) -> Scale {
    Scale([Scale::EXACT, m.value, m.shift, 0, 0])
}

/// Five words that give the outputs `want` of all sums in reach: as they are, or where they are too large, as near to zero as
/// outputs still change. Halves may round away from zero at the bit `right`.
fn search(
    want: &dyn Fn(i32) -> i8,
    clamp: (i8, i8),
    reach: &RangeInclusive<i64>,
    factor: f64,
    right: Option<i32>,
) -> Option<Scale> {
    find(want, clamp, reach, factor, right).or_else(|| {
        let (least, most) = narrow(reach).ok()?;
        let first = |output| i64::from(steps::first(least..=most, |sum| want(sum) >= output));
        // from the last sum of the least output to the first of the greatest
        let limit = (first(clamp.0.saturating_add(1)) - 1).abs().max(first(clamp.1).abs());
        let near = i64::from(least).max(-limit)..=i64::from(most).min(limit);
        let Scale([shift, low, high, addend, _]) = find(want, clamp, &near, factor, None)?;
        Some(Scale([shift + Scale::CLAMPED, low, high, addend, i32::try_from(limit).ok()?]))
    })
}

/// Five words for sums as they are.
fn find(
    want: &dyn Fn(i32) -> i8,
    clamp: (i8, i8),
    reach: &RangeInclusive<i64>,
    factor: f64,
    right: Option<i32>,
) -> Option<Scale> {
    let (least, most) = narrow(reach).ok()?;
    let proved = |scale: &Scale| {
        let made = |sum| fixed::narrow(scale.output(sum).into(), clamp.0, clamp.1);
        steps::equal((least, most), clamp, want, made)
    };
    if want(least) == want(most) {
        return Some(Scale([0, 0, 0, i32::from(want(least)) + 128, 0])).filter(proved);
    }
    let limit = i64::from(least.unsigned_abs().max(most.unsigned_abs()));
    let room = |numbers: i64| numbers < 1 << 31;
    let steps = Steps::new(want, clamp, least, most);
    // the more bits the better, as long as sums have room
    let shifts = (0..32).rev().flat_map(|shift| [0, 1, -1, 2, -2, 3, -3].map(|delta| (shift, delta)));
    for (shift, delta) in shifts {
        let bits = shift + Scale::PART as i32;
        // one that has no room with any sum may be beyond what is counted in 64 bits
        let multiplier = ((factor * f64::from(bits).exp2()).round() as i64).min(1 << 62) + delta;
        let half = 1 << (Scale::PART - 1);
        let high = (multiplier + half) >> Scale::PART;
        let low = multiplier - (high << Scale::PART);
        if multiplier <= 0 || !room(limit * low.abs()) || !room(limit.saturating_mul(high + 1)) {
            continue;
        }
        // halves away from zero come one unit of the first rounding later, below zero
        let unit = right.and_then(|right| u32::try_from(shift - right).ok());
        for below in [Some(0), unit.map(|bits| -(1i64 << bits))].into_iter().flatten() {
            let Some(addend) = steps.addend(multiplier, bits as u32, below << Scale::PART) else { continue };
            if !room(limit * (high + 1) + addend.abs() - below) {
                continue;
            }
            let scale = Scale([shift, low as i32, high as i32, addend as i32, below as i32]);
            if proved(&scale) {
                return Some(scale);
            }
        }
    }
    None
}

/// Where outputs begin.
struct Steps {
    /// An output and a sum that gives it or more.
    above: Vec<(i64, i64)>,
    /// An output and a sum that gives less.
    below: Vec<(i64, i64)>,
}

impl Steps {
    fn new(want: &dyn Fn(i32) -> i8, (lo, hi): (i8, i8), least: i32, most: i32) -> Self {
        let mut steps = Steps { above: Vec::new(), below: Vec::new() };
        for output in (lo..=hi).skip(1) {
            let at = steps::first(least..=most, |sum| want(sum) >= output);
            let sums = [Some(at), at.checked_sub(1).filter(|before| *before >= least)];
            for sum in sums.into_iter().flatten() {
                let side = if want(sum) >= output { &mut steps.above } else { &mut steps.below };
                side.push((output.into(), sum.into()));
            }
        }
        steps
    }

    /// What may be added to the product of each sum, so that all steps come where they should.
    fn addend(&self, multiplier: i64, bits: u32, below: i64) -> Option<i64> {
        let missing = |(output, sum): &(i64, i64)| {
            let kink = if *sum < 0 { below } else { 0 };
            ((output + 128) << bits) - sum * multiplier - kink
        };
        let least = self.above.iter().map(missing).max()?;
        let most = self.below.iter().map(missing).min()? - 1;
        let part = 1i64 << Scale::PART;
        let (least, most) = ((least + part - 1) >> Scale::PART, most >> Scale::PART);
        (least <= most).then_some(least + (most - least) / 2)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RELU: Quant = Quant { x_zero: 0, y_zero: -128, lo: -128, hi: 127 };
    const LINEAR: Quant = Quant { x_zero: 0, y_zero: 7, lo: -100, hi: 127 };

    #[test]
    fn what_is_proved_is_exact() {
        for quant in [RELU, LINEAR] {
            for factor in [0.7, 0.25, 0.013_37, 1.0 / 512.0, 0.001_1, 1e-9] {
                let m = Multiplier::new(factor).unwrap();
                let scale = twice_packed(m, quant, &(-90_000..=60_000), 0).scale;
                assert!(scale.0[0] != Scale::EXACT, "{factor}");
                for sum in -90_000..=60_000 {
                    let want = quant.output(fixed::multiply_twice(sum, m.value, m.shift));
                    let made = fixed::narrow(scale.output(sum).into(), quant.lo, quant.hi);
                    assert_eq!(made, want, "{factor} {sum}");
                }
            }
        }
    }

    #[test]
    fn one_rounding_is_proved_too() {
        for factor in [0.25, 0.002_3, 1.0 / 64.0] {
            let channel = Channel { factor, zero: 3, clamp: (-128, 127), reach: -50_000..=50_000 };
            let scale = once_packed(&channel, Multiplier::new(factor).unwrap(), 0).scale;
            // ties round away from zero, as what is a little more than the factor makes them
            assert!(scale.0[0] != Scale::EXACT, "{factor}");
            for sum in -50_000..=50_000 {
                assert_eq!(scale.output(sum), once::double(&channel, sum), "{factor} {sum}");
            }
        }
    }

    #[test]
    fn large_sums_have_scales_with_a_small_low_part() {
        for factor in [1.0 / 3_000.0, 1.0 / 5_000.0, 1.0 / 7_000.0] {
            let m = Multiplier::new(factor).unwrap();
            let scale = twice_packed(m, RELU, &(-1_500_000..=1_500_000), 0).scale;
            assert!(scale.0[0] != Scale::EXACT, "{factor}");
            for sum in (-1_500_000..=1_500_000).step_by(7) {
                let want = RELU.output(fixed::multiply_twice(sum, m.value, m.shift));
                assert_eq!(scale.output(sum), want, "{factor} {sum}");
            }
        }
    }

    #[test]
    fn sums_beyond_all_outputs_are_clamped() {
        for factor in [0.25, 0.001_1, 1.0 / 3_000.0] {
            let m = Multiplier::new(factor).unwrap();
            let scale = twice_packed(m, RELU, &(-(1 << 30)..=1 << 30), 0).scale;
            assert!(scale.0[0] >= Scale::CLAMPED, "{factor}");
            for sum in (-1_000_000..=1_000_000).chain([i32::MIN, -(1 << 30), 1 << 30, i32::MAX]) {
                let want = RELU.output(fixed::multiply_twice(sum, m.value, m.shift));
                assert_eq!(scale.output(sum), want, "{factor} {sum}");
            }
        }
    }

    #[test]
    fn what_cannot_be_proved_is_exact_another_way() {
        let m = Multiplier::new(0.001_1).unwrap();
        assert_eq!(twice_packed(m, RELU, &(0..=1 << 32), 0).scale, exact(m));
    }

    #[test]
    fn a_large_bias_is_left_to_the_scale() {
        let m = Multiplier::new(1.0 / 100_000.0).unwrap();
        let bias = 10_000_000;
        let channel = twice_packed(m, RELU, &(bias - 500_000..=bias + 500_000), bias as i32);
        assert_eq!((channel.bias, channel.distinct), (0, true));
        for sum in (-500_000..=500_000).step_by(7) {
            let want = RELU.output(fixed::multiply_twice(sum + bias as i32, m.value, m.shift));
            assert_eq!(channel.scale.output(sum), want, "{sum}");
        }
        let far = twice_packed(m, RELU, &(bias - 5_000_000..=bias), bias as i32);
        assert_eq!((far.bias, far.distinct), (bias as i32, false));
    }
}
