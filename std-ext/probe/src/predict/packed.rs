//! Kernels of cores whose multiplier gives 32 bits: how many taps are summed up before the halves of a sum are put away is
//! in the plan, for each output.

use midge_core::ops::channelwise::{CHANNEL, Channelwise, Layout};
use midge_core::ops::halves::{self, Halves};
use midge_core::ops::packed::{PAIR, Packed, QUAD, Row};
use midge_core::ops::pixels::{OUTPUT, Pixels};
use midge_core::ops::seen::{self, Seen};
use midge_core::plan::Step;
use midge_core::simd::packed::Scale;
use midge_core::{Plan, ops};

use super::work::Sight;

/// Words of a constant operand.
fn words(plan: &Plan<'_>, step: &Step<'_>, operand: usize) -> Option<Vec<i32>> {
    let operand = plan.operand(step.id(operand));
    let (start, len) = (operand.offset as usize, operand.len as usize);
    let bytes = plan.constants().get(start..start.checked_add(len)?)?;
    Some(bytes.as_chunks::<4>().0.iter().map(|word| i32::from_le_bytes(*word)).collect())
}

/// Scales of each kind: of two multiplications, those with sums that are brought nearer to zero first and those that add
/// something below zero, and what the operator's own arithmetic does.
fn kinds<'a>(scales: impl Iterator<Item = &'a [i32]>) -> [usize; 4] {
    let mut kinds = [0; 4];
    for scale in scales {
        let kind = match *scale {
            [shift, .., below] if shift & !(Scale::CLAMPED | 31) == 0 => match shift & Scale::CLAMPED {
                0 => usize::from(below != 0),
                _ => 2,
            },
            _ => 3,
        };
        kinds[kind] += 1;
    }
    kinds
}

/// Sums of `taps` taps that are put away behind groups of so many each.
fn groups(taps: usize, of: impl Iterator<Item = i32>) -> usize {
    of.map(|group| taps.div_ceil(usize::try_from(group).unwrap_or(1).max(1))).sum()
}

/// Two pixels in a word.
pub(super) fn pixels(plan: &Plan<'_>, step: &Step<'_>) -> Option<Vec<usize>> {
    let (sight, p) = (Sight::of(step)?, Pixels::read(step.params())?);
    let (words, pixels, at_once) = (words(plan, step, 7)?, sight.pixels(), usize::from(p.pixels).max(1));
    let outputs = words.as_chunks::<OUTPUT>().0;
    let [row, seen] = sight.taps();
    let (taps, out) = (seen.next_multiple_of(2), outputs.len());
    let (blocks, rest) = (pixels.div_ceil(at_once), pixels % at_once);
    let passes = pixels / at_once * at_once.div_ceil(4) + rest.div_ceil(4);
    let parts = taps.div_ceil((p.part as usize).max(1));
    let flushes = groups(taps, outputs.iter().map(|[_, group, ..]| *group));
    let height = usize::from(sight.window.k_h);
    let [halves, plain] = if parts > 1 { [passes, 0] } else { [0, passes] };
    let kinds = kinds(outputs.iter().map(|[_, _, scale @ ..]| &scale[..]));
    let counts = [
        pixels.div_ceil(2),
        pixels.div_ceil(2) * height,
        pixels.div_ceil(2) * seen,
        pixels.div_ceil(2) * height * (row % 4),
        blocks,
        blocks * out,
        blocks * out * taps,
        plain * out,
        passes * out * taps,
        passes * out * taps.div_ceil(16),
        passes * flushes,
        halves * out,
        halves * out * parts,
        sight.clamped(step),
        blocks * usize::from(sight.clamped(step) > 0),
    ];
    Some(sight.outline(taps).into_iter().chain(counts).chain(kinds.map(|n| n * pixels)).collect())
}

/// Two weights in a word.
pub(super) fn conv(plan: &Plan<'_>, step: &Step<'_>) -> Option<Vec<usize>> {
    let (sight, p) = (Sight::of(step)?, Packed::read(step.params())?);
    let (words, pixels, at_once) = (words(plan, step, 6)?, sight.pixels(), usize::from(p.pixels).max(1));
    let pairs = words.as_chunks::<PAIR>().0;
    let [row, seen] = sight.taps();
    let (taps, out) = (seen.next_multiple_of(2), usize::from(sight.window.out_c));
    let (blocks, rest) = (pixels.div_ceil(at_once), pixels % at_once);
    let passes = pixels / at_once * at_once.div_ceil(2) + rest.div_ceil(2);
    let flushes = groups(taps, pairs.iter().map(|[_, _, _, _, group, ..]| *group));
    let height = usize::from(sight.window.k_h);
    let scales = pairs.iter().flat_map(|pair| pair[5..].chunks(Scale::WORDS));
    let counts = [
        pixels * height,
        pixels * seen,
        pixels * height * (row % 4),
        blocks,
        blocks * pairs.len(),
        blocks * out,
        passes * pairs.len(),
        passes * pairs.len() * taps,
        passes * pairs.len() * taps.div_ceil(16),
        passes * flushes,
        sight.clamped(step),
        blocks * usize::from(sight.clamped(step) > 0),
    ];
    let kinds = kinds(scales.take(out)).map(|n| n * pixels);
    Some(sight.outline(taps).into_iter().chain(counts).chain(kinds).collect())
}

