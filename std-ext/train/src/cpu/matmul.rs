//! Products of matrices.

use std::cell::RefCell;

use super::{In, Workers, widest};

/// Rows of a block that is copied: with its product it stays in the second cache.
const BLOCK: usize = 64;
/// Rows that start a multiple of so many numbers apart share few sets of the first cache, and push each other out.
const CROWDED: usize = 512;
/// Numbers of a cache line.
const LINE: usize = 16;

thread_local! {
    /// Copies of the rows of a block, and its products; each thread keeps its own.
    static APART: RefCell<[Vec<f32>; 2]> = const { RefCell::new([Vec::new(), Vec::new()]) };
}

/// A matrix: element `(i, j)` is at `offset + i * strides[0] + j * strides[1]`.
#[derive(Clone, Copy)]
pub(super) struct Matrix<'a> {
    pub(super) data: &'a [f32],
    pub(super) size: [usize; 2],
    pub(super) strides: [usize; 2],
}

impl<'a> Matrix<'a> {
    /// Rows one after the other.
    pub(super) fn dense(data: &'a [f32], rows: usize, columns: usize) -> Matrix<'a> {
        Matrix { data, size: [rows, columns], strides: [columns, 1] }
    }

    /// Rows and columns exchanged.
    pub(super) fn transposed(self) -> Matrix<'a> {
        let ([rows, columns], [down, across]) = (self.size, self.strides);
        Matrix { data: self.data, size: [columns, rows], strides: [across, down] }
    }

    /// Rows `from..from + count`.
    fn rows(self, from: usize, count: usize) -> Matrix<'a> {
        Matrix { data: &self.data[from * self.strides[0]..], size: [count, self.size[1]], ..self }
    }
}

/// `out = a * b`, or `out += a * b`, where rows of `out` lie one after the other.
pub(super) fn product(a: Matrix<'_>, b: Matrix<'_>, add: bool, out: &mut [f32]) {
    product_to(a, b, add, out, b.size[1]);
}

/// [`product`], where rows of `out` start `stride` apart.
pub(super) fn product_to(a: Matrix<'_>, b: Matrix<'_>, add: bool, out: &mut [f32], stride: usize) {
    let [[m, k], [_, n]] = [a.size, b.size];
    if m == 0 || n == 0 {
        return;
    }
    if k == 0 {
        if !add {
            out.chunks_mut(stride).take(m).for_each(|row| row[..n].fill(0.0));
        }
        return;
    }
    let last = |x: Matrix<'_>| (x.size[0] - 1) * x.strides[0] + (x.size[1] - 1) * x.strides[1];
    assert!(
        k == b.size[0]
            && last(a) < a.data.len()
            && last(b) < b.data.len()
            && n <= stride
            && (m - 1) * stride + n <= out.len()
    );
    let gemm = gemm_f32::gemm::f32::get_gemm_fn();
    let [a_down, a_across] = a.strides.map(|s| s as isize);
    let [b_down, b_across] = b.strides.map(|s| s as isize);
    let alpha = if add { 1.0 } else { 0.0 };
    #[expect(unsafe_code, reason = "the crate takes pointers, so that matrices may have any strides")]
    // SAFETY: the assertion above holds the last element of a and b, and all of out, inside their slices; strides are
    // not negative, so every other element lies before the last; `out` is borrowed exclusively.
    unsafe {
        gemm(
            m,
            n,
            k,
            out.as_mut_ptr(),
            1,
            stride as isize,
            add,
            a.data.as_ptr(),
            a_across,
            a_down,
            b.data.as_ptr(),
            b_across,
            b_down,
            alpha,
            1.0,
            false,
            false,
            false,
            gemm_common::Parallelism::None,
        );
    }
}

/// The matrices in the last two axes, and where each of them starts.
struct Stack<'a> {
    first: Matrix<'a>,
    starts: Vec<usize>,
}

impl<'a> Stack<'a> {
    fn new(x: &In<'a>) -> Stack<'a> {
        let split = x.layout.shape.len() - 2;
        let ([sizes @ .., rows, columns], [strides @ .., down, across]) =
            (&x.layout.shape[..], &x.layout.strides[..])
        else {
            return Stack { first: Matrix::dense(&[], 0, 0), starts: Vec::new() };
        };
        let mut starts = vec![x.layout.offset];
        for axis in 0..split {
            starts = starts
                .iter()
                .flat_map(|start| (0..sizes[axis]).map(move |i| start + i * strides[axis]))
                .collect();
        }
        Stack { first: Matrix { data: x.data, size: [*rows, *columns], strides: [*down, *across] }, starts }
    }

    fn at(&self, i: usize) -> Matrix<'a> {
        // A matrix without elements may lie behind the end.
        let start = self.starts[i].min(self.first.data.len());
        Matrix { data: &self.first.data[start..], ..self.first }
    }
}

