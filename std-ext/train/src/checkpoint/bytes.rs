//! Values as little-endian bytes.

use crate::Type;
use crate::data::{Result, Values};
use crate::device::Data;

/// The bytes of one element.
pub(super) fn size(kind: Type) -> usize {
    match kind {
        Type::U8 => 1,
        Type::F16 | Type::Bf16 => 2,
        Type::F32 => 4,
        Type::I64 => 8,
    }
}

/// The bytes of all numbers.
pub(super) fn write(data: &Data) -> Vec<u8> {
    match data {
        Data::F32(all) => all.iter().flat_map(|x| x.to_le_bytes()).collect(),
        Data::F16(all) => all.iter().flat_map(|x| x.to_le_bytes()).collect(),
        Data::Bf16(all) => all.iter().flat_map(|x| x.to_le_bytes()).collect(),
        Data::I64(all) => all.iter().flat_map(|x| x.to_le_bytes()).collect(),
        Data::U8(all) => all.clone(),
    }
}

/// The numbers of bytes; an error unless they fill the shape.
pub(super) fn read(kind: Type, shape: &[usize], bytes: &[u8]) -> Result<Values> {
    let data = match kind {
        Type::F32 => Data::F32(bytes.as_chunks().0.iter().map(|x| f32::from_le_bytes(*x)).collect()),
        Type::F16 => Data::F16(bytes.as_chunks().0.iter().map(|x| half::f16::from_le_bytes(*x)).collect()),
        Type::Bf16 => Data::Bf16(bytes.as_chunks().0.iter().map(|x| half::bf16::from_le_bytes(*x)).collect()),
        Type::I64 => Data::I64(bytes.as_chunks().0.iter().map(|x| i64::from_le_bytes(*x)).collect()),
        Type::U8 => Data::U8(bytes.to_vec()),
    };
    Values::new(shape, data)
}
