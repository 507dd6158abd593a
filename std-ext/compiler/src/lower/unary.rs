//! Functions of one element.

use super::{Lowering, extent};
use crate::graph::{Activation, Node, Type, Unary};
use midge_core::ops::{self, map};

impl Lowering<'_> {
    /// A function of one element.
    pub(super) fn unary(&mut self, node: &Node, op: Unary) -> Result<(), String> {
        let ((_, x), (_, y)) = (self.input(node, 0)?, self.output(node)?);
        let store = x.repr.store();
        if y.repr.store() != store {
            return Err(format!("{} is {store}, and {} is {}", x.name, y.name, y.repr.store()));
        }
        match (op, store) {
            (Unary::Square, Type::F32) => self.square(node),
            (_, Type::F32) => {
                let (code, p, q) = float(op)?;
                self.map(node, code, p, q)
            }
            (Unary::Abs, Type::I32) => self.map(node, ops::ABS_I32, 0.0, 0.0),
            (Unary::Neg, Type::I32) => self.map(node, ops::NEG_I32, 0.0, 0.0),
            (Unary::Neg, Type::I64) => self.map(node, ops::NEG_I64, 0.0, 0.0),
            (Unary::Sign, Type::I32) => self.map(node, ops::SIGN_I32, 0.0, 0.0),
            (Unary::LogicalNot, Type::Bool) => self.table(node, |x| i8::from(x == 0)),
            (_, Type::I8) => self.byte(node, op),
            _ => Err(format!("works on {store}, which no kernel of it does")),
        }
    }

    fn map(&mut self, node: &Node, code: u16, p: f32, q: f32) -> Result<(), String> {
        let (_, y) = self.output(node)?;
        let (rows, stride) = rows(&y.shape);
        let (x, y) = (self.activation(node.inputs[0])?, self.activation(node.outputs[0])?);
        let record = map::Map { stride: extent(stride, "a row")?, p: p.to_bits(), q: q.to_bits() };
        self.step(node, code, rows, 1, vec![y, x], &record.bytes())?;
        self.in_place(&[1]);
        Ok(())
    }

    /// A number times itself.
    fn square(&mut self, node: &Node) -> Result<(), String> {
        let twice = Node { inputs: vec![node.inputs[0]; 2], ..node.clone() };
        self.pair(&twice, ops::MUL_F32, Activation::None)
    }
}

/// A shape as rows, few enough of them, and the elements of one.
pub(super) fn rows(shape: &[usize]) -> (usize, usize) {
    let stride: usize = shape.iter().skip(2).product();
    let elements: usize = shape.iter().product();
    let rows = elements / stride.max(1);
    if rows > usize::from(u16::MAX) { (1, elements) } else { (rows, stride) }
}

/// The kernel of a function of floats, and its parameters.
fn float(op: Unary) -> Result<(u16, f32, f32), String> {
    let plain = |code| Ok((code, 0.0, 0.0));
    match op {
        Unary::Relu => Ok((ops::CLAMP_F32, 0.0, f32::INFINITY)),
        Unary::Relu6 => Ok((ops::CLAMP_F32, 0.0, 6.0)),
        Unary::ReluN1To1 => Ok((ops::CLAMP_F32, -1.0, 1.0)),
        Unary::Relu0To1 => Ok((ops::CLAMP_F32, 0.0, 1.0)),
        Unary::LeakyRelu { alpha } => Ok((ops::LEAKY_RELU_F32, alpha, 0.0)),
        Unary::HardSwish => Ok((ops::HARD_SWISH_F32, 0.0, 6.0)),
        Unary::Elu => plain(ops::ELU_F32),
        Unary::Gelu { approximate: false } => plain(ops::GELU_F32),
        Unary::Gelu { approximate: true } => plain(ops::GELU_APPROXIMATE_F32),
        Unary::Logistic => plain(ops::LOGISTIC_F32),
        Unary::Tanh => plain(ops::TANH_F32),
        Unary::Abs => plain(ops::ABS_F32),
        Unary::Neg => plain(ops::NEG_F32),
        Unary::Sqrt => plain(ops::SQRT_F32),
        Unary::Rsqrt => plain(ops::RSQRT_F32),
        Unary::Exp => plain(ops::EXP_F32),
        Unary::Log => plain(ops::LOG_F32),
        Unary::Sin => plain(ops::SIN_F32),
        Unary::Cos => plain(ops::COS_F32),
        Unary::Floor => plain(ops::FLOOR_F32),
        Unary::Ceil => plain(ops::CEIL_F32),
        Unary::Round => plain(ops::ROUND_F32),
        Unary::Sign => plain(ops::SIGN_F32),
        Unary::Square | Unary::LogicalNot => Err("works on float32, which no kernel of it does".into()),
    }
}
