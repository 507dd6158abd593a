//! From the graph to steps for a target: the only place where kernels are chosen.
//!
//! One arm an operator. An arm states the step's operands, its record (the core's own type) and what may happen in
//! place; it refuses what no kernel does, with a reason, and lowering goes on to find every refusal.

mod bytes;
mod choice;
mod conv;
mod costs;
mod curve;
mod custom;
mod dense;
mod elementwise;
mod few;
mod fitted;
mod floats;
mod fours;
mod gather;
mod halves;
mod lanes;
mod layer_norm;
mod lstm;
mod lstm_float;
mod matmul;
mod meet;
mod movement;
mod order;
mod packed;
mod places;
mod pool;
mod reduce;
mod resize;
mod seen;
mod shape;
mod softmax;
mod stream;
mod svdf;
mod table;
mod twos;
mod unary;
mod weighted;
mod windows;
mod winograd;

pub use self::choice::{Layer, Offer};
pub use self::costs::Work;
pub(crate) use self::costs::{estimated, rough};
use crate::cost;
use crate::custom::Custom;
use crate::graph::{Graph, Node, Op, Repr, Resize, Type, Value, ValueId};
use crate::import::Refusal;
use crate::optimize::Optimize;
use crate::target::Target;
use midge_core::ops;
use midge_core::plan::Kind;
use midge_runtime::host::{OperandName, StepName};
use std::collections::BTreeMap;

/// A network as steps over tensors and constants, before anything has an address.
#[derive(Clone, Debug, Default)]
pub struct Program {
    /// What runs, in an order that can be executed.
    pub steps: Vec<Step>,
    /// Work memory.
    pub tensors: Vec<Tensor>,
    /// What the plan carries.
    pub constants: Vec<Constant>,
    /// The caller's inputs.
    pub inputs: Vec<Port>,
    /// The caller's outputs.
    pub outputs: Vec<Port>,
    /// The layers whose kernels were chosen, and what there was to choose from.
    pub layers: Vec<Layer>,
}

/// A kernel at work.
#[derive(Clone, Debug)]
pub struct Step {
    /// Operator and variant.
    pub code: u16,
    /// Rows of output.
    pub rows: u16,
    /// Operands, in the kernel's order.
    pub operands: Vec<Slot>,
    /// How many of them, the first, are written.
    pub writes: usize,
    /// The kernel's own fields.
    pub record: Vec<u8>,
    /// Operands (by position) that may share the bytes of the first.
    pub in_place: Vec<usize>,
    /// For people.
    pub name: StepName,
}

/// An operand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Slot {
    /// Index in [`Program::tensors`].
    Work(usize),
    /// Index in [`Program::constants`].
    Constant(usize),
}

/// A piece of work memory.
#[derive(Clone, Debug)]
pub struct Tensor {
    /// Element type.
    pub kind: Kind,
    /// Length in bytes.
    pub bytes: u32,
    /// Whether it lives within one step only.
    pub scratch: bool,
    /// What it holds at first, if it persists from run to run; zeros follow.
    pub state: Option<Vec<u8>>,
    /// For people.
    pub name: OperandName,
}

/// A piece of the plan's constants.
#[derive(Clone, Debug)]
pub struct Constant {
    /// Element type.
    pub kind: Kind,
    /// Little-endian elements.
    pub bytes: Vec<u8>,
    /// For people.
    pub name: OperandName,
}

/// A tensor that the caller sees.
#[derive(Clone, Debug)]
pub struct Port {
    /// Index in [`Program::tensors`].
    pub tensor: usize,
    /// The caller's name for it.
    pub name: String,
    /// Its shape.
    pub shape: Vec<usize>,
    /// Scale and zero point, if quantized.
    pub quant: Option<(f32, i32)>,
}

/// Chooses kernels for a graph whose shapes have been checked.
///
/// # Errors
/// Everything that no kernel does.
pub fn lower(
    graph: &Graph,
    target: Target,
    optimize: Optimize,
    custom: &Custom<'_>,
) -> Result<Program, Vec<Refusal>> {
    let program = once(graph, target, custom, BTreeMap::new())?;
    let mut layers = program.layers.clone();
    choice::pick(&mut layers, optimize.room(graph), optimize.thousandths());
    let is_picked = |(now, layer): (&Layer, &Layer)| now.code == layer.code;
    if program.layers.iter().zip(&layers).all(is_picked) {
        return Ok(program);
    }
    lower_with(graph, target, custom, &layers)
}

