//! How sums become outputs in vectors ([`fixed::lane`]): proved on every sum that the weights can reach ([`steps::equal`]).

use super::{Channel, Multiplier, Twice, narrow, once, steps};
use midge_core::fixed::{self, Rounding};

/// The multiplier and the shift of a channel that LiteRT rounds twice, if they give its output.
pub fn twice_lane(channel: &Twice<'_>, rounding: Rounding) -> Option<[i32; 2]> {
    let Multiplier { value, shift } = channel.multiplier;
    let clamp = (channel.quant.lo, channel.quant.hi);
    let made = |acc| lane(acc, [value, shift], rounding, channel.quant.y_zero, clamp);
    (shift <= 0 && steps::equal(narrow(&channel.reach).ok()?, clamp, |acc| channel.output(acc), made))
        .then_some([value, shift])
}

/// The same for a channel that LiteRT rounds once. Only a result that lies exactly between two outputs rounds another way
/// below zero; the multipliers next to the factor are tried too.
pub fn once_lane(channel: &Channel) -> Option<[i32; 2]> {
    let reach = narrow(&channel.reach).ok()?;
    once::candidates(channel.factor).ok()?.into_iter().map(|m| [m.value, m.shift]).find(|scale| {
        let made = |acc| lane(acc, *scale, Rounding::Once, channel.zero, channel.clamp);
        scale[1] <= 0 && steps::equal(reach, channel.clamp, |acc| once::double(channel, acc), made)
    })
}

fn lane(acc: i32, [m, n]: [i32; 2], rounding: Rounding, zero: i8, (lo, hi): (i8, i8)) -> i8 {
    fixed::narrow(fixed::lane(acc, m, n, rounding, zero).into(), lo, hi)
}

#[cfg(test)]
mod tests {
    use super::*;
    use midge_core::ops::quant::Quant;

    fn twice(factor: f64, zero: i8) -> Twice<'static> {
        let quant = Quant { x_zero: 0, y_zero: zero, lo: -128, hi: 127 };
        let multiplier = Multiplier::new(factor).unwrap();
        Twice { multiplier, quant, weights: &[], reach: -60_000..=60_000 }
    }

    #[test]
    fn what_is_proved_is_exact() {
        for (factor, zero, rounding) in [
            (0.001_1, -128, Rounding::Up),
            (0.001_1, 7, Rounding::Away),
            (0.25, 0, Rounding::Away),
            (0.75, 0, Rounding::Up),
            (0.0, 5, Rounding::Up),
        ] {
            let channel = twice(factor, zero);
            let scale = twice_lane(&channel, rounding).unwrap();
            for acc in -60_000..=60_000 {
                let made = lane(acc, scale, rounding, zero, (-128, 127));
                assert_eq!(made, channel.output(acc), "{factor} {acc}");
            }
        }
        for factor in [0.002_3, 0.001_7, 0.017] {
            let channel = Channel { factor, zero: 3, clamp: (-128, 127), reach: -50_000..=50_000 };
            let scale = once_lane(&channel).unwrap();
            for acc in -50_000..=50_000 {
                let made = lane(acc, scale, Rounding::Once, 3, (-128, 127));
                assert_eq!(made, once::double(&channel, acc), "{factor} {acc}");
            }
        }
    }

    #[test]
    fn what_cannot_be_proved_is_nothing() {
        // halves below zero show; a shift by nothing has none to mend; one and more
        assert_eq!(twice_lane(&twice(0.25, 7), Rounding::Up), None);
        assert_eq!(twice_lane(&twice(0.75, 7), Rounding::Away), None);
        assert_eq!(twice_lane(&twice(1.5, 7), Rounding::Up), None);
        // ties below zero round away from it; one and more
        for factor in [0.9, 7.0] {
            let channel = Channel { factor, zero: 3, clamp: (-128, 127), reach: -50..=50 };
            assert_eq!(once_lane(&channel), None);
        }
    }
}
