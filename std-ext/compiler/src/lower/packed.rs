//! Layers whose weights are packed two in a word ([`packed`]).

use super::choice::Way;
use super::costs::Work;
use super::{Lowering, Slot, extent, label, name};
use crate::graph::{Node, Value};
use midge_core::ops::channelwise::{Channelwise, Layout};
use midge_core::ops::window::Window;
use midge_core::ops::{self, packed as kernel, quant::Quant};
use midge_core::plan::Kind;
use midge_core::simd::packed::{self, GROUP_SUM, GROUPS, MOST_GROUPS, Scale};
use midge_runtime::host::OperandName;
use std::ops::RangeInclusive;
use std::rc::Rc;

/// Filters by pairs of outputs.
pub(super) struct Packed {
    /// Taps of a filter, padded.
    taps: usize,
    /// Weights, a byte each: filter by filter, an even number of them.
    bytes: Vec<i8>,
    /// What else a pair has.
    pairs: Vec<i32>,
}

/// The largest sum that the half of a word has room for, with the bits behind it.
const MOST: i64 = (1 << 22) - 2;

impl Packed {
    /// From filters `[outputs][taps]`, biases with the zero point folded in, and the sums that can occur. None if halves of
    /// sums could not be told apart.
    pub(super) fn new(
        filter: &[u8],
        biases: &[i32],
        reaches: &[RangeInclusive<i64>],
        scales: &[Scale],
    ) -> Option<Self> {
        let used = filter.len() / biases.len().max(1);
        let taps = used.next_multiple_of(2);
        let mut bytes = Vec::new();
        for weights in filter.chunks_exact(used.max(1)) {
            bytes.extend(weights.iter().map(|w| w.cast_signed()));
            bytes.resize(bytes.len().next_multiple_of(taps), 0);
        }
        bytes.resize(bytes.len().next_multiple_of(2 * taps), 0);
        if !reaches.iter().skip(1).step_by(2).all(distinct) {
            return None;
        }
        let mut pairs = Vec::new();
        let outputs = biases.chunks(2).zip(scales.chunks(2));
        for (filters, (biases, scales)) in bytes.chunks_exact(2 * taps).zip(outputs) {
            let firsts = packed::firsts([biases[0], biases.get(1).copied().unwrap_or(0)]);
            pairs.extend([firsts, firsts].concat());
            pairs.push(i32::try_from(group(filters, taps)?).ok()?);
            pairs.extend(scales.iter().flat_map(|scale| scale.0));
            pairs.resize(pairs.len().next_multiple_of(kernel::PAIR), 0);
        }
        Some(Packed { taps, bytes, pairs })
    }

    /// Pairs of weights in words.
    fn words(&self) -> Vec<u8> {
        let pair = |filters: &[i8]| {
            let (low, high) = filters.split_at(self.taps);
            low.iter().zip(high).map(|(low, high)| packed::word(*low, *high)).collect::<Vec<_>>()
        };
        bytes(&self.bytes.chunks_exact(2 * self.taps).flat_map(pair).collect::<Vec<_>>())
    }
}

/// The most taps of a group that both halves of a sum have room for.
fn group(filters: &[i8], taps: usize) -> Option<usize> {
    let fits = |group: &usize| {
        let small =
            |weights: &[i8]| weights.iter().map(|w| u32::from(w.unsigned_abs())).sum::<u32>() <= GROUP_SUM;
        taps.is_multiple_of(*group) && taps / group <= MOST_GROUPS && filters.chunks(*group).all(small)
    };
    GROUPS.into_iter().find(fits)
}

/// A convolution.
pub(super) struct PackedConv<'a> {
    pub(super) node: &'a Node,
    pub(super) window: Window,
    pub(super) quant: Quant,
    pub(super) rows: usize,
    /// y and x.
    pub(super) operands: [Slot; 2],
    pub(super) filter: &'a Value,
}

/// Bytes of scratch that a block of pixels takes, if it need not be more.
const BLOCK: usize = 4096;

