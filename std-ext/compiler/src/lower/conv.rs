//! CONV_2D and DEPTHWISE_CONV_2D.

use super::choice::Way;
use super::costs::Work;
use super::lanes::Filters;
use super::packed::PackedConv;
use super::places::Weights;
use super::stream::{
    halfwords_stream, nested_stream, pairs_stream, planes_stream, polynomial_stream, quads_stream,
};
use super::weighted::{Filter, Layer, whole};
use super::{Lowering, Slot, extent, name, winograd};
use crate::graph::{self, Activation, Node, Repr, Type, Value, Window};
use crate::quant::{
    Multiplier, Scale, Twice, clamp, int8, narrow, nest, nested_words, part, reach, twice_lane, twice_packed,
};
use midge_core::fixed;
use midge_core::ops::window;
use midge_core::ops::{self, conv, depthwise, quant::Quant, twos::Twos};
use midge_core::plan::Kind;
use midge_core::simd::halfwords::Layout;
use midge_core::simd::winograd as tiles;
use midge_core::simd::{nested, planes, polynomial};
use midge_runtime::host::OperandName;
use std::ops::RangeInclusive;

/// What a step of DEPTHWISE_CONV_2D_QUADS takes before its first pixel, in pixels.
const CALL: u64 = 6;

impl Lowering<'_> {
    pub(super) fn conv(
        &mut self,
        node: &Node,
        window: &Window,
        activation: Activation,
    ) -> Result<(), String> {
        let geometry = self.window(node, window, None)?;
        let filter = self.filter(node)?;
        let depth = filter.value.shape[3];
        if !self.is_plain(node, &filter)? {
            let rows = self.image_rows(node)?;
            let layer = Layer { spread: whole(geometry, depth)?, filter, rows, activation };
            return self.weighted(node, layer);
        }
        let Filter { value: filter, data, .. } = filter;
        let channels = self.convolved(node, filter, activation)?;
        let (x, y) = (self.activation(node.inputs[0])?, self.activation(node.outputs[0])?);
        let quant = channels.quant;
        let rows = self.image_rows(node)?;
        let outputs = filter.shape[0];
        let filters = data.chunks_exact((data.len() / outputs.max(1)).max(1));
        channels.bounded(filters.clone().map(|filter| filter.iter()))?;
        let taps = (data.len() / outputs.max(1)).next_multiple_of(4);
        let work = self.image_work(node, taps)?;
        let biases = fold(&data, outputs, &channels.bias, quant.x_zero);
        let mut ways: Vec<Way<'_, '_>> = Vec::new();
        let is_whole = depth == usize::from(geometry.in_c);
        if self.target.lanes()
            && is_whole
            && let Some((rounding, scales)) = channels.lanes(filters.clone())
        {
            let filters = Filters { data: data.clone(), bias: biases.clone(), scales };
            ways.push(self.conv_lanes(node, [y, x], filter, (geometry, quant), (filters, rounding))?);
        }
        // tiles of 2x2 only where a core has a loop for them
        let forms: &[_] = match is_whole && winograd::suits(&geometry) {
            true if self.target.pairs() => {
                &[(ops::CONV_2D_WINOGRAD_4, &tiles::FOUR), (ops::CONV_2D_WINOGRAD_2, &tiles::TWO)]
            }
            true if self.target.packs() => &[(ops::CONV_2D_WINOGRAD_4, &tiles::FOUR)],
            _ => &[],
        };
        for (code, form) in forms.iter().copied() {
            let Some(scales) = channels.tiled(form, filters.clone()) else { continue };
            let (data, bias) = (&data, &channels.bias);
            let (in_c, out_c) = (depth, outputs);
            let build = move |lower: &mut Self| {
                let wide =
                    lower.scratch(Kind::I16, form.wide_len(in_c), "transformed inputs of two tiles")?;
                let sums = lower.scratch(Kind::I32, form.sums(), "sums of a tile pair")?;
                let spare = ops::winograd::spare_len(form, in_c, out_c);
                let spare = lower.scratch(Kind::I8, spare, "a tile's inputs, or two tiles' outputs")?;
                let stream = winograd::stream(form, in_c, data, bias, quant.x_zero, &scales);
                let stream = lower.constant(Kind::I32, stream, name(filter));
                let record = ops::winograd::Winograd { window: geometry, quant };
                let operands = vec![y, wide, sums, spare, x, stream];
                lower.step(node, code, rows, 4, operands, &record.bytes())
            };
            let work = winograd::work(form, &geometry, rows);
            ways.push(Way { code, work, build: Box::new(build) });
        }
        let (fits, paired) = (self.target.blocks() && is_whole, in_blocks(work, 2));
        let widens = fits && self.target.pairs();
        if fits && let Some((folded, scales)) = channels.halfwords(filters.clone()) {
            let (data, biases) = (&data, &biases);
            let weights = Weights { data, bias: &channels.bias, scales: scales.clone(), folded };
            ways.extend(Self::conv_places(node, [y, x], filter, (geometry, quant, rows), weights));
            let build = move |lower: &mut Self| {
                let (wide, patch) = lower.pixel_pair(taps)?;
                let stream = halfwords_stream(Layout::matrix(folded), data, biases, &scales);
                let stream = lower.constant(Kind::I32, stream, name(filter));
                let record = conv::Halfwords { window: geometry, quant, folded: folded.into() };
                let operands = vec![y, wide, patch, x, stream];
                lower.step(node, ops::CONV_2D_HALFWORDS, rows, 3, operands, &record.bytes())
            };
            ways.push(Way { code: ops::CONV_2D_HALFWORDS, work: paired, build: Box::new(build) });
        }
        if widens && let Some((folded, scales)) = channels.nested(filters.clone()) {
            let (data, biases) = (&data, &biases);
            let build = move |lower: &mut Self| {
                let (wide, patch) = lower.pixel_pair((data.len() / outputs).next_multiple_of(nested::RUN))?;
                let stream = nested_stream(nested::Layout::MATRIX, data, biases, &scales);
                let stream = lower.constant(Kind::I32, stream, name(filter));
                let record = conv::Halfwords { window: geometry, quant, folded: folded.into() };
                let operands = vec![y, wide, patch, x, stream];
                lower.step(node, ops::CONV_2D_NESTED, rows, 3, operands, &record.bytes())
            };
            ways.push(Way { code: ops::CONV_2D_NESTED, work: paired, build: Box::new(build) });
        }
        if widens
            && Twos::suits(&geometry)
            && let Some(scales) = channels.doubled(channels.reaches(filters.clone()))
        {
            let weights = (&data[..], &channels.bias[..], scales);
            ways.extend(Self::conv_twos(node, [y, x], filter, (geometry, quant, rows), weights));
        }
        if widens && let Some((true, scales, part)) = channels.polynomial(filters.clone(), 1) {
            let weights = (&data[..], &biases[..], scales, part);
            ways.extend(Self::conv_fours(node, [y, x], filter, (geometry, quant, rows), weights));
        }
        if widens && let Some((folded, scales, part)) = channels.polynomial(filters.clone(), polynomial::RUN)
        {
            let (data, biases) = (&data, &biases);
            let build = move |lower: &mut Self| {
                let wide = lower.scratch(Kind::I32, polynomial::wide_len(taps), "taps of three pixels")?;
                let patch = lower.scratch(Kind::I8, taps * polynomial::PIXELS, "taps of pixels")?;
                let stream = polynomial_stream(data, biases, &scales, part.into());
                let stream = lower.constant(Kind::I32, stream, name(filter));
                let record =
                    ops::polynomial::Polynomial { window: geometry, quant, folded: folded.into(), part };
                let operands = vec![y, wide, patch, x, stream];
                lower.step(node, ops::CONV_2D_POLYNOMIAL, rows, 3, operands, &record.bytes())
            };
            let work = polynomial_work(work, taps, part.into());
            ways.push(Way { code: ops::CONV_2D_POLYNOMIAL, work, build: Box::new(build) });
        }
        if fits
            && outputs.is_multiple_of(2)
            && let Some(scales) = channels.halves(outputs)
        {
            let (data, biases) = (&data, &biases);
            let build = move |lower: &mut Self| {
                let (wide, patch) = lower.pixel_pair(taps)?;
                let stream = lower.constant(Kind::I32, pairs_stream(data, biases, &scales), name(filter));
                let record = conv::Pairs { window: geometry, quant };
                let operands = vec![y, wide, patch, x, stream];
                lower.step(node, ops::CONV_2D_PAIRS, rows, 3, operands, &record.bytes())
            };
            ways.push(Way { code: ops::CONV_2D_PAIRS, work: paired, build: Box::new(build) });
        }
        if self.target.packs() && is_whole {
            let layer = PackedConv { node, window: geometry, quant, rows, operands: [y, x], filter };
            let channels = channels.packed(channels.reaches(filters), &biases);
            ways.extend(layer.ways(self.graph, &data, &channels, work));
            ways.extend(layer.seen(&data, &channels));
        }
        if ways.is_empty() {
            let build = |lower: &mut Self| {
                let weights = lower.constant(Kind::I8, data.clone(), name(filter));
                let blob = lower.channels(&channels.bias, &channels.multipliers, filter);
                let depth = extent(depth, "the filter's depth")?;
                let record = conv::Conv2d { window: geometry, depth, quant };
                lower.step(node, ops::CONV_2D, rows, 1, vec![y, x, weights, blob], &record.bytes())
            };
            ways.push(Way { code: ops::CONV_2D, work, build: Box::new(build) });
        }
        let plain = data.len() + channel_bytes(&channels.bias, &channels.multipliers).len();
        self.choose(&ways, plain)
    }

    /// What a loop over output pixels does whose filter has so many taps.
    fn image_work(&self, node: &Node, taps: usize) -> Result<Work, String> {
        let y = self.output(node)?.1;
        let channels = y.shape.last().copied().unwrap_or(0).max(1);
        let (outputs, taps) = (y.elements() as u64, taps as u64);
        let pixels = outputs / channels as u64;
        Ok(Work { pixels, outputs, taps: pixels * taps, products: outputs * taps })
    }

    /// Scratch for the taps of two pixels.
    fn pixel_pair(&mut self, taps: usize) -> Result<(Slot, Slot), String> {
        let wide = self.scratch(Kind::I16, taps * 2, "wide taps of two pixels")?;
        Ok((wide, self.scratch(Kind::I8, taps, "taps of a pixel")?))
    }

    pub(super) fn depthwise(
        &mut self,
        node: &Node,
        window: &Window,
        multiplier: usize,
        activation: Activation,
    ) -> Result<(), String> {
        let geometry = self.window(node, window, None)?;
        let mut filter = self.filter(node)?;
        if self.input(node, 0)?.1.repr.store().is_float() {
            return self.depthwise_float(node, geometry, multiplier, &filter, activation);
        }
        if !self.is_plain(node, &filter)? {
            // a group for each channel, and its filters one behind the other
            let outputs = usize::from(geometry.out_c).max(1);
            let taps = filter.value.elements() / outputs;
            filter.arrange(|i| i % taps * outputs + i / taps);
            let rows = self.image_rows(node)?;
            let layer = Layer { spread: whole(geometry, 1)?, filter, rows, activation };
            return self.weighted(node, layer);
        }
        let Filter { value: filter, data, .. } = filter;
        let channels = self.convolved(node, filter, activation)?;
        let (x, y) = (self.activation(node.inputs[0])?, self.activation(node.outputs[0])?);
        let quant = channels.quant;
        let rows = self.image_rows(node)?;
        let outputs = usize::from(geometry.out_c);
        let filters = columns(&data, outputs);
        let each = filters.iter().map(Vec::as_slice);
        channels.bounded(each.clone().map(|filter| filter.iter()))?;
        let biases = fold(&filters.concat(), outputs, &channels.bias, quant.x_zero);
        let work = self.image_work(node, data.len() / outputs.max(1))?;
        let mut ways: Vec<Way<'_, '_>> = Vec::new();
        if self.target.lanes()
            && multiplier == 1
            && let Some((rounding, scales)) = channels.lanes(each.clone())
        {
            let filters = (Filters { data: filters.concat(), bias: biases.clone(), scales }, rounding);
            ways.extend(self.depthwise_windows(node, [y, x], filter, (geometry, quant), filters)?);
        }
        if self.target.pairs()
            && multiplier == 1
            && let Some(side) = planes::SIDES.into_iter().find(|side| geometry.suits_planes(*side))
            && let Some(scales) = channels.planes(each.clone())
        {
            let (filters, biases) = (&filters, &biases);
            let code =
                if side == 3 { ops::DEPTHWISE_CONV_2D_PLANES } else { ops::DEPTHWISE_CONV_2D_PLANES_5 };
            // strips of channels, their rows, and what is spread
            let strips = rows.div_ceil(planes::strip(side, [geometry.s_h, geometry.s_w].map(usize::from)));
            let [pixels, products] = [strips, rows].map(|n| (n * outputs) as u64);
            let taps = self.input(node, 0)?.1.elements() as u64;
            let work = Work { pixels, taps, products, ..work };
            let build = move |lower: &mut Self| {
                let words = geometry.plane_words(side);
                let planes = lower.scratch(Kind::I32, words, "planes of four channels")?;
                let stream = planes_stream(side, geometry.k_w.into(), filters, biases, &scales);
                let stream = lower.constant(Kind::I32, stream, name(filter));
                let record = depthwise::Planes { window: geometry, quant };
                let operands = vec![y, planes, x, stream];
                lower.step(node, code, rows, 2, operands, &record.bytes())
            };
            ways.push(Way { code, work, build: Box::new(build) });
        }
        if self.target.pairs()
            && multiplier == 1
            && let Some((true, scales)) = channels.halfwords(each.clone())
        {
            let channels = (&filters[..], &channels.bias[..], scales);
            ways.extend(Self::depthwise_few(node, [y, x], filter, (geometry, quant, rows), channels));
        }
        if self.target.blocks()
            && multiplier == 1
            && outputs.is_multiple_of(4)
            && let Some(scales) = channels.halves(outputs)
        {
            let (data, bias) = (&data, &channels.bias);
            let build = move |lower: &mut Self| {
                let patch = lower.scratch(Kind::I8, data.len(), "taps of a pixel")?;
                let stream = quads_stream(data, bias, quant.x_zero, &scales);
                let stream = lower.constant(Kind::I32, stream, name(filter));
                let record = depthwise::Quads { window: geometry, quant };
                let operands = vec![y, patch, x, stream];
                lower.step(node, ops::DEPTHWISE_CONV_2D_QUADS, rows, 2, operands, &record.bytes())
            };
            let work = Work { pixels: work.pixels + CALL, ..work };
            ways.push(Way { code: ops::DEPTHWISE_CONV_2D_QUADS, work, build: Box::new(build) });
        }
        if self.target.packs() && multiplier == 1 {
            let layer = PackedConv { node, window: geometry, quant, rows, operands: [y, x], filter };
            let channels = channels.packed(channels.reaches(each), &biases);
            ways.extend(layer.channelwise(&data, &channels, work));
        }
        if ways.is_empty() {
            let build = |lower: &mut Self| {
                let weights = lower.constant(Kind::I8, data.clone(), name(filter));
                let blob = lower.channels(&channels.bias, &channels.multipliers, filter);
                let multiplier = extent(multiplier, "the depth multiplier")?;
                let record = depthwise::DepthwiseConv2d { window: geometry, multiplier, quant };
                lower.step(node, ops::DEPTHWISE_CONV_2D, rows, 1, vec![y, x, weights, blob], &record.bytes())
            };
            ways.push(Way { code: ops::DEPTHWISE_CONV_2D, work, build: Box::new(build) });
        }
        let plain = data.len() + channel_bytes(&channels.bias, &channels.multipliers).len();
        self.choose(&ways, plain)
    }

    /// The geometry of a windowed node; `size` is the window where no filter has it.
    pub(super) fn window(
        &self,
        node: &Node,
        window: &Window,
        size: Option<[usize; 2]>,
    ) -> Result<window::Window, String> {
        let (x, y) = (self.input(node, 0)?.1, self.output(node)?.1);
        let ([_, in_h, in_w, in_c], [_, out_h, out_w, out_c]) = (&x.shape[..], &y.shape[..]) else {
            return Err("needs four dimensions, NHWC".into());
        };
        let [k_h, k_w] = match size {
            Some(size) => size,
            None => match self.input(node, 1)?.1.shape[..] {
                [_, h, w, _] => [h, w],
                _ => return Err("needs a filter of four dimensions".into()),
            },
        };
        Ok(window::Window {
            in_h: extent(*in_h, "the input's height")?,
            in_w: extent(*in_w, "the input's width")?,
            in_c: extent(*in_c, "the number of input channels")?,
            out_h: extent(*out_h, "the output's height")?,
            out_w: extent(*out_w, "the output's width")?,
            out_c: extent(*out_c, "the number of output channels")?,
            k_h: extent(k_h, "the window's height")?,
            k_w: extent(k_w, "the window's width")?,
            s_h: extent(window.stride[0], "the vertical stride")?,
            s_w: extent(window.stride[1], "the horizontal stride")?,
            d_h: extent(window.dilation[0], "the vertical dilation")?,
            d_w: extent(window.dilation[1], "the horizontal dilation")?,
            p_h: extent(window.margins.top, "the padding")?,
            p_w: extent(window.margins.left, "the padding")?,
        })
    }

    /// Rows of all images of the node's output.
    pub(super) fn image_rows(&self, node: &Node) -> Result<usize, String> {
        Ok(self.output(node)?.1.shape.iter().take(2).product())
    }

    /// What a convolution's outputs are computed with, by LiteRT's rules.
    fn convolved(&self, node: &Node, filter: &Value, activation: Activation) -> Result<Convolved, String> {
        let (x_scale, x_zero) = int8(self.input(node, 0)?.1)?;
        let y = self.output(node)?.1;
        let (y_scale, y_zero) = int8(y)?;
        let n = y.shape.last().copied().unwrap_or(0);
        let scales = filter_scales(filter, n)?;
        let multipliers: Result<Vec<_>, String> = scales
            .iter()
            .map(|scale| Multiplier::new(f64::from(x_scale) * f64::from(*scale) / f64::from(y_scale)))
            .collect();
        let (lo, hi) = clamp(activation, y_scale, y_zero);
        let quant = Quant { x_zero, y_zero, lo, hi };
        Ok(Convolved { bias: self.bias(node, n)?, multipliers: multipliers?, quant })
    }

    /// The biases of `n` channels; zeros where the node has none.
    pub(super) fn bias(&self, node: &Node, n: usize) -> Result<Vec<i32>, String> {
        if node.inputs.len() < 3 {
            return Ok(vec![0; n]);
        }
        let (value, data) = self.constant_input(node, 2)?;
        if value.repr.store() != Type::I32 {
            return Err(format!("its bias {} is {}, not int32", value.name, value.repr.store()));
        }
        let bias: Vec<i32> = data.as_chunks().0.iter().map(|b| i32::from_le_bytes(*b)).collect();
        if bias.len() == n { Ok(bias) } else { Err(format!("has {} biases for {n} channels", bias.len())) }
    }

    /// The constants of a weighted step's channels.
    pub(super) fn channels(&mut self, bias: &[i32], multipliers: &[Multiplier], filter: &Value) -> Slot {
        let name = OperandName {
            name: format!("{}: biases and multipliers", filter.name),
            shape: vec![bias.len()],
            ..OperandName::default()
        };
        self.constant(Kind::I32, channel_bytes(bias, multipliers), name)
    }
}

