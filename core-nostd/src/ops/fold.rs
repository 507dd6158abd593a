//! Reductions of plain numbers over some axes: SUM, REDUCE_PROD, REDUCE_MAX, REDUCE_MIN, MEAN.

use core::marker::PhantomData;

use super::groups::Groups;
use super::number::Stored;
use crate::claim::{Claim, shape};
use crate::error::Error;
use crate::kernel::{Io, Task};

/// How elements are folded. Integers wrap.
pub trait Folding<T> {
    /// What is carried along.
    type Sum: Copy;
    /// Where it begins.
    const START: Self::Sum;

    /// Takes one more element.
    fn take(sum: Self::Sum, x: T) -> Self::Sum;

    /// The result for `n` elements.
    fn end(sum: Self::Sum, n: u32) -> T;
}

/// A reduction. The record is a [`Groups`]. Operands: y; x, both of type `T`; truth values count as int8.
#[derive(Debug)]
pub struct Fold<T, F>(PhantomData<(T, F)>);

impl<T: Stored, F: Folding<T::Number>> Fold<T, F> {
    /// Whether the geometry suits the operands.
    pub const fn check(claim: &Claim<'_>) -> Result<(), Error> {
        let Some(p) = Groups::read(claim.params()) else { return Err(Error::Record) };
        let kind = match claim.operand(0).element() {
            Some(kind) if T::KIND.bytes() == 1 && kind.bytes() == 1 => kind,
            _ => T::KIND,
        };
        shape(p.fits(claim, kind, kind))
    }

    /// Computes output rows.
    pub fn eval(task: &Task<'_>, io: &Io<'_>) -> Result<(), Error> {
        let p = Groups::read(task.params).ok_or(Error::Record)?;
        let take = |sum, x: T| F::take(sum, x.number());
        p.each(task, io, F::START, take, |sum| T::of(F::end(sum, p.taps())))
    }
}

/// Their sum.
#[derive(Debug)]
pub struct Sum;
/// Their product.
#[derive(Debug)]
pub struct Product;
/// The greatest.
#[derive(Debug)]
pub struct Max;
/// The least.
#[derive(Debug)]
pub struct Min;
/// Their mean, which integers round towards zero.
#[derive(Debug)]
pub struct Mean;

macro_rules! folding {
    ($fold:ident, $type:ty, $sum:ty, $start:expr, $take:expr, $end:expr) => {
        impl Folding<$type> for $fold {
            type Sum = $sum;
            const START: $sum = $start;

            #[inline(always)]
            fn take(sum: $sum, x: $type) -> $sum {
                let take: fn($sum, $type) -> $sum = $take;
                take(sum, x)
            }

            #[inline(always)]
            fn end(sum: $sum, n: u32) -> $type {
                let end: fn($sum, u32) -> $type = $end;
                end(sum, n)
            }
        }
    };
}

macro_rules! extremes {
    ($($type:ty: $least:expr, $greatest:expr;)*) => { $(
        folding!(Max, $type, $type, $least, |a, x| if x > a { x } else { a }, |a, _| a);
        folding!(Min, $type, $type, $greatest, |a, x| if x < a { x } else { a }, |a, _| a);
    )* };
}
extremes! {
    i8: i8::MIN, i8::MAX;
    i16: i16::MIN, i16::MAX;
    i32: i32::MIN, i32::MAX;
    i64: i64::MIN, i64::MAX;
    f32: f32::MIN, f32::MAX;
}

macro_rules! integers {
    ($($type:ty)*) => { $(
        folding!(Sum, $type, $type, 0, |a, x| a.wrapping_add(x), |a, _| a);
        folding!(Product, $type, $type, 1, |a, x| a.wrapping_mul(x), |a, _| a);
        folding!(Mean, $type, i64, 0, |a, x| a.wrapping_add(x as i64), |a, n| {
            a.checked_div(n as i64).unwrap_or(0) as $type
        });
    )* };
}
integers! { i32 i64 }

folding!(Sum, f32, f32, 0.0, |a, x| a + x, |a, _| a);
folding!(Product, f32, f32, 1.0, |a, x| a * x, |a, _| a);
folding!(Mean, f32, f32, 0.0, |a, x| a + x, |a, n| a / n as f32);
