//! A plain interpreter of the graph: every operator as its definition reads, node after node.
//!
//! Plans are compared with it, so it shares nothing with what makes and runs them: no kernel, no multiplier of the
//! packer. Each file has the operators of one kind, and says where LiteRT defines them.

mod fold;
mod number;
mod pair;
mod place;
mod pool;
mod resize;
mod single;
mod softmax;
mod tensor;
mod weighted;

use crate::graph::{Graph, Node, Op, Resize, Type, Value, ValueId};
use crate::shapes::{self, ShapeError};
use tensor::{Tensor, numbers, stored};

/// Why a graph has no outputs.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EvalError {
    /// A node whose operands do not fit together.
    #[error(transparent)]
    Shape(#[from] ShapeError),
    /// An operator that is not interpreted, or not for numbers of these types.
    #[error("op {origin} {op}: is not interpreted {what}")]
    Unknown {
        /// Index of the operator in the source file.
        origin: usize,
        /// Name of the operator.
        op: &'static str,
        /// For what it is not.
        what: String,
    },
    /// A node that has no result for its operands.
    #[error("op {origin} {op}: {what}")]
    Node {
        /// Index of the operator in the source file.
        origin: usize,
        /// Name of the operator.
        op: &'static str,
        /// What is wrong.
        what: String,
    },
    /// A tensor without the elements that it should have.
    #[error("{name}: {what}")]
    Value {
        /// Name of the tensor.
        name: String,
        /// What is wrong.
        what: String,
    },
}

/// The most elements of a tensor.
const MOST: usize = 1 << 28;

/// The bytes of the graph's outputs, as they are stored, for the bytes of its inputs. State is as it is before the first
/// run.
///
/// # Errors
/// The first thing that has no result.
pub fn eval(graph: &Graph, inputs: &[Vec<u8>]) -> Result<Vec<Vec<u8>>, EvalError> {
    shapes::check(graph)?;
    for value in &graph.values {
        if shapes::volume(&value.shape).is_none_or(|n| n > MOST) {
            let what = format!("{:?} is more than is interpreted", value.shape);
            return Err(EvalError::Value { name: value.name.clone(), what });
        }
    }
    let mut values = vec![None; graph.values.len()];
    for (i, id) in graph.inputs.iter().enumerate() {
        let (value, place) = at(graph, &mut values, *id)?;
        *place = Some(read(value, inputs.get(i).map_or(&[], Vec::as_slice))?);
    }
    for node in &graph.nodes {
        let made = made(graph, node, &values)?;
        for (id, elements) in written(node).into_iter().zip(made) {
            *at(graph, &mut values, id)?.1 = Some(elements);
        }
    }
    let output = |id: &ValueId| {
        let (value, place) = at(graph, &mut values, *id)?;
        let elements = place.take().map_or_else(|| initial(value), Ok)?;
        let bytes = stored(value.repr.store(), &elements);
        *place = Some(elements);
        Ok(bytes)
    };
    graph.outputs.iter().map(output).collect()
}

/// The elements of every output of a node.
fn made(graph: &Graph, node: &Node, values: &[Option<Vec<i64>>]) -> Result<Vec<Vec<i64>>, EvalError> {
    let mut read = Vec::new();
    for id in &node.inputs {
        let value = graph.value(*id);
        read.push((value, values[id.0].clone().map_or_else(|| initial(value), Ok)?));
    }
    let inputs = read.iter().map(|(value, elements)| Tensor { value, elements }).collect();
    let outputs: Vec<&Value> = written(node).into_iter().map(|id| graph.value(id)).collect();
    let counts: Vec<usize> = outputs.iter().map(|value| value.elements()).collect();
    let (origin, op) = (node.origin, node.op.name());
    let made = Call { node, inputs, outputs }.made().map_err(|trouble| match trouble {
        Trouble::Unknown(what) => EvalError::Unknown { origin, op, what },
        Trouble::Wrong(what) => EvalError::Node { origin, op, what },
    })?;
    if made.iter().map(Vec::len).ne(counts) {
        let what = "makes another number of elements than its output has".into();
        return Err(EvalError::Node { origin, op, what });
    }
    Ok(made)
}

/// What a node writes.
fn written(node: &Node) -> Vec<ValueId> {
    match node.op {
        Op::Assign => node.inputs.get(1).copied().into_iter().collect(),
        _ => node.outputs.clone(),
    }
}

