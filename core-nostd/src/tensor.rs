//! Non-owning views: what a caller reads of an output, and the rows that a kernel works on.

use core::cell::Cell;

use crate::aligned::{self, Element};
use crate::error::Error;
use crate::plan::{Kind, MAX_RANK, Plan, Port};

/// A tensor in place: bytes, shape, type and quantization.
#[derive(Clone, Copy, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct View<'a> {
    bytes: &'a [u8],
    kind: Kind,
    shape: [u32; MAX_RANK],
    rank: u8,
    scale: Option<f32>,
    zero: i32,
}

impl<'a> View<'a> {
    /// `elements` as a tensor of this shape, without quantization. The product of the shape must be their number.
    pub fn new<T: Element>(elements: &'a [T], shape: &[u32]) -> Result<Self, Error> {
        let whole = View {
            bytes: aligned::bytes(elements),
            kind: T::KIND,
            shape: [1; MAX_RANK],
            rank: 0,
            scale: None,
            zero: 0,
        };
        whole.reshape(shape)
    }

    pub(crate) fn of(plan: &Plan<'_>, port: &Port, bytes: &'a [u8]) -> Result<Self, Error> {
        let kind = plan.operand(port.operand).element().ok_or(Error::OperandKind)?;
        let (shape, rank) = (port.shape(), port.rank);
        Ok(View { bytes, kind, shape, rank, scale: port.scale(), zero: port.zero })
    }

    /// Extents, outermost first.
    pub fn shape(&self) -> &[u32] {
        self.shape.get(..self.rank as usize).unwrap_or(&[])
    }

    /// Elements between two neighbours along each axis, outermost first; the last is 1.
    pub fn strides(&self) -> [u32; MAX_RANK] {
        let mut strides = [1; MAX_RANK];
        let mut step = 1u32;
        let unused = MAX_RANK.saturating_sub(self.rank as usize);
        for (stride, extent) in strides.iter_mut().zip(&self.shape).rev().skip(unused) {
            *stride = step;
            step = step.wrapping_mul(*extent);
        }
        strides
    }

    /// Element type.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// The elements as they lie in memory.
    pub fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// The scale, if the elements are quantized: `real = scale * (element - zero)`.
    pub fn scale(&self) -> Option<f32> {
        self.scale
    }

    /// The zero point.
    pub fn zero(&self) -> i32 {
        self.zero
    }

    /// The elements, if they are of this type.
    pub fn elements<T: Element>(&self) -> Result<&'a [T], Error> {
        if T::KIND != self.kind {
            return Err(Error::NoSuchPort);
        }
        aligned::slice(self.bytes).ok_or(Error::Misaligned)
    }

    /// The same elements in another shape.
    pub fn reshape(mut self, shape: &[u32]) -> Result<Self, Error> {
        let elements = (self.bytes.len() as u32).checked_div(self.kind.bytes());
        if shape.len() > MAX_RANK || crate::wire::product(shape) != elements {
            return Err(Error::Shape);
        }
        self.shape = [1; MAX_RANK];
        for (to, from) in self.shape.iter_mut().zip(shape) {
            *to = *from;
        }
        self.rank = shape.len() as u8;
        Ok(self)
    }

    /// The element at an index, one number for each axis.
    pub fn at<T: Element>(&self, index: &[u32]) -> Result<T, Error> {
        if index.len() != self.rank as usize || index.iter().zip(self.shape).any(|(i, extent)| *i >= extent) {
            return Err(Error::Shape);
        }
        let flat = index.iter().zip(self.strides()).map(|(i, stride)| i.wrapping_mul(stride)).sum::<u32>();
        self.elements::<T>()?.get(flat as usize).copied().ok_or(Error::Shape)
    }
}

/// The rows of an activation, wherever they lie: row `r` starts at `(r % ring) * stride`.
#[derive(Clone, Copy, Debug)]
pub struct Rows<'a, T: Copy = i8> {
    data: &'a [Cell<T>],
    ring: usize,
    stride: usize,
}

impl<'a, T: Copy> Rows<'a, T> {
    /// Rows of `stride` elements in `data`; `ring` is how many it holds, or 0 when it holds all.
    pub fn new(data: &'a [Cell<T>], ring: u16, stride: u32) -> Self {
        Rows { data, ring: if ring == 0 { usize::MAX } else { ring as usize }, stride: stride as usize }
    }

    /// Row `r`; empty when there is none.
    #[inline(always)]
    pub fn row(&self, r: usize) -> &'a [Cell<T>] {
        self.span(r, 1).unwrap_or(&[])
    }

    /// `count` rows from row `r`, if they lie in one piece.
    #[inline(always)]
    pub fn span(&self, r: usize, count: usize) -> Option<&'a [Cell<T>]> {
        let r = if r < self.ring { r } else { r.checked_rem(self.ring).unwrap_or(0) };
        let end = r.wrapping_add(count);
        if end > self.ring {
            None
        } else {
            self.data.get(r.wrapping_mul(self.stride)..end.wrapping_mul(self.stride))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    static DATA: [i8; 12] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11];

    #[test]
    fn a_view_indexes_and_reshapes_in_place() {
        let v = View::new(&DATA, &[2, 3, 2]).unwrap();
        assert_eq!(v.at::<i8>(&[1, 2, 0]), Ok(10));
        let r = v.reshape(&[4, 3]).unwrap();
        assert_eq!(r.at::<i8>(&[3, 1]), Ok(10));
        assert!(core::ptr::eq(r.elements::<i8>().unwrap().as_ptr(), DATA.as_ptr()));
        assert_eq!(v.strides()[..3], [6, 2, 1]);
    }

    #[test]
    fn wrong_types_and_shapes_are_errors() {
        let v = View::new(&DATA, &[12]).unwrap();
        assert_eq!(v.reshape(&[5, 2]).err(), Some(Error::Shape));
        assert_eq!(v.elements::<f32>(), Err(Error::NoSuchPort));
        assert_eq!(v.at::<i8>(&[12]), Err(Error::Shape));
        assert_eq!(v.at::<i8>(&[0, 0]), Err(Error::Shape));
        assert_eq!(View::new(&DATA, &[13]).err(), Some(Error::Shape));
    }

    #[test]
    fn rows_wrap_around_a_ring() {
        let mut data = [1i8, 2, 3, 4, 5, 6];
        let cells = Cell::from_mut(&mut data[..]).as_slice_of_cells();
        let rows = Rows::new(cells, 3, 2);
        assert_eq!(rows.row(4)[0].get(), 3);
        assert_eq!(Rows::new(cells, 0, 2).row(2)[1].get(), 6);
        assert!(Rows::new(cells, 0, 2).row(3).is_empty());
        assert_eq!(rows.span(4, 2).map(<[_]>::len), Some(4));
        assert!(rows.span(4, 3).is_none());
    }
}
