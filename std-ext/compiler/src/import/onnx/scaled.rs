//! Tensors of an ONNX file that integers with known scales stand for.
//!
//! Such a tensor is integers, made by QUANTIZE, and what these stand for, made by DEQUANTIZE, which operators of the model
//! read; uint8 becomes int8. Once the model is read, integer operators take the place of both
//! ([`crate::quantize::given`]).

use super::Made;
use super::build::Build;
use super::call::Call;
use crate::graph::{Binary, Grain, Op, Quant, Repr, Type, Unary, Value, ValueId};

/// Operators that give elements of what they read.
const MOVES: [&str; 14] = [
    "MaxPool",
    "Reshape",
    "Flatten",
    "Squeeze",
    "Unsqueeze",
    "Transpose",
    "Slice",
    "Split",
    "Expand",
    "Tile",
    "Gather",
    "Concat",
    "DepthToSpace",
    "SpaceToDepth",
];

/// What integers stand for.
#[derive(Clone, Debug)]
pub(super) struct Scaled {
    /// As floats.
    real: ValueId,
    /// Their scale, as int8 or int16.
    quant: Quant,
    /// Whether the model has them as uint8.
    unsigned: bool,
}

impl Build {
    /// The scale of a tensor of known scale.
    fn quant(&self, x: ValueId) -> Option<&Quant> {
        self.graph.value(x).repr.quant()
    }

    /// Floats as integers of a scale.
    pub(super) fn quantized(&mut self, x: ValueId, quant: Quant, unsigned: bool) -> Made<ValueId> {
        let store = quant.store;
        let shape = self.shape(x);
        let y = self.typed(Op::Quantize, &[x], &shape, store)?;
        self.graph.values[y.0].repr = Repr::Quant(quant.clone());
        let real = self.typed(Op::Dequantize, &[y], &shape, Type::F32)?;
        self.scaled.insert(y, Scaled { real, quant, unsigned });
        Ok(y)
    }

    /// Integers that the caller provides, whose scale the model says: the port has it.
    fn enter(&mut self, x: ValueId, quant: Quant, unsigned: bool) -> Made<ValueId> {
        let shape = self.shape(x);
        let inner = if unsigned {
            self.graph.values[x.0].repr = Repr::Quant(as_unsigned(&quant));
            let inner = self.typed(Op::Quantize, &[x], &shape, quant.store)?;
            self.graph.values[inner.0].repr = Repr::Quant(quant.clone());
            inner
        } else {
            self.graph.values[x.0].repr = Repr::Quant(quant.clone());
            x
        };
        let real = self.typed(Op::Dequantize, &[inner], &shape, Type::F32)?;
        self.scaled.insert(x, Scaled { real, quant, unsigned });
        Ok(real)
    }

    /// A value as the caller reads it: integers of known scale have it at the port, too.
    pub(super) fn leave(&mut self, x: ValueId) -> Made<ValueId> {
        let Some(Scaled { quant, unsigned, .. }) = self.scaled.get(&x).cloned() else { return Ok(x) };
        match unsigned && !self.graph.inputs.contains(&x) {
            true => {
                let shape = self.shape(x);
                let y = self.typed(Op::Quantize, &[x], &shape, Type::U8)?;
                self.graph.values[y.0].repr = Repr::Quant(as_unsigned(&quant));
                Ok(y)
            }
            false if self.graph.inputs.contains(&x) => self.raw(x),
            false => Ok(x),
        }
    }

    /// The integers as the model has them, where it looks at them as such.
    pub(super) fn raw(&mut self, x: ValueId) -> Made<ValueId> {
        let Some(Scaled { real, quant, unsigned }) = self.scaled.get(&x).cloned() else { return Ok(x) };
        let (store, up) = if unsigned { (Type::U8, 128.0) } else { (quant.store, 0.0) };
        let steps = self.with(Binary::Div, real, quant.scale[0].into())?;
        let steps = self.unary(Unary::Round, steps)?;
        let steps = self.plus(steps, f64::from(quant.zero[0]) + up)?;
        self.cast(steps, store)
    }

