//! A plain interpreter of the graph: every operator as its definition reads, node after node.
//!
//! Plans are compared with it, so it shares nothing with what makes and runs them: no kernel, no multiplier of the
//! packer. Each file has the operators of one kind, and says where LiteRT defines them. What follows from constants is
//! computed with it before a plan is made.

mod curve;
mod fold;
mod norm;
mod number;
mod pair;
mod place;
mod pool;
mod resize;
mod root;
mod single;
mod softmax;
mod svdf;
mod tensor;
mod weighted;

use crate::graph::{Graph, Node, Op, Resize, Value, ValueId};
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

/// The bytes of the graph's outputs, as they are stored, for the bytes of its inputs, in a first run.
///
/// # Errors
/// The first thing that has no result.
pub fn eval(graph: &Graph, inputs: &[Vec<u8>]) -> Result<Vec<Vec<u8>>, EvalError> {
    Interpreter::new(graph)?.run(inputs)
}

/// The bytes of a node's outputs, if all that it reads is constant, and the elements that it makes times those that it
/// reads are no more than `most`: hardly an operator takes longer.
pub fn constant(graph: &Graph, node: &Node, most: usize) -> Option<Vec<Vec<u8>>> {
    shapes::fits(graph, node).ok()?;
    let values = |ids: &[ValueId]| -> Vec<&Value> { ids.iter().map(|id| graph.value(*id)).collect() };
    let (inputs, outputs) = (values(&node.inputs), values(&written(node)));
    if inputs.iter().chain(&outputs).any(|value| value.state) {
        return None;
    }
    let count = |values: &[&Value]| {
        values.iter().try_fold(0usize, |sum, value| sum.checked_add(shapes::volume(&value.shape)?))
    };
    count(&outputs)?.checked_mul(count(&inputs)?).filter(|work| *work <= most)?;
    let elements = |value: &&Value| read(value, value.data.as_deref()?).ok();
    let elements = inputs.iter().map(elements).collect::<Option<Vec<_>>>()?;
    let inputs = inputs.iter().zip(&elements).map(|(value, elements)| Tensor { value, elements }).collect();
    let made = Call { node, inputs, outputs: outputs.clone() }.all().ok()?;
    Some(outputs.iter().zip(made).map(|(value, made)| stored(value.repr.store(), &made)).collect())
}

/// The elements of a node's outputs, for the elements of its inputs; both as the numbers that are stored, floats as their bits.
///
/// # Errors
/// Operands that do not fit together, and what has no result.
pub fn node(graph: &Graph, node: &Node, inputs: &[&[i64]]) -> Result<Vec<Vec<i64>>, EvalError> {
    let (origin, op) = (node.origin, node.op.name());
    let unfit = |what: String| EvalError::Node { origin, op, what };
    shapes::fits(graph, node).map_err(unfit)?;
    if inputs.len() != node.inputs.len() {
        return Err(unfit("has another number of inputs".into()));
    }
    let mut tensors = Vec::with_capacity(inputs.len());
    for (id, elements) in node.inputs.iter().zip(inputs) {
        let value = graph.value(*id);
        if value.elements() != elements.len() {
            return Err(unfit(format!("{} has {} elements", value.name, elements.len())));
        }
        tensors.push(Tensor { value, elements });
    }
    let outputs = written(node).iter().map(|id| graph.value(*id)).collect();
    Call { node, inputs: tensors, outputs }.result()
}

/// A graph, and what its state holds between runs.
#[derive(Clone, Debug)]
pub struct Interpreter<'g> {
    graph: &'g Graph,
    /// The elements of every constant and state, and of what has been written in this run.
    values: Vec<Option<Vec<i64>>>,
}

impl<'g> Interpreter<'g> {
    /// Before the first run.
    ///
    /// # Errors
    /// A node whose operands do not fit together, a value that is too large, or a constant that has not as many bytes as
    /// its shape says.
    pub fn new(graph: &'g Graph) -> Result<Self, EvalError> {
        shapes::check(graph)?;
        for value in &graph.values {
            if shapes::volume(&value.shape).is_none_or(|n| n > MOST) {
                let what = format!("{:?} is more than is interpreted", value.shape);
                return Err(EvalError::Value { name: value.name.clone(), what });
            }
        }
        Ok(Interpreter { graph, values: graph.values.iter().map(initial).collect::<Result<_, _>>()? })
    }

