//! Zero points and clamp of the weighted operators.

use core::cell::Cell;

use crate::fixed::narrow;
use crate::wire::{i8, record};

record! {
    /// How an operator's input and output represent real numbers, as far as integers need to know.
    pub struct Quant {
        /// Zero point of x, which padding stands for.
        x_zero: i8,
        /// Zero point of y.
        y_zero: i8,
        /// Least output: the fused activation.
        lo: i8,
        /// Greatest output.
        hi: i8,
    }
}

impl Quant {
    /// The output that stands for a scaled accumulator.
    #[inline(always)]
    pub fn output(&self, scaled: i32) -> i8 {
        narrow(scaled.wrapping_add(self.y_zero as i32), self.lo, self.hi)
    }
    /// Clamps outputs that are saturated already: nothing to do for most layers.
    #[inline(always)]
    pub(super) fn clamp<const N: usize>(&self, rows: [&[Cell<i8>]; N]) {
        if self.lo != i8::MIN || self.hi != i8::MAX {
            rows.into_iter().for_each(|y| self.clamp_row(y));
        }
    }

    #[cold]
    #[inline(never)]
    fn clamp_row(&self, y: &[Cell<i8>]) {
        y.iter().for_each(|y| y.set(narrow(y.get() as i32, self.lo, self.hi)));
    }
}
