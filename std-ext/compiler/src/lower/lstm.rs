//! UNIDIRECTIONAL_SEQUENCE_LSTM.

use super::conv::channel_bytes;
use super::svdf::int16;
use super::{Lowering, extent, name};
use crate::graph::{Graph, Lstm, Node, Type, Value, ValueId};
use crate::quant::{Multiplier, int8, narrow, reach};
use midge_core::ops::{self, lstm};
use midge_core::plan::Kind;
use midge_runtime::host::OperandName;

/// The kernel's gates by TFLite's numbers: cell, forget, output, input.
pub(super) const GATES: [u32; 4] = [2, 1, 3, 0];

impl Lowering<'_> {
    pub(super) fn lstm(&mut self, node: &Node, attributes: &Lstm) -> Result<(), String> {
        let parts = Parts { graph: self.graph, node, lstm: attributes };
        match parts.needed(0)?.repr.store() {
            Type::I8 => self.lstm_int8(node, &parts),
            Type::F32 => self.lstm_float(node, &parts),
            store => Err(format!("its input is {store}; int8 and float32 are supported")),
        }
    }

    fn lstm_int8(&mut self, node: &Node, parts: &Parts<'_>) -> Result<(), String> {
        let (x, y, hidden) = (parts.needed(0)?, self.output(node)?.1, parts.needed(18)?);
        let ((x_scale, x_zero), (h_scale, h_zero)) = (int8(x)?, int8(hidden)?);
        int8(y)?;
        if (20..24).any(|number| parts.get(number).is_some()) {
            return Err("normalizes its gates, which is not supported for int8; convert the model without, or as float32".into());
        }
        let (cells, outputs) = match parts.needed(8)?.shape[..] {
            [cells, outputs] => (cells, outputs),
            _ => return Err("needs matrices as weights".into()),
        };
        let inputs = x.shape.last().copied().unwrap_or(0);
        let gates = parts.gates();

        let (mut weights, mut channels) = (Vec::new(), Vec::new());
        for gate in gates {
            let (ours, ours_scale) = parts.weights(1 + gate)?;
            let (theirs, theirs_scale) = parts.weights(5 + gate)?;
            for (ours, theirs) in ours.chunks_exact(inputs.max(1)).zip(theirs.chunks_exact(outputs.max(1))) {
                weights.extend(ours.iter().chain(theirs));
            }
            let bias = parts.bias(12 + gate, cells)?;
            channels.extend(folded(ours, &bias, x_zero, ours_scale * x_scale / GATE)?);
            channels.extend(folded(theirs, &vec![0; cells], h_zero, theirs_scale * h_scale / GATE)?);
        }
        let (h, cell) = (parts.id(18)?, parts.id(19)?);
        let fraction = fraction(parts.needed(19)?)?;
        let form = parts.form();
        let filter = parts.needed(8)?;
        let mut constants = vec![
            self.constant(Kind::I8, weights, name(filter)),
            self.constant(Kind::I32, channels, about(filter, "biases and multipliers")),
        ];
        if form & lstm::PEEPHOLE != 0 {
            let (mut diagonal, mut scales) = (Vec::new(), Vec::new());
            // LiteRT looks at as many cells as there are outputs
            let seen = 2 * outputs;
            if outputs > cells || (outputs < cells && parts.lstm.time_major && hidden.elements() > outputs) {
                return Err(
                    "has a projection and weights of the cell state, where LiteRT mixes cells up".into()
                );
            }
            for gate in &gates[1..] {
                let (value, data) = parts.data(parts.peephole(*gate))?;
                let scale = int16(value)?;
                diagonal.extend(data.iter().take(seen));
                diagonal.resize(diagonal.len() + data.len() - seen.min(data.len()), 0);
                let scale = 0.5f32.powi(i32::from(fraction)) * scale / GATE;
                scales.extend(channel_bytes(&[], &[Multiplier::new(f64::from(scale))?]));
            }
            constants.push(self.constant(Kind::I16, diagonal, about(filter, "weights of the cell state")));
            constants.push(self.constant(Kind::I32, scales, about(filter, "multipliers of the cell state")));
        }
        let (y_id, x_id) = (node.outputs[0], parts.id(0)?);
        let mut operands = vec![self.activation(y_id)?, self.activation(h)?, self.activation(cell)?];
        let (out_scale, out_zero) = parts.lstm.hidden.ok_or("its cells' outputs have no scale")?;
        if form & lstm::PROJECTION != 0 {
            operands.push(self.scratch(Kind::I8, cells, "outputs of cells")?);
            let (data, scale) = parts.weights(16)?;
            let bias = parts.bias(17, outputs)?;
            let zero =
                i8::try_from(out_zero).map_err(|_| "its cells' outputs have a zero point beyond int8")?;
            let blob = folded(data, &bias, zero, scale * out_scale / h_scale)?;
            constants.push(self.constant(Kind::I8, data.to_vec(), name(parts.needed(16)?)));
            constants.push(self.constant(Kind::I32, blob, about(parts.needed(16)?, "biases and multiplier")));
        }
        let writes = operands.len();
        operands.push(self.activation(x_id)?);
        operands.extend(constants);
        let scale = Multiplier::new(f64::from((0.5f64.powi(30) / f64::from(out_scale)) as f32))?;
        let record = lstm::Lstm {
            batch: extent(hidden.elements() / outputs.max(1), "the batch")?,
            inputs: extent(inputs, "the number of inputs")?,
            cells: extent(cells, "the number of cells")?,
            outputs: extent(outputs, "the number of outputs")?,
            multiplier: scale.value,
            shift: scale.shift,
            cell_clip: (parts.lstm.cell_clip * 2f32.powi(i32::from(fraction))).clamp(0.0, 32767.0) as i32,
            zero: i8::try_from(out_zero).map_err(|_| "its cells' outputs have a zero point beyond int8")?,
            y_zero: h_zero,
            clip: (parts.lstm.projection_clip / h_scale).clamp(0.0, 127.0) as i8,
            fraction,
            form,
        };
        let rows = y.elements() / outputs.max(1);
        self.step(node, ops::LSTM, rows, writes, operands, &record.bytes())
    }
}

