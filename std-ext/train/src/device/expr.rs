//! Elementwise arithmetic as a list of instructions, and its derivative.

use std::cell::RefCell;
use std::ops::{Add, Div, Mul, Neg, Sub};
use std::rc::Rc;

/// A function of one number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Unary {
    /// `-x`
    Neg,
    /// `|x|`
    Abs,
    /// -1, 0 or 1
    Sign,
    /// e to the power of x
    Exp,
    /// The natural logarithm
    Log,
    /// The square root
    Sqrt,
    /// `1 / x`
    Recip,
    /// The hyperbolic tangent
    Tanh,
    /// `1 / (1 + exp(-x))`
    Sigmoid,
    /// The error function
    Erf,
    /// The sine
    Sin,
    /// The cosine
    Cos,
    /// `max(x, 0)`
    Relu,
    /// The greatest integer that is not greater; its derivative is 0
    Floor,
    /// The nearest integer, ties to even; its derivative is 0
    Round,
}

/// A function of two numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Binary {
    /// `a + b`
    Add,
    /// `a - b`
    Sub,
    /// `a * b`
    Mul,
    /// `a / b`
    Div,
    /// `a` to the power of `b`
    Pow,
    /// The greater one
    Max,
    /// The lesser one
    Min,
    /// 1 if `a > b`, else 0
    Greater,
    /// 1 if `a >= b`, else 0
    GreaterEqual,
    /// 1 if `a == b`, else 0
    Equal,
}

/// One step of an [`Expr`]; operands are the numbers of earlier steps.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Instr {
    /// An element of an input.
    Input(usize),
    /// A number.
    Const(f32),
    /// A function of one.
    Unary(Unary, usize),
    /// A function of two.
    Binary(Binary, usize, usize),
    /// The second where the first is not 0, else the third.
    Select(usize, usize, usize),
}

/// A function of an element of each input, the same for all elements. The last instruction is its value.
#[derive(Clone, Debug, PartialEq)]
pub struct Expr {
    instrs: Vec<Instr>,
    inputs: usize,
}

/// A value in an expression that is being written down.
#[derive(Clone)]
pub struct Var {
    list: Rc<RefCell<Vec<Instr>>>,
    at: usize,
}

impl Expr {
    /// Writes down a function of `N` elements.
    pub fn new<const N: usize>(function: impl FnOnce([Var; N]) -> Var) -> Expr {
        let list = Rc::default();
        let inputs = std::array::from_fn(|i| Var::push(&list, Instr::Input(i)));
        function(inputs).close(N)
    }

    /// The steps.
    pub fn instrs(&self) -> &[Instr] {
        &self.instrs
    }

    /// How many inputs it has.
    pub fn inputs(&self) -> usize {
        self.inputs
    }

    /// Whether it reads input `i`.
    pub fn reads(&self, i: usize) -> bool {
        self.instrs.contains(&Instr::Input(i))
    }

