//! Convolutions of an ONNX file. Images of one axis gain another of 1; those of three are sums over slices.

use super::call::Call;
use super::{Made, damaged, refuse};
use crate::graph::{Activation, Margins, Op, ValueId, Window};
use crate::shapes::{positions, reach};

/// How a window moves along each spatial axis.
#[derive(Clone, Debug)]
pub(super) struct Moves {
    pub(super) kernel: Vec<usize>,
    pub(super) stride: Vec<usize>,
    pub(super) dilation: Vec<usize>,
    /// Before and after.
    pub(super) pads: Vec<[usize; 2]>,
}

impl Moves {
    /// With a new axis in front, of 1.
    pub(super) fn widened(mut self) -> Self {
        self.kernel.insert(0, 1);
        self.stride.insert(0, 1);
        self.dilation.insert(0, 1);
        self.pads.insert(0, [0, 0]);
        self
    }

    /// The window over two axes.
    pub(super) fn window(&self) -> Window {
        let [[top, bottom], [left, right]] = [self.pads[0], self.pads[1]];
        Window {
            stride: [self.stride[0], self.stride[1]],
            dilation: [self.dilation[0], self.dilation[1]],
            margins: Margins { top, bottom, left, right },
        }
    }
}

impl Call<'_, '_> {
    /// The attributes of a window over an image of these extents.
    pub(super) fn moves(&mut self, image: &[usize], kernel: Vec<usize>) -> Made<Moves> {
        let n = image.len();
        if image.contains(&0) {
            return refuse("has an image without pixels");
        }
        let stride = self.sizes("strides", n, 1)?;
        let dilation = self.sizes("dilations", n, 1)?;
        let auto = self.text("auto_pad", "NOTSET");
        let far: Option<Vec<usize>> = kernel.iter().zip(&dilation).map(|(k, d)| reach(*k, *d)).collect();
        let Some(far) = far.filter(|far| far.iter().all(|reach| *reach < 1 << 15)) else {
            return Err(damaged("its window", format!("{kernel:?} by {dilation:?} is too large")).into());
        };
        let pads = match auto.as_str() {
            "SAME_UPPER" | "SAME_LOWER" => {
                let around = |axis: usize| {
                    let last = (image[axis].div_ceil(stride[axis]) - 1) * stride[axis];
                    let total = (last + far[axis]).saturating_sub(image[axis]);
                    let (less, more) = (total / 2, total - total / 2);
                    if auto == "SAME_UPPER" { [less, more] } else { [more, less] }
                };
                (0..n).map(around).collect()
            }
            "VALID" => vec![[0, 0]; n],
            _ => self.pads(n)?,
        };
        Ok(Moves { kernel, stride, dilation, pads })
    }

    /// The attribute `pads`: all that come before, then all behind.
    pub(super) fn pads(&self, n: usize) -> Made<Vec<[usize; 2]>> {
        let Some(pads) = self.ints("pads") else { return Ok(vec![[0, 0]; n]) };
        let sizes: Vec<usize> =
            pads.iter().filter_map(|p| usize::try_from(*p).ok().filter(|p| *p < 1 << 15)).collect();
        if sizes.len() != 2 * n || pads.len() != 2 * n {
            return refuse(format!("has pads of {pads:?}; {} that are not negative are supported", 2 * n));
        }
        Ok((0..n).map(|axis| [sizes[axis], sizes[axis + n]]).collect())
    }

    pub(super) fn conv(&mut self) -> Made {
        let (x, filter) = (self.input(0)?, self.input(1)?);
        let filter = self.fixed(filter, "filter")?;
        let bias = match self.maybe(2) {
            Some(bias) => Some(self.fixed(bias, "bias")?),
            None => None,
        };
        let groups = self.sizes_of_groups()?;
        let (shape, taps) = (self.shape(x), self.shape(filter));
        if shape.len() < 3 || taps.len() != shape.len() {
            return refuse(format!("convolves {shape:?} with {taps:?}"));
        }
        let moves = self.moves(&shape[2..], taps[2..].to_vec())?;
        Ok(vec![self.convolve(x, filter, bias, moves, groups)?])
    }

    fn sizes_of_groups(&self) -> Made<usize> {
        match usize::try_from(self.int("group").unwrap_or(1)) {
            Ok(groups) if groups > 0 => Ok(groups),
            _ => Err(damaged("its group", "it is not positive").into()),
        }
    }

