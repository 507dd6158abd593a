//! Reductions: MEAN, SUM, REDUCE_PROD, REDUCE_MAX, REDUCE_MIN, REDUCE_ANY, REDUCE_ALL.

use super::{Lowering, extent, halves};
use crate::graph::{Node, Reduce, Type, Value};
use crate::quant::{Multiplier, whole};
use midge_core::ops::{self, groups::Groups, mean, product};

impl Lowering<'_> {
    pub(super) fn reduce(&mut self, node: &Node, op: Reduce, axes: &[usize]) -> Result<(), String> {
        let (x_id, x) = self.input(node, 0)?;
        let (_, y) = self.output(node)?;
        let [rows, r0, k1, r1, k2] = merge(&x.shape, axes)?;
        let groups = Groups {
            r0: extent(r0, "an axis")?,
            k1: extent(k1, "an axis")?,
            r1: extent(r1, "an axis")?,
            k2: extent(k2, "an axis")?,
        };
        let quantized = x.repr.quant().is_some();
        let (code, record) = match op {
            Reduce::Mean | Reduce::Sum if quantized => self::sum(x, y, op, groups, r0 * r1)?,
            Reduce::Prod if quantized => self::product(x, y, groups, r0 * r1)?,
            _ if x.repr != y.repr => return Err("its output has another scale or type than its input".into()),
            _ => (plain(op, x)?, groups.bytes().to_vec()),
        };
        let (x, y) = (self.activation(x_id)?, self.activation(node.outputs[0])?);
        self.step(node, code, rows, 1, vec![y, x], &record)
    }
}

/// Quantized sums and means.
fn sum(x: &Value, y: &Value, op: Reduce, groups: Groups, n: usize) -> Result<(u16, Vec<u8>), String> {
    let ((x_scale, x_zero), (y_scale, y_zero)) = (whole(x)?, whole(y)?);
    let factor = f64::from(x_scale) / f64::from(y_scale);
    let factor = Multiplier::new(factor)?;
    let factor = if op == Reduce::Mean { factor.divided(n)? } else { factor };
    let bias = (i64::from(x_zero) * n as i64) as i32;
    let (multiplier, shift) = (factor.value, factor.shift as i8);
    let record = mean::Mean { groups, bias: bias.wrapping_neg(), multiplier, shift, y_zero: y_zero as i8 };
    let code = match x.repr.store() {
        Type::I8 => ops::MEAN,
        Type::I16 => ops::MEAN_I16,
        other => return Err(format!("{} is {other}; it is computed in int8 and int16", x.name)),
    };
    Ok((code, record.bytes().to_vec()))
}

/// Quantized products: the output's scale is spread over the factors.
fn product(x: &Value, y: &Value, groups: Groups, n: usize) -> Result<(u16, Vec<u8>), String> {
    let ((x_scale, x_zero), (y_scale, y_zero)) = (whole(x)?, whole(y)?);
    let factor = f64::from(x_scale) / f64::from(y_scale).powf(1.0 / n as f64);
    let Multiplier { value, shift } = Multiplier::new(factor)?;
    if shift >= 8 {
        return Err(format!("its scales give the factor {factor}, which is too large"));
    }
    let (x_zero, y_zero, shift) = (x_zero as i8, y_zero as i8, shift as i8);
    let record = product::Product { groups, multiplier: value, shift, x_zero, y_zero };
    let code = match x.repr.store() {
        Type::I8 => ops::REDUCE_PROD_I8,
        Type::I16 => ops::REDUCE_PROD_I16,
        other => return Err(format!("{} is {other}; it is computed in int8 and int16", x.name)),
    };
    Ok((code, record.bytes().to_vec()))
}

/// The kernel that folds stored numbers as they are.
fn plain(op: Reduce, x: &Value) -> Result<u16, String> {
    let store = x.repr.store();
    let code = match (op, halves::single(store)) {
        (Reduce::Sum, Type::F32) => ops::SUM_F32,
        (Reduce::Sum, Type::I32) => ops::SUM_I32,
        (Reduce::Sum, Type::I64) => ops::SUM_I64,
        (Reduce::Prod, Type::F32) => ops::REDUCE_PROD_F32,
        (Reduce::Prod, Type::I32) => ops::REDUCE_PROD_I32,
        (Reduce::Prod, Type::I64) => ops::REDUCE_PROD_I64,
        (Reduce::Mean, Type::F32) => ops::MEAN_F32,
        (Reduce::Mean, Type::I32) => ops::MEAN_I32,
        (Reduce::Mean, Type::I64) => ops::MEAN_I64,
        // of truth values, the greatest says whether any holds, the least whether all do
        (Reduce::Any | Reduce::Sum, Type::Bool) | (Reduce::Max, Type::I8 | Type::Bool) => ops::REDUCE_MAX,
        (Reduce::Max, Type::I16) => ops::REDUCE_MAX_I16,
        (Reduce::Max, Type::I32) => ops::REDUCE_MAX_I32,
        (Reduce::Max, Type::I64) => ops::REDUCE_MAX_I64,
        (Reduce::Max, Type::F32) => ops::REDUCE_MAX_F32,
        (Reduce::All | Reduce::Prod, Type::Bool) | (Reduce::Min, Type::I8 | Type::Bool) => ops::REDUCE_MIN,
        (Reduce::Min, Type::I16) => ops::REDUCE_MIN_I16,
        (Reduce::Min, Type::I32) => ops::REDUCE_MIN_I32,
        (Reduce::Min, Type::I64) => ops::REDUCE_MIN_I64,
        (Reduce::Min, Type::F32) => ops::REDUCE_MIN_F32,
        _ => return Err(format!("{} is {store}, which no kernel reduces so", x.name)),
    };
    halves::of(code, store)
}

/// The shape as `[kept][folded][kept][folded][kept]`, neighbours of one kind merged.
fn merge(shape: &[usize], axes: &[usize]) -> Result<[usize; 5], String> {
    let mut merged = [1; 5];
    let mut at = 0;
    for (axis, &n) in shape.iter().enumerate() {
        // even places are kept, odd ones folded; an axis of 1 is either
        if n != 1 && axes.contains(&axis) != (at % 2 == 1) {
            at += 1;
        }
        *merged.get_mut(at).ok_or("folds more than two separate groups of axes")? *= n;
    }
    match merged {
        // too many rows for a step, and room to fold them further in
        [rows, r0, k1, 1, 1] if rows > usize::from(u16::MAX) => Ok([1, 1, rows, r0, k1]),
        _ => Ok(merged),
    }
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
