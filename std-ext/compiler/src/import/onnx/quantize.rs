//! Quantization in an ONNX file: scales and zero points around numbers. Halves are rounded to even, as ONNX does.

use super::call::Call;
use super::window::Moves;
use super::{Made, damaged, refuse, tensor};
use crate::graph::{Binary, Reduce, Type, Unary, ValueId};

/// The most that sums of products may reach and be exact as floats.
const EXACT: usize = 1 << 24;

impl Call<'_, '_> {
    /// A list of numbers, one for each index of an axis, to be joined with a tensor of some rank.
    fn on(&mut self, numbers: ValueId, axis: usize, rank: usize) -> Made<ValueId> {
        match self.shape(numbers)[..] {
            [] => Ok(numbers),
            [1] => self.reshape(numbers, &[]),
            [n] if axis < rank => {
                let mut shape = vec![1; rank - axis];
                shape[0] = n;
                self.reshape(numbers, &shape)
            }
            _ => refuse("has scales in blocks, which is not supported"),
        }
    }

    /// The scale and the zero point of inputs `i` and `i + 1`, as floats, along an axis of x.
    pub(super) fn scale(&mut self, i: usize, axis: i64, rank: usize) -> Made<(ValueId, Option<ValueId>)> {
        let axis = if rank == 0 { 0 } else { self.axis(axis.clamp(-(rank as i64), rank as i64 - 1), rank)? };
        let scale = self.input(i)?;
        let scale = self.on(scale, axis, rank)?;
        let zero = match self.maybe(i + 1) {
            Some(zero) => {
                let zero = self.cast(zero, Type::F32)?;
                Some(self.on(zero, axis, rank)?)
            }
            None => None,
        };
        Ok((scale, zero))
    }

    /// Numbers in steps of a scale, rounded, moved and kept inside of a type.
    fn stored(&mut self, steps: ValueId, zero: Option<ValueId>, store: Type) -> Made<ValueId> {
        let (lo, hi) = match store {
            Type::I8 => (-128.0, 127.0),
            Type::U8 => (0.0, 255.0),
            Type::I16 => (-32768.0, 32767.0),
            other => return refuse(format!("quantizes to {other}, which no kernel does")),
        };
        let x = self.unary(Unary::Round, steps)?;
        let x = self.plus_maybe(x, zero)?;
        let x = self.with(Binary::Maximum, x, lo)?;
        let x = self.with(Binary::Minimum, x, hi)?;
        self.cast(x, store)
    }

    /// What integers stand for, in steps of their scale.
    pub(super) fn steps(&mut self, x: ValueId, zero: Option<ValueId>) -> Made<ValueId> {
        let x = self.cast(x, Type::F32)?;
        match zero {
            Some(zero) => self.sub(x, zero),
            None => Ok(x),
        }
    }

    pub(super) fn quantize_linear(&mut self) -> Made {
        let x = self.input(0)?;
        let store = match (self.maybe(2), self.int("output_dtype").filter(|number| *number != 0)) {
            (Some(zero), _) => self.store(zero),
            (None, Some(number)) => tensor::store(number as i32)?,
            (None, None) => Type::U8,
        };
        let x = self.cast(x, Type::F32)?;
        let axis = self.int("axis").unwrap_or(1);
        Ok(vec![self.in_scale(x, 1, axis, store)?])
    }

    pub(super) fn dequantize_linear(&mut self) -> Made {
        let x = self.input(0)?;
        let axis = self.int("axis").unwrap_or(1);
        Ok(vec![self.real(x, 1, axis)?])
    }

    /// Floats as integers of a type, by the scale in inputs `i` and `i + 1`, one or along an axis.
    pub(super) fn in_scale(&mut self, x: ValueId, i: usize, axis: i64, store: Type) -> Made<ValueId> {
        if let Some((quant, unsigned)) = self.target(i, store).filter(|_| self.data(x).is_none()) {
            return self.quantized(x, quant, unsigned);
        }
        let (scale, zero) = self.scale(i, axis, self.rank(x))?;
        let steps = self.div(x, scale)?;
        self.stored(steps, zero, store)
    }

    pub(super) fn dynamic_quantize(&mut self) -> Made {
        let x = self.input(0)?;
        let axes: Vec<usize> = (0..self.rank(x)).collect();
        let (lo, hi) =
            (self.reduce(Reduce::Min, x, &axes, false)?, self.reduce(Reduce::Max, x, &axes, false)?);
        let (lo, hi) = (self.with(Binary::Minimum, lo, 0.0)?, self.with(Binary::Maximum, hi, 0.0)?);
        let span = self.sub(hi, lo)?;
        let scale = self.with(Binary::Div, span, 255.0)?;
        let zero = self.div(lo, scale)?;
        let zero = self.unary(Unary::Neg, zero)?;
        let zero = self.with(Binary::Minimum, zero, 255.0)?;
        let zero = self.with(Binary::Maximum, zero, 0.0)?;
        let zero = self.unary(Unary::Round, zero)?;
        let steps = self.div(x, scale)?;
        let y = self.stored(steps, Some(zero), Type::U8)?;
        Ok(vec![y, scale, self.cast(zero, Type::U8)?])
    }

    /// Sums of so many products of bytes are exact as floats, or not.
    fn exact(&self, products: usize) -> Made<()> {
        match products.checked_mul(255 * 255) {
            Some(most) if most <= EXACT => Ok(()),
            _ => refuse(format!("sums {products} products of bytes, more than are exact in float32")),
        }
    }

