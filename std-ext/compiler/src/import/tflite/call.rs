//! The operands of one operator, checked as the operator takes them.

use super::op::Operators;
use super::schema::tflite as fb;
use super::tensor::Tensors;
use super::{Trouble, damaged, known};
use crate::graph::{Grain, Node, Op, Quant, Repr, Rounding, Type, Value, ValueId};
use crate::import::Refusal;
use crate::shapes::infer;

/// One operator that is being read.
pub(super) struct Call<'t, 'a> {
    pub(super) operator: fb::OperatorRef<'a>,
    /// Its place in the main subgraph, or that of the operator which runs the subgraph that it stands in.
    pub(super) index: usize,
    pub(super) inputs: Vec<i32>,
    pub(super) outputs: Vec<i32>,
    pub(super) tensors: &'t mut Tensors<'a>,
    pub(super) operators: &'t Operators<'a>,
    pub(super) refusals: &'t mut Vec<Refusal>,
}

impl Call<'_, '_> {
    /// Checks the number of inputs.
    pub(super) fn counted(&mut self, range: std::ops::RangeInclusive<usize>) -> Result<&mut Self, Trouble> {
        if range.contains(&self.inputs.len()) {
            return Ok(self);
        }
        Err(damaged("its inputs", format!("there are {}", self.inputs.len())).into())
    }

    pub(super) fn value(&self, id: ValueId) -> &Value {
        self.tensors.graph.value(id)
    }

    pub(super) fn read(&mut self, input: usize) -> Result<ValueId, Trouble> {
        let index = self.inputs.get(input).copied().unwrap_or(-1);
        self.tensors.read(index)
    }

    /// Like [`Call::read`], and represented like the output: the operator only moves or compares elements.
    pub(super) fn alike(&mut self, input: usize) -> Result<ValueId, Trouble> {
        let id = self.read(input)?;
        let output = self.peek()?;
        self.matched(id, output)?;
        Ok(id)
    }

    /// Checks that an output is represented like an input.
    pub(super) fn matched(&self, id: ValueId, output: ValueId) -> Result<(), Trouble> {
        let (Repr::Quant(a), Repr::Quant(b)) = (&self.value(id).repr, &self.value(output).repr) else {
            for end in [id, output] {
                if self.value(end).repr == Repr::Plain(Type::I8)
                    && self.value(id).repr != self.value(output).repr
                {
                    let shown = self.tensors.shown(end);
                    return refuse(&format!(
                        "{shown} is int8 without a scale; convert the model with full integer quantization"
                    ));
                }
            }
            if self.value(id).repr != self.value(output).repr {
                return refuse("its output is not of the type of its input");
            }
            return Ok(());
        };
        // The tolerance that LiteRT's pooling has.
        if a.zero != b.zero || (a.scale[0] - b.scale[0]).abs() > 1e-6 {
            return refuse("its output has another scale or zero point than its input");
        }
        Ok(())
    }

    /// The weights, input 1, with their channels on the given axis. `symmetric`: LiteRT takes no zero point of int8.
    pub(super) fn filter(&mut self, axis: usize, symmetric: bool) -> Result<ValueId, Trouble> {
        let id = self.read(1)?;
        let symmetric = symmetric && !self.tensors.unsigned(id);
        let value = self.value(id);
        let shown = self.tensors.shown(id);
        if value.data.is_none() {
            return refuse(&format!("its weights, {shown}, are computed at run time, and must be constant"));
        }
        let Repr::Quant(Quant { zero, grain, .. }) = &value.repr else {
            return Ok(id);
        };
        match grain {
            Grain::Channel(found) if *found != axis => {
                refuse(&format!("its weights, {shown}, have scales along dimension {found} and not {axis}"))
            }
            Grain::Channel(_) if zero.iter().any(|z| *z != 0) => {
                refuse(&format!("its weights, {shown}, have zero points other than 0"))
            }
            Grain::Tensor if symmetric && zero[0] != 0 => {
                refuse(&format!("its weights, {shown}, have the zero point {}, and need 0", zero[0]))
            }
            _ => Ok(id),
        }
    }

