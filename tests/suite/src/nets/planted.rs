//! Networks of layers in which whole filters are zero: what those make is one number everywhere, or a number in the
//! middle and others at the borders.

use midge_compiler::graph::{Activation, Binary, Graph, Op, Type, ValueId};

use super::Net;
use super::grow::Growing;
use crate::noise::Noise;

/// The network with this number. Its last rows are inputs at either end.
pub(super) fn net(seed: u64) -> Net {
    let mut growing = Growing::new(seed);
    let noise = &mut growing.noise;
    let shape = [1, 2 + noise.below(7), 2 + noise.below(7), 1 + noise.below(9)];
    let repr = growing.quantized(Type::I8);
    let input = growing.port(&shape, repr);
    growing.live.push(input);
    for _ in 0..3 + growing.noise.below(5) {
        growing.layer_or_branch();
    }
    if let Some(x) = growing.live.last().copied() {
        growing.dense(x);
    }
    plant(&mut growing.graph, &mut growing.noise);
    let mut net = growing.end(seed);
    net.rows.extend([0x80, 0x7f].map(|end| vec![vec![end; shape.iter().product()]]));
    net
}

impl Growing {
    fn layer_or_branch(&mut self) {
        let Some(x) = self.live.last().copied() else { return };
        let made = match self.noise.below(8) {
            0..=2 => self.wide(x),
            3..=4 => self.depthwise(x),
            5 => self.pool(x),
            6 => self.branch(x),
            _ => self.wide(x).and_then(|y| self.depthwise(y)),
        };
        self.live.extend(made);
    }

    /// A convolution to enough channels that some can go.
    fn wide(&mut self, x: ValueId) -> Option<ValueId> {
        let [_, h, w, channels] = self.image(x)?;
        let (window, outputs) = (self.window([h, w]), 4 + self.noise.below(17));
        self.convolution(x, window, channels, outputs)
    }

    /// The sum of two convolutions of one image, or of one and that convolved once more.
    fn branch(&mut self, x: ValueId) -> Option<ValueId> {
        let [_, h, w, channels] = self.image(x)?;
        let (window, outputs) = (self.window([h, w]), 4 + self.noise.below(13));
        let a = self.convolution(x, window, channels, outputs)?;
        let b = match self.noise.below(2) {
            0 => self.convolution(x, window, channels, outputs)?,
            _ => self.depthwise(a).filter(|b| self.shape(*b) == self.shape(a)).unwrap_or(a),
        };
        let (_, scale) = self.scaled(a)?;
        let repr = self.near(Type::I8, scale * 1.5);
        self.pair(Binary::Add, Activation::None, a, b, repr)
    }
}

/// Sets about a third of all filters to zero, and now and then all weights of an input channel.
fn plant(graph: &mut Graph, noise: &mut Noise) {
    for node in 0..graph.nodes.len() {
        let channels = match graph.nodes[node].op {
            Op::Conv2d { .. } => 0,
            Op::DepthwiseConv2d { .. } => 3,
            _ => continue,
        };
        let filter = &mut graph.values[graph.nodes[node].inputs[1].0];
        let axis = if noise.below(8) == 0 { 3 - channels } else { channels };
        let inside: usize = filter.shape[axis + 1..].iter().product();
        let extent = filter.shape[axis];
        let dead: Vec<bool> = (0..extent).map(|_| noise.below(3) == 0).collect();
        let Some(data) = &mut filter.data else { continue };
        let slices = data.chunks_exact_mut(inside).enumerate();
        slices.filter(|(i, _)| dead[i % extent]).for_each(|(_, slice)| slice.fill(0));
    }
}
