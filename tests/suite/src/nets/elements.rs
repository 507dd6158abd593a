//! Functions of one element and of two.

use midge_compiler::graph::{Activation, Binary, Op, Repr, Type, Unary, ValueId};

use super::grow::{Growing, fixed};

impl Growing {
    /// A function of one element or of two.
    pub(super) fn elements(&mut self, x: ValueId) -> Option<Vec<ValueId>> {
        let made = match self.repr(x).store() {
            Type::I8 | Type::I16 => match self.noise.below(14) {
                0..=3 => self.arithmetic(x),
                4..=7 => self.unary(x),
                8 => self.extreme(x),
                9 => self.quantize(x),
                10 => self.comparison(x),
                11 => self.slopes(x),
                12 => self.quotient(x),
                _ => self.select(x),
            },
            Type::Bool => self.logic(x),
            Type::I32 | Type::I64 => self.whole_numbers(x),
            _ => None,
        };
        Some(vec![made?])
    }

    fn arithmetic(&mut self, x: ValueId) -> Option<ValueId> {
        let (store, scale) = self.scaled(x)?;
        let b = if self.noise.below(8) == 0 { x } else { self.partner(x)? };
        let (_, other) = self.scaled(b)?;
        let spread = if store == Type::I16 { 2e4 } else { 80.0 };
        let (op, scale) = match self.noise.below(5) {
            0 | 1 => (Binary::Add, scale.hypot(other)),
            2 => (Binary::Sub, scale.hypot(other)),
            3 if store == Type::I8 => {
                (Binary::SquaredDifference, scale.max(other) * scale.max(other) * spread)
            }
            _ => (Binary::Mul, scale * other * spread),
        };
        let (repr, activation) = (self.near(store, scale), self.activation());
        self.pair(op, activation, x, b, repr)
    }

    /// PRELU.
    fn slopes(&mut self, x: ValueId) -> Option<ValueId> {
        let ((store, scale), shape) = (self.scaled(x)?, self.shape(x).to_vec());
        let slopes = self.with_scale(store, 0.01);
        let slopes = self.spread(&shape, slopes);
        let (repr, activation) = (self.near(store, scale), Activation::None);
        self.node(Op::Binary { op: Binary::Prelu, activation }, vec![x, slopes], &[], repr)
    }

    /// DIV by what is never 0.
    fn quotient(&mut self, x: ValueId) -> Option<ValueId> {
        let ((store, scale), n) = (self.scaled(x)?, *self.shape(x).last()?);
        let mut divisors = Vec::new();
        for _ in 0..n {
            let divisor = 1 + self.noise.below(100);
            divisors.extend_from_slice(&divisor.to_le_bytes()[..store.bytes()]);
        }
        let divisors = self.constant(&[n], fixed(store, 0.125, 0), divisors);
        let (repr, activation) = (self.near(store, scale / 4.0), self.activation());
        self.node(Op::Binary { op: Binary::Div, activation }, vec![x, divisors], &[], repr)
    }

    fn extreme(&mut self, x: ValueId) -> Option<ValueId> {
        let (op, b) = (self.of([Binary::Maximum, Binary::Minimum]), self.alike(x)?);
        let repr = self.repr(x);
        self.pair(op, Activation::None, x, b, repr)
    }

    fn comparison(&mut self, x: ValueId) -> Option<ValueId> {
        use Binary::{Equal, Greater, GreaterEqual, Less, LessEqual, NotEqual};
        let op = self.of([Equal, NotEqual, Greater, GreaterEqual, Less, LessEqual]);
        let b = if self.noise.below(2) == 0 { self.alike(x)? } else { self.partner(x)? };
        // LiteRT's factor is the scale itself, and must be below 1
        if [x, b].iter().any(|id| self.scaled(*id).is_none_or(|(_, scale)| scale > 0.99)) {
            return None;
        }
        self.pair(op, Activation::None, x, b, Repr::Plain(Type::Bool))
    }

    /// By a truth value that there is already.
    fn select(&mut self, x: ValueId) -> Option<ValueId> {
        let shape = self.shape(x).to_vec();
        let condition = self.any(|value| {
            let fits = value.shape.len() <= shape.len()
                && value.shape.iter().rev().zip(shape.iter().rev()).all(|(a, b)| a == b || *a == 1);
            fits && value.repr.store() == Type::Bool
        })?;
        let b = self.alike(x)?;
        let (a, b) = if self.noise.below(2) == 0 { (x, b) } else { (b, x) };
        let repr = self.repr(x);
        self.node(Op::Select, vec![condition, a, b], &[], repr)
    }

    fn logic(&mut self, x: ValueId) -> Option<ValueId> {
        let repr = self.repr(x);
        let shape = self.shape(x).to_vec();
        match self.noise.below(4) {
            0 => self.node(Op::Unary(Unary::LogicalNot), vec![x], &[], repr),
            1 => self.node(Op::Cast, vec![x], &[], Repr::Plain(Type::I32)),
            _ => {
                let b = self.any(|value| value.repr.store() == Type::Bool && value.shape == shape)?;
                let op = self.of([Binary::LogicalAnd, Binary::LogicalOr, Binary::NotEqual]);
                self.pair(op, Activation::None, x, b, repr)
            }
        }
    }

