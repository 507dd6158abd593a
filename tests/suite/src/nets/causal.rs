//! Networks that are causal in time: windows without padding along it, residual sums over frames cut to fit, and an end that
//! sees all frames, some, or each alone.

use midge_compiler::graph::{Activation, Binary, Margins, Op, Reduce, Repr, Type, Unary, ValueId, Window};

use super::Net;
use super::grow::Growing;

/// The network with this number, and its axis of time.
pub(super) fn net(seed: u64) -> (Net, usize) {
    let mut growing = Growing::new(seed);
    let noise = &mut growing.noise;
    let (window, channels) = (12 + noise.below(24), 1 + noise.below(5));
    let (axis, shape) = match noise.below(3) {
        0 => (2, [1, 1, window, channels]),
        _ => (1, [1, window, 1 + noise.below(5), channels]),
    };
    let repr = match growing.noise.below(4) {
        0 => Repr::Plain(Type::F32),
        1 => growing.quantized(Type::I16),
        _ => growing.quantized(Type::I8),
    };
    let mut x = growing.port(&shape, repr);
    for _ in 0..1 + growing.noise.below(6) {
        let made = match growing.noise.below(8) {
            0..=4 => growing.over_time(x, axis),
            5 => growing.residual(x, axis),
            6 => growing.alone(x),
            _ => growing.pooled(x, axis),
        };
        x = made.unwrap_or(x);
    }
    let end = growing.ending(x, axis);
    growing.live = vec![end.unwrap_or(x)];
    (growing.end(seed), axis)
}

impl Growing {
    /// The size of a window without padding along time, and how it moves.
    fn valid(&mut self, x: ValueId, axis: usize) -> Option<([usize; 2], Window)> {
        let [_, h, w, _] = self.image(x)?;
        let (mut size, mut window) = self.window([h, w]);
        let (i, m) = (axis - 1, window.margins);
        window.margins = match i {
            0 => Margins { top: 0, bottom: 0, ..m },
            _ => Margins { left: 0, right: 0, ..m },
        };
        window.dilation[i] = 1 + self.noise.below(3);
        window.stride[i] = self.of([1, 1, 1, 2, 3]);
        size[i] = 1 + self.noise.below(4);
        Some((size, window))
    }

    fn over_time(&mut self, x: ValueId, axis: usize) -> Option<ValueId> {
        let channels = self.image(x)?[3];
        let (size, window) = self.valid(x, axis)?;
        match self.noise.below(3) {
            0 => self.filtered(x, (size, window), None),
            _ => {
                let outputs = if self.noise.below(2) == 0 { channels } else { 1 + self.noise.below(8) };
                self.filtered(x, (size, window), Some(outputs))
            }
        }
    }

    /// A convolution to so many channels, or a depthwise one.
    fn filtered(
        &mut self,
        x: ValueId,
        (size, window): ([usize; 2], Window),
        outputs: Option<usize>,
    ) -> Option<ValueId> {
        let channels = self.image(x)?[3];
        if self.scaled(x).is_some() {
            return match outputs {
                Some(outputs) => self.convolution(x, (size, window), channels, outputs),
                None => self.depthwise_by(x, (size, window), 1),
            };
        }
        let activation = self.of([Activation::None, Activation::Relu]);
        let (op, shape) = match outputs {
            Some(n) => (Op::Conv2d { window, activation }, [n, size[0], size[1], channels]),
            None => {
                (Op::DepthwiseConv2d { window, multiplier: 1, activation }, [1, size[0], size[1], channels])
            }
        };
        let inputs = vec![x, self.numbers(&shape), self.numbers(&[outputs.unwrap_or(channels)])];
        self.node(op, inputs, &[], Repr::Plain(Type::F32))
    }

