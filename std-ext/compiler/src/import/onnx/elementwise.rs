//! Operators of an ONNX file that work element by element.

use super::build::Ids;
use super::call::Call;
use super::{Made, refuse, tensor};
use crate::graph::{Binary, Type, Unary, ValueId};

impl Call<'_, '_> {
    pub(super) fn one(&mut self, op: Unary) -> Made {
        let x = self.input(0)?;
        Ok(vec![self.unary(op, x)?])
    }

    /// ABS, NEG and SIGN of every type.
    pub(super) fn signed(&mut self, op: Unary) -> Made {
        let x = self.input(0)?;
        let store = self.store(x);
        if matches!(store, Type::F32 | Type::I32) || (store, op) == (Type::I64, Unary::Neg) {
            return self.one(op);
        }
        if op == Unary::Abs && store == Type::U8 {
            return Ok(vec![x]);
        }
        if store == Type::I64 {
            let minus = self.unary(Unary::Neg, x)?;
            return Ok(vec![self.binary(Binary::Maximum, x, minus)?]);
        }
        let wide = self.cast(x, Type::I32)?;
        let made = self.unary(op, wide)?;
        Ok(vec![self.cast(made, store)?])
    }

    pub(super) fn sign(&mut self) -> Made {
        let x = self.input(0)?;
        let store = self.store(x);
        let above = self.with(Binary::Greater, x, 0.0)?;
        let below = self.with(Binary::Less, x, 0.0)?;
        let (above, below) = (self.cast(above, store)?, self.cast(below, store)?);
        Ok(vec![self.sub(above, below)?])
    }

    pub(super) fn two(&mut self, op: Binary) -> Made {
        let (a, b) = (self.input(0)?, self.input(1)?);
        Ok(vec![self.binary(op, a, b)?])
    }

    /// One after the other.
    pub(super) fn many(&mut self, op: Binary) -> Made<ValueId> {
        let all = self.all()?;
        let mut made = all[0];
        for next in &all[1..] {
            made = self.binary(op, made, *next)?;
        }
        Ok(made)
    }

    pub(super) fn mean_of(&mut self) -> Made {
        let sum = self.many(Binary::Add)?;
        let n = self.inputs.len() as f64;
        Ok(vec![self.with(Binary::Div, sum, n)?])
    }

    /// The rest of a division: with the divisor's sign, or with that of what is divided.
    pub(super) fn modulo(&mut self) -> Made {
        let (a, b) = (self.input(0)?, self.input(1)?);
        if !self.flag("fmod") {
            return self.two(Binary::FloorMod);
        }
        let absolute = |call: &mut Self, x| {
            let minus = call.with(Binary::Mul, x, -1.0)?;
            call.binary(Binary::Maximum, x, minus)
        };
        let (size, divisor) = (absolute(self, a)?, absolute(self, b)?);
        let rest = self.binary(Binary::FloorMod, size, divisor)?;
        let minus = self.with(Binary::Mul, rest, -1.0)?;
        let below = self.with(Binary::Less, a, 0.0)?;
        Ok(vec![self.select(below, minus, rest)?])
    }

    /// A power, whose exponent may have another type.
    pub(super) fn power(&mut self) -> Made {
        let (a, b) = (self.input(0)?, self.input(1)?);
        let store = self.store(a);
        if let Some(exponent) = self.known_floats(b).filter(|all| !all.is_empty())
            && exponent.iter().all(|x| *x == 2.0)
            && self.rank(b) <= self.rank(a)
        {
            return Ok(vec![self.mul(a, a)?]);
        }
        if store == self.store(b) && matches!(store, Type::F32 | Type::I32) {
            return self.two(Binary::Pow);
        }
        let (a, b) = (self.cast(a, Type::F32)?, self.cast(b, Type::F32)?);
        let made = self.binary(Binary::Pow, a, b)?;
        Ok(vec![self.cast(made, store)?])
    }

