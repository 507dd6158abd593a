//! Other views of the same elements, copies, and tensors put together.

use super::{Tensor, compute_one, run};
use crate::autograd::{Grad, record, record_all};
use crate::device::{Op, Type};
use crate::{Error, Layout, Result, Shape};

impl Tensor {
    /// A view in another layout, whose gradient `back` takes to the layout of this.
    fn moved(
        &self,
        op: &'static str,
        layout: Layout,
        back: impl Fn(&Tensor) -> Result<Tensor> + Send + Sync + 'static,
    ) -> Tensor {
        record(op, self.seen_as(layout), [self], &[], move |_, g| Ok([Some(Grad::Whole(back(g)?))]))
    }

    /// The same elements in another shape. One size may be left open by `usize::MAX`.
    ///
    /// # Errors
    /// The shape has another number of elements.
    pub fn reshape(&self, shape: impl Into<Shape>) -> Result<Tensor> {
        let mut shape = shape.into();
        if let Some(open) = shape.iter().position(|&size| size == usize::MAX) {
            let others: usize = shape.with(open, 1).elements();
            shape = shape.with(open, self.elements().checked_div(others).unwrap_or(0));
        }
        if shape.elements() != self.elements() {
            let left = self.shape().clone();
            return Err(Error::Shapes {
                op: "reshape",
                left,
                right: shape,
                why: "they must have as many elements",
            });
        }
        if &shape == self.shape() {
            return Ok(self.clone());
        }
        let dense = self.contiguous()?;
        let Some(layout) = dense.layout().reshape(shape) else {
            return Err(self.shape().wrong("reshape", "a copy is not dense"));
        };
        let before = self.shape().clone();
        Ok(dense.moved("reshape", layout, move |g| g.reshape(&before)))
    }

    /// All axes from `from` on as one.
    ///
    /// # Errors
    /// There is no such axis.
    pub fn flatten(&self, from: isize) -> Result<Tensor> {
        let from = self.shape().axis("flatten", from)?;
        let rest = self.shape()[from..].iter().product();
        self.reshape(self.shape()[..from].iter().copied().chain([rest]).collect::<Shape>())
    }

    /// Axis i of the result is axis `order[i]` of this.
    ///
    /// # Errors
    /// `order` does not name each axis once.
    pub fn permute(&self, order: &[usize]) -> Result<Tensor> {
        let mut back = vec![usize::MAX; self.rank()];
        for (to, &from) in order.iter().enumerate() {
            if let Some(back) = back.get_mut(from) {
                *back = to;
            }
        }
        if order.len() != self.rank() || back.contains(&usize::MAX) {
            return Err(self.shape().wrong("permute", format!("{order:?} does not name each axis once")));
        }
        let at = self.layout();
        let layout = Layout {
            shape: order.iter().map(|&axis| at.shape[axis]).collect(),
            strides: order.iter().map(|&axis| at.strides[axis]).collect(),
            offset: at.offset,
        };
        Ok(self.moved("permute", layout, move |g| g.permute(&back)))
    }

    /// Two axes exchanged.
    ///
    /// # Errors
    /// There is no such axis.
    pub fn transpose(&self, a: isize, b: isize) -> Result<Tensor> {
        let (a, b) = (self.shape().axis("transpose", a)?, self.shape().axis("transpose", b)?);
        let mut order: Vec<usize> = (0..self.rank()).collect();
        order.swap(a, b);
        self.permute(&order)
    }

    /// A new axis of size 1 in front of `axis`, which may be the number of axes.
    ///
    /// # Errors
    /// There is no such place.
    pub fn unsqueeze(&self, axis: usize) -> Result<Tensor> {
        if axis > self.rank() {
            return Err(self.shape().wrong("unsqueeze", format!("there is no place {axis}")));
        }
        let mut shape = self.shape().to_vec();
        shape.insert(axis, 1);
        let mut strides = self.layout().strides.clone();
        strides.insert(axis, 0);
        let layout = Layout { shape: shape.into(), strides, offset: self.layout().offset };
        Ok(self.moved("unsqueeze", layout, move |g| g.squeeze(axis as isize)))
    }

    /// Without an axis of size 1.
    ///
    /// # Errors
    /// There is no such axis, or it is larger.
    pub fn squeeze(&self, axis: isize) -> Result<Tensor> {
        let axis = self.shape().axis("squeeze", axis)?;
        if self.shape()[axis] != 1 {
            return Err(self.shape().wrong("squeeze", format!("axis {axis} is not of size 1")));
        }
        let mut strides = self.layout().strides.clone();
        strides.remove(axis);
        let layout = Layout { shape: self.shape().without(axis), strides, offset: self.layout().offset };
        Ok(self.moved("squeeze", layout, move |g| g.unsqueeze(axis)))
    }

    /// Repeated along axes of size 1, and along new ones in front, without a copy.
    ///
    /// # Errors
    /// It does not broadcast to `shape`.
    pub fn expand(&self, shape: impl Into<Shape>) -> Result<Tensor> {
        let shape = shape.into();
        if self.shape().broadcast("expand", &shape)? != shape {
            let left = self.shape().clone();
            return Err(Error::Shapes { op: "expand", left, right: shape, why: "only axes of size 1 grow" });
        }
        let before = self.shape().clone();
        Ok(self.moved("expand", Layout::broadcast(self.layout(), &shape), move |g| g.sum_to(&before)))
    }

