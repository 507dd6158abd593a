//! Views: a tensor whose elements are those of another, at places that a few strides tell.
//!
//! Transposes, slices, reversals, broadcasts and repetitions are views, and so are chains of them, as long as each axis
//! of the chain's shape is a product of whole axes of the view.

use crate::graph::Op;

/// Element `(i, j, ..)` is the other tensor's element `first + i * stride + j * stride + ..`, counted row-major.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct View {
    /// Where the first element lies.
    pub first: usize,
    /// Outermost first. In row-major order they are the view's elements, whatever its shape.
    pub axes: Vec<Axis>,
}

/// An axis of a view.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Axis {
    /// How many elements.
    pub extent: usize,
    /// From one to the next, in the other tensor.
    pub stride: isize,
}

impl View {
    /// A whole tensor of this shape.
    pub fn whole(shape: &[usize]) -> View {
        let mut view = View { first: 0, axes: Vec::new() };
        view.push(shape.iter().product(), 1);
        view
    }

    /// What an operator that moves elements makes of this view, whose shape is `x`; `y` is the operator's output.
    ///
    /// None for other operators, and where the elements do not lie at regular places any more.
    pub fn then(&self, op: &Op, x: &[usize], y: &[usize]) -> Option<View> {
        if *op == Op::Reshape {
            return Some(self.clone());
        }
        let groups = self.groups(x)?;
        let mut made = View { first: self.first, axes: Vec::new() };
        match op {
            Op::Transpose { order } => {
                for axis in order {
                    made.extend(groups.get(*axis)?);
                }
            }
            Op::Slice { begin, stride } => {
                let mut first = isize::try_from(self.first).ok()?;
                for (((group, n), begin), by) in groups.iter().zip(y).zip(begin).zip(stride) {
                    match group[..] {
                        [] => made.push(*n, 0),
                        [axis] => {
                            first += isize::try_from(*begin).ok()? * axis.stride;
                            made.push(*n, axis.stride.saturating_mul(*by));
                        }
                        // part of an axis that is itself several: only all of it stays regular
                        [..] if *by == 1 && group.iter().map(|a| a.extent).product::<usize>() == *n => {
                            made.extend(group);
                        }
                        [..] => return None,
                    }
                }
                made.first = first.try_into().ok()?;
            }
            Op::Broadcast => {
                let new = y.len().checked_sub(x.len())?;
                y[..new].iter().for_each(|n| made.push(*n, 0));
                for ((group, from), to) in groups.iter().zip(x).zip(&y[new..]) {
                    if from == to { made.extend(group) } else { made.push(*to, 0) }
                }
            }
            Op::Tile { repeats } => {
                for (group, n) in groups.iter().zip(repeats) {
                    made.push(*n, 0);
                    made.extend(group);
                }
            }
            _ => return None,
        }
        Some(made)
    }

    /// Whether it is the other tensor itself, which has `elements`.
    pub fn is_whole(&self, elements: usize) -> bool {
        self.first == 0
            && match self.axes[..] {
                [] => elements == 1,
                [axis] => axis == Axis { extent: elements, stride: 1 },
                _ => false,
            }
    }

    /// The view's elements, each of `size` bytes, in the other tensor's bytes; none if one is not there.
    pub fn read(&self, bytes: &[u8], size: usize) -> Option<Vec<u8>> {
        let mut places = vec![isize::try_from(self.first).ok()?];
        for axis in &self.axes {
            let steps = 0..isize::try_from(axis.extent).ok()?;
            places = places.iter().flat_map(|at| steps.clone().map(move |i| at + i * axis.stride)).collect();
        }
        let mut out = Vec::with_capacity(places.len() * size);
        for at in places {
            let at = usize::try_from(at).ok()? * size;
            out.extend(bytes.get(at..at + size)?);
        }
        Some(out)
    }

    /// Adds an axis inside the others; it joins the one before where both are one walk.
    fn push(&mut self, extent: usize, stride: isize) {
        if extent == 1 {
            return;
        }
        match self.axes.last_mut() {
            Some(outer)
                if isize::try_from(extent).ok().and_then(|n| n.checked_mul(stride)) == Some(outer.stride) =>
            {
                *outer = Axis { extent: outer.extent * extent, stride };
            }
            _ => self.axes.push(Axis { extent, stride }),
        }
    }

