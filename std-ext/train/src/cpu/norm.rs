//! Groups of elements to mean 0 and variance 1: `[outer, groups, inner]`, a group being all elements of its index.

use super::reduce::{dot, row};
use super::{In, Workers, widest};
use crate::device::Reduce;

/// Calls `f` with the group's part of each outer index, and the number of that.
#[inline(always)]
fn parts([outer, groups, inner]: [usize; 3], group: usize, mut f: impl FnMut(std::ops::Range<usize>)) {
    for o in 0..outer {
        let at = (o * groups + group) * inner;
        f(at..at + inner);
    }
}

/// What each element becomes, by the sums that its group has.
fn each_group<S: Send + Sync + Copy + Default>(
    w: &Workers,
    sizes: [usize; 3],
    sums: impl Fn(usize) -> S + Sync + Send,
    out: &mut [f32],
    to: impl Fn(S, usize, &mut [f32]) + Sync + Send,
) -> Vec<S> {
    let [_, groups, inner] = sizes;
    let mut all = vec![S::default(); groups];
    let several = (4096 / (sizes[0] * inner).max(1)).max(1);
    w.pieces(&mut all, several, 4 * out.len(), |i, part| {
        widest(
            #[inline(always)]
            || part.iter_mut().enumerate().for_each(|(g, s)| *s = sums(i * several + g)),
        );
    });
    let rows = (4096 / inner.max(1)).max(1);
    w.pieces(out, rows * inner, 4 * sizes.iter().product::<usize>(), |i, out| {
        widest(
            #[inline(always)]
            || {
                for (r, out) in out.chunks_mut(inner.max(1)).enumerate() {
                    let r = i * rows + r;
                    to(all[r % groups], r * inner, out);
                }
            },
        );
    });
    all
}

/// Normalized elements, means, and reciprocals of deviations.
pub(super) fn normalize(w: &Workers, epsilon: f32, x: In<'_>, [out, means, inverses]: [&mut [f32]; 3]) {
    let sizes = [x.size(0), x.size(1), x.size(2)];
    let (data, count) = (x.dense(), (sizes[0] * sizes[2]) as f32);
    let sums = |group: usize| {
        let (mut sum, mut squares) = (0.0, 0.0);
        parts(sizes, group, |at| sum += row(Reduce::Sum, &data[at]));
        let mean = sum / count;
        parts(sizes, group, |at| squares += deviation(&data[at], mean));
        [mean, 1.0 / (squares / count + epsilon).sqrt()]
    };
    let all = each_group(w, sizes, sums, out, |[mean, inverse], at, out| {
        out.iter_mut().zip(&data[at..]).for_each(|(out, &x)| *out = (x - mean) * inverse);
    });
    for ((mean, inverse), [m, i]) in means.iter_mut().zip(inverses).zip(all) {
        (*mean, *inverse) = (m, i);
    }
}

/// The sum of squared distances from the mean.
#[inline(always)]
fn deviation(x: &[f32], mean: f32) -> f32 {
    let (lanes, rest) = x.as_chunks::<32>();
    let mut sums = [0.0f32; 32];
    for chunk in lanes {
        (0..32).for_each(|i| sums[i] += (chunk[i] - mean) * (chunk[i] - mean));
    }
    sums.iter().sum::<f32>() + rest.iter().map(|x| (x - mean) * (x - mean)).sum::<f32>()
}

/// Gradient of normalized elements to that of what they were.
pub(super) fn back(w: &Workers, y: In<'_>, inverses: In<'_>, g: In<'_>, out: &mut [f32]) {
    let sizes = [y.size(0), y.size(1), y.size(2)];
    let (values, inverses, gradients) = (y.dense(), inverses.dense(), g.dense());
    let count = (sizes[0] * sizes[2]) as f32;
    let sums = |group: usize| {
        let (mut sum, mut along) = (0.0, 0.0);
        parts(sizes, group, |at| {
            sum += row(Reduce::Sum, &gradients[at.clone()]);
            along += dot(&gradients[at.clone()], &values[at]);
        });
        [sum / count, along / count, inverses[group]]
    };
    each_group(w, sizes, sums, out, |[mean, along, inverse], at, out| {
        for ((out, &g), &y) in out.iter_mut().zip(&gradients[at..]).zip(&values[at..]) {
            *out = inverse * (g - mean - y * along);
        }
    });
}
