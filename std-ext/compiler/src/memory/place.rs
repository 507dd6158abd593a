//! Where shapes lie in the arena.
//!
//! A [`Shape`] is what shares a first byte: a buffer over its lifetime, or a chain of buffers that take over each
//! other's bytes, whose height may fall from step to step. Two shapes meet if both are live in some step; then one
//! lies above the other, and how much it must clear depends on which (a chain's later, lower part leaves room).
//!
//! Some order of priority with each shape as low as it goes usually reaches the largest live set, which no placement
//! can undercut, and the search ends there. Otherwise small problems are searched exactly, first for that bound, then
//! for less than the best known; large ones by moving what reaches the top to the front.

use super::Lifetime;
use std::cmp::Reverse;

/// Most shapes that the exact search takes on; it is as deep as there are shapes.
const SMALL: usize = 160;
/// Shapes and steps that the exact search may look at.
const WORK: usize = 1_000_000;
/// Shapes that the rounds of shuffling may look at.
const SHUFFLE: usize = 3_000_000;

/// What shares a first byte.
#[derive(Clone, Debug, Default)]
pub(super) struct Shape {
    parts: Vec<(Lifetime, u64)>,
}

/// Where shapes lie.
#[derive(Clone, Debug)]
pub(super) struct Packed {
    /// First byte of each shape.
    pub(super) offsets: Vec<u64>,
    /// Past the last byte of any.
    pub(super) peak: u64,
}

/// Finds offsets for shapes over `steps` steps. All heights are multiples of `align`, so offsets are too.
pub(super) fn place(shapes: &[Shape], steps: usize, align: u64) -> Packed {
    let meets = meetings(shapes, steps);
    let mut load = vec![0; steps];
    for shape in shapes {
        shape.each_height(|step, height| load[step] += height);
    }
    let floor = load.iter().copied().max().unwrap_or(0);
    let mut best: Option<Packed> = None;
    let mut rank = Vec::new();
    for order in priorities(shapes, &load) {
        for ceiling in [None, Some(floor)] {
            let packed = fit(&order, shapes, &meets, ceiling);
            if best.as_ref().is_none_or(|b| packed.peak < b.peak) {
                best = Some(packed);
                rank.clone_from(&order);
            }
        }
        if best.as_ref().is_some_and(|b| b.peak == floor) {
            break;
        }
    }
    let mut best = best.unwrap_or(Packed { offsets: Vec::new(), peak: 0 });
    if best.peak > floor && (shapes.len() > SMALL || !improve(&mut best, shapes, &meets, floor, align, steps))
    {
        shuffle(&mut best, rank, shapes, &meets, floor);
    }
    best
}

impl Shape {
    /// Adds a buffer.
    pub(super) fn add(&mut self, life: Lifetime, height: u64) {
        self.parts.push((life, height));
    }

    fn height(&self) -> u64 {
        self.parts.iter().map(|part| part.1).max().unwrap_or(0)
    }

    fn first(&self) -> usize {
        self.parts.iter().map(|part| part.0.first).min().unwrap_or(0)
    }

    fn last(&self) -> usize {
        self.parts.iter().map(|part| part.0.last).max().unwrap_or(0)
    }

    /// Its height in each step in which it is live.
    fn each_height(&self, mut see: impl FnMut(usize, u64)) {
        for step in self.first()..=self.last() {
            let live = self.parts.iter().filter(|(life, _)| life.first <= step && step <= life.last);
            see(step, live.map(|part| part.1).max().unwrap_or(0));
        }
    }

    /// How far above its first byte another shape must start.
    fn clearance(&self, above: &Shape) -> u64 {
        let meets = |a: &Lifetime| above.parts.iter().any(|(b, _)| a.first <= b.last && b.first <= a.last);
        self.parts.iter().filter(|(life, _)| meets(life)).map(|part| part.1).max().unwrap_or(0)
    }
}

/// A shape that another meets.
#[derive(Clone, Copy)]
struct Meeting {
    /// Which.
    other: usize,
    /// How far above this one the other must start, if it lies above.
    over: u64,
    /// How far above the other this one must start.
    under: u64,
}

