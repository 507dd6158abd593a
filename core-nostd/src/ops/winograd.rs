//! CONV_2D of 3x3 taps and stride 1, a tile of 4x4 or 2x2 outputs at a time.

use core::cell::Cell;
use core::ops::Range;

use super::quant::Quant;
use super::window::Window;
use crate::aligned;
use crate::claim::{Claim, shape};
use crate::error::Error;
use crate::kernel::{Io, Task};
use crate::plan::Kind;
use crate::simd::Stream;
use crate::simd::winograd::{Form, MAX_CHANNELS, Tile, Work};
use crate::tensor::Rows;
use crate::wire::{product, record};

record! {
    /// Variants that multiply transformed inputs with transformed filters ([`crate::simd::winograd`]). Groups are not split.
    ///
    /// Operands: y, transformed inputs (i16) of two tiles, sums (i32), the inputs of a tile or the outputs of two; x, stream.
    pub struct Winograd {
        /// Geometry.
        window: Window,
        /// Zero points and clamp. That of y is in the stream.
        quant: Quant,
    }
}

/// The variant of tiles of so many outputs on a side. Fields and operands as [`Winograd`].
#[derive(Debug)]
pub struct Tiles<const TILE: usize>;

impl<const TILE: usize> Tiles<TILE> {
    const FORM: &'static Form = Form::of(TILE);

    /// Whether the geometry suits the operands.
    pub const fn check(claim: &Claim<'_>) -> Result<(), Error> {
        let Some(p) = Winograd::read(claim.params()) else { return Err(Error::Record) };
        let w = &p.window;
        let (in_c, out_c) = (w.in_c as usize, w.out_c as usize);
        shape(
            claim.arity(4, 6)
                && w.k_h == 3
                && w.k_w == 3
                && w.s_h == 1
                && w.s_w == 1
                && w.d_h == 1
                && w.d_w == 1
                && in_c.is_multiple_of(4)
                && in_c <= MAX_CHANNELS
                && out_c.is_multiple_of(2)
                && w.fits(claim, Kind::I8, 0, 4)
                && claim.work(1, Kind::I16, product(&[Self::FORM.wide_len(in_c) as u32, 2]))
                && claim.work(2, Kind::I32, Some(Self::FORM.sums() as u32 * 4))
                && claim.work(3, Kind::I8, Some(spare_len(Self::FORM, in_c, out_c) as u32))
                && claim.constant(
                    5,
                    Kind::I32,
                    product(&[out_c as u32 / 2, Self::FORM.words(in_c) as u32, 4]),
                ),
        )
    }

    /// Computes output rows.
    pub fn eval(task: &Task<'_>, io: &Io<'_>) -> Result<(), Error> {
        let p = Winograd::read(task.params).ok_or(Error::Record)?;
        let w = &p.window;
        let x = io.rows(4, w.in_stride().ok_or(Error::Shape)?)?;
        let work = Work::<TILE> { wide: io.work::<i16>(1)?, sums: io.work::<i32>(2)? };
        let spare = io.work::<i8>(3)?;
        let makes = Outputs {
            work,
            stream: Stream::new(io.constant(5)?)?,
            y: io.rows(0, w.out_stride().ok_or(Error::Shape)?)?,
            step: w.out_stride().ok_or(Error::Shape)? as usize,
            channels: w.out_c as usize,
            spare,
        };
        // what a tile sees is what a filter of as many taps sees that moves by a tile
        let side = Self::FORM.side;
        let tiles = tiles(Self::FORM, w);
        let (in_c, inside) = (w.in_c as usize, tiles.inside());
        let patch = spare.get(..in_c.wrapping_mul(Self::FORM.places())).ok_or(Error::Shape)?;
        let mut waiting: Option<Place> = None;
        let (mut oy, end) = (task.rows.start as usize, task.rows.end as usize);
        while oy < end {
            let (above, within) = w.image(oy);
            let mut down = tiles.vertical(within / TILE);
            down.first = down.first.wrapping_add(above);
            let skip = within % TILE;
            let left = (w.out_h as usize).wrapping_sub(within).min(TILE.wrapping_sub(skip));
            let rows = oy..oy.wrapping_add(left).min(end);
            let span = x.span(down.first, side).filter(|_| down.range.len() == side);
            for tx in 0..tiles.out_w as usize {
                let lane = waiting.is_some() as usize;
                let column = tx.wrapping_mul(TILE);
                let at = column.wrapping_sub(w.p_w as usize).wrapping_mul(in_c);
                match span.filter(|_| inside.contains(&tx)).and_then(|span| span.get(at..)) {
                    Some(x) => work.transform(lane, x, (w.in_w as usize).wrapping_mul(in_c)),
                    None => {
                        tiles.gather(p.quant.x_zero, x, &down, tx, patch);
                        work.transform(lane, patch, in_c.wrapping_mul(side));
                    }
                }
                let columns = (w.out_w as usize).wrapping_sub(column).min(TILE);
                let place = Place { rows: rows.clone(), skip, column, columns };
                waiting = match waiting {
                    None => Some(place),
                    Some(first) => {
                        makes.multiply([&first, &place]);
                        None
                    }
                };
            }
            oy = rows.end;
        }
        if let Some(last) = waiting {
            makes.multiply([&last, &last]);
        }
        for oy in task.rows.clone() {
            p.quant.clamp([makes.y.row(oy as usize)]);
        }
        Ok(())
    }
}

