//! The registry of kernels. One operator family a file.
//!
//! A kernel's code is its operator (10 bits) and variant (6 bits). Variant 0 is canonical: portable, weights in the
//! source's order. Codes are append-only: a change of bits is a new code.

pub mod add;
pub mod arg;
mod axes;
pub mod cast;
pub mod channels;
pub mod channelwise;
pub mod compare;
pub mod concatenation;
pub mod conv;
pub mod convert;
pub mod copy;
pub mod cumsum;
pub mod curve;
pub mod depthwise;
pub mod elementwise;
pub mod few;
pub mod fold;
pub mod fours;
pub mod fully_connected;
pub mod gather;
pub mod groups;
pub mod halves;
pub mod l2_normalize;
pub mod lanes;
pub mod layer_norm;
pub mod layer_norm_float;
pub mod linear;
pub mod load;
pub mod log_softmax;
pub mod lookup;
pub mod lstm;
pub mod lstm_float;
pub mod map;
pub mod matmul;
pub mod mean;
pub mod mul;
pub mod normalize;
pub mod number;
pub mod one_hot;
pub mod packed;
pub mod pad;
pub mod pairwise;
pub mod pick;
pub mod pixels;
pub mod places;
pub mod polynomial;
pub mod pool;
pub mod pool_float;
pub mod product;
pub mod quant;
pub mod rescale;
pub mod resize;
pub mod scaled;
pub mod scaling;
pub mod seen;
pub mod select;
pub mod shifted;
pub mod sigmoid;
pub mod softmax;
pub mod softmax16;
pub mod spread;
pub mod svdf;
pub mod table;
pub mod top_k;
pub mod twos;
pub mod update_slice;
pub mod weighted;
pub mod weighted_float;
pub mod window;
pub mod windows;
pub mod winograd;

