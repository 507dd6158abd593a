//! Products of matrices in an ONNX file.

use super::call::Call;
use super::{Made, refuse};
use crate::graph::{Activation, Op, Type, ValueId};

impl Call<'_, '_> {
    pub(super) fn mat_mul(&mut self) -> Made {
        let (a, b) = (self.input(0)?, self.input(1)?);
        Ok(vec![self.multiply(a, b)?])
    }

    /// Products of matrices as NumPy has them: a vector is a row on the left, a column on the right.
    pub(super) fn multiply(&mut self, a: ValueId, b: ValueId) -> Made<ValueId> {
        let (left, right) = (self.shape(a), self.shape(b));
        if left.is_empty() || right.is_empty() {
            return refuse("multiplies single numbers");
        }
        let row = if left.len() == 1 { self.reshape(a, &[1, left[0]])? } else { a };
        let column = if right.len() == 1 { self.reshape(b, &[right[0], 1])? } else { b };
        let made = if self.data(column).is_some() && self.rank(column) == 2 && self.store(a) == Type::F32 {
            let filter = self.flip(column)?;
            self.dense(row, filter, None)?
        } else {
            self.matmul(row, column, [false, false])?
        };
        let mut shape = self.shape(made);
        if right.len() == 1 {
            shape.pop();
        }
        if left.len() == 1 {
            shape.remove(shape.len() + usize::from(right.len() == 1) - 2);
        }
        self.reshape(made, &shape)
    }

    /// Rows of the last axis times a constant filter `[out, in]`.
    pub(super) fn dense(&mut self, x: ValueId, filter: ValueId, bias: Option<ValueId>) -> Made<ValueId> {
        let (mut shape, weights) = (self.shape(x), self.shape(filter));
        let (Some(last), &[out, _]) = (shape.last_mut(), &weights[..]) else {
            return refuse(format!("multiplies {shape:?} by {weights:?}"));
        };
        *last = out;
        let inputs: Vec<ValueId> = [x, filter].into_iter().chain(bias).collect();
        self.shaped(Op::FullyConnected { activation: Activation::None }, &inputs, &shape)
    }

    /// `alpha * a * b + beta * c`, a and b possibly transposed.
    pub(super) fn gemm(&mut self) -> Made {
        let (a, b) = (self.input(0)?, self.input(1)?);
        let (alpha, beta) = (self.float("alpha", 1.0).into(), self.float("beta", 1.0).into());
        let (left, right) = (self.flag("transA"), self.flag("transB"));
        if self.rank(a) != 2 || self.rank(b) != 2 {
            return refuse(format!("needs matrices, not {:?} and {:?}", self.shape(a), self.shape(b)));
        }
        let c = match self.maybe(2) {
            Some(c) => Some(self.times(c, beta)?),
            None => None,
        };
        if self.data(b).is_some() && self.store(a) == Type::F32 {
            let filter = if right { b } else { self.flip(b)? };
            let filter = self.times(filter, alpha)?;
            let x = if left { self.flip(a)? } else { a };
            let out = self.shape(filter)[0];
            let fits = |c: &ValueId| {
                self.data(*c).is_some() && [&[out][..], &[1, out]].contains(&&self.shape(*c)[..])
            };
            if let Some(c) = c.filter(fits) {
                let bias = self.reshape(c, &[out])?;
                return Ok(vec![self.dense(x, filter, Some(bias))?]);
            }
            let made = self.dense(x, filter, None)?;
            return Ok(vec![self.plus_maybe(made, c)?]);
        }
        let made = self.matmul(a, b, [left, right])?;
        let made = self.times(made, alpha)?;
        Ok(vec![self.plus_maybe(made, c)?])
    }

    pub(super) fn plus_maybe(&mut self, x: ValueId, other: Option<ValueId>) -> Made<ValueId> {
        match other {
            Some(other) => self.add(x, other),
            None => Ok(x),
        }
    }
}
