//! Transposes wait until something needs them: what works element by element, or along axes that have names, works on
//! the tensor before, and two that wait for each other are none. Models whose images are channels first lose those
//! around their windows.

use std::collections::HashMap;

use crate::graph::{Graph, Node, Op, Repr, Rounding, Value, ValueId};
use crate::view::View;

/// Lets transposes wait, if fewer elements move then.
pub(super) fn wait(graph: &mut Graph) -> usize {
    let moved = |graph: &Graph| {
        let transposes = graph.nodes.iter().filter(|node| matches!(node.op, Op::Transpose { .. }));
        transposes.flat_map(|node| &node.outputs).map(|id| graph.value(*id).elements()).sum::<usize>()
    };
    let before = moved(graph);
    if before == 0 {
        return 0;
    }
    let mut made = Waiting { graph: graph.clone(), late: HashMap::new(), flat: HashMap::new(), changed: 0 };
    made.run();
    if moved(&made.graph) >= before {
        return 0;
    }
    *graph = made.graph;
    made.changed
}

/// A value that is another one transposed: axis i is axis `order[i]` of it.
#[derive(Clone, Debug)]
struct Late {
    base: ValueId,
    order: Vec<usize>,
    origin: usize,
}

struct Waiting {
    graph: Graph,
    late: HashMap<ValueId, Late>,
    /// Reshapes of late values to a matrix, whose first axis stays.
    flat: HashMap<ValueId, Node>,
    changed: usize,
}

impl Waiting {
    fn run(&mut self) {
        for node in std::mem::take(&mut self.graph.nodes) {
            if !(self.waits(&node) || self.flattens(&node) || self.sinks(&node) || self.reads(&node)) {
                self.settle(node);
            }
        }
        for id in self.graph.outputs.clone() {
            if self.needed(id) != id {
                self.emit(Op::Reshape, &[self.late[&id].base], id, self.late[&id].origin);
            }
        }
    }

    /// A TRANSPOSE: it is put off.
    fn waits(&mut self, node: &Node) -> bool {
        let (Op::Transpose { order }, &[x], &[y]) = (&node.op, &node.inputs[..], &node.outputs[..]) else {
            return false;
        };
        let (base, before) = match self.late.get(&x) {
            Some(late) => (late.base, late.order.clone()),
            None => (x, (0..order.len()).collect()),
        };
        if self.graph.value(base).state {
            return false;
        }
        let order = order.iter().map(|axis| before[*axis]).collect();
        self.late.insert(y, Late { base, order, origin: node.origin });
        true
    }

    /// A RESHAPE of a late value to rows: a matrix behind it can do without.
    fn flattens(&mut self, node: &Node) -> bool {
        let (Op::Reshape, &[x], &[y]) = (&node.op, &node.inputs[..], &node.outputs[..]) else { return false };
        let rows = |id: ValueId| self.graph.value(id).shape.first();
        let stays =
            self.late.get(&x).is_some_and(|late| late.order.first() == Some(&0)) && rows(x) == rows(y);
        let waits = stays && self.graph.value(y).shape.len() == 2 && !self.graph.outputs.contains(&y);
        if waits {
            self.flat.insert(y, node.clone());
        }
        waits
    }

    /// A matrix that reads such rows: its columns change places.
    fn reads(&mut self, node: &Node) -> bool {
        let (Op::FullyConnected { .. }, Some(reshape)) = (&node.op, self.flat.get(&node.inputs[0])) else {
            return false;
        };
        let late = self.late[&reshape.inputs[0]].clone();
        let (filter, shape) = (self.graph.value(node.inputs[1]), &self.graph.value(reshape.inputs[0]).shape);
        let (&[out, depth], Some(data)) = (&filter.shape[..], &filter.data) else { return false };
        if filter.state || depth != shape[1..].iter().product::<usize>() {
            return false;
        }
        // column i of the old rows lies where the base has it
        let apart = [&[out], &shape[1..]].concat();
        let order = inverse(&late.order);
        let to: Vec<usize> = order.iter().map(|axis| apart[*axis]).collect();
        let view = View::whole(&apart).then(&Op::Transpose { order }, &apart, &to);
        let Some(data) = view.and_then(|view| view.read(data, filter.repr.store().bytes())) else {
            return false;
        };
        let filter = Value { data: Some(data), ..filter.clone() };
        let (name, repr) = (String::new(), self.graph.value(node.inputs[0]).repr.clone());
        let rows = Value { name, repr, ..self.graph.value(node.inputs[0]).clone() };
        let (filter, rows) = (self.graph.add(filter), self.graph.add(rows));
        self.emit(Op::Reshape, &[late.base], rows, reshape.origin);
        let inputs = [&[rows, filter], &node.inputs[2..]].concat();
        self.graph.nodes.push(Node { inputs, ..node.clone() });
        self.changed += 1;
        true
    }