    /// A zero point of inputs that are integers, along the rows or columns of a matrix.
    fn zero(&mut self, i: usize) -> Made<Option<ValueId>> {
        match self.maybe(i) {
            Some(zero) => Ok(Some(self.cast(zero, Type::F32)?)),
            None => Ok(None),
        }
    }

    pub(super) fn mat_mul_integer(&mut self) -> Made {
        let (a, b) = (self.input(0)?, self.input(1)?);
        self.exact(self.shape(a).last().copied().unwrap_or(0))?;
        let (left, right) = (self.zero(2)?, self.zero(3)?);
        let left = match left {
            Some(zero) if self.rank(zero) == 1 && self.shape(zero)[0] > 1 => {
                let n = self.shape(zero)[0];
                Some(self.reshape(zero, &[n, 1])?)
            }
            zero => zero,
        };
        let (a, b) = (self.steps(a, left)?, self.steps(b, right)?);
        let y = self.multiply(a, b)?;
        Ok(vec![self.cast(y, Type::I32)?])
    }

    pub(super) fn q_linear_mat_mul(&mut self) -> Made {
        let (a, b, like) = (self.input(0)?, self.input(3)?, self.input(7)?);
        let store = self.store(like);
        if self.scaled.contains_key(&a) || self.scaled.contains_key(&b) {
            let (a, b) = (self.real(a, 1, -2)?, self.real(b, 4, -1)?);
            let y = self.multiply(a, b)?;
            return Ok(vec![self.in_scale(y, 6, 0, store)?]);
        }
        self.exact(self.shape(a).last().copied().unwrap_or(0))?;
        let (left, right, zero) = (self.zero(2)?, self.zero(5)?, self.zero(7)?);
        let (a, b) = (self.steps(a, left)?, self.steps(b, right)?);
        let sum = self.multiply(a, b)?;
        let y = self.rescaled(sum, [1, 4, 6], 0)?;
        Ok(vec![self.stored(y, zero, store)?])
    }

    /// A sum of products times both scales, over that of the output; those of the second may be one a channel.
    fn rescaled(&mut self, sum: ValueId, [a, b, y]: [usize; 3], channel: usize) -> Made<ValueId> {
        let mut scales = Vec::new();
        for i in [a, b, y] {
            let scale = self.input(i)?;
            scales.push(self.cast(scale, Type::F32)?);
        }
        if channel > 0 && self.graph.value(scales[1]).elements() > 1 {
            let rank = self.rank(sum);
            scales[1] = self.on(scales[1], channel, rank)?;
        }
        let factor = self.mul(scales[0], scales[1])?;
        let factor = self.div(factor, scales[2])?;
        let factor =
            if self.graph.value(factor).elements() == 1 { self.reshape(factor, &[])? } else { factor };
        self.mul(sum, factor)
    }

    /// A convolution of integers, as floats that hold them exactly.
    fn convolved(
        &mut self,
        x: ValueId,
        zero: Option<ValueId>,
        filter: ValueId,
        own: Option<ValueId>,
    ) -> Made<ValueId> {
        let filter = self.fixed(filter, "filter")?;
        let taps = self.shape(filter);
        self.exact(taps.get(1..).unwrap_or(&[]).iter().product())?;
        let own = match own {
            Some(zero) => {
                let zero = self.fixed(zero, "filter's zero point")?;
                Some(self.on(zero, 0, taps.len())?)
            }
            None => None,
        };
        let (x, filter) = (self.steps(x, zero)?, self.steps(filter, own)?);
        let shape = self.shape(x);
        if shape.len() < 3 || taps.len() != shape.len() {
            return Err(damaged("its filter", format!("{taps:?} for {shape:?}")).into());
        }
        let moves: Moves = self.moves(&shape[2..], taps[2..].to_vec())?;
        let groups = usize::try_from(self.int("group").unwrap_or(1)).unwrap_or(1).max(1);
        self.convolve(x, filter, None, moves, groups)
    }

    pub(super) fn conv_integer(&mut self) -> Made {
        let (x, filter) = (self.input(0)?, self.input(1)?);
        let (zero, own) = (self.zero(2)?, self.zero(3)?);
        let y = self.convolved(x, zero, filter, own)?;
        Ok(vec![self.cast(y, Type::I32)?])
    }

    pub(super) fn q_linear_conv(&mut self) -> Made {
        let (x, filter, like) = (self.input(0)?, self.input(3)?, self.input(7)?);
        let store = self.store(like);
        if self.scaled.contains_key(&x) {
            let (x, filter) = (self.real(x, 1, 0)?, self.real(filter, 4, 0)?);
            let bias = self.linear_bias(8, [1, 4])?;
            self.inputs = [Some(x), Some(filter), bias].into_iter().chain(self.inputs.split_off(3)).collect();
            let y = self.conv()?[0];
            return Ok(vec![self.in_scale(y, 6, 0, store)?]);
        }
        let (zero, own, to) = (self.zero(2)?, self.zero(5)?, self.zero(7)?);
        let mut sum = self.convolved(x, zero, filter, own)?;
        if let Some(bias) = self.maybe(8) {
            let bias = self.cast(bias, Type::F32)?;
            let rank = self.rank(sum);
            let bias = self.on(bias, 1, rank)?;
            sum = self.add(sum, bias)?;
        }
        let y = self.rescaled(sum, [1, 4, 6], 1)?;
        Ok(vec![self.stored(y, to, store)?])
    }
}