    /// A convolution of an image, channels first, by a filter `[out, in / groups, taps..]`.
    pub(super) fn convolve(
        &mut self,
        x: ValueId,
        filter: ValueId,
        bias: Option<ValueId>,
        moves: Moves,
        groups: usize,
    ) -> Made<ValueId> {
        let (shape, taps) = (self.shape(x), self.shape(filter));
        match shape.len() {
            3 => {
                let x = self.reshape(x, &[shape[0], shape[1], 1, shape[2]])?;
                let filter = self.reshape(filter, &[taps[0], taps[1], 1, taps[2]])?;
                let y = self.convolve(x, filter, bias, moves.widened(), groups)?;
                let made = self.shape(y);
                self.reshape(y, &[made[0], made[1], made[3]])
            }
            4 => self.convolve_image(x, filter, bias, &moves, groups),
            5 => self.convolve_volume(x, filter, bias, moves, groups),
            n => refuse(format!("has {} spatial axes; 1 to 3 are supported", n - 2)),
        }
    }

    fn convolve_image(
        &mut self,
        x: ValueId,
        filter: ValueId,
        bias: Option<ValueId>,
        moves: &Moves,
        groups: usize,
    ) -> Made<ValueId> {
        let (channels, taps) = (self.shape(x)[1], self.shape(filter));
        if taps[1].checked_mul(groups) != Some(channels) || !taps[0].is_multiple_of(groups) {
            return Err(damaged(
                "its filter",
                format!("{taps:?} in {groups} groups for {channels} channels"),
            )
            .into());
        }
        let (window, activation) = (moves.window(), Activation::None);
        let depthwise = groups == channels && groups > 1;
        let (op, order) = match depthwise {
            true => {
                let multiplier = taps[0] / channels;
                (Op::DepthwiseConv2d { window, multiplier, activation }, [1, 2, 3, 0])
            }
            false => (Op::Conv2d { window, activation }, [0, 2, 3, 1]),
        };
        let x = self.transpose(x, &[0, 2, 3, 1])?;
        let filter = self.transpose(filter, &order)?;
        let inputs: Vec<ValueId> = [x, filter].into_iter().chain(bias).collect();
        let y = self.op(op, &inputs)?;
        self.transpose(y, &[0, 3, 1, 2])
    }

    /// A volume: for each tap of the depth, the planes that it meets, convolved as a batch of images, and all summed.
    fn convolve_volume(
        &mut self,
        x: ValueId,
        filter: ValueId,
        bias: Option<ValueId>,
        moves: Moves,
        groups: usize,
    ) -> Made<ValueId> {
        let shape = self.shape(x);
        let (taps, [before, after]) = (moves.kernel[0], moves.pads[0]);
        let (stride, dilation) = (moves.stride[0], moves.dilation[0]);
        let Some(depth) = positions(shape[2], [before, after], taps, stride, dilation) else {
            return refuse("has a window that does not fit in");
        };
        let x = self.pad(x, &[[0, 0], [0, 0], [before, after], [0, 0], [0, 0]], 0.0)?;
        let image = Moves {
            kernel: moves.kernel[1..].to_vec(),
            stride: moves.stride[1..].to_vec(),
            dilation: moves.dilation[1..].to_vec(),
            pads: moves.pads[1..].to_vec(),
        };
        let mut sum = None;
        for tap in 0..taps {
            let planes = self.along(x, 2, tap * dilation, stride as isize, depth)?;
            let planes = self.transpose(planes, &[0, 2, 1, 3, 4])?;
            let batch = self.reshape(planes, &[shape[0] * depth, shape[1], shape[3], shape[4]])?;
            let weights = self.at(filter, 2, tap)?;
            let bias = bias.filter(|_| tap == 0);
            let made = self.convolve_image(batch, weights, bias, &image, groups)?;
            sum = Some(match sum {
                Some(sum) => self.add(sum, made)?,
                None => made,
            });
        }
        let Some(y) = sum else { return refuse("has no taps") };
        let made = self.shape(y);
        let y = self.reshape(y, &[shape[0], depth, made[1], made[2], made[3]])?;
        self.transpose(y, &[0, 2, 1, 3, 4])
    }

    /// The transpose of a convolution: inputs x and a filter `[in, out / groups, taps..]`.
    pub(super) fn conv_transpose(&mut self) -> Made {
        let (mut x, filter) = (self.input(0)?, self.input(1)?);
        let mut filter = self.fixed(filter, "filter")?;
        let bias = match self.maybe(2) {
            Some(bias) => Some(self.fixed(bias, "bias")?),
            None => None,
        };
        let groups = self.sizes_of_groups()?;
        let (shape, taps) = (self.shape(x), self.shape(filter));
        if !(3..=4).contains(&shape.len()) || taps.len() != shape.len() {
            return refuse(format!(
                "has {} spatial axes; 1 and 2 are supported",
                shape.len().saturating_sub(2)
            ));
        }
        let (mut moves, mut extra) = self.spreading(&shape[2..], taps[2..].to_vec())?;
        if shape.len() == 3 {
            x = self.reshape(x, &[shape[0], shape[1], 1, shape[2]])?;
            filter = self.reshape(filter, &[taps[0], taps[1], 1, taps[2]])?;
            moves = moves.widened();
            extra.insert(0, 0);
        }
        let filter = self.spread(filter, &mut moves)?;
        let inner = self.shape(x)[1];
        if !inner.is_multiple_of(groups) || inner != self.shape(filter)[0] {
            return Err(damaged("its filter", format!("{taps:?} in {groups} groups for {shape:?}")).into());
        }
        let each = inner / groups;
        let mut parts = Vec::new();
        for group in 0..groups {
            let x = self.along(x, 1, group * each, 1, each)?;
            let filter = self.along(filter, 0, group * each, 1, each)?;
            let out = self.shape(filter)[1];
            let bias = match bias {
                Some(bias) => Some(self.along(bias, 0, group * out, 1, out)?),
                None => None,
            };
            parts.push(self.transposed_image(x, filter, bias, &moves, &extra)?);
        }
        let y = self.concat(&parts, 1)?;
        let mut made = self.shape(y);
        if shape.len() == 3 {
            made.remove(2);
        }
        Ok(vec![self.reshape(y, &made)?])
    }

