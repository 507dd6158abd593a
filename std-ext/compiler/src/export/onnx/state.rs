//! What is kept from run to run. A state is an input of the file whose default is what it holds at first, and an output,
//! `NAME/next`, with what it holds behind the run: whoever runs the model gives it back.

use super::file::Attribute::Int;
use super::form::OWN;
use super::{Exporter, Port, Written, one};
use crate::graph::{Activation, Graph, ValueId};

/// A value that is kept, and the name of what it holds behind the run.
pub(super) struct State {
    pub(super) id: ValueId,
    next: String,
}

/// What each state holds at first, which its value no longer has then: it is no constant.
pub(super) fn beginnings(graph: &mut Graph) -> Vec<(ValueId, Vec<u8>)> {
    let states = graph.values.iter_mut().enumerate().filter(|(_, value)| value.state);
    let taken = states.map(|(i, value)| {
        let beginning = value.beginning();
        value.data = None;
        (ValueId(i), beginning)
    });
    taken.collect()
}

impl Exporter<'_> {
    /// Makes inputs of the states that nodes use.
    pub(super) fn enter(&mut self, beginnings: &[(ValueId, Vec<u8>)]) {
        for (id, beginning) in beginnings {
            let (name, value) = (self.names[id.0].clone(), self.value(*id));
            if name.is_empty() {
                continue;
            }
            self.file.constant(&name, value.repr.store(), &value.shape, beginning);
            let next = self.file.fresh(&format!("{name}/next"));
            self.claimed.insert(*id);
            self.forms.entry((*id, OWN)).or_default().stored = Some(name);
            self.states.push(State { id: *id, next });
        }
    }

    /// The outputs of the states.
    pub(super) fn nexts(&self) -> Vec<Port> {
        self.states.iter().map(|state| self.port(state.id, state.next.clone())).collect()
    }

    /// Gives what every state holds now the name of its output.
    pub(super) fn leave_states(&mut self) {
        for State { id, next } in std::mem::take(&mut self.states) {
            let stored = self.stored(id, OWN);
            let made = self.file.node("Identity", &[&stored], &[], &next, 1).remove(0);
            self.file.rename(&made, &next);
            self.states.push(State { id, next });
        }
    }

    /// ASSIGN_VARIABLE.
    pub(super) fn assign(&mut self, x: ValueId, state: ValueId) -> Written {
        let stored = self.stored(x, OWN);
        self.forms.retain(|(id, _), _| *id != state);
        self.write_stored(state, OWN, stored);
        Ok(())
    }

    /// The numbers that a state holds now, in a shape.
    pub(super) fn kept(&mut self, state: ValueId, shape: &[usize]) -> String {
        let real = self.real(state, OWN);
        if self.value(state).shape == shape { real } else { self.shaped(&real, shape) }
    }

    /// Says what a state holds from now on, in whatever shape.
    pub(super) fn keep(&mut self, state: ValueId, real: &str) {
        let shaped = self.shaped(real, &self.value(state).shape);
        self.forms.retain(|(id, _), _| *id != state);
        self.write(state, OWN, shaped);
    }

    /// SVDF: the newest moment goes behind the others, and the oldest is gone.
    pub(super) fn svdf(
        &mut self,
        ids: &[ValueId],
        y: ValueId,
        rank: usize,
        activation: Activation,
    ) -> Written {
        let (x, features, times) = (one(ids, 0)?, one(ids, 1)?, one(ids, 2)?);
        let state = *ids.last().ok_or("has no state")?;
        let (&[batch, _], &[filters, memory]) = (&self.value(x).shape[..], &self.value(times).shape[..])
        else {
            return Err("needs matrices".into());
        };
        let inputs = [x, features].map(|id| self.real(id, OWN));
        let seen = self.node("Gemm", &[&inputs[0], &inputs[1]], &[Int("transB", 1)]);
        let newest = self.shaped(&seen, &[batch, filters, 1]);
        let moments = [batch, filters, memory];
        let held = self.kept(state, &moments);
        let lists = [("starts", 1), ("ends", memory as i64), ("axes", 2)];
        let lists = lists.map(|(name, number)| self.file.list(name, &[number]));
        let later = self.node("Slice", &[&held, &lists[0], &lists[1], &lists[2]], &[]);
        let all = self.node("Concat", &[&later, &newest], &[Int("axis", 2)]);
        self.keep(state, &all);
        let (held, weights) = (self.kept(state, &moments), self.real(times, OWN));
        let weighed = self.node("Mul", &[&held, &weights], &[]);
        let units = filters.checked_div(rank).ok_or("has a rank of 0")?;
        let units = self.shaped(&weighed, &[batch, units, rank * memory]);
        let mut made = self.node("ReduceSum", &[&units, &lists[2]], &[Int("keepdims", 0)]);
        if ids.len() == 5 {
            let bias = self.biases(self.step(state), times, ids[3]);
            made = self.node("Add", &[&made, &bias], &[]);
        }
        // LiteRT's kernel for integers knows no activation
        let activation = if self.value(y).repr.quant().is_some() { Activation::None } else { activation };
        self.clamped(y, OWN, made, activation)
    }
}
