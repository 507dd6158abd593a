//! Elements that move.

use midge_compiler::graph::{Op, Repr, Resize, Type, ValueId};
use midge_compiler::view::View;

use super::grow::Growing;

impl Growing {
    /// Something that moves elements; they may be of any type.
    pub(super) fn moves(&mut self, x: ValueId) -> Option<Vec<ValueId>> {
        let made = match self.noise.below(16) {
            0 => self.reshape(x),
            1 => self.transpose(x),
            2 => self.slice(x),
            3..=4 => self.join(x),
            5 => self.pad(x),
            6 => self.mirror(x),
            7 => self.broadcast(x),
            8 => self.tile(x),
            9 => self.gather(x),
            10 => self.resize(x),
            11 => self.view(x),
            12 => self.pick(x),
            13 => self.piece(x),
            14 => self.one_hot(x),
            _ => return self.split(x),
        };
        Some(vec![made?])
    }

    fn move_to(&mut self, op: Op, inputs: Vec<ValueId>, given: &[usize]) -> Option<ValueId> {
        let repr = self.repr(inputs[0]);
        self.node(op, inputs, given, repr)
    }

    /// Two neighbouring axes become one, or one becomes two.
    fn reshape(&mut self, x: ValueId) -> Option<ValueId> {
        let mut shape = self.shape(x).to_vec();
        if shape.is_empty() {
            return None;
        }
        let axis = self.noise.below(shape.len());
        if axis + 1 < shape.len() && self.noise.below(2) == 0 {
            shape[axis] *= shape.remove(axis + 1);
        } else if shape.len() < 5 {
            let n = shape[axis];
            let dividers: Vec<usize> = (1..=n).filter(|part| n.is_multiple_of(*part)).collect();
            let part = dividers[self.noise.below(dividers.len())];
            shape[axis] = n / part;
            shape.insert(axis + 1, part);
        }
        self.move_to(Op::Reshape, vec![x], &shape)
    }

    fn order(&mut self, rank: usize) -> Vec<usize> {
        let mut order: Vec<usize> = (0..rank).collect();
        for i in (1..rank).rev() {
            let j = self.noise.below(i + 1);
            order.swap(i, j);
        }
        order
    }

    fn transpose(&mut self, x: ValueId) -> Option<ValueId> {
        let order = self.order(self.shape(x).len());
        self.move_to(Op::Transpose { order }, vec![x], &[])
    }

    fn slice(&mut self, x: ValueId) -> Option<ValueId> {
        let (mut begin, mut stride, mut given) = (Vec::new(), Vec::new(), Vec::new());
        for n in self.shape(x).to_vec() {
            let (step, back) = (self.rarely(3), self.noise.below(5) == 0);
            let first = if self.noise.below(2) == 0 { 0 } else { self.noise.below(n) };
            let most = (n - first).div_ceil(step);
            let count = if self.noise.below(2) == 0 { most } else { 1 + self.noise.below(most) };
            given.push(count);
            // the same elements from the other end
            begin.push(if back { first + (count - 1) * step } else { first });
            stride.push(if back { -(step as isize) } else { step as isize });
        }
        self.move_to(Op::Slice { begin, stride }, vec![x], &given)
    }

    /// With another that fits, with itself, or with a constant.
    fn join(&mut self, x: ValueId) -> Option<ValueId> {
        let (shape, repr) = (self.shape(x).to_vec(), self.repr(x));
        let axis = if shape.is_empty() { return None } else { self.noise.below(shape.len()) };
        let mut inputs = vec![x];
        for _ in 0..self.rarely(3) {
            let there = self.any(|value| {
                let fits = |(i, (a, b)): (usize, (&usize, &usize))| i == axis || a == b;
                value.repr == repr
                    && value.shape.len() == shape.len()
                    && value.shape.iter().zip(&shape).enumerate().all(fits)
            })?;
            let there = match self.noise.below(4) {
                0 => self.any_constant(&shape, repr.clone()),
                _ => there,
            };
            inputs.push(there);
        }
        self.move_to(Op::Concatenation { axis }, inputs, &[])
    }

    fn margins(&mut self, x: ValueId) -> Vec<[usize; 2]> {
        let rank = self.shape(x).len();
        let mut some = || if self.noise.below(2) == 0 { self.noise.below(3) } else { 0 };
        (0..rank).map(|_| [some(), some()]).collect()
    }

    fn pad(&mut self, x: ValueId) -> Option<ValueId> {
        let mut inputs = vec![x];
        if self.noise.below(3) == 0 {
            let repr = self.repr(x);
            inputs.push(self.any_constant(&[], repr));
        }
        let mut margins = self.margins(x);
        // as before a convolution
        if margins.len() == 4 && self.noise.below(2) == 0 {
            (margins[0], margins[3]) = ([0, 0], [0, 0]);
        }
        self.move_to(Op::Pad { margins }, inputs, &[])
    }

    fn mirror(&mut self, x: ValueId) -> Option<ValueId> {
        let (margins, border) = (self.margins(x), self.noise.below(2) == 0);
        self.move_to(Op::MirrorPad { margins, border }, vec![x], &[])
    }

