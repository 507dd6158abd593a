//! How an operator makes the frames of its output.

use super::time::Time;
use crate::graph::{Graph, Node, Op, ValueId, Window};

/// How frames are made of frames.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// Each of the one with its number, along this axis of the output.
    Same {
        /// The axis.
        axis: usize,
    },
    /// Frame `i` of the `reach` frames from `first + i * step` on, along the same axis.
    Slide {
        /// The axis.
        axis: usize,
        /// What the first one begins with.
        first: usize,
        /// From one to the next.
        step: usize,
        /// Frames that one is made of.
        reach: usize,
    },
    /// What is made follows from all of them, and has no frames.
    Fold,
}

/// How a node makes its output of the frames that it reads, if it does not read anything that follows from the whole window.
///
/// # Errors
/// Why frames of different windows differ.
pub(super) fn way(graph: &Graph, node: &Node, time: impl Fn(ValueId) -> Time) -> Result<Way, String> {
    let shape = |id: &ValueId| &graph.value(*id).shape[..];
    let y = node.outputs.first().map(shape).unwrap_or_default();
    match &node.op {
        Op::Binary { .. } | Op::Select => return meet(node, y, shape, time),
        Op::Concatenation { axis } => {
            let way = meet(node, y, shape, time)?;
            let along = way == Way::Same { axis: *axis };
            return if along { Err("puts frames behind others".into()) } else { Ok(way) };
        }
        _ => {}
    }
    let (first, rest) = node.inputs.split_first().ok_or("has no input")?;
    let Time::Frames(frames) = time(*first) else { return Err("reads frames as weights or indices".into()) };
    if rest.iter().any(|id| time(*id) != Time::Still) {
        return Err("reads frames as weights or indices".into());
    }
    let (x, axis, count) = (shape(first), frames.axis, frames.count);
    let other = |i: usize| rest.get(i).map(shape).ok_or("has too few inputs");
    // what is computed along an axis, or the last ones, keeps frames apart where these are other axes
    let apart = |axes: std::ops::Range<usize>| match axes.contains(&axis) {
        true => Err(format!("computes along all {count} frames of the window")),
        false => Ok(Way::Same { axis }),
    };
    let last = x.len().saturating_sub(1)..x.len();
    match &node.op {
        Op::Conv2d { window, .. } | Op::DepthwiseConv2d { window, .. } => match other(0)? {
            [_, h, w, _] => slide(axis, window, [*h, *w]),
            _ => Err("has no filter of four axes".into()),
        },
        Op::AveragePool2d { size, window, .. } | Op::MaxPool2d { size, window, .. } => {
            slide(axis, window, *size)
        }
        Op::Unary(_) | Op::Cast | Op::Quantize | Op::Dequantize => Ok(Way::Same { axis }),
        Op::Softmax { .. } | Op::LogSoftmax | Op::L2Normalize | Op::TopK { .. } => apart(last),
        Op::LayerNorm { .. } => apart(x.len().saturating_sub(other(0)?.len())..x.len()),
        Op::Cumsum { axis, .. } => apart(*axis..*axis + 1),
        Op::Reduce { axes, .. } if axes.contains(&axis) => Ok(Way::Fold),
        Op::Reduce { axes, keep, .. } => {
            let gone = if *keep { 0 } else { axes.iter().filter(|a| **a < axis).count() };
            Ok(Way::Same { axis: axis - gone })
        }
        Op::ArgExtreme { axis: along, .. } if *along == axis => Ok(Way::Fold),
        Op::ArgExtreme { axis: along, .. } => Ok(Way::Same { axis: axis - usize::from(*along < axis) }),
        Op::FullyConnected { .. } => {
            let depth = other(0)?.last().copied().unwrap_or(0);
            let inner = x[axis + 1..].iter().product::<usize>();
            match depth > 0 && inner.is_multiple_of(depth) {
                true => place(x, axis, y).ok_or_else(|| "mixes frames".into()),
                false if depth.is_multiple_of(inner * count) => Ok(Way::Fold),
                false => Err("mixes frames".into()),
            }
        }
        Op::BatchMatMul { transposed: [false, _] } if axis + 2 == x.len() && other(0)?.len() == 2 => {
            Ok(Way::Same { axis })
        }
        Op::Reshape => place(x, axis, y).or_else(|| flat(x, axis, y)).ok_or_else(|| {
            format!(
                "makes {y:?} of {x:?}, where frames are no axis any more, and not the last one all together"
            )
        }),
        Op::Transpose { order } => {
            let axis = order.iter().position(|from| *from == axis).ok_or("loses the axis of frames")?;
            Ok(Way::Same { axis })
        }
        Op::Slice { begin, stride } => match (stride[axis], y[axis]) {
            (1, n) if n == count => Ok(Way::Same { axis }),
            (step @ 1.., _) => {
                Ok(Way::Slide { axis, first: begin[axis], step: step.unsigned_abs(), reach: 1 })
            }
            _ => Err("turns time around".into()),
        },
        Op::Broadcast => Ok(Way::Same { axis: axis + y.len() - x.len() }),
        Op::Tile { repeats } if repeats[axis] == 1 => Ok(Way::Same { axis }),
        Op::Pad { margins } | Op::MirrorPad { margins, .. } => padded(axis, margins[axis]),
        Op::Gather { axis: along, batch: 0 } if *along != axis => {
            let grown = other(0)?.len();
            Ok(Way::Same { axis: if *along < axis { axis + grown - 1 } else { axis } })
        }
        Op::Resize { .. } => Ok(Way::Same { axis }),
        _ => Err("is not known to keep frames apart".into()),
    }
}

