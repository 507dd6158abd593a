//! Chains of operators that move elements: each value comes from the chain's beginning in one step, or none.

use crate::graph::{Graph, Op, ValueId};
use crate::view::View;

/// The most bytes of a constant that are kept for it to be smaller once moved: a repeated one grows.
const GROWTH: usize = 1024;

/// Makes every mover read where its chain begins. One that moves nothing becomes a RESHAPE, which costs nothing; one of
/// constants becomes a constant.
pub(super) fn compose(graph: &mut Graph) -> usize {
    let mut origins: Vec<Option<(ValueId, View)>> = vec![None; graph.values.len()];
    let (mut changed, mut folded) = (0, Vec::new());
    for i in 0..graph.nodes.len() {
        let node = &graph.nodes[i];
        let (&[x], &[y]) = (&node.inputs[..], &node.outputs[..]) else { continue };
        let shapes = (&graph.value(x).shape[..], &graph.value(y).shape[..]);
        let from = |root: ValueId, view: &View| Some((root, view.then(&node.op, shapes.0, shapes.1)?));
        let chained = origins[x.0].as_ref().and_then(|(root, view)| from(*root, view));
        let Some((root, view)) = chained.or_else(|| from(x, &View::whole(shapes.0))) else { continue };
        // what a state holds may have changed by the time that a later node reads it
        let stays = !graph.value(root).state;
        if node.op != Op::Reshape {
            if stays && view.is_whole(graph.value(root).elements()) {
                graph.nodes[i].op = Op::Reshape;
            } else if let Some(data) = moved(graph, root, &view) {
                graph.values[y.0].data = Some(data);
                folded.push(y);
            } else {
                graph.nodes[i].op = Op::View(view.clone());
            }
            graph.nodes[i].inputs = vec![root];
            changed += 1;
        } else if let Some(data) = moved(graph, root, &view) {
            graph.values[y.0].data = Some(data);
            folded.push(y);
            changed += 1;
        }
        if stays {
            origins[y.0] = Some((root, view));
        }
    }
    graph.nodes.retain(|node| !node.outputs.iter().any(|id| folded.contains(id)));
    changed
}

/// The bytes of a view of a constant.
fn moved(graph: &Graph, root: ValueId, view: &View) -> Option<Vec<u8>> {
    let root = graph.value(root);
    let data = root.data.as_ref().filter(|_| !root.state)?;
    let size = root.repr.store().bytes();
    let made = view.axes.iter().try_fold(size, |n, axis| n.checked_mul(axis.extent))?;
    if made > data.len().max(GROWTH) { None } else { view.read(data, size) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::{Node, Repr, Rounding, Type, Value};

    /// A chain of operators over an input, or over a constant, and the shapes that they make.
    fn chain(shape: &[usize], data: Option<Vec<u8>>, ops: &[(Op, &[usize])]) -> Graph {
        let mut graph = Graph::default();
        let value = |shape: &[usize], data| Value {
            name: String::new(),
            shape: shape.to_vec(),
            repr: Repr::Plain(Type::I8),
            data,
            state: false,
            origin: None,
        };
        let mut x = graph.add(value(shape, data));
        graph.inputs = vec![x];
        for (op, shape) in ops {
            let y = graph.add(value(shape, None));
            let (inputs, outputs, rounding) = (vec![x], vec![y], Rounding::LitertTwice);
            graph.nodes.push(Node { op: op.clone(), inputs, outputs, rounding, origin: 0 });
            x = y;
        }
        graph.outputs = vec![x];
        graph
    }

    fn names(graph: &mut Graph) -> Vec<&'static str> {
        crate::passes::run(graph);
        graph.nodes.iter().map(|n| n.op.name()).collect()
    }

    fn transpose(order: &[usize]) -> Op {
        Op::Transpose { order: order.to_vec() }
    }

    #[test]
    fn a_chain_is_one_step() {
        let ops = [
            (Op::Reshape, &[2, 6, 1][..]),
            (transpose(&[1, 0, 2]), &[6, 2, 1]),
            (Op::Reshape, &[3, 2, 2]),
            (transpose(&[1, 0, 2]), &[2, 3, 2]),
            (Op::Slice { begin: vec![0, 2, 1], stride: vec![1, -1, 1] }, &[2, 3, 1]),
        ];
        assert_eq!(names(&mut chain(&[3, 4], None, &ops)), ["COPY"]);
        let back = [(transpose(&[1, 0]), &[4, 3][..]), (transpose(&[1, 0]), &[3, 4])];
        assert_eq!(names(&mut chain(&[3, 4], None, &back)), ["RESHAPE"]);
        let ones = [(transpose(&[0, 2, 1, 3]), &[1, 4, 1, 3][..])];
        assert_eq!(names(&mut chain(&[1, 1, 4, 3], None, &ones)), ["RESHAPE"]);
    }

    #[test]
    fn what_no_view_can_say_is_a_step_of_its_own() {
        let ops = [
            (transpose(&[1, 0]), &[4, 3][..]),
            (Op::Reshape, &[12]),
            (Op::Slice { begin: vec![1], stride: vec![2] }, &[5]),
        ];
        assert_eq!(names(&mut chain(&[3, 4], None, &ops)), ["COPY", "RESHAPE", "COPY"]);
    }

    #[test]
    fn constants_move_on_the_desktop() {
        let mut graph = chain(&[2, 2], Some(vec![1, 2, 3, 4]), &[(transpose(&[1, 0]), &[2, 2])]);
        assert_eq!(names(&mut graph), [""; 0]);
        assert_eq!(graph.value(graph.outputs[0]).data.as_deref(), Some(&[1, 3, 2, 4][..]));
    }
}
