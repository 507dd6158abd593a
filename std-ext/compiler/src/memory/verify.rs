//! Whether a layout can be run: a check that trusts nothing of the planner.

use super::{BufferId, Kind, Layout, Problem, bound};
use std::collections::BTreeSet;
use thiserror::Error;

/// What is wrong with a layout.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Fault {
    /// The order does not name each step once, or a table has not one entry for each buffer
    /// that the problem names.
    #[error("the layout has not one entry for each step and buffer, or the problem names others")]
    Shape,
    /// Two steps that depend on each other changed places.
    #[error("step {later} runs before step {earlier}, on which it depends")]
    Order {
        /// Index in the source's order.
        earlier: usize,
        /// Index in the source's order.
        later: usize,
    },
    /// An offset is no multiple of the alignment.
    #[error("{0} is not aligned")]
    Unaligned(BufferId),
    /// A buffer ends past the peak.
    #[error("{0} ends past the peak")]
    Outside(BufferId),
    /// Two buffers share bytes in a step that does not allow it.
    #[error("{one} and {other} overlap in position {at}")]
    Overlap {
        /// The one.
        one: BufferId,
        /// The other.
        other: BufferId,
        /// Position in the order.
        at: usize,
    },
    /// A buffer is said to share bytes with one that lies elsewhere, or is itself shared.
    #[error("{0} is not where its alias is")]
    Alias(BufferId),
    /// A lifetime is not that of the order.
    #[error("{0} is live at other times than the layout says")]
    Lifetime(BufferId),
}

/// Checks a layout against its problem.
///
/// # Errors
///
/// The first fault that is found.
pub fn verify(problem: &Problem, layout: &Layout) -> Result<(), Fault> {
    let buffers = problem.buffers.len();
    let each: BTreeSet<usize> = layout.order.iter().copied().collect();
    let named = problem.steps.iter().flat_map(|s| s.reads.iter().chain(&s.writes).chain(&s.scratch));
    if layout.order.len() != problem.steps.len()
        || named.into_iter().any(|id| id.0 >= buffers)
        || !each.into_iter().eq(0..problem.steps.len())
        || [layout.offsets.len(), layout.aliases.len(), layout.lifetimes.len()] != [buffers; 3]
    {
        return Err(Fault::Shape);
    }
    depends(problem, layout)?;
    let sets = bound::sets(problem, &layout.order);
    lifetimes(layout, &sets)?;
    for id in (0..buffers).map(BufferId) {
        let range = range(problem, layout, id);
        if layout.lifetimes[id.0].is_some() && range.end > u64::from(layout.peak) {
            return Err(Fault::Outside(id));
        }
        if !range.start.is_multiple_of(u64::from(problem.align)) {
            return Err(Fault::Unaligned(id));
        }
        if let Some(root) = layout.aliases[id.0]
            && (layout.offsets.get(root.0) != Some(&layout.offsets[id.0]) || layout.aliases[root.0].is_some())
        {
            return Err(Fault::Alias(id));
        }
    }
    for (at, set) in sets.iter().enumerate() {
        let mut spans: Vec<_> = set.iter().map(|&id| (range(problem, layout, id), id)).collect();
        spans.retain(|(range, _)| !range.is_empty());
        for (i, (a, one)) in spans.iter().enumerate() {
            for (b, other) in &spans[i + 1..] {
                let apart = a.end <= b.start || b.end <= a.start;
                if !apart && !allowed(problem, layout, at, *one, *other) {
                    return Err(Fault::Overlap { one: *one, other: *other, at });
                }
            }
        }
    }
    Ok(())
}

/// Whether steps that touch a common buffer, one of them writing, run in the source's order.
fn depends(problem: &Problem, layout: &Layout) -> Result<(), Fault> {
    let mut ran: Vec<Vec<(usize, bool)>> = vec![Vec::new(); problem.buffers.len()];
    for &at in &layout.order {
        let step = &problem.steps[at];
        for id in step.reads.iter().chain(&step.writes) {
            let writes = step.writes.contains(id);
            if let Some(&(later, _)) = ran[id.0].iter().find(|&&(other, w)| other > at && (w || writes)) {
                return Err(Fault::Order { earlier: at, later });
            }
            ran[id.0].push((at, writes));
        }
    }
    Ok(())
}

