//! Operators of a TFLite file whose results are known without running it: they become constants.

use super::call::{Call, refuse};
use super::op::Made;
use super::{Trouble, damaged};
use crate::graph::{Op, Repr, Type, Value, ValueId};
use crate::shapes::broadcast;
use midge_core::half::widen;

impl Call<'_, '_> {
    pub(super) fn zeros(&mut self) -> Result<(), Trouble> {
        let (x, y) = (self.counted(1..=1)?.read(0)?, self.peek()?);
        if self.value(x).shape != self.value(y).shape {
            return Err(damaged("its output", "it has another shape than its input").into());
        }
        self.becomes(y, vec![0; self.value(y).bytes()])
    }

    /// DEQUANTIZE; a constant in half precision becomes one in single precision.
    pub(super) fn dequantize(&mut self) -> Result<(), Trouble> {
        let (x, y) = (self.counted(1..=1)?.read(0)?, self.peek()?);
        let (from, to) = (self.value(x), self.value(y));
        let halves = match &from.data {
            Some(data) if from.repr == Repr::Plain(Type::F16) && to.repr == Repr::Plain(Type::F32) => data,
            _ => return self.finish(Op::Dequantize, vec![x]),
        };
        if from.shape != to.shape {
            return Err(damaged("its output", "it has another shape than its input").into());
        }
        let halves = halves.as_chunks().0.iter().map(|half| widen(u16::from_le_bytes(*half)));
        let singles = halves.flat_map(f32::to_le_bytes).collect();
        self.becomes(y, singles)
    }

    pub(super) fn shape(&mut self) -> Result<(), Trouble> {
        let x = self.counted(1..=1)?.read(0)?;
        let sizes = self.value(x).shape.clone();
        self.list(&sizes)
    }

    pub(super) fn rank(&mut self) -> Result<(), Trouble> {
        let (x, y) = (self.counted(1..=1)?.read(0)?, self.peek()?);
        let rank = self.value(x).shape.len() as u32;
        match self.value(y) {
            Value { shape, repr: Repr::Plain(Type::I32), .. } if shape.is_empty() => {
                self.becomes(y, rank.to_le_bytes().to_vec())
            }
            other => Err(damaged("its output", format!("{:?} holds no int32", other.shape)).into()),
        }
    }

    /// Of shapes that are constants.
    pub(super) fn broadcast_args(&mut self) -> Result<(), Trouble> {
        self.counted(2..=2)?;
        let (a, b) = (self.sizes(0, "shapes")?, self.sizes(1, "shapes")?);
        let made = broadcast(&a, &b).map_err(|what| damaged("its shapes", what))?;
        self.list(&made)
    }

    /// A shape that is a constant, and the one element, which may be computed.
    pub(super) fn fill(&mut self) -> Made {
        let sizes = self.counted(2..=2)?.sizes(0, "shape")?;
        let (x, y) = (self.alike(1)?, self.peek()?);
        let (one, made) = (&self.value(x).shape, &self.value(y).shape);
        if !one.is_empty() || *made != sizes {
            return Err(damaged("its shape", format!("{sizes:?} makes no {made:?} of {one:?}")).into());
        }
        Ok((Op::Broadcast, vec![x]))
    }

    /// Where a constant is not zero: how many places there are must be known.
    pub(super) fn places(&mut self) -> Result<(), Trouble> {
        let (x, y) = (self.counted(1..=1)?.read(0)?, self.peek()?);
        let Value { shape, repr, data: Some(data), .. } = self.value(x) else {
            return refuse("finds places in what is computed at run time; how many there are must be known");
        };
        let zero = if self.tensors.unsigned(x) { 0x80 } else { 0 };
        let hit = |element: &[u8]| match (repr.store(), element) {
            (Type::F32, &[a, b, c, d]) => f32::from_le_bytes([a, b, c, d]) != 0.0,
            _ => element.iter().any(|byte| *byte != zero),
        };
        let hits = data.chunks_exact(repr.store().bytes()).enumerate().filter(|(_, e)| hit(e));
        let mut found = Vec::new();
        for (mut place, _) in hits {
            let at = found.len();
            for size in shape.iter().rev() {
                found.insert(at, place % size);
                place /= size;
            }
        }
        let made = self.value(y);
        if made.repr != Repr::Plain(Type::I64) || made.bytes() != found.len() * 8 {
            let what =
                format!("{} of {:?} does not hold {} places", made.repr.store(), made.shape, found.len());
            return Err(damaged("its output", what).into());
        }
        self.becomes(y, found.iter().flat_map(|n| (*n as u64).to_le_bytes()).collect())
    }

