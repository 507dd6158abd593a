//! Layers without parameters that are functions of each element, or of each row.

use super::{Module, Part};
use crate::{Result, Tensor};

/// Layers that a method of [`Tensor`] does.
macro_rules! activations {
    ($($(#[$doc:meta])* $name:ident => |$x:ident| $value:expr;)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default)]
        pub struct $name;

        impl Module for $name {
            fn forward(&self, $x: &Tensor) -> Result<Tensor> {
                $value
            }

            fn visit<'a>(&'a self, _: &mut dyn FnMut(&str, Part<'a>)) {}
        }
    )+};
}
activations! {
    /// `max(x, 0)`.
    Relu => |x| x.relu();
    /// The logistic function.
    Sigmoid => |x| x.sigmoid();
    /// The hyperbolic tangent.
    Tanh => |x| x.tanh();
    /// `x` times the normal distribution's share below `x`.
    Gelu => |x| x.gelu();
    /// `x` times its logistic function; also called SiLU.
    Swish => |x| x.swish();
    /// Softmax over the last axis.
    Softmax => |x| x.softmax(-1);
    /// The logarithm of the softmax over the last axis.
    LogSoftmax => |x| x.log_softmax(-1);
    /// All axes behind the batch as one.
    Flatten => |x| x.flatten(1);
}

/// Layers that a method of [`Tensor`] does with a number.
macro_rules! with_number {
    ($($(#[$doc:meta])* $name:ident => $method:ident;)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug)]
        pub struct $name(pub f32);

        impl Module for $name {
            fn forward(&self, x: &Tensor) -> Result<Tensor> {
                x.$method(self.0)
            }

            fn visit<'a>(&'a self, _: &mut dyn FnMut(&str, Part<'a>)) {}
        }
    )+};
}
with_number! {
    /// `x` where it is positive, else this times `x`.
    LeakyRelu => leaky_relu;
    /// `x` where it is positive, else this times `exp(x) - 1`.
    Elu => elu;
}
