//! Functions of one number that stands for itself: one kernel for each function and type.

use core::marker::PhantomData;

use super::number::{Number, Stored};
use crate::claim::{Claim, shape};
use crate::error::Error;
use crate::kernel::{Io, Task};
use crate::math;
use crate::wire::{product, record, u32};

record! {
    /// Operands: y; x, both of one type.
    pub struct Map {
        /// Elements of a row.
        stride: u32,
        /// The function's first parameter, the bits of a float.
        p: u32,
        /// The second.
        q: u32,
    }
}

/// A function of one number and two parameters.
pub trait Function<T> {
    /// The function.
    fn of(x: T, p: f32, q: f32) -> T;
}

/// The kernel of a function. See [`Map`].
#[derive(Debug)]
pub struct Each<T, F>(PhantomData<(T, F)>);

impl<T: Stored, F: Function<T::Number>> Each<T, F> {
    /// Whether the geometry suits the operands.
    pub const fn check(claim: &Claim<'_>) -> Result<(), Error> {
        let Some(m) = Map::read(claim.params()) else { return Err(Error::Record) };
        let len = product(&[claim.rows(), m.stride, T::KIND.bytes()]);
        shape(claim.arity(1, 2) && claim.work(0, T::KIND, len) && claim.work(1, T::KIND, len))
    }

    /// Computes output rows.
    pub fn eval(task: &Task<'_>, io: &Io<'_>) -> Result<(), Error> {
        let m = Map::read(task.params).ok_or(Error::Record)?;
        let (p, q) = (f32::from_bits(m.p), f32::from_bits(m.q));
        let (x, y) = (io.rows::<T>(1, m.stride)?, io.rows::<T>(0, m.stride)?);
        for r in task.rows.clone() {
            for (y, x) in y.row(r as usize).iter().zip(x.row(r as usize)) {
                y.set(T::of(F::of(x.get().number(), p, q)));
            }
        }
        Ok(())
    }
}

macro_rules! functions {
    ($($(#[$doc:meta])* $name:ident = |$x:ident, $p:pat_param, $q:pat_param| $body:expr;)*) => { $(
        $(#[$doc])*
        #[derive(Debug)]
        pub struct $name;

        impl Function<f32> for $name {
            #[inline(always)]
            fn of($x: f32, $p: f32, $q: f32) -> f32 {
                $body
            }
        }
    )* };
}
functions! {
    /// At least p and at most q: the RELU family.
    Clamp = |x, p, q| { let x = if x > q { q } else { x }; if x < p { p } else { x } };
    /// x, and below 0, `p * x`.
    LeakyRelu = |x, p, _| if x < 0.0 { p * x } else { x };
    /// x, and below 0, `e^x - 1`.
    Elu = |x, _, _| if x < 0.0 { libm::expm1f(x) } else { x };
    /// `x * relu6(x + 3) / 6`.
    HardSwish = |x, p, q| x * Clamp::of(x + 3.0, p, q) / 6.0;
    /// x times the normal distribution's cumulative probability of x.
    Gelu = |x, _, _| 0.5 * x * libm::erfcf(-x * core::f32::consts::FRAC_1_SQRT_2);
    /// The same, approximated with a hyperbolic tangent (Hendrycks and Gimpel, "Gaussian Error Linear Units").
    GeluApproximate = |x, _, _| {
        let inner = 0.797_884_6 * (x + 0.044_715 * x * x * x);
        0.5 * x * (1.0 + math::tanh(inner))
    };
    /// `1 / (1 + e^-x)`.
    Logistic = |x, _, _| math::logistic(x);
    /// The hyperbolic tangent.
    Tanh = |x, _, _| math::tanh(x);
    /// The square root.
    Sqrt = |x, _, _| libm::sqrtf(x);
    /// One over the square root.
    Rsqrt = |x, _, _| 1.0 / libm::sqrtf(x);
    /// `e^x`.
    Exp = |x, _, _| math::exp(x);
    /// The natural logarithm.
    Log = |x, _, _| libm::logf(x);
    /// The sine.
    Sin = |x, _, _| math::sin(x);
    /// The cosine.
    Cos = |x, _, _| math::cos(x);
    /// Rounded down.
    Floor = |x, _, _| libm::floorf(x);
    /// Rounded up.
    Ceil = |x, _, _| libm::ceilf(x);
    /// Rounded to nearest, halves to even.
    Round = |x, _, _| libm::rintf(x);
}

macro_rules! numbers {
    ($($(#[$doc:meta])* $name:ident = |$x:ident| $body:expr;)*) => { $(
        $(#[$doc])*
        #[derive(Debug)]
        pub struct $name;

        impl<T: Number> Function<T> for $name {
            #[inline(always)]
            fn of($x: T, _: f32, _: f32) -> T {
                $body
            }
        }
    )* };
}
numbers! {
    /// The magnitude.
    Abs = |x| x.magnitude();
    /// `-x`.
    Neg = |x| x.negated();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_by_hand() {
        assert_eq!([-1.0, 3.0, 9.0].map(|x| Clamp::of(x, 0.0, 6.0)), [0.0, 3.0, 6.0]);
        assert_eq!([-3.5, -2.5, 0.5, 1.5, 2.4].map(|x| Round::of(x, 0.0, 0.0)), [-4.0, -2.0, 0.0, 2.0, 2.0]);
        assert_eq!([-4.0, 0.0, 3.0].map(|x| HardSwish::of(x, 0.0, 6.0)), [0.0, 0.0, 3.0]);
        assert_eq!((LeakyRelu::of(-2.0, 0.1, 0.0), Elu::of(0.5, 0.0, 0.0)), (-0.2, 0.5));
        assert_eq!((Abs::of(i32::MIN, 0.0, 0.0), Neg::of(5i64, 0.0, 0.0)), (i32::MIN, -5));
    }
}