/// A window that moves over an image.
fn slide(axis: usize, window: &Window, size: [usize; 2]) -> Result<Way, String> {
    let m = window.margins;
    let (i, margins) = match axis {
        0 => return Ok(Way::Same { axis }),
        1 => (0, [m.top, m.bottom]),
        2 => (1, [m.left, m.right]),
        _ => return Err("mixes all frames, which are its channels".into()),
    };
    padded(axis, margins)?;
    let reach = (size[i] - 1) * window.dilation[i] + 1;
    Ok(Way::Slide { axis, first: 0, step: window.stride[i], reach })
}

/// Padding is where a window ends, and another one has frames there.
fn padded(axis: usize, [before, after]: [usize; 2]) -> Result<Way, String> {
    if before + after == 0 {
        return Ok(Way::Same { axis });
    }
    Err(format!("pads time by {before} before and {after} behind; only VALID padding streams"))
}

/// Operands with as many frames each, aligned at the right; what has none is the same for all.
fn meet<'g>(
    node: &Node,
    y: &[usize],
    shape: impl Fn(&ValueId) -> &'g [usize],
    time: impl Fn(ValueId) -> Time,
) -> Result<Way, String> {
    let mut met = None;
    for id in &node.inputs {
        let Time::Frames(frames) = time(*id) else { continue };
        let here = (frames.axis + y.len() - shape(id).len(), frames.rate);
        if *met.get_or_insert(here) != here {
            return Err("joins frames that come at different rates, or lie along different axes".into());
        }
    }
    let (axis, _) = met.ok_or("has no frames")?;
    for id in &node.inputs {
        let along = (axis + shape(id).len()).checked_sub(y.len()).map_or(1, |at| shape(id)[at]);
        if along != 1 && time(*id) == Time::Still {
            return Err(format!("joins frames with {along} constants, one for each place in the window"));
        }
    }
    Ok(Way::Same { axis })
}

/// Where an axis of x stands in the same elements as y.
fn place(x: &[usize], axis: usize, y: &[usize]) -> Option<Way> {
    let before = |shape: &[usize], i: usize| shape[..i].iter().product::<usize>();
    let axis = (0..y.len()).find(|i| y[*i] == x[axis] && before(y, *i) == before(x, axis))?;
    Some(Way::Same { axis })
}

