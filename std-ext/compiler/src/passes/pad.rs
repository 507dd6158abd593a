//! PAD before a convolution: the convolution can do it.

use crate::graph::{Graph, Margins, Op, ValueId};

/// Folds a PAD of height and width into the convolution that alone reads it. Both pad with what stands for 0.
pub(super) fn fold(graph: &mut Graph) -> usize {
    let mut folded = 0;
    for i in 0..graph.nodes.len() {
        let Some((at, margins)) = foldable(graph, i) else { continue };
        let source = graph.nodes[i].inputs[0];
        let node = &mut graph.nodes[at];
        node.inputs[0] = source;
        if let Some(own) = window(&mut node.op) {
            own.top += margins.top;
            own.bottom += margins.bottom;
            own.left += margins.left;
            own.right += margins.right;
        }
        folded += 1;
    }
    folded
}

/// The node that reads PAD `i`, if it is the only one and a convolution, and the margins to add.
fn foldable(graph: &Graph, i: usize) -> Option<(usize, Margins)> {
    let pad = &graph.nodes[i];
    let Op::Pad { margins } = &pad.op else { return None };
    let [[0, 0], [top, bottom], [left, right], [0, 0]] = margins[..] else { return None };
    // with a value it need not be 0 that is padded
    let (&[x], &[y]): (&[ValueId], &[ValueId]) = (&pad.inputs[..], &pad.outputs[..]) else { return None };
    if graph.value(x).repr != graph.value(y).repr {
        return None;
    }
    let at = graph.only_reader(y)?;
    let convolves = matches!(graph.nodes[at].op, Op::Conv2d { .. } | Op::DepthwiseConv2d { .. });
    convolves.then_some((at, Margins { top, bottom, left, right }))
}

fn window(op: &mut Op) -> Option<&mut Margins> {
    match op {
        Op::Conv2d { window, .. } | Op::DepthwiseConv2d { window, .. } => Some(&mut window.margins),
        _ => None,
    }
}
