//! From scales to integers: how real multipliers and clamps are represented on the device.

mod curve;
mod halfwords;
mod lanes;
mod linear;
mod long;
mod multiplier;
mod nested;
mod once;
mod packed;
mod polynomial;
mod reach;
mod steps;

pub use curve::{curve32, curve64};
pub use halfwords::{Scale, Twice, once_folded};
pub use lanes::{once_lane, twice_lane};
pub use linear::linear;
pub use long::{Long, prove_long};
pub use multiplier::{Multiplier, clamp, clamp_to};
pub use nested::{nest, nested_words};
pub use once::{Channel, prove};
pub use packed::{Packed, once_packed, twice_packed};
pub use polynomial::part;
pub use reach::{narrow, reach, reach_of, reach_of_sum};

use crate::graph::{Activation, Type, Value};

/// The scale and zero point of a tensor that is quantized to int8 as a whole.
pub fn int8(value: &Value) -> Result<(f32, i8), String> {
    match (whole(value)?, value.repr.store()) {
        ((scale, zero), Type::I8) => i8::try_from(zero)
            .map(|zero| (scale, zero))
            .map_err(|_| format!("{} has a zero point beyond int8", value.name)),
        (_, store) => Err(format!("{} is {store}; only int8 is supported here", value.name)),
    }
}

/// The type, scale and zero point of a tensor that is quantized to int8 or int16 as a whole.
pub fn integers(value: &Value) -> Result<(Type, f32, i16), String> {
    match (whole(value)?, value.repr.store()) {
        ((scale, zero), store @ (Type::I8 | Type::I16)) => i16::try_from(zero)
            .map(|zero| (store, scale, zero))
            .map_err(|_| format!("{} has a zero point beyond {store}", value.name)),
        (_, store) => Err(format!("{} is {store}; only int8 and int16 are supported here", value.name)),
    }
}

/// The scale and zero point of a tensor that is quantized as a whole, to int8, int16 or int32.
pub fn whole(value: &Value) -> Result<(f32, i32), String> {
    let quant = value.repr.quant().ok_or_else(|| format!("{} is not quantized", value.name))?;
    let (&[scale], &[zero]) = (&quant.scale[..], &quant.zero[..]) else {
        return Err(format!("{} has one scale per channel; an activation has one", value.name));
    };
    if quant.store == Type::I16 && zero != 0 {
        return Err(format!("{} is int16 with the zero point {zero}, which LiteRT refuses too", value.name));
    }
    Ok((scale, zero))
}

/// The least and the greatest integer of a type that is quantized.
pub fn range(store: Type) -> (i32, i32) {
    match store {
        Type::I16 => (i16::MIN.into(), i16::MAX.into()),
        Type::I32 => (i32::MIN, i32::MAX),
        _ => (i8::MIN.into(), i8::MAX.into()),
    }
}

/// The integers that stand for the real numbers `lo` and `hi`, which may be infinite, as LiteRT rounds them.
pub fn between((lo, hi): (f32, f32), (scale, zero): (f32, i32), store: Type) -> (i32, i32) {
    let (least, most) = range(store);
    // the conversion saturates
    let quantized = |real: f32| zero.saturating_add((real / scale).round() as i32).clamp(least, most);
    (quantized(lo), quantized(hi))
}

/// Least and greatest real number of a fused activation.
pub fn reals(activation: Activation) -> (f32, f32) {
    match activation {
        Activation::None => (f32::NEG_INFINITY, f32::INFINITY),
        Activation::Relu => (0.0, f32::INFINITY),
        Activation::Relu6 => (0.0, 6.0),
        Activation::ReluN1To1 => (-1.0, 1.0),
    }
}