    /// An operator that may as well work on what its inputs were before they were transposed.
    fn sinks(&mut self, node: &Node) -> bool {
        let Some(late) = node.inputs.iter().find_map(|id| self.late.get(id)).cloned() else { return false };
        let &[y] = &node.outputs[..] else { return false };
        let (order, rank) = (&late.order, late.order.len());
        let at = |axis: &usize| order[*axis];
        let moved =
            |list: &[usize]| -> Vec<usize> { inverse(order).iter().map(|axis| list[*axis]).collect() };
        let mut left = order.clone();
        let op = match &node.op {
            Op::Unary(_) | Op::Binary { .. } | Op::Select | Op::Cast | Op::Quantize | Op::Dequantize => {
                node.op.clone()
            }
            Op::Concatenation { axis } => Op::Concatenation { axis: at(axis) },
            Op::Softmax { .. } | Op::LogSoftmax | Op::L2Normalize if order.last() == Some(&(rank - 1)) => {
                node.op.clone()
            }
            Op::Pad { margins } => {
                Op::Pad { margins: inverse(order).iter().map(|axis| margins[*axis]).collect() }
            }
            Op::Slice { begin, stride } => Op::Slice {
                begin: moved(begin),
                stride: inverse(order).iter().map(|axis| stride[*axis]).collect(),
            },
            Op::Reduce { op, axes, keep } => {
                let mut folded: Vec<usize> = axes.iter().map(at).collect();
                folded.sort_unstable();
                if !keep {
                    // the axes that stay, counted among themselves
                    left.retain(|axis| !folded.contains(axis));
                    let rest = left.clone();
                    left.iter_mut()
                        .for_each(|axis| *axis = rest.iter().filter(|other| *other < axis).count());
                }
                Op::Reduce { op: *op, axes: folded, keep: *keep }
            }
            _ => return false,
        };
        let Some(inputs) = node.inputs.iter().map(|id| self.alike(*id, &late)).collect::<Option<Vec<_>>>()
        else {
            return false;
        };
        let inputs: Vec<ValueId> = inputs
            .into_iter()
            .map(|input| match input {
                Ok(id) => id,
                Err(value) => self.graph.add(value),
            })
            .collect();
        let value = self.graph.value(y);
        if value.shape.len() != left.len() || matches!(&value.repr, Repr::Quant(q) if q.scale.len() > 1) {
            return false;
        }
        let shape = inverse(&left).iter().map(|axis| value.shape[*axis]).collect();
        let base = Value { shape, ..value.clone() };
        let base = self.graph.add(base);
        self.graph.nodes.push(Node { op, inputs, outputs: vec![base], ..node.clone() });
        self.late.insert(y, Late { base, order: left, origin: node.origin });
        self.changed += 1;
        true
    }

    /// An input as the bases have it: a late value of the same order, or a constant, turned back.
    fn alike(&self, id: ValueId, with: &Late) -> Option<Result<ValueId, Value>> {
        if let Some(late) = self.late.get(&id) {
            return (late.order == with.order).then_some(Ok(late.base));
        }
        let value = self.graph.value(id);
        if value.state || matches!(&value.repr, Repr::Quant(q) if q.scale.len() > 1) {
            return None;
        }
        if value.elements() == 1 {
            return value.data.is_some().then_some(Ok(id));
        }
        let (data, rank) = (value.data.as_ref()?, with.order.len());
        let full = [vec![1; rank.checked_sub(value.shape.len())?], value.shape.clone()].concat();
        let order = inverse(&with.order);
        let shape: Vec<usize> = order.iter().map(|axis| full[*axis]).collect();
        let view = View::whole(&full).then(&Op::Transpose { order }, &full, &shape)?;
        let data = Some(view.read(data, value.repr.store().bytes())?);
        Some(Err(Value { shape, data, ..value.clone() }))
    }

    /// Any other node, behind the transposes that it needs.
    fn settle(&mut self, mut node: Node) {
        for id in &mut node.inputs {
            *id = self.needed(*id);
        }
        self.graph.nodes.push(node);
    }

    /// A value that is there: a late one is made now, unless it is its base.
    fn needed(&mut self, id: ValueId) -> ValueId {
        if let Some(mut reshape) = self.flat.remove(&id) {
            reshape.inputs[0] = self.needed(reshape.inputs[0]);
            self.graph.nodes.push(reshape);
            return id;
        }
        let Some(late) = self.late.get(&id).cloned() else { return id };
        if late.order.iter().copied().eq(0..late.order.len()) {
            return late.base;
        }
        self.late.remove(&id);
        self.emit(Op::Transpose { order: late.order }, &[late.base], id, late.origin);
        id
    }