/// Channels as the core reads them: biases, multipliers, shifts.
pub(super) fn channel_bytes(bias: &[i32], multipliers: &[Multiplier]) -> Vec<u8> {
    let mut bytes: Vec<u8> = bias.iter().flat_map(|b| b.to_le_bytes()).collect();
    bytes.extend(multipliers.iter().flat_map(|m| m.value.to_le_bytes()));
    bytes.extend(multipliers.iter().flat_map(|m| (m.shift as i8).to_le_bytes()));
    bytes.resize(bytes.len().next_multiple_of(4), 0);
    bytes
}

/// What a convolution's outputs are computed with.
struct Convolved {
    bias: Vec<i32>,
    multipliers: Vec<Multiplier>,
    quant: Quant,
}

/// The scales of a filter with `n` output channels: one, or n.
pub(super) fn filter_scales(filter: &Value, n: usize) -> Result<&[f32], String> {
    match &filter.repr {
        Repr::Quant(graph::Quant { store: Type::I8 | Type::I4, scale, .. }) => match scale.len() {
            1 => Ok(scale),
            found if found == n => Ok(scale),
            found => Err(format!("its filter has {found} scales for {n} channels")),
        },
        other => Err(format!("its filter is {}, not quantized int8 or int4", other.store())),
    }
}

