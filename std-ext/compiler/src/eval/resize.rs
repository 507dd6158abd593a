//! Images that are scaled (`kernels/internal/reference/{resize_nearest_neighbor,resize_bilinear}.h`).

use super::tensor::{image, places};
use super::{Call, Made, Trouble};
use crate::graph::Type;

impl Call<'_> {
    /// Each pixel is the nearest one, by arithmetic in single precision.
    pub(super) fn nearest(&self, align_corners: bool, half_pixel: bool) -> Made {
        let ([_, h, w, _], [_, to_h, to_w, _]) = self.extents()?;
        let along = |i: usize, size: usize, made: usize| {
            let scale = match align_corners && made > 1 {
                true => (size - 1) as f32 / (made - 1) as f32,
                false => size as f32 / made as f32,
            };
            let at = (i as f32 + if half_pixel { 0.5 } else { 0.0 }) * scale;
            (if align_corners { at.round() } else { at.floor() } as usize).min(size - 1)
        };
        self.moved(|place| {
            let [n, y, x, c] = image(place).ok()?;
            Some(vec![n, along(y, h, to_h), along(x, w, to_w), c])
        })
    }

    /// Each pixel is the mean of four, weighted in steps of 2^-10 along each axis.
    pub(super) fn bilinear(&self, align_corners: bool, half_pixel: bool) -> Made {
        const ONE: i64 = 1 << 10;
        let (x, ([_, h, w, _], [_, to_h, to_w, _])) = (self.x()?, self.extents()?);
        if !matches!(x.store(), Type::I8 | Type::I16) || x.store() != self.y()?.repr.store() {
            return Err(self.unknown());
        }
        // pixel before and behind, and their weights
        let along = |i: usize, size: usize, made: usize| {
            let corners = align_corners && made > 1;
            let (size, made) = (size as i64, made as i64);
            let (span, steps) = if corners { (size - 1, made - 1) } else { (size, made) };
            let scale = (ONE * span + steps / 2) / steps;
            let at = i as i64 * scale + if half_pixel { scale / 2 - ONE / 2 } else { 0 };
            let before = (at / ONE).max(0);
            let behind = ((at + ONE - 1) / ONE).min(size - 1);
            let weight = at - before * ONE;
            [(before as usize, ONE - weight), (behind as usize, weight)]
        };
        let element = |place: Vec<usize>| {
            let [n, oy, ox, c] = image(&place)?;
            let mut sum = 0;
            for (iy, down) in along(oy, h, to_h) {
                for (ix, across) in along(ox, w, to_w) {
                    sum += x.at(&[n, iy, ix, c]) * down * across;
                }
            }
            // halves away from zero
            Ok((sum + if sum > 0 { ONE * ONE / 2 } else { -(ONE * ONE / 2) }) / (ONE * ONE))
        };
        places(&self.y()?.shape).map(element).collect()
    }

    /// Of the input, which is not empty, and of the output.
    fn extents(&self) -> Result<([usize; 4], [usize; 4]), Trouble> {
        let (x, y) = (self.x()?.image()?, image(&self.y()?.shape)?);
        if x.contains(&0) { Err("scales an image without pixels".into()) } else { Ok((x, y)) }
    }
}
