//! CONV_2D of images of few pixels, where filters see mostly padding: each output pixel has weights of its own, those of the
//! taps that it sees.

use super::quant::Quant;
use super::window::Window;
use crate::claim::{Claim, shape};
use crate::error::Error;
use crate::kernel::{Io, Task};
use crate::plan::Kind;
use crate::simd::halfwords::Layout;
use crate::simd::{Stream, row, widen};
use crate::wire::{product, record, u8};

record! {
    /// Variant with a stream of rows of 16-bit weights ([`crate::simd::halfwords`]) for each pixel of an output image, one behind
    /// the other. Groups are not split, input channels are a multiple of eight, and there is no dilation.
    ///
    /// Operands: y, widened (i16); x, streams.
    pub struct Places {
        /// Geometry.
        window: Window,
        /// Zero points and clamp. That of y is in the streams.
        quant: Quant,
        /// Whether outputs are scaled in two instructions (1) or in four (0).
        folded: u8,
    }
}

impl Places {
    /// Whether the geometry suits the operands.
    pub const fn check(claim: &Claim<'_>) -> Result<(), Error> {
        let Some(p) = Self::read(claim.params()) else { return Err(Error::Record) };
        let w = &p.window;
        let (down, across) = w.seen();
        let (Some(places), Some(seen)) =
            (product(&[w.out_h as u32, w.out_w as u32]), product(&[down, across]))
        else {
            return Err(Error::Shape);
        };
        shape(
            claim.arity(2, 4)
                && p.folded <= 1
                && w.in_c > 0
                && w.in_c.is_multiple_of(Layout::ROW.run as u16)
                && w.d_h == 1
                && w.d_w == 1
                && seen > 0
                && w.fits(claim, Kind::I8, 0, 2)
                && claim.work(1, Kind::I16, product(&[w.k_h as u32, w.k_w as u32, w.in_c as u32, 2]))
                && claim.constant(3, Kind::I32, p.words(places, seen, 4)),
        )
    }

    /// What so many places take that see so many taps, `each` for a word.
    const fn words(&self, places: u32, seen: u32, each: u32) -> Option<u32> {
        let w = &self.window;
        let layout = Layout::row(self.folded == 1);
        let blocks = (w.out_c as u32).div_ceil(layout.outputs as u32);
        // a channel of a tap has as many halfwords as a block has outputs
        let (Some(ends), Some(taps)) = (
            product(&[places, layout.words(0) as u32, blocks, each]),
            product(&[seen, layout.outputs as u32 / 2, w.in_c as u32, blocks, each]),
        ) else {
            return None;
        };
        ends.checked_add(taps)
    }

    /// Computes output rows.
    pub fn eval(task: &Task<'_>, io: &Io<'_>) -> Result<(), Error> {
        let p = Self::read(task.params).ok_or(Error::Record)?;
        let w = &p.window;
        let x = io.rows(2, w.in_stride().ok_or(Error::Shape)?)?;
        let y = io.rows(0, w.out_stride().ok_or(Error::Shape)?)?;
        let (wide, streams) = (io.work::<i16>(1)?, Stream::new(io.constant(3)?)?);
        let (in_c, first) = (w.in_c as usize, task.rows.start as usize);
        // streams are those of an image: its rows above the first are passed over
        let (_, above) = w.image(first);
        let mut stream = streams;
        for oy in first.wrapping_sub(above)..task.rows.end as usize {
            if w.image(oy).1 == 0 {
                stream = streams;
            }
            let (down, made) = (w.vertical(oy), y.row(oy));
            for (ox, y) in made.chunks_exact((w.out_c as usize).max(1)).enumerate() {
                let across = w.horizontal(ox);
                let run = across.range.len().wrapping_mul(in_c);
                if oy >= first {
                    let left = across.first.wrapping_mul(in_c);
                    for (i, wide) in wide.chunks(run.max(1)).enumerate().take(down.range.len()) {
                        let seen = x.row(down.first.wrapping_add(i)).get(left..left.wrapping_add(run));
                        widen(seen.unwrap_or(&[]), wide, 0, 1);
                    }
                    let taps = down.range.len().wrapping_mul(run);
                    let wide = wide.get(..taps).unwrap_or(&[]);
                    match p.folded {
                        1 => row::<false, true>(wide, stream, y),
                        _ => row::<false, false>(wide, stream, y),
                    }
                    p.quant.clamp([y]);
                }
                let seen = down.range.len().wrapping_mul(across.range.len()) as u32;
                stream = stream.from(p.words(1, seen, 1).unwrap_or(0) as usize, 1);
            }
        }
        Ok(())
    }
}
