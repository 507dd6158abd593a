//! CONV_2D on cores whose multiplier gives 32 bits, pixel by pixel: only taps that lie in the image are multiplied, each with
//! the weights of four outputs ([`crate::simd::packed`]).

use core::cell::Cell;

use super::quant::Quant;
use super::window::Window;
use crate::claim::{Claim, shape};
use crate::error::Error;
use crate::fixed::multiply_twice;
use crate::kernel::{Io, Task};
use crate::plan::Kind;
use crate::simd::packed::plane::{Channels, Widening};
use crate::simd::packed::{self, Scale, Sums, Words};
use crate::wire::{product, record, u16};

record! {
    /// Variant without groups and dilation.
    ///
    /// Operands: y, wide (i32), sums (i32); x, words by rows of the filter and by fours of outputs, biases by pixels of an
    /// image, fours of outputs.
    pub struct Seen {
        /// Geometry.
        window: Window,
        /// Zero points and clamp.
        quant: Quant,
        /// Columns of the filter that are multiplied at a time.
        part: u16,
    }
}

/// Words that belong to four outputs: the taps of a group, and four scales.
pub const QUAD: usize = 1 + 4 * Scale::WORDS;

impl Seen {
    /// Channels of a tap, an even number.
    const fn channels(&self) -> u32 {
        (self.window.in_c as u32).wrapping_add(1) & !1
    }

    /// Whether the geometry suits the operands.
    pub const fn check(claim: &Claim<'_>) -> Result<(), Error> {
        let Some(p) = Self::read(claim.params()) else { return Err(Error::Record) };
        let w = &p.window;
        let (channels, quads) = (p.channels(), (w.out_c as u32).div_ceil(4));
        shape(
            claim.arity(3, 7)
                && w.d_h == 1
                && w.d_w == 1
                && w.fits(claim, Kind::I8, 0, 3)
                && claim.work(1, Kind::I32, product(&[p.part as u32, channels, 4]))
                && claim.work(2, Kind::I32, product(&[quads, 4, 4]))
                && claim.constant(4, Kind::I32, product(&[w.k_h as u32, quads, w.k_w as u32, channels, 8]))
                && claim.constant(5, Kind::I32, product(&[w.out_h as u32, w.out_w as u32, quads, 4, 4]))
                && claim.constant(6, Kind::I32, product(&[quads, QUAD as u32, 4])),
        )
    }

    /// Computes output rows.
    pub fn eval(task: &Task<'_>, io: &Io<'_>) -> Result<(), Error> {
        let p = Self::read(task.params).ok_or(Error::Record)?;
        let w = &p.window;
        let (in_c, channels) = (w.in_c as usize, p.channels() as usize);
        let x = io.rows(3, w.in_stride().ok_or(Error::Shape)?)?;
        let y = io.rows(0, w.out_stride().ok_or(Error::Shape)?)?;
        let fours = Fours {
            wide: io.work(1)?,
            sums: io.work::<i32>(2)?.as_chunks().0,
            quads: io.values::<i32>(6)?.as_chunks().0,
        };
        let (words, biases) = (io.values::<i32>(4)?, io.values::<i32>(5)?);
        // words of a tap, and of a row of the filter, for four outputs and for all
        let tap = channels.wrapping_mul(2);
        let line = tap.wrapping_mul(w.k_w as usize);
        let lines = line.wrapping_mul(fours.quads.len());
        let all = fours.sums.as_flattened();
        for oy in task.rows.clone() {
            let (down, (_, within)) = (w.vertical(oy as usize), w.image(oy as usize));
            let first = within.wrapping_mul(w.out_w as usize);
            for (ox, y) in y.row(oy as usize).chunks_exact((w.out_c as usize).max(1)).enumerate() {
                let biases = biases.get(first.wrapping_add(ox).wrapping_mul(all.len())..).unwrap_or(&[]);
                all.iter().zip(biases).for_each(|(sum, bias)| sum.set(i32::from_le(*bias)));
                let across = w.horizontal(ox);
                for (i, row) in down.range.clone().enumerate() {
                    let x = x.row(down.first.wrapping_add(i));
                    let words = words.get(row.wrapping_mul(lines)..).unwrap_or(&[]);
                    for column in across.range.clone().step_by((p.part as usize).max(1)) {
                        let columns = across.range.end.wrapping_sub(column).min(p.part as usize);
                        let at = column.wrapping_sub(across.range.start).wrapping_add(across.first);
                        let x = x.get(at.wrapping_mul(in_c)..).unwrap_or(&[]);
                        // where no place stays empty behind the channels of a tap, all are a row
                        let size =
                            if in_c == channels { [columns.wrapping_mul(in_c), 1] } else { [in_c, columns] };
                        let image = Channels { x, next: 0, step: [1, in_c] };
                        if let Some(image) = Widening::new([image], 1, size, fours.wide, channels) {
                            image.put(0);
                        }
                        let words = words.get(column.wrapping_mul(tap)..).unwrap_or(&[]);
                        fours.add(words, line, columns.wrapping_mul(channels));
                    }
                }
                fours.scale(y, &p.quant);
            }
        }
        Ok(())
    }
}

/// Outputs of a pixel, four at a time.
struct Fours<'a> {
    wide: &'a [Cell<i32>],
    sums: &'a [[Cell<i32>; 4]],
    quads: &'a [[i32; QUAD]],
}

impl Fours<'_> {
    /// Adds the products of so many wide taps to all sums. `words` begin with those of the first four outputs, `line` in front
    /// of those of the next.
    #[inline(never)]
    fn add(&self, words: &[i32], line: usize, taps: usize) {
        let Some(wide) = self.wide.get(..taps) else { return };
        let [low, high] = packed::firsts([0; 2]);
        let firsts = [low, high, low, high];
        for ((sums, [group, ..]), words) in self.sums.iter().zip(self.quads).zip(words.chunks(line.max(1))) {
            let Some(words) = words.get(..taps.wrapping_mul(2)) else { return };
            let made = [const { Cell::new(0) }; 4];
            let (low, high) = made.split_at(2);
            let group = i32::from_le(*group) as usize;
            let (moving, fixed) = (Words::Constant(words), Words::Work(wide));
            // low halves of two words are the first two outputs, high halves the others
            Sums { moving, fixed, group, firsts }.put([low, high], 1);
            for (sum, made) in sums.iter().zip(&made) {
                sum.set(sum.get().wrapping_add(made.get()));
            }
        }
    }

    /// Makes outputs of sums.
    #[inline(never)]
    fn scale(&self, y: &[Cell<i8>], quant: &Quant) {
        for (y, (sums, [_, scales @ ..])) in y.chunks(4).zip(self.sums.iter().zip(self.quads)) {
            packed::scale(scales.as_chunks().0, sums, y, quant, multiply_twice);
        }
        quant.clamp([y]);
    }
}
