//! A window that moves over an image: shared by convolutions and pooling.

use core::cell::Cell;
use core::ops::Range;

use crate::claim::Claim;
use crate::plan::Kind;
use crate::simd;
use crate::tensor::Rows;
use crate::wire::{product, record, u16};

record! {
    /// Geometry of a windowed operator, NHWC. The step's rows are those of the output's images, one below the other.
    pub struct Window {
        /// Input height.
        in_h: u16,
        /// Input width.
        in_w: u16,
        /// Input channels.
        in_c: u16,
        /// Output height.
        out_h: u16,
        /// Output width.
        out_w: u16,
        /// Output channels.
        out_c: u16,
        /// Filter height.
        k_h: u16,
        /// Filter width.
        k_w: u16,
        /// Vertical stride.
        s_h: u16,
        /// Horizontal stride.
        s_w: u16,
        /// Vertical dilation.
        d_h: u16,
        /// Horizontal dilation.
        d_w: u16,
        /// Rows of padding above.
        p_h: u16,
        /// Columns of padding to the left.
        p_w: u16,
    }
}

/// The taps of a filter that fall inside the image, along one axis.
#[derive(Clone, Debug)]
pub struct Taps {
    /// Which taps.
    pub range: Range<usize>,
    /// Input index of the first of them.
    pub first: usize,
}

impl Taps {
    #[inline(always)]
    const fn new(out: usize, stride: u16, dilation: u16, pad: u16, k: u16, limit: u16) -> Self {
        let (d, k, limit) = (dilation as i32, k as i32, limit as i32);
        let start = (out as i32).wrapping_mul(stride as i32).wrapping_sub(pad as i32);
        let skip = if start >= 0 { 0 } else { steps(start.wrapping_neg(), d) };
        let end = if start >= limit { 0 } else { steps(limit.wrapping_sub(start), d) };
        let end = if end < k { end } else { k };
        Taps { range: skip as usize..end as usize, first: start.wrapping_add(skip.wrapping_mul(d)) as usize }
    }
}

/// How many steps of `d` reach `distance`: a division only where dilation needs it.
#[inline(always)]
const fn steps(distance: i32, d: i32) -> i32 {
    if d == 1 {
        return distance;
    }
    // a constant function has no `unwrap_or`
    match distance.wrapping_add(d.wrapping_sub(1)).checked_div(d) {
        Some(steps) => steps,
        None => 0,
    }
}

impl Window {
    /// Whether the operands `y` and `x` of a step, of this type, have the window's geometry, and no extent is zero.
    pub(crate) const fn fits(&self, claim: &Claim<'_>, kind: Kind, y: usize, x: usize) -> bool {
        let Some(images) = claim.rows().checked_div(self.out_h as u32) else { return false };
        let Some(in_rows) = images.checked_mul(self.in_h as u32) else { return false };
        claim.rows().is_multiple_of(self.out_h as u32)
            && self.s_h > 0
            && self.s_w > 0
            && self.d_h > 0
            && self.d_w > 0
            && self.k_h > 0
            && self.k_w > 0
            && self.out_c > 0
            && claim.rows_of(x, kind, in_rows, self.in_stride())
            && claim.rows_of(y, kind, claim.rows(), self.out_stride())
    }

    /// Elements of an input row.
    pub(crate) const fn in_stride(&self) -> Option<u32> {
        product(&[self.in_w as u32, self.in_c as u32])
    }

    /// Elements of an output row.
    pub(crate) const fn out_stride(&self) -> Option<u32> {
        product(&[self.out_w as u32, self.out_c as u32])
    }

    /// The filter rows that an output row sees.
    #[inline(always)]
    pub(crate) fn vertical(&self, oy: usize) -> Taps {
        let (above, oy) = self.image(oy);
        let taps = Taps::new(oy, self.s_h, self.d_h, self.p_h, self.k_h, self.in_h);
        Taps { first: taps.first.wrapping_add(above), ..taps }
    }

    /// The input rows above the image that an output row belongs to, and the row's place in that image.
    #[inline(always)]
    pub(super) fn image(&self, oy: usize) -> (usize, usize) {
        if oy < self.out_h as usize { (0, oy) } else { self.later(oy) }
    }

