//! UNIDIRECTIONAL_SEQUENCE_LSTM in floats.

use super::lstm::{Parts, about};
use super::{Lowering, extent, name};
use crate::graph::{Node, Type, Value};
use midge_core::ops::{self, lstm, lstm_float};
use midge_core::plan::Kind;

impl Lowering<'_> {
    pub(super) fn lstm_float(&mut self, node: &Node, parts: &Parts<'_>) -> Result<(), String> {
        let (x, hidden, filter) = (parts.needed(0)?, parts.needed(18)?, parts.needed(8)?);
        let [cells, outputs] = filter.shape[..] else { return Err("needs matrices as weights".into()) };
        let inputs = x.shape.last().copied().unwrap_or(0);
        let gates = parts.gates();
        let (mut weights, mut biases) = (Vec::new(), Vec::new());
        for gate in gates {
            let (ours, theirs) = (parts.reals(1 + gate)?, parts.reals(5 + gate)?);
            let rows = ours.chunks_exact(4 * inputs.max(1)).zip(theirs.chunks_exact(4 * outputs.max(1)));
            rows.for_each(|(ours, theirs)| weights.extend(ours.iter().chain(theirs)));
            biases.extend(parts.reals(12 + gate)?);
        }
        let mut form = parts.form();
        let mut constants = vec![
            self.constant(Kind::F32, weights, name(filter)),
            self.constant(Kind::F32, biases, about(filter, "biases")),
        ];
        if form & lstm::PEEPHOLE != 0 {
            let diagonal = gates[1..].iter().map(|gate| parts.reals(parts.peephole(*gate)));
            let diagonal = diagonal.collect::<Result<Vec<_>, _>>()?.concat();
            constants.push(self.constant(Kind::F32, diagonal, about(filter, "weights of the cell state")));
        }
        if (20..24).any(|number| parts.get(number).is_some()) {
            form |= lstm_float::NORMAL;
            let factors = gates.iter().map(|gate| parts.reals(20 + gate));
            let factors = factors.collect::<Result<Vec<_>, _>>()?.concat();
            constants.push(self.constant(Kind::F32, factors, about(filter, "factors of normal gates")));
        }
        if form & lstm::PROJECTION != 0 {
            let (value, data) = (parts.needed(16)?, parts.reals(16)?.to_vec());
            constants.push(self.constant(Kind::F32, data, name(value)));
            let bias = match parts.get(17) {
                Some(_) => parts.reals(17)?.to_vec(),
                None => vec![0; 4 * outputs],
            };
            constants.push(self.constant(Kind::F32, bias, about(value, "biases")));
        }
        let y = self.activation(node.outputs[0])?;
        let (h, c) = (self.activation(parts.id(18)?)?, self.activation(parts.id(19)?)?);
        let scratch = self.scratch(Kind::F32, 4 * cells, "gates")?;
        let mut operands = vec![y, h, c, scratch, self.activation(parts.id(0)?)?];
        operands.extend(constants);
        let record = lstm_float::LstmFloat {
            batch: extent(hidden.elements() / outputs.max(1), "the batch")?,
            inputs: extent(inputs, "the number of inputs")?,
            cells: extent(cells, "the number of cells")?,
            outputs: extent(outputs, "the number of outputs")?,
            cell_clip: parts.lstm.cell_clip.max(0.0).to_bits(),
            clip: parts.lstm.projection_clip.max(0.0).to_bits(),
            form: form.into(),
        };
        let rows = self.output(node)?.1.elements() / outputs.max(1);
        self.step(node, ops::LSTM_F32, rows, 4, operands, &record.bytes())
    }
}

impl<'a> Parts<'a> {
    /// A constant of float32, as bytes.
    fn reals(&self, number: u32) -> Result<&'a [u8], String> {
        let (value, data): (&Value, _) = self.data(number)?;
        match value.repr.store() {
            Type::F32 => Ok(data),
            Type::I8 => Err(format!(
                "{} is int8 where the input is float32, which is not supported; convert the model with full \
                 integer quantization",
                value.name
            )),
            other => Err(format!("{} is {other}, not float32", value.name)),
        }
    }
}
