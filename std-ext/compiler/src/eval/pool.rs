//! Windows over images, and what pools make of them (`kernels/internal/reference/integer_ops/pooling.h`).

use super::number::Affine;
use super::tensor::places;
use super::{Call, Made, Trouble};
use crate::graph::{Activation, Rounding, Type, Window};

/// A tap of a window, and the element that it reaches.
pub(super) type Tap = (usize, usize);

/// The taps of a window of `kernel` taps along an axis that reach one of `size` elements, with `before` more before
/// them, where the window makes the element at `place` of its output.
pub(super) fn taps(
    place: usize,
    kernel: usize,
    stride: usize,
    dilation: usize,
    before: usize,
    size: usize,
) -> Vec<Tap> {
    let start = place * stride;
    let first = before.saturating_sub(start).div_ceil(dilation.max(1));
    let reached = (first..kernel).map(|tap| (tap, start + tap * dilation - before));
    reached.take_while(|(_, at)| *at < size).collect()
}

impl Call<'_> {
    /// The mean of the elements inside the image, halves away from zero.
    pub(super) fn average_pool(&self, size: [usize; 2], window: &Window, activation: Activation) -> Made {
        // LiteRT's kernel for uint8 has no sign to round away from
        let offset = if self.node.rounding == Rounding::LitertUnsigned { 128 } else { 0 };
        self.pool(size, window, activation, |seen| {
            let n = seen.len() as i64;
            let sum = seen.iter().map(|x| x + offset).sum::<i64>();
            (sum + sum.signum() * (n / 2)) / n - offset
        })
    }

    /// The greatest element inside the image.
    pub(super) fn max_pool(&self, size: [usize; 2], window: &Window, activation: Activation) -> Made {
        self.pool(size, window, activation, |seen| seen.iter().copied().fold(i64::MIN, i64::max))
    }

    fn pool(
        &self,
        [kh, kw]: [usize; 2],
        window: &Window,
        activation: Activation,
        f: impl Fn(&[i64]) -> i64,
    ) -> Made {
        let (x, y) = (self.x()?, self.y()?);
        if !matches!(x.store(), Type::I8 | Type::I16) || x.store() != y.repr.store() {
            return Err(self.unknown());
        }
        let ([_, h, w, _], to) = (x.image()?, Affine::of(y)?.within(activation));
        let ([sh, sw], [dh, dw], m) = (window.stride, window.dilation, window.margins);
        let element = |place: Vec<usize>| {
            let [n, oy, ox, c] = super::tensor::image(&place)?;
            let mut seen = Vec::new();
            for (_, iy) in taps(oy, kh, sh, dh, m.top, h) {
                for (_, ix) in taps(ox, kw, sw, dw, m.left, w) {
                    seen.push(x.at(&[n, iy, ix, c]));
                }
            }
            if seen.is_empty() {
                return Err(Trouble::from("has a window beside the image"));
            }
            Ok(to.clamp(f(&seen)))
        };
        places(&y.shape).map(element).collect()
    }
}
