//! Pools of an ONNX file.

use super::call::Call;
use super::window::Moves;
use super::{Made, refuse};
use crate::graph::{Activation, Binary, Op, Reduce, Type, Unary, ValueId};
use crate::shapes::{positions, reach};

/// What a pool makes of its taps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pool {
    Max,
    Average,
}

impl Call<'_, '_> {
    pub(super) fn pool(&mut self, pool: Pool) -> Made {
        if self.has_output(1) {
            return refuse("is asked where the greatest elements are, which no kernel tells");
        }
        let x = self.input(0)?;
        let counts = self.flag("count_include_pad");
        let (moves, ceiling) = self.pooling(x)?;
        Ok(vec![self.pooled(pool, x, moves, &ceiling, counts)?])
    }

    /// A window, and what is added behind so that the last, partial one counts.
    fn pooling(&mut self, x: ValueId) -> Made<(Moves, Vec<usize>)> {
        let shape = self.shape(x);
        let Some(image) = shape.get(2..).filter(|image| !image.is_empty()) else {
            return refuse(format!("needs an image, not {shape:?}"));
        };
        let kernel = self.sizes("kernel_shape", image.len(), 1)?;
        let moves = self.moves(image, kernel)?;
        let mut ceiling = vec![0; image.len()];
        if self.flag("ceil_mode") {
            for (axis, extra) in ceiling.iter_mut().enumerate() {
                let [before, after] = moves.pads[axis];
                let far = reach(moves.kernel[axis], moves.dilation[axis]).unwrap_or(0);
                let room = (image[axis] + before + after).saturating_sub(far);
                let last = room.div_ceil(moves.stride[axis]) * moves.stride[axis];
                // a window that would begin behind the image does not count
                if last > room && last < image[axis] + before {
                    *extra = last - room;
                }
            }
        }
        Ok((moves, ceiling))
    }

    fn pooled(
        &mut self,
        pool: Pool,
        mut x: ValueId,
        mut moves: Moves,
        ceiling: &[usize],
        counts: bool,
    ) -> Made<ValueId> {
        let shape = self.shape(x);
        if counts && pool == Pool::Average {
            let margins: Vec<[usize; 2]> =
                [[0, 0]; 2].into_iter().chain(moves.pads.iter().copied()).collect();
            x = self.pad(x, &margins, 0.0)?;
            moves.pads = vec![[0, 0]; moves.pads.len()];
        }
        for (pad, extra) in moves.pads.iter_mut().zip(ceiling) {
            pad[1] += extra;
        }
        match shape.len() {
            3 => {
                let now = self.shape(x);
                let x = self.reshape(x, &[now[0], now[1], 1, now[2]])?;
                let y = self.pooled_image(pool, x, &moves.widened())?;
                let made = self.shape(y);
                self.reshape(y, &[made[0], made[1], made[3]])
            }
            4 => self.pooled_image(pool, x, &moves),
            5 => self.pooled_volume(pool, x, &moves),
            n => refuse(format!("has {} spatial axes; 1 to 3 are supported", n - 2)),
        }
    }

    fn pooled_image(&mut self, pool: Pool, x: ValueId, moves: &Moves) -> Made<ValueId> {
        if moves.dilation.iter().any(|d| *d != 1) {
            return self.pooled_taps(pool, x, moves);
        }
        let store = self.store(x);
        if pool == Pool::Max && matches!(store, Type::U8 | Type::I8) {
            // every byte is a float
            let real = self.cast(x, Type::F32)?;
            let y = self.pooled_image(pool, real, moves)?;
            return self.cast(y, store);
        }
        let (size, window, activation) =
            ([moves.kernel[0], moves.kernel[1]], moves.window(), Activation::None);
        let op = match pool {
            Pool::Max => Op::MaxPool2d { size, window, activation },
            Pool::Average => Op::AveragePool2d { size, window, activation },
        };
        let x = self.transpose(x, &[0, 2, 3, 1])?;
        let y = self.op(op, &[x])?;
        self.transpose(y, &[0, 3, 1, 2])
    }

