//! Rewrites of the graph, in order. Each leaves a graph that computes the same bits.

mod channels;
mod constant;
mod dead;
mod layout;
mod pad;
mod trim;

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
    Pass { name: "move elements once, or not at all", run: layout::compose },
    Pass { name: "compute what follows from constants", run: constant::fold },
    Pass { name: "fold padding into the window behind it", run: pad::fold },
    Pass { name: "trim filters that stick out of the image", run: trim::filters },
    Pass { name: "remove channels that are one number everywhere", run: channels::remove },
    Pass { name: "remove what no output depends on", run: dead::remove },
];

/// Runs every pass.
pub fn run(graph: &mut Graph) {
    for pass in PASSES {
        (pass.run)(graph);
    }
}
