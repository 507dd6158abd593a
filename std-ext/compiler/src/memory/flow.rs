//! A checked problem as the searches see it, and a walk through it that can be undone.
//!
//! What is live after some steps have run depends on which they are, not on their order, and so does what a next step
//! adds: that is what makes a search over sets of steps exact.

use super::{BufferId, Kind, MemoryError, PAIRS, Problem, matching};
use std::collections::BTreeSet;

/// A checked problem: rounded sizes, and what each step brings, needs and waits for.
pub(super) struct Flow {
    /// Bytes of each buffer, rounded up to the alignment.
    pub(super) sizes: Vec<u64>,
    /// The alignment.
    pub(super) align: u64,
    /// What each step does.
    pub(super) nodes: Vec<Node>,
    /// Whether a buffer is live until the end.
    held: Vec<bool>,
    /// How many steps touch each buffer.
    uses: Vec<usize>,
    /// Bytes live before the first step.
    base: u64,
    /// Bytes of inputs that no step touches: live in the first step alone.
    unread: u64,
}

/// A step.
pub(super) struct Node {
    /// What it reads or writes, each once.
    touches: Vec<usize>,
    /// What it is the first to touch.
    births: Vec<usize>,
    /// Bytes of scratch.
    scratch: u64,
    /// In-place pairs (read, written) that are legal wherever the read buffer dies.
    pairs: Vec<(usize, usize)>,
    /// Steps that wait for this one.
    next: Vec<usize>,
    /// How many steps this one waits for.
    waits: usize,
}

impl Flow {
    pub(super) fn new(problem: &Problem) -> Result<Self, MemoryError> {
        if !problem.align.is_power_of_two() {
            return Err(MemoryError::Align(problem.align));
        }
        check(problem)?;
        let align = u64::from(problem.align);
        let sizes: Vec<u64> =
            problem.buffers.iter().map(|b| u64::from(b.bytes).next_multiple_of(align)).collect();
        let held: Vec<bool> = problem
            .buffers
            .iter()
            .map(|b| matches!(b.kind, Kind::Output | Kind::Through | Kind::State))
            .collect();
        let mut born: Vec<bool> = problem
            .buffers
            .iter()
            .map(|b| matches!(b.kind, Kind::Input | Kind::Through | Kind::State))
            .collect();
        let base = sizes.iter().zip(&born).filter(|(_, born)| **born).map(|(size, _)| size).sum();
        let mut uses = vec![0; sizes.len()];
        let mut nodes = Vec::with_capacity(problem.steps.len());
        for step in &problem.steps {
            let touches: BTreeSet<usize> = step.reads.iter().chain(&step.writes).map(|id| id.0).collect();
            let births: Vec<usize> = touches.iter().copied().filter(|&b| !born[b]).collect();
            for &buffer in &touches {
                born[buffer] = true;
                uses[buffer] += 1;
            }
            let scratch: BTreeSet<usize> = step.scratch.iter().map(|id| id.0).collect();
            let legal = |&(read, write): &(usize, usize)| {
                !held[read]
                    && births.contains(&write)
                    && sizes[read] >= sizes[write]
                    && problem.buffers[read].bytes >= problem.buffers[write].bytes
                    && !step.writes.contains(&BufferId(read))
            };
            let pairs = step.in_place.iter().take(PAIRS).map(|(r, w)| (r.0, w.0)).filter(legal).collect();
            let scratch = scratch.iter().map(|&b| sizes[b]).sum();
            let touches = touches.into_iter().collect();
            nodes.push(Node { touches, births, scratch, pairs, next: Vec::new(), waits: 0 });
        }
        let unread = (0..sizes.len())
            .filter(|&b| uses[b] == 0 && problem.buffers[b].kind == Kind::Input)
            .map(|b| sizes[b])
            .sum::<u64>();
        let mut flow = Flow { sizes, align, nodes, held, uses, base, unread };
        flow.link(problem);
        Ok(flow)
    }

