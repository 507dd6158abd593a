//! Layers whose weights are packed two in a word ([`packed`]).

use super::choice::Way;
use super::conv::in_blocks;
use super::costs::Work;
use super::{Lowering, Slot, extent, label, name};
use crate::graph::{Graph, Node, Value};
use crate::quant::Packed as Channel;
use midge_core::ops::channelwise::{Channelwise, Layout};
use midge_core::ops::halves::Halves;
use midge_core::ops::pixels::Pixels;
use midge_core::ops::window::Window;
use midge_core::ops::{self, packed as kernel, quant::Quant};
use midge_core::plan::Kind;
use midge_core::simd::packed::plane::Plane;
use midge_core::simd::packed::{self, GROUP_SUM, GROUPS, MOST_GROUPS, PART_SUM};
use midge_runtime::host::OperandName;
use std::iter;

/// Filters by pairs of outputs.
struct Packed {
    /// Taps of a filter, padded.
    taps: usize,
    /// Pairs of weights.
    words: Vec<i32>,
    /// What else a pair has.
    pairs: Vec<i32>,
    /// Products, as [`in_groups`] counts them.
    products: u64,
}

impl Packed {
    /// From filters `[outputs][taps]` that make so many products. None if halves of sums could not be told apart.
    fn new(filter: &[u8], channels: &[Channel], products: u64) -> Option<Self> {
        let (taps, bytes) = padded(filter, channels.len());
        if !channels.iter().skip(1).step_by(2).all(|channel| channel.distinct) {
            return None;
        }
        let (mut words, mut pairs, mut groups) = (Vec::new(), Vec::new(), Vec::new());
        for (filters, channels) in bytes.chunks(2 * taps).zip(channels.chunks(2)) {
            let (low, high) = filters.split_at(taps);
            let high = high.iter().copied().chain(iter::repeat(0));
            words.extend(low.iter().zip(high).map(|(low, high)| packed::word(*low, high)));
            let firsts =
                packed::firsts([channels[0].bias, channels.get(1).map_or(0, |channel| channel.bias)]);
            pairs.extend([firsts, firsts].concat());
            groups.push(group(filters, taps, taps)?);
            pairs.push(i32::try_from(*groups.last()?).ok()?);
            pairs.extend(channels.iter().flat_map(|channel| channel.scale.0));
            pairs.resize(pairs.len().next_multiple_of(kernel::PAIR), 0);
        }
        Some(Packed { taps, words, pairs, products: in_groups(products, &groups) })
    }
}

/// Filters for pixels that lie two in a word.
struct Filters {
    /// Taps of a filter, padded, and those that have room for their sums.
    taps: usize,
    part: usize,
    /// Filter by filter.
    bytes: Vec<u8>,
    /// What else an output has.
    outputs: Vec<i32>,
    /// Products, as [`in_groups`] counts them.
    products: u64,
}

impl Filters {
    /// As [`Packed::new`], but sums may be made in parts.
    fn new(filter: &[u8], channels: &[Channel], products: u64) -> Option<Self> {
        let (taps, bytes) = padded(filter, channels.len());
        let filters = || bytes.chunks_exact(taps);
        let part = if channels.iter().all(|channel| channel.distinct) {
            taps
        } else {
            let held = |part: &usize| {
                filters().flat_map(|filter| filter.chunks(*part)).all(|part| sum(part) <= PART_SUM)
            };
            (2..=taps / 16).map(|parts| taps.div_ceil(parts).next_multiple_of(16)).find(held)?
        };
        let groups: Vec<_> = filters().map(|filter| group(filter, taps, part)).collect::<Option<_>>()?;
        let mut outputs = Vec::new();
        for (channel, group) in channels.iter().zip(&groups) {
            outputs.extend([channel.bias, i32::try_from(*group).ok()?]);
            outputs.extend(channel.scale.0);
        }
        let bytes = bytes.into_iter().map(i8::cast_unsigned).collect();
        Some(Filters { taps, part, bytes, outputs, products: in_groups(products, &groups) })
    }
}

