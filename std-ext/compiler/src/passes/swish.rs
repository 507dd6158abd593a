//! Floats that are multiplied by their logistic function: one operator, for which integers have one table.

use crate::graph::{Activation, Binary, Graph, Node, Op, Repr, Type, Unary, ValueId};

/// Makes SWISH of LOGISTIC and MUL, where nothing else reads what LOGISTIC makes.
pub(super) fn join(graph: &mut Graph) -> usize {
    let before = graph.nodes.len();
    let mut gate = 0;
    while gate < graph.nodes.len() {
        match product(graph, &graph.nodes[gate]) {
            Some(product) => {
                let inputs = graph.nodes[gate].inputs.clone();
                let node = &mut graph.nodes[product];
                (node.op, node.inputs) = (Op::Unary(Unary::Swish), inputs);
                graph.nodes.remove(gate);
            }
            None => gate += 1,
        }
    }
    before - graph.nodes.len()
}

/// The node that multiplies x by what this one makes of x.
fn product(graph: &Graph, gate: &Node) -> Option<usize> {
    let (Op::Unary(Unary::Logistic), &[x], &[y]) = (&gate.op, &gate.inputs[..], &gate.outputs[..]) else {
        return None;
    };
    let is_float = |id: ValueId| graph.value(id).repr == Repr::Plain(Type::F32);
    let reader = graph.only_reader(y).filter(|_| is_float(x) && is_float(y))?;
    let product = &graph.nodes[reader];
    let mul = Op::Binary { op: Binary::Mul, activation: Activation::None };
    (product.op == mul && [[x, y], [y, x]].iter().any(|pair| product.inputs == pair)).then_some(reader)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::{Rounding, Value};

    /// `x * logistic(x)`, and an input that nobody reads.
    fn graph(repr: Repr) -> Graph {
        let mut graph = Graph::default();
        let [x, gate, y, z] = [0; 4].map(|_| {
            let (name, shape, repr) = (String::new(), vec![2], repr.clone());
            graph.add(Value { name, shape, repr, data: None, state: false, origin: None })
        });
        let node = |op, inputs: &[ValueId], output| Node {
            op,
            inputs: inputs.into(),
            outputs: vec![output],
            rounding: Rounding::LitertTwice,
            origin: 0,
        };
        let mul = Op::Binary { op: Binary::Mul, activation: Activation::None };
        graph.nodes = vec![node(Op::Unary(Unary::Logistic), &[x], gate), node(mul, &[gate, x], y)];
        (graph.inputs, graph.outputs) = (vec![x, z], vec![y]);
        graph
    }

    #[test]
    fn a_product_with_its_own_logistic_function_is_one_operator() {
        let mut joined = graph(Repr::Plain(Type::F32));
        assert_eq!(join(&mut joined), 1);
        let [Node { op: Op::Unary(Unary::Swish), inputs, .. }] = &joined.nodes[..] else {
            panic!("{joined:?}")
        };
        assert_eq!(*inputs, [ValueId(0)]);
    }

    #[test]
    fn others_stay() {
        let mut integers = graph(Repr::Plain(Type::I8));
        let mut another = graph(Repr::Plain(Type::F32));
        another.nodes[1].inputs[1] = ValueId(3);
        let mut shown = graph(Repr::Plain(Type::F32));
        shown.outputs.push(ValueId(1));
        assert_eq!([&mut integers, &mut another, &mut shown].map(join), [0, 0, 0]);
    }
}
