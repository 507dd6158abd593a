//! Networks of floats, full of what passes look for: factors, addends and clamps behind layers, padding before them,
//! normalizations in parts, and what is computed twice.

use midge_compiler::graph::{Activation, Binary, Op, Reduce, Repr, Type, Unary, ValueId};

use super::Net;
use super::grow::Growing;

const FLOAT: Repr = Repr::Plain(Type::F32);

/// The network with this number.
pub(super) fn net(seed: u64) -> Net {
    let mut growing = Growing::new(seed);
    let noise = &mut growing.noise;
    let shape = [1, 3 + noise.below(5), 3 + noise.below(5), 1 + noise.below(6)];
    let input = growing.port(&shape, FLOAT);
    growing.live.push(input);
    for _ in 0..4 + growing.noise.below(8) {
        let last = growing.live.last().copied().filter(|_| growing.noise.below(5) > 0);
        if let Some(x) = last.or_else(|| growing.any(|_| true)) {
            let made = growing.real(x);
            growing.live.extend(made);
        }
    }
    growing.end(seed)
}

impl Growing {
    fn real(&mut self, x: ValueId) -> Option<ValueId> {
        match self.noise.below(14) {
            13 => self.real_product(x),
            12 => self.real_normal(x),
            0..=2 => self.real_layer(x),
            3..=6 => self.real_constant(x),
            7..=8 => {
                let op = self.of([Unary::Relu, Unary::Relu6, Unary::ReluN1To1, Unary::Abs]);
                self.node(Op::Unary(op), vec![x], &[], FLOAT)
            }
            9 => {
                let margins = vec![[0, 0], [0, 1], [1, 1], [0, 0]];
                self.node(Op::Pad { margins }, vec![x], &[], FLOAT)
            }
            10 => {
                let node = self.graph.nodes.get(self.noise.below(self.graph.nodes.len()))?.clone();
                let shape = self.shape(node.outputs[0]).to_vec();
                self.node(node.op, node.inputs, &shape, FLOAT)
            }
            _ => {
                let shape = self.shape(x).to_vec();
                let other = self.any(|value| value.shape == shape)?;
                let op = Op::Binary { op: Binary::Add, activation: self.activation() };
                self.node(op, vec![x, other], &[], FLOAT)
            }
        }
    }

    fn real_layer(&mut self, x: ValueId) -> Option<ValueId> {
        let [_, h, w, channels] = self.image(x)?;
        let activation = self.of([Activation::None, Activation::None, Activation::Relu]);
        let (size, window) = self.window([h, w]);
        let outputs = 1 + self.noise.below(6);
        let (op, filter) = match self.noise.below(4) {
            0 => (Op::FullyConnected { activation }, vec![outputs, h * w * channels]),
            1 => (
                Op::DepthwiseConv2d { window, multiplier: 1, activation },
                vec![1, size[0], size[1], channels],
            ),
            _ => (Op::Conv2d { window, activation }, vec![outputs, size[0], size[1], channels]),
        };
        let outputs = filter[op.channel_axis()?];
        let filter = self.numbers(&filter);
        let mut inputs = vec![x, filter];
        if self.noise.below(2) == 0 {
            inputs.push(self.numbers(&[outputs]));
        }
        self.node(op, inputs, &[1, outputs], FLOAT)
    }

