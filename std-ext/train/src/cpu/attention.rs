//! Self-attention over queries, keys and values that lie side by side, `[batch, length, 3 * size]`: the shares of each row
//! are made, used, and in the backward pass made again, a block of rows at a time, and never stored.

use std::cell::RefCell;

use super::matmul::{Matrix, product_to};
use super::reduce::{dot, row as fold};
use super::{In, Workers, function, widest};
use crate::device::Reduce;

/// Rows of a block: its shares stay in the second cache.
const ROWS: usize = 64;

thread_local! {
    /// Shares of a block, and their gradients; each thread keeps its own.
    static SHARES: RefCell<[Vec<f32>; 2]> = const { RefCell::new([Vec::new(), Vec::new()]) };
}

/// Sizes of an attention.
#[derive(Clone, Copy)]
pub(super) struct Sizes {
    length: usize,
    size: usize,
    heads: usize,
    causal: bool,
}

impl Sizes {
    pub(super) fn new(x: &In<'_>, heads: usize, causal: bool) -> Sizes {
        Sizes { length: x.size(1), size: x.size(2) / 3, heads, causal }
    }

    /// Numbers of a head.
    fn each(&self) -> usize {
        self.size / self.heads
    }

    fn scale(&self) -> f32 {
        1.0 / (self.each() as f32).sqrt()
    }

    /// Blocks of rows: the first row, how many, and how many columns they see.
    fn blocks(self) -> impl Iterator<Item = [usize; 3]> {
        (0..self.length).step_by(ROWS).map(move |row| {
            let rows = ROWS.min(self.length - row);
            [row, rows, if self.causal { row + rows } else { self.length }]
        })
    }

    /// Rows of queries (0), keys (1) or values (2) of a head, in one sequence.
    fn part<'a>(
        &self,
        sequence: &'a [f32],
        which: usize,
        head: usize,
        from: usize,
        rows: usize,
    ) -> Matrix<'a> {
        let at = 3 * self.size * from + which * self.size + head * self.each();
        Matrix { data: &sequence[at..], size: [rows, self.each()], strides: [3 * self.size, 1] }
    }

    /// The same of what the heads make.
    fn made<'a>(&self, out: &'a [f32], head: usize, from: usize, rows: usize) -> Matrix<'a> {
        Matrix {
            data: &out[self.size * from + head * self.each()..],
            size: [rows, self.each()],
            strides: [self.size, 1],
        }
    }

    /// Where row `row` of a block that starts at `from` ends.
    fn seen(&self, from: usize, row: usize, columns: usize) -> usize {
        if self.causal { from + row + 1 } else { columns }
    }

    fn work(&self, batch: usize) -> usize {
        4 * batch * self.length * self.length * self.size
    }
}

/// What each head makes of the values, and the logarithms of the sums that its shares were divided by.
pub(super) fn forward(w: &Workers, sizes: Sizes, x: In<'_>, out: &mut [f32], sums: &mut [f32]) {
    let (data, scale) = (x.dense(), sizes.scale());
    let (one, made) = (3 * sizes.size * sizes.length, sizes.size * sizes.length);
    let work = sizes.work(x.size(0));
    w.pairs((out, made), (sums, sizes.heads * sizes.length), work, |b, out, sums| {
        let sequence = &data[b * one..(b + 1) * one];
        SHARES.with_borrow_mut(|[shares, _]| {
            for (head, sums) in sums.chunks_mut(sizes.length).enumerate() {
                for [from, rows, columns] in sizes.blocks() {
                    shares.resize(rows * columns, 0.0);
                    let keys = sizes.part(sequence, 1, head, 0, columns).transposed();
                    product_to(sizes.part(sequence, 0, head, from, rows), keys, false, shares, columns);
                    widest(
                        #[inline(always)]
                        || {
                            for (r, row) in shares.chunks_mut(columns).enumerate() {
                                let (seen, rest) = row.split_at_mut(sizes.seen(from, r, columns));
                                sums[from + r] = softmax(scale, seen);
                                rest.fill(0.0);
                            }
                        },
                    );
                    let at = sizes.size * from + head * sizes.each();
                    let values = sizes.part(sequence, 2, head, 0, columns);
                    product_to(
                        Matrix::dense(shares, rows, columns),
                        values,
                        false,
                        &mut out[at..],
                        sizes.size,
                    );
                }
            }
        });
    });
}

