//! SOFTMAX, LOG_SOFTMAX and L2_NORMALIZATION of floats, along the last axis.

use core::cell::Cell;
use core::marker::PhantomData;

use super::number::Real;
use super::weighted_float::sum;
use crate::claim::{Claim, shape};
use crate::error::Error;
use crate::kernel::{Io, Task};
use crate::math;
use crate::wire::{record, u32};

record! {
    /// Operands: y `[rows][depth]`; x, which may be the same memory.
    pub struct Normalize {
        /// Elements of a row.
        depth: u32,
        /// Bits of the f32 factor on x, for SOFTMAX.
        beta: u32,
    }
}

const fn check<T: Real>(claim: &Claim<'_>) -> Result<(), Error> {
    let Some(p) = Normalize::read(claim.params()) else { return Err(Error::Record) };
    shape(
        claim.arity(1, 2)
            && claim.rows_of(0, T::KIND, claim.rows(), Some(p.depth))
            && claim.rows_of(1, T::KIND, claim.rows(), Some(p.depth)),
    )
}

#[inline(always)]
fn each<T: Real>(
    task: &Task<'_>,
    io: &Io<'_>,
    row: impl Fn(&Normalize, &[Cell<T>], &[Cell<T>]),
) -> Result<(), Error> {
    let p = Normalize::read(task.params).ok_or(Error::Record)?;
    let (x, y) = (io.rows::<T>(1, p.depth)?, io.rows::<T>(0, p.depth)?);
    for r in task.rows.clone() {
        row(&p, x.row(r as usize), y.row(r as usize));
    }
    Ok(())
}

macro_rules! kernels {
    ($($(#[$doc:meta])* $name:ident => $row:path;)*) => { $(
        $(#[$doc])*
        #[derive(Debug)]
        pub struct $name<T>(PhantomData<T>);

        impl<T: Real> $name<T> {
            /// Whether the geometry suits the operands.
            pub const fn check(claim: &Claim<'_>) -> Result<(), Error> {
                check::<T>(claim)
            }

            /// Computes output rows.
            pub fn eval(task: &Task<'_>, io: &Io<'_>) -> Result<(), Error> {
                each::<T>(task, io, $row)
            }
        }
    )* };
}
kernels! {
    /// `exp(beta * x) / sum`.
    Softmax => softmax;
    /// `x - log(sum of exp(x))`.
    LogSoftmax => log_softmax;
    /// `x / max(sqrt(sum of x * x), 1e-6)`.
    L2 => l2;
}

fn greatest(x: &[Cell<impl Real>]) -> f32 {
    x.iter().fold(f32::MIN, |max, x| max.max(x.get().number()))
}

fn softmax<T: Real>(p: &Normalize, x: &[Cell<T>], y: &[Cell<T>]) {
    let (max, beta) = (greatest(x), f32::from_bits(p.beta));
    let mut sum = 0.0;
    for (x, y) in x.iter().zip(y) {
        y.set(T::of(math::exp((x.get().number() - max) * beta)));
        sum += y.get().number();
    }
    y.iter().for_each(|y| y.set(T::of(y.get().number() / sum)));
}

fn log_softmax<T: Real>(_: &Normalize, x: &[Cell<T>], y: &[Cell<T>]) {
    let max = greatest(x);
    let log = libm::logf(sum(x.iter().map(|x| math::exp(x.get().number() - max))));
    x.iter().zip(y).for_each(|(x, y)| y.set(T::of(x.get().number() - max - log)));
}

fn l2<T: Real>(_: &Normalize, x: &[Cell<T>], y: &[Cell<T>]) {
    let norm = libm::sqrtf(sum(x.iter().map(|x| x.get().number() * x.get().number()))).max(1e-6);
    x.iter().zip(y).for_each(|(x, y)| y.set(T::of(x.get().number() / norm)));
}
