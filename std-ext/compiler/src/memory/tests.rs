//! The planner as a whole: hand-made cases, real shapes, and random problems against a brute force.

use super::*;

pub(super) fn ids(indices: &[usize]) -> Vec<BufferId> {
    indices.iter().copied().map(BufferId).collect()
}

pub(super) fn step(reads: &[usize], writes: &[usize]) -> Step {
    Step { reads: ids(reads), writes: ids(writes), ..Step::default() }
}

pub(super) fn net(buffers: &[(u32, Kind)], steps: Vec<Step>) -> Problem {
    let buffers = buffers.iter().map(|&(bytes, kind)| Buffer { bytes, kind }).collect();
    Problem { buffers, steps, align: 16 }
}

/// A chain of steps with changing sizes.
pub(super) fn chain(steps: usize) -> Problem {
    let mut build = Build::new(100);
    for i in 0..steps {
        build.layer(200 + (i as u32 * 7919) % 3000, 0);
    }
    build.finish()
}

/// Makes networks: each layer reads what is named and writes a new buffer.
struct Build {
    buffers: Vec<(u32, Kind)>,
    steps: Vec<Step>,
    now: usize,
}

impl Build {
    fn new(input: u32) -> Self {
        Build { buffers: vec![(input, Kind::Input)], steps: Vec::new(), now: 0 }
    }

    fn add(&mut self, bytes: u32, kind: Kind) -> usize {
        self.buffers.push((bytes, kind));
        self.buffers.len() - 1
    }

    fn from(&mut self, reads: &[usize], bytes: u32, scratch: u32) -> usize {
        let out = self.add(bytes, Kind::Inner);
        let mut step = step(reads, &[out]);
        if scratch > 0 {
            let scratch = self.add(scratch, Kind::Scratch);
            step.scratch = ids(&[scratch]);
        }
        self.steps.push(step);
        self.now = out;
        out
    }

    fn layer(&mut self, bytes: u32, scratch: u32) -> usize {
        self.from(&[self.now], bytes, scratch)
    }

    /// An addition, which may overwrite either operand.
    fn sum(&mut self, a: usize, b: usize) -> usize {
        let bytes = self.buffers[a].0;
        let out = self.from(&[a, b], bytes, 0);
        let pairs = [a, b].map(|read| (BufferId(read), BufferId(out)));
        self.steps.last_mut().unwrap().in_place = pairs.to_vec();
        out
    }

    fn finish(mut self) -> Problem {
        let now = self.now;
        self.buffers[now].1 = Kind::Output;
        net(&self.buffers, self.steps)
    }
}

/// Plans, verifies, and compares with the bound.
fn checked(problem: &Problem) -> (Layout, u64) {
    let layout = plan(problem).unwrap();
    verify::verify(problem, &layout).unwrap();
    let least = bound::lower(problem, &layout.order, &layout.aliases);
    assert!(
        u64::from(layout.peak) >= least && u64::from(layout.peak) <= layout.naive,
        "{problem:?} {layout:?}"
    );
    (layout, least)
}

fn resnet(blocks: usize) -> Problem {
    let mut net = Build::new(3 * 32 * 32);
    let mut bytes = 32 * 32 * 16;
    net.layer(bytes, 432);
    for block in 0..blocks {
        let skip = net.now;
        let halve = block % 3 == 1;
        bytes = if halve { bytes / 2 } else { bytes };
        net.layer(bytes, 576);
        let main = net.layer(bytes, 576);
        let skip = if halve { net.from(&[skip], bytes, 64) } else { skip };
        net.sum(main, skip);
    }
    net.layer(64, 0);
    net.layer(10, 0);
    net.layer(10, 40);
    net.finish()
}

fn mobilenet() -> Problem {
    let mut net = Build::new(96 * 96 * 3);
    for (side, channels) in
        [(48, 8), (48, 8), (48, 16), (24, 16), (24, 32), (24, 32), (24, 32), (12, 32), (12, 64)]
    {
        net.layer(side * side * channels, 128);
    }
    net.layer(64, 0);
    net.layer(2, 0);
    net.finish()
}

