//! Constants of an ONNX file, in whichever of its fields they lie.

use super::{Given, Made, damaged, pb, refuse};
use crate::graph::Type;
use crate::shapes::volume;
use pb::tensor_proto::{DataLocation, DataType};

/// A constant: its elements are little-endian.
#[derive(Clone, Debug)]
pub(super) struct Constant {
    pub(super) store: Type,
    pub(super) shape: Vec<usize>,
    pub(super) data: Vec<u8>,
}

/// The type of the graph that holds an ONNX type's numbers.
pub(super) fn store(number: i32) -> Made<Type> {
    match DataType::try_from(number) {
        Ok(DataType::Float) => Ok(Type::F32),
        Ok(DataType::Float16) => Ok(Type::F16),
        Ok(DataType::Uint8) => Ok(Type::U8),
        Ok(DataType::Int8) => Ok(Type::I8),
        Ok(DataType::Int16) => Ok(Type::I16),
        Ok(DataType::Int32) => Ok(Type::I32),
        Ok(DataType::Int64) => Ok(Type::I64),
        Ok(DataType::Bool) => Ok(Type::Bool),
        Ok(DataType::Int4) => Ok(Type::I4),
        Ok(other) => {
            let name = other.as_str_name().to_lowercase();
            refuse(format!("has tensors of {name}, which no kernel knows; export them in float32 or int64"))
        }
        Err(_) => Err(damaged("type", format!("{number} is no type of ONNX")).into()),
    }
}

/// Numbers as the bytes that store them.
pub(super) fn numbers(store: Type, numbers: &[f64]) -> Made<Vec<u8>> {
    match store {
        Type::F32 => Ok(numbers.iter().flat_map(|x| (*x as f32).to_le_bytes()).collect()),
        Type::F16 | Type::I4 => refuse(format!("is {store}, of which no value can be given")),
        _ => Ok(numbers
            .iter()
            .flat_map(|x| (*x as i64).to_le_bytes().into_iter().take(store.bytes()))
            .collect()),
    }
}

/// Extents that are not negative.
pub(super) fn extents(dims: &[i64]) -> Made<Vec<usize>> {
    let sizes: Option<Vec<usize>> = dims.iter().map(|n| usize::try_from(*n).ok()).collect();
    sizes.filter(|sizes| volume(sizes).is_some_and(|n| n < 1 << 40)).ok_or_else(|| {
        damaged("shape", format!("{dims:?} has sizes that are negative or far too large")).into()
    })
}

/// Reads a constant.
pub(super) fn read(tensor: &pb::TensorProto, given: &Given) -> Made<Constant> {
    let place = || format!("constant {}", tensor.name());
    let (store, shape) = (store(tensor.data_type())?, extents(&tensor.dims)?);
    let elements = volume(&shape).unwrap_or(usize::MAX);
    let data = if tensor.data_location() == DataLocation::External {
        raw(store, elements, external(tensor, given)?)
    } else if let Some(raw_data) = &tensor.raw_data {
        raw(store, elements, raw_data.clone())
    } else {
        fields(store, elements, tensor)
    };
    let want = elements.saturating_mul(store.bytes());
    if data.len() != want {
        return Err(damaged(place(), format!("it has {} bytes, not {want}", data.len())).into());
    }
    Ok(Constant { store, shape, data })
}

/// Bytes as they stand in the file. Two int4 share one.
fn raw(store: Type, elements: usize, bytes: Vec<u8>) -> Vec<u8> {
    match store {
        Type::I4 => {
            let pairs = bytes.iter().flat_map(|pair| [pair << 4, *pair]);
            pairs.take(elements).map(|high| (high.cast_signed() >> 4).cast_unsigned()).collect()
        }
        Type::Bool => bytes.into_iter().map(|byte| u8::from(byte != 0)).collect(),
        _ => bytes,
    }
}

/// Elements that stand in the field of their type.
fn fields(store: Type, elements: usize, tensor: &pb::TensorProto) -> Vec<u8> {
    match store {
        Type::F32 => tensor.float_data.iter().flat_map(|x| x.to_le_bytes()).collect(),
        Type::I64 => tensor.int64_data.iter().flat_map(|x| x.to_le_bytes()).collect(),
        Type::I4 => raw(store, elements, tensor.int32_data.iter().map(|x| *x as u8).collect()),
        _ => {
            let bytes =
                tensor.int32_data.iter().flat_map(|x| x.to_le_bytes().into_iter().take(store.bytes()));
            raw(store, elements, bytes.collect())
        }
    }
}

/// The bytes of a file beside the model.
fn external(tensor: &pb::TensorProto, given: &Given) -> Made<Vec<u8>> {
    let entry = |key: &str| tensor.external_data.iter().find(|e| e.key() == key).map(|e| e.value());
    let number = |key: &str| match entry(key) {
        None => Ok(None),
        Some(text) => match text.parse::<u64>() {
            Ok(number) => Ok(Some(number)),
            Err(_) => {
                Err(damaged(format!("external data of {}", tensor.name()), format!("its {key} is {text}")))
            }
        },
    };
    let Some(location) = entry("location") else {
        return Err(damaged(format!("constant {}", tensor.name()), "it lies in no file").into());
    };
    Ok(given.side(location, number("offset")?.unwrap_or(0), number("length")?)?)
}
