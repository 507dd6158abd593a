//! What a converter has to know of the operator.

extern crate std;

use std::format;
use std::string::String;

use midge_compiler::custom::{Custom, CustomOperator, CustomStep, Use};
use midge_compiler::graph::{Repr, Type, Value};
use midge_compiler::quant::Multiplier;

/// For `midge_compiler::convert_with`.
pub const CUSTOM: Custom<'_> = Custom { operators: &[&LeakyIntegrator], kernels: crate::kernels::ALL };

/// The operator of this name. Its options are the decay alone: a little-endian f32 from 0 to 1.
#[derive(Debug)]
pub struct LeakyIntegrator;

impl CustomOperator for LeakyIntegrator {
    fn name(&self) -> &str {
        "LeakyIntegrator"
    }

    fn step(&self, used: &Use<'_>) -> Result<CustomStep, String> {
        let ([x], [y]) = (&used.inputs[..], &used.outputs[..]) else {
            return Err("needs one input and one output".into());
        };
        let &[1, steps, channels] = x.shape.as_slice() else {
            return Err(format!("needs [1, steps, channels], not {:?}", x.shape));
        };
        if x.shape != y.shape {
            return Err(format!("makes {:?} of {:?}", y.shape, x.shape));
        }
        let decay = used.options.as_array().map(|bytes| f32::from_le_bytes(*bytes));
        let decay = decay.filter(|decay| (0.0..=1.0).contains(decay));
        let decay = f64::from(decay.ok_or("needs a decay from 0 to 1")?);

        let ((x_scale, x_zero), (y_scale, y_zero)) = (int8(x)?, int8(y)?);
        let gain = Multiplier::new(f64::from(x_scale) / f64::from(y_scale))?;
        let decay = Multiplier::new(decay)?;
        let extent = |n: usize| u32::try_from(n).map_err(|_| "is larger than 4 GiB");
        let record = crate::LeakyIntegrator {
            steps: extent(steps)?,
            channels: extent(channels)?,
            x_zero,
            y_zero,
            gain_shift: gain.shift as i8,
            decay_shift: decay.shift as i8,
            gain: gain.value,
            decay: decay.value,
        };
        Ok(CustomStep {
            rows: 1,
            record: record.bytes().into(),
            in_place: [0].into(),
            ..CustomStep::default()
        })
    }
}

/// Scale and zero point of an int8 activation.
fn int8(value: &Value) -> Result<(f32, i8), String> {
    let Repr::Quant(quant) = &value.repr else { return Err("needs int8 with a scale".into()) };
    match (quant.store, &quant.scale[..], &quant.zero[..]) {
        (Type::I8, [scale], [zero]) => {
            let zero = i8::try_from(*zero).map_err(|_| "has a zero point that is no int8")?;
            Ok((*scale, zero))
        }
        _ => Err("needs int8 with one scale".into()),
    }
}