/// The step of a gate before its function: Q3.12.
const GATE: f32 = 1.0 / 4096.0;

/// An LSTM's operands by TFLite's numbers.
pub(super) struct Parts<'a> {
    graph: &'a Graph,
    node: &'a Node,
    pub(super) lstm: &'a Lstm,
}

impl<'a> Parts<'a> {
    /// The gates that there are: the last one may be coupled to another.
    pub(super) fn gates(&self) -> &'static [u32] {
        if self.get(1).is_some() { &GATES } else { &GATES[..3] }
    }

    /// The kernel's forms.
    pub(super) fn form(&self) -> u8 {
        let form = |is: bool, form: u8| if is { form } else { 0 };
        form(self.get(1).is_none(), lstm::COUPLED)
            | form(self.lstm.time_major, lstm::TIME_MAJOR)
            | form(self.get(10).is_some(), lstm::PEEPHOLE)
            | form(self.get(16).is_some(), lstm::PROJECTION)
    }

    /// The number of a gate's weights of the cell state; the cell's own gate has none.
    pub(super) fn peephole(&self, gate: u32) -> u32 {
        if gate == 3 { 11 } else { 9 + gate }
    }

    pub(super) fn get(&self, number: u32) -> Option<&'a Value> {
        self.id(number).ok().map(|id| self.graph.value(id))
    }

    pub(super) fn id(&self, number: u32) -> Result<ValueId, String> {
        let at = self.lstm.position(number).and_then(|at| self.node.inputs.get(at));
        at.copied().ok_or_else(|| format!("has no input {number}"))
    }

    pub(super) fn needed(&self, number: u32) -> Result<&'a Value, String> {
        self.id(number).map(|id| self.graph.value(id))
    }

    /// A constant.
    pub(super) fn data(&self, number: u32) -> Result<(&'a Value, &'a [u8]), String> {
        let value = self.needed(number)?;
        let data = value.data.as_deref().ok_or_else(|| format!("{} is not a constant", value.name))?;
        Ok((value, data))
    }

    /// Symmetric int8 weights and their one scale.
    fn weights(&self, number: u32) -> Result<(&'a [u8], f32), String> {
        let (value, data) = self.data(number)?;
        match int8(value)? {
            (scale, 0) => Ok((data, scale)),
            _ => Err(format!("{} has a zero point other than 0", value.name)),
        }
    }

    /// Biases; zeros where there are none.
    fn bias(&self, number: u32, n: usize) -> Result<Vec<i32>, String> {
        if self.get(number).is_none() {
            return Ok(vec![0; n]);
        }
        let (value, data) = self.data(number)?;
        match value.repr.store() {
            Type::I32 => Ok(data.as_chunks().0.iter().map(|b| i32::from_le_bytes(*b)).collect()),
            other => Err(format!("its bias {} is {other}, not int32", value.name)),
        }
    }
}

/// Channels of a matrix with one multiplier, the zero point of what it multiplies folded into the biases.
fn folded(weights: &[u8], bias: &[i32], zero: i8, factor: f32) -> Result<Vec<u8>, String> {
    let rows = weights.chunks_exact((weights.len() / bias.len().max(1)).max(1));
    let folded = rows.zip(bias).map(|(row, bias)| {
        narrow(&reach(row, *bias, zero))?;
        let sum: i32 = row.iter().map(|w| i32::from(*w as i8)).sum();
        Ok(bias.wrapping_sub(sum.wrapping_mul(i32::from(zero))))
    });
    let folded = folded.collect::<Result<Vec<i32>, String>>()?;
    Ok(channel_bytes(&folded, &[Multiplier::new(f64::from(factor))?]))
}

/// Bits behind the binary point of a cell state, whose scale is a power of two.
fn fraction(cell: &Value) -> Result<u8, String> {
    let scale = int16(cell)?;
    let bits = -scale.log2();
    match bits.round() {
        round @ 9.0..=15.0 if (bits - round).abs() < 1e-3 => Ok(round as u8),
        _ => {
            Err(format!("its cell state has the scale {scale}, and needs a power of two from 2^-15 to 2^-9"))
        }
    }
}

pub(super) fn about(value: &Value, what: &str) -> OperandName {
    OperandName { name: format!("{}: {what}", value.name), ..OperandName::default() }
}
