//! What the numbers of a constant stand for.

use super::{Grain, Repr, Type, Value};

impl Value {
    /// The real numbers that a constant of float32 stands for, or one of int8, int4 or int32 with scales; none for others.
    pub fn reals(&self) -> Option<Vec<f32>> {
        let data = self.data.as_deref()?;
        let quant = match &self.repr {
            Repr::Plain(Type::F32) => {
                return Some(data.as_chunks().0.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect());
            }
            Repr::Quant(quant) => quant,
            Repr::Plain(_) => return None,
        };
        let integers: Vec<i64> = match quant.store {
            Type::I8 | Type::I4 => data.iter().map(|byte| byte.cast_signed().into()).collect(),
            Type::I32 => data.as_chunks().0.iter().map(|bytes| i32::from_le_bytes(*bytes).into()).collect(),
            _ => return None,
        };
        let channel = quant.grain.channels(&self.shape);
        let real = |(i, integer): (usize, &i64)| {
            let at = channel(i);
            Some(quant.scale.get(at)? * (integer - i64::from(*quant.zero.get(at)?)) as f32)
        };
        integers.iter().enumerate().map(real).collect()
    }
}

impl Grain {
    /// Which scale an element of a tensor of this shape has.
    pub fn channels(self, shape: &[usize]) -> impl Fn(usize) -> usize + use<> {
        let (inside, extent) = match self {
            Grain::Tensor => (1, 1),
            Grain::Channel(axis) | Grain::Groups { axis, .. } => {
                (shape.iter().skip(axis + 1).product(), shape.get(axis).copied().unwrap_or(1))
            }
        };
        move |i| i / inside % extent
    }
}
