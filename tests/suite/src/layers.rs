//! Networks made layer by layer, with numbers as trained ones have: every faster kernel is exact on most of them.

use midge_compiler::graph::{Grain, Graph, Node, Op, Quant, Repr, Rounding, Type, ValueId};

use crate::noise::Noise;
use crate::variants::{tensor, value};

/// A network so far.
pub(crate) struct Layers {
    graph: Graph,
    /// What was made last.
    last: ValueId,
    noise: Noise,
}

impl Layers {
    /// An input of this shape.
    pub(crate) fn new(shape: &[usize], noise: Noise) -> Self {
        let mut graph = Graph { source: "noise".into(), ..Graph::default() };
        let last = graph.add(value("x", shape.to_vec(), tensor(0.02, 3), None));
        graph.inputs.push(last);
        Layers { graph, last, noise }
    }

    /// Adds a layer with weights of this shape, quantized along this grain, and biases.
    pub(crate) fn weighted(&mut self, op: Op, filter: &[usize], y: &[usize], grain: Grain) {
        let channels = y.last().copied().unwrap_or(1);
        let elements: usize = filter.iter().product();
        let taps = elements / channels.max(1);
        let scales = if grain == Grain::Tensor { 1 } else { channels };
        let scale = (0..scales).map(|_| 0.004 + self.noise.below(100) as f32 * 5e-5).collect();
        let quant = Quant { store: Type::I8, zero: vec![0; scales], scale, grain };
        // the sum of two draws: small weights are more than large ones
        let weight = |noise: &mut Noise| (noise.below(128) as i32 - noise.below(128) as i32) as u8;
        let weights = (0..elements).map(|_| weight(&mut self.noise)).collect();
        let bias = (0..channels).flat_map(|_| (self.noise.below(4000) as i32 - 2000).to_le_bytes()).collect();
        let filter = self.graph.add(value("filter", filter.to_vec(), Repr::Quant(quant), Some(weights)));
        let bias = self.graph.add(value("bias", vec![channels], Repr::Plain(Type::I32), Some(bias)));
        let spread = self.scale() * 0.5 * (taps as f32).sqrt();
        self.node(op, vec![self.last, filter, bias], y, tensor(spread, 0x80));
    }

    /// Adds a layer without weights that leaves the scale as it is.
    pub(crate) fn plain(&mut self, op: Op, y: &[usize]) {
        let repr = self.graph.value(self.last).repr.clone();
        self.node(op, vec![self.last], y, repr);
    }

    /// The whole network.
    pub(crate) fn end(mut self, name: &str) -> Graph {
        self.graph.name = name.into();
        self.graph.outputs.push(self.last);
        self.graph
    }

    fn scale(&self) -> f32 {
        let quant = self.graph.value(self.last).repr.quant();
        quant.and_then(|quant| quant.scale.first().copied()).unwrap_or(1.0)
    }

    fn node(&mut self, op: Op, inputs: Vec<ValueId>, y: &[usize], repr: Repr) {
        self.last = self.graph.add(value("y", y.to_vec(), repr, None));
        let (outputs, origin) = (vec![self.last], self.graph.nodes.len());
        self.graph.nodes.push(Node { op, inputs, outputs, rounding: Rounding::LitertTwice, origin });
    }
}
