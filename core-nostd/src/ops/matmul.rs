//! BATCH_MATMUL: products of matrices.

use core::marker::PhantomData;

use super::elementwise::{ALL, Lines, Source, bytes};
use super::number::Real;
use super::weighted::{Sum, Twice, Wide};
use crate::aligned::Element;
use crate::claim::{Claim, shape};
use crate::error::Error;
use crate::fixed::Integer;
use crate::kernel::{Io, Task};
use crate::plan::Kind;
use crate::wire::{Dims, i8, i32, product, record, u8, u32};

/// The first operand's matrices lie transposed: `[depth][rows]`.
pub const LEFT: u8 = 1;
/// The second operand's do: `[columns][depth]`.
pub const RIGHT: u8 = 2;

record! {
    /// Operands: y, batches of `[rows][columns]`; a, of `[rows][depth]`, and b, of `[depth][columns]`, each in work
    /// memory or constant.
    pub struct Matrices {
        /// Extents of the batch, outermost first, the first the step's rows; then the rows of a matrix.
        dims: Dims,
        /// Products in a sum.
        depth: u32,
        /// Columns of a matrix.
        columns: u32,
        /// Bit i is set where a varies along axis i of the batch.
        a: u8,
        /// The same for b.
        b: u8,
        /// [`LEFT`], [`RIGHT`].
        form: u8,
    }
}

record! {
    /// [`Matrices`] of integers. `y = y_zero + r * sum((a - a_zero) * (b - b_zero))`.
    pub struct Product {
        /// Geometry.
        matrices: Matrices,
        /// Factor r, see [`fixed`](crate::fixed).
        multiplier: i32,
        /// Factor r, see [`fixed`](crate::fixed).
        shift: i8,
        /// Zero point of a.
        a_zero: i8,
        /// Zero point of b.
        b_zero: i8,
        /// Zero point of y.
        y_zero: i8,
    }
}

impl Matrices {
    /// Whether operands 0 (output), 1 and 2 have this geometry and these types.
    const fn fits(&self, claim: &Claim<'_>, [y, a, b]: [Kind; 3]) -> bool {
        let [rows, ..] = self.dims;
        let ([ys, left, right], all) = (self.sizes(), ALL);
        claim.arity(1, 3)
            && rows == claim.rows()
            && claim.work(0, y, len(&self.dims, all, ys, y))
            && (claim.work(1, a, len(&self.dims, self.a, left, a))
                || claim.constant(1, a, len(&self.dims, self.a, left, a)))
            && (claim.work(2, b, len(&self.dims, self.b, right, b))
                || claim.constant(2, b, len(&self.dims, self.b, right, b)))
    }

    /// Elements of a matrix of y, a and b; 0 when there are more than 32 bits hold.
    const fn sizes(&self) -> [u32; 3] {
        let [_, _, _, rows] = self.dims;
        [size(rows, self.columns), size(rows, self.depth), size(self.depth, self.columns)]
    }

    /// `y = end(sum of the products)` for every element of the step's rows.
    #[inline(always)]
    fn each<A: Element, B: Element, Y: Element, S: Copy>(
        &self,
        task: &Task<'_>,
        io: &Io<'_>,
        start: S,
        take: impl Fn(S, A, B) -> S,
        end: impl Fn(S) -> Y,
    ) -> Result<(), Error> {
        let (y, a, b) = (io.work::<Y>(0)?, io.anywhere::<A>(1)?, io.anywhere::<B>(2)?);
        let [_, _, _, rows] = self.dims;
        let (depth, columns) = (self.depth as usize, self.columns as usize);
        let (down, along) = if self.form & LEFT != 0 { (1, rows as usize) } else { (depth, 1) };
        let (across, deep) = if self.form & RIGHT != 0 { (depth, 1) } else { (1, columns) };
        for [ys, left, right] in self.batch(task) {
            let lines = y.get(ys..).unwrap_or(&[]).chunks_exact(columns.max(1)).take(rows as usize);
            for (i, line) in lines.enumerate() {
                let left = left.wrapping_add(i.wrapping_mul(down));
                for (j, y) in line.iter().enumerate() {
                    let (mut at, mut bt) = (left, right.wrapping_add(j.wrapping_mul(across)));
                    let mut sum = start;
                    for _ in 0..depth {
                        sum = take(sum, a.at(at), b.at(bt));
                        (at, bt) = (at.wrapping_add(along), bt.wrapping_add(deep));
                    }
                    y.set(end(sum));
                }
            }
        }
        Ok(())
    }

