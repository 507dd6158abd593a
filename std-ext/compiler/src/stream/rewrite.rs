//! State where an operator looks back: a value that is read further back than a run brings becomes state and the new frames,
//! joined, of which the last are the next state.

use super::time::{Flow, Frames};
use super::way::Way;
use crate::graph::{Graph, Node, Op, Rounding, Value, ValueId};
use std::collections::BTreeMap;

/// What is kept of a value from run to run.
pub(super) struct Kept {
    /// The state.
    pub(super) state: ValueId,
    /// The frames of the state, and the new ones behind.
    pub(super) frames: ValueId,
    /// What makes the next state of these.
    pub(super) tail: Op,
}

/// Frames of a value that a node reads.
struct Need {
    /// How many behind them it does not.
    behind: usize,
    /// How many it does.
    count: usize,
}

/// Lets every value with frames have the new ones of a run only, and every node read kept ones where it looks back.
pub(super) fn rewrite(graph: &mut Graph, flow: &Flow, hop: usize) -> Vec<Kept> {
    let nodes = std::mem::take(&mut graph.nodes);
    let needs = |(i, node): (usize, &Node)| {
        node.inputs.iter().map(|id| need(graph, flow, hop, (i, node), *id)).collect::<Vec<_>>()
    };
    let needs = nodes.iter().enumerate().map(needs).collect::<Vec<_>>();
    let mut most = vec![0; graph.values.len()];
    for (id, need) in nodes.iter().zip(&needs).flat_map(|(node, needs)| node.inputs.iter().zip(needs)) {
        most[id.0] = need.as_ref().map_or(0, |need| need.count + need.behind).max(most[id.0]);
    }
    for (value, i) in graph.values.iter_mut().zip(0..) {
        if let Some(frames) = flow.frames(ValueId(i)) {
            value.shape[frames.axis] = frames.fresh(hop);
        }
    }
    let mut writing = Rewriting { graph, most, joined: BTreeMap::new(), kept: Vec::new() };
    for (mut node, needs) in nodes.into_iter().zip(needs) {
        for (id, need) in node.inputs.iter_mut().zip(needs) {
            if let (Some(need), Some(Frames { axis, .. })) = (need, flow.frames(*id)) {
                *id = writing.piece(*id, axis, &need, node.origin);
                if let Op::Slice { begin, .. } = &mut node.op {
                    begin[axis] = 0;
                }
            }
        }
        writing.graph.nodes.push(node);
    }
    writing.kept
}

/// The frames of a value that a node reads, where these are not the new ones.
fn need(graph: &Graph, flow: &Flow, hop: usize, (i, node): (usize, &Node), id: ValueId) -> Option<Need> {
    let frames = flow.frames(id)?;
    match flow.way(i)? {
        Way::Same { .. } => None,
        Way::Fold => Some(Need { behind: 0, count: frames.count }),
        Way::Slide { axis, first, step, reach } => {
            let y = *node.outputs.first()?;
            let all = graph.value(y).shape[axis];
            let new = flow.frames(y).map_or(all, |made| made.fresh(hop));
            let end = first + (all - 1) * step + reach;
            Some(Need { behind: frames.count - end, count: (new - 1) * step + reach })
        }
    }
}

/// A graph that gets state.
struct Rewriting<'g> {
    graph: &'g mut Graph,
    /// For each value, as many of its last frames as any node reads.
    most: Vec<usize>,
    /// For each value that is kept, its kept and new frames.
    joined: BTreeMap<ValueId, ValueId>,
    kept: Vec<Kept>,
}

impl Rewriting<'_> {
    /// The frames of a value that are needed, in a value of their own if they are not all that there are.
    fn piece(&mut self, id: ValueId, axis: usize, need: &Need, origin: usize) -> ValueId {
        let all = match self.joined.get(&id) {
            Some(all) => *all,
            None => self.keep(id, axis, origin),
        };
        let have = self.graph.value(all).shape[axis];
        if have == need.count {
            return all;
        }
        let (part, op) = self.cut(all, axis, have - need.behind - need.count, need.count);
        self.push(op, vec![all], vec![part], origin);
        part
    }

    /// Kept and new frames of a value, as many as any node reads.
    fn keep(&mut self, id: ValueId, axis: usize, origin: usize) -> ValueId {
        let new = self.graph.value(id).shape[axis];
        let old = self.most[id.0].saturating_sub(new);
        if old == 0 {
            return id;
        }
        let state = self.like(id, "kept", axis, old);
        self.graph.values[state.0].state = true;
        let frames = self.like(id, "kept and new", axis, old + new);
        self.push(Op::Concatenation { axis }, vec![state, id], vec![frames], origin);
        let (last, tail) = self.cut(frames, axis, new, old);
        self.push(tail.clone(), vec![frames], vec![last], origin);
        self.push(Op::Assign, vec![last, state], Vec::new(), origin);
        self.joined.insert(id, frames);
        self.kept.push(Kept { state, frames, tail });
        frames
    }

    /// A value for some frames of another, and what makes it.
    fn cut(&mut self, id: ValueId, axis: usize, first: usize, count: usize) -> (ValueId, Op) {
        let part = self.like(id, "part", axis, count);
        let rank = self.graph.value(id).shape.len();
        let mut begin = vec![0; rank];
        begin[axis] = first;
        (part, Op::Slice { begin, stride: vec![1; rank] })
    }

    /// A value with so many frames like those of another.
    fn like(&mut self, id: ValueId, what: &str, axis: usize, count: usize) -> ValueId {
        let Value { name, shape, repr, .. } = self.graph.value(id).clone();
        let (name, mut shape) = (format!("{name}, {what}"), shape);
        shape[axis] = count;
        self.graph.add(Value { name, shape, repr, data: None, state: false, origin: None })
    }

    fn push(&mut self, op: Op, inputs: Vec<ValueId>, outputs: Vec<ValueId>, origin: usize) {
        self.graph.nodes.push(Node { op, inputs, outputs, rounding: Rounding::LitertTwice, origin });
    }
}
