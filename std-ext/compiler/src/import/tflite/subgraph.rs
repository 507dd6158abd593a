//! Subgraphs that operators of another one run: they are inlined, each time anew.

use std::collections::{BTreeMap, BTreeSet};

use super::schema::tflite as fb;
use super::tensor::{Scope, Slot, Tensors};
use super::{Trouble, damaged, some};
use crate::graph::{Value, ValueId};
use crate::import::ImportError;

/// How often subgraphs are inlined at most, loops included.
const MOST: usize = 10_000;
/// The most nodes that come of that.
const MOST_NODES: usize = 40_000;
/// How deep subgraphs run others.
const DEEPEST: usize = 16;

/// What is known of a model's subgraphs, and of the variables that they share.
#[derive(Default)]
pub(super) struct Subgraphs {
    /// Those that an operator names.
    pub(super) named: BTreeSet<usize>,
    /// The operator of the main subgraph that runs the one at hand.
    pub(super) root: Option<usize>,
    /// Whether what is assigned is what variables start from.
    pub(super) first: bool,
    /// Variables by their names.
    pub(super) variables: Vec<Variable>,
    /// What each tensor of the subgraph that was left last held, if that was computed.
    pub(super) computed: Vec<Option<ValueId>>,
    /// Constants of subgraphs that have been inlined.
    constants: BTreeMap<usize, Vec<Slot>>,
    depth: usize,
    runs: usize,
}

/// A variable that operators share by its name.
pub(super) struct Variable {
    pub(super) container: String,
    pub(super) name: String,
    /// Its state, once its type is known.
    pub(super) state: Option<ValueId>,
}

impl<'a> Tensors<'a> {
    /// Goes into a subgraph; [`Tensors::leave`] comes back.
    ///
    /// # Errors
    /// A model that nests or repeats subgraphs beyond measure.
    pub(super) fn enter(
        &mut self,
        index: usize,
        subgraph: &fb::SubGraphRef<'a>,
    ) -> Result<Scope<'a>, ImportError> {
        let limit = |what: String| Err(ImportError::Limits { place: format!("subgraph {index}"), what });
        let tensors = some(subgraph.tensors(), "tensors")?;
        if self.subgraphs.depth == DEEPEST {
            return limit(format!("subgraphs run one another, more than {DEEPEST} deep"));
        }
        if self.subgraphs.runs == MOST || self.graph.nodes.len() > MOST_NODES {
            return limit(format!(
                "loops are unrolled, and {MOST} rounds or {MOST_NODES} operators are the limit"
            ));
        }
        // names are read again; more than 4 KiB of them in each round do not occur
        self.budget.extend(4096 + 64 * tensors.len().min(1024));
        self.subgraphs.depth += 1;
        self.subgraphs.runs += 1;
        let fresh = || vec![Slot::default(); tensors.len()];
        let slots = self.subgraphs.constants.remove(&index).unwrap_or_else(fresh);
        Ok(std::mem::replace(&mut self.scope, Scope { index, tensors, slots }))
    }

    /// Comes back to the subgraph that [`Tensors::enter`] left.
    pub(super) fn leave(&mut self, outer: Scope<'a>) {
        let Scope { index, mut slots, .. } = std::mem::replace(&mut self.scope, outer);
        let constant = |id: ValueId| self.graph.value(id).data.is_some() || self.graph.value(id).state;
        let computed = |slot: &Slot| slot.value.filter(|id| slot.ready && !constant(*id));
        self.subgraphs.computed = slots.iter().map(computed).collect();
        for slot in &mut slots {
            // written in this round, or looked at before it was to be
            if slot.ready || !slot.value.is_some_and(constant) {
                *slot = Slot::default();
            }
        }
        self.subgraphs.constants.insert(index, slots);
        self.subgraphs.depth -= 1;
    }

    /// What a tensor holds: a value or a handle.
    pub(super) fn held(&mut self, index: i32) -> Result<Slot, Trouble> {
        let at = self.at(index, "its operands")?;
        let slot = self.scope.slots[at];
        if slot.handle.is_some() || (slot.ready && slot.value.is_none()) {
            return Ok(slot);
        }
        let value = Some(self.read(index)?);
        Ok(Slot { value, ready: true, unsigned: self.scope.slots[at].unsigned, ..Slot::default() })
    }

    /// Gives a tensor what another subgraph's tensor held.
    ///
    /// # Errors
    /// When it was written before, or represents numbers in another way.
    pub(super) fn hold(&mut self, index: i32, slot: Slot) -> Result<(), Trouble> {
        let at = self.at(index, "its operands")?;
        if self.scope.slots[at].ready {
            return Err(damaged("its operands", format!("tensor {index} is written before")).into());
        }
        if let Some(given) = slot.value {
            match self.value(at) {
                Ok(own) => {
                    let (own, given) = (self.graph.value(own), self.graph.value(given));
                    if own.repr != given.repr {
                        let (own, given) = (shown(own), shown(given));
                        return Err(Trouble::Refused(format!(
                            "one subgraph gives {given} to another as {own}, which is represented in another way"
                        )));
                    }
                }
                // a shape that is not known: it is that of what is given
                Err(Trouble::Refused(_)) => {}
                Err(fatal) => return Err(fatal),
            }
        }
        self.scope.slots[at] = slot;
        Ok(())
    }
}

fn shown(value: &Value) -> String {
    format!(
        "`{}` of {:?} {}",
        value.name.chars().take(60).collect::<String>(),
        value.shape,
        value.repr.store()
    )
}
