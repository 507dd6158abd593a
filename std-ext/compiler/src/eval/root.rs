//! One over a square root, in fixed point (`GetInvSqrtQuantizedMultiplierExp` of `kernels/internal/common.h`), and what
//! is made with it: L2_NORMALIZATION (`reference/integer_ops/l2normalization.h`) and RSQRT.

use super::number::{Affine, Factor, high_product, shift_left, shift_right};
use super::{Call, Made, Trouble};
use crate::graph::{Repr, Rounding, Type};

impl Call<'_> {
    /// The output's scale is 1/128.
    pub(super) fn l2_normalize(&self) -> Made {
        let (x, y) = (self.x()?, self.y()?);
        let prescribed =
            matches!(&y.repr, Repr::Quant(quant) if quant.scale == [1.0 / 128.0] && quant.zero == [0]);
        if x.store() != Type::I8 || y.repr.store() != Type::I8 || !prescribed {
            return Err(self.unknown());
        }
        let (from, to) = (Affine::of(x.value)?, Affine::of(y)?);
        // LiteRT's kernel for uint8 scales x first
        let headroom = if self.node.rounding == Rounding::LitertUnsigned { 7 } else { 0 };
        let depth = x.shape().last().copied().unwrap_or(1).max(1);
        let row = |row: &[i64]| {
            let squares = row.iter().fold(0i32, |sum, x| sum.wrapping_add((x - from.zero).pow(2) as i32));
            let inverse = one_over_root(squares);
            let scaled = Factor { exponent: inverse.exponent + 7 - headroom, ..inverse };
            row.iter().map(|x| to.clamp(scaled.twice((x - from.zero) << headroom))).collect::<Vec<i64>>()
        };
        Ok(x.elements.chunks_exact(depth).flat_map(row).collect())
    }
}

/// RSQRT of int8. What is not positive has the greatest result.
pub(super) fn rsqrt(from: Affine, to: Affine) -> Result<Box<dyn Fn(i64) -> i64>, Trouble> {
    // bits that the root is finer than 1
    const BITS: i32 = 20;
    let Factor { mantissa, exponent } = Factor::new(1.0 / f64::from(from.scale.sqrt() * to.scale))?;
    let scale = Factor { mantissa, exponent: exponent - BITS };
    Ok(Box::new(move |x| {
        let x = x - from.zero;
        if x <= 0 {
            return to.most;
        }
        let inverse = one_over_root(x as i32);
        let root = Factor { exponent: inverse.exponent + BITS, ..inverse }.twice(1);
        to.clamp(scale.twice(root) + to.zero)
    }))
}

/// `1 / sqrt(x)`: five steps of Newton's from 1, with three integer bits, on x between 1/4 and 1.
fn one_over_root(x: i32) -> Factor {
    if x <= 1 {
        return Factor { mantissa: i32::MAX, exponent: 0 };
    }
    const ONE: i32 = 1 << 28;
    let (mut x, mut right) = (x, 11);
    while x >= 1 << 29 {
        (x, right) = (x / 4, right + 1);
    }
    while x < 1 << 27 {
        (x, right) = (x * 4, right - 1);
    }
    let half = shift_right(x >> 1, 1);
    let mut y = ONE;
    for _ in 0..5 {
        let cube = shift_left(high_product(high_product(y, y), y), 6);
        y = shift_left(high_product(ONE / 2 * 3, y) - high_product(half, cube), 3);
    }
    let y = high_product(y, (0.5f64.sqrt() * 2f64.powi(31)).round() as i32);
    match right {
        ..0 => Factor { mantissa: y << -right, exponent: 0 },
        _ => Factor { mantissa: y, exponent: -right },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roots_are_close_to_real_ones() {
        for x in [2, 3, 5, 127, 255, 16129, 1 << 20, (1 << 29) - 1, 1 << 29, i32::MAX] {
            let Factor { mantissa, exponent } = one_over_root(x);
            let real = f64::from(mantissa) * 2f64.powi(exponent - 31);
            assert!((real * f64::from(x).sqrt() - 1.0).abs() < 1e-4, "{x}: {real}");
        }
    }
}
