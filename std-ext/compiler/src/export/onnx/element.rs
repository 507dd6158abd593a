//! Functions of one element or two, and changes of type.

use super::file::Attribute::{Float, Int, Text};
use super::form::{OWN, Order};
use super::{Attribute, Exporter, Written, one};
use crate::graph::{Activation, Binary, Repr, Type, Unary, ValueId};

impl Exporter<'_> {
    pub(super) fn unary(&mut self, op: Unary, x: ValueId, y: ValueId) -> Written {
        let order = self.order(&[x], y);
        if op == Unary::Neg && self.value(x).repr.quant().is_some() {
            // the integers are negated, whatever they stand for
            let stored = self.stored(x, order);
            let wide = self.cast(&stored, Type::I32);
            let made = self.node("Neg", &[&wide], &[]);
            let made = self.cast(&made, self.value(y).repr.store());
            self.write_stored(y, order, made);
            return Ok(());
        }
        let (a, kind) = (self.real(x, order), self.kind(x));
        let whole = matches!(op, Unary::Abs | Unary::Neg | Unary::Square) && kind != Type::Bool;
        if kind != Type::F32 && !whole && op != Unary::LogicalNot {
            return Err(format!("is of {kind}, and ONNX has it for floats"));
        }
        let made = match op {
            Unary::Relu => self.node("Relu", &[&a], &[]),
            Unary::Relu6 => self.clip(&a, kind, Some(0), Some(6)),
            Unary::ReluN1To1 => self.clip(&a, kind, Some(-1), Some(1)),
            Unary::Relu0To1 => self.clip(&a, kind, Some(0), Some(1)),
            Unary::LeakyRelu { alpha } => self.node("LeakyRelu", &[&a], &[Float("alpha", alpha)]),
            Unary::Swish => {
                let share = self.node("Sigmoid", &[&a], &[]);
                self.node("Mul", &[&a, &share], &[])
            }
            Unary::Gelu { approximate } => {
                let way = if approximate { "tanh" } else { "none" };
                self.node("Gelu", &[&a], &[Text("approximate", way)])
            }
            Unary::Rsqrt => {
                let root = self.node("Sqrt", &[&a], &[]);
                self.node("Reciprocal", &[&root], &[])
            }
            Unary::Square => self.pair(Binary::Mul, [&a, &a], kind),
            Unary::Abs => self.single("Abs", &a, kind),
            Unary::Neg => self.single("Neg", &a, kind),
            Unary::Elu => self.node("Elu", &[&a], &[]),
            Unary::HardSwish => self.node("HardSwish", &[&a], &[]),
            Unary::Logistic => self.node("Sigmoid", &[&a], &[]),
            Unary::Tanh => self.node("Tanh", &[&a], &[]),
            Unary::Sqrt => self.node("Sqrt", &[&a], &[]),
            Unary::Exp => self.node("Exp", &[&a], &[]),
            Unary::Log => self.node("Log", &[&a], &[]),
            Unary::Sin => self.node("Sin", &[&a], &[]),
            Unary::Cos => self.node("Cos", &[&a], &[]),
            Unary::Floor => self.node("Floor", &[&a], &[]),
            Unary::Ceil => self.node("Ceil", &[&a], &[]),
            Unary::Round => self.node("Round", &[&a], &[]),
            Unary::LogicalNot => self.node("Not", &[&a], &[]),
        };
        self.write(y, order, made);
        Ok(())
    }

    pub(super) fn binary(
        &mut self,
        op: Binary,
        ids: &[ValueId],
        y: ValueId,
        activation: Activation,
    ) -> Written {
        let (a, b) = (one(ids, 0)?, one(ids, 1)?);
        let order = self.order(&[a, b], y);
        // these look at the integers, whatever they stand for
        let words = self.value(a).repr.store() == Type::I16 && makes_truth(op);
        let alike = matches!(op, Binary::Equal | Binary::NotEqual);
        let raw = matches!(op, Binary::FloorDiv | Binary::FloorMod) || words && !alike;
        if raw && matches!(self.value(a).repr, Repr::Quant(_)) {
            let store = self.value(a).repr.store();
            let names = [self.stored(a, order), self.stored(b, order)];
            let made = self.pair(op, [&names[0], &names[1]], store);
            self.write_stored(y, order, made);
            return Ok(());
        }
        let kind = self.kind(a);
        if op == Binary::Prelu && self.value(a).repr.store() == Type::I16 {
            return Err("has slopes of int16, which TFLite reads as bytes".into());
        }
        if op == Binary::Prelu && self.value(y).shape != self.value(a).shape {
            return Err("has slopes that make its input larger, and ONNX only repeats slopes".into());
        }
        let names = [self.real(a, order), self.real(b, order)];
        let made = self.pair(op, [&names[0], &names[1]], kind);
        self.clamped(y, order, made, activation)
    }

    /// What an operator makes of two tensors of numbers of a type. Runtimes have arithmetic for floats and wide integers
    /// only, so narrow ones are widened.
    fn pair(&mut self, op: Binary, [a, b]: [&str; 2], kind: Type) -> String {
        if narrow(kind) && !matches!(op, Binary::LogicalAnd | Binary::LogicalOr) {
            let wide = [self.cast(a, Type::I32), self.cast(b, Type::I32)];
            let made = self.pair(op, [&wide[0], &wide[1]], Type::I32);
            return if makes_truth(op) { made } else { self.cast(&made, kind) };
        }
        let name = match op {
            Binary::SquaredDifference => {
                let difference = self.node("Sub", &[a, b], &[]);
                return self.node("Mul", &[&difference, &difference], &[]);
            }
            Binary::FloorDiv if kind == Type::F32 => {
                let ratio = self.node("Div", &[a, b], &[]);
                return self.node("Floor", &[&ratio], &[]);
            }
            Binary::FloorDiv => {
                let rest = self.node("Mod", &[a, b], &[]);
                let less = self.node("Sub", &[a, &rest], &[]);
                return self.node("Div", &[&less, b], &[]);
            }
            Binary::FloorMod if kind == Type::F32 => {
                // the rest of a division towards zero, moved to the sign of b
                let rest = self.node("Mod", &[a, b], &[Int("fmod", 1)]);
                let moved = self.node("Add", &[&rest, b], &[]);
                return self.node("Mod", &[&moved, b], &[Int("fmod", 1)]);
            }
            Binary::NotEqual => {
                let equal = self.node("Equal", &[a, b], &[]);
                return self.node("Not", &[&equal], &[]);
            }
            Binary::Add => "Add",
            Binary::Sub => "Sub",
            Binary::Mul => "Mul",
            Binary::Div => "Div",
            Binary::Maximum => "Max",
            Binary::Minimum => "Min",
            Binary::Pow => "Pow",
            Binary::FloorMod => "Mod",
            Binary::Prelu => "PRelu",
            Binary::Equal => "Equal",
            Binary::Greater => "Greater",
            Binary::GreaterEqual => "GreaterOrEqual",
            Binary::Less => "Less",
            Binary::LessEqual => "LessOrEqual",
            Binary::LogicalAnd => "And",
            Binary::LogicalOr => "Or",
        };
        self.node(name, &[a, b], &[])
    }

    /// What a function makes of numbers of a type.
    fn single(&mut self, op: &str, a: &str, kind: Type) -> String {
        if !narrow(kind) {
            return self.node(op, &[a], &[]);
        }
        let wide = self.cast(a, Type::I32);
        let made = self.node(op, &[&wide], &[]);
        self.cast(&made, kind)
    }

    pub(super) fn select(&mut self, ids: &[ValueId], y: ValueId) -> Written {
        let (condition, a, b) = (one(ids, 0)?, one(ids, 1)?, one(ids, 2)?);
        let order = self.order(ids, y);
        let names = [condition, a, b].map(|id| self.real(id, order));
        let made = self.chosen([&names[0], &names[1], &names[2]], self.kind(y));
        self.write(y, order, made);
        Ok(())
    }

    /// Numbers of a type by a condition.
    pub(super) fn chosen(&mut self, [condition, a, b]: [&str; 3], kind: Type) -> String {
        if !narrow(kind) {
            return self.node("Where", &[condition, a, b], &[]);
        }
        let (a, b) = (self.cast(a, Type::I32), self.cast(b, Type::I32));
        let made = self.node("Where", &[condition, &a, &b], &[]);
        self.cast(&made, kind)
    }

    /// CAST: the same integers in another type, whatever they stand for.
    pub(super) fn converted(&mut self, x: ValueId, y: ValueId) -> Written {
        let order = self.order(&[x], y);
        let stored = self.stored(x, order);
        let made = self.cast(&stored, self.value(y).repr.store());
        self.write_stored(y, order, made);
        Ok(())
    }

    /// Writes a value behind its fused clamp.
    pub(super) fn clamped(
        &mut self,
        y: ValueId,
        order: Order,
        name: String,
        activation: Activation,
    ) -> Written {
        let kind = self.kind(y);
        let made = match activation {
            Activation::None => name,
            Activation::Relu if kind == Type::F32 => self.node("Relu", &[&name], &[]),
            Activation::Relu => self.clip(&name, kind, Some(0), None),
            Activation::Relu6 => self.clip(&name, kind, Some(0), Some(6)),
            Activation::ReluN1To1 => self.clip(&name, kind, Some(-1), Some(1)),
        };
        self.write(y, order, made);
        Ok(())
    }

    /// Numbers of a type kept between two.
    pub(super) fn clip(&mut self, name: &str, kind: Type, least: Option<i8>, most: Option<i8>) -> String {
        let bounds =
            [least, most].map(|bound| bound.map_or_else(String::new, |n| self.number(kind, n.into())));
        let mut inputs = vec![name, &bounds[0], &bounds[1]];
        inputs.truncate(if most.is_none() { 2 } else { 3 });
        self.node("Clip", &inputs, &[])
    }

    /// A number as a constant without axes.
    pub(super) fn number(&mut self, kind: Type, n: i64) -> String {
        let data = match kind {
            Type::F32 => (n as f32).to_le_bytes().to_vec(),
            _ => n.to_le_bytes()[..kind.bytes()].to_vec(),
        };
        self.file.shared("number", kind, &[], data)
    }

    /// A node that reads one value's numbers in its own order, and writes another's.
    pub(super) fn through(&mut self, op: &str, x: ValueId, y: ValueId, attributes: &[Attribute]) -> Written {
        let from = self.real(x, OWN);
        let made = self.node(op, &[&from], attributes);
        self.finish(y, made)
    }
}

/// Whether runtimes have no arithmetic for a type.
pub(super) fn narrow(kind: Type) -> bool {
    matches!(kind, Type::I8 | Type::U8 | Type::I16 | Type::Bool)
}

fn makes_truth(op: Binary) -> bool {
    matches!(
        op,
        Binary::Equal
            | Binary::NotEqual
            | Binary::Greater
            | Binary::GreaterEqual
            | Binary::Less
            | Binary::LessEqual
    )
}
