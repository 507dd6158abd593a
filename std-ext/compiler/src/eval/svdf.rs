//! SVDF of int8 (`EvalIntegerSVDF` of `kernels/internal/reference/svdf.h`): filters that see x, and remember what they
//! saw.

use super::number::{Affine, Factor};
use super::tensor::{Tensor, wrapped};
use super::{Call, Trouble};
use crate::graph::Type;

impl Call<'_> {
    /// The output, and what the state holds then. LiteRT ignores the activation.
    pub(super) fn svdf(&self, rank: usize) -> Result<Vec<Vec<i64>>, Trouble> {
        let (x, features, times, y) = (self.x()?, self.input(1)?, self.input(2)?, self.y()?);
        let (bias, state) = match self.inputs[3..] {
            [state] => (None, state),
            [bias, state] => (Some(bias), state),
            _ => return Err("has too many inputs".into()),
        };
        let stores = [x, features, times, state].map(|tensor| tensor.store());
        if stores != [Type::I8, Type::I8, Type::I16, Type::I16]
            || bias.is_some_and(|b| b.store() != Type::I32)
        {
            return Err(self.unknown());
        }
        let (&[filters, width], &[_, memory]) = (features.shape(), times.shape()) else {
            return Err("needs matrices as filters".into());
        };
        let (from, to, held) = (Affine::of(x.value)?, Affine::of(y)?, Affine::of(state.value)?);
        let scale = |of: Tensor<'_>| Affine::of(of.value).map(|affine| affine.scale);
        // LiteRT computes these factors in single precision
        let seen = Factor::new(f64::from(from.scale * scale(features)? / held.scale))?;
        let made = Factor::new(f64::from(held.scale * scale(times)? / to.scale))?;
        let mut moments = state.elements.to_vec();
        for (i, moments) in moments.chunks_exact_mut(memory.max(1)).enumerate() {
            let (batch, filter) = (i / filters, i % filters);
            let products = (0..width).map(|c| (x.at(&[batch, c]) - from.zero) * features.at(&[filter, c]));
            moments.rotate_left(1);
            if let Some(newest) = moments.last_mut() {
                *newest = held.clamp(seen.twice(products.sum()));
            }
        }
        let units = filters / rank;
        let output = |i: usize| {
            let (batch, unit) = (i / units, i % units);
            let mut sum: i128 = bias.map_or(0, |bias| bias.elements[unit].into());
            for filter in unit * rank..(unit + 1) * rank {
                let remembered = &moments[(batch * filters + filter) * memory..][..memory];
                let products = remembered.iter().enumerate().map(|(t, m)| m * times.at(&[filter, t]));
                sum += i128::from(products.sum::<i64>());
            }
            to.clamp(made.twice(wrapped(Type::I32, sum)) + to.zero)
        };
        let outputs = (0..y.elements()).map(output).collect();
        Ok(vec![outputs, moments])
    }
}
