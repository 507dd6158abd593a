//! `+`, `-`, `*` and `/` between tensors, and between tensors and numbers. They give results: `(&a + &b)?`.

use std::ops::{Add, Div, Mul, Neg, Sub};

use super::Tensor;
use crate::Result;

macro_rules! operators {
    ($($trait:ident $name:ident $symbol:tt),+) => {$(
        impl $trait for &Tensor {
            type Output = Result<Tensor>;
            fn $name(self, other: &Tensor) -> Result<Tensor> {
                Tensor::$name(self, other)
            }
        }
        impl $trait<f32> for &Tensor {
            type Output = Result<Tensor>;
            fn $name(self, other: f32) -> Result<Tensor> {
                self.map(|x| x $symbol other)
            }
        }
        impl $trait<&Tensor> for f32 {
            type Output = Result<Tensor>;
            fn $name(self, other: &Tensor) -> Result<Tensor> {
                other.map(|x| self $symbol x)
            }
        }
    )+};
}
operators!(Add add +, Sub sub -, Mul mul *, Div div /);

impl Neg for &Tensor {
    type Output = Result<Tensor>;
    fn neg(self) -> Result<Tensor> {
        Tensor::neg(self)
    }
}
