//! SVDF: for each filter the last outputs of a layer are remembered and weighted over time (Nakkiran et al.,
//! "Compressing Deep Neural Networks using a Rank-Constrained Topology", 2015).

use core::cell::Cell;

use super::channels::{self, Channel, Channels};
use super::conv::dot;
use super::quant::Quant;
use super::sigmoid::saturate;
use super::weighted_float;
use crate::aligned::{self, Element};
use crate::claim::{Claim, shape};
use crate::error::Error;
use crate::fixed::multiply_twice;
use crate::kernel::{Io, Task};
use crate::plan::Kind;
use crate::wire::{i32, product, record, u32};

record! {
    /// In integers. Operands: y `[rows][units]`, state (i16) `[rows][units * rank][memory]`, oldest first; x
    /// `[rows][inputs]`, feature weights `[units * rank][inputs]`, time weights (i16) `[units * rank][memory]`,
    /// channels of `units`.
    pub struct Svdf {
        /// Extents.
        extents: Extents,
        /// Factor from a sum of features to the state.
        multiplier: i32,
        /// Its shift.
        shift: i32,
        /// Zero points and clamp.
        quant: Quant,
    }
}

record! {
    /// In floats. Operands as those of [`Svdf`], all f32, with biases `[units]` in place of channels.
    pub struct Float {
        /// Extents.
        extents: Extents,
        /// Bits of the least output.
        lo: u32,
        /// Bits of the greatest output.
        hi: u32,
    }
}

record! {
    /// Extents.
    pub struct Extents {
        /// Elements of a row of x.
        inputs: u32,
        /// Elements of a row of y.
        units: u32,
        /// Filters of a unit.
        rank: u32,
        /// Moments that a filter sees.
        memory: u32,
    }
}

impl Extents {
    /// Whether operands but the last suit: y and x, feature weights, and the state with its weights.
    const fn fit(&self, claim: &Claim<'_>, ends: Kind, features: Kind, state: Kind) -> bool {
        let Some(n) = product(&[self.units, self.rank]) else { return false };
        claim.arity(2, 6)
            && claim.rows_of(0, ends, claim.rows(), Some(self.units))
            && claim.rows_of(1, state, claim.rows(), product(&[n, self.memory]))
            && claim.rows_of(2, ends, claim.rows(), Some(self.inputs))
            && claim.constant(3, features, product(&[n, self.inputs, features.bytes()]))
            && claim.constant(4, state, product(&[n, self.memory, state.bytes()]))
    }

    /// Elements of a row of the state.
    fn state(&self) -> Option<u32> {
        product(&[self.units, self.rank, self.memory])
    }
}

impl Svdf {
    /// Whether the geometry suits the operands.
    pub const fn check(claim: &Claim<'_>) -> Result<(), Error> {
        let Some(p) = Self::read(claim.params()) else { return Err(Error::Record) };
        shape(
            p.extents.fit(claim, Kind::I8, Kind::I8, Kind::I16) && channels::fits(claim, 5, p.extents.units),
        )
    }

    /// Computes output rows.
    pub fn eval(task: &Task<'_>, io: &Io<'_>) -> Result<(), Error> {
        let p = Self::read(task.params).ok_or(Error::Record)?;
        let (e, channels) = (&p.extents, Channels::new(io.constant(5)?, p.extents.units as usize)?);
        let (y, x) = (io.rows::<i8>(0, e.units)?, io.rows::<i8>(2, e.inputs)?);
        let state = io.rows::<i16>(1, e.state().ok_or(Error::Shape)?)?;
        for r in task.rows.clone() {
            let r = r as usize;
            p.row(io.constant(3)?, io.values(4)?, &channels, x.row(r), state.row(r), y.row(r));
        }
        Ok(())
    }

    fn row(
        &self,
        features: &[u8],
        times: &[i16],
        channels: &Channels<'_>,
        x: &[Cell<i8>],
        state: &[Cell<i16>],
        y: &[Cell<i8>],
    ) {
        let e = &self.extents;
        let mut filters = filters(e, features, times, state);
        for (u, y) in y.iter().enumerate() {
            let Channel { bias: mut sum, multiplier, shift } = channels.at(u);
            for (features, times, state) in filters.by_ref().take(e.rank as usize) {
                let seen = dot(0, x, features, self.quant.x_zero as i32);
                remember(state, saturate(multiply_twice(seen, self.multiplier, self.shift)));
                for (state, time) in state.iter().zip(times) {
                    sum = sum.wrapping_add((state.get() as i32).wrapping_mul(i16::from_le(*time) as i32));
                }
            }
            y.set(self.quant.output(multiply_twice(sum, multiplier, shift)));
        }
    }
}

