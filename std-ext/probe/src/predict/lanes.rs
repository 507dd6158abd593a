//! Kernels of cores with vectors of bytes.

use midge_core::fixed::Rounding;
use midge_core::ops::fully_connected::FullyConnected;
use midge_core::ops::lanes::Conv2d;
use midge_core::ops::windows::{Depthwise, suited};
use midge_core::plan::Step;
use midge_core::simd::lanes::{BLOCK, VECTOR};
use midge_core::simd::windows::{FOUR, Shape};

use super::work::Sight;

/// Vectors of a chunk of taps.
const CHUNK: usize = 4;

/// Outputs of a group.
const GROUP: usize = 64;

/// Which of a rounding's loops it is.
const fn which(rounding: u8) -> Option<usize> {
    match Rounding::read(rounding) {
        Some(Rounding::Once) => Some(0),
        Some(Rounding::Up) => Some(1),
        Some(Rounding::Away) => Some(2),
        None => None,
    }
}

/// A convolution, pixel by pixel.
pub(super) fn conv(step: &Step<'_>) -> Option<Vec<usize>> {
    let (sight, rounding) = (Sight::of(step)?, which(Conv2d::read(step.params())?.rounding)?);
    let w = &sight.window;
    let ([row, taps], pixels, outputs) = (sight.taps(), sight.pixels(), usize::from(w.out_c));
    let [width, height] =
        [(w.out_w, w.s_w, w.k_w, w.d_w), (w.out_h, w.s_h, w.k_h, w.d_h)].map(|(out, stride, k, d)| {
            let [out, stride, k, d] = [out, stride, k, d].map(usize::from);
            (out - 1) * stride + (k - 1) * d + 1
        });
    let inside = w.p_w == 0 && w.p_h == 0 && width <= usize::from(w.in_w) && height <= usize::from(w.in_h);
    // rows with what is missing around them are put together first
    let is_band = !inside && w.d_w == 1;
    let is_wide = w.p_w == 0 && width <= usize::from(w.in_w) && w.d_w == 1;
    let k_h = usize::from(w.k_h);
    let down: usize = sight.down.iter().sum::<usize>() * sight.images;
    let across = width.min(usize::from(w.in_w)) * usize::from(w.in_c);
    let [mut gathered, mut copied] = [0; 2];
    let reach = row.next_multiple_of(VECTOR);
    if !is_band {
        let stride = usize::from(w.s_w) * usize::from(w.in_c);
        let line = usize::from(w.in_w) * usize::from(w.in_c);
        for oy in 0..sight.rows {
            let last = oy + 1 == sight.rows;
            let seen = sight.row(oy);
            let whole = is_wide && seen == k_h;
            // where there is a row below, vectors may end in it
            let room = match (whole, last) {
                (true, false) => usize::from(w.out_w),
                (true, true) => line.checked_sub(reach).map_or(0, |room| room / stride.max(1) + 1),
                _ => 0,
            };
            let apart = usize::from(w.out_w) - room.min(w.out_w.into());
            gathered += apart;
            copied += apart * seen;
        }
    }
    let in_place = k_h == 1 && (usize::from(w.s_w) * usize::from(w.in_c)).is_multiple_of(4);
    let moved = if in_place { 0 } else { pixels - gathered };
    let band = |n: usize| if is_band { n } else { 0 };
    let counts = [
        1,
        sight.rows,
        pixels,
        band(sight.rows),
        band(down),
        band(down * across.div_ceil(VECTOR)),
        band(sight.rows * k_h * width * usize::from(w.in_c) / VECTOR),
        gathered,
        copied,
        copied * row.div_ceil(VECTOR),
        moved,
        moved * k_h,
        moved * k_h * row.div_ceil(VECTOR),
        sight.clamped(step),
        if sight.clamped(step) > 0 { sight.rows } else { 0 },
    ];
    Some(counts.into_iter().chain(made(pixels, taps, outputs, rounding)).collect())
}

