//! Layers that go along a sequence with a state. Weights lie as PyTorch has them.

use super::init::Init;
use super::{Module, Part};
use crate::{Error, Result, Rng, Tensor, trace};

/// What a recurrent layer does in each step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cell {
    /// `tanh` of the sums (Elman 1990).
    Rnn,
    /// Gated recurrent unit; gates reset, update, new (Cho and others 2014; the reset gate acts behind the product).
    Gru,
    /// Long short-term memory; gates input, forget, cell, output (Hochreiter and Schmidhuber 1997; Gers and others 2000).
    Lstm,
}

impl Cell {
    fn gates(self) -> usize {
        match self {
            Cell::Rnn => 1,
            Cell::Gru => 3,
            Cell::Lstm => 4,
        }
    }
}

/// A recurrent layer over `[batch, length, inputs]`.
#[derive(Debug)]
pub struct Recurrent {
    /// `[gates * size, inputs]`
    pub weight_ih: Tensor,
    /// `[gates * size, size]`
    pub weight_hh: Tensor,
    /// `[gates * size]`
    pub bias_ih: Tensor,
    /// `[gates * size]`
    pub bias_hh: Tensor,
    cell: Cell,
    size: usize,
}

impl Recurrent {
    /// A state of `size` numbers, and for [`Cell::Lstm`] as many more.
    ///
    /// # Errors
    /// There is no memory left.
    pub fn new(cell: Cell, inputs: usize, size: usize, rng: &mut Rng) -> Result<Recurrent> {
        let init = Init::Uniform(1.0 / (size.max(1) as f32).sqrt());
        let rows = cell.gates() * size;
        Ok(Recurrent {
            weight_ih: init.parameter([rows, inputs], rng)?,
            weight_hh: init.parameter([rows, size], rng)?,
            bias_ih: init.parameter(rows, rng)?,
            bias_hh: init.parameter(rows, rng)?,
            cell,
            size,
        })
    }

    /// A state of zeros for so many sequences: `[batch, size]` once, for [`Cell::Lstm`] twice.
    ///
    /// # Errors
    /// There is no memory left.
    pub fn start(&self, batch: usize) -> Result<Vec<Tensor>> {
        let zeros = || Tensor::zeros([batch, self.size]);
        Ok(if self.cell == Cell::Lstm { vec![zeros()?, zeros()?] } else { vec![zeros()?] })
    }

    /// All outputs `[batch, length, size]`, and the state behind the last, from a state before the first.
    ///
    /// # Errors
    /// Shapes do not fit.
    pub fn forward_from(&self, x: &Tensor, state: &[Tensor]) -> Result<(Tensor, Vec<Tensor>)> {
        if x.rank() != 3 || x.shape()[1] == 0 {
            return Err(x
                .shape()
                .wrong("recurrent", "a sequence is [batch, length, inputs], of one step or more"));
        }
        if state.len() != if self.cell == Cell::Lstm { 2 } else { 1 } {
            return Err(Error::Argument {
                op: "recurrent",
                why: format!("a state of {} tensors is not one of {:?}", state.len(), self.cell),
            });
        }
        let given = x.linear(&self.weight_ih, Some(&self.bias_ih))?;
        let mut reads = vec![x, &self.weight_ih, &self.weight_hh, &self.bias_ih, &self.bias_hh];
        reads.extend(state);
        let mut state = state.to_vec();
        let mut outputs = Vec::with_capacity(x.shape()[1]);
        for t in 0..x.shape()[1] {
            state = self.step(&given.at(1, t)?, &state)?;
            outputs.push(state[0].clone());
        }
        let outputs = Tensor::stack(&outputs.iter().collect::<Vec<_>>(), 1)?;
        trace::recurrent(self.cell, &reads, &[&outputs].into_iter().chain(&state).collect::<Vec<_>>());
        Ok((outputs, state))
    }

    /// The next state, from what the input gives to the gates, and the state before.
    fn step(&self, given: &Tensor, state: &[Tensor]) -> Result<Vec<Tensor>> {
        let h = &state[0];
        let own = h.linear(&self.weight_hh, Some(&self.bias_hh))?;
        match self.cell {
            Cell::Rnn => Ok(vec![given.map_with(&own, |a, b| (a + b).tanh())?]),
            Cell::Gru => {
                let (x, own) = (given.chunk(3, 1)?, own.chunk(3, 1)?);
                let reset = x[0].map_with(&own[0], |a, b| (a + b).sigmoid())?;
                let update = x[1].map_with(&own[1], |a, b| (a + b).sigmoid())?;
                let new = x[2].add(&reset.mul(&own[2])?)?.tanh()?;
                Ok(vec![new.add(&update.mul(&h.sub(&new)?)?)?])
            }
            Cell::Lstm => {
                let gates = given.add(&own)?.chunk(4, 1)?;
                let added = gates[0].map_with(&gates[2], |i, g| i.sigmoid() * g.tanh())?;
                let cell = gates[1].map_with(&state[1], |f, c| f.sigmoid() * c)?.add(&added)?;
                Ok(vec![gates[3].map_with(&cell, |o, c| o.sigmoid() * c.tanh())?, cell])
            }
        }
    }
}

impl Module for Recurrent {
    /// All outputs, from a state of zeros.
    fn forward(&self, x: &Tensor) -> Result<Tensor> {
        Ok(self.forward_from(x, &self.start(x.shape().first().copied().unwrap_or(0))?)?.0)
    }

    fn visit<'a>(&'a self, visitor: &mut dyn FnMut(&str, Part<'a>)) {
        visitor("weight_ih", Part::Parameter(&self.weight_ih));
        visitor("weight_hh", Part::Parameter(&self.weight_hh));
        visitor("bias_ih", Part::Parameter(&self.bias_ih));
        visitor("bias_hh", Part::Parameter(&self.bias_hh));
    }
}