    /// Limits, from inputs or attributes. Those of the RELU family are an operator of their own.
    pub(super) fn clip(&mut self) -> Made {
        let x = self.input(0)?;
        let attribute = |call: &mut Self, name: &str| match call.attribute(name).and_then(|a| a.f) {
            Some(limit) => call.like(x, limit.into()).map(Some),
            None => Ok(None),
        };
        let (lo, hi) = match self.opset() < 11 {
            true => (attribute(self, "min")?, attribute(self, "max")?),
            false => (self.maybe(1), self.maybe(2)),
        };
        let known = |limit: Option<ValueId>, open: f32| match limit {
            Some(id) => self.known_floats(id).filter(|all| all.len() == 1).map(|all| all[0]),
            None => Some(open),
        };
        let fused = match (known(lo, f32::NEG_INFINITY), known(hi, f32::INFINITY)) {
            _ if self.store(x) != Type::F32 => None,
            (Some(0.0), Some(f32::INFINITY)) => Some(Unary::Relu),
            (Some(0.0), Some(6.0)) => Some(Unary::Relu6),
            (Some(0.0), Some(1.0)) => Some(Unary::Relu0To1),
            (Some(-1.0), Some(1.0)) => Some(Unary::ReluN1To1),
            _ => None,
        };
        if let Some(op) = fused {
            return self.one(op);
        }
        let mut y = x;
        for (op, limit) in [(Binary::Maximum, lo), (Binary::Minimum, hi)] {
            if let Some(limit) = limit {
                y = self.binary(op, y, limit)?;
            }
        }
        Ok(vec![y])
    }

    pub(super) fn choose(&mut self) -> Made {
        let (condition, a, b) = (self.input(0)?, self.input(1)?, self.input(2)?);
        Ok(vec![self.select(condition, a, b)?])
    }

    pub(super) fn convert(&mut self) -> Made {
        let x = self.input(0)?;
        let store = match self.node.op_type() {
            "CastLike" => {
                let like = self.input(1)?;
                self.store(like)
            }
            _ => tensor::store(self.int("to").unwrap_or(0) as i32)?,
        };
        Ok(vec![self.cast(x, store)?])
    }

    pub(super) fn is_nan(&mut self) -> Made {
        let x = self.input(0)?;
        Ok(vec![self.binary(Binary::NotEqual, x, x)?])
    }

    pub(super) fn is_infinite(&mut self) -> Made {
        let x = self.input(0)?;
        let detects = |name| self.int(name).unwrap_or(1) != 0;
        let size = match (detects("detect_positive"), detects("detect_negative")) {
            (true, true) => self.unary(Unary::Abs, x)?,
            (true, false) => x,
            (false, true) => self.unary(Unary::Neg, x)?,
            (false, false) => return refuse("detects nothing"),
        };
        Ok(vec![self.with(Binary::Equal, size, f64::INFINITY)?])
    }

    /// Functions that are made of others.
    pub(super) fn activation(&mut self, name: &str) -> Made {
        let x = self.input(0)?;
        let alpha = |default: f32| f64::from(self.float("alpha", default));
        let y = match name {
            "Elu" => {
                let alpha = alpha(1.0);
                self.exponential(x, 1.0, alpha, 1.0)?
            }
            "Selu" => {
                let alpha = alpha(1.673_263_2);
                let gamma = self.float("gamma", 1.050_701).into();
                self.exponential(x, 1.0, alpha, gamma)?
            }
            "Celu" => {
                let alpha = alpha(1.0);
                self.exponential(x, 1.0 / alpha, alpha, 1.0)?
            }
            "ThresholdedRelu" => {
                let alpha = alpha(1.0);
                let above = self.with(Binary::Greater, x, alpha)?;
                let zero = self.like(x, 0.0)?;
                self.select(above, x, zero)?
            }
            "HardSigmoid" => {
                let (alpha, beta) = (alpha(0.2), f64::from(self.float("beta", 0.5)));
                let x = self.times(x, alpha)?;
                let x = self.plus(x, beta)?;
                self.unary(Unary::Relu0To1, x)?
            }
            "Softsign" => {
                let size = self.unary(Unary::Abs, x)?;
                let size = self.plus(size, 1.0)?;
                self.div(x, size)?
            }
            "Softplus" => self.soft_plus(x)?,
            "Mish" => {
                let soft = self.soft_plus(x)?;
                let soft = self.unary(Unary::Tanh, soft)?;
                self.mul(x, soft)?
            }
            "Swish" => {
                let alpha = alpha(1.0);
                self.swish(x, alpha)?
            }
            "Shrink" => return self.shrink(x),
            "SwiGLU" => {
                let (alpha, linear) = (alpha(1.0), self.input(1)?);
                let gate = self.swish(x, alpha)?;
                self.mul(gate, linear)?
            }
            "Erf" => {
                // GELU is x times a half of 1 and this of x over the root of 2
                let wide = self.times(x, std::f64::consts::SQRT_2)?;
                let gelu = self.unary(Unary::Gelu { approximate: false }, wide)?;
                let none = self.with(Binary::Equal, wide, 0.0)?;
                let (zero, one) = (self.like(x, 0.0)?, self.like(x, 1.0)?);
                let share = self.select(none, one, wide)?;
                let share = self.div(gelu, share)?;
                let share = self.times(share, 2.0)?;
                let y = self.plus(share, -1.0)?;
                let y = self.select(none, zero, y)?;
                self.erfs.push([y, x]);
                y
            }
            "Tan" => {
                let (sine, cosine) = (self.unary(Unary::Sin, x)?, self.unary(Unary::Cos, x)?);
                self.div(sine, cosine)?
            }
            "Sinh" | "Cosh" => {
                let minus = self.unary(Unary::Neg, x)?;
                let (up, down) = (self.unary(Unary::Exp, x)?, self.unary(Unary::Exp, minus)?);
                let op = if name == "Sinh" { Binary::Sub } else { Binary::Add };
                let both = self.binary(op, up, down)?;
                self.times(both, 0.5)?
            }
            "Asinh" | "Acosh" => {
                let square = self.mul(x, x)?;
                let square = self.plus(square, if name == "Asinh" { 1.0 } else { -1.0 })?;
                let root = self.unary(Unary::Sqrt, square)?;
                let size = self.unary(Unary::Abs, x)?;
                let sum = self.add(size, root)?;
                let y = self.unary(Unary::Log, sum)?;
                let below = self.with(Binary::Less, x, 0.0)?;
                let minus = self.unary(Unary::Neg, y)?;
                self.select(below, minus, y)?
            }
            "Atanh" => {
                let minus = self.unary(Unary::Neg, x)?;
                let (up, down) = (self.plus(x, 1.0)?, self.plus(minus, 1.0)?);
                let ratio = self.div(up, down)?;
                let log = self.unary(Unary::Log, ratio)?;
                self.times(log, 0.5)?
            }
            "Reciprocal" => {
                let one = self.like(x, 1.0)?;
                self.div(one, x)?
            }
            _ => return refuse("is no function that is known"),
        };
        Ok(vec![y])
    }

