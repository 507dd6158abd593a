//! Operators on constants: what they make is constant.

use crate::eval;
use crate::graph::{Graph, ValueId};

/// The most bytes of a constant that is made of smaller ones: a step may cost as much.
const GROWTH: usize = 1024;

/// The most work that an operator is.
const WORK: usize = 1 << 24;

/// Computes what follows from constants, if that is not much larger than these: floats may stand for bytes.
pub(super) fn fold(graph: &mut Graph) -> usize {
    let before = graph.nodes.len();
    for node in std::mem::take(&mut graph.nodes) {
        let bytes = |ids: &[ValueId]| ids.iter().map(|id| graph.value(*id).bytes()).sum::<usize>();
        let small = bytes(&node.outputs) <= GROWTH.max(bytes(&node.inputs).saturating_mul(4));
        match eval::constant(graph, &node, WORK).filter(|made| small && !made.is_empty()) {
            Some(made) => {
                for (id, data) in node.outputs.iter().zip(made) {
                    graph.values[id.0].data = Some(data);
                }
            }
            None => graph.nodes.push(node),
        }
    }
    before - graph.nodes.len()
}

#[cfg(test)]
mod tests {
    use crate::graph::{Activation, Binary, Graph, Node, Op, Repr, Rounding, Type, Value, ValueId};

    fn value(shape: &[usize], data: Option<Vec<u8>>) -> Value {
        let (name, shape, repr) = (String::new(), shape.to_vec(), Repr::Plain(Type::I32));
        Value { name, shape, repr, data, state: false, origin: None }
    }

    /// `(1 + 2) * 2` of constants, broadcast, and with an input at the end.
    fn graph() -> Graph {
        let mut graph = Graph::default();
        let number = |n: i32| Some(n.to_le_bytes().to_vec());
        let ids = [number(1), number(2), None, None, None, None].map(|data| graph.add(value(&[1], data)));
        graph.values[4].shape = vec![600];
        graph.values[5].shape = vec![600];
        let sum = |op, inputs: [usize; 2], output: usize| Node {
            op: Op::Binary { op, activation: Activation::None },
            inputs: inputs.map(ValueId).to_vec(),
            outputs: vec![ValueId(output)],
            rounding: Rounding::LitertTwice,
            origin: output,
        };
        let spread = Node { op: Op::Broadcast, inputs: vec![ids[3]], ..sum(Binary::Add, [0, 0], 4) };
        graph.nodes = vec![sum(Binary::Add, [0, 1], 2), sum(Binary::Mul, [2, 1], 3), spread];
        graph.outputs = vec![ids[4]];
        graph
    }

    #[test]
    fn what_follows_from_constants_is_one() {
        let mut folded = graph();
        assert_eq!(super::fold(&mut folded), 2);
        assert_eq!(folded.values[3].data.as_deref(), Some(&[6, 0, 0, 0][..]));
        // 2400 bytes are more than the step that makes them
        assert_eq!(folded.nodes.iter().map(|node| node.origin).collect::<Vec<_>>(), [4]);
    }

    #[test]
    fn what_is_given_or_remembered_is_not() {
        let mut given = graph();
        given.values[0].data = None;
        assert_eq!(super::fold(&mut given), 0);
        let mut state = graph();
        state.values[0].state = true;
        assert_eq!(super::fold(&mut state), 0);
    }
}
