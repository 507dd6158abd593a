//! Operators of a TFLite file that run its other subgraphs.
//!
//! Nothing of them is left in the graph: a subgraph that is run takes the place of the operator, and a loop whose number
//! of rounds follows from constants is unrolled.

use super::call::{Call, refuse};
use super::op::no_options;
use super::schema::tflite as fb;
use super::tensor::Slot;
use super::{Trouble, damaged, indices, known};
use crate::graph::{Op, ValueId};

impl<'a> Call<'_, 'a> {
    /// CALL and STABLEHLO_COMPOSITE, which is what its decomposition computes.
    pub(super) fn call(&mut self) -> Result<(), Trouble> {
        let subgraph = match (self.operator.builtin_options()?, self.operator.builtin_options_2()?) {
            (Some(fb::BuiltinOptionsRef::CallOptions(o)), _) => i64::from(o.subgraph()?),
            (_, Some(fb::BuiltinOptions2Ref::StableHloCompositeOptions(o))) => {
                o.decomposition_subgraph_index()?.into()
            }
            _ => return no_options(),
        };
        let operands = self.operands(0)?;
        let results = self.inline(subgraph, &operands)?;
        self.results(&results)
    }

    /// CALL_ONCE, before all else: what it assigns is what variables start from.
    pub(super) fn once(&mut self) -> Result<(), Trouble> {
        let Some(fb::BuiltinOptionsRef::CallOnceOptions(o)) = self.operator.builtin_options()? else {
            return no_options();
        };
        let first = std::mem::replace(&mut self.tensors.subgraphs.first, true);
        let inlined = self.inline(o.init_subgraph_index()?.into(), &[]);
        self.tensors.subgraphs.first = first;
        inlined.map(drop)
    }

    /// WHILE: rounds as long as the condition is known to hold.
    pub(super) fn repeat(&mut self) -> Result<(), Trouble> {
        let Some(fb::BuiltinOptionsRef::WhileOptions(o)) = self.operator.builtin_options()? else {
            return no_options();
        };
        let (condition, body) = (o.cond_subgraph_index()?.into(), o.body_subgraph_index()?.into());
        self.named(body)?;
        let (mut values, mut before) = (self.operands(0)?, Vec::new());
        loop {
            match self.inline(condition, &values)?[..] {
                [slot] => match self.truth(slot) {
                    Some(true) => {
                        let begun = std::mem::take(&mut values);
                        values = self.inline(body, &begun)?;
                        let computed = std::mem::take(&mut self.tensors.subgraphs.computed);
                        let ids = |slots: &[Slot]| slots.iter().map(|slot| slot.value).collect::<Vec<_>>();
                        self.same(&ids(&begun), &ids(&values));
                        self.same(&before, &computed);
                        before = computed;
                    }
                    Some(false) => return self.results(&values),
                    None => {
                        return refuse(
                            "goes on for a number of rounds that is only known at run time; memory and time \
                             must be known before, so export the model with a fixed number of steps",
                        );
                    }
                },
                _ => return Err(damaged("its condition", "it has not one output").into()),
            }
        }
    }

    /// Notes which values stand for one in two rounds.
    fn same(&mut self, a: &[Option<ValueId>], b: &[Option<ValueId>]) {
        let pairs = a.iter().zip(b).filter_map(|(a, b)| Some([(*a)?, (*b)?]));
        self.tensors.graph.alike.extend(pairs.filter(|[a, b]| a != b));
    }

    /// IF with a condition that is known.
    pub(super) fn choose(&mut self) -> Result<(), Trouble> {
        let Some(fb::BuiltinOptionsRef::IfOptions(o)) = self.operator.builtin_options()? else {
            return no_options();
        };
        let branches = [o.else_subgraph_index()?.into(), o.then_subgraph_index()?.into()];
        for branch in branches {
            self.named(branch)?;
        }
        let condition = self.tensors.held(self.inputs.first().copied().unwrap_or(-1))?;
        let Some(holds) = self.truth(condition) else {
            return refuse(
                "runs one of two subgraphs, and which is only known at run time; compute both and choose with \
                 SELECT_V2",
            );
        };
        let operands = self.operands(1)?;
        let results = self.inline(branches[usize::from(holds)], &operands)?;
        self.results(&results)
    }

    /// Notes that the model uses a subgraph, and gives its index.
    fn named(&mut self, index: i64) -> Result<usize, Trouble> {
        let count = self.operators.subgraphs.len();
        let known = usize::try_from(index).ok().filter(|index| *index < count);
        let Some(index) = known else {
            return Err(damaged(
                "its options",
                format!("subgraph {index} does not exist; there are {count}"),
            )
            .into());
        };
        self.tensors.subgraphs.named.insert(index);
        Ok(index)
    }

    /// What the inputs hold, from the given one on.
    fn operands(&mut self, from: usize) -> Result<Vec<Slot>, Trouble> {
        self.inputs.iter().skip(from).map(|index| self.tensors.held(*index)).collect()
    }

    /// Adds the operators of a subgraph for these operands, and gives its results.
    fn inline(&mut self, index: i64, operands: &[Slot]) -> Result<Vec<Slot>, Trouble> {
        let index = self.named(index)?;
        let subgraph =
            self.operators.subgraphs.get(index).ok_or_else(|| damaged("subgraphs", "one is missing"))??;
        let refused = self.refusals.len();
        let outer = self.tensors.enter(index, &subgraph)?;
        let root = self.tensors.subgraphs.root;
        self.tensors.subgraphs.root = Some(self.index);
        let results = self.inside(&subgraph, operands);
        self.tensors.subgraphs.root = root;
        self.tensors.leave(outer);
        if self.refusals.len() > refused {
            return refuse("runs operators that are not supported");
        }
        results
    }

    fn inside(&mut self, subgraph: &fb::SubGraphRef<'a>, operands: &[Slot]) -> Result<Vec<Slot>, Trouble> {
        let inputs: Vec<i32> = indices(subgraph.inputs())?.take(operands.len() + 1).collect();
        if inputs.len() != operands.len() {
            let what = format!("there are {} where a subgraph has another number of them", operands.len());
            return Err(damaged("its operands", what).into());
        }
        for (index, slot) in inputs.into_iter().zip(operands) {
            self.tensors.hold(index, *slot)?;
        }
        self.operators.all(subgraph, self.tensors, self.refusals)?;
        indices(subgraph.outputs())?.map(|index| self.tensors.held(index)).collect()
    }

    /// Gives the outputs what a subgraph made.
    fn results(&mut self, results: &[Slot]) -> Result<(), Trouble> {
        if results.len() != self.outputs.len() {
            let what = format!("there are {} for {} results", self.outputs.len(), results.len());
            return Err(damaged("its outputs", what).into());
        }
        for (index, slot) in self.outputs.clone().into_iter().zip(results) {
            match slot.value.filter(|id| self.tensors.graph.value(*id).data.is_none()) {
                // the model's own tensors keep their names
                Some(made) if self.tensors.scope.index == 0 => {
                    let output = self.tensors.peek(index)?;
                    let (to, from) = (self.value(output), self.value(made));
                    if to.repr != from.repr || to.shape != from.shape {
                        return refuse("has an output of another shape or type than its subgraph makes");
                    }
                    self.tensors.write(index)?;
                    self.emit(Op::Reshape, vec![made], vec![output]);
                }
                _ => self.tensors.hold(index, *slot)?,
            }
        }
        Ok(())
    }

    /// A truth value, if it is known.
    fn truth(&self, slot: Slot) -> Option<bool> {
        match known::numbers(self.value(slot.value?))?[..] {
            [truth] => Some(truth != 0),
            _ => None,
        }
    }
}
