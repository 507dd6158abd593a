//! Pools over images `[n, h, w]`.

use super::{In, Workers, widest};
use crate::Layout;
use crate::device::{Pool, Window};

/// Calls `f` with each tap of a window that lies in the image: its number, and where it is.
#[inline(always)]
fn taps(window: &Window, [h, w]: [usize; 2], [oy, ox]: [usize; 2], mut f: impl FnMut(usize, usize)) {
    let [kh, kw] = window.size;
    for ky in 0..kh {
        let Some(y) = (oy * window.stride[0] + ky * window.dilation[0]).checked_sub(window.padding[0][0])
        else {
            continue;
        };
        if y >= h {
            break;
        }
        for kx in 0..kw {
            let Some(x) = (ox * window.stride[1] + kx * window.dilation[1]).checked_sub(window.padding[1][0])
            else {
                continue;
            };
            if x >= w {
                break;
            }
            f(ky * kw + kx, y * w + x);
        }
    }
}

/// By how many elements a window's sum is divided.
#[inline(always)]
fn divisor(window: &Window, size: [usize; 2], at: [usize; 2], padded: bool) -> f32 {
    if padded {
        return (window.size[0] * window.size[1]) as f32;
    }
    let mut seen = 0usize;
    taps(window, size, at, |_, _| seen += 1);
    seen.max(1) as f32
}

/// Images to images; of a greatest element also its tap.
pub(super) fn pool(
    w: &Workers,
    pool: Pool,
    window: &Window,
    x: In<'_>,
    to: &Layout,
    out: &mut [f32],
    places: Option<&mut [u8]>,
) {
    let (size, out_size) = ([x.size(1), x.size(2)], [to.shape[1], to.shape[2]]);
    let (pixels, data, len) = (out_size[0] * out_size[1], x.dense(), size[0] * size[1]);
    let work = out.len() * window.size[0] * window.size[1];
    let image = |n: usize| &data[n * len..(n + 1) * len];
    match (pool, places) {
        (Pool::Max, Some(places)) => w.pairs((out, pixels), (places, pixels), work, |n, out, places| {
            widest(
                #[inline(always)]
                || {
                    if window.size == [2, 2]
                        && window.stride == [2, 2]
                        && window.padding == [[0, 0]; 2]
                        && window.dilation == [1, 1]
                    {
                        return max_of_four(image(n), size[1], out_size[1], out, places);
                    }
                    let image = image(n);
                    for (i, (out, place)) in out.iter_mut().zip(places).enumerate() {
                        let (mut best, mut at) = (f32::NEG_INFINITY, 0);
                        taps(window, size, [i / out_size[1], i % out_size[1]], |tap, p| {
                            if image[p] > best || image[p].is_nan() {
                                (best, at) = (image[p], tap);
                            }
                        });
                        (*out, *place) = (best, at as u8);
                    }
                },
            );
        }),
        (Pool::Average { padded }, _) => w.pieces(out, pixels, work, |n, out| {
            let image = image(n);
            for (i, out) in out.iter_mut().enumerate() {
                let at = [i / out_size[1], i % out_size[1]];
                let mut sum = 0.0;
                taps(window, size, at, |_, p| sum += image[p]);
                *out = sum / divisor(window, size, at, padded);
            }
        }),
        (Pool::Max, None) => {}
    }
}

/// The commonest pool: two by two, without overlap.
#[inline(always)]
fn max_of_four(image: &[f32], width: usize, out_width: usize, out: &mut [f32], places: &mut [u8]) {
    for ((rows, out), places) in
        image.chunks(2 * width).zip(out.chunks_mut(out_width)).zip(places.chunks_mut(out_width))
    {
        let (top, bottom) = rows.split_at(width);
        let (top, bottom) = (top.as_chunks::<2>().0, bottom.as_chunks::<2>().0);
        for (((out, place), t), b) in out.iter_mut().zip(places).zip(top).zip(bottom) {
            let (mut best, mut at) = (t[0], 0);
            for (x, tap) in [(t[1], 1), (b[0], 2), (b[1], 3)] {
                let better = x > best || x.is_nan();
                at = if better { tap } else { at };
                best = if better { x } else { best };
            }
            (*out, *place) = (best, at);
        }
    }
}

/// Gradient of the output to that of the images.
pub(super) fn image(
    w: &Workers,
    pool: Pool,
    window: &Window,
    g: In<'_>,
    places: Option<&[u8]>,
    to: &Layout,
    out: &mut [f32],
) {
    let (size, out_size) = ([to.shape[1], to.shape[2]], [g.size(1), g.size(2)]);
    let (pixels, gradients) = (out_size[0] * out_size[1], g.dense());
    let work = gradients.len() * window.size[0] * window.size[1];
    w.pieces(out, size[0] * size[1], work, |n, out| {
        out.fill(0.0);
        let gradient = &gradients[n * pixels..(n + 1) * pixels];
        for (i, &g) in gradient.iter().enumerate() {
            let at = [i / out_size[1], i % out_size[1]];
            match (pool, places) {
                (Pool::Max, Some(places)) => {
                    let tap = usize::from(places[n * pixels + i]);
                    let place = |d: usize, tap: usize| {
                        (at[d] * window.stride[d] + tap * window.dilation[d])
                            .saturating_sub(window.padding[d][0])
                    };
                    let p = place(0, tap / window.size[1]) * size[1] + place(1, tap % window.size[1]);
                    out[p] += g;
                }
                (Pool::Average { padded }, _) => {
                    let share = g / divisor(window, size, at, padded);
                    taps(window, size, at, |_, p| out[p] += share);
                }
                (Pool::Max, None) => {}
            }
        }
    });
}