    /// A window whose taps lie apart: slices that meet, of an image padded with what does not count.
    fn pooled_taps(&mut self, pool: Pool, x: ValueId, moves: &Moves) -> Made<ValueId> {
        let shape = self.shape(x);
        let count = |axis: usize| {
            let [before, after] = moves.pads[axis];
            let (kernel, stride, dilation) = (moves.kernel[axis], moves.stride[axis], moves.dilation[axis]);
            positions(shape[axis + 2], [before, after], kernel, stride, dilation)
        };
        let (Some(height), Some(width)) = (count(0), count(1)) else {
            return refuse("has a window that does not fit in");
        };
        let margins = [[0, 0], [0, 0], moves.pads[0], moves.pads[1]];
        let none = if pool == Pool::Max { f64::from(f32::MIN) } else { 0.0 };
        let image = self.pad(x, &margins, none)?;
        let ones = self.full(x, &[1, 1, shape[2], shape[3]], 1.0)?;
        let ones = self.pad(ones, &margins, 0.0)?;
        let mut sums: Option<(ValueId, ValueId)> = None;
        for (ky, kx) in (0..moves.kernel[0]).flat_map(|ky| (0..moves.kernel[1]).map(move |kx| (ky, kx))) {
            let tap = |call: &mut Self, x| {
                let x = call.along(x, 2, ky * moves.dilation[0], moves.stride[0] as isize, height)?;
                call.along(x, 3, kx * moves.dilation[1], moves.stride[1] as isize, width)
            };
            let here = (tap(self, image)?, tap(self, ones)?);
            let join = if pool == Pool::Max { Binary::Maximum } else { Binary::Add };
            sums = Some(match sums {
                Some((all, n)) => (self.binary(join, all, here.0)?, self.add(n, here.1)?),
                None => here,
            });
        }
        let Some((all, n)) = sums else { return refuse("has no taps") };
        if pool == Pool::Max { Ok(all) } else { self.div(all, n) }
    }

    /// A volume: planes are pooled as a batch of images, then each column of them over the depth.
    fn pooled_volume(&mut self, pool: Pool, x: ValueId, moves: &Moves) -> Made<ValueId> {
        let shape = self.shape(x);
        let part = |axes: std::ops::Range<usize>| Moves {
            kernel: moves.kernel[axes.clone()].to_vec(),
            stride: moves.stride[axes.clone()].to_vec(),
            dilation: moves.dilation[axes.clone()].to_vec(),
            pads: moves.pads[axes].to_vec(),
        };
        let planes = self.reshape(x, &[shape[0], shape[1] * shape[2], shape[3], shape[4]])?;
        let planes = self.pooled_image(pool, planes, &part(1..3))?;
        let [_, _, h, w] = self.shape(planes)[..] else { return refuse("has no image") };
        let column = self.reshape(planes, &[shape[0], shape[1], shape[2], h * w])?;
        let mut deep = part(0..1);
        deep.kernel.push(1);
        deep.stride.push(1);
        deep.dilation.push(1);
        deep.pads.push([0, 0]);
        let y = self.pooled_image(pool, column, &deep)?;
        let depth = self.shape(y)[2];
        self.reshape(y, &[shape[0], shape[1], depth, h, w])
    }

    pub(super) fn global_pool(&mut self, op: Reduce) -> Made {
        let x = self.input(0)?;
        let axes: Vec<usize> = (2..self.rank(x)).collect();
        Ok(vec![self.reduce(op, x, &axes, true)?])
    }

    /// The root of sums of powers, everywhere or under a window.
    pub(super) fn lp_pool(&mut self, global: bool) -> Made {
        let x = self.input(0)?;
        let p = self.int("p").unwrap_or(2) as f64;
        let size = self.unary(Unary::Abs, x)?;
        let power = self.with(Binary::Pow, size, p)?;
        let sum = if global {
            let axes: Vec<usize> = (2..self.rank(x)).collect();
            self.reduce(Reduce::Sum, power, &axes, true)?
        } else {
            let (moves, ceiling) = self.pooling(x)?;
            // where a window sticks out, the mean is of all its taps: those outside are 0
            let mut margins = vec![[0, 0]; 2];
            margins.extend(moves.pads.iter().zip(&ceiling).map(|(pad, extra)| [pad[0], pad[1] + extra]));
            let taps: usize = moves.kernel.iter().product();
            let power = self.pad(power, &margins, 0.0)?;
            let still = Moves { pads: vec![[0, 0]; moves.pads.len()], ..moves };
            let mean = self.pooled(Pool::Average, power, still, &vec![0; ceiling.len()], false)?;
            self.times(mean, taps as f64)?
        };
        Ok(vec![self.with(Binary::Pow, sum, 1.0 / p)?])
    }
}
