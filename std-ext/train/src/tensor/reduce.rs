//! Sums, means, extremes and variances along axes.

use super::{Tensor, compute};
use crate::autograd::{Grad, record};
use crate::device::{Op, Reduce, Type};
use crate::{Result, Shape};

impl Tensor {
    /// Axes as numbers from 0, ascending; all of them if none is named.
    fn axes(&self, op: &'static str, axes: &[isize]) -> Result<Vec<usize>> {
        let mut all = axes.iter().map(|&axis| self.shape().axis(op, axis)).collect::<Result<Vec<_>>>()?;
        if axes.is_empty() {
            all = (0..self.rank()).collect();
        }
        all.sort_unstable();
        all.dedup();
        Ok(all)
    }

    /// Folds axes, without a past; they stay with size 1.
    fn folded(&self, op: &'static str, how: Reduce, axes: &[usize]) -> Result<Tensor> {
        let mut result = self.float(op)?.detach().contiguous()?;
        let mut end = axes.len();
        // Neighbouring axes go at once, the last ones first.
        while let Some(last) = end.checked_sub(1) {
            let mut first = last;
            while first > 0 && axes[first - 1] + 1 == axes[first] {
                first -= 1;
            }
            let sizes = result.shape().to_vec();
            let raw = [
                sizes[..axes[first]].iter().product::<usize>(),
                sizes[axes[first]..=axes[last]].iter().product(),
                sizes[axes[last] + 1..].iter().product(),
            ];
            let shape: Shape = sizes
                .iter()
                .enumerate()
                .map(|(i, &size)| if axes[first..=last].contains(&i) { 1 } else { size })
                .collect();
            result = Tensor::shaped(&Op::Reduce(how), &[&result.reshape(raw)?], [raw[0], raw[2]], &shape)?;
            end = first;
        }
        Ok(result)
    }

    /// Without axes of size 1 unless they are to be kept.
    fn kept(self, axes: &[usize], keep: bool) -> Result<Tensor> {
        if keep {
            return Ok(self);
        }
        let shape: Shape = self
            .shape()
            .iter()
            .enumerate()
            .filter(|(i, _)| !axes.contains(i))
            .map(|(_, &size)| size)
            .collect();
        self.reshape(shape)
    }

    /// Sums along axes; of all elements if none is named. With `keep` the axes stay, with size 1.
    ///
    /// # Errors
    /// There is no such axis.
    pub fn sum(&self, axes: &[isize], keep: bool) -> Result<Tensor> {
        let axes = self.axes("sum", axes)?;
        let output = self.folded("sum", Reduce::Sum, &axes)?;
        let shape = self.shape().clone();
        record("sum", output, [self], &[], move |_, g| Ok([Some(Grad::Whole(g.expand(&shape)?))]))
            .kept(&axes, keep)
    }

    /// Means along axes; of all elements if none is named.
    ///
    /// # Errors
    /// There is no such axis.
    pub fn mean(&self, axes: &[isize], keep: bool) -> Result<Tensor> {
        let count: usize = self.axes("mean", axes)?.iter().map(|&axis| self.shape()[axis]).product();
        &self.sum(axes, keep)? * (1.0 / count as f32)
    }

    /// Variances along axes; `correction` is taken from the count that divides (1 gives the unbiased estimate).
    ///
    /// # Errors
    /// There is no such axis.
    pub fn var(&self, axes: &[isize], correction: usize, keep: bool) -> Result<Tensor> {
        let count: usize = self.axes("var", axes)?.iter().map(|&axis| self.shape()[axis]).product();
        let off = self.sub(&self.mean(axes, true)?)?;
        &off.map(|x| x.clone() * x)?.sum(axes, keep)? * (1.0 / count.saturating_sub(correction) as f32)
    }

    /// The greatest along axes; of all elements if none is named. Where there are several, they share the gradient.
    ///
    /// # Errors
    /// There is no such axis.
    pub fn amax(&self, axes: &[isize], keep: bool) -> Result<Tensor> {
        self.extreme("amax", Reduce::Max, axes, keep)
    }

    /// The least along axes, as [`Tensor::amax`].
    ///
    /// # Errors
    /// There is no such axis.
    pub fn amin(&self, axes: &[isize], keep: bool) -> Result<Tensor> {
        self.extreme("amin", Reduce::Min, axes, keep)
    }

    fn extreme(&self, op: &'static str, how: Reduce, axes: &[isize], keep: bool) -> Result<Tensor> {
        let axes = self.axes(op, axes)?;
        let output = self.folded(op, how, &axes)?;
        let extreme = output.clone();
        let folded = axes.clone();
        record(op, output, [self], &[self, &extreme], move |saved, g| {
            let [x, extreme] = saved else { return Ok([None]) };
            let hits = x.equal(extreme)?;
            let count = hits.folded(op, Reduce::Sum, &folded)?;
            Ok([Some(Grad::Whole(hits.mul(&g.div(&count)?)?))])
        })
        .kept(&axes, keep)
    }

    /// Index of the first greatest along an axis, which disappears; numbers are i64.
    ///
    /// # Errors
    /// There is no such axis.
    pub fn argmax(&self, axis: isize) -> Result<Tensor> {
        let axis = self.shape().axis("argmax", axis)?;
        let shape = self.shape().without(axis);
        let [output] = compute(&Op::ArgMax, &[&self.float("argmax")?.around(axis)?], [(Type::I64, shape)])?;
        Ok(output)
    }
}
