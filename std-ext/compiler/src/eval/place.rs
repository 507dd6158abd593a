//! Elements that move: each element of the output is one of the input's, and only its place is computed.

use super::tensor::{Tensor, index, places};
use super::{Call, Made, Trouble};
use crate::graph::Type;
use crate::view::View;

impl Call<'_> {
    pub(super) fn transpose(&self, order: &[usize]) -> Made {
        self.moved(|place| {
            let mut from = vec![0; place.len()];
            for (axis, i) in order.iter().zip(place) {
                from[*axis] = *i;
            }
            Some(from)
        })
    }

    pub(super) fn slice(&self, begin: &[usize], stride: &[isize]) -> Made {
        self.moved(|place| {
            let along = |((i, first), step): ((&usize, &usize), &isize)| {
                first.checked_add_signed(isize::try_from(*i).ok()?.checked_mul(*step)?)
            };
            place.iter().zip(begin).zip(stride).map(along).collect()
        })
    }

    pub(super) fn broadcast(&self) -> Made {
        let x = self.x()?;
        Ok(places(&self.y()?.shape).map(|place| x.spread(&place)).collect())
    }

    pub(super) fn tile(&self) -> Made {
        let x = self.x()?;
        self.moved(|place| Some(place.iter().zip(x.shape()).map(|(i, n)| i % n).collect()))
    }

    pub(super) fn view(&self, view: &View) -> Made {
        let (x, extents) = (self.x()?, view.axes.iter().map(|axis| axis.extent).collect::<Vec<_>>());
        let element = |place: Vec<usize>| {
            let steps = place.iter().zip(&view.axes).map(|(i, axis)| *i as i128 * axis.stride as i128);
            let at = view.first as i128 + steps.sum::<i128>();
            let found = usize::try_from(at).ok().and_then(|at| x.elements.get(at));
            found.copied().ok_or_else(|| "takes elements that are not there".into())
        };
        places(&extents).map(element).collect()
    }

    /// With the value of the second input, or with what stands for 0.
    pub(super) fn pad(&self, margins: &[[usize; 2]]) -> Made {
        let (x, y) = (self.x()?, self.y()?);
        let around = match (self.inputs.get(1), y.repr.quant()) {
            (Some(value), _) => *value.elements.first().ok_or("pads with no value")?,
            (None, Some(quant)) => quant.zero.first().map_or(0, |zero| i64::from(*zero)),
            (None, None) => 0,
        };
        if x.store() != y.repr.store() {
            return Err(self.unknown());
        }
        let element = |place: Vec<usize>| {
            let along = |((i, n), [before, _]): ((&usize, &usize), &[usize; 2])| {
                i.checked_sub(*before).filter(|i| i < n)
            };
            let inside: Option<Vec<usize>> = place.iter().zip(x.shape()).zip(margins).map(along).collect();
            inside.map_or(around, |from| x.at(&from))
        };
        Ok(places(&y.shape).map(element).collect())
    }

    pub(super) fn mirror_pad(&self, margins: &[[usize; 2]], border: bool) -> Made {
        let x = self.x()?;
        let skip = usize::from(!border);
        self.moved(|place| {
            let along = |((i, n), [before, _]): ((&usize, &usize), &[usize; 2])| match i.checked_sub(*before)
            {
                None => Some(before - 1 - i + skip),
                Some(i) if i < *n => Some(i),
                Some(i) => (2 * n).checked_sub(1 + skip + i),
            };
            place.iter().zip(x.shape()).zip(margins).map(along).collect()
        })
    }

    pub(super) fn concatenation(&self, axis: usize) -> Made {
        let y = self.y()?;
        if self.inputs.iter().any(|x| x.value.repr != y.repr) {
            return Err(self.unknown());
        }
        let element = |mut place: Vec<usize>| {
            for x in &self.inputs {
                match place[axis].checked_sub(x.shape()[axis]) {
                    None => return Ok(x.at(&place)),
                    Some(rest) => place[axis] = rest,
                }
            }
            Err("joins too few elements".into())
        };
        places(&y.shape).map(element).collect()
    }

    /// Slices at indices; the first `batch` axes are those of both inputs.
    pub(super) fn gather(&self, axis: usize, batch: usize) -> Made {
        let (x, indices) = (self.x()?, self.indices(1)?);
        let listed = indices.shape().len() - batch;
        self.moved(|place| {
            let (before, rest) = place.split_at(axis);
            let (inner, behind) = rest.split_at(listed);
            let at = indices.at(&[&before[..batch], inner].concat());
            Some([before, &[inside(at, x.shape()[axis])?], behind].concat())
        })
    }

    /// Slices at positions, the last axis of the indices.
    pub(super) fn gather_nd(&self) -> Made {
        let (x, indices) = (self.x()?, self.indices(1)?);
        let (depth, listed) = indices.shape().split_last().ok_or("has no indices")?;
        self.moved(|place| {
            let (outer, behind) = place.split_at(listed.len());
            let number = |i: usize| inside(indices.at(&[outer, &[i]].concat()), x.shape()[i]);
            let position: Option<Vec<usize>> = (0..*depth).map(number).collect();
            Some([&position?[..], behind].concat())
        })
    }

    pub(super) fn one_hot(&self, axis: usize) -> Made {
        let indices = self.indices(0)?;
        let (&[on], &[off]) = (self.input(1)?.elements, self.input(2)?.elements) else {
            return Err("has other than one value to be on, and one to be off".into());
        };
        let element = |mut place: Vec<usize>| {
            let at = place.remove(axis) as i64;
            if indices.at(&place) == at { on } else { off }
        };
        Ok(places(&self.y()?.shape).map(element).collect())
    }

    /// A piece takes its place, as near to where it is told to begin as it fits.
    pub(super) fn update_slice(&self) -> Made {
        let (x, piece, begin) = (self.x()?, self.input(1)?, self.indices(2)?);
        if x.store() != piece.store() {
            return Err(self.unknown());
        }
        let along =
            |((first, n), part): ((&i64, &usize), &usize)| usize::try_from(*first).unwrap_or(0).min(n - part);
        let first: Vec<usize> = begin.elements.iter().zip(x.shape()).zip(piece.shape()).map(along).collect();
        let mut made = x.elements.to_vec();
        for (place, element) in places(piece.shape()).zip(piece.elements) {
            let to: Vec<usize> = place.iter().zip(&first).map(|(i, first)| i + first).collect();
            made[index(x.shape(), &to)] = *element;
        }
        Ok(made)
    }

    /// The output whose element at each place is that of x at the place that `from` says.
    pub(super) fn moved(&self, from: impl Fn(&[usize]) -> Option<Vec<usize>>) -> Made {
        let (x, y) = (self.x()?, self.y()?);
        if x.store() != y.repr.store() {
            return Err(self.unknown());
        }
        let element = |place: Vec<usize>| {
            let at = from(&place).ok_or("takes elements that are not there")?;
            Ok(x.at(&at))
        };
        places(&y.shape).map(element).collect()
    }

    /// Input `i`, which holds whole numbers.
    fn indices(&self, i: usize) -> Result<Tensor<'_>, Trouble> {
        let indices = self.input(i)?;
        let whole = matches!(indices.store(), Type::I32 | Type::I64);
        if whole { Ok(indices) } else { Err(self.unknown()) }
    }
}

/// An index, if it is one of `n`.
fn inside(index: i64, n: usize) -> Option<usize> {
    usize::try_from(index).ok().filter(|i| *i < n)
}
