//! From scales to integers: how real multipliers and clamps are represented on the device.

mod curve;
mod long;
mod multiplier;
mod once;
mod reach;

pub use curve::{curve32, curve64};
pub use long::{Long, prove_long};
pub use multiplier::{Multiplier, clamp, clamp_to};
pub use once::{Channel, prove};
pub use reach::{narrow, reach, reach_of, reach_of_sum};

use crate::graph::{Grain, Quant, Type, Value};

/// The scale and zero point of a tensor that is quantized as a whole, to any type.
pub fn scaled(value: &Value) -> Result<(f32, i32), String> {
    match value.repr.quant() {
        Some(Quant { scale, zero, grain: Grain::Tensor, .. }) if scale.len() == 1 && zero.len() == 1 => {
            Ok((scale[0], zero[0]))
        }
        Some(_) => Err(format!("{} has one scale per channel; an activation has one", value.name)),
        None => Err(format!("{} is not quantized", value.name)),
    }
}

/// The scale and zero point of a tensor that is quantized to int8 as a whole.
pub fn int8(value: &Value) -> Result<(f32, i8), String> {
    let quant = value.repr.quant().ok_or_else(|| format!("{} is not quantized", value.name))?;
    match quant {
        Quant { store: Type::I8, scale, zero, grain: Grain::Tensor }
            if scale.len() == 1 && zero.len() == 1 =>
        {
            let zero =
                i8::try_from(zero[0]).map_err(|_| format!("{} has a zero point beyond int8", value.name))?;
            Ok((scale[0], zero))
        }
        Quant { store: Type::I8, .. } => {
            Err(format!("{} has one scale per channel; an activation has one", value.name))
        }
        Quant { store, .. } => Err(format!("{} is {store}; only int8 is supported here", value.name)),
    }
}

/// The type, scale and zero point of a tensor that is quantized to int8 or int16 as a whole.
pub fn integers(value: &Value) -> Result<(Type, f32, i16), String> {
    let quant = value.repr.quant().ok_or_else(|| format!("{} is not quantized", value.name))?;
    match (quant.store, quant.scale.as_slice(), quant.zero.as_slice()) {
        (Type::I8 | Type::I16, &[scale], &[zero]) => {
            let zero = i16::try_from(zero)
                .map_err(|_| format!("{} has a zero point beyond {}", value.name, quant.store))?;
            Ok((quant.store, scale, zero))
        }
        (Type::I8 | Type::I16, ..) => {
            Err(format!("{} has one scale per channel; an activation has one", value.name))
        }
        (store, ..) => Err(format!("{} is {store}; only int8 and int16 are supported here", value.name)),
    }
}
