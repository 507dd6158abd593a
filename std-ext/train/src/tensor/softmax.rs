//! Softmax, and normalization to mean 0 and variance 1.

use super::{Tensor, compute};
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
            return self.softmax_rows(name, 1.0, false, log);
        }
        self.transpose(axis, -1)?.softmax_rows(name, 1.0, false, log)?.transpose(axis, -1)
    }

    /// Softmax of `scale * x` over the last axis; if it is causal, row r of the last two axes sees its first r + 1
    /// elements only.
    pub(crate) fn softmax_rows(
        &self,
        name: &'static str,
        scale: f32,
        causal: bool,
        log: bool,
    ) -> Result<Tensor> {
        let n = self.shape().last(0);
        let rows = self.elements() / n.max(1);
        let x = self.float(name)?.detach().contiguous()?.reshape([rows, n])?;
        let output = Tensor::shaped(&Op::Softmax { scale, causal, log }, &[&x], [rows, n], self.shape())?;
        let saved = output.clone();
        let shape = self.shape().clone();
        Ok(record(name, output, [self], &[&saved], move |saved, g| {
            let (y, g) = (saved[0].reshape([rows, n])?, g.contiguous()?.reshape([rows, n])?);
            Ok([Some(Grad::Whole(Tensor::shaped(
                &Op::SoftmaxBack { scale, log },
                &[&y, &g],
                [rows, n],
                &shape,
            )?))])
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
}
