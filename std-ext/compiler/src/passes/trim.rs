//! Rows and columns of filters that only ever see padding: the filters are made without them.
//!
//! Where an image has become small, a filter sticks out of it wherever it stands, and padding adds nothing to a sum.

use std::ops::Range;

use crate::graph::{Graph, Op, Value, Window};

/// Trims the filters of convolutions. Returns how many shrank.
pub(super) fn filters(graph: &mut Graph) -> usize {
    (0..graph.nodes.len()).filter(|&node| trim(graph, node).is_some()).count()
}

fn trim(graph: &mut Graph, node: usize) -> Option<()> {
    let (window, filter) = trimmed(graph, node)?;
    let filter = graph.add(filter);
    let node = &mut graph.nodes[node];
    node.inputs[1] = filter;
    match &mut node.op {
        Op::Conv2d { window: old, .. } | Op::DepthwiseConv2d { window: old, .. } => *old = window,
        _ => return None,
    }
    Some(())
}

/// The window and filter of a node without what only sees padding; none if that is nothing.
fn trimmed(graph: &Graph, node: usize) -> Option<(Window, Value)> {
    let node = &graph.nodes[node];
    let (Op::Conv2d { window, .. } | Op::DepthwiseConv2d { window, .. }) = &node.op else { return None };
    let mut filter = graph.value(*node.inputs.get(1)?).clone();
    let (x, y) = (graph.value(*node.inputs.first()?), graph.value(*node.outputs.first()?));
    let ([_, in_h, in_w, _], [_, out_h, out_w, _], [_, k_h, k_w, inside]) =
        (&x.shape[..], &y.shape[..], &filter.shape[..])
    else {
        return None;
    };
    let (mut window, m) = (*window, window.margins);
    let [down, across] = [0, 1].map(|axis| (window.stride[axis], window.dilation[axis]));
    let rows = seen(*in_h, *out_h, *k_h, down, [m.top, m.bottom]);
    let columns = seen(*in_w, *out_w, *k_w, across, [m.left, m.right]);
    let (height, width) = (*k_h, *k_w);
    if rows.is_empty() || columns.is_empty() || (rows.len(), columns.len()) == (height, width) {
        return None;
    }
    window.margins.top -= rows.start * down.1;
    window.margins.bottom -= (height - rows.end) * down.1;
    window.margins.left -= columns.start * across.1;
    window.margins.right -= (width - columns.end) * across.1;
    let taps = filter.data.as_ref()?.chunks_exact(inside * filter.repr.store().bytes()).enumerate();
    let stays = |at: usize| rows.contains(&(at / width % height)) && columns.contains(&(at % width));
    filter.data = Some(taps.filter(|(at, _)| stays(*at)).flat_map(|(_, tap)| tap.to_vec()).collect());
    (filter.shape[1], filter.shape[2]) = (rows.len(), columns.len());
    Some((window, filter))
}

/// The taps, of so many along an axis, between the first and the last that are ever over the image; more where the margins
/// would not shrink with them.
fn seen(
    image: usize,
    outputs: usize,
    taps: usize,
    (stride, dilation): (usize, usize),
    [before, behind]: [usize; 2],
) -> Range<usize> {
    let unseen = |tap: usize| {
        let mut places = (0..outputs).map(|output| output * stride + tap * dilation);
        !places.any(|place| (before..before + image).contains(&place))
    };
    let first = (0..taps).take_while(|tap| unseen(*tap) && (tap + 1) * dilation <= before).count();
    let last = (0..taps - first).take_while(|n| unseen(taps - 1 - n) && (n + 1) * dilation <= behind).count();
    first..taps - last
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::eval::eval;
    use crate::graph::{Activation, Grain, Margins, Node, Quant, Repr, Rounding, Type};

    #[test]
    fn taps_beside_a_small_image_go() {
        assert_eq!(seen(2, 2, 5, (1, 1), [2, 2]), 1..4);
        assert_eq!(seen(1, 1, 3, (1, 1), [1, 1]), 1..2);
        assert_eq!(seen(2, 1, 5, (2, 1), [1, 2]), 1..3);
        assert_eq!(seen(2, 2, 3, (1, 2), [2, 2]), 1..2);
        assert_eq!(seen(3, 3, 5, (1, 1), [2, 2]), 0..5);
    }

    #[test]
    fn margins_bound_what_goes() {
        // the last tap is over nothing, but there is no padding below that could go with it
        assert_eq!(seen(2, 1, 3, (1, 1), [0, 0]), 0..3);
        // one row of padding cannot go by two
        assert_eq!(seen(2, 1, 3, (1, 2), [1, 3]), 0..2);
    }

    /// A filter of five rows and four columns over an image of 2x3, with zero points.
    fn graph(dilation: usize, stride: usize, is_depthwise: bool) -> Graph {
        const CHANNELS: usize = 2;
        let quant = |zero| {
            Repr::Quant(Quant { store: Type::I8, scale: vec![0.1], zero: vec![zero], grain: Grain::Tensor })
        };
        let mut graph = Graph::default();
        let mut add = |shape: &[usize], repr, data| {
            let (name, shape) = (String::new(), shape.to_vec());
            graph.add(Value { name, shape, repr, data, state: false, origin: None })
        };
        let x = add(&[1, 2, 3, CHANNELS], quant(-77), None);
        let shape = [if is_depthwise { 1 } else { CHANNELS }, 5, 4, CHANNELS];
        let weights = (0..shape.iter().product::<usize>()).map(|i| (i * i * 7 + i * 3) as u8).collect();
        let filter = add(&shape, quant(0), Some(weights));
        let bias = add(&[CHANNELS], Repr::Plain(Type::I32), Some(vec![9, 0, 0, 0, 255, 1, 0, 0]));
        let same = |n: usize, k: usize| {
            let out = n.div_ceil(stride);
            let all = ((out - 1) * stride + (k - 1) * dilation + 1).saturating_sub(n);
            (out, all / 2, all - all / 2)
        };
        let [(h, top, bottom), (w, left, right)] = [same(2, 5), same(3, 4)];
        let y = add(&[1, h, w, CHANNELS], quant(5), None);
        let margins = Margins { top, bottom, left, right };
        let window = Window { stride: [stride; 2], dilation: [dilation; 2], margins };
        let activation = Activation::None;
        let op = match is_depthwise {
            true => Op::DepthwiseConv2d { window, multiplier: 1, activation },
            false => Op::Conv2d { window, activation },
        };
        let inputs = vec![x, filter, bias];
        graph.nodes.push(Node { op, inputs, outputs: vec![y], rounding: Rounding::LitertTwice, origin: 0 });
        (graph.inputs, graph.outputs) = (vec![x], vec![y]);
        graph
    }

    #[test]
    fn outputs_stay() {
        let x = vec![(0..12).map(|i| (i * 41) as u8).collect()];
        for (dilation, stride, trimmed) in [(1, 1, [3, 4]), (2, 1, [1, 2]), (1, 2, [2, 4]), (3, 2, [2, 2])] {
            for is_depthwise in [false, true] {
                let mut graph = graph(dilation, stride, is_depthwise);
                let before = eval(&graph, &x).unwrap();
                assert_eq!(filters(&mut graph), 1);
                let filter = graph.nodes[0].inputs[1];
                assert_eq!(graph.value(filter).shape[1..3], trimmed, "{dilation} {stride}");
                assert_eq!(eval(&graph, &x).unwrap(), before, "{dilation} {stride}");
                assert_eq!(filters(&mut graph), 0);
            }
        }
    }
}