    fn extend(&mut self, axes: &[Axis]) {
        axes.iter().for_each(|axis| self.push(axis.extent, axis.stride));
    }

    /// The axes that make up each extent of a shape, cut where the shape cuts them; none if one would not come out
    /// whole.
    fn groups(&self, shape: &[usize]) -> Option<Vec<Vec<Axis>>> {
        let mut rest = self.axes.clone();
        let mut groups = Vec::new();
        for &size in shape.iter().rev() {
            let (mut group, mut missing) = (Vec::new(), size);
            while missing > 1 {
                let Axis { extent, stride } = rest.pop()?;
                let inner = missing.min(extent);
                if missing % inner != 0 || extent % inner != 0 {
                    return None;
                }
                if inner < extent {
                    let step = isize::try_from(inner).ok()?.checked_mul(stride)?;
                    rest.push(Axis { extent: extent / inner, stride: step });
                }
                group.insert(0, Axis { extent: inner, stride });
                missing /= inner;
            }
            groups.insert(0, group);
        }
        Some(groups)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a chain of operators makes of a tensor of a shape, if that is a view.
    fn chain(shape: &[usize], ops: &[(Op, &[usize])]) -> Option<View> {
        let mut x = shape;
        let mut view = View::whole(shape);
        for (op, y) in ops {
            view = view.then(op, x, y)?;
            x = y;
        }
        Some(view)
    }

    fn transpose(order: &[usize]) -> Op {
        Op::Transpose { order: order.to_vec() }
    }

    fn slice(begin: &[usize], stride: &[isize]) -> Op {
        Op::Slice { begin: begin.to_vec(), stride: stride.to_vec() }
    }

    fn axes(axes: &[(usize, isize)]) -> Vec<Axis> {
        axes.iter().map(|&(extent, stride)| Axis { extent, stride }).collect()
    }

    #[test]
    fn neighbours_that_stay_together_are_one_axis() {
        let view = chain(&[2, 3, 4, 5], &[(transpose(&[0, 3, 1, 2]), &[2, 5, 3, 4])]).unwrap();
        assert_eq!(view.axes, axes(&[(2, 60), (5, 1), (12, 5)]));
        let view = chain(&[2, 3, 4], &[(slice(&[0, 1, 0], &[1, 1, 1]), &[2, 2, 4])]).unwrap();
        assert_eq!((view.first, view.axes), (4, axes(&[(2, 12), (8, 1)])));
        let view = chain(&[4, 3], &[(slice(&[3, 2], &[-1, -1]), &[4, 3])]).unwrap();
        assert_eq!((view.first, view.axes), (11, axes(&[(12, -1)])));
    }

    #[test]
    fn chains_are_one_view() {
        let there = (transpose(&[1, 0]), &[3, 2][..]);
        let back = (transpose(&[1, 0]), &[2, 3][..]);
        assert!(chain(&[2, 3], &[there.clone(), back]).unwrap().is_whole(6));
        // the depth of a pixel as pixels
        let blocks: [(Op, &[usize]); 3] = [
            (Op::Reshape, &[1, 2, 3, 2, 2, 5]),
            (transpose(&[0, 1, 3, 2, 4, 5]), &[1, 2, 2, 3, 2, 5]),
            (Op::Reshape, &[1, 4, 6, 5]),
        ];
        let view = chain(&[1, 2, 3, 20], &blocks).unwrap();
        assert_eq!(view.axes, axes(&[(2, 60), (2, 10), (3, 20), (10, 1)]));
        // a row of two interleaved columns is no walk of one stride
        let part = (slice(&[1], &[1]), &[4][..]);
        assert_eq!(chain(&[2, 3], &[there, (Op::Reshape, &[6]), part]), None);
    }

    #[test]
    fn repeated_axes_have_no_stride() {
        let view = chain(&[3, 1], &[(Op::Broadcast, &[2, 3, 4])]).unwrap();
        assert_eq!(view.axes, axes(&[(2, 0), (3, 1), (4, 0)]));
        let view = chain(&[2, 3], &[(Op::Tile { repeats: vec![1, 2] }, &[2, 6])]).unwrap();
        assert_eq!(view.read(&[1, 2, 3, 4, 5, 6], 1).unwrap(), [1, 2, 3, 1, 2, 3, 4, 5, 6, 4, 5, 6]);
    }
}