/// Whether the last elements of y that are one axis are all frames.
fn flat(x: &[usize], axis: usize, y: &[usize]) -> Option<Way> {
    let inner: usize = x[axis..].iter().product();
    let last = y.iter().rev().find(|n| **n > 1)?;
    last.is_multiple_of(inner).then_some(Way::Fold)
}

#[cfg(test)]
mod tests {
    use super::super::time::Frames;
    use super::*;
    use crate::graph::{Activation, Binary, Margins, Reduce, Repr, Rounding, Type, Unary, Value};

    const NONE: Activation = Activation::None;

    /// The way of an operator whose first input has 8 frames along an axis; the others are what is given.
    fn made(op: Op, axis: usize, inputs: &[(&[usize], Time)], y: &[usize]) -> Result<Way, String> {
        let mut graph = Graph::default();
        let mut add = |shape: &[usize]| {
            let (repr, shape) = (Repr::Plain(Type::F32), shape.to_vec());
            graph.add(Value { name: "x".into(), shape, repr, data: None, state: false, origin: None })
        };
        let read = inputs.iter().map(|(shape, _)| add(shape)).collect::<Vec<_>>();
        let node =
            Node { op, inputs: read, outputs: vec![add(y)], rounding: Rounding::LitertTwice, origin: 0 };
        let frames = Time::Frames(Frames { axis, count: 8, rate: 1, seen: [0, 1] });
        let times = inputs.iter().map(|(_, time)| *time).collect::<Vec<_>>();
        way(&graph, &node, |id| if id.0 == 0 { frames } else { times[id.0] })
    }

    fn window(stride: usize, dilation: usize, margins: Margins) -> Window {
        Window { stride: [stride, 1], dilation: [dilation, 1], margins }
    }

