//! LAYER_NORM.

use super::{Lowering, extent, halves, label};
use crate::graph::{Node, Type};
use crate::quant::integers;
use midge_core::ops::layer_norm::{LayerNorm, MOST, POINT, headroom};
use midge_core::ops::{self, layer_norm_float::LayerNormFloat};
use midge_core::plan::Kind;

impl Lowering<'_> {
    pub(super) fn layer_norm(&mut self, node: &Node, epsilon: f32, centred: bool) -> Result<(), String> {
        let ((x_id, x), (y_id, y)) = (self.input(node, 0)?, self.output(node)?);
        let numbers = |i| -> Result<Vec<f32>, String> {
            let (value, _) = self.constant_input(node, i)?;
            value.reals().ok_or_else(|| format!("{} is not float", value.name))
        };
        let (weights, biases) = (numbers(1)?, numbers(2)?);
        let store = x.repr.store();
        let depth = extent(weights.len(), "the number of weights")?;
        let epsilon = f64::from(epsilon);
        let (code, kind, channels, record) = if store.is_float() {
            let channels =
                weights.iter().zip(&biases).flat_map(|(w, b)| [*w, *b].map(f32::to_bits)).collect();
            let record =
                LayerNormFloat { depth, epsilon: (epsilon as f32).to_bits(), centred: centred.into() };
            (halves::of(ops::LAYER_NORM_F32, store)?, Kind::F32, channels, record.bytes().to_vec())
        } else {
            let ((store, x_scale, x_zero), (_, y_scale, y_zero)) = (integers(x)?, integers(y)?);
            if depth > MOST {
                return Err(format!("normalizes {depth} numbers together, and integers are up to {MOST}"));
            }
            let steps = |x: &f32| f64::from(*x) / f64::from(y_scale);
            let shifted = |x: &f32| steps(x) + f64::from(y_zero) + 0.5;
            let (fraction, channels) = channels(&weights, &biases, steps, shifted)?;
            let square = epsilon * (f64::from(depth) / f64::from(x_scale)).powi(2);
            let square = square * f64::from(headroom(store.bytes())).exp2();
            let (epsilon, epsilon_shift) = float(square)?;
            let record =
                LayerNorm { depth, epsilon, epsilon_shift, x_zero, centred: centred.into(), fraction };
            let code = if store == Type::I8 { ops::LAYER_NORM } else { ops::LAYER_NORM_I16 };
            (code, Kind::I32, channels, record.bytes().to_vec())
        };
        let bytes = channels.iter().flat_map(|word| word.to_le_bytes()).collect();
        let channels = self.constant(kind, bytes, label("weights and biases"));
        let rows = y.elements() / weights.len().max(1);
        let (x, y) = (self.activation(x_id)?, self.activation(y_id)?);
        self.step(node, code, rows, 1, vec![y, x, channels], &record)?;
        self.in_place(&[1]);
        Ok(())
    }
}

/// Weights and biases in turn, with as many bits behind the point as they have room for; and how many biases have.
fn channels(
    weights: &[f32],
    biases: &[f32],
    steps: impl Fn(&f32) -> f64,
    shifted: impl Fn(&f32) -> f64,
) -> Result<(u8, Vec<u32>), String> {
    let most = |numbers: &mut dyn Iterator<Item = f64>| numbers.fold(0.0f64, |most, x| most.max(x.abs()));
    let weight = most(&mut weights.iter().map(&steps));
    let bias = most(&mut biases.iter().map(&shifted));
    // a product has the bits of a normal number too, and 32 of them go before the bias is added
    let finer = f64::from(32 - POINT).exp2();
    let fits = |fraction: &u8| {
        let unit = f64::from(*fraction).exp2();
        weight * unit * finer < f64::from(i32::MAX) && bias * unit < f64::from(1 << 30)
    };
    let fraction =
        (0..=20).rev().find(fits).ok_or("has weights or biases too large for its output's scale")?;
    let unit = f64::from(fraction).exp2();
    let fixed = |x: f64| (x.round() as i32).cast_unsigned();
    let pairs = weights.iter().zip(biases);
    let words = pairs.flat_map(|(w, b)| [fixed(steps(w) * unit * finer), fixed(shifted(b) * unit)]);
    Ok((fraction, words.collect()))
}

/// A number as 32 bits and a shift to the left.
fn float(mut x: f64) -> Result<(u32, u8), String> {
    if x >= 62f64.exp2() {
        return Err(format!(
            "adds {x} to its squares, more than integers hold; its input's scale is too small"
        ));
    }
    let mut shift = 0;
    while x.round() > u32::MAX.into() {
        (x, shift) = (x / 2.0, shift + 1);
    }
    Ok((x.round() as u32, shift))
}