#[test]
fn networks_of_known_shapes_reach_the_bound() {
    for problem in [resnet(3), resnet(30), mobilenet(), chain(30), chain(300)] {
        let (layout, least) = checked(&problem);
        assert_eq!(u64::from(layout.peak), least);
        assert!(layout.exact);
    }
    assert_eq!(plan(&mobilenet()).unwrap().peak, 48 * 48 * (8 + 16) + 128);
    assert_eq!(plan(&resnet(3)).unwrap().peak, 3 * 16384 + 576);
}

#[test]
fn many_parallel_branches_still_get_a_good_layout() {
    // 24 branches of four layers each: too many sets for the exact search.
    let mut net = Build::new(1024);
    let ends: Vec<usize> = (0..24)
        .map(|branch| {
            net.now = 0;
            for i in 0..4 {
                net.layer(64 + (branch * 37 + i * 101) % 900, 0);
            }
            net.now
        })
        .collect();
    net.from(&ends, 512, 0);
    let (layout, least) = checked(&net.finish());
    assert!(u64::from(layout.peak) * 100 <= least * 101, "{} over {least}", layout.peak);
}

#[test]
fn a_chain_in_place_shares_one_offset() {
    let mut net = Build::new(64);
    for _ in 0..3 {
        let read = net.now;
        let out = net.layer(64, 0);
        net.steps.last_mut().unwrap().in_place = vec![(BufferId(read), BufferId(out))];
    }
    let (layout, _) = checked(&net.finish());
    assert_eq!(layout.peak, 64);
    assert_eq!(layout.aliases, [None, Some(BufferId(0)), Some(BufferId(0)), Some(BufferId(0))]);
    assert!(layout.exact);
}

#[test]
fn what_is_read_again_is_not_overwritten() {
    let mut first = step(&[0], &[1]);
    first.in_place = vec![(BufferId(0), BufferId(1))];
    let problem =
        net(&[(64, Kind::Input), (64, Kind::Inner), (64, Kind::Output)], vec![first, step(&[0, 1], &[2])]);
    let (layout, _) = checked(&problem);
    assert_eq!((layout.aliases[1], layout.peak), (None, 192));
}

#[test]
fn what_the_caller_keeps_is_not_overwritten() {
    for kind in [Kind::Through, Kind::State] {
        let mut only = step(&[0], &[1]);
        only.in_place = vec![(BufferId(0), BufferId(1))];
        let (layout, _) = checked(&net(&[(64, kind), (64, Kind::Output)], vec![only]));
        assert_eq!((layout.aliases[1], layout.peak), (None, 128));
    }
}

#[test]
fn a_larger_write_does_not_take_over_a_smaller_read() {
    let mut only = step(&[0], &[1]);
    only.in_place = vec![(BufferId(0), BufferId(1))];
    let (layout, _) = checked(&net(&[(60, Kind::Input), (64, Kind::Output)], vec![only]));
    assert_eq!((layout.aliases[1], layout.peak), (None, 128));
}

#[test]
fn nothing_and_almost_nothing() {
    assert_eq!(checked(&Problem { align: 16, ..Problem::default() }).0.peak, 0);
    assert_eq!(checked(&net(&[(5, Kind::Through), (7, Kind::Input)], vec![])).0.peak, 32);
    let (layout, _) =
        checked(&net(&[(0, Kind::Input), (0, Kind::Output), (9, Kind::Inner)], vec![step(&[0], &[1])]));
    assert_eq!((layout.peak, layout.lifetimes[2]), (0, None));
}