    /// The derivative by input `by`, times the gradient of the value. Its inputs are those of the expression, then its
    /// value, then the gradient.
    pub(crate) fn gradient(&self, by: usize) -> Expr {
        let list = Rc::default();
        let value = |i: usize| Var::push(&list, Instr::Input(i));
        let last = self.instrs.len() - 1;
        let mut values: Vec<Var> = Vec::with_capacity(last + 1);
        for (i, instr) in self.instrs.iter().enumerate() {
            let v = match *instr {
                _ if i == last => value(self.inputs),
                Instr::Input(k) => value(k),
                Instr::Const(c) => Var::push(&list, Instr::Const(c)),
                Instr::Unary(op, a) => values[a].unary(op),
                Instr::Binary(op, a, b) => values[a].binary(op, &values[b]),
                Instr::Select(c, a, b) => values[c].select(&values[a], &values[b]),
            };
            values.push(v);
        }
        // Backwards through the list: what each step's value adds to the gradient.
        let mut grads: Vec<Option<Var>> = vec![None; last + 1];
        grads[last] = Some(value(self.inputs + 1));
        let mut sum: Option<Var> = None;
        for (i, instr) in self.instrs.iter().enumerate().rev() {
            let Some(g) = grads[i].take() else { continue };
            let mut give = |to: usize, g: Var| {
                grads[to] = Some(match grads[to].take() {
                    Some(before) => before + g,
                    None => g,
                });
            };
            match *instr {
                Instr::Input(k) if k == by => sum = Some(sum.map_or(g.clone(), |before| before + g)),
                Instr::Input(_) | Instr::Const(_) => {}
                Instr::Unary(op, a) => {
                    if let Some(d) = op.derivative(&values[a], &values[i]) {
                        give(a, g * d);
                    }
                }
                Instr::Binary(op, a, b) => {
                    let (x, y, z) = (&values[a], &values[b], &values[i]);
                    match op {
                        Binary::Add => {
                            give(a, g.clone());
                            give(b, g);
                        }
                        Binary::Sub => {
                            give(a, g.clone());
                            give(b, -g);
                        }
                        Binary::Mul => {
                            give(a, g.clone() * y.clone());
                            give(b, g * x.clone());
                        }
                        Binary::Div => {
                            let share = g / y.clone();
                            give(a, share.clone());
                            give(b, -(share * z.clone()));
                        }
                        Binary::Pow => {
                            // What is constant there has no gradient, whatever the other factors are.
                            let zero = Var::push(&list, Instr::Const(0.0));
                            let base = g.clone() * y.clone() * x.pow(&(y.clone() - 1.0));
                            give(a, y.select(&base, &zero));
                            give(b, x.select(&(g * z.clone() * x.log()), &zero));
                        }
                        Binary::Max | Binary::Min => {
                            let first = if op == Binary::Max {
                                x.binary(Binary::GreaterEqual, y)
                            } else {
                                y.binary(Binary::GreaterEqual, x)
                            };
                            give(a, g.clone() * first.clone());
                            give(b, g * (1.0 - first));
                        }
                        Binary::Greater | Binary::GreaterEqual | Binary::Equal => {}
                    }
                }
                Instr::Select(c, a, b) => {
                    let zero = Var::push(&list, Instr::Const(0.0));
                    give(a, values[c].select(&g, &zero));
                    give(b, values[c].select(&zero, &g));
                }
            }
        }
        let sum = sum.unwrap_or_else(|| Var::push(&list, Instr::Const(0.0)));
        sum.close(self.inputs + 2)
    }
}

impl Unary {
    /// The derivative at `x`, where the function is `y`.
    fn derivative(self, x: &Var, y: &Var) -> Option<Var> {
        Some(match self {
            Unary::Neg => x.constant(-1.0),
            Unary::Abs => x.unary(Unary::Sign),
            Unary::Exp => y.clone(),
            Unary::Log => x.unary(Unary::Recip),
            Unary::Sqrt => 0.5 / y.clone(),
            Unary::Recip => -(y.clone() * y.clone()),
            Unary::Tanh => 1.0 - y.clone() * y.clone(),
            Unary::Sigmoid => y.clone() * (1.0 - y.clone()),
            // 2 / sqrt(pi) * exp(-x^2)
            Unary::Erf => (-(x.clone() * x.clone())).exp() * std::f32::consts::FRAC_2_SQRT_PI,
            Unary::Sin => x.unary(Unary::Cos),
            Unary::Cos => -x.unary(Unary::Sin),
            Unary::Relu => y.binary(Binary::Greater, &x.constant(0.0)),
            Unary::Sign | Unary::Floor | Unary::Round => return None,
        })
    }
}

impl Var {
    /// The value of an instruction; an equal one that is there already serves again.
    fn push(list: &Rc<RefCell<Vec<Instr>>>, instr: Instr) -> Var {
        let mut steps = list.borrow_mut();
        let at = steps.iter().position(|&other| other == instr).unwrap_or_else(|| {
            steps.push(instr);
            steps.len() - 1
        });
        drop(steps);
        Var { list: Rc::clone(list), at }
    }

    fn constant(&self, number: f32) -> Var {
        Var::push(&self.list, Instr::Const(number))
    }

    /// A function of it.
    pub fn unary(&self, op: Unary) -> Var {
        Var::push(&self.list, Instr::Unary(op, self.at))
    }

    /// A function of it and another.
    pub fn binary(&self, op: Binary, other: &Var) -> Var {
        Var::push(&self.list, Instr::Binary(op, self.at, other.at))
    }

    /// `yes` where it is not 0, else `no`.
    pub fn select(&self, yes: &Var, no: &Var) -> Var {
        Var::push(&self.list, Instr::Select(self.at, yes.at, no.at))
    }

    /// It, to the power of another.
    pub fn pow(&self, other: &Var) -> Var {
        self.binary(Binary::Pow, other)
    }

    /// It, to the power of a number.
    pub fn powf(&self, exponent: f32) -> Var {
        self.pow(&self.constant(exponent))
    }

