//! Operands element by element, with broadcasting: shared by every operator of two operands or more.

use core::cell::Cell;
use core::ops::Range;

use crate::aligned::Element;
use crate::claim::Claim;
use crate::error::Error;
use crate::kernel::{Io, Task};
use crate::plan::Kind;
use crate::wire::{Dims, product, record, u8};

record! {
    /// Geometry of an elementwise operator. `dims[0]` is the step's rows.
    pub struct Broadcast {
        /// Extents of the output, axes merged where both operands allow it.
        dims: Dims,
        /// Bit i is set where the first operand varies along axis i.
        a: u8,
        /// The same for the second.
        b: u8,
    }
}

/// An operand that is read element by element.
pub trait Source<T>: Copy {
    /// Element `i`; 0 past the end.
    fn at(self, i: usize) -> T;
}

impl<T: Element> Source<T> for &[Cell<T>] {
    #[inline(always)]
    fn at(self, i: usize) -> T {
        self.get(i).map_or(T::default(), Cell::get)
    }
}

/// Constants.
impl<T: Element> Source<T> for &[T] {
    #[inline(always)]
    fn at(self, i: usize) -> T {
        self.get(i).map_or(T::default(), |x| x.le())
    }
}

/// An operand that lies in work memory or is a constant: for kernels of which one for both is enough.
#[derive(Clone, Copy, Debug)]
pub enum Anywhere<'a, T: Copy> {
    /// In work memory.
    Work(&'a [Cell<T>]),
    /// A constant.
    Constant(&'a [T]),
}

impl<T: Element> Source<T> for Anywhere<'_, T> {
    #[inline(always)]
    fn at(self, i: usize) -> T {
        match self {
            Anywhere::Work(x) => x.at(i),
            Anywhere::Constant(x) => x.at(i),
        }
    }
}

impl<'a> Io<'a> {
    /// Elements of the `i`-th operand, wherever it lies.
    pub fn anywhere<T: Element>(&self, i: usize) -> Result<Anywhere<'a, T>, Error> {
        match self.work(i) {
            Ok(cells) => Ok(Anywhere::Work(cells)),
            Err(_) => Ok(Anywhere::Constant(self.values(i)?)),
        }
    }
}

/// Every axis varies.
pub(crate) const ALL: u8 = 0b1111;

impl Broadcast {
    /// Whether operands 0 (output), 1 and 2 have this geometry and these types, the inputs in work memory or constant.
    pub(crate) const fn suits(&self, claim: &Claim<'_>, [y, a, b]: [Kind; 3]) -> bool {
        claim.arity(1, 3)
            && self.dims[0] == claim.rows()
            && writes(claim, &self.dims, y)
            && reads(claim, &self.dims, 1, a, self.a)
            && reads(claim, &self.dims, 2, b, self.b)
    }

    /// The same for int8, the first input in work memory, the second `constant` or not.
    pub(crate) const fn fits(&self, claim: &Claim<'_>, constant: bool) -> bool {
        self.suits(claim, [Kind::I8; 3]) && !claim.fixed(1) && claim.fixed(2) == constant
    }

    /// `y = f(a, b)` for every element of the rows, the inputs wherever they lie.
    #[inline(always)]
    pub(crate) fn anywhere<T: Element, Y: Element>(
        &self,
        task: &Task<'_>,
        io: &Io<'_>,
        f: impl Fn(T, T) -> Y,
    ) -> Result<(), Error> {
        self.each(task, io.work(0)?, io.anywhere(1)?, io.anywhere(2)?, f);
        Ok(())
    }

    /// `y = f(a, b)` for every element of the rows, both in work memory.
    #[inline(always)]
    pub(crate) fn work(&self, task: &Task<'_>, io: &Io<'_>, f: impl Fn(i8, i8) -> i8) -> Result<(), Error> {
        self.each(task, io.work(0)?, io.work::<i8>(1)?, io.work::<i8>(2)?, f);
        Ok(())
    }

    /// The same with a constant second operand.
    #[inline(always)]
    pub(crate) fn constant(
        &self,
        task: &Task<'_>,
        io: &Io<'_>,
        f: impl Fn(i8, i8) -> i8,
    ) -> Result<(), Error> {
        self.each(task, io.work(0)?, io.work::<i8>(1)?, io.values::<i8>(2)?, f);
        Ok(())
    }

    #[inline(always)]
    fn each<T, Y: Element>(
        &self,
        task: &Task<'_>,
        y: &[Cell<Y>],
        a: impl Source<T>,
        b: impl Source<T>,
        f: impl Fn(T, T) -> Y,
    ) {
        let lines = Lines::new(&self.dims, [ALL, self.a, self.b], &task.rows);
        let ([_, sa, sb], inner) = (lines.steps(), lines.length());
        for [start, mut at, mut bt] in lines {
            for y in y.get(start..start.wrapping_add(inner)).unwrap_or(&[]) {
                y.set(f(a.at(at), b.at(bt)));
                at = at.wrapping_add(sa);
                bt = bt.wrapping_add(sb);
            }
        }
    }
}