use self::fold::Fold;
use self::map::Each;
use self::pairwise::Pairwise;
use self::rescale::Rescale;
use self::scaled::Join;
use self::scaling::Scaling;
use crate::claim::Claim;
use crate::error::Error;
use crate::half::F16;
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
    CONV_2D_HALFWORDS      = (1, 2) => conv::Halfwords;
    CONV_2D_WINOGRAD_4     = (1, 3) => winograd::Tiles<4>;
    CONV_2D_WINOGRAD_2     = (1, 10) => winograd::Tiles<2>;
    CONV_2D_NESTED         = (1, 8) => conv::Nested;
    CONV_2D_POLYNOMIAL     = (1, 11) => polynomial::Polynomial;
    CONV_2D_FOURS          = (1, 15) => fours::Fours;
    CONV_2D_TWOS           = (1, 16) => twos::Twos;
    CONV_2D_PLACES         = (1, 13) => places::Places;
    CONV_2D_LANES          = (1, 7) => lanes::Conv2d;
    CONV_2D_PACKED         = (1, 5) => packed::Conv;
    CONV_2D_PIXELS         = (1, 12) => pixels::Pixels;
    CONV_2D_SEEN           = (1, 14) => seen::Seen;
    DEPTHWISE_CONV_2D      = (2, 0) => depthwise::DepthwiseConv2d;
    DEPTHWISE_CONV_2D_QUADS = (2, 1) => depthwise::Quads;
    DEPTHWISE_CONV_2D_PLANES = (2, 2) => depthwise::OverPlanes<3>;
    DEPTHWISE_CONV_2D_PLANES_5 = (2, 6) => depthwise::OverPlanes<5>;
    DEPTHWISE_CONV_2D_CHANNELS = (2, 3) => channelwise::Channelwise;
    DEPTHWISE_CONV_2D_HALVES = (2, 7) => halves::Halved;
    DEPTHWISE_CONV_2D_FEW  = (2, 8) => few::Few;
    DEPTHWISE_CONV_2D_WINDOWS = (2, 4) => windows::Depthwise;
    FULLY_CONNECTED        = (3, 0) => fully_connected::FullyConnected;
    FULLY_CONNECTED_PAIRS  = (3, 1) => fully_connected::Pairs;
    FULLY_CONNECTED_HALFWORDS = (3, 2) => fully_connected::Halfwords;
    FULLY_CONNECTED_NESTED = (3, 5) => fully_connected::Nested;
    FULLY_CONNECTED_LANES  = (3, 4) => lanes::FullyConnected;
    FULLY_CONNECTED_PACKED = (3, 3) => packed::FullyConnected<false>;
    FULLY_CONNECTED_PACKED_BYTES = (3, 6) => packed::FullyConnected<true>;
    AVERAGE_POOL_2D        = (4, 0) => pool::Average;
    MAX_POOL_2D            = (5, 0) => pool::Max;
    MEAN                   = (6, 0) => mean::Quantized<i8>;
    ADD                    = (7, 0) => add::Add, in_place;
    ADD_CONSTANT           = (7, 1) => add::AddConstant, in_place;
    ADD_LINEAR             = (7, 2) => linear::Linear, in_place;
    MUL                    = (8, 0) => mul::Mul, in_place;
    MUL_CONSTANT           = (8, 1) => mul::MulConstant, in_place;
    SOFTMAX                = (9, 0) => softmax::Softmax, in_place;
    TABLE                  = (10, 0) => table::Table, in_place;
    PAD                    = (11, 0) => pad::Pad;
    CONCATENATION          = (12, 0) => concatenation::Concatenation;
    QUANTIZE               = (13, 0) => convert::Quantize<i8>;
    DEQUANTIZE             = (14, 0) => convert::Dequantize<i8>;
    LOAD                   = (15, 0) => load::Load;
    WEIGHTED_I8            = (16, 0) => weighted::I8;
    WEIGHTED_I8_ONCE       = (17, 0) => weighted::I8Once;
    WEIGHTED_I4            = (18, 0) => weighted::I4;
    WEIGHTED_I4_ONCE       = (19, 0) => weighted::I4Once;
    WEIGHTED_I16           = (20, 0) => weighted::I16;
    WEIGHTED_I16_WIDE      = (21, 0) => weighted::I16Wide;
    WEIGHTED_I16_LONG      = (22, 0) => weighted::I16Long;
    AVERAGE_POOL_2D_I16    = (23, 0) => pool::AverageI16;
    MAX_POOL_2D_I16        = (24, 0) => pool::MaxI16;
    AVERAGE_POOL_2D_UP     = (25, 0) => pool::AverageUp;
    WEIGHTED_I4_GROUPS     = (26, 0) => weighted::I4Groups;
    WEIGHTED_I4_GROUPS_ONCE = (27, 0) => weighted::I4GroupsOnce;
    WEIGHTED_F32           = (40, 0) => weighted_float::Convolution<f32, f32>;
    WEIGHTED_F16           = (41, 0) => weighted_float::Convolution<F16, f32>;
    DEPTHWISE_F32          = (42, 0) => weighted_float::Depthwise<f32, f32>;
    DEPTHWISE_F16          = (43, 0) => weighted_float::Depthwise<F16, f32>;
    AVERAGE_POOL_2D_F32    = (44, 0) => pool_float::Pool<pool_float::Average, f32>;
    MAX_POOL_2D_F32        = (45, 0) => pool_float::Pool<pool_float::Max, f32>;
    BATCH_MATMUL           = (46, 0) => matmul::I8;
    BATCH_MATMUL_I16       = (47, 0) => matmul::I16;
    BATCH_MATMUL_F32       = (49, 0) => matmul::Floats<f32>;
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
    COMPARE_I16            = (106, 0) => compare::Plain<i16>;
    COMPARE_I32            = (107, 0) => compare::Plain<i32>;
    COMPARE_I64            = (108, 0) => compare::Plain<i64>;
    COMPARE_F32            = (109, 0) => compare::Plain<f32>;
    SUB                    = (110, 0) => Join<i8, scaled::Sub>, in_place;
    SQUARED_DIFFERENCE     = (111, 0) => Join<i8, scaled::SquaredDifference>, in_place;
    ADD_I16                = (112, 0) => Join<i16, scaled::Add>, in_place;
    SUB_I16                = (113, 0) => Join<i16, scaled::Sub>, in_place;
    COMPARE                = (114, 0) => scaled::Order<i8>, in_place;
    COMPARE_SCALED_I16     = (115, 0) => scaled::Order<i16>;
    DIV                    = (116, 0) => Scaling<i8, scaling::Div>, in_place;
    DIV_I16                = (117, 0) => Scaling<i16, scaling::Div>, in_place;
    PRELU                  = (118, 0) => Scaling<i8, scaling::Prelu>, in_place;
    PRELU_I16              = (119, 0) => Scaling<i16, scaling::Prelu>, in_place;
    COPY                   = (120, 0) => copy::Copy;
    PICK                   = (121, 0) => pick::Pick;
    PAD_VALUE              = (122, 0) => pad::PadValue;
    GATHER                 = (123, 0) => gather::Gather;
    GATHER_CONSTANT        = (123, 1) => gather::GatherConstant;
    ONE_HOT                = (124, 0) => one_hot::OneHot;
    UPDATE_SLICE           = (125, 0) => update_slice::UpdateSlice, in_place;
    MEAN_I16               = (150, 0) => mean::Quantized<i16>;
    REDUCE_PROD_I8         = (151, 0) => product::Quantized<i8>;
    REDUCE_PROD_I16        = (152, 0) => product::Quantized<i16>;
    SUM_F32                = (153, 0) => Fold<f32, fold::Sum>;
    SUM_I32                = (154, 0) => Fold<i32, fold::Sum>;
    SUM_I64                = (155, 0) => Fold<i64, fold::Sum>;
    REDUCE_PROD_F32        = (156, 0) => Fold<f32, fold::Product>;
    REDUCE_PROD_I32        = (157, 0) => Fold<i32, fold::Product>;
    REDUCE_PROD_I64        = (158, 0) => Fold<i64, fold::Product>;
    MEAN_F32               = (159, 0) => Fold<f32, fold::Mean>;
    MEAN_I32               = (160, 0) => Fold<i32, fold::Mean>;
    MEAN_I64               = (161, 0) => Fold<i64, fold::Mean>;
    REDUCE_MAX             = (162, 0) => Fold<i8, fold::Max>;
    REDUCE_MAX_I16         = (163, 0) => Fold<i16, fold::Max>;
    REDUCE_MAX_I32         = (164, 0) => Fold<i32, fold::Max>;
    REDUCE_MAX_I64         = (165, 0) => Fold<i64, fold::Max>;
    REDUCE_MAX_F32         = (166, 0) => Fold<f32, fold::Max>;
    REDUCE_MIN             = (167, 0) => Fold<i8, fold::Min>;
    REDUCE_MIN_I16         = (168, 0) => Fold<i16, fold::Min>;
    REDUCE_MIN_I32         = (169, 0) => Fold<i32, fold::Min>;
    REDUCE_MIN_I64         = (170, 0) => Fold<i64, fold::Min>;
    REDUCE_MIN_F32         = (171, 0) => Fold<f32, fold::Min>;
    ARG_EXTREME            = (172, 0) => arg::Extreme<i8, i32>;
    ARG_EXTREME_I32        = (173, 0) => arg::Extreme<i32, i32>;
    ARG_EXTREME_F32        = (174, 0) => arg::Extreme<f32, i32>;
    ARG_EXTREME_WIDE       = (175, 0) => arg::Extreme<i8, i64>;
    ARG_EXTREME_I32_WIDE   = (176, 0) => arg::Extreme<i32, i64>;
    ARG_EXTREME_F32_WIDE   = (177, 0) => arg::Extreme<f32, i64>;
    CUMSUM_F32             = (178, 0) => cumsum::Running<f32>;
    CUMSUM_I32             = (179, 0) => cumsum::Running<i32>;
    CUMSUM_I64             = (180, 0) => cumsum::Running<i64>;
    TOPK_V2                = (181, 0) => top_k::Greatest<i8>;
    TOPK_V2_I16            = (182, 0) => top_k::Greatest<i16>;
    TOPK_V2_I32            = (183, 0) => top_k::Greatest<i32>;
    TOPK_V2_I64            = (184, 0) => top_k::Greatest<i64>;
    TOPK_V2_F32            = (185, 0) => top_k::Greatest<f32>;
    SOFTMAX_I16            = (186, 0) => softmax16::Softmax16, in_place;
    SOFTMAX_F32            = (187, 0) => normalize::Softmax<f32>, in_place;
    LOG_SOFTMAX            = (188, 0) => log_softmax::LogSoftmax, in_place;
    LOG_SOFTMAX_F32        = (189, 0) => normalize::LogSoftmax<f32>, in_place;
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
    ABS_I32                = (241, 0) => Each<i32, map::Abs>, in_place;
    NEG_I16                = (243, 0) => Each<i16, map::Neg>, in_place;
    NEG_I32                = (244, 0) => Each<i32, map::Neg>, in_place;
    NEG_I64                = (245, 0) => Each<i64, map::Neg>, in_place;
    MUL_I16                = (247, 0) => Scaling<i16, scaling::Mul>, in_place;
    ADD_I16_SHIFTS         = (248, 0) => shifted::Shift<shifted::Add>, in_place;
    SUB_I16_SHIFTS         = (249, 0) => shifted::Shift<shifted::Sub>, in_place;
    L2_NORMALIZATION       = (250, 0) => l2_normalize::L2Normalize, in_place;
    L2_NORMALIZATION_F32   = (251, 0) => normalize::L2<f32>, in_place;
    RESIZE_BILINEAR        = (252, 0) => resize::Bilinear<i8>;
    RESIZE_BILINEAR_I16    = (253, 0) => resize::Bilinear<i16>;
    RESIZE_BILINEAR_F32    = (254, 0) => resize::Bilinear<f32>;
    RESIZE_BILINEAR_U8     = (255, 0) => resize::Bilinear<u8>;
    LAYER_NORM             = (256, 0) => layer_norm::Quantized<i8>, in_place;
    LAYER_NORM_I16         = (257, 0) => layer_norm::Quantized<i16>, in_place;
    LAYER_NORM_F32         = (258, 0) => layer_norm_float::Floats<f32>, in_place;
    RESCALE_I16            = (260, 0) => Rescale<i16, i16>, in_place;
    RESCALE_I16_I8         = (261, 0) => Rescale<i16, i8>;
    RESCALE_I8_I16         = (262, 0) => Rescale<i8, i16>;
    INTERPOLATE            = (266, 0) => lookup::Interpolate, in_place;
    SIGMOID_I16            = (267, 0) => lookup::Sigmoid, in_place;
    SELECT                 = (268, 0) => select::Select<i8>, in_place;
    SELECT_2               = (268, 1) => select::Select<i16>, in_place;
    SELECT_4               = (268, 2) => select::Select<i32>, in_place;
    SELECT_8               = (268, 3) => select::Select<i64>, in_place;
    CAST                   = (269, 0) => cast::Integers;
    CAST_TO_F32            = (270, 0) => cast::ToFloat;
    CAST_FROM_F32          = (271, 0) => cast::FromFloat;
    QUANTIZE_I16           = (272, 0) => convert::Quantize<i16>;
    DEQUANTIZE_I16         = (273, 0) => convert::Dequantize<i16>;
    WEIGHTED_HALF          = (300, 0) => weighted_float::Convolution<F16, F16>;
    DEPTHWISE_HALF         = (301, 0) => weighted_float::Depthwise<F16, F16>;
    AVERAGE_POOL_2D_HALF   = (302, 0) => pool_float::Pool<pool_float::Average, F16>;
    MAX_POOL_2D_HALF       = (303, 0) => pool_float::Pool<pool_float::Max, F16>;
    BATCH_MATMUL_HALF      = (304, 0) => matmul::Floats<F16>;
    RESIZE_BILINEAR_HALF   = (305, 0) => resize::Bilinear<F16>;
    CAST_TO_HALF           = (306, 0) => cast::Floats<f32, F16>;
    CAST_FROM_HALF         = (307, 0) => cast::Floats<F16, f32>;
    SOFTMAX_HALF           = (308, 0) => normalize::Softmax<F16>, in_place;
    LOG_SOFTMAX_HALF       = (309, 0) => normalize::LogSoftmax<F16>, in_place;
    L2_NORMALIZATION_HALF  = (310, 0) => normalize::L2<F16>, in_place;
    LAYER_NORM_HALF        = (315, 0) => layer_norm_float::Floats<F16>, in_place;
    SUM_HALF               = (311, 0) => Fold<F16, fold::Sum>;
    MEAN_HALF              = (312, 0) => Fold<F16, fold::Mean>;
    REDUCE_MAX_HALF        = (313, 0) => Fold<F16, fold::Max>;
    REDUCE_MIN_HALF        = (314, 0) => Fold<F16, fold::Min>;
    ADD_HALF               = (320, 0) => Pairwise<F16, pairwise::Add>, in_place;
    SUB_HALF               = (321, 0) => Pairwise<F16, pairwise::Sub>, in_place;
    MUL_HALF               = (322, 0) => Pairwise<F16, pairwise::Mul>, in_place;
    DIV_HALF               = (323, 0) => Pairwise<F16, pairwise::Div>, in_place;
    MAXIMUM_HALF           = (324, 0) => Pairwise<F16, pairwise::Maximum>, in_place;
    MINIMUM_HALF           = (325, 0) => Pairwise<F16, pairwise::Minimum>, in_place;
    SQUARED_DIFFERENCE_HALF = (326, 0) => Pairwise<F16, pairwise::SquaredDifference>, in_place;
    POW_HALF               = (327, 0) => Pairwise<F16, pairwise::Pow>, in_place;
    PRELU_HALF             = (328, 0) => Pairwise<F16, pairwise::Prelu>, in_place;
    CLAMP_HALF             = (330, 0) => Each<F16, map::Clamp>, in_place;
    LEAKY_RELU_HALF        = (331, 0) => Each<F16, map::LeakyRelu>, in_place;
    ELU_HALF               = (332, 0) => Each<F16, map::Elu>, in_place;
    HARD_SWISH_HALF        = (333, 0) => Each<F16, map::HardSwish>, in_place;
    GELU_HALF              = (334, 0) => Each<F16, map::Gelu>, in_place;
    GELU_APPROXIMATE_HALF  = (335, 0) => Each<F16, map::GeluApproximate>, in_place;
    LOGISTIC_HALF          = (336, 0) => Each<F16, map::Logistic>, in_place;
    TANH_HALF              = (337, 0) => Each<F16, map::Tanh>, in_place;
    SQRT_HALF              = (338, 0) => Each<F16, map::Sqrt>, in_place;
    RSQRT_HALF             = (339, 0) => Each<F16, map::Rsqrt>, in_place;
    EXP_HALF               = (340, 0) => Each<F16, map::Exp>, in_place;
    LOG_HALF               = (341, 0) => Each<F16, map::Log>, in_place;
    SIN_HALF               = (342, 0) => Each<F16, map::Sin>, in_place;
    COS_HALF               = (343, 0) => Each<F16, map::Cos>, in_place;
    FLOOR_HALF             = (344, 0) => Each<F16, map::Floor>, in_place;
    CEIL_HALF              = (345, 0) => Each<F16, map::Ceil>, in_place;
    ROUND_HALF             = (346, 0) => Each<F16, map::Round>, in_place;
    ABS_HALF               = (347, 0) => Each<F16, map::Abs>, in_place;
    NEG_HALF               = (348, 0) => Each<F16, map::Neg>, in_place;
}
