//! A window over an image with zeros between its pixels, in groups of channels: shared by convolutions in general.

use super::window::{Taps, Window};
use crate::claim::Claim;
use crate::plan::Kind;
use crate::wire::{product, record, u16};

record! {
    /// Geometry of a convolution in general. Filters are `[out][h][w][in / groups]`.
    pub struct Spread {
        /// The window. Padding is that of the image with zeros in it.
        window: Window,
        /// Rows from one row of x to the next, with the zeros between them. Stride and dilation are 1 where it is more.
        up_h: u16,
        /// The same for columns.
        up_w: u16,
        /// Input channels that one filter sees: `in_c / groups`.
        depth: u16,
    }
}

/// The taps of a filter that meet pixels of the input, along one axis.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line {
    /// How many.
    pub(super) count: usize,
    /// The first of them.
    pub(super) tap: usize,
    /// From one to the next.
    pub(super) taps: usize,
    /// The pixel that the first meets.
    pub(super) first: usize,
    /// From that to the next.
    pub(super) step: usize,
}

impl Spread {
    /// Whether the operands `y` and `x` of a step, of this type, have this geometry, and no extent is zero.
    pub(super) const fn fits(&self, claim: &Claim<'_>, kind: Kind, y: usize, x: usize) -> bool {
        let w = &self.window;
        let Some(groups) = w.in_c.checked_div(self.depth) else { return false };
        groups as u32 * self.depth as u32 == w.in_c as u32
            && matches!(w.out_c.checked_rem(groups), Some(0))
            && self.up_h > 0
            && self.up_w > 0
            && (self.up_h == 1 || (w.s_h == 1 && w.d_h == 1))
            && (self.up_w == 1 || (w.s_w == 1 && w.d_w == 1))
            && w.fits(claim, kind, y, x)
    }

    /// Elements of all filters.
    pub(super) const fn weights(&self) -> Option<u32> {
        let w = &self.window;
        product(&[w.k_h as u32, w.k_w as u32, self.depth as u32, w.out_c as u32])
    }

    /// The filter rows that an output row sees.
    #[inline(always)]
    pub(super) fn vertical(&self, oy: usize) -> Line {
        let w = &self.window;
        if self.up_h == 1 {
            return Line::new(&w.vertical(oy), w.d_h);
        }
        let (above, oy) = w.image(oy);
        let line = Line::between(oy, w.p_h, w.k_h, w.in_h, self.up_h);
        Line { first: line.first.wrapping_add(above), ..line }
    }

    /// The filter columns that an output column sees.
    #[inline(always)]
    pub(super) fn horizontal(&self, ox: usize) -> Line {
        let w = &self.window;
        if self.up_w == 1 {
            return Line::new(&w.horizontal(ox), w.d_w);
        }
        Line::between(ox, w.p_w, w.k_w, w.in_w, self.up_w)
    }
}

impl Line {
    #[inline(always)]
    fn new(taps: &Taps, dilation: u16) -> Self {
        let (count, tap) = (taps.range.len(), taps.range.start);
        Line { count, tap, taps: 1, first: taps.first, step: dilation as usize }
    }

    /// For an image of `limit` pixels, `up` apart.
    #[inline(never)]
    fn between(out: usize, pad: u16, k: u16, limit: u16, up: u16) -> Self {
        let (k, limit, up) = (k as usize, limit as usize, up as usize);
        let (tap, first) = match out.checked_sub(pad as usize) {
            Some(start) => {
                let first = start.wrapping_add(up).wrapping_sub(1).checked_div(up).unwrap_or(0);
                (first.wrapping_mul(up).wrapping_sub(start), first)
            }
            None => ((pad as usize).wrapping_sub(out), 0),
        };
        let taps = k.saturating_sub(tap).wrapping_add(up).wrapping_sub(1).checked_div(up).unwrap_or(0);
        Line { count: taps.min(limit.saturating_sub(first)), tap, taps: up, first, step: 1 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::vec::Vec;

    #[test]
    fn lines_meet_every_pixel_between_zeros() {
        for (k, up, pad, limit) in
            [(3u16, 2u16, 1u16, 4u16), (5, 3, 4, 2), (2, 4, 0, 3), (1, 2, 0, 5), (4, 2, 9, 3)]
        {
            for out in 0..14usize {
                let place = |t: i32| out as i32 - i32::from(pad) + t;
                let up = i32::from(up);
                let meets = |t: &i32| {
                    place(*t) % up == 0 && (0..i32::from(limit)).contains(&place(*t).div_euclid(up))
                };
                let naive: Vec<_> = (0..i32::from(k)).filter(meets).map(|t| (t, place(t) / up)).collect();
                let line = Line::between(out, pad, k, limit, up as u16);
                let made = (0..line.count).map(|i| (line.tap + i * line.taps, line.first + i * line.step));
                let made: Vec<_> = made.map(|(t, x)| (t as i32, x as i32)).collect();
                assert_eq!(made, naive, "{k} {up} {pad} {limit} {out}");
            }
        }
    }
}
