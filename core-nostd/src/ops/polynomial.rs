//! CONV_2D of three pixels at a time, by products of polynomials.

use core::cell::Cell;

use super::quant::Quant;
use super::window::Window;
use crate::claim::{Claim, shape};
use crate::error::Error;
use crate::kernel::{Io, Task};
use crate::plan::Kind;
use crate::simd::polynomial::{Matrix, OUTPUTS, PASS, PIXELS, RUN, wide_len, words};
use crate::simd::{Field, Stream};
use crate::wire::{product, record, u8, u16};

record! {
    /// Variant whose multiplications each make three products ([`crate::simd::polynomial`]). Groups are not split.
    ///
    /// Operands: y, taps of three pixels (i32), patches; x, stream.
    pub struct Polynomial {
        /// Geometry.
        window: Window,
        /// Zero points and clamp. That of y is in the stream.
        quant: Quant,
        /// Whether outputs are scaled in three instructions (1) or in five (0).
        folded: u8,
        /// Taps of a part, a multiple of [`PASS`].
        part: u16,
    }
}

impl Polynomial {
    /// Whether the geometry suits the operands.
    pub const fn check(claim: &Claim<'_>) -> Result<(), Error> {
        let Some(p) = Self::read(claim.params()) else { return Err(Error::Record) };
        let w = &p.window;
        let Some(taps) = p.taps() else { return Err(Error::Shape) };
        let blocks = (w.out_c as u32).div_ceil(OUTPUTS as u32);
        shape(
            claim.arity(3, 5)
                && taps > 0
                && p.folded <= 1
                && p.part > 0
                && (p.part as usize).is_multiple_of(PASS)
                && w.fits(claim, Kind::I8, 0, 3)
                && claim.work(1, Kind::I32, product(&[wide_len(taps as usize) as u32, 4]))
                && claim.work(2, Kind::I8, product(&[taps, PIXELS as u32]))
                && claim.constant(4, Kind::I32, product(&[blocks, words(taps as usize) as u32, 4])),
        )
    }

    /// Taps of an output, with those that fill up a run.
    const fn taps(&self) -> Option<u32> {
        let w = &self.window;
        match product(&[w.k_h as u32, w.k_w as u32, w.in_c as u32]) {
            Some(taps) => taps.checked_next_multiple_of(RUN as u32),
            None => None,
        }
    }

    /// Computes output rows.
    pub fn eval(task: &Task<'_>, io: &Io<'_>) -> Result<(), Error> {
        let p = Self::read(task.params).ok_or(Error::Record)?;
        let w = &p.window;
        let (taps, patch) = (p.taps().ok_or(Error::Shape)? as usize, io.work::<i8>(2)?);
        let (in_c, outputs, rows) = (w.in_c as usize, (w.out_c as usize).max(1), w.k_h as usize);
        let run = (w.k_w as usize).wrapping_mul(in_c);
        let parts = (p.part as usize, taps.wrapping_sub(rows.wrapping_mul(run)));
        let stream = Stream::new(io.constant(4)?)?;
        let matrix = Matrix::new(io.work(1)?, stream, p.folded == 1, outputs, parts).ok_or(Error::Shape)?;
        let patched = |y: [&[Cell<i8>]; PIXELS]| {
            matrix.take(&Field::new(1, taps, 0), patch, taps);
            matrix.multiply(y);
            p.quant.clamp(y);
        };
        let x = io.rows(3, w.in_stride().ok_or(Error::Shape)?)?;
        let y = io.rows(0, w.out_stride().ok_or(Error::Shape)?)?;
        let row_step = (w.in_w as usize).wrapping_mul(in_c);
        let field = Field::new(rows, run, row_step.wrapping_mul(w.d_h as usize));
        let step = (w.s_w as usize).wrapping_mul(in_c);
        // a single row that is filled up sees what lies behind it: some pixels have to be left there
        let filled = if rows == 1 { Field::new(1, taps, 0) } else { field };
        let last = if rows == 1 && taps != run { PIXELS } else { 0 };
        let (mut oy, end) = (task.rows.start as usize, task.rows.end as usize);
        // all rows are one where pixels see but themselves
        let (lines, seen) =
            if w.is_pointwise() { (end.wrapping_sub(oy), end.wrapping_sub(oy)) } else { (1, w.height(rows)) };
        let width = (w.out_w as usize).wrapping_mul(lines);
        let inside = match w.d_w {
            _ if w.is_pointwise() => 0..width,
            1 => w.inside(),
            _ => 0..0,
        };
        // the taps of pixels that wait for others lie in patches; places that none has taken yet are the last one's
        let (mut waiting, mut held): ([&[Cell<i8>]; PIXELS], _) = ([&[]; PIXELS], 0usize);
        while oy < end {
            let down = w.vertical(oy);
            let span = x.span(down.first, seen).filter(|_| down.range.len() == rows);
            let (mut ox, mut line) = (0usize, y.span(oy, lines).unwrap_or(&[]));
            while !line.is_empty() {
                let left = ox.wrapping_mul(w.s_w as usize).wrapping_sub(w.p_w as usize).wrapping_mul(in_c);
                let here = span.filter(|_| inside.contains(&ox)).and_then(|x| x.get(left..));
                let threes = inside.end.min(width).saturating_sub(ox) / PIXELS * PIXELS;
                let threes = threes.saturating_sub(last);
                if let (Some(x), Some((now, later))) =
                    (here, line.split_at_checked(outputs.wrapping_mul(threes)))
                    && held == 0
                    && threes > 0
                    && (rows == 1 || run.is_multiple_of(RUN))
                {
                    matrix.pixels(&filled, x, step, now);
                    p.quant.clamp([now]);
                    (ox, line) = (ox.wrapping_add(threes), later);
                    continue;
                }
                let Some((y, later)) = line.split_at_checked(outputs) else { break };
                let patch =
                    patch.get(held.wrapping_mul(taps)..).and_then(|patch| patch.get(..taps)).unwrap_or(&[]);
                match here {
                    Some(x) => field.copy(x, patch),
                    None => w.gather(p.quant.x_zero, x, &down, ox, patch),
                }
                waiting.iter_mut().skip(held).for_each(|waiting| *waiting = y);
                held = held.wrapping_add(1);
                if held == PIXELS {
                    patched(waiting);
                    held = 0;
                }
                (ox, line) = (ox.wrapping_add(1), later);
            }
            oy = oy.wrapping_add(lines);
        }
        if held > 0 {
            patched(waiting);
        }
        Ok(())
    }
}