    /// `x * sigmoid(alpha * x)`.
    pub(super) fn swish(&mut self, x: ValueId, alpha: f64) -> Made<ValueId> {
        let inner = self.times(x, alpha)?;
        let gate = self.unary(Unary::Logistic, inner)?;
        self.mul(x, gate)
    }

    /// `gamma * x`, and below 0, `gamma * alpha * (e^(inner * x) - 1)`.
    fn exponential(&mut self, x: ValueId, inner: f64, alpha: f64, gamma: f64) -> Made<ValueId> {
        if (inner, alpha, gamma) == (1.0, 1.0, 1.0) {
            return self.unary(Unary::Elu, x);
        }
        let above = self.unary(Unary::Relu, x)?;
        let below = self.times(x, inner)?;
        let below = self.unary(Unary::Elu, below)?;
        let below = self.with(Binary::Minimum, below, 0.0)?;
        let (above, below) = (self.times(above, gamma)?, self.times(below, gamma * alpha)?);
        self.add(above, below)
    }

    /// `log(1 + e^x)`, by way of `e^-|x|`, which stays small.
    pub(super) fn soft_plus(&mut self, x: ValueId) -> Made<ValueId> {
        let size = self.unary(Unary::Abs, x)?;
        let minus = self.unary(Unary::Neg, size)?;
        let power = self.unary(Unary::Exp, minus)?;
        let power = self.plus(power, 1.0)?;
        let rest = self.unary(Unary::Log, power)?;
        let above = self.unary(Unary::Relu, x)?;
        self.add(above, rest)
    }

    fn shrink(&mut self, x: ValueId) -> Made {
        let (bias, lambda) = (f64::from(self.float("bias", 0.0)), f64::from(self.float("lambd", 0.5)));
        let zero = self.like(x, 0.0)?;
        let (less, more) = (self.plus(x, -bias)?, self.plus(x, bias)?);
        let (above, below) = (self.with(Binary::Greater, x, lambda)?, self.with(Binary::Less, x, -lambda)?);
        let y = self.select(below, more, zero)?;
        Ok(vec![self.select(above, less, y)?])
    }

    /// Dropout does nothing once training is over; its mask keeps everything.
    pub(super) fn dropout(&mut self) -> Made {
        if self.maybe(2).is_some() && self.numbers(2, "training mode")?.is_some_and(|mode| mode != [0]) {
            return refuse("is in training mode, which draws random numbers");
        }
        let x = self.input(0)?;
        let mut made: Ids = vec![x];
        if self.has_output(1) {
            let shape = self.shape(x);
            made.push(self.constant(Type::Bool, &shape, vec![1; shape.iter().product()]));
        }
        Ok(made)
    }
}