    /// The last axis with less than its mean, or with it, over the root of the mean of its squares, as exporters write it.
    fn real_normal(&mut self, mut x: ValueId) -> Option<ValueId> {
        let shape = self.shape(x).to_vec();
        let last = shape.len().checked_sub(1)?;
        let mean = Op::Reduce { op: Reduce::Mean, axes: vec![last], keep: true };
        let pair = |op| Op::Binary { op, activation: Activation::None };
        if self.noise.below(3) > 0 {
            let own = self.node(mean.clone(), vec![x], &[], FLOAT)?;
            x = self.node(pair(Binary::Sub), vec![x, own], &[], FLOAT)?;
        }
        let square = self.node(pair(Binary::Mul), vec![x, x], &[], FLOAT)?;
        let square = self.node(mean, vec![square], &[], FLOAT)?;
        let epsilon = self.constant(&[1], FLOAT, 0.1f32.to_le_bytes().to_vec());
        let sum = self.node(pair(Binary::Add), vec![square, epsilon], &[], FLOAT)?;
        let (root, op) = self.of([(Unary::Rsqrt, Binary::Mul), (Unary::Sqrt, Binary::Div)]);
        let root = self.node(Op::Unary(root), vec![sum], &[], FLOAT)?;
        self.node(pair(op), vec![x, root], &[], FLOAT)
    }

    /// The last axis times a factor, and what the factor makes of its mean taken off behind, as Keras writes it.
    fn real_product(&mut self, x: ValueId) -> Option<ValueId> {
        let shape = self.shape(x).to_vec();
        let channel = *shape.last()?;
        let mean = Op::Reduce { op: Reduce::Mean, axes: vec![shape.len() - 1], keep: true };
        let pair = |op| Op::Binary { op, activation: Activation::None };
        let own = self.node(mean.clone(), vec![x], &[], FLOAT)?;
        let square = self.node(pair(Binary::SquaredDifference), vec![x, own], &[], FLOAT)?;
        let square = self.node(mean, vec![square], &[], FLOAT)?;
        let epsilon = self.constant(&[1], FLOAT, 0.1f32.to_le_bytes().to_vec());
        let sum = self.node(pair(Binary::Add), vec![square, epsilon], &[], FLOAT)?;
        let mut factor = self.node(Op::Unary(Unary::Rsqrt), vec![sum], &[], FLOAT)?;
        if self.noise.below(2) == 0 {
            let weights = self.numbers(&[channel]);
            factor = self.node(pair(Binary::Mul), vec![factor, weights], &[], FLOAT)?;
        }
        let product = self.node(pair(Binary::Mul), vec![x, factor], &[], FLOAT)?;
        let form = self.noise.below(3);
        let own = if form == 2 { own } else { self.node(Op::Unary(Unary::Neg), vec![own], &[], FLOAT)? };
        let taken = self.node(pair(Binary::Mul), vec![own, factor], &[], FLOAT)?;
        let biases = self.numbers(&[channel]);
        let rest = match form {
            0 => taken,
            1 => self.node(pair(Binary::Add), vec![taken, biases], &[], FLOAT)?,
            _ => self.node(pair(Binary::Sub), vec![biases, taken], &[], FLOAT)?,
        };
        let both = self.of([[product, rest], [rest, product]]).to_vec();
        self.node(pair(Binary::Add), both, &[], FLOAT)
    }

    /// A number, one for each channel, or one for each element, on either side.
    fn real_constant(&mut self, x: ValueId) -> Option<ValueId> {
        let shape = self.shape(x).to_vec();
        let channel = shape.last().copied()?;
        let constant = match self.noise.below(5) {
            0 => self.numbers(&[1]),
            1 => self.numbers(&shape),
            _ => self.numbers(&[channel]),
        };
        let op = self.of([Binary::Add, Binary::Sub, Binary::Mul, Binary::Mul, Binary::Div]);
        // a constant is never 0, x may be
        let swapped = op != Binary::Div && self.noise.below(3) == 0;
        let inputs = if swapped { vec![constant, x] } else { vec![x, constant] };
        let op = Op::Binary { op, activation: self.activation() };
        self.node(op, inputs, &[], FLOAT)
    }

    /// Constants of either sign, none near 0.
    pub(super) fn numbers(&mut self, shape: &[usize]) -> ValueId {
        let elements: usize = shape.iter().product();
        let number = |growing: &mut Growing| (growing.part() + 0.25) * growing.of([1.0, -1.0, 0.5]);
        let data = (0..elements).flat_map(|_| number(self).to_le_bytes()).collect();
        self.constant(shape, FLOAT, data)
    }
}
