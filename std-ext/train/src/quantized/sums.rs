//! From sums to integers of another scale: what stands behind every product of the exact forward.

use midge_compiler::graph::{Activation, Rounding, Type, Value};
use midge_compiler::quant::{Multiplier, clamp_to, range};
use midge_core::fixed::{multiply_twice, multiply_wide};

use super::affine;
use crate::autograd::{Grad, is_grad_enabled, record_all};
use crate::network::refused;
use crate::{Result, Shape, Tensor};

/// How a sum becomes an integer of the output's scale.
#[derive(Clone, Copy)]
pub(super) enum Factor {
    /// Rounded twice, of 32 bits.
    Twice(Multiplier),
    /// Of 64 bits, by 15 bits of the factor.
    Wide(Multiplier),
    /// As LiteRT's fully connected layers define it; a plan has an integer that is proved to be the same.
    Once(f64),
    /// Divided by a count, halves away from zero.
    Mean(i64),
}

impl Factor {
    fn of(self, sum: i64) -> i64 {
        match self {
            Factor::Twice(m) => multiply_twice(sum as i32, m.value, m.shift).into(),
            Factor::Wide(m) => multiply_wide(sum, m.value, m.shift).into(),
            Factor::Once(real) => (sum as f64 * real).round() as i64,
            Factor::Mean(n) => (sum + sum.signum() * (n / 2)) / n,
        }
    }

    /// What a step of the sum is in steps of the output.
    fn slope(self) -> f32 {
        match self {
            Factor::Twice(m) | Factor::Wide(m) => (f64::from(m.value) * 2f64.powi(m.shift - 31)) as f32,
            Factor::Once(real) => real as f32,
            Factor::Mean(n) => 1.0 / n as f32,
        }
    }

    /// The factor from sums to the output for real numbers.
    pub(super) fn new(real: f64, rounding: Rounding, wide: bool) -> Result<Factor> {
        Ok(match rounding {
            Rounding::LitertOnce => Factor::Once(real),
            _ if wide => Factor::Wide(Multiplier::new(real).map_err(refused)?),
            _ => Factor::Twice(Multiplier::new(real).map_err(refused)?),
        })
    }
}

/// What sums become.
pub(super) struct Output {
    /// One for all channels, or one for each.
    pub(super) factors: Vec<Factor>,
    /// What each channel begins with.
    pub(super) bias: Vec<i64>,
    zero: i64,
    pub(super) ends: (i64, i64),
}

impl Output {
    /// Of integers of a value's scale, within an activation.
    pub(super) fn new(value: &Value, activation: Activation, factors: Vec<Factor>) -> Result<Output> {
        let (scale, zero) = affine(value)?;
        let store = value.repr.store();
        let (least, most) = range(store);
        let short = |x: i32| i16::try_from(x).map_err(|_| refused(format!("{} is {store}", value.name)));
        if !matches!(store, Type::I8 | Type::I16) {
            return Err(refused(format!("{} is {store}", value.name)));
        }
        let ends = clamp_to(activation, scale, short(zero)?, short(least)?..=short(most)?);
        Ok(Output { factors, bias: Vec::new(), zero: zero.into(), ends: (ends.0.into(), ends.1.into()) })
    }

    /// The same for sums that need no zero point put to them.
    pub(super) fn without_zero(self) -> Output {
        Output { zero: 0, ..self }
    }

    /// The integers of `parts`, each so many times, whose sums have `channels`, and `inner` elements of a channel one after
    /// the other. Gradients go to the parts and to `bias`, which has a number for each channel, except where a sum leaves
    /// what integers cover.
    pub(super) fn of(
        &self,
        parts: &[(f32, Tensor)],
        bias: Option<&Tensor>,
        [channels, inner]: [usize; 2],
    ) -> Result<Tensor> {
        let Some((_, first)) = parts.first() else { return Tensor::zeros(0) };
        let mut inputs: Vec<&Tensor> = parts.iter().map(|(_, part)| part).collect();
        inputs.extend(bias);
        let learns = is_grad_enabled() && inputs.iter().any(|input| input.requires_grad());
        let sums = self.sums(parts)?;
        let mut made = vec![0.0f32; sums.len()];
        let mut slopes = vec![0.0f32; if learns { sums.len() } else { 0 }];
        for (run, start) in (0..sums.len()).step_by(inner.max(1)).enumerate() {
            let channel = run % channels.max(1);
            let factor = self.factors[channel % self.factors.len()];
            let bias = self.bias.get(channel).copied().unwrap_or_default();
            let run = start..(start + inner).min(sums.len());
            for (made, sum) in made[run.clone()].iter_mut().zip(&sums[run.clone()]) {
                *made = (factor.of(sum + bias) + self.zero).clamp(self.ends.0, self.ends.1) as f32;
            }
            if learns {
                let inside =
                    |sum: i64| (self.ends.0..=self.ends.1).contains(&(factor.of(sum + bias) + self.zero));
                for (slope, sum) in slopes[run.clone()].iter_mut().zip(&sums[run]) {
                    *slope = if inside(*sum) { factor.slope() } else { 0.0 };
                }
            }
        }
        let output = Tensor::from_vec_on(first.device(), made, first.shape())?;
        if !learns {
            return Ok(output);
        }
        let slopes = Tensor::from_vec_on(first.device(), slopes, first.shape())?;
        let times: Vec<f32> = parts.iter().map(|(times, _)| *times).collect();
        let bias = bias.map(|bias| bias.shape().clone());
        Ok(record_all("quantize", output, &inputs, &[&slopes], move |saved, g| {
            let g = g.mul(&saved[0])?;
            let part =
                |times: &f32| Ok(Some(Grad::Whole(if *times == 1.0 { g.clone() } else { (&g * *times)? })));
            let mut grads = times.iter().map(part).collect::<Result<Vec<_>>>()?;
            if let Some(bias) = &bias {
                let runs = Shape::from([g.elements() / (channels * inner).max(1), channels, inner]);
                grads.push(Some(Grad::Whole(g.reshape(runs)?.sum(&[0, 2], false)?.reshape(bias)?)));
            }
            Ok(grads)
        }))
    }

    /// The parts added up.
    fn sums(&self, parts: &[(f32, Tensor)]) -> Result<Vec<i64>> {
        let mut sums: Vec<i64> = Vec::new();
        for (times, part) in parts {
            let part = part.to_vec::<f32>()?;
            sums.resize(part.len(), 0);
            let times = *times as i64;
            sums.iter_mut().zip(part).for_each(|(sum, x)| *sum += times * x.round() as i64);
        }
        Ok(sums)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_go_where_the_rounding_says() {
        let half = Multiplier { value: 1 << 30, shift: 0 };
        let all = |factor: Factor| [3, -3, 5, -5].map(|sum| factor.of(sum));
        assert_eq!(all(Factor::Twice(half)), [2, -1, 3, -2]);
        assert_eq!(all(Factor::Wide(half)), [2, -1, 3, -2]);
        assert_eq!(all(Factor::Once(0.5)), [2, -2, 3, -3]);
        assert_eq!(all(Factor::Mean(2)), [2, -2, 3, -3]);
        assert_eq!([Factor::Twice(half), Factor::Once(0.5), Factor::Mean(2)].map(Factor::slope), [0.5; 3]);
    }
}
