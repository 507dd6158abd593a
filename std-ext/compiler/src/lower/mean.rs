//! MEAN.

use super::{Lowering, extent};
use crate::graph::Node;
use crate::quant::{Multiplier, int8, narrow, reach_of_sum};
use midge_core::ops::{self, mean};

impl Lowering<'_> {
    pub(super) fn mean(&mut self, node: &Node, axes: &[usize]) -> Result<(), String> {
        let (x_id, x) = self.input(node, 0)?;
        let (x_scale, x_zero) = int8(x)?;
        let (y_scale, y_zero) = int8(self.output(node)?.1)?;
        let [rows, r0, k1, r1, k2] = merge(&x.shape, axes)?;
        let (multiplier, shift) = divided(f64::from(x_scale) / f64::from(y_scale), r0 * r1)?;
        narrow(&reach_of_sum(r0 * r1, x_zero))?;
        let bias = i64::from(x_zero) * (r0 * r1) as i64;
        let record = mean::Mean {
            r0: extent(r0, "an axis")?,
            k1: extent(k1, "an axis")?,
            r1: extent(r1, "an axis")?,
            k2: extent(k2, "an axis")?,
            bias: (bias as i32).wrapping_neg(),
            multiplier,
            shift,
            y_zero,
        };
        let (x, y) = (self.activation(x_id)?, self.activation(node.outputs[0])?);
        self.step(node, ops::MEAN, rows, 1, vec![y, x], &record.bytes())
    }
}

/// The shape as `[kept][averaged][kept][averaged][kept]`, neighbours of one kind merged.
fn merge(shape: &[usize], axes: &[usize]) -> Result<[usize; 5], String> {
    let mut merged = [1; 5];
    let mut at = 0;
    for (axis, &n) in shape.iter().enumerate() {
        // even places are kept, odd ones averaged; an axis of 1 is either
        if n != 1 && axes.contains(&axis) != (at % 2 == 1) {
            at += 1;
        }
        *merged.get_mut(at).ok_or("averages more than two separate groups of axes")? *= n;
    }
    Ok(merged)
}

/// LiteRT folds the division by the number of taps into the multiplier, with as many bits as 64 hold.
fn divided(factor: f64, n: usize) -> Result<(i32, i8), String> {
    let Multiplier { value, shift } = Multiplier::new(factor)?;
    let n = n.max(1) as u64;
    let room = (63 - n.leading_zeros() as i32).min(32).min(31 + shift);
    let value = ((i64::from(value) << room) / n as i64) as i32;
    let shift = i8::try_from(shift - room).ok().filter(|s| *s >= -31);
    shift.map(|shift| (value, shift)).ok_or_else(|| "its scales differ too much".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn axes_merge_into_groups() {
        assert_eq!(merge(&[1, 5, 6, 7], &[1, 2]), Ok([1, 30, 7, 1, 1]));
        assert_eq!(merge(&[2, 5, 6, 7], &[1, 3]), Ok([2, 5, 6, 7, 1]));
        assert_eq!(merge(&[2, 5, 6, 7], &[0, 2]), Ok([1, 2, 5, 6, 7]));
        assert_eq!(merge(&[4, 3], &[0, 1]), Ok([1, 12, 1, 1, 1]));
        assert_eq!(merge(&[3, 1, 5], &[1]), Ok([15, 1, 1, 1, 1]));
        assert!(merge(&[2, 2, 2, 2, 2, 2], &[0, 2, 4]).is_err());
    }
}
