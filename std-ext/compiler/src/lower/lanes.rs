//! CONV_2D and FULLY_CONNECTED for cores with vectors of bytes.

use super::choice::Way;
use super::costs::{Work, estimate};
use super::{Lowering, Slot, name};
use crate::graph::{Node, Value};
use midge_core::fixed::Rounding;
use midge_core::ops::{self, fully_connected::FullyConnected, lanes, quant::Quant, window::Window};
use midge_core::plan::Kind;
use midge_core::simd::lanes::{BLOCK, VECTOR, bias, multiplier, padded, sums, tap, words};

/// Filters `[outputs][taps]` and what follows their sums.
pub(super) struct Filters {
    /// The weights.
    pub(super) data: Vec<u8>,
    /// With the zero point of the input folded in.
    pub(super) bias: Vec<i32>,
    /// Multiplier and shift of each output.
    pub(super) scales: Vec<[i32; 2]>,
}

impl Filters {
    fn taps(&self) -> usize {
        self.data.len() / self.bias.len().max(1)
    }

    fn stream(&self) -> Vec<u8> {
        let (taps, outputs) = (self.taps(), self.bias.len());
        let mut stream = vec![0; words(taps, outputs) * 4];
        let mut word =
            |at: usize, value: i32| stream[at * 4..at * 4 + 4].copy_from_slice(&value.to_le_bytes());
        for (o, (first, [m, shift])) in self.bias.iter().zip(&self.scales).enumerate() {
            word(bias(taps, outputs, o), *first);
            word(multiplier(taps, outputs, o), *m);
            word(multiplier(taps, outputs, o) + VECTOR, *shift);
        }
        for (o, weights) in self.data.chunks_exact(taps.max(1)).enumerate() {
            for (k, w) in weights.iter().enumerate() {
                stream[tap(taps, outputs, o, k)] = *w;
            }
        }
        stream
    }
}

/// So many outputs, as blocks have them.
fn in_blocks(outputs: usize) -> usize {
    outputs.next_multiple_of(BLOCK)
}

/// A convolution: where, with what, and in how many rows.
struct Layer {
    window: Window,
    filters: Filters,
    rows: usize,
}

impl Layer {
    /// The same outputs, where each pixel is its own input: an image of one row.
    fn flat(self) -> Self {
        let w = &self.window;
        let is_pointwise = [w.k_h, w.k_w, w.s_h, w.s_w] == [1; 4] && [w.p_h, w.p_w] == [0; 2];
        let whole = is_pointwise && [w.in_h, w.in_w] == [w.out_h, w.out_w];
        match w.in_h.checked_mul(w.in_w).filter(|_| whole) {
            Some(width) => Layer {
                rows: self.rows / usize::from(w.in_h),
                window: Window { in_h: 1, in_w: width, out_h: 1, out_w: width, ..self.window },
                ..self
            },
            None => self,
        }
    }

    /// The same outputs, two neighbouring pixels as one with twice as many: for filters too small to fill vectors.
    fn joined(&self) -> Option<Self> {
        let (w, filters) = (&self.window, &self.filters);
        let window = Window {
            k_w: w.k_w.checked_add(w.s_w)?,
            s_w: w.s_w.checked_mul(2)?,
            out_w: Some(w.out_w / 2).filter(|_| w.out_w.is_multiple_of(2))?,
            out_c: w.out_c.checked_mul(2)?,
            ..*w
        };
        let run = |w: &Window| usize::from(w.k_w) * usize::from(w.in_c);
        let shift = usize::from(w.s_w) * usize::from(w.in_c);
        let mut data = Vec::new();
        for at in [0, shift] {
            for row in filters.data.chunks_exact(run(w)) {
                let start = data.len();
                data.resize(start + run(&window), 0);
                data[start + at..start + at + row.len()].copy_from_slice(row);
            }
        }
        let (bias, scales) = (filters.bias.repeat(2), filters.scales.repeat(2));
        (w.d_w == 1).then_some(Layer { window, filters: Filters { data, bias, scales }, ..*self })
    }

    fn work(&self) -> Work {
        let w = &self.window;
        let pixels = self.rows * usize::from(w.out_w);
        let (taps, out_c) = (padded(self.filters.taps()), usize::from(w.out_c));
        let (outputs, products) = (pixels * padded(out_c), pixels * in_blocks(out_c) * taps);
        let gathered = usize::from(w.k_h) * padded(usize::from(w.k_w) * usize::from(w.in_c));
        let in_place = w.k_h == 1 && (w.s_w * w.in_c).is_multiple_of(4);
        let gathered = if in_place { 0 } else { pixels * gathered };
        let [pixels, outputs, taps, products] = [pixels, outputs, gathered, products].map(|n| n as u64);
        Work { pixels, outputs, taps, products }
    }
}

impl<'g> Lowering<'g> {
    /// The way of a convolution whose geometry is `window`.
    pub(super) fn conv_lanes<'a>(
        &self,
        node: &'a Node,
        [y, x]: [Slot; 2],
        filter: &'a Value,
        (window, quant): (Window, Quant),
        (filters, rounding): (Filters, Rounding),
    ) -> Result<Way<'a, 'g>, String> {
        let layer = Layer { window, filters, rows: self.image_rows(node)? }.flat();
        let cost = |layer: &Layer| estimate(self.target, ops::CONV_2D_LANES, &layer.work()).cost;
        let layer = layer.joined().filter(|joined| cost(joined) < cost(&layer)).unwrap_or(layer);
        let work = layer.work();
        let build = move |lower: &mut Self| {
            let operands = lower.lanes([y, x], filter, &layer.filters, lanes::patch(&layer.window))?;
            let record = lanes::Conv2d { window: layer.window, quant, rounding: rounding as u8 };
            lower.step(node, ops::CONV_2D_LANES, layer.rows, 3, operands, &record.bytes())
        };
        Ok(Way { code: ops::CONV_2D_LANES, work, build: Box::new(build) })
    }

    /// The way of a matrix times `rows` rows.
    pub(super) fn dense_lanes<'a>(
        node: &'a Node,
        [y, x]: [Slot; 2],
        filter: &'a Value,
        (record, rows): (&'a FullyConnected, usize),
        filters: Filters,
    ) -> Way<'a, 'g> {
        let outputs = rows * padded(filters.bias.len());
        let products = rows * in_blocks(filters.bias.len()) * padded(filters.taps());
        let [pixels, outputs, products] = [rows, outputs, products].map(|n| n as u64);
        let work = Work { pixels, outputs, taps: 0, products };
        let build = move |lower: &mut Self| {
            let operands = lower.lanes([y, x], filter, &filters, lanes::row(record.depth))?;
            lower.step(node, ops::FULLY_CONNECTED_LANES, rows, 3, operands, &record.bytes())
        };
        Way { code: ops::FULLY_CONNECTED_LANES, work, build: Box::new(build) }
    }

    /// y, sums, patch of so many bytes, x and stream.
    fn lanes(
        &mut self,
        [y, x]: [Slot; 2],
        filter: &Value,
        filters: &Filters,
        patch: u32,
    ) -> Result<Vec<Slot>, String> {
        let sums = self.scratch(Kind::I32, sums(filters.bias.len()), "sums of a pixel")?;
        let patch = self.scratch(Kind::I8, patch as usize, "taps of a pixel")?;
        Ok(vec![y, sums, patch, x, self.constant(Kind::I32, filters.stream(), name(filter))])
    }
}
