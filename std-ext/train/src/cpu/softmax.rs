//! Softmax over rows, and its gradient.

use super::reduce::{dot, row as fold};
use super::{In, Workers, function, widest};
use crate::device::Reduce;

/// Elements of a piece of work.
const PIECE: usize = 8192;

/// Softmax over rows, or its logarithm.
pub(super) fn softmax(w: &Workers, log: bool, x: In<'_>, out: &mut [f32]) {
    let n = x.size(1);
    let data = x.dense();
    let rows = (PIECE / n.max(1)).max(1);
    w.pieces(out, rows * n, 8 * data.len(), |i, out| {
        widest(
            #[inline(always)]
            || {
                for (r, out) in out.chunks_mut(n.max(1)).enumerate() {
                    let at = (i * rows + r) * n;
                    row(log, &data[at..at + n], out);
                }
            },
        );
    });
}

#[inline(always)]
pub(super) fn row(log: bool, x: &[f32], out: &mut [f32]) {
    let greatest = fold(Reduce::Max, x);
    for (out, &x) in out.iter_mut().zip(x) {
        *out = function::exp(x - greatest);
    }
    let sum = fold(Reduce::Sum, out);
    if log {
        let sum = function::log(sum);
        for (out, &x) in out.iter_mut().zip(x) {
            *out = x - greatest - sum;
        }
    } else {
        let inverse = 1.0 / sum;
        for out in out {
            *out *= inverse;
        }
    }
}

/// What softmax gave, and the gradient of that, to the gradient of x.
pub(super) fn back(w: &Workers, log: bool, y: In<'_>, g: In<'_>, out: &mut [f32]) {
    let n = y.size(1);
    let (values, gradients) = (y.dense(), g.dense());
    let rows = (PIECE / n.max(1)).max(1);
    w.pieces(out, rows * n, 4 * values.len(), |i, out| {
        widest(
            #[inline(always)]
            || {
                for (r, out) in out.chunks_mut(n.max(1)).enumerate() {
                    let at = (i * rows + r) * n;
                    let (y, g) = (&values[at..at + n], &gradients[at..at + n]);
                    let sum = if log { fold(Reduce::Sum, g) } else { dot(y, g) };
                    for ((out, &y), &g) in out.iter_mut().zip(y).zip(g) {
                        *out = if log { g - function::exp(y) * sum } else { y * (g - sum) };
                    }
                }
            },
        );
    });
}
