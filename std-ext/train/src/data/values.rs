//! Numbers of samples, on the host.

use super::{DataError, Result};
use crate::device::Data;
use crate::{Shape, Tensor};

/// Numbers with a shape, on the host: what a sample consists of before it is part of a batch.
#[derive(Clone, Debug, PartialEq)]
pub struct Values {
    shape: Shape,
    data: Data,
}

impl Values {
    /// Numbers in a shape, the last axis running fastest.
    ///
    /// # Errors
    /// There are more or fewer numbers than the shape has elements.
    pub fn new(shape: impl Into<Shape>, data: Data) -> Result<Values> {
        let shape = shape.into();
        if shape.elements() != data.len() {
            let why = format!("{} numbers for {} elements", data.len(), shape.elements());
            return Err(shape.wrong("values", why).into());
        }
        Ok(Values { shape, data })
    }

    /// [`Values::new`] of floats.
    ///
    /// # Errors
    /// As there.
    pub fn floats(shape: impl Into<Shape>, numbers: Vec<f32>) -> Result<Values> {
        Values::new(shape, Data::F32(numbers))
    }

    /// [`Values::new`] of indices or classes.
    ///
    /// # Errors
    /// As there.
    pub fn indices(shape: impl Into<Shape>, numbers: Vec<i64>) -> Result<Values> {
        Values::new(shape, Data::I64(numbers))
    }

    /// One class.
    pub fn class(class: usize) -> Values {
        Values { shape: Shape::default(), data: Data::I64(vec![class as i64]) }
    }

    /// The same numbers in another shape.
    ///
    /// # Errors
    /// It has another number of elements.
    pub fn reshape(self, shape: impl Into<Shape>) -> Result<Values> {
        Values::new(shape, self.data)
    }

    /// Sizes of its axes.
    pub fn shape(&self) -> &Shape {
        &self.shape
    }

    /// Its numbers.
    pub fn data(&self) -> &Data {
        &self.data
    }

    /// Its numbers, if they are floats.
    pub fn as_floats(&self) -> Option<&[f32]> {
        match &self.data {
            Data::F32(numbers) => Some(numbers),
            _ => None,
        }
    }

    /// Its numbers to change, if they are floats.
    pub fn as_floats_mut(&mut self) -> Option<&mut [f32]> {
        match &mut self.data {
            Data::F32(numbers) => Some(numbers),
            _ => None,
        }
    }

    /// Its numbers, if they are indices or classes.
    pub fn as_indices(&self) -> Option<&[i64]> {
        match &self.data {
            Data::I64(numbers) => Some(numbers),
            _ => None,
        }
    }

    /// The row of the first axis with that number, without the axis; bytes become floats, which networks read.
    ///
    /// # Errors
    /// There is no such row.
    pub fn row(&self, index: usize) -> Result<Values> {
        let rows = self.shape.first().copied().unwrap_or_default();
        super::within(index, rows)?;
        let shape = self.shape.without(0);
        let range = index * shape.elements()..(index + 1) * shape.elements();
        let data = match &self.data {
            Data::F32(all) => Data::F32(all[range].to_vec()),
            Data::F16(all) => Data::F32(all[range].iter().map(|x| x.to_f32()).collect()),
            Data::Bf16(all) => Data::F32(all[range].iter().map(|x| x.to_f32()).collect()),
            Data::I64(all) => Data::I64(all[range].to_vec()),
            Data::U8(all) => Data::F32(all[range].iter().map(|&x| x.into()).collect()),
        };
        Ok(Values { shape, data })
    }

    /// The numbers as a tensor on the default device.
    ///
    /// # Errors
    /// The device has no memory left.
    pub fn tensor(self) -> Result<Tensor> {
        Ok(match self.data {
            Data::F32(numbers) => Tensor::from_vec(numbers, self.shape),
            Data::F16(numbers) => Tensor::from_vec(numbers, self.shape),
            Data::Bf16(numbers) => Tensor::from_vec(numbers, self.shape),
            Data::I64(numbers) => Tensor::from_vec(numbers, self.shape),
            Data::U8(numbers) => Tensor::from_vec(numbers, self.shape),
        }?)
    }

    /// Values of one shape and type behind one another, along a new first axis.
    ///
    /// # Errors
    /// There are none; or the shape or type of one differs, which is named by `name` of its place.
    pub fn stack(all: &[&Values], name: impl Fn(usize) -> String) -> Result<Values> {
        let Some(first) = all.first() else {
            return Err(DataError::Setting("nothing to put together in a batch".into()));
        };
        let mut data = match first.data.kind() {
            crate::Type::I64 => Data::I64(Vec::new()),
            _ => Data::F32(Vec::new()),
        };
        for (at, values) in all.iter().enumerate() {
            if values.shape != first.shape {
                let what = format!(
                    "its shape is {}, and that of {} is {}; in a batch all have one",
                    values.shape,
                    name(0),
                    first.shape
                );
                return Err(DataError::Sample { name: name(at), what });
            }
            match (&mut data, &values.data) {
                (Data::F32(to), Data::F32(from)) => to.extend(from),
                (Data::I64(to), Data::I64(from)) => to.extend(from),
                (to, from) => {
                    let what = format!("its numbers are {}, and {} are needed", from.kind(), to.kind());
                    return Err(DataError::Sample { name: name(at), what });
                }
            }
        }
        let shape: Shape = [all.len()].into_iter().chain(first.shape.iter().copied()).collect();
        Values::new(shape, data)
    }
}