/// Filters with zeros behind them, so that their taps are an even number; and that number.
fn padded(filter: &[u8], outputs: usize) -> (usize, Vec<i8>) {
    let used = (filter.len() / outputs.max(1)).max(1);
    let taps = used.next_multiple_of(2);
    let mut bytes = Vec::new();
    for weights in filter.chunks_exact(used) {
        bytes.extend(weights.iter().map(|w| w.cast_signed()));
        bytes.resize(bytes.len().next_multiple_of(taps), 0);
    }
    (taps, bytes)
}

/// Products, as many as cost the same in groups of two.
pub(super) fn in_groups(products: u64, groups: &[usize]) -> u64 {
    let sixteenths = |group: &usize| match group {
        16 => 11,
        8 => 12,
        4 => 14,
        _ => 16,
    };
    products * groups.iter().map(sixteenths).sum::<u64>() / (16 * groups.len().max(1) as u64)
}

/// The most taps of a group that both halves of a sum have room for, where sums are made of so many taps at a time.
pub(super) fn group(filters: &[i8], taps: usize, part: usize) -> Option<usize> {
    let fits = |group: &usize| {
        let small = |weights: &[i8]| sum(weights) <= GROUP_SUM;
        taps.is_multiple_of(*group) && part / group <= MOST_GROUPS && filters.chunks(*group).all(small)
    };
    GROUPS.into_iter().find(fits)
}

/// Whether groups of two planes end behind two taps and the third, not behind three. None if those have no room either.
fn tight(weights: &[i8], plane: &Plane) -> Option<bool> {
    let small = |taps: &[i8]| sum(taps) <= GROUP_SUM;
    let fits = |tight: &bool| {
        let most = if *tight { 2 } else { 3 };
        weights.chunks(plane.chunk).all(|taps| {
            let (first, last) = taps.split_at(3);
            first.chunks(most).all(small) && small(last)
        })
    };
    // a chunk is three groups at most
    [false, true].into_iter().find(fits).filter(|_| plane.chunks <= MOST_GROUPS / 3)
}

/// What weights come to without their signs.
pub(super) fn sum(weights: &[i8]) -> u32 {
    weights.iter().map(|w| u32::from(w.unsigned_abs())).sum()
}

/// A convolution.
#[derive(Clone, Copy)]
pub(super) struct PackedConv<'a> {
    pub(super) node: &'a Node,
    pub(super) window: Window,
    pub(super) quant: Quant,
    pub(super) rows: usize,
    /// y and x.
    pub(super) operands: [Slot; 2],
    pub(super) filter: &'a Value,
}

/// Bytes of scratch that a block of pixels takes at least, if it need not be more.
const BLOCK: usize = 4096;

/// Bytes of scratch for a block of pixels: half of what the widest layer's activations leave beside this one's and as much
/// again, for what passes by.
fn room(graph: &Graph, node: &Node) -> usize {
    let activations = |node: &Node| {
        let values = node.inputs.iter().chain(&node.outputs).map(|id| graph.value(*id));
        values.filter(|value| value.data.is_none()).map(Value::bytes).sum::<usize>()
    };
    let widest = graph.nodes.iter().map(activations).max().unwrap_or(0);
    BLOCK.max(widest.saturating_sub(2 * activations(node)) / 2)
}

