//! Functions that requantize are steps: a monotone function of the accumulator, with at most 255 steps between the clamps.

use std::ops::RangeInclusive;

/// Whether two such functions give the same output for every accumulator in `least..=most`, of the outputs that `clamp`
/// leaves: it is enough that each step comes at the same accumulator.
pub(super) fn equal(
    (least, most): (i32, i32),
    clamp: (i8, i8),
    want: impl Fn(i32) -> i8,
    made: impl Fn(i32) -> i8,
) -> bool {
    let same = |acc: i32| made(acc) == want(acc);
    same(least)
        && same(most)
        && (clamp.0..=clamp.1).skip(1).all(|output| {
            let at = first(least..=most, |acc| want(acc) >= output);
            same(at) && (at == least || same(at - 1))
        })
}

/// The first for which a monotone predicate holds; the last if none.
pub(super) fn first(range: RangeInclusive<i32>, holds: impl Fn(i32) -> bool) -> i32 {
    let (mut low, mut high) = (i64::from(*range.start()), i64::from(*range.end()));
    while low < high {
        let middle = low + (high - low) / 2;
        if holds(middle as i32) { high = middle } else { low = middle + 1 }
    }
    low as i32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_step_that_comes_late_is_found() {
        let want = |acc: i32| (acc / 10).clamp(-128, 127) as i8;
        let late = |acc: i32| want(if acc == 570 { 569 } else { acc });
        assert!(equal((-2000, 2000), (-128, 127), want, want));
        assert!(!equal((-2000, 2000), (-128, 127), want, late));
        assert!(equal((-2000, 569), (-128, 127), want, late), "it is out of reach");
        assert!(equal((571, 571), (-128, 127), want, late), "so it is here");
    }
}
