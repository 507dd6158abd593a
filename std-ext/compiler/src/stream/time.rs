//! What every value of a graph has to do with time.

use super::way::{Way, way};
use crate::graph::{Graph, Node, Op, ValueId};
use crate::import::Refusal;

/// What a value has to do with time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Time {
    /// Nothing: it follows from constants.
    Still,
    /// It has a frame for every few of the input's.
    Frames(Frames),
    /// It follows from the whole window, of which it sees frames from the first number to before the second.
    Whole([usize; 2]),
    /// It cannot be said; why, is a refusal already.
    Lost,
}

/// Frames along an axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Frames {
    /// The axis.
    pub(super) axis: usize,
    /// How many there are in a window.
    pub(super) count: usize,
    /// Frames of the input from one to the next.
    pub(super) rate: usize,
    /// Frames of the input that the first one sees, from the first number to before the second.
    pub(super) seen: [usize; 2],
}

impl Frames {
    /// How many are new in a run: not all of the window's, but where that has no more.
    pub(super) fn fresh(&self, hop: usize) -> usize {
        (hop / self.rate).min(self.count)
    }

    /// Frames of the input that all of them see.
    fn span(&self) -> [usize; 2] {
        [self.seen[0], self.seen[1] + (self.count - 1) * self.rate]
    }
}

/// Time in a whole graph.
pub(super) struct Flow {
    /// For each value.
    times: Vec<Time>,
    /// For each node, how it makes its frames of those that it reads; none for one that has nothing to do with frames.
    ways: Vec<Option<Way>>,
}

impl Flow {
    /// Follows time from an axis of the input.
    ///
    /// # Errors
    /// Every node that mixes frames.
    pub(super) fn new(graph: &Graph, input: ValueId, axis: usize) -> Result<Flow, Vec<Refusal>> {
        let mut flow = Flow { times: vec![Time::Still; graph.values.len()], ways: Vec::new() };
        let count = graph.value(input).shape[axis];
        flow.times[input.0] = Time::Frames(Frames { axis, count, rate: 1, seen: [0, 1] });
        let mut refusals = Vec::new();
        for node in &graph.nodes {
            let (way, made) = flow.step(graph, node).unwrap_or_else(|reason| {
                let (index, name) = (Some(node.origin), node.op.name().into());
                refusals.push(Refusal { index, name, reason });
                // as if it did not, so that what comes after is heard too
                (None, flow.anyhow(graph, node))
            });
            flow.ways.push(way);
            node.outputs.iter().for_each(|id| flow.times[id.0] = made);
        }
        if refusals.is_empty() { Ok(flow) } else { Err(refusals) }
    }

    /// What time is to a value.
    pub(super) fn of(&self, id: ValueId) -> Time {
        self.times[id.0]
    }

    /// The frames of a value that has some.
    pub(super) fn frames(&self, id: ValueId) -> Option<Frames> {
        match self.of(id) {
            Time::Frames(frames) => Some(frames),
            _ => None,
        }
    }

    /// How a node makes its frames.
    pub(super) fn way(&self, node: usize) -> Option<Way> {
        self.ways[node]
    }

    /// How many frames of the input a value follows from.
    pub(super) fn reach(&self, id: ValueId) -> usize {
        match self.of(id) {
            Time::Frames(frames) => frames.seen[1] - frames.seen[0],
            Time::Whole([first, end]) => end - first,
            Time::Still | Time::Lost => 0,
        }
    }

    /// The frames of a run: those that are wanted, or as few as strides allow.
    ///
    /// # Errors
    /// Every node whose stride does not divide them, and a hop that is no part of the window.
    pub(super) fn hop(
        &self,
        graph: &Graph,
        window: usize,
        wanted: Option<usize>,
    ) -> Result<usize, Vec<Refusal>> {
        let all = |op: &Node| op.outputs.first().and_then(|id| self.frames(*id));
        let least = || graph.nodes.iter().filter_map(all).fold(1, |hop, frames| lcm(hop, frames.rate));
        let hop = wanted.unwrap_or_else(least);
        if hop == 0 || hop >= window {
            let reason = format!("is {hop}; it is a part of the window of {window} frames");
            return Err(vec![Refusal { index: None, name: "hop".into(), reason }]);
        }
        let odd = |frames: &Frames| !hop.is_multiple_of(frames.rate) && hop / frames.rate < frames.count;
        let refused = graph.nodes.iter().filter_map(|node| {
            let rate = all(node).filter(odd)?.rate;
            let reason =
                format!("makes a frame of every {rate} of the input, which do not divide a hop of {hop}");
            Some(Refusal { index: Some(node.origin), name: node.op.name().into(), reason })
        });
        let refused = refused.collect::<Vec<_>>();
        if refused.is_empty() { Ok(hop) } else { Err(refused) }
    }

