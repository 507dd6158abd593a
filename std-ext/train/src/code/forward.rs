//! Operators of a graph as statements of `forward`.
//!
//! Layers want channels behind the batch, where the graph has them last. So a variable holds a value in either order, and
//! is turned where it has to be.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use midge_compiler::graph::{
    Activation, Binary, Graph, Node, Op, Reduce, Repr, Type, Unary, ValueId, Window,
};

use super::field::{self, Field, Kind, Layer};
use super::moved::{self, Moved};
use super::name::Names;
use super::refused;
use crate::Result;
use crate::network::place;

/// What an operator becomes, or why nothing.
pub(super) type Told<T> = std::result::Result<T, String>;

/// A value of the graph as a variable.
#[derive(Clone, Debug)]
pub(super) struct Held {
    pub(super) name: String,
    /// Whether the variable is a reference.
    pub(super) borrowed: bool,
    /// Whether the axis of channels stands behind the batch, though the graph has it last.
    pub(super) first: bool,
}

/// An expression that is a tensor.
#[derive(Clone, Debug)]
pub(super) struct Expr {
    pub(super) text: String,
    pub(super) borrowed: bool,
}

impl Expr {
    fn owned(text: String) -> Expr {
        Expr { text, borrowed: false }
    }

    /// As an argument that is a reference.
    fn lent(&self) -> String {
        if self.borrowed { self.text.clone() } else { format!("&{}", self.text) }
    }
}

/// What an operator makes.
enum Made {
    /// An expression, and whether channels stand behind the batch in it.
    New(String, bool),
    /// What a variable holds already.
    Same(Held),
}

/// The struct and its `forward`, as far as they are written.
pub(super) struct Writer<'g> {
    graph: &'g Graph,
    pub(super) fields: Vec<Field>,
    pub(super) lines: Vec<String>,
    /// What the code takes from `midge_train::nn`.
    pub(super) uses: BTreeSet<&'static str>,
    /// Whether it takes `Window`, `Init`, and the number of rows.
    pub(super) windows: bool,
    pub(super) draws: bool,
    pub(super) rows: bool,
    held: BTreeMap<ValueId, Held>,
    names: Names,
    variables: Names,
}

impl<'g> Writer<'g> {
    pub(super) fn new(graph: &'g Graph) -> Result<Writer<'g>> {
        let ([input], [_]) = (&graph.inputs[..], &graph.outputs[..]) else {
            let (inputs, outputs) = (graph.inputs.len(), graph.outputs.len());
            return Err(refused(format!(
                "a module has one input and one output, and the model {inputs} and {outputs}"
            )));
        };
        let value = graph.value(*input);
        if value.shape.first() != Some(&1) || value.repr != Repr::Plain(Type::F32) {
            let why = format!("the input {:?} {:?} is no row of a batch of floats", value.name, value.shape);
            return Err(refused(why));
        }
        let held = Held { name: "x".into(), borrowed: true, first: false };
        Ok(Writer {
            graph,
            fields: Vec::new(),
            lines: Vec::new(),
            uses: BTreeSet::from(["Module"]),
            windows: false,
            draws: false,
            rows: false,
            held: BTreeMap::from([(*input, held)]),
            names: Names::default(),
            variables: Names::default(),
        })
    }

    /// Writes every operator; gives the expression of the output.
    pub(super) fn run(&mut self) -> Result<String> {
        let graph = self.graph;
        // `x` is for what the next operator alone reads
        if graph.only_reader(graph.inputs[0]) != Some(0)
            && let Some(held) = self.held.get_mut(&graph.inputs[0])
        {
            held.name = self.variables.only("input");
            self.lines.push(format!("let {} = x;", held.name));
        }
        let mut unknown = Vec::new();
        for (i, node) in graph.nodes.iter().enumerate() {
            let made = self.made(node).unwrap_or_else(|why| {
                unknown.push(format!("\n  {}: {why}", place(graph, node)));
                Made::New(String::new(), false)
            });
            if let [y] = node.outputs[..] {
                let held = self.bind(i, node, y, made);
                self.held.insert(y, held);
            }
        }
        if !unknown.is_empty() {
            return Err(refused(format!("no layers or operations for{}", unknown.concat())));
        }
        if self.fields.is_empty() {
            return Err(refused("the model has no weights: there is nothing to train"));
        }
        let output = self.plain(graph.outputs[0]).map_err(refused)?;
        Ok(if output.borrowed { format!("{}.clone()", output.text) } else { output.text })
    }

    /// A port's shape, for people.
    pub(super) fn port(&self, id: ValueId) -> String {
        let value = self.graph.value(id);
        format!("`{}` {}", value.name, rows(&value.shape))
    }

    /// The variable of what an operator makes.
    fn bind(&mut self, i: usize, node: &Node, y: ValueId, made: Made) -> Held {
        let last = i + 1 == self.graph.nodes.len();
        let passing = last || self.graph.only_reader(y) == Some(i + 1);
        let (text, first) = match made {
            Made::New(text, first) => (text, first),
            Made::Same(held) if passing || held.name != "x" => return held,
            Made::Same(held) => (format!("{}.clone()", held.name), held.first),
        };
        let name = if passing {
            "x".into()
        } else {
            self.variables.numbered(&node.op.name().to_lowercase().replace("_2d", ""))
        };
        self.lines.push(format!("let {name} = {text};"));
        Held { name, borrowed: false, first }
    }

    pub(super) fn shape(&self, id: ValueId) -> &'g [usize] {
        &self.graph.value(id).shape
    }

