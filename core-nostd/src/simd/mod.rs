//! Inner loops that have a faster form on some cores. `portable` defines each; a core's own file beats it bit for
//! bit.
//!
//! The matrix loop multiplies pairs of 16-bit numbers. Activations are widened into *wide* order: groups of four
//! consecutive taps, within a group the even taps before the odd ones (as `SXTB16` and its rotated form leave them),
//! and the groups of two pixels in turn. Filters stay 8-bit: two outputs by turns, four taps each
//! ([`pair_index`]).

#[cfg(midge_dsp)]
mod dsp;
mod portable;

#[cfg(midge_dsp)]
use dsp as fast;
#[cfg(not(midge_dsp))]
use portable as fast;

use core::cell::Cell;

use crate::aligned;
use crate::error::Error;

/// Where the tap `k` of output `o` lies in a filter arranged in pairs; `taps` is a multiple of 4.
pub const fn pair_index(taps: usize, o: usize, k: usize) -> usize {
    (o / 2) * 2 * taps + (k / 4) * 8 + (o % 2) * 4 + k % 4
}

/// Where the tap `k` of a pixel lies among the wide activations of `lanes` pixels.
const fn wide_index(lanes: usize, lane: usize, k: usize) -> usize {
    (k / 4) * 4 * lanes + lane * 4 + (k % 2) * 2 + (k % 4) / 2
}

/// Filters in [`pair_index`] order, at a word boundary.
#[derive(Clone, Copy, Debug)]
pub struct Filter<'a>(&'a [u8]);

impl<'a> Filter<'a> {
    /// # Errors
    /// [`Error::Misaligned`].
    pub fn new(bytes: &'a [u8]) -> Result<Self, Error> {
        aligned::slice::<i32>(bytes).map(|_| Filter(bytes)).ok_or(Error::Misaligned)
    }

    /// The filters of two outputs at a time, `taps` taps each.
    #[inline(always)]
    pub fn pairs(&self, taps: usize) -> impl Iterator<Item = Filter<'a>> {
        self.0.chunks_exact(taps.wrapping_mul(2).max(1)).map(Filter)
    }
}

/// Widens the taps `x` of one pixel, `lane` of `lanes`.
#[inline(always)]
pub fn widen(x: &[Cell<i8>], wide: &[Cell<i16>], lane: usize, lanes: usize) {
    let (groups, rest) = x.as_chunks();
    fast::widen(groups, wide, lane, lanes);
    portable::widen_rest(rest, wide, groups.len(), lane, lanes);
}

/// Products of two filters with the wide taps of two pixels: `[output][pixel]`.
#[inline(always)]
pub fn dot_2x2(wide: &[Cell<i16>], filters: Filter<'_>) -> [[i32; 2]; 2] {
    fast::dot_2x2(wide.as_chunks().0, filters.0.as_chunks().0)
}

/// Products of two filters with the wide taps of one pixel.
#[inline(always)]
pub fn dot_2x1(wide: &[Cell<i16>], filters: Filter<'_>) -> [i32; 2] {
    fast::dot_2x1(wide.as_chunks().0, filters.0.as_chunks().0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrangements_are_injective() {
        let mut seen = [false; 6 * 12];
        for o in 0..6 {
            for k in 0..12 {
                let i = pair_index(12, o, k);
                assert!(!core::mem::replace(&mut seen[i], true));
            }
        }
        let mut seen = [false; 24];
        for lane in 0..2 {
            for k in 0..12 {
                assert!(!core::mem::replace(&mut seen[wide_index(2, lane, k)], true));
            }
        }
    }

    const TAPS: usize = 12;

    fn noise(seed: usize) -> [[i8; TAPS]; 2] {
        core::array::from_fn(|i| {
            core::array::from_fn(|k| (((seed + i * 91 + k * 37) * 2_654_435_761) >> 7) as i8)
        })
    }

    #[test]
    fn products_equal_their_definition() {
        let (mut x, w) = (noise(1), noise(5));
        let naive = |x: &[i8; TAPS], w: &[i8; TAPS]| {
            x.iter().zip(w).map(|(x, w)| i32::from(*x) * i32::from(*w)).sum::<i32>()
        };
        let want = w.map(|w| [naive(&x[0], &w), naive(&x[1], &w)]);
        let mut filter = aligned::Aligned([0u8; 2 * TAPS]);
        for (o, w) in w.iter().enumerate() {
            for (k, w) in w.iter().enumerate() {
                filter.0[pair_index(TAPS, o, k)] = *w as u8;
            }
        }
        let filter = Filter::new(&filter.0).unwrap();
        let (mut two, mut one) = ([0i16; 2 * TAPS], [0i16; TAPS]);
        let two = Cell::from_mut(&mut two[..]).as_slice_of_cells();
        let one = Cell::from_mut(&mut one[..]).as_slice_of_cells();
        for (p, x) in x.iter_mut().enumerate() {
            let x = Cell::from_mut(&mut x[..]).as_slice_of_cells();
            widen(x, two, p, 2);
            widen(x, one, 0, 1);
            assert_eq!(dot_2x1(one, filter), [want[0][p], want[1][p]]);
        }
        assert_eq!(dot_2x2(two, filter), want);
    }

    #[test]
    fn a_short_last_group_leaves_what_lies_behind_it() {
        let mut x = [5i8; 9];
        let mut wide = [7i16; 2 * TAPS];
        let wide = Cell::from_mut(&mut wide[..]).as_slice_of_cells();
        widen(Cell::from_mut(&mut x[..]).as_slice_of_cells(), wide, 1, 2);
        for k in 0..TAPS {
            assert_eq!(wide[wide_index(2, 0, k)].get(), 7);
            assert_eq!(wide[wide_index(2, 1, k)].get(), if k < 9 { 5 } else { 7 });
        }
    }
}
