//! Streams of weights that have 16 bits, so that no instruction is spent on widening them, scaled by a power of two
//! that lets what comes after take few instructions ([`crate::fixed::folded`]).
//!
//! A block of outputs is, in words: four first sums; for every run of taps those of the one output, then of the next;
//! what scales each output. Taps are in the order of the wide activations.

use super::wide_index;

/// How a stream is arranged.
#[derive(Clone, Copy, Debug)]
pub struct Layout {
    /// Outputs of a block.
    pub outputs: usize,
    /// Taps of an output that lie together.
    pub run: usize,
    /// Words that scale an output.
    pub scale: usize,
}

impl Layout {
    /// Of a matrix loop: two outputs of two pixels, whose first sums are `a, b, a, b`. Outputs are scaled by two words,
    /// or by three where they are not folded.
    pub const fn matrix(folded: bool) -> Self {
        Layout { outputs: 2, run: 4, scale: if folded { 2 } else { 3 } }
    }

    /// Of a row times a matrix: four outputs, which are folded.
    pub const ROW: Self = Self::row(true);

    /// The same, scaled by three words where they are not folded.
    pub const fn row(folded: bool) -> Self {
        Layout { outputs: 4, run: 8, scale: if folded { 2 } else { 3 } }
    }

    /// Words of a block of so many taps, a multiple of the run.
    pub const fn words(self, taps: usize) -> usize {
        self.scales(taps).wrapping_add(self.outputs * self.scale)
    }

    /// Words in front of what scales a block.
    pub const fn scales(self, taps: usize) -> usize {
        (taps / 2).wrapping_mul(self.outputs).wrapping_add(4)
    }

    /// Word of the first sum of output `o`. A matrix loop has another, two words on.
    pub const fn sum(self, taps: usize, o: usize) -> usize {
        (o / self.outputs) * self.words(taps) + o % self.outputs
    }

    /// Halfword of the tap `k` of output `o`.
    pub const fn tap(self, taps: usize, o: usize, k: usize) -> usize {
        let block = (o / self.outputs) * self.words(taps) + 4;
        let run = (k / self.run) * self.outputs + o % self.outputs;
        block * 2 + run * self.run + wide_index(1, 0, k % self.run)
    }

    /// First of the words that scale output `o`.
    pub const fn factor(self, taps: usize, o: usize) -> usize {
        (o / self.outputs) * self.words(taps) + self.scales(taps) + (o % self.outputs) * self.scale
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_halfword_has_one_meaning() {
        const TAPS: usize = 16;
        for layout in [Layout::matrix(true), Layout::matrix(false), Layout::ROW, Layout::row(false)] {
            let mut seen = [false; 2 * 2 * Layout::row(false).words(TAPS)];
            let mut mark = |at: usize| assert!(!core::mem::replace(&mut seen[at], true));
            let outputs = 2 * layout.outputs;
            for o in 0..outputs {
                let sum = layout.sum(TAPS, o) * 2;
                (0..2).for_each(|i| mark(sum + i));
                if layout.outputs == 2 {
                    (4..6).for_each(|i| mark(sum + i));
                }
                (0..layout.scale * 2).for_each(|i| mark(layout.factor(TAPS, o) * 2 + i));
                (0..TAPS).for_each(|k| mark(layout.tap(TAPS, o, k)));
            }
            assert!(seen[..2 * 2 * layout.words(TAPS)].iter().all(|seen| *seen));
        }
    }
}