    pub(super) fn held(&self, id: ValueId) -> Told<Held> {
        self.held
            .get(&id)
            .cloned()
            .ok_or_else(|| "it reads a constant where it should read what is computed".into())
    }

    /// A value as the graph has it.
    pub(super) fn plain(&self, id: ValueId) -> Told<Expr> {
        let held = self.held(id)?;
        Ok(match held.first {
            true => Expr::owned(format!("{}.permute(&[0, 2, 3, 1])?", held.name)),
            false => Expr { text: held.name, borrowed: held.borrowed },
        })
    }

    /// Images with channels behind the batch.
    fn image(&self, id: ValueId) -> Told<Expr> {
        let held = self.held(id)?;
        Ok(match held.first {
            true => Expr { text: held.name, borrowed: held.borrowed },
            false if self.shape(id).len() == 4 => {
                Expr::owned(format!("{}.permute(&[0, 3, 1, 2])?", held.name))
            }
            false => return Err(format!("it reads {:?}, which is no image", self.shape(id))),
        })
    }

    /// A value in the order that it is held in, and whether that has channels first.
    fn any(&self, id: ValueId) -> Told<(Expr, bool)> {
        let held = self.held(id)?;
        Ok((Expr { text: held.name, borrowed: held.borrowed }, held.first))
    }

    /// The field of a layer; the same one where the same weights are read again.
    fn field(&mut self, node: &Node, layer: Layer) -> Told<String> {
        if let Some(known) = self.fields.iter().find(|field| field.made_of.first() == layer.made_of.first()) {
            let same = known.made_of == layer.made_of && known.new == layer.new;
            return if same {
                Ok(known.name.clone())
            } else {
                Err(format!("its weights are those of {}", known.name))
            };
        }
        let kind = match (layer.kind, &node.op) {
            (Kind::Conv, Op::DepthwiseConv2d { .. }) => "depthwise",
            (Kind::Conv, _) => "conv",
            (Kind::Linear, _) => "linear",
            (Kind::Tensor, _) => "weights",
        };
        let wish = layer.wish(self.graph, node);
        let name = match wish {
            Some(wish) => self.names.only(&wish),
            None => self.names.numbered(kind),
        };
        if layer.kind != Kind::Tensor {
            self.uses.insert(layer.kind.name());
        }
        if layer.new.contains("Padding::") {
            self.uses.insert("Padding");
        }
        self.draws |= layer.new.contains("Init::");
        let about = match layer.kind {
            Kind::Tensor => format!("What {} reads.", node.op.name()),
            _ => {
                let shapes = [node.inputs[0], node.outputs[0]].map(|id| rows(self.shape(id)));
                format!("{} to {}, as the model has them.", shapes[0], shapes[1])
            }
        };
        self.fields.push(layer.named(name.clone(), about));
        Ok(name)
    }