    /// A constant's integers as floats; anything else as it is.
    pub(super) fn widened(&mut self, x: ValueId) -> ValueId {
        match self.known_floats(x).filter(|_| self.quant(x).is_some()) {
            Some(reals) => {
                let shape = self.shape(x);
                self.floats(&shape, &reals)
            }
            None => x,
        }
    }

    /// Constants of known scale, as an operator reads them: weights stay, and what only moves; of others each gets a
    /// DEQUANTIZE, unless all that is read is known.
    pub(super) fn read(&mut self, op: &Op, inputs: &[ValueId], to: &[usize]) -> Made<Vec<ValueId>> {
        let known = inputs.iter().all(|id| self.data(*id).is_some());
        let mut read = Vec::new();
        for (i, id) in inputs.iter().enumerate() {
            let Some(quant) = self.quant(*id).filter(|_| self.data(*id).is_some()) else {
                read.push(*id);
                continue;
            };
            let stays = op.channel_axis().is_some() && i > 0 || self.carried(op, *id, to).is_some();
            let alone = !known && quant.grain == Grain::Tensor && quant.store == Type::I8;
            read.push(match (stays, alone) {
                (true, _) => *id,
                (_, true) => self.typed(Op::Dequantize, &[*id], &[], Type::F32)?,
                _ => self.widened(*id),
            });
        }
        Ok(read)
    }

    /// The scales of a constant that an operator moves, to this shape.
    pub(super) fn carried(&self, op: &Op, x: ValueId, to: &[usize]) -> Option<Quant> {
        let quant = self.quant(x).filter(|_| self.data(x).is_some())?;
        let grain = match (op, quant.grain) {
            (Op::Reshape | Op::Transpose { .. }, Grain::Tensor) => Grain::Tensor,
            (Op::Transpose { order }, Grain::Channel(axis)) => {
                Grain::Channel(order.iter().position(|from| *from == axis)?)
            }
            (Op::Reshape, Grain::Channel(axis)) => {
                let from = self.shape(x);
                let before = |shape: &[usize], axis: usize| shape[..axis].iter().product::<usize>();
                let alike = |at: &usize| to[*at] == from[axis] && before(to, *at) == before(&from, axis);
                Grain::Channel((0..to.len()).find(alike)?)
            }
            _ => return None,
        };
        Some(Quant { grain, ..quant.clone() })
    }
}

impl Call<'_, '_> {
    /// Known scales and zero points, in inputs `i` and `i + 1`, of a tensor of this type, one or along an axis; and whether
    /// it was uint8.
    fn known(&self, i: usize, store: Type, shape: &[usize], axis: i64) -> Option<(Quant, bool)> {
        let scale = self.maybe(i).filter(|scale| self.rank(*scale) < 2)?;
        let scale = self.known_floats(scale)?;
        let zero = match self.maybe(i + 1) {
            Some(zero) => self.known_integers(zero)?,
            None => vec![0; scale.len()],
        };
        let grain = match scale.len() {
            1 => Grain::Tensor,
            n => {
                let axis = self.axis(axis, shape.len()).ok()?;
                (shape.get(axis) == Some(&n)).then_some(Grain::Channel(axis))?
            }
        };
        let (store, down) = if store == Type::U8 { (Type::I8, 128) } else { (store, 0) };
        let sound = zero.len() == scale.len() && scale.iter().all(|scale| scale.is_normal() && *scale > 0.0);
        let zero = zero.into_iter().map(|zero| i32::try_from(zero - down).ok()).collect::<Option<_>>()?;
        sound.then_some((Quant { store, scale, zero, grain }, down > 0))
    }