    /// Numbers from a constant on, by a constant, up to a constant.
    pub(super) fn range(&mut self) -> Result<(), Trouble> {
        let [start, limit, step] = [self.counted(3..=3)?.one(0)?, self.one(1)?, self.one(2)?];
        let y = self.peek()?;
        let Value { shape, repr, .. } = self.value(y);
        let [count] = shape[..] else {
            return Err(damaged("its output", format!("{shape:?} is no list")).into());
        };
        let data = match (repr, start, limit, step) {
            (Repr::Plain(Type::F32), Number::Real(start), Number::Real(limit), Number::Real(step)) => {
                // as LiteRT sums them up
                let numbers = std::iter::successors(Some(start), |x| Some(x + step)).take(count);
                let all = ((limit - start) / step).abs().ceil() == count as f32;
                all.then(|| numbers.flat_map(f32::to_le_bytes).collect::<Vec<_>>())
            }
            (Repr::Plain(store), Number::Whole(start), Number::Whole(limit), Number::Whole(step))
                if matches!(store, Type::I32 | Type::I64) && step != 0 && (limit >= start) == (step > 0) =>
            {
                let span = i128::from(limit) - i128::from(start);
                let all = span.unsigned_abs().div_ceil(i128::from(step).unsigned_abs()) == count as u128;
                let number = |i: usize| start.wrapping_add(step.wrapping_mul(i as i64));
                let bytes = |i| number(i).to_le_bytes().into_iter().take(store.bytes());
                all.then(|| (0..count).flat_map(bytes).collect())
            }
            _ => None,
        };
        let Some(data) = data else {
            let what = format!("{count} numbers do not lead from its start to its limit");
            return Err(damaged("its output", what).into());
        };
        self.becomes(y, data)
    }

    /// An input of one number.
    fn one(&mut self, input: usize) -> Result<Number, Trouble> {
        let id = self.read(input)?;
        let value = self.value(id);
        match (&value.repr, value.data.as_deref()) {
            (_, None) => refuse("has limits that are computed at run time, and must be constant"),
            (Repr::Plain(Type::F32), Some(&[a, b, c, d])) => {
                Ok(Number::Real(f32::from_le_bytes([a, b, c, d])))
            }
            (Repr::Plain(Type::I32), Some(&[a, b, c, d])) => {
                Ok(Number::Whole(i32::from_le_bytes([a, b, c, d]).into()))
            }
            (Repr::Plain(Type::I64), Some(data)) if data.len() == 8 => {
                Ok(Number::Whole(data.iter().rev().fold(0, |n, byte| n << 8 | i64::from(*byte))))
            }
            (repr, Some(_)) => {
                let what = format!("{} of {:?} is not one number", repr.store(), value.shape);
                Err(damaged("its inputs", what).into())
            }
        }
    }

    /// Makes the one output a list of sizes.
    fn list(&mut self, sizes: &[usize]) -> Result<(), Trouble> {
        let y = self.peek()?;
        let (shape, store) = (&self.value(y).shape, self.value(y).repr.store());
        if shape[..] != [sizes.len()] || !matches!(store, Type::I32 | Type::I64) {
            return Err(damaged("its output", format!("{store} of {shape:?} does not hold {sizes:?}")).into());
        }
        let bytes = |n: &usize| (*n as u64).to_le_bytes().into_iter().take(store.bytes());
        self.becomes(y, sizes.iter().flat_map(bytes).collect())
    }

