//! The kernels of floats in half precision: each is one of single precision with other elements.

use crate::graph::Type;
use midge_core::ops;

/// The type whose kernels are asked for: single precision for halves, and any other for itself.
pub(super) fn single(store: Type) -> Type {
    if store == Type::F16 { Type::F32 } else { store }
}

/// The kernel that does for elements of this type what `code` does for those of [`single`].
pub(super) fn of(code: u16, store: Type) -> Result<u16, String> {
    if store != Type::F16 {
        return Ok(code);
    }
    let half = TWINS.iter().find(|(single, _)| *single == code).map(|(_, half)| *half);
    half.ok_or_else(|| format!("works on {store}, which no kernel of it does"))
}

/// Kernels in single and in half precision.
const TWINS: [(u16, u16); 40] = [
    (ops::AVERAGE_POOL_2D_F32, ops::AVERAGE_POOL_2D_HALF),
    (ops::MAX_POOL_2D_F32, ops::MAX_POOL_2D_HALF),
    (ops::BATCH_MATMUL_F32, ops::BATCH_MATMUL_HALF),
    (ops::RESIZE_BILINEAR_F32, ops::RESIZE_BILINEAR_HALF),
    (ops::SOFTMAX_F32, ops::SOFTMAX_HALF),
    (ops::LOG_SOFTMAX_F32, ops::LOG_SOFTMAX_HALF),
    (ops::L2_NORMALIZATION_F32, ops::L2_NORMALIZATION_HALF),
    (ops::LAYER_NORM_F32, ops::LAYER_NORM_HALF),
    (ops::SUM_F32, ops::SUM_HALF),
    (ops::MEAN_F32, ops::MEAN_HALF),
    (ops::REDUCE_MAX_F32, ops::REDUCE_MAX_HALF),
    (ops::REDUCE_MIN_F32, ops::REDUCE_MIN_HALF),
    (ops::ADD_F32, ops::ADD_HALF),
    (ops::SUB_F32, ops::SUB_HALF),
    (ops::MUL_F32, ops::MUL_HALF),
    (ops::DIV_F32, ops::DIV_HALF),
    (ops::MAXIMUM_F32, ops::MAXIMUM_HALF),
    (ops::MINIMUM_F32, ops::MINIMUM_HALF),
    (ops::SQUARED_DIFFERENCE_F32, ops::SQUARED_DIFFERENCE_HALF),
    (ops::POW_F32, ops::POW_HALF),
    (ops::PRELU_F32, ops::PRELU_HALF),
    (ops::CLAMP_F32, ops::CLAMP_HALF),
    (ops::LEAKY_RELU_F32, ops::LEAKY_RELU_HALF),
    (ops::ELU_F32, ops::ELU_HALF),
    (ops::HARD_SWISH_F32, ops::HARD_SWISH_HALF),
    (ops::GELU_F32, ops::GELU_HALF),
    (ops::GELU_APPROXIMATE_F32, ops::GELU_APPROXIMATE_HALF),
    (ops::LOGISTIC_F32, ops::LOGISTIC_HALF),
    (ops::TANH_F32, ops::TANH_HALF),
    (ops::SQRT_F32, ops::SQRT_HALF),
    (ops::RSQRT_F32, ops::RSQRT_HALF),
    (ops::EXP_F32, ops::EXP_HALF),
    (ops::LOG_F32, ops::LOG_HALF),
    (ops::SIN_F32, ops::SIN_HALF),
    (ops::COS_F32, ops::COS_HALF),
    (ops::FLOOR_F32, ops::FLOOR_HALF),
    (ops::CEIL_F32, ops::CEIL_HALF),
    (ops::ROUND_F32, ops::ROUND_HALF),
    (ops::ABS_F32, ops::ABS_HALF),
    (ops::NEG_F32, ops::NEG_HALF),
];
