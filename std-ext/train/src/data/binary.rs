//! IDX files, as MNIST comes in, and the binary files of CIFAR-10.

use std::path::{Path, PathBuf};

use super::error::{bytes, file};
use super::{Result, Values};
use crate::device::Data;

/// Classes of CIFAR-10.
pub(super) const CIFAR10: [&str; 10] =
    ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"];

/// Bytes of one image of CIFAR-10: three planes of 32x32.
const IMAGE: usize = 3 * 32 * 32;

/// An array in an IDX file: two zeros, a code for the type, the number of axes, their sizes, and the numbers, everything with
/// the highest byte first.
pub(super) fn idx(path: &Path) -> Result<Values> {
    let bytes = bytes(path)?;
    if bytes.starts_with(&[0x1f, 0x8b]) {
        return Err(file(path, "a compressed file; unpack it with gunzip"));
    }
    let Some((&[0, 0, code, rank], rest)) = bytes.split_first_chunk() else {
        return Err(file(path, "not an IDX file: it does not start with two zeros"));
    };
    let Some((sizes, numbers)) = rest.split_at_checked(usize::from(rank) * 4) else {
        return Err(file(path, format!("it ends within the sizes of its {rank} axes")));
    };
    let shape: Vec<usize> =
        sizes.as_chunks().0.iter().map(|size| u32::from_be_bytes(*size) as usize).collect();
    let each = match code {
        0x08 | 0x09 => 1,
        0x0b => 2,
        0x0c | 0x0d => 4,
        0x0e => 8,
        _ => return Err(file(path, format!("IDX has no type {code:#04x}"))),
    };
    let len = shape.iter().try_fold(each, |len: usize, &size| len.checked_mul(size));
    if rank == 0 || len != Some(numbers.len()) {
        let found = numbers.len();
        return Err(file(
            path,
            format!("the shape {shape:?} does not fit {found} bytes of numbers; load it anew"),
        ));
    }
    let data = match code {
        0x08 => Data::U8(numbers.to_vec()),
        0x09 => Data::F32(numbers.iter().map(|&x| f32::from(x.cast_signed())).collect()),
        0x0b => Data::F32(numbers.as_chunks().0.iter().map(|x| i16::from_be_bytes(*x).into()).collect()),
        0x0c => Data::I64(numbers.as_chunks().0.iter().map(|x| i32::from_be_bytes(*x).into()).collect()),
        0x0d => Data::F32(numbers.as_chunks().0.iter().map(|x| f32::from_be_bytes(*x)).collect()),
        _ => Data::F32(numbers.as_chunks().0.iter().map(|x| f64::from_be_bytes(*x) as f32).collect()),
    };
    Values::new(shape, data)
}

/// Images `[samples, 3, 32, 32]` and their classes: a byte for the class before each image.
pub(super) fn cifar10(paths: &[PathBuf]) -> Result<(Values, Values)> {
    let (mut images, mut classes) = (Vec::new(), Vec::new());
    for path in paths {
        let bytes = bytes(path)?;
        if bytes.is_empty() || !bytes.len().is_multiple_of(IMAGE + 1) {
            let what =
                format!("{} bytes are no whole number of images of {}; load it anew", bytes.len(), IMAGE + 1);
            return Err(file(path, what));
        }
        for (row, record) in bytes.chunks_exact(IMAGE + 1).enumerate() {
            if usize::from(record[0]) >= CIFAR10.len() {
                return Err(file(path, format!("image {row} has class {}, and there are 10", record[0])));
            }
            classes.push(record[0].into());
            images.extend(&record[1..]);
        }
    }
    let count = classes.len();
    Ok((Values::new([count, 3, 32, 32], Data::U8(images))?, Values::indices(count, classes)?))
}
