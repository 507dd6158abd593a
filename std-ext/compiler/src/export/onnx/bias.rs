//! Biases of weighted layers.

use super::Exporter;
use super::form::OWN;
use crate::graph::{Grain, Quant, Repr, Type, Value, ValueId};

impl Exporter<'_> {
    /// A layer's bias as a list of floats. Integers are in steps of the input's scale times that of the weights, whatever
    /// they say of themselves.
    pub(super) fn bias(&mut self, ids: &[ValueId]) -> Option<String> {
        let &[x, filter, bias] = ids else { return None };
        Some(self.biases(self.step(x), filter, bias))
    }

    /// The first scale of a value.
    pub(super) fn step(&self, id: ValueId) -> Option<f32> {
        self.value(id).repr.quant()?.scale.first().copied()
    }

    /// The biases of products of numbers of this scale with a filter.
    pub(super) fn biases(&mut self, step: Option<f32>, filter: ValueId, bias: ValueId) -> String {
        let (filter, value) = (self.value(filter), self.value(bias));
        let steps = match (step, &filter.repr, &value.data) {
            (Some(step), Repr::Quant(filter), Some(data)) => Some((step, filter, data)),
            _ => None,
        };
        let Some((step, filter, data)) = steps else {
            let name = self.real(bias, OWN);
            let flat = value.shape.len() == 1;
            return if flat { name } else { self.shaped(&name, &[value.elements()]) };
        };
        let scale: Vec<f32> = filter.scale.iter().map(|scale| scale * step).collect();
        let name = self.file.fresh(&self.names[bias.0].clone());
        if value.repr.store() != Type::I32 {
            // ONNX has no scales for int64
            self.file.constant(&name, Type::F32, &[value.elements()], &floats(value, data, &scale));
            return name;
        }
        self.file.constant(&name, Type::I32, &[value.elements()], data);
        let grain = if scale.len() == 1 { Grain::Tensor } else { Grain::Channel(0) };
        let quant = Quant { store: Type::I32, zero: vec![0; scale.len()], scale, grain };
        let (scale, axis) = self.file.scale(&quant, &name);
        let wish = format!("{name}/real");
        self.file.node("DequantizeLinear", &[&name, &scale[0]], &axis, &wish, 1).remove(0)
    }
}

fn floats(value: &Value, data: &[u8], scale: &[f32]) -> Vec<u8> {
    let integers = data.chunks_exact(value.repr.store().bytes()).map(|bytes| {
        let mut wide = [0; 8];
        wide[8 - bytes.len()..].copy_from_slice(bytes);
        i64::from_le_bytes(wide) >> (64 - 8 * bytes.len())
    });
    let real = |(i, n): (usize, i64)| (f64::from(scale[i % scale.len()]) * n as f64) as f32;
    integers.enumerate().flat_map(|pair| real(pair).to_le_bytes()).collect()
}
