//! Elements and slices by indices, which are tensors of i64.

use super::{Tensor, compute};
use crate::autograd::{Grad, record};
use crate::device::{Op, Type};
use crate::{Error, Result, Shape};

impl Tensor {
    fn indices(&self, op: &'static str) -> Result<Tensor> {
        match self.kind() {
            Type::I64 => self.contiguous(),
            found => Err(Error::Type { op, expected: Type::I64, found }),
        }
    }

    /// Slices of an axis at indices `[k]`.
    ///
    /// # Errors
    /// Indices are not i64 in one axis, or lie outside the axis.
    pub fn index_select(&self, axis: isize, indices: &Tensor) -> Result<Tensor> {
        let at = self.shape().axis("index_select", axis)?;
        let [count] = indices.shape()[..] else {
            return Err(indices.shape().wrong("index_select", "indices have one axis"));
        };
        let indices = indices.indices("index_select")?;
        let [outer, len, inner] = self.shape().around(at);
        let x = self.float("index_select")?.around(at)?;
        let output =
            Tensor::shaped(&Op::Take, &[&x, &indices], [outer, count, inner], &self.shape().with(at, count))?;
        let shape = self.shape().clone();
        Ok(record("index_select", output, [self], &[&indices], move |saved, g| {
            let g = g.contiguous()?.reshape([outer, count, inner])?;
            Ok([Some(Grad::Whole(Tensor::shaped(
                &Op::TakeAdd,
                &[&g, &saved[0]],
                [outer, len, inner],
                &shape,
            )?))])
        }))
    }

    /// Rows of a table `[count, size]` for indices of any shape, which get an axis of `size` behind theirs.
    ///
    /// # Errors
    /// The table does not have two axes, or an index lies outside it.
    pub fn embedding(&self, indices: &Tensor) -> Result<Tensor> {
        if self.rank() != 2 {
            return Err(self.shape().wrong("embedding", "a table is [count, size]"));
        }
        let shape: Shape = indices.shape().iter().copied().chain([self.shape()[1]]).collect();
        self.index_select(0, &indices.indices("embedding")?.reshape(indices.elements())?)?.reshape(shape)
    }

    /// Elements along an axis: where `indices` has index i at a place, the result has the element that is i in the axis
    /// and else at that place.
    ///
    /// # Errors
    /// Shapes differ in another axis, or an index lies outside.
    pub fn gather(&self, axis: isize, indices: &Tensor) -> Result<Tensor> {
        let at = self.fits("gather", axis, indices)?;
        let places = indices.indices("gather")?.reshape(indices.shape().around(at))?;
        let x = self.float("gather")?.around(at)?;
        let output = Tensor::shaped(&Op::Gather, &[&x, &places], places.shape(), indices.shape())?;
        let (raw, shape) = (Shape::from(self.shape().around(at)), self.shape().clone());
        Ok(record("gather", output, [self], &[&places], move |saved, g| {
            let g = g.contiguous()?.reshape(saved[0].shape())?;
            Ok([Some(Grad::Whole(Tensor::shaped(&Op::GatherAdd, &[&g, &saved[0]], &raw, &shape)?))])
        }))
    }

    /// The reverse of [`Tensor::gather`]: adds elements of `values` where `indices` says, to a copy of this.
    ///
    /// # Errors
    /// As there; or values and indices differ in shape.
    pub fn scatter_add(&self, axis: isize, indices: &Tensor, values: &Tensor) -> Result<Tensor> {
        let at = self.fits("scatter_add", axis, indices)?;
        if values.shape() != indices.shape() {
            let (left, right) = (indices.shape().clone(), values.shape().clone());
            return Err(Error::Shapes { op: "scatter_add", left, right, why: "each value has one index" });
        }
        let places = indices.indices("scatter_add")?.reshape(indices.shape().around(at))?;
        let raw = values.float("scatter_add")?.around(at)?;
        let sums = Tensor::shaped(&Op::GatherAdd, &[&raw, &places], self.shape().around(at), self.shape())?;
        let index = indices.clone();
        let sums = record("scatter_add", sums, [values], &[], move |_, g| {
            Ok([Some(Grad::Whole(g.gather(axis, &index)?))])
        });
        self.add(&sums)
    }

    fn fits(&self, op: &'static str, axis: isize, indices: &Tensor) -> Result<usize> {
        let at = self.shape().axis(op, axis)?;
        if indices.rank() == self.rank() && indices.shape().with(at, 0) == self.shape().with(at, 0) {
            return Ok(at);
        }
        let (left, right) = (self.shape().clone(), indices.shape().clone());
        Err(Error::Shapes { op, left, right, why: "indices may differ in the axis only" })
    }

    /// A column of ones and zeros for each of `classes`, for indices of any shape.
    ///
    /// # Errors
    /// An index lies outside.
    pub fn one_hot(&self, classes: usize) -> Result<Tensor> {
        let indices = self.to_vec::<i64>()?;
        let mut hot = vec![0.0f32; indices.len() * classes];
        for (row, &index) in hot.chunks_mut(classes.max(1)).zip(&indices) {
            let at = usize::try_from(index).ok().and_then(|i| row.get_mut(i));
            *at.ok_or(Error::Index { op: "one_hot", index, size: classes })? = 1.0;
        }
        let shape: Shape = self.shape().iter().copied().chain([classes]).collect();
        Tensor::from_vec_on(self.device(), hot, shape)
    }

    /// Embeddings and other lookups need whole indices; this makes them of host numbers.
    ///
    /// # Errors
    /// There is no memory left.
    pub fn classes(indices: &[usize]) -> Result<Tensor> {
        Tensor::from_vec(indices.iter().map(|&i| i as i64).collect(), indices.len())
    }
}

/// Losses of rows `[n, classes]` by classes `[n]`, and their gradients, in one pass.
pub(crate) fn cross_entropy(logits: &Tensor, classes: &Tensor, smoothing: f32) -> Result<Tensor> {
    let [rows, count] = logits.shape()[..] else {
        return Err(logits.shape().wrong("cross_entropy", "logits are [rows, classes]"));
    };
    if classes.shape()[..] != [rows] {
        let (left, right) = (logits.shape().clone(), classes.shape().clone());
        return Err(Error::Shapes { op: "cross_entropy", left, right, why: "each row has one class" });
    }
    let x = logits.float("cross_entropy")?.detach().contiguous()?;
    let op = Op::CrossEntropy { smoothing };
    let made = [(Type::F32, Shape::from(rows)), (Type::F32, Shape::from([rows, count]))];
    let [losses, gradients] = compute(&op, &[&x, &classes.indices("cross_entropy")?], made)?;
    Ok(record("cross_entropy", losses, [logits], &[&gradients], |saved, g| {
        Ok([Some(Grad::Whole(saved[0].mul(&g.unsqueeze(1)?)?))])
    }))
}