#[test]
fn bad_problems_are_refused() {
    let kinds = [(8, Kind::Input), (8, Kind::Output), (8, Kind::Scratch), (8, Kind::Inner)];
    let fails = |steps: Vec<Step>| plan(&net(&kinds, steps)).unwrap_err();
    let good = || step(&[0], &[1]);
    let buffer = BufferId;
    assert_eq!(fails(vec![step(&[9], &[1])]), MemoryError::Unknown { step: 0, buffer: buffer(9) });
    assert_eq!(fails(vec![step(&[3], &[1])]), MemoryError::Unwritten { step: 0, buffer: buffer(3) });
    assert_eq!(fails(vec![]), MemoryError::NoWriter(buffer(1)));
    assert_eq!(fails(vec![good(), step(&[2], &[3])]), MemoryError::Scratch { step: 1, buffer: buffer(2) });
    let wrong = Step { scratch: ids(&[3]), ..good() };
    assert_eq!(fails(vec![wrong]), MemoryError::Scratch { step: 0, buffer: buffer(3) });
    let shared = || Step { scratch: ids(&[2]), ..good() };
    assert_eq!(fails(vec![shared(), shared()]), MemoryError::Scratch { step: 1, buffer: buffer(2) });
    let swapped = Step { in_place: vec![(buffer(1), buffer(0))], ..good() };
    assert_eq!(fails(vec![swapped]), MemoryError::InPlace { step: 0, read: buffer(1), write: buffer(0) });
    for align in [0, 12] {
        assert_eq!(plan(&Problem { align, ..Problem::default() }), Err(MemoryError::Align(align)));
    }
}

#[test]
fn more_than_an_offset_reaches_is_an_error() {
    let kinds = [(u32::MAX, Kind::Input), (u32::MAX, Kind::Output)];
    let error = plan(&net(&kinds, vec![step(&[0], &[1])])).unwrap_err();
    assert_eq!(error, MemoryError::TooLarge(2 << 32));
    let alone = plan(&net(&[(u32::MAX - 15, Kind::Through)], vec![])).unwrap();
    assert_eq!(alone.peak, u32::MAX - 15);
}

/// xorshift32, seeded by the case.
struct Random(u32);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 17;
        self.0 ^= self.0 << 5;
        self.0 as usize % n
    }
}

fn random(seed: u32, steps: usize) -> Problem {
    let mut random = Random(seed.wrapping_mul(0x9e37_79b9) | 1);
    let mut buffers = vec![(1 + random.below(200) as u32, Kind::Input)];
    if random.below(3) == 0 {
        buffers
            .push((1 + random.below(100) as u32, [Kind::Input, Kind::Through, Kind::State][random.below(3)]));
    }
    let mut all = Vec::new();
    for _ in 0..steps {
        let mut read: Vec<usize> = (0..=random.below(2)).map(|_| random.below(buffers.len())).collect();
        read.retain(|&b| buffers[b].1 != Kind::Scratch);
        let mut written = Vec::new();
        for _ in 0..=random.below(5) / 4 {
            let kind = if random.below(6) == 0 { Kind::Output } else { Kind::Inner };
            let like = read.first().filter(|_| random.below(2) == 0).map(|&b| buffers[b].0);
            buffers.push((like.unwrap_or(random.below(200) as u32), kind));
            written.push(buffers.len() - 1);
        }
        if random.below(12) == 0 && buffers[0].1 != Kind::Scratch {
            written.push(0);
        }
        let mut step = step(&read, &written);
        for &r in &read {
            for &w in &written {
                if random.below(2) == 0 {
                    step.in_place.push((BufferId(r), BufferId(w)));
                }
            }
        }
        if random.below(3) == 0 {
            buffers.push((1 + random.below(80) as u32, Kind::Scratch));
            step.scratch = ids(&[buffers.len() - 1]);
        }
        all.push(step);
    }
    net(&buffers, all)
}

