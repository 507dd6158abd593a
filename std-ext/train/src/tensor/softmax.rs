//! Softmax, and normalization to mean 0 and variance 1.

use super::{Tensor, compute, compute_one};
use crate::autograd::{Grad, record};
use crate::device::{Op, Type};
use crate::{Result, Shape};

impl Tensor {
    /// Softmax along an axis.
    ///
    /// # Errors
    /// There is no such axis.
    pub fn softmax(&self, axis: isize) -> Result<Tensor> {
        self.softmax_along("softmax", axis, false)
    }

    /// The logarithm of the softmax along an axis.
    ///
    /// # Errors
    /// There is no such axis.
    pub fn log_softmax(&self, axis: isize) -> Result<Tensor> {
        self.softmax_along("log_softmax", axis, true)
    }

    fn softmax_along(&self, name: &'static str, axis: isize, log: bool) -> Result<Tensor> {
        let at = self.shape().axis(name, axis)?;
        if at + 1 == self.rank() {
            return self.softmax_rows(name, log);
        }
        self.transpose(axis, -1)?.softmax_rows(name, log)?.transpose(axis, -1)
    }

    /// [`Tensor::softmax_along`] the last axis.
    fn softmax_rows(&self, name: &'static str, log: bool) -> Result<Tensor> {
        let n = self.shape().last(0);
        let rows = self.elements() / n.max(1);
        let x = self.float(name)?.detach().contiguous()?.reshape([rows, n])?;
        let output = Tensor::shaped(&Op::Softmax { log }, &[&x], [rows, n], self.shape())?;
        let saved = output.clone();
        let shape = self.shape().clone();
        Ok(record(name, output, [self], &[&saved], move |saved, g| {
            let (y, g) = (saved[0].reshape([rows, n])?, g.contiguous()?.reshape([rows, n])?);
            Ok([Some(Grad::Whole(Tensor::shaped(&Op::SoftmaxBack { log }, &[&y, &g], [rows, n], &shape)?))])
        }))
    }

    /// `[outer, groups, inner]`, given by the axis of the groups, to mean 0 and variance 1 in each group; with the means
    /// and the reciprocals of the deviations, `[groups]`.
    pub(crate) fn normalize(&self, name: &'static str, raw: [usize; 3], epsilon: f32) -> Result<[Tensor; 3]> {
        let x = self.float(name)?.detach().contiguous()?.reshape(raw)?;
        let groups = Shape::from(raw[1]);
        let made = [(Type::F32, Shape::from(raw)), (Type::F32, groups.clone()), (Type::F32, groups)];
        let [output, means, inverses] = compute(&Op::Normalize { epsilon }, &[&x], made)?;
        let shape = self.shape().clone();
        let saved = output.clone();
        let output = record(name, output.reshape(&shape)?, [self], &[&saved, &inverses], move |saved, g| {
            let [y, inverses] = saved else { return Ok([None]) };
            let g = g.contiguous()?.reshape(raw)?;
            Ok([Some(Grad::Whole(Tensor::shaped(&Op::NormalizeBack, &[y, inverses, &g], raw, &shape)?))])
        });
        Ok([output, means, inverses])
    }

    /// Self-attention over queries, keys and values that lie side by side in the last axis, `[batch, length, 3 * size]`, each
    /// with its `heads` side by side. Causal rows see only what is not behind them.
    ///
    /// # Errors
    /// It has another number of axes, or heads do not divide the size.
    pub fn attention(&self, heads: usize, causal: bool) -> Result<Tensor> {
        let [batch, length, three] = self.shape()[..] else {
            return Err(self
                .shape()
                .wrong("attention", "queries, keys and values are [batch, length, 3 * size]"));
        };
        if heads == 0 || three == 0 || !three.is_multiple_of(3 * heads) {
            return Err(self
                .shape()
                .wrong("attention", format!("the last axis is not three times {heads} equal heads")));
        }
        let x = self.float("attention")?.detach().contiguous()?;
        let made =
            [(Type::F32, [batch, length, three / 3].into()), (Type::F32, [batch, heads, length].into())];
        let [output, sums] = compute(&Op::Attention { heads, causal }, &[&x], made)?;
        let (saved, shape) = (output.clone(), self.shape().clone());
        Ok(record("attention", output, [self], &[&x, &saved, &sums], move |saved, g| {
            let [x, y, sums] = saved else { return Ok([None]) };
            let op = Op::AttentionBack { heads, causal };
            Ok([Some(Grad::Whole(compute_one(&op, &[x, y, sums, &g.contiguous()?], &shape)?))])
        }))
    }
}