    fn made(&mut self, node: &Node) -> Told<Made> {
        let &[made] = &node.outputs[..] else { return Err("it makes more than one tensor".into()) };
        let (x, y) = (*node.inputs.first().ok_or("it reads nothing")?, self.graph.value(made));
        if y.shape.first() != Some(&1) {
            return Err(format!("it makes {:?}, which is no row of a batch", y.shape));
        }
        if y.repr != Repr::Plain(Type::F32) || y.state {
            return Err(format!("it makes {}, or keeps state", y.repr.store()));
        }
        match &node.op {
            Op::Conv2d { window, activation } | Op::DepthwiseConv2d { window, activation, .. } => {
                let &[_, height, width, channels] = self.shape(x) else {
                    return Err(format!("it reads {:?}, which is no image", self.shape(x)));
                };
                let mut image = self.image(x)?;
                let (layer, around) = field::conv(self.graph, node, window, [height, width, channels])?;
                if let Some(m) = around {
                    let pads = [(2, m.top, m.bottom), (3, m.left, m.right)];
                    let pads = pads.into_iter().filter(|(_, before, behind)| before + behind > 0);
                    let pads =
                        pads.map(|(axis, before, behind)| format!(".pad({axis}, {before}, {behind})?"));
                    image = Expr::owned(image.text + &pads.collect::<String>());
                }
                let name = self.field(node, layer)?;
                Ok(Made::New(format!("self.{name}.forward({})?{}", image.lent(), clamp(*activation)), true))
            }
            Op::FullyConnected { activation } => {
                let layer = field::linear(self.graph, node)?;
                let depth = layer.weights[0].1.shape().last(0);
                let outputs = layer.weights[0].1.shape()[0];
                let (rows, last) =
                    (self.shape(x).iter().product::<usize>() / depth.max(1), self.shape(x).last());
                let read = if rows == 1 { vec![1, depth] } else { self.shape(x).to_vec() };
                if rows > 1 && last != Some(&depth) {
                    return Err("it reads a row over more than one axis".into());
                }
                let x = moved::shaped(self, x, &read)?;
                let name = self.field(node, layer)?;
                let text = format!("self.{name}.forward({})?{}", x.lent(), clamp(*activation));
                let whole: Vec<usize> = read[..read.len() - 1].iter().copied().chain([outputs]).collect();
                Ok(Made::New(text + &moved::reshape(self, &whole, &y.shape), false))
            }
            Op::AveragePool2d { size, window, activation } => {
                let window = self.window(window, *size);
                let x = self.image(x)?.text;
                Ok(Made::New(format!("{x}.avg_pool2d({window}, false)?{}", clamp(*activation)), true))
            }
            Op::MaxPool2d { size, window, activation } => {
                let window = self.window(window, *size);
                let x = self.image(x)?.text;
                Ok(Made::New(format!("{x}.max_pool2d({window})?{}", clamp(*activation)), true))
            }
            Op::Unary(op) => {
                let (x, first) = self.any(x)?;
                Ok(Made::New(format!("{}.{}?", x.text, unary(*op)?), first))
            }
            Op::Binary { op, activation } => self.binary(node, *op, *activation),
            Op::BatchMatMul { transposed } => {
                let mut sides = Vec::new();
                for (at, turn) in transposed.iter().enumerate() {
                    let side = self.operand(node, at, false)?;
                    sides.push(match turn {
                        true => Expr::owned(format!("{}.transpose(-1, -2)?", side.text)),
                        false => side,
                    });
                }
                Ok(Made::New(format!("{}.matmul({})?", sides[0].text, sides[1].lent()), false))
            }
            Op::Softmax { beta } => {
                let (x, first) = self.any(x)?;
                let scaled = if *beta == 1.0 { String::new() } else { format!(".map(|x| x * {beta:?})?") };
                Ok(Made::New(format!("{}{scaled}.softmax({})?", x.text, last(first)), first))
            }
            Op::LogSoftmax => {
                let (x, first) = self.any(x)?;
                Ok(Made::New(format!("{}.log_softmax({})?", x.text, last(first)), first))
            }
            Op::Reduce { op, axes, keep } => self.reduce(x, *op, axes, *keep),
            Op::Concatenation { axis } if *axis > 0 => {
                let first = node.inputs.iter().any(|id| self.held.get(id).is_some_and(|held| held.first));
                let each = |id: &ValueId| Ok((if first { self.image(*id) } else { self.plain(*id) })?.lent());
                let all = node.inputs.iter().map(each).collect::<Told<Vec<_>>>()?.join(", ");
                Ok(Made::New(format!("Tensor::cat(&[{all}], {})?", turned(*axis, first)), first))
            }
            Op::Pad { margins } if node.inputs.len() == 1 && margins.first() == Some(&[0, 0]) => {
                let (Expr { mut text, .. }, first) = self.any(x)?;
                for (axis, [before, behind]) in margins.iter().enumerate().filter(|(_, m)| **m != [0, 0]) {
                    let _ = write!(text, ".pad({}, {before}, {behind})?", turned(axis, first));
                }
                Ok(Made::New(text, first))
            }
            Op::Slice { begin, stride } if stride.iter().all(|step| *step == 1) => {
                let (Expr { mut text, .. }, first) = self.any(x)?;
                let axes = self.shape(x).iter().zip(&y.shape).zip(begin).enumerate();
                for (axis, ((_, size), begin)) in axes.filter(|(_, ((from, to), _))| from != to) {
                    let _ = write!(text, ".narrow({}, {begin}, {size})?", turned(axis, first));
                }
                Ok(Made::New(text, first))
            }
            op => Ok(match moved::moved(self, x, op, &y.shape)? {
                Moved::New(text, first) => Made::New(text, first),
                Moved::Same(held) => Made::Same(held),
            }),
        }
    }

