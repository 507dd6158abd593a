//! Numbers that stand for themselves, and what can be done with two of them.

use crate::aligned::Element;
use crate::half::F16;

/// A number as a tensor holds it, and as it is computed with.
pub trait Stored: Element {
    /// The type that it is computed in.
    type Number: Number;

    /// The number.
    fn number(self) -> Self::Number;
    /// The number as it is stored: rounded to nearest, ties to even.
    fn of(number: Self::Number) -> Self;
}

/// A float as a tensor holds it.
pub trait Real: Stored<Number = f32> {}
impl<T: Stored<Number = f32>> Real for T {}

macro_rules! themselves {
    ($($type:ty)*) => { $(
        impl Stored for $type {
            type Number = $type;

            #[inline(always)]
            fn number(self) -> $type {
                self
            }

            #[inline(always)]
            fn of(number: $type) -> $type {
                number
            }
        }
    )* };
}
themselves! { i8 i16 i32 i64 f32 }

impl Stored for F16 {
    type Number = f32;

    #[inline(always)]
    fn number(self) -> f32 {
        self.widened()
    }

    #[inline(always)]
    fn of(number: f32) -> Self {
        F16::nearest(number)
    }
}

/// A number of a tensor that is not quantized. Integers wrap; a division by 0 gives 0.
pub trait Number: Element + PartialOrd {
    /// Least and greatest result of a fused activation: 0 none, 1 RELU, 2 RELU6, 3 RELU_N1_TO_1.
    fn bounds(activation: u8) -> (Self, Self);
    /// `self + b`.
    fn plus(self, b: Self) -> Self;
    /// `self - b`.
    fn minus(self, b: Self) -> Self;
    /// `self * b`.
    fn times(self, b: Self) -> Self;
    /// `self / b`, integers rounded towards 0.
    fn over(self, b: Self) -> Self;
    /// `self / b`, rounded down.
    fn floor_over(self, b: Self) -> Self;
    /// What [`floor_over`](Number::floor_over) leaves: it has the sign of b.
    fn floor_rest(self, b: Self) -> Self;
    /// `self` to the power of `b`; for integers, 0 where `b` is negative.
    fn power(self, b: Self) -> Self;
    /// `-self`.
    fn negated(self) -> Self;
    /// `self` or `-self`, whichever is not negative.
    fn magnitude(self) -> Self;
}

macro_rules! integers {
    ($($type:ty)*) => { $(
        impl Number for $type {
            fn bounds(activation: u8) -> (Self, Self) {
                match activation {
                    1 => (0, Self::MAX),
                    2 => (0, 6),
                    3 => (-1, 1),
                    _ => (Self::MIN, Self::MAX),
                }
            }

            #[inline(always)]
            fn plus(self, b: Self) -> Self {
                self.wrapping_add(b)
            }

            #[inline(always)]
            fn minus(self, b: Self) -> Self {
                self.wrapping_sub(b)
            }

            #[inline(always)]
            fn times(self, b: Self) -> Self {
                self.wrapping_mul(b)
            }

            #[inline(always)]
            fn over(self, b: Self) -> Self {
                if b == 0 { 0 } else { self.wrapping_div(b) }
            }

            #[inline(always)]
            fn floor_over(self, b: Self) -> Self {
                if b == 0 {
                    return 0;
                }
                let (quotient, rest) = (self.wrapping_div(b), self.wrapping_rem(b));
                quotient.wrapping_sub((rest != 0 && (rest < 0) != (b < 0)) as Self)
            }

            #[inline(always)]
            fn floor_rest(self, b: Self) -> Self {
                let rest = if b == 0 { 0 } else { self.wrapping_rem(b) };
                if rest != 0 && (rest < 0) != (b < 0) { rest.wrapping_add(b) } else { rest }
            }

            #[inline(always)]
            fn power(self, b: Self) -> Self {
                if b < 0 { 0 } else { self.wrapping_pow(b as u32) }
            }

            #[inline(always)]
            fn negated(self) -> Self {
                self.wrapping_neg()
            }

            #[inline(always)]
            fn magnitude(self) -> Self {
                self.wrapping_abs()
            }
        }
    )* };
}
integers!(i8 i16 i32 i64);