impl<'a> PackedConv<'a> {
    /// With filters `[outputs][taps]` of which two lie in a word, or two pixels.
    pub(super) fn ways<'g>(
        self,
        graph: &Graph,
        filter: &[u8],
        channels: &[Channel],
        work: Work,
    ) -> impl Iterator<Item = Way<'a, 'g>> {
        let packed = Packed::new(filter, channels, work.products).map(|packed| {
            // taps and two sums of each pixel, a word each
            let pixels = self.block(graph, 4 * (packed.taps + 2), 2);
            let work = Work { products: packed.products, ..work };
            let build = move |lower: &mut Lowering<'g>| self.packed(&packed, pixels, lower);
            Way { code: ops::CONV_2D_PACKED, work, build: Box::new(build) as _ }
        });
        let filters = Filters::new(filter, channels, work.products).map(|filters| {
            let pixels = self.block(graph, 2 * (filters.taps + 2), 4);
            // weights are widened for each block
            let blocks = (self.all() / pixels) as u64 + 1;
            let taps = work.taps + blocks * filters.bytes.len() as u64;
            let work = in_blocks(Work { products: filters.products, ..work }, 4);
            let work = Work { taps, ..work };
            let build = move |lower: &mut Lowering<'g>| self.pixels(&filters, pixels, lower);
            Way { code: ops::CONV_2D_PIXELS, work, build: Box::new(build) as _ }
        });
        packed.into_iter().chain(filters)
    }

    /// Output pixels.
    fn all(&self) -> usize {
        self.rows * usize::from(self.window.out_w)
    }

    /// Pixels of a block, a multiple of `by`, of which each takes so many bytes: blocks are about equally large.
    fn block(&self, graph: &Graph, bytes: usize, by: usize) -> usize {
        let most = (room(graph, self.node) / bytes).clamp(by, usize::from(u16::MAX)) / by * by;
        self.all().div_ceil(self.all().div_ceil(most).max(1)).next_multiple_of(by)
    }

    fn packed(&self, packed: &Packed, pixels: usize, lower: &mut Lowering<'_>) -> Result<(), String> {
        let ([y, x], taps) = (self.operands, packed.taps);
        let operands = vec![
            y,
            lower.scratch(Kind::I32, pixels * taps, "wide taps of a block")?,
            lower.scratch(Kind::I32, pixels * 2, "sums of two outputs")?,
            lower.scratch(Kind::I8, taps, "taps of a pixel")?,
            x,
            lower.constant(Kind::I32, bytes(&packed.words), name(self.filter)),
            lower.constant(Kind::I32, bytes(&packed.pairs), scales_name(self.filter)),
        ];
        let pixels = extent(pixels, "a block of pixels")?;
        let record = kernel::Packed { window: self.window, quant: self.quant, pixels };
        lower.step(self.node, ops::CONV_2D_PACKED, self.rows, 4, operands, &record.bytes())
    }

    fn pixels(&self, filters: &Filters, pixels: usize, lower: &mut Lowering<'_>) -> Result<(), String> {
        let ([y, x], taps) = (self.operands, filters.taps);
        let operands = vec![
            y,
            lower.scratch(Kind::I32, pixels / 2 * taps, "wide taps of a block")?,
            lower.scratch(Kind::I32, pixels, "sums of an output")?,
            lower.scratch(Kind::I8, taps * 2, "taps of two pixels")?,
            lower.scratch(Kind::I32, taps, "weights of an output")?,
            x,
            lower.constant(Kind::I8, filters.bytes.clone(), name(self.filter)),
            lower.constant(Kind::I32, bytes(&filters.outputs), scales_name(self.filter)),
        ];
        let (pixels, part) = (extent(pixels, "a block of pixels")?, extent(filters.part, "taps of a part")?);
        let record = Pixels { window: self.window, quant: self.quant, pixels, part };
        lower.step(self.node, ops::CONV_2D_PIXELS, self.rows, 5, operands, &record.bytes())
    }
}

