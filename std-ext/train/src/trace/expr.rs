//! Elementwise expressions as ONNX's operators, one for each step, except where one operator is the whole expression.

use midge_compiler::export::{Attribute, number};
use midge_compiler::graph::Type;

use super::build::Build;
use crate::device::{Binary, Expr, Instr, Unary};
use crate::tensor::curve;

/// The value of a step: numbers, or what is true.
enum Step {
    Number(String),
    Truth(String),
}

impl Build<'_> {
    /// The value of an expression of these inputs.
    pub(super) fn expr(&mut self, expr: &Expr, inputs: &[String]) -> String {
        if let Some(name) = self.known(expr, &inputs[0]) {
            return name;
        }
        let mut steps: Vec<Step> = Vec::new();
        for instr in expr.instrs() {
            let step = match *instr {
                Instr::Input(i) => Step::Number(inputs[i].clone()),
                Instr::Const(c) => Step::Number(self.floats(&[], &[c])),
                Instr::Unary(op, a) => {
                    let a = self.number(&steps[a]);
                    Step::Number(self.node(unary(op), &[&a], &[]))
                }
                Instr::Binary(op, a, b) => {
                    let (a, b) = (self.number(&steps[a]), self.number(&steps[b]));
                    let made = self.node(binary(op), &[&a, &b], &[]);
                    match op {
                        Binary::Greater | Binary::GreaterEqual | Binary::Equal => Step::Truth(made),
                        _ => Step::Number(made),
                    }
                }
                Instr::Select(c, yes, no) => {
                    let c = self.truth(&steps[c]);
                    let (yes, no) = (self.number(&steps[yes]), self.number(&steps[no]));
                    Step::Number(self.node("Where", &[&c, &yes, &no], &[]))
                }
            };
            steps.push(step);
        }
        // An expression has a step at least.
        steps.last().map_or(String::new(), |last| self.number(last))
    }

    fn number(&mut self, step: &Step) -> String {
        match step {
            Step::Number(name) => name.clone(),
            Step::Truth(name) => {
                let to = Attribute::Int("to", number(Type::F32).into());
                self.node("Cast", &[name], &[to])
            }
        }
    }

    fn truth(&mut self, step: &Step) -> String {
        match step {
            Step::Truth(name) => name.clone(),
            Step::Number(name) => {
                let zero = self.floats(&[], &[0.0]);
                let is_zero = self.node("Equal", &[name, &zero], &[]);
                self.node("Not", &[&is_zero], &[])
            }
        }
    }

    /// The one operator that a whole expression of `x` is.
    fn known(&mut self, expr: &Expr, x: &str) -> Option<String> {
        if expr.inputs() != 1 {
            return None;
        }
        let constants = || {
            expr.instrs().iter().filter_map(|instr| match instr {
                Instr::Const(c) => Some(*c),
                _ => None,
            })
        };
        if *expr == Expr::new(|[x]| curve::gelu(x)) {
            return Some(self.node("Gelu", &[x], &[]));
        }
        if let Some(slope) = constants().find(|&c| *expr == Expr::new(|[x]| curve::leaky_relu(x, c))) {
            return Some(self.node("LeakyRelu", &[x], &[Attribute::Float("alpha", slope)]));
        }
        if let Some(alpha) = constants().find(|&c| *expr == Expr::new(|[x]| curve::elu(x, c))) {
            return Some(self.node("Elu", &[x], &[Attribute::Float("alpha", alpha)]));
        }
        let mut both = constants().flat_map(|low| constants().map(move |high| (low, high)));
        let (low, high) =
            both.find(|&(low, high)| *expr == Expr::new(|[x]| x.at_least(low).at_most(high)))?;
        let (low, high) = (self.floats(&[], &[low]), self.floats(&[], &[high]));
        Some(self.node("Clip", &[x, &low, &high], &[]))
    }
}

fn unary(op: Unary) -> &'static str {
    match op {
        Unary::Neg => "Neg",
        Unary::Abs => "Abs",
        Unary::Sign => "Sign",
        Unary::Exp => "Exp",
        Unary::Log => "Log",
        Unary::Sqrt => "Sqrt",
        Unary::Recip => "Reciprocal",
        Unary::Tanh => "Tanh",
        Unary::Sigmoid => "Sigmoid",
        Unary::Erf => "Erf",
        Unary::Sin => "Sin",
        Unary::Cos => "Cos",
        Unary::Relu => "Relu",
        Unary::Floor => "Floor",
        Unary::Round => "Round",
    }
}

fn binary(op: Binary) -> &'static str {
    match op {
        Binary::Add => "Add",
        Binary::Sub => "Sub",
        Binary::Mul => "Mul",
        Binary::Div => "Div",
        Binary::Pow => "Pow",
        Binary::Max => "Max",
        Binary::Min => "Min",
        Binary::Greater => "Greater",
        Binary::GreaterEqual => "GreaterOrEqual",
        Binary::Equal => "Equal",
    }
}
