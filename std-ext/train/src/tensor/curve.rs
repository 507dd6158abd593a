//! Activations that other formats know by a name, as expressions.

use crate::device::Var;

/// `x` times the normal distribution's share below it.
pub(crate) fn gelu(x: Var) -> Var {
    x.clone() * 0.5 * (1.0 + (x * std::f32::consts::FRAC_1_SQRT_2).erf())
}

/// `x` where it is positive, else `slope * x`.
pub(crate) fn leaky_relu(x: Var, slope: f32) -> Var {
    x.above(0.0).select(&x, &(x.clone() * slope))
}

/// `x` where it is positive, else `alpha * (exp(x) - 1)`.
pub(crate) fn elu(x: Var, alpha: f32) -> Var {
    x.above(0.0).select(&x, &((x.at_most(0.0).exp() - 1.0) * alpha))
}
