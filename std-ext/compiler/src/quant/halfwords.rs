//! How sums of 16-bit weights become outputs. Weights of 16 bits have room for a power of two for each channel, which is
//! chosen such that one shift serves all of them; halves and the zero point are one addend ([`fixed::folded`]).
//!
//! Whether that gives the reference's output is not argued but proved, on every sum that the channel's weights can
//! reach ([`steps::equal`]); so is that nothing leaves its bits.

use super::{Channel, Multiplier, narrow, once, steps};
use midge_core::fixed::{self, FOLDED};
use midge_core::ops::quant::Quant;
use std::ops::RangeInclusive;

/// How a channel's sums are scaled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scale {
    /// The channel's weights and its bias are shifted left by so many bits.
    pub left: u32,
    /// The words of the stream: multiplier and addend, and a shift right where they are not folded.
    pub words: Vec<i32>,
}

/// A channel of a layer that LiteRT rounds twice.
#[derive(Clone, Debug)]
pub struct Twice<'a> {
    /// The factor.
    pub multiplier: Multiplier,
    /// Zero point and clamp of the output.
    pub quant: Quant,
    /// The weights, bytes each.
    pub weights: &'a [u8],
    /// The sums that can occur.
    pub reach: RangeInclusive<i64>,
}

impl Twice<'_> {
    /// Two instructions: exact where negative results are clamped away, since those round the other way, and where there
    /// is but one.
    pub fn folded(&self) -> Option<Scale> {
        if let Some(output) = self.constant() {
            return Some(Scale { left: 0, words: vec![0, i32::from(output) << FOLDED] });
        }
        let right = -self.multiplier.shift;
        let room = u32::try_from(FOLDED as i32 - right).ok().filter(|room| right > 0 && *room > 0)?;
        // the first rounding is of a bit that is below the sum's by as much as the sum is shifted
        let addend = (1 << (room - 1)) + halves(self.quant.y_zero, FOLDED);
        let (left, m) = (room + 1, self.multiplier.value);
        self.proved(Scale { left, words: vec![m, addend] }, |sum| fixed::folded(sum, m, addend))
    }

    /// Four instructions, wherever the factor is below one half.
    pub fn doubled(&self) -> Option<Scale> {
        if let Some(output) = self.constant() {
            return Some(Scale { left: 0, words: vec![0, halves(output, 1), 1] });
        }
        let (m, right) = (self.multiplier.value, -self.multiplier.shift);
        // beyond, the addend has no room
        let bits = u32::try_from(right).ok().filter(|right| (1..=22).contains(right))?;
        let addend = halves(self.quant.y_zero, bits);
        self.proved(Scale { left: 1, words: vec![m, addend, right] }, |sum| {
            fixed::doubled(sum, m, addend, right)
        })
    }

    /// The reference's output.
    pub(super) fn output(&self, acc: i32) -> i8 {
        self.quant.output(fixed::multiply_twice(acc, self.multiplier.value, self.multiplier.shift))
    }

    /// The output, if all sums give the same: a large bias with weights of a small scale.
    fn constant(&self) -> Option<i8> {
        let (least, most) = narrow(&self.reach).ok()?;
        Some(self.output(least)).filter(|output| *output == self.output(most))
    }

    fn proved(&self, scale: Scale, output: impl Fn(i32) -> i8) -> Option<Scale> {
        let Quant { lo, hi, .. } = self.quant;
        let made = |acc: i32| fixed::narrow(output(acc << scale.left).into(), lo, hi);
        (fits(self.weights, &self.reach, scale.left)
            && steps::equal(narrow(&self.reach).ok()?, (lo, hi), |acc| self.output(acc), made))
        .then_some(scale)
    }
}

/// Two instructions for a channel of a layer that LiteRT rounds once. Only a result that lies exactly between two outputs
/// rounds another way below zero; the multipliers next to the factor are tried too.
pub fn once_folded(channel: &Channel, weights: &[u8]) -> Option<Scale> {
    let addend = halves(channel.zero, FOLDED);
    let reach = narrow(&channel.reach).ok()?;
    once::candidates(channel.factor).ok()?.into_iter().find_map(|m| {
        let left = u32::try_from(FOLDED as i32 + 1 + m.shift).ok()?;
        let made = |acc: i32| {
            fixed::narrow(
                fixed::folded(acc << left, m.value, addend).into(),
                channel.clamp.0,
                channel.clamp.1,
            )
        };
        (fits(weights, &channel.reach, left)
            && steps::equal(reach, channel.clamp, |acc| once::double(channel, acc), made))
        .then(|| Scale { left, words: vec![m.value, addend] })
    })
}

