//! What follows from constants, computed while the model is read.

use crate::custom::Custom;
use crate::graph::{Graph, Node, Op, Repr, Type, ValueId};
use crate::view::View;
use crate::{Options, compile, eval};
use midge_runtime::file::File;
use midge_runtime::session::Session;

/// The most work that the interpreter does for an operator.
const WORK: usize = 1 << 20;

/// The most elements that are computed.
const MOST: usize = 1 << 22;

/// The bytes of what a node makes, if all that it reads is known.
pub(super) fn constant(graph: &Graph, node: &Node) -> Option<Vec<Vec<u8>>> {
    let known = |id: &ValueId| graph.value(*id).data.is_some();
    let sizes = node.inputs.iter().chain(&node.outputs).map(|id| graph.value(*id).elements());
    if !node.inputs.iter().all(known) || sizes.max().unwrap_or(0) > MOST {
        return None;
    }
    moved(graph, node).or_else(|| eval::constant(graph, node, WORK)).or_else(|| ran(graph, node))
}

/// A constant whose elements move.
fn moved(graph: &Graph, node: &Node) -> Option<Vec<Vec<u8>>> {
    let (&[x], &[y]) = (&node.inputs[..], &node.outputs[..]) else { return None };
    let (x, y) = (graph.value(x), graph.value(y));
    let data = x.data.as_ref()?;
    if node.op == Op::Reshape {
        return Some(vec![data.clone()]);
    }
    let view = View::whole(&x.shape).then(&node.op, &x.shape, &y.shape)?;
    Some(vec![view.read(data, x.repr.store().bytes())?])
}

/// What the interpreter does not know, floats above all, is run as the device would run it.
fn ran(graph: &Graph, node: &Node) -> Option<Vec<Vec<u8>>> {
    let floats = |id: &ValueId| graph.value(*id).repr == Repr::Plain(Type::F32);
    if !node.inputs.iter().chain(&node.outputs).any(floats) {
        return None;
    }
    let mut alone = Graph::default();
    let mut add = |id: &ValueId| alone.add(graph.value(*id).clone());
    let inputs: Vec<ValueId> = node.inputs.iter().map(&mut add).collect();
    let outputs: Vec<ValueId> = node.outputs.iter().map(&mut add).collect();
    alone.outputs = outputs.clone();
    alone.nodes = vec![Node { inputs, outputs, ..node.clone() }];
    let plan = compile(alone, &Options::default(), &Custom::default()).ok()?;
    let file = File::from_bytes(&plan.file).ok()?;
    let runtime = file.runtime().ok()?;
    let mut made = Vec::new();
    Session::new(&runtime).ok()?.run(&[], &mut made).ok()?;
    let mut rest = made.as_slice();
    let mut all = Vec::new();
    for id in &node.outputs {
        let (piece, tail) = rest.split_at_checked(graph.value(*id).bytes())?;
        all.push(piece.to_vec());
        rest = tail;
    }
    Some(all)
}
