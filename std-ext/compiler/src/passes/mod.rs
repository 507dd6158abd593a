//! Rewrites of the graph, in order. Each leaves a graph that computes the same bits, except where floats are multiplied
//! and added in another order.

mod channels;
mod clamp;
mod constant;
mod dead;
mod layout;
mod norm;
mod order;
mod pad;
mod scale;
mod swish;
mod trim;
mod twice;

use crate::cost;
use crate::graph::Graph;

/// A rewrite.
#[derive(Clone, Copy, Debug)]
pub struct Pass {
    /// Its name.
    pub name: &'static str,
    /// Rewrites the graph and says how many nodes it changed.
    pub run: fn(&mut Graph) -> usize,
}

/// Every pass, in the order in which they run.
pub const PASSES: &[Pass] = &[
    Pass { name: "let transposes wait until something needs them", run: order::wait },
    Pass { name: "move elements once, or not at all", run: layout::compose },
    Pass { name: "compute what follows from constants", run: constant::fold },
    Pass { name: "fold padding into the window behind it", run: pad::fold },
    Pass { name: "trim filters that stick out of the image", run: trim::filters },
    Pass { name: "compute once what is computed twice", run: twice::unite },
    Pass { name: "join products with a logistic function", run: swish::join },
    Pass { name: "join the parts of layer normalizations", run: norm::join },
    Pass { name: "fold factors and addends into the layer before", run: scale::fold },
    Pass { name: "fold clamps into the operator before", run: clamp::fold },
    Pass { name: "remove channels that are one number everywhere", run: channels::remove },
    Pass { name: "remove what no output depends on", run: dead::remove },
];

/// What a pass left.
#[derive(Clone, Debug)]
pub struct Done {
    /// The pass.
    pub name: &'static str,
    /// How many nodes it changed.
    pub changed: usize,
    /// Operators behind it.
    pub operators: usize,
    /// Multiply-accumulates behind it.
    pub macs: u64,
    /// Weights and biases behind it.
    pub parameters: u64,
}

/// Brings operators together that a model of given scales has apart: what is folded here changes no scale.
pub(crate) fn prepare(graph: &mut Graph) {
    order::wait(graph);
    pad::fold(graph);
    clamp::fold(graph);
    clean(graph);
}

/// Removes what no output depends on.
pub(crate) fn clean(graph: &mut Graph) {
    dead::remove(graph);
}

/// Runs every pass.
pub fn run(graph: &mut Graph) {
    for pass in PASSES {
        (pass.run)(graph);
    }
}

/// Runs every pass, and tells what each did.
pub fn trace(graph: &mut Graph) -> Vec<Done> {
    let each = PASSES.iter().map(|pass| {
        let changed = (pass.run)(graph);
        let nodes = graph.nodes.iter();
        Done {
            name: pass.name,
            changed,
            operators: nodes.len(),
            macs: nodes.clone().map(|node| cost::macs(graph, node)).sum(),
            parameters: nodes.map(|node| cost::parameters(graph, node)).sum(),
        }
    });
    each.collect()
}
