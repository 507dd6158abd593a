//! UNIDIRECTIONAL_SEQUENCE_LSTM in integers: 8-bit inputs, weights and hidden state, 16-bit gates and cell state.
//!
//! A row is one moment of one sequence. Zero points are folded into biases; gates are Q3.12 before their functions and
//! Q0.15 behind them. With `i`, `f`, `o` logistic and `g` a hyperbolic tangent: `c = f * c + i * g`, `h = o * tanh(c)`.

use core::cell::Cell;

use super::channels::{self, Channel, Channels};
use super::conv::dot;
use super::sigmoid::{logistic, saturate, tanh};
use crate::aligned;
use crate::claim::{Claim, shape};
use crate::error::Error;
use crate::fixed::{multiply_twice, narrow, rounding_shift};
use crate::kernel::{Io, Task};
use crate::plan::Kind;
use crate::wire::{i8, i32, product, record, u8, u32};

/// Rows go through all sequences before they go on in time.
pub const TIME_MAJOR: u8 = 1;
/// The input gate is what the forget gate leaves: there are three gates.
pub const COUPLED: u8 = 2;
/// Gates look at the cell state.
pub const PEEPHOLE: u8 = 4;
/// The hidden state is a matrix times the cells' outputs.
pub const PROJECTION: u8 = 8;

record! {
    /// Operands: y `[rows][outputs]`, hidden state `[batch][outputs]`, cell state (i16) `[batch][cells]`, and with
    /// [`PROJECTION`] the cells' outputs `[cells]`; x `[rows][inputs]`, weights `[gates][cells][inputs + outputs]`,
    /// for each gate [`channels`] of `cells` for x and as many for the hidden state.
    ///
    /// Gates are cell, forget, output, and unless [`COUPLED`] input. With [`PEEPHOLE`]: diagonal weights (i16)
    /// `[gates - 1][cells]`, for gates but the first, and [`channels`] of none for each. With [`PROJECTION`]: weights
    /// `[outputs][cells]` and [`channels`] of `outputs`.
    pub struct Lstm {
        /// Sequences.
        batch: u32,
        /// Elements of a row of x.
        inputs: u32,
        /// Cells.
        cells: u32,
        /// Elements of the hidden state; without projection as many as cells.
        outputs: u32,
        /// Factor from `o * tanh(c)` to the cells' outputs.
        multiplier: i32,
        /// Its shift.
        shift: i32,
        /// Clamp of the cell state; 0 for none.
        cell_clip: i32,
        /// What is added to the cells' outputs.
        zero: i8,
        /// Zero point of a projection.
        y_zero: i8,
        /// Clamp of the projection; 0 for none.
        clip: i8,
        /// Bits of the cell state behind the binary point, 9 to 15.
        fraction: u8,
        /// [`TIME_MAJOR`], [`COUPLED`], [`PEEPHOLE`], [`PROJECTION`].
        form: u8,
    }
}