impl<'a> PackedConv<'a> {
    /// A depthwise convolution with a filter `[taps][channels]`, channel by channel, if it is one of those; halves of the
    /// image may share words.
    pub(super) fn channelwise<'g>(self, filter: &[u8], channels: &[Channel], work: Work) -> Vec<Way<'a, 'g>> {
        let w = self.window;
        let layout = Layout::new(&w).filter(|_| self.rows == usize::from(w.out_h) && w.in_c == w.out_c);
        let Some(layout) = layout else { return Vec::new() };
        let halves = Halves::new(&w).filter(|_| channels.iter().all(|channel| channel.distinct));
        let mut weights = vec![0; channels.len() * layout.taps()];
        for (k, filter) in filter.chunks_exact(channels.len().max(1)).enumerate() {
            let (row, column) = (k / usize::from(w.k_w), k % usize::from(w.k_w));
            for (w, to) in filter.iter().zip(weights.chunks_exact_mut(layout.taps())) {
                to[layout.tap(row, column)] = w.cast_signed();
            }
        }
        let tight = weights.chunks_exact(layout.taps()).map(|weights| tight(weights, &layout.plane));
        let tight = tight.collect::<Option<Vec<_>>>();
        let grouped: Option<Vec<i32>> = tight.as_deref().map(|tight| {
            let parts =
                channels.iter().zip(tight).map(|(channel, tight)| (channel, [channel.bias, (*tight).into()]));
            parts.flat_map(|(channel, first)| [&first[..], &channel.scale.0].concat()).collect()
        });
        let scaled = channels.iter().flat_map(|channel| [&[channel.bias][..], &channel.scale.0].concat());
        let over = |layout: &Layout| {
            let count = |n: usize| (channels.len() * n) as u64;
            let (pixels, taps) = (count(layout.plane.rows + CHANNEL), count(layout.words()));
            let products = count(layout.taps() * layout.plane.rows * layout.plane.columns);
            Work { pixels, taps, products, ..work }
        };
        let plain =
            (ops::DEPTHWISE_CONV_2D_CHANNELS, over(&layout), layout.words(), self.all(), scaled.collect());
        let halved = halves.zip(grouped).map(|(h, scales)| {
            let (plane, tight) = (&h.layout.plane, tight.iter().flatten().filter(|tight| **tight).count());
            let mut work = over(&h.layout);
            // of an odd number of rows one is made in vain; one more group of a chunk takes as much as a tap
            work.products = 2 * work.products + (tight * plane.chunks * plane.rows * plane.columns) as u64;
            (ops::DEPTHWISE_CONV_2D_HALVES, work, h.layout.words(), h.sums(), scales)
        });
        let weights: Vec<_> = weights.into_iter().map(i8::cast_unsigned).collect();
        let ways = [Some(plain), halved].into_iter().flatten().map(|(code, work, words, sums, scales)| {
            let weights = weights.clone();
            let build = move |lower: &mut Lowering<'g>| {
                let [y, x] = self.operands;
                let operands = vec![
                    y,
                    lower.scratch(Kind::I32, words, "a channel")?,
                    lower.scratch(Kind::I32, sums, "sums of a channel")?,
                    lower.scratch(Kind::I32, layout.taps(), "weights of a channel")?,
                    x,
                    lower.constant(Kind::I8, weights.clone(), name(self.filter)),
                    lower.constant(Kind::I32, bytes(&scales), scales_name(self.filter)),
                ];
                let record = Channelwise { window: w, quant: self.quant };
                lower.step(self.node, code, self.rows, 4, operands, &record.bytes())
            };
            Way { code, work, build: Box::new(build) as _ }
        });
        ways.collect()
    }
}

/// What a channel takes before its first row of outputs, in rows.
const CHANNEL: usize = 16;

/// Words of work memory for the inputs of a fully connected layer that are multiplied at a time.
const PART: usize = 320;

impl<'a> PackedRow<'a> {
    /// From filters `[out][depth]`, with weights packed in the plan or as bytes, where halves of sums can be told apart.
    pub(super) fn ways<'g>(
        self,
        filter: &'a [u8],
        channels: &'a [Channel],
        work: Work,
    ) -> impl Iterator<Item = Way<'a, 'g>> {
        let distinct = channels.iter().all(|channel| channel.distinct);
        let codes = [(ops::FULLY_CONNECTED_PACKED, false), (ops::FULLY_CONNECTED_PACKED_BYTES, true)];
        codes.into_iter().filter(move |_| distinct).filter_map(move |(code, small)| {
            let parts = Parts::new(filter, channels, small)?;
            let build = move |lower: &mut Lowering<'g>| self.build(&parts, code, lower);
            Some(Way { code, work, build: Box::new(build) })
        })
    }

    fn build(&self, parts: &Parts, code: u16, lower: &mut Lowering<'_>) -> Result<(), String> {
        let [y, x] = self.operands;
        let operands = vec![
            y,
            lower.scratch(Kind::I32, parts.wide, "a part of the inputs")?,
            lower.scratch(Kind::I32, parts.sums, "sums")?,
            x,
            lower.constant(Kind::I32, parts.words.clone(), name(self.filter)),
            lower.constant(Kind::I32, bytes(&parts.quads), scales_name(self.filter)),
        ];
        let [depth, out] = self.extents;
        let part = extent(parts.part, "a part of the inputs")?;
        let record = kernel::Row { depth, out, quant: self.quant, part };
        lower.step(self.node, code, self.rows, 3, operands, &record.bytes())
    }
}

