//! What a search for precision makes as little of as it may.

use super::mixed::Point;
use crate::named::named;

/// Of what a model of mixed precision has the least that the budget allows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Least {
    /// Operators above the least precision.
    #[default]
    Raised,
    /// Bytes of the file.
    Size,
    /// Bytes of work memory.
    Ram,
    /// Estimated instructions.
    Latency,
}

named!(Least, "goal", [Raised "raised", Size "size", Ram "ram", Latency "latency"]);

impl Least {
    /// How much a model has of it.
    pub(super) fn of(self, point: &Point) -> u64 {
        match self {
            Least::Raised => point.raised as u64,
            Least::Size => point.bytes,
            Least::Ram => point.arena_bytes,
            Least::Latency => point.instructions.unwrap_or(u64::MAX),
        }
    }
}

/// The models than which none is better in one thing and as good in all others, those first that lose most.
pub(super) fn frontier(points: &[Point]) -> Vec<Point> {
    let costs = |point: &Point| [Least::Size, Least::Ram, Least::Latency].map(|least| least.of(point));
    let beats = |a: &Point, b: &Point| {
        let (x, y) = (costs(a), costs(b));
        let as_good = a.drop <= b.drop && x.iter().zip(&y).all(|(x, y)| x <= y);
        as_good && (a.drop < b.drop || x != y)
    };
    let best = points.iter().filter(|point| !points.iter().any(|other| beats(other, point)));
    let mut best: Vec<Point> = best.cloned().collect();
    best.sort_by(|a, b| b.drop.total_cmp(&a.drop).then(costs(a).cmp(&costs(b))));
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_another_beats_is_left_out() {
        let point = |bytes, arena_bytes, drop| Point {
            raised: 0,
            wide: 0,
            int4: 0,
            bytes,
            arena_bytes,
            instructions: None,
            drop,
            fits: false,
        };
        let all = [point(9, 9, 0.0), point(5, 6, 1.0), point(6, 6, 1.0), point(6, 5, 1.0), point(9, 9, 0.5)];
        let left: Vec<_> = frontier(&all).iter().map(|point| (point.bytes, point.arena_bytes)).collect();
        assert_eq!(left, [(5, 6), (6, 5), (9, 9)]);
    }
}
