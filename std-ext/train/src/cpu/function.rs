//! Functions of one number, written so that a loop over them becomes vector instructions.
//!
//! Approximations are those of the Cephes library for single precision; each states its greatest error.

/// A number whose addition and subtraction rounds to the nearest integer: 1.5 * 2^23.
const ROUND: f32 = 12_582_912.0;

/// e to the power of `x`, within 2 units in the last place; 0 below -87.3, infinite above 88.7.
#[inline(always)]
pub(super) fn exp(x: f32) -> f32 {
    let clamped = x.clamp(-87.336_54, 88.722_84);
    let shifted = clamped * std::f32::consts::LOG2_E + ROUND;
    let n = shifted - ROUND;
    // The low bits of the shifted number are n: a conversion would be slower.
    let whole = shifted.to_bits().wrapping_sub(ROUND.to_bits()).cast_signed();
    // ln 2 in two parts, so that n * ln 2 is exact enough.
    let r = clamped - n * 0.693_359_4 + n * 2.121_944_4e-4;
    let mut p = 1.987_569_1e-4;
    for c in [1.398_2e-3, 8.333_452e-3, 4.166_579_6e-2, 1.666_666_5e-1, 0.5] {
        p = p * r + c;
    }
    let value = p * r * r + r + 1.0;
    // n is at most 128: the scale in two factors stays finite.
    let half = whole >> 1;
    let power = |e: i32| f32::from_bits(((e + 127) as u32) << 23);
    let value = value * power(half) * power(whole - half);
    let value = if x > 88.722_84 { f32::INFINITY } else { value };
    let value = if x < -87.336_54 { 0.0 } else { value };
    if x.is_nan() { x } else { value }
}

/// The natural logarithm, within 2 units in the last place.
#[inline(always)]
pub(super) fn log(x: f32) -> f32 {
    // Numbers below the normal ones are made normal first.
    let tiny = x < f32::MIN_POSITIVE;
    let scaled = if tiny { x * 8_388_608.0 } else { x };
    let bits = scaled.to_bits();
    let exponent = ((bits >> 23) as i32 - 126) as f32 - if tiny { 23.0 } else { 0.0 };
    let mantissa = f32::from_bits((bits & 0x007f_ffff) | 0x3f00_0000);
    let low = mantissa < std::f32::consts::FRAC_1_SQRT_2;
    let e = if low { exponent - 1.0 } else { exponent };
    let m = if low { mantissa + mantissa - 1.0 } else { mantissa - 1.0 };
    let mut p = 7.037_683_6e-2;
    for c in [
        -1.151_461e-1,
        1.167_699_9e-1,
        -1.242_014_1e-1,
        1.424_932_3e-1,
        -1.666_805_8e-1,
        2.000_071_5e-1,
        -2.499_999_4e-1,
        3.333_333e-1,
    ] {
        p = p * m + c;
    }
    let square = m * m;
    let tail = p * m * square - e * 2.121_944_4e-4 - 0.5 * square;
    let value = m + tail + e * 0.693_359_4;
    let value = if x == f32::INFINITY { x } else { value };
    let value = if x == 0.0 { f32::NEG_INFINITY } else { value };
    if x < 0.0 || x.is_nan() { f32::NAN } else { value }
}

/// `1 / (1 + exp(-x))`, within 3 units in the last place.
#[inline(always)]
pub(super) fn sigmoid(x: f32) -> f32 {
    1.0 / (1.0 + exp(-x))
}

/// The hyperbolic tangent, within 3 units in the last place.
#[inline(always)]
pub(super) fn tanh(x: f32) -> f32 {
    let a = x.abs();
    let large = 1.0 - 2.0 / (exp(2.0 * a) + 1.0);
    let s = x * x;
    let mut p = -5.704_988_7e-3;
    for c in [2.063_909e-2, -5.373_971_5e-2, 1.333_144_2e-1, -3.333_328e-1] {
        p = p * s + c;
    }
    let small = p * s * x + x;
    if a < 0.625 { small } else { large.copysign(x) }
}

/// The error function, within 4 units in the last place: `x P(x^2) / Q(x^2)`, fitted so that the greatest relative error up
/// to 3.9, from where on it is 1, is least.
#[inline(always)]
pub(super) fn erf(x: f32) -> f32 {
    let x = x.clamp(-3.9, 3.9);
    let s = x * x;
    let mut p = 2.066_479_5e-6;
    for c in [2.850_611_2e-4, 3.738_307e-3, 5.266_796_4e-2, 0.189_665_94, std::f32::consts::FRAC_2_SQRT_PI] {
        p = p * s + c;
    }
    let mut q = 3.827_003_5e-5;
    for c in [1.157_366_6e-3, 1.491_42e-2, 0.113_818_59, 0.501_419_84, 1.0] {
        q = q * s + c;
    }
    (x * p / q).clamp(-1.0, 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn worst(range: std::ops::Range<f32>, f: fn(f32) -> f32, exact: fn(f64) -> f64) -> f64 {
        let step = (range.end - range.start) / 100_000.0;
        let off = |i: i32| {
            let x = range.start + i as f32 * step;
            let y = exact(f64::from(x));
            (f64::from(f(x)) - y).abs() / y.abs().max(1e-30)
        };
        (0..100_000).map(off).fold(0.0, f64::max)
    }

    #[test]
    fn approximations_are_as_near_as_they_say() {
        let ulp = f64::from(f32::EPSILON);
        assert!(worst(-80.0..80.0, exp, f64::exp) < 2.0 * ulp);
        assert!(worst(1e-3..0.9, log, f64::ln) < 2.0 * ulp);
        assert!(worst(1.1..1e6, log, f64::ln) < 2.0 * ulp);
        assert!(worst(-20.0..20.0, sigmoid, |x| 1.0 / (1.0 + (-x).exp())) < 3.0 * ulp);
        assert!(worst(-9.0..9.0, tanh, f64::tanh) < 3.0 * ulp);
        assert!(worst(-6.0..6.0, erf, libm::erf) < 4.0 * ulp);
    }

    #[test]
    fn ends_of_the_number_line() {
        assert_eq!(exp(100.0), f32::INFINITY);
        assert_eq!(exp(-100.0), 0.0);
        assert!(exp(f32::NAN).is_nan() && log(f32::NAN).is_nan() && log(-1.0).is_nan());
        assert_eq!(log(0.0), f32::NEG_INFINITY);
        assert_eq!(log(f32::INFINITY), f32::INFINITY);
        assert_eq!(tanh(50.0), 1.0);
        assert_eq!(exp(0.0), 1.0);
    }
}
