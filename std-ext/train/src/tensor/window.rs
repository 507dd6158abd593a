//! Convolutions and pools over images `[n, c, h, w]`, and over signals `[n, c, w]`.

use super::{Tensor, compute, compute_one};
use crate::autograd::{Grad, record, record_all};
use crate::device::{Op, Pool, Type, Window};
use crate::{Error, Result, Shape};

const SIGNAL: &str = "a signal [n, channels, width]";

/// A window of an image of one row.
fn along(size: usize, stride: usize, padding: usize) -> Window {
    Window { size: [1, size], stride: [1, stride], padding: [[0, 0], [padding; 2]], dilation: [1, 1] }
}

impl Tensor {
    /// Images `[n, c, h, w]` with filters `[o, c / groups, kh, kw]` and a bias `[o]`. Sizes of the window come from the
    /// filters.
    ///
    /// # Errors
    /// Sizes do not fit, or the window is larger than the image.
    pub fn conv2d(
        &self,
        filter: &Tensor,
        bias: Option<&Tensor>,
        window: Window,
        groups: usize,
    ) -> Result<Tensor> {
        let refused = |right: &Tensor, why| Error::Shapes {
            op: "conv2d",
            left: self.shape().clone(),
            right: right.shape().clone(),
            why,
        };
        let ([n, c, h, w], [o, ic, kh, kw]) = (self.image("conv2d")?, filter.image("conv2d")?);
        if groups == 0 || c != ic * groups || o % groups != 0 {
            return Err(refused(
                filter,
                "filters are [out, in / groups, height, width], and groups divide both",
            ));
        }
        if let Some(bias) = bias.filter(|bias| bias.shape()[..] != [o]) {
            return Err(refused(bias, "a bias has an element for each filter"));
        }
        let window = Window { size: [kh, kw], ..window };
        let Some([oh, ow]) = window.fits([h, w]) else {
            return Err(refused(filter, "the filter is larger than the padded image"));
        };
        let x = self.float("conv2d")?.detach().contiguous()?;
        let weights = filter.float("conv2d")?.detach().contiguous()?;
        let mut reads = vec![&x, &weights];
        reads.extend(bias);
        let output = compute_one(&Op::Conv { window, groups }, &reads, [n, o, oh, ow])?;
        let mut inputs = vec![self, filter];
        inputs.extend(bias);
        let wanted: Vec<bool> = inputs.iter().map(|t| t.requires_grad()).collect();
        let shapes = [self.shape().clone(), filter.shape().clone()];
        Ok(record_all("conv2d", output, &inputs, &[&x, &weights], move |saved, g| {
            let [x, weights] = saved else { return Ok(Vec::new()) };
            let g = g.contiguous()?;
            let of = |i: usize, f: &dyn Fn() -> Result<Tensor>| {
                wanted.get(i).is_some_and(|&wanted| wanted).then(|| f().map(Grad::Whole)).transpose()
            };
            let mut grads = vec![
                of(0, &|| compute_one(&Op::ConvImage { window, groups }, &[&g, weights], &shapes[0]))?,
                of(1, &|| compute_one(&Op::ConvFilter { window, groups }, &[x, &g], &shapes[1]))?,
            ];
            if wanted.len() > 2 {
                grads.push(of(2, &|| g.sum(&[0, 2, 3], false))?);
            }
            Ok(grads)
        }))
    }

    /// Signals `[n, c, w]` with filters `[o, c / groups, k]`; padding is before and behind the signal.
    ///
    /// # Errors
    /// Sizes do not fit.
    pub fn conv1d(
        &self,
        filter: &Tensor,
        bias: Option<&Tensor>,
        stride: usize,
        padding: [usize; 2],
        dilation: usize,
        groups: usize,
    ) -> Result<Tensor> {
        let window =
            Window { size: [1, 1], stride: [1, stride], padding: [[0, 0], padding], dilation: [1, dilation] };
        let filter = filter.wide("conv1d", "a filter [out, in, width]")?;
        self.wide("conv1d", SIGNAL)?.conv2d(&filter, bias, window, groups)?.squeeze(2)
    }

    /// The greatest of each window.
    ///
    /// # Errors
    /// It has not four axes, or the window is larger than the image.
    pub fn max_pool2d(&self, window: Window) -> Result<Tensor> {
        self.pool("max_pool2d", Pool::Max, window)
    }

    /// The mean of each window; `padded` says whether padding counts.
    ///
    /// # Errors
    /// It has not four axes, or the window is larger than the image.
    pub fn avg_pool2d(&self, window: Window, padded: bool) -> Result<Tensor> {
        self.pool("avg_pool2d", Pool::Average { padded }, window)
    }

    /// The greatest of each window of a signal `[n, c, w]`; padding is before and behind the signal.
    ///
    /// # Errors
    /// It has not three axes, or the window is larger than the signal.
    pub fn max_pool1d(&self, size: usize, stride: usize, padding: usize) -> Result<Tensor> {
        self.wide("max_pool1d", SIGNAL)?.max_pool2d(along(size, stride, padding))?.squeeze(2)
    }

    /// The mean of each window of a signal `[n, c, w]`; `padded` says whether padding counts.
    ///
    /// # Errors
    /// It has not three axes, or the window is larger than the signal.
    pub fn avg_pool1d(&self, size: usize, stride: usize, padding: usize, padded: bool) -> Result<Tensor> {
        self.wide("avg_pool1d", SIGNAL)?.avg_pool2d(along(size, stride, padding), padded)?.squeeze(2)
    }