    /// The bytes of the graph's outputs for the bytes of its inputs.
    ///
    /// # Errors
    /// The first thing that has no result.
    pub fn run(&mut self, inputs: &[Vec<u8>]) -> Result<Vec<Vec<u8>>, EvalError> {
        for (place, value) in self.values.iter_mut().zip(&self.graph.values) {
            *place = place.take().filter(|_| value.state || value.data.is_some());
        }
        for (i, id) in self.graph.inputs.iter().enumerate() {
            let bytes = inputs.get(i).map_or(&[][..], Vec::as_slice);
            *self.place(*id)? = Some(read(self.value(*id)?, bytes)?);
        }
        for node in &self.graph.nodes {
            let made = self.made(node)?;
            for (id, elements) in written(node).into_iter().zip(made) {
                *self.place(id)? = Some(elements);
            }
        }
        let bytes = |id: &ValueId| Ok(stored(self.value(*id)?.repr.store(), self.elements(*id)?));
        self.graph.outputs.iter().map(bytes).collect()
    }

    /// The elements of everything that a node writes.
    fn made(&self, node: &Node) -> Result<Vec<Vec<i64>>, EvalError> {
        let read = |id: &ValueId| Ok(Tensor { value: self.value(*id)?, elements: self.elements(*id)? });
        let inputs = node.inputs.iter().map(read).collect::<Result<_, EvalError>>()?;
        let outputs =
            written(node).into_iter().map(|id| self.value(id)).collect::<Result<Vec<_>, EvalError>>()?;
        Call { node, inputs, outputs }.result()
    }

    fn value(&self, id: ValueId) -> Result<&'g Value, EvalError> {
        self.graph.values.get(id.0).ok_or_else(|| missing(id))
    }

    fn place(&mut self, id: ValueId) -> Result<&mut Option<Vec<i64>>, EvalError> {
        self.values.get_mut(id.0).ok_or_else(|| missing(id))
    }

    /// What a value holds now.
    fn elements(&self, id: ValueId) -> Result<&[i64], EvalError> {
        let unwritten = || {
            let what = "is read before it is written".into();
            self.value(id).map_or_else(|e| e, |value| EvalError::Value { name: value.name.clone(), what })
        };
        self.values.get(id.0).and_then(Option::as_deref).ok_or_else(unwritten)
    }
}

fn missing(id: ValueId) -> EvalError {
    EvalError::Value { name: format!("value {}", id.0), what: "is not in the graph".into() }
}

/// What a node writes.
fn written(node: &Node) -> Vec<ValueId> {
    match node.op {
        Op::Assign => node.inputs.get(1).copied().into_iter().collect(),
        Op::Svdf { .. } => node.outputs.iter().chain(node.inputs.last()).copied().collect(),
        _ => node.outputs.clone(),
    }
}

/// What a value holds before the first run, if it is a constant or state.
fn initial(value: &Value) -> Result<Option<Vec<i64>>, EvalError> {
    match &value.data {
        Some(data) => read(value, data).map(Some),
        None if value.state => read(value, &value.beginning()).map(Some),
        None => Ok(None),
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
    /// [`Call::all`], with an error for people.
    fn result(&self) -> Result<Vec<Vec<i64>>, EvalError> {
        let (origin, op) = (self.node.origin, self.node.op.name());
        self.all().map_err(|trouble| match trouble {
            Trouble::Unknown(what) => EvalError::Unknown { origin, op, what },
            Trouble::Wrong(what) => EvalError::Node { origin, op, what },
        })
    }

    /// As many elements of every output as its shape says.
    fn all(&self) -> Result<Vec<Vec<i64>>, Trouble> {
        let (made, sizes) = (self.made()?, self.outputs.iter().map(|value| value.elements()));
        if made.iter().map(Vec::len).eq(sizes) {
            return Ok(made);
        }
        Err("makes another number of elements than its output has".into())
    }

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
            Op::LogSoftmax => self.log_softmax(),
            Op::L2Normalize => self.l2_normalize(),
            Op::LayerNorm { epsilon, centred } => self.layer_norm(*epsilon, *centred),
            Op::Svdf { rank, .. } => return self.svdf(*rank),
            Op::Lstm(_) | Op::Custom { .. } => Err(Trouble::Unknown("at all".into())),
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
    use crate::graph::{Grain, Quant, Repr, Rounding, Type, Unary};

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
        let custom = Op::Custom { name: "mine".into(), options: vec![] };
        assert_eq!(said(&graph(custom), &input), "op 7 CUSTOM: is not interpreted at all");
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