impl Float {
    /// Whether the geometry suits the operands.
    pub const fn check(claim: &Claim<'_>) -> Result<(), Error> {
        let Some(p) = Self::read(claim.params()) else { return Err(Error::Record) };
        shape(
            p.extents.fit(claim, Kind::F32, Kind::F32, Kind::F32)
                && claim.constant(5, Kind::F32, product(&[p.extents.units, 4])),
        )
    }

    /// Computes output rows.
    pub fn eval(task: &Task<'_>, io: &Io<'_>) -> Result<(), Error> {
        let p = Self::read(task.params).ok_or(Error::Record)?;
        let e = &p.extents;
        let (y, x) = (io.rows::<f32>(0, e.units)?, io.rows::<f32>(2, e.inputs)?);
        let state = io.rows::<f32>(1, e.state().ok_or(Error::Shape)?)?;
        let (features, times, biases) = (io.values(3)?, io.values(4)?, io.values::<f32>(5)?);
        for r in task.rows.clone() {
            let r = r as usize;
            p.row(features, times, biases, x.row(r), state.row(r), y.row(r));
        }
        Ok(())
    }

    fn row(
        &self,
        features: &[f32],
        times: &[f32],
        biases: &[f32],
        x: &[Cell<f32>],
        state: &[Cell<f32>],
        y: &[Cell<f32>],
    ) {
        let e = &self.extents;
        let clamp = weighted_float::Clamp::new(self.lo, self.hi);
        let mut filters = filters(e, features, times, state);
        for (y, bias) in y.iter().zip(biases) {
            let mut sum = (*bias).le();
            for (features, times, state) in filters.by_ref().take(e.rank as usize) {
                remember(state, weighted_float::dot(x, features));
                sum += weighted_float::dot(state, times);
            }
            y.set(clamp.of(sum));
        }
    }
}

/// For each filter its feature weights, its time weights and its state.
fn filters<'a, F, T: Element>(
    e: &Extents,
    features: &'a [F],
    times: &'a [T],
    state: &'a [Cell<T>],
) -> impl Iterator<Item = (&'a [F], &'a [T], &'a [Cell<T>])> {
    let memory = (e.memory as usize).max(1);
    let moments = times.chunks_exact(memory).zip(state.chunks_exact(memory));
    features.chunks_exact((e.inputs as usize).max(1)).zip(moments).map(|(f, (t, s))| (f, t, s))
}

/// Drops the oldest moment and appends the newest.
fn remember<T: Element>(state: &[Cell<T>], newest: T) {
    if let [_, later @ ..] = state {
        aligned::copy(state, later);
    }
    if let Some(last) = state.last() {
        last.set(newest);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Aligned;

    #[test]
    fn filters_weigh_what_they_remember() {
        let extents = Extents { inputs: 2, units: 1, rank: 2, memory: 2 };
        let mut channels = Aligned([0u8; 12]);
        channels.0[..4].copy_from_slice(&5i32.to_le_bytes());
        channels.0[4..8].copy_from_slice(&(1i32 << 30).to_le_bytes());
        channels.0[8] = 1;
        let quant = Quant { x_zero: 1, y_zero: -2, lo: -128, hi: 127 };
        let p = Svdf { extents, multiplier: 1 << 30, shift: 1, quant };
        let state = [1, 2, 3, 4].map(|s| Cell::new(s as i16));
        let (x, y) = ([Cell::new(3), Cell::new(0)], [Cell::new(0)]);
        // features 2 * 1 - 1 * 2 = 0 and 2 * 3 - 1 * 4 = 2
        let times = [1i16, 1, 2, -1].map(i16::to_le);
        p.row(&[1, 2, 3, 4], &times, &Channels::new(&channels.0, 1).unwrap(), &x, &state, &y);
        assert_eq!(state.each_ref().map(Cell::get), [2, 0, 4, 2]);
        assert_eq!(y[0].get(), 5 + 2 + 4 * 2 - 2 - 2);
    }

    #[test]
    fn floats_are_clamped() {
        let extents = Extents { inputs: 1, units: 2, rank: 1, memory: 2 };
        let p = Float { extents, lo: 0f32.to_bits(), hi: 6f32.to_bits() };
        let state = [1.0, 2.0, 3.0, 4.0].map(Cell::new);
        let y = [0.0, 0.0].map(Cell::new);
        p.row(&[1.0, 2.0], &[1.0, 1.0, -3.0, 1.0], &[0.5, 1.0], &[Cell::new(1.5)], &state, &y);
        assert_eq!(state.each_ref().map(Cell::get), [2.0, 1.5, 4.0, 3.0]);
        assert_eq!(y.each_ref().map(Cell::get), [4.0, 0.0]);
    }
}