    /// Makes the one output a constant.
    fn becomes(&mut self, output: ValueId, data: Vec<u8>) -> Result<(), Trouble> {
        self.tensors.budget.spend("its output", data.len())?;
        self.tensors.write(self.outputs[0])?;
        self.tensors.graph.values[output.0].data = Some(data);
        Ok(())
    }
}

/// A constant of one element.
enum Number {
    Whole(i64),
    Real(f32),
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{FLOAT32, INT8, INT32, Net};
    use crate::graph::Graph;
    use crate::import::{ImportError, import};

    /// Shape, type and elements of a constant.
    type Constant<'a> = (&'a [i32], i8, &'a [[u8; 4]]);

    /// A model with one operator of constants, whose output is that of the model.
    fn model(code: i32, inputs: &[Constant<'_>], shape: &[i32], kind: i8) -> Net {
        let mut net = Net::new();
        let x = net.int8(&[1, 4], 0.5, 0);
        let inputs: Vec<i32> =
            inputs.iter().map(|(shape, kind, data)| net.constant(shape, *kind, &data.concat())).collect();
        let y = net.plain(shape, kind);
        net.op(code, &inputs, y, None);
        net.ports(&[x], &[y]);
        net
    }

    fn known(graph: &Graph) -> Vec<u8> {
        assert!(graph.nodes.is_empty(), "{:?}", graph.nodes);
        graph.value(graph.outputs[0]).data.clone().unwrap()
    }

    #[test]
    fn ranges_are_summed_up() {
        let whole = |limits: [i32; 3], count| {
            let inputs = limits.map(|n| [n.to_le_bytes()]);
            let inputs = inputs.each_ref().map(|n| (&[][..], INT32, &n[..]));
            import(&model(96, &inputs, &[count], INT32).bytes())
        };
        let bytes = |numbers: &[i32]| numbers.iter().flat_map(|n| n.to_le_bytes()).collect::<Vec<_>>();
        assert_eq!(known(&whole([2, 9, 3], 3).unwrap()), bytes(&[2, 5, 8]));
        assert_eq!(known(&whole([5, -1, -2], 3).unwrap()), bytes(&[5, 3, 1]));
        for (limits, count) in [([2, 9, 3], 4), ([2, 9, -3], 3), ([2, 9, 0], 3), ([i32::MIN, i32::MAX, 1], 2)]
        {
            assert!(matches!(whole(limits, count), Err(ImportError::Damaged { .. })), "{limits:?}");
        }
        let real = [0.1f32, 0.45, 0.1].map(|n| [n.to_le_bytes()]);
        let real = real.each_ref().map(|n| (&[][..], FLOAT32, &n[..]));
        let sums = [0.1f32, 0.1 + 0.1, 0.1 + 0.1 + 0.1, 0.1 + 0.1 + 0.1 + 0.1];
        let made = import(&model(96, &real, &[4], FLOAT32).bytes()).unwrap();
        assert_eq!(known(&made), sums.map(f32::to_le_bytes).concat());
    }

    #[test]
    fn sizes_that_a_model_computes_are_known() {
        let mut net = Net::new();
        let x = net.int8(&[2, 6], 0.5, 0);
        let shape = net.plain(&[2], INT32);
        net.op(77, &[x], shape, None);
        let made = net.int8(&[2, 6], 0.5, 0);
        let one = net.constant(&[], INT8, &[7]);
        net.quantize(one, &[0.5], &[0], 0);
        net.op(94, &[shape, one], made, None);
        net.ports(&[x], &[made]);
        let graph = import(&net.bytes()).unwrap();
        assert_eq!(graph.nodes.iter().map(|n| n.op.name()).collect::<Vec<_>>(), ["BROADCAST_TO"]);
        // one that is not that of the output
        net.tensor(made).shape = Some(vec![6, 2]);
        assert!(matches!(import(&net.bytes()), Err(ImportError::Damaged { .. })));
    }
}
