//! In which order steps run: the one whose largest live set is least.
//!
//! A depth-first search over sets of steps that have run asks whether some order stays within a limit, remembering sets
//! that lead nowhere; the limit starts at what no order can undercut and rises to the least that was refused. The
//! first limit that is met is the optimum. Where a step that is ready fits and leaves no more live than it found, only
//! that step is tried: running it later helps nobody (what it frees only grows while others run, so it can be moved to
//! the front of any order that finishes). Straight stretches of a network therefore cost one set each, and the search
//! is as large as its parallel branches, not its length. When the work is spent, the best of a beam search and the
//! source's order is kept.

use super::flow::{Flow, Walk};
use std::cmp::Reverse;
use std::collections::HashSet;

/// Steps that the exact search may look at, over all limits.
const WORK: usize = 400_000;
/// Partial orders that the beam search keeps, for short problems; long ones keep fewer.
const BEAM: usize = 32;
/// Partial orders times steps that the beam search may keep.
const BEAM_STEPS: usize = 20_000;

/// The best order that was found.
pub(super) struct Found {
    /// The order.
    pub(super) order: Vec<usize>,
    /// Its largest live set.
    pub(super) peak: u64,
    /// Whether no order has a smaller one.
    pub(super) proven: bool,
}

/// Looks for the order with the least live set; the source's if no other is better.
pub(super) fn search(flow: &Flow) -> Found {
    let source: Vec<usize> = (0..flow.nodes.len()).collect();
    let mut best = Found { peak: flow.peak(&source), order: source, proven: false };
    let mut limit = flow.floor();
    if best.peak > limit {
        let order = beam(flow);
        let peak = flow.peak(&order);
        if peak < best.peak {
            best = Found { order, peak, proven: false };
        }
    }
    let mut work = WORK;
    while limit < best.peak {
        match within(flow, limit, &mut work) {
            Outcome::Found(order) => best = Found { peak: flow.peak(&order), order, proven: true },
            Outcome::Above(least) => limit = least,
            Outcome::Spent => return best,
        }
    }
    Found { proven: true, ..best }
}

enum Outcome {
    /// An order within the limit.
    Found(Vec<usize>),
    /// There is none; any order reaches this live set.
    Above(u64),
    /// The work did not suffice.
    Spent,
}

/// Whether some order has no live set above a limit.
fn within(flow: &Flow, limit: u64, work: &mut usize) -> Outcome {
    let mut walk = Walk::new(flow);
    let mut seen: HashSet<Vec<u64>> = HashSet::new();
    let mut refused = u64::MAX;
    let mut choices = vec![fitting(&walk, limit, &mut refused)];
    while let Some(top) = choices.last_mut() {
        if walk.order.len() == flow.nodes.len() {
            return Outcome::Found(walk.order);
        }
        let Some(step) = top.pop() else {
            choices.pop();
            walk.undo();
            continue;
        };
        walk.apply(step);
        let Some(rest) = work.checked_sub(1 + walk.ready.len()) else { return Outcome::Spent };
        *work = rest;
        if seen.insert(walk.done.clone()) {
            choices.push(fitting(&walk, limit, &mut refused));
        } else {
            walk.undo();
        }
    }
    Outcome::Above(refused)
}

/// The steps that could run next within a limit, the first of the source last; one that frees as much as it brings
/// stands alone. `refused` becomes the least live set above the limit.
fn fitting(walk: &Walk<'_>, limit: u64, refused: &mut u64) -> Vec<usize> {
    let mut steps = Vec::new();
    for &step in walk.ready.iter().rev() {
        let cost = walk.cost(step);
        if cost > limit {
            *refused = cost.min(*refused);
        } else {
            steps.push(step);
        }
    }
    match steps.iter().rev().find(|&&step| walk.shrinks(step)) {
        Some(&free) => vec![free],
        None => steps,
    }
}

