//! CONV_2D of single pixels, four at a time, by products of polynomials.

use super::quant::Quant;
use super::window::Window;
use crate::claim::{Claim, shape};
use crate::error::Error;
use crate::kernel::{Io, Task};
use crate::plan::Kind;
use crate::simd::Stream;
use crate::simd::fours::{LEAST, Matrix, OUTPUTS, wide_len, words};
use crate::simd::polynomial::PASS;
use crate::wire::{product, record, u16};

record! {
    /// Variant whose multiplications each make three products, of four pixels and three outputs ([`crate::simd::fours`]). A
    /// pixel sees but itself, outputs are folded, and groups are not split.
    ///
    /// Operands: y, taps of four pixels (i32); x, stream.
    pub struct Fours {
        /// Geometry.
        window: Window,
        /// Zero points and clamp. That of y is in the stream.
        quant: Quant,
        /// Taps of a part, a multiple of [`PASS`].
        part: u16,
    }
}

impl Fours {
    /// Whether the geometry suits the operands.
    pub const fn check(claim: &Claim<'_>) -> Result<(), Error> {
        let Some(p) = Self::read(claim.params()) else { return Err(Error::Record) };
        let w = &p.window;
        let blocks = (w.out_c as u32).div_ceil(OUTPUTS as u32);
        shape(
            claim.arity(2, 4)
                && w.is_pointwise()
                && w.in_c as usize >= LEAST
                && w.out_c as usize >= OUTPUTS
                && p.part > 0
                && (p.part as usize).is_multiple_of(PASS)
                && w.fits(claim, Kind::I8, 0, 2)
                && claim.work(1, Kind::I32, product(&[wide_len(w.in_c as usize) as u32, 4]))
                && claim.constant(3, Kind::I32, product(&[blocks, words(w.in_c as usize) as u32, 4])),
        )
    }

    /// Computes output rows.
    pub fn eval(task: &Task<'_>, io: &Io<'_>) -> Result<(), Error> {
        let p = Self::read(task.params).ok_or(Error::Record)?;
        let w = &p.window;
        let x = io.rows(2, w.in_stride().ok_or(Error::Shape)?)?;
        let y = io.rows(0, w.out_stride().ok_or(Error::Shape)?)?;
        let (wide, stream) = (io.work(1)?, Stream::new(io.constant(3)?)?);
        let matrix = Matrix::new(wide, stream, w.out_c as usize, p.part as usize).ok_or(Error::Shape)?;
        let (first, rows) = (task.rows.start as usize, task.rows.len());
        let (x, y) = (x.span(first, rows).unwrap_or(&[]), y.span(first, rows).unwrap_or(&[]));
        matrix.pixels(x, y);
        p.quant.clamp([y]);
        Ok(())
    }
}
