//! Two operands, element by element, with broadcasting: shared by ADD and MUL.

use core::cell::Cell;

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
pub trait Source: Copy {
    /// Element `i`; 0 past the end.
    fn at(self, i: usize) -> i32;
}

impl Source for &[Cell<i8>] {
    #[inline(always)]
    fn at(self, i: usize) -> i32 {
        self.get(i).map_or(0, |x| x.get() as i32)
    }
}

/// Constants.
impl Source for &[u8] {
    #[inline(always)]
    fn at(self, i: usize) -> i32 {
        self.get(i).map_or(0, |x| *x as i8 as i32)
    }
}

/// Every axis varies.
const ALL: u8 = 0b1111;

impl Broadcast {
    /// Whether operands 0 (output), 1 and 2 have this geometry; the second input may be `constant`. An input may
    /// share the output's bytes if it is not broadcast.
    pub(crate) const fn fits(&self, claim: &Claim<'_>, constant: bool) -> bool {
        let b = extent(&self.dims, self.b);
        let out = claim.operand(0);
        self.dims[0] == claim.rows()
            && claim.arity(1, 3)
            && claim.work(0, Kind::I8, extent(&self.dims, ALL))
            && claim.work(1, Kind::I8, extent(&self.dims, self.a))
            && if constant { claim.constant(2, Kind::I8, b) } else { claim.work(2, Kind::I8, b) }
            && (self.a == ALL || !out.same(&claim.operand(1)) || is_one(&self.dims, self.a))
            && (self.b == ALL || constant || !out.same(&claim.operand(2)) || is_one(&self.dims, self.b))
    }

    /// `y = f(a, b)` for every element of the rows, the second operand from work memory.
    #[inline(always)]
    pub(crate) fn work(&self, task: &Task<'_>, io: &Io<'_>, f: impl Fn(i32, i32) -> i8) -> Result<(), Error> {
        self.each(task, io.work(0)?, io.work::<i8>(1)?, io.work::<i8>(2)?, f);
        Ok(())
    }

    /// The same with a constant second operand.
    #[inline(always)]
    pub(crate) fn constant(
        &self,
        task: &Task<'_>,
        io: &Io<'_>,
        f: impl Fn(i32, i32) -> i8,
    ) -> Result<(), Error> {
        self.each(task, io.work(0)?, io.work::<i8>(1)?, io.constant(2)?, f);
        Ok(())
    }

    #[inline(always)]
    fn each(
        &self,
        task: &Task<'_>,
        y: &[Cell<i8>],
        a: impl Source,
        b: impl Source,
        f: impl Fn(i32, i32) -> i8,
    ) {
        let (sa, sb) = (strides(&self.dims, self.a), strides(&self.dims, self.b));
        let [_, d1, d2, d3] = self.dims;
        let inner = (d3 as usize).max(1);
        let mut line = (task.rows.start as usize).wrapping_mul(d1 as usize).wrapping_mul(d2 as usize);
        for i in task.rows.clone() {
            for j in 0..d1 {
                for k in 0..d2 {
                    let (mut at, mut bt) = (offset(&sa, i, j, k), offset(&sb, i, j, k));
                    let start = line.wrapping_mul(inner);
                    for y in y.get(start..start.wrapping_add(inner)).unwrap_or(&[]) {
                        y.set(f(a.at(at), b.at(bt)));
                        at = at.wrapping_add(sa[3] as usize);
                        bt = bt.wrapping_add(sb[3] as usize);
                    }
                    line = line.wrapping_add(1);
                }
            }
        }
    }
}

/// Number of elements of an operand that varies along the axes in `mask`.
const fn extent(dims: &Dims, mask: u8) -> Option<u32> {
    let [a, b, c, d] = *dims;
    let v = [mask & 1, mask & 2, mask & 4, mask & 8];
    product(&[
        if v[0] != 0 { a } else { 1 },
        if v[1] != 0 { b } else { 1 },
        if v[2] != 0 { c } else { 1 },
        if v[3] != 0 { d } else { 1 },
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

#[inline(always)]
fn offset(strides: &Dims, i: u16, j: u32, k: u32) -> usize {
    let at = (i as u32).wrapping_mul(strides[0]);
    at.wrapping_add(j.wrapping_mul(strides[1])).wrapping_add(k.wrapping_mul(strides[2])) as usize
}