/// A value, and the place of its elements.
fn at<'v, 'g>(
    graph: &'g Graph,
    values: &'v mut [Option<Vec<i64>>],
    id: ValueId,
) -> Result<(&'g Value, &'v mut Option<Vec<i64>>), EvalError> {
    let missing = || EvalError::Value { name: format!("value {}", id.0), what: "is not in the graph".into() };
    Ok((graph.values.get(id.0).ok_or_else(missing)?, values.get_mut(id.0).ok_or_else(missing)?))
}

/// What a value holds before any node has written it.
fn initial(value: &Value) -> Result<Vec<i64>, EvalError> {
    match &value.data {
        Some(data) => read(value, data),
        None if value.state => {
            // LiteRT fills elements wider than a byte with zeros, whatever stands for 0
            let zero = match value.repr.quant() {
                Some(quant) if quant.store == Type::I8 => {
                    quant.zero.first().map_or(0, |zero| i64::from(*zero))
                }
                _ => 0,
            };
            Ok(vec![zero; value.elements()])
        }
        None => {
            let what = "is read before it is written".into();
            Err(EvalError::Value { name: value.name.clone(), what })
        }
    }
}

/// The elements of a value that is stored as these bytes.
fn read(value: &Value, bytes: &[u8]) -> Result<Vec<i64>, EvalError> {
    let elements = numbers(value.repr.store(), bytes);
    if bytes.len() == value.bytes() {
        return Ok(elements);
    }
    let what = format!("has {} bytes, which is not {} of {:?}", bytes.len(), value.repr.store(), value.shape);
    Err(EvalError::Value { name: value.name.clone(), what })
}

/// An operator at work.
struct Call<'a> {
    node: &'a Node,
    inputs: Vec<Tensor<'a>>,
    outputs: Vec<&'a Value>,
}

/// Why an operator has no result.
enum Trouble {
    /// It is not interpreted.
    Unknown(String),
    /// Its operands do not suit it.
    Wrong(String),
}

impl From<String> for Trouble {
    fn from(what: String) -> Self {
        Trouble::Wrong(what)
    }
}

impl From<&str> for Trouble {
    fn from(what: &str) -> Self {
        Trouble::Wrong(what.into())
    }
}

/// The elements of the one output.
type Made = Result<Vec<i64>, Trouble>;

impl<'a> Call<'a> {
    /// The elements of every output.
    fn made(&self) -> Result<Vec<Vec<i64>>, Trouble> {
        let made = match &self.node.op {
            Op::Conv2d { window, activation } => self.conv(window, *activation),
            Op::DepthwiseConv2d { window, multiplier, activation } => {
                self.depthwise(window, *multiplier, *activation)
            }
            Op::TransposeConv { window, activation } => self.transpose_conv(window, *activation),
            Op::FullyConnected { activation } => self.fully_connected(*activation),
            Op::BatchMatMul { transposed } => self.batch_matmul(*transposed),
            Op::AveragePool2d { size, window, activation } => self.average_pool(*size, window, *activation),
            Op::MaxPool2d { size, window, activation } => self.max_pool(*size, window, *activation),
            Op::Unary(op) => self.unary(*op),
            Op::Binary { op, activation } => self.binary(*op, *activation),
            Op::Select => self.select(),
            Op::Cast => self.cast(),
            Op::Quantize => self.quantize(),
            Op::Dequantize => self.dequantize(),
            Op::Reduce { op, axes, .. } => self.reduce(*op, axes),
            Op::ArgExtreme { axis, greatest } => self.arg(*axis, *greatest),
            Op::Cumsum { axis, exclusive, reverse } => self.cumsum(*axis, *exclusive, *reverse),
            Op::TopK { k } => return self.top_k(*k),
            Op::Softmax { beta } => self.softmax(*beta),
            Op::Reshape | Op::Assign => Ok(self.x()?.elements.to_vec()),
            Op::Transpose { order } => self.transpose(order),
            Op::Slice { begin, stride } => self.slice(begin, stride),
            Op::Broadcast => self.broadcast(),
            Op::Tile { .. } => self.tile(),
            Op::View(view) => self.view(view),
            Op::Pad { margins } => self.pad(margins),
            Op::MirrorPad { margins, border } => self.mirror_pad(margins, *border),
            Op::Concatenation { axis } => self.concatenation(*axis),
            Op::Gather { axis, batch } => self.gather(*axis, *batch),
            Op::GatherNd => self.gather_nd(),
            Op::OneHot { axis } => self.one_hot(*axis),
            Op::UpdateSlice => self.update_slice(),
            Op::Resize { method, align_corners, half_pixel } => match method {
                Resize::Nearest => self.nearest(*align_corners, *half_pixel),
                Resize::Bilinear => self.bilinear(*align_corners, *half_pixel),
            },
            Op::LogSoftmax | Op::L2Normalize | Op::Lstm(_) | Op::Svdf { .. } | Op::Custom { .. } => {
                Err(Trouble::Unknown("at all".into()))
            }
        };
        made.map(|elements| vec![elements])
    }

