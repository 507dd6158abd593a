//! Puts operators together: each has its shape and type inferred, and disappears where all that it reads is known.

use super::fold;
use super::scaled::Scaled;
use super::{Made, refuse, tensor};
use crate::graph::{
    Activation, Binary, Graph, Node, Op, Reduce, Repr, Rounding, Type, Unary, Value, ValueId,
};
use crate::shapes;
use std::collections::HashMap;

/// The outputs of a node.
pub(super) type Ids = Vec<ValueId>;

/// The most elements of one tensor, so that a small file does not ask for all memory.
pub(super) const MOST: usize = 1 << 28;

/// The most operators that a model becomes: loops are unrolled.
const NODES: usize = 1 << 17;

/// The graph as far as it is read.
#[derive(Debug, Default)]
pub(super) struct Build {
    pub(super) graph: Graph,
    /// Index of the model's node that is read.
    pub(super) origin: usize,
    /// What error functions make, and of what.
    pub(super) erfs: Vec<[ValueId; 2]>,
    /// Integers of known scale, and what they stand for.
    pub(super) scaled: HashMap<ValueId, Scaled>,
}

impl Build {
    pub(super) fn shape(&self, x: ValueId) -> Vec<usize> {
        self.graph.value(x).shape.clone()
    }

    pub(super) fn rank(&self, x: ValueId) -> usize {
        self.graph.value(x).shape.len()
    }

    /// The type of a tensor; float32 for a constant of known scale.
    pub(super) fn store(&self, x: ValueId) -> Type {
        let value = self.graph.value(x);
        if value.data.is_some() && value.repr.quant().is_some() { Type::F32 } else { value.repr.store() }
    }

    /// A constant's bytes.
    pub(super) fn data(&self, x: ValueId) -> Option<&[u8]> {
        self.graph.value(x).data.as_deref()
    }

    /// A constant's floats.
    pub(super) fn known_floats(&self, x: ValueId) -> Option<Vec<f32>> {
        self.graph.value(x).reals()
    }

    /// A constant's whole numbers.
    pub(super) fn known_integers(&self, x: ValueId) -> Option<Vec<i64>> {
        let (data, store) = (self.data(x)?, self.store(x));
        let wide = |bytes: &[u8]| {
            let mut wide = [if bytes[bytes.len() - 1] >= 0x80 { 0xff } else { 0 }; 8];
            wide[..bytes.len()].copy_from_slice(bytes);
            i64::from_le_bytes(wide)
        };
        match store {
            Type::F32 | Type::F16 => None,
            Type::U8 | Type::Bool => Some(data.iter().map(|byte| i64::from(*byte)).collect()),
            _ => Some(data.chunks_exact(store.bytes()).map(wide).collect()),
        }
    }

    pub(super) fn constant(&mut self, store: Type, shape: &[usize], data: Vec<u8>) -> ValueId {
        self.value(Repr::Plain(store), shape, Some(data))
    }

    pub(super) fn floats(&mut self, shape: &[usize], numbers: &[f32]) -> ValueId {
        self.constant(Type::F32, shape, numbers.iter().flat_map(|x| x.to_le_bytes()).collect())
    }

    pub(super) fn integers(&mut self, shape: &[usize], numbers: &[i64]) -> ValueId {
        self.constant(Type::I64, shape, numbers.iter().flat_map(|x| x.to_le_bytes()).collect())
    }

    /// One number, of the type that another value has.
    pub(super) fn like(&mut self, x: ValueId, number: f64) -> Made<ValueId> {
        let store = self.store(x);
        let data = match store {
            Type::F16 | Type::I4 => return refuse(format!("computes in {store}, which no kernel does")),
            _ => tensor::numbers(store, &[number])?,
        };
        Ok(self.constant(store, &[], data))
    }

    /// A tensor of one number, of the type that another value has.
    pub(super) fn full(&mut self, x: ValueId, shape: &[usize], number: f64) -> Made<ValueId> {
        let one = self.like(x, number)?;
        self.broadcast(one, shape)
    }

    fn value(&mut self, repr: Repr, shape: &[usize], data: Option<Vec<u8>>) -> ValueId {
        let origin = None;
        let name = if data.is_some() { String::new() } else { format!("node {}", self.origin) };
        self.graph.add(Value { name, shape: shape.to_vec(), repr, data, state: false, origin })
    }

