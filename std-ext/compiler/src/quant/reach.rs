//! Which accumulators can occur, and the proof that none leaves the 32 bits that a device sums in.

use std::ops::RangeInclusive;

/// Least and greatest accumulator of an output with these weights and bias, over all int8 inputs.
///
/// Sums on the way are in it too, in any order and with the zero point folded into the bias or not: what is not yet
/// added counts as an input of the zero point, or of 0.
pub fn reach<'a>(weights: impl IntoIterator<Item = &'a u8>, bias: i32, x_zero: i8) -> RangeInclusive<i64> {
    let inputs = -128 - i64::from(x_zero)..=127 - i64::from(x_zero);
    reach_of(weights.into_iter().map(|w| i64::from(*w as i8)), bias.into(), &inputs)
}

/// The same for weights and inputs of any type, without their zero points.
pub fn reach_of(
    weights: impl IntoIterator<Item = i64>,
    bias: i64,
    inputs: &RangeInclusive<i64>,
) -> RangeInclusive<i64> {
    let (mut least, mut most) = (bias, bias);
    for w in weights {
        let (a, b) = (inputs.start() * w, inputs.end() * w);
        least = least.saturating_add(a.min(b));
        most = most.saturating_add(a.max(b));
    }
    least..=most
}

/// The same for the sum of `n` inputs.
pub fn reach_of_sum(n: usize, x_zero: i8) -> RangeInclusive<i64> {
    let (n, zero) = (i64::try_from(n).unwrap_or(i64::MAX), i64::from(x_zero));
    n.saturating_mul(-128 - zero)..=n.saturating_mul(127 - zero)
}

/// The accumulators as 32-bit numbers.
///
/// # Errors
/// When one leaves them: LiteRT's sums would wrap around, and so would the device's.
pub fn narrow(reach: &RangeInclusive<i64>) -> Result<(i32, i32), String> {
    match (i32::try_from(*reach.start()), i32::try_from(*reach.end())) {
        (Ok(least), Ok(most)) => Ok((least, most)),
        _ => Err(format!(
            "its sums can reach {} to {}, beyond 32 bits; make the layer smaller or its bias",
            reach.start(),
            reach.end()
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sum_is_in_reach_and_the_ends_occur() {
        let (weights, bias) = ([127u8, 0x80, 3], -1000);
        for zero in [-128, -3, 0, 127i8] {
            let reach = reach(&weights, bias, zero);
            let sums = (0..3usize.pow(3)).map(|i| {
                let x = [i % 3, i / 3 % 3, i / 9].map(|i| [-128, i64::from(zero), 127][i]);
                let product = |(x, w): (&i64, &u8)| (x - i64::from(zero)) * i64::from(*w as i8);
                i64::from(bias) + x.iter().zip(&weights).map(product).sum::<i64>()
            });
            let sums: Vec<i64> = sums.collect();
            assert_eq!((sums.iter().min(), sums.iter().max()), (Some(reach.start()), Some(reach.end())));
        }
    }

    #[test]
    fn the_last_that_fits_and_the_first_that_does_not() {
        assert_eq!(narrow(&reach(&[1], i32::MAX - 255, -128)), Ok((i32::MAX - 255, i32::MAX)));
        assert!(narrow(&reach(&[1], i32::MAX - 254, -128)).unwrap_err().contains("beyond 32 bits"));
        assert!(narrow(&reach(&[1], i32::MIN, 127)).is_err());
        assert_eq!(reach_of_sum(3, -5), reach(&[1; 3], 0, -5));
        assert!(narrow(&reach_of_sum(1 << 24, 0)).is_ok() && narrow(&reach_of_sum(1 << 24, 1)).is_err());
    }
}
