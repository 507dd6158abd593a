//! Random networks against the interpreter of the graph.

use std::ops::Range;

use midge_compiler::eval::eval;
use midge_compiler::graph::{Graph, Op, Repr, Type, ValueId};
use midge_core::{Kernels, ops};
use midge_suite::nets::Net;
use midge_suite::noise::Noise;

/// Compares the networks with these numbers. Says how many there are plans for, and how many plans.
fn compared(seeds: Range<u64>, kernels: Kernels<'_>) -> Result<(usize, usize), String> {
    let (mut packed, mut plans) = (0, 0);
    for seed in seeds {
        let different = Net::new(seed).check(kernels)?;
        (packed, plans) = (packed + usize::from(different > 0), plans + different);
    }
    Ok((packed, plans))
}

#[test]
fn plans_answer_as_the_interpreter_does() -> Result<(), String> {
    let (packed, plans) = compared(0..300, Kernels::ALL)?;
    assert!(packed > 290 && plans > packed * 5 / 4, "only {packed} networks in {plans} plans");
    Ok(())
}

#[test]
#[ignore = "5,000 more networks: minutes"]
fn plans_of_more_networks_answer_as_the_interpreter_does() -> Result<(), String> {
    let (packed, plans) = compared(300..5300, Kernels::ALL)?;
    assert!(packed > 4900, "only {packed} networks in {plans} plans");
    Ok(())
}

#[test]
fn a_bias_that_differs_is_found() {
    let (mut changed, mut found) = (0, 0);
    for net in (0..60).map(Net::new) {
        let mut graph = net.graph.clone();
        let weighted = |op: &Op| matches!(op, Op::Conv2d { .. } | Op::DepthwiseConv2d { .. });
        let bias = graph.nodes.iter().find(|node| weighted(&node.op)).and_then(|node| node.inputs.get(2));
        let Some(data) = bias.and_then(|id| graph.values[id.0].data.as_mut()) else { continue };
        data.iter_mut().for_each(|byte| *byte ^= 0x10);
        changed += 1;
        found +=
            usize::from(net.compare(&graph, Kernels::ALL).is_err_and(|said| said.contains("instead of")));
    }
    // what comes after may be the same all the same
    assert!(changed > 10 && found * 2 > changed, "{found} of {changed}");
}

/// Changes one thing of a graph to something that it had better not be.
fn damage(graph: &mut Graph, noise: &mut Noise) {
    const ENDS: [usize; 5] = [0, 1, 3, 1 << 40, usize::MAX];
    let (value, node) = (noise.below(graph.values.len()), noise.below(graph.nodes.len()));
    let (end, near) = (ENDS[noise.below(5)], noise.below(5));
    let (value, node) = (&mut graph.values[value], &mut graph.nodes[node]);
    match noise.below(10) {
        0..=3 => {
            let Repr::Quant(quant) = &mut value.repr else { return };
            match noise.below(4) {
                0 => quant.zero = vec![[i32::MIN, i32::MAX, -1000, 0][noise.below(4)]; near],
                1 => quant.store = [Type::U8, Type::I16, Type::I32, Type::I4, Type::F16][near],
                _ => quant.scale = vec![[0.0, -1.0, f32::NAN, 1e38, 1e-45][near]; noise.below(3)],
            }
        }
        4 => value.repr = Repr::Plain([Type::Bool, Type::I64, Type::F32, Type::I32, Type::U8][near]),
        5 => value.shape = vec![end; near],
        6 => value.data = Some(vec![0x80; end.min(9)]),
        7 => node.inputs = vec![ValueId(end); near],
        8 => node.inputs.reverse(),
        _ => match &mut node.op {
            Op::Conv2d { window, .. }
            | Op::DepthwiseConv2d { window, .. }
            | Op::TransposeConv { window, .. } => {
                [window.stride, window.dilation] = [[end, near], [near, end]];
            }
            Op::AveragePool2d { size, window, .. } | Op::MaxPool2d { size, window, .. } => {
                (*size, window.margins.top, window.stride) = ([near, near], near, [near; 2]);
            }
            Op::Gather { axis, .. } | Op::Concatenation { axis } | Op::OneHot { axis } => *axis = end,
            Op::Cumsum { axis, .. } | Op::ArgExtreme { axis, .. } => *axis = end,
            Op::Reduce { axes, .. } => axes.push(end),
            Op::Pad { margins } | Op::MirrorPad { margins, .. } => margins.push([end; 2]),
            Op::Slice { begin, stride } => {
                (*begin, *stride) = (vec![end; begin.len()], vec![isize::MIN; near])
            }
            Op::Tile { repeats } => *repeats = vec![end; near],
            Op::View(view) => view.first = end,
            Op::TopK { k } | Op::Svdf { rank: k, .. } => *k = end,
            _ => graph.outputs = vec![ValueId(end)],
        },
    }
}

#[test]
fn a_damaged_graph_ends_the_interpreter_with_an_error() {
    let (mut noise, mut errors) = (Noise(0xdead), 0);
    for net in (0..400).map(Net::new) {
        for _ in 0..4 {
            let mut graph = net.graph.clone();
            damage(&mut graph, &mut noise);
            errors += usize::from(eval(&graph, &net.rows[0]).is_err());
        }
    }
    assert!((400..1600).contains(&errors), "{errors} errors");
}

#[test]
fn a_kernel_that_does_nothing_is_found() {
    for code in [
        ops::ADD,
        ops::ADD_LINEAR,
        ops::CONV_2D_PAIRS,
        ops::CONV_2D_HALFWORDS,
        ops::CONV_2D_NESTED,
        ops::TABLE,
        ops::COPY,
    ] {
        let mut idle = Kernels::ALL.0.to_vec();
        idle.iter_mut().filter(|kernel| kernel.code == code).for_each(|kernel| kernel.eval = |_, _| Ok(()));
        let said = compared(0..60, Kernels(&idle)).unwrap_err();
        assert!(said.starts_with("net ") && said.contains("elements differ)\n  0 "), "{said}");
    }
}