impl Lstm {
    /// Whether the geometry suits the operands.
    pub const fn check(claim: &Claim<'_>) -> Result<(), Error> {
        let Some(p) = Self::read(claim.params()) else { return Err(Error::Record) };
        let (peephole, projection) = (p.is(PEEPHOLE), p.is(PROJECTION));
        let (writes, gates) = (3 + projection as usize, p.gates());
        let Some(width) = p.inputs.checked_add(p.outputs) else { return Err(Error::Shape) };
        let mut len = match channels::len(p.cells, 1) {
            Some(len) => product(&[len, gates, 2]),
            None => None,
        };
        let mut next = writes + 3;
        if peephole {
            let diagonal = product(&[gates - 1, p.cells, 2]);
            if !claim.constant(next, Kind::I16, diagonal)
                || !claim.constant(next + 1, Kind::I32, Some((gates - 1) * SCALE))
            {
                return Err(Error::Shape);
            }
            next += 2;
        }
        if projection {
            if !claim.work(3, Kind::I8, Some(p.cells))
                || !claim.constant(next, Kind::I8, product(&[p.outputs, p.cells]))
                || !claim.constant(next + 1, Kind::I32, channels::len(p.outputs, 1))
            {
                return Err(Error::Shape);
            }
            next += 2;
        } else if p.outputs != p.cells {
            len = None;
        }
        shape(
            claim.arity(writes, next)
                && matches!(claim.rows().checked_rem(p.batch), Some(0))
                && p.fraction >= 9
                && p.fraction <= 15
                && claim.rows_of(0, Kind::I8, claim.rows(), Some(p.outputs))
                && claim.work(1, Kind::I8, product(&[p.batch, p.outputs]))
                && claim.work(2, Kind::I16, product(&[p.batch, p.cells, 2]))
                && claim.rows_of(writes, Kind::I8, claim.rows(), Some(p.inputs))
                && claim.constant(writes + 1, Kind::I8, product(&[gates, p.cells, width]))
                && claim.constant(writes + 2, Kind::I32, len),
        )
    }

    const fn is(&self, form: u8) -> bool {
        self.form & form != 0
    }

    const fn gates(&self) -> u32 {
        if self.is(COUPLED) { 3 } else { 4 }
    }

    /// Computes output rows, which must come in their order.
    pub fn eval(task: &Task<'_>, io: &Io<'_>) -> Result<(), Error> {
        let p = Self::read(task.params).ok_or(Error::Record)?;
        let read = if p.is(PROJECTION) { 4 } else { 3 };
        let (x, y) = (io.rows::<i8>(read, p.inputs)?, io.rows::<i8>(0, p.outputs)?);
        let (hidden, cells) = (io.rows::<i8>(1, p.outputs)?, io.rows::<i16>(2, p.cells)?);
        let gates = [Gate::new(&p, io, 0)?, Gate::new(&p, io, 1)?, Gate::new(&p, io, 2)?];
        let input = if p.is(COUPLED) { None } else { Some(Gate::new(&p, io, 3)?) };
        let projection = match p.is(PROJECTION) {
            true => Some(Projection::new(&p, io)?),
            false => None,
        };
        let moments = io.step_rows().checked_div(p.batch as usize).unwrap_or(0);
        for r in task.rows.clone() {
            let r = r as usize;
            let sequence =
                if p.is(TIME_MAJOR) { r.checked_rem(p.batch as usize) } else { r.checked_div(moments) };
            let sequence = sequence.unwrap_or(0);
            let (h, c, y) = (hidden.row(sequence), cells.row(sequence), y.row(r));
            match &projection {
                None => p.row(&gates, input.as_ref(), x.row(r), h, c, y),
                Some(projection) => {
                    p.row(&gates, input.as_ref(), x.row(r), h, c, projection.cells);
                    projection.row(&p, y);
                }
            }
            aligned::copy(h, y);
        }
        Ok(())
    }