/// Only what lies in the image.
pub(super) fn seen(plan: &Plan<'_>, step: &Step<'_>) -> Option<Vec<usize>> {
    let (sight, p) = (Sight::of(step)?, Seen::read(step.params())?);
    let words = words(plan, step, 6)?;
    let quads = words.as_chunks::<{ seen::QUAD }>().0;
    let (pixels, part) = (sight.pixels(), usize::from(p.part).max(1));
    let rows = sight.down.iter().sum::<usize>() * sight.images;
    let in_c = usize::from(sight.window.in_c);
    let channels = in_c.next_multiple_of(2);
    let runs = rows * sight.across.iter().map(|n| n.div_ceil(part)).sum::<usize>();
    let taps = rows * sight.across.iter().sum::<usize>();
    let flushes: usize = sight.across.iter().map(|n| groups(n * channels, quads.iter().map(|q| q[0]))).sum();
    let apart = usize::from(in_c != channels);
    let scales = quads.iter().flat_map(|[_, scales @ ..]| scales.chunks(Scale::WORDS));
    let counts = [
        1,
        sight.rows,
        pixels,
        pixels * quads.len(),
        rows * sight.across.len(),
        runs,
        taps * in_c,
        taps * apart,
        runs * quads.len(),
        taps * channels * quads.len(),
        rows * flushes,
        sight.clamped(step),
    ];
    Some(counts.into_iter().chain(kinds(scales).map(|n| n * pixels)).collect())
}

/// Rows times a matrix, four outputs at once.
pub(super) fn matrix(plan: &Plan<'_>, step: &Step<'_>) -> Option<Vec<usize>> {
    let p = Row::read(step.params())?;
    let (words, rows, part) = (words(plan, step, 5)?, usize::from(step.rows()), (p.part as usize).max(1));
    let (depth, out) = (p.depth as usize, p.out as usize);
    let parts = depth.div_ceil(part);
    let quads: Vec<_> = words.chunks_exact(QUAD + parts).collect();
    let made = groups(part, quads.iter().flat_map(|quad| &quad[QUAD..]).copied());
    let read = if parts == 1 { 1 } else { parts };
    let [clamped] = [p.quant].map(|q| if (q.lo, q.hi) == (i8::MIN, i8::MAX) { 0 } else { out });
    let scales = || quads.iter().flat_map(|quad| quad[4..QUAD].chunks(Scale::WORDS));
    let exact = quads.iter().filter(|quad| kinds(quad[4..QUAD].chunks(Scale::WORDS))[3] > 0).count();
    let counts = [
        1,
        rows,
        rows * read,
        rows * depth,
        rows * read * part,
        rows * quads.len(),
        rows * quads.len() * parts,
        rows * quads.len() * parts * part,
        rows * quads.len() * parts * part.div_ceil(16),
        rows * made,
        rows * exact,
        rows * clamped,
        rows * usize::from(step.code() == ops::FULLY_CONNECTED_PACKED && parts > 1),
    ];
    Some(counts.into_iter().chain(kinds(scales().take(out)).map(|n| n * rows)).collect())
}

/// Channel by channel, in a plane.
pub(super) fn channels(plan: &Plan<'_>, step: &Step<'_>) -> Option<Vec<usize>> {
    let sight = Sight::of(step)?;
    let layout = Layout::new(&Channelwise::read(step.params())?.window)?;
    let words = words(plan, step, 6)?;
    let channels = words.as_chunks::<CHANNEL>().0;
    let scales = kinds(channels.iter().map(|[_, scale @ ..]| &scale[..]));
    let rows = usize::from(sight.window.in_h);
    plane(&layout, &sight, step, [rows, 1], scales, 0)
}

/// The same with two rows in a word.
pub(super) fn halves(plan: &Plan<'_>, step: &Step<'_>) -> Option<Vec<usize>> {
    let sight = Sight::of(step)?;
    let halves = Halves::new(&sight.window)?;
    let words = words(plan, step, 6)?;
    let channels = words.as_chunks::<{ halves::CHANNEL }>().0;
    let scales = kinds(channels.iter().map(|[_, _, scale @ ..]| &scale[..]));
    let tight = channels.iter().filter(|[_, tight, ..]| *tight != 0).count();
    let rows = (usize::from(sight.window.out_h).div_ceil(2) - 1) * usize::from(sight.window.s_h);
    let rows = rows + usize::from(sight.window.k_h);
    plane(&halves.layout, &sight, step, [rows, 1 + 2 * usize::from(sight.window.p_h > 0)], scales, tight)
}

/// Channels over a plane, whose image has so many rows, in so many parts.
fn plane(
    layout: &Layout,
    sight: &Sight,
    step: &Step<'_>,
    [rows, parts]: [usize; 2],
    scales: [usize; 4],
    tight: usize,
) -> Option<Vec<usize>> {
    let (plane, channels) = (&layout.plane, usize::from(sight.window.in_c));
    let (lines, outputs) = (plane.rows, plane.rows * plane.columns);
    let is_short = plane.chunk == 3;
    let bodies = if is_short { plane.chunks / 3 } else { plane.chunks };
    let image = rows * usize::from(sight.window.in_w).min(layout.width);
    let when = |is: bool, n: usize| if is { n } else { 0 };
    let counts = [
        1,
        layout.words(),
        channels,
        channels * layout.taps(),
        channels * parts,
        channels * rows,
        channels * image,
        channels * lines,
        when(is_short, channels * outputs),
        when(is_short, channels * outputs * bodies),
        when(!is_short, channels * outputs),
        when(!is_short, channels * outputs * bodies),
        when(is_short, tight * outputs * bodies),
        when(!is_short, tight * outputs * bodies),
        sight.clamped(step),
    ];
    Some(counts.into_iter().chain(scales.map(|n| n * sight.pixels())).collect())
}