    /// [`Window::image`] but the first: few models have one, so the division lies apart.
    #[cold]
    #[inline(never)]
    fn later(&self, oy: usize) -> (usize, usize) {
        let image = oy.checked_div(self.out_h as usize).unwrap_or(0);
        let within = oy.wrapping_sub(image.wrapping_mul(self.out_h as usize));
        (image.wrapping_mul(self.in_h as usize), within)
    }

    /// The filter columns that an output column sees.
    #[inline(always)]
    pub(crate) fn horizontal(&self, ox: usize) -> Taps {
        Taps::new(ox, self.s_w, self.d_w, self.p_w, self.k_w, self.in_w)
    }

    /// Columns from the first that a filter sees to the last, in padding or not.
    pub(super) const fn reach_w(&self) -> u32 {
        reach(self.out_w, self.s_w, self.k_w, self.d_w)
    }

    /// Rows from the first that a filter sees to the last, in padding or not.
    pub(super) const fn reach_h(&self) -> u32 {
        reach(self.out_h, self.s_h, self.k_h, self.d_h)
    }

    /// The output columns where no tap of the filter is left or right of the image.
    pub(super) fn inside(&self) -> Range<usize> {
        let (stride, pad) = (self.s_w as usize, self.p_w as usize);
        let reach = (self.k_w as usize).wrapping_sub(1).wrapping_mul(self.d_w as usize).wrapping_add(1);
        let start = pad.wrapping_add(stride.wrapping_sub(1)).checked_div(stride).unwrap_or(0);
        let room = (self.in_w as usize).wrapping_add(pad).checked_sub(reach);
        start..room.and_then(|room| room.checked_div(stride)).map_or(0, |last| last.wrapping_add(1))
    }

    /// Whether an output pixel sees its own input pixel and nothing else.
    pub const fn is_pointwise(&self) -> bool {
        let one = self.k_h == 1 && self.k_w == 1 && self.s_h == 1 && self.s_w == 1;
        one && self.p_h == 0 && self.p_w == 0 && self.in_h == self.out_h && self.in_w == self.out_w
    }

    /// Image rows from the first that a filter sees to the last, if it sees so many.
    pub(super) fn height(&self, rows: usize) -> usize {
        rows.wrapping_sub(1).wrapping_mul(self.d_h as usize).wrapping_add(1)
    }

    /// How many rows of a filter without dilation the rows of an output image see together, and how many columns its columns:
    /// 0 if one sees none.
    pub(super) const fn seen(&self) -> (u32, u32) {
        (
            seen(self.out_h, self.s_h, self.p_h, self.k_h, self.in_h),
            seen(self.out_w, self.s_w, self.p_w, self.k_w, self.in_w),
        )
    }

    /// Copies what a filter over all channels sees at an output pixel, of whose rows it sees `rows`: `[h][w][c]`, padding
    /// as `zero`. Apart, so that what it needs of the stack is not kept while outputs are made.
    #[inline(never)]
    pub(super) fn gather(&self, zero: i8, x: Rows<'_>, rows: &Taps, ox: usize, patch: &[Cell<i8>]) {
        let columns = self.horizontal(ox);
        let (in_c, k_w) = (self.in_c as usize, self.k_w as usize);
        let (count, across) = (rows.range.len(), columns.range.len());
        if count != self.k_h as usize || across != k_w {
            simd::fill(patch, zero);
        }
        if count == 0 || across == 0 {
            return;
        }
        let step = k_w.wrapping_mul(in_c);
        let (runs, run) = if self.d_w == 1 { (1, across.wrapping_mul(in_c)) } else { (across, in_c) };
        let (left, right) = (columns.first.wrapping_mul(in_c), columns.range.start.wrapping_mul(in_c));
        let top = rows.range.start.wrapping_mul(step);
        let span = x.span(rows.first, self.height(count));
        let stride = (self.in_w as usize).wrapping_mul(in_c).wrapping_mul(self.d_h as usize);
        for i in 0..runs {
            let at = left.wrapping_add(i.wrapping_mul(self.d_w as usize).wrapping_mul(in_c));
            let to = top.wrapping_add(right).wrapping_add(i.wrapping_mul(in_c));
            match span {
                Some(span) => {
                    let (Some(from), Some(to)) = (span.get(at..), patch.get(to..)) else { return };
                    simd::copy_rows([to, from], [step, stride], count, run);
                }
                // rows that do not lie in one piece
                None => {
                    for row in 0..count {
                        let source = x.row(rows.first.wrapping_add(row.wrapping_mul(self.d_h as usize)));
                        let to = to.wrapping_add(row.wrapping_mul(step));
                        let (Some(from), Some(to)) = (source.get(at..), patch.get(to..)) else { return };
                        simd::copy_rows([to, from], [0, 0], 1, run);
                    }
                }
            }
        }
    }
}

