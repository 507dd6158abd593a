//! Random networks against the interpreter of the graph.

use std::ops::Range;

use midge_compiler::graph::Op;
use midge_core::{Kernels, ops};
use midge_suite::nets::Net;

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

#[test]
fn a_kernel_that_does_nothing_is_found() {
    for code in [ops::ADD, ops::CONV_2D_PAIRS, ops::TABLE, ops::COPY] {
        let mut idle = Kernels::ALL.0.to_vec();
        idle.iter_mut().filter(|kernel| kernel.code == code).for_each(|kernel| kernel.eval = |_, _| Ok(()));
        let said = compared(0..60, Kernels(&idle)).unwrap_err();
        assert!(said.starts_with("net ") && said.contains("elements differ)\n  0 "), "{said}");
    }
}