/// For each shape those that it meets.
fn meetings(shapes: &[Shape], steps: usize) -> Vec<Vec<Meeting>> {
    let mut starts: Vec<Vec<usize>> = vec![Vec::new(); steps];
    for (i, shape) in shapes.iter().enumerate() {
        starts[shape.first()].push(i);
    }
    let mut meets: Vec<Vec<Meeting>> = vec![Vec::new(); shapes.len()];
    let mut live: Vec<usize> = Vec::new();
    for (step, starting) in starts.iter().enumerate() {
        live.retain(|&i| shapes[i].last() >= step);
        for &a in starting {
            for &b in &live {
                let (over, under) = (shapes[a].clearance(&shapes[b]), shapes[b].clearance(&shapes[a]));
                meets[a].push(Meeting { other: b, over, under });
                meets[b].push(Meeting { other: a, over: under, under: over });
            }
            live.push(a);
        }
    }
    meets
}

/// Orders of priority worth trying.
fn priorities(shapes: &[Shape], load: &[u64]) -> Vec<Vec<usize>> {
    let span = |i: usize| (shapes[i].last() - shapes[i].first() + 1) as u64;
    let height = |i: usize| shapes[i].height();
    let widest = |i: usize| {
        let lived = load.get(shapes[i].first()..=shapes[i].last()).unwrap_or_default();
        lived.iter().copied().max().unwrap_or(0)
    };
    let sorted = |key: &dyn Fn(usize) -> [u64; 3]| {
        let mut order: Vec<usize> = (0..shapes.len()).collect();
        order.sort_by_cached_key(|&i| (Reverse(key(i)), i));
        order
    };
    vec![
        sorted(&|i| [height(i), span(i), 0]),
        sorted(&|i| [widest(i), height(i), span(i)]),
        sorted(&|i| [height(i).saturating_mul(span(i)), height(i), 0]),
        sorted(&|i| [span(i), height(i), 0]),
        sorted(&|i| [widest(i), span(i), height(i)]),
        sorted(&|i| [u64::MAX - shapes[i].first() as u64, height(i), span(i)]),
        sorted(&|i| [shapes[i].last() as u64, height(i), span(i)]),
    ]
}

/// Puts shapes one after another as low as those before leave room; or, with a ceiling, on the ground, else under
/// the ceiling, else as low as possible. A chain of layers, which alternate between the two, needs the ceiling.
fn fit(order: &[usize], shapes: &[Shape], meets: &[Vec<Meeting>], ceiling: Option<u64>) -> Packed {
    let mut offsets: Vec<Option<u64>> = vec![None; shapes.len()];
    let mut peak = 0;
    let mut taken = Vec::new();
    for &shape in order {
        let height = shapes[shape].height();
        taken.clear();
        for meeting in &meets[shape] {
            if let Some(at) = offsets[meeting.other] {
                // Starting anywhere strictly between these would overlap.
                taken.push((at.saturating_sub(meeting.over), at + meeting.under, at < meeting.over));
            }
        }
        taken.sort_unstable();
        let mut start = 0;
        for &(low, high, from_zero) in &taken {
            if start < high && (start > low || from_zero) {
                start = high;
            }
        }
        if let Some(high) = ceiling.and_then(|ceiling| ceiling.checked_sub(height))
            && start > 0
            && taken.iter().all(|&(from, to, from_zero)| high >= to || (high <= from && !from_zero))
        {
            start = high;
        }
        offsets[shape] = Some(start);
        peak = peak.max(start + height);
    }
    Packed { offsets: offsets.into_iter().map(Option::unwrap_or_default).collect(), peak }
}