impl Convolved {
    /// No sum leaves 32 bits, whatever the input; `filters` are the weights of each channel.
    fn bounded<'a>(&self, filters: impl Iterator<Item: Iterator<Item = &'a u8>>) -> Result<(), String> {
        let sums = filters.zip(&self.bias).map(|(filter, bias)| reach(filter, *bias, self.quant.x_zero));
        sums.map(|reach| narrow(&reach)).try_for_each(|fits| fits.map(drop))
    }

    /// The multiplier of each of `n` channels, and its shift right less one, if every factor is below one half.
    fn halves(&self, n: usize) -> Option<Vec<(i32, i32)>> {
        let halves = |m: &Multiplier| match m {
            // a factor of zero: any shift will do
            Multiplier { value: 0, .. } => Some((0, 0)),
            Multiplier { value, shift } => (*shift < 0).then_some((*value, -*shift - 1)),
        };
        self.multipliers.iter().cycle().take(n).map(halves).collect()
    }

    /// The channels of such sums, with weights or without.
    fn twice<'a>(
        &self,
        sums: impl Iterator<Item = (RangeInclusive<i64>, &'a [u8])>,
    ) -> impl Iterator<Item = Twice<'a>> {
        let quant = self.quant;
        let channels = sums.zip(self.multipliers.iter().cycle());
        channels.map(move |((reach, weights), m)| Twice { multiplier: *m, quant, weights, reach })
    }

    /// How each channel's sums are scaled in vectors, and how they are rounded. None if the factors do not allow it.
    fn lanes<'a>(
        &self,
        filters: impl Iterator<Item = &'a [u8]> + Clone,
    ) -> Option<(fixed::Rounding, Vec<[i32; 2]>)> {
        [fixed::Rounding::Up, fixed::Rounding::Away].into_iter().find_map(|rounding| {
            let channels = self.twice(self.reaches(filters.clone()).zip(filters.clone()));
            let scales = channels.map(|channel| twice_lane(&channel, rounding));
            Some((rounding, scales.collect::<Option<_>>()?))
        })
    }

    /// The channels where a multiplier gives 32 bits.
    fn packed(
        &self,
        reaches: impl Iterator<Item = RangeInclusive<i64>>,
        biases: &[i32],
    ) -> Vec<crate::quant::Packed> {
        let channels = reaches.zip(self.multipliers.iter().cycle()).zip(biases);
        channels.map(|((reach, m), bias)| twice_packed(*m, self.quant, &reach, *bias)).collect()
    }

    /// How each channel's sums are scaled with 16-bit weights, and whether all in two instructions. None if the channels'
    /// weights or factors do not allow it.
    fn halfwords<'a>(&self, filters: impl Iterator<Item = &'a [u8]> + Clone) -> Option<(bool, Vec<Scale>)> {
        self.scales(self.reaches(filters.clone()).zip(filters))
    }

    /// The same with weights of a byte that share halfwords, which stay as they are.
    fn nested<'a>(&self, filters: impl Iterator<Item = &'a [u8]> + Clone) -> Option<(bool, Vec<[i32; 2]>)> {
        let reaches = self.reaches(filters.clone());
        let (folded, scales) = self.scales(reaches.clone().map(|reach| (reach, &[][..])))?;
        let words: Vec<_> = scales.iter().map(nested_words).collect::<Option<_>>()?;
        // a sum that is multiplied by zero may be any
        let reaches = reaches.zip(&words).map(|(reach, [m, _])| if *m == 0 { 0..=0 } else { reach });
        nest(&filters.collect::<Vec<_>>(), &reaches.collect::<Vec<_>>()).then_some((folded, words))
    }

    /// The same for products of polynomials, and the taps of a part, where all are filled up to a multiple of `run`.
    fn polynomial<'a>(
        &self,
        filters: impl Iterator<Item = &'a [u8]> + Clone,
        run: usize,
    ) -> Option<(bool, Vec<Scale>, u16)> {
        let part = u16::try_from(part(&filters.clone().collect::<Vec<_>>(), run)?).ok()?;
        let (folded, scales) = self.scales(self.reaches(filters).map(|reach| (reach, &[][..])))?;
        Some((folded, scales, part))
    }

    /// How sums are scaled that Winograd's tiles come to by way of many times as much. None if one has too many bits.
    fn tiled<'a>(
        &self,
        form: &tiles::Form,
        filters: impl Iterator<Item = &'a [u8]> + Clone,
    ) -> Option<Vec<Scale>> {
        let fits = |sum: i64| i32::try_from(sum.saturating_mul(2 << form.shift)).is_ok();
        let reaches = self.reaches(filters);
        let all = reaches.clone().all(|reach| fits(*reach.start()) && fits(*reach.end()));
        all.then(|| self.doubled(reaches))?
    }

    /// How sums are scaled in four instructions that no weights are part of.
    fn doubled(&self, reaches: impl Iterator<Item = RangeInclusive<i64>>) -> Option<Vec<Scale>> {
        self.twice(reaches.map(|reach| (reach, &[][..]))).map(|channel| channel.doubled()).collect()
    }

    /// The sums of each channel.
    fn reaches<'a>(
        &self,
        filters: impl Iterator<Item = &'a [u8]> + Clone,
    ) -> impl Iterator<Item = RangeInclusive<i64>> + Clone {
        filters.zip(&self.bias).map(|(weights, bias)| reach(weights, *bias, self.quant.x_zero))
    }

    /// How sums are scaled, and whether all in two instructions; with the weights of each that a power of two is
    /// multiplied into.
    fn scales<'a>(
        &self,
        sums: impl Iterator<Item = (RangeInclusive<i64>, &'a [u8])> + Clone,
    ) -> Option<(bool, Vec<Scale>)> {
        let channels = || self.twice(sums.clone());
        let folded = channels().map(|channel| channel.folded()).collect::<Option<_>>();
        let doubled = || channels().map(|channel| channel.doubled()).collect::<Option<_>>();
        folded.map(|scales| (true, scales)).or_else(|| Some((false, doubled()?)))
    }

    /// How each channel's sums are scaled with 16-bit weights, where any may be in two instructions.
    fn planes<'a>(&self, filters: impl Iterator<Item = &'a [u8]> + Clone) -> Option<Vec<Scale>> {
        let channels = self.twice(self.reaches(filters.clone()).zip(filters));
        channels.map(|channel| channel.folded().or_else(|| channel.doubled())).collect()
    }
}

