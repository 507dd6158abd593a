//! DEPTHWISE_CONV_2D on cores whose multiplier gives 32 bits: channel by channel, the lower half of an image's rows in the high
//! halves of the words that the upper half is in.

use core::cell::Cell;
use core::slice;

use super::channelwise::{Channelwise, Layout};
use super::window::Window;
use crate::claim::{Claim, shape};
use crate::error::Error;
use crate::fixed::multiply_twice;
use crate::kernel::{Io, Task};
use crate::plan::Kind;
use crate::simd::packed::plane::{Channels, Widening};
use crate::simd::packed::{Scale, spread, word};
use crate::wire::product;

/// Words that belong to a channel: the first sum, whether groups end behind two taps, and a scale.
pub const CHANNEL: usize = 2 + Scale::WORDS;

/// How an image becomes planes of which two share words.
#[derive(Clone, Copy, Debug)]
pub struct Halves {
    /// Of either.
    pub layout: Layout,
    /// Rows from one of the upper half of the image to that which shares its words.
    apart: usize,
    /// Where rows of words end that have padding for the upper half, then an image for both, then padding for the lower.
    ends: [usize; 3],
}

impl Halves {
    /// Of a window, if there are two rows of outputs, and words have an image for one half or both.
    pub const fn new(w: &Window) -> Option<Self> {
        let Some(layout) = Layout::new(w) else { return None };
        let (plane, stride) = (layout.plane, w.s_h as usize);
        let rows = plane.rows.div_ceil(2);
        let apart = rows.wrapping_mul(stride);
        let reach = (w.k_h as usize).wrapping_sub(1).wrapping_mul(w.d_h as usize);
        let height = rows.wrapping_sub(1).wrapping_mul(stride).wrapping_add(reach).wrapping_add(1);
        let (pad, seen) = (w.p_h as usize, w.in_h as usize);
        let two = plane.rows > 1 && pad <= apart && apart <= seen;
        if !two || pad > height || height > seen.wrapping_add(pad) {
            return None;
        }
        let both = seen.wrapping_add(pad).wrapping_sub(apart);
        let ends = [pad, if both < height { both } else { height }, height];
        Some(Halves { layout: layout.cut(rows, height, w.p_w as usize), apart, ends })
    }

    /// Sums of both halves of a channel.
    pub const fn sums(&self) -> usize {
        self.layout.plane.rows.wrapping_mul(self.layout.plane.columns).wrapping_mul(2)
    }

    /// So many channels of an image, which become words in three parts of the plane, as [`Halves::ends`] says; parts may have
    /// no rows.
    fn parts<'a>(
        &self,
        image: Channels<'a>,
        zero: &'a Cell<i8>,
        count: usize,
        plane: &'a [Cell<i32>],
    ) -> [Option<Widening<'a, 2>>; 3] {
        let Layout { width, first, size: [columns, _], .. } = self.layout;
        let [above, both, all] = self.ends;
        let padding = Channels { x: slice::from_ref(zero), next: 0, step: [0, 0] };
        let from = |row: usize| {
            let x = image.x.get(row.wrapping_mul(image.step[1])..);
            Channels { x: x.unwrap_or(&[]), ..image }
        };
        let part = |at: usize, end: usize, images: [Channels<'a>; 2]| {
            let to = plane.get(at.wrapping_mul(width).wrapping_add(first)..).unwrap_or(&[]);
            Widening::new(images, count, [columns, end.wrapping_sub(at)], to, width)
        };
        let seen = both.wrapping_sub(above);
        [
            part(0, above, [padding, from(self.apart.wrapping_sub(above))]),
            part(above, both, [from(0), from(self.apart)]),
            part(both, all, [from(seen), padding]),
        ]
    }
}

/// A variant with the fields of [`Channelwise`], for windows that have [`Halves`].
///
/// Operands: y, plane (i32), sums (i32), weights (i32); x, filter `[out][chunks][taps]`, channels.
#[derive(Debug)]
pub struct Halved;

