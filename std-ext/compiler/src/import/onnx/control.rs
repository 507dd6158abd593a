//! Graphs inside of an ONNX file's nodes. A plan has no branches: what is known decides, and loops are unrolled.

use super::build::Ids;
use super::call::Call;
use super::{Made, damaged, pb, refuse};
use crate::graph::ValueId;

/// The most passes of a loop.
const PASSES: i64 = 1 << 12;

impl<'a> Call<'a, '_> {
    fn graph(&self, name: &str) -> Made<&'a pb::GraphProto> {
        let graph = self.attribute(name).and_then(|attribute| attribute.g.as_ref());
        graph.ok_or_else(|| damaged(format!("its {name}"), "it is no graph").into())
    }

    pub(super) fn branch(&mut self) -> Made {
        let condition = self.numbers(0, "condition")?.unwrap_or_default();
        let holds = condition.first().is_some_and(|x| *x != 0);
        let graph = self.graph(if holds { "then_branch" } else { "else_branch" })?;
        self.reader.inside(graph, &[])
    }

    pub(super) fn repeat(&mut self) -> Made {
        let count = self.numbers(0, "number of passes")?.and_then(|n| n.first().copied());
        let mut holds = self.numbers(1, "condition")?.is_none_or(|x| x.first() != Some(&0));
        if count.is_none() && self.maybe(1).is_none() {
            return refuse("never ends");
        }
        let graph = self.graph("body")?;
        let mut state: Ids = (2..self.inputs.len()).map(|i| self.input(i)).collect::<Made<_>>()?;
        let mut columns: Vec<Ids> = vec![Vec::new(); graph.output.len().saturating_sub(1 + state.len())];
        let mut pass = 0;
        while holds && count.is_none_or(|count| pass < count) {
            if pass >= PASSES {
                return refuse(format!("has more than {PASSES} passes"));
            }
            let (at, going) =
                (self.integers(&[], &[pass]), self.constant(crate::graph::Type::Bool, &[], vec![1]));
            let made = self.reader.inside(graph, &[&[at, going], &state[..]].concat())?;
            let (Some(condition), Some(rest)) = (made.first(), made.get(1..)) else {
                return refuse("has no outputs");
            };
            holds = match self.known_integers(*condition) {
                Some(known) => known.first() != Some(&0),
                None => return refuse("ends on a condition that is only known at run time"),
            };
            let kept = state.len().min(rest.len());
            columns.iter_mut().zip(&rest[kept..]).for_each(|(column, id)| column.push(*id));
            state = rest[..kept].to_vec();
            pass += 1;
        }
        self.collected(state, &columns, 0)
    }

    /// States, and what each pass left, stacked.
    fn collected(&mut self, state: Ids, columns: &[Ids], axis: usize) -> Made {
        let mut made = state;
        for column in columns {
            if column.is_empty() {
                return refuse("makes no pass, and so nothing to collect");
            }
            made.push(self.stack(column, axis)?);
        }
        Ok(made)
    }

    pub(super) fn scan(&mut self) -> Made {
        let count = self.int("num_scan_inputs").and_then(|n| usize::try_from(n).ok()).unwrap_or(0);
        let directions = [self.ints("scan_input_directions"), self.ints("scan_output_directions")];
        let axes = [self.ints("scan_input_axes"), self.ints("scan_output_axes")];
        let turned = |list: Option<&[i64]>| list.is_some_and(|list| list.iter().any(|x| *x != 0));
        if self.opset() < 9 || directions.into_iter().chain(axes).any(turned) || count > self.inputs.len() {
            return refuse("walks other axes than the first, or backwards");
        }
        let graph = self.graph("body")?;
        let all = self.all()?;
        let (state, walked) = all.split_at(all.len() - count);
        let Some(steps) = walked.first().and_then(|x| self.shape(*x).first().copied()) else {
            return refuse("walks along nothing");
        };
        let mut state: Ids = state.to_vec();
        let mut columns: Vec<Ids> = vec![Vec::new(); graph.output.len().saturating_sub(state.len())];
        for step in 0..steps {
            let mut inputs = state.clone();
            for x in walked {
                inputs.push(self.at(*x, 0, step)?);
            }
            let made: Vec<ValueId> = self.reader.inside(graph, &inputs)?;
            let kept = state.len().min(made.len());
            columns.iter_mut().zip(&made[kept..]).for_each(|(column, id)| column.push(*id));
            state = made[..kept].to_vec();
        }
        self.collected(state, &columns, 0)
    }
}