    /// The cells' outputs of one row, into `out`.
    fn row(
        &self,
        gates: &[Gate<'_>; 3],
        input: Option<&Gate<'_>>,
        x: &[Cell<i8>],
        h: &[Cell<i8>],
        cells: &[Cell<i16>],
        out: &[Cell<i8>],
    ) {
        let [change, forget, output] = gates;
        let fraction = self.fraction as u32;
        for (i, (cell, out)) in cells.iter().zip(out).enumerate() {
            let old = cell.get();
            let f = logistic(forget.at(i, x, h, old), 3);
            let i_gate = match input {
                Some(input) => logistic(input.at(i, x, h, old), 3),
                None => i16::MAX.wrapping_sub(f),
            };
            let g = tanh(change.at(i, x, h, old), 3);
            let kept = rounding_shift((f as i32).wrapping_mul(old as i32), 15) as i16;
            let added =
                rounding_shift((i_gate as i32).wrapping_mul(g as i32), 30u32.wrapping_sub(fraction) & 31);
            let new = clip(saturate((kept as i32).wrapping_add(added as i16 as i32)) as i32, self.cell_clip);
            cell.set(new as i16);
            let o = logistic(output.at(i, x, h, new as i16), 3);
            let bounded = tanh(new as i16, 15u32.wrapping_sub(fraction));
            let scaled = multiply_twice((o as i32).wrapping_mul(bounded as i32), self.multiplier, self.shift);
            out.set(narrow(scaled.wrapping_add(self.zero as i32), i8::MIN, i8::MAX));
        }
    }
}

/// `x` between `-limit` and `limit`; as it is if the limit is 0.
const fn clip(x: i32, limit: i32) -> i32 {
    if limit <= 0 {
        x
    } else if x > limit {
        limit
    } else if x < limit.wrapping_neg() {
        limit.wrapping_neg()
    } else {
        x
    }
}

/// Bytes of a multiplier and a shift: channels of none.
const SCALE: u32 = 8;

/// A gate before its function.
struct Gate<'a> {
    /// `[cells][inputs + outputs]`.
    weights: &'a [u8],
    width: usize,
    inputs: usize,
    /// For x and for the hidden state.
    channels: [Channels<'a>; 2],
    /// Weights of the cell state.
    peephole: &'a [i16],
    scale: Channel,
}

impl<'a> Gate<'a> {
    fn new(p: &Lstm, io: &Io<'a>, index: usize) -> Result<Self, Error> {
        let first = if p.is(PROJECTION) { 5 } else { 4 };
        let (inputs, cells) = (p.inputs as usize, p.cells as usize);
        let width = inputs.wrapping_add(p.outputs as usize);
        let blob = part(io.constant(first + 1)?, index, (p.gates() as usize).max(1))?;
        let (ours, theirs) = blob.split_at_checked(blob.len() / 2).ok_or(Error::Shape)?;
        let mut gate = Gate {
            weights: part(io.constant(first)?, index, (p.gates() as usize).max(1))?,
            width,
            inputs,
            channels: [Channels::new(ours, cells)?, Channels::new(theirs, cells)?],
            peephole: &[],
            scale: Channel { bias: 0, multiplier: 0, shift: 0 },
        };
        if let Some(index) = index.checked_sub(1)
            && p.is(PEEPHOLE)
        {
            let others = (p.gates() as usize).wrapping_sub(1).max(1);
            let diagonal = part(io.constant(first + 2)?, index, others)?;
            gate.peephole = aligned::slice(diagonal).ok_or(Error::Misaligned)?;
            gate.scale = Channels::new(part(io.constant(first + 3)?, index, others)?, 0)?.at(0);
        }
        Ok(gate)
    }

    /// Cell `i`'s gate.
    fn at(&self, i: usize, x: &[Cell<i8>], h: &[Cell<i8>], cell: i16) -> i16 {
        let from = i.wrapping_mul(self.width);
        let weights = self.weights.get(from..from.wrapping_add(self.width)).unwrap_or(&[]);
        let (ours, theirs) = weights.split_at_checked(self.inputs).unwrap_or((&[], &[]));
        let [of_x, of_h] = &self.channels;
        let mut sum = 0;
        for (channels, x, weights) in [(of_x, x, ours), (of_h, h, theirs)] {
            let c = channels.at(i);
            let scaled = multiply_twice(dot(c.bias, x, weights, 0), c.multiplier, c.shift);
            sum = saturate(scaled.wrapping_add(sum as i32));
        }
        if let Some(weight) = self.peephole.get(i) {
            let product = (i16::from_le(*weight) as i32).wrapping_mul(cell as i32);
            let scaled = multiply_twice(product, self.scale.multiplier, self.scale.shift);
            sum = saturate(scaled.wrapping_add(sum as i32));
        }
        sum
    }
}

/// The matrix behind the cells.
struct Projection<'a> {
    /// What it reads.
    cells: &'a [Cell<i8>],
    /// `[outputs][cells]`.
    weights: &'a [u8],
    channels: Channels<'a>,
}