    /// What a layer reads: activation, weights, and as input `at` a bias where there is one.
    pub(super) fn with_bias(
        &mut self,
        x: ValueId,
        filter: ValueId,
        at: usize,
    ) -> Result<Vec<ValueId>, Trouble> {
        match self.inputs.get(at) {
            None | Some(-1) => return Ok(vec![x, filter]),
            Some(_) => {}
        }
        let id = self.read(at)?;
        let value = self.value(id);
        let shown = self.tensors.shown(id);
        if value.data.is_none() {
            return refuse(&format!("its bias, {shown}, is computed at run time, and must be constant"));
        }
        if value.repr.quant().is_some_and(|q| q.zero.iter().any(|z| *z != 0)) {
            return refuse(&format!("its bias, {shown}, has a zero point other than 0"));
        }
        Ok(vec![x, filter, id])
    }

    /// Whether a bias can be added to the sum of products as it is, by LiteRT's measure for this operator: the scales
    /// differ by at most 2% of the output's. A bias without a scale, or weights with many, are not measured.
    pub(super) fn fits(&self, bias: ValueId, x: ValueId, filter: ValueId, output: ValueId) -> bool {
        let scale = |id: ValueId| match self.value(id).repr.quant().map(|q| q.scale.as_slice()) {
            Some([scale]) => Some(f64::from(*scale)),
            _ => None,
        };
        match (scale(bias), scale(x), scale(filter), scale(output)) {
            (Some(bias), Some(x), Some(filter), Some(output)) => (x * filter - bias).abs() / output <= 0.02,
            _ => true,
        }
    }

    /// The one output, before it is written.
    pub(super) fn peek(&mut self) -> Result<ValueId, Trouble> {
        match self.outputs[..] {
            [index] => self.tensors.peek(index),
            _ => Err(damaged("its outputs", format!("there are {}", self.outputs.len())).into()),
        }
    }

    /// Adds the operator itself, and its one output.
    pub(super) fn finish(&mut self, op: Op, inputs: Vec<ValueId>) -> Result<(), Trouble> {
        let output = self.peek()?;
        self.tensors.write(self.outputs[0])?;
        if self.tensors.open(self.outputs[0])? {
            let shapes: Vec<&[usize]> = inputs.iter().map(|id| self.value(*id).shape.as_slice()).collect();
            if let Ok(made) = infer(&op, &shapes, &self.value(output).shape) {
                self.tensors.graph.values[output.0].shape = made;
            }
        }
        self.emit(op, inputs, vec![output]);
        Ok(())
    }

    /// Adds a node: an operator may become several. What is known already becomes a constant.
    pub(super) fn emit(&mut self, op: Op, inputs: Vec<ValueId>, outputs: Vec<ValueId>) {
        if let [output] = outputs[..]
            && let Some(data) = known::result(&self.tensors.graph, &op, &inputs, output)
        {
            self.tensors.graph.values[output.0].data = Some(data);
            return;
        }
        let rounding = match op {
            Op::FullyConnected { .. } => Rounding::LitertOnce,
            Op::L2Normalize | Op::AveragePool2d { .. }
                if inputs.iter().any(|x| self.tensors.unsigned(*x)) =>
            {
                Rounding::LitertUnsigned
            }
            _ => Rounding::LitertTwice,
        };
        self.tensors.graph.nodes.push(Node { op, inputs, outputs, rounding, origin: self.index });
    }

    /// Adds a node that reads one value, and the value of this shape, between the nodes of one operator, that it makes.
    pub(super) fn via(&mut self, op: Op, x: ValueId, shape: Vec<usize>) -> ValueId {
        let made = self.between(x, shape);
        self.emit(op, vec![x], vec![made]);
        made
    }

    /// Adds a value between the nodes of one operator: represented like `like`, in another shape.
    pub(super) fn between(&mut self, like: ValueId, shape: Vec<usize>) -> ValueId {
        let Value { name, repr, .. } = self.value(like);
        let name = format!("{name}, op {}", self.index);
        let value = Value { name, shape, repr: repr.clone(), data: None, state: false, origin: None };
        self.tensors.graph.add(value)
    }
}

pub(super) fn refuse<T>(reason: &str) -> Result<T, Trouble> {
    Err(Trouble::Refused(reason.into()))
}
