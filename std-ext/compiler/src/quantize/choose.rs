//! From the numbers of a value to its scale and zero point.

use super::histogram::Histogram;
use crate::graph::{Grain, Quant, Type};
use crate::named::named;
use crate::quant::range;

/// How much of what was observed a range covers. What lies outside is clamped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Range {
    /// All of it.
    MinMax,
    /// All but three of ten thousand numbers at each end.
    #[default]
    Percentile,
    /// So much that the mean square of all errors is least.
    Mse,
    /// So much that the distribution changes least (Kullback-Leibler divergence).
    Entropy,
}

impl Range {
    /// The least and the greatest number that are covered.
    pub(super) fn of(self, numbers: &Histogram, store: Type) -> (f32, f32) {
        let all = (numbers.least, numbers.most);
        match self {
            // 16 bits have room for everything
            _ if store == Type::I16 => all,
            Range::MinMax => all,
            Range::Percentile => percentile(numbers, 3e-4),
            Range::Mse => best(numbers, |quant| noise(numbers, quant)),
            Range::Entropy => best(numbers, |quant| divergence(numbers, quant)),
        }
    }

    /// The int8 scale and zero point of numbers that are only seen through a function, if there is one: the range is cut where
    /// that is flat, and steps are the finer for it.
    pub(super) fn seen(self, numbers: &Histogram, function: Option<fn(f64) -> f64>) -> Quant {
        let whole = self.quant(numbers, Type::I8);
        let Some(function) = function.filter(|_| numbers.depth() == 0.0) else { return whole };
        let (least, most) = self.of(numbers, Type::I8);
        let bins: Vec<_> = numbers.bins().map(|(x, count)| (x, function(x.into()), count as f64)).collect();
        let made = bins.iter().map(|(_, y, _)| *y);
        let (low, high) = made.fold((0f64, 0f64), |(low, high), y| (low.min(y), high.max(y)));
        // with minmax, what is clamped may change what is made by a step of that
        let clamped = if self == Range::MinMax { (high - low) / 255.0 } else { f64::INFINITY };
        let cuts = || (1..=CUTS).map(|i| i as f32 / CUTS as f32);
        let pairs = cuts().flat_map(|low| cuts().map(move |high| (least * low, most * high)));
        let costs = pairs.filter_map(|ends| {
            let quant = affine(ends, Type::I8);
            Some((noise_seen(&bins, &quant, function, clamped)?, quant))
        });
        costs.min_by(|a, b| a.0.total_cmp(&b.0)).map_or(whole, |(_, quant)| quant)
    }

    /// The scale and zero point of a whole tensor with these numbers.
    pub(super) fn quant(self, numbers: &Histogram, store: Type) -> Quant {
        let (least, most) = self.of(numbers, store);
        affine((least - numbers.depth(), most), store)
    }
}

named!(Range, "range", [MinMax "minmax", Percentile "percentile", Mse "mse", Entropy "entropy"]);

/// The scale and zero point of a range around 0: int8 from end to end, int16 symmetric.
fn affine((least, most): (f32, f32), store: Type) -> Quant {
    let (lo, hi) = range(store);
    let (least, most) = (f64::from(least), f64::from(most));
    let (scale, zero) = match store {
        Type::I16 => (least.abs().max(most) / f64::from(hi), 0),
        _ => {
            let scale = (most - least) / f64::from(hi - lo);
            (scale, (f64::from(lo) - least / scale).round() as i32)
        }
    };
    // nothing but zeros: any scale does; and the least one whose reciprocal is finite
    let scale = if scale > 0.0 { (scale as f32).max(f32::MIN_POSITIVE) } else { 1.0 };
    Quant { store, scale: vec![scale], zero: vec![zero.clamp(lo, hi)], grain: Grain::Tensor }
}

