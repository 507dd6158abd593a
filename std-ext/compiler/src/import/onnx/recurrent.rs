//! LSTM, GRU and RNN of an ONNX file, step after step: the products with the inputs of all steps are one.

use super::call::Call;
use super::{Made, refuse};
use crate::graph::{Binary, Unary, ValueId};

/// A function of a gate.
#[derive(Clone, Debug)]
struct Function {
    name: String,
    alpha: Option<f32>,
    beta: Option<f32>,
}

/// A filter, and what is added to its products.
#[derive(Clone, Copy, Debug)]
struct Product {
    filter: ValueId,
    bias: Option<ValueId>,
}

/// One direction of a layer.
struct Layer {
    kind: &'static str,
    hidden: usize,
    /// What the answer before is multiplied by.
    past: Product,
    /// The same for GRU's cell, whose gates come first.
    cell: Option<Product>,
    peepholes: Option<ValueId>,
    functions: Vec<Function>,
    clip: f32,
}

impl Call<'_, '_> {
    pub(super) fn recurrent(&mut self, kind: &'static str) -> Made {
        let (gates, each, functions): (usize, usize, &[&str]) = match kind {
            "LSTM" => (4, 3, &["Sigmoid", "Tanh", "Tanh"]),
            "GRU" => (3, 2, &["Sigmoid", "Tanh"]),
            _ => (1, 1, &["Tanh"]),
        };
        let batch_first = self.flag("layout");
        let (mut x, weights, recurrence) = (self.input(0)?, self.input(1)?, self.input(2)?);
        if batch_first {
            x = self.transpose(x, &[1, 0, 2])?;
        }
        let (&[steps, batch, _], &[ways, _, hidden]) = (&self.shape(x)[..], &self.shape(recurrence)[..])
        else {
            return refuse("needs 3 axes");
        };
        if let Some(lengths) = self.numbers(4, "lengths")?
            && lengths.iter().any(|n| *n != steps as i64)
        {
            return refuse("has sequences of several lengths");
        }
        if self.flag("input_forget") {
            return refuse("couples its input and forget gates");
        }
        let direction = self.text("direction", "forward");
        let listed = self.activations();
        let (mut all, mut last_h, mut last_c) = (Vec::new(), Vec::new(), Vec::new());
        for way in 0..ways {
            let backward = direction == "reverse" || way == 1;
            let (mut bias, mut recurrent) = (None, None);
            if let Some(biases) = self.maybe(3) {
                let biases = self.at(biases, 0, way)?;
                let first = self.along(biases, 0, 0, 1, gates * hidden)?;
                let second = self.along(biases, 0, gates * hidden, 1, gates * hidden)?;
                if kind == "GRU" {
                    (bias, recurrent) = (Some(first), Some(second));
                } else {
                    bias = Some(self.add(first, second)?);
                }
            }
            let filter = self.at(weights, 0, way)?;
            let inputs = self.rows_times(x, Product { filter, bias })?;
            let filter = self.at(recurrence, 0, way)?;
            let (past, cell) = match kind {
                "GRU" => {
                    let mut piece = |begin: usize, len: usize| -> Made<Product> {
                        let mut part = |x| self.along(x, 0, begin * hidden, 1, len * hidden);
                        Ok(Product { filter: part(filter)?, bias: recurrent.map(part).transpose()? })
                    };
                    (piece(0, 2)?, Some(piece(2, 1)?))
                }
                _ => (Product { filter, bias: None }, None),
            };
            let name = |i: usize| Function { name: functions[i].into(), alpha: None, beta: None };
            let functions = (0..each).map(|i| listed.get(way * each + i).cloned().unwrap_or_else(|| name(i)));
            let layer = Layer {
                kind,
                hidden,
                past,
                cell,
                peepholes: match self.maybe(7).filter(|_| kind == "LSTM") {
                    Some(peepholes) => Some(self.at(peepholes, 0, way)?),
                    None => None,
                },
                functions: functions.collect(),
                clip: self.float("clip", 0.0),
            };
            let (mut h, mut c) =
                (self.start(5, x, [batch, hidden], way)?, self.start(6, x, [batch, hidden], way)?);
            let (mut outputs, mut begins) = (Vec::new(), Vec::new());
            let start = [h, c];
            for step in 0..steps {
                begins.push(self.graph.values.len());
                let t = if backward { steps - 1 - step } else { step };
                let now = self.at(inputs, 0, t)?;
                (h, c) = self.step(&layer, now, h, c)?;
                outputs.push(h);
            }
            self.alike(&begins);
            self.graph.alike.extend([[start[0], h], [start[1], c]]);
            if backward {
                outputs.reverse();
            }
            all.push(self.stack(&outputs, 0)?);
            last_h.push(h);
            last_c.push(c);
        }
        let (y, h, c) = (self.stack(&all, 1)?, self.stack(&last_h, 0)?, self.stack(&last_c, 0)?);
        if batch_first {
            return Ok(vec![
                self.transpose(y, &[2, 0, 1, 3])?,
                self.transpose(h, &[1, 0, 2])?,
                self.transpose(c, &[1, 0, 2])?,
            ]);
        }
        Ok(vec![y, h, c])
    }

    /// Rows of the last axis times a filter `[out, in]`, constant or not.
    fn rows_times(&mut self, x: ValueId, Product { filter, bias }: Product) -> Made<ValueId> {
        let known = |id: ValueId| self.data(id).is_some();
        if known(filter) && bias.is_none_or(known) {
            return self.dense(x, filter, bias);
        }
        let made = self.matmul(x, filter, [false, true])?;
        self.plus_maybe(made, bias)
    }

