//! Recurrent layers as one operator: the quantizer has to know that their steps are the same, and a file need not list them.

use midge_compiler::export::Attribute;

use super::build::{Build, Whole};
use super::{What, note};
use crate::nn::Cell;
use crate::{Result, Tensor};

/// Writes down that all steps of a recurrent layer have been made: `reads` are the input, four parameters as they lie in
/// the layer, and the state before; `writes` are the outputs of all steps, and the state behind the last.
pub(crate) fn recurrent(cell: Cell, reads: &[&Tensor], writes: &[&Tensor]) {
    note(|| What::Recurrent(cell), reads, writes);
}

impl Build<'_> {
    /// All steps, over `[batch, length, inputs]`. ONNX orders the gates in another way, and its runtimes want steps in front.
    pub(super) fn recurrent(&mut self, cell: Cell, reads: &[Tensor], writes: &[Tensor]) -> Result<()> {
        let (op, order): (_, &[usize]) = match cell {
            Cell::Rnn => ("RNN", &[0]),
            Cell::Gru => ("GRU", &[1, 0, 2]),
            Cell::Lstm => ("LSTM", &[0, 3, 1, 2]),
        };
        let ([x, weights @ ..], &[batch, length, size]) = (reads, &writes[0].shape()[..]) else {
            return Err(self.refuse("recurrent", "its outputs have not three axes"));
        };
        if weights[..4].iter().any(|weight| self.is_traced(weight)) {
            return Err(self.refuse("recurrent", "its weights depend on the input"));
        }
        let gates = |weight: &Tensor| {
            let parts = weight.chunk(order.len(), 0)?;
            Tensor::cat(&order.iter().map(|&gate| &parts[gate]).collect::<Vec<_>>(), 0)?.unsqueeze(0)
        };
        let both = Tensor::cat(&[&gates(&weights[2])?, &gates(&weights[3])?], 1)?;
        let mut names = vec![self.exact(&x.transpose(0, 1)?)?];
        for (constant, of) in [(gates(&weights[0])?, 0), (gates(&weights[1])?, 1), (both, 2)] {
            names.push(self.constant_like(&constant, &weights[of])?);
        }
        names.push(String::new());
        for state in &weights[4..] {
            names.push(self.exact(&state.unsqueeze(0)?)?);
        }
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let mut attributes = vec![Attribute::Int("hidden_size", size as i64)];
        if cell == Cell::Gru {
            attributes.push(Attribute::Int("linear_before_reset", 1));
        }
        let mut made = self.nodes(op, &names, &attributes, writes.len());
        made[0] = self.node("Transpose", &[&made[0]], &[Attribute::Ints("perm", vec![2, 0, 1, 3])]);
        for (i, (name, write)) in made.into_iter().zip(writes).enumerate() {
            let shape = if i == 0 { vec![batch, length, 1, size] } else { vec![1, batch, size] };
            self.parts.remove(&write.buffer().key());
            self.wholes.insert(write.buffer().key(), Whole { name, shape });
        }
        Ok(())
    }
}
