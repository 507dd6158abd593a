//! A plan layer by layer: what each step computes, what it costs, and what its weights look like.

use std::collections::{HashMap, HashSet};

use midge_core::ops;
use midge_core::plan::{Operand, Plan, Step, region};
use serde::Serialize;

use crate::array::Array;
use crate::host::Names;
use crate::ports::Ports;
use crate::sketch::Node;
use crate::weights;

/// A step, or an operator of a source model.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Layer {
    /// Its number.
    pub index: usize,
    /// The operator in the source; the kernel's name where names were stripped.
    pub op: String,
    /// The kernel that computes it; none in a source model.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kernel: Option<String>,
    /// Shape of its output.
    pub shape: Vec<usize>,
    /// Type of its output.
    pub dtype: String,
    /// Multiply-accumulates.
    pub macs: u64,
    /// Trained numbers.
    pub parameters: u64,
    /// Bytes of its output.
    pub output_bytes: u64,
    /// Bytes of the constants that it is the first to read; over all layers, those of the model.
    pub const_bytes: u64,
    /// Statistics of its weights, if it has any.
    pub weights: Option<Weights>,
}

/// What a layer's weights look like, as stored numbers.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Weights {
    /// Number of weights.
    pub count: u64,
    /// Sum of all.
    pub sum: f64,
    /// Least.
    pub min: f64,
    /// Greatest.
    pub max: f64,
    /// Mean.
    pub mean: f64,
    /// How many are zero.
    pub zeros: u64,
}

impl Weights {
    /// Statistics of stored numbers; none for no numbers.
    pub fn of(array: &Array) -> Option<Self> {
        let numbers = array.floats();
        let first = *numbers.first()?;
        let sum: f64 = numbers.iter().sum();
        Some(Weights {
            count: numbers.len() as u64,
            sum,
            min: numbers.iter().copied().fold(first, f64::min),
            max: numbers.iter().copied().fold(first, f64::max),
            mean: sum / numbers.len() as f64,
            zeros: numbers.iter().filter(|x| **x == 0.0).count() as u64,
        })
    }
}

/// The kernel's name, or its code where this build does not know it.
pub fn kernel(code: u16) -> String {
    ops::name(code).map_or_else(|| format!("KERNEL_{code:#06x}"), str::to_string)
}

/// Shape of an operand: as the source has it, where that is known, else flat.
pub fn shape(operand: &Operand, index: u16, names: Option<&Names>) -> Vec<usize> {
    let elements = (operand.len / operand.element().map_or(1, |kind| kind.bytes())) as usize;
    let known = names.and_then(|n| n.operands.get(usize::from(index))).map(|name| &name.shape);
    match known {
        Some(shape) if shape.iter().try_fold(1usize, |n, d| n.checked_mul(*d)) == Some(elements) => {
            shape.clone()
        }
        _ => vec![elements],
    }
}

/// The layers of a checked plan. Reads all of its constants.
pub fn layers(plan: &Plan<'_>, names: Option<&Names>) -> Vec<Layer> {
    let mut seen = HashSet::new();
    let mut all = Vec::new();
    for (index, step) in plan.steps().enumerate() {
        let known = names.and_then(|n| n.steps.get(index));
        let output = plan.operand(step.id(0));
        let fresh = constants(plan, &step).filter(|id| {
            let o = plan.operand(*id);
            seen.insert((o.region, o.offset, o.len))
        });
        let kernel = kernel(step.code());
        all.push(Layer {
            index,
            op: known.map_or_else(|| kernel.clone(), |k| k.op.clone()),
            kernel: Some(kernel),
            shape: shape(&output, step.id(0), names),
            dtype: output.element().map_or("unknown", |kind| kind.name()).into(),
            macs: known.map_or(0, |k| k.macs),
            parameters: known.map_or(0, |k| k.parameters),
            output_bytes: output.len.into(),
            const_bytes: fresh.map(|id| u64::from(plan.operand(id).len)).sum(),
            weights: known.filter(|k| k.parameters > 0).and_then(|_| statistics(plan, &step)),
        });
    }
    all
}

/// The plan as a graph to draw: inputs, steps, outputs.
pub fn graph(plan: &Plan<'_>, names: Option<&Names>) -> Vec<Node> {
    let ports = Ports::of(plan, names);
    let mut nodes = Vec::new();
    let mut writer = HashMap::new();
    let side = |output| (0..).map_while(move |i| plan.side(output, i));
    for (port, known) in side(false).zip(&ports.inputs) {
        writer.insert(port.operand, nodes.len());
        nodes.push(Node::port(&known.name, &known.shape, known.dtype.name(), Vec::new()));
    }
    for (index, step) in plan.steps().enumerate() {
        let ids = || (0..step.operands()).map(|i| step.id(i));
        let reads = ids().skip(step.writes()).filter_map(|id| writer.get(&id).copied()).collect();
        let output = plan.operand(step.id(0));
        let shape = shape(&output, step.id(0), names);
        let at = nodes.len();
        nodes.push(Node::step(index, &kernel(step.code()), &shape, reads));
        ids().take(step.writes()).for_each(|id| {
            writer.insert(id, at);
        });
    }
    for (port, known) in side(true).zip(&ports.outputs) {
        let reads = writer.get(&port.operand).copied().into_iter().collect();
        nodes.push(Node::port(&known.name, &known.shape, known.dtype.name(), reads));
    }
    nodes
}

/// Constant operands that a step reads.
fn constants<'a>(plan: &'a Plan<'_>, step: &'a Step<'_>) -> impl Iterator<Item = u16> + 'a {
    let constant =
        |id: &u16| plan.region(plan.operand(*id).region).is_some_and(|r| r.kind == region::CONSTANTS);
    (step.writes()..step.operands()).map(|i| step.id(i)).filter(constant)
}

/// Statistics of a step's weights in the source's arrangement.
fn statistics(plan: &Plan<'_>, step: &Step<'_>) -> Option<Weights> {
    let weights = weights::of(plan, step)?;
    Weights::of(&Array::column(&weights))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::file::File;
    use crate::fixture;

    #[test]
    fn layers_tell_what_steps_do() {
        let file = File::from_bytes(&fixture::plan(&fixture::double(), 256)).unwrap();
        let plan = file.plan().unwrap();
        let named = layers(&plan, file.names());
        assert_eq!((named[0].op.as_str(), named[0].kernel.as_deref()), ("MUL", Some("TABLE")));
        assert_eq!((named[0].shape.as_slice(), named[0].const_bytes), (&[1, 4, 4][..], 256));
        assert_eq!(layers(&plan, None)[0].shape, [16]);
        let picture = crate::sketch::draw(&graph(&plan, file.names()));
        assert!(picture.contains("0 TABLE") && picture.ends_with("y [1, 4, 4] int8\n"), "{picture}");
    }

    #[test]
    fn statistics_are_those_of_the_numbers() {
        let array = Array::new(&[4], &[-3i8, 0, 7, 0]).unwrap();
        let w = Weights::of(&array).unwrap();
        assert_eq!((w.count, w.sum, w.min, w.max, w.mean, w.zeros), (4, 4.0, -3.0, 7.0, 1.0, 2));
        assert!(Weights::of(&Array::new(&[0], &[0i8; 0]).unwrap()).is_none());
    }
}