/// Lowers again, each of `layers` with the kernel that it names.
///
/// # Errors
/// As [`lower`].
pub fn lower_with(
    graph: &Graph,
    target: Target,
    custom: &Custom<'_>,
    layers: &[Layer],
) -> Result<Program, Vec<Refusal>> {
    once(graph, target, custom, layers.iter().map(|layer| (layer.node, layer.clone())).collect())
}

/// Lowers with the kernels that were picked; where none was, with the first that is offered.
fn once(
    graph: &Graph,
    target: Target,
    custom: &Custom<'_>,
    picks: BTreeMap<usize, Layer>,
) -> Result<Program, Vec<Refusal>> {
    let mut lowering = Lowering {
        graph,
        target,
        custom,
        picks,
        node: 0,
        program: Program::default(),
        tensors: vec![None; graph.values.len()],
    };
    let mut refusals = Vec::new();
    for id in &graph.inputs {
        if let Err(reason) = lowering.activation(*id) {
            refusals.push(Refusal { index: None, name: graph.value(*id).name.clone(), reason });
        }
    }
    for (i, node) in graph.nodes.iter().enumerate() {
        lowering.node = i;
        if let Err(reason) = lowering.node(node) {
            refusals.push(Refusal { index: Some(node.origin), name: node.op.name().into(), reason });
        }
    }
    for (ids, output) in [(&graph.inputs, false), (&graph.outputs, true)] {
        for id in ids {
            match lowering.port(*id) {
                Ok(port) if output => lowering.program.outputs.push(port),
                Ok(port) => lowering.program.inputs.push(port),
                // a node that was refused has no output; that is said already
                Err(_) if !refusals.is_empty() => {}
                Err(reason) => {
                    refusals.push(Refusal { index: None, name: graph.value(*id).name.clone(), reason })
                }
            }
        }
    }
    if refusals.is_empty() { Ok(lowering.program) } else { Err(refusals) }
}

struct Lowering<'g> {
    graph: &'g Graph,
    target: Target,
    custom: &'g Custom<'g>,
    /// The kernels of nodes that were picked, with what there was to choose from.
    picks: BTreeMap<usize, Layer>,
    /// The node at hand.
    node: usize,
    program: Program,
    /// The tensor of each value that has one. A reshaped value has its source's.
    tensors: Vec<Option<usize>>,
}

impl<'g> Lowering<'g> {
    fn node(&mut self, node: &Node) -> Result<(), String> {
        match &node.op {
            Op::Conv2d { window, activation } => self.conv(node, window, *activation),
            Op::DepthwiseConv2d { window, multiplier, activation } => {
                self.depthwise(node, window, *multiplier, *activation)
            }
            Op::TransposeConv { window, activation } => self.transpose_conv(node, window, *activation),
            Op::FullyConnected { activation } => self.fully_connected(node, *activation),
            Op::BatchMatMul { transposed } => self.batch_matmul(node, *transposed),
            Op::AveragePool2d { size, window, activation } => {
                self.average_pool(node, *size, window, *activation)
            }
            Op::MaxPool2d { size, window, activation } => self.max_pool(node, *size, window, *activation),
            Op::Unary(op) => self.unary(node, *op),
            Op::Binary { op, activation } => self.binary(node, *op, *activation),
            Op::Reduce { op, axes, .. } => self.reduce(node, *op, axes),
            Op::ArgExtreme { axis, greatest } => self.arg(node, *axis, *greatest),
            Op::Cumsum { axis, exclusive, reverse } => self.cumsum(node, *axis, *exclusive, *reverse),
            Op::TopK { k } => self.top_k(node, *k),
            Op::LogSoftmax => self.log_softmax(node),
            Op::L2Normalize => self.l2_normalize(node),
            Op::LayerNorm { epsilon, centred } => self.layer_norm(node, *epsilon, *centred),
            Op::Resize { method: Resize::Bilinear, align_corners, half_pixel } => {
                self.resize(node, *align_corners, *half_pixel)
            }
            Op::Softmax { beta } => self.softmax(node, *beta),
            Op::Reshape => self.reshape(node),
            Op::Transpose { .. } | Op::Slice { .. } | Op::Broadcast | Op::Tile { .. } => self.moved(node),
            Op::View(view) => self.view(node, view),
            Op::Pad { margins } => self.pad(node, margins),
            Op::MirrorPad { margins, border } => self.mirror_pad(node, margins, *border),
            Op::Resize { method: Resize::Nearest, align_corners, half_pixel } => {
                self.resize_nearest(node, *align_corners, *half_pixel)
            }
            Op::Gather { axis, batch } => self.gather(node, *axis, *batch),
            Op::GatherNd => self.gather_nd(node),
            Op::OneHot { axis } => self.one_hot(node, *axis),
            Op::UpdateSlice => self.update_slice(node),
            Op::Concatenation { axis } => self.concatenation(node, *axis),
            Op::Lstm(attributes) => self.lstm(node, attributes),
            Op::Assign => self.assign(node),
            Op::Svdf { rank, activation } => self.svdf(node, *rank, *activation),
            Op::Select => self.select(node),
            Op::Cast => self.cast(node),
            Op::Quantize => self.quantize(node),
            Op::Dequantize => self.dequantize(node),
            Op::Custom { name, options } => self.custom(node, name, options),
        }
    }

