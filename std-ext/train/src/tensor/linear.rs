//! Products of matrices.

use super::{Tensor, compute_one};
use crate::autograd::{Grad, record, record_all};
use crate::device::Op;
use crate::{Error, Result, Shape};

impl Tensor {
    /// Products of the matrices in the last two axes; those before broadcast.
    ///
    /// # Errors
    /// A tensor has fewer than two axes, or sizes do not fit.
    pub fn matmul(&self, other: &Tensor) -> Result<Tensor> {
        let refused = |why| Error::Shapes {
            op: "matmul",
            left: self.shape().clone(),
            right: other.shape().clone(),
            why,
        };
        if self.rank() < 2 || other.rank() < 2 {
            return Err(refused("both need two axes or more"));
        }
        if self.shape().last(0) != other.shape().last(1) {
            return Err(refused(
                "the last axis of the first must be as long as the last but one of the second",
            ));
        }
        let output = self.detach().product(&other.detach())?;
        Ok(record("matmul", output, [self, other], &[self, other], {
            let wanted = [self.requires_grad(), other.requires_grad()];
            move |saved, g| {
                let [a, b] = saved else { return Ok([None, None]) };
                let of = |wanted: bool, f: &dyn Fn() -> Result<Tensor>| {
                    wanted.then(|| f().map(Grad::Whole)).transpose()
                };
                Ok([
                    of(wanted[0], &|| g.product(&b.transpose(-1, -2)?)?.sum_to(a.shape()))?,
                    of(wanted[1], &|| a.transpose(-1, -2)?.product(g)?.sum_to(b.shape()))?,
                ])
            }
        }))
    }

    /// The product without a past.
    fn product(&self, other: &Tensor) -> Result<Tensor> {
        let (a, b) = (self.float("matmul")?, other.float("matmul")?);
        let batch = |t: &Tensor| Shape::from(&t.shape()[..t.rank() - 2]);
        let (m, n) = (a.shape().last(1), b.shape().last(0));
        let before = batch(a).broadcast("matmul", &batch(b))?;
        let shape = |sizes: [usize; 2]| -> Shape { before.iter().copied().chain(sizes).collect() };
        // Many times the same second matrix are one product with more rows.
        if b.rank() == 2 && a.layout().is_dense() {
            let rows = a.reshape([before.elements() * m, a.shape().last(0)])?;
            return Tensor::shaped(&Op::MatMul, &[&rows, b], [before.elements() * m, n], &shape([m, n]));
        }
        let (a, b) =
            (a.broadcast(&shape([m, a.shape().last(0)])), b.broadcast(&shape([b.shape().last(1), n])));
        compute_one(&Op::MatMul, &[&a, &b], shape([m, n]))
    }

    /// `x` times the transpose of `weight` `[out, in]`, and a bias `[out]`.
    ///
    /// # Errors
    /// Sizes do not fit.
    pub fn linear(&self, weight: &Tensor, bias: Option<&Tensor>) -> Result<Tensor> {
        let refused = |right: &Tensor, why| Error::Shapes {
            op: "linear",
            left: self.shape().clone(),
            right: right.shape().clone(),
            why,
        };
        let [outputs, inputs] = weight.shape()[..] else {
            return Err(refused(weight, "weights are [out, in]"));
        };
        if self.rank() == 0 || self.shape().last(0) != inputs {
            return Err(refused(weight, "the last axis must be as long as a row of weights [out, in]"));
        }
        if let Some(bias) = bias.filter(|bias| bias.shape()[..] != [outputs]) {
            return Err(refused(bias, "a bias has an element for each row of weights"));
        }
        let rows = self.elements() / inputs.max(1);
        let x = self.float("linear")?.detach().contiguous()?.reshape([rows, inputs])?;
        let turned = weight.float("linear")?.detach().transpose(0, 1)?;
        let mut reads = vec![&x, &turned];
        reads.extend(bias);
        let shape = self.shape().with(self.rank() - 1, outputs);
        let output = Tensor::shaped(&Op::MatMul, &reads, [rows, outputs], &shape)?;
        let mut inputs_all = vec![self, weight];
        inputs_all.extend(bias);
        let wanted: Vec<bool> = inputs_all.iter().map(|t| t.requires_grad()).collect();
        let before = self.shape().clone();
        Ok(record_all("linear", output, &inputs_all, &[&x, weight], move |saved, g| {
            let [x, weight] = saved else { return Ok(Vec::new()) };
            let g = g.contiguous()?.reshape([rows, outputs])?;
            let of = |i: usize, f: &dyn Fn() -> Result<Tensor>| {
                wanted.get(i).is_some_and(|&wanted| wanted).then(|| f().map(Grad::Whole)).transpose()
            };
            let mut grads = vec![
                of(0, &|| Tensor::shaped(&Op::MatMul, &[&g, weight], [rows, inputs], &before))?,
                of(1, &|| compute_one(&Op::MatMul, &[&g.transpose(0, 1)?, x], [outputs, inputs]))?,
            ];
            if wanted.len() > 2 {
                grads.push(of(2, &|| g.sum(&[0], false))?);
            }
            Ok(grads)
        }))
    }
}
