//! UNIDIRECTIONAL_SEQUENCE_LSTM in floats. Rows, gates and forms are those of [`lstm`](super::lstm).

use core::cell::Cell;

use super::lstm::{COUPLED, PEEPHOLE, PROJECTION, TIME_MAJOR};
use super::weighted_float::{Clamp, dot, sum};
use crate::aligned::{self, Element};
use crate::claim::{Claim, shape};
use crate::error::Error;
use crate::kernel::{Io, Task};
use crate::math::{self, logistic};
use crate::plan::Kind;
use crate::wire::{product, record, u32};

/// Gates are normalized before their functions.
pub const NORMAL: u8 = 16;

record! {
    /// Operands, all f32: y `[rows][outputs]`, hidden state `[batch][outputs]`, cell state `[batch][cells]`, gates
    /// `[4][cells]`; x `[rows][inputs]`, weights `[gates][cells][inputs + outputs]`, biases `[gates][cells]`. Then with
    /// [`PEEPHOLE`] weights `[gates - 1][cells]`, for gates but the first; with [`NORMAL`] factors `[gates][cells]`;
    /// with [`PROJECTION`] weights `[outputs][cells]` and biases `[outputs]`.
    pub struct LstmFloat {
        /// Sequences.
        batch: u32,
        /// Elements of a row of x.
        inputs: u32,
        /// Cells.
        cells: u32,
        /// Elements of the hidden state; without projection as many as cells.
        outputs: u32,
        /// Bits of the clamp of the cell state; 0 for none.
        cell_clip: u32,
        /// Bits of the clamp of the projection; 0 for none.
        clip: u32,
        /// [`TIME_MAJOR`], [`COUPLED`], [`PEEPHOLE`], [`PROJECTION`], [`NORMAL`].
        form: u32,
    }
}

impl LstmFloat {
    /// Whether the geometry suits the operands.
    pub const fn check(claim: &Claim<'_>) -> Result<(), Error> {
        let Some(p) = Self::read(claim.params()) else { return Err(Error::Record) };
        let gates = p.gates();
        let Some(width) = p.inputs.checked_add(p.outputs) else { return Err(Error::Shape) };
        let mut next = 7;
        let mut fits = p.is(PROJECTION) || p.outputs == p.cells;
        if p.is(PEEPHOLE) {
            fits = fits && claim.constant(next, Kind::F32, product(&[gates - 1, p.cells, 4]));
            next += 1;
        }
        if p.is(NORMAL) {
            fits = fits && claim.constant(next, Kind::F32, product(&[gates, p.cells, 4]));
            next += 1;
        }
        if p.is(PROJECTION) {
            fits = fits
                && claim.constant(next, Kind::F32, product(&[p.outputs, p.cells, 4]))
                && claim.constant(next + 1, Kind::F32, product(&[p.outputs, 4]));
            next += 2;
        }
        shape(
            fits && claim.arity(4, next)
                && matches!(claim.rows().checked_rem(p.batch), Some(0))
                && claim.rows_of(0, Kind::F32, claim.rows(), Some(p.outputs))
                && claim.rows_of(1, Kind::F32, p.batch, Some(p.outputs))
                && claim.rows_of(2, Kind::F32, p.batch, Some(p.cells))
                && claim.rows_of(3, Kind::F32, 4, Some(p.cells))
                && claim.rows_of(4, Kind::F32, claim.rows(), Some(p.inputs))
                && claim.constant(5, Kind::F32, product(&[gates, p.cells, width, 4]))
                && claim.constant(6, Kind::F32, product(&[gates, p.cells, 4])),
        )
    }

    const fn is(&self, form: u8) -> bool {
        self.form & form as u32 != 0
    }

    const fn gates(&self) -> u32 {
        if self.is(COUPLED) { 3 } else { 4 }
    }

    /// Computes output rows, which must come in their order.
    pub fn eval(task: &Task<'_>, io: &Io<'_>) -> Result<(), Error> {
        let p = Self::read(task.params).ok_or(Error::Record)?;
        let (x, y) = (io.rows::<f32>(4, p.inputs)?, io.rows::<f32>(0, p.outputs)?);
        let (hidden, cells) = (io.rows::<f32>(1, p.outputs)?, io.rows::<f32>(2, p.cells)?);
        let mut next = 7;
        let mut option = |form| -> Result<&[f32], Error> {
            if !p.is(form) {
                return Ok(&[]);
            }
            next += 1;
            io.values(next - 1)
        };
        let parts = Parts {
            record: &p,
            gates: io.work(3)?,
            weights: io.values(5)?,
            biases: io.values(6)?,
            peephole: option(PEEPHOLE)?,
            factors: option(NORMAL)?,
            projection: option(PROJECTION)?,
            projection_biases: option(PROJECTION)?,
        };
        let moments = io.step_rows().checked_div(p.batch as usize).unwrap_or(0);
        for r in task.rows.clone() {
            let r = r as usize;
            let sequence =
                if p.is(TIME_MAJOR) { r.checked_rem(p.batch as usize) } else { r.checked_div(moments) };
            let sequence = sequence.unwrap_or(0);
            parts.row(x.row(r), hidden.row(sequence), cells.row(sequence), y.row(r));
        }
        Ok(())
    }
}