    /// A window and how much is added behind the output, by attributes of the output's size.
    fn spreading(&mut self, image: &[usize], kernel: Vec<usize>) -> Made<(Moves, Vec<usize>)> {
        let n = image.len();
        let extra = match self.ints("output_padding") {
            Some(ints) => {
                ints.iter().filter_map(|p| usize::try_from(*p).ok().filter(|p| *p < 1 << 15)).collect()
            }
            None => vec![0; n],
        };
        if extra.len() != n || image.contains(&0) {
            return refuse("has an output padding that is none");
        }
        let auto = self.text("auto_pad", "NOTSET");
        let (stride, dilation) = (self.sizes("strides", n, 1)?, self.sizes("dilations", n, 1)?);
        let wanted =
            self.ints("output_shape").map(|wanted| wanted[wanted.len().saturating_sub(n)..].to_vec());
        if wanted.is_none() && !auto.starts_with("SAME") {
            let pads = if auto == "VALID" { vec![[0, 0]; n] } else { self.pads(n)? };
            return Ok((Moves { kernel, stride, dilation, pads }, extra));
        }
        let mut pads = Vec::new();
        for axis in 0..n {
            let Some(far) = reach(kernel[axis], dilation[axis]) else { return refuse("has no taps") };
            let whole = (image[axis] - 1) * stride[axis] + far + extra[axis];
            let target = match wanted.as_ref().map(|wanted| wanted.get(axis)) {
                Some(wanted) => wanted.and_then(|n| usize::try_from(*n).ok()).unwrap_or(0),
                None => image[axis] * stride[axis],
            };
            if target > whole {
                return refuse(format!("makes {target} elements where its window reaches {whole}"));
            }
            let total = whole - target;
            let (less, more) = (total / 2, total - total / 2);
            pads.push(if auto == "SAME_UPPER" { [less, more] } else { [more, less] });
        }
        Ok((Moves { kernel, stride, dilation, pads }, extra))
    }

    /// A filter whose taps lie next to each other: zeros between.
    fn spread(&mut self, filter: ValueId, moves: &mut Moves) -> Made<ValueId> {
        let mut made = filter;
        for axis in 0..2 {
            let (taps, by) = (moves.kernel[axis], moves.dilation[axis]);
            if by == 1 {
                continue;
            }
            let mut shape = self.shape(made);
            shape[axis + 2] = 1;
            let none = self.full(filter, &shape, 0.0)?;
            let mut parts = Vec::new();
            for tap in 0..taps {
                parts.extend(vec![none; if tap > 0 { by - 1 } else { 0 }]);
                parts.push(self.along(made, axis + 2, tap, 1, 1)?);
            }
            made = self.concat(&parts, axis + 2)?;
            (moves.kernel[axis], moves.dilation[axis]) = (parts.len(), 1);
        }
        Ok(made)
    }

    fn transposed_image(
        &mut self,
        x: ValueId,
        filter: ValueId,
        bias: Option<ValueId>,
        moves: &Moves,
        extra: &[usize],
    ) -> Made<ValueId> {
        let (shape, out) = (self.shape(x), self.shape(filter)[1]);
        let size = |axis: usize| {
            let whole = (shape[axis + 2] - 1) * moves.stride[axis] + moves.kernel[axis] + extra[axis];
            whole.checked_sub(moves.pads[axis][0] + moves.pads[axis][1]).filter(|n| *n > 0)
        };
        let (Some(height), Some(width)) = (size(0), size(1)) else {
            return refuse("makes an image of no size");
        };
        let x = self.transpose(x, &[0, 2, 3, 1])?;
        let filter = self.transpose(filter, &[1, 2, 3, 0])?;
        let inputs: Vec<ValueId> = [x, filter].into_iter().chain(bias).collect();
        let op = Op::TransposeConv { window: moves.window(), activation: Activation::None };
        let y = self.shaped(op, &inputs, &[shape[0], height, width, out])?;
        self.transpose(y, &[0, 3, 1, 2])
    }
}
