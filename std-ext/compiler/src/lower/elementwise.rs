//! Operators of two operands and more, broadcast.

use super::{Lowering, extent, halves, kind, name};
use crate::graph::{Activation, Binary, Node, Type, ValueId};
use midge_core::ops::{self, compare, elementwise::Broadcast, pairwise, select};
use midge_core::wire::Dims;

impl Lowering<'_> {
    /// A function of two elements.
    pub(super) fn binary(&mut self, node: &Node, op: Binary, activation: Activation) -> Result<(), String> {
        let ((_, a), (_, b), (_, y)) = (self.input(node, 0)?, self.input(node, 1)?, self.output(node)?);
        let store = a.repr.store();
        if op == Binary::Prelu && store == Type::I16 {
            return self.prelu_wide(node);
        }
        if b.repr.store() != store {
            return Err(format!("{} is {store}, and {} is {}", a.name, b.name, b.repr.store()));
        }
        if let Some(holds) = comparison(op) {
            return self.compare(node, op, holds);
        }
        if y.repr.store() != store {
            return Err(format!("its inputs are {store}, and {} is {}", y.name, y.repr.store()));
        }
        match (plain(op, halves::single(store)), store) {
            (Some(code), _) => self.pair(node, halves::of(code, store)?, activation),
            (None, Type::I8) if op == Binary::Add => self.add(node, activation),
            (None, Type::I8) if op == Binary::Mul => self.mul(node, activation),
            (None, Type::I8 | Type::I16) => self.meet(node, op, activation),
            _ => Err(format!("works on {store}, which no kernel of it does")),
        }
    }

    /// A function of two numbers that stand for themselves.
    pub(super) fn pair(&mut self, node: &Node, code: u16, activation: Activation) -> Result<(), String> {
        let (shape, rows) = self.broadcast(node, pair(node)?)?;
        let activation = match activation {
            Activation::None => 0,
            Activation::Relu => 1,
            Activation::Relu6 => 2,
            Activation::ReluN1To1 => 3,
        };
        let record = pairwise::Pair { shape, activation };
        self.spread(node, code, rows, &record.bytes())
    }

    fn compare(&mut self, node: &Node, op: Binary, holds: u8) -> Result<(), String> {
        let ((_, a), (_, y)) = (self.input(node, 0)?, self.output(node)?);
        if y.repr.store() != Type::Bool {
            return Err(format!("{} is {}, not bool", y.name, y.repr.store()));
        }
        let code = match a.repr.store() {
            Type::I8 => return self.compare_scaled(node, ops::COMPARE, holds),
            // LiteRT looks at the scales of int16 for equality only
            Type::I16 if a.repr.quant().is_some() && matches!(op, Binary::Equal | Binary::NotEqual) => {
                return self.compare_scaled(node, ops::COMPARE_SCALED_I16, holds);
            }
            Type::Bool => ops::COMPARE_I8,
            Type::I16 => ops::COMPARE_I16,
            Type::I32 => ops::COMPARE_I32,
            Type::I64 => ops::COMPARE_I64,
            Type::F32 => ops::COMPARE_F32,
            store => return Err(format!("compares {store}, which no kernel of it does")),
        };
        let (shape, rows) = self.broadcast(node, pair(node)?)?;
        self.spread(node, code, rows, &compare::Compare { shape, holds }.bytes())
    }

    /// Elements of one operand or of another.
    pub(super) fn select(&mut self, node: &Node) -> Result<(), String> {
        let ids: [ValueId; 3] = node.inputs[..].try_into().map_err(|_| "has other than 3 inputs")?;
        let [condition, a, b] = ids.map(|id| self.graph.value(id));
        let (_, y) = self.output(node)?;
        let store = y.repr.store();
        if condition.repr.store() != Type::Bool {
            return Err(format!("{} is {}, not bool", condition.name, condition.repr.store()));
        }
        if let Some(other) = [a, b].iter().find(|x| x.repr.store() != store) {
            return Err(format!("{} is {}, and {} is {store}", other.name, other.repr.store(), y.name));
        }
        let code = match store.bytes() {
            1 => ops::SELECT,
            2 => ops::SELECT_2,
            4 => ops::SELECT_4,
            _ => ops::SELECT_8,
        };
        let (dims, [condition, a, b]) = self.axes(node, ids)?;
        self.spread(node, code, dims[0] as usize, &select::Choice { dims, condition, a, b }.bytes())
    }

    /// A step whose inputs may be constants, and may share the output's bytes where they are as large.
    pub(super) fn spread(
        &mut self,
        node: &Node,
        code: u16,
        rows: usize,
        record: &[u8],
    ) -> Result<(), String> {
        let (y, output) = self.output(node)?;
        let mut operands = vec![self.activation(y)?];
        let mut whole = Vec::new();
        for (i, id) in node.inputs.iter().enumerate() {
            let value = self.graph.value(*id);
            let size = (value.elements(), value.repr.store().bytes());
            // a constant that some step has brought to work memory is read there
            let constant = value.data.clone().filter(|_| self.tensors[id.0].is_none());
            let whole_work = constant.is_none() && size == (output.elements(), output.repr.store().bytes());
            operands.push(match constant {
                Some(data) => self.constant(kind(value.repr.store()), data, name(value)),
                None => self.activation(*id)?,
            });
            if whole_work {
                whole.push(i + 1);
            }
        }
        self.step(node, code, rows, 1, operands, record)?;
        self.in_place(&whole);
        Ok(())
    }

    /// The geometry of a step of two operands, and its rows.
    pub(super) fn broadcast(&self, node: &Node, ids: [ValueId; 2]) -> Result<(Broadcast, usize), String> {
        let (dims, [a, b]) = self.axes(node, ids)?;
        Ok((Broadcast { dims, a, b }, dims[0] as usize))
    }

    /// The output's extents, and along which of them each operand varies: shapes aligned at the right, with neighbouring
    /// axes merged where all operands vary alike.
    pub(super) fn axes<const N: usize>(
        &self,
        node: &Node,
        ids: [ValueId; N],
    ) -> Result<(Dims, [u8; N]), String> {
        let out = &self.output(node)?.1.shape;
        let varies = |id: ValueId, axis: usize| {
            let shape = &self.graph.value(id).shape;
            let offset = out.len() - shape.len();
            axis >= offset && shape[axis - offset] == out[axis]
        };
        let mut axes: Vec<(usize, [bool; N])> = Vec::new();
        for (axis, &n) in out.iter().enumerate().filter(|(_, n)| **n != 1) {
            let now = ids.map(|id| varies(id, axis));
            // the outermost axis is the step's rows, of which there cannot be too many
            let first = axes.len() == 1;
            match axes.last_mut() {
                Some((extent, before)) if *before == now && (!first || *extent * n <= ROWS) => *extent *= n,
                _ => axes.push((n, now)),
            }
        }
        // one axis is a line, not rows of one element
        if axes.len() <= 1 || axes.first().is_some_and(|(n, _)| *n > ROWS) {
            axes.insert(0, (1, [true; N]));
        }
        if axes.len() > 4 {
            return Err(format!("broadcasts along {} separate axes, more than 4", axes.len()));
        }
        let (mut dims, mut masks) = ([1; 4], [0b1111u8; N]);
        let inside = 4 - axes.len();
        for (i, (n, varies)) in axes.into_iter().enumerate() {
            // rows first, the others innermost
            let place = if i == 0 { 0 } else { i + inside };
            dims[place] = extent(n, "an axis")?;
            for (mask, varies) in masks.iter_mut().zip(varies) {
                *mask &= !(u8::from(!varies) << place);
            }
        }
        Ok((dims, masks))
    }
}

