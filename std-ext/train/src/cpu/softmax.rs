//! Softmax over rows, and its gradient.

use super::reduce::{dot, row as fold};
use super::{In, Workers, function, widest};
use crate::device::Reduce;

/// Elements of a piece of work.
const PIECE: usize = 8192;

/// Softmax of `scale * x` over rows, or its logarithm.
pub(super) fn softmax(w: &Workers, scale: f32, causal: bool, log: bool, x: In<'_>, out: &mut [f32]) {
    let n = x.size(1);
    let data = x.dense();
    let rows = (PIECE / n.max(1)).max(1);
    w.pieces(out, rows * n, 8 * data.len(), |i, out| {
        widest(
            #[inline(always)]
            || {
                for (r, out) in out.chunks_mut(n.max(1)).enumerate() {
                    let r = i * rows + r;
                    let seen = if causal { r % n + 1 } else { n };
                    row(scale, log, &data[r * n..r * n + seen], &mut out[..seen]);
                    out[seen..].fill(if log { f32::NEG_INFINITY } else { 0.0 });
                }
            },
        );
    });
}

#[inline(always)]
pub(super) fn row(scale: f32, log: bool, x: &[f32], out: &mut [f32]) {
    let extreme = fold(if scale < 0.0 { Reduce::Min } else { Reduce::Max }, x);
    for (out, &x) in out.iter_mut().zip(x) {
        *out = function::exp(scale * (x - extreme));
    }
    let sum = fold(Reduce::Sum, out);
    if log {
        let sum = function::log(sum);
        out.iter_mut().zip(x).for_each(|(out, &x)| *out = scale * (x - extreme) - sum);
    } else {
        let inverse = 1.0 / sum;
        out.iter_mut().for_each(|out| *out *= inverse);
    }
}

/// What softmax gave, and the gradient of that, to the gradient of x.
pub(super) fn back(w: &Workers, scale: f32, log: bool, y: In<'_>, g: In<'_>, out: &mut [f32]) {
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
                    if log {
                        let sum = fold(Reduce::Sum, g);
                        out.iter_mut()
                            .zip(y)
                            .zip(g)
                            .for_each(|((out, &y), &g)| *out = scale * (g - function::exp(y) * sum));
                    } else {
                        let sum = dot(y, g);
                        out.iter_mut().zip(y).zip(g).for_each(|((out, &y), &g)| *out = scale * y * (g - sum));
                    }
                }
            },
        );
    });
}