    /// The largest live set of an order.
    pub(super) fn peak(&self, order: &[usize]) -> u64 {
        let mut walk = Walk::new(self);
        let mut peak = self.base;
        for &step in order {
            peak = peak.max(walk.cost(step));
            walk.apply(step);
        }
        peak
    }

    /// No order has a smaller live set than this: what a step touches is live in it, and so is what is never free.
    pub(super) fn floor(&self) -> u64 {
        let mut never_free = self.held.clone();
        for &buffer in self.nodes.iter().flat_map(|node| &node.births) {
            never_free[buffer] = false;
        }
        let always: u64 = (0..self.sizes.len()).filter(|&b| never_free[b]).map(|b| self.sizes[b]).sum();
        let own = |node: &Node| {
            let others = node.touches.iter().filter(|&&b| !never_free[b]);
            let touched: u64 = others.map(|&b| self.sizes[b]).sum();
            always + touched + node.scratch - matching::saved(&node.pairs, &self.sizes)
        };
        self.nodes.iter().map(own).max().unwrap_or(0).max(self.base)
    }

    /// Makes later steps wait for earlier ones: readers for writers, writers for both.
    fn link(&mut self, problem: &Problem) {
        let mut writer: Vec<Option<usize>> = vec![None; self.sizes.len()];
        let mut readers: Vec<Vec<usize>> = vec![Vec::new(); self.sizes.len()];
        for (at, step) in problem.steps.iter().enumerate() {
            let mut before = BTreeSet::new();
            for id in &step.reads {
                before.extend(writer[id.0]);
            }
            for id in &step.writes {
                before.extend(writer[id.0]);
                before.extend(readers[id.0].drain(..));
                writer[id.0] = Some(at);
            }
            for id in &step.reads {
                readers[id.0].push(at);
            }
            before.remove(&at);
            self.nodes[at].waits = before.len();
            for earlier in before {
                self.nodes[earlier].next.push(at);
            }
        }
    }
}

/// Refuses what the searches take for granted.
fn check(problem: &Problem) -> Result<(), MemoryError> {
    let fills = |kind| matches!(kind, Kind::Input | Kind::Through | Kind::State);
    let mut filled: Vec<bool> = problem.buffers.iter().map(|b| fills(b.kind)).collect();
    let mut scratched = vec![None; problem.buffers.len()];
    for (at, step) in problem.steps.iter().enumerate() {
        let pairs = step.in_place.iter().flat_map(|(read, write)| [read, write]);
        for &buffer in step.reads.iter().chain(&step.writes).chain(&step.scratch).chain(pairs) {
            if buffer.0 >= problem.buffers.len() {
                return Err(MemoryError::Unknown { step: at, buffer });
            }
        }
        for &buffer in step.reads.iter().chain(&step.writes) {
            if problem.buffers[buffer.0].kind == Kind::Scratch {
                return Err(MemoryError::Scratch { step: at, buffer });
            }
        }
        for &buffer in &step.scratch {
            let owner = *scratched[buffer.0].get_or_insert(at);
            if problem.buffers[buffer.0].kind != Kind::Scratch || owner != at {
                return Err(MemoryError::Scratch { step: at, buffer });
            }
        }
        for &buffer in &step.reads {
            if !filled[buffer.0] {
                return Err(MemoryError::Unwritten { step: at, buffer });
            }
        }
        for &(read, write) in &step.in_place {
            if !step.reads.contains(&read) || !step.writes.contains(&write) {
                return Err(MemoryError::InPlace { step: at, read, write });
            }
        }
        for buffer in &step.writes {
            filled[buffer.0] = true;
        }
    }
    let lacking = (0..filled.len()).find(|&b| problem.buffers[b].kind == Kind::Output && !filled[b]);
    lacking.map_or(Ok(()), |buffer| Err(MemoryError::NoWriter(BufferId(buffer))))
}

