//! Functions of one element.

use super::meet::factor;
use super::{Lowering, Slot, Tensor, curve, extent, halves, kind, label};
use crate::graph::{Activation, Node, Type, Unary};
use crate::quant::{between, range, whole};
use midge_core::ops::{self, map, pairwise, rescale, scaling::Factor};

impl Lowering<'_> {
    /// A function of one element.
    pub(super) fn unary(&mut self, node: &Node, op: Unary) -> Result<(), String> {
        let ((_, x), (_, y)) = (self.input(node, 0)?, self.output(node)?);
        let store = x.repr.store();
        if y.repr.store() != store {
            return Err(format!("{} is {store}, and {} is {}", x.name, y.name, y.repr.store()));
        }
        match (op, store) {
            (Unary::Square, Type::F32 | Type::F16) => self.square(node, store),
            (Unary::Swish, Type::F32 | Type::F16) => self.swish(node, store),
            (_, Type::F32 | Type::F16) => {
                let (code, p, q) = float(op)?;
                self.map(node, halves::of(code, store)?, p, q)
            }
            (Unary::Abs, Type::I32) => self.map(node, ops::ABS_I32, 0.0, 0.0),
            (Unary::Neg, Type::I16) => self.map(node, ops::NEG_I16, 0.0, 0.0),
            (Unary::Neg, Type::I32) => self.map(node, ops::NEG_I32, 0.0, 0.0),
            (Unary::Neg, Type::I64) => self.map(node, ops::NEG_I64, 0.0, 0.0),
            (Unary::LogicalNot, Type::Bool) => self.table(node, |x| i8::from(x == 0)),
            // LiteRT negates the bytes, whatever their scales
            (Unary::Neg, Type::I8) => self.table(node, i8::wrapping_neg),
            (_, Type::I8) => self.byte(node, op),
            (_, Type::I16) => self.word(node, op),
            _ => Err(format!("works on {store}, which no kernel of it does")),
        }
    }

    fn map(&mut self, node: &Node, code: u16, p: f32, q: f32) -> Result<(), String> {
        let (_, y) = self.output(node)?;
        let (rows, stride) = rows(&y.shape);
        let record = map::Map { stride: extent(stride, "a row")?, p: p.to_bits(), q: q.to_bits() };
        self.alone(node, code, rows, &record.bytes())
    }

    /// A step that reads one operand, element by element.
    pub(super) fn alone(&mut self, node: &Node, code: u16, rows: usize, record: &[u8]) -> Result<(), String> {
        let ((x_id, x), (y_id, y)) = (self.input(node, 0)?, self.output(node)?);
        let in_place = x.repr.store().bytes() == y.repr.store().bytes();
        let (x, y) = (self.activation(x_id)?, self.activation(y_id)?);
        self.step(node, code, rows, 1, vec![y, x], record)?;
        if in_place {
            self.in_place(&[1]);
        }
        Ok(())
    }

    /// A number times itself.
    fn square(&mut self, node: &Node, store: Type) -> Result<(), String> {
        let twice = Node { inputs: vec![node.inputs[0]; 2], ..node.clone() };
        self.pair(&twice, halves::of(ops::MUL_F32, store)?, Activation::None)
    }

    /// A number times its logistic function: two steps, and memory between them.
    fn swish(&mut self, node: &Node, store: Type) -> Result<(), String> {
        let ((x_id, x), (_, y)) = (self.input(node, 0)?, self.output(node)?);
        let name = label("the logistic function");
        let bytes = extent(x.bytes(), "its number of bytes")?;
        let (x_slot, y_slot) = (self.activation(x_id)?, self.activation(node.outputs[0])?);
        self.program.tensors.push(Tensor { kind: kind(store), bytes, scratch: false, state: None, name });
        let gate = Slot::Work(self.program.tensors.len() - 1);
        let (rows, stride) = rows(&y.shape);
        let record = map::Map { stride: extent(stride, "a row")?, p: 0, q: 0 };
        self.step(node, halves::of(ops::LOGISTIC_F32, store)?, rows, 1, vec![gate, x_slot], &record.bytes())?;
        let (shape, rows) = self.broadcast(node, [x_id; 2])?;
        let record = pairwise::Pair { shape, activation: 0 };
        self.step(
            node,
            halves::of(ops::MUL_F32, store)?,
            rows,
            1,
            vec![y_slot, x_slot, gate],
            &record.bytes(),
        )?;
        self.in_place(&[1, 2]);
        Ok(())
    }

    /// A function of int8: a table.
    fn byte(&mut self, node: &Node, op: Unary) -> Result<(), String> {
        let (x, y) = (whole(self.input(node, 0)?.1)?, whole(self.output(node)?.1)?);
        if let Some(lines) = lines(op, x, y, Type::I8)? {
            return self.table(node, |x| lines.of(x.into()).clamp(lines.lo, lines.hi) as i8);
        }
        match op {
            Unary::HardSwish => {
                let swish = curve::HardSwish::new(x, y)?;
                self.table(node, |x| swish.of(x))
            }
            Unary::Rsqrt => {
                let root = curve::Rsqrt::new(x, y)?;
                self.table(node, |x| root.of(x))
            }
            _ => {
                let table = match op {
                    Unary::Sqrt => curve::roots(x, y),
                    _ => curve::bytes(x, y, curve::real(op, y, range(Type::I8).0)?),
                };
                self.table(node, |x| table[usize::from(x.cast_unsigned() ^ 0x80)])
            }
        }
    }

    /// A function of int16: two straight lines, or entries of a table and what lies between them.
    fn word(&mut self, node: &Node, op: Unary) -> Result<(), String> {
        let (x, y) = (whole(self.input(node, 0)?.1)?, whole(self.output(node)?.1)?);
        if let Some(lines) = lines(op, x, y, Type::I16)? {
            return self.rescale(node, ops::RESCALE_I16, lines);
        }
        match op {
            Unary::Sqrt => {
                Err("is of int16, which LiteRT computes in floating point; use int8 or float32".into())
            }
            Unary::Logistic | Unary::Tanh => self.sigmoid(node, op == Unary::Tanh, x.0, y.0),
            _ => self.interpolate(node, x.0, y.0, curve::real(op, y, range(Type::I16).0)?),
        }
    }

    pub(super) fn rescale(&mut self, node: &Node, code: u16, lines: rescale::Lines) -> Result<(), String> {
        let (rows, stride) = rows(&self.output(node)?.1.shape);
        let record = rescale::Lines { stride: extent(stride, "a row")?, ..lines };
        self.alone(node, code, rows, &record.bytes())
    }
}