    /// The first input.
    fn x(&self) -> Result<Tensor<'a>, Trouble> {
        self.input(0)
    }

    /// Input `i`.
    fn input(&self, i: usize) -> Result<Tensor<'a>, Trouble> {
        self.inputs.get(i).copied().ok_or_else(|| "has too few inputs".into())
    }

    /// The first output.
    fn y(&self) -> Result<&'a Value, Trouble> {
        self.outputs.first().copied().ok_or_else(|| "has no output".into())
    }

    /// What to say of numbers that the operator is not interpreted for.
    fn unknown(&self) -> Trouble {
        let stores = |values: &[&Value]| {
            let stores: Vec<&str> = values.iter().map(|value| value.repr.store().name()).collect();
            stores.join(", ")
        };
        let inputs: Vec<&Value> = self.inputs.iter().map(|x| x.value).collect();
        Trouble::Unknown(format!("from {} to {}", stores(&inputs), stores(&self.outputs)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::{Grain, Quant, Repr, Rounding, Unary};

    /// One operator on four int8, and its output.
    fn graph(op: Op) -> Graph {
        let mut graph = Graph::default();
        let quant = Quant { store: Type::I8, scale: vec![0.5], zero: vec![-1], grain: Grain::Tensor };
        for name in ["x", "y"] {
            let repr = Repr::Quant(quant.clone());
            graph.add(Value {
                name: name.into(),
                shape: vec![4],
                repr,
                data: None,
                state: false,
                origin: None,
            });
        }
        let (x, y) = (ValueId(0), ValueId(1));
        let (inputs, outputs, rounding) = (vec![x], vec![y], Rounding::LitertTwice);
        graph.nodes.push(Node { op, inputs, outputs, rounding, origin: 7 });
        (graph.inputs, graph.outputs) = (vec![x], vec![y]);
        graph
    }

    fn said(graph: &Graph, input: &[u8]) -> String {
        eval(graph, &[input.to_vec()]).unwrap_err().to_string()
    }

    #[test]
    fn nodes_are_walked_and_state_begins_with_what_stands_for_0() {
        let abs = graph(Op::Unary(Unary::Abs));
        assert_eq!(eval(&abs, &[vec![0xff, 0, 0xf9, 0x80]]), Ok(vec![vec![0xff, 0, 5, 126]]));
        let mut state = abs.clone();
        (state.inputs, state.values[0].state) = (Vec::new(), true);
        assert_eq!(eval(&state, &[]), Ok(vec![vec![0xff; 4]]));
    }

    #[test]
    fn what_has_no_result_is_an_error() {
        let (abs, input) = (graph(Op::Unary(Unary::Abs)), [0; 4]);
        assert_eq!(said(&graph(Op::LogSoftmax), &input), "op 7 LOG_SOFTMAX: is not interpreted at all");
        let sin = graph(Op::Unary(Unary::Sin));
        assert_eq!(said(&sin, &input), "op 7 SIN: is not interpreted from int8 to int8");
        assert_eq!(said(&abs, &[0; 5]), "x: has 5 bytes, which is not int8 of [4]");
        assert_eq!(said(&Graph { inputs: vec![], ..abs.clone() }, &[]), "x: is read before it is written");
        let absent = Graph { outputs: vec![ValueId(9)], ..abs.clone() };
        assert_eq!(said(&absent, &input), "value 9: is not in the graph");
        let mut large = abs.clone();
        large.values[0].shape = vec![usize::MAX, 2];
        large.values[1].shape = vec![usize::MAX, 2];
        assert!(said(&large, &input).contains("more than is interpreted"));
        let mut channels = abs;
        channels.values[0].repr =
            Repr::Quant(Quant { store: Type::I8, scale: vec![], zero: vec![], grain: Grain::Channel(0) });
        assert!(said(&channels, &input).contains("one scale per channel"));
    }
}
