//! The logistic function and the hyperbolic tangent of 16-bit fixed-point numbers, bit for bit as gemmlowp computes
//! them: an exponential from a Taylor series over a quarter and one factor for each higher bit, then a Newton-Raphson
//! division (gemmlowp's `fixedpoint.h`, with its constants rounded to 16 bits).
//!
//! Arguments have `bits` bits before the binary point, 0 to 6; results are Q0.15.

use crate::fixed::rounding_shift;

/// `1 / (1 + exp(-x))`.
pub fn logistic(x: i16, bits: u32) -> i16 {
    if x == 0 {
        return 1 << 14;
    }
    // F2 to F0, and half of it
    let y = shift_left(reciprocal(exp(if x > 0 { x.wrapping_neg() } else { x }, bits)), 1);
    if x > 0 { y } else { i16::MAX.wrapping_sub(y) }
}

/// `tanh(x)`.
pub fn tanh(x: i16, bits: u32) -> i16 {
    if x == 0 {
        return 0;
    }
    // the argument doubles: the same bits with one more before the point
    let e = exp(if x > 0 { x.wrapping_neg() } else { x }, bits.wrapping_add(1));
    let y = shift_left(reciprocal(e).wrapping_sub(1 << 13), 2);
    if x > 0 { y } else { y.wrapping_neg() }
}

/// `exp(a)` for `a <= 0` with `bits` bits before the point, 0 to 7.
fn exp(a: i16, bits: u32) -> i16 {
    if a == 0 {
        return i16::MAX;
    }
    // -32 and below
    if bits > 5 && (a as i32) < -(1 << 20 >> (bits & 31)) {
        return 0;
    }
    let fraction = 15u32.wrapping_sub(bits);
    let quarter = 1i16.wrapping_shl(fraction.wrapping_sub(2));
    let part = (a & quarter.wrapping_sub(1)).wrapping_sub(quarter);
    let rest = part.wrapping_sub(a);
    let mut result = exp_quarter(shift_left(part, bits));
    let mut bit = quarter;
    // exp(-1/4), exp(-1/2), exp(-1), ...; the sign bit is not one of them
    for factor in [25520, 19875, 12055, 4435, 600, 11, 0] {
        if bit > 0 && rest & bit != 0 {
            result = multiply(result, factor);
        }
        bit = bit.wrapping_shl(1);
    }
    result
}

/// `exp(a)` for `-1/4 <= a < 0`, both Q0.15: four terms of the series around -1/8.
fn exp_quarter(a: i16) -> i16 {
    const EIGHTH: i16 = 28918;
    const THIRD: i16 = 10923;
    let x = a.wrapping_add(1 << 12);
    let x2 = multiply(x, x);
    let x3 = multiply(x2, x);
    let x4 = multiply(x2, x2);
    let inner = multiply(shift_right(x4, 2).wrapping_add(x3), THIRD).wrapping_add(x2);
    let series = x.wrapping_add(shift_right(inner, 1));
    EIGHTH.saturating_add(multiply(EIGHTH, series))
}

/// `2 / (1 + a)` for `a` in [0, 1): from Q0.15 to Q2.13.
fn reciprocal(a: i16) -> i16 {
    let half = ((a as i32).wrapping_add(1 << 15) >> 1) as i16;
    let mut x = 23130i16.wrapping_add(multiply(half, -15420));
    for _ in 0..3 {
        let error = (1i16 << 13).wrapping_sub(multiply(half, x));
        x = x.wrapping_add(shift_left(multiply(x, error), 2));
    }
    x
}

/// `a * b / 2^15`, rounded to nearest with halves up, saturated.
fn multiply(a: i16, b: i16) -> i16 {
    let product = (a as i32).wrapping_mul(b as i32).wrapping_add(1 << 14) >> 15;
    if product > i16::MAX as i32 { i16::MAX } else { product as i16 }
}

fn shift_left(x: i16, n: u32) -> i16 {
    saturate((x as i32).wrapping_shl(n))
}

fn shift_right(x: i16, n: u32) -> i16 {
    rounding_shift(x as i32, n) as i16
}

/// The nearest 16-bit number.
#[inline(always)]
pub const fn saturate(x: i32) -> i16 {
    if x > i16::MAX as i32 {
        i16::MAX
    } else if x < i16::MIN as i32 {
        i16::MIN
    } else {
        x as i16
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn close_to_the_real_functions_everywhere() {
        for bits in 0..=6 {
            for x in i16::MIN..=i16::MAX {
                let real = f64::from(x) * 2f64.powi(bits as i32 - 15);
                let (l, t) = (f64::from(logistic(x, bits)), f64::from(tanh(x, bits)));
                assert!((l / 32768.0 - 1.0 / (1.0 + (-real).exp())).abs() < 3e-4, "{bits} {x}");
                assert!((t / 32768.0 - real.tanh()).abs() < 8e-4, "{bits} {x}");
            }
        }
    }
}