    /// x through a convolution, added to what is left of x when it is cut to the same frames.
    fn residual(&mut self, x: ValueId, axis: usize) -> Option<ValueId> {
        let channels = self.image(x)?[3];
        let mut size = [1, 1];
        size[axis - 1] = 1 + self.noise.below(4);
        let mut window = Window { stride: [1, 1], dilation: [1, 1], margins: Margins::default() };
        window.dilation[axis - 1] = 1 + self.noise.below(3);
        let y = self.filtered(x, (size, window), Some(channels))?;
        let (shape, before) = (self.shape(y).to_vec(), self.shape(x)[axis]);
        let (mut begin, repr) = (vec![0; 4], self.repr(x));
        begin[axis] = self.noise.below(before - shape[axis] + 1);
        let cut = self.node(Op::Slice { begin, stride: vec![1; 4] }, vec![x], &shape, repr)?;
        let (repr, activation) = (self.like(x)?, self.activation());
        self.node(Op::Binary { op: Binary::Add, activation }, vec![y, cut], &[], repr)
    }

    fn pooled(&mut self, x: ValueId, axis: usize) -> Option<ValueId> {
        let ((size, mut window), repr) = (self.valid(x, axis)?, self.repr(x));
        window.dilation = [1, 1];
        let activation = Activation::None;
        let op = match self.noise.below(2) {
            0 => Op::AveragePool2d { size, window, activation },
            _ => Op::MaxPool2d { size, window, activation },
        };
        self.node(op, vec![x], &[], repr)
    }

    /// A function of each element.
    fn alone(&mut self, x: ValueId) -> Option<ValueId> {
        let repr = self.like(x)?;
        let op = self.of([Unary::Relu, Unary::Logistic, Unary::Abs, Unary::Tanh]);
        let repr = match (op, self.scaled(x)) {
            (Unary::Relu | Unary::Abs, _) | (_, None) => repr,
            (_, Some((Type::I16, _))) => super::grow::fixed(Type::I16, 1.0 / 32768.0, 0),
            (Unary::Tanh, _) => super::grow::fixed(Type::I8, 1.0 / 128.0, 0),
            _ => super::grow::fixed(Type::I8, 1.0 / 256.0, -128),
        };
        self.node(Op::Unary(op), vec![x], &[], repr)
    }

    /// What becomes of the frames.
    fn ending(&mut self, x: ValueId, axis: usize) -> Option<ValueId> {
        let (shape, repr) = (self.shape(x).to_vec(), self.repr(x));
        let all: usize = shape.iter().product();
        match self.noise.below(5) {
            0 => None,
            1 => {
                let flat = self.node(Op::Reshape, vec![x], &[1, all], repr.clone())?;
                match self.scaled(flat) {
                    Some(_) => self.dense(flat),
                    None => {
                        let inputs = vec![flat, self.numbers(&[3, all]), self.numbers(&[3])];
                        let op = Op::FullyConnected { activation: Activation::None };
                        self.node(op, inputs, &[1, 3], repr)
                    }
                }
            }
            2 => {
                let mean = Op::Reduce { op: Reduce::Mean, axes: vec![1, 2], keep: false };
                let repr = self.like(x)?;
                self.node(mean, vec![x], &[], repr)
            }
            3 => {
                let window = Window { stride: [1, 1], dilation: [1, 1], margins: Margins::default() };
                let size = [shape[1], shape[2]];
                let op = Op::AveragePool2d { size, window, activation: Activation::None };
                self.node(op, vec![x], &[], repr)
            }
            _ => {
                let (mut begin, mut last) = (vec![0; 4], shape.clone());
                (begin[axis], last[axis]) = (shape[axis] - 1, 1);
                self.node(Op::Slice { begin, stride: vec![1; 4] }, vec![x], &last, repr)
            }
        }
    }

    /// A type for what is made of x: floats, or integers of a scale near its own.
    fn like(&mut self, x: ValueId) -> Option<Repr> {
        match self.scaled(x) {
            Some((store, scale)) => Some(self.near(store, scale)),
            None => Some(self.repr(x)),
        }
    }
}
