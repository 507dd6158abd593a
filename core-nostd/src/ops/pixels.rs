//! CONV_2D on cores whose multiplier gives 32 bits: two pixels in a word ([`crate::simd::packed`]), so that weights may stay
//! bytes, and each output has groups of its own.

use core::cell::Cell;

use super::packed::{Seen, see, taps};
use super::quant::Quant;
use super::window::Window;
use crate::claim::{Claim, shape};
use crate::error::Error;
use crate::fixed::multiply_twice;
use crate::kernel::{Io, Task};
use crate::plan::Kind;
use crate::simd::packed::{self, Scale, Sums, Words};
use crate::wire::{product, record, u16, u32};

/// Words that belong to an output: its bias, the taps of a group, and a scale.
pub const OUTPUT: usize = 2 + Scale::WORDS;

record! {
    /// Groups are not split. Operands: y, wide (i32), sums (i32), patches, the words of a filter (i32); x, filters, outputs.
    pub struct Pixels {
        /// Geometry.
        window: Window,
        /// Zero points and clamp.
        quant: Quant,
        /// Pixels of a block, a multiple of four.
        pixels: u16,
        /// Taps that have room for their sums.
        part: u32,
    }
}

impl Pixels {
    /// Whether the geometry suits the operands.
    pub const fn check(claim: &Claim<'_>) -> Result<(), Error> {
        let Some(p) = Self::read(claim.params()) else { return Err(Error::Record) };
        let Some(taps) = taps(&p.window) else { return Err(Error::Shape) };
        let (pixels, outputs) = (p.pixels as u32, p.window.out_c as u32);
        shape(
            claim.arity(5, 8)
                && pixels.is_multiple_of(4)
                && p.window.fits(claim, Kind::I8, 0, 5)
                && claim.work(1, Kind::I32, product(&[pixels / 2, taps, 4]))
                && claim.work(2, Kind::I32, product(&[pixels, 4]))
                && claim.work(3, Kind::I8, product(&[taps, 2]))
                && claim.work(4, Kind::I32, product(&[taps, 4]))
                && claim.constant(6, Kind::I8, product(&[outputs, taps]))
                && claim.constant(7, Kind::I32, product(&[outputs, OUTPUT as u32, 4])),
        )
    }

    /// Computes output rows.
    pub fn eval(task: &Task<'_>, io: &Io<'_>) -> Result<(), Error> {
        let p = Self::read(task.params).ok_or(Error::Record)?;
        let w = &p.window;
        let block = Block {
            taps: taps(w).ok_or(Error::Shape)? as usize,
            part: p.part as usize,
            channels: w.out_c as usize,
            quant: p.quant,
            wide: io.work(1)?,
            sums: io.work(2)?,
            words: io.work(4)?,
            filters: io.constant(6)?,
            outputs: io.values(7)?,
        };
        let x = io.rows(5, w.in_stride().ok_or(Error::Shape)?)?;
        let y = io.rows(0, w.out_stride().ok_or(Error::Shape)?)?;
        let y = y.span(task.rows.start as usize, task.rows.len()).ok_or(Error::Shape)?;
        let mut blocks = y.chunks((p.pixels as usize).wrapping_mul(block.channels).max(1));
        let patches = io.work(3)?;
        let patches = patches.split_at(patches.len() / 2).into();
        let (mut waiting, mut first) = (0usize, None);
        see((w, p.quant.x_zero), task.rows.clone(), x, patches, |seen| {
            match first.take() {
                None => first = Some(seen),
                Some(first) => block.widen(waiting, [first, seen]),
            }
            waiting = waiting.wrapping_add(1);
            if waiting == p.pixels as usize {
                block.multiply(waiting, blocks.next().unwrap_or(&[]));
                waiting = 0;
            }
        });
        if let Some(last) = first {
            block.widen(waiting, [last, last]);
        }
        if waiting > 0 {
            block.multiply(waiting, blocks.next().unwrap_or(&[]));
        }
        Ok(())
    }
}

