//! Integer weights under floats.

use super::{Graph, Node, Op, Repr, Type, Value, ValueId};
use std::collections::HashMap;

impl Graph {
    /// Makes integer weights of layers that compute in floats floats too: there is no kernel for both.
    pub(crate) fn widen(&mut self) {
        let mut wide = HashMap::<ValueId, ValueId>::new();
        for i in 0..self.nodes.len() {
            let Node { op, inputs, .. } = self.nodes[i].clone();
            let float = inputs.first().is_some_and(|id| self.value(*id).repr == Repr::Plain(Type::F32));
            if !float || matches!(op, Op::Custom { .. }) {
                continue;
            }
            for (at, id) in inputs.into_iter().enumerate() {
                let value = self.value(id);
                let narrow = value.repr.quant().is_some() && !value.state;
                let Some(reals) = value.reals().filter(|_| narrow) else { continue };
                let data = Some(reals.iter().flat_map(|x| x.to_le_bytes()).collect());
                let value = Value { data, repr: Repr::Plain(Type::F32), ..value.clone() };
                self.nodes[i].inputs[at] = *wide.entry(id).or_insert_with(|| self.add(value));
            }
        }
    }
}