    /// What integers stand for, by the scale in inputs `i` and `i + 1`, one or along an axis.
    pub(super) fn real(&mut self, x: ValueId, i: usize, axis: i64) -> Made<ValueId> {
        let shape = self.shape(x);
        let scaled = self.scaled.get(&x).cloned();
        let store = match &scaled {
            Some(scaled) if scaled.unsigned => Type::U8,
            _ => self.store(x),
        };
        if let Some(known) = self.known(i, store, &shape, axis) {
            if let Some(scaled) = scaled.as_ref().filter(|scaled| scaled.quant == known.0) {
                return Ok(scaled.real);
            }
            let new = scaled.is_none() && !self.graph.nodes.iter().any(|node| node.inputs.contains(&x));
            if new
                && self.graph.inputs.contains(&x)
                && known.0.grain == Grain::Tensor
                && known.0.store == Type::I8
            {
                return self.enter(x, known.0, known.1);
            }
            if matches!(store, Type::I8 | Type::U8 | Type::I4 | Type::I32)
                && let Some(constant) = self.constant_of(x, known)
            {
                return Ok(constant);
            }
        }
        let x = self.raw(x)?;
        let (scale, zero) = self.scale(i, axis, shape.len())?;
        let steps = self.steps(x, zero)?;
        self.mul(steps, scale)
    }

    /// The scale of the output, in inputs `i` and `i + 1`, that integers of it are to have in the graph; none where no kernel
    /// makes them, or the caller reads them and nothing before had a scale: a node alone rounds exactly as ONNX does.
    pub(super) fn target(&self, i: usize, store: Type) -> Option<(Quant, bool)> {
        let inner = self.node.output.first().is_some_and(|name| !self.reader.outputs.contains(name.as_str()));
        let (quant, unsigned) = self.known(i, store, &[], 0).filter(|_| inner || !self.scaled.is_empty())?;
        let fits = quant.store == Type::I8 || quant.store == Type::I16 && quant.zero == [0];
        (fits && quant.grain == Grain::Tensor).then_some((quant, unsigned))
    }

    /// A constant of known scale, without an operator.
    pub(super) fn constant_of(&mut self, x: ValueId, (quant, unsigned): (Quant, bool)) -> Option<ValueId> {
        let value = self.graph.value(x);
        let flip = if unsigned { 0x80 } else { 0 };
        let data = Some(value.data.as_ref()?.iter().map(|byte| byte ^ flip).collect());
        let value = Value { repr: Repr::Quant(quant), data, ..value.clone() };
        Some(self.graph.add(value))
    }

    /// Inputs of known scale as the operator takes them: as they are, or where it moves them what they stand for, with the
    /// scale that the outputs have; or the integers alone.
    pub(super) fn scaled_inputs(&mut self) -> Made<Option<(Quant, bool)>> {
        let name = self.node.op_type();
        let scaled = |call: &Self, id: &ValueId| call.scaled.contains_key(id);
        let any: Vec<ValueId> = self.inputs.iter().flatten().filter(|id| scaled(self, id)).copied().collect();
        // these read scales too
        let linear = name == "DequantizeLinear" || name == "QGemm" || name.starts_with("QLinear");
        let Some(first) = any.first().copied().filter(|_| !linear) else { return Ok(None) };
        let quant = |id: &ValueId| self.scaled.get(id).map(|scaled| (scaled.quant.clone(), scaled.unsigned));
        let all = quant(&first);
        let alike = any.iter().all(|id| quant(id) == all);
        let whole = name != "Concat" || any.len() == self.inputs.len();
        let moves = alike && whole && MOVES.contains(&name);
        for i in 0..self.inputs.len() {
            let Some(id) = self.inputs[i] else { continue };
            self.inputs[i] = Some(match self.scaled.get(&id).map(|scaled| scaled.real) {
                Some(real) if moves => real,
                _ => self.raw(id)?,
            });
        }
        Ok(all.filter(|_| moves))
    }
}

/// The same numbers as uint8.
fn as_unsigned(quant: &Quant) -> Quant {
    Quant { store: Type::U8, zero: quant.zero.iter().map(|zero| zero + 128).collect(), ..quant.clone() }
}