    /// An operator whose output has the type of its first input, and the shape that follows.
    pub(super) fn op(&mut self, op: Op, inputs: &[ValueId]) -> Made<ValueId> {
        self.shaped(op, inputs, &[])
    }

    /// An operator whose output has the type of its first input, and this shape.
    pub(super) fn shaped(&mut self, op: Op, inputs: &[ValueId], shape: &[usize]) -> Made<ValueId> {
        let store = match &op {
            Op::Binary { op, .. } if is_comparison(*op) => Type::Bool,
            Op::Select => self.store(inputs[1]),
            Op::ArgExtreme { .. } => Type::I64,
            Op::OneHot { .. } => self.store(inputs[1]),
            _ => self.store(inputs[0]),
        };
        self.typed(op, inputs, shape, store)
    }

    /// An operator whose output has this type, and this shape where that does not follow from its inputs.
    pub(super) fn typed(
        &mut self,
        op: Op,
        inputs: &[ValueId],
        shape: &[usize],
        store: Type,
    ) -> Made<ValueId> {
        Ok(self.several(op, inputs, &[shape.to_vec()], &[store])?[0])
    }

    /// An operator with several outputs.
    pub(super) fn several(
        &mut self,
        op: Op,
        inputs: &[ValueId],
        given: &[Vec<usize>],
        stores: &[Type],
    ) -> Made {
        let to = given.first().map_or(&[][..], Vec::as_slice);
        let inputs = match op {
            Op::Quantize | Op::Dequantize => inputs.to_vec(),
            _ => self.read(&op, inputs, to)?,
        };
        let shapes: Vec<&[usize]> = inputs.iter().map(|id| self.graph.value(*id).shape.as_slice()).collect();
        if shapes.iter().any(|shape| shapes::volume(shape) == Some(0)) {
            return refuse(format!("reads tensors without elements, of {shapes:?}"));
        }
        let mut outputs = Vec::new();
        let made = given.iter().map(|given| shapes::infer(&op, &shapes, given));
        let made: Vec<Vec<usize>> = made.collect::<Result<_, _>>().or_else(refuse)?;
        for (shape, store) in made.iter().zip(stores) {
            match shapes::volume(shape) {
                Some(0) => return refuse(format!("makes a tensor of {shape:?}, which has no elements")),
                Some(n) if n <= MOST => {}
                _ => return refuse(format!("makes a tensor of {shape:?}, which is too large")),
            }
            outputs.push(self.value(Repr::Plain(*store), shape, None));
        }
        if let Some(quant) = inputs.first().and_then(|id| self.carried(&op, *id, to)) {
            self.graph.values[outputs[0].0].repr = Repr::Quant(quant);
        }
        let (origin, rounding) = (self.origin, Rounding::LitertTwice);
        let node = Node { op, inputs, outputs: outputs.clone(), rounding, origin };
        let given = node.op == Op::Dequantize;
        if let Some(all) = fold::constant(&self.graph, &node).filter(|_| !given) {
            for (id, data) in outputs.iter().zip(all) {
                self.graph.values[id.0].data = Some(data);
            }
            return Ok(outputs);
        }
        if self.graph.nodes.len() >= NODES {
            return refuse(format!("is one of more than {NODES} operators, when loops are unrolled"));
        }
        self.graph.nodes.push(node);
        Ok(outputs)
    }

    /// Notes that passes of a loop made the same values, from these on; the last has just ended.
    pub(super) fn alike(&mut self, begins: &[usize]) {
        let ends = begins.iter().skip(1).copied().chain([self.graph.values.len()]);
        let mut passes = begins.iter().zip(ends).map(|(begin, end)| *begin..end);
        let Some(first) = passes.next() else { return };
        for pass in passes.filter(|pass| pass.len() == first.len()) {
            self.graph.alike.extend(first.clone().zip(pass).map(|(a, b)| [ValueId(a), ValueId(b)]));
        }
    }

    pub(super) fn unary(&mut self, op: Unary, x: ValueId) -> Made<ValueId> {
        self.op(Op::Unary(op), &[x])
    }

    /// A function of two elements, broadcast. Bytes and halfwords are computed in 32 bits, which gives the same.
    pub(super) fn binary(&mut self, op: Binary, a: ValueId, b: ValueId) -> Made<ValueId> {
        let store = self.store(a);
        let node = Op::Binary { op, activation: Activation::None };
        if !matches!(store, Type::I8 | Type::U8 | Type::I16) || self.store(b) != store {
            return self.op(node, &[a, b]);
        }
        let (a, b) = (self.cast(a, Type::I32)?, self.cast(b, Type::I32)?);
        let y = self.op(node, &[a, b])?;
        if is_comparison(op) { Ok(y) } else { self.cast(y, store) }
    }

