//! Convolutions of images `[n, c, h, w]`: as products of matrices whose columns are what the filter sees, and depthwise
//! ones directly.

use std::cell::RefCell;

use super::matmul::{Matrix, product};
use super::{In, Workers, widest};
use crate::Layout;
use crate::device::Window;

thread_local! {
    /// What filters see of one image; each thread keeps its own.
    static COLUMNS: RefCell<Vec<f32>> = const { RefCell::new(Vec::new()) };
}

/// Gradients of filters are summed in so many parts, and these then in order.
const PARTS: usize = 8;

/// Sizes of a convolution.
pub(super) struct Sizes {
    /// Channels, height and width of an image.
    image: [usize; 3],
    /// The same of what is made.
    out: [usize; 3],
    /// Input channels of a group, and output channels.
    group: [usize; 2],
    window: Window,
}

impl Sizes {
    pub(super) fn new(window: &Window, groups: usize, image: &Layout, out: &Layout) -> Sizes {
        let last = |layout: &Layout| [layout.shape[1], layout.shape[2], layout.shape[3]];
        let (image, out) = (last(image), last(out));
        Sizes { image, out, group: [image[0] / groups, out[0] / groups], window: *window }
    }

    fn image_len(&self) -> usize {
        self.image.iter().product()
    }

    fn out_len(&self) -> usize {
        self.out.iter().product()
    }

    /// Pixels of a channel of the output.
    fn pixels(&self) -> usize {
        self.out[1] * self.out[2]
    }

    /// Elements that a filter sees of a pixel.
    fn taps(&self) -> usize {
        self.group[0] * self.window.size[0] * self.window.size[1]
    }

    fn groups(&self) -> usize {
        self.image[0] / self.group[0].max(1)
    }

    fn is_depthwise(&self) -> bool {
        self.group[0] == 1 && self.groups() > 1
    }

    /// Whether the image itself is what filters see.
    fn is_pointwise(&self) -> bool {
        let w = &self.window;
        w.size == [1, 1] && w.stride == [1, 1] && w.padding == [[0, 0]; 2]
    }

    fn work(&self, images: usize) -> usize {
        2 * images * self.out_len() * self.taps()
    }

    /// Output columns whose tap `kx` lies in the image, and the image's column of the first.
    #[inline(always)]
    fn span(&self, d: usize, tap: usize) -> (std::ops::Range<usize>, isize) {
        let (w, size, out) = (&self.window, self.image[d + 1] as isize, self.out[d + 1]);
        let stride = w.stride[d] as isize;
        let first = (tap * w.dilation[d]) as isize - w.padding[d][0] as isize;
        let from = if first < 0 { (-first + stride - 1) / stride } else { 0 };
        let to = if first < size { (size - 1 - first) / stride + 1 } else { 0 };
        let range = (from as usize).min(out)..(to.max(0) as usize).clamp((from as usize).min(out), out);
        (range, first)
    }

    /// Calls `f` with each tap of each input channel of a group: its number, and for each row of the output where that
    /// lies in the image, the row's number, the columns that do, and where the first of these is in the image.
    #[inline(always)]
    fn rows(
        &self,
        channel: usize,
        ky: usize,
        kx: usize,
        mut f: impl FnMut(usize, std::ops::Range<usize>, usize),
    ) {
        let [_, h, w] = self.image;
        let ((rows, top), (columns, left)) = (self.span(0, ky), self.span(1, kx));
        for y in rows {
            let row = (channel * h) as isize + top + (y * self.window.stride[0]) as isize;
            let start = row * w as isize + left + (columns.start * self.window.stride[1]) as isize;
            f(y, columns.clone(), start.max(0) as usize);
        }
    }

    /// Rows of what taps see, a row for each tap of each channel from `channel` on.
    #[inline(always)]
    fn columns(&self, image: &[f32], channel: usize, out: &mut [f32]) {
        let stride = self.window.stride[1];
        let width = self.out[2];
        for (tap, row) in out.chunks_exact_mut(self.pixels()).enumerate() {
            let [kh, kw] = self.window.size;
            let (c, ky, kx) = (tap / (kh * kw), tap / kw % kh, tap % kw);
            let ((rows, _), (columns, _)) = (self.span(0, ky), self.span(1, kx));
            if rows.len() < self.out[1] || columns.len() < width {
                row.fill(0.0);
            }
            self.rows(channel + c, ky, kx, |y, columns, start| {
                let to = &mut row[y * width + columns.start..y * width + columns.end];
                if stride == 1 {
                    to.copy_from_slice(&image[start..start + to.len()]);
                } else {
                    to.iter_mut().enumerate().for_each(|(i, to)| *to = image[start + i * stride]);
                }
            });
        }
    }