#[test]
fn random_problems_hold_every_rule() {
    let mut reached = 0;
    for seed in 0..600 {
        let problem = random(seed, 1 + seed as usize % 25);
        let (layout, least) = checked(&problem);
        if seed % 10 == 0 {
            assert_eq!(layout, plan(&problem).unwrap(), "planned twice, seed {seed}");
        }
        assert!(!layout.exact || u64::from(layout.peak) == least, "seed {seed}");
        reached += usize::from(u64::from(layout.peak) == least);
    }
    println!("{reached} of 600 reach the bound");
    // Some cannot, whatever the offsets: with random shapes gaps are common.
    assert!(reached >= 570, "{reached}");
}

#[test]
fn small_problems_equal_a_brute_force() {
    let mut exact = 0;
    for seed in 0..300 {
        let problem = random(seed + 5000, 1 + seed as usize % 6);
        let (layout, _) = checked(&problem);
        let mut least = u64::MAX;
        orders(&problem, &mut Vec::new(), &mut |order| least = least.min(live_set(&problem, order)));
        assert!(u64::from(layout.peak) >= least, "seed {seed}");
        if layout.exact {
            assert_eq!(u64::from(layout.peak), least, "seed {seed}");
            exact += 1;
        }
        assert_eq!(order::search(&Flow::new(&problem).unwrap()).peak, least, "seed {seed}");
    }
    println!("{exact} of 300 are proven");
    assert!(exact >= 290, "{exact}");
}

/// Every order that keeps what the source's order says about each buffer.
fn orders(problem: &Problem, order: &mut Vec<usize>, see: &mut impl FnMut(&[usize])) {
    if order.len() == problem.steps.len() {
        return see(order);
    }
    let clash = |a: usize, b: usize| {
        let (a, b) = (&problem.steps[a], &problem.steps[b]);
        let hits = |x: &[BufferId], y: &[BufferId]| x.iter().any(|id| y.contains(id));
        hits(&a.writes, &b.writes) || hits(&a.writes, &b.reads) || hits(&a.reads, &b.writes)
    };
    for step in 0..problem.steps.len() {
        let waits = (0..step).any(|earlier| !order.contains(&earlier) && clash(earlier, step));
        if !order.contains(&step) && !waits {
            order.push(step);
            orders(problem, order, see);
            order.pop();
        }
    }
}

/// The least live set of an order over all choices of pairs, one choice a step.
fn live_set(problem: &Problem, order: &[usize]) -> u64 {
    let plain = bound::live(problem, order, &vec![None; problem.buffers.len()]);
    let touched = |range: &[usize], id: BufferId| {
        range.iter().any(|&s| problem.steps[s].reads.contains(&id) || problem.steps[s].writes.contains(&id))
    };
    let kind = |id: BufferId| problem.buffers[id.0].kind;
    let bytes = |id: BufferId| u64::from(problem.buffers[id.0].bytes.next_multiple_of(16));
    let mut most = 0;
    for (at, live) in plain.iter().enumerate() {
        let step = &problem.steps[order[at]];
        let legal: Vec<_> = step
            .in_place
            .iter()
            .filter(|&&(r, w)| {
                matches!(kind(r), Kind::Input | Kind::Inner)
                    && matches!(kind(w), Kind::Inner | Kind::Output)
                    && !step.writes.contains(&r)
                    && problem.buffers[r.0].bytes >= problem.buffers[w.0].bytes
                    && !touched(&order[at + 1..], r)
                    && !touched(&order[..at], w)
            })
            .collect();
        let saved = (0..1u32 << legal.len()).filter_map(|subset| {
            let chosen: Vec<_> =
                (0..legal.len()).filter(|i| subset >> i & 1 == 1).map(|i| legal[i]).collect();
            let clash = |i: usize, j: usize| chosen[i].0 == chosen[j].0 || chosen[i].1 == chosen[j].1;
            let disjoint = (0..chosen.len()).all(|i| (0..i).all(|j| !clash(i, j)));
            disjoint.then(|| chosen.iter().map(|pair| bytes(pair.1)).sum::<u64>())
        });
        most = most.max(live - saved.max().unwrap_or(0));
    }
    most
}
