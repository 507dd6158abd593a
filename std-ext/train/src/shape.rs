//! Sizes of axes, and where elements lie.

use std::fmt;
use std::ops::Deref;

use crate::{Error, Result};

/// Sizes of the axes of a tensor, the outermost first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Shape(Vec<usize>);

impl Shape {
    /// Number of elements.
    pub fn elements(&self) -> usize {
        self.0.iter().product()
    }

    /// Size of an axis that is counted from the end: 0 is the last.
    pub(crate) fn last(&self, from_end: usize) -> usize {
        self.0.len().checked_sub(from_end + 1).map_or(1, |axis| self.0[axis])
    }

    /// The axis that `axis` names; negative ones count from the end.
    pub(crate) fn axis(&self, op: &'static str, axis: isize) -> Result<usize> {
        let rank = self.0.len();
        let at = if axis < 0 { axis + rank as isize } else { axis };
        usize::try_from(at)
            .ok()
            .filter(|&at| at < rank)
            .ok_or_else(|| self.wrong(op, format!("there is no axis {axis}")))
    }

    /// Elements before, in, and behind an axis.
    pub(crate) fn around(&self, axis: usize) -> [usize; 3] {
        [self.0[..axis].iter().product(), self.0[axis], self.0[axis + 1..].iter().product()]
    }

    /// The same shape with another size of one axis.
    pub(crate) fn with(&self, axis: usize, size: usize) -> Shape {
        let mut sizes = self.0.clone();
        sizes[axis] = size;
        Shape(sizes)
    }

    /// The shape without an axis.
    pub(crate) fn without(&self, axis: usize) -> Shape {
        let mut sizes = self.0.clone();
        sizes.remove(axis);
        Shape(sizes)
    }

    /// An error about this shape.
    pub(crate) fn wrong(&self, op: &'static str, why: impl Into<String>) -> Error {
        Error::Shape { op, shape: self.clone(), why: why.into() }
    }

    /// The shape to which both broadcast: sizes are equal, counted from the last axis, or one of them is 1.
    pub(crate) fn broadcast(&self, op: &'static str, other: &Shape) -> Result<Shape> {
        let rank = self.len().max(other.len());
        let size =
            |shape: &Shape, axis: usize| (axis + shape.len()).checked_sub(rank).map_or(1, |at| shape[at]);
        let sizes = (0..rank).map(|axis| match (size(self, axis), size(other, axis)) {
            (a, b) if a == b => Some(a),
            (1, b) => Some(b),
            (a, 1) => Some(a),
            _ => None,
        });
        sizes.collect::<Option<Vec<_>>>().map(Shape).ok_or_else(|| Error::Shapes {
            op,
            left: self.clone(),
            right: other.clone(),
            why: "sizes must be equal or 1, counted from the last axis",
        })
    }
}

impl Deref for Shape {
    type Target = [usize];

    fn deref(&self) -> &[usize] {
        &self.0
    }
}

impl From<Vec<usize>> for Shape {
    fn from(sizes: Vec<usize>) -> Shape {
        Shape(sizes)
    }
}

impl From<&[usize]> for Shape {
    fn from(sizes: &[usize]) -> Shape {
        Shape(sizes.to_vec())
    }
}

impl<const N: usize> From<[usize; N]> for Shape {
    fn from(sizes: [usize; N]) -> Shape {
        Shape(sizes.to_vec())
    }
}

impl From<usize> for Shape {
    fn from(size: usize) -> Shape {
        Shape(vec![size])
    }
}

impl From<&Shape> for Shape {
    fn from(shape: &Shape) -> Shape {
        shape.clone()
    }
}

impl FromIterator<usize> for Shape {
    fn from_iter<I: IntoIterator<Item = usize>>(sizes: I) -> Shape {
        Shape(sizes.into_iter().collect())
    }
}

impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.0)
    }
}

/// Where the elements of a view lie in its buffer, in elements.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Layout {
    /// Sizes of the axes.
    pub shape: Shape,
    /// How far apart neighbours in each axis are; 0 where one element is seen many times.
    pub strides: Vec<usize>,
    /// Where the first element is.
    pub offset: usize,
}