    /// 1 where it is greater than a number, else 0.
    pub fn above(&self, number: f32) -> Var {
        self.binary(Binary::Greater, &self.constant(number))
    }

    /// At least `number`.
    pub fn at_least(&self, number: f32) -> Var {
        self.binary(Binary::Max, &self.constant(number))
    }

    /// At most `number`.
    pub fn at_most(&self, number: f32) -> Var {
        self.binary(Binary::Min, &self.constant(number))
    }

    /// The list up to this value, without steps that it does not need.
    fn close(self, inputs: usize) -> Expr {
        let all = self.list.borrow();
        let mut needed = vec![false; all.len()];
        needed[self.at] = true;
        for i in (0..=self.at).rev() {
            if needed[i] {
                all[i].operands(|at| needed[at] = true);
            }
        }
        let mut moved = vec![0; all.len()];
        let mut instrs = Vec::new();
        for (i, instr) in all.iter().enumerate().filter(|&(i, _)| needed[i]) {
            moved[i] = instrs.len();
            instrs.push(instr.renumbered(&moved));
        }
        // The value is the last step, also if it is an input or was written down early.
        Expr { instrs, inputs }
    }
}

impl Instr {
    /// Calls `f` with the steps it needs.
    fn operands(self, mut f: impl FnMut(usize)) {
        match self {
            Instr::Input(_) | Instr::Const(_) => {}
            Instr::Unary(_, a) => f(a),
            Instr::Binary(_, a, b) => [a, b].into_iter().for_each(f),
            Instr::Select(a, b, c) => [a, b, c].into_iter().for_each(f),
        }
    }

    fn renumbered(self, moved: &[usize]) -> Instr {
        match self {
            Instr::Input(_) | Instr::Const(_) => self,
            Instr::Unary(op, a) => Instr::Unary(op, moved[a]),
            Instr::Binary(op, a, b) => Instr::Binary(op, moved[a], moved[b]),
            Instr::Select(a, b, c) => Instr::Select(moved[a], moved[b], moved[c]),
        }
    }
}

macro_rules! functions {
    ($($(#[$doc:meta])* $name:ident $op:ident),+ $(,)?) => {
        impl Var {
            $($(#[$doc])* pub fn $name(&self) -> Var { self.unary(Unary::$op) })+
        }
    };
}
functions! {
    /// Its absolute value.
    abs Abs,
    /// -1, 0 or 1.
    sign Sign,
    /// e to its power.
    exp Exp,
    /// Its natural logarithm.
    log Log,
    /// Its square root.
    sqrt Sqrt,
    /// 1 divided by it.
    recip Recip,
    /// Its hyperbolic tangent.
    tanh Tanh,
    /// Its logistic function.
    sigmoid Sigmoid,
    /// Its error function.
    erf Erf,
    /// Its sine.
    sin Sin,
    /// Its cosine.
    cos Cos,
    /// It, but at least 0.
    relu Relu,
    /// The greatest integer that is not greater.
    floor Floor,
    /// The nearest integer.
    round Round,
}

impl Neg for Var {
    type Output = Var;
    fn neg(self) -> Var {
        self.unary(Unary::Neg)
    }
}

macro_rules! operators {
    ($($trait:ident $name:ident $op:ident),+) => {$(
        impl $trait for Var {
            type Output = Var;
            fn $name(self, other: Var) -> Var {
                self.binary(Binary::$op, &other)
            }
        }
        impl $trait<f32> for Var {
            type Output = Var;
            fn $name(self, other: f32) -> Var {
                self.binary(Binary::$op, &self.constant(other))
            }
        }
        impl $trait<Var> for f32 {
            type Output = Var;
            fn $name(self, other: Var) -> Var {
                other.constant(self).binary(Binary::$op, &other)
            }
        }
    )+};
}
operators!(Add add Add, Sub sub Sub, Mul mul Mul, Div div Div);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_steps_are_one_and_unused_ones_go() {
        let expr = Expr::new(|[x, y]| {
            let _ = y.exp();
            x.exp() * x.exp()
        });
        assert_eq!(
            expr.instrs(),
            [Instr::Input(0), Instr::Unary(Unary::Exp, 0), Instr::Binary(Binary::Mul, 1, 1)]
        );
        assert!(!expr.reads(1));
    }

    #[test]
    fn the_gradient_of_a_function_that_is_its_own_derivative_reads_only_its_value() {
        let gradient = Expr::new(|[x]| x.exp()).gradient(0);
        assert!(!gradient.reads(0));
        assert!(gradient.reads(1) && gradient.reads(2));
    }
}
