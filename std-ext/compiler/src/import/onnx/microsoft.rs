//! Operators on integers of known scale that ONNX Runtime has of its own, and its quantizer writes.

use super::call::Call;
use super::pool::Pool;
use super::{Made, refuse};
use crate::graph::{Binary, Grain, Op, Quant, Reduce, Type, Unary, ValueId};

impl Call<'_, '_> {
    /// Adds such an operator to the graph: that of ONNX, between what its inputs stand for and the output's integers.
    pub(super) fn microsoft(&mut self) -> Made {
        let name = self.node.op_type();
        if self.flag("channels_last") {
            return refuse("has its channels last, which is not supported");
        }
        // where the output's scale is, and the inputs with theirs behind
        let (to, from): (usize, &[usize]) = match name {
            "QLinearAdd" | "QLinearMul" => (6, &[0, 3]),
            "QGemm" => (7, &[0, 3]),
            "QLinearConcat" => (0, &[]),
            "QLinearSigmoid"
            | "QLinearLeakyRelu"
            | "QLinearSoftmax"
            | "QLinearAveragePool"
            | "QLinearGlobalAveragePool" => (3, &[0]),
            _ => return refuse("is an operator of com.microsoft, which is not supported"),
        };
        let all: Vec<usize> = match name {
            "QLinearConcat" => (2..self.inputs.len()).step_by(3).collect(),
            _ => from.to_vec(),
        };
        let mut inputs = Vec::new();
        for i in all {
            let x = self.input(i)?;
            let axis = if self.flag("transB") { 0 } else { -1 };
            inputs.push(Some(self.real(x, i + 1, axis)?));
        }
        if name == "QGemm" {
            inputs.push(self.linear_bias(6, [1, 4])?);
        }
        let store = match self.maybe(to + 1) {
            Some(zero) => self.store(zero),
            None => Type::U8,
        };
        let scales = std::mem::replace(&mut self.inputs, inputs);
        let y = match name {
            "QLinearAdd" => self.two(Binary::Add)?,
            "QLinearMul" => self.two(Binary::Mul)?,
            "QGemm" => self.gemm()?,
            "QLinearConcat" => self.concatenated()?,
            "QLinearSigmoid" => self.one(Unary::Logistic)?,
            "QLinearLeakyRelu" => {
                let alpha = self.float("alpha", 0.01);
                self.one(Unary::LeakyRelu { alpha })?
            }
            "QLinearSoftmax" => self.soft_max(Op::Softmax { beta: 1.0 })?,
            "QLinearAveragePool" => self.pool(Pool::Average)?,
            _ => self.global_pool(Reduce::Mean)?,
        };
        self.inputs = scales;
        Ok(vec![self.in_scale(y[0], to, 0, store)?])
    }

    /// A bias of int32 in the scale of the products that it is added to.
    pub(super) fn linear_bias(&mut self, i: usize, [x, filter]: [usize; 2]) -> Made<Option<ValueId>> {
        let Some(bias) = self.maybe(i) else { return Ok(None) };
        let (x, filter) = (self.reals(x, "scale")?, self.reals(filter, "scale")?);
        let (Some(&[x]), Some(filter)) = (x.as_deref(), filter) else { return refuse("has no scales") };
        let scale: Vec<f32> = filter.iter().map(|scale| scale * x).collect();
        let n = scale.len();
        let grain = if n == 1 { Grain::Tensor } else { Grain::Channel(0) };
        let quant = Quant { store: Type::I32, zero: vec![0; n], scale, grain };
        match self.constant_of(bias, (quant, false)) {
            Some(bias) => Ok(Some(bias)),
            None => refuse("has a bias that is computed while the model runs"),
        }
    }
}
