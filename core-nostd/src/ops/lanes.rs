//! CONV_2D and FULLY_CONNECTED for cores with vectors of bytes ([`crate::simd::lanes`]).

use super::fully_connected::FullyConnected as Matrix;
use super::quant::Quant;
use super::window::Window;
use crate::aligned;
use crate::claim::{Claim, shape};
use crate::error::Error;
use crate::fixed::Rounding;
use crate::kernel::{Io, Task};
use crate::plan::Kind;
use crate::simd::Stream;
use crate::simd::lanes::{Lanes, Source, VECTOR, padded, sums, words};
use crate::wire::{product, record, u8};

record! {
    /// Groups are not split. Operands: y, sums (i32), patch; x, stream.
    pub struct Conv2d {
        /// Geometry.
        window: Window,
        /// Zero points and clamp.
        quant: Quant,
        /// How sums are scaled: [`Rounding`].
        rounding: u8,
    }
}

/// Whether nothing that filters see is missing.
const fn is_inside(w: &Window) -> bool {
    w.p_w == 0 && w.p_h == 0 && w.reach_w() <= w.in_w as u32 && w.reach_h() <= w.in_h as u32
}

/// The window that sees all that an output row sees, at once: a *band* of the image with what is missing around it. None if
/// nothing is missing, or where taps are not adjacent.
const fn band(w: &Window) -> Option<Window> {
    let wide = w.reach_w();
    if is_inside(w) || w.d_w != 1 || wide > u16::MAX as u32 {
        None
    } else {
        Some(Window { k_w: wide as u16, ..*w })
    }
}

/// Bytes of a convolution's patch: a pixel's taps, if they cannot be read where they lie, and a band.
pub const fn patch(w: &Window) -> u32 {
    let pixel = behind(product(&[w.k_h as u32, w.k_w as u32, w.in_c as u32]));
    let is_row = w.k_h == 1 && w.d_w == 1 && w.in_c.is_multiple_of(4);
    match band(w) {
        Some(band) => {
            pixel.saturating_add(behind(product(&[band.k_h as u32, band.k_w as u32, band.in_c as u32])))
        }
        None if is_row && is_inside(w) => row(w.k_w as u32 * w.in_c as u32),
        None => pixel,
    }
}

/// The same for a matrix.
pub const fn row(taps: u32) -> u32 {
    if taps.is_multiple_of(VECTOR as u32) { VECTOR as u32 } else { behind(Some(taps)) }
}

/// Bytes for so many taps: vectors end behind them.
const fn behind(taps: Option<u32>) -> u32 {
    match taps {
        Some(taps) if taps < 0x1000_0000 => (padded(taps as usize) + VECTOR) as u32,
        _ => u32::MAX,
    }
}

impl Conv2d {
    /// Whether the geometry suits the operands.
    pub const fn check(claim: &Claim<'_>) -> Result<(), Error> {
        let Some(p) = Self::read(claim.params()) else { return Err(Error::Record) };
        let w = &p.window;
        let taps = product(&[w.k_h as u32, w.k_w as u32, w.in_c as u32]);
        shape(
            claim.arity(3, 5)
                && Rounding::read(p.rounding).is_some()
                && w.fits(claim, Kind::I8, 0, 3)
                && fits(claim, taps, w.out_c as u32, patch(w)),
        )
    }

