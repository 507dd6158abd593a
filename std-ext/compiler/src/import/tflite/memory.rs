//! Operators of a TFLite file that remember something from run to run.

use super::call::{Call, refuse};
use super::op::{Made, activation, no_options};
use super::schema::tflite as fb;
use super::{Trouble, damaged, name_of, names};
use crate::graph::{Lstm, Op, ValueId};

impl Call<'_, '_> {
    pub(super) fn lstm(&mut self) -> Made {
        let Some(fb::BuiltinOptionsRef::UnidirectionalSequenceLstmOptions(o)) =
            self.operator.builtin_options()?
        else {
            return no_options();
        };
        if o.diagonal_recurrent_tensors()? {
            return refuse("has diagonal recurrent weights, which TFLite's own kernel for integers lacks");
        }
        // 20 without coefficients for normalization
        self.counted(20..=24)?;
        if name_of(names::ACTIVATION_FUNCTION_TYPE, o.fused_activation_function()?.into()) != Some("TANH") {
            return refuse("has another activation than TANH");
        }
        let (mut present, mut read) = (0, Vec::new());
        for i in 0..self.inputs.len() {
            if self.inputs[i] >= 0 {
                present |= 1 << i;
                read.push(if matches!(i, 18 | 19) { self.variable(i)? } else { self.read(i)? });
            }
        }
        let intermediates: Vec<i32> = self.operator.intermediates()?.into_iter().flatten().take(6).collect();
        let mut scales = [None; 5];
        for (scale, index) in scales.iter_mut().zip(intermediates) {
            *scale = self.tensors.scale(index)?;
        }
        let [a, b, c, d, hidden] = scales;
        let lstm = Lstm {
            present,
            time_major: o.time_major()?,
            cell_clip: o.cell_clip()?,
            projection_clip: o.proj_clip()?,
            gates: [a, b, c, d].map(|scale| scale.map_or(0.0, |(scale, _)| scale)),
            hidden,
        };
        Ok((Op::Lstm(lstm), read))
    }

    pub(super) fn svdf(&mut self) -> Made {
        let Some(fb::BuiltinOptionsRef::SvdfOptions(o)) = self.operator.builtin_options()? else {
            return no_options();
        };
        let mut read = vec![self.counted(5..=5)?.read(0)?, self.read(1)?, self.read(2)?];
        if self.inputs[3] >= 0 {
            read.push(self.read(3)?);
        }
        read.push(self.variable(4)?);
        let rank = usize::try_from(o.rank()?).ok().filter(|rank| *rank > 0);
        let rank = rank.ok_or_else(|| damaged("its options", "its rank is not positive"))?;
        Ok((Op::Svdf { rank, activation: activation(o.fused_activation_function()?)? }, read))
    }

    /// An operand that keeps its content from run to run.
    fn variable(&mut self, input: usize) -> Result<ValueId, Trouble> {
        let id = self.read(input)?;
        if self.value(id).state {
            return Ok(id);
        }
        Err(damaged("its inputs", format!("{} is not a variable", self.tensors.shown(id))).into())
    }
}