    /// Numbers that stand for themselves.
    fn whole_numbers(&mut self, x: ValueId) -> Option<ValueId> {
        use Binary::{Add, Greater, Maximum, Minimum, Mul, Sub};
        let (repr, b) = (self.repr(x), self.alike(x)?);
        match self.noise.below(5) {
            0 => {
                let to = self.of([Type::I32, Type::I64, Type::I16, Type::Bool]);
                self.node(Op::Cast, vec![x], &[], Repr::Plain(to))
            }
            1 => self.pair(Greater, Activation::None, x, b, Repr::Plain(Type::Bool)),
            _ => {
                let op = self.of([Add, Sub, Mul, Maximum, Minimum]);
                self.pair(op, Activation::None, x, b, repr)
            }
        }
    }

    fn unary(&mut self, x: ValueId) -> Option<ValueId> {
        use Unary::{
            Abs, Elu, Exp, HardSwish, Log, Logistic, Neg, Relu, Relu0To1, Relu6, ReluN1To1, Rsqrt, Sqrt,
            Swish, Tanh,
        };
        let (store, scale) = self.scaled(x)?;
        let gelu = Unary::Gelu { approximate: self.noise.below(2) == 0 };
        let leaky = Unary::LeakyRelu { alpha: self.of([0.01, 0.2, 0.9, -0.5, 1.7]) };
        // these are there in both types, and the others in int8 only
        let both = [Relu, Relu6, leaky, Abs, Neg, Elu, Exp, Log, gelu, Swish, Rsqrt];
        let bytes = [ReluN1To1, Relu0To1, HardSwish, Logistic, Tanh, Sqrt];
        let op = if store == Type::I8 && self.noise.below(3) == 0 { self.of(bytes) } else { self.of(both) };
        let repr = match op {
            Neg => self.repr(x),
            Logistic => fixed(store, 1.0 / 256.0, -128),
            Tanh => fixed(store, 1.0 / 128.0, 0),
            Sqrt => self.near(store, scale.sqrt() / 8.0),
            Rsqrt => self.near(store, 1.0 / scale.sqrt() / 200.0),
            Exp | Log => self.near(store, 1.0 / 32.0),
            _ => self.near(store, scale),
        };
        self.node(Op::Unary(op), vec![x], &[], repr)
    }

    /// To another scale, and sometimes to another type.
    fn quantize(&mut self, x: ValueId) -> Option<ValueId> {
        let (store, scale) = self.scaled(x)?;
        if self.noise.below(5) == 0 {
            return self.node(Op::Dequantize, vec![x], &[], Repr::Plain(Type::F32));
        }
        let (to, scale) = match (self.noise.below(3), store) {
            (0, Type::I8) => (Type::I16, scale / 256.0),
            (0, _) => (Type::I8, scale * 256.0),
            _ => (store, scale),
        };
        let repr = self.near(to, scale);
        self.node(Op::Quantize, vec![x], &[], repr)
    }

    /// Adds a function of two elements, which may change places.
    pub(super) fn pair(
        &mut self,
        op: Binary,
        activation: Activation,
        a: ValueId,
        b: ValueId,
        repr: Repr,
    ) -> Option<ValueId> {
        let inputs = if self.noise.below(3) == 0 { vec![b, a] } else { vec![a, b] };
        self.node(Op::Binary { op, activation }, inputs, &[], repr)
    }

    /// A tensor of the same type that broadcasts with x: one that is there, or a constant.
    fn partner(&mut self, x: ValueId) -> Option<ValueId> {
        let (store, _) = self.scaled(x)?;
        let shape = self.shape(x).to_vec();
        let there = self.any(|value| value.shape == shape && value.repr.store() == store);
        if let Some(b) = there.filter(|b| *b != x) {
            return Some(b);
        }
        let repr = self.quantized(store);
        Some(self.spread(&shape, repr))
    }

    /// A tensor of the same type and scale that broadcasts with x.
    fn alike(&mut self, x: ValueId) -> Option<ValueId> {
        let (shape, repr) = (self.shape(x).to_vec(), self.repr(x));
        let there = self.any(|value| value.shape == shape && value.repr == repr);
        if let Some(b) = there.filter(|b| *b != x) {
            return Some(b);
        }
        Some(self.spread(&shape, repr))
    }

    /// A constant that broadcasts to a shape.
    fn spread(&mut self, shape: &[usize], repr: Repr) -> ValueId {
        let mut own = shape.to_vec();
        match self.noise.below(4) {
            0 => own.clear(),
            1 => drop(own.drain(..shape.len().saturating_sub(1))),
            2 => own.iter_mut().for_each(|n| *n = if self.noise.below(2) == 0 { 1 } else { *n }),
            _ => {}
        }
        self.any_constant(&own, repr)
    }
}