/// Rows times a matrix.
pub(super) fn matrix(step: &Step<'_>) -> Option<Vec<usize>> {
    let FullyConnected { depth, out, quant } = FullyConnected::read(step.params())?;
    let (rows, depth, out) = (usize::from(step.rows()), depth as usize, out as usize);
    let apart = rows * usize::from(!depth.is_multiple_of(VECTOR));
    let clamped = if (quant.lo, quant.hi) == (i8::MIN, i8::MAX) { 0 } else { rows };
    let counts = [1, rows, apart, apart * depth, apart * depth.div_ceil(VECTOR), clamped, clamped * out];
    Some(counts.into_iter().chain(made(rows, depth, out, 0)).collect())
}

/// All outputs of pixels from their taps.
fn made(pixels: usize, taps: usize, outputs: usize, rounding: usize) -> impl Iterator<Item = usize> {
    let (vectors, rest) = (taps.div_ceil(VECTOR), outputs % VECTOR);
    let (chunks, behind) = (vectors.div_ceil(CHUNK), (vectors - 1) % CHUNK + 1);
    let blocks = outputs / VECTOR * 2 + rest.div_ceil(BLOCK);
    let lasts = [1, 2, 3, 4].map(|n| if behind == n { pixels * blocks } else { 0 });
    let scaled = [0, 1, 2].map(|n| if n == rounding { pixels * outputs.div_ceil(VECTOR) } else { 0 });
    let counts = [
        pixels * blocks * (chunks - 1),
        pixels * outputs.div_ceil(GROUP),
        pixels * usize::from(rest > 0),
        pixels * usize::from(rest > 0 && rest <= BLOCK),
        pixels * usize::from(outputs > GROUP),
    ];
    counts.into_iter().chain(lasts).chain(scaled)
}

/// A depthwise convolution over strips of rows.
pub(super) fn windows(step: &Step<'_>) -> Option<Vec<usize>> {
    let (sight, rounding) = (Sight::of(step)?, which(Depthwise::read(step.params())?.rounding)?);
    let w = &sight.window;
    let shape = suited(w)?;
    let [out_w, in_w, in_c, pad] = [w.out_w, w.in_w, w.in_c, w.p_w].map(usize::from);
    let strips = usize::from(w.out_h).div_ceil(shape.rows()) * sight.images;
    let needed = shape.needed(out_w, w.s_w.into());
    let columns = if shape == Shape::Line { needed } else { needed.max(pad + in_w) };
    let is_line = shape == Shape::Line;
    let interleaved = if is_line { columns * in_c.div_ceil(VECTOR) } else { (in_w * in_c).div_ceil(VECTOR) };
    let tail = usize::from(!(if is_line { in_c } else { in_w * in_c }).is_multiple_of(VECTOR));
    let runs = if is_line { columns } else { 1 };
    let right = if is_line { 0 } else { (columns - pad - in_w) * in_c * FOUR };
    let (fours, rest) = (in_c.div_ceil(FOUR), usize::from(!in_c.is_multiple_of(FOUR)));
    let groups = out_w.div_ceil(shape.columns());
    let shapes = [Shape::Square, Shape::Row, Shape::Line, Shape::Tile, Shape::Large];
    let of = |n: usize| shapes.map(|of| if of == shape { n } else { 0 });
    let made = strips * fours * groups;
    let counts = [
        1,
        sight.rows,
        strips,
        strips * shape.strips(),
        strips * shape.strips() * interleaved,
        if is_line { strips * columns } else { 0 },
        strips * shape.strips() * runs * tail,
        strips * groups * (1 + rest),
        strips * shape.strips() * right / VECTOR,
        strips * rest,
        strips * usize::from(right > 0),
        made * rest,
        if rounding == 2 { made } else { 0 },
        pad * in_c,
        sight.clamped(step),
        if sight.clamped(step) > 0 { strips } else { 0 },
        made * rest * usize::from(out_w % shape.columns() > 0),
        strips * fours * usize::from(out_w % shape.columns() > 0),
    ];
    Some(counts.into_iter().chain(of(strips * fours)).chain(of(made)).collect())
}
