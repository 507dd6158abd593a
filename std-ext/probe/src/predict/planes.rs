//! Depthwise convolutions on cores that multiply pairs of 16-bit numbers, and pooling.

use midge_core::plan::Step;
use midge_core::simd::planes;

use super::work::Sight;

/// A strip of rows after the other, widened into planes.
pub(super) fn counts(side: usize, step: &Step<'_>) -> Option<Vec<usize>> {
    let sight = Sight::of(step)?;
    let w = &sight.window;
    let [stride, down] = [w.s_w, w.s_h].map(usize::from);
    let (height, width, channels) = (usize::from(w.out_h), usize::from(w.out_w), usize::from(w.out_c));
    let (strip, fours) = (planes::strip(side, [down, stride]), channels.div_ceil(4));
    let [mut strips, mut inside, mut outside, mut twos] = [0; 4];
    for first in (0..height).step_by(strip) {
        let rows = strip.min(height - first);
        let (seen, top) = ((rows - 1) * down + side, first * down);
        let above = usize::from(w.p_h).saturating_sub(top).min(seen);
        let image = usize::from(w.in_h).saturating_sub(top.saturating_sub(w.p_h.into())).min(seen - above);
        strips += 1;
        inside += image;
        outside += seen - image;
        twos += rows.div_ceil(2);
    }
    let pairs = planes::pairs(side, width, stride);
    let end = (usize::from(w.p_w) + usize::from(w.in_w)).min(2 * pairs);
    let rest = usize::from(!width.is_multiple_of(2));
    let counts = [
        strips,
        strips * fours,
        inside * fours,
        inside * fours * pairs,
        outside,
        outside * pairs,
        strips * channels,
        strips * channels * width.div_ceil(2),
        strips * channels * rest,
        height * channels,
        height * channels * width.div_ceil(2),
        height * channels * rest,
        height * channels * width,
        strips * fours * usize::from(!channels.is_multiple_of(4)),
        twos * channels,
        twos * channels * width,
        inside * fours * usize::from(w.p_w % 2 == 1),
        inside * fours * (end % 2),
    ];
    // strides have loops of their own
    let of = |stride: usize| counts.map(|n| if usize::from(w.s_w) == stride { n * sight.images } else { 0 });
    Some([1, sight.clamped(step)].into_iter().chain(of(1)).chain(of(2)).collect())
}

/// Four channels at a time.
pub(super) fn quads(step: &Step<'_>) -> Option<Vec<usize>> {
    let sight = Sight::of(step)?;
    let w = &sight.window;
    let (fours, pixels) = (usize::from(w.out_c).div_ceil(4), sight.pixels());
    let [k_h, k_w] = [w.k_h, w.k_w].map(usize::from);
    let made = pixels * fours;
    let counts = [made, made * k_h, made * k_h * k_w, sight.clamped(step)];
    Some(sight.outline(sight.taps()[1]).into_iter().chain(counts).collect())
}

/// Pixels of a pool, in lanes of channels.
pub(super) fn pool(step: &Step<'_>) -> Option<Vec<usize>> {
    let sight = Sight::of(step)?;
    let (pixels, channels) = (sight.pixels(), usize::from(sight.window.out_c));
    let (eights, rest) = (channels / 8, channels % 8);
    let [rows, columns] = [&sight.down, &sight.across].map(|seen| seen.iter().sum::<usize>());
    let rows = rows * sight.images;
    let (runs, taps) = (rows * sight.across.len(), rows * columns);
    Some(vec![
        1,
        sight.rows,
        pixels,
        pixels * eights,
        pixels * rest,
        runs,
        runs * eights,
        runs * rest,
        taps,
        taps * eights,
        taps * rest,
        taps * (channels % 4),
        taps * channels.div_ceil(16),
    ])
}
