//! A node of an ONNX file at work: what it reads, and what it says about itself.

use std::ops::{Deref, DerefMut};

use super::build::Build;
use super::subgraph::Reader;
use super::{Made, Trouble, damaged, pb, refuse};
use crate::graph::ValueId;

/// A node, and the graph that it is added to.
pub(super) struct Call<'a, 'r> {
    pub(super) node: &'a pb::NodeProto,
    /// What it reads; nothing for an input that is left out.
    pub(super) inputs: Vec<Option<ValueId>>,
    pub(super) reader: &'r mut Reader<'a>,
}

impl Deref for Call<'_, '_> {
    type Target = Build;

    fn deref(&self) -> &Build {
        &self.reader.build
    }
}

impl DerefMut for Call<'_, '_> {
    fn deref_mut(&mut self) -> &mut Build {
        &mut self.reader.build
    }
}

impl Call<'_, '_> {
    /// The version of ONNX's operators that the model is written in.
    pub(super) fn opset(&self) -> i64 {
        self.reader.opset
    }

    /// An input that may be left out.
    pub(super) fn maybe(&self, i: usize) -> Option<ValueId> {
        self.inputs.get(i).copied().flatten()
    }

    /// An input that every such node has.
    pub(super) fn input(&self, i: usize) -> Made<ValueId> {
        self.maybe(i).ok_or_else(|| damaged("its inputs", format!("input {i} is not there")).into())
    }

    /// All inputs.
    pub(super) fn all(&self) -> Made<Vec<ValueId>> {
        match self.inputs.is_empty() {
            true => Err(damaged("its inputs", "there are none").into()),
            false => (0..self.inputs.len()).map(|i| self.input(i)).collect(),
        }
    }

    /// Whether output `i` is read by anyone.
    pub(super) fn has_output(&self, i: usize) -> bool {
        self.node.output.get(i).is_some_and(|name| !name.is_empty())
    }

    /// A value that must be known while the model is read.
    pub(super) fn fixed(&self, x: ValueId, what: &str) -> Made<ValueId> {
        let value = self.graph.value(x);
        if value.data.is_some() {
            return Ok(x);
        }
        if self.graph.inputs.contains(&x) {
            return Err(Trouble::Wanted(value.name.clone()));
        }
        match self.reader.sources(x) {
            sources if sources.is_empty() => refuse(format!("its {what} is computed while the model runs")),
            sources => Err(Trouble::Wanted(sources)),
        }
    }

    /// The whole numbers of an input that must be known.
    pub(super) fn numbers(&self, i: usize, what: &str) -> Made<Option<Vec<i64>>> {
        let Some(x) = self.maybe(i) else { return Ok(None) };
        let x = self.fixed(x, what)?;
        match self.known_integers(x) {
            Some(numbers) => Ok(Some(numbers)),
            None => Err(damaged(format!("its {what}"), "they are not whole numbers").into()),
        }
    }

    /// Numbers that older versions have as an attribute, newer ones as an input.
    pub(super) fn listed(&self, name: &str, i: usize) -> Made<Option<Vec<i64>>> {
        match self.ints(name) {
            Some(ints) => Ok(Some(ints.to_vec())),
            None => self.numbers(i, name),
        }
    }

    /// The floats of an input that must be known.
    pub(super) fn reals(&self, i: usize, what: &str) -> Made<Option<Vec<f32>>> {
        let Some(x) = self.maybe(i) else { return Ok(None) };
        let x = self.fixed(x, what)?;
        match self.known_floats(x) {
            Some(numbers) => Ok(Some(numbers)),
            None => refuse(format!("its {what} are {}, not float32", self.store(x))),
        }
    }

    /// An axis, which negative numbers count from the end.
    pub(super) fn axis(&self, axis: i64, rank: usize) -> Made<usize> {
        let signed = rank as i64;
        let at = if axis < 0 { axis.saturating_add(signed) } else { axis };
        match usize::try_from(at) {
            Ok(at) if at < rank => Ok(at),
            _ => Err(damaged("its axis", format!("{axis} is none of {rank}")).into()),
        }
    }

    /// Ascending axes, each once.
    pub(super) fn axes(&self, axes: &[i64], rank: usize) -> Made<Vec<usize>> {
        let mut axes = axes.iter().map(|axis| self.axis(*axis, rank)).collect::<Made<Vec<usize>>>()?;
        axes.sort_unstable();
        axes.dedup();
        Ok(axes)
    }

    /// The attribute `axis`.
    pub(super) fn own_axis(&self, default: i64, rank: usize) -> Made<usize> {
        self.axis(self.int("axis").unwrap_or(default), rank)
    }
}
