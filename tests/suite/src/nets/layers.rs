//! Layers with weights, and pools.

use midge_compiler::graph::{Grain, Margins, Op, Quant, Repr, Type, ValueId, Window};

use super::grow::Growing;

/// Weights that have one factor.
const GROUP: usize = 8;

impl Growing {
    /// A convolution of some kind, a fully connected layer, a product of matrices, or a pool.
    pub(super) fn layer(&mut self, x: ValueId) -> Option<Vec<ValueId>> {
        let made = match self.noise.below(10) {
            0..=2 => self.conv(x),
            3..=4 => self.depthwise(x),
            5 => self.transpose_conv(x),
            6..=7 => self.dense(x),
            8 => self.matrices(x),
            _ => self.pool(x),
        };
        Some(vec![made?])
    }

    fn conv(&mut self, x: ValueId) -> Option<ValueId> {
        let [_, h, w, channels] = self.image(x)?;
        let (size, window) = self.window([h, w]);
        let dividers: Vec<usize> = (1..=channels).filter(|n| channels.is_multiple_of(*n)).collect();
        let groups = if self.noise.below(4) == 0 { dividers[self.noise.below(dividers.len())] } else { 1 };
        let outputs = groups * (1 + self.noise.below(if groups == 1 { 9 } else { 2 }));
        self.convolution(x, (size, window), channels / groups, outputs)
    }

    /// A convolution of so many channels to so many.
    pub(super) fn convolution(
        &mut self,
        x: ValueId,
        (size, window): ([usize; 2], Window),
        depth: usize,
        outputs: usize,
    ) -> Option<ValueId> {
        let activation = self.activation();
        let shape = [outputs, size[0], size[1], depth];
        let (inputs, repr) = self.weights(x, &shape, 0, size[0] * size[1] * depth)?;
        self.node(Op::Conv2d { window, activation }, inputs, &[], repr)
    }

    pub(super) fn depthwise(&mut self, x: ValueId) -> Option<ValueId> {
        let [_, h, w, _] = self.image(x)?;
        let (window, multiplier) = (self.window([h, w]), self.rarely(3));
        self.depthwise_by(x, window, multiplier)
    }

    /// A depthwise convolution with so many outputs of each channel.
    pub(super) fn depthwise_by(
        &mut self,
        x: ValueId,
        (size, window): ([usize; 2], Window),
        multiplier: usize,
    ) -> Option<ValueId> {
        let channels = self.image(x)?[3];
        let activation = self.activation();
        let shape = [1, size[0], size[1], channels * multiplier];
        let (inputs, repr) = self.weights(x, &shape, 3, size[0] * size[1])?;
        self.node(Op::DepthwiseConv2d { window, multiplier, activation }, inputs, &[], repr)
    }

    fn transpose_conv(&mut self, x: ValueId) -> Option<ValueId> {
        let [n, h, w, channels] = self.image(x)?;
        let (size, mut window) = self.window([9, 9]);
        window.dilation = [1, 1];
        let (outputs, activation) = (1 + self.noise.below(5), self.activation());
        let m = window.margins;
        let made = |i: usize, from: usize, around: usize| {
            ((from - 1) * window.stride[i] + size[i]).checked_sub(around)
        };
        let given = [n, made(0, h, m.top + m.bottom)?, made(1, w, m.left + m.right)?, outputs];
        let shape = [outputs, size[0], size[1], channels];
        let (inputs, repr) = self.weights(x, &shape, 0, size[0] * size[1] * channels)?;
        self.node(Op::TransposeConv { window, activation }, inputs, &given, repr)
    }

    pub(super) fn dense(&mut self, x: ValueId) -> Option<ValueId> {
        // the proof of an int16 layer's multipliers takes longer than the rest of a network
        if self.scaled(x)?.0 == Type::I16 && self.noise.below(8) > 0 {
            return None;
        }
        let shape = self.shape(x).to_vec();
        let (last, outer) = shape.split_last()?;
        let (outputs, activation) = (1 + self.noise.below(12), self.activation());
        // along the last axis, or over all of a batch
        let (depth, given) = match self.noise.below(2) {
            0 => (*last, [outer, &[outputs]].concat()),
            _ => (shape.iter().skip(1).product(), vec![shape[0], outputs]),
        };
        let (inputs, repr) = self.weights(x, &[outputs, depth], 0, depth)?;
        self.node(Op::FullyConnected { activation }, inputs, &given, repr)
    }

    /// With itself, turned, or with a constant.
    fn matrices(&mut self, x: ValueId) -> Option<ValueId> {
        let ((store, scale), shape) = (self.scaled(x)?, self.shape(x).to_vec());
        let [.., rows, columns] = shape[..] else { return None };
        let turned = [self.noise.below(2) == 1, self.noise.below(2) == 1];
        let depth = if turned[0] { rows } else { columns };
        let (b, transposed) = match self.noise.below(2) {
            0 => (x, [turned[0], !turned[0]]),
            _ => {
                let others = 1 + self.noise.below(5);
                let repr = self.quantized(store);
                let shape = if turned[1] { [others, depth] } else { [depth, others] };
                (self.any_constant(&shape, repr), turned)
            }
        };
        let (_, other) = self.scaled(b)?;
        let spread = if store == Type::I16 { 3e4 } else { 90.0 };
        let repr = self.near(store, scale * other * spread * (depth as f32).sqrt());
        self.node(Op::BatchMatMul { transposed }, vec![x, b], &[], repr)
    }