/// Bytes that hold the inputs of a tile, or the outputs of two.
pub const fn spare_len(form: &Form, in_c: usize, out_c: usize) -> usize {
    let (inputs, outputs) = (in_c.wrapping_mul(form.places()), out_c.wrapping_mul(2 * form.tile * form.tile));
    if inputs > outputs { inputs } else { outputs }
}

/// The window that a tile is one output of.
const fn tiles(form: &Form, w: &Window) -> Window {
    let (tile, side) = (form.tile as u16, form.side as u16);
    Window {
        out_h: w.out_h.div_ceil(tile),
        out_w: w.out_w.div_ceil(tile),
        k_h: side,
        k_w: side,
        s_h: tile,
        s_w: tile,
        ..*w
    }
}

/// The outputs of a tile that are wanted: not all, at the image's edge.
struct Place {
    rows: Range<usize>,
    /// Rows of the tile above.
    skip: usize,
    column: usize,
    columns: usize,
}

/// What makes the outputs of two tiles.
struct Outputs<'a, const TILE: usize> {
    work: Work<'a, TILE>,
    stream: Stream<'a>,
    y: Rows<'a>,
    step: usize,
    channels: usize,
    spare: &'a [Cell<i8>],
}

impl<const TILE: usize> Outputs<'_, TILE> {
    /// Both may be the same tile: then the first one's outputs stay.
    fn multiply(&self, places: [&Place; 2]) {
        let narrow = self.channels.wrapping_mul(TILE);
        let mut halves = self.spare.chunks_exact(narrow.wrapping_mul(TILE).max(1));
        let [first, second] = places.map(|place| {
            let spare = halves.next().unwrap_or(&[]);
            self.whole(place).map_or((Tile { y: spare, step: narrow }, Some(spare)), |tile| (tile, None))
        });
        self.work.multiply(self.stream, self.channels, [first.0, second.0]);
        for (place, spare) in [(places[1], second.1), (places[0], first.1)] {
            if let Some(spare) = spare {
                self.cut(place, spare, narrow);
            }
        }
    }

    /// Where a whole tile lies.
    fn whole<'s>(&'s self, place: &Place) -> Option<Tile<'s>> {
        let all = place.rows.len() == TILE && place.columns == TILE;
        let rows = self.y.span(place.rows.start, TILE).filter(|_| all)?;
        Some(Tile { y: rows.get(place.column.wrapping_mul(self.channels)..)?, step: self.step })
    }

    /// Copies what is wanted of a tile.
    #[cold]
    #[inline(never)]
    fn cut(&self, place: &Place, tile: &[Cell<i8>], narrow: usize) {
        let run = place.columns.wrapping_mul(self.channels);
        let rows = tile.chunks_exact(narrow.max(1)).skip(place.skip);
        for (oy, from) in place.rows.clone().zip(rows) {
            let to = self.y.row(oy).get(place.column.wrapping_mul(self.channels)..).unwrap_or(&[]);
            if let (Some(to), Some(from)) = (to.get(..run), from.get(..run)) {
                aligned::copy(to, from);
            }
        }
    }
}
