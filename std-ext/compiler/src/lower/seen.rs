//! Convolutions of small images: only taps that lie in the image are multiplied, with the weights of four outputs.

use super::choice::Way;
use super::costs::Work;
use super::packed::{PackedConv, bytes, group, in_groups, scales_name, sum};
use super::places::places;
use super::{Lowering, extent, label, name};
use crate::quant::Packed as Channel;
use midge_core::ops;
use midge_core::ops::seen::{QUAD, Seen};
use midge_core::plan::Kind;
use midge_core::simd::packed::{PART_SUM, word};

/// A filter by rows and by fours of outputs.
struct Fours {
    /// Columns that have room for their sums, and words of their taps.
    part: usize,
    wide: usize,
    /// Weights.
    words: Vec<i32>,
    /// What the sums of each pixel begin with.
    biases: Vec<i32>,
    /// What else four outputs have.
    quads: Vec<i32>,
}

impl<'a> PackedConv<'a> {
    /// With filters `[outputs][taps]` and channels whose padding is folded into biases, if there is padding, and if biases of
    /// each pixel take no more than weights.
    pub(super) fn seen<'g>(self, filter: &[u8], channels: &[Channel]) -> Option<Way<'a, 'g>> {
        let w = self.window;
        let [k_h, k_w, in_c] = [w.k_h, w.k_w, w.in_c].map(usize::from);
        let (even, quads) = (in_c.next_multiple_of(2), channels.len().div_ceil(4));
        let places = places(&w);
        let seen: usize = places.iter().map(|[down, across]| down.len() * across.len()).sum();
        let is_small = 2 * places.len() <= k_h * k_w * even && seen < places.len() * k_h * k_w;
        if !is_small || [w.d_h, w.d_w] != [1; 2] {
            return None;
        }
        let tap = |o: usize, row: usize, column: usize| -> Vec<i8> {
            let taps = filter.chunks_exact(in_c).nth((o * k_h + row) * k_w + column);
            let weights = taps.filter(|_| o < channels.len()).unwrap_or(&[]);
            let mut weights: Vec<_> = weights.iter().map(|w| w.cast_signed()).collect();
            weights.resize(even, 0);
            weights
        };
        let line = |o, row| (0..k_w).flat_map(move |column| tap(o, row, column)).collect::<Vec<_>>();
        let lines: Vec<Vec<_>> = (0..4 * quads).map(|o| (0..k_h).map(|row| line(o, row)).collect()).collect();
        let held = |part: &usize| {
            let mut parts = lines.iter().flatten().flat_map(|line| line.windows(part * even).step_by(even));
            parts.all(|part| sum(part) <= PART_SUM)
        };
        let part = (1..=k_w).rev().find(held)?;
        let fours = lines.chunks(4).map(|four| group(&four.concat().concat(), even, part * even));
        let groups: Vec<usize> = fours.collect::<Option<_>>()?;
        let mut words = Vec::new();
        for (row, four) in (0..k_h).flat_map(|row| lines.chunks(4).map(move |four| (row, four))) {
            words.extend((0..k_w * even).flat_map(|k| {
                let [a, b, c, d] = [0, 1, 2, 3].map(|o: usize| four[o][row][k]);
                [word(a, c), word(b, d)]
            }));
        }
        // what the weights of each tap come to, by outputs and rows
        let whole = |tap: &[i8]| tap.iter().map(|w| i32::from(*w)).sum::<i32>();
        let row = |line: &Vec<i8>| line.chunks(even).map(whole).collect::<Vec<i32>>();
        let taps: Vec<Vec<_>> = lines.iter().map(|lines| lines.iter().map(row).collect()).collect();
        let mut biases: Vec<i32> = Vec::new();
        for [down, across] in &places {
            for (o, rows) in taps.iter().enumerate() {
                let mut bias = channels.get(o).map_or(0, |channel| channel.bias);
                for (row, taps) in rows.iter().enumerate() {
                    let missing = |column: &usize| !(down.contains(&row) && across.contains(column));
                    let sum: i32 = (0..k_w).filter(missing).map(|column| taps[column]).sum();
                    bias = bias.wrapping_add(sum.wrapping_mul(i32::from(self.quant.x_zero)));
                }
                biases.push(bias);
            }
        }
        let mut rest = Vec::new();
        for (channels, group) in channels.chunks(4).zip(&groups) {
            rest.push(i32::try_from(*group).ok()?);
            rest.extend(channels.iter().flat_map(|channel| channel.scale.0));
            rest.resize(rest.len().next_multiple_of(QUAD), 0);
        }
        let images = self.rows / usize::from(w.out_h).max(1);
        let parts = places.iter().map(|[down, across]| down.len() * across.len().div_ceil(part));
        let count = |n: usize| (images * n) as u64;
        let work = Work {
            pixels: count(parts.sum::<usize>() * quads),
            outputs: count(places.len() * 4 * quads),
            taps: count(seen * even),
            products: in_groups(count(seen * even * 4 * quads), &groups),
        };
        let fours = Fours { part, wide: part * even, words, biases, quads: rest };
        let build = move |lower: &mut Lowering<'g>| self.fours(&fours, 4 * quads, lower);
        Some(Way { code: ops::CONV_2D_SEEN, work, build: Box::new(build) })
    }

    fn fours(&self, fours: &Fours, sums: usize, lower: &mut Lowering<'_>) -> Result<(), String> {
        let [y, x] = self.operands;
        let operands = vec![
            y,
            lower.scratch(Kind::I32, fours.wide, "wide taps of a row")?,
            lower.scratch(Kind::I32, sums, "sums of a pixel")?,
            x,
            lower.constant(Kind::I32, bytes(&fours.words), name(self.filter)),
            lower.constant(Kind::I32, bytes(&fours.biases), label(&format!("{}: biases", self.filter.name))),
            lower.constant(Kind::I32, bytes(&fours.quads), scales_name(self.filter)),
        ];
        let part = extent(fours.part, "columns of a part")?;
        let record = Seen { window: self.window, quant: self.quant, part };
        lower.step(self.node, ops::CONV_2D_SEEN, self.rows, 3, operands, &record.bytes())
    }
}