/// Some steps of a flow, run in some order.
#[derive(Clone)]
pub(super) struct Walk<'a> {
    /// The steps that have run, in order.
    pub(super) order: Vec<usize>,
    /// The same as a set, 64 steps a word.
    pub(super) done: Vec<u64>,
    /// The steps that could run next.
    pub(super) ready: BTreeSet<usize>,
    /// Bytes that are live now, between two steps.
    pub(super) live: u64,
    flow: &'a Flow,
    /// Steps that each buffer has yet to meet.
    left: Vec<usize>,
    /// Steps that each step still waits for.
    waits: Vec<usize>,
}

impl<'a> Walk<'a> {
    pub(super) fn new(flow: &'a Flow) -> Self {
        Walk {
            order: Vec::with_capacity(flow.nodes.len()),
            done: vec![0; flow.nodes.len().div_ceil(64)],
            ready: (0..flow.nodes.len()).filter(|&s| flow.nodes[s].waits == 0).collect(),
            live: flow.base,
            flow,
            left: flow.uses.clone(),
            waits: flow.nodes.iter().map(|n| n.waits).collect(),
        }
    }

    /// In-place pairs that a step could use now.
    pub(super) fn pairs(&self, step: usize) -> Vec<(usize, usize)> {
        self.flow.nodes[step].pairs.iter().copied().filter(|&(read, _)| self.left[read] == 1).collect()
    }

    /// The live set while a step runs, with no pair in place.
    pub(super) fn gross(&self, step: usize) -> u64 {
        let node = &self.flow.nodes[step];
        self.live + self.flow.total(&node.births) + node.scratch
    }

    /// The live set while a step runs.
    pub(super) fn cost(&self, step: usize) -> u64 {
        self.gross(step) - matching::saved(&self.pairs(step), &self.flow.sizes)
    }

    /// The live set after a step.
    pub(super) fn after(&self, step: usize) -> u64 {
        let node = &self.flow.nodes[step];
        self.live + self.flow.total(&node.births) - self.deaths(step) - self.unread()
    }

    /// Whether a step leaves no more live than it found. Inputs that no step reads do not count: any first step
    /// frees them.
    pub(super) fn shrinks(&self, step: usize) -> bool {
        self.flow.total(&self.flow.nodes[step].births) <= self.deaths(step)
    }

    /// Runs a step that is ready.
    pub(super) fn apply(&mut self, step: usize) {
        self.live = self.after(step);
        let node = &self.flow.nodes[step];
        for &buffer in &node.touches {
            self.left[buffer] -= 1;
        }
        self.ready.remove(&step);
        for &next in &node.next {
            self.waits[next] -= 1;
            if self.waits[next] == 0 {
                self.ready.insert(next);
            }
        }
        self.done[step / 64] |= 1 << (step % 64);
        self.order.push(step);
    }

    /// Takes the last step back.
    pub(super) fn undo(&mut self) {
        let Some(step) = self.order.pop() else { return };
        let node = &self.flow.nodes[step];
        self.done[step / 64] &= !(1 << (step % 64));
        for &next in &node.next {
            if self.waits[next] == 0 {
                self.ready.remove(&next);
            }
            self.waits[next] += 1;
        }
        self.ready.insert(step);
        for &buffer in &node.touches {
            self.left[buffer] += 1;
        }
        self.live = self.live + self.deaths(step) + self.unread() - self.flow.total(&node.births);
    }

    fn deaths(&self, step: usize) -> u64 {
        let dies = |b: &&usize| self.left[**b] == 1 && !self.flow.held[**b];
        self.flow.nodes[step].touches.iter().filter(dies).map(|&b| self.flow.sizes[b]).sum()
    }

    fn unread(&self) -> u64 {
        if self.order.is_empty() { self.flow.unread } else { 0 }
    }
}

impl Flow {
    fn total(&self, buffers: &[usize]) -> u64 {
        buffers.iter().map(|&b| self.sizes[b]).sum()
    }
}
