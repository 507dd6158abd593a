//! TFLite's LSTM, moment by moment.

use super::file::Attribute::{Float, Int};
use super::form::OWN;
use super::{Exporter, Written};
use crate::graph::{Grain, Lstm, Quant, Type, ValueId};

/// The constants of a gate: weights of x and of the hidden state, biases, and what it may have beside them.
struct Gate {
    weights: [String; 2],
    bias: String,
    /// Weights of the cells.
    diagonal: Option<String>,
    /// What its numbers are multiplied with once they are normal, before the bias.
    factors: Option<String>,
    /// What integers before the function are kept between.
    bounds: Option<[f32; 2]>,
}

/// Where integers before a function end: Q3.12.
const BOUNDS: [f32; 2] = [-8.0, 8.0 - 1.0 / 4096.0];

/// What LiteRT adds to a variance.
const LEAST: f32 = 1e-8;

impl Exporter<'_> {
    pub(super) fn lstm(&mut self, ids: &[ValueId], y: ValueId, lstm: &Lstm) -> Written {
        let get = |number| lstm.position(number).and_then(|at| ids.get(at)).copied();
        let id = |number| get(number).ok_or_else(|| format!("has no input {number}"));
        let (x, hidden, cell) = (id(0)?, id(18)?, id(19)?);
        let &[cells, outputs] = &self.value(id(8)?).shape[..] else {
            return Err("needs matrices as weights".into());
        };
        let batch = self.value(hidden).elements().checked_div(outputs).ok_or("has no outputs")?;
        let mut gates = Vec::new();
        for number in 0..4 {
            gates.push(match get(1 + number) {
                None => None,
                Some(_) => Some(self.constants(number, get)?),
            });
        }
        let [input, Some(forget), Some(change), Some(output)] = &gates[..] else {
            return Err("has not the weights of all gates".into());
        };
        let projection = self.projection(lstm, get)?;

        let time = (self.value(x).shape.len() == 3).then_some(usize::from(!lstm.time_major));
        let moments = time.map_or(1, |axis| self.extent(x, axis));
        let mut piece = self.value(y).shape.clone();
        if let Some(axis) = time {
            piece[axis] = 1;
        }
        let (all, mut made) = (self.real(x, OWN), Vec::new());
        for moment in 0..moments {
            let now = match time {
                None => all.clone(),
                Some(axis) => {
                    let at = self.number(Type::I64, moment as i64);
                    self.node("Gather", &[&all, &at], &[Int("axis", axis as i64)])
                }
            };
            let (h, old) = (self.kept(hidden, &[batch, outputs]), self.kept(cell, &[batch, cells]));
            let seen = [&now[..], &h, &old];
            let share = self.gate("Sigmoid", forget, seen);
            let news = match input {
                Some(input) => self.gate("Sigmoid", input, seen),
                None => {
                    let one = self.number(Type::F32, 1);
                    self.node("Sub", &[&one, &share], &[])
                }
            };
            let change = self.gate("Tanh", change, seen);
            let (kept, added) =
                (self.node("Mul", &[&share, &old], &[]), self.node("Mul", &[&news, &change], &[]));
            let mut new = self.node("Add", &[&kept, &added], &[]);
            if lstm.cell_clip > 0.0 {
                new = self.between(&new, [-lstm.cell_clip, lstm.cell_clip]);
            }
            self.keep(cell, &new);
            let new = self.kept(cell, &[batch, cells]);
            let share = self.gate("Sigmoid", output, [&now, &h, &new]);
            let bounded = self.node("Tanh", &[&new], &[]);
            let mut out = self.node("Mul", &[&share, &bounded], &[]);
            if let Some(projection) = &projection {
                out = self.projected(projection, &out);
            }
            self.keep(hidden, &out);
            let stored = self.stored(hidden, OWN);
            made.push(self.shaped(&stored, &piece));
        }
        let made: Vec<&str> = made.iter().map(String::as_str).collect();
        let made = self.node("Concat", &made, &[Int("axis", time.unwrap_or(0) as i64)]);
        self.write_stored(y, OWN, made);
        Ok(())
    }

    /// A gate's constants: `number` is its place among the four, which TFLite numbers input, forget, cell and output.
    fn constants(&mut self, number: u32, get: impl Fn(u32) -> Option<ValueId>) -> Result<Gate, String> {
        let id = |number| get(number).ok_or_else(|| format!("has no input {number}"));
        let (x, of_x, of_h) = (id(0)?, id(1 + number)?, id(5 + number)?);
        let whole = self.value(x).repr.quant().is_some();
        // the cell's own gate does not look at it
        let diagonal = match number {
            2 => None,
            3 => get(11),
            _ => get(9 + number),
        };
        let diagonal = diagonal.map(|id| self.real(id, OWN));
        let &[cells, outputs] = &self.value(of_h).shape[..] else {
            return Err("needs matrices as weights".into());
        };
        let diagonal = match diagonal {
            // LiteRT looks at as many cells as there are outputs
            Some(weights) if whole && outputs < cells => {
                let ones = (0..cells).flat_map(|i| f32::from(u8::from(i < outputs)).to_le_bytes()).collect();
                let ones = self.file.shared("seen", Type::F32, &[cells], ones);
                Some(self.node("Mul", &[&weights, &ones], &[]))
            }
            other => other,
        };
        let factors = get(20 + number);
        if whole && factors.is_some() {
            return Err("normalizes its gates in integers, which is not supported".into());
        }
        Ok(Gate {
            weights: [self.real(of_x, OWN), self.real(of_h, OWN)],
            bias: self.biases(self.step(x), of_x, id(12 + number)?),
            diagonal,
            factors: factors.map(|id| self.real(id, OWN)),
            bounds: whole.then_some(BOUNDS),
        })
    }

    /// What a gate makes of x, the hidden state and the cells.
    fn gate(&mut self, function: &str, gate: &Gate, [x, h, cells]: [&str; 3]) -> String {
        let [of_x, of_h] = &gate.weights;
        let mut inputs = vec![x, of_x];
        if gate.factors.is_none() {
            inputs.push(&gate.bias);
        }
        let mut sum = self.node("Gemm", &inputs, &[Int("transB", 1)]);
        let mut parts = vec![self.node("Gemm", &[h, of_h], &[Int("transB", 1)])];
        if let Some(diagonal) = &gate.diagonal {
            parts.push(self.node("Mul", &[cells, diagonal], &[]));
        }
        for part in parts {
            // integers saturate whenever something is added
            if let Some(bounds) = gate.bounds {
                sum = self.between(&sum, bounds);
            }
            sum = self.node("Add", &[&sum, &part], &[]);
        }
        if let Some(bounds) = gate.bounds {
            sum = self.between(&sum, bounds);
        }
        if let Some(factors) = &gate.factors {
            let attributes = [Int("axis", -1), Float("epsilon", LEAST)];
            sum = self.node("LayerNormalization", &[&sum, factors, &gate.bias], &attributes);
        }
        self.node(function, &[&sum], &[])
    }

    /// Numbers kept between two.
    fn between(&mut self, name: &str, bounds: [f32; 2]) -> String {
        let bounds =
            bounds.map(|bound| self.file.shared("bound", Type::F32, &[], bound.to_le_bytes().to_vec()));
        self.node("Clip", &[name, &bounds[0], &bounds[1]], &[])
    }

    fn projection(
        &mut self,
        lstm: &Lstm,
        get: impl Fn(u32) -> Option<ValueId>,
    ) -> Result<Option<Projection>, String> {
        let hidden = get(18).and_then(|id| self.value(id).repr.quant());
        let rounded = match (hidden, lstm.hidden) {
            (None, _) => None,
            (Some(_), None) => return Err("its cells' outputs have no scale".into()),
            (Some(_), Some((scale, zero))) => {
                Some(Quant { store: Type::I8, scale: vec![scale], zero: vec![zero], grain: Grain::Tensor })
            }
        };
        let Some(weights) = get(16) else {
            let same = rounded.as_ref().is_none_or(|quant| Some(quant) == hidden);
            return if same {
                Ok(None)
            } else {
                Err("its cells' outputs have another scale than its state".into())
            };
        };
        let clip = lstm.projection_clip;
        let bounds = match hidden {
            // LiteRT clamps the integers, wherever their zero is
            Some(Quant { scale, zero, .. }) => {
                let most = (clip / scale[0]).clamp(0.0, 127.0).trunc();
                [-most, most].map(|bound| (bound - zero[0] as f32) * scale[0])
            }
            None => [-clip, clip],
        };
        let step = rounded.as_ref().map(|quant| quant.scale[0]);
        Ok(Some(Projection {
            bias: get(17).map(|bias| self.biases(step, weights, bias)),
            weights: self.real(weights, OWN),
            rounded,
            bounds: (bounds[0] < bounds[1]).then_some(bounds),
        }))
    }

    /// The hidden state, of the cells' outputs.
    fn projected(&mut self, projection: &Projection, cells: &str) -> String {
        let mut cells = cells.to_string();
        if let Some(quant) = &projection.rounded {
            let (scale, _) = self.file.scale(quant, "cells");
            for op in ["QuantizeLinear", "DequantizeLinear"] {
                cells = self.node(op, &[&cells, &scale[0], &scale[1]], &[]);
            }
        }
        let mut inputs = vec![&cells[..], &projection.weights];
        inputs.extend(projection.bias.as_deref());
        let made = self.node("Gemm", &inputs, &[Int("transB", 1)]);
        match projection.bounds {
            Some(bounds) => self.between(&made, bounds),
            None => made,
        }
    }
}

/// The matrix behind the cells.
struct Projection {
    weights: String,
    bias: Option<String>,
    /// What the cells' outputs are rounded to before.
    rounded: Option<Quant>,
    /// What its numbers are kept between.
    bounds: Option<[f32; 2]>,
}
