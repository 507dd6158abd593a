//! Losses of an ONNX file.

use super::call::Call;
use super::{Made, refuse};
use crate::graph::{Binary, Op, Reduce, Type, Unary, ValueId};

impl Call<'_, '_> {
    /// The negative logarithm of the likelihood of the classes that are wanted.
    pub(super) fn likelihood(&mut self) -> Made {
        let x = self.input(0)?;
        Ok(vec![self.loss(x)?])
    }

    pub(super) fn cross_entropy(&mut self) -> Made {
        let x = self.input(0)?;
        let logs = self.on_axis(Op::LogSoftmax, x, 1)?;
        Ok(vec![self.loss(logs)?, logs])
    }

    fn loss(&mut self, logs: ValueId) -> Made<ValueId> {
        let target = self.input(1)?;
        let target = self.cast(target, Type::I64)?;
        let shape = self.shape(logs);
        if shape.len() < 2 {
            return refuse("needs classes in its second axis");
        }
        let (on, off) = (self.like(logs, 1.0)?, self.like(logs, 0.0)?);
        let (mut counted, mut weights) = (target, None);
        if let Some(ignored) = self.int("ignore_index") {
            let counts = self.with(Binary::NotEqual, target, ignored as f64)?;
            let zero = self.like(target, 0.0)?;
            counted = self.select(counts, target, zero)?;
            weights = Some(self.cast(counts, Type::F32)?);
        }
        let mut mask = self.shaped(Op::OneHot { axis: 1 }, &[counted, on, off], &shape)?;
        if let Some(counts) = weights {
            let mut thin = shape.clone();
            thin[1] = 1;
            let counts = self.reshape(counts, &thin)?;
            mask = self.mul(mask, counts)?;
        }
        if let Some(weight) = self.maybe(2) {
            let mut wide = vec![1; shape.len() - 1];
            wide[0] = shape[1];
            let weight = self.reshape(weight, &wide)?;
            mask = self.mul(mask, weight)?;
        }
        let chosen = self.mul(mask, logs)?;
        let loss = self.reduce(Reduce::Sum, chosen, &[1], false)?;
        let loss = self.unary(Unary::Neg, loss)?;
        let reduction = self.text("reduction", "mean");
        if reduction == "none" {
            return Ok(loss);
        }
        let axes: Vec<usize> = (0..shape.len() - 1).collect();
        let sum = self.reduce(Reduce::Sum, loss, &axes, false)?;
        if reduction == "sum" {
            return Ok(sum);
        }
        let all: Vec<usize> = (0..shape.len()).collect();
        let weight = self.reduce(Reduce::Sum, mask, &all, false)?;
        self.div(sum, weight)
    }
}