    fn pool(&self, name: &'static str, pool: Pool, window: Window) -> Result<Tensor> {
        let [n, c, h, w] = self.image(name)?;
        // More padding than half a window would make windows of nothing but padding.
        let overhangs = (0..2).any(|d| {
            window.padding[d].iter().any(|&p| 2 * p > window.dilation[d] * (window.size[d].max(1) - 1) + 1)
        });
        let (Some([oh, ow]), false) = (window.fits([h, w]), overhangs) else {
            return Err(self.shape().wrong(
                name,
                format!("a window of {:?} with padding {:?} does not fit", window.size, window.padding),
            ));
        };
        if window.size[0] * window.size[1] > 256 && pool == Pool::Max {
            return Err(self.shape().wrong(name, "a window has 256 elements at most"));
        }
        let x = self.float(name)?.detach().contiguous()?.reshape([n * c, h, w])?;
        let (raw, shape) = (Shape::from([n * c, oh, ow]), Shape::from([n, c, oh, ow]));
        let op = Op::Pool { pool, window };
        let (output, places) = match pool {
            Pool::Max => {
                let [output, places] =
                    compute(&op, &[&x], [(Type::F32, raw.clone()), (Type::U8, raw.clone())])?;
                (output, Some(places))
            }
            Pool::Average { .. } => (compute_one(&op, &[&x], &raw)?, None),
        };
        let saved: Vec<&Tensor> = places.iter().collect();
        let before = self.shape().clone();
        Ok(record(name, output.reshape(shape)?, [self], &saved, move |saved, g| {
            let g = g.contiguous()?.reshape(&raw)?;
            let mut reads = vec![&g];
            reads.extend(saved);
            Ok([Some(Grad::Whole(Tensor::shaped(
                &Op::PoolImage { pool, window },
                &reads,
                [n * c, h, w],
                &before,
            )?))])
        }))
    }

    /// Means of windows that are as even as they can be, so that `size` pixels come out.
    ///
    /// # Errors
    /// It has not four axes, or a size is 0.
    pub fn adaptive_avg_pool2d(&self, size: [usize; 2]) -> Result<Tensor> {
        let [_, _, h, w] = self.image("adaptive_avg_pool2d")?;
        if size.contains(&0) {
            return Err(self.shape().wrong("adaptive_avg_pool2d", "no pixels are asked for"));
        }
        if size == [1, 1] {
            return self.mean(&[2, 3], true);
        }
        // Means along rows and columns are products with matrices of shares.
        let shares = |from: usize, to: usize| {
            let mut shares = vec![0.0f32; from * to];
            for (i, row) in shares.chunks_mut(from.max(1)).enumerate() {
                let (start, end) = (i * from / to, ((i + 1) * from).div_ceil(to));
                row[start..end].fill(1.0 / (end - start) as f32);
            }
            Tensor::from_vec_on(self.device(), shares, [to, from])
        };
        shares(h, size[0])?.matmul(self)?.matmul(&shares(w, size[1])?.transpose(0, 1)?)
    }

    /// [`Tensor::adaptive_avg_pool2d`] of a signal `[n, c, w]`.
    ///
    /// # Errors
    /// It has not three axes, or the size is 0.
    pub fn adaptive_avg_pool1d(&self, size: usize) -> Result<Tensor> {
        self.wide("adaptive_avg_pool1d", SIGNAL)?.adaptive_avg_pool2d([1, size])?.squeeze(2)
    }

    /// The greatest of windows that are as even as they can be, so that `size` pixels come out. Where several are the greatest
    /// of windows that overlap, they share the gradient.
    ///
    /// # Errors
    /// It has not four axes, or a size is 0 or larger than the image.
    pub fn adaptive_max_pool2d(&self, size: [usize; 2]) -> Result<Tensor> {
        let [_, _, h, w] = self.image("adaptive_max_pool2d")?;
        let even =
            |from: usize, to: usize| from.checked_div(to).filter(|size| *size > 0 && from.is_multiple_of(to));
        if size == [1, 1] {
            return self.amax(&[2, 3], true);
        }
        if let (Some(down), Some(across)) = (even(h, size[0]), even(w, size[1]))
            && down * across <= 256
        {
            let window = [down, across];
            return self.max_pool2d(Window {
                size: window,
                stride: window,
                padding: [[0, 0]; 2],
                dilation: [1, 1],
            });
        }
        if size.contains(&0) || size[0] > h || size[1] > w {
            let why = format!("{size:?} pixels are asked for, and there are {h}x{w}");
            return Err(self.shape().wrong("adaptive_max_pool2d", why));
        }
        // the greatest of a window is that of its rows' greatest
        let along = |x: &Tensor, axis: usize| {
            let (from, to) = (x.shape()[axis], size[axis - 2]);
            let part = |i: usize| {
                let (start, end) = (i * from / to, ((i + 1) * from).div_ceil(to));
                x.narrow(axis as isize, start, end - start)?.amax(&[axis as isize], true)
            };
            let parts = (0..to).map(part).collect::<Result<Vec<_>>>()?;
            Tensor::cat(&parts.iter().collect::<Vec<_>>(), axis as isize)
        };
        along(&along(self, 2)?, 3)
    }

    /// A signal, or a filter of one, as an image of one row.
    fn wide(&self, name: &'static str, what: &str) -> Result<Tensor> {
        match self.rank() {
            3 => self.unsqueeze(2),
            _ => Err(self.shape().wrong(name, format!("{what} has three axes"))),
        }
    }

    fn image(&self, name: &'static str) -> Result<[usize; 4]> {
        <[usize; 4]>::try_from(&self.shape()[..])
            .map_err(|_| self.shape().wrong(name, "four axes are needed"))
    }
}