impl<'a> PackedConv<'a> {
    /// With weights that are packed in the plan, or for each block of pixels.
    pub(super) fn ways<'g>(self, packed: Packed, work: Work) -> [Way<'a, 'g>; 2] {
        let layer = Rc::new((self, packed));
        [(ops::CONV_2D_PACKED, false), (ops::CONV_2D_PACKED_BYTES, true)].map(|(code, small)| {
            let layer = layer.clone();
            let build = move |lower: &mut Lowering<'g>| layer.0.build(&layer.1, code, small, lower);
            Way { code, work, build: Box::new(build) }
        })
    }

    fn build(&self, packed: &Packed, code: u16, small: bool, lower: &mut Lowering<'_>) -> Result<(), String> {
        let [y, x] = self.operands;
        let taps = packed.taps;
        // taps and two sums of each pixel, a word each; pixels are multiplied by twos
        let all = self.rows * usize::from(self.window.out_w);
        let pixels = (BLOCK / (4 * (taps + 2))).min(all.next_multiple_of(2)).max(2) / 2 * 2;
        let mut operands = vec![
            y,
            lower.scratch(Kind::I32, pixels * taps, "wide taps of a block")?,
            lower.scratch(Kind::I32, pixels * 2, "sums of two outputs")?,
            lower.scratch(Kind::I8, taps, "taps of a pixel")?,
        ];
        let weights = if small {
            operands.push(lower.scratch(Kind::I32, taps, "weights of two outputs")?);
            let weights = packed.bytes.iter().map(|w| w.cast_unsigned()).collect();
            lower.constant(Kind::I8, weights, name(self.filter))
        } else {
            lower.constant(Kind::I32, packed.words(), name(self.filter))
        };
        let writes = operands.len();
        let pairs = lower.constant(Kind::I32, bytes(&packed.pairs), scales_name(self.filter));
        operands.extend([x, weights, pairs]);
        let pixels = extent(pixels, "a block of pixels")?;
        let record = kernel::Packed { window: self.window, quant: self.quant, pixels };
        lower.step(self.node, code, self.rows, writes, operands, &record.bytes())
    }
}

impl<'a> PackedConv<'a> {
    /// A depthwise convolution with a filter `[taps][channels]`, channel by channel, if it is one of those.
    pub(super) fn channelwise<'g>(
        self,
        filter: &[u8],
        biases: &[i32],
        scales: &[Scale],
        work: Work,
    ) -> Option<Way<'a, 'g>> {
        let w = self.window;
        let layout = Layout::new(&w).filter(|_| self.rows == usize::from(w.out_h) && w.in_c == w.out_c)?;
        let channels = biases.len();
        let mut weights = vec![0; channels * layout.taps()];
        for (k, filter) in filter.chunks_exact(channels.max(1)).enumerate() {
            let (row, column) = (k / usize::from(w.k_w), k % usize::from(w.k_w));
            for (w, to) in filter.iter().zip(weights.chunks_exact_mut(layout.taps())) {
                to[layout.tap(row, column)] = *w;
            }
        }
        let scales = biases.iter().zip(scales).flat_map(|(bias, scale)| [&[*bias][..], &scale.0].concat());
        let scales: Vec<u8> = scales.flat_map(i32::to_le_bytes).collect();
        let build = move |lower: &mut Lowering<'g>| {
            let ([y, x], outputs) = (self.operands, self.rows * usize::from(w.out_w));
            let operands = vec![
                y,
                lower.scratch(Kind::I32, layout.words(), "a channel")?,
                lower.scratch(Kind::I32, outputs, "sums of a channel")?,
                lower.scratch(Kind::I32, layout.taps(), "weights of a channel")?,
                x,
                lower.constant(Kind::I8, weights.clone(), name(self.filter)),
                lower.constant(Kind::I32, scales.clone(), scales_name(self.filter)),
            ];
            let record = Channelwise { window: w, quant: self.quant };
            lower.step(self.node, ops::DEPTHWISE_CONV_2D_CHANNELS, self.rows, 4, operands, &record.bytes())
        };
        Some(Way { code: ops::DEPTHWISE_CONV_2D_CHANNELS, work, build: Box::new(build) })
    }
}