/// Stacks `[.., m, k]` times `[.., k, n]`, and a row added to each row of the products.
pub(super) fn matmul(w: &Workers, a: In<'_>, b: In<'_>, bias: Option<In<'_>>, out: &mut [f32]) {
    let (a, b) = (Stack::new(&a), Stack::new(&b));
    let ([m, k], n, batch) = (a.first.size, b.first.size[1], a.starts.len());
    let (work, one) = (2 * batch * m * n * k, m * n);
    if one == 0 {
        return;
    }
    // Few large products are cut: along the inner axis where that is by far the longest, else in rows. Each cut costs the
    // crate a rearrangement of what is not cut.
    let cuts = if batch >= 4 || work < 1 << 21 { 1 } else { 4 };
    if cuts > 1 && batch == 1 && bias.is_none() && k >= 2 * m.max(n) {
        return inner(w, a.at(0), b.at(0), k.div_ceil(cuts), &mut out[..one]);
    }
    let bias = bias.as_ref().map(In::dense);
    let rows = m.div_ceil(cuts).next_multiple_of(8).min(m);
    let mut parts: Vec<(usize, usize, &mut [f32])> = Vec::new();
    for (i, product) in out.chunks_mut(one).enumerate() {
        parts.extend(product.chunks_mut(rows * n).enumerate().map(|(r, part)| (i, r * rows, part)));
    }
    w.pieces(&mut parts, 1, work, |_, parts| {
        for (i, row, out) in parts {
            let a = a.at(*i).rows(*row, out.len() / n);
            for (block, out) in out.chunks_mut(BLOCK * n).enumerate() {
                linear(a.rows(BLOCK * block, out.len() / n), b.at(*i), bias, out);
            }
        }
    });
}

/// A product, and a row added to each of its rows; through copies of rows that would be in each other's way.
fn linear(a: Matrix<'_>, b: Matrix<'_>, bias: Option<&[f32]>, out: &mut [f32]) {
    let ([m, k], n) = (a.size, b.size[1]);
    APART.with_borrow_mut(|[rows, sums]| {
        let a = if a.strides[1] == 1 && a.strides[0].is_multiple_of(CROWDED) {
            let stride = k + LINE;
            rows.resize(m * stride, 0.0);
            for (to, row) in rows.chunks_mut(stride).zip(a.data.chunks(a.strides[0])) {
                to[..k].copy_from_slice(&row[..k]);
            }
            Matrix { data: rows, size: [m, k], strides: [stride, 1] }
        } else {
            a
        };
        if n.is_multiple_of(CROWDED) {
            let stride = n + LINE;
            sums.resize(m * stride, 0.0);
            product_to(a, b, false, sums, stride);
            out.chunks_mut(n)
                .zip(sums.chunks(stride))
                .for_each(|(row, sums)| row.copy_from_slice(&sums[..n]));
        } else {
            product(a, b, false, out);
        }
    });
    // Behind the product: sums that start from the bias make it wait for memory, line by line.
    let Some(bias) = bias else { return };
    widest(
        #[inline(always)]
        || out.chunks_mut(n).for_each(|row| row.iter_mut().zip(bias).for_each(|(x, b)| *x += b)),
    );
}

/// A product as a sum of products of `each` columns of `a` and rows of `b`.
fn inner(w: &Workers, a: Matrix<'_>, b: Matrix<'_>, each: usize, out: &mut [f32]) {
    let count = a.size[1].div_ceil(each);
    let mut parts = vec![0.0; out.len() * count];
    w.pieces(&mut parts, out.len(), 2 * out.len() * a.size[1], |i, part| {
        let len = each.min(a.size[1] - i * each);
        product(a.transposed().rows(i * each, len).transposed(), b.rows(i * each, len), false, part);
    });
    let (first, rest) = parts.split_at(out.len());
    out.copy_from_slice(first);
    for part in rest.chunks(out.len()) {
        out.iter_mut().zip(part).for_each(|(sum, part)| *sum += part);
    }
}