    pub(super) fn pool(&mut self, x: ValueId) -> Option<ValueId> {
        let [_, h, w, _] = self.image(x)?;
        let (size, mut window) = self.window([h, w]);
        window.dilation = [1, 1];
        let (_, activation) = (self.scaled(x)?, self.activation());
        let op = match self.noise.below(2) {
            0 => Op::AveragePool2d { size, window, activation },
            _ => Op::MaxPool2d { size, window, activation },
        };
        let repr = self.repr(x);
        self.node(op, vec![x], &[], repr)
    }

    /// The size of a window over an image, and how it moves. No position of it lies beside the image.
    pub(super) fn window(&mut self, image: [usize; 2]) -> ([usize; 2], Window) {
        let size = image.map(|n| 1 + self.noise.below(n.min(4)));
        let margins = size.map(|n| [self.noise.below(n), self.noise.below(n)]);
        let [[top, bottom], [left, right]] = match self.noise.below(3) {
            0 => [[0; 2]; 2],
            _ => margins,
        };
        let stride = [self.rarely(3), self.rarely(3)];
        let stride = if self.noise.below(3) == 0 { [2, 2] } else { stride };
        let dilation = [self.rarely(2), self.rarely(2)];
        (size, Window { stride, dilation, margins: Margins { top, bottom, left, right } })
    }

    /// x, weights that suit it, perhaps biases; and what their sums of `taps` products become. The axis of the outputs is
    /// the filter's `axis`.
    fn weights(
        &mut self,
        x: ValueId,
        shape: &[usize],
        axis: usize,
        taps: usize,
    ) -> Option<(Vec<ValueId>, Repr)> {
        let ((store, x_scale), outputs) = (self.scaled(x)?, shape[axis]);
        let elements: usize = shape.iter().product();
        // weights of few bits have factors above 1
        let kind = if self.noise.below(8) == 0 { Type::I4 } else { Type::I8 };
        let bits = if kind == Type::I4 { 4 } else { self.of([1, 2, 5, 8, 8, 8]) };
        let range = 1i32 << bits;
        let mut data: Vec<u8> =
            (0..elements).map(|_| (self.noise.below(range as usize) as i32 - range / 2) as u8).collect();
        // from the sums of such products to the output's range
        let spread = if store == Type::I16 { 2e4 } else { 70.0 };
        let typical = spread * (range as f32 / 3.5) * (taps as f32).sqrt();
        let repr = self.quantized(store);
        let y_scale = repr.quant()?.scale[0];
        let mut scale = || {
            let factor = spread / typical * ((self.part() - 0.5) * 3.0).exp2();
            factor * y_scale / x_scale
        };
        let first = scale();
        let scales: Vec<f32> = (1..outputs).map(|_| scale()).collect();
        let per_channel = self.noise.below(3) > 0;
        // weights say themselves whether their groups have factors, so that no other network is drawn
        let grouped =
            kind == Type::I4 && per_channel && axis == 0 && data.first().is_some_and(|w| w & 1 == 1);
        if grouped {
            let groups = data.chunks_mut(elements / outputs).flat_map(|filter| filter.chunks_mut(GROUP));
            for group in groups {
                let factor = 1 + (group[0] & 3).cast_signed();
                group.iter_mut().for_each(|w| *w = (w.cast_signed() * factor).cast_unsigned());
            }
        }
        let zeroed = !per_channel && self.noise.below(6) == 0;
        let zero = if zeroed { self.of([-3, 1, 100, -128]) } else { 0 };
        let quant = match per_channel {
            true => {
                let scale: Vec<f32> = [vec![first], scales].concat();
                let grain = if grouped { Grain::Groups { axis, size: GROUP } } else { Grain::Channel(axis) };
                Quant { store: kind, zero: vec![0; outputs], scale, grain }
            }
            false => Quant { store: kind, zero: vec![zero], scale: vec![first], grain: Grain::Tensor },
        };
        let filter = self.constant(shape, Repr::Quant(quant), data);
        let mut inputs = vec![x, filter];
        if self.noise.below(5) > 0 {
            let bias = self.bias(store, outputs, typical);
            inputs.push(bias);
        }
        Some((inputs, repr))
    }

    /// Biases about as large as the sums that they are added to, and some that are not.
    fn bias(&mut self, store: Type, outputs: usize, typical: f32) -> ValueId {
        let long = store == Type::I16 && self.noise.below(3) > 0;
        let kind = if long { Type::I64 } else { Type::I32 };
        let mut data = Vec::new();
        for _ in 0..outputs {
            let most = if self.noise.below(20) == 0 { 1e8 } else { typical * 2.0 };
            let bias = ((self.part() - 0.5) * most) as i64;
            data.extend_from_slice(&bias.to_le_bytes()[..kind.bytes()]);
        }
        self.constant(&[outputs], Repr::Plain(kind), data)
    }
}