impl Number for f32 {
    fn bounds(activation: u8) -> (Self, Self) {
        match activation {
            1 => (0.0, f32::INFINITY),
            2 => (0.0, 6.0),
            3 => (-1.0, 1.0),
            _ => (f32::NEG_INFINITY, f32::INFINITY),
        }
    }

    #[inline(always)]
    fn plus(self, b: Self) -> Self {
        self + b
    }

    #[inline(always)]
    fn minus(self, b: Self) -> Self {
        self - b
    }

    #[inline(always)]
    fn times(self, b: Self) -> Self {
        self * b
    }

    #[inline(always)]
    fn over(self, b: Self) -> Self {
        self / b
    }

    #[inline(always)]
    fn floor_over(self, b: Self) -> Self {
        libm::floorf(self / b)
    }

    #[inline(always)]
    fn floor_rest(self, b: Self) -> Self {
        let rest = remainder(self, b);
        if rest != 0.0 && (rest < 0.0) != (b < 0.0) { rest + b } else { rest }
    }

    #[inline(always)]
    fn power(self, b: Self) -> Self {
        libm::powf(self, b)
    }

    #[inline(always)]
    fn negated(self) -> Self {
        -self
    }

    #[inline(always)]
    fn magnitude(self) -> Self {
        self.abs()
    }
}

/// What is left of `a / b` rounded towards 0, exactly, with the sign of a: long division, a bit at a time.
fn remainder(a: f32, b: f32) -> f32 {
    if !a.is_finite() || b.is_nan() || b == 0.0 {
        return f32::NAN;
    }
    let ((mut rest, mut at), (divisor, end)) = (split(a), split(b));
    if b.is_infinite() || at < end {
        return a;
    }
    loop {
        rest = if rest >= divisor { rest.wrapping_sub(divisor) } else { rest };
        if at == end {
            break;
        }
        (rest, at) = (rest.wrapping_shl(1), at.wrapping_sub(1));
    }
    libm::copysignf(libm::scalbnf(rest as f32, end), a)
}

/// The magnitude of a number as 24 bits, the first of them set, times a power of two.
fn split(x: f32) -> (u32, i32) {
    let (exponent, fraction) = (x.to_bits() >> 23 & 255, x.to_bits() & 0x7f_ffff);
    if exponent != 0 {
        return (fraction | 1 << 23, (exponent as i32).wrapping_sub(150));
    }
    let shift = fraction.leading_zeros().wrapping_sub(8);
    (fraction.wrapping_shl(shift), (-149i32).wrapping_sub(shift as i32))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floors_go_down_on_both_sides_of_zero() {
        for (a, b) in (-9..9).flat_map(|a| (-4..5).map(move |b| (a, b))).filter(|(_, b)| *b != 0) {
            let floor = f64::from(a).div_euclid(f64::from(b)).min((f64::from(a) / f64::from(b)).floor());
            assert_eq!(f64::from(a.floor_over(b)), floor, "{a} {b}");
            assert_eq!(a.floor_rest(b), a - b * a.floor_over(b), "{a} {b}");
            assert_eq!((a as f32).floor_rest(b as f32), a.floor_rest(b) as f32);
        }
        let some = [0.0, -0.0, 1e-45, -3e-42, 1.5, -7.25, 0.1, 3e7, -1e20, f32::MAX, f32::INFINITY, f32::NAN];
        for (a, b) in some.iter().flat_map(|a| some.map(|b| (*a, b))) {
            let (got, want) = (remainder(a, b), a % b);
            assert!(got.to_bits() == want.to_bits() || got.is_nan() && want.is_nan(), "{a} % {b}: {got}");
        }
        assert_eq!((i32::MIN.over(-1), i32::MIN.floor_over(-1), 7i32.floor_rest(0)), (i32::MIN, i32::MIN, 0));
        assert_eq!((3i64.power(4), 3i32.power(-1), (-2i32).power(3)), (81, 0, -8));
    }
}