/// Rounds of [`fit`] with shapes that reach the top moved forward, and some at random.
fn shuffle(best: &mut Packed, mut rank: Vec<usize>, shapes: &[Shape], meets: &[Vec<Meeting>], floor: u64) {
    let links: usize = meets.iter().map(Vec::len).sum();
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    for round in 0..(SHUFFLE / (links + shapes.len() + 1)).clamp(8, 2000) {
        let mut order = rank.clone();
        let tops = |&i: &usize| best.offsets[order[i]] + shapes[order[i]].height() == best.peak;
        for at in (0..order.len()).filter(tops).collect::<Vec<_>>() {
            let to = random.below(at + 1);
            order[to..=at].rotate_right(1);
        }
        let (a, b) = (random.below(order.len()), random.below(order.len()));
        order.swap(a, b);
        let packed = fit(&order, shapes, meets, (round % 2 == 0).then_some(floor));
        if packed.peak <= best.peak {
            *best = packed;
            rank = order;
        }
        if best.peak == floor {
            return;
        }
    }
}

/// Marsaglia's xorshift; only ever seeded with a constant.
struct Random(u64);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % n as u64) as usize
    }
}

/// Searches exactly for the floor, and if that is impossible for anything below the best. Whether `best` is now
/// proven to be the least.
fn improve(
    best: &mut Packed,
    shapes: &[Shape],
    meets: &[Vec<Meeting>],
    floor: u64,
    align: u64,
    steps: usize,
) -> bool {
    let mut work = WORK;
    let mut limit = floor;
    loop {
        let mut stack = Stack::new(shapes, meets, steps, limit, work);
        let fits = stack.search(0, 0, 0);
        work = stack.work;
        if fits {
            let tops = stack.at.iter().zip(shapes).map(|(at, shape)| at + shape.height());
            let peak = tops.max().unwrap_or(0);
            *best = Packed { offsets: stack.at, peak };
        } else if work == 0 {
            return false;
        }
        if best.peak <= floor || (!fits && limit + align >= best.peak) {
            return true;
        }
        limit = best.peak - align;
    }
}

/// Placements that fill the arena from below. Any placement can be pushed down until each shape lies on the ground
/// or on one that it meets; taken by rising offset, each then lies just above all that it meets among those before.
/// So it suffices to try which comes next.
struct Stack<'a> {
    shapes: &'a [Shape],
    meets: &'a [Vec<Meeting>],
    /// No shape may end above this.
    limit: u64,
    /// What may still be looked at.
    work: usize,
    placed: Vec<bool>,
    /// Where a shape lies, or the lowest it could.
    at: Vec<u64>,
    /// Heights of a shape, from its first step on.
    heights: Vec<Vec<u64>>,
    /// For each step, past the last byte of what is placed.
    top: Vec<u64>,
    /// For each step, bytes of what is not yet placed.
    rest: Vec<u64>,
}

impl<'a> Stack<'a> {
    fn new(shapes: &'a [Shape], meets: &'a [Vec<Meeting>], steps: usize, limit: u64, work: usize) -> Self {
        let mut rest = vec![0; steps];
        let mut heights = vec![Vec::new(); shapes.len()];
        for (shape, heights) in shapes.iter().zip(&mut heights) {
            shape.each_height(|step, height| {
                rest[step] += height;
                heights.push(height);
            });
        }
        Stack {
            shapes,
            meets,
            limit,
            work,
            placed: vec![false; shapes.len()],
            at: vec![0; shapes.len()],
            heights,
            top: vec![0; steps],
            rest,
        }
    }

    /// Whether the shapes that are left fit, given how many are placed, and offset and index of the last one.
    fn search(&mut self, count: usize, level: u64, last: usize) -> bool {
        if count == self.shapes.len() {
            return true;
        }
        self.work = self.work.saturating_sub(self.shapes.len() + self.top.len());
        if self.work == 0 || !self.hopeful(level) {
            return false;
        }
        let next = |&i: &usize| !self.placed[i] && (self.at[i], i) >= (level, last);
        let mut choices: Vec<usize> = (0..self.shapes.len()).filter(next).collect();
        choices.sort_by_key(|&i| (self.at[i], Reverse(self.shapes[i].height()), i));
        for shape in choices {
            let undo = self.put(shape);
            if self.search(count + 1, self.at[shape], shape) {
                return true;
            }
            self.take(shape, undo);
            if self.work == 0 {
                return false;
            }
        }
        false
    }

