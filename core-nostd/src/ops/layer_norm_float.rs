//! LAYER_NORM of floats.

use core::cell::Cell;
use core::marker::PhantomData;

use super::number::Real;
use super::weighted_float::sum;
use crate::aligned::Element;
use crate::claim::{Claim, shape};
use crate::error::Error;
use crate::kernel::{Io, Task};
use crate::plan::Kind;
use crate::wire::{product, record, u8, u32};

record! {
    /// Operands: y `[rows][depth]`; x, which may be the same memory, and for each element of a row a weight and a bias (f32).
    pub struct LayerNormFloat {
        /// Elements of a row.
        depth: u32,
        /// Bits of the f32 that is added to the variance.
        epsilon: u32,
        /// 1 where the mean is taken off.
        centred: u8,
    }
}

/// The operator on elements of type `T`.
#[derive(Debug)]
pub struct Floats<T>(PhantomData<T>);

impl<T: Real> Floats<T> {
    /// Whether the geometry suits the operands.
    pub const fn check(claim: &Claim<'_>) -> Result<(), Error> {
        let Some(p) = LayerNormFloat::read(claim.params()) else { return Err(Error::Record) };
        shape(
            claim.arity(1, 3)
                && claim.rows_of(0, T::KIND, claim.rows(), Some(p.depth))
                && claim.rows_of(1, T::KIND, claim.rows(), Some(p.depth))
                && claim.constant(2, Kind::F32, product(&[p.depth, 2, 4])),
        )
    }

    /// Computes output rows.
    pub fn eval(task: &Task<'_>, io: &Io<'_>) -> Result<(), Error> {
        let p = LayerNormFloat::read(task.params).ok_or(Error::Record)?;
        let (x, y) = (io.rows::<T>(1, p.depth)?, io.rows::<T>(0, p.depth)?);
        let channels = io.values::<f32>(2)?.as_chunks().0;
        for r in task.rows.clone() {
            row(&p, channels, x.row(r as usize), y.row(r as usize));
        }
        Ok(())
    }
}

fn row<T: Real>(p: &LayerNormFloat, channels: &[[f32; 2]], x: &[Cell<T>], y: &[Cell<T>]) {
    let n = p.depth as f32;
    let mean = if p.centred == 0 { 0.0 } else { sum(x.iter().map(|x| x.get().number())) / n };
    let centred = |x: &Cell<T>| x.get().number() - mean;
    let variance = sum(x.iter().map(|x| centred(x) * centred(x))) / n;
    let inverse = 1.0 / libm::sqrtf(variance + f32::from_bits(p.epsilon));
    for ((x, y), &[weight, bias]) in x.iter().zip(y).zip(channels) {
        y.set(T::of(centred(x) * inverse * weight.le() + bias.le()));
    }
}