/// Most rows of a step.
const ROWS: usize = u16::MAX as usize;

/// The two inputs of a node.
pub(super) fn pair(node: &Node) -> Result<[ValueId; 2], String> {
    node.inputs[..].try_into().map_err(|_| format!("has {} inputs, not 2", node.inputs.len()))
}

/// When a comparison holds; `None` for what is no comparison.
fn comparison(op: Binary) -> Option<u8> {
    use compare::{EQUAL, GREATER, LESS, UNORDERED};
    Some(match op {
        Binary::Equal => EQUAL,
        Binary::NotEqual => LESS | GREATER | UNORDERED,
        Binary::Greater => GREATER,
        Binary::GreaterEqual => GREATER | EQUAL,
        Binary::Less => LESS,
        Binary::LessEqual => LESS | EQUAL,
        _ => return None,
    })
}

/// The kernel of a function of two elements as they are stored.
fn plain(op: Binary, store: Type) -> Option<u16> {
    Some(match (op, store) {
        (Binary::Add, Type::F32) => ops::ADD_F32,
        (Binary::Add, Type::I32) => ops::ADD_I32,
        (Binary::Add, Type::I64) => ops::ADD_I64,
        (Binary::Sub, Type::F32) => ops::SUB_F32,
        (Binary::Sub, Type::I32) => ops::SUB_I32,
        (Binary::Sub, Type::I64) => ops::SUB_I64,
        (Binary::Mul, Type::F32) => ops::MUL_F32,
        (Binary::Mul, Type::I32) => ops::MUL_I32,
        (Binary::Mul, Type::I64) => ops::MUL_I64,
        (Binary::Div, Type::F32) => ops::DIV_F32,
        (Binary::Div, Type::I32) => ops::DIV_I32,
        (Binary::Maximum, Type::F32) => ops::MAXIMUM_F32,
        (Binary::Maximum, Type::I8) | (Binary::LogicalOr, Type::Bool) => ops::MAXIMUM_I8,
        (Binary::Maximum, Type::I16) => ops::MAXIMUM_I16,
        (Binary::Maximum, Type::I32) => ops::MAXIMUM_I32,
        (Binary::Maximum, Type::I64) => ops::MAXIMUM_I64,
        (Binary::Minimum, Type::F32) => ops::MINIMUM_F32,
        (Binary::Minimum, Type::I8) | (Binary::LogicalAnd, Type::Bool) => ops::MINIMUM_I8,
        (Binary::Minimum, Type::I16) => ops::MINIMUM_I16,
        (Binary::Minimum, Type::I32) => ops::MINIMUM_I32,
        (Binary::Minimum, Type::I64) => ops::MINIMUM_I64,
        (Binary::SquaredDifference, Type::F32) => ops::SQUARED_DIFFERENCE_F32,
        (Binary::SquaredDifference, Type::I32) => ops::SQUARED_DIFFERENCE_I32,
        (Binary::Pow, Type::F32) => ops::POW_F32,
        (Binary::Pow, Type::I32) => ops::POW_I32,
        (Binary::FloorDiv, Type::F32) => ops::FLOOR_DIV_F32,
        (Binary::FloorDiv, Type::I8) => ops::FLOOR_DIV_I8,
        (Binary::FloorDiv, Type::I16) => ops::FLOOR_DIV_I16,
        (Binary::FloorDiv, Type::I32) => ops::FLOOR_DIV_I32,
        (Binary::FloorMod, Type::F32) => ops::FLOOR_MOD_F32,
        (Binary::FloorMod, Type::I8) => ops::FLOOR_MOD_I8,
        (Binary::FloorMod, Type::I16) => ops::FLOOR_MOD_I16,
        (Binary::FloorMod, Type::I32) => ops::FLOOR_MOD_I32,
        (Binary::FloorMod, Type::I64) => ops::FLOOR_MOD_I64,
        (Binary::Prelu, Type::F32) => ops::PRELU_F32,
        _ => return None,
    })
}
