//! The naive sum and the lower bound, computed from a finished plan by code that shares nothing with the planner.

use super::{BufferId, Kind, Problem};
use std::collections::{BTreeMap, BTreeSet};

/// Bytes of all buffers side by side, each rounded up to the alignment.
pub fn naive(problem: &Problem) -> u64 {
    problem.buffers.iter().map(|buffer| rounded(buffer.bytes, problem.align)).sum()
}

/// The largest simultaneous live set: no offsets can give this order with these aliases a smaller arena.
pub fn lower(problem: &Problem, order: &[usize], aliases: &[Option<BufferId>]) -> u64 {
    live(problem, order, aliases).into_iter().max().unwrap_or(0)
}

/// Bytes that are live in each step of the order, scratch included. Of buffers that share their bytes the largest
/// counts. A problem without steps has one moment.
pub fn live(problem: &Problem, order: &[usize], aliases: &[Option<BufferId>]) -> Vec<u64> {
    let bytes = |set: Vec<BufferId>| {
        let mut shared: BTreeMap<BufferId, u64> = BTreeMap::new();
        for id in set {
            let root = aliases.get(id.0).copied().flatten().unwrap_or(id);
            let bytes = problem.buffers.get(id.0).map_or(0, |b| rounded(b.bytes, problem.align));
            let most = shared.entry(root).or_default();
            *most = bytes.max(*most);
        }
        shared.values().sum()
    };
    sets(problem, order).into_iter().map(bytes).collect()
}

/// The buffers that are live in each step of the order, by walking it once: what a step touches joins, and leaves
/// when no later step touches it and the caller does not need it.
pub(super) fn sets(problem: &Problem, order: &[usize]) -> Vec<Vec<BufferId>> {
    let kind = |id: &BufferId| problem.buffers.get(id.0).map(|b| b.kind);
    let mut standing: BTreeSet<BufferId> = (0..problem.buffers.len())
        .map(BufferId)
        .filter(|id| matches!(kind(id), Some(Kind::Input | Kind::Through | Kind::State)))
        .collect();
    let steps: Vec<_> = order.iter().filter_map(|&step| problem.steps.get(step)).collect();
    let mut ends: BTreeMap<BufferId, usize> = BTreeMap::new();
    for (at, step) in steps.iter().enumerate() {
        ends.extend(step.reads.iter().chain(&step.writes).map(|&id| (id, at)));
    }
    let mut all = Vec::with_capacity(steps.len().max(1));
    for (at, step) in steps.iter().enumerate() {
        standing.extend(step.reads.iter().chain(&step.writes).chain(&step.scratch).copied());
        all.push(standing.iter().copied().collect());
        standing.retain(|id| {
            matches!(kind(id), Some(Kind::Output | Kind::Through | Kind::State))
                || ends.get(id).is_some_and(|&end| end > at)
        });
    }
    if all.is_empty() {
        all.push(standing.into_iter().collect());
    }
    all
}

fn rounded(bytes: u32, align: u32) -> u64 {
    let align = u64::from(align.max(1));
    u64::from(bytes).div_ceil(align) * align
}

#[cfg(test)]
mod tests {
    use super::super::{Buffer, Step};
    use super::*;

    fn problem() -> Problem {
        let buffer = |bytes, kind| Buffer { bytes, kind };
        Problem {
            buffers: vec![
                buffer(100, Kind::Input),
                buffer(40, Kind::Inner),
                buffer(40, Kind::Inner),
                buffer(10, Kind::Output),
                buffer(20, Kind::Scratch),
                buffer(8, Kind::State),
            ],
            steps: vec![
                Step { reads: vec![BufferId(0)], writes: vec![BufferId(1)], ..Step::default() },
                Step { reads: vec![BufferId(1)], writes: vec![BufferId(2)], ..Step::default() },
                Step {
                    reads: vec![BufferId(2)],
                    writes: vec![BufferId(3)],
                    scratch: vec![BufferId(4)],
                    ..Step::default()
                },
            ],
            align: 16,
        }
    }

    #[test]
    fn live_sets_by_hand() {
        // Rounded: 112, 48, 48, 16, 32, 16.
        let mut aliases = vec![None; 6];
        assert_eq!(naive(&problem()), 112 + 48 + 48 + 16 + 32 + 16);
        assert_eq!(live(&problem(), &[0, 1, 2], &aliases), [176, 112, 112]);
        aliases[2] = Some(BufferId(1));
        assert_eq!(live(&problem(), &[0, 1, 2], &aliases), [176, 64, 112]);
        assert_eq!(lower(&problem(), &[0, 1, 2], &aliases), 176);
    }

    #[test]
    fn without_steps_what_the_caller_fills_is_live() {
        let problem = Problem { steps: Vec::new(), ..problem() };
        assert_eq!(live(&problem, &[], &[None; 6]), [128]);
    }
}