/// Whether lifetimes are the runs of steps in which buffers are live.
fn lifetimes(layout: &Layout, sets: &[Vec<BufferId>]) -> Result<(), Fault> {
    let mut seen: Vec<Option<(usize, usize)>> = vec![None; layout.lifetimes.len()];
    for (at, set) in sets.iter().enumerate() {
        for id in set {
            seen[id.0].get_or_insert((at, at)).1 = at;
        }
    }
    let wrong = |&b: &usize| layout.lifetimes[b].map(|l| (l.first, l.last)) != seen[b];
    (0..seen.len()).find(wrong).map_or(Ok(()), |b| Err(Fault::Lifetime(BufferId(b))))
}

/// Whether two buffers may share bytes in a step: it says so for one that it reads, which is needed no more and no
/// smaller, and one that it writes, which held nothing before; and both start at the same byte.
fn allowed(problem: &Problem, layout: &Layout, at: usize, one: BufferId, other: BufferId) -> bool {
    let touches = |from: usize, to: usize, id: BufferId| {
        layout.order[from..to].iter().any(|&s| {
            let step = &problem.steps[s];
            step.reads.contains(&id) || step.writes.contains(&id)
        })
    };
    let Some(&now) = layout.order.get(at) else { return false };
    let step = &problem.steps[now];
    let legal = |read: BufferId, write: BufferId| {
        step.in_place.contains(&(read, write))
            && !step.writes.contains(&read)
            && !touches(at + 1, layout.order.len(), read)
            && !touches(0, at, write)
            && matches!(problem.buffers[read.0].kind, Kind::Input | Kind::Inner)
            && matches!(problem.buffers[write.0].kind, Kind::Output | Kind::Inner)
            && problem.buffers[read.0].bytes >= problem.buffers[write.0].bytes
            && layout.offsets[read.0] == layout.offsets[write.0]
    };
    legal(one, other) || legal(other, one)
}

fn range(problem: &Problem, layout: &Layout, id: BufferId) -> std::ops::Range<u64> {
    let start = u64::from(layout.offsets[id.0]);
    start..start + u64::from(problem.buffers[id.0].bytes)
}

#[cfg(test)]
mod tests {
    use super::super::tests::{net, step};
    use super::super::{Lifetime, plan};
    use super::*;

    /// Input 0 to 1 in place, 1 to output 2 elsewhere.
    fn problem() -> Problem {
        let mut first = step(&[0], &[1]);
        first.in_place.push((BufferId(0), BufferId(1)));
        net(&[(32, Kind::Input), (32, Kind::Inner), (32, Kind::Output)], vec![first, step(&[1], &[2])])
    }

    fn broken(change: impl Fn(&mut Layout)) -> Fault {
        let mut layout = plan(&problem()).unwrap();
        assert_eq!(verify(&problem(), &layout), Ok(()));
        change(&mut layout);
        verify(&problem(), &layout).unwrap_err()
    }

    #[test]
    fn every_fault_is_found() {
        let one = BufferId(1);
        assert_eq!(broken(|l| l.order = vec![1, 1]), Fault::Shape);
        assert_eq!(broken(|l| l.offsets.clear()), Fault::Shape);
        assert_eq!(broken(|l| l.order = vec![1, 0]), Fault::Order { earlier: 0, later: 1 });
        assert_eq!(broken(|l| l.offsets[2] += 1), Fault::Outside(BufferId(2)));
        assert_eq!(broken(|l| (l.offsets[2], l.peak) = (33, 80)), Fault::Unaligned(BufferId(2)));
        assert_eq!(broken(|l| l.aliases[1] = Some(BufferId(2))), Fault::Alias(one));
        assert_eq!(broken(|l| l.lifetimes[1] = Some(Lifetime { first: 0, last: 0 })), Fault::Lifetime(one));
        let same = |l: &mut Layout| l.offsets[2] = l.offsets[1];
        assert_eq!(broken(same), Fault::Overlap { one, other: BufferId(2), at: 1 });
    }

    #[test]
    fn sharing_needs_the_step_to_say_so() {
        let layout = plan(&problem()).unwrap();
        let mut strict = problem();
        strict.steps[0].in_place.clear();
        let fault = Fault::Overlap { one: BufferId(0), other: BufferId(1), at: 0 };
        assert_eq!(verify(&strict, &layout), Err(fault));
    }
}