    /// The state before the first step: an input, or zeros.
    fn start(&mut self, i: usize, x: ValueId, shape: [usize; 2], way: usize) -> Made<ValueId> {
        match self.maybe(i) {
            Some(start) if self.flag("layout") => self.at(start, 1, way),
            Some(start) => self.at(start, 0, way),
            None => self.full(x, &shape, 0.0),
        }
    }

    /// The functions that the node names, with their parameters.
    fn activations(&self) -> Vec<Function> {
        let numbers = |name: &str| self.attribute(name).map(|a| a.floats.clone()).unwrap_or_default();
        let (mut alphas, mut betas) =
            (numbers("activation_alpha").into_iter(), numbers("activation_beta").into_iter());
        let names = self.attribute("activations").map(|a| a.strings.clone()).unwrap_or_default();
        let function = |name: Vec<u8>| {
            let name = String::from_utf8_lossy(&name).to_string();
            let takes = |all: &[&str]| all.contains(&name.as_str());
            let alpha =
                takes(&["LeakyRelu", "ThresholdedRelu", "ScaledTanh", "HardSigmoid", "Elu", "Affine"]);
            let beta = takes(&["ScaledTanh", "HardSigmoid", "Affine"]);
            Function {
                alpha: if alpha { alphas.next() } else { None },
                beta: if beta { betas.next() } else { None },
                name,
            }
        };
        names.into_iter().map(function).collect()
    }

    fn step(&mut self, layer: &Layer, x: ValueId, h: ValueId, c: ValueId) -> Made<(ValueId, ValueId)> {
        let n = layer.hidden;
        if let Some(cell) = layer.cell {
            return Ok((self.gru(layer, cell, x, h)?, c));
        }
        let past = self.rows_times(h, layer.past)?;
        let sum = self.add(x, past)?;
        if layer.kind == "RNN" {
            return Ok((self.gate(layer, 0, sum)?, c));
        }
        // input, output, forget, cell
        let part = |call: &mut Self, i: usize| call.along(sum, 1, i * n, 1, n);
        let peep = |call: &mut Self, sum: ValueId, i: usize, c: ValueId| match layer.peepholes {
            Some(all) => {
                let own = call.along(all, 0, i * n, 1, n)?;
                let seen = call.mul(c, own)?;
                call.add(sum, seen)
            }
            None => Ok(sum),
        };
        let (i, f, z) = (part(self, 0)?, part(self, 2)?, part(self, 3)?);
        let (i, f) = (peep(self, i, 0, c)?, peep(self, f, 2, c)?);
        let (i, f, z) = (self.gate(layer, 0, i)?, self.gate(layer, 0, f)?, self.gate(layer, 1, z)?);
        let (kept, news) = (self.mul(f, c)?, self.mul(i, z)?);
        let c = self.add(kept, news)?;
        let o = part(self, 1)?;
        let o = peep(self, o, 1, c)?;
        let o = self.gate(layer, 0, o)?;
        let shown = self.function(&layer.functions[2], c)?;
        Ok((self.mul(o, shown)?, c))
    }

    fn gru(&mut self, layer: &Layer, cell: Product, x: ValueId, h: ValueId) -> Made<ValueId> {
        let n = layer.hidden;
        let part = |call: &mut Self, x: ValueId, i: usize, len: usize| call.along(x, 1, i * n, 1, len * n);
        let gates = self.rows_times(h, layer.past)?;
        let own = part(self, x, 0, 2)?;
        let gates = self.add(gates, own)?;
        let (z, r) = (part(self, gates, 0, 1)?, part(self, gates, 1, 1)?);
        let (z, r) = (self.gate(layer, 0, z)?, self.gate(layer, 0, r)?);
        let past = if self.flag("linear_before_reset") {
            let past = self.rows_times(h, cell)?;
            self.mul(r, past)?
        } else {
            let reset = self.mul(r, h)?;
            self.rows_times(reset, cell)?
        };
        let own = part(self, x, 2, 1)?;
        let news = self.add(own, past)?;
        let news = self.gate(layer, 1, news)?;
        // (1 - z) * news + z * h
        let change = self.sub(h, news)?;
        let change = self.mul(z, change)?;
        self.add(news, change)
    }

    /// A gate's function, of what is clipped first.
    fn gate(&mut self, layer: &Layer, function: usize, x: ValueId) -> Made<ValueId> {
        let mut x = x;
        if layer.clip > 0.0 {
            x = self.with(Binary::Minimum, x, layer.clip.into())?;
            x = self.with(Binary::Maximum, x, (-layer.clip).into())?;
        }
        self.function(&layer.functions[function], x)
    }

    fn function(&mut self, function: &Function, x: ValueId) -> Made<ValueId> {
        let Function { name, alpha, beta } = function;
        let (scale, shift) = (f64::from(alpha.unwrap_or(1.0)), f64::from(beta.unwrap_or(0.0)));
        match name.as_str() {
            "Sigmoid" => self.unary(Unary::Logistic, x),
            "Tanh" => self.unary(Unary::Tanh, x),
            "Relu" => self.unary(Unary::Relu, x),
            "LeakyRelu" => self.unary(Unary::LeakyRelu { alpha: alpha.unwrap_or(0.01) }, x),
            "Softplus" => self.soft_plus(x),
            "Affine" => {
                let x = self.times(x, scale)?;
                self.plus(x, shift)
            }
            "HardSigmoid" => {
                let x = self.times(x, f64::from(alpha.unwrap_or(0.2)))?;
                let x = self.plus(x, f64::from(beta.unwrap_or(0.5)))?;
                self.unary(Unary::Relu0To1, x)
            }
            other => refuse(format!("has the activation {other}, which is not supported")),
        }
    }
}