    /// The node's `i`-th input.
    fn input(&self, node: &Node, i: usize) -> Result<(ValueId, &'g Value), String> {
        let id = *node.inputs.get(i).ok_or("has too few inputs")?;
        Ok((id, self.graph.value(id)))
    }

    /// The node's output.
    fn output(&self, node: &Node) -> Result<(ValueId, &'g Value), String> {
        let id = *node.outputs.first().ok_or("has no output")?;
        Ok((id, self.graph.value(id)))
    }

    /// The constant behind the node's `i`-th input.
    fn constant_input(&self, node: &Node, i: usize) -> Result<(&'g Value, &'g [u8]), String> {
        let (_, value) = self.input(node, i)?;
        let data = value.data.as_deref().ok_or_else(|| format!("{} is not a constant", value.name))?;
        Ok((value, data))
    }

    /// The work memory of an activation.
    fn activation(&mut self, id: ValueId) -> Result<Slot, String> {
        if let Some(tensor) = self.tensors[id.0] {
            return Ok(Slot::Work(tensor));
        }
        let value = self.graph.value(id);
        let kind = kind(value.repr.store());
        let bytes =
            u32::try_from(value.bytes()).map_err(|_| format!("{} is larger than 4 GiB", value.name))?;
        let state = value.state.then(|| value.beginning());
        self.program.tensors.push(Tensor { kind, bytes, scratch: false, state, name: name(value) });
        let tensor = self.program.tensors.len() - 1;
        self.tensors[id.0] = Some(tensor);
        if let Some(data) = value.data.clone().filter(|_| !value.state) {
            self.load(value, tensor, data);
        }
        Ok(Slot::Work(tensor))
    }

    /// A step that brings a constant to work memory.
    fn load(&mut self, value: &Value, tensor: usize, data: Vec<u8>) {
        let constant = self.constant(kind(value.repr.store()), data, name(value));
        self.program.steps.push(Step {
            code: ops::LOAD,
            rows: 1,
            operands: vec![Slot::Work(tensor), constant],
            writes: 1,
            record: Vec::new(),
            in_place: Vec::new(),
            name: StepName { op: "LOAD".into(), source: 0, macs: 0, parameters: 0 },
        });
    }

    /// Memory for one step.
    fn scratch(&mut self, kind: Kind, elements: usize, name: &str) -> Result<Slot, String> {
        let bytes = elements.checked_mul(kind.bytes() as usize).and_then(|n| u32::try_from(n).ok());
        let bytes = bytes.ok_or("needs more than 4 GiB of scratch memory")?;
        let name = OperandName { name: name.into(), shape: vec![elements], ..OperandName::default() };
        self.program.tensors.push(Tensor { kind, bytes, scratch: true, state: None, name });
        Ok(Slot::Work(self.program.tensors.len() - 1))
    }

    /// A constant of the plan; equal ones are kept once.
    fn constant(&mut self, kind: Kind, bytes: Vec<u8>, name: OperandName) -> Slot {
        let same = |c: &Constant| c.kind == kind && c.bytes == bytes;
        Slot::Constant(self.program.constants.iter().position(same).unwrap_or_else(|| {
            self.program.constants.push(Constant { kind, bytes, name });
            self.program.constants.len() - 1
        }))
    }

    /// Appends a step that writes its first `writes` operands.
    fn step(
        &mut self,
        node: &Node,
        code: u16,
        rows: usize,
        writes: usize,
        operands: Vec<Slot>,
        record: &[u8],
    ) -> Result<(), String> {
        let rows = u16::try_from(rows).map_err(|_| format!("has {rows} rows of output, more than 65535"))?;
        self.program.steps.push(Step {
            code,
            rows,
            operands,
            writes,
            record: record.into(),
            in_place: Vec::new(),
            name: StepName {
                op: node.op.name().into(),
                source: node.origin,
                macs: cost::macs(self.graph, node),
                parameters: cost::parameters(self.graph, node),
            },
        });
        Ok(())
    }

    /// Lets operands of the last step share its output's bytes.
    fn in_place(&mut self, operands: &[usize]) {
        if let Some(step) = self.program.steps.last_mut() {
            step.in_place = operands.into();
        }
    }