impl<'a> Projection<'a> {
    fn new(p: &Lstm, io: &Io<'a>) -> Result<Self, Error> {
        let at = if p.is(PEEPHOLE) { 9 } else { 7 };
        let channels = Channels::new(io.constant(at + 1)?, p.outputs as usize)?;
        Ok(Projection { cells: io.work(3)?, weights: io.constant(at)?, channels })
    }

    fn row(&self, p: &Lstm, y: &[Cell<i8>]) {
        let rows = self.weights.chunks_exact((p.cells as usize).max(1));
        for (i, (y, weights)) in y.iter().zip(rows).enumerate() {
            let c = self.channels.at(i);
            let scaled = multiply_twice(dot(c.bias, self.cells, weights, 0), c.multiplier, c.shift);
            let value = narrow(scaled.wrapping_add(p.y_zero as i32), i8::MIN, i8::MAX);
            y.set(clip(value as i32, p.clip as i32) as i8);
        }
    }
}

/// Piece `index` of `count` equal ones.
fn part(bytes: &[u8], index: usize, count: usize) -> Result<&[u8], Error> {
    let len = bytes.len().checked_div(count).ok_or(Error::Shape)?;
    let from = len.wrapping_mul(index);
    bytes.get(from..from.wrapping_add(len)).ok_or(Error::Shape)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Aligned;

    /// One cell whose gates see one input and themselves, in real numbers.
    #[test]
    fn a_cell_follows_the_formula() {
        // bias 0, factor 1 (Q3.12 of x / 128), padded
        let mut channels = Aligned([0u8; 12]);
        channels.0[4..8].copy_from_slice(&(1i32 << 30).to_le_bytes());
        channels.0[8] = 1;
        let gate = |weights: &'static [u8; 2]| Gate {
            weights,
            width: 2,
            inputs: 1,
            channels: [0; 2].map(|_| Channels::new(&channels.0, 1).unwrap()),
            peephole: &[],
            scale: Channel { bias: 0, multiplier: 0, shift: 0 },
        };
        let gates = [gate(&[100, 20]), gate(&[50, 216]), gate(&[240, 90])];
        let input = gate(&[70, 10]);
        let record = Lstm {
            batch: 1,
            inputs: 1,
            cells: 1,
            outputs: 1,
            // from Q30 to 1/128
            multiplier: 1 << 30,
            shift: -22,
            cell_clip: 0,
            zero: 0,
            y_zero: 0,
            clip: 0,
            fraction: 12,
            form: 0,
        };
        let (h, c, y) = ([Cell::new(0i8)], [Cell::new(0i16)], [Cell::new(0i8)]);
        let (mut real_h, mut real_c) = (0f64, 0f64);
        for x in [90i8, -40, 127, -128, 3] {
            let sum = |w: &[u8; 2]| {
                let [of_x, of_h] = w.map(|w| f64::from(w as i8));
                (f64::from(x) * of_x + (real_h * 128.0).round() * of_h) / 4096.0
            };
            let logistic = |z: f64| 1.0 / (1.0 + (-z).exp());
            let (g, f, o, i) = (sum(&[100, 20]), sum(&[50, 216]), sum(&[240, 90]), sum(&[70, 10]));
            real_c = logistic(f) * real_c + logistic(i) * g.tanh();
            real_h = logistic(o) * real_c.tanh();
            record.row(&gates, Some(&input), &[Cell::new(x)], &h, &c, &y);
            h[0].set(y[0].get());
            assert!((f64::from(c[0].get()) / 4096.0 - real_c).abs() < 0.02, "{real_c} {c:?}");
            assert!((f64::from(y[0].get()) / 128.0 - real_h).abs() < 0.02, "{real_h} {y:?}");
        }
    }
}