    /// The reverse: adds what was seen to where it was seen.
    #[inline(always)]
    fn add_columns(&self, seen: &[f32], channel: usize, image: &mut [f32]) {
        let stride = self.window.stride[1];
        let width = self.out[2];
        for (tap, row) in seen.chunks_exact(self.pixels()).enumerate() {
            let [kh, kw] = self.window.size;
            let (c, ky, kx) = (tap / (kh * kw), tap / kw % kh, tap % kw);
            self.rows(channel + c, ky, kx, |y, columns, start| {
                let from = &row[y * width + columns.start..y * width + columns.end];
                if stride == 1 {
                    image[start..start + from.len()].iter_mut().zip(from).for_each(|(to, &from)| *to += from);
                } else {
                    from.iter().enumerate().for_each(|(i, &from)| image[start + i * stride] += from);
                }
            });
        }
    }

    /// What the filters of a group see, made in this thread's memory unless it is the image itself.
    fn seen<R>(&self, image: &[f32], group: usize, f: impl FnOnce(Matrix<'_>) -> R) -> R {
        let (taps, pixels) = (self.taps(), self.pixels());
        if self.is_pointwise() {
            let at = group * taps * pixels;
            return f(Matrix::dense(&image[at..at + taps * pixels], taps, pixels));
        }
        COLUMNS.with_borrow_mut(|columns| {
            columns.resize(taps * pixels, 0.0);
            widest(
                #[inline(always)]
                || self.columns(image, group * self.group[0], columns),
            );
            f(Matrix::dense(columns, taps, pixels))
        })
    }

    /// Filters of a group, a row each.
    fn filters<'a>(&self, filter: &'a [f32], group: usize) -> Matrix<'a> {
        let len = self.group[1] * self.taps();
        Matrix::dense(&filter[group * len..(group + 1) * len], self.group[1], self.taps())
    }
}

/// Images, filters and a bias to images.
pub(super) fn forward(
    w: &Workers,
    sizes: &Sizes,
    x: In<'_>,
    filter: In<'_>,
    bias: Option<In<'_>>,
    out: &mut [f32],
) {
    let (images, filter) = (x.dense(), filter.dense());
    let bias = bias.as_ref().map(In::dense);
    let pixels = sizes.pixels();
    w.pieces(out, sizes.out_len(), sizes.work(x.size(0)), |n, out| {
        let image = &images[n * sizes.image_len()..(n + 1) * sizes.image_len()];
        for (o, channel) in out.chunks_mut(pixels.max(1)).enumerate() {
            channel.fill(bias.map_or(0.0, |bias| bias[o]));
        }
        if sizes.is_depthwise() {
            return widest(
                #[inline(always)]
                || depthwise(sizes, image, filter, out),
            );
        }
        for (group, out) in out.chunks_mut((sizes.group[1] * pixels).max(1)).enumerate() {
            sizes.seen(image, group, |seen| product(sizes.filters(filter, group), seen, true, out));
        }
    });
}

/// Each filter over its one channel.
#[inline(always)]
fn depthwise(sizes: &Sizes, image: &[f32], filter: &[f32], out: &mut [f32]) {
    let ([kh, kw], width, stride) = (sizes.window.size, sizes.out[2], sizes.window.stride[1]);
    for (o, (out, taps)) in
        out.chunks_mut(sizes.pixels().max(1)).zip(filter.chunks_exact(kh * kw)).enumerate()
    {
        for (tap, &weight) in taps.iter().enumerate() {
            sizes.rows(o / sizes.group[1], tap / kw, tap % kw, |y, columns, start| {
                let out = &mut out[y * width + columns.start..y * width + columns.end];
                if stride == 1 {
                    out.iter_mut().zip(&image[start..]).for_each(|(out, &x)| *out += weight * x);
                } else {
                    out.iter_mut()
                        .zip(image[start..].iter().step_by(stride))
                        .for_each(|(out, &x)| *out += weight * x);
                }
            });
        }
    }
}