    /// How a pool moves.
    fn window(&mut self, window: &Window, size: [usize; 2]) -> String {
        self.windows = true;
        let (m, Window { stride, dilation, .. }) = (window.margins, window);
        let padding = [[m.top, m.bottom], [m.left, m.right]];
        format!(
            "Window {{ size: {size:?}, stride: {stride:?}, padding: {padding:?}, dilation: {dilation:?} }}"
        )
    }

    /// What a node reads at a place: computed, a number, or a parameter of its own.
    fn operand(&mut self, node: &Node, at: usize, first: bool) -> Told<Expr> {
        let id = *node.inputs.get(at).ok_or("it reads too little")?;
        let value = self.graph.value(id);
        if value.data.is_none() {
            return if first && value.shape.len() == 4 { self.image(id) } else { self.plain(id) };
        }
        match value.reals().as_deref() {
            Some([number]) if number.is_finite() => {
                Ok(Expr::owned(format!("Tensor::full([1], {number:?})?")))
            }
            _ => {
                let layer = field::numbers(self.graph, node, at, first)?;
                Ok(Expr::owned(format!("self.{}", self.field(node, layer)?)))
            }
        }
    }

    fn binary(&mut self, node: &Node, op: Binary, activation: Activation) -> Told<Made> {
        let method = match op {
            Binary::Add => "add",
            Binary::Sub => "sub",
            Binary::Mul => "mul",
            Binary::Div => "div",
            Binary::Maximum => "maximum",
            Binary::Minimum => "minimum",
            Binary::Pow => "pow",
            Binary::SquaredDifference | Binary::Prelu => "map_with",
            _ => return Err("no operation on tensors does this".into()),
        };
        let function = match op {
            Binary::SquaredDifference => ", |a, b| (a.clone() - b.clone()) * (a - b)",
            Binary::Prelu => ", |a, b| a.above(0.0).select(&a, &(a.clone() * b))",
            _ => "",
        };
        let first = node.inputs.iter().any(|id| self.held.get(id).is_some_and(|held| held.first));
        let computed = node.inputs.iter().filter(|id| self.graph.value(**id).data.is_none());
        let ranks: BTreeSet<usize> = computed.map(|id| self.shape(*id).len()).collect();
        if ranks.len() > 1 {
            return Err("it reads tensors of different ranks".into());
        }
        let (a, b) = (self.operand(node, 0, first)?, self.operand(node, 1, first)?);
        Ok(Made::New(format!("{}.{method}({}{function})?{}", a.text, b.lent(), clamp(activation)), first))
    }