    /// False if what is left cannot fit: in some step, or by one shape alone.
    fn hopeful(&self, level: u64) -> bool {
        let fits = |(&top, &rest): (&u64, &u64)| rest == 0 || top.max(level) + rest <= self.limit;
        self.top.iter().zip(&self.rest).all(fits)
            && (0..self.shapes.len())
                .all(|i| self.placed[i] || self.at[i].max(level) + self.shapes[i].height() <= self.limit)
    }

    /// Places a shape where it stands; what it changed, for [`Stack::take`].
    fn put(&mut self, shape: usize) -> (Vec<(usize, u64)>, Vec<u64>) {
        self.placed[shape] = true;
        let mut raised = Vec::new();
        for meeting in self.meets[shape].iter().filter(|m| !self.placed[m.other]) {
            let low = self.at[shape] + meeting.over;
            if low > self.at[meeting.other] {
                raised.push((meeting.other, self.at[meeting.other]));
                self.at[meeting.other] = low;
            }
        }
        let first = self.shapes[shape].first();
        let mut tops = Vec::with_capacity(self.heights[shape].len());
        for (step, &height) in (first..).zip(&self.heights[shape]) {
            tops.push(self.top[step]);
            self.top[step] = self.top[step].max(self.at[shape] + height);
            self.rest[step] -= height;
        }
        (raised, tops)
    }

    fn take(&mut self, shape: usize, (raised, tops): (Vec<(usize, u64)>, Vec<u64>)) {
        self.placed[shape] = false;
        for (other, low) in raised {
            self.at[other] = low;
        }
        for ((step, top), height) in (self.shapes[shape].first()..).zip(tops).zip(&self.heights[shape]) {
            self.top[step] = top;
            self.rest[step] += height;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(parts: &[(usize, usize, u64)]) -> Shape {
        let mut shape = Shape::default();
        for &(first, last, height) in parts {
            shape.add(Lifetime { first, last }, height);
        }
        shape
    }

    #[test]
    fn a_ladder_alternates() {
        let shapes: Vec<Shape> = (0..20).map(|i| shape(&[(i, i + 1, 16 * (i as u64 % 3 + 1))])).collect();
        let packed = place(&shapes, 21, 16);
        assert_eq!(packed.peak, 48 + 32);
    }

    #[test]
    fn what_a_chain_gives_back_is_used() {
        // A chain of 64 then 16 bytes lies at 0; what begins later fits above its lower part.
        let shapes = [shape(&[(0, 1, 64), (1, 3, 16)]), shape(&[(2, 3, 48)])];
        let packed = place(&shapes, 4, 16);
        assert_eq!(packed.peak, 64);
    }

    #[test]
    fn the_search_beats_every_first_fit_or_proves_them() {
        // Seeded random boxes on a short time axis, where gaps are common; compared with all orders of first fit
        // and all pushed-down placements.
        let mut random = Random(7);
        for _ in 0..200 {
            let shapes: Vec<Shape> = (0..6)
                .map(|_| {
                    let first = random.below(5);
                    shape(&[(first, first + random.below(5 - first), 16 * (1 + random.below(6) as u64))])
                })
                .collect();
            let meets = meetings(&shapes, 5);
            let mut least = u64::MAX;
            permute(&mut (0..6).collect(), 0, &mut |order| {
                least = least.min(fit(order, &shapes, &meets, None).peak);
            });
            assert_eq!(place(&shapes, 5, 16).peak, least);
        }
    }

    #[test]
    fn an_impossible_floor_is_proven() {
        let shapes = [shape(&[(0, 1, 32)]), shape(&[(1, 2, 32)])];
        let meets = meetings(&shapes, 3);
        let mut best = Packed { offsets: vec![0, 48], peak: 80 };
        assert!(improve(&mut best, &shapes, &meets, 32, 16, 3));
        assert_eq!(best.peak, 64);
    }

    fn permute(order: &mut Vec<usize>, from: usize, see: &mut impl FnMut(&[usize])) {
        if from == order.len() {
            return see(order);
        }
        for i in from..order.len() {
            order.swap(from, i);
            permute(order, from + 1, see);
            order.swap(from, i);
        }
    }
}
