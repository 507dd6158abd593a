//! RESIZE_BILINEAR: the weighted mean of four pixels. Which ones, and their weights, come from the plan.

use core::cell::Cell;
use core::marker::PhantomData;

use crate::aligned::Element;
use crate::claim::{Claim, shape};
use crate::error::Error;
use crate::half::F16;
use crate::kernel::{Io, Task};
use crate::plan::Kind;
use crate::wire::{product, record, u16};

record! {
    /// Operands: y `[images * out_h][out_w][c]`; x `[images * in_h][in_w][c]`, places (i32): for each output row, then for
    /// each output column, three numbers: the pixel before, the pixel behind, and the weight of the second.
    pub struct Resize {
        /// Input height.
        in_h: u16,
        /// Input width.
        in_w: u16,
        /// Output height.
        out_h: u16,
        /// Output width.
        out_w: u16,
        /// Channels.
        c: u16,
    }
}

/// A type of pixels that can be mixed.
pub trait Pixel: Element {
    /// The mean of `[[a, b], [c, d]]`, by the weights of the second row and of the second column.
    fn mix(pixels: [[Self; 2]; 2], row: i32, column: i32) -> Self;
}

/// The operator on pixels of type `T`; weights are in Q10, for floats and uint8 the bits of an f32.
#[derive(Debug)]
pub struct Bilinear<T>(PhantomData<T>);

impl<T: Pixel> Bilinear<T> {
    /// Whether the geometry suits the operands.
    pub const fn check(claim: &Claim<'_>) -> Result<(), Error> {
        let Some(p) = Resize::read(claim.params()) else { return Err(Error::Record) };
        let (c, rows) = (p.c as u32, claim.rows());
        let (Some(images), Some(0)) = (rows.checked_div(p.out_h as u32), rows.checked_rem(p.out_h as u32))
        else {
            return Err(Error::Shape);
        };
        let Some(in_rows) = images.checked_mul(p.in_h as u32) else { return Err(Error::Shape) };
        shape(
            claim.arity(1, 3)
                && claim.rows_of(0, T::KIND, rows, product(&[p.out_w as u32, c]))
                && claim.rows_of(1, T::KIND, in_rows, product(&[p.in_w as u32, c]))
                && claim.constant(2, Kind::I32, product(&[p.out_h as u32 + p.out_w as u32, 12])),
        )
    }

    /// Computes output rows.
    pub fn eval(task: &Task<'_>, io: &Io<'_>) -> Result<(), Error> {
        let p = Resize::read(task.params).ok_or(Error::Record)?;
        let c = p.c as u32;
        let x = io.rows::<T>(1, product(&[p.in_w as u32, c]).ok_or(Error::Shape)?)?;
        let y = io.rows::<T>(0, product(&[p.out_w as u32, c]).ok_or(Error::Shape)?)?;
        let (places, _) = io.values::<i32>(2)?.as_chunks::<3>();
        let (down, across) = places.split_at_checked(p.out_h as usize).ok_or(Error::Shape)?;
        for r in task.rows.clone() {
            let (Some(image), Some(row)) = (r.checked_div(p.out_h), r.checked_rem(p.out_h)) else { break };
            let Some(place) = down.get(row as usize) else { break };
            let [before, behind, weight] = place.map(i32::from_le);
            let row =
                |at: i32| x.row((image as usize).wrapping_mul(p.in_h as usize).wrapping_add(at as usize));
            line([row(before), row(behind)], weight, across, c as usize, y.row(r as usize));
        }
        Ok(())
    }
}

/// One row of pixels of `c` channels.
fn line<T: Pixel>(rows: [&[Cell<T>]; 2], weight: i32, across: &[[i32; 3]], c: usize, y: &[Cell<T>]) {
    for (y, place) in y.chunks_exact(c.max(1)).zip(across) {
        let [before, behind, along] = place.map(i32::from_le);
        let pixels = rows
            .map(|row| [before, behind].map(|at| row.get((at as usize).wrapping_mul(c)..).unwrap_or(&[])));
        for (i, y) in y.iter().enumerate() {
            let four = pixels.map(|pair| pair.map(|pixel| pixel.get(i).map_or(T::default(), Cell::get)));
            y.set(T::mix(four, weight, along));
        }
    }
}

/// The weight of 1.
const ONE: i32 = 1 << 10;

macro_rules! integers {
    ($($type:ty, $wide:ty;)*) => { $(
        impl Pixel for $type {
            #[inline(always)]
            fn mix([[a, b], [c, d]]: [[$type; 2]; 2], row: i32, column: i32) -> $type {
                let (row, column) = (row as $wide, column as $wide);
                let (row_rest, column_rest) =
                    ((ONE as $wide).wrapping_sub(row), (ONE as $wide).wrapping_sub(column));
                let part = |x: $type, down: $wide, along: $wide| {
                    (x as $wide).wrapping_mul(down).wrapping_mul(along)
                };
                let sum = part(a, row_rest, column_rest)
                    .wrapping_add(part(c, row, column_rest))
                    .wrapping_add(part(b, row_rest, column))
                    .wrapping_add(part(d, row, column));
                // halves away from zero
                let half = if sum > 0 { 1 << 19 } else { -(1 << 19) };
                (sum.wrapping_add(half) / (1 << 20)) as $type
            }
        }
    )* };
}
integers! { i8, i32; i16, i64; }

impl Pixel for f32 {
    #[inline(always)]
    fn mix([[a, b], [c, d]]: [[f32; 2]; 2], row: i32, column: i32) -> f32 {
        let (row, column) = (f32::from_bits(row as u32), f32::from_bits(column as u32));
        a * (1.0 - row) * (1.0 - column)
            + c * row * (1.0 - column)
            + b * (1.0 - row) * column
            + d * row * column
    }
}

impl Pixel for F16 {
    #[inline(always)]
    fn mix(pixels: [[F16; 2]; 2], row: i32, column: i32) -> F16 {
        F16::nearest(f32::mix(pixels.map(|pair| pair.map(F16::widened)), row, column))
    }
}

impl Pixel for u8 {
    #[inline(always)]
    fn mix(pixels: [[u8; 2]; 2], row: i32, column: i32) -> u8 {
        (f32::mix(pixels.map(|pair| pair.map(f32::from)), row, column) + 0.5) as u8
    }
}
