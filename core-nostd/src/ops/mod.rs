//! The registry of kernels. One operator family a file.
//!
//! A kernel's code is its operator (10 bits) and variant (6 bits). Variant 0 is canonical: portable, weights in the
//! source's order. Codes are append-only: a change of bits is a new code.

pub mod add;
pub mod channels;
pub mod concatenation;
pub mod conv;
pub mod convert;
pub mod depthwise;
pub mod elementwise;
pub mod fully_connected;
pub mod load;
pub mod lstm;
pub mod mean;
pub mod mul;
pub mod pad;
pub mod pool;
pub mod quant;
pub mod sigmoid;
pub mod softmax;
pub mod table;
pub mod window;

use crate::claim::Claim;
use crate::error::Error;
use crate::kernel::{Kernel, Registered};

/// The code of a variant of an operator.
pub const fn code(operator: u16, variant: u16) -> u16 {
    operator << 6 | variant
}

macro_rules! registry {
    ($($name:ident = ($operator:literal, $variant:literal) => $($kernel:ident)::+ $(, $in_place:ident)?;)*) => {
        $(
            #[doc = concat!("Code of [`", stringify!($($kernel)::+), "`].")]
            pub const $name: u16 = code($operator, $variant);
        )*

        crate::list! { $($name => $($kernel)::+ $(, $in_place)?;)* }
    };
}

/// What lies below the registry: nothing.
mod base {
    use super::*;

    pub(super) const fn kernel(_: u16) -> Option<Kernel> {
        None
    }
    pub(super) const fn check(_: &Claim<'_>) -> Result<(), Error> {
        Err(Error::UnknownKernel)
    }
    pub(super) const fn name(_: u16) -> Option<&'static str> {
        None
    }
    pub(super) static ALL: &[Registered] = &[];
}

registry! {
    // name                = (operator, variant) => kernel
    CONV_2D                = (1, 0) => conv::Conv2d;
    CONV_2D_PAIRS          = (1, 1) => conv::Pairs;
    DEPTHWISE_CONV_2D      = (2, 0) => depthwise::DepthwiseConv2d;
    DEPTHWISE_CONV_2D_QUADS = (2, 1) => depthwise::Quads;
    FULLY_CONNECTED        = (3, 0) => fully_connected::FullyConnected;
    FULLY_CONNECTED_PAIRS  = (3, 1) => fully_connected::Pairs;
    AVERAGE_POOL_2D        = (4, 0) => pool::Average;
    MAX_POOL_2D            = (5, 0) => pool::Max;
    MEAN                   = (6, 0) => mean::Mean;
    ADD                    = (7, 0) => add::Add, in_place;
    ADD_CONSTANT           = (7, 1) => add::AddConstant, in_place;
    MUL                    = (8, 0) => mul::Mul, in_place;
    MUL_CONSTANT           = (8, 1) => mul::MulConstant, in_place;
    SOFTMAX                = (9, 0) => softmax::Softmax, in_place;
    TABLE                  = (10, 0) => table::Table, in_place;
    PAD                    = (11, 0) => pad::Pad;
    CONCATENATION          = (12, 0) => concatenation::Concatenation;
    QUANTIZE               = (13, 0) => convert::Quantize;
    DEQUANTIZE             = (14, 0) => convert::Dequantize;
    LOAD                   = (15, 0) => load::Load;
    LSTM                   = (190, 0) => lstm::Lstm;
}