/// How many taps of a filter all places see together, along one axis; 0 if one sees none.
const fn seen(out: u16, stride: u16, pad: u16, k: u16, limit: u16) -> u32 {
    let (mut sum, mut o) = (0u32, 0);
    while o < out {
        let Range { start, end } = Taps::new(o as usize, stride, 1, pad, k, limit).range;
        if end <= start {
            return 0;
        }
        sum = sum.wrapping_add(end.wrapping_sub(start) as u32);
        o = o.wrapping_add(1);
    }
    sum
}

/// From the first element that a filter sees to the last, along one axis, all numbers above zero.
const fn reach(out: u16, stride: u16, k: u16, dilation: u16) -> u32 {
    let steps = (out as u32).wrapping_sub(1).saturating_mul(stride as u32);
    steps.saturating_add((k as u32).wrapping_sub(1).saturating_mul(dilation as u32)).saturating_add(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::vec::Vec;

    #[test]
    fn columns_inside_see_every_tap() {
        for (in_w, k_w, stride, d, pad) in [
            (9u16, 3u16, 1u16, 1u16, 1u16),
            (8, 3, 2, 1, 0),
            (5, 2, 2, 3, 2),
            (2, 4, 1, 1, 1),
            (7, 1, 3, 1, 0),
        ] {
            let w = Window { in_w, k_w, s_w: stride, d_w: d, p_w: pad, ..Window(&[1; Window::LEN], 0) };
            let inside = w.inside();
            for ox in 0..12 {
                let whole = w.horizontal(ox).range.len() == usize::from(k_w);
                assert_eq!(inside.contains(&ox), whole, "{in_w} {k_w} {stride} {d} {pad} {ox}");
            }
        }
    }

    #[test]
    fn all_places_see_what_each_sees() {
        for (out, stride, pad, k, limit) in
            [(2, 1, 1, 3, 2), (3, 2, 1, 4, 5), (4, 1, 1, 4, 4), (1, 1, 0, 5, 9)]
        {
            let each = (0..usize::from(out)).map(|o| Taps::new(o, stride, 1, pad, k, limit).range.len());
            assert_eq!(seen(out, stride, pad, k, limit) as usize, each.sum::<usize>());
        }
        assert_eq!(seen(3, 1, 2, 2, 9), 0, "the first lies before the image");
    }

    #[test]
    fn taps_are_those_inside_the_image() {
        for k in 1..6u16 {
            for (stride, d, pad, limit) in
                [(1u16, 1u16, 1u16, 5u16), (2, 1, 2, 7), (1, 2, 3, 6), (3, 3, 4, 4), (1, 1, 9, 2)]
            {
                for out in 0..12usize {
                    let at = |t: i32| out as i32 * i32::from(stride) - i32::from(pad) + t * i32::from(d);
                    let inside = |t: &i32| (0..i32::from(limit)).contains(&at(*t));
                    let naive: Vec<i32> = (0..i32::from(k)).filter(inside).collect();
                    let taps = Taps::new(out, stride, d, pad, k, limit);
                    let got: Vec<i32> = taps.range.clone().map(|t| t as i32).collect();
                    assert_eq!(got, naive);
                    if let Some(t) = naive.first() {
                        assert_eq!(taps.first as i32, at(*t));
                    }
                }
            }
        }
    }
}