    fn reduce(&self, x: ValueId, op: Reduce, axes: &[usize], keep: bool) -> Told<Made> {
        let method = match op {
            Reduce::Mean => "mean",
            Reduce::Sum => "sum",
            Reduce::Max => "amax",
            Reduce::Min => "amin",
            _ => return Err("no operation on tensors does this".into()),
        };
        if axes.is_empty() || axes.contains(&0) {
            return Err("it folds rows of the batch".into());
        }
        let (mut x, mut first) = self.any(x)?;
        // channels that stay with a side of the image would be in front of it
        if first && !keep && !axes.contains(&3) && axes.len() == 1 {
            (x, first) = (Expr::owned(format!("{}.permute(&[0, 2, 3, 1])?", x.text)), false);
        }
        let mut axes: Vec<usize> = axes.iter().map(|axis| turned(*axis, first)).collect();
        axes.sort_unstable();
        Ok(Made::New(format!("{}.{method}(&{axes:?}, {keep})?", x.text), first && keep))
    }
}

/// A shape with `n` rows.
pub(super) fn rows(shape: &[usize]) -> String {
    let rest = shape.iter().skip(1).map(|size| format!(", {size}"));
    format!("[n{}]", rest.collect::<String>())
}

/// Where an axis of the graph's images is, if channels stand first.
fn turned(axis: usize, first: bool) -> usize {
    match axis {
        1 | 2 if first => axis + 1,
        3 if first => 1,
        _ => axis,
    }
}

/// The graph's last axis.
fn last(first: bool) -> isize {
    if first { 1 } else { -1 }
}

/// The clamp that is part of an operator.
fn clamp(activation: Activation) -> &'static str {
    match activation {
        Activation::None => "",
        Activation::Relu => ".relu()?",
        Activation::Relu6 => ".clamp(0.0, 6.0)?",
        Activation::ReluN1To1 => ".clamp(-1.0, 1.0)?",
    }
}

/// A function of one element, as a method's call.
fn unary(op: Unary) -> Told<String> {
    let call = match op {
        Unary::Relu => "relu()",
        Unary::Relu6 => "clamp(0.0, 6.0)",
        Unary::ReluN1To1 => "clamp(-1.0, 1.0)",
        Unary::Relu0To1 => "clamp(0.0, 1.0)",
        Unary::LeakyRelu { alpha } => return Ok(format!("leaky_relu({alpha:?})")),
        Unary::Elu => "elu(1.0)",
        Unary::HardSwish => "map(|x| x.clone() * (x + 3.0).at_least(0.0).at_most(6.0) * (1.0 / 6.0))",
        Unary::Swish => "swish()",
        Unary::Gelu { approximate: false } => "gelu()",
        Unary::Logistic => "sigmoid()",
        Unary::Tanh => "tanh()",
        Unary::Abs => "abs()",
        Unary::Neg => "neg()",
        Unary::Sqrt => "sqrt()",
        Unary::Rsqrt => "map(|x| x.sqrt().recip())",
        Unary::Square => "map(|x| x.clone() * x)",
        Unary::Exp => "exp()",
        Unary::Log => "log()",
        Unary::Sin => "sin()",
        Unary::Cos => "cos()",
        Unary::Floor => "floor()",
        Unary::Round => "round()",
        Unary::Gelu { approximate: true } | Unary::Ceil | Unary::LogicalNot => {
            return Err("no operation on tensors does this".into());
        }
    };
    Ok(call.into())
}