impl Halved {
    /// Whether the geometry suits the operands.
    pub const fn check(claim: &Claim<'_>) -> Result<(), Error> {
        let Some(p) = Channelwise::read(claim.params()) else { return Err(Error::Record) };
        let w = &p.window;
        let Some(halves) = Halves::new(w) else { return Err(Error::Shape) };
        let (channels, taps) = (w.out_c as u32, halves.layout.taps() as u32);
        shape(
            claim.arity(4, 7)
                && w.in_c == w.out_c
                && claim.rows() == w.out_h as u32
                && w.fits(claim, Kind::I8, 0, 4)
                && claim.work(1, Kind::I32, product(&[halves.layout.words() as u32, 4]))
                && claim.work(2, Kind::I32, product(&[halves.sums() as u32, 4]))
                && claim.work(3, Kind::I32, product(&[taps, 4]))
                && claim.constant(5, Kind::I8, product(&[channels, taps]))
                && claim.constant(6, Kind::I32, product(&[channels, CHANNEL as u32, 4])),
        )
    }

    /// Computes all output rows.
    pub fn eval(task: &Task<'_>, io: &Io<'_>) -> Result<(), Error> {
        let p = Channelwise::read(task.params).ok_or(Error::Record)?;
        let w = &p.window;
        let halves = Halves::new(w).ok_or(Error::Shape)?;
        if task.rows != (0..w.out_h) {
            return Err(Error::Shape);
        }
        let (y, plane, sums, words) = (io.work(0)?, io.work::<i32>(1)?, io.work::<i32>(2)?, io.work(3)?);
        let (x, filter) = (io.work(4)?, io.constant(5)?);
        let channels = io.values::<i32>(6)?.as_chunks::<CHANNEL>().0;
        let in_c = w.in_c as usize;
        let image = Channels { x, next: 1, step: [in_c, in_c.wrapping_mul(w.in_w as usize)] };
        let made = sums.get(..(w.out_h as usize).wrapping_mul(w.out_w as usize)).unwrap_or(&[]);
        // what is outside of the image stays for all channels
        let zero = p.quant.x_zero;
        plane.iter().for_each(|x| x.set(word(zero, zero)));
        let zero = Cell::new(zero);
        let parts = halves.parts(image, &zero, in_c, plane);
        let outputs = halves.layout.plane.over::<2>(plane, words, sums).ok_or(Error::Shape)?;
        for ((c, channel), filter) in channels.iter().enumerate().zip(filter.chunks_exact(words.len().max(1)))
        {
            let [first, tight, scale @ ..] = channel.map(i32::from_le);
            spread(filter, words);
            parts.iter().flatten().for_each(|part| part.put(c));
            outputs.put(first, tight != 0);
            Scale(scale).put(made, y.get(c..).unwrap_or(&[]), in_c, &p.quant, multiply_twice);
        }
        p.quant.clamp([y]);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_have_an_image_for_one_half_or_both() {
        let window = |in_h: u16, k: u16, s_h: u16, pad: u16, out_h: u16| Window {
            in_h,
            in_w: 9,
            in_c: 2,
            out_h,
            out_w: 9,
            out_c: 2,
            k_h: k,
            k_w: 3,
            s_h,
            s_w: 1,
            d_h: 1,
            d_w: 1,
            p_h: pad,
            p_w: 1,
        };
        let of = |in_h, k, s_h, pad, out_h| {
            Halves::new(&window(in_h, k, s_h, pad, out_h)).map(|h| (h.apart, h.ends))
        };
        assert_eq!(of(9, 3, 1, 1, 9), Some((5, [1, 5, 7])));
        assert_eq!(of(9, 3, 2, 1, 5), Some((6, [1, 4, 7])));
        assert_eq!(of(2, 3, 1, 1, 2), Some((1, [1, 2, 3])));
        assert_eq!(of(8, 3, 1, 0, 6), Some((3, [0, 5, 5])));
        assert_eq!(of(3, 3, 1, 0, 1), None);
        assert_eq!(of(2, 5, 1, 2, 2), None);
    }
}