/// A record with its operands.
struct Parts<'a> {
    record: &'a LstmFloat,
    gates: &'a [Cell<f32>],
    weights: &'a [f32],
    biases: &'a [f32],
    peephole: &'a [f32],
    factors: &'a [f32],
    projection: &'a [f32],
    projection_biases: &'a [f32],
}

impl Parts<'_> {
    fn row(&self, x: &[Cell<f32>], h: &[Cell<f32>], cells: &[Cell<f32>], y: &[Cell<f32>]) {
        let p = self.record;
        let [change, forget, output, input] = [0, 1, 2, 3].map(|gate| piece(self.gates, gate, p.cells));
        for gate in [0, 1, 3] {
            self.gate(gate, x, h, cells);
        }
        let clip = f32::from_bits(p.cell_clip);
        for (i, cell) in cells.iter().enumerate() {
            let at = |gate: &[Cell<f32>]| gate.get(i).map_or(0.0, Cell::get);
            let f = logistic(at(forget));
            let new = if p.is(COUPLED) { 1.0 - f } else { logistic(at(input)) };
            cell.set(clamp(f * cell.get() + new * math::tanh(at(change)), clip));
        }
        self.gate(2, x, h, cells);
        let out = if p.is(PROJECTION) { output } else { y };
        for ((out, gate), cell) in out.iter().zip(output).zip(cells) {
            out.set(logistic(gate.get()) * math::tanh(cell.get()));
        }
        if p.is(PROJECTION) {
            let rows = self.projection.chunks_exact((p.cells as usize).max(1));
            for ((y, row), bias) in y.iter().zip(rows).zip(self.projection_biases) {
                y.set(clamp((*bias).le() + dot(output, row), f32::from_bits(p.clip)));
            }
        }
        aligned::copy(h, y);
    }

    /// What goes into the function of a gate, for each cell.
    fn gate(&self, gate: u32, x: &[Cell<f32>], h: &[Cell<f32>], cells: &[Cell<f32>]) {
        let p = self.record;
        let width = p.inputs.wrapping_add(p.outputs);
        let weights = piece(self.weights, gate, p.cells.wrapping_mul(width));
        let (biases, factors) = (piece(self.biases, gate, p.cells), piece(self.factors, gate, p.cells));
        let peephole = if gate > 0 { piece(self.peephole, gate.wrapping_sub(1), p.cells) } else { &[] };
        let gates = piece(self.gates, gate, p.cells);
        let rows = weights.chunks_exact((width as usize).max(1));
        for (i, (value, row)) in gates.iter().zip(rows).enumerate() {
            let (ours, theirs) = row.split_at_checked(p.inputs as usize).unwrap_or((&[], &[]));
            let mut sum = dot(x, ours) + dot(h, theirs);
            if let (Some(weight), Some(cell)) = (peephole.get(i), cells.get(i)) {
                sum += (*weight).le() * cell.get();
            }
            value.set(sum);
        }
        if !factors.is_empty() {
            normalize(gates);
        }
        for (i, (value, bias)) in gates.iter().zip(biases).enumerate() {
            let factor = factors.get(i).map_or(1.0, |factor| (*factor).le());
            value.set(value.get() * factor + (*bias).le());
        }
    }
}

/// Makes the mean 0 and the variance 1.
fn normalize(values: &[Cell<f32>]) {
    let n = values.len() as f32;
    let mean = sum(values.iter().map(Cell::get)) / n;
    let variance = sum(values.iter().map(|v| (v.get() - mean) * (v.get() - mean))) / n;
    // LiteRT's guard against a division by 0
    let factor = 1.0 / libm::sqrtf(variance + 1e-8);
    values.iter().for_each(|v| v.set((v.get() - mean) * factor));
}

/// `x` between `-limit` and `limit`; as it is if the limit is 0.
fn clamp(x: f32, limit: f32) -> f32 {
    if limit > 0.0 { Clamp::around(limit).of(x) } else { x }
}

/// Piece `index` of pieces of `len` elements; empty if it is not there.
fn piece<T>(all: &[T], index: u32, len: u32) -> &[T] {
    let from = (index as usize).wrapping_mul(len as usize);
    all.get(from..from.wrapping_add(len as usize)).unwrap_or(&[])
}