/// Gradient and filters to the gradient of the images.
pub(super) fn image(w: &Workers, sizes: &Sizes, g: In<'_>, filter: In<'_>, out: &mut [f32]) {
    let (gradients, filter) = (g.dense(), filter.dense());
    let ([kh, kw], pixels) = (sizes.window.size, sizes.pixels());
    w.pieces(out, sizes.image_len(), sizes.work(g.size(0)), |n, out| {
        let gradient = &gradients[n * sizes.out_len()..(n + 1) * sizes.out_len()];
        out.fill(0.0);
        if sizes.is_depthwise() {
            return widest(
                #[inline(always)]
                || {
                    let (width, stride) = (sizes.out[2], sizes.window.stride[1]);
                    for (o, (g, taps)) in
                        gradient.chunks(pixels.max(1)).zip(filter.chunks_exact(kh * kw)).enumerate()
                    {
                        for (tap, &weight) in taps.iter().enumerate() {
                            sizes.rows(o / sizes.group[1], tap / kw, tap % kw, |y, columns, start| {
                                let g = &g[y * width + columns.start..y * width + columns.end];
                                out[start..]
                                    .iter_mut()
                                    .step_by(stride)
                                    .zip(g)
                                    .for_each(|(out, &g)| *out += weight * g);
                            });
                        }
                    }
                },
            );
        }
        for (group, g) in gradient.chunks((sizes.group[1] * pixels).max(1)).enumerate() {
            let g = Matrix::dense(g, sizes.group[1], pixels);
            let filters = sizes.filters(filter, group).transposed();
            if sizes.is_pointwise() {
                let at = group * sizes.taps() * pixels;
                product(filters, g, false, &mut out[at..at + sizes.taps() * pixels]);
                continue;
            }
            COLUMNS.with_borrow_mut(|columns| {
                columns.resize(sizes.taps() * pixels, 0.0);
                product(filters, g, false, columns);
                widest(
                    #[inline(always)]
                    || sizes.add_columns(columns, group * sizes.group[0], out),
                );
            });
        }
    });
}

/// Images and gradient to the gradient of the filters.
pub(super) fn filter(w: &Workers, sizes: &Sizes, x: In<'_>, g: In<'_>, out: &mut [f32]) {
    let (images, gradients) = (x.dense(), g.dense());
    let (size, pixels, count) = (sizes.window.size, sizes.pixels(), x.size(0));
    let len = out.len();
    let each = count.div_ceil(PARTS).max(1);
    let mut parts = vec![0.0; len * count.div_ceil(each)];
    w.pieces(&mut parts, len, sizes.work(count), |part, out| {
        for n in part * each..((part + 1) * each).min(count) {
            let image = &images[n * sizes.image_len()..(n + 1) * sizes.image_len()];
            let gradient = &gradients[n * sizes.out_len()..(n + 1) * sizes.out_len()];
            if sizes.is_depthwise() {
                widest(
                    #[inline(always)]
                    || depthwise_filter(sizes, image, gradient, out, size),
                );
                continue;
            }
            let filter = sizes.group[1] * sizes.taps();
            for (group, out) in out.chunks_mut(filter.max(1)).enumerate() {
                let at = group * sizes.group[1] * pixels;
                let g = Matrix::dense(&gradient[at..at + sizes.group[1] * pixels], sizes.group[1], pixels);
                sizes.seen(image, group, |seen| product(g, seen.transposed(), true, out));
            }
        }
    });
    out.fill(0.0);
    for part in parts.chunks(len.max(1)) {
        out.iter_mut().zip(part).for_each(|(out, part)| *out += part);
    }
}

#[inline(always)]
fn depthwise_filter(sizes: &Sizes, image: &[f32], gradient: &[f32], out: &mut [f32], [kh, kw]: [usize; 2]) {
    let (width, stride) = (sizes.out[2], sizes.window.stride[1]);
    for (o, (g, taps)) in
        gradient.chunks(sizes.pixels().max(1)).zip(out.chunks_exact_mut(kh * kw)).enumerate()
    {
        for (tap, weight) in taps.iter_mut().enumerate() {
            sizes.rows(o / sizes.group[1], tap / kw, tap % kw, |y, columns, start| {
                let g = &g[y * width + columns.start..y * width + columns.end];
                *weight += if stride == 1 {
                    super::reduce::dot(g, &image[start..start + g.len()])
                } else {
                    g.iter().zip(image[start..].iter().step_by(stride)).map(|(g, x)| g * x).sum::<f32>()
                };
            });
        }
    }
}
