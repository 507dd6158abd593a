//! FULLY_CONNECTED: a matrix times each row.

use core::cell::Cell;

use super::channels::{self, Channels};
use super::conv::{dot, dots};
use super::quant::Quant;
use crate::claim::{Claim, shape};
use crate::error::Error;
use crate::fixed::multiply_once;
use crate::kernel::{Io, Task};
use crate::plan::Kind;
use crate::simd;
use crate::wire::{product, record, u32};

record! {
    /// Canonical variant. Operands: y `[rows][out]`; x `[rows][depth]`, filter `[out][depth]`, channels.
    ///
    /// The variants for cores that multiply pairs of 16-bit numbers ([`Pairs`], [`Halfwords`]) have the same fields.
    pub struct FullyConnected {
        /// Inputs of a row.
        depth: u32,
        /// Outputs of a row.
        out: u32,
        /// Zero points and clamp.
        quant: Quant,
    }
}

impl FullyConnected {
    /// Whether the geometry suits the operands.
    pub const fn check(claim: &Claim<'_>) -> Result<(), Error> {
        let Some(p) = Self::read(claim.params()) else { return Err(Error::Record) };
        shape(
            claim.arity(1, 4)
                && p.fits(claim, 1)
                && claim.constant(2, Kind::I8, product(&[p.depth, p.out]))
                && channels::fits(claim, 3, p.out),
        )
    }

    /// Whether the operands y and `x` have the step's rows.
    pub(super) const fn fits(&self, claim: &Claim<'_>, x: usize) -> bool {
        self.depth > 0
            && self.out > 0
            && claim.rows_of(x, Kind::I8, claim.rows(), Some(self.depth))
            && claim.rows_of(0, Kind::I8, claim.rows(), Some(self.out))
    }

    /// Computes output rows.
    pub fn eval(task: &Task<'_>, io: &Io<'_>) -> Result<(), Error> {
        let p = Self::read(task.params).ok_or(Error::Record)?;
        let (y, x) = (io.rows(0, p.out)?, io.rows(1, p.depth)?);
        let channels = Channels::new(io.constant(3)?, p.out as usize)?;
        for r in task.rows.clone() {
            row(&p, io.constant(2)?, &channels, x.row(r as usize), y.row(r as usize));
        }
        Ok(())
    }

    /// Output `o` from its accumulator without bias.
    #[inline(always)]
    fn output(&self, channels: &Channels<'_>, o: usize, sum: i32) -> i8 {
        let c = channels.at(o);
        let scaled = multiply_once(sum.wrapping_add(c.bias), c.multiplier, c.shift);
        self.quant.output(scaled)
    }
}

/// One row: `y[o] = requantize(bias[o] + sum((x - x_zero) * w[o]))`.
pub fn row(p: &FullyConnected, filter: &[u8], channels: &Channels<'_>, x: &[Cell<i8>], y: &[Cell<i8>]) {
    let (depth, x_zero) = ((p.depth as usize).max(1), p.quant.x_zero as i32);
    let (fours, rest) = y.as_chunks::<4>();
    let mut o = 0;
    let mut filters = filter.chunks_exact(depth);
    let mut next = || filters.next().unwrap_or(&[]);
    for y in fours {
        for (y, sum) in y.iter().zip(dots([0; 4], x, [next(), next(), next(), next()], x_zero)) {
            y.set(p.output(channels, o, sum));
            o = o.wrapping_add(1);
        }
    }
    for y in rest {
        y.set(p.output(channels, o, dot(0, x, next(), x_zero)));
        o = o.wrapping_add(1);
    }
}

/// Variant for cores that multiply pairs of 16-bit numbers ([`simd`]): x is widened once, then multiplied with pairs
/// of filters.
///
/// Operands: y, widened (i16); x, filter in [`simd::pairs::index`] order, channels with the zero point of x folded into
/// the bias. Fields as [`FullyConnected`].
#[derive(Debug)]
pub struct Pairs;