/// The most inputs of a fully connected layer that are multiplied at a time: they take a word each.
const PART: usize = 320;

impl<'a> PackedRow<'a> {
    /// From filters `[out][depth]`, biases with the zero point folded in, and the sums that can occur, if their halves can
    /// be told apart.
    pub(super) fn way<'g>(
        self,
        filter: &[u8],
        biases: &[i32],
        reaches: &[RangeInclusive<i64>],
        scales: &[Scale],
        work: Work,
    ) -> Option<Way<'a, 'g>> {
        let depth = filter.len() / biases.len().max(1);
        let parts = depth.div_ceil(PART).max(1);
        let least = depth.div_ceil(parts);
        // large groups are few
        let part = if least > 16 { least.next_multiple_of(16) } else { least.next_multiple_of(2) };
        let parts = depth.div_ceil(part);
        if !reaches.iter().all(distinct) {
            return None;
        }
        let weight = |o: usize, k: usize| match (o < biases.len() && k < depth).then(|| filter[o * depth + k])
        {
            Some(w) => w.cast_signed(),
            None => 0,
        };
        let quads = biases.len().div_ceil(4);
        let (mut words, mut groups) = (Vec::new(), vec![Vec::new(); quads]);
        for (first, q) in (0..parts).flat_map(|i| (0..quads).map(move |q| (i * part, q))) {
            let of = |o: usize| (first..first + part).map(move |k| (4 * q + o, k));
            let filters: Vec<i8> = (0..4).flat_map(of).map(|(o, k)| weight(o, k)).collect();
            groups[q].push(i32::try_from(group(&filters, part)?).ok()?);
            for k in 0..part {
                let [a, b, c, d] = [0, 1, 2, 3].map(|o| filters[o * part + k]);
                words.extend([packed::word(a, c), packed::word(b, d)]);
            }
        }
        let mut rest = Vec::new();
        for ((biases, scales), groups) in biases.chunks(4).zip(scales.chunks(4)).zip(groups) {
            let mut quad = biases.to_vec();
            quad.resize(4, 0);
            quad.extend(scales.iter().flat_map(|scale| scale.0));
            quad.resize(kernel::QUAD, 0);
            rest.extend(quad.into_iter().chain(groups));
        }
        let [words, rest] = [words, rest].map(|words| bytes(&words));
        let build = move |lower: &mut Lowering<'g>| {
            let [y, x] = self.operands;
            let operands = vec![
                y,
                lower.scratch(Kind::I32, part, "a part of the inputs")?,
                lower.scratch(Kind::I32, 4 * if parts == 1 { 1 } else { quads }, "sums")?,
                x,
                lower.constant(Kind::I32, words.clone(), name(self.filter)),
                lower.constant(Kind::I32, rest.clone(), scales_name(self.filter)),
            ];
            let [depth, out] = self.extents;
            let part = extent(part, "a part of the inputs")?;
            let record = kernel::Row { depth, out, quant: self.quant, part };
            lower.step(self.node, ops::FULLY_CONNECTED_PACKED, self.rows, 3, operands, &record.bytes())
        };
        Some(Way { code: ops::FULLY_CONNECTED_PACKED, work, build: Box::new(build) })
    }
}

/// A fully connected layer.
pub(super) struct PackedRow<'a> {
    pub(super) node: &'a Node,
    /// Inputs and outputs of a row.
    pub(super) extents: [u32; 2],
    pub(super) quant: Quant,
    pub(super) rows: usize,
    /// y and x.
    pub(super) operands: [Slot; 2],
    pub(super) filter: &'a Value,
}

/// Whether the sums of an output can be told from others in their words.
fn distinct(reach: &RangeInclusive<i64>) -> bool {
    *reach.start() >= -MOST && *reach.end() <= MOST
}

fn bytes(words: &[i32]) -> Vec<u8> {
    words.iter().flat_map(|word| word.to_le_bytes()).collect()
}

fn scales_name(filter: &Value) -> OperandName {
    label(&format!("{}: biases and scales", filter.name))
}
