//! How the numbers of a value are spread.

/// Bins on each side of 0.
const SIDE: usize = 4096;

/// What is added to hide a number from a softmax: this, or less.
const HIDDEN: f32 = -1e9;

/// Counts of numbers in bins as wide as a power of two, around 0. It widens as larger numbers come, so that one look at
/// the data is enough; the greatest lies in the outer half of its side.
#[derive(Clone, Debug, Default)]
pub(super) struct Histogram {
    /// Least number so far; 0 for none, and never more than 0: ranges hold it.
    pub(super) least: f32,
    /// Greatest number so far, likewise.
    pub(super) most: f32,
    /// Width of a bin is two to this power.
    exponent: i32,
    /// Counts, from the most negative bin on; empty before the first number other than 0.
    counts: Vec<u64>,
    /// How many numbers are exactly 0.
    zeros: u64,
    /// How many hide from a softmax; no bin has them.
    hidden: u64,
}

impl Histogram {
    /// Counts numbers, none of them NaN or positive infinity.
    pub(super) fn add(&mut self, numbers: impl Iterator<Item = f32>) {
        for x in numbers {
            if x <= HIDDEN {
                self.hidden += 1;
                continue;
            }
            if x == 0.0 {
                self.zeros += 1;
                continue;
            }
            self.reach(x.abs());
            (self.least, self.most) = (self.least.min(x), self.most.max(x));
            let width = 2f32.powi(self.exponent);
            let bin = (x / width).floor() as isize + SIDE as isize;
            if let Some(count) = self.counts.get_mut(bin.clamp(0, 2 * SIDE as isize - 1) as usize) {
                *count += 1;
            }
        }
    }

    /// Counts what another has counted.
    pub(super) fn merge(&mut self, other: &Histogram) {
        self.hidden += other.hidden;
        if other.counts.is_empty() {
            self.zeros += other.zeros;
            return;
        }
        let mut other = other.clone();
        self.reach(other.least.abs().max(other.most));
        other.reach(self.least.abs().max(self.most));
        while other.exponent < self.exponent {
            other.widen();
        }
        while self.exponent < other.exponent {
            self.widen();
        }
        self.counts.iter_mut().zip(&other.counts).for_each(|(mine, theirs)| *mine += theirs);
        (self.least, self.most) = (self.least.min(other.least), self.most.max(other.most));
        self.zeros += other.zeros;
    }

    /// How far below the least number one has to lie to be hidden: e^-8 is less than half of a softmax's step. A mask alone
    /// lies further below 0 than what it will be added to is wide.
    pub(super) fn depth(&self) -> f32 {
        match self.hidden {
            0 => 0.0,
            _ if self.counts.is_empty() => 64.0,
            _ => 8.0,
        }
    }

    /// The middles of bins and their counts, ascending; 0 has a bin of its own.
    pub(super) fn bins(&self) -> impl Iterator<Item = (f32, u64)> {
        let width = 2f32.powi(self.exponent);
        let middle = move |bin: usize| (bin as f32 - SIDE as f32 + 0.5) * width;
        let side = move |bins: std::ops::Range<usize>| {
            bins.filter_map(move |bin| Some((middle(bin), *self.counts.get(bin)?)))
        };
        side(0..SIDE).chain([(0.0, self.zeros)]).chain(side(SIDE..2 * SIDE)).filter(|(_, count)| *count > 0)
    }

    /// Makes room for a size, which is more than 0.
    fn reach(&mut self, size: f32) {
        if self.counts.is_empty() {
            self.counts = vec![0; 2 * SIDE];
            self.exponent =
                (size.max(f32::MIN_POSITIVE).log2().floor() as i32 + 1 - SIDE.ilog2() as i32).max(-126);
        }
        while size >= SIDE as f32 * 2f32.powi(self.exponent) {
            self.widen();
        }
    }

    /// Joins bins by twos.
    fn widen(&mut self) {
        let pairs = self.counts.chunks_exact(2).map(|pair| pair.iter().sum::<u64>());
        let mut counts = vec![0; SIDE / 2];
        counts.extend(pairs);
        counts.resize(2 * SIDE, 0);
        (self.counts, self.exponent) = (counts, self.exponent + 1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_widens_and_loses_nothing() {
        let numbers: Vec<f32> = (-3000..9000).map(|i| i as f32 * 0.01).collect();
        let mut all = Histogram::default();
        all.add(numbers.iter().copied());
        assert_eq!((all.least, all.most), (-30.0, 89.99));
        assert_eq!(all.bins().map(|(_, count)| count).sum::<u64>(), 12_000);
        let mean = all.bins().map(|(x, count)| f64::from(x) * count as f64).sum::<f64>() / 12_000.0;
        assert!((mean - 29.995).abs() < 0.1, "{mean}");
        let mut parts = Histogram::default();
        for part in numbers.chunks(700).rev() {
            let mut one = Histogram::default();
            one.add(part.iter().copied());
            parts.merge(&one);
        }
        assert!(parts.bins().eq(all.bins()));
    }

    #[test]
    fn zeros_alone_have_a_range_too() {
        let mut none = Histogram::default();
        none.add([0.0, -0.0].into_iter());
        assert_eq!((none.least, none.most, none.bins().collect::<Vec<_>>()), (0.0, 0.0, vec![(0.0, 2)]));
        let mut small = Histogram::default();
        small.add([f32::from_bits(1), f32::MAX].into_iter());
        small.merge(&none);
        assert_eq!(small.bins().map(|(_, count)| count).sum::<u64>(), 4);
    }
}