    fn port(&mut self, id: ValueId) -> Result<Port, String> {
        let Slot::Work(tensor) = self.activation(id)? else { return Err("is a constant".into()) };
        let value = self.graph.value(id);
        let quant = match &value.repr {
            Repr::Plain(_) => None,
            Repr::Quant(q) if q.scale.len() == 1 && q.zero.len() == 1 => Some((q.scale[0], q.zero[0])),
            Repr::Quant(_) => return Err("has one scale per channel; an input or output has one".into()),
        };
        if let store @ (Type::F16 | Type::I4) = value.repr.store() {
            return Err(format!("is {store}, which only constants can be"));
        }
        if value.shape.len() > midge_core::plan::MAX_RANK {
            return Err(format!(
                "has {} dimensions, more than {}",
                value.shape.len(),
                midge_core::plan::MAX_RANK
            ));
        }
        Ok(Port { tensor, name: value.name.clone(), shape: value.shape.clone(), quant })
    }
}

/// The device's name for an element type.
fn kind(store: Type) -> Kind {
    match store {
        Type::I8 => Kind::I8,
        Type::U8 => Kind::U8,
        Type::I16 => Kind::I16,
        Type::I32 => Kind::I32,
        Type::I64 => Kind::I64,
        Type::F32 => Kind::F32,
        Type::F16 => Kind::F16,
        Type::Bool => Kind::Bool,
        Type::I4 => Kind::I4,
    }
}

/// What to call a value's operand.
fn name(value: &Value) -> OperandName {
    let mut name = OperandName {
        name: value.name.clone(),
        shape: value.shape.clone(),
        source: value.origin,
        ..OperandName::default()
    };
    if let Some(quant) = value.repr.quant() {
        match (&quant.scale[..], &quant.zero[..]) {
            ([scale], [zero]) => (name.scale, name.zero) = (Some(*scale), Some(*zero)),
            (scales, _) => name.channels = Some(scales.len()),
        }
    }
    name
}

/// What to call an operand that is no value of the graph.
fn label(name: &str) -> OperandName {
    OperandName { name: name.into(), ..OperandName::default() }
}

/// A number of elements as the format has it.
fn extent<T: TryFrom<usize>>(n: usize, what: &str) -> Result<T, String> {
    T::try_from(n).map_err(|_| format!("{what} is {n}, more than the format holds"))
}

#[cfg(test)]
mod tests {
    use crate::graph::{
        Activation, Grain, Graph, Margins, Node, Op, Quant, Repr, Rounding, Type, Value, Window,
    };
    use crate::{Options, compile};

    /// A network of one operator on int8; all inputs but the first are constants.
    fn compiled(op: Op, inputs: &[&[usize]], output: &[usize]) -> Result<Vec<u8>, String> {
        let mut graph = Graph::default();
        let quant = Quant { store: Type::I8, scale: vec![0.5], zero: vec![0], grain: Grain::Tensor };
        let mut value = |shape: &[usize], constant: bool| {
            let data = constant.then(|| vec![1; shape.iter().product()]);
            let repr = Repr::Quant(quant.clone());
            graph.add(Value { name: "a".into(), shape: shape.into(), repr, data, state: false, origin: None })
        };
        let read: Vec<_> = inputs.iter().enumerate().map(|(i, shape)| value(shape, i > 0)).collect();
        let made = vec![value(output, false)];
        (graph.inputs, graph.outputs) = (vec![read[0]], made.clone());
        graph.nodes.push(Node {
            op,
            inputs: read,
            outputs: made,
            rounding: Rounding::LitertTwice,
            origin: 0,
        });
        let made = compile(graph, &Options::default(), &crate::custom::Custom::default());
        made.map(|compiled| compiled.file).map_err(|error| error.to_string())
    }

    #[test]
    fn one_number_is_padded() {
        assert!(compiled(Op::Pad { margins: vec![] }, &[&[]], &[]).is_ok());
    }

    #[test]
    fn a_transposed_convolution_does_not_dilate() {
        let make = |dilation| {
            let window = Window { stride: [2, 2], dilation, margins: Margins::default() };
            let op = Op::TransposeConv { window, activation: Activation::None };
            let reach = [0, 1].map(|axis| 2 + 2 * dilation[axis] + 1);
            compiled(op, &[&[1, 2, 2, 1], &[1, 3, 3, 1]], &[1, reach[0], reach[1], 1])
        };
        assert!(make([1, 1]).is_ok());
        assert!(make([1, 2]).unwrap_err().contains("spreads the taps of its filter"));
    }
}