impl Layout {
    /// Elements one after the other, from the start of the buffer.
    pub fn dense(shape: Shape) -> Layout {
        let mut strides = vec![1; shape.len()];
        for axis in (1..shape.len()).rev() {
            strides[axis - 1] = strides[axis] * shape[axis];
        }
        Layout { shape, strides, offset: 0 }
    }

    /// Whether elements lie one after the other, wherever the first is.
    pub fn is_dense(&self) -> bool {
        let mut expected = 1;
        for (&size, &stride) in self.shape.iter().zip(&self.strides).rev() {
            if size != 1 && stride != expected {
                return false;
            }
            expected *= size;
        }
        true
    }

    /// How many elements of the buffer lie before the end of the view.
    pub fn reach(&self) -> usize {
        if self.shape.contains(&0) {
            return 0;
        }
        self.offset
            + self.shape.iter().zip(&self.strides).map(|(&size, &stride)| (size - 1) * stride).sum::<usize>()
            + 1
    }

    /// The view seen as a larger one; `shape` is one to which this broadcasts.
    pub(crate) fn broadcast(&self, shape: &Shape) -> Layout {
        let more = shape.len() - self.shape.len();
        let strides = (0..shape.len()).map(|axis| match axis.checked_sub(more) {
            Some(at) if self.shape[at] == shape[axis] => self.strides[at],
            _ => 0,
        });
        Layout { shape: shape.clone(), strides: strides.collect(), offset: self.offset }
    }

    /// The same elements in another shape, if no copy is needed for that.
    pub(crate) fn reshape(&self, shape: Shape) -> Option<Layout> {
        self.is_dense().then(|| Layout { offset: self.offset, ..Layout::dense(shape) })
    }

    /// The view with axes of size 1 dropped and neighbours joined where they lie in one run: the shortest description
    /// of the same elements in the same order.
    pub(crate) fn joined(layouts: &[&Layout]) -> Vec<Layout> {
        let rank = layouts[0].shape.len();
        let mut sizes: Vec<usize> = Vec::new();
        let mut strides: Vec<Vec<usize>> = vec![Vec::new(); layouts.len()];
        for axis in 0..rank {
            let size = layouts[0].shape[axis];
            if size == 1 {
                continue;
            }
            let joins = !sizes.is_empty()
                && layouts
                    .iter()
                    .zip(&strides)
                    .all(|(layout, s)| s.last().is_some_and(|&outer| outer == layout.strides[axis] * size));
            match sizes.last_mut() {
                Some(last) if joins => {
                    *last *= size;
                    for (layout, s) in layouts.iter().zip(&mut strides) {
                        s.pop();
                        s.push(layout.strides[axis]);
                    }
                }
                _ => {
                    sizes.push(size);
                    for (layout, s) in layouts.iter().zip(&mut strides) {
                        s.push(layout.strides[axis]);
                    }
                }
            }
        }
        layouts
            .iter()
            .zip(strides)
            .map(|(layout, strides)| Layout { shape: Shape(sizes.clone()), strides, offset: layout.offset })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_broadcast_from_the_last_axis() {
        let both = Shape::from([4, 1, 3]).broadcast("add", &Shape::from([2, 1])).unwrap();
        assert_eq!(both, Shape::from([4, 2, 3]));
        let error = Shape::from([4, 3]).broadcast("add", &Shape::from([4])).unwrap_err().to_string();
        assert_eq!(
            error,
            "add: shapes [4, 3] and [4] do not fit: sizes must be equal or 1, counted from the last axis"
        );
    }

    #[test]
    fn neighbours_in_one_run_are_joined() {
        let dense = Layout::dense(Shape::from([2, 3, 1, 4]));
        assert_eq!(Layout::joined(&[&dense])[0].shape, Shape::from([24]));
        let rows = Layout::dense(Shape::from([4])).broadcast(&Shape::from([2, 3, 4]));
        let joined = Layout::joined(&[&Layout::dense(Shape::from([2, 3, 4])), &rows]);
        assert_eq!(joined[0].shape, Shape::from([6, 4]));
        assert_eq!(joined[1].strides, [0, 1]);
    }

    #[test]
    fn the_reach_is_the_last_element() {
        assert_eq!(
            Layout { shape: Shape::from([2, 3]), strides: vec![1, 2], offset: 5 }.reach(),
            5 + 1 + 4 + 1
        );
        assert_eq!(Layout::dense(Shape::from([2, 0])).reach(), 0);
    }
}
