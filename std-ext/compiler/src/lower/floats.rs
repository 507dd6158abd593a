//! Weighted layers and pools of floats.

use super::weighted::{Filter, Layer};
use super::{Lowering, extent, label, name};
use crate::graph::{Activation, Node, Repr, Type};
use midge_core::half::{narrow, widen};
use midge_core::ops::{
    self,
    pool_float::PoolFloat,
    weighted_float::{DepthwiseFloat, WeightedFloat},
    window::Window,
};
use midge_core::plan::Kind;

/// The kernels of one operator.
struct Codes {
    /// Weights and activations in single precision.
    single: u16,
    /// Weights in half precision.
    half: u16,
    /// Weights and activations.
    halves: u16,
}

impl Lowering<'_> {
    /// A layer in general.
    pub(super) fn weighted_float(&mut self, node: &Node, layer: Layer<'_>) -> Result<(), String> {
        let [lo, hi] = limits(layer.activation);
        let record = WeightedFloat { spread: layer.spread, lo, hi };
        let codes = Codes { single: ops::WEIGHTED_F32, half: ops::WEIGHTED_F16, halves: ops::WEIGHTED_HALF };
        self.real(node, codes, layer.rows, &layer.filter, &record.bytes())
    }

    pub(super) fn depthwise_float(
        &mut self,
        node: &Node,
        window: Window,
        multiplier: usize,
        filter: &Filter<'_>,
        activation: Activation,
    ) -> Result<(), String> {
        let [lo, hi] = limits(activation);
        let multiplier = extent(multiplier, "the number of outputs per input")?;
        let record = DepthwiseFloat { window, multiplier, lo, hi };
        let codes =
            Codes { single: ops::DEPTHWISE_F32, half: ops::DEPTHWISE_F16, halves: ops::DEPTHWISE_HALF };
        let rows = self.image_rows(node)?;
        self.real(node, codes, rows, filter, &record.bytes())
    }

    pub(super) fn pool_float(
        &mut self,
        node: &Node,
        code: u16,
        window: Window,
        activation: Activation,
    ) -> Result<(), String> {
        let [lo, hi] = limits(activation);
        self.pool(node, code, &PoolFloat { window, lo, hi }.bytes())
    }

    /// A step with weights and biases. Weights that half precision holds exactly are kept in it.
    fn real(
        &mut self,
        node: &Node,
        codes: Codes,
        rows: usize,
        filter: &Filter<'_>,
        record: &[u8],
    ) -> Result<(), String> {
        let (value, x, y) = (filter.value, self.input(node, 0)?.1, self.output(node)?.1);
        let store = x.repr.store();
        if value.repr != Repr::Plain(Type::F32) {
            return Err(format!(
                "{} is {} where the input is {store}, which is not supported; convert the model with full integer \
                 quantization",
                value.name,
                value.repr.store()
            ));
        }
        if y.repr != x.repr {
            return Err(format!("makes {} of {store}", y.repr.store()));
        }
        let bias = match node.inputs.get(2) {
            Some(_) => {
                let (value, data) = self.constant_input(node, 2)?;
                if value.repr != Repr::Plain(Type::F32) {
                    return Err(format!("its bias {} is {}, not float32", value.name, value.repr.store()));
                }
                (data.to_vec(), name(value))
            }
            None => (vec![0; y.shape.last().copied().unwrap_or(0) * 4], label("no biases")),
        };
        let bias = self.constant(Kind::F32, bias.0, bias.1);
        let (code, weights) = match halves(&filter.data) {
            Some(halves) => {
                let code = if store == Type::F16 { codes.halves } else { codes.half };
                (code, self.constant(Kind::F16, halves, name(value)))
            }
            None if store == Type::F16 => {
                return Err(format!("its weights {} are more exact than half precision", value.name));
            }
            None => (codes.single, self.constant(Kind::F32, filter.data.clone(), name(value))),
        };
        let (x, y) = (self.activation(node.inputs[0])?, self.activation(node.outputs[0])?);
        self.step(node, code, rows, 1, vec![y, x, weights, bias], record)
    }
}

/// Bits of the least and the greatest output.
fn limits(activation: Activation) -> [u32; 2] {
    let limits = match activation {
        Activation::None => [f32::NEG_INFINITY, f32::INFINITY],
        Activation::Relu => [0.0, f32::INFINITY],
        Activation::Relu6 => [0.0, 6.0],
        Activation::ReluN1To1 => [-1.0, 1.0],
    };
    limits.map(f32::to_bits)
}

/// The floats in half precision, if it holds every one of them.
fn halves(data: &[u8]) -> Option<Vec<u8>> {
    let floats = data.as_chunks().0.iter().map(|bytes| half(f32::from_le_bytes(*bytes)));
    let halves = floats.collect::<Option<Vec<u16>>>()?;
    Some(halves.into_iter().flat_map(u16::to_le_bytes).collect())
}

/// What [`widen`]s to `x`.
fn half(x: f32) -> Option<u16> {
    Some(narrow(x)).filter(|half| widen(*half).to_bits() == x.to_bits())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_are_found_and_nothing_else() {
        for bits in (0..=u16::MAX).filter(|bits| !widen(*bits).is_nan()) {
            assert_eq!(half(widen(bits)), Some(bits));
            let next = f32::from_bits(widen(bits).to_bits() + 1);
            assert_eq!(half(next), None, "{next}");
        }
        for x in [65520.0, 1e30, 2f32.powi(-25), f32::MAX, f32::MIN_POSITIVE] {
            assert_eq!(half(x), None, "{x}");
        }
    }
}
