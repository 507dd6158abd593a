//! Fully connected layers: LiteRT's reference requantizes their accumulators in double precision, a device cannot.
//!
//! An integer multiplier gives the same output as the double for every accumulator that a layer's weights can reach
//! at all, and this is proved, not assumed ([`steps::equal`]).

use super::{Multiplier, steps};
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
    let reach = super::narrow(&channel.reach)?;
    let agrees = |m: &Multiplier| {
        let integer = |acc: i32| {
            let scaled = multiply_once(acc, m.value, m.shift);
            narrow(scaled.wrapping_add(i32::from(channel.zero)), channel.clamp.0, channel.clamp.1)
        };
        steps::equal(reach, channel.clamp, |acc| double(channel, acc), integer)
    };
    candidates(channel.factor)?
        .into_iter()
        .find(agrees)
        .ok_or_else(|| format!("no integer multiplier rounds like the factor {} everywhere", channel.factor))
}

/// The multipliers next to a factor, the nearest first.
pub(super) fn candidates(factor: f64) -> Result<[Multiplier; 7], String> {
    let nearest = Multiplier::new(factor)?;
    Ok([0, 1, -1, 2, -2, 3, -3].map(|d| Multiplier { value: nearest.value.saturating_add(d), ..nearest }))
}

/// LiteRT's definition.
pub(super) fn double(channel: &Channel, acc: i32) -> i8 {
    let scaled = (f64::from(acc) * channel.factor).round() as i32;
    narrow(scaled.saturating_add(i32::from(channel.zero)), channel.clamp.0, channel.clamp.1)
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
