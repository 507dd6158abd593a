//! Elementwise operations.

use std::sync::Arc;

use super::{Tensor, compute_one, curve};
use crate::Result;
use crate::autograd::{Grad, is_grad_enabled, record_all};
use crate::device::{Binary, Expr, Op, Unary, Var};
use crate::{Layout, Shape};

/// The value of an expression for each element of its inputs, broadcast to one shape.
pub(crate) fn map(name: &'static str, expr: Expr, inputs: &[&Tensor]) -> Result<Tensor> {
    let mut shape = inputs[0].float(name)?.shape().clone();
    for input in &inputs[1..] {
        shape = shape.broadcast(name, input.float(name)?.shape())?;
    }
    let wide: Vec<Tensor> = inputs.iter().map(|input| input.detach().broadcast(&shape)).collect();
    let gradients: Option<Vec<Option<Expr>>> = (is_grad_enabled()
        && inputs.iter().any(|input| input.requires_grad()))
    .then(|| {
        inputs.iter().enumerate().map(|(i, input)| input.requires_grad().then(|| expr.gradient(i))).collect()
    });
    let output = compute_one(&Op::Map(expr), &wide.iter().collect::<Vec<_>>(), &shape)?;
    let Some(gradients) = gradients else { return Ok(output) };
    // Only what a gradient reads is kept; the output is the last input of the gradients but one.
    let values = wide.iter().chain([&output]).enumerate();
    let kept: Vec<usize> = values
        .clone()
        .filter(|&(i, _)| gradients.iter().flatten().any(|expr| expr.reads(i)))
        .map(|(i, _)| i)
        .collect();
    let saved: Vec<Tensor> =
        values.filter(|(i, _)| kept.contains(i)).map(|(_, tensor)| tensor.clone()).collect();
    let shapes: Vec<Shape> = inputs.iter().map(|input| input.shape().clone()).collect();
    let count = inputs.len() + 1;
    let gradients = Arc::new(gradients);
    Ok(record_all(name, output, inputs, &saved.iter().collect::<Vec<_>>(), move |saved, g| {
        let mut reads = vec![g; count + 1];
        for (&at, saved) in kept.iter().zip(saved) {
            reads[at] = saved;
        }
        let gradient = |(expr, shape): (&Option<Expr>, &Shape)| {
            let Some(expr) = expr else { return Ok(None) };
            // What is passed on as it is needs no pass over it.
            let whole = match expr.instrs() {
                [crate::device::Instr::Input(_)] => g.clone(),
                _ => {
                    let reads: Vec<Tensor> = reads.iter().map(|read| read.broadcast(g.shape())).collect();
                    compute_one(&Op::Map(expr.clone()), &reads.iter().collect::<Vec<_>>(), g.shape())?
                }
            };
            Ok(Some(Grad::Whole(whole.sum_to(shape)?)))
        };
        gradients.iter().zip(&shapes).map(gradient).collect()
    }))
}

impl Tensor {
    /// A view of itself as a larger tensor, without a past.
    pub(crate) fn broadcast(&self, shape: &Shape) -> Tensor {
        if self.shape() == shape {
            self.detach()
        } else {
            self.seen_as(Layout::broadcast(self.layout(), shape))
        }
    }

    /// Adds up what was broadcast, so that the shape is `shape`.
    pub(crate) fn sum_to(&self, shape: &Shape) -> Result<Tensor> {
        if self.shape() == shape {
            return Ok(self.clone());
        }
        let more = self.rank() - shape.len();
        let axes: Vec<isize> = (0..self.rank())
            .filter(|&a| a < more || shape[a - more] != self.shape()[a])
            .map(|a| a as isize)
            .collect();
        self.sum(&axes, true)?.reshape(shape)
    }

    /// A function of each element, computed in one pass, its gradient too:
    ///
    /// ```
    /// # use midge_train::Tensor;
    /// let x = Tensor::from_slice(&[1.0f32, 2.0], [2])?;
    /// let y = x.map(|x| x.clone() * x + 1.0)?;
    /// assert_eq!(y.to_vec::<f32>()?, [2.0, 5.0]);
    /// # Ok::<(), midge_train::Error>(())
    /// ```
    ///
    /// # Errors
    /// Its numbers are not f32.
    pub fn map(&self, function: impl FnOnce(Var) -> Var) -> Result<Tensor> {
        map("map", Expr::new(|[x]| function(x)), &[self])
    }

    /// A function of each pair of elements, broadcast, computed in one pass.
    ///
    /// # Errors
    /// Shapes do not broadcast, or numbers are not f32.
    pub fn map_with(&self, other: &Tensor, function: impl FnOnce(Var, Var) -> Var) -> Result<Tensor> {
        map("map_with", Expr::new(|[x, y]| function(x, y)), &[self, other])
    }