    fn emit(&mut self, op: Op, inputs: &[ValueId], output: ValueId, origin: usize) {
        let (inputs, outputs, rounding) = (inputs.to_vec(), vec![output], Rounding::LitertTwice);
        self.graph.nodes.push(Node { op, inputs, outputs, rounding, origin });
    }
}

/// The order that undoes another.
fn inverse(order: &[usize]) -> Vec<usize> {
    let mut back = vec![0; order.len()];
    order.iter().enumerate().for_each(|(i, axis)| back[*axis] = i);
    back
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::{Activation, Binary, Reduce, Type, Unary};

    const LAST: [usize; 4] = [0, 2, 3, 1];
    const FIRST: [usize; 4] = [0, 3, 1, 2];

    fn value(graph: &mut Graph, shape: &[usize], data: Option<Vec<u8>>) -> ValueId {
        let (repr, name) = (Repr::Plain(Type::I32), String::new());
        graph.add(Value { name, shape: shape.into(), repr, data, state: false, origin: None })
    }

    fn node(graph: &mut Graph, op: Op, inputs: &[ValueId], shape: &[usize]) -> ValueId {
        let y = value(graph, shape, None);
        let (inputs, outputs, rounding) = (inputs.to_vec(), vec![y], Rounding::LitertTwice);
        graph.nodes.push(Node { op, inputs, outputs, rounding, origin: 0 });
        y
    }

    fn names(graph: &Graph) -> Vec<&'static str> {
        graph.nodes.iter().map(|node| node.op.name()).collect()
    }

    /// What waits between two windows, channels first, does not move: sums with a constant a channel, a list beside it,
    /// sums over the image.
    #[test]
    fn transposes_that_undo_each_other_are_none() {
        let mut graph = Graph::default();
        let x = value(&mut graph, &[1, 2, 3, 4], None);
        let data = (0..8u8).flat_map(|i| [i, 0, 0, 0]).collect::<Vec<_>>();
        let own = value(&mut graph, &[4, 1, 1], Some(data[..16].to_vec()));
        let add = Op::Binary { op: Binary::Add, activation: Activation::None };
        let first = node(&mut graph, Op::Transpose { order: FIRST.into() }, &[x], &[1, 4, 2, 3]);
        let sum = node(&mut graph, add.clone(), &[first, own], &[1, 4, 2, 3]);
        let minus = node(&mut graph, Op::Unary(Unary::Neg), &[sum], &[1, 4, 2, 3]);
        let both = node(&mut graph, Op::Concatenation { axis: 1 }, &[sum, minus], &[1, 8, 2, 3]);
        let part = Op::Slice { begin: vec![0, 1, 0, 1], stride: vec![1, 2, 1, 1] };
        let part = node(&mut graph, part, &[both], &[1, 3, 2, 2]);
        let margins = vec![[0, 0], [1, 0], [0, 0], [0, 1]];
        let padded = node(&mut graph, Op::Pad { margins }, &[part], &[1, 4, 2, 3]);
        let last = node(&mut graph, Op::Transpose { order: LAST.into() }, &[padded], &[1, 2, 3, 4]);
        let fold = Op::Reduce { op: Reduce::Sum, axes: vec![2, 3], keep: false };
        let folded = node(&mut graph, fold, &[padded], &[1, 4]);
        (graph.inputs, graph.outputs) = (vec![x], vec![last, folded]);
        let input: Vec<u8> = (0..24u8).flat_map(|i| [i, 0, 0, 0]).collect();
        let want = crate::eval::eval(&graph, std::slice::from_ref(&input)).unwrap();
        assert!(wait(&mut graph) > 0);
        assert_eq!(
            names(&graph),
            ["ADD", "NEG", "CONCATENATION", "STRIDED_SLICE", "PAD", "SUM", "RESHAPE", "RESHAPE"]
        );
        crate::shapes::check(&graph).unwrap();
        assert_eq!(crate::eval::eval(&graph, &[input]).unwrap(), want);
    }

    /// One that is needed stays, once.
    #[test]
    fn transposes_that_are_needed_stay() {
        let mut graph = Graph::default();
        let x = value(&mut graph, &[1, 2, 3, 4], None);
        let first = node(&mut graph, Op::Transpose { order: FIRST.into() }, &[x], &[1, 4, 2, 3]);
        let minus = node(&mut graph, Op::Unary(Unary::Neg), &[first], &[1, 4, 2, 3]);
        let wide = node(&mut graph, Op::Tile { repeats: vec![1, 1, 1, 2] }, &[minus], &[1, 4, 2, 6]);
        (graph.inputs, graph.outputs) = (vec![x], vec![wide]);
        assert_eq!(wait(&mut graph), 0);
        assert_eq!(names(&graph), ["TRANSPOSE", "NEG", "TILE"]);
    }
}
