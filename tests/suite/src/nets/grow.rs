//! How a network grows: one operator at a time, mostly on what was made last, and sometimes on what was made before.

use midge_compiler::graph::{
    Activation, Grain, Graph, Node, Op, Quant, Repr, Rounding, Type, Value, ValueId,
};
use midge_compiler::shapes;

use super::Net;
use crate::noise::Noise;

/// The most elements of a tensor.
const MOST: usize = 1500;

/// The network with this number.
pub(super) fn net(seed: u64) -> Net {
    let mut growing = Growing::new(seed);
    growing.begin();
    let operators = 2 + growing.noise.below(11);
    while growing.graph.nodes.len() < operators {
        growing.step();
    }
    growing.end(seed)
}

/// A network so far. What adds to it gives nothing where it does not suit its operands.
pub(super) struct Growing {
    pub(super) noise: Noise,
    pub(super) graph: Graph,
    /// What operators can read: inputs, and what others have made.
    pub(super) live: Vec<ValueId>,
}

impl Growing {
    /// Nothing yet; what comes follows from the number.
    pub(super) fn new(seed: u64) -> Self {
        // neighbours begin far apart, and none at 0
        let noise = Noise(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
        let graph = Graph { name: format!("net {seed}"), source: "numbers".into(), ..Graph::default() };
        Growing { noise, graph, live: Vec::new() }
    }

    /// One input or two, and one that they are to be.
    fn begin(&mut self) {
        let (batch, images) = (self.rarely(2), self.noise.below(4) > 0);
        let shape = match images {
            true => vec![batch, 1 + self.noise.below(9), 1 + self.noise.below(9), 1 + self.noise.below(9)],
            false => vec![batch, 1 + self.noise.below(60)],
        };
        for _ in 0..self.rarely(2) {
            let input = self.input(&shape);
            self.live.extend(input);
        }
    }

    /// Adds an input; what is not int8 or int16 becomes that first.
    fn input(&mut self, shape: &[usize]) -> Option<ValueId> {
        let store = if self.noise.below(6) == 0 { Type::I16 } else { Type::I8 };
        let repr = self.quantized(store);
        let quant = repr.quant()?;
        let port = match self.noise.below(10) {
            // the same numbers, 128 apart
            0 if store == Type::I8 => fixed(Type::U8, quant.scale[0], quant.zero[0] + 128),
            1 => Repr::Plain(Type::F32),
            _ => repr.clone(),
        };
        let value = self.port(shape, port.clone());
        if port == repr { Some(value) } else { self.node(Op::Quantize, vec![value], &[], repr) }
    }

    /// Adds an input of this type.
    pub(super) fn port(&mut self, shape: &[usize], repr: Repr) -> ValueId {
        let value = self.value("input", shape, repr);
        self.graph.inputs.push(value);
        value
    }

    /// Tries one operator.
    fn step(&mut self) {
        let x = if self.noise.below(10) < 7 { self.live.last().copied() } else { None };
        let Some(x) = x.or_else(|| self.any(|_| true)) else { return };
        let made = match self.noise.below(21) {
            0..=5 => self.layer(x),
            6..=12 => self.elements(x),
            13..=14 => self.folds(x),
            15 => self.states(x),
            _ => self.moves(x),
        };
        self.live.extend(made.into_iter().flatten());
    }

    /// Bytes for each input.
    fn row(&mut self) -> Vec<Vec<u8>> {
        let values: Vec<Value> = self.graph.inputs.iter().map(|id| self.graph.value(*id).clone()).collect();
        values.iter().map(|value| self.filled(value)).collect()
    }

    fn filled(&mut self, value: &Value) -> Vec<u8> {
        if value.repr.store() == Type::F32 {
            return (0..value.elements()).flat_map(|_| ((self.part() - 0.5) * 9.0).to_le_bytes()).collect();
        }
        let mut bytes = vec![0; value.bytes()];
        self.noise.fill(&mut bytes);
        bytes
    }

    /// What nothing reads becomes an output, and sometimes something else too.
    pub(super) fn end(mut self, seed: u64) -> Net {
        let rows = vec![self.row(), self.row()];
        let read = |id: &ValueId| self.graph.nodes.iter().any(|node| node.inputs.contains(id));
        let made: Vec<ValueId> = self.graph.nodes.iter().flat_map(|node| node.outputs.clone()).collect();
        let odd = self.noise.below(4 * made.len());
        let told = made.iter().enumerate().filter(|(i, id)| *i == odd || !read(id));
        self.graph.outputs = told.map(|(_, id)| *id).collect();
        Net { seed, graph: self.graph, rows }
    }

    /// A tensor that is live and suits.
    pub(super) fn any(&mut self, suits: impl Fn(&Value) -> bool) -> Option<ValueId> {
        let found: Vec<ValueId> =
            self.live.iter().copied().filter(|id| suits(self.graph.value(*id))).collect();
        (!found.is_empty()).then(|| found[self.noise.below(found.len())])
    }

    /// Adds an operator with one output; `given` is its shape where the operator leaves it open.
    pub(super) fn node(
        &mut self,
        op: Op,
        inputs: Vec<ValueId>,
        given: &[usize],
        repr: Repr,
    ) -> Option<ValueId> {
        self.nodes(op, inputs, given, vec![repr])?.pop()
    }

    /// Adds an operator with an output for each of `reprs`.
    pub(super) fn nodes(
        &mut self,
        op: Op,
        inputs: Vec<ValueId>,
        given: &[usize],
        reprs: Vec<Repr>,
    ) -> Option<Vec<ValueId>> {
        let read: Vec<&[usize]> = inputs.iter().map(|id| self.shape(*id)).collect();
        let shape = shapes::infer(&op, &read, given).ok()?;
        if !(1..=MOST).contains(&shapes::volume(&shape)?) {
            return None;
        }
        let origin = self.graph.nodes.len();
        let made = reprs.into_iter().map(|repr| self.value(&format!("made by {origin}"), &shape, repr));
        let outputs: Vec<ValueId> = made.collect();
        let rounding = match op {
            Op::FullyConnected { .. } => Rounding::LitertOnce,
            Op::AveragePool2d { .. }
                if self.repr(outputs[0]).store() == Type::I8 && self.noise.below(4) == 0 =>
            {
                Rounding::LitertUnsigned
            }
            _ => Rounding::LitertTwice,
        };
        self.graph.nodes.push(Node { op, inputs, outputs: outputs.clone(), rounding, origin });
        Some(outputs)
    }

    /// Adds a state, which begins as something or as nothing.
    pub(super) fn state(&mut self, shape: &[usize], repr: Repr) -> ValueId {
        let id = self.value("state", shape, repr);
        let begins = self.filled(&self.graph.value(id).clone());
        let state = &mut self.graph.values[id.0];
        (state.state, state.data) = (true, (self.noise.below(2) == 0).then_some(begins));
        id
    }

    /// Adds a constant.
    pub(super) fn constant(&mut self, shape: &[usize], repr: Repr, data: Vec<u8>) -> ValueId {
        let id = self.value("constant", shape, repr);
        self.graph.values[id.0].data = Some(data);
        id
    }

    /// Adds a constant of any elements.
    pub(super) fn any_constant(&mut self, shape: &[usize], repr: Repr) -> ValueId {
        let mut data = vec![0; shape.iter().product::<usize>() * repr.store().bytes()];
        self.noise.fill(&mut data);
        if repr.store() == Type::Bool {
            data.iter_mut().for_each(|truth| *truth &= 1);
        }
        self.constant(shape, repr, data)
    }

    /// Adds a constant of whole numbers.
    pub(super) fn whole(&mut self, shape: &[usize], numbers: &[i32]) -> ValueId {
        let data = numbers.iter().flat_map(|n| n.to_le_bytes()).collect();
        self.constant(shape, Repr::Plain(Type::I32), data)
    }

    fn value(&mut self, name: &str, shape: &[usize], repr: Repr) -> ValueId {
        let (name, shape) = (name.into(), shape.to_vec());
        self.graph.add(Value { name, shape, repr, data: None, state: false, origin: None })
    }

    pub(super) fn shape(&self, id: ValueId) -> &[usize] {
        &self.graph.value(id).shape
    }

    pub(super) fn repr(&self, id: ValueId) -> Repr {
        self.graph.value(id).repr.clone()
    }

    /// The four extents of a tensor that is an image.
    pub(super) fn image(&self, id: ValueId) -> Option<[usize; 4]> {
        self.shape(id).try_into().ok()
    }

    /// Type and scale of a tensor that has one.
    pub(super) fn scaled(&self, id: ValueId) -> Option<(Type, f32)> {
        match self.graph.value(id).repr.quant()? {
            Quant { store: store @ (Type::I8 | Type::I16), scale, .. } => Some((*store, *scale.first()?)),
            _ => None,
        }
    }

    /// A type with any scale and zero point.
    pub(super) fn quantized(&mut self, store: Type) -> Repr {
        let scale = (1.0 + self.part()) * (-(self.noise.below(10) as f32)).exp2();
        self.with_scale(store, scale)
    }

    /// A type with a scale and any zero point, often at an end.
    pub(super) fn with_scale(&mut self, store: Type, scale: f32) -> Repr {
        let any = self.noise.below(256) as i32 - 128;
        let zero = [0, -128, 127, any, any / 4][self.noise.below(5)];
        fixed(store, scale, if store == Type::I16 { 0 } else { zero })
    }

    /// A type with a scale near this one, mostly.
    pub(super) fn near(&mut self, store: Type, scale: f32) -> Repr {
        let octaves = if self.noise.below(8) == 0 { 8.0 } else { 2.0 };
        let factor = ((self.part() - 0.5) * octaves).exp2();
        self.with_scale(store, scale * factor)
    }

    /// From 0 to 1.
    pub(super) fn part(&mut self) -> f32 {
        self.noise.below(1 << 12) as f32 / 4096.0
    }

    /// 1, or rarely more, up to `most`.
    pub(super) fn rarely(&mut self, most: usize) -> usize {
        if self.noise.below(4) == 0 { 1 + self.noise.below(most) } else { 1 }
    }

    /// One of a few.
    pub(super) fn of<T: Copy, const N: usize>(&mut self, items: [T; N]) -> T {
        items[self.noise.below(N)]
    }

    pub(super) fn activation(&mut self) -> Activation {
        let none = Activation::None;
        self.of([none, none, none, Activation::Relu, Activation::Relu6, Activation::ReluN1To1])
    }
}

/// A type with this scale and zero point.
pub(super) fn fixed(store: Type, scale: f32, zero: i32) -> Repr {
    Repr::Quant(Quant { store, scale: vec![scale], zero: vec![zero], grain: Grain::Tensor })
}
