//! What range every value of the float model has over the calibration data.

use super::histogram::Histogram;
use super::patches::Patches;
use super::{QuantizeError, Quantizer};
use crate::graph::{Graph, Op, Repr, Type, Value, ValueId};
use midge_runtime::array::Dtype;
use midge_runtime::ports::Ports;
use midge_runtime::rows::Rows;
use midge_runtime::session::Session;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

/// The numbers of each value, by its place in the graph; none of what no step writes.
#[derive(Clone, Debug, Default)]
pub struct Observed {
    histograms: Vec<Option<Histogram>>,
    /// What weights meet, by the filter: all layers that have it.
    patches: BTreeMap<ValueId, Patches>,
    /// How many rows ran.
    pub rows: usize,
}

impl Observed {
    /// What is known of each value, by its place, and nothing of what weights meet.
    pub(super) fn of_histograms(histograms: Vec<Option<Histogram>>) -> Self {
        Observed { histograms, patches: BTreeMap::new(), rows: 0 }
    }

    /// The numbers of a value.
    pub(super) fn of(&self, id: ValueId) -> Option<&Histogram> {
        self.histograms.get(id.0)?.as_ref()
    }

    /// What the weights of a filter meet.
    pub(super) fn patches(&self, filter: ValueId) -> Option<&Patches> {
        self.patches.get(&filter)
    }
}

impl Quantizer {
    /// Runs rows through the float model, which must be laid out for its [`file`](Quantizer::file). `after` is called behind
    /// each with their number so far.
    ///
    /// # Errors
    /// Numbers that are none, in the data or in what the model makes of them, and runs that did not happen.
    pub fn observe(&self, rows: &Rows, mut after: impl FnMut(usize)) -> Result<Observed, QuantizeError> {
        let plan = self.file.plan()?;
        let names = self.file.names();
        let step_value = |step: midge_core::plan::Step<'_>| {
            let id = ValueId(names?.operands.get(usize::from(step.id(0)))?.source?);
            let value = self.graph.values.get(id.0)?;
            (value.repr == Repr::Plain(Type::F32)).then_some(id)
        };
        let written: Vec<Option<ValueId>> = plan.steps().map(step_value).collect();
        let ports = Ports::of(&plan, names).inputs;
        // constants may be activations too
        let constant = |value: &Value| {
            let mut histogram = Histogram::default();
            histogram.add(value.reals()?.into_iter().filter(|x| *x < f32::INFINITY));
            Some(histogram)
        };
        let mut histograms: Vec<_> = self.graph.values.iter().map(constant).collect();
        let mut layers: Vec<(ValueId, ValueId, Patches)> = Vec::new();
        for node in &self.graph.nodes {
            let &[x, filter, ..] = &node.inputs[..] else { continue };
            layers.extend(
                Patches::new(&self.graph, node).map(|patches| (flat(&self.graph, x), filter, patches)),
            );
        }
        let mut add = |id: ValueId, bytes: &[u8]| {
            let numbers: Vec<f32> =
                bytes.as_chunks().0.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect();
            // negative infinity hides numbers from a softmax
            let sound = numbers.iter().all(|x| *x < f32::INFINITY);
            if sound {
                histograms[id.0].get_or_insert_default().add(numbers.iter().copied());
                let finite = numbers.iter().all(|x| x.is_finite());
                let reads = layers.iter_mut().filter(|(x, _, _)| *x == id && finite);
                reads.for_each(|(_, _, patches)| patches.add(&numbers, rows.count));
            }
            sound
        };
        let runtime = self.file.runtime()?;
        let mut session = Session::new(&runtime)?;
        for row in 0..rows.count {
            let mut rest = rows.row(row);
            for (port, id) in ports.iter().zip(&self.graph.inputs) {
                let (bytes, others) = rest.split_at_checked(port.bytes()).unwrap_or((rest, &[]));
                rest = others;
                let numbers = bytes.as_chunks().0.iter().map(|bytes| f32::from_le_bytes(*bytes));
                if port.dtype == Dtype::F32 && !(numbers.clone().all(f32::is_finite) && add(*id, bytes)) {
                    return Err(QuantizeError::Data { name: port.name.clone(), row });
                }
            }
            for (id, bytes) in written.iter().zip(session.dump(rows.row(row))?) {
                let Some(id) = *id else { continue };
                if !add(id, &bytes) {
                    return Err(QuantizeError::Diverged { name: self.graph.value(id).name.clone(), row });
                }
            }
            after(row + 1);
        }
        let mut met = BTreeMap::<ValueId, Patches>::new();
        for (_, filter, patches) in layers {
            match met.entry(filter) {
                Entry::Vacant(entry) => drop(entry.insert(patches)),
                Entry::Occupied(entry) => entry.into_mut().join(&patches),
            }
        }
        Ok(Observed { histograms, patches: met, rows: rows.count })
    }
}

/// The value whose bytes a reshaped one is.
fn flat(graph: &Graph, mut id: ValueId) -> ValueId {
    while let Some(node) =
        graph.nodes.iter().find(|node| node.op == Op::Reshape && node.outputs.contains(&id))
    {
        let Some(from) = node.inputs.first() else { break };
        id = *from;
    }
    id
}