    /// Computes output rows.
    pub fn eval(task: &Task<'_>, io: &Io<'_>) -> Result<(), Error> {
        let p = Self::read(task.params).ok_or(Error::Record)?;
        let w = &p.window;
        let x = io.rows(3, w.in_stride().ok_or(Error::Shape)?)?;
        let y = io.rows(0, w.out_stride().ok_or(Error::Shape)?)?;
        let (in_c, rows, out_c) = (w.in_c as usize, w.k_h as usize, w.out_c as usize);
        let run = (w.k_w as usize).wrapping_mul(in_c);
        let rounding = Rounding::read(p.rounding).ok_or(Error::Record)?;
        let lanes = lanes(io, rows.wrapping_mul(run), out_c, rounding, p.quant.y_zero)?;
        let source = Source {
            x: &[],
            pixels: w.out_w as usize,
            step: (w.s_w as usize).wrapping_mul(in_c),
            rows,
            run,
            row_step: (w.in_w as usize).wrapping_mul(in_c).wrapping_mul(w.d_h as usize),
        };
        let (around, is_wide) = (band(w), w.p_w == 0 && w.reach_w() <= w.in_w as u32 && w.d_w == 1);
        let image = lanes.patch.get(padded(lanes.taps).wrapping_add(VECTOR)..).unwrap_or(&[]);
        for oy in task.rows.clone() {
            let y = y.row(oy as usize);
            let down = w.vertical(oy as usize);
            if let Some(band) = &around {
                band.gather(p.quant.x_zero, x, &down, 0, image);
                let row_step = (band.k_w as usize).wrapping_mul(in_c);
                lanes.pixels(Source { x: image, pixels: w.out_w as usize, row_step, ..source }, y);
            } else {
                let height = w.height(rows);
                // vectors end behind the taps: where there is a row below, that does not matter
                let below = x.span(down.first, height.wrapping_add(1)).or_else(|| x.span(down.first, height));
                let seen = below.filter(|_| down.range.len() == rows && is_wide);
                let source = Source { x: seen.unwrap_or(&[]), ..source };
                let pixels = source.reached();
                lanes.pixels(Source { pixels, ..source }, y);
                for ox in pixels..w.out_w as usize {
                    w.gather(p.quant.x_zero, x, &down, ox, lanes.patch);
                    lanes.patched(y.get(ox.wrapping_mul(out_c)..).unwrap_or(&[]));
                }
            }
            p.quant.clamp([y]);
        }
        Ok(())
    }
}

/// Fields as [`Matrix`]; sums are rounded once. Operands: y, sums (i32), patch; x, stream.
#[derive(Debug)]
pub struct FullyConnected;

impl FullyConnected {
    /// Whether the geometry suits the operands.
    pub const fn check(claim: &Claim<'_>) -> Result<(), Error> {
        let Some(p) = Matrix::read(claim.params()) else { return Err(Error::Record) };
        shape(claim.arity(3, 5) && p.fits(claim, 3) && fits(claim, Some(p.depth), p.out, row(p.depth)))
    }

    /// Computes output rows.
    pub fn eval(task: &Task<'_>, io: &Io<'_>) -> Result<(), Error> {
        let p = Matrix::read(task.params).ok_or(Error::Record)?;
        let (y, x) = (io.rows(0, p.out)?, io.rows(3, p.depth)?);
        let depth = p.depth as usize;
        let lanes = lanes(io, depth, p.out as usize, Rounding::Once, p.quant.y_zero)?;
        for r in task.rows.clone() {
            let (x, y) = (x.row(r as usize), y.row(r as usize));
            if depth.is_multiple_of(VECTOR) {
                lanes.pixels(Source { x, pixels: 1, step: 4, rows: 1, run: depth, row_step: 0 }, y);
            } else {
                aligned::copy(lanes.patch, x);
                lanes.patched(y);
            }
            p.quant.clamp([y]);
        }
        Ok(())
    }
}

/// Whether sums, patch and stream, operands 1, 2 and 4, suit a filter.
const fn fits(claim: &Claim<'_>, taps: Option<u32>, outputs: u32, patch: u32) -> bool {
    let Some(taps) = taps else { return false };
    // so that nothing below wraps where an address has 32 bits
    let small = matches!(product(&[taps, outputs]), Some(0..0x1000_0000))
        && taps < 0x1000_0000
        && outputs < 0x100_0000;
    let (taps, outputs) = (taps as usize, outputs as usize);
    small
        && taps > 0
        && claim.work(1, Kind::I32, product(&[sums(outputs) as u32, 4]))
        && claim.work(2, Kind::I8, Some(patch))
        && claim.constant(4, Kind::I32, product(&[words(taps, outputs) as u32, 4]))
}

/// The loop over operands 1, 2 and 4.
fn lanes<'a>(
    io: &Io<'a>,
    taps: usize,
    outputs: usize,
    rounding: Rounding,
    zero: i8,
) -> Result<Lanes<'a>, Error> {
    let (sums, patch) = (io.work(1)?, io.work(2)?);
    Ok(Lanes { patch, sums, stream: Stream::new(io.constant(4)?)?, taps, outputs, rounding, zero })
}
