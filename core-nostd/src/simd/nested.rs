//! Streams of weights that take a byte each and are widened by fewer instructions than bytes: a halfword is `256 * a + b`
//! for the weights `a`, `b` of two outputs. Multiplied as it is it gives `256 * A + B` of their sums, and multiplied again
//! with its low byte alone it gives `B`; so one instruction widens four weights.
//!
//! A block of outputs is, in words: two first sums of each pair; for every eight taps those of one pair of outputs, then of
//! the next; two words that scale each output, a multiplier, and an addend above a byte that is a shift. Taps are in the order
//! of the wide activations.

use super::wide_index;

/// Words that scale an output.
pub const SCALE: usize = 2;
/// Taps that lie together.
pub const RUN: usize = 8;

/// How a stream is arranged.
#[derive(Clone, Copy, Debug)]
pub struct Layout {
    /// Pairs of outputs in a block.
    pub pairs: usize,
}

impl Layout {
    /// Of a matrix loop: one pair.
    pub const MATRIX: Self = Layout { pairs: 1 };

    /// Of a row times a matrix: two pairs.
    pub const ROW: Self = Layout { pairs: 2 };

    /// Words of a block of so many taps, a multiple of [`RUN`].
    pub const fn words(self, taps: usize) -> usize {
        self.scales(taps).wrapping_add(self.pairs * 2 * SCALE)
    }

    /// Words in front of what scales a block.
    pub const fn scales(self, taps: usize) -> usize {
        (taps / 2).wrapping_add(2).wrapping_mul(self.pairs)
    }

    /// Word of the first sum of the pair `p`, `256 * A + B`; that of `B` is the next.
    pub const fn sums(self, taps: usize, p: usize) -> usize {
        (p / self.pairs) * self.words(taps) + p % self.pairs * 2
    }

    /// Halfword of the tap `k` of the pair `p`.
    pub const fn tap(self, taps: usize, p: usize, k: usize) -> usize {
        let block = (p / self.pairs) * self.words(taps) + self.pairs * 2;
        block * 2 + ((k / RUN) * self.pairs + p % self.pairs) * RUN + wide_index(1, 0, k % RUN)
    }

    /// First of the words that scale output `o`.
    pub const fn factor(self, taps: usize, o: usize) -> usize {
        let outputs = self.pairs * 2;
        (o / outputs) * self.words(taps) + self.scales(taps) + o % outputs * SCALE
    }
}

/// The addend and the shift of a word.
pub const fn unpack(word: i32) -> (i32, u32) {
    (word >> 8, word as u8 as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_halfword_has_one_meaning() {
        const TAPS: usize = 16;
        for layout in [Layout::MATRIX, Layout::ROW] {
            let mut seen = [false; 2 * 2 * Layout::ROW.words(TAPS)];
            let mut mark = |at: usize| assert!(!core::mem::replace(&mut seen[at], true));
            for p in 0..2 * layout.pairs {
                let sums = layout.sums(TAPS, p) * 2;
                (0..4).for_each(|i| mark(sums + i));
                (0..TAPS).for_each(|k| mark(layout.tap(TAPS, p, k)));
                (0..2 * SCALE).for_each(|i| mark(layout.factor(TAPS, 2 * p) * 2 + i));
                (0..2 * SCALE).for_each(|i| mark(layout.factor(TAPS, 2 * p + 1) * 2 + i));
            }
            assert!(seen[..2 * 2 * layout.words(TAPS)].iter().all(|seen| *seen));
        }
    }
}