/// The filters of a fully connected layer by parts of the inputs.
struct Parts {
    /// Inputs of a part.
    part: usize,
    /// Words that they take in work memory, and sums that are held at a time.
    wide: usize,
    sums: usize,
    /// Weights.
    words: Vec<u8>,
    /// What else four outputs have.
    quads: Vec<i32>,
}

impl Parts {
    /// None if groups have too large weights.
    fn new(filter: &[u8], channels: &[Channel], small: bool) -> Option<Self> {
        let two = if small { packed::Row::WORDS } else { 2 };
        let (most, depth) = (PART / two * 2 / 16 * 16, filter.len() / channels.len().max(1));
        let least = depth.div_ceil(depth.div_ceil(most).max(1));
        // large groups are few
        let part = if least > 16 { least.next_multiple_of(16) } else { least.next_multiple_of(2) };
        let parts = depth.div_ceil(part);
        let weight =
            |o: usize, k: usize| match (o < channels.len() && k < depth).then(|| filter[o * depth + k]) {
                Some(w) => w.cast_signed(),
                None => 0,
            };
        let quads = channels.len().div_ceil(4);
        let (mut words, mut groups) = (Vec::new(), vec![Vec::new(); quads]);
        for (first, q) in (0..parts).flat_map(|i| (0..quads).map(move |q| (i * part, q))) {
            let of = |o: usize| (first..first + part).map(move |k| weight(4 * q + o, k)).collect();
            let filters: [Vec<i8>; 4] = [0, 1, 2, 3].map(of);
            groups[q].push(i32::try_from(group(&filters.concat(), part, part)?).ok()?);
            if small {
                let at = words.len();
                words.resize(at + 4 * part, 0);
                for (o, filter) in filters.iter().enumerate() {
                    for (k, w) in filter.iter().enumerate() {
                        words[at + packed::Row::byte(part, o, k)] = w.cast_unsigned() ^ 0x80;
                    }
                }
            } else {
                let tap = |k: usize| filters.each_ref().map(|filter| filter[k]);
                let taps = (0..part).map(tap);
                let pairs = taps.map(|[a, b, c, d]| [packed::word(a, c), packed::word(b, d)]);
                words.extend(bytes(pairs.collect::<Vec<_>>().as_flattened()));
            }
        }
        let mut rest = Vec::new();
        for (channels, groups) in channels.chunks(4).zip(groups) {
            let mut quad: Vec<i32> = channels.iter().map(|channel| channel.bias).collect();
            quad.resize(4, 0);
            quad.extend(channels.iter().flat_map(|channel| channel.scale.0));
            quad.resize(kernel::QUAD, 0);
            rest.extend(quad.into_iter().chain(groups));
        }
        let sums = 4 * if parts == 1 { 1 } else { quads };
        Some(Parts { part, wide: part / 2 * two, sums, words, quads: rest })
    }
}

/// A fully connected layer.
#[derive(Clone, Copy)]
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

pub(super) fn bytes(words: &[i32]) -> Vec<u8> {
    words.iter().flat_map(|word| word.to_le_bytes()).collect()
}

pub(super) fn scales_name(filter: &Value) -> OperandName {
    label(&format!("{}: biases and scales", filter.name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_of_two_planes_have_room_for_their_products() {
        let grouped = |weights: &[i8], chunk: usize| {
            let chunks = weights.len() / chunk;
            tight(weights, &Plane { chunk, chunks, skip: 0, columns: 1, rows: 1, right: 1, down: 1 })
        };
        assert_eq!(grouped(&[127, -127, 1, 0, 0, 0, 0, 0, 0], 3), Some(false));
        assert_eq!(grouped(&[127, -128, 1, 0, 0, 0, 0, 0, 0], 3), Some(true));
        assert_eq!(grouped(&[0, 0, 0, -128, -128, 0, 0, 0, 0], 3), None);
        assert_eq!(grouped(&[0, -128, -128], 3), Some(true));
        assert_eq!(grouped(&[1, 2, 3, 127, -128], 5), Some(false));
        assert_eq!(grouped(&[1, 2, 3, -128, -128], 5), None);
        assert_eq!(grouped(&[0; 3 * 171], 3), None);
    }
}