/// Keeps the partial orders with the smallest live sets, all of the same length.
fn beam(flow: &Flow) -> Vec<usize> {
    let width = (BEAM_STEPS / flow.nodes.len().max(1)).clamp(1, BEAM);
    let mut front = vec![(0, Walk::new(flow))];
    for _ in 0..flow.nodes.len() {
        let mut offers = Vec::new();
        for (parent, (peak, walk)) in front.iter().enumerate() {
            for &step in &walk.ready {
                let cost = walk.cost(step).max(*peak);
                offers.push((cost, walk.after(step), parent, step));
            }
        }
        offers.sort_unstable_by_key(|&offer| Reverse(offer));
        let mut seen: HashSet<Vec<u64>> = HashSet::new();
        let mut next = Vec::with_capacity(width);
        while let Some((peak, _, parent, step)) = offers.pop() {
            let mut done = front[parent].1.done.clone();
            done[step / 64] |= 1 << (step % 64);
            if seen.insert(done) {
                let mut walk = front[parent].1.clone();
                walk.apply(step);
                next.push((peak, walk));
            }
            if next.len() == width {
                break;
            }
        }
        front = next;
    }
    front.into_iter().next().map(|(_, walk)| walk.order).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::super::tests::{ids, net, step};
    use super::super::{Kind, Problem, Step};
    use super::*;

    fn flow(problem: &Problem) -> Flow {
        Flow::new(problem).unwrap()
    }

    /// Two branches from one input, each wide and then narrow, joined at the end.
    fn branches(sources: &[[usize; 2]; 4]) -> Problem {
        let mut steps: Vec<Step> = sources.iter().map(|&[read, write]| step(&[read], &[write])).collect();
        steps.push(step(&[2, 4], &[5]));
        net(
            &[
                (16, Kind::Input),
                (160, Kind::Inner),
                (16, Kind::Inner),
                (160, Kind::Inner),
                (16, Kind::Inner),
                (16, Kind::Output),
            ],
            steps,
        )
    }

    #[test]
    fn one_branch_at_a_time() {
        let problem = branches(&[[0, 1], [0, 3], [1, 2], [3, 4]]);
        let found = search(&flow(&problem));
        assert_eq!(found.order, [0, 2, 1, 3, 4]);
        assert_eq!(found.peak, 16 + 16 + 160);
        assert!(found.proven);
    }

    #[test]
    fn the_source_order_stays_when_nothing_is_gained() {
        let problem = branches(&[[0, 3], [3, 4], [0, 1], [1, 2]]);
        let found = search(&flow(&problem));
        assert_eq!(found.order, [0, 1, 2, 3, 4]);
        assert!(found.proven);
    }

    #[test]
    fn readers_run_before_the_next_writer() {
        // Step 2 writes buffer 0 again, so step 1 must have read it, though running 2 early would save bytes.
        let problem = net(
            &[(64, Kind::Inner), (64, Kind::Output), (64, Kind::Output)],
            vec![step(&[], &[0]), step(&[0], &[1]), step(&[], &[0]), step(&[0], &[2])],
        );
        assert_eq!(search(&flow(&problem)).order, [0, 1, 2, 3]);
        assert_eq!(problem.steps[3].reads, ids(&[0]));
    }

    #[test]
    fn a_limit_is_met_or_the_least_above_it_is_told() {
        let problem = branches(&[[0, 1], [0, 3], [1, 2], [3, 4]]);
        let flow = flow(&problem);
        let mut work = WORK;
        assert!(matches!(within(&flow, 191, &mut work), Outcome::Above(192)));
        assert!(matches!(within(&flow, 192, &mut work), Outcome::Found(_)));
        work = 2;
        assert!(matches!(within(&flow, 192, &mut work), Outcome::Spent));
    }

    #[test]
    fn the_beam_finds_what_the_search_finds() {
        let problem = branches(&[[0, 1], [0, 3], [1, 2], [3, 4]]);
        let flow = flow(&problem);
        assert_eq!(flow.peak(&beam(&flow)), 192);
    }
}