/// A block of pixels, and what makes outputs of it.
struct Block<'a> {
    taps: usize,
    part: usize,
    channels: usize,
    quant: Quant,
    wide: &'a [Cell<i32>],
    sums: &'a [Cell<i32>],
    words: &'a [Cell<i32>],
    filters: &'a [u8],
    outputs: &'a [i32],
}

impl Block<'_> {
    /// Widens two pixels, of which one is `pixel`.
    #[inline(never)]
    fn widen(&self, pixel: usize, seen: [Seen<'_>; 2]) {
        let word = pixel / 2;
        let at = (word & !1).wrapping_mul(self.taps);
        let lanes = self.wide.get(at..at.wrapping_add(self.taps.wrapping_mul(2))).unwrap_or(&[]);
        packed::widen_two(seen, lanes, word & 1);
    }

    /// All outputs of the pixels of a block.
    #[inline(never)]
    fn multiply(&self, pixels: usize, y: &[Cell<i8>]) {
        let lanes = pixels.div_ceil(4).wrapping_mul(2);
        let (even, odd) = self.sums.split_at(self.sums.len() / 2);
        let (Some(wide), Some(even), Some(odd)) =
            (self.wide.get(..lanes.wrapping_mul(self.taps)), even.get(..lanes), odd.get(..lanes))
        else {
            return;
        };
        let made = [(even, pixels.wrapping_add(1)), (odd, pixels)];
        let made = made.map(|(sums, twice)| sums.get(..twice / 2).unwrap_or(&[]));
        let filters = self.filters.chunks_exact(self.taps.max(1));
        for (o, (filter, output)) in filters.zip(self.outputs.as_chunks::<OUTPUT>().0).enumerate() {
            let [bias, group, scale @ ..] = output.map(i32::from_le);
            packed::spread(filter, self.words);
            if self.taps <= self.part {
                sums(wide, self.words, group, bias).put([even, odd], lanes / 2);
            } else {
                self.add_parts(wide, group, bias, [even, odd]);
            }
            self.scale(made[0], &Scale(scale), y, o);
            self.scale(made[1], &Scale(scale), y, self.channels.wrapping_add(o));
        }
        self.quant.clamp([y]);
    }

    /// Outputs of every second pixel, from the one at `first` on.
    #[inline(never)]
    fn scale(&self, sums: &[Cell<i32>], scale: &Scale, y: &[Cell<i8>], first: usize) {
        let y = y.get(first..).unwrap_or(&[]);
        scale.put(sums, y, self.channels.wrapping_mul(2), &self.quant, multiply_twice);
    }

    /// Makes the sums of an output part by part.
    #[cold]
    #[inline(never)]
    fn add_parts(&self, wide: &[Cell<i32>], group: i32, bias: i32, [even, odd]: [&[Cell<i32>]; 2]) {
        let passes = wide.chunks_exact(self.taps.wrapping_mul(2).max(1));
        let places = even.as_chunks::<2>().0.iter().zip(odd.as_chunks::<2>().0);
        for (wide, (even, odd)) in passes.zip(places) {
            even.iter().chain(odd).for_each(|sum| sum.set(bias));
            let parts =
                wide.chunks(self.part.wrapping_mul(2).max(1)).zip(self.words.chunks(self.part.max(1)));
            for (wide, words) in parts {
                let made = [const { Cell::new(0) }; 4];
                let (first, second) = made.split_at(2);
                sums(wide, words, group, 0).put([first, second], 1);
                for (sum, made) in even.iter().chain(odd).zip(&made) {
                    sum.set(sum.get().wrapping_add(made.get()));
                }
            }
        }
    }
}

/// Sums of both pixels of words.
fn sums<'a>(wide: &'a [Cell<i32>], words: &'a [Cell<i32>], group: i32, bias: i32) -> Sums<'a> {
    let [low, high] = packed::firsts([bias, bias]);
    let firsts = [low, high, low, high];
    Sums { moving: Words::Work(wide), fixed: Words::Work(words), group: group as usize, firsts }
}
