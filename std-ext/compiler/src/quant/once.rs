//! Fully connected layers: LiteRT's reference requantizes their accumulators in double precision, a device cannot.
//!
//! An integer multiplier gives the same output as the double for every accumulator that a layer's weights can reach
//! at all, and this is proved, not assumed: both are step functions of the accumulator with at most 255 steps between
//! the clamps, so it is enough that each step comes at the same accumulator.

use super::Multiplier;
use midge_core::fixed::{multiply_once, narrow};
use std::ops::RangeInclusive;

/// What happens to the accumulators of an output channel.
#[derive(Clone, Debug)]
pub struct Channel {
    /// The real factor: scale of the input times scale of the filter, over scale of the output.
    pub factor: f64,
    /// Zero point of the output.
    pub zero: i8,
    /// Least and greatest output.
    pub clamp: (i8, i8),
    /// The accumulators that can occur.
    pub reach: RangeInclusive<i64>,
}

/// A multiplier with the same result as the factor for every reachable accumulator.
///
/// # Errors
/// When the factor cannot be represented, an accumulator can leave 32 bits, or none of the multipliers next to the
/// factor agrees everywhere.
pub fn prove(channel: &Channel) -> Result<Multiplier, String> {
    let (least, most) = super::narrow(&channel.reach)?;
    let nearest = Multiplier::new(channel.factor)?;
    let candidates =
        [0, 1, -1, 2, -2, 3, -3].map(|d| Multiplier { value: nearest.value.saturating_add(d), ..nearest });
    let agrees = |m: &Multiplier| {
        let integer = |acc: i32| {
            let scaled = multiply_once(acc, m.value, m.shift);
            narrow(scaled.wrapping_add(i32::from(channel.zero)), channel.clamp.0, channel.clamp.1)
        };
        let same = |acc: i32| integer(acc) == double(channel, acc);
        let steps = channel.clamp.0..=channel.clamp.1;
        same(least)
            && same(most)
            && steps.skip(1).all(|output| {
                let at = first(least, most, |acc| double(channel, acc) >= output);
                same(at) && (at == least || same(at - 1))
            })
    };
    candidates
        .into_iter()
        .find(agrees)
        .ok_or_else(|| format!("no integer multiplier rounds like the factor {} everywhere", channel.factor))
}

/// LiteRT's definition.
fn double(channel: &Channel, acc: i32) -> i8 {
    let scaled = (f64::from(acc) * channel.factor).round() as i32;
    narrow(scaled.saturating_add(i32::from(channel.zero)), channel.clamp.0, channel.clamp.1)
}

/// The first in `least..=most` for which a monotone predicate holds; `most` if none.
fn first(least: i32, most: i32, holds: impl Fn(i32) -> bool) -> i32 {
    let (mut low, mut high) = (i64::from(least), i64::from(most));
    while low < high {
        let middle = low + (high - low) / 2;
        if holds(middle as i32) { high = middle } else { low = middle + 1 }
    }
    low as i32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proven_multiplier_agrees_on_every_accumulator() {
        // exact ties on both sides of zero, and factors without structure
        for factor in [0.5, 0.25, 1.0 / 64.0, 0.013_37, 0.003_921_568_859_368_563, 1.7] {
            let channel = Channel { factor, zero: -3, clamp: (-128, 127), reach: -70_000..=70_000 };
            let m = prove(&channel).unwrap();
            for acc in -70_000..=70_000 {
                let scaled = multiply_once(acc, m.value, m.shift) - 3;
                assert_eq!(narrow(scaled, -128, 127), double(&channel, acc), "{factor} {acc}");
            }
        }
    }

    #[test]
    fn what_cannot_be_proven_is_an_error() {
        let channel =
            Channel { factor: 0.1, zero: 0, clamp: (-128, 127), reach: 0..=i64::from(i32::MAX) + 1 };
        assert!(prove(&channel).is_err());
        let channel = Channel { factor: f64::NAN, reach: 0..=1, ..channel };
        assert!(prove(&channel).is_err());
    }
}
