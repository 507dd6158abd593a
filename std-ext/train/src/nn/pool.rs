//! Pooling layers.

use super::{Module, Part};
use crate::device::Window;
use crate::{Result, Tensor};

/// The greatest of each window.
#[derive(Clone, Copy, Debug)]
pub struct MaxPool2d(pub Window);

/// The mean of each window, padding counted as zeros.
#[derive(Clone, Copy, Debug)]
pub struct AvgPool2d(pub Window);

/// Means of windows so that a given size comes out.
#[derive(Clone, Copy, Debug)]
pub struct AdaptiveAvgPool2d(pub [usize; 2]);

/// The greatest of windows so that a given size comes out.
#[derive(Clone, Copy, Debug)]
pub struct AdaptiveMaxPool2d(pub [usize; 2]);

/// Means of windows of a signal so that a given size comes out.
#[derive(Clone, Copy, Debug)]
pub struct AdaptiveAvgPool1d(pub usize);

macro_rules! signals {
    ($($(#[$doc:meta])+ $name:ident: $pool:expr;)+) => {$(
        $(#[$doc])+
        #[derive(Clone, Copy, Debug)]
        pub struct $name {
            size: usize,
            stride: usize,
            padding: usize,
        }

        impl $name {
            /// Windows of `size` that touch and do not overlap.
            pub fn new(size: usize) -> $name {
                $name { size, stride: size, padding: 0 }
            }

            /// With another stride.
            pub fn stride(self, stride: usize) -> $name {
                $name { stride, ..self }
            }

            /// With so many places before and behind the signal.
            pub fn padding(self, padding: usize) -> $name {
                $name { padding, ..self }
            }
        }

        impl Module for $name {
            fn forward(&self, x: &Tensor) -> Result<Tensor> {
                let pool: fn(&Tensor, usize, usize, usize) -> Result<Tensor> = $pool;
                pool(x, self.size, self.stride, self.padding)
            }

            fn visit<'a>(&'a self, _: &mut dyn FnMut(&str, Part<'a>)) {}
        }
    )+};
}
signals! {
    /// The greatest of each window of a signal `[n, c, w]`.
    MaxPool1d: Tensor::max_pool1d;
    /// The mean of each window of a signal `[n, c, w]`, padding counted as zeros.
    AvgPool1d: |x, size, stride, padding| x.avg_pool1d(size, stride, padding, true);
}

macro_rules! windows {
    ($($name:ident),+) => {$(
        impl $name {
            /// Windows of `size` that touch and do not overlap.
            pub fn new(size: [usize; 2]) -> $name {
                $name(Window { size, stride: size, padding: [[0, 0]; 2], dilation: [1, 1] })
            }

            /// With another stride, down and across.
            pub fn stride(self, stride: [usize; 2]) -> $name {
                $name(Window { stride, ..self.0 })
            }

            /// With so many rows above and below, and columns left and right.
            pub fn padding(self, padding: [usize; 2]) -> $name {
                $name(Window { padding: padding.map(|p| [p, p]), ..self.0 })
            }
        }
    )+};
}
windows!(MaxPool2d, AvgPool2d);

impl Module for MaxPool2d {
    fn forward(&self, x: &Tensor) -> Result<Tensor> {
        x.max_pool2d(self.0)
    }

    fn visit<'a>(&'a self, _: &mut dyn FnMut(&str, Part<'a>)) {}
}

impl Module for AvgPool2d {
    fn forward(&self, x: &Tensor) -> Result<Tensor> {
        x.avg_pool2d(self.0, true)
    }

    fn visit<'a>(&'a self, _: &mut dyn FnMut(&str, Part<'a>)) {}
}

impl Module for AdaptiveAvgPool2d {
    fn forward(&self, x: &Tensor) -> Result<Tensor> {
        x.adaptive_avg_pool2d(self.0)
    }

    fn visit<'a>(&'a self, _: &mut dyn FnMut(&str, Part<'a>)) {}
}

impl Module for AdaptiveMaxPool2d {
    fn forward(&self, x: &Tensor) -> Result<Tensor> {
        x.adaptive_max_pool2d(self.0)
    }

    fn visit<'a>(&'a self, _: &mut dyn FnMut(&str, Part<'a>)) {}
}

impl Module for AdaptiveAvgPool1d {
    fn forward(&self, x: &Tensor) -> Result<Tensor> {
        x.adaptive_avg_pool1d(self.0)
    }

    fn visit<'a>(&'a self, _: &mut dyn FnMut(&str, Part<'a>)) {}
}