    pub(super) fn add(&mut self, a: ValueId, b: ValueId) -> Made<ValueId> {
        self.binary(Binary::Add, a, b)
    }

    pub(super) fn sub(&mut self, a: ValueId, b: ValueId) -> Made<ValueId> {
        self.binary(Binary::Sub, a, b)
    }

    pub(super) fn mul(&mut self, a: ValueId, b: ValueId) -> Made<ValueId> {
        self.binary(Binary::Mul, a, b)
    }

    pub(super) fn div(&mut self, a: ValueId, b: ValueId) -> Made<ValueId> {
        self.binary(Binary::Div, a, b)
    }

    /// With a number.
    pub(super) fn with(&mut self, op: Binary, x: ValueId, number: f64) -> Made<ValueId> {
        let number = self.like(x, number)?;
        self.binary(op, x, number)
    }

    pub(super) fn times(&mut self, x: ValueId, number: f64) -> Made<ValueId> {
        if number == 1.0 { Ok(x) } else { self.with(Binary::Mul, x, number) }
    }

    pub(super) fn plus(&mut self, x: ValueId, number: f64) -> Made<ValueId> {
        if number == 0.0 { Ok(x) } else { self.with(Binary::Add, x, number) }
    }

    pub(super) fn select(&mut self, condition: ValueId, a: ValueId, b: ValueId) -> Made<ValueId> {
        self.op(Op::Select, &[condition, a, b])
    }

    pub(super) fn cast(&mut self, x: ValueId, store: Type) -> Made<ValueId> {
        if self.store(x) == store { Ok(x) } else { self.typed(Op::Cast, &[x], &[], store) }
    }

    pub(super) fn reshape(&mut self, x: ValueId, shape: &[usize]) -> Made<ValueId> {
        if self.shape(x) == shape { Ok(x) } else { self.shaped(Op::Reshape, &[x], shape) }
    }

    pub(super) fn transpose(&mut self, x: ValueId, order: &[usize]) -> Made<ValueId> {
        let still = order.iter().copied().eq(0..self.rank(x));
        if still { Ok(x) } else { self.op(Op::Transpose { order: order.to_vec() }, &[x]) }
    }

    /// Exchanges the last two axes.
    pub(super) fn flip(&mut self, x: ValueId) -> Made<ValueId> {
        let mut order: Vec<usize> = (0..self.rank(x)).collect();
        let n = order.len();
        if n < 2 {
            return refuse(format!("needs matrices, not {:?}", self.shape(x)));
        }
        order.swap(n - 2, n - 1);
        self.transpose(x, &order)
    }

    pub(super) fn broadcast(&mut self, x: ValueId, shape: &[usize]) -> Made<ValueId> {
        if self.shape(x) == shape { Ok(x) } else { self.shaped(Op::Broadcast, &[x], shape) }
    }

    pub(super) fn concat(&mut self, parts: &[ValueId], axis: usize) -> Made<ValueId> {
        let filled = |id: &ValueId| self.graph.value(*id).elements() > 0;
        let parts: Vec<ValueId> = parts.iter().copied().filter(filled).collect();
        match parts[..] {
            [] => refuse("joins tensors without elements"),
            [one] => Ok(one),
            _ => self.op(Op::Concatenation { axis }, &parts),
        }
    }

    /// Elements `begin + i * stride` of one axis, `n` of them.
    pub(super) fn along(
        &mut self,
        x: ValueId,
        axis: usize,
        begin: usize,
        stride: isize,
        n: usize,
    ) -> Made<ValueId> {
        let mut shape = self.shape(x);
        if axis >= shape.len() {
            return refuse(format!("has no axis {axis} in {shape:?}"));
        }
        if (begin, stride, n) == (0, 1, shape[axis]) {
            return Ok(x);
        }
        let (mut begins, mut strides) = (vec![0; shape.len()], vec![1; shape.len()]);
        (begins[axis], strides[axis], shape[axis]) = (begin, stride, n);
        self.shaped(Op::Slice { begin: begins, stride: strides }, &[x], &shape)
    }

