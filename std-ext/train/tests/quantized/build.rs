//! Float graphs, written down node by node.

use midge_compiler::graph::{
    Activation, Binary, Graph, Margins, Node, Op, Reduce, Repr, Rounding, Type, Unary, Value, ValueId, Window,
};
use midge_train::Rng;

/// A graph that grows; weights are drawn as they are asked for.
pub(crate) struct Build {
    pub(crate) graph: Graph,
    pub(crate) rng: Rng,
}

pub(crate) fn window(stride: usize, margin: usize) -> Window {
    let margins = Margins { top: margin, bottom: margin, left: margin, right: margin };
    Window { stride: [stride; 2], dilation: [1, 1], margins }
}

impl Build {
    pub(crate) fn new(seed: u64, inputs: &[&[usize]]) -> Build {
        let mut build = Build { graph: Graph::default(), rng: Rng::new(seed) };
        for shape in inputs {
            let id = build.value(shape, None);
            build.graph.inputs.push(id);
        }
        build
    }

    pub(crate) fn below(&mut self, n: usize) -> usize {
        (self.rng.uniform() * n as f32) as usize % n.max(1)
    }

    fn value(&mut self, shape: &[usize], data: Option<Vec<f32>>) -> ValueId {
        let name = format!("v{}", self.graph.values.len());
        let data = data.map(|data| data.iter().flat_map(|x| x.to_le_bytes()).collect());
        let repr = Repr::Plain(Type::F32);
        self.graph.add(Value { name, shape: shape.to_vec(), repr, data, state: false, origin: None })
    }

    pub(crate) fn shape(&self, id: ValueId) -> Vec<usize> {
        self.graph.value(id).shape.clone()
    }

    fn image(&self, id: ValueId) -> [usize; 4] {
        self.shape(id).try_into().unwrap()
    }

    /// A constant, drawn around 0.
    pub(crate) fn constant(&mut self, shape: &[usize], size: f32) -> ValueId {
        let count: usize = shape.iter().product();
        let data = (0..count).map(|_| self.rng.normal() * size).collect();
        self.value(shape, Some(data))
    }

    pub(crate) fn node(&mut self, op: Op, inputs: &[ValueId], shape: &[usize]) -> ValueId {
        let output = self.value(shape, None);
        let origin = self.graph.nodes.len();
        let (inputs, outputs, rounding) = (inputs.to_vec(), vec![output], Rounding::LitertTwice);
        self.graph.nodes.push(Node { op, inputs, outputs, rounding, origin });
        output
    }

    pub(crate) fn dense(&mut self, x: ValueId, outputs: usize, activation: Activation) -> ValueId {
        let inputs = self.shape(x).iter().product();
        let filter = self.constant(&[outputs, inputs], (2.0 / inputs as f32).sqrt());
        let bias = self.constant(&[outputs], 0.1);
        self.node(Op::FullyConnected { activation }, &[x, filter, bias], &[1, outputs])
    }

    /// What a window makes of a size.
    fn moved(n: usize, size: usize, window: &Window) -> usize {
        (n + 2 * window.margins.top - size) / window.stride[0] + 1
    }

    pub(crate) fn conv(
        &mut self,
        x: ValueId,
        outputs: usize,
        size: usize,
        window: Window,
        activation: Activation,
    ) -> ValueId {
        let [n, h, w, c] = self.image(x);
        let filter = self.constant(&[outputs, size, size, c], (2.0 / (size * size * c) as f32).sqrt());
        let bias = self.constant(&[outputs], 0.1);
        let shape = [n, Self::moved(h, size, &window), Self::moved(w, size, &window), outputs];
        self.node(Op::Conv2d { window, activation }, &[x, filter, bias], &shape)
    }

    pub(crate) fn depthwise(
        &mut self,
        x: ValueId,
        size: usize,
        window: Window,
        activation: Activation,
    ) -> ValueId {
        let [n, h, w, c] = self.image(x);
        let filter = self.constant(&[1, size, size, c], (2.0 / (size * size) as f32).sqrt());
        let bias = self.constant(&[c], 0.1);
        let shape = [n, Self::moved(h, size, &window), Self::moved(w, size, &window), c];
        let op = Op::DepthwiseConv2d { window, multiplier: 1, activation };
        self.node(op, &[x, filter, bias], &shape)
    }

    pub(crate) fn pool(&mut self, x: ValueId, size: usize, window: Window, greatest: bool) -> ValueId {
        let [n, h, w, c] = self.image(x);
        let shape = [n, Self::moved(h, size, &window), Self::moved(w, size, &window), c];
        let (size, activation) = ([size; 2], Activation::None);
        let op = match greatest {
            true => Op::MaxPool2d { size, window, activation },
            false => Op::AveragePool2d { size, window, activation },
        };
        self.node(op, &[x], &shape)
    }

    pub(crate) fn unary(&mut self, op: Unary, x: ValueId) -> ValueId {
        self.node(Op::Unary(op), &[x], &self.shape(x))
    }

    pub(crate) fn binary(&mut self, op: Binary, a: ValueId, b: ValueId, activation: Activation) -> ValueId {
        self.node(Op::Binary { op, activation }, &[a, b], &self.shape(a))
    }

    /// Means of the pixels of each channel.
    pub(crate) fn mean(&mut self, x: ValueId) -> ValueId {
        let [n, _, _, c] = self.image(x);
        self.node(Op::Reduce { op: Reduce::Mean, axes: vec![1, 2], keep: false }, &[x], &[n, c])
    }

    /// Numbers along the last axes, as many as `axes`, over the root of the mean of their squares.
    pub(crate) fn normal(&mut self, x: ValueId, axes: usize, centred: bool) -> ValueId {
        let shape = self.shape(x);
        let [weights, biases] = [1.0, 0.3].map(|size| self.constant(&shape[shape.len() - axes..], size));
        self.node(Op::LayerNorm { epsilon: 1e-5, centred }, &[x, weights, biases], &shape)
    }

    pub(crate) fn softmax(&mut self, x: ValueId) -> ValueId {
        self.node(Op::Softmax { beta: 1.0 }, &[x], &self.shape(x))
    }

    pub(crate) fn end(mut self, outputs: &[ValueId]) -> Graph {
        self.graph.outputs = outputs.to_vec();
        self.graph
    }
}
