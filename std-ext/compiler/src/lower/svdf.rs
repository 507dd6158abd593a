//! SVDF.

use super::conv::channel_bytes;
use super::lstm::about;
use super::{Lowering, extent, name};
use crate::graph::{Activation, Node, Repr, Type, Value};
use crate::quant::{Multiplier, int8, narrow, reach};
use midge_core::ops::{self, quant::Quant, svdf};
use midge_core::plan::Kind;

impl Lowering<'_> {
    pub(super) fn svdf(&mut self, node: &Node, rank: usize, activation: Activation) -> Result<(), String> {
        let ((_, x), (feature, _)) = (self.input(node, 0)?, self.constant_input(node, 1)?);
        let extents = svdf::Extents {
            inputs: extent(x.shape.last().copied().unwrap_or(0), "the number of inputs")?,
            units: extent(feature.shape[0] / rank.max(1), "the number of units")?,
            rank: extent(rank, "the rank")?,
            memory: extent(self.input(node, 2)?.1.shape[1], "the memory")?,
        };
        match (x.repr.store(), feature.repr.store()) {
            (Type::I8, Type::I8) => self.svdf_int8(node, extents),
            (Type::F32, Type::F32) => self.svdf_float(node, extents, activation),
            (Type::F32, Type::I8) => {
                Err("has int8 weights for a float32 input, which is not supported; convert \
                                          the model with full integer quantization"
                    .into())
            }
            (x, weights) => {
                Err(format!("has an input of {x} and weights of {weights}; int8 and float32 are supported"))
            }
        }
    }

    /// LiteRT ignores the activation here.
    fn svdf_int8(&mut self, node: &Node, extents: svdf::Extents) -> Result<(), String> {
        let ((x_scale, x_zero), (y_scale, y_zero)) =
            (int8(self.input(node, 0)?.1)?, int8(self.output(node)?.1)?);
        let (feature, features) = self.constant_input(node, 1)?;
        let (time, times) = self.constant_input(node, 2)?;
        let state = self.input(node, node.inputs.len() - 1)?.1;
        let (f_scale, _) = int8(feature)?;
        let (t_scale, s_scale) = (int16(time)?, int16(state)?);
        let seen = Multiplier::new(f64::from(x_scale * f_scale / s_scale))?;
        let made = Multiplier::new(f64::from(s_scale * t_scale / y_scale))?;
        let units = extents.units as usize;
        let bias = match node.inputs.len() {
            5 => self
                .svdf_bias(node, 3, Type::I32)?
                .as_chunks()
                .0
                .iter()
                .map(|b| i32::from_le_bytes(*b))
                .collect(),
            _ => vec![0; units],
        };
        // Sums over time are products of two 16-bit numbers: like LiteRT's they wrap, and no bound can be proved.
        let rows = features.chunks_exact((extents.inputs as usize).max(1));
        rows.map(|row| narrow(&reach(row, 0, x_zero))).try_for_each(|fits| fits.map(drop))?;
        let quant = Quant { x_zero, y_zero, lo: i8::MIN, hi: i8::MAX };
        let record = svdf::Svdf { extents, multiplier: seen.value, shift: seen.shift, quant };
        let (features, times) = (features.to_vec(), times.to_vec());
        let constants = [
            self.constant(Kind::I8, features, name(feature)),
            self.constant(Kind::I16, times, name(time)),
            self.constant(Kind::I32, channel_bytes(&bias, &[made]), about(feature, "biases and multiplier")),
        ];
        self.svdf_step(node, ops::SVDF, constants, &record.bytes())
    }

    fn svdf_float(
        &mut self,
        node: &Node,
        extents: svdf::Extents,
        activation: Activation,
    ) -> Result<(), String> {
        let (feature, features) = self.constant_input(node, 1)?;
        let (time, times) = self.constant_input(node, 2)?;
        let state = self.input(node, node.inputs.len() - 1)?.1;
        if [time, state].iter().any(|value| value.repr.store() != Type::F32) {
            return Err("needs time weights and a state of float32, as its input".into());
        }
        let bias = match node.inputs.len() {
            5 => self.svdf_bias(node, 3, Type::F32)?.to_vec(),
            _ => vec![0; 4 * extents.units as usize],
        };
        let (lo, hi) = match activation {
            Activation::None => (f32::NEG_INFINITY, f32::INFINITY),
            Activation::Relu => (0.0, f32::INFINITY),
            Activation::Relu6 => (0.0, 6.0),
            Activation::ReluN1To1 => (-1.0, 1.0),
        };
        let record = svdf::Float { extents, lo: lo.to_bits(), hi: hi.to_bits() };
        let (features, times) = (features.to_vec(), times.to_vec());
        let constants = [
            self.constant(Kind::F32, features, name(feature)),
            self.constant(Kind::F32, times, name(time)),
            self.constant(Kind::F32, bias, about(feature, "biases")),
        ];
        self.svdf_step(node, ops::SVDF_F32, constants, &record.bytes())
    }

    fn svdf_bias(&self, node: &Node, input: usize, store: Type) -> Result<&[u8], String> {
        let (value, data) = self.constant_input(node, input)?;
        match value.repr.store() {
            found if found == store => Ok(data),
            found => Err(format!("its bias {} is {found}, not {store}", value.name)),
        }
    }

    fn svdf_step(
        &mut self,
        node: &Node,
        code: u16,
        constants: [super::Slot; 3],
        record: &[u8],
    ) -> Result<(), String> {
        let (y, x) = (self.activation(node.outputs[0])?, self.activation(node.inputs[0])?);
        let state = self.activation(node.inputs[node.inputs.len() - 1])?;
        let rows = self.input(node, 0)?.1.shape[0];
        self.step(node, code, rows, 2, [&[y, state, x][..], &constants].concat(), record)
    }
}

/// The one scale of 16-bit integers.
pub(super) fn int16(value: &Value) -> Result<f32, String> {
    match &value.repr {
        Repr::Quant(quant) if quant.store == Type::I16 && quant.scale.len() == 1 => Ok(quant.scale[0]),
        other => Err(format!("{} is {}, not int16 with one scale", value.name, other.store())),
    }
}