    #[test]
    fn each_operator() {
        let (still, twice) = (Time::Still, Time::Frames(Frames { axis: 1, count: 8, rate: 2, seen: [0, 3] }));
        let conv = |window| Op::Conv2d { window, activation: NONE };
        let (across, along) =
            (Margins { left: 1, right: 1, ..Margins::default() }, Margins { top: 2, ..Margins::default() });
        let add = || Op::Binary { op: Binary::Add, activation: NONE };
        let mean = |axes, keep| Op::Reduce { op: Reduce::Mean, axes, keep };
        let slice = |stride| Op::Slice { begin: vec![0, 1, 0], stride: vec![1, stride, 1] };
        let dense = || Op::FullyConnected { activation: NONE };
        let (same, slides) = (
            |axis| Ok(Way::Same { axis }),
            |first, step, reach| Ok(Way::Slide { axis: 1, first, step, reach }),
        );
        type Case<'a> = (Op, usize, Vec<(&'a [usize], Time)>, &'a [usize], Result<Way, &'a str>);
        let cases: Vec<Case<'_>> = vec![
            (
                conv(window(2, 3, across)),
                1,
                vec![(&[1, 8, 3, 2], still), (&[4, 2, 3, 2], still)],
                &[1, 3, 3, 4],
                slides(0, 2, 4),
            ),
            (
                conv(window(1, 1, along)),
                1,
                vec![(&[1, 8, 3, 2], still), (&[4, 3, 1, 2], still)],
                &[1, 8, 3, 4],
                Err("pads time by 2 before and 0 behind"),
            ),
            (
                conv(window(1, 1, along)),
                3,
                vec![(&[1, 2, 2, 8], still), (&[4, 1, 1, 8], still)],
                &[1, 4, 2, 4],
                Err("channels"),
            ),
            (
                conv(window(1, 1, across)),
                1,
                vec![(&[1, 8, 3, 2], still), (&[4, 3, 1, 2], twice)],
                &[1, 6, 3, 4],
                Err("as weights"),
            ),
            (Op::Unary(Unary::Relu), 2, vec![(&[1, 2, 8], still)], &[1, 2, 8], same(2)),
            (add(), 0, vec![(&[8, 2], still), (&[2], still)], &[8, 2], same(0)),
            (
                add(),
                1,
                vec![(&[1, 8, 2], still), (&[8, 2], still)],
                &[1, 8, 2],
                Err("joins frames with 8 constants"),
            ),
            (add(), 1, vec![(&[1, 8, 2], still), (&[1, 8, 2], twice)], &[1, 8, 2], Err("different rates")),
            (Op::Concatenation { axis: 2 }, 1, vec![(&[1, 8, 2], still); 1], &[1, 8, 2], same(1)),
            (
                Op::Concatenation { axis: 1 },
                1,
                vec![(&[1, 8, 2], still), (&[1, 3, 2], still)],
                &[1, 11, 2],
                Err("joins frames with 3"),
            ),
            (mean(vec![0], false), 1, vec![(&[1, 8, 2], still)], &[8, 2], same(0)),
            (mean(vec![1], true), 1, vec![(&[1, 8, 2], still)], &[1, 1, 2], Ok(Way::Fold)),
            (Op::Softmax { beta: 1.0 }, 1, vec![(&[1, 8, 2], still)], &[1, 8, 2], same(1)),
            (Op::Softmax { beta: 1.0 }, 1, vec![(&[1, 8], still)], &[1, 8], Err("along all 8 frames")),
            (
                Op::Cumsum { axis: 1, exclusive: false, reverse: false },
                1,
                vec![(&[1, 8, 2], still)],
                &[1, 8, 2],
                Err("along all 8"),
            ),
            (slice(1), 1, vec![(&[1, 8, 2], still)], &[1, 7, 2], slides(1, 1, 1)),
            (slice(2), 1, vec![(&[1, 8, 2], still)], &[1, 4, 2], slides(1, 2, 1)),
            (slice(-1), 1, vec![(&[1, 8, 2], still)], &[1, 2, 2], Err("turns time around")),
            (dense(), 1, vec![(&[1, 8, 2], still), (&[5, 2], still)], &[8, 5], same(0)),
            (dense(), 1, vec![(&[1, 8, 2], still), (&[5, 16], still)], &[1, 5], Ok(Way::Fold)),
            (dense(), 1, vec![(&[1, 8, 2], still), (&[5, 4], still)], &[4, 5], Err("mixes frames")),
            (Op::Reshape, 1, vec![(&[1, 8, 2, 3], still)], &[8, 6], same(0)),
            (Op::Reshape, 1, vec![(&[1, 8, 2, 3], still)], &[1, 48], Ok(Way::Fold)),
            (Op::Reshape, 1, vec![(&[1, 8, 2, 3], still)], &[4, 4, 3], Err("where frames are no axis")),
            (Op::Transpose { order: vec![0, 2, 1] }, 1, vec![(&[1, 8, 2], still)], &[1, 2, 8], same(2)),
            (
                Op::Pad { margins: vec![[0, 0], [3, 0]] },
                1,
                vec![(&[1, 8], still)],
                &[1, 11],
                Err("pads time by 3"),
            ),
            (
                Op::Gather { axis: 0, batch: 0 },
                1,
                vec![(&[2, 8], still), (&[3, 4], still)],
                &[3, 4, 8],
                same(2),
            ),
            (Op::TopK { k: 1 }, 1, vec![(&[1, 8], still)], &[1, 1], Err("along all 8")),
            (Op::GatherNd, 1, vec![(&[1, 8], still), (&[1, 2], still)], &[1], Err("not known")),
        ];
        for (op, axis, inputs, y, want) in cases {
            let got = made(op.clone(), axis, &inputs, y);
            let right = match (&got, want) {
                (Err(got), Err(want)) => got.contains(want),
                (got, want) => got.as_ref().ok() == want.as_ref().ok(),
            };
            assert!(right, "{op:?} of {inputs:?}: {got:?}");
        }
    }
}