    /// Elements of `yes` where this is not 0, else of `no`; all broadcast.
    ///
    /// # Errors
    /// Shapes do not broadcast, or numbers are not f32.
    pub fn select(&self, yes: &Tensor, no: &Tensor) -> Result<Tensor> {
        map("select", Expr::new(|[c, yes, no]| c.select(&yes, &no)), &[self, yes, no])
    }

    /// Gaussian error linear unit: `x` times the normal distribution's share below `x`.
    ///
    /// # Errors
    /// Its numbers are not f32.
    pub fn gelu(&self) -> Result<Tensor> {
        map("gelu", Expr::new(|[x]| curve::gelu(x)), &[self])
    }

    /// `x` times its logistic function; also called SiLU.
    ///
    /// # Errors
    /// Its numbers are not f32.
    pub fn swish(&self) -> Result<Tensor> {
        map("swish", Expr::new(|[x]| x.clone() * x.sigmoid()), &[self])
    }

    /// `x` where it is positive, else `slope * x`.
    ///
    /// # Errors
    /// Its numbers are not f32.
    pub fn leaky_relu(&self, slope: f32) -> Result<Tensor> {
        map("leaky_relu", Expr::new(|[x]| curve::leaky_relu(x, slope)), &[self])
    }

    /// `x` where it is positive, else `alpha * (exp(x) - 1)`.
    ///
    /// # Errors
    /// Its numbers are not f32.
    pub fn elu(&self, alpha: f32) -> Result<Tensor> {
        map("elu", Expr::new(|[x]| curve::elu(x, alpha)), &[self])
    }

    /// Elements, but at least `low` and at most `high`.
    ///
    /// # Errors
    /// Its numbers are not f32.
    pub fn clamp(&self, low: f32, high: f32) -> Result<Tensor> {
        map("clamp", Expr::new(|[x]| x.at_least(low).at_most(high)), &[self])
    }

    /// Elements to the power of a number.
    ///
    /// # Errors
    /// Its numbers are not f32.
    pub fn powf(&self, exponent: f32) -> Result<Tensor> {
        let expr = Expr::new(|[x]| match exponent {
            2.0 => x.clone() * x,
            0.5 => x.sqrt(),
            _ => x.powf(exponent),
        });
        map("powf", expr, &[self])
    }
}

macro_rules! unary {
    ($($(#[$doc:meta])* $name:ident $op:ident),+ $(,)?) => {
        impl Tensor {$(
            $(#[$doc])*
            ///
            /// # Errors
            /// Its numbers are not f32.
            pub fn $name(&self) -> Result<Tensor> {
                map(stringify!($name), Expr::new(|[x]| x.unary(Unary::$op)), &[self])
            }
        )+}
    };
}
unary! {
    /// `-x`
    neg Neg,
    /// `|x|`
    abs Abs,
    /// -1, 0 or 1
    sign Sign,
    /// e to the power of x
    exp Exp,
    /// The natural logarithm
    log Log,
    /// The square root
    sqrt Sqrt,
    /// `1 / x`
    recip Recip,
    /// The hyperbolic tangent
    tanh Tanh,
    /// The logistic function
    sigmoid Sigmoid,
    /// The error function
    erf Erf,
    /// The sine
    sin Sin,
    /// The cosine
    cos Cos,
    /// `max(x, 0)`
    relu Relu,
    /// The greatest integer that is not greater
    floor Floor,
    /// The nearest integer, ties to even
    round Round,
}

macro_rules! binary {
    ($($(#[$doc:meta])* $name:ident $op:ident),+ $(,)?) => {
        impl Tensor {$(
            $(#[$doc])*
            ///
            /// # Errors
            /// Shapes do not broadcast, or numbers are not f32.
            pub fn $name(&self, other: &Tensor) -> Result<Tensor> {
                map(stringify!($name), Expr::new(|[a, b]| a.binary(Binary::$op, &b)), &[self, other])
            }
        )+}
    };
}
binary! {
    /// `a + b`
    add Add,
    /// `a - b`
    sub Sub,
    /// `a * b`
    mul Mul,
    /// `a / b`
    div Div,
    /// `a` to the power of `b`
    pow Pow,
    /// The greater of each pair
    maximum Max,
    /// The lesser of each pair
    minimum Min,
    /// 1 where `a > b`, else 0
    greater Greater,
    /// 1 where `a >= b`, else 0
    greater_equal GreaterEqual,
    /// 1 where `a == b`, else 0
    equal Equal,
}
