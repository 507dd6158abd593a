//! Elements as wide integers, and their places in a shape.

use super::Trouble;
use crate::graph::{Type, Value};

/// A value and its elements.
#[derive(Clone, Copy)]
pub(super) struct Tensor<'a> {
    pub(super) value: &'a Value,
    /// Row-major. Those of floats are their bits, which an operator that moves elements need not understand.
    pub(super) elements: &'a [i64],
}

impl<'a> Tensor<'a> {
    pub(super) fn shape(&self) -> &'a [usize] {
        &self.value.shape
    }

    pub(super) fn store(&self) -> Type {
        self.value.repr.store()
    }

    /// The element at a place.
    pub(super) fn at(&self, place: &[usize]) -> i64 {
        self.elements[index(self.shape(), place)]
    }

    /// The element that a place of a larger shape has if this tensor is broadcast to it: axes are aligned at the right.
    pub(super) fn spread(&self, place: &[usize]) -> i64 {
        let shape = self.shape();
        let inner = &place[place.len() - shape.len()..];
        let own: Vec<usize> = inner.iter().zip(shape).map(|(i, n)| if *n == 1 { 0 } else { *i }).collect();
        self.at(&own)
    }

    /// The four extents of an image.
    pub(super) fn image(&self) -> Result<[usize; 4], Trouble> {
        image(self.shape())
    }
}

/// The four extents of an image.
pub(super) fn image(shape: &[usize]) -> Result<[usize; 4], Trouble> {
    shape.try_into().map_err(|_| format!("needs an image, not {shape:?}").into())
}

/// Where the element at a place lies in row-major order.
pub(super) fn index(shape: &[usize], place: &[usize]) -> usize {
    shape.iter().zip(place).fold(0, |at, (n, i)| at * n + i)
}

/// Every place of a shape, in row-major order.
pub(super) fn places(shape: &[usize]) -> impl Iterator<Item = Vec<usize>> + use<> {
    let shape = shape.to_vec();
    (0..shape.iter().product()).map(move |mut at: usize| {
        let mut place = vec![0; shape.len()];
        for (i, n) in place.iter_mut().zip(&shape).rev() {
            (*i, at) = (at % n, at / n);
        }
        place
    })
}

/// Bytes as the elements that they store.
pub(super) fn numbers(store: Type, bytes: &[u8]) -> Vec<i64> {
    let unsigned = bytes.chunks_exact(store.bytes()).map(|element| {
        let mut wide = [0; 8];
        wide[..element.len()].copy_from_slice(element);
        i64::from_le_bytes(wide)
    });
    unsigned.map(|x| wrapped(store, x.into())).collect()
}

/// Elements as the bytes that store them.
pub(super) fn stored(store: Type, elements: &[i64]) -> Vec<u8> {
    elements.iter().flat_map(|x| x.to_le_bytes().into_iter().take(store.bytes())).collect()
}

/// What is left of a number in the bits of a type.
pub(super) fn wrapped(store: Type, x: i128) -> i64 {
    match store {
        Type::I8 | Type::I4 => (x as i8).into(),
        Type::I16 => (x as i16).into(),
        Type::I32 => (x as i32).into(),
        Type::I64 => x as i64,
        Type::U8 | Type::Bool => (x as u8).into(),
        Type::F16 => (x as u16).into(),
        Type::F32 => (x as u32).into(),
    }
}
