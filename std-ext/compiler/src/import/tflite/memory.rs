//! Operators of a TFLite file that remember something from run to run.

use super::call::{Call, refuse};
use super::op::{Made, activation, no_options};
use super::schema::tflite as fb;
use super::subgraph::Variable;
use super::tensor::Slot;
use super::{Trouble, damaged, name_of, names};
use crate::graph::{Lstm, Op, Value, ValueId};

impl Call<'_, '_> {
    pub(super) fn lstm(&mut self) -> Made {
        let Some(fb::BuiltinOptionsRef::UnidirectionalSequenceLstmOptions(o)) =
            self.operator.builtin_options()?
        else {
            return no_options();
        };
        if o.diagonal_recurrent_tensors()? {
            return refuse("has diagonal recurrent weights, which TFLite's own kernel for integers lacks");
        }
        // 20 without coefficients for normalization
        self.counted(20..=24)?;
        if name_of(names::ACTIVATION_FUNCTION_TYPE, o.fused_activation_function()?.into()) != Some("TANH") {
            return refuse("has another activation than TANH");
        }
        let (mut present, mut read) = (0, Vec::new());
        for i in 0..self.inputs.len() {
            if self.inputs[i] >= 0 {
                present |= 1 << i;
                read.push(if matches!(i, 18 | 19) { self.variable(i)? } else { self.read(i)? });
            }
        }
        let intermediates: Vec<i32> = self.operator.intermediates()?.into_iter().flatten().take(6).collect();
        let mut scales = [None; 5];
        for (scale, index) in scales.iter_mut().zip(intermediates) {
            *scale = self.tensors.scale(index)?;
        }
        let [a, b, c, d, hidden] = scales;
        let lstm = Lstm {
            present,
            time_major: o.time_major()?,
            cell_clip: o.cell_clip()?,
            projection_clip: o.proj_clip()?,
            gates: [a, b, c, d].map(|scale| scale.map_or(0.0, |(scale, _)| scale)),
            hidden,
        };
        Ok((Op::Lstm(lstm), read))
    }

    pub(super) fn svdf(&mut self) -> Made {
        let Some(fb::BuiltinOptionsRef::SvdfOptions(o)) = self.operator.builtin_options()? else {
            return no_options();
        };
        let mut read = vec![self.counted(5..=5)?.read(0)?, self.read(1)?, self.read(2)?];
        if self.inputs[3] >= 0 {
            read.push(self.read(3)?);
        }
        read.push(self.variable(4)?);
        let rank = usize::try_from(o.rank()?).ok().filter(|rank| *rank > 0);
        let rank = rank.ok_or_else(|| damaged("its options", "its rank is not positive"))?;
        Ok((Op::Svdf { rank, activation: activation(o.fused_activation_function()?)? }, read))
    }

    /// VAR_HANDLE: another name for a variable.
    pub(super) fn handle(&mut self) -> Result<(), Trouble> {
        let Some(fb::BuiltinOptionsRef::VarHandleOptions(o)) = self.operator.builtin_options()? else {
            return no_options();
        };
        let (container, name) = (o.container()?.unwrap_or_default(), o.shared_name()?.unwrap_or_default());
        let &[output] = &self.outputs[..] else {
            return Err(damaged("its outputs", "there is not one").into());
        };
        self.tensors.budget.spend("its names", container.len() + name.len())?;
        let known = self.tensors.subgraphs.variables.iter();
        let known = known.map(|v| (&v.container[..], &v.name[..])).position(|v| v == (container, name));
        let handle = known.unwrap_or_else(|| {
            let variable = Variable { container: container.into(), name: name.into(), state: None };
            self.tensors.subgraphs.variables.push(variable);
            self.tensors.subgraphs.variables.len() - 1
        });
        self.tensors.hold(output, Slot { ready: true, handle: Some(handle), ..Slot::default() })
    }

    /// READ_VARIABLE: what the variable holds now.
    pub(super) fn recall(&mut self) -> Made {
        let output = self.counted(1..=1)?.peek()?;
        let state = self.state(output)?;
        let shape = &self.value(state).shape;
        Ok((Op::Slice { begin: vec![0; shape.len()], stride: vec![1; shape.len()] }, vec![state]))
    }

    /// ASSIGN_VARIABLE: at the model's start constants, which the variable holds before the first run.
    pub(super) fn assign(&mut self) -> Result<(), Trouble> {
        let x = self.counted(2..=2)?.read(1)?;
        let state = self.state(x)?;
        if !self.tensors.subgraphs.first {
            self.emit(Op::Assign, vec![x, state], Vec::new());
            return Ok(());
        }
        match self.value(x).data.clone() {
            Some(data) => {
                self.tensors.graph.values[state.0].data = Some(data);
                Ok(())
            }
            None => refuse("starts a variable from what is computed; only constants are supported"),
        }
    }

    /// The state of the variable behind the first input, which holds values like this one.
    fn state(&mut self, like: ValueId) -> Result<ValueId, Trouble> {
        let Slot { handle: Some(handle), .. } = self.tensors.held(self.inputs[0])? else {
            return Err(damaged("its inputs", "the first is not the handle of a variable").into());
        };
        let Value { shape, repr, .. } = self.value(like).clone();
        let variable = &self.tensors.subgraphs.variables[handle];
        let Some(state) = variable.state else {
            let value =
                Value { name: variable.name.clone(), shape, repr, data: None, state: true, origin: None };
            let id = self.tensors.graph.add(value);
            self.tensors.subgraphs.variables[handle].state = Some(id);
            return Ok(id);
        };
        let held = self.value(state);
        if held.shape != shape || held.repr != repr {
            return refuse(&format!(
                "its variable holds {:?} {}, and here {shape:?} {}; a variable keeps its shape, type and scale",
                held.shape,
                held.repr.store(),
                repr.store()
            ));
        }
        Ok(state)
    }

    /// An operand that keeps its content from run to run.
    fn variable(&mut self, input: usize) -> Result<ValueId, Trouble> {
        let id = self.read(input)?;
        if self.value(id).state {
            return Ok(id);
        }
        Err(damaged("its inputs", format!("{} is not a variable", self.tensors.shown(id))).into())
    }
}