impl Pairs {
    /// Whether the geometry suits the operands.
    pub const fn check(claim: &Claim<'_>) -> Result<(), Error> {
        let Some(p) = FullyConnected::read(claim.params()) else { return Err(Error::Record) };
        let (Some(k), Some(outs)) = (p.depth.checked_next_multiple_of(4), p.out.checked_next_multiple_of(2))
        else {
            return Err(Error::Shape);
        };
        shape(
            claim.arity(2, 5)
                && p.fits(claim, 2)
                && claim.work(1, Kind::I16, product(&[k, 2]))
                && claim.constant(3, Kind::I32, product(&[k, outs]))
                && channels::fits(claim, 4, p.out),
        )
    }

    /// Computes output rows.
    pub fn eval(task: &Task<'_>, io: &Io<'_>) -> Result<(), Error> {
        let p = FullyConnected::read(task.params).ok_or(Error::Record)?;
        let (y, x) = (io.rows(0, p.out)?, io.rows(2, p.depth)?);
        let wide = io.work::<i16>(1)?;
        let filter = simd::Stream::new(io.constant(3)?)?;
        let channels = Channels::new(io.constant(4)?, p.out as usize)?;
        for r in task.rows.clone() {
            simd::widen(x.row(r as usize), wide, 0, 1);
            let mut o = 0;
            for (y, filters) in y.row(r as usize).chunks(2).zip(filter.blocks(wide.len() / 2)) {
                for (y, sum) in y.iter().zip(simd::dot_2x1(wide, filters)) {
                    y.set(p.output(&channels, o, sum));
                    o = o.wrapping_add(1);
                }
            }
        }
        Ok(())
    }
}

/// Variant with weights of 16 bits ([`simd::halfwords`]), always folded.
///
/// Operands: y, widened (i16); x, stream. Fields as [`FullyConnected`]; the zero point of y is in the stream.
#[derive(Debug)]
pub struct Halfwords;

impl Halfwords {
    /// Whether the geometry suits the operands.
    pub const fn check(claim: &Claim<'_>) -> Result<(), Error> {
        Self::fits(claim, 2)
    }

    /// Computes output rows.
    pub fn eval(task: &Task<'_>, io: &Io<'_>) -> Result<(), Error> {
        Self::rows::<false>(task, io)
    }

    /// Whether the geometry suits the operands; a block has `each` words for a tap.
    const fn fits(claim: &Claim<'_>, each: u32) -> Result<(), Error> {
        let Some(p) = FullyConnected::read(claim.params()) else { return Err(Error::Record) };
        let Some(k) = p.depth.checked_next_multiple_of(8) else { return Err(Error::Shape) };
        let Some(words) = product(&[k, each]) else { return Err(Error::Shape) };
        let Some(words) = words.checked_add(12) else { return Err(Error::Shape) };
        shape(
            claim.arity(2, 4)
                && p.fits(claim, 2)
                && claim.work(1, Kind::I16, product(&[k, 2]))
                && claim.constant(3, Kind::I32, product(&[p.out.div_ceil(4), words, 4])),
        )
    }

    fn rows<const NESTED: bool>(task: &Task<'_>, io: &Io<'_>) -> Result<(), Error> {
        let p = FullyConnected::read(task.params).ok_or(Error::Record)?;
        let (y, x) = (io.rows(0, p.out)?, io.rows(2, p.depth)?);
        let wide = io.work::<i16>(1)?;
        let stream = simd::Stream::new(io.constant(3)?)?;
        for r in task.rows.clone() {
            simd::widen(x.row(r as usize), wide, 0, 1);
            simd::row::<NESTED, true>(wide, stream, y.row(r as usize));
            p.quant.clamp([y.row(r as usize)]);
        }
        Ok(())
    }
}

/// Variant whose weights of a byte are widened four at once ([`simd::nested`]), always folded. Fields and operands as
/// [`Halfwords`].
#[derive(Debug)]
pub struct Nested;

impl Nested {
    /// Whether the geometry suits the operands.
    pub const fn check(claim: &Claim<'_>) -> Result<(), Error> {
        Halfwords::fits(claim, 1)
    }

    /// Computes output rows.
    pub fn eval(task: &Task<'_>, io: &Io<'_>) -> Result<(), Error> {
        Halfwords::rows::<true>(task, io)
    }
}
