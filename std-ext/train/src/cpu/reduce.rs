//! Sums and extremes along an axis.

use super::{In, Workers, widest};
use crate::device::Reduce;

/// Sums that run beside each other, so that additions need not wait for one another.
const LANES: usize = 32;
/// Columns, or elements of rows, of a piece of work.
const PIECE: usize = 1024;

/// `[outer, len, inner]` to `[outer, inner]`.
pub(super) fn reduce(w: &Workers, how: Reduce, x: In<'_>, out: &mut [f32]) {
    let (len, inner) = (x.size(1), x.size(2));
    let (data, work) = (x.dense(), x.layout.shape.elements());
    if inner == 1 {
        let rows = (PIECE / len.max(1)).max(1);
        return w.pieces(out, rows, work, |i, out| {
            widest(
                #[inline(always)]
                || {
                    for (r, out) in out.iter_mut().enumerate() {
                        let at = (i * rows + r) * len;
                        *out = row(how, &data[at..at + len]);
                    }
                },
            );
        });
    }
    // Columns of one outer index, or a part of them.
    let columns = inner.min(PIECE);
    let per_outer = inner.div_ceil(columns);
    let mut parts: Vec<(usize, usize, &mut [f32])> = Vec::with_capacity(per_outer * x.size(0));
    for (o, row) in out.chunks_mut(inner.max(1)).enumerate() {
        parts.extend(row.chunks_mut(columns).enumerate().map(|(i, part)| (o, i * columns, part)));
    }
    let several = (PIECE / (columns * len).max(1)).max(1);
    w.pieces(&mut parts, several, work, |_, parts| {
        widest(
            #[inline(always)]
            || {
                for (o, column, out) in parts {
                    out.fill(start(how));
                    for l in 0..len {
                        let at = (*o * len + l) * inner + *column;
                        let from = &data[at..at + out.len()];
                        match how {
                            Reduce::Sum => out.iter_mut().zip(from).for_each(|(a, &b)| *a += b),
                            Reduce::Max => out.iter_mut().zip(from).for_each(|(a, &b)| *a = greater(*a, b)),
                            Reduce::Min => {
                                out.iter_mut().zip(from).for_each(|(a, &b)| *a = -greater(-*a, -b))
                            }
                        }
                    }
                }
            },
        );
    });
}

fn start(how: Reduce) -> f32 {
    match how {
        Reduce::Sum => 0.0,
        Reduce::Max => f32::NEG_INFINITY,
        Reduce::Min => f32::INFINITY,
    }
}

#[inline(always)]
fn greater(a: f32, b: f32) -> f32 {
    if a > b || a.is_nan() { a } else { b }
}

/// One number of a row.
#[inline(always)]
pub(super) fn row(how: Reduce, row: &[f32]) -> f32 {
    let (lanes, rest) = row.as_chunks::<LANES>();
    let mut sums = [start(how); LANES];
    match how {
        Reduce::Sum => {
            for chunk in lanes {
                (0..LANES).for_each(|i| sums[i] += chunk[i]);
            }
            sums.iter().chain(rest).sum()
        }
        Reduce::Max => {
            for chunk in lanes {
                (0..LANES).for_each(|i| sums[i] = greater(sums[i], chunk[i]));
            }
            sums.iter().chain(rest).fold(f32::NEG_INFINITY, |a, &b| greater(a, b))
        }
        Reduce::Min => {
            for chunk in lanes {
                (0..LANES).for_each(|i| sums[i] = -greater(-sums[i], -chunk[i]));
            }
            -sums.iter().chain(rest).fold(f32::NEG_INFINITY, |a, &b| greater(a, -b))
        }
    }
}

/// The sum of the products of two rows.
#[inline(always)]
pub(super) fn dot(a: &[f32], b: &[f32]) -> f32 {
    let ((la, ra), (lb, rb)) = (a.as_chunks::<LANES>(), b.as_chunks::<LANES>());
    let mut sums = [0.0f32; LANES];
    for (a, b) in la.iter().zip(lb) {
        (0..LANES).for_each(|i| sums[i] += a[i] * b[i]);
    }
    sums.iter().sum::<f32>() + ra.iter().zip(rb).map(|(a, b)| a * b).sum::<f32>()
}

/// Index of the first greatest: `[outer, len, inner]` to `[outer, inner]`.
pub(super) fn argmax(w: &Workers, x: In<'_>, out: &mut [i64]) {
    let (len, inner) = (x.size(1), x.size(2));
    let data = x.dense();
    w.pieces(out, PIECE, x.layout.shape.elements(), |piece, out| {
        for (i, out) in out.iter_mut().enumerate() {
            let (o, column) = ((piece * PIECE + i) / inner, (piece * PIECE + i) % inner);
            let at = |l: usize| data[(o * len + l) * inner + column];
            let best =
                (1..len).fold(0, |best, l| if greater(at(best), at(l)) == at(best) { best } else { l });
            *out = best as i64;
        }
    });
}