/// Softmax of `scale * x` in place; gives the logarithm of the sum that it divides by.
#[inline(always)]
fn softmax(scale: f32, x: &mut [f32]) -> f32 {
    let greatest = scale * fold(Reduce::Max, x);
    for x in x.iter_mut() {
        *x = function::exp(scale * *x - greatest);
    }
    let sum = fold(Reduce::Sum, x);
    let inverse = 1.0 / sum;
    for x in x.iter_mut() {
        *x *= inverse;
    }
    greatest + function::log(sum)
}

/// Queries, keys and values, what the heads made, the logarithms, and the gradient of what was made, to the gradient of
/// the first.
pub(super) fn back(w: &Workers, sizes: Sizes, [x, y, sums, g]: [In<'_>; 4], out: &mut [f32]) {
    let (data, values, sums, gradients) = (x.dense(), y.dense(), sums.dense(), g.dense());
    let (one, made, scale) = (3 * sizes.size * sizes.length, sizes.size * sizes.length, sizes.scale());
    w.pieces(out, one, 2 * sizes.work(x.size(0)), |b, out| {
        let sequence = &data[b * one..(b + 1) * one];
        let (y, g) = (&values[b * made..(b + 1) * made], &gradients[b * made..(b + 1) * made]);
        out.fill(0.0);
        SHARES.with_borrow_mut(|[shares, slopes]| {
            for head in 0..sizes.heads {
                let sums = &sums[(b * sizes.heads + head) * sizes.length..][..sizes.length];
                for [from, rows, columns] in sizes.blocks() {
                    shares.resize(rows * columns, 0.0);
                    slopes.resize(rows * columns, 0.0);
                    let (queries, keys) = (
                        sizes.part(sequence, 0, head, from, rows),
                        sizes.part(sequence, 1, head, 0, columns),
                    );
                    let (of_rows, values) =
                        (sizes.made(g, head, from, rows), sizes.part(sequence, 2, head, 0, columns));
                    product_to(queries, keys.transposed(), false, shares, columns);
                    product_to(of_rows, values.transposed(), false, slopes, columns);
                    widest(
                        #[inline(always)]
                        || {
                            for (r, (share, slope)) in
                                shares.chunks_mut(columns).zip(slopes.chunks_mut(columns)).enumerate()
                            {
                                let at = sizes.size * (from + r) + head * sizes.each();
                                let along = dot(&y[at..at + sizes.each()], &g[at..at + sizes.each()]);
                                let (sum, seen) = (sums[from + r], sizes.seen(from, r, columns));
                                for (share, slope) in share[..seen].iter_mut().zip(&mut slope[..seen]) {
                                    *share = function::exp(scale * *share - sum);
                                    *slope = scale * *share * (*slope - along);
                                }
                                share[seen..].fill(0.0);
                                slope[seen..].fill(0.0);
                            }
                        },
                    );
                    let (shares, slopes) =
                        (Matrix::dense(shares, rows, columns), Matrix::dense(slopes, rows, columns));
                    let stride = 3 * sizes.size;
                    let at =
                        |which: usize, row: usize| stride * row + which * sizes.size + head * sizes.each();
                    product_to(slopes, keys, false, &mut out[at(0, from)..], stride);
                    product_to(slopes.transposed(), queries, true, &mut out[at(1, 0)..], stride);
                    product_to(shares.transposed(), of_rows, true, &mut out[at(2, 0)..], stride);
                }
            }
        });
    });
}