    /// The element `at` of an axis, which disappears.
    pub(super) fn at(&mut self, x: ValueId, axis: usize, at: usize) -> Made<ValueId> {
        let piece = self.along(x, axis, at, 1, 1)?;
        let mut shape = self.shape(piece);
        shape.remove(axis);
        self.reshape(piece, &shape)
    }

    /// Tensors of one shape, along a new axis.
    pub(super) fn stack(&mut self, parts: &[ValueId], axis: usize) -> Made<ValueId> {
        let mut thin = Vec::new();
        for part in parts {
            let mut shape = self.shape(*part);
            shape.insert(axis, 1);
            thin.push(self.reshape(*part, &shape)?);
        }
        self.concat(&thin, axis)
    }

    /// Pads with a number.
    pub(super) fn pad(&mut self, x: ValueId, margins: &[[usize; 2]], number: f64) -> Made<ValueId> {
        if margins.iter().all(|margin| *margin == [0, 0]) {
            return Ok(x);
        }
        let op = Op::Pad { margins: margins.to_vec() };
        if number == 0.0 {
            return self.op(op, &[x]);
        }
        let number = self.like(x, number)?;
        self.op(op, &[x, number])
    }

    /// Folds axes. Those that are too scattered for a kernel are brought together first.
    pub(super) fn reduce(&mut self, op: Reduce, x: ValueId, axes: &[usize], keep: bool) -> Made<ValueId> {
        if axes.is_empty() {
            return Ok(x);
        }
        let shape = self.shape(x);
        let groups = axes.windows(2).filter(|pair| pair[0] + 1 != pair[1]).count() + 1;
        if groups <= 2 {
            return self.op(Op::Reduce { op, axes: axes.to_vec(), keep }, &[x]);
        }
        let (folded, kept): (Vec<usize>, Vec<usize>) = (0..shape.len()).partition(|axis| axes.contains(axis));
        let moved = self.transpose(x, &[kept.as_slice(), &folded].concat())?;
        let axes: Vec<usize> = (kept.len()..shape.len()).collect();
        let made = self.op(Op::Reduce { op, axes, keep: false }, &[moved])?;
        let left = shape.iter().enumerate().filter(|(axis, _)| keep || !folded.contains(axis));
        let left: Vec<usize> = left.map(|(axis, n)| if folded.contains(&axis) { 1 } else { *n }).collect();
        self.reshape(made, &left)
    }

    pub(super) fn mean(&mut self, x: ValueId, axes: &[usize]) -> Made<ValueId> {
        self.reduce(Reduce::Mean, x, axes, true)
    }

    /// Something that works along the last axis, along another.
    pub(super) fn on_axis(&mut self, op: Op, x: ValueId, axis: usize) -> Made<ValueId> {
        let Some(last) = self.rank(x).checked_sub(1).filter(|last| axis <= *last) else {
            return refuse(format!("has no axis {axis} in {:?}", self.shape(x)));
        };
        let mut order: Vec<usize> = (0..=last).collect();
        order.swap(axis, last);
        let moved = self.transpose(x, &order)?;
        let made = self.op(op, &[moved])?;
        self.transpose(made, &order)
    }

    pub(super) fn softmax(&mut self, x: ValueId, axis: usize) -> Made<ValueId> {
        self.on_axis(Op::Softmax { beta: 1.0 }, x, axis)
    }

    pub(super) fn matmul(&mut self, a: ValueId, b: ValueId, transposed: [bool; 2]) -> Made<ValueId> {
        self.op(Op::BatchMatMul { transposed }, &[a, b])
    }

    /// Slices at known places along an axis.
    pub(super) fn pick(&mut self, x: ValueId, axis: usize, places: &[usize]) -> Made<ValueId> {
        let Some(n) = self.shape(x).get(axis).copied() else {
            return refuse(format!("has no axis {axis} in {:?}", self.shape(x)));
        };
        if places.iter().copied().eq(0..n) {
            return Ok(x);
        }
        let places: Vec<i64> = places.iter().map(|i| *i as i64).collect();
        let places = self.integers(&[places.len()], &places);
        self.op(Op::Gather { axis, batch: 0 }, &[x, places])
    }
}

pub(super) fn is_comparison(op: Binary) -> bool {
    use Binary::{Equal, Greater, GreaterEqual, Less, LessEqual, NotEqual};
    matches!(op, Equal | NotEqual | Greater | GreaterEqual | Less | LessEqual)
}
