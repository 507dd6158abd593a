//! Functions of two quantized operands that have scales of their own.

use super::bytes::slopes;
use super::elementwise::pair;
use super::{Lowering, name};
use crate::graph::{Activation, Binary, Node, Rounding, Type, Value, ValueId};
use crate::quant::{Multiplier, between, range, reals, whole};
use midge_core::fixed::Integer;
use midge_core::ops::{self, scaled, scaling, shifted};
use midge_core::plan::Kind;

/// A scale and a zero point.
type Quant = (f32, i32);

impl Lowering<'_> {
    /// A function of two int8 or int16 elements.
    pub(super) fn meet(&mut self, node: &Node, op: Binary, activation: Activation) -> Result<(), String> {
        let (_, y) = self.output(node)?;
        let (y_quant, store) = (whole(y)?, y.repr.store());
        let clamp = between(reals(activation), y_quant, store);
        let wide = store == Type::I16;
        match op {
            Binary::Add | Binary::Sub if wide && self.shifts(node)?.is_some() => {
                self.shifted(node, op, clamp)
            }
            Binary::Add if wide => self.join::<scaled::Add>(node, ops::ADD_I16, 15, y_quant, clamp),
            Binary::Sub if wide => self.join::<scaled::Sub>(node, ops::SUB_I16, 15, y_quant, clamp),
            Binary::Sub => self.join::<scaled::Sub>(node, ops::SUB, 20, y_quant, clamp),
            Binary::SquaredDifference if !wide => {
                self.join::<scaled::SquaredDifference>(node, ops::SQUARED_DIFFERENCE, 7, y_quant, clamp)
            }
            Binary::Mul if wide => self.scaling::<scaling::Mul>(node, ops::MUL_I16, y_quant, clamp),
            Binary::Div if wide => self.scaling::<scaling::Div>(node, ops::DIV_I16, y_quant, clamp),
            Binary::Div => self.scaling::<scaling::Div>(node, ops::DIV, y_quant, clamp),
            Binary::Prelu if !wide => self.scaling::<scaling::Prelu>(node, ops::PRELU, y_quant, clamp),
            _ => Err(format!("works on {store}, which no kernel of it does")),
        }
    }

    /// Sums and differences at twice the larger scale, and squares of them.
    fn join<F: scaled::Meet>(
        &mut self,
        node: &Node,
        code: u16,
        headroom: u8,
        (y_scale, y_zero): Quant,
        (lo, hi): (i32, i32),
    ) -> Result<(), String> {
        let [a, b] = self.quants(node)?;
        // neither factor exceeds a half
        let twice = 2.0 * f64::from(a.0.max(b.0));
        let shape = self.broadcast(node, pair(node)?)?;
        let [left, right] = [a, b].map(|(scale, zero)| below_one(f64::from(scale) / twice, zero));
        let sides = scaled::Sides { shape: shape.0, headroom, a: left?, b: right? };
        let squared = code == ops::SQUARED_DIFFERENCE;
        let (met, bits) = if squared { (twice * twice, 2 * headroom) } else { (twice, headroom) };
        let y = below_one(met / (f64::from(1u32 << bits) * f64::from(y_scale)), y_zero)?;
        let record = scaled::Joined { sides, y, lo: narrow(lo)?, hi: narrow(hi)? };
        let f = |a, b| i8::narrow(record.join::<F>(a, b), lo, hi);
        let slopes = slopes([a.0, -b.0], y_scale);
        if code == ops::SUB
            && let Some(linear) = self.linear(pair(node)?, &shape.0, slopes, |a, b| f(a.into(), b.into()))
        {
            return self.met(node, ops::ADD_LINEAR, shape.1, &linear.bytes(), f);
        }
        self.met(node, code, shape.1, &record.bytes(), f)
    }

    /// Products and quotients.
    fn scaling<F: scaling::Meet>(
        &mut self,
        node: &Node,
        code: u16,
        y: Quant,
        clamp @ (lo, hi): (i32, i32),
    ) -> Result<(), String> {
        let (record, rows) = self.product(node, matches!(code, ops::DIV | ops::DIV_I16), y, clamp)?;
        self.met(node, code, rows, &record.bytes(), |a, b| i8::narrow(record.meet::<F>(a, b), lo, hi))
    }

    /// The record of a product or quotient, and its rows.
    fn product(
        &self,
        node: &Node,
        quotient: bool,
        (y_scale, y_zero): Quant,
        (lo, hi): (i32, i32),
    ) -> Result<(scaling::Product, usize), String> {
        let [(a_scale, a_zero), (b_scale, b_zero)] = self.quants(node)?;
        let (shape, rows) = self.broadcast(node, pair(node)?)?;
        // LiteRT computes these factors in single precision
        let scale = if quotient { a_scale / (b_scale * y_scale) } else { a_scale * b_scale / y_scale };
        let record = scaling::Product {
            shape,
            a_zero: narrow(a_zero)?,
            b_zero: narrow(b_zero)?,
            y_zero: narrow(y_zero)?,
            lo: narrow(lo)?,
            hi: narrow(hi)?,
            scale: factor(f64::from(scale))?,
            keep: factor(f64::from(a_scale / y_scale))?,
        };
        Ok((record, rows))
    }

    /// PRELU of int16, whose slopes LiteRT reads as int8, whatever their type says.
    pub(super) fn prelu_wide(&mut self, node: &Node) -> Result<(), String> {
        let ((x_id, _), (y_id, y)) = (self.input(node, 0)?, self.output(node)?);
        let (slopes, data) = self.constant_input(node, 1)?;
        let clamp = range(Type::I16);
        let (record, rows) = self.product(node, false, whole(y)?, clamp)?;
        let bytes = data.iter().take(slopes.elements());
        let words = bytes.flat_map(|x| i16::from(x.cast_signed()).to_le_bytes()).collect();
        let slopes = self.constant(Kind::I16, words, name(slopes));
        let (x, y) = (self.activation(x_id)?, self.activation(y_id)?);
        self.step(node, ops::PRELU_I16, rows, 1, vec![y, x, slopes], &record.bytes())?;
        self.in_place(&[1]);
        Ok(())
    }

    /// LiteRT's additions of int16 operands whose scales are powers of two.
    fn shifted(&mut self, node: &Node, op: Binary, (lo, hi): (i32, i32)) -> Result<(), String> {
        let [a, b] = self.shifts(node)?.ok_or("has scales that are no powers of two")?;
        let (shape, rows) = self.broadcast(node, pair(node)?)?;
        let record = shifted::Shifted { shape, a, b, lo: narrow(lo)?, hi: narrow(hi)? };
        let code = if op == Binary::Add { ops::ADD_I16_SHIFTS } else { ops::SUB_I16_SHIFTS };
        self.spread(node, code, rows, &record.bytes())
    }

    /// How far right the operands are shifted to the output's scale, if LiteRT does that.
    fn shifts(&self, node: &Node) -> Result<Option<[u8; 2]>, String> {
        let [a, b] = self.quants(node)?.map(|(scale, _)| exponent(scale));
        let (Some(a), Some(b), Some(y), Rounding::LitertShift) =
            (a, b, exponent(whole(self.output(node)?.1)?.0), node.rounding)
        else {
            return Ok(None);
        };
        match [y - a, y - b].map(u8::try_from) {
            [Ok(a), Ok(b)] if a.min(b) == 0 && a.max(b) < 32 => Ok(Some([a, b])),
            _ => {
                Err("has an output scale that is not the larger of its inputs', which LiteRT refuses too"
                    .into())
            }
        }
    }

    /// A comparison of int8 or int16 elements with scales, as LiteRT makes it: at 2^-8.
    pub(super) fn compare_scaled(&mut self, node: &Node, code: u16, holds: u8) -> Result<(), String> {
        let [a, b] = self.quants(node)?.map(|(scale, zero)| below_one(f64::from(scale), zero));
        let (shape, rows) = self.broadcast(node, pair(node)?)?;
        let record = scaled::Compared { sides: scaled::Sides { shape, headroom: 8, a: a?, b: b? }, holds };
        self.met(node, code, rows, &record.bytes(), |a, b| record.order(a, b))
    }

    fn quants(&self, node: &Node) -> Result<[Quant; 2], String> {
        let [a, b] = pair(node)?.map(|id| whole(self.graph.value(id)));
        Ok([a?, b?])
    }

    /// A step of two operands; or a table, where they are int8 and one of them is one number throughout.
    pub(super) fn met(
        &mut self,
        node: &Node,
        code: u16,
        rows: usize,
        record: &[u8],
        f: impl Fn(i32, i32) -> i8,
    ) -> Result<(), String> {
        let [a, b] = pair(node)?;
        let whole = |id: ValueId| self.graph.value(id).shape == self.graph.value(node.outputs[0]).shape;
        match (number(self.graph.value(a)), number(self.graph.value(b))) {
            (None, Some(b)) if whole(a) => self.mapped(node, a, |x| f(x.into(), b.into())),
            (Some(a), None) if whole(b) => self.mapped(node, b, |x| f(a.into(), x.into())),
            _ => self.spread(node, code, rows, record),
        }
    }
}