    /// Where the matrices of y, a and b start, one product after the other.
    fn batch(&self, task: &Task<'_>) -> impl Iterator<Item = [usize; 3]> {
        let [n, m, k, _] = self.dims;
        let [y, a, b] = self.sizes().map(|size| [n, m, k, size]);
        let lines = |dims: Dims, mask| Lines::new(&dims, [mask | MATRIX], &task.rows);
        let (y, a, b) = (lines(y, ALL), lines(a, self.a), lines(b, self.b));
        y.zip(a).zip(b).map(|(([y], [a]), [b])| [y, a, b])
    }
}

/// Every matrix has all of its elements.
const MATRIX: u8 = 8;

const fn size(rows: u32, columns: u32) -> u32 {
    match product(&[rows, columns]) {
        Some(n) => n,
        None => 0,
    }
}

/// Bytes of an operand whose matrices have `size` elements and vary along the axes in `mask`.
const fn len(dims: &Dims, mask: u8, size: u32, kind: Kind) -> Option<u32> {
    let [n, m, k, _] = *dims;
    bytes(&[n, m, k, size], mask | MATRIX, kind)
}

/// BATCH_MATMUL of floats. The record is a [`Matrices`].
#[derive(Debug)]
pub struct Floats<T>(PhantomData<T>);

impl<T: Real> Floats<T> {
    /// Whether the geometry suits the operands.
    pub const fn check(claim: &Claim<'_>) -> Result<(), Error> {
        let Some(p) = Matrices::read(claim.params()) else { return Err(Error::Record) };
        shape(p.fits(claim, [T::KIND; 3]))
    }

    /// Computes the products.
    pub fn eval(task: &Task<'_>, io: &Io<'_>) -> Result<(), Error> {
        let p = Matrices::read(task.params).ok_or(Error::Record)?;
        p.each(task, io, 0.0, |sum: f32, a: T, b: T| sum + a.number() * b.number(), T::of)
    }
}

macro_rules! integers {
    ($($(#[$doc:meta])* $name:ident: $a:ident, $b:ident, $sum:ident;)*) => { $(
        $(#[$doc])*
        ///
        /// The record is a [`Product`].
        #[derive(Debug)]
        pub struct $name;

        impl $name {
            /// Whether the geometry suits the operands.
            pub const fn check(claim: &Claim<'_>) -> Result<(), Error> {
                let Some(p) = Product::read(claim.params()) else { return Err(Error::Record) };
                shape(p.matrices.fits(claim, [$a::KIND, $a::KIND, $b::KIND]))
            }

            /// Computes the products.
            pub fn eval(task: &Task<'_>, io: &Io<'_>) -> Result<(), Error> {
                eval::<$a, $b, $sum>(task, io)
            }
        }
    )* };
}
integers! {
    /// BATCH_MATMUL of int8.
    I8: i8, i8, Twice;
    /// BATCH_MATMUL of int16.
    I16: i16, i16, Wide;
}

fn eval<A: Integer, B: Integer, S: Sum>(task: &Task<'_>, io: &Io<'_>) -> Result<(), Error>
where
    S::Acc: From<i32>,
{
    let p = Product::read(task.params).ok_or(Error::Record)?;
    let (a_zero, b_zero) = (p.a_zero as i32, p.b_zero as i32);
    let take = |sum: S::Acc, a: A, b: B| {
        let (a, b): (i32, i32) = (a.into(), b.into());
        S::plus(sum, a.wrapping_sub(a_zero).wrapping_mul(b.wrapping_sub(b_zero)))
    };
    let end = |sum| {
        let scaled = S::scaled(sum, p.multiplier.into(), p.shift as i32);
        A::saturated(scaled.wrapping_add(p.y_zero as i32))
    };
    p.matrices.each(task, io, S::Acc::default(), take, end)
}
