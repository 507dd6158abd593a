//! What a step's loops do, counted: what its instructions are in proportion to, to within what a core spends on a branch.
//!
//! The files beside this say of a kernel's loops how often they run, as the plan has it: geometry, how many pixels and outputs are
//! made at once, and what is left of them, what lies in padding, and how many taps are summed up before a sum is put away. Of other
//! kernels [`super::counts`] has the sizes alone.

use midge_core::ops::window::Window;
use midge_core::plan::Step;
use midge_core::{Claim, Plan, ops};

use super::{lanes, packed, pixels, planes};

/// The counts of a step whose kernel's loops are known, if it suits its operands: then no extent is zero.
pub(super) fn counts(plan: &Plan<'_>, step: &Step<'_>) -> Option<Vec<f64>> {
    ops::check(&Claim::new(*plan, *step)).ok()?;
    let code = step.code();
    let counts = match code {
        ops::CONV_2D_HALFWORDS | ops::CONV_2D_NESTED | ops::CONV_2D_PAIRS | ops::CONV_2D_POLYNOMIAL => {
            pixels::conv(code, step)?
        }
        ops::FULLY_CONNECTED
        | ops::FULLY_CONNECTED_PAIRS
        | ops::FULLY_CONNECTED_HALFWORDS
        | ops::FULLY_CONNECTED_NESTED => pixels::matrix(code, step)?,
        ops::FULLY_CONNECTED_LANES => lanes::matrix(step)?,
        ops::DEPTHWISE_CONV_2D_PLANES => planes::counts(3, step)?,
        ops::DEPTHWISE_CONV_2D_PLANES_5 => planes::counts(5, step)?,
        ops::DEPTHWISE_CONV_2D_QUADS => planes::quads(step)?,
        ops::AVERAGE_POOL_2D | ops::MAX_POOL_2D => planes::pool(step)?,
        ops::CONV_2D_PIXELS => packed::pixels(plan, step)?,
        ops::CONV_2D_PACKED => packed::conv(plan, step)?,
        ops::CONV_2D_SEEN => packed::seen(plan, step)?,
        ops::FULLY_CONNECTED_PACKED | ops::FULLY_CONNECTED_PACKED_BYTES => packed::matrix(plan, step)?,
        ops::DEPTHWISE_CONV_2D_CHANNELS => packed::channels(plan, step)?,
        ops::DEPTHWISE_CONV_2D_HALVES => packed::halves(plan, step)?,
        ops::CONV_2D_LANES => lanes::conv(step)?,
        ops::DEPTHWISE_CONV_2D_WINDOWS => lanes::windows(step)?,
        _ => return None,
    };
    Some(counts.into_iter().map(|count| count as f64).collect())
}

/// A window and what its outputs see of the image.
pub(super) struct Sight {
    pub(super) window: Window,
    /// Output rows, of all images.
    pub(super) rows: usize,
    /// Images.
    pub(super) images: usize,
    /// Filter rows that each output row sees, and columns that each column sees.
    pub(super) down: Vec<usize>,
    pub(super) across: Vec<usize>,
}

impl Sight {
    /// Of a step whose record begins with a window.
    pub(super) fn of(step: &Step<'_>) -> Option<Self> {
        Self::new(Window::read(step.params())?, step.rows().into())
    }

    pub(super) fn new(w: Window, rows: usize) -> Option<Self> {
        let axis = |out: u16, stride: u16, dilation: u16, pad: u16, taps: u16, size: u16| {
            let seen = |o: u16| {
                let at = |tap: u16| {
                    i32::from(o) * i32::from(stride) - i32::from(pad) + i32::from(tap) * i32::from(dilation)
                };
                (0..taps).filter(|tap| (0..i32::from(size)).contains(&at(*tap))).count()
            };
            (0..out).map(seen).collect()
        };
        Some(Sight {
            window: w,
            rows,
            images: rows.checked_div(w.out_h.into())?,
            down: axis(w.out_h, w.s_h, w.d_h, w.p_h, w.k_h, w.in_h),
            across: axis(w.out_w, w.s_w, w.d_w, w.p_w, w.k_w, w.in_w),
        })
    }

    /// Filter rows that an output row sees, of any image.
    pub(super) fn row(&self, row: usize) -> usize {
        self.down.get(row % self.down.len().max(1)).copied().unwrap_or(0)
    }

    pub(super) fn pixels(&self) -> usize {
        self.rows * usize::from(self.window.out_w)
    }

    pub(super) fn outputs(&self) -> usize {
        self.pixels() * usize::from(self.window.out_c)
    }

    /// Taps of a filter's row, over all channels, and of the filter.
    pub(super) fn taps(&self) -> [usize; 2] {
        let row = usize::from(self.window.k_w) * usize::from(self.window.in_c);
        [row, row * usize::from(self.window.k_h)]
    }

    /// Pixels some of whose taps lie in padding; taps of theirs that do not, over all channels; rows that these are in.
    pub(super) fn border(&self) -> [usize; 3] {
        let w = &self.window;
        let whole = |seen: &[usize], taps: u16| seen.iter().filter(|n| **n == usize::from(taps)).count();
        let [down, across] = [whole(&self.down, w.k_h), whole(&self.across, w.k_w)];
        let [rows, columns] = [&self.down, &self.across].map(|seen| seen.iter().sum::<usize>());
        let taps = [down * usize::from(w.k_h), across * usize::from(w.k_w)];
        let pixels = self.down.len() * self.across.len() - down * across;
        let seen = (rows * columns - taps[0] * taps[1]) * usize::from(w.in_c);
        [pixels, seen, rows * self.across.len() - taps[0] * across].map(|n| n * self.images)
    }

    /// What precedes the products: the step, rows, pixels, and of those at the border how many there are, their taps, of `taps`
    /// each, those of them that are read, and the rows that these are in.
    pub(super) fn outline(&self, taps: usize) -> [usize; 7] {
        let [border, seen, copied] = self.border();
        [1, self.rows, self.pixels(), border, border * taps, seen, copied]
    }

    /// Outputs that are brought into their bounds once more, at the end.
    pub(super) fn clamped(&self, step: &Step<'_>) -> usize {
        let bounds = step.params().get(Window::LEN + 2..Window::LEN + 4);
        if bounds == Some(&[0x80, 0x7f]) { 0 } else { self.outputs() }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// Filters of 3x3 taps over six rows of `in_w` pixels, with padding all around.
    pub(in super::super) fn sight(in_w: u16) -> Sight {
        let window = Window {
            in_h: 6,
            in_w,
            in_c: 4,
            out_h: 6,
            out_w: in_w,
            out_c: 2,
            k_h: 3,
            k_w: 3,
            s_h: 1,
            s_w: 1,
            d_h: 1,
            d_w: 1,
            p_h: 1,
            p_w: 1,
        };
        Sight::new(window, 12).unwrap()
    }

    #[test]
    fn a_border_is_what_pixels_inside_leave() {
        let sight = sight(5);
        assert_eq!(
            (sight.images, &sight.down, &sight.across),
            (2, &vec![2, 3, 3, 3, 3, 2], &vec![2, 3, 3, 3, 2])
        );
        // of 6 x 5 pixels 4 x 3 lie inside; corners see four taps, the others beside the image six
        let [pixels, seen, rows] = sight.border();
        assert_eq!([pixels, seen, rows], [2 * 18, 2 * 4 * (4 * 4 + 14 * 6), 2 * (2 * 5 * 2 + 4 * 2 * 3)]);
    }
}