/// One half and the zero point of a number with so many bits behind the point.
fn halves(zero: i8, bits: u32) -> i32 {
    (1 << (bits - 1)) + (i32::from(zero) << bits)
}

/// Whether shifted weights have 16 bits, and shifted sums 32. (A sum times a multiplier of 31 bits has 62; its high half
/// has room for an addend below 2^30.)
fn fits(weights: &[u8], reach: &RangeInclusive<i64>, left: u32) -> bool {
    left < 16
        && weights.iter().all(|w| i16::try_from(i32::from(*w as i8) << left).is_ok())
        && [reach.start(), reach.end()].into_iter().all(|sum| i32::try_from(sum << left).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    const RELU: Quant = Quant { x_zero: 0, y_zero: -128, lo: -128, hi: 127 };
    const LINEAR: Quant = Quant { x_zero: 0, y_zero: 7, lo: -128, hi: 127 };

    fn twice(factor: f64, quant: Quant) -> Twice<'static> {
        let multiplier = Multiplier::new(factor).unwrap();
        Twice { multiplier, quant, weights: &[127, 0x80], reach: -60_000..=60_000 }
    }

    /// Whether a scale gives the reference's output for every sum.
    fn exact(channel: &Twice<'_>, scale: &Scale) -> bool {
        let Quant { lo, hi, .. } = channel.quant;
        let Multiplier { value, shift } = channel.multiplier;
        channel.reach.clone().all(|acc| {
            let sum = (acc as i32) << scale.left;
            let made = match scale.words[..] {
                [m, c] => fixed::folded(sum, m, c),
                [m, c, n] => fixed::doubled(sum, m, c, n),
                _ => return false,
            };
            fixed::narrow(made.into(), lo, hi)
                == channel.quant.output(fixed::multiply_twice(acc as i32, value, shift))
        })
    }

    #[test]
    fn what_is_proved_is_exact() {
        for factor in [0.0, 0.25, 0.013_37, 1.0 / 512.0, 0.001_1] {
            let (relu, linear) = (twice(factor, RELU), twice(factor, LINEAR));
            assert!(exact(&linear, &linear.doubled().unwrap()), "{factor}");
            assert!(exact(&relu, &relu.doubled().unwrap()), "{factor}");
            if let Some(scale) = relu.folded() {
                assert!(exact(&relu, &scale), "{factor}");
            }
        }
        assert!(twice(0.001_1, RELU).folded().is_some());
    }

    #[test]
    fn one_output_needs_no_sum() {
        let bias = 1 << 30;
        let channel = Twice { reach: bias - 60_000..=bias + 60_000, ..twice(1e-8, LINEAR) };
        for scale in [channel.folded().unwrap(), channel.doubled().unwrap()] {
            assert_eq!((scale.left, scale.words[0]), (0, 0));
            assert!(exact(&channel, &scale));
        }
        assert_eq!(Twice { reach: 0..=bias, ..channel }.folded(), None);
    }

    #[test]
    fn what_cannot_be_proved_is_nothing() {
        // results below zero show
        assert_eq!(twice(0.001_1, LINEAR).folded(), None);
        // too small and too large for one shift; one half and more
        assert_eq!(twice(1e-5, RELU).folded(), None);
        assert_eq!(twice(0.25, RELU).folded(), None, "its weights have no room");
        assert_eq!(twice(0.6, RELU).doubled(), None);
        // sums with too many bits
        let wide = Twice { reach: 0..=1 << 30, ..twice(0.001_1, LINEAR) };
        assert_eq!(wide.doubled(), None);
        assert_eq!(Twice { quant: RELU, ..wide }.folded(), None);
    }

    #[test]
    fn one_rounding_is_folded_unless_ties_below_zero_are_reached() {
        let channel = Channel { factor: 0.002_3, zero: 3, clamp: (-128, 127), reach: -50_000..=50_000 };
        let scale = once_folded(&channel, &[127, 0x80]).unwrap();
        for acc in -50_000..=50_000 {
            let made = fixed::folded(acc << scale.left, scale.words[0], scale.words[1]);
            assert_eq!(made, once::double(&channel, acc), "{acc}");
        }
        assert_eq!(once_folded(&channel, &[127, 0x80]).map(|s| s.left), Some(4));
        assert!(once_folded(&Channel { factor: 7.0, ..channel.clone() }, &[1]).is_none());
        assert!(once_folded(&Channel { reach: 0..=1 << 31, ..channel }, &[1]).is_none());
    }
}