/// What lies between the `share` of the least numbers and that of the greatest.
fn percentile(numbers: &Histogram, share: f64) -> (f32, f32) {
    let count: u64 = numbers.bins().map(|(_, count)| count).sum();
    let cut = (count as f64 * share) as u64;
    let end = |bins: &[(f32, u64)]| {
        let mut seen = 0;
        let reached = bins.iter().find(|(_, count)| {
            seen += count;
            seen > cut
        });
        reached.map_or(0.0, |(x, _)| *x)
    };
    let mut bins: Vec<_> = numbers.bins().collect();
    let least = end(&bins);
    bins.reverse();
    (least.min(0.0), end(&bins).max(0.0))
}

/// Parts of the longer side that are tried.
const TRIALS: usize = 100;

/// The part of the range with the least cost; only the longer side is cut, until both are as long.
fn best(numbers: &Histogram, cost: impl Fn(&Quant) -> f64) -> (f32, f32) {
    let part = |i: usize| {
        let end = (TRIALS - i) as f32 / TRIALS as f32 * numbers.least.abs().max(numbers.most);
        (numbers.least.max(-end), numbers.most.min(end))
    };
    let costs = (0..TRIALS * 9 / 10).map(|i| (cost(&affine(part(i), Type::I8)), part(i)));
    costs.min_by(|a, b| a.0.total_cmp(&b.0)).map_or((0.0, 0.0), |(_, part)| part)
}

/// The integer that stands for a number, before it is clamped.
fn integer(x: f32, quant: &Quant) -> f64 {
    (f64::from(x) / f64::from(quant.scale[0])).round() + f64::from(quant.zero[0])
}

/// Mean square of what rounding and clamping change.
fn noise(numbers: &Histogram, quant: &Quant) -> f64 {
    let square = |(x, count): (f32, u64)| {
        let real =
            (integer(x, quant).clamp(-128.0, 127.0) - f64::from(quant.zero[0])) * f64::from(quant.scale[0]);
        // within a step, numbers lie anywhere
        ((real - f64::from(x)).powi(2) + f64::from(quant.scale[0]).powi(2) / 12.0) * count as f64
    };
    numbers.bins().map(square).sum()
}

/// Parts of each side that are tried behind a function.
const CUTS: usize = 24;

/// Square of what rounding and clamping change of what a function makes, summed over numbers, what it makes of them, and their
/// counts; none where clamping changes one by more than `most`.
fn noise_seen(bins: &[(f32, f64, f64)], quant: &Quant, function: fn(f64) -> f64, most: f64) -> Option<f64> {
    let scale = f64::from(quant.scale[0]);
    let real = |integer: f64| (integer - f64::from(quant.zero[0])) * scale;
    let made: Vec<f64> = (-128..=127).map(|i| function(real(i.into()))).collect();
    let mut sum = 0.0;
    for (x, y, count) in bins {
        let exact = integer(*x, quant);
        let at = (exact.clamp(-128.0, 127.0) + 128.0) as usize;
        let error = made[at] - y;
        if !(-128.0..=127.0).contains(&exact) && error.abs() > most {
            return None;
        }
        sum += error.powi(2) * count;
    }
    Some(sum)
}