/// The work where pixels are made so many at a time, the last of them as if there were more.
pub(super) fn in_blocks(work: Work, block: u64) -> Work {
    let whole = |n: u64| n / work.pixels.max(1) * work.pixels.next_multiple_of(block);
    Work { outputs: whole(work.outputs), taps: whole(work.taps), products: whole(work.products), ..work }
}

/// What products of polynomials do: pixels come in threes, and where sums are taken out at the end of each part, an output
/// costs as much as some taps of it do.
fn polynomial_work(work: Work, taps: usize, part: usize) -> Work {
    const PART: u64 = 12;
    let parts = Some(taps.div_ceil(part) as u64).filter(|parts| *parts > 1).unwrap_or(0);
    let work = in_blocks(work, 3);
    Work { products: work.products + work.outputs * parts * PART, ..work }
}

/// The weights of each channel of a filter `[taps][channels]`.
fn columns(filter: &[u8], channels: usize) -> Vec<Vec<u8>> {
    (0..channels).map(|c| filter.iter().skip(c).step_by(channels.max(1)).copied().collect()).collect()
}

/// The biases of filters `[outputs][taps]` with the input's zero point folded in, which padding stands for.
pub(super) fn fold(filter: &[u8], outputs: usize, bias: &[i32], x_zero: i8) -> Vec<i32> {
    let taps = (filter.len() / outputs.max(1)).max(1);
    let sums = filter.chunks_exact(taps).map(|w| w.iter().fold(0i32, |sum, w| sum + i32::from(*w as i8)));
    bias.iter().zip(sums).map(|(bias, sum)| bias.wrapping_sub(sum.wrapping_mul(i32::from(x_zero)))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_beyond_32_bits_are_refused() {
        let quant = Quant { x_zero: 0, y_zero: 0, lo: -128, hi: 127 };
        let said = |bias| {
            Convolved { bias, multipliers: vec![], quant }.bounded([[2u8].iter(), [1].iter()].into_iter())
        };
        assert_eq!(said(vec![i32::MAX - 254, i32::MAX - 127]), Ok(()));
        assert!(said(vec![0, i32::MAX - 126]).unwrap_err().contains("beyond 32 bits"));
    }
}