    /// What time had better be to the output of a node that mixes frames.
    fn anyhow(&self, graph: &Graph, node: &Node) -> Time {
        let (Some(x), Some(y)) = (node.inputs.first(), node.outputs.first()) else { return Time::Lost };
        let Some(frames) = self.frames(*x) else { return Time::Lost };
        let stride = match &node.op {
            Op::Conv2d { window, .. }
            | Op::DepthwiseConv2d { window, .. }
            | Op::AveragePool2d { window, .. }
            | Op::MaxPool2d { window, .. } => {
                frames.axis.checked_sub(1).and_then(|i| window.stride.get(i)).map_or(1, |step| *step)
            }
            _ => 1,
        };
        let (from, to) = (&graph.value(*x).shape, &graph.value(*y).shape);
        match to.get(frames.axis) {
            Some(count @ 2..) if from.len() == to.len() => {
                Time::Frames(Frames { count: *count, rate: frames.rate.saturating_mul(stride), ..frames })
            }
            _ => Time::Lost,
        }
    }

    /// How a node makes what it makes, and what time is to that.
    fn step(&self, graph: &Graph, node: &Node) -> Result<(Option<Way>, Time), String> {
        let times = || node.inputs.iter().map(|id| self.of(*id));
        if node.inputs.iter().any(|id| graph.value(*id).state) {
            return Err("remembers something already".into());
        }
        if times().any(|time| time == Time::Lost) {
            return Ok((None, Time::Lost));
        }
        let whole = times().filter_map(|time| match time {
            Time::Whole(seen) => Some(seen),
            _ => None,
        });
        let whole = whole.reduce(both);
        let Some(frames) = times().find_map(|time| match time {
            Time::Frames(frames) => Some(frames),
            _ => None,
        }) else {
            return Ok((None, whole.map_or(Time::Still, Time::Whole)));
        };
        if whole.is_some() {
            return Err(
                "joins frames with what follows from the whole window, and changes with every frame".into()
            );
        }
        let way = way(graph, node, |id| self.of(id))?;
        // frames that meet see what either sees
        let seen = node.inputs.iter().filter_map(|id| self.frames(*id)).map(|x| x.seen).reduce(both);
        let seen = seen.unwrap_or(frames.seen);
        let Frames { count, rate, .. } = frames;
        let shape = node.outputs.first().map(|id| &graph.value(*id).shape[..]).unwrap_or_default();
        let made = |axis: usize, rate, seen| match shape.get(axis) {
            Some(1) => Ok(Time::Whole(seen)),
            Some(count) => Ok(Time::Frames(Frames { axis, count: *count, rate, seen })),
            None => Err("loses the axis of frames".to_string()),
        };
        let made = match way {
            Way::Same { axis } if shape.get(axis) != Some(&count) => return Err("mixes frames".into()),
            Way::Same { axis } => made(axis, rate, seen),
            Way::Slide { axis, first, step, reach } => {
                let seen = [seen[0] + first * rate, seen[1] + (first + reach - 1) * rate];
                made(axis, rate.saturating_mul(step), seen)
            }
            Way::Fold => Ok(Time::Whole(Frames { seen, ..frames }.span())),
        };
        Ok((Some(way), made?))
    }
}

/// From the first that either sees to the last.
fn both(a: [usize; 2], b: [usize; 2]) -> [usize; 2] {
    [a[0].min(b[0]), a[1].max(b[1])]
}

/// The least number that both divide.
fn lcm(a: usize, b: usize) -> usize {
    let (mut x, mut y) = (a, b);
    while y != 0 {
        (x, y) = (y, x % y);
    }
    (a / x.max(1)).saturating_mul(b)
}

/// The value that brings frames in, and its axis that is time. Where the model's input is the frames one behind the other,
/// what takes them apart is the input from now on.
///
/// # Errors
/// An input that has no such axis.
pub(super) fn input(
    graph: &mut Graph,
    port: ValueId,
    wanted: Option<usize>,
) -> Result<(ValueId, usize), String> {
    let time = |shape: &[usize]| shape.iter().position(|n| *n > 1);
    let shape = graph.value(port).shape.clone();
    let axis = wanted.or_else(|| time(&shape)).unwrap_or(0);
    if shape.get(axis).is_none_or(|n| *n < 2) {
        return Err(format!("has a shape of {shape:?}, and no frames along axis {axis}"));
    }
    let reader = graph.only_reader(port).filter(|i| graph.nodes[*i].op == Op::Reshape);
    let Some((i, y)) = reader.and_then(|i| Some((i, *graph.nodes[i].outputs.first()?))) else {
        return Ok((port, axis));
    };
    let frames = &graph.value(y).shape;
    match time(frames) {
        Some(at) if shape[axis] == frames.iter().product::<usize>() && frames[at] < shape[axis] => {
            graph.nodes.remove(i);
            graph.values[y.0].name = graph.value(port).name.clone();
            graph.inputs = vec![y];
            Ok((y, at))
        }
        _ => Ok((port, axis)),
    }
}
