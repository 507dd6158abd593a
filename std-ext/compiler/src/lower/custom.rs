//! Operators that the caller brings along.

use super::{Lowering, Slot};
use crate::custom::Use;
use crate::graph::Node;
use midge_core::custom::code;
use midge_runtime::host::OperandName;

impl Lowering<'_> {
    pub(super) fn custom(&mut self, node: &Node, name: &str, options: &[u8]) -> Result<(), String> {
        let operator = self.custom.find(name).ok_or_else(|| format!("{name} is not known here"))?;
        let (graph, values) = (self.graph, |ids: &[_]| ids.iter().map(|id| self.graph.value(*id)).collect());
        let used = Use { options, inputs: values(&node.inputs), outputs: values(&node.outputs) };
        let made = operator.step(&used).map_err(|reason| format!("{name} {reason}"))?;

        let mut operands = vec![];
        for id in &node.outputs {
            operands.push(self.activation(*id)?);
        }
        for (kind, elements) in made.scratch {
            operands.push(self.scratch(kind, elements, &format!("scratch of {name}"))?);
        }
        let writes = operands.len();
        for id in &node.inputs {
            let value = graph.value(*id);
            operands.push(match &value.data {
                Some(data) => {
                    self.constant(super::kind(value.repr.store()), data.clone(), super::name(value))
                }
                None => self.activation(*id)?,
            });
        }
        for (kind, bytes) in made.constants {
            let name = OperandName { name: format!("constant of {name}"), ..OperandName::default() };
            operands.push(self.constant(kind, bytes, name));
        }
        if operands.len() > 31 || writes > 7 {
            return Err(format!(
                "{name} has {} operands and writes {writes} of them; a step has at most 31 and 7",
                operands.len()
            ));
        }
        let shared = made.in_place.iter().map(|input| writes + input);
        let shared: Vec<_> = shared.filter(|at| matches!(operands.get(*at), Some(Slot::Work(_)))).collect();
        self.step(node, code(name), made.rows, writes, operands, &made.record)?;
        self.in_place(&shared);
        if let Some(step) = self.program.steps.last_mut() {
            step.name.op = name.into();
        }
        Ok(())
    }
}