/// Kullback-Leibler divergence of the numbers, clamped to the ends, from what integers tell of those inside: in each step as
/// many, spread evenly over the bins that have any. Those that are 0 stay 0 in every range.
fn divergence(numbers: &Histogram, quant: &Quant) -> f64 {
    let is_inside = |(x, _): &(f32, u64)| (-128.0..=127.0).contains(&integer(*x, quant));
    let known = || numbers.bins().filter(|(x, _)| *x != 0.0);
    let step = |x: f32| (integer(x, quant) + 128.0) as usize;
    let inside: Vec<_> = known().filter(is_inside).collect();
    let (mut counts, mut bins) = ([0u64; 256], [0u64; 256]);
    for (x, count) in &inside {
        counts[step(*x)] += count;
        bins[step(*x)] += 1;
    }
    let kept = counts.iter().sum::<u64>() as f64;
    let mut clamped = inside.clone();
    let Some(most) = clamped.len().checked_sub(1) else { return f64::INFINITY };
    for (x, count) in known().filter(|bin| !is_inside(bin)) {
        clamped[if x < 0.0 { 0 } else { most }].1 += count;
    }
    let total = clamped.iter().map(|(_, count)| count).sum::<u64>() as f64;
    let part = |(x, count): &(f32, u64)| {
        let (p, at) = (*count as f64 / total, step(*x));
        p * (p * kept * bins[at] as f64 / counts[at] as f64).ln()
    };
    clamped.iter().map(part).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(numbers: &[f32]) -> Histogram {
        let mut histogram = Histogram::default();
        histogram.add(numbers.iter().copied());
        histogram
    }

    #[test]
    fn ranges_hold_zero_and_their_ends() {
        let quant = |numbers: &[f32], store| {
            let quant = Range::MinMax.quant(&of(numbers), store);
            (quant.scale[0], quant.zero[0])
        };
        assert_eq!(quant(&[0.0, 255.0], Type::I8), (1.0, -128));
        assert_eq!(quant(&[3.0, 51.0], Type::I8), (0.2, -128));
        assert_eq!(quant(&[-12.75, -1.0], Type::I8), (0.05, 127));
        assert_eq!(quant(&[-1.0, 2.0], Type::I8), (3.0 / 255.0, -43));
        assert_eq!(quant(&[-32767.0, 2.0], Type::I16), (1.0, 0));
        assert_eq!(quant(&[0.0], Type::I8).0, 1.0);
    }

    #[test]
    fn what_is_hidden_lies_below_all_else() {
        let covers = |numbers: &[f32]| {
            let quant = Range::MinMax.quant(&of(numbers), Type::I8);
            quant.scale[0] * (-128 - quant.zero[0]) as f32
        };
        assert_eq!(covers(&[0.0, f32::NEG_INFINITY]), -64.0);
        let scores = covers(&[-2.0, 5.0, f32::MIN]);
        assert!((scores + 10.0).abs() < 0.1, "{scores}");
    }

    #[test]
    fn a_function_that_is_flat_leaves_finer_steps() {
        let swish = |x: f64| x / (1.0 + (-x).exp());
        let numbers: Vec<f32> = (-2000..=2000).map(|i| i as f32 / 200.0).collect();
        let numbers = of(&numbers);
        for (range, _) in Range::ALL {
            let [whole, seen] = [None, Some(swish as fn(f64) -> f64)].map(|f| range.seen(&numbers, f));
            assert!(seen.scale[0] < whole.scale[0] * 0.85, "{range}: {seen:?} {whole:?}");
            let covers = |integer: i32| f64::from(integer - seen.zero[0]) * f64::from(seen.scale[0]);
            assert!(covers(-128) < -3.0 && covers(127) > 9.5, "{range}: {seen:?}");
            let step = (swish(10.0) + 0.279) / 255.0;
            assert!(range != Range::MinMax || swish(covers(-128)) > -1.01 * step, "{seen:?}");
        }
    }

    #[test]
    fn outliers_are_left_out_where_that_pays() {
        let mut numbers: Vec<f32> = (-20000..=20000).map(|i| (i as f32 / 20000.0).powi(3)).collect();
        numbers.push(40.0);
        let numbers = of(&numbers);
        let width = |range: Range| {
            let (least, most) = range.of(&numbers, Type::I8);
            most - least
        };
        assert_eq!(width(Range::MinMax), 41.0);
        for range in [Range::Percentile, Range::Entropy] {
            assert!((1.5..6.0).contains(&width(range)), "{range}: {}", width(range));
        }
        // one number that is far off weighs more than finer steps
        assert!(width(Range::Mse) > 10.0, "{}", width(Range::Mse));
    }
}