/// Whether operand 0 is an output of these extents.
pub(crate) const fn writes(claim: &Claim<'_>, dims: &Dims, kind: Kind) -> bool {
    claim.work(0, kind, bytes(dims, ALL, kind))
}

/// Whether the `i`-th operand can be read along the axes in `mask`, in work memory or constant. It may share the
/// output's bytes if it is not broadcast.
pub(crate) const fn reads(claim: &Claim<'_>, dims: &Dims, i: usize, kind: Kind, mask: u8) -> bool {
    let len = bytes(dims, mask, kind);
    claim.constant(i, kind, len)
        || claim.work(i, kind, len)
            && (mask & ALL == ALL || !claim.operand(0).same(&claim.operand(i)) || is_one(dims, mask))
}

/// The lines of an output, the innermost of its axes, one after the other: where each starts, and where the operands
/// do that vary along the axes in their masks.
#[derive(Clone, Debug)]
pub(crate) struct Lines<const N: usize> {
    dims: Dims,
    strides: [Dims; N],
    at: [u32; 3],
    end: u32,
}

impl<const N: usize> Lines<N> {
    #[inline(never)]
    pub(crate) fn new(dims: &Dims, masks: [u8; N], rows: &Range<u16>) -> Self {
        let (at, end) = ([rows.start as u32, 0, 0], rows.end as u32);
        Lines { dims: *dims, strides: masks.map(|mask| strides(dims, mask)), at, end }
    }

    /// Elements between neighbours in a line.
    pub(crate) fn steps(&self) -> [usize; N] {
        self.strides.map(|s| s[3] as usize)
    }

    /// Elements of a line of the output.
    pub(crate) fn length(&self) -> usize {
        self.dims[3] as usize
    }
}

impl<const N: usize> Iterator for Lines<N> {
    type Item = [usize; N];

    #[inline(never)]
    fn next(&mut self) -> Option<[usize; N]> {
        let [i, j, k] = self.at;
        if i >= self.end {
            return None;
        }
        self.at = match (k.wrapping_add(1), j.wrapping_add(1)) {
            (k, _) if k < self.dims[2] => [i, j, k],
            (_, j) if j < self.dims[1] => [i, j, 0],
            _ => [i.wrapping_add(1), 0, 0],
        };
        let start = |s: Dims| {
            let at = i.wrapping_mul(s[0]).wrapping_add(j.wrapping_mul(s[1]));
            at.wrapping_add(k.wrapping_mul(s[2])) as usize
        };
        Some(self.strides.map(start))
    }
}

/// Bytes of an operand that varies along the axes in `mask`.
pub(crate) const fn bytes(dims: &Dims, mask: u8, kind: Kind) -> Option<u32> {
    let [a, b, c, d] = *dims;
    let v = [mask & 1, mask & 2, mask & 4, mask & 8];
    product(&[
        if v[0] != 0 { a } else { 1 },
        if v[1] != 0 { b } else { 1 },
        if v[2] != 0 { c } else { 1 },
        if v[3] != 0 { d } else { 1 },
        kind.bytes(),
    ])
}

/// Whether the axes that an operand does not vary along have extent 1 anyway.
const fn is_one(dims: &Dims, mask: u8) -> bool {
    let [a, b, c, d] = *dims;
    (mask & 1 != 0 || a == 1)
        && (mask & 2 != 0 || b == 1)
        && (mask & 4 != 0 || c == 1)
        && (mask & 8 != 0 || d == 1)
}

/// Steps between neighbours along each axis; 0 where the operand does not vary.
fn strides(dims: &Dims, mask: u8) -> Dims {
    let (mut strides, mut step, mut bit) = ([0; 4], 1u32, 8u8);
    for (stride, extent) in strides.iter_mut().zip(dims).rev() {
        if mask & bit != 0 {
            *stride = step;
            step = step.wrapping_mul(*extent);
        }
        bit >>= 1;
    }
    strides
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_start_where_plain_loops_say() {
        let dims = [3, 2, 4, 5];
        for mask in 0..16u8 {
            let varies = |axis: usize| u32::from(mask >> axis & 1);
            let step = |axis: usize| {
                (axis + 1..4).map(|i| if varies(i) == 1 { dims[i] } else { 1 }).product::<u32>()
            };
            let mut lines = Lines::new(&dims, [ALL, mask], &(1..3));
            for (i, j, k) in (1..3).flat_map(|i| (0..2).flat_map(move |j| (0..4).map(move |k| (i, j, k)))) {
                let start =
                    [i, j, k].iter().enumerate().map(|(axis, n)| n * varies(axis) * step(axis)).sum::<u32>();
                assert_eq!(lines.next(), Some([(i * 40 + j * 20 + k * 5) as usize, start as usize]));
            }
            assert_eq!(lines.next(), None);
        }
    }
}
