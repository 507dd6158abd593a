//! The registry of kernels. One operator family a file.
//!
//! A kernel's code is its operator (10 bits) and variant (6 bits). Variant 0 is canonical: portable, weights in the
//! source's order. Codes are append-only: a change of bits is a new code.

pub mod add;
mod axes;
pub mod channels;
pub mod compare;
pub mod concatenation;
pub mod conv;
pub mod convert;
pub mod copy;
pub mod depthwise;
pub mod elementwise;
pub mod fully_connected;
pub mod load;
pub mod lstm;
pub mod lstm_float;
pub mod map;
pub mod mean;
pub mod mul;
pub mod number;
pub mod pad;
pub mod pairwise;
pub mod pick;
pub mod pool;
pub mod quant;
pub mod sigmoid;
pub mod softmax;
pub mod svdf;
pub mod table;
pub mod window;

use self::map::Each;
use self::pairwise::Pairwise;
use crate::claim::Claim;
use crate::error::Error;
use crate::kernel::{Kernel, Registered};

/// The code of a variant of an operator.
pub const fn code(operator: u16, variant: u16) -> u16 {
    operator << 6 | variant
}

macro_rules! registry {
    ($($name:ident = ($operator:literal, $variant:literal) => $kernel:ty $(, $in_place:ident)?;)*) => {
        $(
            #[doc = concat!("Code of `", stringify!($kernel), "`.")]
            pub const $name: u16 = code($operator, $variant);
        )*

        crate::list! { $($name => $kernel $(, $in_place)?;)* }
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
    COPY                   = (120, 0) => copy::Copy;
    PAD_VALUE              = (122, 0) => pad::PadValue;
    PICK                   = (121, 0) => pick::Pick;
    ADD_F32                = (70, 0) => Pairwise<f32, pairwise::Add>, in_place;
    SUB_F32                = (71, 0) => Pairwise<f32, pairwise::Sub>, in_place;
    MUL_F32                = (72, 0) => Pairwise<f32, pairwise::Mul>, in_place;
    DIV_F32                = (73, 0) => Pairwise<f32, pairwise::Div>, in_place;
    MAXIMUM_F32            = (74, 0) => Pairwise<f32, pairwise::Maximum>, in_place;
    MINIMUM_F32            = (75, 0) => Pairwise<f32, pairwise::Minimum>, in_place;
    SQUARED_DIFFERENCE_F32 = (76, 0) => Pairwise<f32, pairwise::SquaredDifference>, in_place;
    POW_F32                = (77, 0) => Pairwise<f32, pairwise::Pow>, in_place;
    FLOOR_DIV_F32          = (78, 0) => Pairwise<f32, pairwise::FloorDiv>, in_place;
    FLOOR_MOD_F32          = (79, 0) => Pairwise<f32, pairwise::FloorMod>, in_place;
    PRELU_F32              = (80, 0) => Pairwise<f32, pairwise::Prelu>, in_place;
    ADD_I32                = (81, 0) => Pairwise<i32, pairwise::Add>, in_place;
    SUB_I32                = (82, 0) => Pairwise<i32, pairwise::Sub>, in_place;
    MUL_I32                = (83, 0) => Pairwise<i32, pairwise::Mul>, in_place;
    DIV_I32                = (84, 0) => Pairwise<i32, pairwise::Div>, in_place;
    MAXIMUM_I32            = (85, 0) => Pairwise<i32, pairwise::Maximum>, in_place;
    MINIMUM_I32            = (86, 0) => Pairwise<i32, pairwise::Minimum>, in_place;
    SQUARED_DIFFERENCE_I32 = (87, 0) => Pairwise<i32, pairwise::SquaredDifference>, in_place;
    POW_I32                = (88, 0) => Pairwise<i32, pairwise::Pow>, in_place;
    FLOOR_DIV_I32          = (89, 0) => Pairwise<i32, pairwise::FloorDiv>, in_place;
    FLOOR_MOD_I32          = (90, 0) => Pairwise<i32, pairwise::FloorMod>, in_place;
    ADD_I64                = (91, 0) => Pairwise<i64, pairwise::Add>, in_place;
    SUB_I64                = (92, 0) => Pairwise<i64, pairwise::Sub>, in_place;
    MUL_I64                = (93, 0) => Pairwise<i64, pairwise::Mul>, in_place;
    MAXIMUM_I64            = (94, 0) => Pairwise<i64, pairwise::Maximum>, in_place;
    MINIMUM_I64            = (95, 0) => Pairwise<i64, pairwise::Minimum>, in_place;
    FLOOR_MOD_I64          = (96, 0) => Pairwise<i64, pairwise::FloorMod>, in_place;
    MAXIMUM_I16            = (97, 0) => Pairwise<i16, pairwise::Maximum>, in_place;
    MINIMUM_I16            = (98, 0) => Pairwise<i16, pairwise::Minimum>, in_place;
    FLOOR_DIV_I16          = (99, 0) => Pairwise<i16, pairwise::FloorDiv>, in_place;
    FLOOR_MOD_I16          = (100, 0) => Pairwise<i16, pairwise::FloorMod>, in_place;
    MAXIMUM_I8             = (101, 0) => Pairwise<i8, pairwise::Maximum>, in_place;
    MINIMUM_I8             = (102, 0) => Pairwise<i8, pairwise::Minimum>, in_place;
    FLOOR_DIV_I8           = (103, 0) => Pairwise<i8, pairwise::FloorDiv>, in_place;
    FLOOR_MOD_I8           = (104, 0) => Pairwise<i8, pairwise::FloorMod>, in_place;
    COMPARE_I8             = (105, 0) => compare::Plain<i8>, in_place;
    COMPARE_I16            = (106, 0) => compare::Plain<i16>, in_place;
    COMPARE_I32            = (107, 0) => compare::Plain<i32>, in_place;
    COMPARE_I64            = (108, 0) => compare::Plain<i64>, in_place;
    COMPARE_F32            = (109, 0) => compare::Plain<f32>, in_place;
    LSTM                   = (190, 0) => lstm::Lstm;
    LSTM_F32               = (191, 0) => lstm_float::LstmFloat;
    SVDF                   = (192, 0) => svdf::Svdf;
    SVDF_F32               = (193, 0) => svdf::Float;
    CLAMP_F32              = (220, 0) => Each<f32, map::Clamp>, in_place;
    LEAKY_RELU_F32         = (221, 0) => Each<f32, map::LeakyRelu>, in_place;
    ELU_F32                = (222, 0) => Each<f32, map::Elu>, in_place;
    HARD_SWISH_F32         = (223, 0) => Each<f32, map::HardSwish>, in_place;
    GELU_F32               = (224, 0) => Each<f32, map::Gelu>, in_place;
    GELU_APPROXIMATE_F32   = (225, 0) => Each<f32, map::GeluApproximate>, in_place;
    LOGISTIC_F32           = (226, 0) => Each<f32, map::Logistic>, in_place;
    TANH_F32               = (227, 0) => Each<f32, map::Tanh>, in_place;
    SQRT_F32               = (228, 0) => Each<f32, map::Sqrt>, in_place;
    RSQRT_F32              = (229, 0) => Each<f32, map::Rsqrt>, in_place;
    EXP_F32                = (230, 0) => Each<f32, map::Exp>, in_place;
    LOG_F32                = (231, 0) => Each<f32, map::Log>, in_place;
    SIN_F32                = (232, 0) => Each<f32, map::Sin>, in_place;
    COS_F32                = (233, 0) => Each<f32, map::Cos>, in_place;
    FLOOR_F32              = (234, 0) => Each<f32, map::Floor>, in_place;
    CEIL_F32               = (235, 0) => Each<f32, map::Ceil>, in_place;
    ROUND_F32              = (236, 0) => Each<f32, map::Round>, in_place;
    ABS_F32                = (237, 0) => Each<f32, map::Abs>, in_place;
    NEG_F32                = (238, 0) => Each<f32, map::Neg>, in_place;
    SIGN_F32               = (239, 0) => Each<f32, map::Sign>, in_place;
    ABS_I16                = (240, 0) => Each<i16, map::Abs>, in_place;
    ABS_I32                = (241, 0) => Each<i32, map::Abs>, in_place;
    NEG_I8                 = (242, 0) => Each<i8, map::Neg>, in_place;
    NEG_I16                = (243, 0) => Each<i16, map::Neg>, in_place;
    NEG_I32                = (244, 0) => Each<i32, map::Neg>, in_place;
    NEG_I64                = (245, 0) => Each<i64, map::Neg>, in_place;
    SIGN_I32               = (246, 0) => Each<i32, map::Sign>, in_place;
}