    /// `len` slices of an axis, from `start` on.
    ///
    /// # Errors
    /// There is no such axis, or it ends before.
    pub fn narrow(&self, axis: isize, start: usize, len: usize) -> Result<Tensor> {
        let axis = self.shape().axis("narrow", axis)?;
        if start.checked_add(len).is_none_or(|end| end > self.shape()[axis]) {
            return Err(self
                .shape()
                .wrong("narrow", format!("axis {axis} has no {len} slices from {start} on")));
        }
        let at = self.layout();
        let layout = Layout {
            shape: at.shape.with(axis, len),
            strides: at.strides.clone(),
            offset: at.offset + start * at.strides[axis],
        };
        let shape = self.shape().clone();
        Ok(record("narrow", self.seen_as(layout), [self], &[], move |_, g| {
            Ok([Some(Grad::Part { shape: shape.clone(), axis, start, gradient: g.clone() })])
        }))
    }

    /// One slice of an axis, which disappears.
    ///
    /// # Errors
    /// There is no such axis or slice.
    pub fn at(&self, axis: isize, index: usize) -> Result<Tensor> {
        self.narrow(axis, index, 1)?.squeeze(axis)
    }

    /// An axis in so many equal parts.
    ///
    /// # Errors
    /// Its size is not a multiple of `parts`.
    pub fn chunk(&self, parts: usize, axis: isize) -> Result<Vec<Tensor>> {
        let size = self.shape()[self.shape().axis("chunk", axis)?];
        if parts == 0 || !size.is_multiple_of(parts) {
            return Err(self.shape().wrong("chunk", format!("{size} slices are not {parts} equal parts")));
        }
        let len = size / parts;
        (0..parts).map(|i| self.narrow(axis, i * len, len)).collect()
    }

    /// Tensors one behind the other along an axis.
    ///
    /// # Errors
    /// There are none, or shapes differ in another axis.
    pub fn cat(tensors: &[&Tensor], axis: isize) -> Result<Tensor> {
        let Some(first) = tensors.first() else {
            return Err(Error::Argument { op: "cat", why: "there are no tensors".into() });
        };
        let axis = first.shape().axis("cat", axis)?;
        let mut size = 0;
        for tensor in tensors {
            if tensor.rank() != first.rank() || tensor.shape().with(axis, 0) != first.shape().with(axis, 0) {
                let (left, right) = (first.shape().clone(), tensor.shape().clone());
                return Err(Error::Shapes {
                    op: "cat",
                    left,
                    right,
                    why: "they may differ in the axis only",
                });
            }
            if tensor.kind() != first.kind() {
                return Err(Error::Type { op: "cat", expected: first.kind(), found: tensor.kind() });
            }
            size += tensor.shape()[axis];
        }
        let output = Tensor::empty(first.device(), first.kind(), first.shape().with(axis, size))?;
        let mut places = Vec::with_capacity(tensors.len());
        let mut start = 0;
        for tensor in tensors {
            let len = tensor.shape()[axis];
            run(&Op::Copy, &[tensor], &[&output.narrow(axis as isize, start, len)?])?;
            places.push((start, len));
            start += len;
        }
        Ok(record_all("cat", output, tensors, &[], move |_, g| {
            places
                .iter()
                .map(|&(start, len)| Ok(Some(Grad::Whole(g.narrow(axis as isize, start, len)?))))
                .collect()
        }))
    }

    /// Tensors of one shape along a new axis.
    ///
    /// # Errors
    /// There are none, or shapes differ.
    pub fn stack(tensors: &[&Tensor], axis: usize) -> Result<Tensor> {
        let wide = tensors.iter().map(|tensor| tensor.unsqueeze(axis)).collect::<Result<Vec<_>>>()?;
        Tensor::cat(&wide.iter().collect::<Vec<_>>(), axis as isize)
    }

    /// With zeros before and behind an axis.
    ///
    /// # Errors
    /// There is no such axis.
    pub fn pad(&self, axis: isize, before: usize, behind: usize) -> Result<Tensor> {
        let at = self.shape().axis("pad", axis)?;
        let zeros = |count: usize| Tensor::zeros_on(self.device(), &self.shape().with(at, count));
        Tensor::cat(&[&zeros(before)?, self.float("pad")?, &zeros(behind)?], axis)
    }

    /// Itself if its elements lie one after the other, else a copy in which they do.
    ///
    /// # Errors
    /// There is no memory left.
    pub fn contiguous(&self) -> Result<Tensor> {
        if self.layout().is_dense() { Ok(self.clone()) } else { self.copied("contiguous", self.kind()) }
    }

    /// A copy.
    ///
    /// # Errors
    /// There is no memory left.
    pub fn copy(&self) -> Result<Tensor> {
        self.copied("copy", self.kind())
    }

    /// The same numbers in another type, rounded to what it has; for storage and for indices.
    ///
    /// # Errors
    /// There is no memory left.
    pub fn to(&self, kind: Type) -> Result<Tensor> {
        if kind == self.kind() { Ok(self.clone()) } else { self.copied("to", kind) }
    }

    fn copied(&self, op: &'static str, kind: Type) -> Result<Tensor> {
        let output = Tensor::empty(self.device(), kind, self.shape().clone())?;
        run(&Op::Copy, &[self], &[&output])?;
        let before = self.kind();
        Ok(record(op, output, [self], &[], move |_, g| {
            Ok([Some(Grad::Whole(if g.kind() == before { g.clone() } else { g.to(before)? }))])
        }))
    }

    /// What `op` makes of this, as dense numbers `[outer, len, inner]` around an axis.
    pub(super) fn around(&self, axis: usize) -> Result<Tensor> {
        self.detach().contiguous()?.reshape(self.shape().around(axis))
    }

    /// [`compute_one`] whose output has another shape than the operation gives it.
    pub(super) fn shaped(op: &Op, reads: &[&Tensor], raw: impl Into<Shape>, shape: &Shape) -> Result<Tensor> {
        compute_one(op, reads, raw)?.reshape(shape)
    }
}