    fn broadcast(&mut self, x: ValueId) -> Option<ValueId> {
        let mut given = self.shape(x).to_vec();
        for n in given.iter_mut().filter(|n| **n == 1) {
            *n = 1 + self.noise.below(3);
        }
        if given.len() < 4 && self.noise.below(2) == 0 {
            given.insert(0, 2);
        }
        self.move_to(Op::Broadcast, vec![x], &given)
    }

    fn tile(&mut self, x: ValueId) -> Option<ValueId> {
        let repeats = (0..self.shape(x).len()).map(|_| self.rarely(3)).collect();
        self.move_to(Op::Tile { repeats }, vec![x], &[])
    }

    fn gather(&mut self, x: ValueId) -> Option<ValueId> {
        let shape = self.shape(x).to_vec();
        let axis = if shape.is_empty() { return None } else { self.noise.below(shape.len()) };
        let listed: Vec<i32> =
            (0..1 + self.noise.below(5)).map(|_| self.noise.below(shape[axis]) as i32).collect();
        let indices = self.whole(&[listed.len()], &listed);
        self.move_to(Op::Gather { axis, batch: 0 }, vec![x, indices], &[])
    }

    /// At positions in the first axes.
    fn pick(&mut self, x: ValueId) -> Option<ValueId> {
        let shape = self.shape(x).to_vec();
        let (depth, count) = (1 + self.noise.below(shape.len()), 1 + self.noise.below(5));
        let counted = shape.get(..depth)?;
        let listed: Vec<i32> =
            (0..count).flat_map(|_| counted).map(|n| self.noise.below(*n) as i32).collect();
        let indices = self.whole(&[count, depth], &listed);
        self.move_to(Op::GatherNd, vec![x, indices], &[])
    }

    /// A piece of x, or of a constant, put somewhere into x.
    fn piece(&mut self, x: ValueId) -> Option<ValueId> {
        let (shape, repr) = (self.shape(x).to_vec(), self.repr(x));
        let own: Vec<usize> = shape.iter().map(|n| 1 + self.noise.below(*n)).collect();
        let piece = match self.noise.below(2) {
            0 => self.any_constant(&own, repr),
            _ => {
                let (begin, stride) = (vec![0; own.len()], vec![1; own.len()]);
                self.move_to(Op::Slice { begin, stride }, vec![x], &own)?
            }
        };
        let first: Vec<i32> = shape.iter().map(|n| self.noise.below(n + 2) as i32 - 1).collect();
        let begin = self.whole(&[shape.len()], &first);
        self.move_to(Op::UpdateSlice, vec![x, piece, begin], &[])
    }

    /// Of indices that there are.
    fn one_hot(&mut self, x: ValueId) -> Option<ValueId> {
        let repr = self.repr(x);
        let indices = self.any(|value| value.repr == Repr::Plain(Type::I32))?;
        let mut given = self.shape(indices).to_vec();
        let axis = self.noise.below(given.len() + 1);
        given.insert(axis, 1 + self.noise.below(6));
        let (on, off) = (self.any_constant(&[], repr.clone()), self.any_constant(&[], repr.clone()));
        self.node(Op::OneHot { axis }, vec![indices, on, off], &given, repr)
    }

    fn resize(&mut self, x: ValueId) -> Option<ValueId> {
        let [n, h, w, c] = self.image(x)?;
        let method = match self.scaled(x) {
            Some(_) => self.of([Resize::Nearest, Resize::Bilinear]),
            None => Resize::Nearest,
        };
        let given = [n, 1 + self.noise.below(2 * h + 2), 1 + self.noise.below(2 * w + 2), c];
        let (align_corners, half_pixel) = self.of([(false, false), (true, false), (false, true)]);
        self.move_to(Op::Resize { method, align_corners, half_pixel }, vec![x], &given)
    }

    fn view(&mut self, x: ValueId) -> Option<ValueId> {
        let shape = self.shape(x).to_vec();
        let order = self.order(shape.len());
        let given: Vec<usize> = order.iter().map(|axis| shape[*axis]).collect();
        let view = View::whole(&shape).then(&Op::Transpose { order }, &shape, &given)?;
        self.move_to(Op::View(view), vec![x], &given)
    }

    /// Into two pieces along an axis.
    fn split(&mut self, x: ValueId) -> Option<Vec<ValueId>> {
        let shape = self.shape(x).to_vec();
        let axis = if shape.is_empty() { return None } else { self.noise.below(shape.len()) };
        let first = 1 + self.noise.below(shape[axis].checked_sub(2)? + 1);
        let mut piece = |at: usize, n: usize| {
            let (mut begin, mut given) = (vec![0; shape.len()], shape.clone());
            (begin[axis], given[axis]) = (at, n);
            self.move_to(Op::Slice { begin, stride: vec![1; shape.len()] }, vec![x], &given)
        };
        Some(vec![piece(0, first)?, piece(first, shape[axis] - first)?])
    }
}
