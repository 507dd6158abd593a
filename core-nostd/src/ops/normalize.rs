//! SOFTMAX, LOG_SOFTMAX and L2_NORMALIZATION of floats, along the last axis.

use core::cell::Cell;

use super::weighted_float::sum;
use crate::claim::{Claim, shape};
use crate::error::Error;
use crate::kernel::{Io, Task};
use crate::math;
use crate::plan::Kind;
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

const fn check(claim: &Claim<'_>) -> Result<(), Error> {
    let Some(p) = Normalize::read(claim.params()) else { return Err(Error::Record) };
    shape(
        claim.arity(1, 2)
            && claim.rows_of(0, Kind::F32, claim.rows(), Some(p.depth))
            && claim.rows_of(1, Kind::F32, claim.rows(), Some(p.depth)),
    )
}

#[inline(always)]
fn each(
    task: &Task<'_>,
    io: &Io<'_>,
    row: impl Fn(&Normalize, &[Cell<f32>], &[Cell<f32>]),
) -> Result<(), Error> {
    let p = Normalize::read(task.params).ok_or(Error::Record)?;
    let (x, y) = (io.rows::<f32>(1, p.depth)?, io.rows::<f32>(0, p.depth)?);
    for r in task.rows.clone() {
        row(&p, x.row(r as usize), y.row(r as usize));
    }
    Ok(())
}

macro_rules! kernels {
    ($($(#[$doc:meta])* $name:ident => $row:path;)*) => { $(
        $(#[$doc])*
        #[derive(Debug)]
        pub struct $name;

        impl $name {
            /// Whether the geometry suits the operands.
            pub const fn check(claim: &Claim<'_>) -> Result<(), Error> {
                check(claim)
            }

            /// Computes output rows.
            pub fn eval(task: &Task<'_>, io: &Io<'_>) -> Result<(), Error> {
                each(task, io, $row)
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

fn greatest(x: &[Cell<f32>]) -> f32 {
    x.iter().fold(f32::MIN, |max, x| max.max(x.get()))
}

fn softmax(p: &Normalize, x: &[Cell<f32>], y: &[Cell<f32>]) {
    let (max, beta) = (greatest(x), f32::from_bits(p.beta));
    let mut sum = 0.0;
    for (x, y) in x.iter().zip(y) {
        y.set(math::exp((x.get() - max) * beta));
        sum += y.get();
    }
    y.iter().for_each(|y| y.set(y.get() / sum));
}

fn log_softmax(_: &Normalize, x: &[Cell<f32>], y: &[Cell<f32>]) {
    let max = greatest(x);
    let log = libm::logf(sum(x.iter().map(|x| math::exp(x.get() - max))));
    x.iter().zip(y).for_each(|(x, y)| y.set(x.get() - max - log));
}

fn l2(_: &Normalize, x: &[Cell<f32>], y: &[Cell<f32>]) {
    let norm = libm::sqrtf(sum(x.iter().map(|x| x.get() * x.get()))).max(1e-6);
    x.iter().zip(y).for_each(|(x, y)| y.set(x.get() / norm));
}