/// The one number that a constant of int8 has.
fn number(value: &Value) -> Option<i8> {
    let data = value.data.as_ref().filter(|_| value.repr.store() == Type::I8)?;
    let first = *data.first()?;
    data.iter().all(|x| *x == first).then_some(first.cast_signed())
}

/// A real factor below 1 of what lies above a zero point.
fn below_one(real: f64, zero: i32) -> Result<scaled::Scale, String> {
    let (multiplier, shift) = Multiplier::new(real)?.right()?;
    Ok(scaled::Scale { zero: narrow(zero)?, shift, multiplier })
}

/// A real factor of either sign.
pub(super) fn factor(real: f64) -> Result<scaling::Factor, String> {
    let Multiplier { value, shift } = Multiplier::new(real.abs())?;
    let multiplier = if real < 0.0 { -value } else { value };
    Ok(scaling::Factor { shift: shift as i8, multiplier })
}

fn narrow(x: i32) -> Result<i16, String> {
    i16::try_from(x).map_err(|_| format!("has the zero point or limit {x}, beyond 16 bits"))
}

/// The exponent of a scale that is a power of two, or as good as one to LiteRT.
fn exponent(scale: f32) -> Option<i32> {
    let exact = f64::from(scale).log2();
    ((exact - exact.round()).abs() < 1e-3).then_some(exact.round() as i32)
}