/// A shape as rows, few enough of them, and the elements of one.
pub(super) fn rows(shape: &[usize]) -> (usize, usize) {
    let stride: usize = shape.iter().skip(2).product();
    let elements: usize = shape.iter().product();
    let rows = elements / stride.max(1);
    if rows > usize::from(u16::MAX) { (1, elements) } else { (rows, stride) }
}

/// The functions of integers that are two straight lines, with LiteRT's factors.
fn lines(op: Unary, x: (f32, i32), y: (f32, i32), store: Type) -> Result<Option<rescale::Lines>, String> {
    const FREE: (f32, f32) = (f32::NEG_INFINITY, f32::INFINITY);
    // LiteRT computes these factors in single precision
    let same = f64::from(x.0 / y.0);
    let (reals, down, mirror) = match op {
        Unary::Relu => ((0.0, f32::INFINITY), same, 0),
        Unary::Relu6 => ((0.0, 6.0), same, 0),
        Unary::ReluN1To1 if store == Type::I8 => ((-1.0, 1.0), same, 0),
        Unary::Relu0To1 if store == Type::I8 => ((0.0, 1.0), same, 0),
        Unary::LeakyRelu { alpha } => (FREE, f64::from(x.0 * alpha / y.0), 0),
        Unary::Abs => (FREE, same, 1),
        _ => return Ok(None),
    };
    let (lo, hi) = between(reals, y, store);
    let (up, down) = (factor(same)?, factor(down)?);
    Ok(Some(rescale::Lines { stride: 0, x_zero: x.1, y_zero: y.1, lo, hi, up, down, mirror }))
}

/// A change of scale.
pub(super) fn straight(x: (f32, i32), y: (f32, i32), store: Type) -> Result<rescale::Lines, String> {
    let up: Factor = factor(f64::from(x.0) / f64::from(y.0))?;
    let (lo, hi) = range(store);
    Ok(rescale::Lines { stride: 0, x_zero: x.1, y_zero: y.1, lo, hi, up, down: up, mirror: 0 })
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
        Unary::Square | Unary::Swish | Unary::LogicalNot => {
            Err("works on float32, which no kernel of it does".into())
        }
    }
}
