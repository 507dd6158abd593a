//! Layers of a graph as fields of a struct: what has weights.

use midge_compiler::graph::{Binary, Graph, Margins, Node, Op, Repr, Type, ValueId, Window};

use super::name;
use crate::Tensor;
use crate::nn::Padding;

/// What a field is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Conv,
    Linear,
    /// Numbers alone.
    Tensor,
}

impl Kind {
    /// Its type.
    pub(super) fn name(self) -> &'static str {
        match self {
            Kind::Conv => "Conv2d",
            Kind::Linear => "Linear",
            Kind::Tensor => "Tensor",
        }
    }
}

/// A field of the struct.
#[derive(Debug)]
pub(super) struct Field {
    pub(super) name: String,
    pub(super) kind: Kind,
    /// What makes one with fresh weights.
    pub(super) new: String,
    /// What it is, for people.
    pub(super) about: String,
    /// Its weights by their names in the struct.
    pub(super) weights: Vec<(String, Tensor)>,
    /// The constants it was made of.
    pub(super) made_of: Vec<ValueId>,
}

/// What decides about a layer, without its name.
pub(super) struct Layer {
    pub(super) kind: Kind,
    pub(super) new: String,
    /// Its weights, by what the layer calls them; nothing for numbers alone.
    pub(super) weights: Vec<(&'static str, Tensor)>,
    pub(super) made_of: Vec<ValueId>,
}

/// A convolution's layer, and the zeros around the image that it cannot add itself.
pub(super) fn conv(
    graph: &Graph,
    node: &Node,
    window: &Window,
    image: [usize; 3],
) -> Result<(Layer, Option<Margins>), String> {
    let [height, width, channels] = image;
    let (filter, shape) = weights(graph, node, 1)?;
    let order: &[usize] =
        if matches!(node.op, Op::DepthwiseConv2d { .. }) { &[3, 0, 1, 2] } else { &[0, 3, 1, 2] };
    let filter = filter.permute(order).and_then(|filter| filter.contiguous()).map_err(|e| e.to_string())?;
    let [outputs, each, h, w] = filter.shape()[..] else {
        return Err(format!("its filter is {shape:?}"));
    };
    let groups = channels / each.max(1);
    let size = format!("[{h}, {w}]");
    let mut new = match groups {
        1 => format!("Conv2d::new({channels}, {outputs}, {size}, rng)?"),
        _ if each == 1 && outputs == channels => format!("Conv2d::depthwise({channels}, {size}, rng)?"),
        _ => format!("Conv2d::grouped({channels}, {outputs}, {size}, {groups}, rng)?"),
    };
    if window.stride != [1, 1] {
        new += &format!(".stride({:?})", window.stride);
    }
    let m = window.margins;
    let around = [[m.top, m.bottom], [m.left, m.right]];
    let same = [(height, h), (width, w)].into_iter().enumerate();
    let same = same
        .map(|(axis, (size, taps))| {
            Padding::Same.zeros(axis, size, taps, window.stride[axis], window.dilation[axis])
        })
        .eq(around);
    let mut left = None;
    match around {
        [[0, 0], [0, 0]] => (),
        _ if same => new += ".padding(Padding::Same)",
        [[top, bottom], [before, behind]] if top == bottom && before == behind => {
            new += &format!(".padding(Padding::Zeros([{top}, {before}]))");
        }
        _ => left = Some(m),
    }
    if window.dilation != [1, 1] {
        new += &format!(".dilation({:?})", window.dilation);
    }
    let mut weights = vec![("weight", filter)];
    match bias(graph, node)? {
        Some(bias) => weights.push(("bias", bias)),
        None => new += ".no_bias()",
    }
    Ok((Layer { kind: Kind::Conv, new, weights, made_of: node.inputs[1..].to_vec() }, left))
}

/// A fully connected layer.
pub(super) fn linear(graph: &Graph, node: &Node) -> Result<Layer, String> {
    let (filter, shape) = weights(graph, node, 1)?;
    let [outputs, inputs] = shape[..] else { return Err(format!("its weights are {shape:?}")) };
    let bias = bias(graph, node)?;
    let new = match bias {
        Some(_) => format!("Linear::new({inputs}, {outputs}, rng)?"),
        None => format!("Linear::without_bias({inputs}, {outputs}, Init::Default, rng)?"),
    };
    let weights = std::iter::once(("weight", filter)).chain(bias.map(|bias| ("bias", bias))).collect();
    Ok(Layer { kind: Kind::Linear, new, weights, made_of: node.inputs[1..].to_vec() })
}

/// Numbers that are no layer's; `first` has the axis of channels behind the batch.
pub(super) fn numbers(graph: &Graph, node: &Node, at: usize, first: bool) -> Result<Layer, String> {
    let (mut numbers, shape) = weights(graph, node, at)?;
    if first {
        let shape: Vec<usize> = std::iter::repeat_n(1, 4 - shape.len().min(4)).chain(shape).collect();
        let turned = numbers.reshape(&shape[..]).and_then(|x| x.permute(&[0, 3, 1, 2]));
        numbers = turned.and_then(|x| x.contiguous()).map_err(|error| error.to_string())?;
    }
    let draw = match node.op {
        Op::BatchMatMul { .. } => "Default",
        Op::Binary { op: Binary::Mul | Binary::Div, .. } => "Constant(1.0)",
        Op::Binary { op: Binary::Prelu, .. } => "Constant(0.25)",
        _ => "Constant(0.0)",
    };
    let new = format!("Init::{draw}.parameter({:?}, rng)?", &numbers.shape()[..]);
    Ok(Layer { kind: Kind::Tensor, new, weights: vec![("", numbers)], made_of: vec![node.inputs[at]] })
}

impl Layer {
    /// The field, under this name.
    pub(super) fn named(self, name: String, about: String) -> Field {
        let path = |role: &str| if role.is_empty() { name.clone() } else { format!("{name}.{role}") };
        let weights = self.weights.into_iter().map(|(role, weights)| (path(role), weights)).collect();
        Field { weights, kind: self.kind, new: self.new, about, made_of: self.made_of, name }
    }

    /// What the model calls it, if that says something.
    pub(super) fn wish(&self, graph: &Graph, node: &Node) -> Option<String> {
        let name = |id: &ValueId| graph.value(*id).name.as_str();
        let layer = |name: &'_ str| {
            [".weight", ".bias"].iter().find_map(|role| name.strip_suffix(role).map(str::to_owned))
        };
        let path = match self.kind {
            Kind::Tensor => self.made_of.first().map(|id| name(id).to_owned()),
            _ => self.made_of.iter().find_map(|id| layer(name(id))),
        };
        name::of_layer(path.as_deref(), node.outputs.first().map(name).unwrap_or_default())
    }
}

/// The constant that a node reads at a place.
fn weights(graph: &Graph, node: &Node, at: usize) -> Result<(Tensor, Vec<usize>), String> {
    let value = node.inputs.get(at).map(|id| graph.value(*id)).ok_or("it reads too little")?;
    let reals = value.reals().filter(|_| value.repr == Repr::Plain(Type::F32) && !value.state);
    let reals = reals.ok_or("its weights are computed")?;
    let tensor = Tensor::from_vec(reals, &value.shape[..]).map_err(|error| error.to_string())?;
    Ok((tensor, value.shape.clone()))
}

fn bias(graph: &Graph, node: &Node) -> Result<Option<Tensor>, String> {
    if node.inputs.len() < 3 {
        return Ok(None);
    }
    let (bias, _) = weights(graph, node, 2)?;
    bias.reshape(bias.elements()).map(Some).map_err(|error| error.to_string())
}
