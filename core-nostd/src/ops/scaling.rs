//! Products and quotients of two quantized operands: each brought to the output's scale after they met.

use core::marker::PhantomData;

use super::elementwise::Broadcast;
use super::softmax::one_over_one_plus;
use crate::claim::{Claim, shape};
use crate::error::Error;
use crate::fixed::Integer;
use crate::fixed::{high_multiply, multiply_twice, rounding_shift};
use crate::kernel::{Io, Task};
use crate::wire::{i8, i16, i32, record};

record! {
    /// A factor: `real = multiplier * 2^(shift - 31)`.
    pub struct Factor {
        /// Exponent.
        shift: i8,
        /// Multiplier.
        multiplier: i32,
    }
}

record! {
    /// Operands: y; a, b, all of one type; a and b in work memory or constant.
    pub struct Product {
        /// Shapes.
        shape: Broadcast,
        /// Zero point of a.
        a_zero: i16,
        /// Zero point of b.
        b_zero: i16,
        /// Zero point of y.
        y_zero: i16,
        /// Least output: the fused activation.
        lo: i16,
        /// Greatest output.
        hi: i16,
        /// From products or quotients to the output's scale.
        scale: Factor,
        /// From a to the output's scale, where a function keeps it as it is.
        keep: Factor,
    }
}

impl Factor {
    /// `x` times the factor.
    #[inline(always)]
    pub fn of(&self, x: i32) -> i32 {
        multiply_twice(x, self.multiplier, self.shift as i32)
    }
}

/// What two operands without their zero points become, in the output's scale.
pub trait Meet {
    /// The function.
    fn of(p: &Product, a: i32, b: i32) -> i32;
}

/// The kernel of a function. See [`Product`].
#[derive(Debug)]
pub struct Scaling<T, F>(PhantomData<(T, F)>);

impl<T: Integer, F: Meet> Scaling<T, F> {
    /// Whether the geometry suits the operands.
    pub const fn check(claim: &Claim<'_>) -> Result<(), Error> {
        let Some(p) = Product::read(claim.params()) else { return Err(Error::Record) };
        shape(p.shape.suits(claim, [T::KIND; 3]))
    }

    /// Computes output rows.
    pub fn eval(task: &Task<'_>, io: &Io<'_>) -> Result<(), Error> {
        let p = Product::read(task.params).ok_or(Error::Record)?;
        p.shape.anywhere(task, io, |a: T, b: T| -> T {
            T::narrow(p.meet::<F>(a.into(), b.into()), p.lo as i32, p.hi as i32)
        })
    }
}

impl Product {
    /// One element, before it is clamped.
    #[inline(always)]
    pub fn meet<F: Meet>(&self, a: i32, b: i32) -> i32 {
        let y = F::of(self, a.wrapping_sub(self.a_zero as i32), b.wrapping_sub(self.b_zero as i32));
        y.wrapping_add(self.y_zero as i32)
    }
}

/// `a * b`.
#[derive(Debug)]
pub struct Mul;

impl Meet for Mul {
    #[inline(always)]
    fn of(p: &Product, a: i32, b: i32) -> i32 {
        p.scale.of(a.wrapping_mul(b))
    }
}

/// a, and below 0, `a * b`.
#[derive(Debug)]
pub struct Prelu;

impl Meet for Prelu {
    #[inline(always)]
    fn of(p: &Product, a: i32, b: i32) -> i32 {
        if a >= 0 { p.keep.of(a) } else { p.scale.of(a.wrapping_mul(b)) }
    }
}

/// `a / b`, by the reciprocal of b. It is 0 where b is. Quotients that would need a shift of more than
/// 31 bits are not small but what LiteRT makes of such a shift.
#[derive(Debug)]
pub struct Div;

impl Meet for Div {
    #[inline(always)]
    fn of(p: &Product, a: i32, b: i32) -> i32 {
        if b == 0 {
            return 0;
        }
        let (a, b) = if b < 0 { (a.wrapping_neg(), b.wrapping_neg()) } else { (a, b) };
        let leading = b.leading_zeros();
        let reciprocal = one_over_one_plus((b as u32).wrapping_shl(leading).wrapping_sub(1 << 31) as i32);
        // as many bits of a as there are before its sign changes
        let headroom = (if a < 0 { !a } else { a }).leading_zeros().wrapping_sub(1);
        let quotient = high_multiply(a.wrapping_shl(headroom), reciprocal);
        let shift =
            31u32.wrapping_sub(leading).wrapping_add(headroom).wrapping_sub(p.scale.shift as u32) as i32;
        let scaled = high_multiply(quotient, p.scale.multiplier);
        match shift {
            ..0 => scaled.wrapping_shl(shift.unsigned_abs()),
            0..=31 => rounding_shift(scaled, shift as u32),
            // LiteRT's masks have 32 bits, and shifts count modulo 32 on the machines that its answers are from
            _ => scaled.wrapping_shr(shift as u32).wrapping_add((scaled >= 0) as i32),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_are_close_to_real_ones() {
        let shape = Broadcast { dims: [1; 4], a: 15, b: 15 };
        let scale = Factor { shift: 5, multiplier: 1_342_177_280 };
        let keep = Factor { shift: 1, multiplier: 1 << 30 };
        let p = Product { shape, a_zero: 3, b_zero: -2, y_zero: 1, lo: -128, hi: 127, scale, keep };
        for (a, b) in
            (-128i32..128).flat_map(|a| (-128i32..128).map(move |b| (a, b))).filter(|(_, b)| *b != -2)
        {
            let real = f64::from(a - 3) / f64::from(b + 2) * 20.0 + 1.0;
            // below that, shifts of more than 31 bits give what they give
            let whole = (a - 3).abs() >= (b + 2).abs();
            assert!(!whole || (f64::from(p.meet::<Div>(a, b)) - real).abs() < 0.5001, "{a} {b}");
            assert_eq!(p.meet::<Mul>(a, b), (a - 3) * (b + 2) * 20 + 1);
            let want = if a >= 3 { a - 2 } else { p.meet::<Mul>(a, b) };
            assert_eq!(p.meet::<Prelu>(a, b), want);
        }
        assert_eq!(p.meet::<Div>(5, -2), 1);
    }
}
