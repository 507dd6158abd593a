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
